"""The client against a real HTTP server that answers as a node does, and as a failing one does."""

from __future__ import annotations

import hashlib
import http.server
import io
import json
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyarrow as pa
import pytest

import freehold
from freehold.client import Mesh
from freehold.errors import ColumnExcluded, NodeUnreachable, SettingInvalid, TokenMissing

TABLE = pa.table({"segment": ["Consumer", "Corporate"], "customers": [31_204, 12_377]})


def stream(table: pa.Table = TABLE, batches: int = 1) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        for _ in range(batches):
            writer.write_table(table)
    return sink.getvalue()


@dataclass
class Script:
    """What the server answers next, `bodies` one after the other, and what it was asked."""

    status: int = 200
    body: bytes = b""
    bodies: list[bytes] = field(default_factory=list[bytes])
    headers: dict[str, str] = field(default_factory=dict[str, str])
    promised: int | None = None
    seen: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list[tuple[str, str, dict[str, str], Any]])


class Handler(http.server.BaseHTTPRequestHandler):
    script: Script

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length)) if length else None
        self.script.seen.append((self.command, self.path, dict(self.headers), body))
        if self.script.bodies:
            self.script.body = self.script.bodies.pop(0)
        self.send_response(self.script.status)
        promised = len(self.script.body) if self.script.promised is None else self.script.promised
        for name, value in {**self.script.headers, "Content-Length": str(promised)}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.script.body)

    do_GET = do_POST = answer  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@pytest.fixture
def node() -> Generator[tuple[str, Script]]:
    script = Script()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"script": script}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", script
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def script(node: tuple[str, Script]) -> Script:
    return node[1]


@pytest.fixture
def mesh(node: tuple[str, Script]) -> Generator[Mesh]:
    with freehold.connect(node[0], token="secret-token", purpose="Customer enrichment") as connected:
        yield connected


def test_a_query_carries_its_text_parameters_purpose_and_token(mesh: Mesh, script: Script) -> None:
    script.body = stream()
    mesh.query("select 1", {"since": date(2026, 1, 2), "least": Decimal("1.50")}).to_arrow()
    method, path, headers, body = script.seen[0]
    assert (method, path) == ("POST", "/v1/query")
    assert headers["Authorization"] == "Bearer secret-token"
    assert headers["Accept"] == "application/vnd.apache.arrow.stream"
    assert body == {"sql": "select 1", "parameters": {"since": "2026-01-02", "least": "1.50"}, "purpose": "Customer enrichment"}


def test_a_stated_purpose_replaces_the_one_of_the_connection(mesh: Mesh, script: Script) -> None:
    script.body = stream()
    mesh.query("select 1", purpose="Audit").close()
    assert script.seen[0][3]["purpose"] == "Audit"


def test_an_answer_becomes_arrow_pandas_and_polars(mesh: Mesh, script: Script) -> None:
    script.body = stream()
    result = mesh.query("select 1")
    assert result.to_arrow() == TABLE
    assert result.to_pandas()["customers"].tolist() == [31_204, 12_377]
    assert result.to_polars()["segment"].to_list() == ["Consumer", "Corporate"]
    assert pa.table(result) == TABLE
    assert len(result) == 2


def test_an_answer_can_be_read_batch_by_batch(mesh: Mesh, script: Script) -> None:
    script.body = stream(batches=3)
    assert [batch.num_rows for batch in mesh.query("select 1")] == [2, 2, 2]


def test_the_digest_is_that_of_the_stream_as_it_came(mesh: Mesh, script: Script) -> None:
    script.body = stream(batches=3)
    result = mesh.query("select 1")
    result.to_arrow()
    assert result.digest == hashlib.sha256(script.body).hexdigest()


def test_metadata_and_leaf_come_with_the_answer(mesh: Mesh, script: Script) -> None:
    script.body = stream()
    script.headers = {"Freehold-Metadata": '{"region": "westeurope", "form": "rows"}', "Freehold-Leaf": "18204"}
    result = mesh.query("select 1")
    assert (result.metadata, result.leaf) == ({"region": "westeurope", "form": "rows"}, 18_204)


def test_a_refusal_comes_back_as_the_class_of_its_code(mesh: Mesh, script: Script) -> None:
    script.status = 403
    script.body = json.dumps(
        {
            "type": "https://freehold.example/problems/column-excluded",
            "title": "A column is excluded by the contract",
            "status": 403,
            "detail": "`email` may not be used",
            "remedy": "ask for less",
            "column": "email",
            "leaf": 18_205,
            "position": {"line": 1, "column": 21},
        }
    ).encode()
    with pytest.raises(ColumnExcluded) as caught:
        mesh.query("select email from customer.customer_360")
    assert caught.value.detail == "`email` may not be used"
    assert caught.value.remedy == "ask for less"
    assert caught.value.facts == {"column": "email", "leaf": 18_205, "position": {"line": 1, "column": 21}}


