"""The page says what is written into an account, in the words of the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from freehold.catalogs.speaking import LONGEST_WAIT, LONGEST_WAITS, TRIES
from freehold.purview.definitions import BUSINESS
from freehold.purview.naming import marked
from freehold.purview.proposals import SYSTEM
from freehold.purview.state import ENTITY_TYPES, SET

PAGE = (Path(__file__).parents[2] / "docs" / "purview.md").read_text(encoding="utf-8")
PART = PAGE.split("## Keeping an account in step with the mesh", 1)[1].split("\n## ", 1)[0]


@pytest.mark.parametrize("word", [*ENTITY_TYPES.values(), *BUSINESS, f"`{SET}`", "`--prune`", "`--collection`"])
def test_the_page_names_what_is_written(word: str) -> None:
    assert word in PART


def test_the_page_says_how_long_is_waited() -> None:
    assert f"at most {LONGEST_WAIT:g} seconds at a time and {LONGEST_WAITS:g} for one request, in at most {TRIES} tries" in PART


def test_the_page_shows_the_mark_and_a_proposal_as_they_are() -> None:
    assert marked(None, "freehold://MESH", "…") == "Kept by Freehold for freehold://MESH (…)."
    assert "Kept by Freehold for freehold://MESH (…)" in PART
    assert SYSTEM["MICROSOFT.PERSONAL.EMAIL"] == "PII.Contact"
    assert "`MICROSOFT.PERSONAL.EMAIL` as\n  `PII.Contact`" in PART
