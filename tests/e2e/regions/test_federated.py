"""A question over several homes: each is asked by the node where it came in, judges its own part, and records it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from http.server import BaseHTTPRequestHandler
from typing import Any, Literal

import httpx
import pyarrow as pa
import pytest

Reply = Callable[[BaseHTTPRequestHandler], Any]
Lie = Callable[[Reply], None]
REVENUE = (
    "select c.segment, sum(o.revenue) as revenue, count(*) as n from customer.customer_360 c "
    "join sales.orders o on o.customerId = c.customerId group by c.segment order by 1"
)
ANSWER = [{"segment": "Consumer", "revenue": 12500.0, "n": 500}, {"segment": "Corporate", "revenue": 12000.0, "n": 500}]
COUNTED = (
    "select segment as what, count(*) as n from customer.customer_360 group by segment "
    "union all select category, count(*) from sales.orders group by category order by 1"
)
WITH_RUMOURS = "select segment as what from customer.customer_360 union all select what from sales.rumours"


@pytest.fixture(scope="module")
def mesh(make_federation: Any, tmp_path_factory: pytest.TempPathFactory) -> Generator[Any]:
    """Return a mesh of its own, so that no node has heard of another before other tests have them meet."""
    with make_federation(tmp_path_factory.mktemp("federated")) as made:
        yield made


@pytest.fixture
def ask(mesh: Any) -> Callable[..., httpx.Response]:
    """Return what asks a node as an engineer of a domain."""

    def asked(at: str, sql: str, domain: str = "customer", region: str = "westeurope", path: str = "/v1/query") -> httpx.Response:
        token = mesh.token(domain, region, roles=("data-engineer",))
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.post(f"{mesh[at].url}{path}", json={"sql": sql}, headers=headers, trust_env=False, timeout=60)

    return asked


@pytest.fixture
def lie(mesh: Any) -> Generator[Callable[[Reply], None]]:
    """Return what has the home of rumours answer as the test has it, until the test is over."""
    before = mesh.liar.reply

    def told(reply: Reply) -> None:
        mesh.liar.reply = reply

    yield told
    mesh.liar.reply = before


@pytest.mark.parametrize(("at", "other"), [("west", "north"), ("north", "west")])
def test_homes_answer_together_wherever_the_question_comes_in(
    mesh: Any, ask: Callable[..., httpx.Response], at: str, other: str
) -> None:
    answer = ask(at, REVENUE).json()
    assert answer["data"] == ANSWER
    parts = {part["node"]: part for part in answer["metadata"]["parts"]}
    assert set(parts) == {at, other}
    assert answer["metadata"]["region"] == mesh[at].region
    assert "bytes" not in parts[at]
    assert (parts[other]["to"], parts[other]["bytes"] > 0) == (mesh[at].region, True)


def test_each_part_is_a_leaf_at_its_home_and_where_it_came_in(mesh: Any, ask: Callable[..., httpx.Response]) -> None:
    answer = ask("west", REVENUE).json()
    entry = mesh["west"].entry(answer["metadata"]["leaf"])
    assert (entry["kind"], entry["products"]) == ("answered", ["customer.customer_360", "sales.orders"])
    away = next(part for part in entry["fragments"] if part["region"] == "northeurope")
    home = mesh["north"].entry(away["leaf"])
    assert (home["kind"], home["peer"], home["products"]) == ("answered", "west", ["sales.orders"])
    carried = mesh["west"].entry(away["relay_leaf"])
    assert (carried["kind"], carried["peer"], carried["peer_leaf"]) == ("relayed", "north", away["leaf"])
    near = next(part for part in entry["fragments"] if part["region"] == "westeurope")
    assert mesh["west"].entry(near["leaf"])["products"] == ["customer.customer_360"]


def test_what_may_not_cross_makes_no_plan_and_asks_nobody(mesh: Any, ask: Callable[..., httpx.Response]) -> None:
    before = len(mesh["west"].entries())
    refused = ask("us", REVENUE)
    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["obstacle"]) == (403, "no-compliant-plan", "rows-may-not-cross")
    assert {item["kind"]: item.get("region") for item in problem["alternatives"]} == {"form": None, "entry": "westeurope"}
    assert len(mesh["west"].entries()) == before
    assert mesh["us"].entry(problem["leaf"])["code"] == "no-compliant-plan"


def test_the_alternative_that_a_refusal_names_passes(mesh: Any, ask: Callable[..., httpx.Response]) -> None:
    problem = ask("us", REVENUE).json()
    entry = next(item["region"] for item in problem["alternatives"] if item["kind"] == "entry")
    at = next(name for name in ("west", "north", "us") if mesh[name].region == entry)
    assert ask(at, REVENUE).json()["data"] == ANSWER


def test_aggregates_of_each_home_cross_to_where_rows_may_not(ask: Callable[..., httpx.Response]) -> None:
    answer = ask("us", COUNTED).json()
    assert {row["what"]: row["n"] for row in answer["data"]} == {
        "Books": 334,
        "Consumer": 100,
        "Corporate": 100,
        "Tools & Toys": 333,
        "Ärger": 333,
    }
    parts = answer["metadata"]["parts"]
    assert {(part["region"], part["form"], part["border"]) for part in parts} == {
        ("westeurope", "aggregate", "EU → US"),
        ("northeurope", "aggregate", "EU → US"),
    }


def test_a_declared_query_may_be_over_several_homes(mesh: Any) -> None:
    headers = {"Authorization": f"Bearer {mesh.token('customer', 'westeurope', roles=('data-engineer',))}"}
    address = f"{mesh['west'].url}/api/v1/sales/by-segment"
    got = httpx.get(address, params={"before": "2026-02-01"}, headers=headers, trust_env=False, timeout=60)
    assert got.json()["data"] == [{"segment": "Corporate", "revenue": 12000.0}]
    bad = httpx.get(address, params={"before": "soon"}, headers=headers, trust_env=False, timeout=60)
    assert (bad.status_code, bad.json()["code"]) == (400, "parameter-invalid")


def test_an_unchanged_answer_is_not_sent_again(mesh: Any) -> None:
    headers = {"Authorization": f"Bearer {mesh.token('customer', 'westeurope', roles=('data-engineer',))}"}
    first = httpx.post(f"{mesh['west'].url}/v1/query", json={"sql": REVENUE}, headers=headers, trust_env=False, timeout=60)
    headers["If-None-Match"] = first.headers["etag"]
    again = httpx.post(f"{mesh['west'].url}/v1/query", json={"sql": REVENUE}, headers=headers, trust_env=False, timeout=60)
    assert (again.status_code, again.content) == (304, b"")


def test_explain_shows_the_parts_their_regions_and_what_crosses(mesh: Any, ask: Callable[..., httpx.Response]) -> None:
    told = ask("north", REVENUE, path="/v1/explain").json()
    assert (told["effect"], told["region"]) == ("permit", "northeurope")
    shown = {part["region"]: part for part in told["fragments"]}
    assert shown["westeurope"]["crosses"] is True
    assert shown["northeurope"]["crosses"] is False
    assert 'GROUP BY "o"."customerid"' in shown["northeurope"]["sql"]
    assert mesh["north"].entry(told["leaf"])["kind"] == "explained"


def test_the_ledgers_of_all_homes_bear_each_other_out(mesh: Any, ask: Callable[..., httpx.Response]) -> None:
    assert ask("west", REVENUE).status_code == 200
    assert ask("us", COUNTED).status_code == 200
    folders = [str(mesh[name].settings.ledger_folder(name)) for name in ("west", "north", "us")]
    command = [sys.executable, "-m", "freehold", "ledger", "reconcile", *folders, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    pairs = {(pair["carrier"], pair["home"]): pair for pair in json.loads(done.stdout)["accounts"]}
    assert pairs["us", "west"]["matched"] >= 1
    assert pairs["west", "north"]["matched"] >= 1


# ── homes that do not answer, or not as they should ──────────────────────────────────────────────────────────────
def say(status: int, kind: str, body: bytes, **headers: str) -> Reply:
    """Return what answers with these bytes."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        handler.send_header("Freehold-Leaf", "7")
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return reply


