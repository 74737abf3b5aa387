"""Turn a schema's promises into one SQL question, and its answer into metrics. Law 1: the question is asked through the gate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from freehold.model.product import Column, Product
from freehold.model.query import Metrics
from freehold.names import quote


def measurement(product: Product) -> str | None:
    """Return the SQL that counts rows, filled cells and correct cells of `product`, or None where nothing is declared to count.

    The answer is one row: `rows`, `filled_0 …` (one for each column of `complete_columns`), `held_0 …` and `correct_0 …`
    (one pair for each of `constrained_columns`).
    """
    complete, constrained = complete_columns(product), constrained_columns(product)
    if not complete:
        return None
    counts = ['COUNT(*) AS "rows"']
    counts += [f'COUNT({_present(column)}) AS "filled_{index}"' for index, column in enumerate(complete)]
    for index, column in enumerate(constrained):
        counts.append(f'COUNT({_present(column)}) AS "held_{index}"')
        counts.append(f'COUNT(CASE WHEN {_condition(column)} THEN 1 END) AS "correct_{index}"')
    relation = ".".join(quote(part) for part in product.key.split("."))
    return f"SELECT {', '.join(counts)} FROM {relation}"  # noqa: S608  (names are quoted, literals escaped)


def complete_columns(product: Product) -> tuple[Column, ...]:
    """Return the columns whose cells completeness counts: the required ones, or all where none is required."""
    return tuple(column for column in product.columns if column.required) or product.columns


def constrained_columns(product: Product) -> tuple[Column, ...]:
    """Return the columns whose cells accuracy counts: those that declare a pattern, a minimum, a maximum or values."""
    return tuple(column for column in product.columns if _is_constrained(column))


def metrics(product: Product, counts: Mapping[str, Any]) -> Metrics:
    """Return completeness and accuracy, in percent, from the answer to `measurement`.

    Completeness is the share of filled cells (NaN is not filled); accuracy the share of filled cells that meet every constraint
    of their column, None where no column has one. A product without rows keeps every promise: 100.
    """
    complete, constrained = complete_columns(product), constrained_columns(product)
    filled = sum(int(counts[f"filled_{index}"]) for index in range(len(complete)))
    held = sum(int(counts[f"held_{index}"]) for index in range(len(constrained)))
    correct = sum(int(counts[f"correct_{index}"]) for index in range(len(constrained)))
    return Metrics(
        completeness=share(filled, int(counts["rows"]) * len(complete)),
        accuracy=share(correct, held) if constrained else None,
    )


def share(part: int, whole: int) -> float:
    """Return `part` of `whole` in percent; all of nothing is 100.

    >>> share(1, 4), share(0, 0)
    (25.0, 100.0)
    """
    return 100.0 * part / whole if whole else 100.0


def timeliness(freshness: float | None, age: float) -> float | None:
    """Return 100 while data of `age` seconds is within the promised `freshness` (seconds), then the promise's share of the age.

    >>> timeliness(3600.0, 1800.0), timeliness(3600.0, 14400.0), timeliness(None, 1.0)
    (100.0, 25.0, None)
    """
    if freshness is None:
        return None
    return 100.0 if age <= freshness else 100.0 * freshness / age


def _is_constrained(column: Column) -> bool:
    return bool(column.pattern or column.values) or column.minimum is not None or column.maximum is not None


def _present(column: Column) -> str:
    name = quote(column.name)
    return f"CASE WHEN ISNAN({name}) THEN NULL ELSE {name} END" if column.type == "number" else name


def _condition(column: Column) -> str:
    present, text = _present(column), _text(column)
    tests: list[str] = []
    if column.pattern:
        tests.append(f"REGEXP_MATCHES({text}, {_literal(column.pattern)})")
    if column.values:
        tests.append(f"{text} IN ({', '.join(_literal(value) for value in column.values)})")
    if column.minimum is not None:
        tests.append(f"{present} >= {column.minimum!r}")
    if column.maximum is not None:
        tests.append(f"{present} <= {column.maximum!r}")
    return " AND ".join(tests)


def _text(column: Column) -> str:
    name = quote(column.name)
    return name if column.type == "string" else f"CAST({name} AS VARCHAR)"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
