"""The catalogue of the mesh: each product as its home tells of it, to those who may know of it by the mesh in force here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from freehold.engines.duckdb import DuckDBEngine
from freehold.errors import ProductUnknown
from freehold.model.contract import Contract
from freehold.model.party import Principal
from freehold.model.place import Transfer, Travel
from freehold.model.product import Product
from freehold.services.approval import Approvals
from freehold.services.catalog import Catalog
from freehold.services.listings import ROUNDS, SECONDS
from freehold.services.record import Recorder
from freehold.testing import FixedKeys, MemoryLedger
from unit.catalogue.conftest import SECRET, Duo, Site, product

ONE, TWO, MINE = product("One"), product("Two"), product("Mine", "northeurope")


def principal(domain: str | None = "sales", region: str | None = "northeurope", *roles: str) -> Principal:
    return Principal(subject="x", issuer="i", domain=domain, region=region, roles=frozenset(roles))


def catalog(site: Site, tmp_path: Path) -> Catalog:
    return Catalog(listings=site.listings, engine=DuckDBEngine(tmp_path), clock=site.clock)


def products(duo: Duo, who: Principal | None = None, search: str | None = None) -> dict[str, dict[str, Any]]:
    """Return what north lists, by key."""
    return {item["key"]: item for item in catalog(duo.north, duo.folder).products(who or principal(), search)}


def test_a_product_is_listed_as_its_home_tells_of_it(duo: Duo) -> None:
    duo.north.apply(ONE, MINE)
    assert products(duo)[ONE.key]["catalog"] == {"from": "manifests", "asOf": None, "stale": True}
    duo.west.apply(msgspec.structs.replace(ONE, description="As its home has it now"))
    duo.sync()
    found = products(duo)
    assert found[ONE.key]["description"] == "As its home has it now"
    assert found[ONE.key]["catalog"] == {"from": "copy", "asOf": "2026-11-23T10:00:00+00:00", "stale": False}
    assert found[MINE.key]["catalog"]["from"] == "home"
    assert "now" in found[ONE.key]["description"]
    assert set(products(duo, search="home has it")) == {ONE.key}


def test_what_only_the_home_knows_yet_is_listed_and_what_it_has_no_more_is_not(duo: Duo) -> None:
    duo.north.apply(ONE, MINE)
    duo.west.apply(TWO)
    duo.sync()
    assert set(products(duo)) == {TWO.key, MINE.key}


def test_how_a_contract_stands_is_what_its_home_says(duo: Duo) -> None:
    duo.north.apply(ONE)
    duo.west.apply(ONE)
    duo.sync()
    assert products(duo)[ONE.key]["access"][0]["state"] == "awaiting approval"
    duo.west.approve(ONE)
    duo.sync()
    (access,) = products(duo)[ONE.key]["access"]
    assert (access["state"], access["form"], access["rowFiltered"]) == ("in force", "rows", True)
    registry = duo.north.registry
    approvals = Approvals(
        in_force=duo.north.in_force,
        registry=registry,
        recorder=Recorder(node="north", ledger=MemoryLedger(), registry=registry, keys=FixedKeys(), clock=duo.clock),
        clock=duo.clock,
        listings=duo.north.listings,
    )
    (contract,) = approvals.contracts(principal())
    assert (contract["state"], contract["slug"]) == ("in force", "sales-use")
    assert approvals.contracts(principal("elsewhere")) == []
    assert SECRET not in repr(approvals.contracts(principal("customer")))


def test_an_approval_here_says_nothing_of_a_product_at_home_elsewhere(duo: Duo) -> None:
    duo.north.apply(ONE)
    duo.north.approve(ONE)
    duo.west.apply(ONE)
    duo.sync()
    assert products(duo)[ONE.key]["access"][0]["state"] == "awaiting approval"


@pytest.mark.parametrize("who", [principal("elsewhere"), principal(None), principal("sales", None), principal("sales", "mars")])
def test_strangers_find_nothing_in_a_copy_either(duo: Duo, tmp_path: Path, who: Principal) -> None:
    duo.north.apply(ONE)
    duo.west.apply(ONE, TWO)
    duo.sync()
    assert products(duo, who) == {}
    shelf = catalog(duo.north, tmp_path)
    assert shelf.sources(who) == []
    said: list[str] = []
    for key in (TWO.key, "customer.two2"):
        with pytest.raises(ProductUnknown) as caught:
            shelf.product(who, key)
        said.append(caught.value.detail.replace(key, ""))
    assert said[0] == said[1]


def test_where_a_copy_says_that_a_product_is_does_not_widen_who_may_know_of_it(duo: Duo) -> None:
    """East is in the US by the mesh in force; it says that its products are in the EU, from where something may go to Europe."""
    closed = (Transfer(origin="US", destination="EU", allow=Travel.NOTHING),)
    far = product("Far", "eastus", jurisdiction="EU")
    duo.north.apply(product("Far", "eastus", jurisdiction="US"), transfers=closed)
    duo.east.apply(far)
    duo.sync("east")
    assert products(duo) == {}
    assert {item["node"] for item in catalog(duo.north, duo.folder).sources(principal())} == {"west"}
    assert {item["node"] for item in catalog(duo.north, duo.folder).sources(principal("sales", "eastus"))} == {"west", "east"}


def test_a_node_cannot_tell_of_a_product_that_the_manifests_put_elsewhere(duo: Duo) -> None:
    duo.north.apply(ONE, MINE)
    usurped = [msgspec.structs.replace(item, home="eastus", description="Mine now") for item in (ONE, MINE)]
    duo.east.apply(*usurped)
    duo.sync("east")
    found = products(duo)
    assert {item["description"] for item in found.values()} == {ONE.description, MINE.description}
    (east, _) = duo.north.listings.vouched()
    assert (east.node, east.withheld) == ("east", (MINE.key, ONE.key))


def test_a_new_product_that_two_nodes_tell_of_is_listed_from_neither(duo: Duo) -> None:
    duo.north.apply()
    duo.west.apply(ONE)
    duo.east.apply(msgspec.structs.replace(ONE, home="eastus"))
    duo.sync("west")
    assert set(products(duo)) == {ONE.key}
    duo.sync("east")
    assert products(duo) == {}


def test_a_new_product_of_a_domain_that_nobody_here_knows_is_not_listed(duo: Duo) -> None:
    duo.north.apply()
    duo.west.apply(product("New", domain="Unheard"))
    duo.sync()
    assert products(duo) == {}


def test_a_copy_is_no_ground_for_a_decision(duo: Duo) -> None:
    """What is in force is what was applied here, whatever another node tells."""
    duo.north.apply(MINE)
    before = duo.north.in_force.current()
    duo.west.apply(
        ONE, Product(name="Free", domain="Sales", home="westeurope", contracts=(Contract(consumer="Sales", purpose="x"),))
    )
    duo.sync()
    assert duo.north.in_force.current() is before
    assert set(before.mesh.products) == {MINE.key}


def test_a_copy_grows_stale_and_is_fresh_again_when_its_home_is_heard(duo: Duo) -> None:
    duo.north.apply(ONE)
    duo.west.apply(ONE)
    duo.sync()
    duo.clock.move(SECONDS * ROUNDS)
    assert not products(duo)[ONE.key]["catalog"]["stale"]
    duo.clock.move(1)
    assert products(duo)[ONE.key]["catalog"] == {"from": "copy", "asOf": "2026-11-23T10:00:00+00:00", "stale": True}
    (west,) = (item for item in catalog(duo.north, duo.folder).sources(principal()) if item["node"] == "west")
    assert (west["age"], west["stale"], west["from"]) == (SECONDS * ROUNDS + 1, True, "copy")
    duo.north.restart()
    assert products(duo)[ONE.key]["catalog"]["stale"]
    duo.sync()
    assert not products(duo)[ONE.key]["catalog"]["stale"]


def test_what_is_said_of_other_nodes_does_not_change_with_what_is_hidden(duo: Duo) -> None:
    """Law 3: a column that the caller may not see changes, and so does the version that the home vouches for."""
    duo.north.apply(ONE)
    duo.west.apply(ONE)
    duo.sync()
    shelf = catalog(duo.north, duo.folder)
    before, found = shelf.sources(principal()), products(duo)
    hidden = msgspec.structs.replace(ONE.columns[1], description="changed")
    duo.west.apply(msgspec.structs.replace(ONE, columns=(ONE.columns[0], hidden)), name="contoso")
    assert duo.sync() == 1
    after = [item | {"mesh": 1} if item["node"] == "west" else item for item in shelf.sources(principal())]
    assert (after, products(duo)) == (before, found)


def test_pages_are_the_whole_list_in_order_and_each_is_short(duo: Duo) -> None:
    duo.north.apply(*(product(f"P{number:03d}", "northeurope" if number % 2 else "westeurope") for number in range(50)))
    shelf = catalog(duo.north, duo.folder)
    whole = [item["key"] for item in shelf.products(principal())]
    after, keys, sizes = None, [], []
    while True:
        page = shelf.page(principal(), after=after, limit=7)
        keys += [item["key"] for item in page.products]
        sizes.append(len(page.products))
        after = page.next
        if after is None:
            break
    assert keys == whole == sorted(whole)
    assert sizes == [7] * 7 + [1]
    assert [item["key"] for item in shelf.page(principal(), "p04", after="customer.p045", limit=2).products] == [
        "customer.p046",
        "customer.p047",
    ]
    assert shelf.page(principal(), after="zzz").products == []
    assert shelf.page(principal(), "customer", limit=50).next is None


def test_a_search_remembers_nothing_of_one_caller_for_another(duo: Duo) -> None:
    duo.north.apply(MINE)
    shelf = catalog(duo.north, duo.folder)
    owner, reader = principal("customer", "northeurope", "r"), principal()
    for _ in range(2):
        assert [len(shelf.products(who, "email")) for who in (owner, reader)] == [1, 0]
    duo.north.apply(msgspec.structs.replace(MINE, description="with email"))
    assert len(shelf.products(reader, "email")) == 1
