"""Law: texts judged by the bytes of all of them, under a pattern that has a shape, are judged as RE2 would judge each of them."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from freehold.engines.columnar import pattern as kernel
from freehold.engines.columnar.arrow import Array, DataType
from freehold.engines.columnar.bytewise import judge_of
from freehold.engines.columnar.pattern import LINES, Pattern
from freehold.engines.columnar.shape import shape_of

_LETTERS = "abzAZ019@-._\n \x00\x7f"
_CLASSES = [
    *(r"[a-z] [^@\x20] \d \w [a-z0-9] [^-.] . [^\n] \S \D [ab] [^a] [.-] [A-Z\x00] [\s_]".split()),
    *(r"a 0 @ - \. \n [-] \x7f".split()),
]
_REPEATS = ["", "", "", "+", "+", "*", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "{0}", "+?"]
_FRAMES = ["{}", "{}", "{}", "({})", "(?:{}){{2}}", "(?:{})?", "(?:{}|b)", "(?P<a>{})*", "^{}$", "^{}"]
_BETWEEN = ["", "", "@", "-", r"\.", "-@", "--", "a"]
_MEMBERS = {of: [letter for letter in _LETTERS if re.fullmatch(of, letter)] for of in [*_CLASSES, "@", "-", r"\.", "a"]}


@st.composite
def _cases(draw: st.DrawFn, more: str = "") -> tuple[str, list[str]]:
    """Draw a pattern, and texts that it matches, that are near such ones, and that are of anything."""
    units: list[tuple[str, str]] = []
    for number in range(draw(st.integers(1, 4))):
        between = draw(st.sampled_from(_BETWEEN)) if number else ""
        units += [(of, "") for of in re.findall(r"\\?.", between)]
        units.append((draw(st.sampled_from(_CLASSES)), draw(st.sampled_from(_REPEATS))))
    pattern = draw(st.sampled_from(_FRAMES)).format("".join(of + repeat for of, repeat in units))
    texts: list[str] = []
    for _ in range(draw(st.integers(1, 8))):
        parts = [_MEMBERS[of][draw(st.integers(0, 99)) % len(_MEMBERS[of])] * draw(_times(repeat)) for of, repeat in units]
        like, at = "".join(parts), draw(st.integers(0, 6))
        other = draw(st.sampled_from(["", "", "", *_LETTERS, *more]))
        texts.append(like[:at] + other + like[at + draw(st.integers(0, 1)) * bool(other) :])
    return pattern, texts


def _times(repeat: str) -> st.SearchStrategy[int]:
    """Return how often a repeat repeats, or would once more or less."""
    return {"": st.just(1), "{2}": st.sampled_from([2, 2, 2, 1, 3])}.get(repeat, st.integers(0, 4))


def _wrong(texts: Array, pattern: str) -> list[bool]:
    try:
        return pc.invert(pc.match_substring_regex(texts, rf"\A(?:{pattern})\z")).to_pylist()
    except pa.ArrowInvalid:  # RE2 knows no such pattern
        assume(False)
        raise


@given(_cases())
@example(("[^@ ]+@[^@ ]+", ["a@b", "@b", "a@", "a@b@c", "a", "", "a\n@b", "a @b"]))
@example(("[^@ ]+@[^@ ]+", ["a", "a@b@c"]))  # as many separators as texts, and each text has others than it should
@example(("[^@ ]+@[^@ ]+", ["a@b@c", "a"]))
@example((r"[a-z]+@[a-z]+\.[a-z]+", ["a@b.c", "a.b@c"]))
@example(("[a-z]+-[0-9]+", ["a-1", "1-a", "a-a", "-1", "a1-1"]))
@example(("C[0-9]{2}", ["C12", "C1", "C123", "c12", "C1x"]))
@example(("a[0-9]+", ["a1", "11", "1a", "aa", "a"]))  # a place and a run that are both wrong, and make up for each other
@example((r"[0-9]{2}a?[0-9]+", ["12", "123", "12a3"]))
@settings(max_examples=1000)
def test_a_shape_has_exactly_the_texts_that_re2_matches(case: tuple[str, list[str]]) -> None:
    pattern, some = case
    shape = shape_of(pattern)
    assume(shape is not None and judge_of(shape) is not None)
    assert shape is not None
    judge = judge_of(shape)
    assert judge is not None
    texts = [text.encode() for text in some if text.isascii()]
    borders = np.cumsum([0, *map(len, texts)])
    found = judge.failing(borders, np.frombuffer(b"".join(texts), np.uint8))
    assert ([False] * len(texts) if found is None else found.tolist()) == _wrong(pa.array(texts, pa.binary()), pattern)


@given(
    _cases("é\u0663\u20ac"), st.sampled_from([pa.string(), pa.large_string(), pa.binary(), pa.large_binary()]), st.integers(0, 9)
)
@example(("[^@ ]+@[^@ ]+", ["a@b", "é@b", "a@\u20ac", "a"]), pa.string(), 3)
@example((".{2}", ["ab", "é", "éa", "a\n"]), pa.string(), 0)
@example((r"\w+", ["", "a", "é"]), pa.large_string(), 1)
@settings(max_examples=300)
def test_many_texts_in_many_blocks_are_judged_as_each_alone(case: tuple[str, list[str]], type_: DataType, cut: int) -> None:
    pattern, some = case
    enough = [text.encode() for text in some * (3 * LINES // len(some) + 1)]
    texts = pa.array([*enough[:cut], *enough, *enough[:cut]], pa.binary()).cast(type_).slice(cut, len(enough))
    wrong = _wrong(texts, pattern)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "BLOCK", 128)
        found = Pattern(pattern).failing(texts)
    assert ([False] * len(texts) if found is None else found.tolist()) == wrong
