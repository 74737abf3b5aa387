"""The mesh in an account over TLS: written by the command, read back with the official clients, through throttling and a kill."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from between import Between, Headers, between
from freehold.cli.main import app
from freehold.digest import digest
from freehold.manifest import read
from freehold.model.mesh import Applied, Mesh
from freehold.model.place import Mode
from freehold.stores.files import FolderFiles
from freehold.stores.registry import SqliteRegistry
from freehold.wiring.certificates import catalogue_certificate
from freehold.wiring.clock import SystemClock
from freehold.wiring.datamap import MANAGEMENT_AUDIENCE
from freehold.wiring.settings import Settings

DEMO = Path(__file__).parents[3] / "src" / "freehold" / "cli" / "demo" / "mesh"
CUSTOMERS = "freehold://contoso/customer/customer_360"
SALES = "freehold://contoso/sales/sales_analytics"
SECRET = "the-token-that-nobody-shall-see"

Start = Callable[..., Any]


class Ran:
    """A command that has ended."""

    def __init__(self, result: Any) -> None:
        self.code, self.out, self.err = result.exit_code, result.stdout, result.stderr

    @property
    def told(self) -> Any:
        return json.loads(self.out)


def words(site: Any, verb: str, url: str, *options: str) -> list[str]:
    return ["purview", verb, "--mesh", str(site.folder), "--endpoint", url, *options]


def run(site: Any, verb: str, *options: str, url: str | None = None, ca: str | None = None, **environment: str) -> Ran:
    trusted = [] if ca == "" else ["--ca", ca or site.ca]
    known = environment or {"FREEHOLD_PURVIEW_TOKEN": site.token()}
    return Ran(CliRunner().invoke(app, words(site, verb, url or site.url, *trusted, *options), env=known))


@pytest.fixture(scope="module")
def demo() -> Mesh:
    found = read(FolderFiles(DEMO).read(), None).mesh
    assert found is not None
    return found


@pytest.fixture
def folder(tmp_path: Path, demo: Mesh) -> Path:
    return laid(tmp_path / "mesh", demo)


def laid(folder: Path, mesh: Mesh) -> Path:
    """Put the demonstration's mesh in force in a folder."""
    shutil.copytree(DEMO, folder)
    settings = Settings(folder=folder)
    settings.state.mkdir()
    with closing(SqliteRegistry(settings.registry_file)) as registry:
        registry.apply(Applied(version=1, digest=digest(mesh), mesh=mesh, applied_at="2026-11-23T10:00:00+00:00"))
    return folder


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, demo: Mesh, start_catalogue: Start) -> Iterator[Any]:
    """A catalogue in which the demonstration's mesh is kept."""
    folder = laid(tmp_path_factory.mktemp("kept") / "mesh", demo)
    with start_catalogue(folder, "--admin", "steward") as site:
        ran = run(site, "apply", "--json")
        assert ran.code == 0, ran.out + ran.err
        assert ran.told["made"] > 40
        yield site


@pytest.fixture
def empty(folder: Path, start_catalogue: Start) -> Generator[Any]:
    """A catalogue that holds nothing yet."""
    with start_catalogue(folder, "--admin", "steward") as site:
        yield site


def amid(site: Any, instead: Any) -> Any:
    served = catalogue_certificate(Settings(folder=site.folder, mode=Mode.DEVELOPMENT), SystemClock())
    return between(site.url, site.ca, served.certificate, served.key, instead)


def passing(_here: Between, _method: str, _path: str) -> None:
    """Pass everything on."""


def business(client: Any, guid: str) -> dict[str, Any]:
    found: dict[str, Any] = client.entity.get(guid)["entity"]["businessAttributes"]["Freehold"]
    return found


def named(client: Any, kind: str, name: str) -> Any:
    return client.entity.get_by_unique_attribute(kind, attribute=name)["entity"]


