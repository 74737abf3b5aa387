"""Nodes of one mesh as processes, each in a folder of its own: two in one jurisdiction, one outside it, and one that lies.

The folders share nothing but the manifests and the development issuer; each holds the data that is at home there and no other.
The same mesh also runs over TLS, with the certificates that `freehold certs` makes.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from freehold import __version__
from freehold.identity.development import DevelopmentIssuer
from freehold.identity.nodes import NodeTokens
from freehold.keys.node import LocalNodeKey
from freehold.model.peer import Introduction
from freehold.model.place import Mode, Node
from freehold.stores.ledger import ReadLedger
from freehold.wiring.clock import SystemClock
from freehold.wiring.folder import apply_folder, check_folder
from freehold.wiring.settings import Settings

CANARY = "CANARY"
PURPOSE = "Customer enrichment"
EVENTS = 120_000
REGIONS = {"west": "westeurope", "north": "northeurope", "us": "eastus", "liar": "swedencentral"}

MESH = """
mesh:
  name: contoso
  nodes:
{nodes}
  transfers:
    - {{from: US, to: EU, allow: rows}}
"""
GOVERNANCE = """
governancePolicies:
  accessControl: {requireApproval: false, approvers: [data-steward@domain]}
"""
DOMAIN = "domain: {{name: {name}, roles: {{data-engineer: read}}}}\n"
PRODUCTS = {
    "domains/customer/customer-360.yaml": """
dataProduct:
  name: Customer 360
  domain: Customer
  dataResidency: {region: EU, storageLocations: [westeurope]}
  entityKey: customerId
  schema:
    - {name: customerId, type: string}
    - {name: segment, type: string}
    - {name: email, type: string, classification: PII.Contact}
  source: {path: customers.parquet}
  dataContracts:
    - {consumer: Sales, purpose: Customer enrichment, fields: [customerId, segment], excludedFields: [email]}
    - {consumer: Analytics, purpose: Segments, fields: [segment], joinFields: [customerId], joinRegion: northeurope}
""",
    "domains/customer/events.yaml": """
dataProduct:
  name: Events
  domain: Customer
  dataResidency: {region: EU, storageLocations: [westeurope]}
  schema:
    - {name: id, type: integer}
    - {name: kind, type: string}
  source: {path: events.parquet}
  dataContracts:
    - {consumer: Sales, purpose: Customer enrichment, fields: [id, kind]}
""",
    "domains/sales/orders.yaml": """
dataProduct:
  name: Orders
  domain: Sales
  dataResidency: {region: EU, storageLocations: [northeurope]}
  entityKey: customerId
  schema:
    - {name: customerId, type: string}
    - {name: category, type: string}
    - {name: revenue, type: number}
    - {name: ordered, type: date}
  source: {path: orders.parquet}
  queries:
    - name: by-category
      sql: "select category, sum(revenue) as revenue from sales.orders where category <> $except group by category order by 1"
      parameters: [{name: except, type: string}]
    - name: by-segment
      sql: >-
        select c.segment, sum(o.revenue) as revenue from customer.customer_360 c join sales.orders o on o.customerId = c.customerId
        where o.ordered < $before group by c.segment order by 1
      parameters: [{name: before, type: date}]
  dataContracts:
    - {consumer: Customer, purpose: Customer enrichment, fields: [customerId, category, revenue, ordered]}
    - {consumer: Analytics, purpose: Segments, fields: [category, revenue], joinFields: [customerId]}
""",
    "domains/sales/returns.yaml": """
dataProduct:
  name: Returns
  domain: Sales
  dataResidency: {region: EU, storageLocations: [northeurope]}
  entityKey: customerId
  schema:
    - {name: customerId, type: string, references: customer.customer_360.customerId}
    - {name: reason, type: string}
  source: {path: returns.parquet}
""",
    "domains/sales/shipments.yaml": """
dataProduct:
  name: Shipments
  domain: Sales
  dataResidency: {region: US, storageLocations: [eastus]}
  schema:
    - {name: port, type: string}
  source: {path: shipments.parquet}
  dataContracts:
    - {consumer: Customer, purpose: Customer enrichment, fields: [port]}
""",
    "domains/sales/rumours.yaml": """
dataProduct:
  name: Rumours
  domain: Sales
  dataResidency: {region: EU, storageLocations: [swedencentral]}
  entityKey: what
  schema:
    - {name: what, type: string}
  source: {path: rumours.parquet}
