"""Every attack case over the wire, against a node that is a process: no door, and nothing that the node writes, tells more."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from attacks import CASES, Case, given, leaks, mesh_of, other, parameters, traces
from freehold.client import connect
from freehold.client.mesh import Mesh as Remote
from freehold.digest import digest
from freehold.errors import FreeholdError
from freehold.identity.development import DevelopmentIssuer
from freehold.model.mesh import Applied
from freehold.model.party import Principal
from freehold.model.place import Mode
from freehold.stores.registry import SqliteRegistry
from freehold.wiring.clock import SystemClock
from freehold.wiring.settings import Settings
from held import held

ARROW = "application/vnd.apache.arrow.stream"
VOLATILE = frozenset({"date", "etag", "freehold-leaf", "x-request-id", "content-length", "freehold-metadata"})
"""Headers that differ with every exchange or with every version of the data; the metadata is compared by its members."""

BY_PROFILE = sorted(CASES, key=lambda case: case.profile)
"""In this order, a mesh is applied for each profile once."""

_SECOND = 1_000_000_000


class Heard(NamedTuple):
    """What came through one door: the outcome and, ready to be compared, all that could be read of it."""

    kind: str
    text: str
    rows: Sequence[dict[str, Any]] | None = None


@dataclass
class Besieged:
    """A node in a process of its own, whose mesh and data follow the cases."""

    kit: Any
    settings: Settings
    url: str
    client: httpx.Client
    issuer: DevelopmentIssuer
    registry: SqliteRegistry
    profile: str | None = None
    versions: Iterator[int] = field(default_factory=itertools.count)
    heard: int = 0
    tokens: dict[tuple[str, int], str] = field(default_factory=dict[tuple[str, int], str])
    remotes: dict[tuple[str, str | None, int], Remote] = field(default_factory=dict[tuple[str, str | None, int], Remote])

    def arrange(self, profile: str, *, changed: bool = False) -> None:
        """Put a profile's mesh in force where it is not, and its data in place, as it is or `changed` where nobody may see it."""
        if profile != self.profile:
            mesh, current = mesh_of(profile, self.kit.example_mesh), self.registry.current()
            version = current.version + 1 if current else 1
            self.registry.apply(Applied(version=version, digest=digest(mesh), mesh=mesh, applied_at="2026-11-23T10:00:00+00:00"))
            self.profile = profile
        customers = self.kit.customers()
        self.lay("customers", other(customers, profile) if changed else given(customers, profile))

    def lay(self, name: str, table: pa.Table) -> None:
        """Put a file in place, whole, as another version of the data that is as old as all others to the second."""
        fresh = self.settings.folder / "data" / f"{name}.new"
        pq.write_table(table, fresh)
        at = 1_770_000_000 * _SECOND + next(self.versions)
        os.utime(fresh, ns=(at, at))
        fresh.replace(fresh.with_suffix(".parquet"))

    def token(self, caller: str, number: int = 1) -> str:
        """Return a token of one of the example's callers; each number is another subject, whom no answer is kept for."""
        who: Principal = self.kit.principals[caller]
        if (caller, number) not in self.tokens:
            named: dict[str, Any] = {"domain": who.domain, "region": who.region, "roles": who.roles, "scopes": who.scopes}
            self.tokens[caller, number] = self.issuer.mint(f"{who.subject}-{number}", **named)
        return self.tokens[caller, number]

    def remote(self, case: Case, number: int) -> Remote:
        """Return the Python client of a case's caller, kept for the next case of theirs."""
        key = (case.caller, case.purpose, number)
        if key not in self.remotes:
            self.remotes[key] = connect(self.url, token=self.token(case.caller, number), purpose=case.purpose)
        return self.remotes[key]

    def kept(self) -> str:
        """Return what the node keeps and tells of everybody: its ledger and its counters."""
        ledger = held(self.settings.state / "ledger").values()
        return "\n".join([*(text.decode("latin-1") for text in ledger), self.client.get("/metrics").text])

    def said(self) -> str:
        """Return what the node's process has said since this was asked before."""
        said = (self.settings.folder / "stderr").read_text(encoding="utf-8")
        self.heard, before = len(said), self.heard
        return said[before:]


