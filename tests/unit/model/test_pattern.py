"""A pattern that a manifest may hold is one that RE2 reads, and means there what it means to Python."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.model.pattern import problem_of

PARTS = st.sampled_from(
    r"""a b C - . ^ $ | ( ) [ ] { } * + ? , \ 1 (?: (?P<n> (?= (?i) (?> [^ {2} {,3} {1001} \d \w \b \Z \A \x{e9} \u00e9 \pL
    [[:alpha:]] [\b] [\d-] é *? ++ \Q \E \C \G \K \R""".split()
)


@given(st.lists(PARTS, max_size=8).map("".join))
def test_what_passes_is_read_by_re2(pattern: str) -> None:
    if problem_of(pattern) is None:
        pc.match_substring_regex(pa.array(["abC-1"]), pattern=f"^(?:{pattern})$")


@pytest.mark.parametrize(
    "pattern",
    ["[A-Z", "(?=a)b", "(?<!a)b", r"(a)\1", "a++", "(?>a)", "(?(1)a)", r"a\Z", "(?x)a", r"\u00e9", "a{,3}", r"[\b]", r"\pL"],
)
def test_what_engines_do_not_read_is_invalid(pattern: str) -> None:
    assert problem_of(pattern) == "invalid"


@pytest.mark.parametrize("pattern", ["a{1001}", "(a{100}){11}", "((a{10}){10}b){11}", "a" * 2001])
def test_what_an_engine_would_need_much_memory_for_is_unsafe(pattern: str) -> None:
    assert problem_of(pattern) == "unsafe"


@pytest.mark.parametrize(
    "pattern", [r"[^@ ]+@[^@ ]+", "(a+)+b", r"C-\d{6}", "(?i)web|store", "", r"[]a]+", r"\[x\]", "[[:upper:]]{3}"]
)
def test_what_only_backtracking_would_take_long_on_is_fine(pattern: str) -> None:
    assert problem_of(pattern) is None
    if "[:" not in pattern:
        re.compile(pattern)
