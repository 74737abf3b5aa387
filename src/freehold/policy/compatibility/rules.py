"""Whether what was promised of values still is: a rule is kept where some new rule allows no value that it did not."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from freehold.model.finding import Severity
from freehold.model.rule import Constraint, Operator, Rule
from freehold.policy.compatibility.difference import Change, change

_SEVERITY = (Severity.NOTICE, Severity.WARNING, Severity.ERROR)
_OPEN = math.inf
Interval = tuple[float, bool, float, bool]
"""The least and the greatest value that an operator accepts, each with whether it belongs to them."""


def changes(old: Sequence[Rule], new: Sequence[Rule], columns: frozenset[str] | None) -> Iterator[Change]:
    """Yield how rules differ that are about the whole table, or about columns of `columns` (folded names; None: of any)."""
    before = [rule for rule in old if _concerns(rule, columns)]
    after = [rule for rule in new if _concerns(rule, columns)]
    for rule in before:
        if any(is_kept(rule, other) for other in after):
            continue
        alike = next((other for other in after if _subject(other) == _subject(rule)), None)
        yield change("rule-removed" if alike is None else "rule-loosened", f"rule `{rule.name}`", rule.name, alike and alike.name)
    for rule in after:
        if not any(is_kept(other, rule) for other in before) and not any(is_kept(rule, other) for other in before):
            yield change("rule-added", f"rule `{rule.name}`")


def is_kept(old: Rule, new: Rule) -> bool:
    """Return whether whatever holds the new rule holds the old one."""
    return (
        _subject(old) == _subject(new)
        and _SEVERITY.index(new.severity) >= _SEVERITY.index(old.severity)
        and set(old.missing) <= set(new.missing)
        and _is_tighter(new.constraint or Constraint(), old.constraint or Constraint())
        and _is_within(new, old)
    )


def _concerns(rule: Rule, columns: frozenset[str] | None) -> bool:
    return columns is None or {name.casefold() for name in rule.columns} <= columns


def _subject(rule: Rule) -> tuple[object, ...]:
    return rule.metric, tuple(sorted(name.casefold() for name in rule.columns)), rule.references, rule.query


def _is_tighter(new: Constraint, old: Constraint) -> bool:
    return (
        old.pattern in {None, new.pattern}
        and _at_least(new.minimum, old.minimum)
        and _at_least(new.exclusive_minimum, old.exclusive_minimum)
        and _at_most(new.maximum, old.maximum)
        and _at_most(new.exclusive_maximum, old.exclusive_maximum)
        and _at_least(new.min_length, old.min_length)
        and _at_most(new.max_length, old.max_length)
        and old.multiple_of in {None, new.multiple_of}
        and (not old.values or (bool(new.values) and set(new.values) <= set(old.values)))
    )


def _at_least(new: float | str | None, old: float | str | None) -> bool:
    return old is None or (new is not None and _compared(new, old) >= 0)


def _at_most(new: float | str | None, old: float | str | None) -> bool:
    return old is None or (new is not None and _compared(new, old) <= 0)


def _compared(left: float | str, right: float | str) -> float:
    """Return the order of two bounds; those of two kinds have none."""
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    if isinstance(left, str) or isinstance(right, str):
        return math.nan
    return (left > right) - (left < right)


def _is_within(new: Rule, old: Rule) -> bool:
    if new.unit is not old.unit and {new.bound, old.bound} != {(0.0,)}:
        return False
    if new.operator is old.operator and new.bound == old.bound:
        return True
    inner, outer = _interval(new), _interval(old)
    if inner is None or outer is None:
        return False
    low = inner[0] > outer[0] or (inner[0] == outer[0] and (outer[1] or not inner[1]))
    high = inner[2] < outer[2] or (inner[2] == outer[2] and (outer[3] or not inner[3]))
    return low and high


def _interval(rule: Rule) -> Interval | None:
    """Return the values that a rule accepts, or None where they are no interval."""
    first, last = rule.bound[0], rule.bound[-1]
    return {
        Operator.MUST_BE: (first, True, first, True),
        Operator.MUST_BE_GREATER_THAN: (first, False, _OPEN, True),
        Operator.MUST_BE_GREATER_OR_EQUAL_TO: (first, True, _OPEN, True),
        Operator.MUST_BE_LESS_THAN: (-_OPEN, True, first, False),
        Operator.MUST_BE_LESS_OR_EQUAL_TO: (-_OPEN, True, first, True),
        Operator.MUST_BE_BETWEEN: (first, True, last, True),
    }.get(rule.operator)
