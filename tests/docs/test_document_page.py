"""The page that leads from the document to what runs names commands that exist and tests that are there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from freehold.cli.main import app

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "document.md").read_text(encoding="utf-8")
TESTS = sorted(set(re.findall(r"`(tests/[^`]+)`", PAGE)))
COMMANDS = sorted(set(re.findall(r"`freehold ([a-z][a-z -]*)`", PAGE)))


@pytest.mark.parametrize("place", TESTS)
def test_each_test_that_the_page_names_is_there(place: str) -> None:
    path, _, name = place.partition("::")
    text = (ROOT / path).read_text(encoding="utf-8")
    assert re.search(rf"^def {name or 'test_'}", text, flags=re.MULTILINE)


@pytest.mark.parametrize("words", COMMANDS)
def test_each_command_that_the_page_names_is_one(words: str) -> None:
    command: Any = typer.main.get_command(app)
    for word in words.split():
        assert word in command.commands, words
        command = command.commands[word]


def test_the_page_has_every_block_of_the_document() -> None:
    for name in ("New-AzPurviewAccount", "Register-AzPurviewDataSource", "governancePolicies", "Sales Analytics", "Customer 360"):
        assert name in PAGE, name
    for name in ("api/v1/sales/aggregates", "Mermaid", "DataContractValidator", "domain-template.bicep"):
        assert name in PAGE, name
    assert len(TESTS) >= 12
    assert len(COMMANDS) >= 12
