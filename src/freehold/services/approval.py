"""Approval of contracts: who may, what it covers, and the leaf it leaves behind.

Law 6: an approver must be named by every policy that names approvers. Law 7: the leaf is durable before the approval holds.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from typing import Any

import msgspec

from freehold.digest import digest
from freehold.errors import ApprovalRefused, ContractUnknown, PlanStale
from freehold.model.contract import Approval, BelowFloor, Contract, narrows
from freehold.model.event import EventKind
from freehold.model.label import Disclosure
from freehold.model.mesh import Mesh
from freehold.model.party import Principal
from freehold.model.peer import Carrier
from freehold.model.product import Product
from freehold.model.query import Question
from freehold.names import domain_key
from freehold.policy.basis import approvers, needs_approval, said_approvers
from freehold.ports.clock import Clock
from freehold.ports.registry import Registry
from freehold.services.force import Force, InForce, Standings
from freehold.services.listings import Listings
from freehold.services.record import Recorder

Subject = tuple[Product, Contract]


def terms(contract: Contract) -> dict[str, Any]:
    """Return a contract's terms as values for JSON, as its manifest writes them; what is not written is left out."""
    written: dict[str, Any] = {
        "fields": list(contract.fields),
        "excludedFields": list(contract.excluded_fields),
        "aggregateFields": list(contract.aggregate_fields),
        "quantileFields": list(contract.quantile_fields),
        "joinFields": list(contract.join_fields),
        "joinRegion": contract.join_region,
        "masks": {name: str(mask) for name, mask in contract.masks.items()},
        "rowFilter": contract.row_filter,
        "minGroupSize": contract.min_group_size,
        "maxShare": contract.max_share,
        "disclosure": contract.disclosure.value if contract.disclosure is not Disclosure.THRESHOLD else None,
        "validUntil": contract.valid_until,
        "minCompleteness": contract.min_completeness,
        "minAccuracy": contract.min_accuracy,
        "minTimeliness": contract.min_timeliness,
        "belowFloor": contract.below_floor.value if contract.below_floor is not BelowFloor.REFUSE else None,
    }
    return {name: value for name, value in written.items() if value not in (None, [], {})}


def state(force: Standings, product: Product, contract: Contract, today: str) -> str:
    """Return `ended`, `awaiting approval` or `in force`; `today` is an ISO date in UTC."""
    if contract.valid_until is not None and contract.valid_until < today:
        return "ended"
    if needs_approval(force.mesh, product) and not force.approved(product.key, contract):
        return "awaiting approval"
    return "in force"


def may_approve(mesh: Mesh, product: Product, principal: Principal) -> bool:
    """Return whether every policy that names approvers for this product's contracts names the principal, and one does."""
    lists = [policy.approvers for policy in mesh.governances(product.domain_key) if policy.approvers]
    return bool(lists) and all(any(_names(entry, product, principal) for entry in entries) for entries in lists)


def _names(entry: str, product: Product, principal: Principal) -> bool:
    role, _, at = entry.partition("@")
    domain = product.domain_key if at == "domain" else domain_key(at)
    return (role in principal.roles and bool(domain) and principal.domain == domain) or entry == principal.subject


def _asked(principal: Principal, via: Carrier | None) -> Question:
    return Question(principal=principal, path="approval", via=via)


