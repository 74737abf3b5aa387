"""A table as any source describes it, to a product: names that SQL can hold, types that are served, the rest reported."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import Any

from freehold.standards.logical import of_physical
from freehold.standards.names import LONGEST_COLUMN, apart, domain_name, product_name
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
    held = {column["name"].casefold() for column in columns}
    kept = [rule for rule in rules or () if {str(name).casefold() for name in _names(rule)} <= held]
    for rule in rules or ():
        if rule not in kept:
            message = f"A rule of {shown(', '.join(map(str, _names(rule))))} is left out: not all of them are columns here."
            remarks.add("test-left-out", table.path, message, "list the columns, then write it as a rule of `quality:`")
    if kept:
        product["quality"] = kept
    return product


def _names(rule: dict[str, Any]) -> list[Any]:
    return [rule["column"]] if "column" in rule else rule.get("columns", [])


def _columns(table: Table, remarks: Remarks) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for column in table.columns:
        kind = column.kind or of_physical(column.type or "")
        unusable = _unusable(column.name, found)
        if unusable is not None:
            remarks.add("column-left-out", column.path, *unusable)
            continue
        if kind is None and column.type:
            message = f"The column {shown(column.name)} is of type {shown(column.type)}, of which values are not served."
            remarks.add("column-left-out", column.path, message, "give its parts columns of their own, if consumers need them")
            continue
        if kind is None:
            message = f"The column {shown(column.name)} says no type; it is read as text."
            remarks.add("type-assumed", column.path, message, "correct `type` in the manifest")
        keys = {key: value for key, value in column.keys.items() if value is not False and value not in (None, "", [])}
        found[column.name.casefold()] = {"name": column.name, "type": kind or "string", **keys}
    return list(found.values())


def _unusable(name: str, found: Container[str]) -> tuple[str, str] | None:
    """Return why no column of a product can have a name, and what to do, or None."""
    if not name.strip():
        return "A column has no name.", "give it one"
    if name.casefold() in found:
        return f"A column before is called {shown(name)} already (case does not count).", "give it a name of its own"
    if len(name) > LONGEST_COLUMN:
        return (
            f"The column {shown(name)} has a name of {len(name)} characters; {LONGEST_COLUMN} may be served.",
            "give it a shorter one",
        )
    return None
