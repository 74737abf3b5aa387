"""An answer on the terminal or in a file, with the line under it that says what it was given under."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freehold.cli.terminal import console, counted, json_bytes, say, show_data, show_json
from freehold.errors import SettingInvalid, StoreFailed, StoreFull

if TYPE_CHECKING:
    import pyarrow as pa

    from freehold.client import Result

SHOWN_ROWS = 100


def show(result: Result, form: str, took: float) -> None:
    """Print an answer; `took` is in seconds.

    Raises:
        SettingInvalid: Parquet and Arrow are not for a terminal.
    """
    if form == "table":
        _show_table(result)
        console(sys.stderr if not sys.stdout.isatty() else sys.stdout).print(footer(result, took), style="dim")
    elif form == "json":
        show_json(as_json(result))
    else:
        if form != "csv" and sys.stdout.isatty():
            raise SettingInvalid(f"{form} is not for a terminal", remedy="name a file with `--output FILE`")
        sys.stdout.buffer.write(encode(result, form))
        sys.stdout.flush()


def write(result: Result, form: str, path: Path, took: float) -> None:
    """Write an answer into a file, whole or not at all, and print the line under it.

    Raises:
        StoreFull, StoreFailed: The file cannot be written.
    """
    fresh = path.with_name(f".{path.name}.part")
    try:
        fresh.write_bytes(encode(result, "csv" if form == "table" else form))
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        kind = StoreFull if error.errno == 28 else StoreFailed
        raise kind(f"`{path}` cannot be written", remedy="choose another file with `--output FILE`") from error
    console(sys.stderr).print(f"{footer(result, took)} · {path}", style="dim")


def encode(result: Result, form: str) -> bytes:
    """Return the answer as CSV (RFC 4180), Parquet, an Arrow IPC stream or JSON."""
    table = result.to_arrow()
    out = io.BytesIO()
    if form == "csv":
        import pyarrow.csv

        pyarrow.csv.write_csv(table, out)
    elif form == "parquet":
        import pyarrow.parquet

        pyarrow.parquet.write_table(table, out)
    elif form == "arrow":
        import pyarrow as pa

        with pa.ipc.new_stream(out, table.schema) as writer:
            writer.write_table(table)
    else:
        out.write(json_bytes(as_json(result)))
    return out.getvalue()


def as_json(result: Result) -> dict[str, Any]:
    """Return the answer as `data`, `metadata` and `leaf`."""
    return {"data": result.to_arrow().to_pylist(), "metadata": result.metadata, "leaf": result.leaf}


def _show_table(result: Result) -> None:
    table: pa.Table = result.to_arrow()
    cut = SHOWN_ROWS if sys.stdout.isatty() else table.num_rows
    shown = table.slice(0, cut)
    show_data(table.schema.names, zip(*(column.to_pylist() for column in shown.columns), strict=True))
    if table.num_rows > cut:
        say(f"… {counted(table.num_rows - cut, 'more row')}: write them all with --output FILE", "dim")


def footer(result: Result, took: float) -> str:
    """Return the line under an answer: rows · time · region · freshness · completeness · contract · leaf · who carried it."""
    return " · ".join(_footer(result, took))


def _footer(result: Result, took: float) -> Iterator[str]:
    metadata = result.metadata
    yield counted(len(result), "row")
    yield f"{took * 1000:,.0f} ms"
    if metadata.get("region"):
        regions = {str(part.get("region")) for part in metadata.get("parts") or ()}
        yield f"{metadata['region']} from {counted(len(regions), 'region')}" if regions else str(metadata["region"])
    if metadata.get("missing"):
        yield f"WITHOUT {', '.join(map(str, metadata['missing']))}"
    if metadata.get("freshness"):
        yield f"fresh {age(str(metadata['freshness']))}"
    quality = metadata.get("quality")
    if isinstance(quality, dict) and quality.get("completeness") is not None:
        yield f"complete {quality['completeness']:.1f} %"
    for product, floors in (metadata.get("belowFloor") or {}).items():
        yield f"BELOW ITS PROMISE: {', '.join(floors)} of {product}"
    for name in dict.fromkeys(contract_name(item, metadata.get("purpose")) for item in metadata.get("contracts") or ()):
        yield f"contract {name}"
    if result.leaf is not None:
        yield f"leaf {result.leaf:,}"
    if result.relay is not None:
        yield f"carried by {result.relay[0]}, its leaf {result.relay[1]:,}"


def contract_name(reference: str, purpose: str | None = None) -> str:
    """Return a contract as people call it: its purpose, where that is known, and its version.

    >>> contract_name("customer.customer_360/sales-customer-enrichment@3", "Customer enrichment")
    'Customer enrichment v3'
    """
    slug, _, version = reference.rsplit("/", 1)[-1].partition("@")
    return f"{purpose or slug} v{version}" if version else purpose or slug


def age(moment: str, now: datetime | None = None) -> str:
    """Return how long ago an ISO 8601 time was, in the largest fitting unit.

    >>> age("2026-11-23T10:00:00+00:00", datetime(2026, 11, 23, 10, 4, tzinfo=UTC))
    '4 min ago'
    """
    try:
        then = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    from freehold.wiring.clock import SystemClock

    seconds = ((now or SystemClock().now()) - (then if then.tzinfo else then.replace(tzinfo=UTC))).total_seconds()
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= size * (2 if unit == "days" else 1):
            return f"{seconds / size:,.0f} {unit} ago"
    return f"{max(seconds, 0):.0f} s ago"


def show_explanation(found: dict[str, Any]) -> None:
    """Print what the gate would decide, and the leaf that records it."""
    for text, style in explanation_lines(found):
        say(text, style)
    if found.get("leaf") is not None:
        say(f"Recorded as leaf {found['leaf']:,}.", "dim")


def explanation_lines(found: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Yield the effect, what of each product would be used and how, and the SQL that would run; each line with its style."""
    if found.get("effect") == "forbid":
        yield f"✗ {found.get('code')}   {found.get('detail') or ''}", "bold red"
        if found.get("remedy"):
            yield f"  → {found['remedy']}", None
    else:
        yield _permitted(found), "bold"
    products = found.get("products") or []
    yield from ((text, None) for part in found.get("fragments") or () for text in _fragment(part, str(found.get("region"))))
    for at, product in enumerate(products):
        last = at == len(products) - 1 and not found.get("sql")
        yield from ((text, None) for text in _branch(product, "└─" if last else "├─", "   " if last else "│  "))
    if found.get("sql"):
        yield f"└─ would run  {found['sql']}", None


