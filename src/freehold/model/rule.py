"""A quality rule, the probes that it needs counted, and what came of it.

The words are those of ODCS 3.1 (`metric`, `mustBe…`, `unit`, `severity`, `dimension`); a probe is one count over one data
version, which any backend gives in its own way and all give alike. A rule of severity `error` that does not hold fails a test; what
is a warning or a notice is only told.
"""

from __future__ import annotations

import enum

import msgspec

from freehold.model.finding import Severity


class Metric(enum.StrEnum):
    """What a rule measures. The first five are the library metrics of ODCS; the others are Freehold's."""

    NULL_VALUES = "nullValues"
    MISSING_VALUES = "missingValues"
    INVALID_VALUES = "invalidValues"
    DUPLICATE_VALUES = "duplicateValues"
    ROW_COUNT = "rowCount"
    UNKNOWN_REFERENCES = "unknownReferences"
    """Values that the column of another product does not have."""

    AGE = "age"
    """Seconds since the newest value of a date or timestamp column, or since the data changed where no column is named."""

    SQL = "sql"
    """The one number that a read-only question gives, asked through the gate."""


class Dimension(enum.StrEnum):
    """The dimensions of ODCS."""

    ACCURACY = "accuracy"
    COMPLETENESS = "completeness"
    CONFORMITY = "conformity"
    CONSISTENCY = "consistency"
    COVERAGE = "coverage"
    TIMELINESS = "timeliness"
    UNIQUENESS = "uniqueness"


DIMENSIONS = {
    Metric.NULL_VALUES: Dimension.COMPLETENESS,
    Metric.MISSING_VALUES: Dimension.COMPLETENESS,
    Metric.INVALID_VALUES: Dimension.CONFORMITY,
    Metric.DUPLICATE_VALUES: Dimension.UNIQUENESS,
    Metric.ROW_COUNT: Dimension.COVERAGE,
    Metric.UNKNOWN_REFERENCES: Dimension.CONSISTENCY,
    Metric.AGE: Dimension.TIMELINESS,
}
"""The dimension of each metric where a rule names none; that of a `sql` rule only its author knows."""


class Unit(enum.StrEnum):
    """What a rule's bound is in: rows (or, of `age`, seconds; of `sql`, the number itself), or percent of rows."""

    ROWS = "rows"
    PERCENT = "percent"


class Operator(enum.StrEnum):
    """How a measured value is held against a rule's bound: ODCS's operators, exactly one in each rule."""

    MUST_BE = "mustBe"
    MUST_NOT_BE = "mustNotBe"
    MUST_BE_GREATER_THAN = "mustBeGreaterThan"
    MUST_BE_GREATER_OR_EQUAL_TO = "mustBeGreaterOrEqualTo"
    MUST_BE_LESS_THAN = "mustBeLessThan"
    MUST_BE_LESS_OR_EQUAL_TO = "mustBeLessOrEqualTo"
    MUST_BE_BETWEEN = "mustBeBetween"
    MUST_NOT_BE_BETWEEN = "mustNotBeBetween"


_SIGNS = {
    Operator.MUST_BE: "=",
    Operator.MUST_NOT_BE: "≠",
    Operator.MUST_BE_GREATER_THAN: ">",
    Operator.MUST_BE_GREATER_OR_EQUAL_TO: "≥",
    Operator.MUST_BE_LESS_THAN: "<",
    Operator.MUST_BE_LESS_OR_EQUAL_TO: "≤",
    Operator.MUST_BE_BETWEEN: "within",
    Operator.MUST_NOT_BE_BETWEEN: "outside",
}


def bound_text(operator: Operator, bound: tuple[float, ...], unit: Unit) -> str:
    """Return a bound as people read it.

    >>> bound_text(Operator.MUST_BE_LESS_OR_EQUAL_TO, (2.0,), Unit.PERCENT)
    '≤ 2 %'
    """
    ends = " to ".join(f"{end:,.15g}" for end in bound)
    return f"{_SIGNS[operator]} {ends}{' %' if unit is Unit.PERCENT else ''}"


def title(metric: Metric, columns: tuple[str, ...], bound: str, arguments: tuple[str, ...] = ()) -> str:
    """Return the name of a rule that was given none; `arguments` are the keys that say more of what is measured.

    >>> title(Metric.INVALID_VALUES, ("email",), "= 0", ("pattern",))
    'invalidValues of email by pattern = 0'
    """
    of = f" of {', '.join(columns)}" if columns else ""
    by = f" by {', '.join(arguments)}" if arguments else ""
    return f"{metric.value}{of}{by} {bound}"


class Constraint(msgspec.Struct, frozen=True, kw_only=True):
    """What each value of a column must be; a missing value is never invalid. `pattern` (RE2) is of the whole value.

    `values` are compared as text, of numeric columns as numbers: binding writes each in the one spelling of its column's type.
    Bounds of dates and timestamps are ISO 8601 text (of a timestamp without a zone in UTC), of numbers numbers, exact as they are
    written in decimal; lengths are in characters. `multiple_of` is exact, but in columns of floating point numbers, where the
    quotient may lie 1e-9 beside a whole number.
    """

    pattern: str | None = None
    minimum: float | str | None = None
    maximum: float | str | None = None
    exclusive_minimum: float | str | None = None
    exclusive_maximum: float | str | None = None
    multiple_of: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    values: tuple[str, ...] = ()


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One promise that can be checked. `bound` has two numbers for the operators with `Between` (both ends belong to it), else one.

    `missing` are texts that stand for no value (of `missingValues`, beside null); `references` is `domain.product.column`; `query`
    is the SQL of a `sql` rule; `implied` says that a key of the schema (`required`, `unique`, …) made it; `where` is file:line.
    """

    name: str
    metric: Metric
    columns: tuple[str, ...] = ()
    constraint: Constraint | None = None
    missing: tuple[str, ...] = ()
    references: str | None = None
    query: str | None = None
    operator: Operator = Operator.MUST_BE
    bound: tuple[float, ...] = (0.0,)
    unit: Unit = Unit.ROWS
    severity: Severity = Severity.ERROR
    dimension: Dimension | None = None
    description: str | None = None
    implied: bool = False
    where: str = ""


class ProbeKind(enum.StrEnum):
    """What a probe counts."""

    ROWS = "rows"
    """All rows; no column."""

    NULLS = "nulls"
    """Rows whose value is null, or NaN in a column of floating point numbers."""

    MISSING = "missing"
    """Nulls, and rows whose value is one of `missing`, compared as text."""

    INVALID = "invalid"
    """Rows whose value is there (no null, no NaN) and breaks the constraint."""

    SURPLUS = "surplus"
    """Rows beyond the first of each value (of each combination of `columns`), leaving out rows where any of them is null or NaN."""

    NEWEST = "newest"
    """Not a count: the greatest value of a date or timestamp, in seconds since the epoch (UTC where it has no zone)."""


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """One count over one data version; `type` is the column's logical type as the schema declares it."""

    kind: ProbeKind
    columns: tuple[str, ...] = ()
    type: str = ""
    constraint: Constraint | None = None
    missing: tuple[str, ...] = ()
