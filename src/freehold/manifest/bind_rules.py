"""The rules of a product: those that the keys of its columns imply, then the written ones, each with the place it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from freehold.manifest import expression
from freehold.manifest.block import Block, Path
from freehold.manifest.product_shapes import ProductShape, QualityRuleShape
from freehold.manifest.report import Report, shown
from freehold.model.finding import Severity
from freehold.model.product import Column
from freehold.model.rule import DIMENSIONS, Constraint, Dimension, Metric, Operator, Rule, Unit, bound_text, title
from freehold.names import nearest

OPERATORS = {
    Operator.MUST_BE: "must_be",
    Operator.MUST_NOT_BE: "must_not_be",
    Operator.MUST_BE_GREATER_THAN: "must_be_greater_than",
    Operator.MUST_BE_GREATER_OR_EQUAL_TO: "must_be_greater_or_equal_to",
    Operator.MUST_BE_LESS_THAN: "must_be_less_than",
    Operator.MUST_BE_LESS_OR_EQUAL_TO: "must_be_less_or_equal_to",
    Operator.MUST_BE_BETWEEN: "must_be_between",
    Operator.MUST_NOT_BE_BETWEEN: "must_not_be_between",
}
_LIMITS = ("pattern", "minimum", "maximum", "exclusive_minimum", "exclusive_maximum", "multiple_of", "min_length", "max_length")


def bind_rules(block: Block[ProductShape], columns: tuple[Column, ...], report: Report) -> tuple[Rule, ...]:
    """Return every rule of a product; what cannot be read of a written one is reported, and the rule left out.

    A written rule about the metric and column of an implied one, without arguments of its own, takes that one's place.
    """
    by_name = {column.name.casefold(): column for column in reversed(columns)}
    bound = [_rule(_Written(item, at, block, report), by_name) for at, item in enumerate(block.shape.quality)]
    written = [(item, rule) for item, rule in zip(block.shape.quality, bound, strict=True) if rule is not None]
    taken = {_subject(rule) for item, rule in written if not _arguments(item)}
    implied = [rule for at, column in enumerate(columns) for rule in implied_rules(column, block.where("schema", at))]
    return (*(rule for rule in implied if _subject(rule) not in taken), *(rule for _, rule in written))


def implied_rules(column: Column, where: str = "") -> Iterator[Rule]:
    """Yield what the keys of a column promise, each with the bound 0."""
    if column.required:
        yield _implied(Metric.NULL_VALUES, column, where)
    if column.unique:
        yield _implied(Metric.DUPLICATE_VALUES, column, where)
    if column.constraint is not None:
        yield _implied(Metric.INVALID_VALUES, column, where)
    if column.references is not None:
        yield _implied(Metric.UNKNOWN_REFERENCES, column, where)


def _implied(metric: Metric, column: Column, where: str) -> Rule:
    names = (column.name,)
    return Rule(
        name=title(metric, names, "= 0"),
        metric=metric,
        columns=names,
        constraint=column.constraint if metric is Metric.INVALID_VALUES else None,
        references=column.references if metric is Metric.UNKNOWN_REFERENCES else None,
        dimension=DIMENSIONS.get(metric),
        implied=True,
        where=where,
    )


def spelled(type_: str, values: list[str | int | float | bool]) -> tuple[str, ...]:
    """Return values as text in the one spelling that a column's type has; what is no value of it stays as it is written.

    >>> spelled("number", ["1", "0.50"]), spelled("decimal(8,2)", ["1"])
    (('1.0', '0.5'), ('1.00',))
    """
    return tuple(expression.spelling(type_, str(value)) for value in values)


@dataclass(frozen=True, slots=True)
class _Written:
    """A rule as it is written, and where what is found of it goes."""

    item: QualityRuleShape
    at: int
    block: Block[ProductShape]
    report: Report

    @property
    def metric(self) -> Metric:
        """What it measures."""
        return Metric(self.item.metric)

    def error(self, code: str, path: Path, message: str, mend: str) -> None:
        """Report what stands at a path within the rule."""
        self.report.error(code, self.block.place("quality", self.at, *path), message, mend)


def _rule(written: _Written, columns: dict[str, Column]) -> Rule | None:
    item, metric = written.item, written.metric
    named = _columns(written, columns)
    found = _operator(written)
    if named is None or not _is_whole(written, named) or found is None:
        return None
    operator, bound = found
    names = tuple(column.name for column in named)
    unit = Unit(item.unit or Unit.ROWS)
    constraint = None
    if metric is Metric.INVALID_VALUES:
        constraint = _constraint(item, named[0]) or named[0].constraint
    return Rule(
        name=item.name or title(metric, names, bound_text(operator, bound, unit), _arguments(item)),
        metric=metric,
        columns=names,
        constraint=constraint,
        missing=spelled(named[0].type, item.missing_values) if metric is Metric.MISSING_VALUES else (),
        references=(item.references or named[0].references) if metric is Metric.UNKNOWN_REFERENCES else None,
        query=item.query,
        operator=operator,
        bound=bound,
        unit=unit,
        severity=Severity(item.severity or Severity.ERROR),
        dimension=Dimension(item.dimension) if item.dimension else DIMENSIONS.get(metric),
        description=item.description,
        where=written.block.where("quality", written.at),
    )


def _constraint(item: QualityRuleShape, column: Column) -> Constraint | None:
    limits = {name: getattr(item, name) for name in _LIMITS}
    found = Constraint(**limits, values=spelled(column.type, item.valid_values))
    return None if found == Constraint() else found


def _columns(written: _Written, columns: dict[str, Column]) -> tuple[Column, ...] | None:
    """Return the columns that a rule names; None where one of them is not in the schema."""
    item = written.item
    places: list[tuple[Path, str]] = [(("column",), item.column)] if item.column is not None else []
    places += [(("columns", number), name) for number, name in enumerate(item.columns)]
    found: dict[str, Column] = {}
    unknown = False
    for path, name in places:
        column = columns.get(name.casefold())
        if column is None:
            close = nearest(name, [known.name for known in columns.values()])
            mend = f"did you mean `{close}`?" if close else "name a column of `schema`"
            written.error("field-unknown", path, f"{shown(name)} is not in the schema.", mend)
            unknown = True
        elif name.casefold() in found:
            written.error("field-duplicate", path, f"{shown(name)} is listed twice.", "keep one of the two")
        else:
            found[name.casefold()] = column
    return None if unknown else tuple(found.values())


def _operator(written: _Written) -> tuple[Operator, tuple[float, ...]] | None:
    item = written.item
    given = [operator for operator, name in OPERATORS.items() if getattr(item, name) not in (None, [])]
    if len(given) != 1:
        which = "`, `".join(given)
        message = f"The rule has {len(given)} operators: `{which}`." if given else "The rule has no operator."
        mend = "keep one of them" if given else "add what the measured value is held against, such as `mustBe: 0`"
        written.error("operator-not-one", (), message, mend)
        return None
    operator = given[0]
    value = getattr(item, OPERATORS[operator])
    bound = _bound(written, operator, value if isinstance(value, list) else [value])
    return None if bound is None else (operator, bound)


def _bound(written: _Written, operator: Operator, ends: list[float | str]) -> tuple[float, ...] | None:
    """Return the bound of a rule, or None where it is none that the measured value can be held against."""
    item, age = written.item, written.metric is Metric.AGE
    bound = tuple(end for end in (_number(end, age=age) for end in ends) if end is not None)
    if len(bound) < len(ends):
        told = "seconds, or text such as `1 hour`" if age else "a number"
        message = f"`{operator.value}` is {shown(ends[0])}, but {told} is wanted."
        mend = f"write for example `{operator.value}: {'1 hour' if age else '0'}`"
    elif operator in {Operator.MUST_BE_BETWEEN, Operator.MUST_NOT_BE_BETWEEN} and (len(bound) != 2 or bound[0] > bound[1]):
        message = f"`{operator.value}` wants two ends, the lesser first."
        mend = f"write the lesser end first, such as `{operator.value}: [1000, 2000]`"
    elif item.unit == Unit.PERCENT and not all(0 <= end <= 100 for end in bound):
        message, mend = "A bound in percent lies between 0 and 100.", "correct it, or leave `unit` out"
    elif written.metric is not Metric.SQL and any(end < 0 for end in bound):
        message, mend = f"`{item.metric}` is never less than 0.", "write 0 or more"
    else:
        return bound
    written.error("bound-invalid", (operator.value,), message, mend)
    return None


def _number(value: float | str, *, age: bool) -> float | None:
    if isinstance(value, str):
        return expression.promise(value) if age else None
    return value


def _is_whole(written: _Written, columns: tuple[Column, ...]) -> bool:
    """Report what a rule lacks for its metric, and what does not suit it; return whether neither is so."""
    item, metric = written.item, written.metric
    lacking = next((said for is_lacking, *said in _lacking(item, metric, columns) if is_lacking), None)
    if lacking is not None:
        written.error("rule-incomplete", ("metric",), f"`{metric}` needs {lacking[0]}.", lacking[1])
    stray = [key for key, name, metrics in ARGUMENTS if metric not in metrics and getattr(item, name) not in (None, [])]
    for key in stray:
        message = f"`{key}` has no effect on `{metric}`."
        written.error("rule-unsuited", (key,), message, "remove it, or choose the metric that it belongs to")
    if item.unit == Unit.PERCENT and metric in _WITHOUT_PERCENT:
        written.error("rule-unsuited", ("unit",), f"`{metric}` is measured in no percent of rows.", "leave `unit` out")
        return False
    return lacking is None and not stray


def _lacking(item: QualityRuleShape, metric: Metric, columns: tuple[Column, ...]) -> Iterator[tuple[bool, str, str]]:
    """Yield what a rule could lack: whether it does, what, and what mends it."""
    one = columns[0] if columns else None
    yield metric in _OF_COLUMNS and one is None, "a column", "add `column:` with a column of `schema`"
    several = len(columns) > 1 and metric is not Metric.DUPLICATE_VALUES
    yield several, "one column and no more", "write a rule for each column"
    question = 'add `query: "SELECT count(*) FROM domain.product WHERE …"`'
    yield metric is Metric.SQL and not item.query, "a question", question
    mend = 'add `missingValues: ["", "n/a"]`, or measure `nullValues`'
    yield metric is Metric.MISSING_VALUES and not item.missing_values, "what stands for no value", mend
    if one is None:
        return
    nothing = _constraint(item, one) is None and one.constraint is None
    mend = f"add `validValues`, `pattern` or a bound here, or to {shown(one.name)} in `schema`"
    yield metric is Metric.INVALID_VALUES and nothing, "what is valid", mend
    nowhere = item.references is None and one.references is None
    yield metric is Metric.UNKNOWN_REFERENCES and nowhere, "what is referred to", "add `references: domain.product.column`"
    mend = "name one, or leave `column` out: then it is the age of the data"
    yield metric is Metric.AGE and one.type not in {"date", "timestamp"}, "a column of dates or timestamps", mend


def _arguments(item: QualityRuleShape) -> tuple[str, ...]:
    """Return the keys that say more of what is measured than the metric and the column."""
    return tuple(key for key, name, _ in ARGUMENTS if key not in {"column", "columns"} and getattr(item, name) not in (None, []))


def _subject(rule: Rule) -> tuple[Metric, tuple[str, ...]]:
    return rule.metric, tuple(name.casefold() for name in rule.columns)


_OF_COLUMNS = frozenset(
    {Metric.NULL_VALUES, Metric.MISSING_VALUES, Metric.INVALID_VALUES, Metric.DUPLICATE_VALUES, Metric.UNKNOWN_REFERENCES}
)
_WITHOUT_PERCENT = frozenset({Metric.ROW_COUNT, Metric.AGE, Metric.SQL})
_CAMEL = {
    "exclusive_minimum": "exclusiveMinimum",
    "exclusive_maximum": "exclusiveMaximum",
    "multiple_of": "multipleOf",
    "min_length": "minLength",
    "max_length": "maxLength",
}
ARGUMENTS: tuple[tuple[str, str, frozenset[Metric]], ...] = (
    ("column", "column", _OF_COLUMNS | {Metric.AGE}),
    ("columns", "columns", frozenset({Metric.DUPLICATE_VALUES})),
    *((_CAMEL.get(name, name), name, frozenset({Metric.INVALID_VALUES})) for name in _LIMITS),
    ("validValues", "valid_values", frozenset({Metric.INVALID_VALUES})),
    ("missingValues", "missing_values", frozenset({Metric.MISSING_VALUES})),
    ("references", "references", frozenset({Metric.UNKNOWN_REFERENCES})),
    ("query", "query", frozenset({Metric.SQL})),
)
"""Each argument of a rule, as it is written, as the shape has it, and the metrics that it has an effect on."""

__all__ = ["bind_rules", "implied_rules", "spelled"]
