"""Law: texts judged together, as lines, are judged as each of them would be alone."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from freehold.engines.columnar.line import one_line
from freehold.engines.columnar.pattern import LINES, Pattern

_MEMBERS = st.sampled_from(
    [
        *"ab@ -.^",
        r"\s",
        r"\d",
        r"\w",
        r"\n",
        r"\t",
        r"\]",
        r"\-",
        "a-z",
        r"\x00-\x7f",
        r"\t-\r",
        "é-ü",
        r"\x{e9}",
        r"\x0a",
        "[:alpha:]",
        "]",
        r"\D",
    ]
)
_CLASSES = st.tuples(st.sampled_from(["", "^"]), st.lists(_MEMBERS, min_size=1, max_size=3).map("".join)).map(
    lambda parts: "[" + "".join(parts) + "]"
)
_ATOMS = _CLASSES | st.sampled_from(
    [*"ab@ é.^$", r"\.", r"\s", r"\S", r"\d", r"\D", r"\w", r"\W", r"\n", r"\x61", r"\b", "(?i:A)", "\n", r"\pL", r"\A", r"\z"]
)
_REPEATS = st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{2,}", "*?"])


def _wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    parts = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        parts.map("".join), parts.map("|".join), st.tuples(inner, _REPEATS).map("(?:{0[0]}){0[1]}".format), inner.map("({})".format)
    )


PATTERNS = st.recursive(_ATOMS, _wider, max_leaves=6)
TEXTS = st.lists(st.text(st.sampled_from("ab@ é-.9\t\r\x00"), max_size=5), min_size=1, max_size=6)


@given(PATTERNS, TEXTS, st.booleans())
@example("[^@ ]+@[^@ ]+", ["a@b", "ab"], False)
@example("^a$|b", ["a", "b", "ab"], False)
@example("a*", ["", "a"], True)
@settings(max_examples=1500)
def test_texts_are_judged_together_as_each_of_them_alone(pattern: str, some: list[str], feeds: bool) -> None:
    texts = pa.array((some * (3 * LINES // len(some) + 1)) + (["a\nb"] if feeds else []))
    try:
        alone = pc.match_substring_regex(texts, rf"\A(?:{pattern})\z")
    except pa.ArrowInvalid:
        assume(False)
        raise
    found = Pattern(pattern).failing(texts)
    assert ([False] * len(texts) if found is None else found.tolist()) == pc.invert(alone).to_pylist()


@given(PATTERNS, st.text(st.sampled_from("ab@ é\n"), min_size=1, max_size=6))
@settings(max_examples=1500)
def test_a_pattern_made_for_lines_matches_no_line_feed(pattern: str, text: str) -> None:
    line = one_line(pattern)
    assume(line is not None)
    try:
        found = pc.match_substring_regex(pa.array([text]), rf"\A(?:{line})\z")
    except pa.ArrowInvalid:
        assume(False)
        raise
    assert not found[0].as_py() or "\n" not in text
