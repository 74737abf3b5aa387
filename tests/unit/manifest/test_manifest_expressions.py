"""The small languages inside manifests, and the patterns that may never take long."""

from __future__ import annotations

import pytest

from freehold.manifest import expression
from freehold.manifest.scalar import resolve
from freehold.model.classification import classify, pattern_problem
from freehold.model.label import Mask, MaskKind
from freehold.model.policy import ClassificationRule
from freehold.model.product import RateLimit


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("< 100ms", 0.1),
        ("< 1 hour", 3600.0),
        ("<= 1.5 h", 5400.0),
        ("≤ 2 days", 172800.0),
        ("30 minutes", 1800.0),
        ("1 week", 604800.0),
        ("soon", None),
        ("> 5 s", None),
        ("5", None),
        ("5 m", None),
        ("", None),
        ("-5 s", None),
        ("1e9 s", None),
    ],
)
def test_a_promise_is_an_upper_bound_in_seconds(text: str, seconds: float | None) -> None:
    assert expression.promise(text) == seconds


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        (1000, RateLimit(requests=1000, seconds=60)),
        ("1000", RateLimit(requests=1000, seconds=60)),
        ("1000/hour", RateLimit(requests=1000, seconds=3600)),
        ("20 per second", RateLimit(requests=20, seconds=1)),
        ("5/ms", None),
        ("0/hour", None),
        (0, None),
        (-1, None),
        ("many", None),
    ],
)
def test_a_rate_is_requests_in_a_time(written: int | str, rate: RateLimit | None) -> None:
    assert expression.rate(written) == rate


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        ("year", Mask(kind=MaskKind.YEAR)),
        ("last 4", Mask(kind=MaskKind.LAST, number=4)),
        ("bucket 1000", Mask(kind=MaskKind.BUCKET, number=1000)),
        ("fixed not for you", Mask(kind=MaskKind.FIXED, text="not for you")),
        ("EMAILDOMAIN", Mask(kind=MaskKind.EMAIL_DOMAIN)),
        ("last", None),
        ("last four", None),
        ("last 0", None),
        ("bucket -1", None),
        ("year 2", None),
        ("fixed", None),
        ("blur", None),
        ("", None),
    ],
)
def test_a_mask_is_a_kind_and_its_argument(text: str, mask: Mask | None) -> None:
    assert expression.mask(text) == mask


@pytest.mark.parametrize("text", ["yes", "no", "on", "off", "NO", "2026-12-31", "1_000", "12:30", "0b11", ".inf", ".nan", "1e999"])
def test_what_other_readers_take_for_something_else_is_text(text: str) -> None:
    assert resolve(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("True", True),
        ("false", False),
        ("-7", -7),
        ("0o17", 15),
        ("0xff", 255),
        ("1.5e3", 1500.0),
    ],
)
def test_plain_scalars_follow_the_core_schema(text: str, value: object) -> None:
    assert resolve(text) == value


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b",
        "(a|a)*b",
        "(a*){2,}",
        "a*b*c*",
        r"(a)\1",
        "(?=a)b",
        "(?P<x>a)",
        "a?" * 20 + "b",
        "(a|ab)" * 20,
        "x" * 3000,
        "(a?){30}",
    ],
)
def test_a_pattern_that_could_take_long_is_unsafe(pattern: str) -> None:
    assert pattern_problem(pattern) == "unsafe"


@pytest.mark.parametrize(
    "pattern",
    [
        "SSN|Social Security",
        "email|phone",
        r"\bdob\b",
        "(first|last) ?name",
        "[a-z]+_id$",
        r"birth.*date",
        "card[ _-]?(no|number)",
        r"\[x\]",
    ],
)
def test_patterns_that_people_write_are_safe(pattern: str) -> None:
    assert pattern_problem(pattern) is None


@pytest.mark.parametrize("pattern", ["(", "[a", "*a", "a{2,1}", "(?P<", "a(?i)b"])
def test_a_pattern_that_does_not_compile_is_invalid(pattern: str) -> None:
    assert pattern_problem(pattern) == "invalid"


def test_the_worst_safe_pattern_over_the_longest_text_ends() -> None:
    rules = (ClassificationRule(pattern="a*a*b", classification="X"),)
    assert classify(rules, "a" * 128, "a" * 20_000) == ()


def test_a_long_description_is_searched_to_its_end() -> None:
    rules = (ClassificationRule(pattern="phone", classification="X"),)
    assert classify(rules, "a", "word " * 5_000 + "phone") == ("X",)
