"""What a scan writes of a product or a file: the asset, its columns with their classifications, and where its data comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from freehold.model.product import Product

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
                **({"ordinal": number - _FIRST} if kind == "freehold_column" else {"type": item.type}),
            },
            "relationshipAttributes": {end: {"guid": parent}},
            "classifications": [{"typeName": name, "source": SOURCE} for name in item.classifications],
        }
        for number, item in enumerate(columns, _FIRST)
    ]


_FIRST = 10