""",
}


def write_data(folder: Path, region: str) -> None:
    """Write what is at home in one region."""
    data = folder / "data"
    data.mkdir()
    if region == "westeurope":
        names = [f"C{number:04d}" for number in range(200)]
        segments = ["Consumer" if number % 2 else "Corporate" for number in range(200)]
        emails = [f"{CANARY}-{number}@example.invalid" for number in range(200)]
        pq.write_table(pa.table({"customerId": names, "segment": segments, "email": emails}), data / "customers.parquet")
        kinds = [f"kind {number % 7} and some more text to send over the wire" for number in range(EVENTS)]
        pq.write_table(pa.table({"id": list(range(EVENTS)), "kind": kinds}), data / "events.parquet")
    elif region == "northeurope":
        orders = {
            "customerId": [f"C{number % 200:04d}" for number in range(1000)],
            "category": [("Books", "Tools & Toys", "Ärger")[number % 3] for number in range(1000)],
            "revenue": [float(number % 50) for number in range(1000)],
            "ordered": [dt.date(2026, 1 + number % 2, 1) for number in range(1000)],
        }
        pq.write_table(pa.table(orders), data / "orders.parquet")
        returned = [*(f"C{number:04d}" for number in range(48)), "C9001", "C9002", None]
        pq.write_table(pa.table({"customerId": returned, "reason": ["broken"] * 51}), data / "returns.parquet")
    elif region == "eastus":
        pq.write_table(pa.table({"port": ["Norfolk", "Savannah"] * 20}), data / "shipments.parquet")


def free_port() -> int:
    """Return a port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """One node: its folder, its address, and its process while it runs.

    It listens on `listen` where something stands between it and its address, and runs under `prefix`, another program's words.
    """

    name: str
    region: str
    folder: Path
    port: int
    secure: bool = False
    environment: dict[str, str] = field(default_factory=dict[str, str])
    process: subprocess.Popen[bytes] | None = None
    host: str = "127.0.0.1"
    listen: int | None = None
    prefix: tuple[str, ...] = ()

    @property
    def certificates(self) -> Path | None:
        """The folder of what it speaks TLS with, where it does."""
        return self.folder / "tls" if self.secure else None

    @property
    def url(self) -> str:
        """Where it answers."""
        return self._address(self.port)

    def _address(self, port: int) -> str:
        return f"{'https' if self.certificates else 'http'}://{self.host}:{port}"

    @property
    def authority(self) -> Path | None:
        """The authority of its certificate, where it speaks TLS."""
        return self.certificates / "authority.pem" if self.certificates else None

    @property
    def verify(self) -> ssl.SSLContext | bool:
        """What a client believes that asks it."""
        return ssl.create_default_context(cafile=self.authority) if self.authority else True

    @property
    def tls(self) -> list[str]:
        """The options by which it speaks TLS."""
        if self.certificates is None:
            return []
        own = self.certificates / self.name
        pair = ["--certificate", str(own / "certificate.pem"), "--key", str(own / "certificate.key")]
        return [*pair, "--authority", str(self.authority)]

    @property
    def settings(self) -> Settings:
        """The settings of this node alone."""
        return Settings(folder=self.folder, region=self.region, mode=Mode.DEVELOPMENT)

    def start(self) -> None:
        """Run it until it answers."""
        port = self.listen or self.port
        command = [*self.prefix, sys.executable, "-m", "freehold", "up", "--dev", "--region", self.region]
        command += ["--host", self.host, "--port", str(port), *self.tls]
        environment = {**os.environ, **self.environment}  # noqa: TID251  (a child's, with a few settings of its own)
        log = (self.folder / "node.log").open("ab")
        with log:
            self.process = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)
        verify = self.verify
        for _ in range(600):
            assert self.process.poll() is None, (self.folder / "node.log").read_text()
            try:
                if httpx.get(f"{self._address(port)}/readyz", trust_env=False, verify=verify).is_success:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        pytest.fail(f"{self.name} did not come up")

    def stop(self) -> None:
        """End it politely."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, number: int) -> None:
        if self.process is not None:
            process, self.process = self.process, None
            process.send_signal(number)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                pytest.fail(f"{self.name} did not end")

    def entry(self, leaf: int | str) -> dict[str, Any]:
        """Return an entry of its ledger."""
        return msgspec.json.decode(ReadLedger(self.settings.ledger_folder(self.name)).entry(int(leaf)))

    def closing(self, leaf: int | str) -> dict[str, Any]:
        """Return the entry that closes a streamed answer, once it is there."""
        for _ in range(200):
            found = [entry for entry in self.entries() if entry.get("refers_to") == int(leaf)]
            if found:
                return found[0]
            time.sleep(0.05)
        pytest.fail(f"nothing closes leaf {leaf} of {self.name}")

    def entries(self) -> list[dict[str, Any]]:
        """Return all entries of its ledger."""
        read = ReadLedger(self.settings.ledger_folder(self.name))
        return [msgspec.json.decode(read.entry(index)) for index in range(read.size)]


class Tap:
    """What stands before a node's address, passes every byte on in both directions, and remembers it."""

    def __init__(self, port: int) -> None:
        self.heard: list[bytes] = []
        self._to = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Let nobody in any more."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        with contextlib.suppress(OSError), near, socket.create_connection(self._to) as far:
            back = threading.Thread(target=self._pass, args=(far, near), daemon=True)
            back.start()
            self._pass(near, far)
            back.join()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                self.heard.append(data)
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)


