"""The catalogue: found by those who may know of it, missing for everybody else, and a search sees no more than a reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from freehold.digest import digest
from freehold.engines.duckdb import DuckDBEngine
from freehold.errors import ProductUnknown
from freehold.model.contract import Contract
from freehold.model.mesh import Applied, Mesh
from freehold.model.party import Domain, Principal, RoleAccess
from freehold.model.place import Node, Region, Transfer, Travel
from freehold.model.policy import Governance
from freehold.model.product import Column, DeclaredQuery, Product
from freehold.services.catalog import Catalog
from freehold.services.force import InForce
from freehold.services.listings import Listings
from freehold.testing import FixedClock, MemoryRegistry

CONTRACT = Contract(
    consumer="Sales", purpose="Customer enrichment", fields=("customerId", "segment"), excluded_fields=("email", "notes")
)
CUSTOMER = Product(
    name="Customer 360",
    domain="Customer",
    description="Every customer, once",
    home="westeurope",
    jurisdiction="EU",
    entity_key="customerId",
    columns=(
        Column(name="customerId", type="string"),
        Column(name="segment", type="string", description="Market segment"),
        Column(name="income", type="number", description="Yearly earnings"),
        Column(name="notes", type="string"),
        Column(name="email", type="string", classifications=("PII.Contact",)),
    ),
    queries=(DeclaredQuery(name="segments", sql="select 1"),),
    contracts=(CONTRACT,),
)
ORDERS = Product(name="Orders", domain="Sales", home="westeurope", jurisdiction="EU")


def principal(domain: str | None, region: str | None = "westeurope", *roles: str) -> Principal:
    return Principal(subject="x", issuer="i", domain=domain, region=region, roles=frozenset(roles))


SALES, OWNER, ANALYTICS = principal("sales"), principal("customer", "westeurope", "data-engineer"), principal("analytics")


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Callable[..., Catalog]]:
    engine = DuckDBEngine(tmp_path)

    def make(**changes: Any) -> Catalog:
        held: dict[str, Any] = {"name": "contoso", "products": {item.key: item for item in (CUSTOMER, ORDERS)}}
        places = {"westeurope": "EU", "eastus": "US", "brazilsouth": "BR"}
        held |= {"regions": {name: Region(name=name, jurisdiction=area) for name, area in places.items()}}
        held |= {"nodes": {"we": Node(name="we", region="westeurope", url="http://127.0.0.1:1")}}
        held |= {"transfers": (Transfer(origin="EU", destination="BR", allow=Travel.NOTHING),)}
        roles = {"data-engineer": RoleAccess.READ}
        held |= {"domains": {name.casefold(): Domain(name=name, roles=roles) for name in ("Customer", "Sales", "Analytics")}}
        mesh = Mesh(**(held | changes))
        registry = MemoryRegistry(Applied(version=1, digest=digest(mesh), mesh=mesh, applied_at="2026-11-23"))
        clock = FixedClock()
        listings = Listings(in_force=InForce(registry), clock=clock, region="westeurope")
        return Catalog(listings=listings, engine=engine, clock=clock)

    yield make
    engine.close()


@pytest.fixture
def catalog(build: Callable[..., Catalog]) -> Catalog:
    return build()


def keys(catalog: Catalog, who: Principal, search: str | None = None) -> list[str]:
    return [item["key"] for item in catalog.products(who, search)]


def columns(catalog: Catalog, who: Principal) -> dict[str, str]:
    return {item["name"]: item["right"] for item in catalog.product(who, CUSTOMER.key)["columns"]}


def test_a_member_of_the_mesh_finds_every_product_of_it(catalog: Catalog) -> None:
    assert keys(catalog, ANALYTICS) == ["customer.customer_360", "sales.orders"]


@pytest.mark.parametrize(
    "who",
    [
        principal("elsewhere"),
        principal(None),
        principal("sales", None),
        principal("sales", "mars"),
        principal("sales", "brazilsouth"),
    ],
)
def test_a_stranger_finds_nothing_and_cannot_tell_it_from_nothing_there(catalog: Catalog, who: Principal) -> None:
    assert keys(catalog, who) == []
    assert catalog.declared(who) == []
    with pytest.raises(ProductUnknown) as hidden:
        catalog.product(who, "customer.customer_360")
    with pytest.raises(ProductUnknown) as missing:
        catalog.product(who, "customer.customer_361")
    assert hidden.value.detail.replace("360", "361") == missing.value.detail
    assert hidden.value.remedy == missing.value.remedy


def test_a_consumer_sees_what_is_shown_and_what_can_be_asked_for(catalog: Catalog) -> None:
    assert columns(catalog, SALES) == {"customerId": "read", "segment": "read", "income": "none"}


def test_an_owner_sees_every_column(catalog: Catalog) -> None:
    assert set(columns(catalog, OWNER).values()) == {"read"}
    assert "email" in columns(catalog, OWNER)


def test_without_a_contract_the_form_is_none_and_the_reason_says_why(catalog: Catalog) -> None:
    found = catalog.product(ANALYTICS, CUSTOMER.key)
    assert (found["form"], found["access"][0]["code"]) == ("none", "contract-missing")
    assert "email" not in {item["name"] for item in found["columns"]}


def test_from_across_a_border_the_form_is_aggregate(catalog: Catalog) -> None:
    found = catalog.product(principal("sales", "eastus"), CUSTOMER.key)
    assert (found["form"], found["access"][0]["minGroup"]) == ("aggregate", 10)
    assert {item["right"] for item in found["columns"]} == {"aggregate", "none"}


def test_a_contract_that_awaits_approval_says_by_whom(build: Callable[..., Catalog]) -> None:
    catalog = build(governance=Governance(require_approval=True, approvers=("data-steward@domain",)))
    (access,) = catalog.product(SALES, CUSTOMER.key)["access"]
    assert (access["state"], access["code"]) == ("awaiting approval", "contract-pending")
    assert "data-steward@customer" in access["remedy"]


@pytest.mark.parametrize("words", ["CUSTOMER once", "market", "earnings customer_360", "segments"])
def test_a_search_finds_names_descriptions_and_columns(catalog: Catalog, words: str) -> None:
    assert keys(catalog, SALES, words) == ["customer.customer_360"]


@pytest.mark.parametrize("words", ["email", "PII.Contact", "notes"])
def test_a_search_finds_no_more_than_a_reader_sees(catalog: Catalog, words: str) -> None:
    assert keys(catalog, SALES, words) == []
    assert keys(catalog, OWNER, words) == ["customer.customer_360"]


def test_a_product_is_found_by_the_name_people_write(catalog: Catalog) -> None:
    assert catalog.product(SALES, "Customer.Customer 360")["key"] == "customer.customer_360"


def test_declared_queries_are_listed_for_members_and_not_for_nobody(catalog: Catalog) -> None:
    assert [query.name for _, query in catalog.declared(ANALYTICS)] == ["segments"]
    assert catalog.declared(None) == []


def test_the_catalogue_of_ten_thousand_products_is_plain_values(build: Callable[..., Catalog]) -> None:
    many = [msgspec.structs.replace(ORDERS, name=f"Orders {number}") for number in range(10_000)]
    found = build(products={item.key: item for item in many}).products(SALES, "orders_9999")
    assert [item["key"] for item in msgspec.json.decode(msgspec.json.encode(found))] == ["sales.orders_9999"]
