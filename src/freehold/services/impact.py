"""What a change would make of one question: decided, and its rows counted, under what is in force and under the manifests.

Law 9: whoever changes a manifest reads beforehand what becomes of a question, why, and which approval would still be missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec

from freehold.compiler import Reference, parse
from freehold.digest import digest
from freehold.errors import ContractPending, FreeholdError
from freehold.model.mesh import Applied, Mesh
from freehold.model.policy import Effect
from freehold.model.query import Question
from freehold.services.audience import Sight, sight_of
from freehold.services.exposure import ColumnDifference, Direction, compare, least_group, rows_sign
from freehold.services.force import Force
from freehold.services.publish import contract_versions
from freehold.services.rehearsal import PATH, Rehearsal, as_approved
from freehold.services.rows import Counted, Rows, few, moved


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """A question as one mesh decides it, as if its contracts were approved; `pending` says which approval it still waits for."""

    explanation: dict[str, Any]
    pending: str | None = None
    rows: int | None = None

    @property
    def permits(self) -> bool:
        """Whether the question would be answered."""
        return self.explanation["effect"] == Effect.PERMIT.value


class ProductImpact(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller may have differently of one product that the question reads, all its columns and terms."""

    product: str
    direction: Direction
    columns: tuple[ColumnDifference, ...] = ()
    notes: tuple[str, ...] = ()


class Impact(msgspec.Struct, frozen=True, kw_only=True):
    """A question before and after a change; `before` is None where nothing is in force, `rows` are those of its answer."""

    before: dict[str, Any] | None
    after: dict[str, Any]
    products: tuple[ProductImpact, ...]
    rows: Rows


def impact(question: Question, rehearsal: Rehearsal, before: Force | None, after: Force, today: str) -> Impact:
    """Return what becomes of a question where `after` comes into force instead of `before`; `today` is an ISO date in UTC.

    Raises:
        FreeholdError: It could not be decided or recorded.
    """
    asked = msgspec.structs.replace(question, path=PATH)
    old = _side(asked, rehearsal, before) if before is not None else None
    new = _side(asked, rehearsal, after)
    pairs = {key: _sights(asked, key, before, after, today) for key in _read(asked, before, after)}
    products = tuple(_of_product(key, *pair) for key, pair in pairs.items())
    return Impact(
        before=_said(old) if old is not None else None,
        after=_said(new),
        products=tuple(item for item in products if item.columns or item.notes),
        rows=_rows(old, new, least_group(*(side for pair in pairs.values() for side in pair))),
    )


def supposed(mesh: Mesh, current: Force | None) -> Force:
    """Return what would be in force after an apply of `mesh`: the approvals that there are hold as far as they do."""
    version = current.applied.version if current else 0
    versions = contract_versions(current.applied if current else None, mesh)
    applied = Applied(version=version + 1, digest=digest(mesh), mesh=mesh, applied_at="", contract_versions=versions)
    if current is None:
        return Force(stamp=0, applied=applied, approvals=())
    return replace(current, stamp=0, applied=applied)


def _side(question: Question, rehearsal: Rehearsal, force: Force) -> Side:
    region = _region(question, force.mesh)
    found, pending = rehearsal.explain(force, question, region), None
    if found.get("code") == ContractPending.code:
        pending = str(found["detail"])
        force = replace(force, stamp=0, approvals=as_approved(force.mesh).approvals)
        found = rehearsal.explain(force, question, region)
    side = Side(explanation=found, pending=pending)
    return msgspec.structs.replace(side, rows=rehearsal.rows(force, question, region)) if side.permits else side


def _said(side: Side) -> dict[str, Any]:
    return {**side.explanation, "pending": side.pending}


def _rows(old: Side | None, new: Side, least: int) -> Rows:
    before, after = old is not None and old.permits, new.permits
    if old is not None and before and after and old.rows != new.rows:
        return moved(Counted(before=old.rows, after=new.rows), least)
    return Rows(before=few(old.rows, least) if old is not None and before else None, after=few(new.rows, least) if after else None)


def _of_product(key: str, old: Sight, new: Sight) -> ProductImpact:
    found = compare(old, new)
    return ProductImpact(product=key, direction=found.direction(rows_sign(old, new)), columns=found.columns, notes=found.notes)


def _sights(question: Question, key: str, before: Force | None, after: Force, today: str) -> tuple[Sight, Sight]:
    old, new = (
        sight_of(mesh, mesh.products.get(key) if mesh else None, question.principal, question.purpose, today)
        for mesh in (before.mesh if before else None, after.mesh)
    )
    return old, new


def _read(question: Question, *forces: Force | None) -> tuple[str, ...]:
    """Return the keys of the products that a question names, in either mesh."""
    found = (key for force in forces if force is not None for key in _products(question, force.mesh))
    return tuple(dict.fromkeys(found))


def _region(question: Question, mesh: Mesh) -> str:
    """Return the home of what the question reads first: the node to ask."""
    homes = [mesh.products[key].home for key in _products(question, mesh)]
    return next((home for home in homes if home), next((node.region for node in mesh.nodes.values()), ""))


def _products(question: Question, mesh: Mesh) -> Iterator[str]:
    try:
        references = parse(question.sql).references
    except FreeholdError:
        return
    for reference in references:
        yield from _keys(reference, question.principal.domain, mesh)


def _keys(reference: Reference, mine: str | None, mesh: Mesh) -> list[str]:
    """Return what a name may mean, as `services.prepare` reads names."""
    if reference.domain is None and f"{mine}.{reference.name}" in mesh.products:
        return [f"{mine}.{reference.name}"]
    named = f"{reference.domain or ''}.{reference.name}"
    return [key for key in mesh.products if key == named or (reference.domain is None and key.endswith(named))]
