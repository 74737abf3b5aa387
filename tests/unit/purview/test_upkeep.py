"""A mesh is kept in an account: what is written, what stays, what goes, and what somebody changed there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from account import Inside, account_in, applied, planned
from freehold.catalogs.purview import PurviewAccount
from freehold.manifest import read
from freehold.model.contract import Contract
from freehold.model.mesh import Mesh
from freehold.model.product import Product, Source
from freehold.purview.changes import Action, Gone, Plan, member
from freehold.purview.proposals import proposals
from freehold.purview.state import Kind
from freehold.stores.files import FolderFiles

DEMO = Path(__file__).parents[3] / "src" / "freehold" / "cli" / "demo" / "mesh"
CUSTOMERS = "freehold://contoso/customer/customer_360"
SALES = "freehold://contoso/sales/sales_analytics"
ATLAS = "/datamap/api/atlas/v2"


@pytest.fixture(scope="module")
def mesh() -> Mesh:
    found = read(FolderFiles(DEMO).read(), None).mesh
    assert found is not None
    return found


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[PurviewAccount, Inside]]:
    with account_in(tmp_path) as found:
        yield found


@pytest.fixture
def kept(opened: tuple[PurviewAccount, Inside], mesh: Mesh) -> tuple[PurviewAccount, Inside]:
    applied(opened[0], mesh)
    return opened


def product_of(mesh: Mesh, key: str, **changes: Any) -> Mesh:
    return msgspec.structs.replace(mesh, products=mesh.products | {key: msgspec.structs.replace(mesh.products[key], **changes)})


def without(mesh: Mesh, key: str) -> Mesh:
    return msgspec.structs.replace(mesh, products={name: item for name, item in mesh.products.items() if name != key})


def told(plan: Plan) -> set[tuple[str, str, str]]:
    return {(item.action.value, item.kind.value, item.key) for item in plan.changes}


def entity(account: PurviewAccount, kind: str, name: str) -> dict[str, Any]:
    found = account.entity(kind, name)
    assert found is not None
    return found


def test_a_second_apply_writes_nothing(kept: tuple[PurviewAccount, Inside], mesh: Mesh) -> None:
    account, inside = kept
    inside.sent.clear()
    assert applied(account, mesh) == 0
    assert inside.writes == []


def test_a_plan_writes_nothing(opened: tuple[PurviewAccount, Inside], mesh: Mesh) -> None:
    account, inside = opened
    assert len(planned(account, mesh).pending) > 40
    assert inside.writes == []


def test_the_server_of_the_document_is_registered_as_it_asks(kept: tuple[PurviewAccount, Inside]) -> None:
    source = next(item for item in kept[0].sources() if item["name"] == "sales-domain")
    assert source["kind"] == "AzureSqlDatabase"
    assert source["properties"]["serverEndpoint"] == "sales-sql.database.windows.net"
    assert source["properties"]["collection"]["referenceName"] == "contoso-sales"


@pytest.mark.parametrize(
    ("path", "kind", "endpoint"),
    [
        ("abfss://raw@contosoraw.dfs.core.windows.net/sales/*.parquet", "AdlsGen2", "https://contosoraw.dfs.core.windows.net/"),
        ("https://contosoraw.blob.core.windows.net/sales/1.parquet", "AzureStorage", "https://contosoraw.blob.core.windows.net/"),
        ("https://contosoraw.blob.core.windows.net.evil.example/1.parquet", None, None),
        ("sales/orders.parquet", None, None),
    ],
)
def test_storage_is_registered_by_its_host(
    opened: tuple[PurviewAccount, Inside], mesh: Mesh, path: str, kind: str | None, endpoint: str | None
) -> None:
    stored = product_of(mesh, "customer.customer_360", source=Source(path=path))
    applied(opened[0], stored)
    found = [item for item in opened[0].sources() if item["name"] != "sales-domain"]
    assert [(item["kind"], item["properties"]["endpoint"]) for item in found] == ([(kind, endpoint)] if kind else [])


def test_a_contract_is_a_process_from_its_product_to_its_consumer(kept: tuple[PurviewAccount, Inside]) -> None:
    found = entity(kept[0], "freehold_contract", f"{CUSTOMERS}/contracts/sales-customer-enrichment")
    ends = {
        name: [item["uniqueAttributes"]["qualifiedName"] for item in found["relationshipAttributes"][name]]
        for name in ("inputs", "outputs")
    }
    assert ends == {"inputs": [CUSTOMERS], "outputs": ["freehold://contoso/sales"]}
    assert found["attributes"]["excludedFields"] == "email, phone, address"


def test_a_product_says_its_residency_label_and_contracts(kept: tuple[PurviewAccount, Inside]) -> None:
    found = entity(kept[0], "freehold_product", CUSTOMERS)["businessAttributes"]["Freehold"]
    assert found["managedBy"] == "freehold://contoso"
    assert found["sensitivityLabel"] == "Confidential"
    assert found["residency"] == "EU; personal data Encrypted-CMK"
    assert "Sales Domain for Customer enrichment: fields customerId, segment, region" in found["contracts"]


def test_what_is_gone_from_the_mesh_is_left_until_somebody_asks(kept: tuple[PurviewAccount, Inside], mesh: Mesh) -> None:
    account, inside = kept
    smaller = without(mesh, "sales.sales_analytics")
    applied(account, smaller)
    again = planned(account, smaller)
    assert again.pending == ()
    assert ("leave", "product", SALES) in told(again)
    assert ("leave", "source", "sales-domain") in told(again)
    applied(account, smaller, Gone.PRUNED)
    assert account.entity("freehold_product", SALES) is None
    assert account.sources() == []
    inside.sent.clear()
    assert applied(account, smaller, Gone.PRUNED) == 0


def test_a_domain_that_is_gone_goes_with_its_collection(kept: tuple[PurviewAccount, Inside], mesh: Mesh) -> None:
    account, _ = kept
    fewer = without(mesh, "sales.sales_analytics")
    domains = {key: item for key, item in fewer.domains.items() if key != "sales"}
    fewer = msgspec.structs.replace(fewer, domains=domains)
    applied(account, fewer, Gone.PRUNED)
    assert "contoso-sales" not in {item["name"] for item in account.collections()}
    assert account.entity("freehold_domain", "freehold://contoso/sales") is None
    assert planned(account, fewer).changes == ()


def test_a_classification_that_is_gone_is_taken_only_where_it_was_ours(kept: tuple[PurviewAccount, Inside], mesh: Mesh) -> None:
    account, _ = kept
    address = entity(account, "freehold_column", f"{CUSTOMERS}#address")
    account.classify("MICROSOFT.PERSONAL.PHYSICALADDRESS", [address["guid"]])
    columns = tuple(
        msgspec.structs.replace(item, classifications=()) if item.name == "address" else item
        for item in mesh.products["customer.customer_360"].columns
    )
    cleared = product_of(mesh, "customer.customer_360", columns=columns)
    applied(account, cleared)
    held = entity(account, "freehold_column", f"{CUSTOMERS}#address")["classifications"]
    assert {item["typeName"] for item in held} == {"PII.Contact", "MICROSOFT.PERSONAL.PHYSICALADDRESS"}
    applied(account, cleared, Gone.PRUNED)
    held = entity(account, "freehold_column", f"{CUSTOMERS}#address")["classifications"]
    assert {item["typeName"] for item in held} == {"MICROSOFT.PERSONAL.PHYSICALADDRESS"}
    assert planned(account, cleared, Gone.PRUNED).changes == ()


def test_a_source_of_somebody_else_is_neither_changed_nor_removed(opened: tuple[PurviewAccount, Inside], mesh: Mesh) -> None:
    account, _ = opened
    theirs = {"kind": "AzureSqlDatabase", "properties": {"serverEndpoint": "other.database.windows.net"}}
    account.put_source("sales-domain", theirs)
    applied(account, mesh)
    found = planned(account, mesh)
    assert [(item.kind, item.reason) for item in found.left] == [(Kind.SOURCE, "a source of this name was made by somebody else")]
    applied(account, without(mesh, "sales.sales_analytics"), Gone.PRUNED)
    assert [item["properties"]["serverEndpoint"] for item in account.sources()] == ["other.database.windows.net"]


def test_a_source_elsewhere_is_not_removed_because_somebody_records_its_name(
    kept: tuple[PurviewAccount, Inside], mesh: Mesh
) -> None:
    account, inside = kept
    place = {"referenceName": "contoso", "type": "CollectionReference"}
    theirs = {"serverEndpoint": "other.database.windows.net", "collection": place}
    account.put_source("theirs", {"kind": "AzureSqlDatabase", "properties": theirs})
    domain = entity(account, "freehold_domain", "freehold://contoso/sales")
    record = json.loads(domain["businessAttributes"]["Freehold"]["written"])
    forged = json.dumps({**record, "members": [*record["members"], member(Kind.SOURCE, "theirs")]})
    inside.ask("POST", f"{ATLAS}/entity/guid/{domain['guid']}/businessmetadata", body={"Freehold": {"written": forged}})
    applied(account, mesh, Gone.PRUNED)
    assert "theirs" in {item["name"] for item in account.sources()}


def test_an_entity_that_was_there_before_is_completed_and_never_removed(opened: tuple[PurviewAccount, Inside], mesh: Mesh) -> None:
    account, _ = opened
    account.put_entities([{"typeName": "freehold_product", "attributes": {"qualifiedName": SALES, "name": "theirs"}}], "contoso")
    applied(account, mesh)
    assert entity(account, "freehold_product", SALES)["attributes"]["name"] == "Sales Analytics"
    smaller = without(mesh, "sales.sales_analytics")
    applied(account, smaller, Gone.PRUNED)
    assert account.entity("freehold_product", SALES) is not None
    assert ("leave", "product", SALES) in told(planned(account, smaller, Gone.PRUNED))


def test_a_record_that_somebody_has_broken_gives_no_right_to_remove(kept: tuple[PurviewAccount, Inside], mesh: Mesh) -> None:
    account, inside = kept
    sales = entity(account, "freehold_product", SALES)
    inside.ask("POST", f"{ATLAS}/entity/guid/{sales['guid']}/businessmetadata", body={"Freehold": {"written": "{"}})
    assert [item.key for item in planned(account, mesh).drifted] == [SALES]
    smaller = without(mesh, "sales.sales_analytics")
    applied(account, smaller, Gone.PRUNED)
    assert account.entity("freehold_product", SALES) is not None


def test_what_others_add_to_a_product_stays(kept: tuple[PurviewAccount, Inside], mesh: Mesh) -> None:
    account, inside = kept
    sales = entity(account, "freehold_product", SALES)
    inside.ask("POST", f"{ATLAS}/entity/guid/{sales['guid']}/labels", body=["golden"])
    account.put_entities(
        [{"typeName": "freehold_product", "attributes": {"qualifiedName": SALES, "displayName": "The sales"}}], "contoso-sales"
    )
    renamed = product_of(mesh, "sales.sales_analytics", description="Orders")
    assert applied(account, renamed) == 2
    found = entity(account, "freehold_product", SALES)
    assert (found["labels"], found["attributes"]["displayName"]) == (["golden"], "The sales")
    assert found["attributes"]["description"] == "Orders"


def test_a_change_of_the_mesh_is_no_drift(kept: tuple[PurviewAccount, Inside], mesh: Mesh) -> None:
    account, _ = kept
    more = (*mesh.products["sales.sales_analytics"].contracts, Contract(consumer="Customer", purpose="Care", fields=("orderId",)))
    changed = product_of(mesh, "sales.sales_analytics", description="Orders", contracts=more)
    found = planned(account, changed)
    assert found.pending != ()
    assert found.drifted == ()


def test_what_is_cleared_in_the_mesh_is_cleared_in_the_account(kept: tuple[PurviewAccount, Inside], mesh: Mesh) -> None:
    account, _ = kept
    cleared = product_of(mesh, "sales.sales_analytics", description=None, sensitivity_label=None)
    applied(account, cleared)
    found = entity(account, "freehold_product", SALES)
    assert found["attributes"]["description"] is None
    assert not found["businessAttributes"]["Freehold"].get("sensitivityLabel")
    assert planned(account, cleared).changes == ()


CONTRACT = f"{CUSTOMERS}/contracts/sales-customer-enrichment"


def _edge(found: dict[str, Any], attribute: str) -> str:
    held = found["relationshipAttributes"][attribute]
    return str((held[0] if isinstance(held, list) else held)["relationshipGuid"])


def _cut(account: PurviewAccount, inside: Inside, attribute: str) -> None:
    edge = _edge(entity(account, "freehold_contract", CONTRACT), attribute)
    assert inside.ask("DELETE", f"{ATLAS}/relationship/guid/{edge}").status < 300


def _repoint(account: PurviewAccount, inside: Inside) -> None:
    """Point a contract's lineage at another domain, in the name of somebody else."""
    other = {"typeName": "freehold_domain", "uniqueAttributes": {"qualifiedName": "freehold://contoso/analytics"}}
    changed = {"typeName": "freehold_contract", "attributes": {"qualifiedName": CONTRACT, "name": "x", "outputs": [other]}}
    assert inside.ask("POST", f"{ATLAS}/entity", (), {"entity": changed}).status < 300


