"""Any node lists the whole mesh: as each home tells of itself, also while homes are down, and says how old that is."""

from __future__ import annotations

import base64
import datetime as dt
import json
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from typing import Any

import httpx
import msgspec
import pytest

from e2e.regions.conftest import Federation, federation
from freehold import __version__
from freehold.digest import digest_bytes
from freehold.identity.nodes import NodeTokens
from freehold.keys.node import LocalNodeKey
from freehold.model.catalog import Delivery, Head, Published, root, write_entry
from freehold.model.peer import Forwarded
from freehold.model.product import Product
from freehold.testing import FixedClock
from freehold.wiring.clock import SystemClock
from freehold.wiring.folder import apply_folder

SECONDS = 1


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Generator[Federation]:
    """A mesh whose nodes ask each other every second, and which these tests may stop and change."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FREEHOLD_CATALOG_SECONDS", str(SECONDS))
        with federation(tmp_path_factory.mktemp("catalogues")) as made:
            yield made


def listed(mesh: Any, at: str, domain: str = "customer", region: str = "westeurope", **more: Any) -> dict[str, Any]:
    """Return products by key, as a node lists them."""
    found = mesh.get(at, "/v1/products", domain, region, **more).json()
    return {item["key"]: item for item in found["products"]}


def source(mesh: Any, at: str, of: str) -> dict[str, Any]:
    """Return what a node says of another one's catalogue."""
    return next(item for item in mesh.get(at, "/v1/products").json()["metadata"]["nodes"] if item["node"] == of)


def until(what: Callable[[], object], seconds: float = 20) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)


def fresh(mesh: Any, at: str, of: str) -> bool:
    """Return whether a node has a fresh copy of another one's catalogue."""
    found = source(mesh, at, of)
    return found["from"] == "copy" and not found["stale"] and found["error"] is None


def test_every_node_hears_from_every_other_by_itself(mesh: Any) -> None:
    until(lambda: all(fresh(mesh, at, of) for at in ("west", "north", "us") for of in ("west", "north", "us") if at != of))
    for at in ("west", "north", "us"):
        found = listed(mesh, at)
        assert set(found) >= {"customer.customer_360", "customer.events", "sales.orders", "sales.shipments"}
        assert found["sales.orders"]["catalog"]["from"] == ("home" if at == "north" else "copy")
    assert source(mesh, "west", "liar")["from"] == "manifests"


def test_a_change_at_a_home_is_seen_at_the_others_with_how_its_contracts_stand(mesh: Any) -> None:
    until(lambda: fresh(mesh, "west", "north"))
    path = mesh["north"].folder / "domains/sales/orders.yaml"
    written = path.read_text()
    path.write_text(written.replace("name: Orders", "name: Orders\n  description: Every order of the north"))
    try:
        assert apply_folder(mesh["north"].settings).mesh is not None
        until(lambda: listed(mesh, "west")["sales.orders"]["description"] == "Every order of the north")
        assert set(listed(mesh, "us")) >= {"sales.orders"}
        found = mesh.get("west", "/v1/products?search=every+order+north").json()
        assert [item["key"] for item in found["products"]] == ["sales.orders"]
        assert source(mesh, "west", "north")["mesh"] == 2
    finally:
        path.write_text(written)
        apply_folder(mesh["north"].settings)
    until(lambda: listed(mesh, "west")["sales.orders"]["description"] is None)


