"""`freehold demo` as a newcomer runs it: three nodes in processes of their own, over HTTP, with every outcome checked."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.slow

FREEHOLD = (sys.executable, "-m", "freehold")


def run_demo(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*FREEHOLD, "demo", "--port", "0", *options], capture_output=True, text=True, timeout=120, check=False)


def left_running(folder: Path) -> list[str]:
    """Return the command lines of processes that still have to do with a folder."""
    lines: list[str] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended since
            lines.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return [line for line in lines if str(folder) in line and " up " in line]


def test_the_walk_through_ends_as_expected(tmp_path: Path) -> None:
    done = run_demo("--once", "--folder", str(tmp_path / "mesh"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"✓ all \d+ outcomes were the expected ones", done.stdout)
    for code in ("contract-pending", "column-excluded", "rows-may-not-cross", "residency-refused"):
        assert f"✗ {code}" in done.stdout
    assert "verified" in done.stdout
    assert "carried by contoso-northeurope" in done.stdout
    assert re.search(r"northeurope · fresh .* carried by contoso-westeurope", done.stdout)
    assert "crossed: EU → US" in done.stdout
    assert "through the node `contoso-eastus`" in done.stdout
    assert "✓ the ledgers bear each other out" in done.stdout
    assert "@example.invalid" not in done.stdout
    assert "Traceback" not in done.stderr
    assert left_running(tmp_path) == []

    again = run_demo("--once", "--folder", str(tmp_path / "mesh"))
    assert again.returncode == 0, again.stdout + again.stderr
    assert "contract-pending" not in again.stdout


@pytest.mark.long
def test_an_unexpected_outcome_is_told_and_fails(tmp_path: Path) -> None:
    folder = tmp_path / "mesh"
    assert run_demo("--once", "--folder", str(folder)).returncode == 0
    manifest = folder / "domains" / "customer" / "customer-360.yaml"
    loosened = manifest.read_text().replace('excludedFields: ["email", "phone", "address"]', "excludedFields: []")
    manifest.write_text(loosened)
    done = run_demo("--once", "--folder", str(folder))
    assert done.returncode == 1, done.stdout + done.stderr
    assert "✗ expected `column-excluded`" in done.stdout


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("two years of work")
    done = run_demo("--once", "--folder", str(tmp_path))
    assert done.returncode == 1
    assert "already-exists" in done.stderr
    assert [item.name for item in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.long
def test_each_node_has_its_own_data_keys_and_ledger_and_the_same_mesh(tmp_path: Path) -> None:
    folder = tmp_path / "mesh"
    assert run_demo("--once", "--folder", str(folder)).returncode == 0
    places = [folder, *(folder / ".nodes" / region for region in ("northeurope", "eastus"))]
    names = [f"contoso-{region}" for region in ("westeurope", "northeurope", "eastus")]
    for place, name in zip(places, names, strict=True):
        assert [item.name for item in (place / ".freehold" / "ledger").iterdir()] == [name]
        assert (place / ".freehold" / "keys" / name / "node.pem").is_file()
        assert (place / "mesh.yaml").read_bytes() == (folder / "mesh.yaml").read_bytes()
    data = [sorted(path.name for path in (place / "data").rglob("*.parquet")) for place in places]
    assert data == [["customer_360.parquet", "sales_analytics.parquet"], ["service_requests.parquet"], []]


@pytest.mark.long
def test_where_one_node_cannot_start_the_others_are_ended_and_it_is_said_why(tmp_path: Path) -> None:
    folder = tmp_path / "mesh"
    assert run_demo("--once", "--folder", str(folder)).returncode == 0
    ledger = folder / ".nodes" / "eastus" / ".freehold" / "ledger" / "contoso-eastus"
    (ledger / "journal").write_bytes(b"")
    done = run_demo("--once", "--folder", str(folder))
    assert done.returncode == 1
    assert "the demo's node in eastus did not come up" in done.stderr
    assert "checkpoint-mismatch" in done.stderr
    assert left_running(tmp_path) == []


@pytest.mark.long
def test_a_mesh_file_that_no_longer_names_the_nodes_is_a_setting_to_mend(tmp_path: Path) -> None:
    folder = tmp_path / "mesh"
    assert run_demo("--once", "--folder", str(folder)).returncode == 0
    mesh = folder / "mesh.yaml"
    mesh.write_text(mesh.read_text().replace("name: contoso-eastus", "name: contoso-virginia"))
    done = run_demo("--once", "--folder", str(folder))
    assert done.returncode == 1
    assert "mesh.yaml no longer names the node `contoso-eastus`" in done.stderr


@pytest.mark.parametrize("line", ["✓ contoso", " 1  "], ids=["while the nodes start", "in the first scene"])
def test_ctrl_c_ends_every_process_at_any_time(tmp_path: Path, line: str) -> None:
    command = ["env", f"TMPDIR={tmp_path}", "PYTHONUNBUFFERED=1", *FREEHOLD, "demo", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            assert process.stdout is not None
            assert any(said.startswith(line) for said in process.stdout)
            process.send_signal(signal.SIGINT)
            process.stdout.read()
            assert process.wait(timeout=30) == 0
        finally:
            process.kill()
    assert left_running(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_demo_serves_until_it_is_stopped_and_leaves_nothing_behind(tmp_path: Path, number: int) -> None:
    command = ["env", f"TMPDIR={tmp_path}", "PYTHONUNBUFFERED=1", *FREEHOLD, "demo", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            assert process.stdout is not None
            said = ""
            for line in process.stdout:
                said += line
                if line.startswith("Stop"):
                    break
            found = re.search(r"^API +(http://\S+)", said, re.MULTILINE)
            assert found, said
            urls = [found[1], *re.findall(r"(?:northeurope|eastus) (http://\S+)", said)]
            assert len(urls) == 3
            for url in urls:
                assert httpx.get(f"{url}/healthz", trust_env=False).is_success
            process.send_signal(number)
            assert process.wait(timeout=30) == 0
        finally:
            process.kill()
    for url in urls:
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{url}/healthz", trust_env=False)
    assert left_running(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
