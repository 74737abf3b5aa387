"""Which columns a caller's view shows, and in which form; a column that is not shown does not exist for them."""

from __future__ import annotations

import msgspec

from freehold.model.contract import Contract
from freehold.model.label import NONE, READ, Right, RightKind
from freehold.model.policy import Decision, Form, ShownColumn
from freehold.model.product import Column
from freehold.policy.basis import approvers, contract_of
from freehold.policy.situation import Situation

PROTECTED_HANDLING = frozenset({"Encrypted-CMK", "Masked"})
_IN_THE_CLEAR = frozenset({RightKind.READ})


def step(situation: Situation, decision: Decision) -> Decision:
    """Fill in the columns shown and the ones withheld with a reason."""
    product = situation.product
    contract = contract_of(situation, decision)
    shown: list[ShownColumn] = []
    withheld = dict.fromkeys(contract.excluded_fields if contract else (), "excluded")
    for column in product.columns:
        right = _right(column, contract, decision)
        reason = _withholding(column, right, situation, decision)
        if right.kind is not RightKind.NONE and reason is None:
            shown.append(ShownColumn(name=column.name, type=column.type, right=right))
        elif reason is not None and column.name not in withheld:
            withheld[column.name] = reason
    return msgspec.structs.replace(
        decision, columns=tuple(shown), withheld=withheld, whole=_is_whole(decision, shown, len(product.columns))
    )


def _right(column: Column, contract: Contract | None, decision: Decision) -> Right:
    if decision.owner_access:
        return READ
    return contract.right_of(column.name) if contract else NONE


def _withholding(column: Column, right: Right, situation: Situation, decision: Decision) -> str | None:
    """Return why a wider policy keeps back a column that was given, or None."""
    if right.kind is RightKind.NONE or not column.personal:
        return None
    if column.awaiting and not decision.owner_access:
        return _awaited(column, situation)
    if decision.crossing is not None:
        return f"it is personal data ({', '.join(column.classifications + column.awaiting)}) and never crosses a border"
    handling = situation.product.residency.pii_handling
    if not decision.owner_access and handling in PROTECTED_HANDLING and right.kind in _IN_THE_CLEAR:
        label = ", ".join(column.classifications)
        return f"it is personal data ({label}) and `piiHandling: {handling}` lets it leave in the clear under no contract"
    return None


def _awaited(column: Column, situation: Situation) -> str:
    product = situation.product
    who = (
        " or ".join(approvers(situation.mesh, product))
        or f"an approver, once governance names one: ask {product.owner or 'its owner'}"
    )
    command = f"freehold classify accept {product.key} {column.name}"
    return f"its values look like high-risk personal data and nobody has reviewed that yet: {who} can, with `{command}` or `reject`"


def _is_whole(decision: Decision, shown: list[ShownColumn], total: int) -> bool:
    return (
        decision.form is Form.ROWS
        and not decision.row_filters
        and len(shown) == total
        and all(column.right.kind is RightKind.READ for column in shown)
    )
