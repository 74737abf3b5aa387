"""Foreign keys of a document's tables as `references` of its products; what no manifest can say of them is reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from freehold.names import domain_key, identifier
from freehold.standards.remarks import Remarks, shown
from freehold.standards.tables import Product

_NUMERIC = ("integer", "decimal", "number")


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey:
    """Columns, and what they refer to: a table by its number in the document, or None where it is not there, and its columns."""

    columns: tuple[str, ...]
    to: str
    table: int | None
    others: tuple[str, ...]


def refer(made: Sequence[Product], keys: Mapping[int, Sequence[ForeignKey]], remarks: Remarks) -> list[Product]:
    """Return products with `references`, by the foreign keys of each, which are numbered as the products are."""
    return [_referring(product, made, keys.get(at, ()), remarks) for at, product in enumerate(made)]


def _referring(product: Product, made: Sequence[Product], keys: Sequence[ForeignKey], remarks: Remarks) -> Product:
    found: dict[str, str] = {}
    for key in keys:
        reason = _unsayable(product, made, key, found)
        if reason is None and key.table is not None:
            other = made[key.table]
            column = _column(other, key.others[0]) or {}
            place = f"{domain_key(str(other['domain']))}.{identifier(str(other['name']))}"
            found[key.columns[0].casefold()] = f"{place}.{column['name']}"
        else:
            what = f"The foreign key of {shown(', '.join(key.columns))} in {shown(product['name'])} to {shown(key.to)} is left out"
            remarks.add("reference-left-out", (), f"{what}: {reason}.", "write it as `references`, or as a rule of `quality:`")
    columns = [
        {**column, "references": found[column["name"].casefold()]} if column["name"].casefold() in found else column
        for column in product.get("schema", [])
    ]
    return {**product, "schema": columns} if found else product


def _unsayable(product: Product, made: Sequence[Product], key: ForeignKey, found: Mapping[str, str]) -> str | None:
    """Return why a manifest cannot say a foreign key, or None where it can."""
    if key.table is None:
        return "the document has no such table"
    if len(key.columns) != 1 or len(key.others) != 1:
        return "it is of several columns, or of none" if len(key.columns) != 1 else "it does not say to which one column"
    column, other = _column(product, key.columns[0]), _column(made[key.table], key.others[0])
    if column is None or other is None:
        return "one of the two is no column here"
    if "." in other["name"]:
        return f"a reference cannot name the column {shown(other['name'])}"
    if _family(column["type"]) != _family(other["type"]):
        return f"one is of type {column['type']}, and the other of type {other['type']}"
    return "the column has one before" if column["name"].casefold() in found else None


def _column(product: Product, name: str) -> dict[str, Any] | None:
    return next(_named(product, name), None)


def _named(product: Product, name: str) -> Iterator[dict[str, Any]]:
    yield from (column for column in product.get("schema", []) if column["name"].casefold() == name.casefold())


def _family(type_: str) -> str:
    return "number" if type_.startswith(_NUMERIC) else type_