def test_a_second_apply_has_nothing_to_make(kept: Any) -> None:
    ran = run(kept, "apply", "--json")
    assert (ran.code, ran.told["changes"], ran.told["left"], ran.told["made"]) == (0, [], [], 0)


def test_the_official_client_reads_products_columns_and_contracts(kept: Any) -> None:
    client = kept.datamap()
    product = named(client, "freehold_product", CUSTOMERS)
    assert product["collectionId"] == "contoso-customer"
    assert {item["displayText"] for item in product["relationshipAttributes"]["columns"]} >= {"customerId", "email", "nationalId"}
    assert {item["displayText"] for item in product["meanings"]} == {"Customer enrichment", "Business analytics"}
    assert business(client, product["guid"])["sensitivityLabel"] == "Confidential"
    email = named(client, "freehold_column", f"{CUSTOMERS}#email")
    assert [item["typeName"] for item in email["classifications"]] == ["PII.Contact"]
    contract = named(client, "freehold_contract", f"{CUSTOMERS}/contracts/sales-customer-enrichment")
    assert contract["attributes"]["excludedFields"] == "email, phone, address"


def test_the_official_client_sees_sharing_as_lineage(kept: Any) -> None:
    client = kept.datamap()
    product = named(client, "freehold_product", CUSTOMERS)
    lineage = client.lineage.get(product["guid"], direction="OUTPUT", depth=3)
    reached = {item["attributes"]["qualifiedName"] for item in lineage["guidEntityMap"].values()}
    assert {"freehold://contoso/sales", "freehold://contoso/analytics"} <= reached


def test_the_official_clients_see_glossary_collections_and_sources(kept: Any) -> None:
    client = kept.datamap()
    glossary = next(item for item in client.glossary.batch_get() if item["name"] == "contoso")
    terms = client.glossary.get_terms(glossary["guid"])
    assert {item["name"] for item in terms} == {"Customer enrichment", "Business analytics"}
    collections = {item["name"]: item for item in kept.account_client().collections.list_collections()}
    assert collections["contoso-sales"]["parentCollection"]["referenceName"] == "contoso"
    source = kept.scanning().data_sources.get("sales-domain")
    assert source["kind"] == "AzureSqlDatabase"
    assert source["properties"]["serverEndpoint"] == "sales-sql.database.windows.net"


def test_the_official_client_finds_products_by_search(kept: Any) -> None:
    client = kept.datamap()
    found = client.discovery.query({"keywords": "Customer 360", "filter": {"entityType": "freehold_product"}, "limit": 10})
    assert CUSTOMERS in {item["qualifiedName"] for item in found["value"]}


def test_drift_tells_what_the_official_clients_changed_and_apply_sets_it_back(kept: Any) -> None:
    client = kept.datamap()
    assert run(kept, "drift").code == 0
    email = named(client, "freehold_column", f"{CUSTOMERS}#email")
    client.entity.remove_classification(email["guid"], "PII.Contact")
    sales = named(client, "freehold_product", SALES)
    client.entity.add_or_update_business_metadata(sales["guid"], {"Freehold": {"contracts": "everything to everybody"}})
    client.entity.update_attribute_by_id(sales["guid"], "Some\x1b[2Jthing else", name="description")
    kept.scanning().data_sources.delete("sales-domain")
    ran = run(kept, "drift", "--json")
    told = {(item["kind"], difference["what"]) for item in ran.told["drifted"] for difference in item["differences"]}
    assert ran.code == 1
    assert {("column", "classification"), ("product", "Freehold.contracts"), ("product", "description")} <= told
    assert [item["key"] for item in ran.told["drifted"] if item["kind"] == "source"] == ["sales-domain"]
    shown = run(kept, "drift")
    assert (shown.code, "changed by hand" in shown.out, "\x1b" in shown.out) == (1, True, False)
    assert run(kept, "apply").code == 0
    assert run(kept, "drift").code == 0
    held = named(client, "freehold_column", f"{CUSTOMERS}#email")["classifications"]
    assert [item["typeName"] for item in held] == ["PII.Contact"]


