"""A mesh is kept in the Unified Catalog: what is written there, what stays, what somebody changed, and what people ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from account import Inside, account_in, applied, planned
from freehold.catalogs.purview import PurviewAccount
from freehold.datamap.access import Someone
from freehold.errors import AccountRefused
from freehold.manifest import read
from freehold.model.mesh import Mesh
from freehold.ports.purview import UnifiedCatalog
from freehold.purview.changes import Action, Gone, Unified
from freehold.purview.state import UNIFIED, Kind
from freehold.services.purview.upkeep import findings
from freehold.stores.files import FolderFiles
from people import ACCESS, CATALOG, People

DEMO = Path(__file__).parents[3] / "src" / "freehold" / "cli" / "demo" / "mesh"
CUSTOMERS = "freehold://contoso/customer/customer_360"


@pytest.fixture(scope="module")
def mesh() -> Mesh:
    found = read(FolderFiles(DEMO).read(), None).mesh
    assert found is not None
    return found


@pytest.fixture
def kept(tmp_path: Path, mesh: Mesh) -> Iterator[tuple[PurviewAccount, Inside]]:
    with account_in(tmp_path) as (account, inside):
        applied(account, mesh)
        yield account, inside


def catalog(account: PurviewAccount) -> UnifiedCatalog:
    assert account.unified is not None
    return account.unified


def product(account: PurviewAccount, name: str = "Customer 360") -> dict[str, Any]:
    return next(item for item in catalog(account).products() if item["name"] == name)


def put(account: PurviewAccount, thing: dict[str, Any], path: str = "dataProducts", **changes: Any) -> None:
    catalog(account).put(path, thing["id"], thing | changes)


def test_the_mesh_is_a_tree_of_domains_with_its_products_assets_terms_and_policies(kept: tuple[PurviewAccount, Inside]) -> None:
    account, inside = kept
    domains = {item["id"]: item for item in catalog(account).domains()}
    parents = {item["name"]: domains.get(item.get("parentId"), {}).get("name") for item in domains.values()}
    assert parents == {"contoso": None, "Sales": "contoso", "Customer": "contoso", "Analytics": "contoso"}
    assert {item["status"] for item in domains.values()} == {"PUBLISHED"}
    found = product(account)
    assert domains[found["domain"]]["name"] == "Customer"
    assert found["status"] == "PUBLISHED"
    assert found["sensitivityLabel"] == "Confidential"
    assert "Sales Domain for Customer enrichment" in found["businessUse"]
    assert "Owner: customer-data-team@contoso.com" in found["description"]
    assert found["documentation"][0]["url"].endswith("/v1/products/customer.customer_360")
    (asset,) = catalog(account).related(found["id"], "DATAASSET")
    assert catalog(account).find("dataAssets", asset)["source"]["fqn"] == CUSTOMERS
    assert found["additionalProperties"] == {"assetCount": 1}
    top = next(key for key, item in domains.items() if item["name"] == "contoso")
    names = {item["id"]: item["name"] for item in catalog(account).terms(top)}
    assert {names[item] for item in catalog(account).related(found["id"], "TERM")} == {"Business analytics", "Customer enrichment"}
    policies = catalog(account).policies(found["id"])
    assert policies["permittedUseCases"] == ["Business analytics", "Customer enrichment"]
    assert policies["approvers"] == [
        {"displayName": "data-steward@domain"},
        {"displayName": "customer-data-team@contoso.com", "email": "customer-data-team@contoso.com"},
    ]
    assert set(policies) == {"permittedUseCases", "approvers"}, "what a contract does not say is not invented"
    assert all("schema" not in item["path"] for item in map(msgspec.to_builtins, inside.sent))


def test_a_plan_without_a_unified_catalog_keeps_the_rest(tmp_path: Path, mesh: Mesh) -> None:
    with account_in(tmp_path) as (account, _):
        left_out = PurviewAccount(account._sender)  # pyright: ignore[reportPrivateUsage]
        assert planned(left_out, mesh).unified is Unified.LEFT_OUT
        assert all(item.kind not in UNIFIED for item in planned(left_out, mesh).changes)
        assert applied(left_out, mesh) > 40
        absent = PurviewAccount(left_out._sender, cast("Any", Absent()))  # pyright: ignore[reportPrivateUsage]
        assert planned(absent, mesh).unified is Unified.ABSENT
        assert planned(absent, mesh).changes == ()
        assert findings(absent, mesh, planned(absent, mesh)) == ()
        late = planned(account, mesh)
        assert late.unified is Unified.KEPT
        assert {item.kind for item in late.changes if item.action is Action.CREATE} == set(UNIFIED)
        assert late.drifted == ()
        applied(account, mesh)
        assert planned(account, mesh).changes == ()


def test_whoever_has_no_role_in_the_unified_catalog_hears_how_to_leave_it_out(tmp_path: Path, mesh: Mesh) -> None:
    with account_in(tmp_path) as (account, inside):
        people = People(inside)
        policy = people.policy()
        for rule in policy["properties"]["attributeRules"]:
            rule["dnfCondition"][0][0]["attributeValueIncludedIn"] = ["somebody else"]
        assert people.ask("steward", "PUT", f"policies/{policy['id']}", policy).status == 200
        with pytest.raises(AccountRefused, match="no role in the Unified Catalog") as refused:
            planned(account, mesh)
        assert "--unified-catalog none" in (refused.value.remedy or "")


class Absent:
    """A Unified Catalog that is not there."""

    def is_there(self) -> bool:
        return False


def test_what_others_set_on_a_product_stays(kept: tuple[PurviewAccount, Inside], mesh: Mesh) -> None:
    account, _ = kept
    found = product(account)
    contact = {"owner": [{"id": "4e74f902-62f5-49f4-8258-92ed2b8537ba", "description": "o"}]}
    link = {"name": "Wiki", "url": "https://wiki.example/"}
    put(account, found, contacts=contact, documentation=[*found["documentation"], link], audience=["Executive"])
    catalog(account).put_policies(found["id"], catalog(account).policies(found["id"]) | {"termsOfUseRequired": True})
    assert planned(account, mesh).changes == ()
    changed = msgspec.structs.replace(mesh.products["customer.customer_360"], description="Customers", contracts=())
    applied(account, msgspec.structs.replace(mesh, products=mesh.products | {"customer.customer_360": changed}))
    again = product(account)
    assert (again["contacts"], again["audience"], again["documentation"][1:]) == (contact, ["Executive"], [link])
    policies = catalog(account).policies(found["id"])
    assert policies["termsOfUseRequired"] is True
    assert "permittedUseCases" not in policies
    assert "businessUse" not in again
    assert catalog(account).related(found["id"], "TERM") == []


DRIFTS = (
    "description",
    "name",
    "status",
    "permittedUseCases",
    "approvers",
    "asset",
    "term Customer enrichment",
    "domain",
    "removed",
    "parent",
    "type",
)


@pytest.mark.parametrize("what", DRIFTS)
def test_what_somebody_changes_there_is_told_and_set_back(kept: tuple[PurviewAccount, Inside], mesh: Mesh, what: str) -> None:
    account, _ = kept
    drift(account, what)
    found = planned(account, mesh)
    told = {item.what for change in found.drifted for item in change.differences if item.by_hand}
    assert what in told or (what == "removed" and any(item.by_hand for item in found.drifted))
    assert set(found.drifted) == set(found.changes)
    applied(account, mesh)
    assert planned(account, mesh).changes == ()


def drift(account: PurviewAccount, what: str) -> None:
    found, held = product(account), catalog(account)
    policies = held.policies(found["id"])
    domains = {item["name"]: item for item in held.domains()}
    terms = {item["name"]: item["id"] for item in held.terms(domains["contoso"]["id"])}
    match what:
        case "description":
            put(account, found, description=found["description"].replace("One row", "Two rows"))
        case "name" | "status":
            put(account, found, **{what: "DRAFT"})
        case "permittedUseCases" | "approvers":
            held.put_policies(found["id"], policies | {what: []})
        case "asset":
            held.unrelate(found["id"], "DATAASSET", held.related(found["id"], "DATAASSET")[0])
        case "domain":
            put(account, found, domain=domains["Sales"]["id"])
        case "removed":
            held.delete("dataProducts", found["id"])
        case "parent":
            put(account, domains["Analytics"], "businessdomains", parentId=domains["Sales"]["id"])
        case "type":
            put(account, domains["contoso"], "businessdomains", type="Project")
        case _:
            held.unrelate(found["id"], "TERM", terms["Customer enrichment"])


def test_what_is_gone_from_the_mesh_goes_only_where_it_is_asked_for_and_was_ours(tmp_path: Path, mesh: Mesh) -> None:
    with account_in(tmp_path) as (account, inside):
        people = People(inside)
        theirs = people.domain("Theirs")
        kept_one = people.product(theirs, "Customer 360")
        applied(account, mesh)
        empty = msgspec.structs.replace(mesh, products={}, domains={})
        applied(account, empty)
        assert len(catalog(account).products()) == len(mesh.products) + 1
        assert {item.action for item in planned(account, empty).changes} == {Action.LEAVE}
        applied(account, empty, Gone.PRUNED)
        assert [item["id"] for item in catalog(account).products()] == [kept_one]
        assert sorted(item["name"] for item in catalog(account).domains()) == ["Theirs", "contoso"]
        assert people.ask("steward", "GET", "dataAssets").body["value"] == []
        assert planned(account, empty, Gone.PRUNED).changes == ()


def test_a_domain_of_the_mesh_s_name_that_was_there_is_used_and_neither_changed_nor_removed(tmp_path: Path, mesh: Mesh) -> None:
    with account_in(tmp_path) as (account, inside):
        people = People(inside)
        top = people.domain("contoso", description="Ours for long")
        sales = people.domain("SALES", parentId=top, type="Project")
        applied(account, mesh)
        found = planned(account, mesh)
        assert {(item.action, item.name) for item in found.changes} == {(Action.LEAVE, "contoso"), (Action.LEAVE, "Sales")}
        assert product(account, "Sales Analytics")["domain"] == sales
        applied(account, msgspec.structs.replace(mesh, products={}, domains={}), Gone.PRUNED)
        assert {item["id"] for item in catalog(account).domains()} == {top, sales}
        assert next(item for item in catalog(account).domains() if item["id"] == top)["description"] == "Ours for long"


def ask(inside: Inside, account: PurviewAccount, who: str = "reader", **more: Any) -> str:
    people = People(inside)
    people.give(who, "global-catalog-reader")
    name = "11111111-1111-4111-8111-111111111111"
    body = {"dataProductId": product(account)["id"], "policySetValues": {"useCases": ["Customer enrichment"]}} | more
    answer = people.ask(who, "PUT", f"{ACCESS}/dataSubscriptions/{name}", body)
    assert answer.status == 200, answer.body
    return name


def test_a_request_there_is_a_proposal_of_a_contract_and_grants_nothing(kept: tuple[PurviewAccount, Inside], mesh: Mesh) -> None:
    account, inside = kept
    ask(
        inside, account, subscriberIdentity={"identityType": "Group", "displayName": "Analytics"},
        accessExpirationDate="2027-03-01T00:00:00Z",
    )  # fmt: skip
    inside.sent.clear()
    (found,) = findings(account, mesh, planned(account, mesh))
    assert (found.what, found.product, found.known) == ("access request", "customer.customer_360", True)
    assert found.found == "Analytics for Customer enrichment, asked by reader"
    assert found.proposed.split("\n") == [
        "dataContracts:",
        '  - consumer: "Analytics"',
        '    purpose: "Customer enrichment"',
        "    fields: []",
        '    validUntil: "2027-03-01"',
    ]
    assert "nothing is granted" in found.mend
    assert inside.writes == []
    assert planned(account, mesh).changes == (), "an approved request changes nothing in the mesh"


def test_a_request_that_a_contract_answers_or_that_is_declined_is_no_proposal(
    kept: tuple[PurviewAccount, Inside], mesh: Mesh
) -> None:
    account, inside = kept
    name = ask(inside, account, subscriberIdentity={"displayName": "sales"})
    assert findings(account, mesh, planned(account, mesh)) == ()
    ask(inside, account, subscriberIdentity={"displayName": "Nobody known"})
    assert [item.known for item in findings(account, mesh, planned(account, mesh))] == [False]
    inside.ask("POST", f"{ACCESS}/dataSubscriptions/{name}:decline", someone=Someone("steward"))
    assert findings(account, mesh, planned(account, mesh)) == ()


@pytest.mark.parametrize(
    "evil",
    [
        'x"\n    fields: ["*"]\n  - consumer: "y',
        "x\r\n    fields: [nationalId]",
        "'\u2028fields: [name]",
        "*alias &anchor !!python/object",
        "\x1b[2J",
    ],
)
def test_no_name_that_a_stranger_writes_adds_a_line_to_a_manifest(
    kept: tuple[PurviewAccount, Inside], mesh: Mesh, evil: str
) -> None:
    from ruamel.yaml import YAML

    account, inside = kept
    catalog(account).put_policies(product(account)["id"], {})
    values = {"useCases": [evil], "requestorComments": evil}
    ask(inside, account, subscriberIdentity={"displayName": evil}, policySetValues=values)
    found = next(item for item in findings(account, mesh, planned(account, mesh)) if item.what == "access request")
    read_back = YAML(typ="safe").load(found.proposed)
    said = " ".join(evil.split())
    assert read_back == {"dataContracts": [{"consumer": said, "purpose": said, "fields": []}]}


def test_what_stewards_change_there_is_proposed(kept: tuple[PurviewAccount, Inside], mesh: Mesh) -> None:
    account, _ = kept
    sales = product(account, "Sales Analytics")
    terms = {
        item["name"]: item["id"]
        for item in catalog(account).terms(next(i["id"] for i in catalog(account).domains() if i["name"] == "contoso"))
    }
    catalog(account).relate(sales["id"], "TERM", terms["Customer enrichment"])
    found = product(account)
    put(account, found, description=found["description"].replace("One row", "Exactly one row"))
    assert [(item.what, item.product) for item in findings(account, mesh, planned(account, mesh))] == [
        ("description", "customer.customer_360"),
        ("term", "sales.sales_analytics"),
    ]


def test_two_meshes_share_an_account_s_catalogue(kept: tuple[PurviewAccount, Inside], mesh: Mesh) -> None:
    account, _ = kept
    other = msgspec.structs.replace(mesh, name="contoso2")
    applied(account, other)
    assert planned(account, mesh, Gone.PRUNED).changes == ()
    assert planned(account, other, Gone.PRUNED).pending == ()
    assert len(catalog(account).products()) == 2 * len(mesh.products)


def test_kinds_of_the_unified_catalog_are_made_after_what_they_stand_on() -> None:
    order = list(Kind)
    assert max(order.index(kind) for kind in Kind if kind not in UNIFIED) < min(order.index(kind) for kind in UNIFIED)
    assert CATALOG.startswith("/datagovernance")