class Liar(ThreadingHTTPServer):
    """Somebody at a node's address who has that node's key, and answers a question as the test has it."""

    daemon_threads = True

    def __init__(self, port: int, key: LocalNodeKey) -> None:
        super().__init__(("127.0.0.1", port), _Lie)
        self.key = key
        self.version = __version__
        self.asked: list[dict[str, str]] = []
        self.over = threading.Event()
        self.reply: Callable[[BaseHTTPRequestHandler], None] = lambda handler: handler.send_error(500)
        self.tell: Callable[[BaseHTTPRequestHandler], None] = lambda handler: handler.send_error(404)
        self.tls: ssl.SSLContext | None = None

    def get_request(self) -> tuple[socket.socket, Any]:
        """Take a connection, in TLS where the test wants it."""
        taken, address = super().get_request()
        return (self.tls.wrap_socket(taken, server_side=True) if self.tls else taken), address

    def introduction(self, asker: str, challenge: str) -> str:
        """Return what the liar says of itself."""
        nodes: dict[str, Node] = {}
        tokens = NodeTokens(node="liar", version=self.version, key=self.key, nodes=lambda: nodes, clock=SystemClock())
        said = Introduction(node="liar", region="swedencentral", version=self.version, run="one")
        return tokens.introduce(asker, challenge, said)


class _Lie(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Liar  # pyright: ignore[reportIncompatibleVariableOverride]

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the shape of the library)
        pass

    def do_GET(self) -> None:
        if urlsplit(self.path).path != "/v1/node":
            self.server.tell(self)
            return
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        body = msgspec.json.encode({"introduction": self.server.introduction(asked["asker"], asked["challenge"])})
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append({name.lower(): value for name, value in self.headers.items()})
        self.server.reply(self)


@dataclass
class Federation:
    """The mesh: its nodes, and short ways to ask one of them."""

    sites: dict[str, Site]
    liar: Liar
    issuer: DevelopmentIssuer
    nodes: dict[str, Node]
    taps: dict[str, Tap]

    def __getitem__(self, name: str) -> Site:
        return self.sites[name]

    def token(self, domain: str = "sales", region: str = "northeurope", *, roles: tuple[str, ...] = ()) -> str:
        """Return a token of an app."""
        return self.issuer.mint(f"{domain}-app", domain=domain, region=region, roles=roles)

    def headers(self, domain: str = "sales", region: str = "northeurope", **more: str) -> dict[str, str]:
        """Return headers that name an app; in the names of more, `_` stands for `-`."""
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {self.token(domain, region)}", **named}

    def ask(
        self, at: str, sql: str, domain: str = "sales", region: str = "northeurope", path: str = "/v1/query", **more: str
    ) -> httpx.Response:
        """Ask a node in SQL."""
        address = f"{self.sites[at].url}{path}"
        headers, verify = self.headers(domain, region, **more), self.sites[at].verify
        return httpx.post(address, json={"sql": sql}, headers=headers, trust_env=False, timeout=60, verify=verify)

    def get(self, at: str, path: str, domain: str = "customer", region: str = "westeurope", **more: str) -> httpx.Response:
        """GET an address of a node."""
        address, verify = f"{self.sites[at].url}{path}", self.sites[at].verify
        headers = self.headers(domain, region, **more)
        return httpx.get(address, headers=headers, trust_env=False, timeout=60, verify=verify)

    def speak_as(self, name: str, *, version: str = __version__, key: str | None = None) -> NodeTokens:
        """Return what speaks to other nodes as one of these does."""
        held = LocalNodeKey(self.sites[key or name].settings.keys_folder(key or name))
        return NodeTokens(node=name, version=version, key=held, nodes=lambda: self.nodes, clock=SystemClock())

    def run_of(self, name: str, asker: str = "north") -> str:
        """Return the name of the present start of a node, as it introduces itself."""
        challenge = "c" * 32
        asked = {"asker": asker, "challenge": challenge}
        address, verify = f"{self.sites[name].url}/v1/node", self.sites[name].verify
        said = httpx.get(address, params=asked, trust_env=False, verify=verify).json()
        return self.speak_as(asker).introduced(said["introduction"], self.nodes[name], challenge).run


