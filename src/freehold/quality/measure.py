"""Turn a schema's promises into SQL questions, and their answers into metrics. Law 1: the questions are asked through the gate."""

from __future__ import annotations

from collections.abc import Mapping

from freehold.model.product import Column, Product
from freehold.model.query import Metrics
from freehold.model.rule import Probe, ProbeKind
from freehold.quality.probes import ROWS
from freehold.quality.statements import Counting, counting, relation_of


def measurement(product: Product) -> tuple[Counting, ...]:
    """Return the statements that count what `metrics_of` needs of `product`: none where nothing is declared to count.

    Each is as long as a gate takes, so that thousands of columns are counted in several.
    """
    return counting(relation_of(product.key), needed(product)) if product.columns else ()


def needed(product: Product) -> tuple[Probe, ...]:
    """Return the probes that `metrics_of` needs."""
    nulls = (_probe(ProbeKind.NULLS, column) for column in (*complete_columns(product), *constrained_columns(product)))
    invalid = (_probe(ProbeKind.INVALID, column) for column in constrained_columns(product))
    return tuple(dict.fromkeys((ROWS, *nulls, *invalid)))


def metrics_of(product: Product, counts: Mapping[Probe, float | None]) -> Metrics:
    """Return completeness and accuracy, in percent, from counted probes; those that were not counted are left out.

    Completeness is the share of filled cells (NaN is not filled); accuracy the share of filled cells that meet every constraint
    of their column, None where no column has one. A product without rows keeps every promise: 100.
    """
    rows = int(counts.get(ROWS) or 0)
    complete = [empty for column in complete_columns(product) if (empty := counts.get(_probe(ProbeKind.NULLS, column))) is not None]
    held = correct = 0
    constrained = constrained_columns(product)
    for column in constrained:
        empty, invalid = counts.get(_probe(ProbeKind.NULLS, column)), counts.get(_probe(ProbeKind.INVALID, column))
        if empty is not None and invalid is not None:
            held += rows - int(empty)
            correct += rows - int(empty) - int(invalid)
    return Metrics(
        completeness=share(rows * len(complete) - int(sum(complete)), rows * len(complete)),
        accuracy=share(correct, held) if constrained else None,
    )


def complete_columns(product: Product) -> tuple[Column, ...]:
    """Return the columns whose cells completeness counts: the required ones, or all where none is required."""
    return tuple(column for column in product.columns if column.required) or product.columns


def constrained_columns(product: Product) -> tuple[Column, ...]:
    """Return the columns whose cells accuracy counts: those that declare a pattern, a bound, a length or values."""
    return tuple(column for column in product.columns if column.constraint is not None)


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


def _probe(kind: ProbeKind, column: Column) -> Probe:
    constraint = column.constraint if kind is ProbeKind.INVALID else None
    return Probe(kind=kind, columns=(column.name,), types=(column.type,), constraint=constraint)