def _drifts(account: PurviewAccount, inside: Inside) -> dict[str, Any]:
    email = entity(account, "freehold_column", f"{CUSTOMERS}#email")
    sales = entity(account, "freehold_product", SALES)
    return {
        "classification": lambda: account.declassify("PII.Contact", email["guid"]),
        "description": lambda: inside.ask(
            "PUT", f"{ATLAS}/entity/guid/{sales['guid']}", (("name", "description"),), body="Something else"
        ),
        "Freehold.contracts": lambda: inside.ask(
            "POST", f"{ATLAS}/entity/guid/{sales['guid']}/businessmetadata", body={"Freehold": {"contracts": "everything to all"}}
        ),
        "source": lambda: account.delete_source("sales-domain"),
        "product": lambda: account.delete_entity(sales["guid"]),
        "column": lambda: account.delete_entity(email["guid"]),
        "endpoint": lambda: account.put_source(
            "sales-domain",
            {
                "kind": "AzureSqlDatabase",
                "properties": {
                    "serverEndpoint": "elsewhere.database.windows.net",
                    "collection": {"referenceName": "contoso-sales", "type": "CollectionReference"},
                },
            },
        ),
        "term": lambda: account.delete_term(account.terms(account.glossaries()[0]["guid"])[0]["guid"]),
        "collection": lambda: inside.ask(
            "POST", "/datamap/api/entity/moveTo", (("collectionId", "contoso"),), {"entityGuids": [email["guid"]]}
        ),
        "friendlyName": lambda: account.put_collection(
            "contoso-sales", {**next(c for c in account.collections() if c["name"] == "contoso-sales"), "friendlyName": "Sold"}
        ),
        "inputs": lambda: _cut(account, inside, "inputs"),
        "outputs": lambda: _repoint(account, inside),
        "owningDomain": lambda: inside.ask("DELETE", f"{ATLAS}/relationship/guid/{_edge(sales, 'owningDomain')}"),
        "contract": lambda: account.delete_entity(
            entity(account, "freehold_contract", f"{CUSTOMERS}/contracts/sales-customer-enrichment")["guid"]
        ),
    }


