"""On what ground a caller has anything at all: a role in the owning domain, or one contract chosen by purpose."""

from __future__ import annotations

import msgspec

from freehold.errors import ContractExpired, ContractMissing, ContractPending, PurposeMissing, RoleMissing
from freehold.model.contract import Contract
from freehold.model.mesh import Mesh
from freehold.model.party import RoleAccess
from freehold.model.policy import Decision, Form
from freehold.model.product import Product
from freehold.names import domain_key, purpose_key
from freehold.policy.situation import Situation


def step(situation: Situation, decision: Decision) -> Decision:
    """Find the ground of access, or forbid."""
    if situation.principal.domain == situation.product.domain_key:
        return _by_role(situation, decision)
    return _by_contract(situation, decision)


def contract_of(situation: Situation, decision: Decision) -> Contract | None:
    """Return the contract that a decision rests on, or None where it rests on a role."""
    return _chosen(situation) if decision.contract else None


def approvers(mesh: Mesh, product: Product) -> tuple[str, ...]:
    """Return who may approve contracts of a product, with the word `domain` resolved to the owning domain."""
    named = [entry for policy in mesh.governances(product.domain_key) for entry in policy.approvers]
    return tuple(dict.fromkeys(_resolved(entry, product.domain_key) for entry in named))


def said_approvers(mesh: Mesh, product: Product) -> str:
    """Return who may approve, for people to read, or nothing where nobody is named.

    A role of a domain looks like an address: whoever names themselves so, without the role, would be told to ask themselves.
    """
    return ", ".join(_said(mesh, entry) for entry in approvers(mesh, product))


def _said(mesh: Mesh, approver: str) -> str:
    role, _, at = approver.partition("@")
    domain = mesh.domains.get(domain_key(at))
    return approver if domain is None else f"{approver} (the role `{role}` in {domain.name})"


def needs_approval(mesh: Mesh, product: Product) -> bool:
    """Return whether any policy that binds the product's domain requires approval."""
    return any(policy.require_approval for policy in mesh.governances(product.domain_key))


def _resolved(approver: str, owning: str) -> str:
    role, _, at = approver.partition("@")
    return f"{role}@{owning}" if at == "domain" else approver


def _by_role(situation: Situation, decision: Decision) -> Decision:
    domain = situation.mesh.domains[situation.product.domain_key]
    given = {domain.roles[role] for role in situation.principal.roles if role in domain.roles}
    if not given:
        raise RoleMissing(
            f"none of your roles gives access to `{situation.product.key}`",
            remedy=f"ask {domain.owner or 'the domain team'} for one of the roles {', '.join(sorted(domain.roles))}",
            product=situation.product.key,
        )
    form = Form.ROWS if RoleAccess.READ in given else Form.AGGREGATE
    return msgspec.structs.replace(decision, owner_access=True, form=form, policies=(f"role in {domain.key}",))


def _by_contract(situation: Situation, decision: Decision) -> Decision:
    contract = _chosen(situation)
    product = situation.product
    reference = f"{product.key}/{contract.slug}@{situation.versions.get(contract.slug, 1)}"
    decision = msgspec.structs.replace(
        decision,
        contract=reference,
        contract_name=contract.name or contract.purpose,
        contract_version=situation.versions.get(contract.slug, 1),
        purpose=contract.purpose,
        approver=next(iter(approvers(situation.mesh, product)), None),
        policies=(contract.where or reference,),
        join_region=contract.join_region if contract.join_region != product.home else None,
        row_filters=tuple(text for text in (product.row_filter, contract.row_filter) if text),
        min_completeness=_floor(product.quality.completeness, contract.min_completeness),
        min_accuracy=_floor(product.quality.accuracy, contract.min_accuracy),
        min_timeliness=contract.min_timeliness,
        below_floor=contract.below_floor,
    )
    _check_term(situation, contract, reference)
    return decision


def _chosen(situation: Situation) -> Contract:
    product, stated = situation.product, situation.purpose
    mine = [item for item in product.contracts if item.consumer_key == situation.principal.domain]
    names = sorted({item.purpose for item in mine})
    if not mine:
        raise ContractMissing(
            f"your domain `{situation.principal.domain}` has no contract with `{product.key}`",
            remedy=f"ask {product.owner or 'the owning domain'} for a contract that names your domain and your purpose",
            product=product.key,
        )
    if stated is None:
        if len(names) > 1:
            raise PurposeMissing(
                f"your domain uses `{product.key}` for several purposes", remedy=_state(names), product=product.key, purposes=names
            )
        return mine[0]
    matching = [item for item in mine if purpose_key(item.purpose) == purpose_key(stated)]
    if not matching:
        raise ContractMissing(
            f"no contract of your domain with `{product.key}` is for the purpose you stated",
            remedy=_state(names),
            product=product.key,
            purposes=names,
        )
    return matching[0]


def _state(purposes: list[str]) -> str:
    return "state one of these purposes: " + ", ".join(f'"{item}"' for item in purposes)


def _check_term(situation: Situation, contract: Contract, reference: str) -> None:
    product = situation.product
    if contract.valid_until is not None and contract.valid_until < situation.today:
        raise ContractExpired(
            f"the contract `{contract.purpose}` ended on {contract.valid_until}",
            remedy=f"ask {product.owner or 'the owning domain'} to renew it",
            product=product.key,
            contract=reference,
        )
    if needs_approval(situation.mesh, product) and contract.slug not in situation.approved:
        who = ", ".join(approvers(situation.mesh, product)) or "an approver"
        raise ContractPending(
            f"the contract `{contract.purpose}` has no effect until {who} approves it",
            remedy=f"{who} runs: freehold approve {product.key} {contract.slug}",
            product=product.key,
            contract=reference,
        )


def _floor(product: float | None, contract: float | None) -> float | None:
    floors = [value for value in (product, contract) if value is not None]
    return max(floors) if floors else None
