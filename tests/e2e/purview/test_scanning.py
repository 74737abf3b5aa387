"""Scanning by azure-purview-scanning, unmodified: databases, triggers that fire, filters, connections and credentials."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from azure.core.exceptions import HttpResponseError

from freehold.wiring.clock import SystemClock

ADMIN = "steward"
MESH = "mesh:\n  name: contoso\n  nodes:\n    - {name: contoso-we, region: westeurope, url: 'http://x'}\n"


@pytest.fixture(scope="module")
def site(start_catalogue: Any, tmp_path_factory: pytest.TempPathFactory, lay_mesh: Any, make_mesh: Any) -> Iterator[Any]:
    """A catalogue that may scan one database."""
    folder = tmp_path_factory.mktemp("scanning")
    lay_mesh(folder / "mesh", make_mesh())
    (folder / "mesh" / "mesh.yaml").write_text(MESH)
    with duckdb.connect(folder / "stock.duckdb") as made:
        made.execute("CREATE TABLE people AS SELECT concat('p', range, '@contoso.example') AS mail, range AS n FROM range(20)")
        made.execute("CREATE VIEW seen AS SELECT mail FROM people")
    listed = f"stock.example=duckdb:{folder / 'stock.duckdb'}"
    with start_catalogue(folder / "mesh", "--admin", ADMIN, "--scan-database", listed) as up:
        yield up


def ended(client: Any, scan: str, known: set[str]) -> dict[str, Any]:
    """Return the first run of a scan that is not known, once it has ended."""
    for _ in range(600):
        found = [item for item in client.scan_result.list_scan_history("stock", scan) if item["id"] not in known]
        if found and found[-1]["endTime"] is not None:
            return found[-1]
        time.sleep(0.1)
    raise AssertionError("no run has ended")


def laid(site: Any, scan: str) -> Any:
    client, root = site.scanning(), {"referenceName": site.account, "type": "CollectionReference"}
    source = {"kind": "DuckDB", "properties": {"serverEndpoint": "stock.example", "collection": root}}
    client.data_sources.create_or_update("stock", body=source)
    client.scans.create_or_update("stock", scan, {"kind": "DuckDBMsi", "properties": {"databaseName": "stock", "collection": root}})
    return client


def test_a_database_is_scanned_and_found_by_a_search(site: Any) -> None:
    client = laid(site, "all")
    client.scan_result.run_scan("stock", "all", "one", scan_level="Full")
    run = ended(client, "all", set())
    assert (run["status"], run["runType"], run["assetsDiscovered"], run["assetsClassified"]) == ("Succeeded", "Manual", 2, 1), run
    found = site.datamap().discovery.query({"keywords": "people", "filter": {"entityType": "duckdb_table"}, "limit": 10}).value
    assert [item.qualified_name for item in found] == ["duckdb://stock.example/stock/main/people"]
    classified = site.datamap().discovery.query({"filter": {"classification": "PII.Contact"}, "limit": 10}).value
    assert "duckdb://stock.example/stock/main/people#mail" in {item.qualified_name for item in classified}


def test_a_trigger_fires_by_itself(site: Any) -> None:
    client = laid(site, "due")
    start = SystemClock().now() - dt.timedelta(seconds=57)
    recurrence = {"frequency": "Minute", "interval": 1, "startTime": start.isoformat(), "timeZone": "W. Europe Standard Time"}
    made = client.triggers.create_trigger("stock", "due", {"properties": {"scanLevel": "Incremental", "recurrence": recurrence}})
    assert made["properties"]["lastScheduled"] is None
    run = ended(client, "due", set())
    assert (run["status"], run["runType"], run["scanLevelType"]) == ("Succeeded", "Scheduled", "Incremental")
    assert client.triggers.get_trigger("stock", "due")["properties"]["lastScheduled"] >= run["startTime"][:19]
    client.triggers.delete_trigger("stock", "due")
    with pytest.raises(HttpResponseError) as gone:
        client.triggers.get_trigger("stock", "due")
    assert gone.value.status_code == 404


def test_a_trigger_that_means_nothing_is_refused(site: Any) -> None:
    client = laid(site, "all")
    for recurrence in (
        {"frequency": "Fortnight"},
        {"frequency": "Week", "timeZone": "Nowhere"},
        {"frequency": "Day", "interval": -1},
    ):
        with pytest.raises(HttpResponseError) as refused:
            client.triggers.create_trigger("stock", "all", {"properties": {"recurrence": recurrence}})
        assert refused.value.status_code == 400


def test_a_trigger_is_switched_off_and_on_over_the_wire(site: Any) -> None:
    laid(site, "off").triggers.create_trigger("stock", "off", {"properties": {"recurrence": {"frequency": "Month"}}})
    with site.http() as client:
        trigger = "/scan/datasources/stock/scans/off/triggers/default"
        assert client.post(f"{trigger}:disable").json()["properties"]["state"] == "Disabled"
        assert client.post(f"{trigger}/:enable").json()["properties"]["state"] == "Enabled"


def test_a_filter_is_kept_given_back_and_obeyed(site: Any) -> None:
    client = laid(site, "few")
    wanted = {"includeUriPrefixes": ["duckdb://stock.example/"], "excludeUriPrefixes": ["duckdb://stock.example/stock/main/seen"]}
    client.filters.create_or_update("stock", "few", {"properties": wanted})
    assert client.filters.get("stock", "few")["properties"] == wanted
    client.scan_result.run_scan("stock", "few", "one")
    assert ended(client, "few", set())["assetsDiscovered"] == 1
    with pytest.raises(HttpResponseError) as refused:
        client.filters.create_or_update("stock", "few", {"properties": {"includeUriPrefixes": "all"}})
    assert refused.value.status_code == 400


def test_key_vaults_and_credentials_are_kept_and_hold_no_secret_of_ours(site: Any) -> None:
    client = site.scanning()
    vault = {"properties": {"baseUrl": "https://v.vault.azure.net", "description": "ours"}}
    assert client.key_vault_connections.create("vault", vault)["properties"]["baseUrl"] == "https://v.vault.azure.net"
    assert client.key_vault_connections.get("vault")["name"] == "vault"
    secret = {
        "type": "AzureKeyVaultSecret",
        "secretName": "sql",
        "store": {"referenceName": "vault", "type": "LinkedServiceReference"},
    }
    given: dict[str, Any] = {"kind": "SqlAuth", "properties": {"typeProperties": {"user": "reader", "password": secret}}}
    with site.http() as plain:
        for base in ("", "/scan"):
            made = plain.put(f"{base}/credentials/sql", json=given)
            assert (made.status_code, made.json()["kind"]) == (200, "SqlAuth")
            assert (
                plain.get(f"{base}/credentials/sql").json()["properties"]["typeProperties"] == given["properties"]["typeProperties"]
            )
            assert [item["name"] for item in plain.get(f"{base}/credentials").json()["value"]] == ["sql"]
            assert plain.delete(f"{base}/credentials/sql").status_code == 200
            assert plain.get(f"{base}/credentials/sql").status_code == 404
        for plain_text in ({"password": "hush"}, {"user": "x", "nested": [{"accountKey": "hush"}]}):
            refused = plain.put("/credentials/sql", json={"kind": "SqlAuth", "properties": {"typeProperties": plain_text}})
            assert refused.status_code == 400
            assert "hush" not in refused.text
    client.key_vault_connections.delete("vault")
    with pytest.raises(HttpResponseError) as gone:
        client.key_vault_connections.get("vault")
    assert gone.value.status_code == 404


@pytest.mark.parametrize(
    "endpoint", ["STOCK.example", "x@stock.example", "duckdb://stock.example", "stock.example:5432", "stock.example/.."]
)
def test_an_endpoint_that_looks_like_a_listed_database_is_none(site: Any, endpoint: str) -> None:
    client, name = site.scanning(), "alike"
    client.data_sources.create_or_update(name, body={"kind": "DuckDB", "properties": {"serverEndpoint": endpoint}})
    client.scans.create_or_update(name, "all", {"kind": "DuckDBMsi", "properties": {}})
    client.scan_result.run_scan(name, "all", "one")
    run: dict[str, Any] = {"endTime": None}
    for _ in range(300):
        (run,) = client.scan_result.list_scan_history(name, "all")
        if run["endTime"] is not None:
            break
        time.sleep(0.1)
    assert (run["status"], run["assetsDiscovered"]) == ("Failed", 0)
    client.scans.delete(name, "all")


def test_a_catalogue_does_not_start_with_a_database_of_the_mesh(site: Any, tmp_path: Path) -> None:
    import subprocess
    import sys

    inside = site.folder / "data.duckdb"
    duckdb.connect(inside).close()
    command = [sys.executable, "-m", "freehold", "purview", "serve", "--mesh", str(site.folder), "--dev", "--port", "0"]
    done = subprocess.run(
        [*command, "--scan-database", f"x=duckdb:{inside}"], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode != 0
    assert "holds data of the mesh" in done.stdout + done.stderr
