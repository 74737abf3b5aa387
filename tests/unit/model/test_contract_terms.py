"""An approval holds for terms that give no more than what was approved, whichever way they are written."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.model.contract import Contract, narrows
from freehold.model.label import AGGREGATE, JOIN, NONE, READ, Mask, MaskKind, Right, RightKind

HASH, LAST = Mask(kind=MaskKind.HASH), Mask(kind=MaskKind.LAST, number=4)


def terms(**given: Any) -> Contract:
    """Return a contract of Sales."""
    return Contract(consumer="Sales", purpose="Enrichment", **given)


WIDER = {
    "another field": ({"fields": ("a",)}, {"fields": ("a", "b")}),
    "a weaker mask": ({"fields": ("a",), "masks": {"a": HASH}}, {"fields": ("a",), "masks": {"a": LAST}}),
    "no mask any more": ({"fields": ("a",), "masks": {"a": HASH}}, {"fields": ("a",)}),
    "rows of what was aggregated": ({"fields": ("a",), "aggregate_fields": ("a",)}, {"fields": ("a",)}),
    "a mask of what was aggregated": ({"fields": ("a",), "aggregate_fields": ("a",)}, {"fields": ("a",), "masks": {"a": HASH}}),
    "a key of what was masked": ({"masks": {"a": HASH}}, {"join_fields": ("a",)}),
    "no exclusion any more": ({"fields": ("a",), "excluded_fields": ("b",)}, {"fields": ("a",)}),
    "no filter any more": ({"fields": ("a",), "row_filter": "a = 1"}, {"fields": ("a",)}),
    "another filter": ({"fields": ("a",), "row_filter": "a = 1"}, {"fields": ("a",), "row_filter": "a = 2"}),
    "smaller groups": ({"fields": ("a",), "min_group_size": 20}, {"fields": ("a",), "min_group_size": 10}),
    "a later end": ({"fields": ("a",), "valid_until": "2026-12-31"}, {"fields": ("a",), "valid_until": "2027-12-31"}),
    "no end": ({"fields": ("a",), "valid_until": "2026-12-31"}, {"fields": ("a",)}),
    "another case of a hidden name": ({"fields": ("b",)}, {"fields": ("A", "b")}),
}
NARROWER = {
    "the same": ({"fields": ("a", "b")}, {"fields": ("a", "b")}),
    "fewer fields": ({"fields": ("a", "b")}, {"fields": ("b",)}),
    "a mask": ({"fields": ("a",)}, {"fields": ("a",), "masks": {"a": LAST}}),
    "aggregates alone": ({"fields": ("a",)}, {"aggregate_fields": ("a",)}),
    "a key alone": ({"fields": ("a",)}, {"join_fields": ("a",)}),
    "an exclusion": ({"fields": ("a", "b")}, {"fields": ("a", "b"), "excluded_fields": ("b",)}),
    "a filter": ({"fields": ("a",)}, {"fields": ("a",), "row_filter": "a = 1"}),
    "an earlier end": ({"fields": ("a",)}, {"fields": ("a",), "valid_until": "2026-12-31"}),
    "another case": ({"fields": ("a",)}, {"fields": ("A",)}),
}


@pytest.mark.parametrize("change", WIDER)
def test_wider_terms_need_a_new_approval(change: str) -> None:
    approved, new = WIDER[change]
    assert not narrows(terms(**new), terms(**approved))


@pytest.mark.parametrize("change", NARROWER)
def test_narrower_terms_need_none(change: str) -> None:
    approved, new = NARROWER[change]
    assert narrows(terms(**new), terms(**approved))


def test_terms_for_another_domain_or_purpose_need_a_new_approval() -> None:
    approved = terms(fields=("a",))
    assert not narrows(msgspec.structs.replace(approved, consumer="Analytics"), approved)
    assert not narrows(msgspec.structs.replace(approved, purpose="Marketing"), approved)


NAMES = st.lists(st.sampled_from(["a", "b", "A"]), unique=True, max_size=3).map(tuple)
TERMS = st.builds(
    terms,
    fields=NAMES,
    excluded_fields=NAMES,
    aggregate_fields=NAMES,
    join_fields=NAMES,
    masks=st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from([HASH, LAST]), max_size=2),
)
FORMS = {READ: 3, AGGREGATE: 1, JOIN: 1, NONE: 0}


@given(TERMS, TERMS)
def test_what_narrows_gives_no_column_in_a_wider_form(new: Contract, approved: Contract) -> None:
    if not narrows(new, approved):
        return
    for name in ("a", "b"):
        left, right = new.right_of(name), approved.right_of(name)
        assert left in {NONE, right} or right == READ
        assert FORMS.get(left, 2) <= FORMS.get(right, 2)


@given(TERMS)
def test_the_narrowest_form_of_a_column_holds(contract: Contract) -> None:
    for name in ("a", "b"):
        right = contract.right_of(name)
        written = {item.casefold() for item in contract.excluded_fields}
        assert (right == NONE) or name not in written
        if right == READ:
            assert name not in {item.casefold() for item in (*contract.aggregate_fields, *contract.masks)}
        if right.kind is RightKind.MASKED:
            assert isinstance(right, Right)
            assert right.mask == contract.masks[name]
