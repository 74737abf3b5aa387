"""Patterns that have a shape are judged by the bytes of all texts at once, and RE2 is asked only where it has to be."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from freehold.engines.columnar import pattern as kernel
from freehold.engines.columnar.arrow import Array, DataType
from freehold.engines.columnar.pattern import BLOCK, LINES, Pattern
from freehold.engines.columnar.shape import LENGTH, shape_of

MANY = 3 * LINES
SHAPED = {
    "[A-Z]{2}": ("DE", "De"),
    r"C\d{6}": ("C123456", "C12345"),
    r"^\d{4}-\d{2}-\d{2}$": ("2026-11-29", "2026-11-2x"),
    "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}": ("0b5c9f1e-0000-4abc-8def-0123456789ab", "0b5c9f1e-0000-4abc-8def-0123456789aB"),
    "(?:[0-9A-F]{2}:){5}[0-9A-F]{2}": ("00:1B:44:11:3A:B7", "00:1B:44:11:3A-B7"),
    "[a-z0-9]+": ("ab1", "ab 1"),
    r"\d{3,5}": ("1234", "123456"),
    "[A-Za-z_][A-Za-z0-9_]*": ("name_1", "1name"),
    "O-[0-9]+": ("O-1", "O-"),
    r"[A-Z]{2}\d{2}[A-Z0-9]{1,30}": ("DE02120300000000202051", "D002120300000000202051"),
    "[^@ ]+@[^@ ]+": ("somebody@example.com", "somebody@@example.com"),
    r"\d+\.\d{2}": ("12.30", "12.3"),
    "[^/]+/[^/]+": ("a/b", "a/b/c"),
    "[a-z]+-[0-9]+": ("abcdefghijklmnopq-1234567", "abcdefghijklmnopq-123456x"),
    r"\d{1,3}(\.\d{1,3}){3}": ("10.20.30.4", "10.20.30"),
    r"[a-z]+@[a-z]+\.[a-z]{2,}": ("somebody@example.com", "somebody.example@com"),
}
SHAPELESS = [
    "DE|FR",
    "(?i)[a-z]{2}",
    "[a-z]+[0-9]+",
    r"[a-z.]+\.[a-z]+",
    "[a-z]+-[0-9]+-+",
    "-?[0-9]+",
    r"[0-9]+(\.[0-9]+)?",
    "(ab)+",
    "a^b",
    "^*a",
    "é{2}",
    r"\b[a-z]+",
    r"\pL+",
    f"a{{{LENGTH + 1}}}",
    "(ab){0,2}",
    "",
]


@pytest.mark.parametrize("pattern", SHAPED)
def test_a_pattern_with_a_shape_asks_re2_for_no_text(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    matcher, real = Pattern(pattern), kernel.matches

    def counted(texts: Array, pattern: str) -> Array:
        asked.append(len(texts))
        return real(texts, pattern)

    monkeypatch.setattr(kernel, "matches", counted)
    good, bad = SHAPED[pattern]
    assert matcher.failing(pa.array([good] * MANY)) is None
    found = matcher.failing(pa.array([good, bad, good] * LINES))
    assert found is not None
    assert found.tolist() == [False, True, False] * LINES
    assert asked == []


@pytest.mark.parametrize("pattern", SHAPELESS)
def test_a_pattern_that_length_and_separators_do_not_decide_has_no_shape(pattern: str) -> None:
    assert shape_of(pattern) is None


def test_only_the_blocks_with_other_characters_than_ascii_are_matched_by_re2(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    matcher, real = Pattern("[^@ ]+@[^@ ]+"), kernel.matches

    def counted(texts: Array, pattern: str) -> Array:
        asked.append(len(texts))
        return real(texts, pattern)

    monkeypatch.setattr(kernel, "matches", counted)
    texts = ["somebody@example.com"] * (BLOCK // 4)
    assert matcher.failing(pa.array(texts)) is None
    assert asked == []
    texts[0], texts[1], texts[-1] = "jérôme@example.com", "jérôme", "nobody"
    found = matcher.failing(pa.array(texts))
    assert found is not None
    assert np.flatnonzero(found).tolist() == [1, len(texts) - 1]
    assert 0 < sum(asked) < len(texts)


@pytest.mark.parametrize("type_", [pa.string(), pa.large_string()])
@pytest.mark.parametrize("pattern", ["[a-z]{2}", "[a-z]+", "[a-z]+@[a-z]+", "x[a-z]+@[0-9]+"])
def test_a_slice_is_judged_by_its_own_texts(type_: DataType, pattern: str) -> None:
    texts = ["ab", "a1", "", "xa@b", "xa@1"] * MANY
    for first in range(3):
        part = texts[first : first + MANY]
        found = Pattern(pattern).failing(pa.array(texts, type_).slice(first, MANY))
        alone = [Pattern(pattern).failing(pa.array([text], type_)) is not None for text in part]
        assert found is not None
        assert found.tolist() == alone


def test_texts_of_no_bytes_are_judged() -> None:
    nothing = pa.array([""] * MANY)
    assert Pattern("[a-z]*").failing(nothing) is None
    for pattern in ("[a-z]+", "[a-z]{2}", "[a-z]*@[a-z]*", "x[a-z]*"):
        found = Pattern(pattern).failing(nothing)
        assert found is not None
        assert found.all()