def test_a_code_of_a_later_version_is_still_a_freehold_error(mesh: Mesh, script: Script) -> None:
    script.status, script.body = 403, b'{"type": "x/problems/moon-phase", "detail": "not today"}'
    with pytest.raises(freehold.FreeholdError) as caught:
        mesh.products()
    assert (caught.value.facts["code"], caught.value.detail) == ("moon-phase", "not today")


def test_a_missing_token_is_told_apart(node: tuple[str, Script]) -> None:
    url, script = node
    script.status, script.body = 401, b'{"type": "x/problems/token-missing", "status": 401}'
    with freehold.connect(url) as mesh, pytest.raises(TokenMissing):
        mesh.contracts()
    assert "Authorization" not in script.seen[0][2]


def test_a_stranger_behind_the_address_is_not_taken_for_a_node(mesh: Mesh, script: Script) -> None:
    script.status, script.body = 502, b"<html>Bad gateway</html>"
    with pytest.raises(NodeUnreachable):
        mesh.products()
    script.status, script.body = 200, b"<html>Welcome</html>"
    with pytest.raises(NodeUnreachable):
        mesh.products()
    with pytest.raises(NodeUnreachable):
        mesh.query("select 1")


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
def test_an_answer_that_breaks_off_is_never_taken_for_whole(mesh: Mesh, script: Script, kept: float) -> None:
    whole = stream(pa.table({"x": list(range(10_000))}))
    script.body, script.promised = whole[: int(len(whole) * kept)], len(whole)
    with pytest.raises(NodeUnreachable):
        mesh.query("select 1").to_arrow()


def test_an_answer_cut_between_two_batches_is_never_taken_for_whole(mesh: Mesh, script: Script) -> None:
    script.body = stream(batches=2)[:-8]
    with pytest.raises(NodeUnreachable):
        mesh.query("select 1").to_arrow()


def test_a_node_that_is_down_is_unreachable() -> None:
    with freehold.connect("http://127.0.0.1:9", timeout=5) as mesh, pytest.raises(NodeUnreachable) as caught:
        mesh.products()
    assert "`http://127.0.0.1:9`" in caught.value.detail


@pytest.mark.parametrize("url", ["ftp://host", "nonsense", "http://", "http://[::1"])
def test_what_is_no_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(SettingInvalid):
        freehold.connect(url)


def test_a_declared_query_is_called_with_its_parameters(mesh: Mesh, script: Script) -> None:
    script.body = stream()
    mesh.call("sales", "aggregates", region="westeurope", from_=date(2026, 1, 1), to=None).to_arrow()
    address = urlsplit(script.seen[0][1])
    assert address.path == "/api/v1/sales/aggregates"
    assert parse_qs(address.query) == {"region": ["westeurope"], "from": ["2026-01-01"]}
    assert script.seen[0][2]["Freehold-Purpose"] == "Customer enrichment"


def test_products_show_themselves_as_a_table(mesh: Mesh, script: Script) -> None:
    record = {"key": "customer.customer_360", "owner": "a <b>", "form": "rows", "quality": {"completeness": 99.2}}
    script.body = json.dumps({"products": [record]}).encode()
    found = mesh.products(search="cust omer")
    assert parse_qs(urlsplit(script.seen[0][1]).query) == {"search": ["cust omer"], "limit": ["1000"]}
    assert list(found) == [record]
    assert "customer.customer_360  a <b>  rows  completeness 99.2  –" in repr(found)
    render: Callable[[], str] = getattr(found, "_repr_html_")  # noqa: B009  (a notebook looks it up by name)
    assert "a &lt;b&gt;" in render()


def test_a_long_list_of_products_is_read_a_page_at_a_time(mesh: Mesh, script: Script) -> None:
    nodes = {"nodes": [{"node": "west", "stale": True}]}
    pages = [{"products": [{"key": "a.b"}], "next": "a.b"}, {"products": [{"key": "c.d"}], "next": None, "metadata": nodes}]
    script.bodies = [json.dumps(page).encode() for page in pages]
    found = mesh.products("x")
    assert [item["key"] for item in found] == ["a.b", "c.d"]
    assert found.metadata == nodes
    assert [parse_qs(urlsplit(seen[1]).query).get("after") for seen in script.seen] == [None, ["a.b"]]


def test_a_selection_asks_for_quoted_columns(mesh: Mesh, script: Script) -> None:
    script.body = stream()
    chosen = mesh["customer.customer_360"].select("segment", 'odd"name').where("region = $region", region="DE").limit(5)
    assert chosen.to_arrow() == TABLE
    body = script.seen[0][3]
    assert body["sql"] == 'SELECT "segment", "odd""name" FROM "customer"."customer_360" WHERE region = $region LIMIT 5'
    assert body["parameters"] == {"region": "DE"}


def test_no_representation_shows_a_token_or_a_value(mesh: Mesh, script: Script) -> None:
    script.body = stream()
    assert "secret-token" not in repr(mesh)
    assert "Consumer" not in repr(mesh.query("select 1"))


def test_names_in_addresses_are_escaped(mesh: Mesh, script: Script) -> None:
    script.body = b"{}"
    mesh.product("a/../b?c")
    assert script.seen[0][1] == "/v1/products/a%2F..%2Fb%3Fc"
