"""What goes wrong over HTTP: every fault is a problem document that says what to change, and none stops the node."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from freehold.errors import REGISTRY

SLOW = "select count(*) as n from customer.events a join customer.events b on a.amount + 1 > b.amount"
LARGE = "select a.id, a.kind, b.amount from customer.events a join customer.events b on a.id % 40 = b.id % 40"


def check_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Hold an answer to the one shape of problems."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    body = answer.json()
    assert body["code"] == code
    assert body["type"] == f"/problems/{code}"
    assert (body["title"], body["status"]) == (REGISTRY[code].title, status)
    assert body["detail"]
    assert body["instance"].startswith("/")
    return body


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b"\xff\xfe", "UTF-8"),
        (b'{"sql": "\xff"}', "UTF-8"),
        (b"select 1", "not JSON"),
        (b"[1]", "object"),
        (b"{}", "`sql`"),
        (b'{"sql": 1}', "`sql`"),
        (b'{"sql": "select 1", "purpse": "x"}', "`purpse`"),
        (b'{"sql": "select 1", "purpose": 3}', "`purpose`"),
        (b'{"sql": "select 1", "parameters": [1]}', "`parameters`"),
        (b'{"sql": "select 1", "parameters": {"a": [1]}}', "`a`"),
        (b"[" * 100_000, "not JSON"),
        (b'{"sql": "select 1", "sql": "select 2"}', "`sql` twice"),
        (b'{"sql": "select 1", "s\\u0071l": "select 2"}', "`sql` twice"),
        (b'{"sql": "select 1", "purpose": null, "purpose": "x"}', "`purpose` twice"),
        (b'{"sql": "select $a as x", "parameters": {"a": 1, "a": 2}}', "`a` twice"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/query", "/v1/explain"])
def test_an_unreadable_body_says_what_to_change(site: Any, path: str, body: bytes, says: str) -> None:
    found = check_problem(site.client.post(path, content=body, headers=site.headers()), 400, "body-unreadable")
    assert says in found["detail"]
    assert found["remedy"]


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("Authorization", 401, "token-invalid"),
        ("Freehold-Purpose", 400, "parameter-invalid"),
        ("Freehold-Route", 400, "parameter-invalid"),
    ],
)
def test_a_header_that_decides_something_comes_once(site: Any, name: str, status: int, code: str) -> None:
    token = f"Bearer {site.token()}"
    given = {"Authorization": token, "Freehold-Purpose": "Customer enrichment", "Freehold-Route": "relay"}
    answer = site.client.post("/v1/query", json={"sql": "select 1"}, headers=[*given.items(), (name, given[name])])
    check_problem(answer, status, code)


def test_two_purposes_in_one_request_are_refused(site: Any) -> None:
    sql, headers = "select segment from customer.customer_360 limit 1", site.headers(**{"Freehold-Purpose": "Customer enrichment"})
    same = site.client.post("/v1/query", json={"sql": sql, "purpose": "customer ENRICHMENT"}, headers=headers)
    assert same.status_code == 200, same.text
    check_problem(
        site.client.post("/v1/query", json={"sql": sql, "purpose": "Marketing"}, headers=headers), 400, "parameter-invalid"
    )
    check_problem(
        site.client.get("/api/v1/customer/by-segment?except=x&purpose=Marketing", headers=headers), 400, "parameter-invalid"
    )


def test_a_misspelt_member_gets_a_suggestion(site: Any) -> None:
    answer = site.client.post("/v1/query", json={"sql": "select 1", "purpse": "x"}, headers=site.headers())
    assert answer.json()["remedy"] == "did you mean `purpose`?"


def test_a_compressed_body_is_refused(site: Any) -> None:
    answer = site.client.post("/v1/query", content=b"x", headers=site.headers(**{"Content-Encoding": "gzip"}))
    check_problem(answer, 400, "body-unreadable")


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_refused(site: Any, chunked: bool) -> None:
    content = (b"x" * 65_536 for _ in range(20)) if chunked else b"x" * 1_100_000
    check_problem(site.client.post("/v1/query", content=content, headers=site.headers()), 413, "body-too-large")


@pytest.mark.parametrize("accept", ["image/png", "application/json;q=0", "text/csv;q=0, application/json;q=0.0"])
def test_a_format_that_is_not_offered_is_406_and_lists_those_that_are(site: Any, accept: str) -> None:
    found = check_problem(site.ask("select 1", accept=accept), 406, "format-unsupported")
    assert "application/vnd.apache.arrow.stream" in found["offered"]


@pytest.mark.parametrize(
    "authorization",
    [None, "Basic eDp5", "Bearer", "Bearer a.b", "Bearer a.b.c", "Bearer \u00e9.b.c", "Bearer " + "a" * 9000],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/query"),
        ("POST", "/v1/explain"),
        ("GET", "/api/v1/customer/by-segment"),
        ("GET", "/v1/products"),
        ("GET", "/v1/ledger/checkpoint"),
    ],
)
def test_nobody_gets_in_without_a_token(site: Any, method: str, path: str, authorization: str | None) -> None:
    headers = {} if authorization is None else {b"authorization": authorization.encode()}
    answer = site.client.request(method, path, headers=headers, content=b"{}" if method == "POST" else None)
    missing = authorization is None or authorization.split(" ")[0] == "Basic" or not authorization.removeprefix("Bearer").strip()
    check_problem(answer, 401, "token-missing" if missing else "token-invalid")
    assert answer.headers["www-authenticate"].startswith("Bearer")


NOWHERE = ("/", "/v1", "/v2/query", "/v1/queries", "/api/v1/", "/api/v1/a", "/api/v1/a/b/c", "/v1/ledger/proofs/x", "/problems/x")


@pytest.mark.parametrize("path", NOWHERE)
def test_an_address_where_nothing_is_served_is_a_problem(site: Any, path: str) -> None:
    answer = site.client.get(path, headers=site.headers())
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/query", "POST"),
        ("DELETE", "/v1/explain", "POST"),
        ("POST", "/api/v1/customer/by-segment", "GET"),
        ("PUT", "/v1/products", "GET"),
        ("DELETE", "/healthz", "GET"),
    ],
)
def test_another_method_is_405_and_names_those_that_are_served(site: Any, method: str, path: str, allowed: str) -> None:
    answer = site.client.request(method, path, headers=site.headers())
    check_problem(answer, 405, "method-unsupported")
    assert allowed in answer.headers["allow"]


def test_every_answer_has_the_security_headers_and_an_id(site: Any) -> None:
    for answer in (
        site.ask("select count(*) as n from customer.customer_360"),
        site.ask("select"),
        site.client.get("/healthz"),
        site.client.get("/nope"),
        site.client.get("/v1/products", headers=site.headers()),
    ):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert re.fullmatch(r"[0-9a-f]{12}-[0-9a-f]+", answer.headers["x-request-id"])
        assert answer.headers["server"] == ""


@pytest.mark.parametrize(("given", "kept"), [("trace-1.a", True), ("a b", False), ("x" * 65, False), ("<script>", False)])
def test_a_plain_request_id_is_kept_and_any_other_replaced(site: Any, given: str, kept: bool) -> None:
    assert (site.client.get("/healthz", headers={"X-Request-Id": given}).headers["x-request-id"] == given) is kept


def test_what_nobody_foresaw_is_internal_with_a_correlation_id_and_no_text(
    site: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("CANARY")

    monkeypatch.setattr(type(site.node.catalog), "page", broken)
    monkeypatch.setattr(type(site.node.gate), "explain", broken)
    for answer in (
        site.client.get("/v1/products", headers=site.headers()),
        site.client.post("/v1/explain", json={"sql": "select 1"}, headers=site.headers()),
    ):
        found = check_problem(answer, 500, "internal")
        assert found["correlation"] == answer.headers["x-request-id"]
        assert "CANARY" not in answer.text
        assert "Zero" not in answer.text
        assert any(found["correlation"] in record.getMessage() for record in caplog.records)


def test_a_header_section_that_is_too_large_does_not_get_in(site: Any) -> None:
    try:
        status = site.client.get("/healthz", headers={"X-Large": "x" * 200_000}).status_code
    except httpx.TransportError:
        status = 431
    assert status in {400, 431}
    assert site.client.get("/healthz").status_code == 200


def _raw(site: Any, sql: str) -> socket.socket:
    """Send a question over a socket of our own and return it with nothing read."""
    body = json.dumps({"sql": sql}).encode()
    address = urlsplit(site.url)
    plain = socket.create_connection((address.hostname, address.port), timeout=20)
    head = f"POST /v1/query HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {site.token()}\r\nContent-Length: {len(body)}\r\n"
    plain.sendall(head.encode() + b"Accept: application/vnd.apache.arrow.stream\r\n\r\n" + body)
    return plain


def _wait_for(found: Callable[[], bool], seconds: float = 10.0) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if found():
            return True
        time.sleep(0.02)
    return False


def test_a_client_that_goes_away_stops_its_query_before_the_first_row(site: Any) -> None:
    slots = site.node.gate._slots
    with _raw(site, SLOW):
        assert _wait_for(lambda: slots._value < slots._initial_value)
        time.sleep(0.5)
        assert slots._value < slots._initial_value, "the query must be slow for this test to mean anything"
    assert _wait_for(lambda: slots._value == slots._initial_value, 5.0)


def test_a_client_that_goes_away_in_the_middle_stops_its_query(site: Any) -> None:
    slots = site.node.gate._slots
    with _raw(site, LARGE) as plain:
        head = plain.recv(1000)
        assert head.startswith(b"HTTP/1.1 200")
        assert slots._value < slots._initial_value
    assert _wait_for(lambda: slots._value == slots._initial_value)
    leaf = int(head.lower().split(b"freehold-leaf: ")[1].split(b"\r")[0])
    entries = [json.loads(entry) for _, entry in site.node.ledger.entries(leaf, leaf + 50)]
    assert entries[0]["kind"] == "answered"
    ended = [entry for entry in entries if entry.get("refers_to") == leaf]
    assert ended == [], "what was not delivered whole must not be recorded as completed"


def test_an_answer_that_breaks_off_breaks_the_connection(site: Any) -> None:
    body = {"sql": LARGE}
    headers = site.headers(Accept="application/vnd.apache.arrow.stream")
    with site.client.stream("POST", "/v1/query", json=body, headers=headers) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.TransportError):
            for _ in answer.iter_raw():
                pass
    assert site.client.get("/healthz").status_code == 200


def test_no_decision_is_answered_while_its_leaf_is_not_durable(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from freehold.errors import StoreFull
    from freehold.ports.ledger import Commit, Leaf

    def full(_self: object, _entry: bytes) -> Leaf:
        failed = Commit()
        failed.fail(StoreFull)
        return Leaf(failed, 0)

    monkeypatch.setattr(type(site.node.ledger), "append", full)
    answer = site.ask("select segment from customer.customer_360 limit 7")
    check_problem(answer, 507, "store-full")
    assert "Corporate" not in answer.text


def test_metrics_count_requests_and_hold_nothing_of_callers(site: Any) -> None:
    site.ask("select customerId from customer.customer_360 where segment = 'CANARY-IN-A-QUERY'")
    page = site.client.get("/metrics").text
    assert 'freehold_requests_total{route="/v1/query",status="200"}' in page
    assert "freehold_ledger_leaves" in page
    for secret in ("CANARY", "sales", "customer_360", "Enrichment"):
        assert secret not in page
