"""The governance catalogue: bulk upload through the official client, searches over many assets, lineage over many edges.

`python bench/datamap.py [--entities 100000] [--assets 1000000] [--edges 100000] [--store postgresql]`
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
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from azure.core.credentials import AccessToken
from azure.purview.datamap import DataMapClient

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from differential.postgres import Postgres
from freehold.datamap.access import Someone
from freehold.digest import digest
from freehold.identity.development import DevelopmentIssuer
from freehold.model.mesh import Applied, Mesh
from freehold.model.place import Mode, Region
from freehold.ports.datamap import Change, DataMapStore, Entry, Record, Relation
from freehold.services.datamap.discovery import Discovery
from freehold.services.datamap.ground import Ground
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
SEARCHES: tuple[dict[str, Any], ...] = (
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
    parser.add_argument("--store", choices=("file", "postgresql"), default="file", help="where the catalogue is kept")
    asked = parser.parse_args()
    parts = ((upload, asked.entities), (search, asked.assets), (lineage, asked.edges))
    for act, count in parts:
        with tempfile.TemporaryDirectory(prefix="bench-datamap-") as folder, _place(asked.store, Path(folder)) as store:
            if count:
                act(Path(folder), count, store)


@contextmanager
def _place(kind: str, folder: Path) -> Generator[str | None]:
    """Give where the catalogue is kept, as `freehold purview serve --store` takes it: for PostgreSQL a server of its own."""
    if kind == "file":
        yield None
        return
    server = Postgres()
    try:
        server.service(folder / "services", "bench")
        os.environ["PGSERVICEFILE"] = str(folder / "services")  # noqa: TID251  (for the catalogue in a process of its own too)
        yield "postgresql:bench"
    finally:
        server.stop()


def upload(folder: Path, count: int, store: str | None) -> None:
    """Send entities in batches of a thousand to a catalogue in a process of its own, by clients that wait for each answer."""
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
        *(("--store", store) if store else ()),
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

        start, spent = time.perf_counter(), time.process_time()
        with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
            list(threads.map(send, range(SIDE_BY_SIDE)))
        took, spent = time.perf_counter() - start, time.process_time() - spent
        for client in clients:
            client.close()
        what = f"bulk upload of {count:,} entities through {SIDE_BY_SIDE} clients of azure-purview-datamap"
        print(f"{what}  {count / took:,.0f}/s   target ≥ 3,000/s")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
    server = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"  of processor time, its start included: client {spent:.1f} s, catalogue {server.ru_utime + server.ru_stime:.1f} s")


def search(folder: Path, count: int, where: str | None) -> None:
    """Ask each search many times over, as a steward who reads everything."""
    store, ground = _open(folder, where)
    chance, now = random.Random(1), ground.now()  # noqa: S311
    for first in range(0, count, 10_000):
        store.write(Change(keep=tuple(_kept(number, chance, now) for number in range(first, min(first + 10_000, count)))))
    discovery, took = Discovery(ground, Reading(ground)), list[Took]()
    for _ in range(25):
        for asked in SEARCHES:
            took.append(_timed(lambda asked=asked: discovery.query(STEWARD, asked)))
    _print(f"search over {count:,} assets, {len(took)} searches", took, "p99 ≤ 50 ms")
    store.close()


def lineage(folder: Path, count: int, where: str | None) -> None:
    """Follow lineage ten steps down from datasets of the first layer of a graph in layers."""
    store, ground = _open(folder, where)
    chance, layers, now = random.Random(2), 40, ground.now()  # noqa: S311
    width = max(2, count // (2 * layers))
    nodes = [[_node(layer, place, now) for place in range(width)] for layer in range(layers)]
    store.write(Change(keep=tuple(item for layer in nodes for item in layer)))
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
    store.write(Change(relate=tuple(edges)))
    follow, took = Lineage(ground, Reading(ground)), list[Took]()
    gc.collect()
    gc.freeze()  # as a server does: what lives long is looked at no more
    for entry in nodes[0][:30]:
        took.append(_timed(lambda record=entry.record: follow.graph(STEWARD, record, direction="OUTPUT", depth=10)))
    _print(f"lineage depth 10 over {count:,} edges, {len(took)} times", took, "≤ 100 ms")
    store.close()


Took = tuple[float, float]
"""Seconds by the clock, and of the processor."""


def _timed(act: Callable[[], object]) -> Took:
    start, spent = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - start, time.process_time() - spent


def _print(what: str, took: list[Took], target: str) -> None:
    """Print medians and the 99th of a hundred: by the clock, and of the processor, which leaves out what else the machine does."""
    for side, name in enumerate(("clock", "processor")):
        found = sorted(item[side] for item in took)
        middle, last = found[len(found) // 2] * 1e3, found[int(len(found) * 0.99)] * 1e3
        print(f"{what}  {name}: median {middle:.1f} ms  p99 {last:.1f} ms   target {target}")
        what = " " * len(what)


def _open(folder: Path, where: str | None) -> tuple[DataMapStore, Ground]:
    store, numbers = open_store(Settings(folder=folder), where), itertools.count()
    ground = Ground(store, SystemClock(), lambda: f"new-{next(numbers)}", "bench", "Bench")
    ground.administer([STEWARD.subject])
    return store, ground


def _sent(number: int) -> dict[str, Any]:
    name = f"{WORDS[number % 30]}_{WORDS[number * 7 % 30]}_{number}"
    attributes = {"qualifiedName": f"mssql://server{number % 50}/db/dbo/{name}", "name": name, "description": "uploaded in bulk"}
    return {"typeName": "azure_sql_table", "guid": f"-{number + 1}", "attributes": attributes}


def _kept(number: int, chance: random.Random, now: int) -> Entry:
    name = f"{chance.choice(WORDS)}_{chance.choice(WORDS)}_{number}"
    kind = "azure_sql_table" if number % 3 else "azure_sql_view"
    tags = [("all", "1"), ("type", kind), ("collection", "bench"), ("object", "Tables"), ("asset", "Azure SQL Database")]
    classifications = ["PII.Contact"] * (number % 7 == 0) + ["PII.HighRisk"] * (number % 50 == 0)
    tags += [("classification", item) for item in classifications]
    body = {"attributes": {"name": name, "description": "x"}, "classifications": [{"typeName": item} for item in classifications]}
    times: dict[str, int] = {"created": now, "updated": now}
    record = Record(guid=f"g{number}", type=kind, qualified=f"mssql://s/{name}", name=name, collection="bench", body=body, **times)
    return Entry(record=record, text=f"{chance.choice(WORDS)} {chance.choice(WORDS)}", tags=tuple(tags))


def _node(layer: int, place: int, now: int) -> Entry:
    name = f"n{layer}-{place}"
    kind = "Process" if layer % 2 else "DataSet"
    body = {"attributes": {"name": name}}
    record = Record(guid=name, type=kind, qualified=name, name=name, collection="bench", created=now, updated=now, body=body)
    return Entry(record=record, tags=(("all", "1"),))


if __name__ == "__main__":
    main()
