"""What a change does to the terms of one consumer: the columns they have, in which form, of which rows, until when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from freehold.model.contract import WHOLE, BelowFloor, Contract
from freehold.model.label import NONE, READ, Disclosure, Right, RightKind
from freehold.model.policy import DEFAULT_GROUP, DEFAULT_SHARE
from freehold.model.product import Column, Product
from freehold.model.rule import Metric, Rule
from freehold.names import nearest
from freehold.policy.columns import PROTECTED_HANDLING
from freehold.policy.compatibility.difference import Change, change

_FLOORS = (("min_completeness", "minCompleteness"), ("min_accuracy", "minAccuracy"), ("min_timeliness", "minTimeliness"))
_LAST_DAY = "9999-12-31"


def right_of(product: Product, contract: Contract | None, column: Column) -> Right:
    """Return what a consumer has of a column; without a contract, as one who may read all."""
    if contract is None:
        return READ
    right = contract.right_of(column.name)
    withheld = column.personal and right.kind is RightKind.READ and product.residency.pii_handling in PROTECTED_HANDLING
    return NONE if withheld else right


def shown(product: Product, contract: Contract | None) -> dict[str, tuple[Column, Right]]:
    """Return the columns that a consumer has, by folded name, each with its right."""
    pairs = ((column, right_of(product, contract, column)) for column in product.columns)
    return {column.name.casefold(): (column, right) for column, right in pairs if right.kind is not RightKind.NONE}


def is_heard(rule: Rule, given: Mapping[str, tuple[Column, Right]]) -> bool:
    """Return whether a consumer can count on a rule: of the values of a masked column, only that they are there."""
    held = [given.get(name.casefold()) for name in rule.columns]
    telling = rule.metric is Metric.NULL_VALUES
    return all(item is not None and (telling or item[1].kind is not RightKind.MASKED) for item in held)


def column_changes(old: Product, new: Product, before: Contract | None, after: Contract | None) -> Iterator[Change]:
    """Yield how the columns of one consumer differ."""
    had, has = shown(old, before), shown(new, after)
    added = [column.name for folded, (column, _) in has.items() if folded not in had]
    for folded, (column, right) in had.items():
        what = f"column `{column.name}`"
        if folded in has:
            other, given = has[folded]
            if other.name != column.name:
                yield change("column-respelled", what, column.name, other.name)
            if other.type != column.type:
                yield change("column-retyped", what, column.type, other.type)
            if given != right:
                yield change("right-widened" if _is_wider(given, right) else "right-narrowed", what, right, given)
        elif new.column(column.name) is None:
            close = nearest(column.name, added)
            yield change(
                "column-removed", what, column.name, f"nothing; `{close}` is new, and a rename is a removal" if close else None
            )
        else:
            yield change("column-withheld", what, right)
    for name in added:
        yield change("column-added", f"column `{name}`")


def _is_wider(new: Right, old: Right) -> bool:
    """Return whether whoever used the old form can go on: reading serves sums and joins, not what was masked before."""
    if new.kind is RightKind.READ:
        return True
    return new.kind is old.kind is RightKind.AGGREGATE and new.quantiles


def term_changes(old: Product, new: Product, before: Contract | None, after: Contract | None) -> Iterator[Change]:
    """Yield how the terms of one consumer differ, columns apart."""
    yield from _rows("row filter of the product", old.row_filter, new.row_filter)
    if _groups(old, before) or _groups(new, after):
        yield from _groups_changed(old, new, before, after)
    if before is None or after is None:
        return
    yield from _rows("row filter", before.row_filter, after.row_filter)
    first, last = before.valid_until or _LAST_DAY, after.valid_until or _LAST_DAY
    if first != last:
        yield change(
            "validity-shortened" if last < first else "validity-lengthened", "last day", before.valid_until, after.valid_until
        )
    for name, key in _FLOORS:
        yield from compared("floor", key, getattr(before, name), getattr(after, name))
    if before.join_region != after.join_region and (before.join_fields or after.join_fields):
        yield change("joins-moved", "joinRegion", before.join_region or "at home", after.join_region or "at home")
    if before.below_floor is not after.below_floor:
        code = "floor-enforced" if after.below_floor is BelowFloor.REFUSE else "floor-marked"
        yield change(code, "below a floor", before.below_floor.value, after.below_floor.value)


def _groups(product: Product, contract: Contract | None) -> bool:
    return any(right.kind is RightKind.AGGREGATE for _, right in shown(product, contract).values())


def _groups_changed(old: Product, new: Product, before: Contract | None, after: Contract | None) -> Iterator[Change]:
    if old.entity_key != new.entity_key:
        yield change("entity-key-changed", "entity key", old.entity_key, new.entity_key)
    sides = ((old, before), (new, after))
    least = [max(item.min_group_size or DEFAULT_GROUP, (terms.min_group_size if terms else 0) or 0) for item, terms in sides]
    if least[0] != least[1]:
        yield change("group-raised" if least[1] > least[0] else "group-lowered", "least group", *least)
    most = [min(item.max_share or DEFAULT_SHARE, (terms.max_share if terms else WHOLE) or WHOLE) for item, terms in sides]
    if most[0] != most[1]:
        yield change("share-lowered" if most[1] < most[0] else "share-raised", "largest share", *most)
    noise = [item.disclosure if item else Disclosure.THRESHOLD for item in (before, after)]
    if noise[0] is not noise[1]:
        yield change(
            "noise-added" if noise[1] is Disclosure.CELL_KEY else "noise-removed", "disclosure", noise[0].value, noise[1].value
        )


def _rows(what: str, old: str | None, new: str | None) -> Iterator[Change]:
    if old != new:
        yield change("rows-unfiltered" if new is None else "rows-filtered", what, old, new)


def compared(kind: str, what: str, old: float | None, new: float | None) -> Iterator[Change]:
    """Yield whether a percentage that is promised went up or down; nothing promised is the lowest."""
    if old != new:
        yield change(f"{kind}-lowered" if (new or 0) < (old or 0) else f"{kind}-raised", what, old, new)