@contextmanager
def started(folder: Path) -> Generator[str]:
    """Run the development node of a mesh folder, what it says going into files there, until the block ends."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FREEHOLD_")}  # noqa: TID251
    command = [sys.executable, "-m", "freehold", "up", "--dev", "--port", "0", "--json", "--mesh", str(folder)]
    with (folder / "stderr").open("wb") as told, (folder / "stdout").open("wb") as said:
        node = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=told)
        assert node.stdout is not None
        try:
            lines: list[bytes] = []
            while not lines or not lines[-1].startswith(b"}"):
                lines.append(node.stdout.readline())
                assert lines[-1], (folder / "stderr").read_text(encoding="utf-8")
            said.write(b"".join(lines))
            yield json.loads(b"".join(lines))["url"]
        finally:
            node.send_signal(signal.SIGTERM)
            rest, _ = node.communicate(timeout=20)
            said.write(rest)


@pytest.fixture(scope="module")
def besieged(kit: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Besieged]:
    """A node that all of these tests share."""
    folder = tmp_path_factory.mktemp("besieged")
    settings = Settings(folder=folder, mode=Mode.DEVELOPMENT)
    (folder / "data").mkdir()
    (folder / "mesh.yaml").touch()  # by which `up` knows the folder; what it serves is what was applied
    issuer = DevelopmentIssuer(settings.development_keys, mode=Mode.DEVELOPMENT, clock=SystemClock())
    with closing(SqliteRegistry(settings.registry_file)) as registry:
        site = Besieged(kit, settings, "", httpx.Client(), issuer, registry)
        site.lay("orders", kit.orders())
        site.arrange("rows")
        with started(folder) as url, httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
            site.url, site.client = url, client
            yield site
            for remote in site.remotes.values():
                remote.close()
    kept = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "data"]
    assert settings.registry_file in kept
    assert not [path for path in kept if b"CANARY" in path.read_bytes() or b"YRANAC" in path.read_bytes()]


def doors(site: Besieged, case: Case, number: int) -> Iterator[tuple[str, Heard]]:
    """Yield what comes through each door of the wire, by its name."""
    headers = {"Authorization": f"Bearer {site.token(case.caller, number)}"}
    headers |= {"Freehold-Purpose": case.purpose} if case.purpose else {}
    if case.sql:
        body = {"sql": case.sql, "parameters": case.parameters}
        yield "json", _heard(site.client.post("/v1/query", json=body, headers=headers))
        yield "arrow", _heard(site.client.post("/v1/query", json=body, headers=headers | {"Accept": ARROW}))
        yield "explain", _heard(site.client.post("/v1/explain", json=body, headers=headers))
    path = f"/api/v1/{case.domain or 'customer'}/{case.declared or case.id}"
    yield "declared", _heard(site.client.get(path, params=case.parameters, headers=headers))


def _heard(response: httpx.Response) -> Heard:
    headers = {name: value for name, value in response.headers.items() if name not in VOLATILE}
    metadata: dict[str, Any] = json.loads(response.headers.get("freehold-metadata", "{}"))
    if response.headers["content-type"] == ARROW:
        table = pa.ipc.open_stream(response.content).read_all()
        body: dict[str, Any] = {"schema": str(table.schema), "rows": sorted(table.to_pylist(), key=repr)}
    else:
        body = response.json()
        body.pop("leaf", None)
        body["rows"] = sorted(body.pop("data", ()), key=repr)
        metadata |= body.pop("metadata", {})
    for name in ("leaf", "dataVersion"):
        metadata.pop(name, None)
    kind = "answered" if response.is_success and body.get("effect") != "forbid" else body["code"]
    text = json.dumps([response.status_code, headers, metadata, body], default=str, sort_keys=True)
    return Heard(kind, text, body["rows"] if "products" in metadata else None)


def through_client(case: Case, remote: Remote) -> Iterator[tuple[str, Heard]]:
    """Yield what the Python client makes of each of its ways to ask, by its name."""
    if case.sql:
        yield "query", _taken(lambda: remote.query(case.sql, case.parameters))
        yield "explain", _told(remote.explain(case.sql, case.parameters))
    name = (case.domain or "customer", case.declared or case.id)
    yield "declared", _taken(lambda: remote.call(*name, **case.parameters))


def _taken(ask: Callable[[], Any]) -> Heard:
    try:
        result = ask()
        table = result.to_arrow()
        text = str([repr(result), result.schema, result.metadata, table.to_pylist()])
        return Heard("answered", text, table.to_pylist())
    except FreeholdError as error:
        said = "".join(traceback.format_exception(error))
        return Heard(error.code, str([said, repr(error), error.detail, error.remedy, error.facts]))


def _told(explanation: dict[str, Any]) -> Heard:
    return Heard("answered" if explanation["effect"] == "permit" else explanation["code"], str(explanation))


def hold(case: Case, found: dict[str, Heard]) -> None:
    """Hold what came through each door to what the case says of it."""
    told = {"explain": case.outcome_explained, "declared": case.outcome_declared}
    assert {door: heard.kind for door, heard in found.items()} == {door: told.get(door, case.outcome) for door in found}
    for heard in found.values():
        assert not leaks(case, heard.text)
        if heard.rows is None:
            continue
        assert case.rows in {None, len(heard.rows)}
        assert case.absent is None or case.absent not in str(heard.rows)  # not in its digests, which are as chance has them


@pytest.mark.parametrize("case", parameters(BY_PROFILE))
def test_an_attack_over_http_learns_nothing(case: Case, besieged: Besieged) -> None:
    besieged.said()
    besieged.arrange(case.profile)
    first = dict(doors(besieged, case, 1))
    besieged.arrange(case.profile, changed=True)
    second = dict(doors(besieged, case, 2))
    said = besieged.said()

    hold(case, first)
    hold(case, second)
    if not case.varies:
        assert first == second
    assert not traces(said)
    assert "Traceback" not in said
    assert not traces(besieged.kept())


@pytest.mark.parametrize("case", parameters(BY_PROFILE))
def test_an_attack_through_the_client_learns_nothing(case: Case, besieged: Besieged) -> None:
    for number, changed in ((1, False), (2, True)):
        besieged.arrange(case.profile, changed=changed)
        hold(case, dict(through_client(case, besieged.remote(case, number))))


@pytest.mark.parametrize("profile", sorted({case.profile for case in CASES}))
@pytest.mark.parametrize("path", ["/openapi.json", "/v1/products", "/v1/products/customer.customer_360", "/v1/contracts"])
def test_what_is_read_beside_the_answers_tells_nothing_hidden(profile: str, path: str, besieged: Besieged) -> None:
    headers = {"Authorization": f"Bearer {besieged.token('sales')}"}
    seen: list[Any] = []
    for changed in (False, True):
        besieged.arrange(profile, changed=changed)
        answer = besieged.client.get(path, headers=headers)
        assert answer.status_code == 200
        assert "CANARY" not in answer.text
        seen.append(timeless(answer.json()))
    assert seen[0] == seen[1]


def timeless(found: Any) -> Any:
    """Return an answer without the moments since when things stand: they pass, whatever the data is."""
    if isinstance(found, dict):
        return {name: timeless(value) for name, value in found.items() if name != "asOf"}  # pyright: ignore[reportUnknownVariableType]
    return [timeless(value) for value in found] if isinstance(found, list) else found  # pyright: ignore[reportUnknownVariableType]