def test_pull_writes_what_stewards_set_and_changes_nothing(kept: Any, tmp_path: Path) -> None:
    client = kept.datamap()
    income = named(client, "freehold_column", f"{CUSTOMERS}#income")
    client.entity.add_classifications(income["guid"], [{"typeName": "MICROSOFT.FINANCIAL.CREDIT_CARD_NUMBER"}])
    where = tmp_path / "findings.json"
    ran = run(kept, "pull", "--output", str(where))
    assert ran.code == 0, ran.err
    found = json.loads(where.read_text())["findings"]
    assert [(item["product"], item["column"], item["proposed"]) for item in found] == [
        ("customer.customer_360", "income", "PII.HighRisk")
    ]
    assert run(kept, "plan", "--json").told["changes"] == []


def test_a_scan_in_a_domain_s_collection_and_the_connector_take_nothing_from_each_other(
    tmp_path: Path, lay_mesh: Any, make_mesh: Any, start_catalogue: Start
) -> None:
    lay_mesh(tmp_path, make_mesh())
    (tmp_path / "mesh.yaml").write_text("mesh: {name: contoso, nodes: []}")
    with start_catalogue(tmp_path, "--admin", "steward") as site:
        assert run(site, "apply").code == 0
        client, product = site.scanning(), "freehold://contoso/customer/customer_360"
        place = {"collection": {"referenceName": "contoso-customer", "type": "CollectionReference"}}
        source = {"endpoint": "freehold://contoso/customer", **place}
        client.data_sources.create_or_update("mesh", body={"kind": "AzureSubscription", "properties": source})
        client.scans.create_or_update("mesh", "products", {"kind": "AzureSubscriptionMsi", "properties": place})
        client.scan_result.run_scan("mesh", "products", "one")
        ended: dict[str, Any] = {"endTime": None}
        for _ in range(300):
            ended = next(iter(client.scan_result.list_scan_history("mesh", "products")))
            if ended["endTime"] is not None:
                break
            time.sleep(0.1)
        assert (ended["status"], ended["assetsDiscovered"]) == ("Succeeded", 3)
        attributes = named(site.datamap(), "freehold_product", product)["attributes"]
        assert attributes["format"] == "parquet"
        assert "rows" not in attributes
        found = run(site, "plan", "--json").told
        assert (found["changes"], found["left"]) == ([], [])
        assert run(site, "drift").code == 0
        proposed = run(site, "pull", "--json").told["findings"]
        assert [item for item in proposed if item["column"] == "email"] == []


def test_a_caller_without_a_role_is_refused_and_nothing_of_the_token_is_shown(kept: Any) -> None:
    for token in (kept.token("nobody"), SECRET):
        ran = run(kept, "plan", "--json", FREEHOLD_PURVIEW_TOKEN=token)
        assert ran.code == 1
        assert ran.told["code"] == "account-refused"
        assert token not in ran.out + ran.err


def test_a_certificate_of_an_unknown_authority_is_not_believed(kept: Any) -> None:
    ran = run(kept, "plan", "--json", ca="", FREEHOLD_PURVIEW_TOKEN=SECRET)
    assert (ran.code, ran.told["code"]) == (1, "account-unreachable")
    assert SECRET not in ran.out + ran.err


def test_what_is_asked_to_wait_waits_and_ends_as_if_it_had_not(empty: Any) -> None:
    def instead(here: Between, _method: str, _path: str) -> tuple[int, Headers, bytes] | None:
        number = len(here.came)
        if number % 3 == 1:
            return 429, {"Retry-After": "0"}, b'{"error": {"code": "TooManyRequests", "message": "secret of the service"}}'
        return (503, {"Retry-After": "0"}, b"") if number % 3 == 2 else None

    with amid(empty, instead) as here:
        ran = run(empty, "apply", "--json", url=here.url)
    assert ran.code == 0, ran.out + ran.err
    assert len(here.came) > 90
    assert run(empty, "plan", "--json").told["changes"] == []