def test_a_plan_believes_what_another_home_said_of_its_approvals_and_calls_the_rest_unknown(mesh: Any) -> None:
    def planned() -> dict[str, Any]:
        command = [sys.executable, "-m", "freehold", "plan", "--region", "westeurope", "--json"]
        return json.loads(subprocess.run(command, cwd=mesh["west"].folder, capture_output=True, check=True).stdout)

    def waiting(found: list[dict[str, Any]]) -> set[str]:
        return {f"{item['product']}/{item['contract']}" for item in found}

    contract = "sales.orders/customer-customer-enrichment"
    until(lambda: fresh(mesh, "west", "north"))
    governance = mesh["west"].folder / "governance.yaml"
    written = governance.read_text()
    governance.write_text(written.replace("requireApproval: false", "requireApproval: true"))
    try:
        before = planned()
        assert waiting(before["awaits"]) >= {contract, "customer.customer_360/sales-customer-enrichment"}
        assert {item["word"]["node"] for item in before["awaits"] if item["product"] == "sales.orders"} == {"north"}
        assert not any(item["word"] for item in before["awaits"] if item["product"].startswith("customer."))
        headers = {"Authorization": f"Bearer {mesh.token('sales', roles=('data-steward',))}"}
        given = httpx.post(f"{mesh['west'].url}/v1/contracts/{contract}/approval", headers=headers, trust_env=False)
        assert given.json()["state"] == "in force", given.text
        until(lambda: contract not in waiting(planned()["awaits"]))
        after = planned()
        assert contract not in waiting(after["unknown"])
        assert "north" in {word["node"] for word in after["words"]}
    finally:
        governance.write_text(written)


def test_the_catalogue_is_told_to_nodes_alone(mesh: Any) -> None:
    for headers in ({}, mesh.headers(), {**mesh.headers(), "Freehold-Node-Token": "made.up.token"}):
        refused = httpx.get(f"{mesh['north'].url}/v1/catalog", headers=headers, trust_env=False)
        assert (refused.status_code, refused.json()["code"]) == (401, "node-token-invalid")
    asked = Forwarded(method="GET", path="/v1/catalog", accept="*/*")
    token = mesh.speak_as("west").request("north", mesh.run_of("north", "west"), asked.digest())
    headers = {"Freehold-Node-Token": token, "Accept": "*/*"}
    told = httpx.get(f"{mesh['north'].url}/v1/catalog", headers=headers, trust_env=False)
    assert [item["product"]["name"] for item in told.json()["entries"]] == ["Orders", "Returns"]
    assert "parquet" not in told.text
    assert "select" not in told.text
    head = mesh.speak_as("west").vouched(told.headers["freehold-catalog"], mesh.nodes["north"])
    assert told.headers["etag"] == f'"{head.root}"'
    again = httpx.get(f"{mesh['north'].url}/v1/catalog", headers=headers, trust_env=False)
    assert again.json()["code"] == "node-token-replayed"


def test_a_node_that_is_killed_is_listed_by_the_others_as_stale_and_fresh_again_once_it_runs(mesh: Any) -> None:
    until(lambda: fresh(mesh, "west", "north") and fresh(mesh, "us", "north"))
    mesh["north"].kill()
    try:
        until(lambda: source(mesh, "west", "north")["error"] == "node-elsewhere")
        assert "sales.orders" in listed(mesh, "west")
        until(lambda: listed(mesh, "west")["sales.orders"]["catalog"]["stale"])
        # A node that starts while the other is down answers at once, from what it believed before.
        mesh["us"].kill()
        mesh["us"].start()
        found = listed(mesh, "us")["sales.orders"]
        assert found["catalog"]["from"] == "copy"
        assert found["queries"][0]["path"] == "/api/v1/sales/by-category"
        assert mesh.get("us", "/v1/products?search=revenue").json()["products"][0]["key"] == "sales.orders"
        page = mesh.get("west", "/metrics").text
        assert 'freehold_catalog_stale{of="north"} 1.0' in page
        assert 'freehold_catalog_failing{code="node-elsewhere",of="north"} 1.0' in page
        shown = freehold(mesh, "west", "node", "peers", "--json")
        (north,) = (item for item in msgspec.json.decode(shown) if item["node"] == "north")
        assert (north["origin"], north["stale"], north["error"], north["products"]) == ("copy", True, "node-elsewhere", 2)
        assert "stale" in freehold(mesh, "west", "node", "peers")
    finally:
        mesh["north"].start()
    until(lambda: fresh(mesh, "west", "north") and fresh(mesh, "us", "north"))
    assert not listed(mesh, "west")["sales.orders"]["catalog"]["stale"]
    assert 'freehold_catalog_stale{of="north"} 0.0' in mesh.get("west", "/metrics").text


