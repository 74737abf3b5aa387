"""Which of two rights to one column shows more: a partial order, since of two forms neither need hold the other (law 6)."""

from __future__ import annotations

from freehold.model.label import Mask, MaskKind, Right, RightKind

_CONSTANT = frozenset({MaskKind.REDACT, MaskKind.NULL, MaskKind.FIXED})
_KEPT = frozenset({MaskKind.FIRST, MaskKind.LAST})
_OF_DATES = (MaskKind.YEAR, MaskKind.MONTH)


def compare(before: Right, after: Right) -> int | None:
    """Return 1 where `after` shows more than `before`, -1 where less, 0 where the same, None where neither holds the other."""
    if before == after:
        return 0
    for kind, sign in ((RightKind.NONE, 1), (RightKind.READ, -1)):
        if kind in {before.kind, after.kind}:
            return sign if before.kind is kind else -sign
    if before.kind is after.kind is RightKind.AGGREGATE:
        return 1 if after.quantiles else -1
    if before.mask is not None and after.mask is not None:
        return _compare_masks(before.mask, after.mask)
    return None


def _compare_masks(before: Mask, after: Mask) -> int | None:
    constant = [mask.kind in _CONSTANT for mask in (before, after)]
    if any(constant):
        return None if all(constant) else 1 if constant[0] else -1
    if before.kind in _OF_DATES and after.kind in _OF_DATES:
        return _sign(_OF_DATES.index(after.kind) - _OF_DATES.index(before.kind))
    if before.kind is not after.kind:
        return None
    if before.kind in _KEPT:
        return _sign((after.number or 0) - (before.number or 0))
    return _compare_widths(before.number or 1, after.number or 1) if before.kind is MaskKind.BUCKET else None


def _compare_widths(before: int, after: int) -> int | None:
    """A bucket holds another only where its bounds are bounds of the other as well."""
    if before % after == 0:
        return _sign(before - after)
    return -1 if after % before == 0 else None


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
