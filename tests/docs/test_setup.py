"""What sets everything up on a fresh machine is whole, pinned and names no place."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PINS = (ROOT / "constraints.txt").read_text().splitlines()


def folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_constraints_are_names_and_versions_and_nothing_else() -> None:
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*", line) for line in PINS)
    assert sorted(PINS) == PINS


def test_every_dependency_is_pinned() -> None:
    wanted = [*PROJECT["dependencies"], *(item for extra in PROJECT["optional-dependencies"].values() for item in extra)]
    names = {folded(re.split(r"[\[<>=!~ ;]", item, maxsplit=1)[0]) for item in wanted}
    assert names <= {line.split("==")[0] for line in PINS}


def test_ci_runs_what_make_test_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert script.read_text().rstrip().endswith("exec make test prove")


def test_every_target_can_be_planned_and_is_explained() -> None:
    makefile = (ROOT / "Makefile").read_text()
    named = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split()
    for target in named:
        assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE), target
        done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def made_without_postgres(folder: Path, user: int) -> subprocess.CompletedProcess[str]:
    """Make PostgreSQL as `user` where it is missing; packages are not installed, but said in `folder`/installed."""
    for tool in ("sh", "sed", "ls", "touch", "cp"):
        found = shutil.which(tool)
        assert found
        (folder / tool).symlink_to(found)
    (folder / "given.conf").write_text("#create_main_cluster = true\n#start_conf = 'auto'\n")
    scripts = {
        "id": f"echo {user}",
        "apt-get": (
            'echo "$*" >> installed; '
            'case "$*" in *postgresql-common) cp given.conf held.conf;; *postgresql) cp held.conf then.conf;; esac'
        ),
    }
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\ncd {folder}\n{script}\n")
        (folder / name).chmod(0o755)
    make = shutil.which("make")
    assert make
    stamps = {
        "READY": folder / "sh",
        "POSTGRES": folder / "ready",
        "CLUSTERS": folder / "held.conf",
        "PROGRAMS": folder / "nowhere",
    }
    command = [make, *(f"{name}={path}" for name, path in stamps.items()), "-o", str(folder / "sh"), str(folder / "ready")]
    return subprocess.run(command, cwd=ROOT, env={"PATH": str(folder)}, capture_output=True, text=True, check=False)


def test_root_gets_postgresql_and_no_cluster_is_made_for_the_machine(tmp_path: Path) -> None:
    done = made_without_postgres(tmp_path, 0)
    assert done.returncode == 0, done.stderr
    installed = (tmp_path / "installed").read_text().splitlines()
    assert [line.split()[-1] for line in installed] == ["-q", "postgresql-common", "postgresql"]
    assert (tmp_path / "then.conf").read_text() == "create_main_cluster = false\n#start_conf = 'auto'\n"
    assert (tmp_path / "ready").exists()


def test_others_are_told_that_postgresql_is_missing(tmp_path: Path) -> None:
    done = made_without_postgres(tmp_path, 1000)
    assert done.returncode != 0
    assert "apt-get install postgresql" in done.stdout
    assert not (tmp_path / "installed").exists()
    assert not (tmp_path / "ready").exists()


@pytest.mark.parametrize("target", ["demo", "unit"])
def test_what_needs_no_postgresql_does_not_ask_for_it(target: str) -> None:
    done = subprocess.run(["make", "--dry-run", "PROGRAMS=/nowhere", target], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "postgresql" not in done.stdout
