"""The page of the catalogue says what is served, in the words of the code."""

from __future__ import annotations

import re
from pathlib import Path

from freehold.datamap.access import Role
from freehold.datamap.search import DEEPEST, FACETS, OPERATORS, RANGES, WIDEST
from freehold.gateway.purview.app import ATLAS_PREFIXES, BODY_LIMIT
from freehold.services.datamap import lineage, writing
from freehold.stores.datamap import finding
from freehold.wiring.datamap import AUDIENCE, MANAGEMENT_AUDIENCE, SUBJECT

PAGE = (Path(__file__).parents[2] / "docs" / "purview.md").read_text(encoding="utf-8")


def test_the_page_names_audiences_roles_prefixes_and_the_scanner() -> None:
    roles = [role for role in Role if role is not Role.POLICIES]
    for word in (AUDIENCE, MANAGEMENT_AUDIENCE, SUBJECT, *roles, *ATLAS_PREFIXES):
        assert word in PAGE, word


def test_the_page_lists_the_filter_grammar() -> None:
    for word in (*(item for item in OPERATORS if item != "startsWith"), *RANGES):
        assert word in PAGE, word
    assert f"at most {DEEPEST} deep and {WIDEST} in all" in PAGE
    assert len(FACETS) == len(set(FACETS))


def test_the_page_says_the_limits_that_hold() -> None:
    assert f"{BODY_LIMIT >> 20} MiB" in PAGE
    for number in (writing.MOST, lineage.MOST, finding.COUNTED, finding.CAP):
        assert f"{number:,}" in PAGE, number


def test_the_page_says_what_is_not_verified() -> None:
    below = PAGE.split("## What is not verified without a live account", 1)[1].split("\n## ", 1)[0]
    assert len(re.findall(r"^- ", below, flags=re.MULTILINE)) >= 6