@pytest.mark.parametrize(
    "what",
    [
        "classification", "description", "Freehold.contracts", "source", "product", "column", "endpoint", "term", "collection",
        "friendlyName", "contract", "inputs", "outputs", "owningDomain",
    ],
)  # fmt: skip
def test_what_somebody_changes_is_told_and_set_back(kept: tuple[PurviewAccount, Inside], mesh: Mesh, what: str) -> None:
    account, inside = kept
    assert planned(account, mesh).drifted == ()
    _drifts(account, inside)[what]()
    found = planned(account, mesh)
    assert what in {item.kind.value for item in found.drifted if item.by_hand} | {
        difference.what for item in found.drifted for difference in item.differences if difference.by_hand
    }
    assert set(found.drifted) == set(found.changes)
    applied(account, mesh)
    assert planned(account, mesh).changes == ()


def test_lineage_that_is_set_back_is_what_the_mesh_says(kept: tuple[PurviewAccount, Inside], mesh: Mesh) -> None:
    account, inside = kept
    _cut(account, inside, "inputs")
    _repoint(account, inside)
    told = {item.what: (item.have, item.want) for change in planned(account, mesh).drifted for item in change.differences}
    assert told["inputs"] == (None, CUSTOMERS)
    assert told["outputs"] == ("freehold://contoso/analytics", "freehold://contoso/sales")
    applied(account, mesh)
    found = entity(account, "freehold_contract", CONTRACT)["relationshipAttributes"]
    ends = {name: [item["uniqueAttributes"]["qualifiedName"] for item in found[name]] for name in ("inputs", "outputs")}
    assert ends == {"inputs": [CUSTOMERS], "outputs": ["freehold://contoso/sales"]}


