"""Whatever is sent, the node answers with a documented status and, where it says no, with a problem document."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from freehold.errors import REGISTRY

STATUSES = {200, 204, 304} | {kind.status for kind in REGISTRY.values()}
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=8)
WORDS = st.sampled_from(
    ["v1", "api", "query", "products", "contracts", "ledger", "tile", "entries", "proofs", "problems", "approval", "0", "-1"]
)
SQL = st.sampled_from(
    [
        "select",
        "from",
        "customer.customer_360",
        "(",
        ")",
        ",",
        "*",
        "'",
        '"',
        "$a",
        "--",
        ";",
        "count(*)",
        "email",
        "\x00",
        "é",
        "1e400",
    ]
)


def check(answer: httpx.Response) -> None:
    assert answer.status_code in STATUSES
    assert answer.status_code != 500, answer.text
    assert "CANARY" not in answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] in REGISTRY


@QUICK
@given(body=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_answered(site: Any, body: bytes) -> None:
    check(site.client.post("/v1/query", content=body, headers=site.headers()))


@QUICK
@given(sql=st.lists(SQL | TEXT, max_size=12).map(" ".join), parameters=st.dictionaries(TEXT, SCALARS, max_size=3))
def test_any_sql_is_answered(site: Any, sql: str, parameters: dict[str, Any]) -> None:
    body = json.dumps({"sql": sql, "parameters": parameters}).encode()
    for path in ("/v1/query", "/v1/explain"):
        check(site.client.post(path, content=body, headers=site.headers()))


@QUICK
@given(
    parts=st.lists(WORDS | TEXT, max_size=6),
    fields=st.dictionaries(TEXT, TEXT, max_size=3),
    method=st.sampled_from(["GET", "POST", "HEAD", "PUT"]),
)
def test_any_address_is_answered(site: Any, parts: list[str], fields: dict[str, str], method: str) -> None:
    path = "/" + "/".join(quote(part, safe="") for part in parts)
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in fields.items())
    answer = site.client.request(method, f"{path}?{query}", headers=site.headers())
    if method != "HEAD":
        check(answer)


@QUICK
@given(
    accept=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60),
    tag=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30),
    purpose=TEXT,
)
def test_any_header_is_answered(site: Any, accept: str, tag: str, purpose: str) -> None:
    headers = {b"accept": accept.strip().encode(), b"if-none-match": tag.strip().encode()}
    cleaned = purpose.encode().translate(None, bytes(range(32)) + b"\x7f").strip()
    own = {name.encode(): value.encode() for name, value in site.headers().items()}
    answer = site.client.get("/api/v1/customer/by-segment?except=x", headers=headers | own | {b"freehold-purpose": cleaned})
    check(answer)
