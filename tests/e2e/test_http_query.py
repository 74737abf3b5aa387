"""Questions over HTTP: answers in every format, refusals as problems, and the leaf before either."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import time
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

SMALL = "select segment, count(*) as customers from customer.customer_360 group by segment order by segment"
LARGE = "select id, kind, amount from customer.events"


def test_a_question_is_answered_with_data_metadata_and_a_leaf(site: Any) -> None:
    answer = site.ask(SMALL)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert list(body) == ["data", "metadata"]
    assert body["data"] == [{"segment": "Consumer", "customers": 50}, {"segment": "Corporate", "customers": 50}]
    assert body["metadata"]["region"] == "westeurope"
    assert {"freshness", "quality"} <= set(body["metadata"])
    assert str(body["metadata"]["leaf"]) == answer.headers["freehold-leaf"]


def test_the_same_question_again_gets_the_same_rows_under_a_new_leaf(site: Any) -> None:
    headers = site.headers()
    first, second = (site.client.post("/v1/query", json={"sql": SMALL}, headers=headers) for _ in range(2))
    assert first.json()["data"] == second.json()["data"]
    assert int(second.headers["freehold-leaf"]) > int(first.headers["freehold-leaf"])


def test_every_format_holds_the_same_rows(site: Any) -> None:
    rows = site.ask(SMALL).json()["data"]
    text = site.ask(SMALL, accept="text/csv")
    assert text.headers["content-type"].startswith("text/csv")
    assert "\r\n" in text.text
    assert [{**row, "customers": int(row["customers"])} for row in csv.DictReader(io.StringIO(text.text))] == rows
    arrow = site.ask(SMALL, accept="application/vnd.apache.arrow.stream")
    assert pa.ipc.open_stream(arrow.content).read_all().to_pylist() == rows
    parquet = site.ask(SMALL, accept="application/vnd.apache.parquet")
    assert pq.read_table(io.BytesIO(parquet.content), use_threads=False).to_pylist() == rows


@pytest.mark.parametrize("accept", ["text/csv", "application/vnd.apache.arrow.stream", "application/vnd.apache.parquet"])
def test_metadata_comes_in_a_header_where_the_body_has_no_place_for_it(site: Any, accept: str) -> None:
    answer = site.ask(SMALL, accept=accept)
    assert json.loads(answer.headers["freehold-metadata"])["region"] == "westeurope"


def test_a_large_answer_comes_in_chunks_and_whole_in_every_format(site: Any) -> None:
    arrow = site.ask(LARGE, accept="application/vnd.apache.arrow.stream")
    assert arrow.headers["transfer-encoding"] == "chunked"
    table = pa.ipc.open_stream(arrow.content).read_all()
    assert table.num_rows == 120_000
    body = site.ask(LARGE).json()
    assert body["data"] == table.to_pylist()
    assert isinstance(body["metadata"]["leaf"], int)
    text = site.ask(LARGE, accept="text/csv").text
    assert sum(1 for _ in csv.reader(io.StringIO(text))) == 120_001
    parquet = site.ask(LARGE, accept="application/vnd.apache.parquet")
    assert pq.read_table(io.BytesIO(parquet.content), use_threads=False).equals(table)


def test_the_end_of_a_large_answer_is_recorded_with_the_digest_of_what_was_sent(site: Any) -> None:
    answer = site.ask(LARGE, accept="application/vnd.apache.arrow.stream")
    leaf = int(answer.headers["freehold-leaf"])
    ended: list[dict[str, Any]] = []
    until = time.monotonic() + 5
    while not ended and time.monotonic() < until:
        entries = [json.loads(entry) for _, entry in site.node.ledger.entries(leaf, leaf + 50)]
        ended = [entry for entry in entries if entry.get("refers_to") == leaf]
    assert [entry["answer"] for entry in ended] == [hashlib.sha256(answer.content).hexdigest()]
    assert ended[0]["rows"] == 120_000


def test_a_declared_query_takes_its_parameters_from_the_query_string(site: Any) -> None:
    answer = site.client.get("/api/v1/customer/by-segment", params={"except": "Consumer"}, headers=site.headers())
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"] == [{"segment": "Corporate", "customers": 50}]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "parameter-invalid"),
        ("except=a&except=b", "parameter-invalid"),
        ("except=%ff", "parameter-invalid"),
        ("nope=1&except=a", "parameter-invalid"),
    ],
)
def test_a_bad_parameter_is_named(site: Any, query: str, code: str) -> None:
    answer = site.client.get(f"/api/v1/customer/by-segment?{query}", headers=site.headers())
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["remedy"]


def test_the_purpose_may_come_in_the_body_in_a_header_or_in_the_query_string(site: Any) -> None:
    for answer in (
        site.ask(SMALL, purpose="customer  ENRICHMENT"),
        site.client.post("/v1/query", json={"sql": SMALL}, headers=site.headers(**{"Freehold-Purpose": "Customer enrichment"})),
        site.client.get("/api/v1/customer/by-segment?except=x&purpose=Customer%20enrichment", headers=site.headers()),
    ):
        assert answer.status_code == 200, answer.text
        assert answer.json()["metadata"]["purpose"] == "Customer enrichment"
    wrong = site.client.post("/v1/query", json={"sql": SMALL}, headers=site.headers(**{"Freehold-Purpose": "Marketing"}))
    assert wrong.status_code == 403


def test_a_refusal_is_a_problem_that_names_rule_column_contract_and_leaf(site: Any) -> None:
    answer = site.ask("select customerId, email from customer.customer_360")
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["type"] == "/problems/column-excluded"
    assert body["title"] == "A column is excluded by the contract"
    assert body["column"] == "email"
    assert body["instance"] == "/v1/query"
    assert str(body["leaf"]) == answer.headers["freehold-leaf"]
    assert site.client.get(body["type"]).status_code == 200
    assert "CANARY" not in answer.text


def test_hidden_and_missing_are_the_same_byte_for_byte(site: Any) -> None:
    token = {"Authorization": f"Bearer {site.token('elsewhere')}"}

    def ask(name: str) -> bytes:
        body = site.client.post("/v1/query", json={"sql": f"select 1 as a from {name}"}, headers=token)
        assert body.status_code == 404
        document = body.json()
        document.pop("leaf")
        return json.dumps(document).replace(name, "NAME").encode()

    assert ask("customer.customer_360") == ask("customer.customer_361")


def test_explain_tells_the_decision_and_runs_nothing(site: Any) -> None:
    permitted = site.client.post("/v1/explain", json={"sql": SMALL}, headers=site.headers())
    assert permitted.json()["effect"] == "permit"
    assert str(permitted.json()["leaf"]) == permitted.headers["freehold-leaf"]
    refused = site.client.post("/v1/explain", json={"sql": "select email from customer.customer_360"}, headers=site.headers())
    assert (refused.status_code, refused.json()["effect"]) == (200, "forbid")


def test_an_unchanged_answer_is_304_and_recorded_all_the_same(site: Any) -> None:
    headers = site.headers()
    first = site.client.post("/v1/query", json={"sql": SMALL}, headers=headers)
    second = site.client.post("/v1/query", json={"sql": SMALL}, headers={**headers, "If-None-Match": first.headers["etag"]})
    assert (second.status_code, second.content) == (304, b"")
    assert int(second.headers["freehold-leaf"]) > int(first.headers["freehold-leaf"])
    assert first.headers["cache-control"] == "private, no-cache"
    assert "Authorization" in first.headers["vary"]
    large = site.client.post("/v1/query", json={"sql": LARGE}, headers=headers)
    again = site.client.post("/v1/query", json={"sql": LARGE}, headers={**headers, "If-None-Match": large.headers["etag"]})
    assert again.status_code == 304


def test_another_format_has_another_etag(site: Any) -> None:
    assert site.ask(SMALL).headers["etag"] != site.ask(SMALL, accept="text/csv").headers["etag"]


def test_the_rate_limit_answers_429_and_says_when_to_come_back(site: Any) -> None:
    answers = [site.ask(f"select customerId from customer.limited limit {number}") for number in (1, 2, 3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].json()["code"] == "rate-limited"
    assert "freehold-leaf" in answers[-1].headers


def test_head_answers_as_get_does_without_a_body(site: Any) -> None:
    answer = site.client.head("/api/v1/customer/by-segment?except=x", headers=site.headers())
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 0
    assert "freehold-leaf" in answer.headers