class Approvals:
    """The approvals of one mesh, as one node gives and records them."""

    def __init__(
        self,
        *,
        in_force: InForce,
        registry: Registry,
        recorder: Recorder,
        clock: Clock,
        listings: Listings | None = None,
    ) -> None:
        """Judge by what is in force; write by `recorder` first and into `registry` second; list the contracts of `listings`."""
        self._listings = listings or Listings(in_force=in_force, clock=clock)
        self._in_force = in_force
        self._registry = registry
        self._recorder = recorder
        self._clock = clock

    def contracts(self, principal: Principal) -> list[dict[str, Any]]:
        """Return the contracts that the caller's domain gives or takes, and those the caller may approve, by product."""
        shelf = self._listings.current()
        return [
            self._described(item.standings, item.product, contract, principal)
            for item in map(shelf.items.__getitem__, shelf.keys)
            for contract in _visible(shelf.force.mesh, item.product, principal)
        ]

    def page(self, principal: Principal, *, after: str | None = None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
        """Return the first `limit` of those contracts after the key `after` (`product/slug`), and the key after which more come."""
        shelf = self._listings.current()
        product, _, last = (after or "").partition("/")
        start = bisect_left(shelf.keys, product)
        ordered = (
            (item, contract)
            for item in map(shelf.items.__getitem__, shelf.keys[start:])
            for contract in sorted(_visible(shelf.force.mesh, item.product, principal), key=lambda found: found.slug)
            if item.product.key != product or contract.slug > last
        )
        found = list(itertools.islice(ordered, limit + 1))
        told = [self._described(item.standings, item.product, contract, principal) for item, contract in found[:limit]]
        item, contract = found[min(limit, len(found)) - 1] if found else (None, None)
        key = f"{item.product.key}/{contract.slug}" if item is not None and contract is not None and len(found) > limit else None
        return told, key

    def approve(self, principal: Principal, product_key: str, slug: str, via: Carrier | None = None) -> dict[str, Any]:
        """Approve a contract as it stands now and return it with its `leaf`; approving twice changes nothing.

        `slug` may end in `@version`: then exactly that version is approved, or none. `via` is the node that brought the approval.

        Raises:
            ContractUnknown: There is no such contract, or the caller may not see it.
            PlanStale: The contract is of another version by now.
            ApprovalRefused: The caller is not an approver; this is recorded too.
            StoreFull, StoreFailed: It could not be recorded, so it was not approved.
        """
        force = self._in_force.current()
        slug, _, version = slug.partition("@")
        product = force.mesh.products.get(product_key)
        contract = force.mesh.contract(product_key, slug)
        if product is None or contract is None or contract not in _visible(force.mesh, product, principal):
            raise ContractUnknown(
                f"no contract `{slug}` of `{product_key}` is visible to you", remedy="list them with `freehold contracts`"
            )
        if not may_approve(force.mesh, product, principal):
            raise self._refusal(force, (product, contract), principal, via)
        if version not in {"", str(force.contract_version(product.key, slug))}:
            raise PlanStale(
                f"`{slug}` is not at version `{version}`", remedy=f"look again: it is {_reference(force, product, contract)}"
            )
        held = next((item for item in force.approvals if item.product == product.key and narrows(contract, item.contract)), None)
        leaf = held.leaf if held else self._give(force, (product, contract), principal, via)
        described = self._described(self._in_force.current(), product, contract, principal)
        return {**described, "leaf": leaf, "already": held is not None}

    def _give(self, force: Force, subject: Subject, principal: Principal, via: Carrier | None) -> int:
        product, contract = subject
        leaf = self._record(EventKind.APPROVED, force, subject, principal, via)
        approval = Approval(
            product=product.key,
            contract=contract,
            approver=self._recorder.caller(_asked(principal, via)),
            at=self._clock.now().isoformat(timespec="milliseconds"),
            leaf=leaf,
        )
        self._registry.approve(approval)
        return leaf

    def _refusal(self, force: Force, subject: Subject, principal: Principal, via: Carrier | None) -> ApprovalRefused:
        product, contract = subject
        who = said_approvers(force.mesh, product)
        leaf = self._record(EventKind.REFUSED, force, subject, principal, via, code=ApprovalRefused.code)
        return ApprovalRefused(
            f"you are not an approver of contracts of `{product.key}`",
            remedy=f"ask {who}" if who else "governance names nobody: add `accessControl.approvers` to governance.yaml",
            product=product.key,
            contract=_reference(force, product, contract),
            leaf=leaf,
        )

    def _record(
        self, kind: EventKind, force: Force, subject: Subject, principal: Principal, via: Carrier | None, *, code: str = ""
    ) -> int:
        product, contract = subject
        entry = msgspec.structs.replace(
            self._recorder.entry(kind, _asked(principal, via), force),
            purpose=contract.purpose,
            code=code,
            products=(product.key,),
            contracts=(_reference(force, product, contract),),
            subject=digest(terms(contract)),
        )
        return self._recorder.append(entry).result()

    def _described(self, force: Standings, product: Product, contract: Contract, principal: Principal) -> dict[str, Any]:
        named = approvers(force.mesh, product) if needs_approval(force.mesh, product) else ()
        return {
            "product": product.key,
            "slug": contract.slug,
            "reference": _reference(force, product, contract),
            "name": contract.name or contract.purpose,
            "consumer": contract.consumer_key,
            "purpose": contract.purpose,
            "version": force.contract_version(product.key, contract.slug),
            "state": state(force, product, contract, self._clock.now().date().isoformat()),
            "approver": ", ".join(named) or None,
            "mayApprove": may_approve(force.mesh, product, principal),
            "terms": terms(contract),
        }


def _visible(mesh: Mesh, product: Product, principal: Principal) -> tuple[Contract, ...]:
    """Return the contracts of a product that its own domain, their consumer, or an approver asks for."""
    member = principal.domain in mesh.domains
    if (member and principal.domain == product.domain_key) or may_approve(mesh, product, principal):
        return product.contracts
    return tuple(item for item in product.contracts if member and item.consumer_key == principal.domain)


def _reference(force: Standings, product: Product, contract: Contract) -> str:
    return f"{product.key}/{contract.slug}@{force.contract_version(product.key, contract.slug)}"
