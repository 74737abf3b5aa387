"""Products as one page for people: accessible, printable, with nothing from outside and no script; every word is escaped.

Manifests and contracts are not trusted: no address in them becomes a link, and the page forbids whatever is not its own style.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from freehold.names import domain_key, identifier
from freehold.standards.odcs.rules import said as in_words
from freehold.standards.tables import Product

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;color:#1b2a3a;background:#fff;margin:0 auto;max-width:72rem;padding:1.5rem}"
    "h1{font-size:1.8rem}h2{border-top:2px solid #c5d0db;padding-top:1rem;margin-top:2.5rem}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}caption{text-align:left;font-weight:600;padding:.4rem 0}"
    "th,td{border:1px solid #c5d0db;padding:.35rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    "thead th{background:#eef2f6}a{color:#0b5394}a:focus{outline:3px solid #b35c00}"
    ".skip{position:absolute;left:-999rem}.skip:focus{position:static}"
    "@media print{nav,.skip{display:none}}"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_RULES = ("required", "unique", "pattern", "minimum", "maximum", "minLength", "maxLength", "values", "references")
_GIVEN = (
    ("fields", "may be read"),
    ("masks", "shown masked"),
    ("aggregateFields", "only in sums, counts and averages"),
    ("quantileFields", "aggregated, quantiles too"),
    ("joinFields", "only to join on"),
    ("excludedFields", "not there"),
)


def write_page(title: str, found: Sequence[Product]) -> str:
    """Return a page about products."""
    items = "".join(f'<li><a href="#{_anchor(item)}">{_text(item.get("name"))}</a></li>' for item in found)
    menu = f'<nav aria-label="Products"><ul>{items}</ul></nav>' if len(found) > 1 else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#main">Skip to the products</a>\n<header><h1>{_text(title)}</h1>{menu}</header>\n'
        f'<main id="main">\n{"".join(map(_product, found))}</main>\n</body>\n</html>\n'
    )


def _product(product: Product) -> str:
    residency, sla, metrics = (product.get(key, {}) for key in ("dataResidency", "sla", "qualityMetrics"))
    facts = [
        ("Name in SQL", f"{domain_key(str(product.get('domain', '')))}.{identifier(str(product.get('name', '')))}"),
        ("Domain", product.get("domain")),
        ("Owner", product.get("owner")),
        ("Version", product.get("version")),
        ("Sensitivity", product.get("sensitivityLabel")),
        ("Residency", residency.get("region")),
        ("Stored in", residency.get("storageLocations")),
        ("Personal data", residency.get("piiHandling")),
        *((f"Promised {key}", value) for key, value in sla.items()),
        *((f"Least {key}", f"{value} %") for key, value in metrics.items()),
    ]
    parts = [
        _rows("About the product", ("what", "value"), [(name, value) for name, value in facts if value]),
        _rows("Output ports", ("type", "address", "sign-in", "scopes"), map(_port, product.get("interfaces", []))),
        _rows("Columns", ("name", "type", "what it means", "classification", "rules"), map(_column, product.get("schema", []))),
        _rows("Quality rules", ("rule", "what must hold", "severity"), map(_rule, product.get("quality", []))),
        *(_contract(contract) for contract in product.get("dataContracts", [])),
    ]
    described = f"<p>{_text(product['description'])}</p>\n" if product.get("description") else ""
    anchor = _anchor(product)
    head = f'<section id="{anchor}" aria-labelledby="{anchor}-name">\n<h2 id="{anchor}-name">{_text(product.get("name"))}</h2>\n'
    return f"{head}{described}{''.join(parts)}</section>\n"


def _rows(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table whose first column heads its rows, or nothing where there is no row."""
    lines = [f'<tr><th scope="row">{_text(row[0])}</th>{_cells(row[1:])}</tr>\n' for row in rows]
    if not lines:
        return ""
    top = "".join(f'<th scope="col">{_text(head)}</th>' for head in heads)
    head = f"<caption>{_text(caption)}</caption>\n<thead><tr>{top}</tr></thead>\n"
    return f"<table>\n{head}<tbody>\n{''.join(lines)}</tbody>\n</table>\n"


def _cells(cells: Iterable[Any]) -> str:
    return "".join(f"<td>{_text(cell)}</td>" for cell in cells)


def _port(port: dict[str, Any]) -> tuple[Any, ...]:
    return port.get("type"), port.get("endpoint"), port.get("authentication"), port.get("scopes")


def _column(column: dict[str, Any]) -> tuple[Any, ...]:
    rules = [
        key if column[key] is True else f"{key}: {_plain(column[key])}"
        for key in _RULES
        if column.get(key) not in (None, False, [])
    ]
    return column["name"], column.get("type"), column.get("description"), column.get("classification"), "; ".join(rules)


def _rule(rule: dict[str, Any]) -> tuple[Any, ...]:
    return rule.get("name", in_words(rule)), rule.get("description") or in_words(rule), rule.get("severity", "error")


def _contract(contract: dict[str, Any]) -> str:
    rows: list[tuple[str, Any]] = [("Purpose", contract.get("purpose"))]
    for key, word in _GIVEN:
        if contract.get(key):
            given = contract[key]
            rows.append(
                (f"Columns {word}", [f"{name} ({mask})" for name, mask in given.items()] if isinstance(given, dict) else given)
            )
    terms = (("validUntil", "Holds until"), ("minGroupSize", "Least group"), ("maxShare", "Largest share of one entity, percent"))
    rows += [(word, contract[key]) for key, word in terms if contract.get(key) is not None]
    return _rows(f"Contract with {contract.get('consumer')}", ("what", "value"), rows)


def _anchor(product: Product) -> str:
    return f"{domain_key(str(product.get('domain', '')))}-{identifier(str(product.get('name', '')))}"


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value))
    return "" if value is None else str(value)


def _text(value: Any) -> str:
    return escape(_plain(value), quote=True)
