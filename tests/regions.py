"""A mesh of three homes in one process: each has a gate, a ledger and data of its own, and what goes between them goes as bytes."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pyarrow as pa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from freehold.keys.agreement import agree
from freehold.model.federation import FederatedPlan
from freehold.model.mesh import Mesh
from freehold.model.party import Principal
from freehold.model.peer import Carrier, write_public_key
from freehold.model.place import Node, Transfer, Travel
from freehold.model.product import Column, Product, Source
from freehold.model.query import Limits, Question
from freehold.ports.engine import Stop
from freehold.services.assemble import Part
from freehold.services.federation import Federation
from freehold.testing import FixedKeys

WEST, NORTH, US = "westeurope", "northeurope", "eastus"


class RegionKey:
    """The key of a node by which it agrees with others on join keys: always the same."""

    def __init__(self, region: str) -> None:
        """Derive it from the name of a region."""
        self._key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(region.encode()).digest())

    def sign_statement(self, kind: str, claims: Any) -> str:
        """Sign nothing: no request goes over a wire here."""
        raise NotImplementedError

    def public_key(self) -> str:
        """Return the public key as manifests write it."""
        return write_public_key(self._key.public_key().public_bytes_raw())

    def agree(self, other: str, context: bytes) -> bytes:
        """Return what both know."""
        return agree(self._key, other, context)


KEYS = {region: RegionKey(region) for region in (WEST, NORTH, US)}
_NONCES = itertools.count(1)
Schema = tuple[tuple[str, str], ...]


def product(key: str, home: str, schema: Schema, **more: Any) -> Product:
    """Return a product of the columns (name, logical type) in `schema`, whose file is called as it is."""
    domain, name = key.split(".")
    columns = tuple(Column(name=column, type=kind) for column, kind in schema)
    jurisdiction = "US" if home == US else "EU"
    source = Source(path=f"{name}.parquet")
    return Product(name=name, domain=domain, home=home, jurisdiction=jurisdiction, columns=columns, source=source, **more)


def mesh_of(kit: Any, products: list[Product], *transfers: Transfer) -> Mesh:
    """Return the example mesh with these products, and a node in each of the three regions."""
    nodes = {
        region: Node(name=region, region=region, url=f"https://{region}.example", public_key=KEYS[region].public_key())
        for region in (WEST, NORTH, US)
    }
    mesh = kit.example_mesh()
    return msgspec.structs.replace(mesh, nodes=nodes, products={item.key: item for item in products}, transfers=transfers)


BOTH_WAYS = (
    Transfer(origin="US", destination="EU", allow=Travel.ROWS, where="mesh.yaml:1"),
    Transfer(origin="EU", destination="US", allow=Travel.ROWS, where="mesh.yaml:2"),
)


@dataclass
class Regions:
    """The homes, and one question at a time over them."""

    mesh: Mesh
    houses: dict[str, Any]
    tables: dict[str, pa.Table]

    def federation(self, entry: str, concurrency: int = 8, rows: int = Limits().rows) -> Federation:
        """Return what plans and puts together at the node of `entry`."""
        house = self.houses[entry]
        return Federation(
            node=entry,
            region=entry,
            in_force=house.gate._in_force,
            engine=house.engine,
            recorder=house.gate._recorder,
            keys=FixedKeys(),
            clock=house.clock,
            limits=Limits(rows=rows),
            releases=house.gate._releases,
            nonce=lambda: f"{next(_NONCES):032x}",
            concurrency=concurrency,
        )

    def plan(self, sql: str, who: Principal, entry: str = WEST, **given: Any) -> FederatedPlan:
        """Return the plan of a question, or raise why there is none."""
        return self.federation(entry).planner.plan(Question(principal=who, sql=sql, **given)).plan

    def ask(
        self, sql: str, who: Principal, entry: str = WEST, *, without: tuple[str, ...] = (), **given: Any
    ) -> tuple[pa.Table, Any]:
        """Return the answer and its metadata; the homes in `without` do not answer."""
        question, federation = Question(principal=who, sql=sql, **given), self.federation(entry)
        spread = federation.planner.plan(question)
        values = federation.planner.values(question, spread)
        parts = [self.part(item, entry, without) for item in federation.planner.sent(question, spread, values)]
        _, answer = federation.finish(question, spread, values, parts, Stop()).release()
        return pa.Table.from_batches(list(answer.batches()), schema=answer.schema), answer.metadata

    def forget(self) -> None:
        """Forget at every home which groups were told of."""
        for house in self.houses.values():
            house.forget()

    def union(self) -> duckdb.DuckDBPyConnection:
        """Return an engine that holds the data of all homes, with nothing between it and who asks."""
        engine = duckdb.connect()
        for key, table in self.tables.items():
            engine.execute(f'CREATE SCHEMA IF NOT EXISTS "{key.split(".")[0]}"')
            engine.register("made", table)
            engine.execute(f"CREATE TABLE {key} AS SELECT * FROM made")
        return engine

    def part(self, item: Any, entry: str, without: tuple[str, ...] = ()) -> Part:
        """Return what the home of one fragment gives for it; the homes in `without` do not answer."""
        region = item.fragment.region
        if region in without:
            return Part(fragment=item.fragment, node=region, missing="node-elsewhere")
        via = None if region == entry else Carrier(node=entry, region=entry)
        reply = self.houses[region].gate.ask(msgspec.structs.replace(item.question, via=via))
        leaf, answer = reply.release()
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, answer.schema) as writer:
            for batch in answer.batches():
                writer.write_batch(batch)
        body = sink.getvalue()
        table = pa.ipc.open_stream(body).read_all().rename_columns(list(item.fragment.columns))
        return Part(
            fragment=item.fragment,
            node=region,
            table=table,
            metadata=answer.metadata,
            leaf=leaf,
            etag=answer.etag,
            size=body.size,
        )


def regions_in(kit: Any, folder: Path, mesh: Mesh, tables: dict[str, pa.Table]) -> Regions:
    """Return the homes of a mesh with the `tables` of its products, their files below `folder`."""
    houses: dict[str, Any] = {}
    for region in (WEST, NORTH, US):
        own = {key.split(".")[1]: table for key, table in tables.items() if mesh.products[key].home == region}
        (folder / region).mkdir()
        houses[region] = kit.house_in(folder / region, mesh, tables=own, region=region, node_key=KEYS[region])
    return Regions(mesh, houses, tables)