def arrow(table: pa.Table, compression: Literal["zstd"] | None = None) -> bytes:
    """Return a table as an Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


ARROW = "application/vnd.apache.arrow.stream"
GOOD = arrow(pa.table({"what": ["heard"]}))
RUNS = pa.RunEndEncodedArray.from_arrays(pa.array([1 << 30], pa.int32()), pa.array(["x"]))
LIES = {
    "other columns": say(200, ARROW, arrow(pa.table({"secret": ["x"]}))),
    "more columns": say(200, ARROW, arrow(pa.table({"what": ["x"], "more": ["y"]}))),
    "what grows": say(200, ARROW, arrow(pa.table({"what": ["x" * 1000] * 100_000}), "zstd")),
    "one value for many": say(200, ARROW, arrow(pa.table({"what": pa.array(["x"]).dictionary_encode()}))),
    "runs": say(
        200, ARROW, arrow(pa.table({"what": pa.RunEndEncodedArray.from_arrays(pa.array([1 << 30], pa.int32()), pa.array(["x"]))}))
    ),
    "rows of nothing": say(200, ARROW, arrow(pa.table({"what": pa.nulls(1 << 30)}))),
    "no arrow": say(200, ARROW, b"hello"),
    "half of it": say(200, ARROW, GOOD[: len(GOOD) // 2]),
    "nothing": say(200, ARROW, b""),
    "no node": say(500, "text/plain", b"oops"),
}


@pytest.mark.parametrize("what", LIES)
def test_a_home_that_does_not_answer_as_asked_fails_the_question(
    mesh: Any, ask: Callable[..., httpx.Response], lie: Lie, what: str
) -> None:
    lie(LIES[what])
    failed = ask("west", WITH_RUMOURS, "sales")
    assert (failed.status_code, failed.json()["code"], failed.json()["region"]) == (503, "region-missing", "swedencentral")
    assert mesh["west"].entry(failed.json()["leaf"])["code"] == "region-missing"


def test_what_a_home_answers_is_what_it_says(mesh: Any, ask: Callable[..., httpx.Response], lie: Lie) -> None:
    lie(say(200, ARROW, GOOD))
    answer = ask("west", WITH_RUMOURS, "sales").json()
    assert sorted({row["what"] for row in answer["data"]}) == ["Consumer", "Corporate", "heard"]


def test_a_home_speaks_of_its_own_products_alone(mesh: Any, ask: Callable[..., httpx.Response], lie: Lie) -> None:
    said = {"quality": "good", "contracts": {"a": 1}, "minGroupSize": "many", "policies": [["no"]]}
    versions = {"customer.customer_360": "forged", "sales.rumours": "one"}
    lie(say(200, ARROW, GOOD, Freehold_Metadata=json.dumps(said | {"dataVersion": versions})))
    answer = ask("west", WITH_RUMOURS, "sales")
    assert answer.status_code == 200, answer.text
    told = answer.json()["metadata"]["dataVersion"]
    assert told["sales.rumours"] == "one"
    assert told["customer.customer_360"] != "forged"


def test_partial_gives_what_there_is_and_says_what_is_missing(mesh: Any, ask: Callable[..., httpx.Response], lie: Lie) -> None:
    lie(LIES["no node"])
    answer = ask("west", WITH_RUMOURS, "sales", path="/v1/query?partial=allow")
    assert answer.status_code == 200
    assert len(answer.json()["data"]) == 200
    assert answer.json()["metadata"]["missing"] == ["swedencentral"]
    fragments = mesh["west"].entry(answer.json()["metadata"]["leaf"])["fragments"]
    assert [part["missing"] for part in fragments if part["region"] == "swedencentral"] == ["node-unreachable"]


def test_partial_does_not_make_up_for_a_relation_that_is_joined(mesh: Any, ask: Callable[..., httpx.Response], lie: Lie) -> None:
    lie(LIES["no node"])
    joined = "select r.what, c.segment from customer.customer_360 c, sales.rumours r"
    assert ask("west", joined, "sales", path="/v1/query?partial=allow").json()["code"] == "region-missing"
    assert ask("west", joined, "sales", path="/v1/query?partial=perhaps").json()["code"] == "parameter-invalid"


def test_a_refusal_of_a_home_is_the_answer_even_to_who_would_take_a_part(
    mesh: Any, ask: Callable[..., httpx.Response], lie: Lie
) -> None:
    problem = b'{"code": "contract-pending", "detail": "it waits", "remedy": "ask them", "position": {"line": 1, "column": 1}}'
    lie(say(403, "application/problem+json", problem))
    refused = ask("west", WITH_RUMOURS, "sales", path="/v1/query?partial=allow").json()
    assert (refused["code"], refused["region"], refused["homeLeaf"]) == ("contract-pending", "swedencentral", 7)
    assert "position" not in refused


def test_a_home_that_says_when_to_ask_again_and_means_nothing_is_answered_for(
    mesh: Any, ask: Callable[..., httpx.Response], lie: Lie
) -> None:
    lie(say(503, "application/problem+json", b'{"code": "node-busy", "detail": "busy", "retryAfter": {"a": 1}}'))
    refused = ask("west", WITH_RUMOURS, "sales")
    assert (refused.status_code, refused.json()["code"]) == (503, "node-busy"), refused.text


def test_a_home_that_falls_silent_is_missing_at_the_deadline(mesh: Any, ask: Callable[..., httpx.Response], lie: Lie) -> None:
    lie(lambda handler: mesh.liar.over.wait(20) and handler.send_error(500))
    started = time.monotonic()
    counted = "select count(*) as n from sales.shipments union all select count(*) from sales.rumours"
    failed = ask("us", counted, domain="sales", region="eastus")
    assert failed.json()["code"] == "region-missing", failed.text
    assert failed.json()["reason"] == "time-exceeded"
    assert time.monotonic() - started < 10


def test_a_caller_without_a_right_is_refused_before_anybody_is_asked(mesh: Any, ask: Callable[..., httpx.Response]) -> None:
    mesh.liar.asked.clear()
    refused = ask("west", "select what from sales.rumours union all select email from customer.customer_360", "sales")
    assert (refused.status_code, refused.json()["code"]) == (403, "column-excluded")
    assert not mesh.liar.asked