def certify(sites: dict[str, Site]) -> None:
    """Make certificates as somebody would who sets this mesh up: on one machine, then each node gets its own and no other."""
    command = [sys.executable, "-m", "freehold", "certs", "--mesh", str(sites["west"].folder), "--json"]
    made = msgspec.json.decode(subprocess.run(command, capture_output=True, check=True).stdout)
    for item in made["nodes"]:
        given = sites[item["node"]].certificates
        assert given is not None
        (given / item["node"]).mkdir(parents=True)
        shutil.copy(made["authority"], given)
        for file in (item["certificate"], item["key"]):
            shutil.copy(file, given / item["node"])


@contextmanager
def federation(
    folder: Path,
    *,
    secure: bool = False,
    place: Callable[[dict[str, Site]], None] = lambda _: None,
    tapped: tuple[str, ...] = (),
) -> Generator[Federation]:
    """Make the mesh in folders of its own, run its nodes until the block ends; `place` may put them elsewhere first.

    Others reach those in `tapped` through a tap.
    """
    sites = {name: Site(name, region, folder / name, free_port(), secure) for name, region in REGIONS.items()}
    place(sites)
    sites["us"].environment = {"FREEHOLD_MAX_SECONDS": "2"}
    for site in sites.values():
        site.folder.mkdir()
    keys = {name: LocalNodeKey(site.settings.keys_folder(name)) for name, site in sites.items()}
    line = '    - {{name: {0}, region: {1}, url: "{2}", publicKey: "{3}"}}'
    taps = {name: Tap(sites[name].port) for name in tapped}
    urls = {name: taps[name].url if name in taps else site.url for name, site in sites.items()}
    nodes = [line.format(name, site.region, urls[name], keys[name].public_key()) for name, site in sites.items()]
    files = {"mesh.yaml": MESH.format(nodes="\n".join(nodes)), "governance.yaml": GOVERNANCE, **PRODUCTS}
    files |= {f"domains/{name.lower()}/domain.yaml": DOMAIN.format(name=name) for name in ("Analytics", "Customer", "Sales")}
    for site in sites.values():
        for path, text in files.items():
            (site.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (site.folder / path).write_text(text)
        write_data(site.folder, site.region)
    first = next(iter(sites.values()))
    if secure:
        certify(sites)
    issuer = DevelopmentIssuer(first.settings.development_keys, mode=Mode.DEVELOPMENT, clock=SystemClock())
    running = [site for name, site in sites.items() if name != "liar"]
    mesh = None
    for site in running:
        if site is not first:
            shutil.copytree(first.settings.development_keys, site.settings.development_keys)
        checked = check_folder(site.settings)
        assert not checked.errors, checked.findings
        mesh = apply_folder(site.settings).mesh
    assert mesh is not None
    liar = Liar(sites["liar"].port, keys["liar"])
    threading.Thread(target=liar.serve_forever, daemon=True).start()
    with ExitStack() as stack:
        for end in (liar.server_close, liar.shutdown, liar.over.set):
            stack.callback(end)
        for site in running:
            stack.callback(site.stop)
            site.start()
        for tap in taps.values():
            stack.callback(tap.close)
        yield Federation(sites, liar, issuer, dict(mesh.nodes), taps)


@pytest.fixture(scope="session")
def make_federation() -> Callable[..., AbstractContextManager[Federation]]:
    """Return what makes a mesh of a test's own and runs its nodes."""
    return federation


@pytest.fixture(scope="package")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Generator[Federation]:
    """A mesh whose nodes run, for all tests that leave them as they were."""
    with federation(tmp_path_factory.mktemp("regions")) as made:
        yield made


@pytest.fixture(scope="package")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Generator[Federation]:
    """The same mesh over TLS, for tests that leave its nodes as they were."""
    with federation(tmp_path_factory.mktemp("secure"), secure=True) as made:
        yield made
