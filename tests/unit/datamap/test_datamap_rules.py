"""Classification rules: thresholds hold to the value, over distinct values."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from freehold.datamap.rules import Rule, Watched, read_rule
from freehold.errors import ScanSettingInvalid

RULE = Rule(name="badge", classification="BADGE", values=("EMP-[0-9]+",))


def found(rule: Rule, values: list[Any], name: str = "badge") -> bool:
    watched = Watched(name, [rule])
    for start in range(0, len(values), 7):
        watched.look(pa.array(values[start : start + 7]))
    return watched.classifications() == [rule.classification]


def column(matching: int, others: int) -> list[str]:
    return [f"EMP-{number}" for number in range(matching)] + [f"other {number}" for number in range(others)]


@pytest.mark.parametrize(
    ("matching", "others", "holds"), [(59, 41, False), (60, 40, True), (6, 4, True), (100, 0, True), (0, 100, False)]
)
def test_sixty_percent_of_the_distinct_values_are_enough(matching: int, others: int, holds: bool) -> None:
    assert found(RULE, column(matching, others)) is holds


def test_how_often_a_value_comes_does_not_matter() -> None:
    assert not found(RULE, column(5, 5) + ["EMP-1"] * 1_000)


@pytest.mark.parametrize(("distinct", "holds"), [(1, False), (7, False), (8, True)])
def test_a_column_of_fewer_than_eight_different_values_is_not_looked_at(distinct: int, holds: bool) -> None:
    assert found(RULE, column(distinct, 0) * 20) is holds


def test_nulls_and_blanks_are_no_values() -> None:
    assert found(RULE, [*column(8, 0), *[None, "", " "] * 50])


def test_a_name_pattern_narrows_a_value_pattern_and_stands_by_itself() -> None:
    both = Rule(name="b", classification="B", columns=("badge",), values=RULE.values)
    assert found(both, column(10, 0), "BADGE_NO")
    assert not found(both, column(10, 0), "number")
    assert not found(both, column(0, 10), "badge")
    assert found(Rule(name="n", classification="N", columns=("^badge$",)), [], "Badge")


def test_numbers_are_matched_as_they_are_written() -> None:
    assert found(Rule(name="n", classification="N", values=("[0-9]{5}",)), list(range(10_000, 10_020)))


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"classificationName": "X"},
        {"classificationName": "X", "dataPatterns": [{"pattern": "("}]},
        {"classificationName": "X", "dataPatterns": [{"pattern": "(?=a)b"}]},
        {"classificationName": "X", "dataPatterns": [{"pattern": "a"}], "minimumPercentageMatch": 0},
        {"classificationName": "X", "dataPatterns": [{"pattern": "a"}], "minimumPercentageMatch": 101},
        {"classificationName": "X", "dataPatterns": [{"pattern": "a"}], "minimumDistinctMatchCount": 1},
        {"classificationName": "X", "dataPatterns": [{"pattern": "a"}], "minimumDistinctMatchCount": 33},
        {"classificationName": "X", "dataPatterns": "a"},
    ],
)
def test_a_rule_that_cannot_be_used_is_refused(properties: dict[str, Any]) -> None:
    with pytest.raises(ScanSettingInvalid):
        read_rule("r", properties)


def test_several_value_patterns_fix_the_threshold_and_a_disabled_rule_is_none() -> None:
    patterns = [{"pattern": "a"}, {"pattern": "b"}]
    made = read_rule("r", {"classificationName": "X", "dataPatterns": patterns, "minimumPercentageMatch": 90})
    assert made is not None
    assert made.minimum == 60.0
    assert read_rule("r", {"classificationName": "X", "dataPatterns": patterns, "ruleStatus": "Disabled"}) is None
