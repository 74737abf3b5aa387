"""A plan over several regions as a picture: jurisdictions, the regions in them, and what would go from where to where.

Plain SVG 1.1 without anything outside of it, with a title and a description in words for whoever does not see it.
"""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

WIDTH, ROW, GAP, LEFT, TOP = 960, 58, 26, 24, 64
BOX, ENTRY = 430, 640
_INK, _PALE, _BORDER = "#1b2a3a", "#eef2f6", "#b3261e"


def draw(found: dict[str, Any]) -> str:
    """Return the picture of an explanation as SVG.

    A question that is answered in one region is drawn as that region alone.
    """
    fragments = found.get("fragments") or [_alone(found)]
    groups: dict[str, list[dict[str, Any]]] = {}
    for part in fragments:
        groups.setdefault(str(part.get("jurisdiction") or ""), []).append(part)
    height, shapes, middles = TOP, list[str](), list[tuple[int, dict[str, Any]]]()
    for jurisdiction, parts in groups.items():
        tall = 34 + len(parts) * ROW
        shapes.append(_frame(jurisdiction, height, tall))
        for at, part in enumerate(parts):
            top = height + 28 + at * ROW
            shapes.append(_region(part, top))
            middles.append((top + (ROW - 10) // 2, part))
        height += tall + GAP
    middle = (TOP + height - GAP) // 2
    shapes += [_arrow(at, middle, part) for at, part in middles]
    shapes.append(_entry(found, middle))
    return _page(found, fragments, shapes, max(height, TOP + 80))


def _alone(found: dict[str, Any]) -> dict[str, Any]:
    products = [str(item.get("product")) for item in found.get("products") or ()]
    return {"region": found.get("region"), "products": products, "form": found.get("form"), "jurisdiction": ""}


def _page(found: dict[str, Any], fragments: list[dict[str, Any]], shapes: list[str], height: int) -> str:
    told = "; ".join(_told(part, str(found.get("region"))) for part in fragments)
    look = f'font-family="system-ui, sans-serif" font-size="14" fill="{_INK}"'
    tip = f'<path d="M0,0 L9,4 L0,8 z" fill="{_INK}"/>'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="t d" {look}>',
            f'<title id="t">A question answered in {escape(str(found.get("region")))}</title>',
            f'<desc id="d">{escape(told)}</desc>',
            f'<defs><marker id="a" markerWidth="9" markerHeight="9" refX="8" refY="4" orient="auto">{tip}</marker></defs>',
            f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
            f'<text x="{LEFT}" y="34" font-size="18" font-weight="600">Who is asked for what, and what crosses a border</text>',
            *shapes,
            "</svg>",
            "",
        ]
    )


def _told(part: dict[str, Any], entry: str) -> str:
    said = f"{part.get('region')}: {part.get('form')} of {', '.join(part.get('products') or ())}"
    way = f" to {entry}" if part.get("crosses") else ", which stays there"
    return said + way + (f", over the border {part['border']}" if part.get("border") else "")


def _frame(jurisdiction: str, top: int, tall: int) -> str:
    return (
        f'<rect x="{LEFT - 8}" y="{top}" width="{BOX + 16}" height="{tall}" rx="10" fill="{_PALE}"/>'
        f'<text x="{LEFT}" y="{top + 19}" font-size="12" font-weight="600">{escape(jurisdiction)}</text>'
    )


def _region(part: dict[str, Any], top: int) -> str:
    products = ", ".join(part.get("products") or ())
    shown = products if len(products) <= 52 else products[:51] + "…"
    return (
        f'<rect x="{LEFT}" y="{top}" width="{BOX}" height="{ROW - 10}" rx="6" fill="white" stroke="{_INK}"/>'
        f'<text x="{LEFT + 12}" y="{top + 20}" font-weight="600">{escape(str(part.get("region")))}</text>'
        f'<text x="{LEFT + 12}" y="{top + 39}" font-size="12">{escape(shown)}</text>'
    )


def _arrow(at: int, middle: int, part: dict[str, Any]) -> str:
    colour, dash = (_BORDER, ' stroke-dasharray="6 4"') if part.get("border") else (_INK, "")
    start, end = LEFT + BOX, ENTRY - 4
    label = f"{part.get('form')} · {part['border']}" if part.get("border") else str(part.get("form"))
    return (
        f'<path d="M{start},{at} C{start + 90},{at} {end - 90},{middle} {end},{middle}" fill="none" stroke="{colour}"{dash}'
        f' marker-end="url(#a)"/><text x="{start + 14}" y="{at - 6}" font-size="12" fill="{colour}">{escape(label)}</text>'
    )


def _entry(found: dict[str, Any], middle: int) -> str:
    return (
        f'<rect x="{ENTRY}" y="{middle - 30}" width="{WIDTH - ENTRY - LEFT}" height="60" rx="6" fill="{_INK}"/>'
        f'<text x="{ENTRY + 14}" y="{middle - 4}" fill="white" font-weight="600">{escape(str(found.get("region")))}</text>'
        f'<text x="{ENTRY + 14}" y="{middle + 16}" fill="white" font-size="12">put together here, then answered</text>'
    )
