"""What the engine session may hold for one relation: masks above, row filters below, nothing else (law 2, the second wall)."""

from __future__ import annotations

from freehold.compiler.mask import entity, join_key, masked, record, row, row_record
from freehold.compiler.predicate import predicate
from freehold.compiler.view import ENTITY, RECORD, ROW, ROW_RECORD, SENT_ENTITY, SENT_ROW, View
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
    columns = [column for name, column in view.shown.items() if name not in {SENT_ENTITY, SENT_ROW}]
    outputs = [f"{_expression(column, view)} AS {quote(column.name.lower())}" for column in columns]
    key = view.decision.entity_key
    if key is not None and (view.guarded or view.join_keys is not None):
        told = (key, *(column.name for column in columns if column.right.kind is not RightKind.AGGREGATE))
        numbered = row(told, view.record_key)
        if view.guarded:
            outputs.append(f"{quote(key)} AS {quote(ENTITY)}")
            outputs += _numbers(view, key, told) if view.perturbed else [f"{numbered} AS {quote(ROW)}"]
        if view.join_keys is not None:
            outputs += [f"{entity(key, view.entity_secret)} AS {quote(SENT_ENTITY)}", f"{numbered} AS {quote(SENT_ROW)}"]
    return Barrier(
        relation=relation,
        product=view.product,
        source=view.source,
        outputs=tuple(outputs) or ("1 AS __nothing",),
        predicates=tuple(predicate(text, view.raw_types) for text in view.decision.row_filters),
        guarded=view.guarded,
    )


def _numbers(view: View, key: str, told: tuple[str, ...]) -> list[str]:
    """Return the record keys by which noise is drawn: of an entity, and of a row."""
    return [
        f"{record(key, view.record_key)} AS {quote(RECORD)}",
        f"{row_record(told, view.record_key)} AS {quote(ROW_RECORD)}",
    ]


def _expression(column: ShownColumn, view: View) -> str:
    key = (view.join_keys or {}).get(column.name.lower())
    if key is not None:
        return join_key(column.name, view.raw_types.get(column.name, ""), key)
    if column.right.mask is not None:
        return masked(column.name, column.right.mask, view.mask_key)
    return quote(column.name)
