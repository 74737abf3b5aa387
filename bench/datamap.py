"""The governance catalogue: bulk upload through the official client, searches over many assets, lineage over many edges.

`python bench/datamap.py [--entities 100000] [--assets 1000000] [--edges 100000] [--store file|postgresql|both]`

With both stores each search and each walk is asked of one after the other, so that what else the machine does meets both alike.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec
from azure.core.credentials import AccessToken
from azure.purview.datamap import DataMapClient

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from differential.postgres import Postgres
from freehold.datamap.access import Collection, Grants, Role, Someone
from freehold.digest import digest
from freehold.identity.development import DevelopmentIssuer
from freehold.model.mesh import Applied, Mesh
from freehold.model.place import Mode, Region
from freehold.ports.datamap import Change, DataMapStore, Entry, Record, Relation
from freehold.services.datamap.discovery import Discovery
from freehold.services.datamap.ground import COLLECTION, GRANTS, Ground
from freehold.services.datamap.lineage import Lineage
from freehold.services.datamap.reading import Reading
from freehold.stores.registry import SqliteRegistry
from freehold.wiring.clock import SystemClock
from freehold.wiring.datamap import AUDIENCE, open_store
from freehold.wiring.settings import Settings

WORDS = (
    "sales customer order revenue region product account invoice payment shipment store item price discount email phone "
    "address segment category date margin budget forecast supplier contract employee payroll asset ledger tax"
).split()
BATCH = 1_000
SIDE_BY_SIDE = 2
STEWARD = Someone("steward")
SMALL = 1_000
STORES = ("file", "postgresql")
READER = Someone("reader")
"""Who reads one small collection of the thousand beside the large one."""

QUERIES: tuple[dict[str, Any], ...] = (
    {"keywords": "sales"},
    {"keywords": "customer revenue"},
    {"keywords": "invo*"},
    {"keywords": "sales 4711"},
    {"keywords": "payroll", "filter": {"classification": "PII.Contact"}},
    {"filter": {"and": [{"entityType": "azure_sql_table"}, {"collectionId": "bench"}]}},
    {"keywords": "order", "filter": {"not": {"classification": "PII.HighRisk"}}},
    {"keywords": "tax", "facets": [{"facet": "assetType", "count": 10}, {"facet": "classification", "count": 10}]},
    {"filter": {"updateTime": "LAST_24H"}, "keywords": "ledger supplier"},
)
MORE: tuple[tuple[str, Someone, dict[str, Any]], ...] = (
    ("query", STEWARD, {"keywords": "*"}),
    ("query", STEWARD, {"keywords": "mssql"}),
    ("query", STEWARD, {"keywords": "4711"}),
    ("query", STEWARD, {"keywords": "sales 47*"}),
    ("query", STEWARD, {"keywords": "sales", "offset": 9_000}),
    ("query", READER, {"keywords": "*"}),
    ("query", READER, {"keywords": "sales"}),
    ("query", READER, {"keywords": "4711"}),
    ("suggest", STEWARD, {"keywords": "sal"}),
    ("suggest", READER, {"keywords": "sal"}),
    ("complete", STEWARD, {"keywords": "sales_t"}),
    ("complete", READER, {"keywords": "s"}),
)
"""Words that all have, and one; beginnings; a far page; a caller who may see little."""


class Token:
    """A credential that hands out one token."""

    def __init__(self, token: str) -> None:
        self._token = token

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        return AccessToken(self._token, 4_102_444_800)


def main() -> None:
    """Measure all three."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, size in (("entities", 100_000), ("assets", 1_000_000), ("edges", 100_000)):
        parser.add_argument(f"--{name}", type=int, default=size)
    parser.add_argument("--store", choices=(*STORES, "both"), default="file", help="where the catalogue is kept")
    asked = parser.parse_args()
    kinds = STORES if asked.store == "both" else (asked.store,)
    for act, count in ((upload, asked.entities), (search, asked.assets), (lineage, asked.edges)):
        if count:
            with ExitStack() as held:
                act(count, [held.enter_context(_place(kind)) for kind in kinds])


class Place(msgspec.Struct, frozen=True):
    """Where a catalogue is kept, as `freehold purview serve --store` takes it, and what its server has spent of the processor."""

    kind: str
    folder: Path
    store: str | None
    spent: Callable[[], float]


