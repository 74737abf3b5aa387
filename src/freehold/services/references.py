"""Hold a column against one of another product: count the values that are not there (law 1: by the gate, like any other question).

Where the two are at home in different regions, values are compared where a caller of the running node may have them compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from freehold.errors import FreeholdError
from freehold.model.product import Product
from freehold.model.rule import Metric, Rule
from freehold.model.verdict import Report, Verdict
from freehold.quality.statements import relation_of, unknown
from freehold.quality.verdict import Measured, judge

Rows = Sequence[Mapping[str, Any]]
Asked = Callable[[str, str | None], tuple[Rows, str]]
"""Gives the first rows of the answer to a question for a purpose, or none and why."""


def references(rule: Rule, product: Product, products: Mapping[str, Product], asked: Asked) -> Measured:
    """Return how many values of a rule's column the column that it names does not have; of one that is at home elsewhere, none."""
    other = _other(rule, products)
    return _unasked(product, other) or _counted(rule, product, other, asked)


def across(report: Report, products: Mapping[str, Product], query: Callable[[str, str | None], Rows]) -> Report:
    """Return a report in which references to products at home elsewhere are held against what `query` gives to a caller.

    `query` asks a running node for a purpose, and raises what it refuses. A caller who does not see all rows cannot say that
    all of them keep a rule: for them it stays unchecked.
    """
    product = products[report.product]
    rules = {rule.name: rule for rule in product.rules if _is_apart(rule, product, products)}
    if not rules:
        return report

    def asked(sql: str, purpose: str | None) -> tuple[Rows, str]:
        try:
            return query(sql, purpose), ""
        except FreeholdError as error:
            return (), f"The gate refused it: {error.detail}."

    def held(verdict: Verdict) -> Verdict:
        rule = rules.get(verdict.name)
        other = _other(rule, products) if rule is not None else None
        unasked = _unasked(product, other)
        if rule is None or unasked is None or verdict != judge(rule, unasked):  # whatever else was found stands
            return verdict
        found = _counted(rule, product, other, asked)
        if found.value is not None and found.rows != report.rows:
            found = Measured(reason=f"Not checked: whoever asks sees {found.rows:,} rows, and there are {report.rows or 0:,}.")
        return judge(rule, found)

    return msgspec.structs.replace(report, verdicts=tuple(map(held, report.verdicts)))


def refers_elsewhere(product: Product, products: Mapping[str, Product]) -> bool:
    """Return whether a product has a rule that refers to one at home in another region."""
    return any(_is_apart(rule, product, products) for rule in product.rules)


def _counted(rule: Rule, product: Product, other: Product | None, asked: Asked) -> Measured:
    column = other.column(_named(rule)[1]) if other is not None else None
    if other is None or column is None:
        return Measured(reason=f"`{rule.references}` is no column of the mesh.")
    of = rule.columns[0]
    own = product.column(of)
    purpose = next((item.purpose for item in other.contracts if item.consumer_key == product.domain_key), None)
    sql = unknown(relation_of(product.key), of, own.type if own is not None else "", relation_of(other.key), column.name)
    rows, reason = asked(sql, purpose)
    if not rows:
        return Measured(reason=reason or "The gate gave no count: too few rows to be told of.")
    return Measured(value=float(rows[0]["p0"]), rows=int(rows[0]["p1"]))


def _is_apart(rule: Rule, product: Product, products: Mapping[str, Product]) -> bool:
    other = _other(rule, products) if rule.metric is Metric.UNKNOWN_REFERENCES else None
    return other is not None and other.home != product.home


def _other(rule: Rule, products: Mapping[str, Product]) -> Product | None:
    return products.get(_named(rule)[0].casefold())


def _named(rule: Rule) -> tuple[str, str]:
    key, _, name = (rule.references or "").rpartition(".")
    return key, name


def _unasked(product: Product, other: Product | None) -> Measured | None:
    """Return why nobody was asked whether values are in a product at home elsewhere; None of one at home together."""
    if other is None or other.home == product.home:
        return None
    homes = " and ".join(f"`{item.key}` is at home in `{item.home or 'no region'}`" for item in (product, other))
    let = "only a caller whom both let compare values can have them compared"
    return Measured(reason=f"Not checked: {homes}, and {let}. Name who asks the running node, with `--as` or `--token`.")