@pytest.mark.parametrize("killed_at", [9, pytest.param(2, marks=pytest.mark.long), pytest.param(14, marks=pytest.mark.long)])
def test_an_apply_that_is_killed_goes_on_where_it_stopped(empty: Any, killed_at: int) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def passed(_method: str, _path: str) -> None:
        if here.writes == killed_at:
            started[0].send_signal(signal.SIGKILL)
            started[0].wait(30)

    with amid(empty, passing) as here:
        here.after = passed
        command = [sys.executable, "-m", "freehold", *words(empty, "apply", here.url, "--ca", empty.ca)]
        environment = os.environ | {"FREEHOLD_PURVIEW_TOKEN": empty.token()}  # noqa: TID251  (what the process is given)
        started.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment))
        assert started[0].wait(60) == -signal.SIGKILL
    assert here.writes == killed_at
    left = run(empty, "plan", "--json").told["changes"]
    assert left
    assert run(empty, "apply").code == 0
    again = run(empty, "plan", "--json").told
    assert (again["changes"], again["left"]) == ([], [])
    assert run(empty, "drift").code == 0


@pytest.mark.parametrize("killed_at", [4, pytest.param(1, marks=pytest.mark.long), pytest.param(11, marks=pytest.mark.long)])
def test_an_apply_that_is_killed_in_the_unified_catalog_goes_on_where_it_stopped(empty: Any, killed_at: int) -> None:
    started: list[subprocess.Popen[bytes]] = []
    written: list[str] = []

    def passed(method: str, path: str) -> None:
        if method != "GET" and path.startswith("/datagovernance") and "/query?" not in path:
            written.append(path)
            if len(written) == killed_at:
                started[0].send_signal(signal.SIGKILL)
                started[0].wait(30)

    with amid(empty, passing) as here:
        here.after = passed
        command = [sys.executable, "-m", "freehold", *words(empty, "apply", here.url, "--ca", empty.ca)]
        environment = os.environ | {"FREEHOLD_PURVIEW_TOKEN": empty.token()}  # noqa: TID251  (what the process is given)
        started.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment))
        assert started[0].wait(60) == -signal.SIGKILL
    assert run(empty, "apply").code == 0
    again = run(empty, "plan", "--json").told
    assert (again["changes"], again["left"], again["unifiedCatalog"]) == ([], [], "kept")
    names = [item["name"] for item in empty.http().get("/datagovernance/catalog/dataProducts").json()["value"]]
    assert len(names) == len(set(names)), "nothing is made twice"


def test_where_the_account_has_no_unified_catalog_the_rest_goes_on_and_says_so(empty: Any) -> None:
    def without(_here: Between, _method: str, path: str) -> tuple[int, Headers, bytes] | None:
        return (404, {"Content-Type": "application/json"}, b"{}") if path.startswith("/datagovernance") else None

    with amid(empty, without) as here:
        ran = run(empty, "apply", url=here.url)
        assert ran.code == 0, ran.out + ran.err
        assert "no Unified Catalog" in ran.out
        assert run(empty, "plan", "--json", url=here.url).told == {
            "mesh": "freehold://contoso", "unifiedCatalog": "absent", "changes": [], "left": [],
        }  # fmt: skip
        here.came.clear()
        left_out = run(empty, "plan", "--json", "--unified-catalog", "none", url=here.url).told
        assert (left_out["unifiedCatalog"], left_out["changes"]) == ("left out", [])
        assert all(not path.startswith("/datagovernance") for _, path in here.came)
        late = run(empty, "apply", "--json", "--unified-catalog", empty.url, url=here.url)
        assert late.told["unifiedCatalog"] == "kept"
    assert run(empty, "plan", "--json").told["changes"] == []


