"""Whether what was promised of values still is: a rule is kept where some new rule allows no value that it did not."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

import msgspec

from freehold.model.finding import Severity
from freehold.model.rule import Constraint, Operator, Rule, bound_text
from freehold.policy.compatibility.difference import Change, change

_SEVERITY = (Severity.NOTICE, Severity.WARNING, Severity.ERROR)
_OPEN = math.inf
_WORDS = {
    "exclusive_minimum": "above",
    "exclusive_maximum": "below",
    "min_length": "minLength",
    "max_length": "maxLength",
    "multiple_of": "multipleOf",
}
Bound = float | str | None
Interval = tuple[float, bool, float, bool]
"""The least and the greatest value that an operator accepts, each with whether it belongs to them."""


def changes(old: Sequence[Rule], new: Sequence[Rule], heard: Callable[[Rule], bool]) -> Iterator[Change]:
    """Yield how rules differ that a consumer can count on: those that are `heard`."""
    before, after = list(filter(heard, old)), list(filter(heard, new))
    told: list[Rule] = []
    for rule in before:
        if any(is_kept(rule, other) for other in after):
            continue
        alike = next((other for other in after if _subject(other) == _subject(rule)), None)
        if alike is None:
            yield change("rule-removed", f"rule `{rule.name}`", ", ".join(_terms(rule).values()) or rule.name)
        else:
            told.append(alike)
            yield change("rule-loosened", f"rule `{rule.name}`", *_difference(rule, alike))
    for rule in after:
        looser = [other for other in before if is_kept(other, rule)]
        if looser and not any(is_kept(rule, other) for other in looser):
            yield change("rule-tightened", f"rule `{rule.name}`", *_difference(looser[0], rule))
        elif not looser and not any(rule is other for other in told) and not any(is_kept(rule, other) for other in before):
            yield change("rule-added", f"rule `{rule.name}`", None, ", ".join(_terms(rule).values()) or None)


def _terms(rule: Rule) -> dict[str, str]:
    """Return in words what a rule says beside its name."""
    limits = msgspec.structs.asdict(rule.constraint) if rule.constraint is not None else {}
    found = {key: f"{_WORDS.get(key, key)} {_worded(value)}" for key, value in limits.items() if value not in (None, ())}
    return found | ({"missing": f"missing {_worded(rule.missing)}"} if rule.missing else {})


def _difference(old: Rule, new: Rule) -> tuple[str, str]:
    """Return in words what differs between two rules of one subject."""
    sides: list[dict[str, str]] = []
    for rule in (old, new):
        bound = {"bound": bound_text(rule.operator, rule.bound, rule.unit), "severity": f"severity {rule.severity.value}"}
        sides.append(_terms(rule) | bound)
    left, right = ({key: text for key, text in side.items() if sides[1 - at].get(key) != text} for at, side in enumerate(sides))
    return ", ".join(left.values()), ", ".join(right.values())


def _worded(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else f"{value:,.15g}" if isinstance(value, float) else str(value)


def is_kept(old: Rule, new: Rule) -> bool:
    """Return whether whatever holds the new rule holds the old one."""
    return (
        _subject(old) == _subject(new)
        and _SEVERITY.index(new.severity) >= _SEVERITY.index(old.severity)
        and set(old.missing) <= set(new.missing)
        and _is_tighter(new.constraint or Constraint(), old.constraint or Constraint())
        and _is_within(new, old)
    )


def _subject(rule: Rule) -> tuple[object, ...]:
    return rule.metric, tuple(sorted(name.casefold() for name in rule.columns)), rule.references, rule.query


def _is_tighter(new: Constraint, old: Constraint) -> bool:
    return (
        old.pattern in {None, new.pattern}
        and _is_above((new.minimum, new.exclusive_minimum), (old.minimum, old.exclusive_minimum), 1)
        and _is_above((new.maximum, new.exclusive_maximum), (old.maximum, old.exclusive_maximum), -1)
        and _is_above((new.min_length, None), (old.min_length, None), 1)
        and _is_above((new.max_length, None), (old.max_length, None), -1)
        and (old.multiple_of is None or _is_multiple(new.multiple_of, old.multiple_of))
        and (not old.values or (bool(new.values) and set(new.values) <= set(old.values)))
    )


def _is_above(new: tuple[Bound, Bound], old: tuple[Bound, Bound], way: int) -> bool:
    """Return whether bounds (with and without the bound itself) allow no value more; `way` is 1 for lower, -1 for upper ones."""
    with_it, without_it = old
    kept = with_it is None or any(bound is not None and _compared(bound, with_it) * way >= 0 for bound in new)
    beyond = without_it is None or (
        (new[0] is not None and _compared(new[0], without_it) * way > 0)
        or (new[1] is not None and _compared(new[1], without_it) * way >= 0)
    )
    return kept and beyond


def _is_multiple(new: float | None, old: float) -> bool:
    return new is not None and Fraction(str(new)) % Fraction(str(old)) == 0


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
