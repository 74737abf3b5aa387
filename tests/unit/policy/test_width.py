"""Which of two rights shows more: held against what the masks really make of values."""

from __future__ import annotations

from itertools import pairwise, product

import duckdb
import pytest

from freehold.compiler.mask import masked
from freehold.model.label import AGGREGATE, JOIN, NONE, READ, Mask, MaskKind, Right, RightKind
from freehold.policy.width import compare


def right(kind: MaskKind, number: int | None = None, text: str | None = None) -> Right:
    return Right(kind=RightKind.MASKED, mask=Mask(kind=kind, number=number, text=text))


QUANTILES = Right(kind=RightKind.AGGREGATE, quantiles=True)
KEPT = [right(kind, number) for kind in (MaskKind.FIRST, MaskKind.LAST) for number in (2, 4)]
CONSTANT = [right(MaskKind.REDACT), right(MaskKind.NULL), right(MaskKind.FIXED, text="x")]
DATES = [right(MaskKind.YEAR), right(MaskKind.MONTH)]
BUCKETS = [right(MaskKind.BUCKET, number) for number in (100, 300, 1000)]
MASKS = [*KEPT, *CONSTANT, *DATES, *BUCKETS, right(MaskKind.HASH), right(MaskKind.EMAIL_DOMAIN)]
RIGHTS = [NONE, READ, JOIN, AGGREGATE, QUANTILES, *MASKS]
VALUES = {
    "VARCHAR": ["a", "abc", "xabc", "12345678", "anna@contoso.eu", "bert@contoso.eu", "carl@contoso.example"],
    "DATE": ["2026-01-01", "2026-01-31", "2026-02-01", "2025-02-01"],
    "BIGINT": ["0", "99", "100", "299", "300", "999", "1000", "1001", "2999"],
}


def test_each_pair_is_compared_alike_from_both_sides() -> None:
    for before, after in product(RIGHTS, RIGHTS):
        there, back = compare(before, after), compare(after, before)
        assert there == (None if back is None else -back), (before, after)


def test_more_than_more_is_more() -> None:
    for one, two, three in product(RIGHTS, RIGHTS, RIGHTS):
        if compare(one, two) == compare(two, three) == 1:
            assert compare(one, three) == 1, (one, two, three)


def test_in_the_clear_is_more_and_nothing_is_less_than_every_other_form() -> None:
    assert {compare(item, READ) for item in RIGHTS if item != READ} == {1}
    assert {compare(item, NONE) for item in RIGHTS if item != NONE} == {-1}


@pytest.mark.parametrize(
    "narrow_to_wide",
    [
        [right(MaskKind.LAST, 2), right(MaskKind.LAST, 4)],
        [right(MaskKind.FIRST, 1), right(MaskKind.FIRST, 3)],
        [right(MaskKind.REDACT), *DATES],
        [right(MaskKind.NULL), right(MaskKind.BUCKET, 1000), right(MaskKind.BUCKET, 100), right(MaskKind.BUCKET, 10)],
        [AGGREGATE, QUANTILES],
    ],
)
def test_forms_of_one_kind_have_a_direction(narrow_to_wide: list[Right]) -> None:
    assert [compare(*pair) for pair in pairwise(narrow_to_wide)] == [1] * (len(narrow_to_wide) - 1)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (right(MaskKind.FIRST, 2), right(MaskKind.LAST, 4)),
        (right(MaskKind.BUCKET, 300), right(MaskKind.BUCKET, 1000)),
        (right(MaskKind.HASH), right(MaskKind.LAST, 4)),
        (right(MaskKind.REDACT), right(MaskKind.NULL)),
        (AGGREGATE, right(MaskKind.LAST, 4)),
        (JOIN, AGGREGATE),
    ],
)
def test_forms_of_which_neither_holds_the_other_have_none(one: Right, two: Right) -> None:
    assert compare(one, two) is None


def test_what_a_narrower_mask_shows_could_be_told_from_what_the_wider_one_shows() -> None:
    wider = [(one, two) for one, two in product(MASKS, MASKS) if compare(one, two) == 1]
    assert len(wider) > 20
    with duckdb.connect() as database:
        for (narrow, wide), (kind, values) in product(wider, VALUES.items()):
            assert narrow.mask is not None
            assert wide.mask is not None
            listed = ", ".join(f"('{value}'::{kind})" for value in values)
            shown = f"SELECT {masked('v', narrow.mask, '00')} AS n, {masked('v', wide.mask, '00')} AS w FROM (VALUES {listed}) t(v)"
            told = f"SELECT max(c) FROM (SELECT count(DISTINCT coalesce(n::VARCHAR, 'none')) AS c FROM ({shown}) GROUP BY w)"
            assert database.execute(told).fetchone() == (1,), (narrow, wide, kind)
