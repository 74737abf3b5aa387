"""What goes between nodes, byte by byte: a form that may not cross is in none of it (law 5)."""

from __future__ import annotations

import base64
from collections.abc import Generator
from typing import Any

import httpx
import pytest

CANARIES = (b"CANARY", b"C0001", b"C0150")
COUNTED = "select segment, count(*) as n from customer.customer_360 group by segment"
OVER_BOTH = f"{COUNTED} union all select category, count(*) from sales.orders group by category"
REFUSED = (
    "select customerId from customer.customer_360",
    "select email from customer.customer_360",
    "select customerId, category from sales.orders union all select customerId, segment from customer.customer_360",
    "select c.segment, sum(o.revenue) from customer.customer_360 c join sales.orders o on o.customerId = c.customerId group by 1",
    "select min(customerId) from customer.customer_360 union all select max(customerId) from sales.orders",
)
"""Aggregates that may cross the border, and questions that would have to take rows over it."""


@pytest.fixture(scope="module")
def tapped(make_federation: Any, tmp_path_factory: pytest.TempPathFactory) -> Generator[Any]:
    """Return a mesh in which all that nodes say to each other is heard."""
    with make_federation(tmp_path_factory.mktemp("tapped"), tapped=("west", "north")) as made:
        yield made


def ask(mesh: Any, at: str, sql: str, path: str = "/v1/query") -> httpx.Response:
    """Ask a node as an engineer of Customer, who may see all of it inside the jurisdiction."""
    headers = {"Authorization": f"Bearer {mesh.token('customer', 'westeurope', roles=('data-engineer',))}"}
    return httpx.post(f"{mesh[at].url}{path}", json={"sql": sql}, headers=headers, trust_env=False, timeout=60)


def heard(mesh: Any) -> bytes:
    """Return what went between nodes so far, and once more as it would read without its encodings."""
    raw = b"".join(b"".join(tap.heard) for tap in mesh.taps.values())
    return raw + base64.b64encode(raw)


def test_only_aggregates_are_heard_at_the_border_of_a_jurisdiction(tapped: Any) -> None:
    answers = [ask(tapped, "us", sql) for sql in (COUNTED, OVER_BOTH)]
    assert [answer.status_code for answer in answers] == [200, 200]
    refused = [ask(tapped, "us", sql, path) for sql in REFUSED for path in ("/v1/query", "/v1/explain")]
    assert {answer.status_code for answer in refused} <= {200, 403}
    assert all("data" not in answer.json() for answer in refused)
    bytes_heard = heard(tapped)
    assert b"Corporate" in bytes_heard
    assert not [canary for canary in CANARIES if canary in bytes_heard]


def test_rows_are_heard_inside_the_jurisdiction_and_no_column_that_was_not_asked_for(tapped: Any) -> None:
    joined = "select o.category, c.segment from customer.customer_360 c join sales.orders o on o.customerId = c.customerId"
    assert ask(tapped, "north", joined).status_code == 200
    bytes_heard = heard(tapped)
    assert b"C0150" in bytes_heard
    assert b"CANARY" not in bytes_heard


KEYED = (
    "select c.segment, sum(o.revenue) as s from customer.customer_360 c "
    "join sales.orders o on o.customerId = c.customerId group by 1"
)


def test_keys_that_nobody_may_see_are_compared_and_no_key_is_heard(tapped: Any) -> None:
    before = {name: len(tap.heard) for name, tap in tapped.taps.items()}
    answer = tapped.ask("north", KEYED, "analytics", Freehold_Purpose="Segments")
    assert answer.status_code == 200, answer.text
    assert {row["segment"]: row["s"] for row in answer.json()["data"]} == {"Consumer": 12_500.0, "Corporate": 12_000.0}
    crossed = b"".join(b"".join(tap.heard[before[name] :]) for name, tap in tapped.taps.items())
    assert b"Corporate" in crossed
    assert not [canary for canary in CANARIES if canary in crossed + base64.b64encode(crossed)]


def test_keys_are_compared_in_no_other_region_and_given_to_nobody_who_is_no_node(tapped: Any) -> None:
    for at in ("west", "us"):
        refused = tapped.ask(at, KEYED, "analytics", Freehold_Purpose="Segments")
        assert refused.status_code == 403, refused.text
    headers = tapped.headers("analytics", Freehold_Purpose="Segments")
    key = {"product": "customer.customer_360", "column": "customerid", "peer": "northeurope", "join": "0"}
    body = {"sql": "select customerId from customer.customer_360", "joining": {"nonce": "0" * 32, "mesh": "", "keys": [key]}}
    refused = httpx.post(f"{tapped['west'].url}/v1/query", json=body, headers=headers, trust_env=False, timeout=60)
    assert (refused.status_code, refused.json()["code"]) == (400, "body-unreadable")
