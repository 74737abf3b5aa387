"""A table as any source describes it, to a product: names that SQL can hold, types that are served, the rest reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from freehold.standards.logical import of_physical
from freehold.standards.names import apart, domain_name, product_name
from freehold.standards.remarks import Path, Remarks, shown

Product = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumn:
    """A column of a source: `type` is a SQL or Arrow type name, `kind` the logical type where the source says one."""

    name: str
    type: str | None = None
    kind: str | None = None
    path: Path = ()
    keys: dict[str, Any] = field(default_factory=dict[str, Any])
    """What else a column's manifest says of it: `description`, `required`, `values`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of a source; `keys` is what else a product's manifest says of it."""

    name: str
    columns: tuple[TableColumn, ...] = ()
    path: Path = ()
    keys: dict[str, Any] = field(default_factory=dict[str, Any])


def products(tables: Sequence[Table], domain: str | None, remarks: Remarks) -> list[Product]:
    """Return each table as a product of `domain`, or of the domain that its keys name, or else of `Imported`."""
    held: set[str] = set()
    found = [_product(table, domain, held, remarks) for table in tables]
    if not found:
        remarks.add("nothing-found", (), "There is no table in it.", "name a file that describes tables")
    elif any("domain" not in table.keys for table in tables) and not domain:
        remarks.add(
            "domain-assumed", (), "It names no domain; its products are of the domain `Imported`.", "import it with --domain NAME"
        )
    return found


def _product(table: Table, domain: str | None, held: set[str], remarks: Remarks) -> Product:
    name = apart(product_name(table.name), held)
    if name != table.name:
        message = f"{shown(table.name)} is {shown(name)} here."
        remarks.add("name-changed", table.path, message, "give it another name in the manifest, if you like")
    keys = {key: value for key, value in table.keys.items() if value and key != "domain"}
    product: Product = {"name": name, "domain": domain_name(domain or str(table.keys.get("domain", ""))), **keys}
    rules = product.pop("quality", None)
    columns = _columns(table, remarks)
    if columns:
        product["schema"] = columns
    if rules:
        product["quality"] = rules
    return product


def _columns(table: Table, remarks: Remarks) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for column in table.columns:
        kind = column.kind or of_physical(column.type or "")
        if not column.name.strip() or column.name.casefold() in found:
            continue
        if kind is None and column.type:
            message = f"The column {shown(column.name)} is of type {shown(column.type)}, of which values are not served."
            remarks.add("column-left-out", column.path, message, "give its parts columns of their own, if consumers need them")
            continue
        if kind is None:
            message = f"The column {shown(column.name)} says no type; it is read as text."
            remarks.add("type-assumed", column.path, message, "correct `type` in the manifest")
        keys = {key: value for key, value in column.keys.items() if value not in (None, "", [], False)}
        found[column.name.casefold()] = {"name": column.name, "type": kind or "string", **keys}
    return list(found.values())