def _permitted(found: dict[str, Any]) -> str:
    form, region = found.get("form") or "rows", found.get("region") or "here"
    asked = {part["region"] for part in found.get("fragments") or ()}
    if asked:
        return f"✓ this would be put together in {region}, of {form} from {counted(len(asked), 'region')}"
    return f"✓ this would be answered as {form} from {region}"


def _fragment(part: dict[str, Any], entry: str) -> Iterator[str]:
    """Yield what one region would be asked, and where its answer would go."""
    where = f"{part['region']} ({part['jurisdiction']})"
    way = f"→ {entry}" if part.get("crosses") else "stays here"
    border = f"   over the border {part['border']}" if part.get("border") else ""
    yield f"├─ {part['name']}  {where}   {part['form']} {way}{border}"
    yield f"│  asked      {part['sql']}"
    if part.get("joinKeys"):
        yield f"│  keyed      {', '.join(part['joinKeys'])}: compared as digests, never shown"
    if part.get("mayBeMissing"):
        yield "│  missing    may be, with --partial allow"


def _branch(product: dict[str, Any], edge: str, indent: str) -> Iterator[str]:
    ground = contract_name(product["contract"], product.get("purpose")) if product.get("contract") else "its own role"
    yield f"{edge} {product.get('product')}   under {ground}"
    columns = product.get("columns") or []
    if columns:
        yield f"{indent}shows      " + ", ".join(f"{item['name']} ({item['right']})" for item in columns)
    if product.get("form") == "aggregate":
        yield f"{indent}only in    aggregates over at least {product.get('minGroup')} entities"
    if product.get("rowFiltered"):
        yield f"{indent}rows       filtered by policy"
    if product.get("policies"):
        yield f"{indent}decided by " + ", ".join(map(str, product["policies"]))
