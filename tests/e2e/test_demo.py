"""`freehold demo` as a newcomer runs it: a process of its own, over HTTP, with every outcome checked."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.slow

FREEHOLD = (sys.executable, "-m", "freehold")


def run_demo(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*FREEHOLD, "demo", "--port", "0", *options], capture_output=True, text=True, timeout=120, check=False)


def test_the_walk_through_ends_as_expected_within_a_minute(tmp_path: Path) -> None:
    started = time.monotonic()
    done = run_demo("--once", "--folder", str(tmp_path / "mesh"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert time.monotonic() - started < 60
    assert re.search(r"✓ all \d+ outcomes were the expected ones", done.stdout)
    for code in ("contract-pending", "column-excluded", "rows-may-not-cross", "residency-refused"):
        assert f"✗ {code}" in done.stdout
    assert "verified" in done.stdout
    assert "@example.invalid" not in done.stdout
    assert "Traceback" not in done.stderr

    again = run_demo("--once", "--folder", str(tmp_path / "mesh"))
    assert again.returncode == 0, again.stdout + again.stderr
    assert "contract-pending" not in again.stdout


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
            url = found[1]
            assert httpx.get(f"{url}/healthz", trust_env=False).is_success
            process.send_signal(number)
            assert process.wait(timeout=30) == 0
        finally:
            process.kill()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/healthz", trust_env=False)
    assert list(tmp_path.iterdir()) == []