def test_lineage_that_others_add_beside_ours_is_theirs_and_no_drift(kept: tuple[PurviewAccount, Inside], mesh: Mesh) -> None:
    account, inside = kept
    names = ("freehold://contoso/sales", "freehold://contoso/analytics")
    both = [{"typeName": "freehold_domain", "uniqueAttributes": {"qualifiedName": name}} for name in names]
    name = entity(account, "freehold_contract", CONTRACT)["attributes"]["name"]
    changed = {"typeName": "freehold_contract", "attributes": {"qualifiedName": CONTRACT, "name": name, "outputs": both}}
    assert inside.ask("POST", f"{ATLAS}/entity", (), {"entity": changed}).status < 300
    assert planned(account, mesh).changes == ()


def test_a_steward_s_findings_are_proposed_and_change_nothing(kept: tuple[PurviewAccount, Inside], mesh: Mesh) -> None:
    account, inside = kept
    income = entity(account, "freehold_column", f"{CUSTOMERS}#income")
    name = entity(account, "freehold_column", f"{CUSTOMERS}#name")
    account.classify("MICROSOFT.FINANCIAL.CREDIT_CARD_NUMBER", [income["guid"]])
    account.classify("MICROSOFT.PERSONAL.NAME", [name["guid"]])
    enrichment = next(item for item in account.terms(account.glossaries()[0]["guid"]) if item["name"] == "Customer enrichment")
    account.assign(enrichment["guid"], [entity(account, "freehold_product", SALES)["guid"]])
    inside.sent.clear()
    found = proposals(mesh, planned(account, mesh).seen)
    assert [(item.product, item.column, item.found, item.proposed) for item in found] == [
        ("customer.customer_360", "income", "MICROSOFT.FINANCIAL.CREDIT_CARD_NUMBER", "PII.HighRisk"),
        ("customer.customer_360", "name", "MICROSOFT.PERSONAL.NAME", "PII.Name"),
        ("sales.sales_analytics", None, "Customer enrichment", "Customer enrichment"),
    ]
    assert planned(account, mesh).changes == ()
    assert inside.writes == []


