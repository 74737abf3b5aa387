"""The ledgers of real nodes bear each other out, after everything that can happen between them, a power cut among it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from freehold.digest import canonical
from freehold.keys.local import LocalKeys
from freehold.model.event import Entry
from freehold.model.peer import Forwarded
from freehold.stores.ledger import FileLedger, ReadLedger
from freehold.wiring.clock import SystemClock

SEGMENTS = "select segment, count(*) as n from customer.customer_360 group by segment order by segment"
ROWS = "select customerId, segment from customer.customer_360 order by customerId limit 3"
EVENTS = "select id, kind from customer.events order by id"
MANY = "select a.id, a.kind, b.kind as other from customer.events a join customer.events b on a.id % 1000 = b.id % 1000"
SLOW = "select count(*) as n from customer.events a join customer.events b on a.id % 3 = b.id % 3 and a.id * b.id % 7 > a.id % 5"
ARROW = "application/vnd.apache.arrow.stream"
NODES = ("west", "north", "us")


def reconcile(*folders: Path, code: int = 0) -> dict[str, Any]:
    """Return what the command says of these ledgers."""
    command = [sys.executable, "-m", "freehold", "ledger", "reconcile", *map(str, folders), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


def ledger(mesh: Any, name: str) -> Path:
    """Return the folder of a node's ledger."""
    return mesh[name].settings.ledger_folder(name)


def between(found: dict[str, Any], carrier: str, home: str) -> dict[str, Any]:
    """Return the account of one direction."""
    (account,) = [item for item in found["accounts"] if (item["carrier"], item["home"]) == (carrier, home)]
    return account


def ask_everything(mesh: Any) -> None:
    """Ask in every way that a question, an answer or a refusal can pass between two nodes."""
    for accept in ("application/json", "text/csv", ARROW, "application/vnd.apache.parquet"):
        assert mesh.ask("north", ROWS, Accept=accept).status_code == 200
    large = mesh.ask("north", EVENTS, Accept=ARROW)
    mesh["north"].closing(large.headers["freehold-relay-leaf"])
    assert mesh.ask("us", SEGMENTS).status_code == 200
    assert mesh.ask("us", ROWS).json()["code"] == "rows-may-not-cross"
    assert mesh.ask("north", "select email from customer.customer_360").json()["code"] == "column-excluded"
    for sql in (SEGMENTS, "select email from customer.customer_360"):
        assert mesh.ask("north", sql, path="/v1/explain").status_code == 200
    path = "/api/v1/sales/by-category?except=Books"
    tag = mesh.get("west", path).headers["etag"]
    assert mesh.get("west", path, If_None_Match=tag).status_code == 304
    assert mesh.get("west", path, Freehold_Route="redirect").status_code == 307
    address, headers = f"{mesh['west'].url}{path}", mesh.headers("customer", "westeurope")
    assert httpx.head(address, headers=headers, trust_env=False, verify=mesh["west"].verify).status_code == 200
    for _ in range(2):
        approve(mesh, roles=("data-steward",))
    approve(mesh, roles=())
    tell_and_request(mesh)
    assert mesh.ask("west", SEGMENTS).status_code == 200


def tell_and_request(mesh: Any) -> None:
    """Ask another node than the home for what it tells without a leaf, and for access, which leaves one."""
    key, headers = "customer.customer_360", {"Authorization": f"Bearer {mesh.token('customer', roles=('data-steward',))}"}
    asked: dict[str, Any] = {"trust_env": False, "verify": mesh["north"].verify}
    for path in (f"/v1/products/{key}/quality", f"/v1/classification?product={key}", f"/v1/requests?product={key}"):
        assert httpx.get(f"{mesh['north'].url}{path}", headers=headers, **asked).status_code == 200
    address = f"{mesh['north'].url}/v1/requests"
    wanted = {"fields": ["email"], "purpose": "Customer enrichment"}
    given = [httpx.post(f"{address}?product={key}", json=wanted, headers=mesh.headers(), **asked).json() for _ in range(2)]
    assert [item["already"] for item in given] == [False, True]
    for item in given:
        said = {"answer": "rejected", "reason": "no"}
        assert httpx.post(f"{address}/{item['id']}/answer", json=said, headers=headers, **asked).status_code == 200


def approve(mesh: Any, roles: tuple[str, ...]) -> None:
    """Bring an approval to a node that is not its home."""
    path = "/v1/contracts/customer.customer_360/sales-customer-enrichment/approval"
    headers = {"Authorization": f"Bearer {mesh.token('customer', 'westeurope', roles=roles)}"}
    httpx.post(f"{mesh['north'].url}{path}", headers=headers, trust_env=False, verify=mesh["north"].verify)


def test_after_everything_that_can_be_asked_the_ledgers_bear_each_other_out(secure: Any) -> None:
    ask_everything(secure)
    found = reconcile(*(ledger(secure, name) for name in NODES))
    assert found["reconciles"]
    account = between(found, "north", "west")
    assert account["carried"] == account["matched"] + account["unread"]
    assert account["matched"] >= 13
    assert account["broken"] == account["unheard"] == []
    assert between(found, "west", "north")["matched"] >= 3
    assert between(found, "us", "west")["matched"] >= 2


def test_the_bytes_that_passed_have_one_digest_in_both_ledgers(secure: Any) -> None:
    for accept in ("application/json", ARROW):
        answer = secure.ask("north", ROWS, Accept=accept)
        here = secure["north"].entry(answer.headers["freehold-relay-leaf"])
        assert here["answer"] == secure["west"].closing(answer.headers["freehold-leaf"])["answer"]


def test_an_approval_names_the_node_that_brought_it(secure: Any) -> None:
    approve(secure, roles=())
    refused = [entry for entry in secure["west"].entries() if entry.get("code") == "approval-refused"]
    assert refused[-1]["peer"] == "north"


