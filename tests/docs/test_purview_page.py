"""The page of the catalogue says what is served, in the words of the code."""

from __future__ import annotations

import re
from pathlib import Path

from freehold.datamap.access import Role
from freehold.datamap.recurrence import Frequency
from freehold.datamap.search import DEEPEST, FACETS, OPERATORS, RANGES, WIDEST
from freehold.engines.duckdb import listed as duckdb_listed
from freehold.engines.postgres import listed as postgres_listed
from freehold.gateway.purview.app import ATLAS_PREFIXES
from freehold.gateway.purview.bodies import BODY_LIMIT, FORM_LIMIT, HELD_LIMIT, LARGE, PARTS, SECONDS, VALUES
from freehold.services.datamap import databases, lineage, runs, schedule, writing
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
    for size in (BODY_LIMIT, HELD_LIMIT, LARGE, FORM_LIMIT):
        assert f"{size >> 20} MiB" in PAGE, size
    assert f"{PARTS} parts" in PAGE
    assert f"not whole after {SECONDS:.0f} s is 408" in PAGE
    for number in (writing.MOST, lineage.MOST, finding.COUNTED, finding.CAP, VALUES, databases.ROWS, databases.CELLS, runs.KEPT):
        assert f"{number:,}" in PAGE, number


def test_the_page_says_how_databases_are_scanned_and_triggers_fire() -> None:
    for listed in (duckdb_listed, postgres_listed):
        assert f"{listed.MOST:,} tables" in PAGE
        assert f"first {listed.LONGEST:,} characters" in PAGE
        assert f"{listed.TIMEOUT} s" in PAGE
    kinds = [kind for engine in ("postgresql", "duckdb") for kind in databases.PREFIXES[engine]]
    for word in (*kinds, *Frequency, "monthlyOccurrences", "lastScheduled", "recurrence.timeZone"):
        assert f"`{word}`" in PAGE, word
    assert f"looking every {schedule.SECONDS:.0f} s" in PAGE


def test_the_page_says_what_is_not_verified() -> None:
    below = PAGE.split("## What is not verified without a live account", 1)[1].split("\n## ", 1)[0]
    assert len(re.findall(r"^- ", below, flags=re.MULTILINE)) >= 6
