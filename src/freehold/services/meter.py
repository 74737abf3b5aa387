"""Ask the gate what quality needs to know of a product, in the name of the domain that owns it (law 1): each question is a leaf."""

from __future__ import annotations

from typing import Any

from freehold.model.mesh import Mesh
from freehold.model.party import Principal, RoleAccess
from freehold.model.product import Product
from freehold.model.query import Question
from freehold.services.gate import Gate

PATH = "quality"
SUBJECT = "quality-meter"
_ENOUGH = 2
"""Rows of an answer that are looked at: one is wanted, and a second says that there are more."""


def meter(mesh: Mesh, product: Product, subject: str = SUBJECT) -> Principal:
    """Return who looks at a product for its node: a member of its own domain, with every role that may read, in its home region."""
    domain = mesh.domains[product.domain_key]
    readers = frozenset(role for role, access in domain.roles.items() if access is RoleAccess.READ)
    return Principal(subject=subject, issuer="urn:freehold:node", domain=domain.key, region=product.home, roles=readers)


def measure(gate: Gate, mesh: Mesh, product: Product, sql: str, purpose: str | None = None) -> tuple[int, list[dict[str, Any]]]:
    """Return the leaf of a question and the first rows of its answer, asked as the meter of `product`.

    Raises:
        FreeholdError: The gate refused it, with its leaf in `facts`; or it could not be run or recorded.
    """
    question = Question(principal=meter(mesh, product), sql=sql, purpose=purpose, path=PATH)
    leaf, answer = gate.ask(question).release()
    rows: list[dict[str, Any]] = []
    try:
        for batch in answer.batches():
            rows += batch.slice(0, _ENOUGH - len(rows)).to_pylist()
            if len(rows) >= _ENOUGH:
                break
    finally:
        answer.cancel()
        answer.close()
    return leaf, rows
