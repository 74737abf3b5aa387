"""Counts held against bounds: each rule passes or fails, or was not checked, with what was measured and a sentence that says it."""

from __future__ import annotations

import msgspec

from freehold.model.rule import Metric, Operator, Rule, Unit, bound_text
from freehold.model.verdict import Outcome, Verdict

_COUNTED = {
    Metric.NULL_VALUES: "have no `{columns}`",
    Metric.MISSING_VALUES: "have no `{columns}`, or a value that stands for none",
    Metric.INVALID_VALUES: "break the rules of `{columns}`",
    Metric.DUPLICATE_VALUES: "repeat a `{columns}` of another row",
    Metric.UNKNOWN_REFERENCES: "have a `{columns}` that `{references}` does not have",
}
"""What is said of the rows that a metric counts."""


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What was found for one rule: `value` counts rows, or is the number that `rowCount`, `age` and `sql` are about.

    `rows` are all rows. Where there is no value, `reason` says why, in a sentence.
    """

    value: float | None = None
    rows: int | None = None
    reason: str = ""


def judge(rule: Rule, found: Measured) -> Verdict:
    """Return the verdict on a rule."""
    verdict = Verdict(
        name=rule.name,
        check=rule.metric.value,
        outcome=Outcome.UNCHECKED,
        severity=rule.severity,
        dimension=rule.dimension,
        columns=rule.columns,
        bound=bound_text(rule.operator, rule.bound, rule.unit),
        sentence=found.reason or "Nothing was measured.",
        description=rule.description,
        where=rule.where,
    )
    if found.value is None:
        return verdict
    counted = rule.metric in _COUNTED
    share = percent(found.value, found.rows) if counted and found.rows is not None else None
    if rule.unit is Unit.PERCENT and share is None:
        return verdict
    measured = share if rule.unit is Unit.PERCENT and share is not None else float(found.value)
    passed = holds(rule.operator, measured, rule.bound)
    return msgspec.structs.replace(
        verdict,
        outcome=Outcome.PASSED if passed else Outcome.FAILED,
        measured=measured,
        failing=int(found.value) if counted else None,
        percent=share,
        sentence=_sentence(rule, found.value, found.rows, share, verdict.bound, passed=passed),
    )


def holds(operator: Operator, value: float, bound: tuple[float, ...]) -> bool:
    """Return whether a measured value keeps a bound; both ends of a range belong to it.

    >>> holds(Operator.MUST_BE_BETWEEN, 2.0, (1.0, 2.0)), holds(Operator.MUST_BE_LESS_THAN, 2.0, (2.0,))
    (True, False)
    """
    first, last = bound[0], bound[-1]
    return {
        Operator.MUST_BE: value == first,
        Operator.MUST_NOT_BE: value != first,
        Operator.MUST_BE_GREATER_THAN: value > first,
        Operator.MUST_BE_GREATER_OR_EQUAL_TO: value >= first,
        Operator.MUST_BE_LESS_THAN: value < first,
        Operator.MUST_BE_LESS_OR_EQUAL_TO: value <= first,
        Operator.MUST_BE_BETWEEN: first <= value <= last,
        Operator.MUST_NOT_BE_BETWEEN: not first <= value <= last,
    }[operator]


def percent(part: float, rows: int) -> float:
    """Return which percentage of the rows a part is; of no rows, none is anything.

    >>> percent(1, 4), percent(0, 0)
    (25.0, 0.0)
    """
    return 100.0 * part / rows if rows else 0.0


def _sentence(rule: Rule, value: float, rows: int | None, share: float | None, bound: str, *, passed: bool) -> str:
    wanted = "" if passed else f"; wanted is {bound}"
    if rule.metric is Metric.ROW_COUNT:
        return f"There are {value:,.0f} rows{wanted}."
    if rule.metric is Metric.AGE:
        of = f"The newest `{rule.columns[0]}`" if rule.columns else "The data"
        return f"{of} is {duration(value)} old{wanted}{'' if passed else ' seconds'}."
    if rule.metric is Metric.SQL:
        return f"The question gives {value:,.15g}{wanted}."
    said = _COUNTED[rule.metric].format(columns=", ".join(rule.columns), references=rule.references)
    of_rows = f" of {rows:,}" if rows is not None else ""
    shown = f" ({share:.3g} %)" if share else ""
    return f"{value:,.0f}{of_rows} rows{shown} {said}{wanted}."


def duration(seconds: float) -> str:
    """Return a time with the unit that suits it.

    >>> duration(0.0123), duration(90.0), duration(7200.0), duration(0.0)
    ('12.3 ms', '90 s', '2 h', '0 s')
    """
    for unit, size in (("d", 86_400.0), ("h", 3_600.0), ("min", 60.0)):
        if seconds >= 2 * size:
            return f"{round(seconds / size, 1):,.6g} {unit}"
    return f"{seconds:,.3g} s" if seconds >= 1 or not seconds else f"{1_000 * seconds:,.3g} ms"
