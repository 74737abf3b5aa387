"""Say what the gate would do with a question and why, in words and names that the caller may see (law 9)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from freehold.errors import FreeholdError
from freehold.model.policy import Decision, Form
from freehold.services.prepare import Prepared


def explanation(region: str, *, prepared: Prepared | None = None, error: FreeholdError | None = None) -> dict[str, Any]:
    """Return the explanation of a permitted (`prepared`) or refused (`error`) question, ready for JSON."""
    if error is not None:
        return refusal(region, error)
    assert prepared is not None  # noqa: S101  (one of the two is given)
    return {
        "effect": "permit",
        "form": prepared.plan.form.value,
        "region": region,
        "sql": prepared.plan.sql,
        "parameters": list(prepared.plan.parameters),
        "products": [
            product(decision, prepared.plan.fields.get(key, ()), prepared.plan.form) for key, decision in prepared.decisions.items()
        ],
    }


def refusal(region: str, error: FreeholdError) -> dict[str, Any]:
    """Return the explanation of a refused question, ready for JSON."""
    return {
        "effect": "forbid",
        "code": error.code,
        "title": error.title,
        "detail": error.detail,
        "remedy": error.remedy,
        "region": region,
        **error.facts,
    }


def product(decision: Decision, used: Collection[str], form: Form) -> dict[str, Any]:
    """Return what a plan of that form uses of one product (the columns `used`), and under what."""
    return {
        "product": decision.product,
        "contract": decision.contract,
        "purpose": decision.purpose,
        "form": decision.form.value,
        "columns": [
            {"name": column.name, "type": column.type, "right": str(column.right)}
            for column in decision.columns
            if column.name in used
        ],
        "minGroup": decision.min_group if form is Form.AGGREGATE else None,
        "maxShare": decision.max_share if form is Form.AGGREGATE else None,
        "disclosure": decision.disclosure.value if form is Form.AGGREGATE else None,
        "rowFiltered": bool(decision.row_filters),
        "crossing": decision.crossing,
        "policies": list(decision.policies),
    }
