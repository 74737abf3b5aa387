"""The wheel alone, in an empty environment, runs the demo."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def pip(python: Path | str, *arguments: str) -> None:
    subprocess.run(
        [python, "-m", "pip", "--disable-pip-version-check", "-q", *arguments], check=True, capture_output=True, timeout=600
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    pip(sys.executable, "wheel", "--no-deps", "--no-build-isolation", "-w", str(out), str(ROOT))
    return next(out.glob("freehold-*.whl"))


def test_the_wheel_holds_the_demo_the_licence_and_nothing_of_this_machine(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        text = b"".join(archive.read(name) for name in names)
    assert "freehold/cli/demo/mesh/mesh.yaml" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "bench/")) or name.endswith((".parquet", ".sqlite"))]
    assert str(ROOT).encode() not in text


@pytest.mark.long
def test_the_demo_runs_from_the_wheel_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "empty"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True, timeout=120)
    pip(environment / "bin" / "python", "install", str(wheel), "-c", str(ROOT / "constraints.txt"))
    done = subprocess.run(
        ["env", "-u", "PYTHONPATH", "-u", "VIRTUAL_ENV", environment / "bin" / "freehold", "demo", "--once", "--port", "0"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "outcomes were the expected ones" in done.stdout
