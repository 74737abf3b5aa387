"""What sets everything up on a fresh machine is whole, pinned and names no place."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

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
    assert script.read_text().rstrip().endswith("exec make test")


def test_every_target_can_be_planned_and_is_explained() -> None:
    makefile = (ROOT / "Makefile").read_text()
    named = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split()
    for target in named:
        assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE), target
        done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
