"""Which columns a caller's view shows, and in which form; a column that is not shown does not exist for them."""

from __future__ import annotations

import msgspec

from freehold.model.contract import Contract
from freehold.model.label import NONE, READ, Mask, MaskKind, Right, RightKind
from freehold.model.place import JoinKeys
from freehold.model.policy import Decision, Form, ShownColumn
from freehold.model.product import Column
from freehold.policy.basis import approvers, contract_of
from freehold.policy.situation import Situation

PROTECTED_HANDLING = frozenset({"Encrypted-CMK", "Masked"})
_IN_THE_CLEAR = frozenset({RightKind.READ})
_COMPARED = frozenset({RightKind.READ, RightKind.JOIN})
KEYED = Right(kind=RightKind.MASKED, mask=Mask(kind=MaskKind.HASH))
"""The right to a column of which one side of a join is given keyed digests: it stands for nothing, and is compared elsewhere."""


def step(situation: Situation, decision: Decision) -> Decision:
    """Fill in the columns shown and the ones withheld with a reason."""
    product = situation.product
    contract = contract_of(situation, decision)
    shown: list[ShownColumn] = []
    keyed: list[str] = []
    withheld = dict.fromkeys(contract.excluded_fields if contract else (), "excluded")
    for column in product.columns:
        right = _right(column, contract, decision)
        reason = _apart(column, right, situation, decision) or _withholding(column, right, situation, decision)
        if reason is None and right.kind in _COMPARED and column.name.lower() in (situation.joining or ()):
            keyed.append(column.name)
            right = KEYED
        if right.kind is not RightKind.NONE and reason is None:
            shown.append(ShownColumn(name=column.name, type=column.type, right=right))
        elif reason is not None and column.name not in withheld:
            withheld[column.name] = reason
    if keyed and _entry(situation) != product.home:
        label = f"{', '.join(keyed)} compared in {_entry(situation)}, as keyed digests"
        decision = msgspec.structs.replace(decision, policies=(*decision.policies, label))
    return msgspec.structs.replace(
        decision,
        columns=tuple(shown),
        keyed=tuple(keyed),
        withheld=withheld,
        whole=_is_whole(decision, shown, len(product.columns)),
    )


def _right(column: Column, contract: Contract | None, decision: Decision) -> Right:
    if decision.owner_access:
        return READ
    return contract.right_of(column.name) if contract else NONE


def _apart(column: Column, right: Right, situation: Situation, decision: Decision) -> str | None:
    """Return why a join key may not be compared where the question is put together, or None: one place knows all of its joins."""
    if right.kind is not RightKind.JOIN:
        return None
    home = situation.product.home
    place, agreed = _entry(situation) if situation.joining is not None else home, decision.join_region or home
    if place != agreed:
        return f"joins by it are made in `{agreed}` alone, so ask the node there"
    if place == home or decision.crossing is None or _may_cross(column, situation):
        return None
    return "no transfer rule lets it cross a border as a join key"


def _entry(situation: Situation) -> str:
    """Return the region where a question is put together of parts."""
    return situation.via.region if situation.via is not None else situation.node_region


def _may_cross(column: Column, situation: Situation) -> bool:
    """Return whether rules let a join key cross, and with it the pseudonyms of the product's entities."""
    mesh, order, product = situation.mesh, list(JoinKeys), situation.product
    entity = product.column(product.entity_key) if product.entity_key is not None else None
    origin = mesh.jurisdiction(product.home) or ""
    ends = {mesh.jurisdiction(situation.principal.region) or "", mesh.jurisdiction(_entry(situation)) or ""}
    least = JoinKeys.PERSONAL if column.personal or (entity is not None and entity.personal) else JoinKeys.KEYED
    return all(order.index(mesh.join_keys(origin, end)) >= order.index(least) for end in ends)


def _withholding(column: Column, right: Right, situation: Situation, decision: Decision) -> str | None:
    """Return why a wider policy keeps back a column that was given, or None."""
    if right.kind is RightKind.NONE or not column.personal:
        return None
    if column.awaiting and not decision.owner_access:
        return _awaited(column, situation)
    if right.kind is RightKind.JOIN and situation.joining is not None and _entry(situation) != situation.product.home:
        return None  # `_apart` has judged it
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
