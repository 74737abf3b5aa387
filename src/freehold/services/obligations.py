"""What a decision asks for in return, in words: what of it changes, in which direction, and all of it where somebody is new.

Law 9: terms that change, or that a new contract brings, are said before anybody applies them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from freehold.model.contract import BelowFloor
from freehold.model.label import Disclosure, RightKind
from freehold.model.policy import DEFAULT_GROUP, DEFAULT_SHARE, Decision, Form

Said = tuple[str, int | None]
"""A note, and whether what it says shows more (1), less (-1), neither (0), or cannot be told (None)."""

Value = float | str | None


class Obligation(msgspec.Struct, frozen=True, kw_only=True):
    """A number or word of a decision; `width` says how much a value shows, `usual` is the value that needs no words."""

    label: str
    value: Callable[[Decision], Value]
    width: Callable[[Value], float]
    unit: str = ""
    usual: Value = None

    def said(self, decision: Decision) -> str:
        """Return the value with its unit."""
        value = self.value(decision)
        return "none" if value is None else f"{_text(value)}{self.unit}"

    def moved(self, old: Decision, new: Decision) -> str:
        """Return both values, with the unit once where that is clear."""
        before, after = self.value(old), self.value(new)
        return f"{self.said(old) if after is None else _text(before)} → {self.said(new)}"


def _less(value: Value) -> float:
    return -float(value or 0)


OBLIGATIONS: tuple[Obligation, ...] = (
    Obligation(label="smallest group", value=lambda item: item.min_group, width=_less, unit=" entities", usual=DEFAULT_GROUP),
    Obligation(
        label="largest share of a sum",
        value=lambda item: item.max_share,
        width=lambda value: float(value or 0),
        unit=" %",
        usual=DEFAULT_SHARE,
    ),
    Obligation(
        label="disclosure",
        value=lambda item: item.disclosure.value,
        width=lambda value: float(value == Disclosure.THRESHOLD.value),
        usual=Disclosure.THRESHOLD.value,
    ),
    Obligation(label="least completeness", value=lambda item: item.min_completeness, width=_less, unit=" %"),
    Obligation(label="least accuracy", value=lambda item: item.min_accuracy, width=_less, unit=" %"),
    Obligation(label="least timeliness", value=lambda item: item.min_timeliness, width=_less, unit=" %"),
    Obligation(
        label="data below a floor",
        value=lambda item: item.below_floor.value,
        width=lambda value: float(value == BelowFloor.MARK.value),
        usual=BelowFloor.REFUSE.value,
    ),
)
"""Everything that a decision asks for beside its columns and rows, in the order in which it is said."""

_OF_GROUPS = OBLIGATIONS[:3]


def changed(old: Decision, new: Decision) -> Iterator[Said]:
    """Yield what two permits ask for differently."""
    if old.form is not new.form:
        yield f"form: {old.form.value} → {new.form.value}", _sign((new.form is Form.ROWS) - (old.form is Form.ROWS))
    yield from joined(old, new)
    for item in OBLIGATIONS:
        before, after = item.value(old), item.value(new)
        if before != after:
            yield f"{item.label}: {item.moved(old, new)}", _sign(item.width(after) - item.width(before))


def joined(old: Decision, new: Decision) -> Iterator[Said]:
    """Yield where join keys are compared: where two permits differ in it, they go somewhere else as keyed digests."""
    if old.join_region != new.join_region:
        before, after = (item.join_region or "the product's home" for item in (old, new))
        elsewhere = (old.join_region is not None, new.join_region is not None)
        yield f"join keys are compared in: {before} → {after}", None if all(elsewhere) else _sign(elsewhere[1] - elsewhere[0])


def granted(new: Decision) -> Iterator[str]:
    """Yield what a permit asks of somebody who had nothing: what protects groups where there are any, else what is unusual."""
    guarded = new.form is Form.AGGREGATE or any(
        column.right.kind in {RightKind.AGGREGATE, RightKind.JOIN} for column in new.columns
    )
    for item in OBLIGATIONS:
        if item.value(new) != item.usual or (guarded and item in _OF_GROUPS):
            yield f"{item.label}: {item.said(new)}"
    if new.join_region is not None:
        yield f"join keys are compared in: {new.join_region}, as keyed digests"
    for text in new.row_filters:
        yield f"row filter: {text}"


def filters(old: Decision, new: Decision) -> Iterator[str]:
    """Yield what two permits filter rows by differently."""
    dropped = [text for text in old.row_filters if text not in new.row_filters]
    added = [text for text in new.row_filters if text not in old.row_filters]
    if len(dropped) == len(added) == 1:
        yield f"row filter: {dropped[0]} → {added[0]}"
        return
    yield from (f"row filter dropped: {text}" for text in dropped)
    yield from (f"row filter added: {text}" for text in added)


def validity(before: str | None, after: str | None) -> Iterator[Said]:
    """Yield how the last day of a contract moves; without one it has no end."""
    if before != after:
        yield f"valid until: {before or 'no end'} → {after or 'no end'}", 1 if (after or "9999") > (before or "9999") else -1


def _text(value: Value) -> str:
    return "none" if value is None else value if isinstance(value, str) else f"{value:g}"


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)
