"""Counts become verdicts, with a sentence that says what was found and what was wanted."""

from __future__ import annotations

import pytest

from freehold.model.finding import Severity
from freehold.model.rule import Metric, Operator, Rule, Unit
from freehold.model.verdict import Outcome, Report, Verdict
from freehold.quality.verdict import Measured, holds, judge


@pytest.mark.parametrize(
    ("operator", "bound", "kept", "broken"),
    [
        (Operator.MUST_BE, (2.0,), 2, 3),
        (Operator.MUST_NOT_BE, (2.0,), 3, 2),
        (Operator.MUST_BE_GREATER_THAN, (2.0,), 3, 2),
        (Operator.MUST_BE_GREATER_OR_EQUAL_TO, (2.0,), 2, 1),
        (Operator.MUST_BE_LESS_THAN, (2.0,), 1, 2),
        (Operator.MUST_BE_LESS_OR_EQUAL_TO, (2.0,), 2, 3),
        (Operator.MUST_BE_BETWEEN, (1.0, 2.0), 1, 0),
        (Operator.MUST_NOT_BE_BETWEEN, (1.0, 2.0), 3, 2),
    ],
)
def test_an_operator_holds_up_to_its_bound(operator: Operator, bound: tuple[float, ...], kept: float, broken: float) -> None:
    assert holds(operator, kept, bound)
    assert not holds(operator, broken, bound)


def test_a_percent_is_of_all_rows_and_of_none_nothing_fails() -> None:
    rule = Rule(
        name="r",
        metric=Metric.NULL_VALUES,
        columns=("email",),
        operator=Operator.MUST_BE_LESS_OR_EQUAL_TO,
        bound=(2.0,),
        unit=Unit.PERCENT,
    )
    failed = judge(rule, Measured(value=3, rows=100))
    assert (failed.outcome, failed.measured, failed.failing, failed.percent) == (Outcome.FAILED, 3.0, 3, 3.0)
    assert failed.sentence == "3 of 100 rows (3 %) have no `email`; wanted is ≤ 2 %."
    assert judge(rule, Measured(value=2, rows=100)).outcome is Outcome.PASSED
    assert judge(rule, Measured(value=0, rows=0)).outcome is Outcome.PASSED


def test_what_was_not_measured_did_not_pass() -> None:
    found = judge(Rule(name="r", metric=Metric.SQL, query="SELECT 1"), Measured(reason="The gate refused it."))
    assert (found.outcome, found.sentence) == (Outcome.UNCHECKED, "The gate refused it.")
    report = Report(subject="s", product="s.p", verdicts=(found,))
    assert report.fails()


def test_only_errors_fail_a_test_unless_warnings_are_to_fail_it_too() -> None:
    warned = Verdict(name="w", check="rowCount", outcome=Outcome.FAILED, severity=Severity.WARNING)
    told = Verdict(name="n", check="rowCount", outcome=Outcome.FAILED, severity=Severity.NOTICE)
    report = Report(subject="s", product="s.p", verdicts=(warned, told))
    assert not report.fails()
    assert report.fails(Severity.WARNING)
    assert not Report(subject="s", product="s.p", verdicts=(told,)).fails(Severity.WARNING)


def test_an_age_is_said_as_people_say_it() -> None:
    rule = Rule(name="r", metric=Metric.AGE, columns=("at",), operator=Operator.MUST_BE_LESS_THAN, bound=(3600.0,))
    assert judge(rule, Measured(value=7200.0)).sentence == "The newest `at` is 2 h old; wanted is < 3,600 seconds."
