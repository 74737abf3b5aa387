"""Say what the gate would do with a question and why, in words and names that the caller may see (law 9)."""

from __future__ import annotations

from typing import Any

from freehold.errors import FreeholdError
from freehold.model.policy import Decision
from freehold.services.prepare import Prepared


def explanation(region: str, *, prepared: Prepared | None = None, error: FreeholdError | None = None) -> dict[str, Any]:
    """Return the explanation of a permitted (`prepared`) or refused (`error`) question, ready for JSON."""
    if error is not None:
        return {
            "effect": "forbid",
            "code": error.code,
            "title": error.title,
            "detail": error.detail,
            "remedy": error.remedy,
            "region": region,
            **error.facts,
        }
    assert prepared is not None  # noqa: S101  (one of the two is given)
    return {
        "effect": "permit",
        "form": prepared.plan.form.value,
        "region": region,
        "sql": prepared.plan.sql,
        "parameters": list(prepared.plan.parameters),
        "products": [_product(key, decision, prepared) for key, decision in prepared.decisions.items()],
    }


def _product(key: str, decision: Decision, prepared: Prepared) -> dict[str, Any]:
    used = set(prepared.plan.fields.get(key, ()))
    return {
        "product": key,
        "contract": decision.contract,
        "purpose": decision.purpose,
        "form": decision.form.value,
        "columns": [
            {"name": column.name, "type": column.type, "right": str(column.right)}
            for column in decision.columns
            if column.name in used
        ],
        "minGroup": decision.min_group if prepared.plan.form.value == "aggregate" else None,
        "maxShare": decision.max_share if prepared.plan.form.value == "aggregate" else None,
        "disclosure": decision.disclosure.value if prepared.plan.form.value == "aggregate" else None,
        "rowFiltered": bool(decision.row_filters),
        "crossing": decision.crossing,
        "policies": list(decision.policies),
    }
