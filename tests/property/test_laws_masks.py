"""Law 2: what comes out of a mask is no raw value, whatever the value is, and no mask fails."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.compiler.mask import masked
from freehold.model.label import Mask, MaskKind

TEXTS = st.text(st.characters(exclude_characters="*", exclude_categories=("Cs",)), min_size=1, max_size=12).filter(
    lambda text: "\0" not in text
)


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    """Return an engine."""
    return duckdb.connect(config={"threads": 1})


def through(database: duckdb.DuckDBPyConnection, mask: Mask, value: str | None) -> object:
    """Return a value as it comes out of a mask."""
    row = database.execute(f"SELECT {masked('x', mask, 'ab')} FROM (SELECT CAST(? AS VARCHAR) AS x)", [value]).fetchone()
    assert row is not None
    return row[0]


@given(value=TEXTS, number=st.integers(1, 6), kind=st.sampled_from([MaskKind.FIRST, MaskKind.LAST]))
def test_a_part_of_a_text_is_never_all_of_it(database: duckdb.DuckDBPyConnection, value: str, number: int, kind: MaskKind) -> None:
    shown = str(through(database, Mask(kind=kind, number=number), value)).replace("***", "")
    assert value != shown
    assert len(shown) == min(number, len(value) - 1)


@given(value=st.one_of(TEXTS, st.none()), kind=st.sampled_from(list(MaskKind)))
def test_no_mask_fails_or_gives_a_whole_value(database: duckdb.DuckDBPyConnection, value: str | None, kind: MaskKind) -> None:
    number = 2 if kind in {MaskKind.FIRST, MaskKind.LAST, MaskKind.BUCKET} else None
    out = through(database, Mask(kind=kind, number=number, text="-" if kind is MaskKind.FIXED else None), value)
    if value is not None and kind not in {MaskKind.FIXED, MaskKind.BUCKET, MaskKind.YEAR}:
        assert out != value
