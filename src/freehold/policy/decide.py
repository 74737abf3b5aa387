"""Decide what one caller may have of one product, or say why nothing.

Each step can take away and none can add back (law 6); an error inside a step denies. The steps run in the order of `STEPS`.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from freehold.errors import (
    AuthenticationUnsuitable,
    NodeElsewhere,
    PolicyFailed,
    ProductUnknown,
    QueryRefused,
    ResidencyRefused,
    ScopeMissing,
)
from freehold.model.peer import Carrier
from freehold.model.place import Travel
from freehold.model.policy import DEFAULT_GROUP, DEFAULT_SHARE, FLOOR_GROUP, Decision, Effect, Form
from freehold.policy import basis, columns
from freehold.policy.situation import Situation

Step = Callable[[Situation, Decision], Decision]


def decide(situation: Situation) -> Decision:
    """Return the decision; a forbid is a value too, with its code and what would make the request pass."""
    decision = Decision(effect=Effect.PERMIT, product=situation.product.key, purpose=situation.purpose)
    try:
        for step in STEPS:
            decision = step(situation, decision)
    except (QueryRefused, ProductUnknown) as refusal:
        return _forbid(decision, refusal)
    except Exception:  # noqa: BLE001  (deny on error: whatever went wrong inside a policy, the answer is no)
        return _forbid(decision, PolicyFailed(remedy="ask the mesh stewards to look at the policies of this product"))
    return decision


def _forbid(decision: Decision, refusal: QueryRefused | ProductUnknown) -> Decision:
    return Decision(
        effect=Effect.FORBID,
        product=decision.product,
        purpose=decision.purpose,
        contract=decision.contract,
        contract_name=decision.contract_name,
        contract_version=decision.contract_version,
        policies=decision.policies,
        code=refusal.code,
        detail=refusal.detail,
        remedy=refusal.remedy,
        facts=refusal.facts,
    )


def _member(situation: Situation, decision: Decision) -> Decision:
    """Only domains of the mesh see that a product exists."""
    if situation.principal.domain not in situation.mesh.domains:
        raise ProductUnknown(f"no product `{situation.product.key}` is visible to you", product=situation.product.key)
    return decision


def _place(situation: Situation, decision: Decision) -> Decision:
    """The home decides (law 4): the caller's region must be known and this node must be the product's home."""
    region, product = situation.principal.region, situation.product
    if situation.mesh.jurisdiction(region) is None:
        detail = (
            f"your token names the region `{region}`, which this mesh does not know" if region else "your token names no region"
        )
        raise ResidencyRefused(detail, remedy="ask your identity provider for a token with a `region` claim that the mesh knows")
    if product.home != situation.node_region:
        raise NodeElsewhere(
            f"`{product.key}` is at home in `{product.home}`, and this node serves `{situation.node_region}`",
            remedy="ask the node of that region" if product.home else "no node of the mesh serves this product's regions yet",
            product=product.key,
            home=product.home,
            url=next((node.url for node in situation.mesh.nodes.values() if node.region == product.home), None),
        )
    return decision


def _authentication(situation: Situation, decision: Decision) -> Decision:
    """The interface may ask for one kind of sign-in."""
    port = situation.product.interface(situation.interface)
    wanted = port.authentication if port else None
    if decision.owner_access or wanted is None or wanted in situation.principal.authentications:
        return decision
    raise AuthenticationUnsuitable(
        f"the {port.kind.value if port else ''} interface of `{situation.product.key}` wants {wanted}",
        remedy=f"sign in with an issuer that provides {wanted}",
        product=situation.product.key,
    )


def _scopes(situation: Situation, decision: Decision) -> Decision:
    """`x.read` gives rows, `x.aggregate` aggregates, any other scope must be there; owners act by role instead."""
    asked, held = situation.product.scopes, situation.principal.scopes
    if decision.owner_access or not asked:
        return decision
    forms = [scope for scope in asked if scope.endswith((".read", ".aggregate"))]
    missing = [scope for scope in asked if scope not in forms and scope not in held]
    if missing or (forms and not held.intersection(forms)):
        wanted = missing or forms
        raise ScopeMissing(
            f"`{situation.product.key}` asks for the scope {' or '.join(f'`{item}`' for item in wanted)}",
            remedy=f"ask your identity provider for a token with that scope; a development node takes `--scope {wanted[0]}`",
            product=situation.product.key,
            scopes=list(wanted),
        )
    if forms and not any(scope.endswith(".read") for scope in held.intersection(forms)):
        return msgspec.structs.replace(decision, form=Form.AGGREGATE, policies=(*decision.policies, "scope aggregate"))
    return decision


def _border(situation: Situation, decision: Decision) -> Decision:
    """Only aggregates cross a border, unless a rule for that pair of jurisdictions says more or less (law 5)."""
    mesh, product, via = situation.mesh, situation.product, situation.via
    origin = mesh.jurisdiction(product.home)
    destination = mesh.jurisdiction(situation.principal.region)
    if origin is None or destination is None:
        raise ResidencyRefused(f"the jurisdiction of `{product.key}` is not known", product=product.key)
    decision = _cross(situation, decision, origin, destination)
    carried = mesh.jurisdiction(via.region) if via is not None else destination
    if carried is None:
        raise ResidencyRefused("the region of the node that carries your question is not known", product=product.key)
    return decision if carried == destination else _cross(situation, decision, origin, carried, via)


def _cross(situation: Situation, decision: Decision, origin: str, destination: str, via: Carrier | None = None) -> Decision:
    """Narrow a decision to what may go to one destination: the caller's, or that of the node which carries the answer."""
    if origin == destination:
        return decision
    product, rule = situation.product, situation.mesh.transfer(origin, destination)
    through = f" through the node `{via.node}`" if via is not None else ""
    if rule.allow is Travel.NOTHING:
        inside = f"ask the node of `{product.home}` itself" if via is not None else f"ask from a region inside {origin}"
        raise ResidencyRefused(
            f"nothing of `{product.key}` may go from {origin} to {destination}{through} ({rule.where})",
            remedy=f"{inside}, or ask the mesh stewards about `transfers`",
            product=product.key,
        )
    form = decision.form if rule.allow is Travel.ROWS else Form.AGGREGATE
    label = f"{origin} → {destination}{through}: {rule.allow.value} ({rule.where})"
    crossing = f"{decision.crossing}; {label}" if decision.crossing else label
    return msgspec.structs.replace(decision, form=form, crossing=crossing, policies=(*decision.policies, label))


def _group(situation: Situation, decision: Decision) -> Decision:
    """The least group in entities (the product's own or 10, raised by the contract, never under 5), and more."""
    product = situation.product
    contract = basis.contract_of(situation, decision)
    asked = max(product.min_group_size or DEFAULT_GROUP, (contract.min_group_size or 0) if contract else 0)
    shares = (product.max_share or DEFAULT_SHARE, contract.max_share if contract else None)
    return msgspec.structs.replace(
        decision,
        min_group=max(asked, FLOOR_GROUP),
        max_share=min(share for share in shares if share is not None),
        disclosure=contract.disclosure if contract else decision.disclosure,
        entity_key=product.entity_key,
    )


STEPS: tuple[Step, ...] = (
    _member,
    _place,
    basis.step,
    _authentication,
    _scopes,
    _border,
    _group,
    columns.step,
)
"""The steps of a decision, in order; each may narrow the decision or forbid."""
