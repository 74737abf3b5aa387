"""A question enters at any node and is answered by the home of what it reads: the same bytes, two leaves, and no way round."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import httpx
import msgspec
import pyarrow as pa
import pytest

SEGMENTS = "select segment, count(*) as n from customer.customer_360 group by segment order by segment"
ROWS = "select customerId, segment from customer.customer_360 order by customerId limit 3"
EVENTS = "select id, kind from customer.events order by id"
ARROW = "application/vnd.apache.arrow.stream"


def test_a_question_is_answered_by_its_home_wherever_it_enters(mesh: Any) -> None:
    direct, carried = mesh.ask("west", SEGMENTS), mesh.ask("north", SEGMENTS)
    assert (direct.status_code, carried.status_code) == (200, 200)
    assert carried.json()["data"] == direct.json()["data"]
    assert carried.json()["metadata"]["region"] == "westeurope"
    assert carried.json()["metadata"] == direct.json()["metadata"] | {"leaf": int(carried.headers["freehold-leaf"])}
    assert "freehold-relay" not in direct.headers


def test_both_nodes_record_it_and_each_names_the_other(mesh: Any) -> None:
    answer = mesh.ask("north", ROWS)
    here = mesh["north"].entry(answer.headers["freehold-relay-leaf"])
    there = mesh["west"].entry(answer.headers["freehold-leaf"])
    assert answer.headers["freehold-relay"] == "north"
    assert (here["kind"], here["form"], here["peer"]) == ("relayed", "relayed", "west")
    assert here["peer_leaf"] == int(answer.headers["freehold-leaf"])
    assert here["answer"] == hashlib.sha256(answer.content).hexdigest()
    assert (there["kind"], there["form"], there["peer"]) == ("answered", "rows", "north")
    assert here["products"] == there["products"] == ["customer.customer_360"]
    assert (here["domain"], here["region"]) == (there["domain"], there["region"]) == ("sales", "northeurope")


def test_a_large_answer_is_passed_on_byte_for_byte_as_it_comes(mesh: Any) -> None:
    direct, carried = mesh.ask("west", EVENTS, Accept=ARROW), mesh.ask("north", EVENTS, Accept=ARROW)
    assert "content-length" not in carried.headers
    assert carried.content == direct.content
    assert pa.ipc.open_stream(carried.content).read_all().num_rows == 120_000
    assert msgspec.json.decode(carried.headers["freehold-metadata"])["region"] == "westeurope"
    digest = hashlib.sha256(carried.content).hexdigest()
    assert mesh["west"].closing(carried.headers["freehold-leaf"])["answer"] == digest
    assert mesh["north"].closing(carried.headers["freehold-relay-leaf"])["answer"] == digest


@pytest.mark.parametrize("accept", ["application/json", "text/csv", ARROW, "application/vnd.apache.parquet"])
def test_every_format_is_carried(mesh: Any, accept: str) -> None:
    direct, carried = mesh.ask("west", ROWS, Accept=accept), mesh.ask("north", ROWS, Accept=accept)
    assert carried.headers["content-type"] == direct.headers["content-type"]
    assert carried.headers["etag"] == direct.headers["etag"]
    if accept != "application/json":  # whose metadata holds the leaf
        assert carried.content == direct.content


@pytest.mark.parametrize("left_out", ["Books", "Tools & Toys", "Ärger", "a+b %41 'x' [y]"])
def test_a_declared_query_is_carried_with_its_parameters_and_purpose(mesh: Any, left_out: str) -> None:
    path = str(httpx.URL("/api/v1/sales/by-category", params={"except": left_out}))
    direct = mesh.get("north", path, Freehold_Purpose="Customer enrichment")
    carried = mesh.get("west", path, Freehold_Purpose="Customer enrichment")
    assert carried.status_code == 200
    assert carried.json()["data"] == direct.json()["data"]
    assert left_out not in {row["category"] for row in carried.json()["data"]}
    assert carried.headers["freehold-relay"] == "west"


def test_an_explanation_is_carried_and_says_which_border_it_is_about(mesh: Any) -> None:
    told = mesh.ask("us", SEGMENTS, path="/v1/explain").json()
    assert told["effect"] == "permit"
    assert "through the node `us`" in str(told)


def test_a_refusal_comes_back_as_the_home_said_it_with_its_leaf(mesh: Any) -> None:
    sql = "select customerId, email from customer.customer_360"
    direct, carried = mesh.ask("west", sql), mesh.ask("north", sql)
    assert carried.status_code == direct.status_code == 403
    assert {**carried.json(), "leaf": 0} == {**direct.json(), "leaf": 0}
    here = mesh["north"].entry(carried.headers["freehold-relay-leaf"])
    assert (here["kind"], here["code"], here["peer_leaf"]) == ("relayed", "column-excluded", carried.json()["leaf"])
    assert mesh["west"].entry(carried.json()["leaf"])["code"] == "column-excluded"


def test_an_answer_that_is_known_already_is_not_sent_again(mesh: Any) -> None:
    path = "/api/v1/sales/by-category?except=Books"
    first = mesh.get("west", path)
    again = mesh.get("west", path, If_None_Match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["freehold-relay-leaf"] != first.headers["freehold-relay-leaf"]
    head = httpx.head(f"{mesh['west'].url}{path}", headers=mesh.headers("customer", "westeurope"), trust_env=False)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", first.headers["etag"])


def test_whoever_asks_to_be_sent_to_the_home_is(mesh: Any) -> None:
    path = "/api/v1/sales/by-category?except=Tools%20%26%20Toys"
    sent = mesh.get("west", path, Freehold_Route="redirect")
    assert (sent.status_code, sent.content) == (307, b"")
    assert sent.headers["location"] == f"{mesh['north'].url}{path}"
    assert httpx.get(sent.headers["location"], headers=mesh.headers("customer"), trust_env=False).status_code == 200
    here = mesh["west"].entry(sent.headers["freehold-relay-leaf"])
    assert (here["kind"], here["form"], here["peer"]) == ("relayed", "redirected", "north")
    sent = mesh.ask("north", SEGMENTS, Freehold_Route="redirect")
    assert sent.headers["location"] == f"{mesh['west'].url}/v1/query"


def test_at_the_home_nothing_is_redirected_and_another_word_is_refused(mesh: Any) -> None:
    assert mesh.ask("west", SEGMENTS, Freehold_Route="redirect").status_code == 200
    refused = mesh.ask("north", SEGMENTS, Freehold_Route="around")
    assert (refused.status_code, refused.json()["code"]) == (400, "parameter-invalid")


def test_an_approval_is_given_at_the_home_wherever_it_enters(mesh: Any) -> None:
    path = "/v1/contracts/customer.customer_360/sales-customer-enrichment/approval"
    headers = {"Authorization": f"Bearer {mesh.token('customer', 'westeurope', roles=('data-steward',))}"}
    given = httpx.post(f"{mesh['north'].url}{path}", headers=headers, trust_env=False)
    assert given.status_code == 200
    assert mesh["west"].entry(given.json()["leaf"])["kind"] == "approved"
    here = mesh["north"].entry(given.headers["freehold-relay-leaf"])
    assert (here["kind"], here["path"], here["peer"], here["peer_leaf"]) == ("relayed", "approval", "west", given.json()["leaf"])
    again = httpx.post(f"{mesh['west'].url}{path}", headers=headers, trust_env=False).json()
    assert (again["already"], again["leaf"]) == (True, given.json()["leaf"])
    refused = httpx.post(f"{mesh['north'].url}{path}", headers=mesh.headers(), trust_env=False)
    assert refused.json()["code"] == "approval-refused"
    believed = {**headers, "Freehold-Node-Token": "made.up.token"}
    assert httpx.post(f"{mesh['west'].url}{path}", headers=believed, trust_env=False).json()["code"] == "node-token-invalid"


def test_values_are_looked_at_by_the_home_wherever_the_scan_is_asked(mesh: Any) -> None:
    path = "/v1/classification/customer.customer_360/scan"
    headers = {"Authorization": f"Bearer {mesh.token('customer', 'westeurope', roles=('data-steward', 'data-engineer'))}"}
    given = httpx.post(f"{mesh['north'].url}{path}", headers=headers, trust_env=False)
    assert given.status_code == 200
    there = mesh["west"].entry(given.json()["leaf"])
    here = mesh["north"].entry(given.headers["freehold-relay-leaf"])
    assert (there["kind"], there["peer"]) == ("scanned", "north")
    assert (here["kind"], here["path"], here["peer"], here["peer_leaf"]) == ("relayed", "scan", "west", given.json()["leaf"])
    emails = [item for item in given.json()["findings"] if item["column"] == "email"]
    assert emails
    assert all(item["share"] is not None for item in emails)
    outside = httpx.post(f"{mesh['us'].url}{path}", headers=headers, trust_env=False)
    assert [item["share"] for item in outside.json()["findings"] if item["column"] == "email"] == [None] * len(emails)
    assert outside.json()["scan"]["rows"] is None
    stranger = httpx.post(f"{mesh['north'].url}{path}", headers=mesh.headers(), trust_env=False)
    assert stranger.json()["code"] == "product-unknown"


def test_a_review_is_given_at_the_home_wherever_it_enters_and_is_seen_from_there(mesh: Any) -> None:
    headers = {"Authorization": f"Bearer {mesh.token('customer', 'westeurope', roles=('data-steward', 'data-engineer'))}"}
    asked: dict[str, Any] = {"headers": headers, "trust_env": False}
    base = "/v1/classification"
    httpx.post(f"{mesh['west'].url}{base}/customer.customer_360/scan", **asked)
    path, said = f"{base}/customer.customer_360/email/review", {"verdict": "accepted", "reason": "it is"}
    given = httpx.post(f"{mesh['north'].url}{path}", json=said, **asked)
    assert given.status_code == 200
    there = mesh["west"].entry(given.json()["leaf"])
    here = mesh["north"].entry(given.headers["freehold-relay-leaf"])
    assert (there["kind"], there["peer"], there["form"]) == ("reviewed", "north", "accepted")
    assert (here["kind"], here["path"], here["peer"], here["peer_leaf"]) == ("relayed", "review", "west", given.json()["leaf"])
    seen = {
        name: httpx.get(f"{mesh[name].url}{base}?product=customer.customer_360", **asked).json()["products"][0]["findings"]
        for name in ("west", "north", "us")
    }
    assert {item["standing"] for item in seen["north"] if item["column"] == "email"} == {"accepted"}
    assert seen["north"] == seen["west"]
    assert all(item["share"] is None and item["examples"] == [] for item in seen["us"])
    refused = httpx.post(f"{mesh['north'].url}{path}", json=said, headers=mesh.headers("customer"), trust_env=False)
    assert refused.json()["code"] == "review-refused"
    assert mesh["west"].entry(refused.json()["leaf"])["peer"] == "north"
    unread = httpx.post(f"{mesh['north'].url}{path}", json={"verdict": "perhaps", "reason": "it is"}, **asked)
    assert unread.status_code == 400


# ── a relay is no way round ──────────────────────────────────────────────────────────────────────────────────────
def test_what_may_not_go_to_the_carriers_jurisdiction_does_not_go_through_it(mesh: Any) -> None:
    """The caller is in the EU and so is the data: at home they have rows, through a node in the US they have not."""
    assert mesh.ask("north", ROWS).status_code == 200
    refused = mesh.ask("us", ROWS)
    assert refused.json()["code"] == "rows-may-not-cross"
    given = mesh.ask("us", SEGMENTS)
    assert [row["n"] for row in given.json()["data"]] == [100, 100]
    assert given.json()["metadata"]["form"] == "aggregate"
    assert "EU → US through the node `us`" in given.json()["metadata"]["crossing"][0]
    assert "through the node `us`" in mesh["west"].entry(given.headers["freehold-leaf"])["crossing"]


def test_a_node_at_home_does_not_give_a_caller_outside_more(mesh: Any) -> None:
    for at in ("west", "north", "us"):
        assert mesh.ask(at, ROWS, region="eastus").json()["code"] == "rows-may-not-cross"
    labels = mesh.ask("north", SEGMENTS, region="eastus").json()["metadata"]["crossing"]
    assert [label.partition(":")[0] for label in labels] == ["EU → US"]


def test_what_may_cross_as_rows_is_carried_as_rows(mesh: Any) -> None:
    given = mesh.ask("west", "select port from sales.shipments", "customer", "westeurope")
    assert len(given.json()["data"]) == 40
    assert given.json()["metadata"]["crossing"] == ["US → EU: rows (mesh.yaml:10)"]


@pytest.mark.parametrize("name", ["Freehold-Region", "Freehold-Domain", "X-Forwarded-For", "Freehold-Relay", "Freehold-Via"])
def test_no_header_says_who_or_where_somebody_is(mesh: Any, name: str) -> None:
    assert mesh.ask("us", ROWS, **{name: "westeurope"}).json()["code"] == "rows-may-not-cross"


@pytest.mark.parametrize("domain", ["elsewhere", "sales"])
def test_a_product_that_is_hidden_and_one_that_is_missing_look_the_same_from_everywhere(mesh: Any, domain: str) -> None:
    names = ("customer.customer_360", "customer.nothing_of_it") if domain == "elsewhere" else ("customer.nothing", "customer.no")
    said = [mesh.ask(at, f"select 1 from {name}", domain).json() for at in ("west", "north") for name in names]
    assert {item["code"] for item in said} == {"product-unknown"}


def test_a_request_is_kept_and_answered_by_the_home_wherever_it_enters(mesh: Any) -> None:
    path, wanted = "/v1/requests", {"fields": ["email"], "purpose": "Customer enrichment", "reason": "letters"}
    named = f"{path}?product=customer.customer_360"
    steward = {"Authorization": f"Bearer {mesh.token('customer', 'westeurope', roles=('data-steward',))}"}
    given = httpx.post(f"{mesh['north'].url}{named}", json=wanted, headers=mesh.headers(), trust_env=False)
    assert given.status_code == 200, given.text
    there, here = mesh["west"].entry(given.json()["leaf"]), mesh["north"].entry(given.headers["freehold-relay-leaf"])
    assert (there["kind"], there["peer"], there["fields"]) == ("requested", "north", {"customer.customer_360": ["email"]})
    assert (here["kind"], here["path"], here["peer_leaf"]) == ("relayed", "requests", given.json()["leaf"])
    seen = {
        name: httpx.get(f"{mesh[name].url}{named}", headers=steward, trust_env=False).json()["requests"][0]
        for name in ("west", "north", "us")
    }
    assert seen["north"] == seen["west"]
    assert (seen["west"]["reason"], seen["us"]["reason"], seen["us"]["requester"]) == ("letters", None, None)
    answer = f"{path}/{given.json()['id']}/answer"
    said = {"answer": "accepted", "reason": "until May"}
    done = httpx.post(f"{mesh['north'].url}{answer}", json=said, headers=steward, trust_env=False).json()
    assert (done["state"], mesh["west"].entry(done["leaf"])["kind"]) == ("accepted", "settled")
    assert mesh.ask("west", "select email from customer.customer_360").json()["code"] == "column-excluded"
    refused = httpx.post(f"{mesh['north'].url}{answer}", json=said, headers=mesh.headers(), trust_env=False)
    assert (refused.status_code, refused.json()["code"]) == (403, "settlement-refused")
    mine = httpx.get(f"{mesh['north'].url}{path}", headers=mesh.headers(), trust_env=False).json()
    assert mine == {"requests": [], "next": None}


AT_HOME = {
    "scan": ("POST", "/v1/classification/{}/scan", None),
    "review": ("POST", "/v1/classification/{}/email/review", {"verdict": "accepted", "reason": "it is"}),
    "findings": ("GET", "/v1/classification?product={}", None),
    "quality": ("GET", "/v1/products/{}/quality", None),
    "approval": ("POST", "/v1/contracts/{}/sales-customer-enrichment/approval", None),
    "request": ("POST", "/v1/requests?product={}", {"fields": ["segment"], "purpose": "letters"}),
    "requests": ("GET", "/v1/requests?product={}", None),
    "answer": ("POST", "/v1/requests/{}-1/answer", {"answer": "accepted", "reason": "so it is"}),
}


@pytest.mark.parametrize("who", ["elsewhere", None])
@pytest.mark.parametrize("what", AT_HOME)
def test_what_only_a_home_can_do_tells_no_outsider_that_there_is_a_product(mesh: Any, what: str, who: str | None) -> None:
    method, path, body = AT_HOME[what]

    def told(at: str, key: str) -> tuple[object, ...]:
        headers = mesh.headers(who) if who else {}
        answer = httpx.request(method, f"{mesh[at].url}{path.format(key)}", json=body, headers=headers, trust_env=False)
        names = sorted(set(answer.headers) - {"connection"})  # which tells whether the body had come when nobody was refused
        return answer.status_code, answer.json()["code"], answer.text.replace(key, "…"), names

    def plain(found: tuple[object, ...]) -> tuple[object, ...]:
        text = re.sub(r'"(leaf|request|requestId)":"?[^",}]*', "", str(found[2]))
        return (*found[:2], text, found[3])

    for at in ("west", "north"):
        assert plain(told(at, "customer.customer_360")) == plain(told(at, "customer.nothing_of_it"))


def test_nothing_that_the_contract_hides_is_on_any_wire_or_in_any_ledger(mesh: Any) -> None:
    for at in ("west", "north", "us"):
        for sql in (ROWS, SEGMENTS, "select * from customer.customer_360", "select email from customer.customer_360"):
            answer = mesh.ask(at, sql)
            assert b"CANARY" not in answer.content
            assert "CANARY" not in str(answer.headers)
        assert "CANARY" not in str(mesh[at].entries())
        assert "CANARY" not in (mesh[at].folder / "node.log").read_text()
