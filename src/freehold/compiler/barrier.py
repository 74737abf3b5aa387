"""What the engine session may hold for one relation: masks above, row filters below, nothing else (law 2, the second wall)."""

from __future__ import annotations

from freehold.compiler.mask import masked, record, row, row_record
from freehold.compiler.predicate import predicate
from freehold.compiler.view import ENTITY, RECORD, ROW, ROW_RECORD, View
from freehold.digest import digest
from freehold.model.label import RightKind
from freehold.model.policy import ShownColumn
from freehold.model.query import Barrier
from freehold.names import quote


def barrier_of(relation: str, view: View) -> tuple[Barrier, str]:
    """Return the barrier of `view` under the session name `relation`, and its digest; made once for each view.

    Raises:
        BadRequest, QueryRefused: A row filter of the manifest does not compile; nothing may be served then.
    """
    held = view.barriers.get(relation)
    if held is None:
        made = _make(relation, view)
        held = view.barriers[relation] = (made, digest(made))
    return held


def _make(relation: str, view: View) -> Barrier:
    outputs = [f"{_expression(column, view)} AS {quote(column.name.lower())}" for column in view.shown.values()]
    if view.guarded and view.decision.entity_key is not None:
        outputs.append(f"{quote(view.decision.entity_key)} AS {quote(ENTITY)}")
        told = [column.name for column in view.shown.values() if column.right.kind is not RightKind.AGGREGATE]
        rows = (view.decision.entity_key, *told)
        if view.perturbed:
            outputs.append(f"{record(view.decision.entity_key, view.record_key)} AS {quote(RECORD)}")
            outputs.append(f"{row_record(rows, view.record_key)} AS {quote(ROW_RECORD)}")
        else:
            outputs.append(f"{row(rows, view.record_key)} AS {quote(ROW)}")
    return Barrier(
        relation=relation,
        product=view.product,
        source=view.source,
        outputs=tuple(outputs) or ("1 AS __nothing",),
        predicates=tuple(predicate(text, view.raw_types) for text in view.decision.row_filters),
        guarded=view.guarded,
    )


def _expression(column: ShownColumn, view: View) -> str:
    if column.right.mask is not None:
        return masked(column.name, column.right.mask, view.mask_key)
    return quote(column.name)
