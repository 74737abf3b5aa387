"""Cases that a search found: the smallest failing one is written down, and asked again ever after.

A generated test notes each case that it tries. Where it fails, the last one noted is what Hypothesis shrank the failure to.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

FOLDER = Path(__file__).parent / "cases" / "found"

_last: dict[str, dict[str, Any]] = {}


def note(test: str, **case: Any) -> None:
    """Note the case that `test` tries now."""
    _last[test] = case


def keep(test: str) -> Path | None:
    """Write the last case of a failed test beside those found before, once, and return the file."""
    case = _last.get(test)
    if case is None:
        return None
    path, known = FOLDER / f"{test}.yaml", kept(test)
    if case not in known:
        FOLDER.mkdir(exist_ok=True)
        with path.open("w") as file:
            YAML().dump([*known, case], file)
    return path


def kept(test: str) -> list[dict[str, Any]]:
    """Return the cases that `test` failed on once."""
    path = FOLDER / f"{test}.yaml"
    return YAML(typ="safe").load(path) if path.exists() else []