def test_a_question_is_decided_by_the_home_whatever_a_copy_says(mesh: Any) -> None:
    """The home puts a narrower contract in force: from that moment it holds, however old the copies are."""
    until(lambda: fresh(mesh, "west", "north"))
    path = mesh["north"].folder / "domains/sales/orders.yaml"
    written = path.read_text()
    narrower = written.replace("fields: [customerId, category, revenue, ordered]", "fields: [category]")
    path.write_text(narrower.replace("dataProduct:\n", "dataProduct:\n  version: 2.0.0\n"))
    try:
        apply_folder(mesh["north"].settings)
        refused = mesh.ask("west", "select revenue from sales.orders", "customer", "westeurope")
        assert refused.json()["code"] == "column-unknown"
    finally:
        path.write_text(written)
        apply_folder(mesh["north"].settings)


# ── a node that has its key, and lies ────────────────────────────────────────────────────────────────────────────
def entry(name: str, home: str, domain: str = "Sales") -> Published:
    """Return an entry of a product without columns."""
    return Published(product=Product(name=name, domain=domain, home=home, jurisdiction="EU"))


def tell(mesh: Any, *entries: Published, version: int, ahead: int = 0, key: str = "liar", software: str = __version__) -> Any:
    """Return what tells a catalogue as the liar, signed `ahead` of now, in seconds."""
    written = [write_entry(item) for item in entries]
    digests = {item.product.key: digest_bytes(raw) for item, raw in zip(entries, written, strict=True)}
    head = Head(node="liar", version=version, root=root(digests), entries=len(entries))
    body = msgspec.json.encode(Delivery(entries=tuple(map(msgspec.Raw, written))))
    held = LocalNodeKey(mesh[key].settings.keys_folder(key))

    def answer(handler: Any) -> None:
        clock = FixedClock(SystemClock().now() + dt.timedelta(seconds=ahead))
        speaker = NodeTokens(node="liar", version=software, key=held, nodes=dict, clock=clock)
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Freehold-Catalog", speaker.vouch(_asker(handler), head))
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def _asker(handler: Any) -> str:
    claims = handler.headers["Freehold-Node-Token"].split(".")[1]
    return msgspec.json.decode(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["iss"]


@pytest.mark.long
def test_a_liar_is_believed_about_its_own_and_refused_about_all_else(mesh: Any) -> None:
    def error() -> str | None:
        return source(mesh, "west", "liar")["error"]

    rumours, orders = entry("Rumours", "swedencentral"), entry("Orders", "swedencentral")
    mesh.liar.tell = tell(mesh, rumours, orders, version=10)
    until(lambda: fresh(mesh, "west", "liar"))
    found = listed(mesh, "west")
    assert found["sales.rumours"]["catalog"]["from"] == "copy"
    assert found["sales.orders"]["region"] == "northeurope"
    (liar,) = (item for item in msgspec.json.decode(freehold(mesh, "west", "node", "peers", "--json")) if item["node"] == "liar")
    assert liar["withheld"] == ["sales.orders"]

    mesh.liar.tell = tell(mesh, rumours, version=9)
    until(lambda: error() == "catalog-rolled-back")
    mesh.liar.tell = tell(mesh, rumours, version=11)
    until(lambda: error() is None)
    for lie in (
        tell(mesh, rumours, entry("Shipments", "eastus"), version=12),
        tell(mesh, rumours, version=13, key="north"),
        tell(mesh, rumours, version=14, ahead=3_600),
    ):
        mesh.liar.tell = lie
        until(lambda: error() == "catalog-refused")
        mesh.liar.tell = tell(mesh, rumours, version=11)
        until(lambda: error() is None)
    mesh.liar.tell = tell(mesh, rumours, version=15, software="0.9.0")
    until(lambda: error() == "version-skew")
    assert "sales.rumours" in listed(mesh, "west")


def freehold(mesh: Any, at: str, *words: str) -> str:
    """Return what a command prints, in a node's folder."""
    command = [sys.executable, "-m", "freehold", *words, "--region", mesh[at].region]
    return subprocess.run(command, cwd=mesh[at].folder, capture_output=True, text=True, check=True).stdout