def test_a_request_for_access_is_pulled_as_a_proposal_and_the_gate_hears_nothing_of_it(kept: Any) -> None:
    admin, catalog = kept.http(), "/datagovernance/catalog"
    product = next(item for item in admin.get(f"{catalog}/dataProducts").json()["value"] if item["name"] == "Customer 360")
    body = {
        "dataProductId": product["id"],
        "policySetValues": {"useCases": ["Customer enrichment"], "requestorComments": "\x1b[2J"},
    }
    asked = {**body, "subscriberIdentity": {"displayName": "Analytics"}}
    name = "22222222-2222-4222-8222-222222222222"
    admin.put(f"/datagovernance/access/dataSubscriptions/{name}", json=asked).raise_for_status()
    told = run(kept, "pull", "--json").told
    found = [item for item in told["findings"] if item["what"] == "access request"]
    assert [(item["product"], item["known"]) for item in found] == [("customer.customer_360", True)]
    assert '  - consumer: "Analytics"' in found[0]["proposed"]
    shown = run(kept, "pull").out
    assert "\x1b" not in shown
    assert run(kept, "plan", "--json").told["changes"] == []
    assert run(kept, "drift").code == 0
    admin.delete(f"/datagovernance/access/dataSubscriptions/{name}").raise_for_status()


@pytest.mark.parametrize("kind", ["AZURE_CLIENT_SECRET", "AZURE_FEDERATED_TOKEN_FILE"])
def test_an_application_signs_in_by_its_own_credentials(kept: Any, tmp_path: Path, kind: str) -> None:
    asked = "/contoso/oauth2/v2.0/token"

    def instead(here: Between, _method: str, path: str) -> tuple[int, Headers, bytes]:
        base = f"{here.url}/contoso"
        found = {"issuer": f"{base}/v2.0", "authorization_endpoint": base, "token_endpoint": f"{here.url}{asked}"}
        given = {"token_type": "Bearer", "access_token": kept.token(), "expires_in": 3_600}
        return 200, {"Content-Type": "application/json"}, json.dumps(given if path == asked else found).encode()

    (tmp_path / "token").write_text(SECRET)
    shown = SECRET if kind == "AZURE_CLIENT_SECRET" else str(tmp_path / "token")
    with amid(kept, instead) as authority:
        known = {"AZURE_TENANT_ID": "contoso", "AZURE_CLIENT_ID": "mesh", kind: shown}
        ran = run(kept, "plan", "--json", AZURE_AUTHORITY_HOST=authority.url, **known)
    assert (ran.code, ran.told["changes"]) == (0, [])
    assert [request for request in authority.came if request[0] == "POST"] == [("POST", asked)]
    assert SECRET not in ran.out + ran.err


def create(kept: Any, location: str, *options: str) -> Ran:
    order = ["--subscription", "00000000-0000-0000-0000-000000000001", "--resource-group", "governance-rg"]
    order += ["--location", location, "--managed-resource-group", "purview-managed-rg", "--mesh", str(kept.folder)]
    where = ["--management-url", kept.url, "--ca", kept.ca, "--json", *options]
    token = {"FREEHOLD_MANAGEMENT_TOKEN": kept.token(audience=MANAGEMENT_AUDIENCE)}
    return Ran(CliRunner().invoke(app, ["purview", "create-account", kept.account, *order, *where], env=token))


def test_an_account_is_made_only_where_governance_allows(kept: Any) -> None:
    made = create(kept, "westeurope")
    assert (made.code, made.told["account"]["made"]) == (0, False)
    assert made.told["request"]["body"]["properties"] == {"managedResourceGroupName": "purview-managed-rg"}
    refused = create(kept, "eastus", "--dry-run")
    assert (refused.code, refused.told["code"]) == (1, "setting-invalid")
