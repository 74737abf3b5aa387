"""What a scan writes of a product, a file or a table: it, its columns with their classifications, and where its data comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from freehold.model.product import Product
from freehold.ports.scanning import TableFound

SOURCE = "freehold-scan"
"""How a classification says that a scan gave it, so that a later scan may take it away again."""


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column that was looked at: its type, and the classifications that it has by what was found."""

    name: str
    type: str
    classifications: tuple[str, ...] = ()
    description: str | None = None


def product_name(mesh: str, product: Product) -> str:
    """Return the qualified name of a product."""
    return f"freehold://{mesh}/{product.key.replace('.', '/')}"


def of_product(mesh: str, product: Product, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Return the entities of a product: itself, its columns, the file that it is of, and the process between the two."""
    name = product_name(mesh, product)
    made: list[dict[str, Any]] = [
        {
            "typeName": "freehold_product",
            "guid": "-1",
            "attributes": {
                "qualifiedName": name,
                "name": product.name,
                "description": product.description,
                "owner": product.owner,
                "domain": product.domain,
                "version": product.version,
                "region": product.home,
                "jurisdiction": product.jurisdiction,
                "format": product.source.format if product.source is not None else None,
            },
        }
    ]
    made += _columns("freehold_column", name, "product", columns)
    if product.source is not None:
        path = product.source.path
        made.append(
            {
                "typeName": "freehold_source",
                "guid": "-2",
                "attributes": {
                    "qualifiedName": f"freehold://{mesh}/sources/{product.home}/{quote(path)}",
                    "name": path,
                    "path": path,
                    "format": product.source.format,
                    "region": product.home,
                },
            }
        )
        made.append(
            {
                "typeName": "freehold_process",
                "guid": "-3",
                "attributes": {
                    "qualifiedName": f"{name}#publication",
                    "name": f"publication of {product.name}",
                    "inputs": [{"guid": "-2"}],
                    "outputs": [{"guid": "-1"}],
                },
            }
        )
    return made


def of_file(kind: str, address: str, attributes: Mapping[str, Any], columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Return the entities of a file: itself, its schema, and the schema's columns."""
    schema = f"{address}#__tabular_schema"
    prefix = "azure_blob" if kind == "AzureStorage" else "azure_datalake_gen2"
    name = address.rpartition("/")[2]
    return [
        {
            "typeName": f"{prefix}_path",
            "guid": "-1",
            "attributes": {"qualifiedName": address, "name": name, "fileExtension": name.rpartition(".")[2], **attributes},
            "relationshipAttributes": {"tabular_schema": {"guid": "-2"}},
        },
        {"typeName": "tabular_schema", "guid": "-2", "attributes": {"qualifiedName": schema, "name": f"schema of {name}"}},
        *_columns("column", schema, "composeSchema", columns, parent="-2", separator="//"),
    ]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A database: the `prefix` of its types of entities, the `scheme` of its addresses, its server, and its name there."""

    prefix: str
    scheme: str
    server: str
    name: str

    def address(self, *parts: str) -> str:
        """Return the qualified name of something in it: no two have the same, whatever marks their names have.

        >>> Place(prefix="mssql", scheme="mssql", server="s", name="db").address("dbo", "a/b")
        'mssql://s/db/dbo/a%2Fb'
        """
        return f"{self.scheme}://{self.server}/" + "/".join(_part(item) for item in (self.name, *parts))


def _part(name: str) -> str:
    return name.replace("%", "%25").replace("/", "%2F").replace("#", "%23")


def of_table(place: Place, table: TableFound, columns: Sequence[Column], uses: Sequence[TableFound]) -> list[dict[str, Any]]:
    """Return the entities of a table or view: its server, database and schema, itself, its columns, and what a view is made of."""
    address = place.address(table.schema, table.name)
    names = (
        ("server", f"{place.scheme}://{place.server}", place.server, {"fullyQualifiedDomainName": place.server}, {}),
        ("db", place.address(), place.name, {}, {"server": "-1"}),
        ("schema", place.address(table.schema), table.schema, {}, {"db": "-2"}),
        (table.kind, address, table.name, {"objectType": table.kind}, {"dbSchema": "-3"}),
    )
    made: list[dict[str, Any]] = [
        {
            "typeName": f"{place.prefix}_{kind}",
            "guid": f"-{number}",
            "attributes": {"qualifiedName": qualified, "name": name, **attributes},
            "relationshipAttributes": {end: {"guid": guid} for end, guid in ends.items()},
        }
        for number, (kind, qualified, name, attributes, ends) in enumerate(names, 1)
    ]
    column = f"{place.prefix}_{'column' if table.kind == 'table' else 'view_column'}"
    return made + _columns(column, address, table.kind, columns, parent="-4") + _definition(place, address, table, uses)


def _definition(place: Place, address: str, view: TableFound, uses: Sequence[TableFound]) -> list[dict[str, Any]]:
    """Return the process that makes a view, with the tables that it reads, known already or not."""
    if not uses:
        return []
    inputs: list[dict[str, Any]] = [
        {
            "typeName": f"{place.prefix}_{item.kind}",
            "guid": f"-{number}",
            "attributes": {"qualifiedName": place.address(item.schema, item.name), "name": item.name},
        }
        for number, item in enumerate(uses, _FIRST_USED)
    ]
    process = {
        "typeName": "freehold_process",
        "guid": "-5",
        "attributes": {
            "qualifiedName": f"{address}#definition",
            "name": f"definition of {view.name}",
            "inputs": [{"guid": item["guid"]} for item in inputs],
            "outputs": [{"guid": "-4"}],
        },
    }
    return [*inputs, process]


def _columns(
    kind: str, owner: str, end: str, columns: Sequence[Column], *, parent: str = "-1", separator: str = "#"
) -> list[dict[str, Any]]:
    return [
        {
            "typeName": kind,
            "guid": f"-{number}",
            "attributes": {
                "qualifiedName": f"{owner}{separator}{item.name}",
                "name": item.name,
                "data_type": item.type,
                **({"description": item.description} if item.description else {}),
                **({"type": item.type} if kind == "column" else {"ordinal": number - _FIRST}),
            },
            "relationshipAttributes": {end: {"guid": parent}},
            "classifications": [{"typeName": name, "source": SOURCE} for name in item.classifications],
        }
        for number, item in enumerate(columns, _FIRST)
    ]


_FIRST, _FIRST_USED = 10, 1_000_000