def test_two_meshes_of_one_account_do_not_touch_each_other(kept: tuple[PurviewAccount, Inside], mesh: Mesh) -> None:
    account, _ = kept
    other = msgspec.structs.replace(without(mesh, "sales.sales_analytics"), name="contoso2")
    applied(account, other, Gone.PRUNED)
    assert planned(account, mesh, Gone.PRUNED).changes == ()
    assert planned(account, other, Gone.PRUNED).changes == ()


def test_the_mesh_lies_in_the_collection_that_is_asked_for(opened: tuple[PurviewAccount, Inside], mesh: Mesh) -> None:
    account, _ = opened
    applied(account, mesh, collection="governance")
    parents = {item["name"]: item.get("parentCollection", {}).get("referenceName") for item in account.collections()}
    assert parents["governance"] == "contoso"
    assert parents["governance-sales"] == "governance"
    assert planned(account, mesh, collection="governance").changes == ()


def test_a_mesh_can_be_moved_to_another_collection_and_that_is_no_drift(kept: tuple[PurviewAccount, Inside], mesh: Mesh) -> None:
    account, _ = kept
    moved = planned(account, mesh, collection="governance")
    assert moved.drifted == ()
    applied(account, mesh, Gone.PRUNED, collection="governance")
    assert planned(account, mesh, Gone.PRUNED, collection="governance").changes == ()
    assert {item["name"] for item in account.collections()} == {
        "contoso", "governance", "governance-analytics", "governance-customer", "governance-sales",
    }  # fmt: skip


def test_a_product_without_a_domain_s_file_and_names_of_any_letters_are_kept(
    opened: tuple[PurviewAccount, Inside], mesh: Mesh
) -> None:
    account, _ = opened
    column = msgspec.structs.replace(mesh.products["sales.sales_analytics"].columns[0], name="Größe / m²", classifications=("Ä-1",))
    odd = Product(
        name="Größen & Maße",
        domain="Sales",
        description="  Ränder  ",
        columns=(column,),
        contracts=(Contract(consumer="Nowhere", purpose="a@b.c: why?", fields=("Größe / m²",)),),
    )
    mesh = msgspec.structs.replace(mesh, products=mesh.products | {odd.key: odd})
    applied(account, mesh)
    assert planned(account, mesh).changes == ()


def test_nothing_is_removed_without_being_asked_even_where_all_is_gone(kept: tuple[PurviewAccount, Inside], mesh: Mesh) -> None:
    account, inside = kept
    empty = msgspec.structs.replace(mesh, products={}, domains={})
    inside.sent.clear()
    applied(account, empty)
    assert [item for item in inside.writes if item.method == "DELETE"] == []
    assert {item.action for item in planned(account, empty).changes} == {Action.LEAVE}
