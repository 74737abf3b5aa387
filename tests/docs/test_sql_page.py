"""The page on SQL lists what the compiler allows, all of it and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from freehold.compiler import allowed
from freehold.compiler.rules import RULES
from freehold.compiler.size import MAX_DEPTH, MAX_EXPANDED, MAX_GROWTH, MAX_INNER, MAX_JOINS, MAX_QUERIES
from freehold.compiler.text import MAX_BARE_JOINS, MAX_BRACKETS, MAX_NESTING, MAX_TOKENS
from freehold.model.query import Limits

PAGE = (Path(__file__).parents[2] / "docs" / "sql.md").read_text()


def listed(label: str) -> set[str]:
    (line,) = re.findall(rf"^{label}: (.*)\.$", PAGE, re.MULTILINE)
    return set(re.findall(r"`([^`]+)`", line))


def named(classes: frozenset[type]) -> set[str]:
    return {kind.sql_name().lower() for kind in classes}  # pyright: ignore[reportAttributeAccessIssue]


def test_the_page_lists_exactly_the_functions_that_are_allowed() -> None:
    assert listed("Aggregates") == named(allowed.AGGREGATES)
    assert listed("Windows") == named(allowed.WINDOWED)
    assert listed("Scalars") == named(allowed.FUNCTIONS - allowed.AGGREGATES - allowed.WINDOWED)
    assert listed("Also") == set(allowed.NAMED)


def test_the_page_shows_the_rules_of_a_guarded_select_with_their_reasons() -> None:
    table = PAGE.split("| rule of a guarded SELECT | because |\n|---|---|\n", 1)[1].split("\n\n", 1)[0]
    assert table.splitlines() == [f"| {rule.says} | {rule.because} |" for rule in RULES]


def test_the_page_lists_exactly_the_types_that_are_allowed() -> None:
    assert listed("Types in casts") == {str(kind.value).lower() for kind in allowed.TYPES}


def test_the_page_states_the_limits_that_hold() -> None:
    shape = (
        MAX_GROWTH,
        MAX_DEPTH,
        MAX_INNER,
        MAX_JOINS,
        MAX_QUERIES,
        MAX_EXPANDED,
        MAX_BRACKETS,
        MAX_TOKENS,
        MAX_NESTING,
        MAX_BARE_JOINS,
    )
    for number in (*shape, Limits().sql_length):
        assert f"| {number:,} |" in PAGE
    assert f"{Limits().rows:,} rows" in PAGE