@contextmanager
def _place(kind: str) -> Generator[Place]:
    """Give a folder, and for PostgreSQL a server of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-datamap-") as name:
        if kind == "file":
            yield Place(kind, Path(name), None, lambda: 0.0)
            return
        server = Postgres()
        try:
            server.service(Path(name) / "services", "bench")
            os.environ["PGSERVICEFILE"] = f"{name}/services"  # noqa: TID251  (for the catalogue in a process of its own too)
            yield Place(kind, Path(name), "postgresql:bench", server.spent)
        finally:
            server.stop()


def upload(count: int, places: list[Place]) -> None:
    """Send entities to a catalogue in each place, one place after the other."""
    for place in places:
        _upload(place, count)


def _upload(where: Place, count: int) -> None:
    """Send entities in batches of a thousand to a catalogue in a process of its own, by clients that wait for each answer."""
    folder, before = where.folder, resource.getrusage(resource.RUSAGE_CHILDREN)
    settings = Settings(folder=folder, mode=Mode.DEVELOPMENT)
    settings.state.mkdir()
    registry = SqliteRegistry(settings.registry_file)
    mesh = Mesh(name="bench", regions={"westeurope": Region(name="westeurope", jurisdiction="EU")})
    registry.apply(Applied(version=1, digest=digest(mesh), mesh=mesh, applied_at="2026-11-23T10:00:00+00:00"))
    registry.close()
    (folder / "mesh.yaml").write_text("mesh:\n  name: bench\n  nodes: []\n")
    command = [
        sys.executable,
        "-m",
        "freehold",
        "purview",
        "serve",
        "--mesh",
        str(folder),
        "--port",
        "0",
        "--dev",
        "--json",
        "--admin",
        "steward",
        *(("--store", where.store) if where.store else ()),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        lines = list(itertools.takewhile(lambda line: line.rstrip() != b"}", process.stdout))
        told = json.loads(b"".join([*lines, b"}"]))
        issuer = DevelopmentIssuer(settings.development_keys, mode=Mode.DEVELOPMENT, clock=SystemClock(), audience=AUDIENCE)
        token = Token(issuer.mint("steward"))
        clients = [DataMapClient(told["url"], token, connection_verify=told["authority"]) for _ in range(SIDE_BY_SIDE)]

        def send(place: int) -> None:
            for first in range(place * BATCH, count, SIDE_BY_SIDE * BATCH):
                entities = [_sent(number) for number in range(first, min(first + BATCH, count))]
                clients[place].entity.batch_create_or_update({"entities": entities})

        start, spent, served = time.perf_counter(), time.process_time(), where.spent()
        with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
            list(threads.map(send, range(SIDE_BY_SIDE)))
        took, spent, served = time.perf_counter() - start, time.process_time() - spent, where.spent() - served
        for client in clients:
            client.close()
        what = f"bulk upload of {count:,} entities through {SIDE_BY_SIDE} clients of azure-purview-datamap"
        print(f"{where.kind}: {what}  {count / took:,.0f}/s   target ≥ 3,000/s")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    catalogue = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"  of processor time: client {spent:.1f} s, catalogue {catalogue:.1f} s with its start, PostgreSQL {served:.1f} s")


def search(count: int, places: list[Place]) -> None:
    """Ask each question many times over: those of a steward who reads everything, and harder ones."""
    opened = [_open(place) for place in places]
    now = opened[0].ground.now()
    for item in opened:
        chance = random.Random(1)  # noqa: S311
        for first in range(0, count, 10_000):
            item.store.write(Change(keep=tuple(_kept(number, chance, now) for number in range(first, min(first + 10_000, count)))))
        _collections(item.ground)
    for name, asked in (("", [("query", STEWARD, item) for item in QUERIES]), (" of every kind", MORE)):
        took: dict[str, list[Took]] = {item.place.kind: [] for item in opened}
        for _ in range(25):
            for how, who, what in asked:
                for item in opened:
                    took[item.place.kind].append(_timed(item.place, lambda: getattr(item.discovery, how)(who, what)))  # noqa: B023
        for kind, found in took.items():
            _print(f"{kind}: search over {count:,} assets, {len(found)} searches{name}", found, "p99 ≤ 50 ms")
    for item in opened:
        item.store.close()


def _collections(ground: Ground) -> None:
    """Make the collections that the assets are in, and let the reader read one of them."""
    names = ["bench", *(f"small{number}" for number in range(SMALL))]
    made = [Collection(name=name, title=name, parent=ground.access.root, created=ground.moment()) for name in names]
    ground.write_documents(*((COLLECTION, item.name, ground.access.root, msgspec.to_builtins(item)) for item in made))
    grants = Grants(people={Role.READER: (READER.subject,)})
    ground.write_documents((GRANTS, "small7", "", msgspec.to_builtins(grants)))
    ground.refresh()


def lineage(count: int, places: list[Place]) -> None:
    """Follow lineage ten steps down from datasets of the first layer of a graph in layers."""
    opened, layers = [_open(place) for place in places], 40
    width, now = max(2, count // (2 * layers)), opened[0].ground.now()
    nodes = [[_node(layer, place, now) for place in range(width)] for layer in range(layers)]
    chance = random.Random(2)  # noqa: S311
    edges = [
        Relation(
            guid=f"r{number}",
            type="dataset_process_inputs" if layer % 2 == 0 else "process_dataset_outputs",
            end1=nodes[layer][chance.randrange(width)].record.guid,
            end2=nodes[layer + 1][chance.randrange(width)].record.guid,
        )
        for number in range(count)
        for layer in (chance.randrange(layers - 1),)
    ]
    for item in opened:
        item.store.write(Change(keep=tuple(item for layer in nodes for item in layer)))
        item.store.write(Change(relate=tuple(edges)))
    took: dict[str, list[Took]] = {item.place.kind: [] for item in opened}
    gc.collect()
    gc.freeze()  # as a server does: what lives long is looked at no more
    for entry in nodes[0][:60]:
        for item in opened:
            act = lambda: item.lineage.graph(STEWARD, entry.record, direction="OUTPUT", depth=10)  # noqa: B023, E731
            took[item.place.kind].append(_timed(item.place, act))
    for kind, found in took.items():
        _print(f"{kind}: lineage depth 10 over {count:,} edges, {len(found)} times", found, "≤ 100 ms")
    for item in opened:
        item.store.close()


Took = tuple[float, float]
"""Seconds by the clock, and of the processor."""


def _timed(place: Place, act: Callable[[], object]) -> Took:
    served, spent, start = place.spent(), time.process_time(), time.perf_counter()
    act()
    took = time.perf_counter() - start
    return took, time.process_time() - spent + place.spent() - served


def _print(what: str, took: list[Took], target: str) -> None:
    """Print medians and the 99th of a hundred: by the clock, and of the processor, which leaves out what else the machine does."""
    for side, name in enumerate(("clock", "processor")):
        found = sorted(item[side] for item in took)
        middle, last = found[len(found) // 2] * 1e3, found[int(len(found) * 0.99)] * 1e3
        print(f"{what}  {name}: median {middle:.1f} ms  p99 {last:.1f} ms   target {target}")
        what = " " * len(what)


class Opened(msgspec.Struct, frozen=True):
    """A catalogue in this process."""

    place: Place
    store: DataMapStore
    ground: Ground
    discovery: Discovery
    lineage: Lineage


def _open(place: Place) -> Opened:
    store, numbers = open_store(Settings(folder=place.folder), place.store), itertools.count()
    ground = Ground(store, SystemClock(), lambda: f"new-{next(numbers)}", "root", "Bench")
    ground.administer([STEWARD.subject])
    reading = Reading(ground)
    return Opened(place, store, ground, Discovery(ground, reading), Lineage(ground, reading))


def _sent(number: int) -> dict[str, Any]:
    name = f"{WORDS[number % 30]}_{WORDS[number * 7 % 30]}_{number}"
    attributes = {"qualifiedName": f"mssql://server{number % 50}/db/dbo/{name}", "name": name, "description": "uploaded in bulk"}
    return {"typeName": "azure_sql_table", "guid": f"-{number + 1}", "attributes": attributes}


def _kept(number: int, chance: random.Random, now: int) -> Entry:
    name = f"{chance.choice(WORDS)}_{chance.choice(WORDS)}_{number}"
    kind = "azure_sql_table" if number % 3 else "azure_sql_view"
    collection = f"small{number // 10 % SMALL}" if number % 10 == 3 else "bench"
    tags = [("all", "1"), ("type", kind), ("collection", collection), ("object", "Tables"), ("asset", "Azure SQL Database")]
    classifications = ["PII.Contact"] * (number % 7 == 0) + ["PII.HighRisk"] * (number % 50 == 0)
    tags += [("classification", item) for item in classifications]
    body = {"attributes": {"name": name, "description": "x"}, "classifications": [{"typeName": item} for item in classifications]}
    times: dict[str, Any] = {"created": now, "updated": now}
    record = Record(
        guid=f"g{number}", type=kind, qualified=f"mssql://s/{name}", name=name, collection=collection, body=body, **times
    )
    return Entry(record=record, text=f"{chance.choice(WORDS)} {chance.choice(WORDS)}", tags=tuple(tags))


def _node(layer: int, place: int, now: int) -> Entry:
    name = f"n{layer}-{place}"
    kind = "Process" if layer % 2 else "DataSet"
    body = {"attributes": {"name": name}}
    record = Record(guid=name, type=kind, qualified=name, name=name, collection="root", created=now, updated=now, body=body)
    return Entry(record=record, tags=(("all", "1"),))


if __name__ == "__main__":
    main()
