"""From rules to the least set of probes: what several rules need is counted once."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from freehold.model.rule import Metric, Probe, ProbeKind, Rule

ROWS = Probe(kind=ProbeKind.ROWS)
"""What every report says, and what percents are of."""

_KINDS = {
    Metric.NULL_VALUES: ProbeKind.NULLS,
    Metric.MISSING_VALUES: ProbeKind.MISSING,
    Metric.INVALID_VALUES: ProbeKind.INVALID,
    Metric.DUPLICATE_VALUES: ProbeKind.SURPLUS,
    Metric.ROW_COUNT: ProbeKind.ROWS,
    Metric.AGE: ProbeKind.NEWEST,
}

Types = Callable[[str], str]
"""Gives the declared type of a column."""


def probe_of(rule: Rule, type_of: Types) -> Probe | None:
    """Return what a rule needs counted; None where it is no count over one data version: `age` of the data, references, SQL."""
    kind = _KINDS.get(rule.metric)
    if kind is None or (kind is ProbeKind.NEWEST and not rule.columns):
        return None
    if kind is ProbeKind.ROWS:
        return ROWS
    return Probe(
        kind=kind,
        columns=rule.columns,
        types=tuple(type_of(name) for name in rule.columns),
        constraint=rule.constraint,
        missing=rule.missing,
    )


def probes_of(rules: Iterable[Rule], type_of: Types) -> tuple[Probe, ...]:
    """Return what all rules need counted, each once, the number of rows first."""
    found = (probe_of(rule, type_of) for rule in rules)
    return tuple(dict.fromkeys((ROWS, *(probe for probe in found if probe is not None))))