def test_a_home_that_is_killed_in_the_middle_leaves_an_answer_that_both_say_broke_off(secure: Any) -> None:
    north, west = secure["north"], secure["west"]
    headers = secure.headers(Accept=ARROW)
    try:
        with httpx.stream(
            "POST", f"{north.url}/v1/query", json={"sql": MANY}, headers=headers, trust_env=False, timeout=60, verify=north.verify
        ) as answer:
            leaf, there = int(answer.headers["freehold-relay-leaf"]), int(answer.headers["freehold-leaf"])
            coming = answer.iter_raw()
            assert next(coming)
            west.kill()
            with pytest.raises(httpx.RemoteProtocolError):
                list(coming)
    finally:
        west.kill()
        west.start()
    found = reconcile(ledger(secure, "west"), ledger(secure, "north"))
    assert found["reconciles"]
    broken = between(found, "north", "west")["broken"]
    assert {"leaf": leaf, "home_leaf": there, "detail": "neither recorded its end"} in broken


def test_a_caller_who_goes_away_in_the_middle_leaves_an_answer_that_broke_off(secure: Any) -> None:
    north = secure["north"]
    headers = secure.headers(Accept=ARROW)
    with httpx.stream(
        "POST", f"{north.url}/v1/query", json={"sql": MANY}, headers=headers, trust_env=False, timeout=60, verify=north.verify
    ) as answer:
        leaf = int(answer.headers["freehold-relay-leaf"])
        assert next(answer.iter_raw())
    found = reconcile(ledger(secure, "west"), ledger(secure, "north"))
    assert leaf in {pair["leaf"] for pair in between(found, "north", "west")["broken"]}
    assert found["reconciles"]


def test_a_question_that_was_given_up_is_told_where_the_home_judged_it(secure: Any) -> None:
    """The carrying node waits for as long as its own queries may take, and five seconds; the home judged the question before."""
    north, west = secure["north"], secure["west"]
    north.stop()
    north.environment = {"FREEHOLD_MAX_SECONDS": "0.5"}
    north.start()
    judged = len(west.entries())
    try:
        answer = secure.ask("north", SLOW)
        assert answer.json()["code"] == "time-exceeded", answer.text
    finally:
        north.stop()
        north.environment = {}
        north.start()
    there: list[int] = []
    for _ in range(200):
        there = [at for at, entry in enumerate(west.entries()) if at >= judged and entry.get("peer") == "north"]
        if there:
            break
        time.sleep(0.05)
    found = reconcile(ledger(secure, "west"), ledger(secure, "north"))
    pair = {"leaf": answer.json()["leaf"], "home_leaf": there[-1], "detail": "time-exceeded"}
    assert pair in between(found, "north", "west")["unheard"]
    assert found["reconciles"]


def forge(mesh: Any, name: str, folder: Path, tell: Any) -> Path:
    """Write a node's ledger anew with its own keys, each entry as `tell` has it: by itself, it holds."""
    read = ReadLedger(ledger(mesh, name))
    keys = LocalKeys(mesh[name].settings.keys_folder(name))
    forged = FileLedger(folder / name, origin=name, keys=keys, clock=SystemClock())
    for index, raw in read.entries(0, read.size):
        entry = msgspec.json.decode(raw, type=Entry)
        forged.append(canonical(tell(index, entry))).result(10)
    forged.close()
    return folder / name


def test_a_node_that_writes_its_ledger_anew_with_its_own_key_is_given_away_by_the_other(secure: Any, tmp_path: Path) -> None:
    answer = secure.ask("north", ROWS)
    here, there = int(answer.headers["freehold-relay-leaf"]), int(answer.headers["freehold-leaf"])

    def milder(index: int, entry: Entry) -> Entry:
        return msgspec.structs.replace(entry, products=("customer.events",)) if index == there else entry

    def silent(index: int, entry: Entry) -> Entry:
        return msgspec.structs.replace(entry, kind="answered", peer="", peer_leaf=None) if index == here else entry

    found = reconcile(forge(secure, "west", tmp_path / "home", milder), ledger(secure, "north"), code=1)
    assert all(item["holds"] for item in found["ledgers"])
    assert [(item["code"], item["leaf"]) for item in between(found, "north", "west")["differences"]] == [("products-differ", here)]

    found = reconcile(ledger(secure, "west"), forge(secure, "north", tmp_path / "carrier", silent), code=1)
    (difference,) = between(found, "north", "west")["differences"]
    assert (difference["code"], difference["home_leaf"]) == ("not-carried", there)


def test_a_request_that_somebody_sends_with_a_stolen_key_is_one_that_the_node_never_carried(secure: Any) -> None:
    """The home cannot tell it from one of that node's; the two ledgers can."""
    headers = secure.headers(Accept="application/json")
    body = msgspec.json.encode({"sql": SEGMENTS})
    request = {"method": "POST", "path": "/v1/query", "authorization": headers["Authorization"], "accept": "application/json"}
    thief = secure.speak_as("us")
    headers["Freehold-Node-Token"] = thief.request("west", secure.run_of("west", "us"), Forwarded(**request, body=body).digest())
    address, west = f"{secure['west'].url}/v1/query", secure["west"]
    answer = httpx.post(address, content=body, headers=headers, trust_env=False, verify=west.verify)
    assert answer.status_code == 200
    leaf = int(answer.headers["freehold-leaf"])
    west.closing(leaf)
    found = reconcile(ledger(secure, "west"), ledger(secure, "us"), code=1)
    assert ("not-carried", leaf) in {(item["code"], item["home_leaf"]) for item in between(found, "us", "west")["differences"]}
