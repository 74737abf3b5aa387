"""Databases of Azure SQL: each lies where its node does, so that what a product may be stored and processed by holds of it too."""

from __future__ import annotations

import re

from freehold.manifest.bind_product import ProductBlock
from freehold.manifest.block import Block
from freehold.manifest.ground import Ground
from freehold.manifest.report import Report, meant, shown
from freehold.manifest.shapes import MeshShape
from freehold.model.place import LOOPBACK
from freehold.model.product import AZURE_SQL, Product
from freehold.names import nearest

_SERVER = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9-]{1,63}){0,3}\.database\.windows\.net")
_TABLE = re.compile(r"[^.]{1,128}\.[^.]{1,128}")


def check_databases(block: Block[MeshShape], ground: Ground, report: Report) -> None:
    """Report databases that are no servers of Azure SQL, lie elsewhere than their node, or share a name."""
    del ground
    for at, node in enumerate(block.shape.nodes):
        names: set[str] = set()
        for number, item in enumerate(node.databases):
            place = ("nodes", at, "databases", number)
            if item.name in names or not item.name or not item.database:
                message = f"The name {shown(item.name)} is empty, or another database of the node has it, or it has no `database`."
                report.error("database-invalid", block.place(*place, "name"), message, "give each database a name of its own")
            names.add(item.name)
            if not _is_server(item.server):
                message = f"{shown(item.server)} is no server of Azure SQL."
                mend = "write its full name, such as `contoso-weu.database.windows.net`, without a protocol"
                report.error("database-invalid", block.place(*place, "server"), message, mend)
            if item.region != node.region:
                message = f"The database lies in {shown(item.region)}, and its node serves {shown(node.region)}."
                mend = "list it under the node of its own region: reading it from another one would move its rows there"
                report.error("database-elsewhere", block.place(*place, "region"), message, mend)


def check_table(product: Product, block: ProductBlock, ground: Ground, report: Report) -> None:
    """Report sources whose keys do not go with their engine, and tables of no database of the product's home node."""
    item = block.shape.source
    if item is None:
        return
    if item.engine != AZURE_SQL:
        _check_file(block, report)
        return
    if item.table is None or not _TABLE.fullmatch(item.table):
        mend = "write `table: SCHEMA.TABLE`, such as `dbo.customers`"
        report.error("key-missing", block.place("source"), "A source of Azure SQL is a table or view.", mend)
    if item.path is not None or item.format is not None:
        mend = "remove `path` and `format`; `table` says where the data is"
        report.error("key-unknown", block.place("source"), "A source of Azure SQL has no `path` and no `format`.", mend)
    known = [found.name for node in ground.nodes.values() if node.region == product.home for found in node.databases]
    if product.home is not None and (item.database not in known if item.database is not None else len(known) != 1):
        listed = ", ".join(f"`{name}`" for name in known) or "none"
        wanted = shown(item.database) if item.database is not None else "that is its only one"
        message = f"The node of {shown(product.home)} has no database {wanted}; it has: {listed}."
        mend = meant(nearest(item.database or "", known), "list it under `databases` of that node in mesh.yaml, and name it here")
        report.error("database-unknown", block.place("source"), message, mend)


def _check_file(block: ProductBlock, report: Report) -> None:
    item = block.shape.source
    assert item is not None  # noqa: S101  (the caller looked)
    if item.path is None:
        mend = "write where the files are: `path: x.parquet`"
        report.error("key-missing", block.place("source"), "A source of files has a `path`.", mend)
    for key, value in (("table", item.table), ("database", item.database), ("changedAt", item.changed_at)):
        if value is not None:
            message = f"`{key}` says nothing of a file."
            report.error("key-unknown", block.place("source", key), message, "remove it, or write `engine: azure-sql`")


def _is_server(text: str) -> bool:
    host, colon, port = text.rpartition(":") if ":" in text else (text, "", "")
    if colon and not (port.isdecimal() and 0 < int(port) < 65_536):
        return False
    return host in LOOPBACK or _SERVER.fullmatch(host.lower()) is not None
