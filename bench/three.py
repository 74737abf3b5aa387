"""Three nodes of one mesh as processes on this machine, with TPC-H between them, for the benchmarks of federated questions."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import httpx
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from freehold.digest import digest
from freehold.identity.development import DevelopmentIssuer
from freehold.keys.node import LocalNodeKey
from freehold.model.mesh import Applied, Mesh
from freehold.model.party import Domain, RoleAccess
from freehold.model.place import Mode, Node, Region
from freehold.stores.registry import SqliteRegistry
from freehold.wiring.clock import SystemClock
from freehold.wiring.settings import Settings
from regions import BOTH_WAYS, NORTH, US, WEST
from tpch_regions import Data

ARROW = "application/vnd.apache.arrow.stream"
JURISDICTIONS = {WEST: "EU", NORTH: "EU", US: "US"}
NO_CORES: Mapping[str, int] = {}
__all__ = ["ARROW", "JURISDICTIONS", "NORTH", "US", "WEST", "Data", "Nodes", "mesh_of", "started"]


@dataclass
class Nodes:
    """Where each node answers, a token of the owner of all products, one connection for all requests, and the nodes' processes."""

    ports: dict[str, int]
    token: str
    client: httpx.Client
    processes: dict[str, int] = field(default_factory=dict[str, int])

    def ask(self, region: str, sql: str, accept: str = "application/json") -> httpx.Response:
        """Return the answer of the node of `region`; the benchmark ends where there is none."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept": accept}
        given = self.client.post(f"http://127.0.0.1:{self.ports[region]}/v1/query", json={"sql": sql}, headers=headers)
        if given.status_code != 200:
            raise SystemExit(f"not answered: {given.text[:500]}")
        return given

    def table(self, region: str, sql: str) -> pa.Table:
        """Return the answer as Arrow."""
        return pa.ipc.open_stream(self.ask(region, sql, ARROW).content).read_all()

    def busy(self, region: str) -> float:
        """Return the seconds of processor that the node of `region` has had; of Linux's `/proc/PID/stat`, to its tick."""
        fields = Path(f"/proc/{self.processes[region]}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def alive(self, region: str) -> None:
        """Go there and back, and no more."""
        self.client.get(f"http://127.0.0.1:{self.ports[region]}/readyz")


def mesh_of(data: Data, nodes: dict[str, Node]) -> Mesh:
    """Return a mesh with the products of `data`, between whose homes rows may go."""
    return Mesh(
        name="bench",
        regions={region: Region(name=region, jurisdiction=area) for region, area in JURISDICTIONS.items()},
        nodes=nodes,
        domains={name: Domain(name=name, roles={"data-engineer": RoleAccess.READ}) for name in ("tpch", "trade", "finance")},
        products={item.key: item for item in data.products()},
        transfers=BOTH_WAYS,
    )


@contextmanager
def started(folder: Path, data: Data, cores: Mapping[str, int] = NO_CORES) -> Generator[Nodes]:
    """Run a node in each region until the block ends; those of `cores` on one core each, by its number."""
    ports = {region: _free_port() for region in JURISDICTIONS}
    settings = {region: Settings(folder=folder / region, region=region, mode=Mode.DEVELOPMENT) for region in ports}
    for region, item in settings.items():
        item.state.mkdir(parents=True)
        _write(item, region, data)
    keys = {region: LocalNodeKey(item.keys_folder(region)).public_key() for region, item in settings.items()}
    nodes = {at: Node(name=at, region=at, url=f"http://127.0.0.1:{port}", public_key=keys[at]) for at, port in ports.items()}
    mesh = mesh_of(data, nodes)
    issuer = DevelopmentIssuer(settings[WEST].development_keys, mode=Mode.DEVELOPMENT, clock=SystemClock())
    for region, item in settings.items():
        if region != WEST:
            shutil.copytree(settings[WEST].development_keys, item.development_keys)
        with closing(SqliteRegistry(item.registry_file)) as registry:
            registry.apply(Applied(version=1, digest=digest(mesh), mesh=mesh, applied_at="2026-11-23T10:00:00+00:00"))
    token = issuer.mint("bench", domain="tpch", region=WEST, roles=("data-engineer",), ttl=86_400)
    with httpx.Client(trust_env=False, timeout=120) as client:
        yield from _running(folder, Nodes(ports, token, client), cores)


def _running(folder: Path, nodes: Nodes, cores: Mapping[str, int]) -> Generator[Nodes]:
    running: list[subprocess.Popen[bytes]] = []
    try:
        for region, port in nodes.ports.items():
            command = [sys.executable, "-m", "freehold", "up", "--dev", "--region", region, "--port", str(port)]
            with (folder / f"{region}.log").open("wb") as log:
                running.append(subprocess.Popen(command, cwd=folder / region, stdout=log, stderr=log))
            nodes.processes[region] = running[-1].pid
            if region in cores:
                os.sched_setaffinity(running[-1].pid, {cores[region]})
        for region in nodes.ports:
            _await(nodes, region, (folder / f"{region}.log"))
        yield nodes
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)


def _await(nodes: Nodes, region: str, log: Path) -> None:
    for _ in range(2400):
        try:
            nodes.alive(region)
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"{region} did not come up: {log.read_text()[-1000:]}")


def _write(settings: Settings, region: str, data: Data) -> None:
    (settings.folder / "data").mkdir()
    (settings.folder / "mesh.yaml").touch()  # `up` looks for one; what is in force is in the registry
    for product in data.products():
        if product.home == region:
            pq.write_table(data.tables[product.key], settings.folder / "data" / f"{product.name}.parquet")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def parts_of(answer: httpx.Response) -> list[dict[str, Any]]:
    """Return what an answer in JSON says of its parts."""
    return msgspec.json.decode(answer.content)["metadata"]["parts"]
