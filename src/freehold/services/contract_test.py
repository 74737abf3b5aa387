"""Test data against everything that is promised of it: columns, rules, floors. All failures at once, none of them an exception.

A product is asked through the gate, as the domain that owns it would (law 1); a user's own file or table is counted where it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from freehold.errors import FreeholdError, SourceMissing
from freehold.model.contract import Contract
from freehold.model.finding import Severity
from freehold.model.product import Product, QualityFloor
from freehold.model.query import Inspection
from freehold.model.rule import Dimension, Metric, Operator, Probe, Rule, Unit, bound_text
from freehold.model.verdict import Outcome, Report, Verdict
from freehold.ports.engine import Engine
from freehold.ports.probing import Local, Prober, Progress
from freehold.quality.measure import metrics_of, needed, timeliness
from freehold.quality.probes import ROWS, probe_of, probes_of
from freehold.quality.statements import counting, relation_of
from freehold.quality.structure import Terms, sound, structure, terms_of
from freehold.quality.verdict import Measured, holds, judge
from freehold.services.references import Asked, references

Ask = Callable[[Product, str, str | None], tuple[int, Sequence[Mapping[str, Any]]]]
"""Puts a question to the gate about a product, for a purpose, and gives its leaf and the first rows of its answer.

The product is the tested one with those columns alone that its data has as promised: others could not be read.
"""


class Promises(msgspec.Struct, frozen=True, kw_only=True):
    """What data is held against: a product, and the contract whose part of it the data is, where it is only that."""

    product: Product
    contract: Contract | None = None


_OF_THE_MESH = frozenset({Metric.UNKNOWN_REFERENCES, Metric.SQL})


@dataclass(slots=True)
class _Found:
    """What was counted so far, and why something was not."""

    counts: dict[Probe, float | None] = field(default_factory=dict[Probe, float | None])
    reasons: dict[Probe, str] = field(default_factory=dict[Probe, str])
    leaves: list[int] = field(default_factory=list[int])

    @property
    def rows(self) -> int | None:
        """All rows."""
        rows = self.counts.get(ROWS)
        return None if rows is None else int(rows)


def inspected(engine: Engine, product: Product) -> Inspection:
    """Return what the source of a product holds now.

    Raises:
        SourceMissing: It declares none.
        SourceUnreadable: It cannot be read.
    """
    if product.source is None:
        raise SourceMissing(f"`{product.key}` declares no source yet", remedy="add `source:` to its manifest")
    return engine.inspect(product.source)


def check_product(
    product: Product, products: Mapping[str, Product], inspect: Callable[[], Inspection], ask: Ask, now: float
) -> Report:
    """Return every verdict on a product as its data is now; `now` is in seconds since the epoch.

    `products` are those of the mesh, which references name; `inspect` looks at the columns of the data, and at nothing in them.
    """
    try:
        inspection = inspect()
    except FreeholdError as error:
        return Report(subject=product.key, product=product.key, verdicts=(_unreadable(product, error),))
    terms = terms_of(product)
    usable = sound(terms, inspection.columns)
    found = _Found()
    readable = msgspec.structs.replace(product, columns=tuple(item for item in product.columns if item.name.casefold() in usable))

    def asked(sql: str, purpose: str | None = None) -> tuple[Sequence[Mapping[str, Any]], str]:
        return _ask(lambda: ask(readable, sql, purpose), found)

    _count_by_gate(product, _wanted(product, product.rules, usable), asked, found)
    moment, types = _Moment(now=now, age=max(0.0, now - inspection.refreshed_at)), _types(product)
    verdicts = [
        judge(rule, _strangeness(rule, usable) or _by_gate(rule, product, products, asked) or _counted(rule, types, found, moment))
        for rule in product.rules
    ]
    return Report(
        subject=product.key,
        product=product.key,
        rows=found.rows,
        version=inspection.version,
        verdicts=(*structure(terms, inspection.columns), *verdicts, *_floors(product, None, found, moment.age)),
        leaves=tuple(found.leaves),
    )


def check_data(
    data: Local,
    promises: Promises,
    prober: Prober,
    *,
    subject: str,
    now: float = 0.0,
    refreshed_at: float | None = None,
    progress: Progress | None = None,
) -> Report:
    """Return every verdict on a user's own data, as a product or as what a contract gives of it.

    Under a contract a column that it does not give fails, its floors hold, and rules are those of the columns that it gives in the
    clear. References and SQL need the mesh, which is not asked here: they are told as unchecked, and fail nothing.

    Raises:
        SourceUnreadable, ParameterInvalid: The data cannot be read.
    """
    product, contract = promises.product, promises.contract
    columns = prober.columns(data)
    terms = terms_of(product, contract)
    usable = sound(terms, columns)
    rules = [rule for rule in product.rules if _is_given(rule, terms, contract)]
    wanted = _wanted(product, rules, usable)
    reasons = {probe: reason for probe in wanted if (reason := prober.unsuited(data, probe)) is not None}
    asked = tuple(probe for probe in wanted if probe not in reasons)
    found = _Found(counts=dict(zip(asked, prober.count(data, asked, progress), strict=True)), reasons=reasons)
    moment = _Moment(now=now, age=None if refreshed_at is None else max(0.0, now - refreshed_at))
    types = _types(product)
    verdicts = [
        _not_here(rule)
        if rule.metric in _OF_THE_MESH
        else judge(rule, _strangeness(rule, usable) or _counted(rule, types, found, moment))
        for rule in rules
    ]
    return Report(
        subject=subject,
        product=product.key,
        contract=contract.slug if contract is not None else None,
        rows=found.rows,
        verdicts=(*structure(terms, columns), *verdicts, *_floors(product, contract, found, moment.age)),
        remarks=tuple(dict.fromkeys(remark for probe in asked if (remark := prober.brought(data, probe)) is not None)),
    )


def with_samples(report: Report, product: Product, rows_of: Callable[[Probe], Sequence[Mapping[str, Any]]]) -> Report:
    """Return a report whose failed rules show rows that break them, as `rows_of` gives them; what it refuses stays unseen."""
    rules = {rule.name: rule for rule in product.rules}

    def shown(verdict: Verdict) -> Verdict:
        rule = rules.get(verdict.name)
        probe = probe_of(rule, _types(product)) if rule is not None and verdict.failing else None
        if probe is None or verdict.outcome is not Outcome.FAILED:
            return verdict
        try:
            return msgspec.structs.replace(verdict, samples=tuple(rows_of(probe)))
        except FreeholdError as error:
            return msgspec.structs.replace(verdict, unseen=error.detail)

    return msgspec.structs.replace(report, verdicts=tuple(map(shown, report.verdicts)))


@dataclass(frozen=True, slots=True)
class _Moment:
    """When data is tested, in seconds since the epoch, and how old it is, in seconds, where anybody can tell."""

    now: float
    age: float | None


def _wanted(product: Product, rules: Iterable[Rule], usable: frozenset[str]) -> tuple[Probe, ...]:
    """Return what the rules and the promised floors need counted, of columns that can be counted."""
    probes = (*probes_of(rules, _types(product)), *needed(product))
    return tuple(dict.fromkeys(probe for probe in probes if all(name.casefold() in usable for name in probe.columns)))


def _types(product: Product) -> Callable[[str], str]:
    types = {column.name: column.type for column in product.columns}
    return lambda name: types.get(name, "")


def _strangeness(rule: Rule, usable: frozenset[str]) -> Measured | None:
    """Return why a rule cannot be measured where the data does not have its columns as promised."""
    strange = ", ".join(f"`{name}`" for name in rule.columns if name.casefold() not in usable)
    return Measured(reason=f"The data has no {strange} of the promised type.") if strange else None


def _is_given(rule: Rule, terms: Terms, contract: Contract | None) -> bool:
    """Return whether a rule of the product is one of what a contract gives too: of columns in the clear."""
    if contract is None:
        return True
    clear = {column.name.casefold() for column in terms.wanted} - {name.casefold() for name in terms.masked}
    return bool(rule.columns) and all(name.casefold() in clear for name in rule.columns)


def _count_by_gate(product: Product, probes: Sequence[Probe], asked: Asked, found: _Found) -> None:
    for statement in counting(relation_of(product.key), probes):
        rows, reason = asked(statement.sql, None)
        row = rows[0] if rows else {}
        for at, probe in enumerate(statement.probes):
            if f"p{at}" in row:
                value = row[f"p{at}"]
                found.counts[probe] = None if value is None else float(value)
            else:
                found.reasons[probe] = reason or "The gate gave no count."


def _ask(ask: Callable[[], tuple[int, Sequence[Mapping[str, Any]]]], found: _Found) -> tuple[Sequence[Mapping[str, Any]], str]:
    try:
        leaf, rows = ask()
    except FreeholdError as error:
        leaf = error.facts.get("leaf")
        if isinstance(leaf, int):
            found.leaves.append(leaf)
        return (), f"The gate refused it: {_said(error)}."
    found.leaves.append(leaf)
    return rows, ""


def _by_gate(rule: Rule, product: Product, products: Mapping[str, Product], asked: Asked) -> Measured | None:
    """Return what a question of its own says of a rule, or None where the rule is about counted probes."""
    if rule.metric is Metric.SQL:
        return _number(*asked(rule.query or "", None))
    if rule.metric is Metric.UNKNOWN_REFERENCES:
        return references(rule, product, products, asked)
    return None


def _counted(rule: Rule, types: Callable[[str], str], found: _Found, moment: _Moment) -> Measured:
    probe = probe_of(rule, types)
    if probe is None:
        return Measured(value=moment.age, reason="Nobody can tell when this data changed.")
    value = found.counts.get(probe)
    if rule.metric is Metric.AGE:
        reason = found.reasons.get(probe) or "No value says how old the data is."
        return Measured(value=None if value is None else max(0.0, moment.now - value), reason=reason)
    return Measured(value=value, rows=found.rows, reason=found.reasons.get(probe, ""))


def _number(rows: Sequence[Mapping[str, Any]], reason: str) -> Measured:
    if reason:
        return Measured(reason=reason)
    values = list(rows[0].values()) if len(rows) == 1 else []
    try:
        (value,) = values
        return Measured(value=float(value))
    except (TypeError, ValueError):
        return Measured(reason="The question gives something else than one number.")


def _not_here(rule: Rule) -> Verdict:
    told = judge(rule, Measured(reason="It asks the mesh, and this data is not in it."))
    return msgspec.structs.replace(told, severity=Severity.NOTICE)


def _floors(product: Product, contract: Contract | None, found: _Found, age: float | None) -> Iterator[Verdict]:
    """Yield the verdicts on the promised floors: those of the product, or the higher ones of a contract."""
    metrics = metrics_of(product, found.counts)
    late = None if age is None else timeliness(product.sla.freshness, age)
    floor, terms = product.quality, QualityFloor()
    if contract is not None:
        terms = QualityFloor(
            completeness=contract.min_completeness, accuracy=contract.min_accuracy, timeliness=contract.min_timeliness
        )
    for name, measured, dimension in (
        ("completeness", metrics.completeness, Dimension.COMPLETENESS),
        ("accuracy", metrics.accuracy, Dimension.ACCURACY),
        ("timeliness", late, Dimension.TIMELINESS),
    ):
        promised = [item for item in (getattr(floor, name), getattr(terms, name)) if item is not None]
        if promised:
            value = None if found.rows is None and name != "timeliness" else measured
            found_floor = _floor(name, value, max(promised), dimension, contract.where if contract is not None else product.where)
            # Of a table in memory nobody can tell its age, which is no fault of it.
            nobody = name == "timeliness" and age is None
            yield msgspec.structs.replace(found_floor, severity=Severity.NOTICE) if nobody else found_floor


def _floor(name: str, measured: float | None, floor: float, dimension: Dimension, where: str) -> Verdict:
    bound = bound_text(Operator.MUST_BE_GREATER_OR_EQUAL_TO, (floor,), Unit.PERCENT)
    passed = measured is not None and holds(Operator.MUST_BE_GREATER_OR_EQUAL_TO, measured, (floor,))
    told = "could not be measured" if measured is None else f"is {measured:.4g} %"
    return Verdict(
        name=f"{name} {bound}",
        check=name,
        outcome=Outcome.PASSED if passed else Outcome.FAILED if measured is not None else Outcome.UNCHECKED,
        # The gate refuses nobody for the timeliness that a product promises: it is told.
        severity=Severity.WARNING if name == "timeliness" else Severity.ERROR,
        dimension=dimension,
        measured=measured,
        bound=bound,
        sentence=f"The {name} {told}; promised is {bound}.",
        where=where,
    )


def _unreadable(product: Product, error: FreeholdError) -> Verdict:
    return Verdict(
        name="data can be read",
        check="columns",
        outcome=Outcome.FAILED,
        dimension=Dimension.CONFORMITY,
        sentence=f"{_said(error)}.",
        where=product.where,
    )


def _said(error: FreeholdError) -> str:
    position = error.facts.get("position")
    at = f" (line {position['line']}, column {position['column']})" if isinstance(position, dict) and "line" in position else ""
    return f"{error.detail}{at}"
