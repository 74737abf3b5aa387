"""The threat model names tests that exist, all nine laws, all 27 classes, and what is not held."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_each_test_that_the_threat_model_names_exists(file: str, test: str) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert test in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_each_law_is_held_by_a_test() -> None:
    rows = re.findall(r"^\| (\d)\. .*\| .* \| (`tests/.*) \|$", TEXT, flags=re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, 10))
    assert len(NAMED) >= 20


def test_each_class_of_attack_is_spoken_of() -> None:
    rows = re.findall(r"^\| (\d+) \| .* \| .* \|$", TEXT, flags=re.MULTILINE)
    assert [int(number) for number in rows] == list(range(1, 28))


def test_what_a_row_does_not_hold_is_stated_below() -> None:
    below = TEXT.split("## What is not held", 1)[1]
    for number in re.findall(r"^\| (\d+) \| .*\*\*not held\*\*.* \|$", TEXT, flags=re.MULTILINE):
        assert re.search(rf"\((?:\d+, )*{number}(?:, \d+)*\)", below), f"class {number}"
