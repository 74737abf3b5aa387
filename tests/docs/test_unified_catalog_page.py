"""The page of the Unified Catalog says what is served and written, in the words of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from freehold.datamap.unified import query
from freehold.datamap.unified.roles import Role
from freehold.datamap.unified.things import THINGS
from freehold.gateway.purview import access, unified
from freehold.purview.asked import OPEN
from freehold.purview.catalogue import DOMAIN_TYPE, PRODUCT_TYPE
from freehold.services.datamap.unified import requests
from freehold.services.datamap.unified.policies import VersionStale

PAGE = (Path(__file__).parents[2] / "docs" / "unified-catalog.md").read_text(encoding="utf-8")
PATHS = [f"`/{thing.path}`" for thing in THINGS.values() if thing.path != "keyResults"]


@pytest.mark.parametrize(
    "word",
    [
        *Role,
        *PATHS,
        unified.PREFIX,
        access.PREFIX,
        f"`{DOMAIN_TYPE}`",
        f"`{PRODUCT_TYPE}`",
        VersionStale.code,
        "--unified-catalog none",
    ],
)
def test_the_page_names_what_is_served(word: str) -> None:
    assert word in PAGE


def test_the_page_says_the_limits_that_hold() -> None:
    assert f"at most {query.LARGEST:,}" in PAGE
    assert f"at most {requests.MOST_OPEN} open" in PAGE
    assert {"Pending", "Approved"} <= OPEN


def test_the_page_says_what_is_not_verified() -> None:
    below = PAGE.split("## What is not verified without a live account", 1)[1]
    assert len(re.findall(r"^- ", below, flags=re.MULTILINE)) >= 5
