"""A mesh whose node keeps its data in a container: the whole life by command, over TLS, with the key in the environment alone."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from azurite import ACCOUNT, Account, started

PLACE = f"abfss://products@{ACCOUNT}.dfs.core.windows.net/curated"
MESH = """\
mesh:
  name: contoso
  nodes:
    - name: contoso-westeurope
      region: westeurope
      url: "http://127.0.0.1:8080"
      data: {place}
      storage: {{region: {region}, redundancy: {redundancy}}}
"""
FILES = {
    "governance.yaml": """\
governancePolicies:
  dataResidency: {enforced: true, allowedRegions: [westeurope, northeurope]}
""",
    "domains/sales/domain.yaml": "domain: {name: Sales}\n",
    "domains/customer/customer-360.yaml": """\
dataProduct:
  name: "Customer 360"
  domain: "Customer"
  dataResidency: {region: "EU", storageLocations: [westeurope]}
  interfaces:
    - {type: "API", endpoint: "https://customer-api.contoso.eu/v1"}
    - {type: "SQL"}
  entityKey: customerId
  schema:
    - {name: customerId, type: string}
    - {name: segment, type: string}
    - {name: mail, type: string}
  quality:
    - {metric: nullValues, column: segment, mustBe: 0}
  source: {path: "customers/*.parquet"}
  dataContracts:
    - consumer: "Sales"
      purpose: "Enrichment"
      fields: ["customerId", "segment"]
      excludedFields: ["mail"]
""",
}


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with started(tmp_path_factory.mktemp("account"), tls=True) as found:
        lake = found.writer("products")
        for part in range(2):
            numbers = range(part * 100, part * 100 + 100)
            table = pa.table(
                {
                    "customerId": [f"c{number:04d}" for number in numbers],
                    "segment": ["Consumer" if number % 3 else "Corporate" for number in numbers],
                    "mail": [f"c{number:04d}@example.org" for number in numbers],
                }
            )
            out = io.BytesIO()
            pq.write_table(table, out)
            lake.upload_blob(f"curated/customers/part-{part}.parquet", out.getvalue())
        landing = found.writer("landing")
        landing.upload_blob("in/people.csv", b"id,mail\n" + b"".join(b"%d,p%d@example.org\n" % (i, i) for i in range(50)))
        landing.upload_blob("in/notes.txt", b"nothing")
        yield found


def laid(folder: Path, region: str = "westeurope", redundancy: str = "ZRS") -> Path:
    for path, text in {"mesh.yaml": MESH.format(place=PLACE, region=region, redundancy=redundancy), **FILES}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def environment(account: Account | None) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("FREEHOLD_", "AZURE_"))}  # noqa: TID251
    return own | ({**account.environment, "FREEHOLD_AUTHORITY": str(account.authority)} if account else {})


def freehold(folder: Path, account: Account | None, *arguments: str, code: int = 0) -> str:
    command = [sys.executable, "-m", "freehold", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment(account), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert account is None or account.key not in done.stdout + done.stderr
    return str(done.stdout + done.stderr)


@contextmanager
def up(folder: Path, account: Account, *arguments: str) -> Generator[dict[str, Any]]:
    """Start something that serves, and give what it says of itself."""
    command = [sys.executable, "-m", "freehold", *arguments, "--dev", "--port", "0", "--json"]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment(account), stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        while lines[-1].rstrip() != "}":
            assert lines[-1], (folder / "log").read_text()
            lines.append(process.stdout.readline())
        yield json.loads("".join(lines))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()
        assert account.key not in (folder / "log").read_text()


@pytest.mark.long
def test_a_mesh_lives_in_a_container_as_it_does_in_a_folder(account: Account, tmp_path: Path) -> None:
    folder = laid(tmp_path)
    assert "No errors" in freehold(folder, account, "check")
    freehold(folder, account, "apply")
    assert "customer_360" in freehold(folder, account, "test", "customer.customer_360", "--json")
    with up(folder, account, "up"):
        asked = "select segment, count(*) as n from customer.customer_360 group by segment order by segment"
        assert json.loads(freehold(folder, account, "query", asked, "--as", "app@sales", "--json"))["data"] == [
            {"segment": "Consumer", "n": 133},
            {"segment": "Corporate", "n": 67},
        ]
        refused = freehold(folder, account, "query", "select mail from customer.customer_360", "--as", "app@sales", code=1)
        assert "mail" in refused
        assert "@example.org" not in refused
        freehold(folder, account, "quality", "customer.customer_360", "--as", "eng@customer", "--role", "data-engineer")
        found = freehold(folder, account, "classify", "customer.customer_360", "--as", "eng@customer", "--role", "data-engineer")
        assert "PII.Contact" in found
    assert not list((folder / ".freehold" / "copies").rglob("*"))[1:]


def test_a_container_that_is_copied_outside_the_rules_is_refused_by_check(account: Account, tmp_path: Path) -> None:
    told = " ".join(freehold(laid(tmp_path, redundancy="GRS"), account, "check", code=1).split())
    assert "the GRS container of contoso-westeurope (mesh.yaml:8) copies to `northeurope`" in told


def test_without_credentials_check_says_what_to_set(tmp_path: Path) -> None:
    told = " ".join(freehold(laid(tmp_path), None, "check", code=1).split())
    assert "no credentials for the storage account `contosoeu`" in told
    assert "FREEHOLD_STORAGE_KEY_CONTOSOEU" in told


@pytest.mark.long
def test_the_catalogue_scans_listed_containers_and_never_those_of_products(account: Account, tmp_path: Path) -> None:
    from azure.core.credentials import AccessToken
    from azure.purview.scanning import PurviewScanningClient

    folder = laid(tmp_path)
    freehold(folder, account, "apply")
    serve = ("purview", "serve", "--admin", "steward")
    for root in (f"abfss://products@{ACCOUNT}.blob.core.windows.net", f"{PLACE}/customers"):
        told = freehold(folder, account, *serve, "--dev", "--port", "0", "--scan-root", f"lake={root}", code=1)
        assert "holds data of the mesh" in " ".join(told.split())
    landing = f"landing=abfss://landing@{ACCOUNT}.dfs.core.windows.net/in"
    token = json.loads(freehold(folder, account, "purview", "token", "steward@customer", "--json"))["token"]

    class Credential:
        def get_token(self, *_: str, **__: Any) -> AccessToken:
            return AccessToken(token, 4_102_444_800)

    with up(folder, account, *serve, "--scan-root", landing) as site:
        with PurviewScanningClient(site["url"], Credential(), connection_verify=site["authority"]) as client:
            place = {"referenceName": site["account"], "type": "CollectionReference"}
            lake = {"kind": "AdlsGen2", "properties": {"endpoint": f"https://{ACCOUNT}.dfs.core.windows.net/", "collection": place}}
            client.data_sources.create_or_update("lake", body=lake)
            client.scans.create_or_update("lake", "all", {"kind": "AdlsGen2Msi", "properties": {"collection": place}})
            client.scan_result.run_scan("lake", "all", "first", scan_level="Full")
            end = time.monotonic() + 60
            run: dict[str, Any] = {"status": "Accepted"}
            while run["status"] not in {"Succeeded", "Failed"}:
                assert time.monotonic() < end, run
                time.sleep(0.2)
                run = next(iter(client.scan_result.list_scan_history("lake", "all")))
        counts = run["discoveryExecutionDetails"]["statistics"]["assets"]
        assert (run["status"], counts) == ("Succeeded", {"discovered": 1, "classified": 1, "failed": 0})
