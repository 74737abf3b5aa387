"""Every mistake at its own place: the cases of tests/cases/manifest, each with all findings it must give and no others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from freehold.manifest import CODES, read

CASES = Path(__file__).parents[2] / "cases" / "manifest"
BASE = {
    "mesh.yaml": b'mesh:\n  name: contoso\n  nodes:\n    - {name: we, region: westeurope, url: "http://127.0.0.1:8080"}\n',
}
ELSEWHERE = {"not-utf8", "file-too-large", "mesh-missing"}
"""Codes whose cases are not text that a case file could hold, or have tests of their own below."""


def load(path: Path) -> tuple[dict[str, bytes], list[str]]:
    """Return the files and the wanted findings of a case; anything unexpected in it fails."""
    note, *parts = path.read_text(encoding="utf-8").split("\n--- ")
    assert note.startswith("note: "), path
    files, wanted = dict(BASE), None
    for part in parts:
        head, _, body = part.partition("\n")
        kind, _, name = head.partition(" ")
        if kind == "file":
            assert name not in files or name in BASE
            files[name] = (body + "\n").encode()
        else:
            assert head == "want"
            wanted = body.splitlines()
    assert wanted is not None, path
    return files, wanted


def found(files: dict[str, bytes]) -> list[str]:
    return [f"{item.place} {item.severity} {item.code}: {item.message} → {item.mend}" for item in read(files).findings]


@pytest.mark.parametrize("path", sorted(CASES.glob("*.case")), ids=lambda path: path.stem)
def test_a_case_gives_exactly_its_findings(path: Path) -> None:
    files, wanted = load(path)
    given = found(files)
    if os.environ.get("REGENERATE_CASES"):  # noqa: TID251  (`make cases`: the change is reviewed as a diff)
        text = path.read_text(encoding="utf-8")
        path.write_text("\n".join([text[: text.index("\n--- want")] + "\n--- want", *given]) + "\n", encoding="utf-8")
        return
    assert given == wanted


def test_every_code_has_a_case() -> None:
    seen = {line.split(" ")[2].rstrip(":") for path in CASES.glob("*.case") for line in load(path)[1]}
    assert {code for code, _ in CODES} - ELSEWHERE == seen


def test_every_note_is_unique() -> None:
    notes = [path.read_text(encoding="utf-8").split("\n", 1)[0] for path in CASES.glob("*.case")]
    assert len(notes) == len(set(notes)) > 10
