"""Findings in the values of products: who may look, who may review, and the leaf that each leaves behind.

Law 6: what is found can only hide, and what is accepted only narrow. Law 7: the leaf is durable before a finding or a review holds.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from typing import Any

import msgspec

from freehold.digest import digest
from freehold.errors import (
    FindingUnknown,
    NodeElsewhere,
    ParameterInvalid,
    ProductUnknown,
    ReviewRefused,
    ScanRefused,
    SourceMissing,
)
from freehold.model.detection import Depth, Proposal, Review, Scan, Verdict, proposals
from freehold.model.event import EventKind
from freehold.model.party import Principal, RoleAccess
from freehold.model.peer import Carrier
from freehold.model.product import Product
from freehold.model.query import Question
from freehold.policy.basis import approvers, said_approvers
from freehold.ports.clock import Clock
from freehold.ports.engine import Engine
from freehold.ports.registry import Registry
from freehold.services.approval import may_approve
from freehold.services.force import Force, InForce
from freehold.services.record import Recorder
from freehold.services.scanning import Ask, Looked, look, rules_of

_REASON = 1_000


class Classification:
    """The findings of one node's products."""

    def __init__(
        self,
        *,
        in_force: InForce,
        registry: Registry,
        recorder: Recorder,
        clock: Clock,
        engine: Engine,
        ask: Ask,
        region: str,
    ) -> None:
        """Look by `ask`, at what is at home in `region`; write by `recorder` first and into `registry` second."""
        self._in_force = in_force
        self._registry = registry
        self._recorder = recorder
        self._clock = clock
        self._engine = engine
        self._ask = ask
        self._region = region
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def findings(self, principal: Principal, product_key: str | None = None, via: Carrier | None = None) -> list[dict[str, Any]]:
        """Return the products that the caller owns or reviews, each with its newest scan and how its findings stand.

        How much was found, and masked examples of it, are for those who may read the values, and cross no border of a jurisdiction:
        neither to the caller nor to the node that carries the request here (`via`).

        Raises:
            ProductUnknown: There is no such product, or its findings are not the caller's to see.
        """
        force = self._in_force.current()
        if product_key is not None:
            return [self._described(force, self._visible(force, principal, product_key), principal, via)]
        seen = [item for item in force.mesh.products.values() if _is_visible(force, item, principal)]
        return [self._described(force, item, principal, via) for item in seen]

    def scan(self, principal: Principal, product_key: str, depth: Depth, via: Carrier | None = None) -> dict[str, Any]:
        """Look at a product's values now and return what is found, with the `leaf` of the finding.

        `via` is the node that carries the request here: what may not be known in its region is not known through it.

        Raises:
            ProductUnknown: As `findings`.
            ScanRefused: The caller has no role that reads the product.
            NodeElsewhere: It is at home on another node.
            FreeholdError: Whatever the gate answers.
        """
        force = self._in_force.current()
        product = self._visible(force, principal, product_key)
        self._check_scan(force, product, principal)
        with self._locks[product.key]:
            scan = self._look(force, product, depth)
        fields, subject = _columns(scan), digest(scan.detections)
        leaf = self._record(EventKind.SCANNED, force, product, _asked(principal, via), fields=fields, subject=subject)
        self._registry.remember_scan(msgspec.structs.replace(scan, leaves=(*scan.leaves, leaf)))
        return {**self._described(self._in_force.current(), product, principal, via), "leaf": leaf}

    def review(
        self,
        principal: Principal,
        product_key: str,
        column: str,
        *,
        verdict: Verdict,
        reason: str,
        classification: str | None = None,
        via: Carrier | None = None,
    ) -> dict[str, Any]:
        """Accept or reject what was found in a column, and return how it stands, with the `leaf` of the review.

        Without `classification` all that was found in the column is meant. `via` is the node that carries the request here.

        Raises:
            ProductUnknown: As `findings`.
            FindingUnknown: Nothing (of that classification) was found in such a column.
            ParameterInvalid: There is no reason, or it is longer than 1,000 characters.
            ReviewRefused: The caller is not an approver; this is recorded too.
            NodeElsewhere: Nothing was found here because the product is at home on another node.
            StoreFull, StoreFailed: It could not be recorded, so it does not hold.
        """
        force = self._in_force.current()
        product = self._visible(force, principal, product_key)
        found = [item for item in self._proposals(force, product) if item.detection.column.casefold() == column.casefold()]
        found = [item for item in found if classification in {None, item.detection.classification}]
        if not found:
            self._check_home(force, product)
            raise FindingUnknown(
                f"nothing was found in `{column[:80]}` of `{product.key}`", remedy=f"look with: freehold classify {product.key}"
            )
        if not may_approve(force.mesh, product, principal):
            raise self._refusal(force, product, _asked(principal, via), column)
        if not reason.strip() or len(reason) > _REASON:
            raise ParameterInvalid("a review needs a reason of 1 to 1,000 characters", remedy="say why", parameter="reason")
        leaf = -1
        for item in found:
            leaf = self._give(force, product, _asked(principal, via), item, verdict=verdict, reason=reason.strip())
        return {**self._described(self._in_force.current(), product, principal, via), "leaf": leaf}

    def _look(self, force: Force, product: Product, depth: Depth) -> Scan:
        if product.source is None:
            raise SourceMissing(
                f"`{product.key}` declares no source yet", remedy=f"ask {product.owner or 'its owner'}", product=product.key
            )
        version = self._engine.version(product.source)
        looked: Looked = look(product, rules_of(force.mesh, product), depth, self._ask)
        return Scan(
            product=product.key,
            version=version,
            at=self._clock.now().isoformat(timespec="milliseconds"),
            rows=looked.rows,
            whole=depth is Depth.FULL,
            columns=tuple(looked.columns),
            detections=tuple(looked.detections),
            leaves=tuple(looked.leaves),
        )

    def _check_home(self, force: Force, product: Product) -> None:
        if product.home != self._region:
            home = next((node.url for node in force.mesh.nodes.values() if node.region == product.home), None)
            raise NodeElsewhere(
                f"`{product.key}` is at home in `{product.home}`, and this node serves `{self._region}`",
                remedy="ask the node of that region",
                product=product.key,
                home=product.home,
                url=home,
            )

    def _check_scan(self, force: Force, product: Product, principal: Principal) -> None:
        self._check_home(force, product)
        if not _may_read(force, product, principal):
            roles = force.mesh.domains[product.domain_key].roles
            listed = ", ".join(sorted(role for role, access in roles.items() if access is RoleAccess.READ))
            raise ScanRefused(
                f"none of your roles may look at the values of `{product.key}`",
                remedy=f"ask {product.owner or 'its owner'} for one of the roles {listed}",
                product=product.key,
            )

    def _give(self, force: Force, product: Product, question: Question, found: Proposal, *, verdict: Verdict, reason: str) -> int:
        if found.review is not None and found.review.verdict is verdict and not found.is_open:
            return found.review.leaf
        detection = found.detection
        subject = digest({"verdict": verdict.value, "detection": msgspec.to_builtins(detection)})
        fields = {product.key: (detection.column,)}
        leaf = self._record(EventKind.REVIEWED, force, product, question, fields=fields, subject=subject, form=verdict.value)
        review = Review(
            product=product.key,
            detection=detection,
            verdict=verdict,
            reason=reason,
            reviewer=self._recorder.caller(question),
            at=self._clock.now().isoformat(timespec="milliseconds"),
            leaf=leaf,
        )
        self._registry.review(review)
        return leaf

    def _refusal(self, force: Force, product: Product, question: Question, column: str) -> ReviewRefused:
        who = said_approvers(force.mesh, product)
        leaf = self._record(EventKind.REFUSED, force, product, question, code=ReviewRefused.code)
        return ReviewRefused(
            f"you may not review what was found in `{column[:80]}` of `{product.key}`",
            remedy=f"ask {who}" if who else "governance names nobody: add `accessControl.approvers` to governance.yaml",
            product=product.key,
            leaf=leaf,
        )

    def _record(self, kind: EventKind, force: Force, product: Product, question: Question, **told: Any) -> int:
        entry = self._recorder.entry(kind, question, force)
        return self._recorder.append(msgspec.structs.replace(entry, products=(product.key,), **told)).result()

    def _visible(self, force: Force, principal: Principal, product_key: str) -> Product:
        product = force.mesh.products.get(product_key)
        if product is None or not _is_visible(force, product, principal):
            raise ProductUnknown(
                f"no product `{product_key[:200]}` is yours to classify", remedy="list yours with `freehold classify show`"
            )
        return product

    def _proposals(self, force: Force, product: Product) -> tuple[Proposal, ...]:
        scan = next((item for item in force.scans if item.product == product.key), None)
        return proposals(scan, tuple(item for item in force.reviews if item.product == product.key))

    def _described(self, force: Force, product: Product, principal: Principal, via: Carrier | None = None) -> dict[str, Any]:
        scan = next((item for item in force.scans if item.product == product.key), None)
        current = force.mesh.products[product.key]
        hidden = {item.name for item in current.columns if item.awaiting}
        figures = _sees_values(force, product, principal, via)
        findings = [_finding(item, hidden) for item in self._proposals(force, product)]
        return {
            "product": product.key,
            "scan": None if scan is None else _said_of(scan) | ({} if figures else {"rows": None}),
            "findings": findings if figures else [item | _WITHHELD for item in findings],
            "reviewers": list(approvers(force.mesh, product)),
            "mayReview": may_approve(force.mesh, product, principal),
        }


PATH = "classify"


def _is_visible(force: Force, product: Product, principal: Principal) -> bool:
    member = principal.domain in force.mesh.domains and principal.domain == product.domain_key
    return member or may_approve(force.mesh, product, principal)


def _may_read(force: Force, product: Product, principal: Principal) -> bool:
    """Return whether the caller may look at the values: an approver, or a member of the owning domain with a role that reads."""
    roles = force.mesh.domains[product.domain_key].roles
    reads = any(roles.get(role) is RoleAccess.READ for role in principal.roles)
    return may_approve(force.mesh, product, principal) or (principal.domain == product.domain_key and reads)


def _sees_values(force: Force, product: Product, principal: Principal, via: Carrier | None) -> bool:
    """Return whether figures and examples of what was found may go to the caller: personal data crosses no border (law 5).

    Where a node carries them, they go into its region too.
    """
    regions = (principal.region, via.region) if via is not None else (principal.region,)
    inside = all(force.mesh.jurisdiction(region) == product.jurisdiction is not None for region in regions)
    return inside and _may_read(force, product, principal)


_WITHHELD: dict[str, Any] = {"share": None, "lookedAt": None, "distinct": None, "examples": []}


def _asked(principal: Principal, via: Carrier | None = None) -> Question:
    return Question(principal=principal, path=PATH, via=via)


def _columns(scan: Scan) -> dict[str, tuple[str, ...]]:
    return {scan.product: tuple(dict.fromkeys(item.column for item in scan.detections))}


def _said_of(scan: Scan) -> dict[str, Any]:
    return {"at": scan.at, "rows": scan.rows, "whole": scan.whole, "columns": len(scan.columns), "leaves": list(scan.leaves)}


def _finding(item: Proposal, hidden: set[str]) -> dict[str, Any]:
    found, review = item.detection, item.review
    return {
        "column": found.column,
        "classification": found.classification,
        "detector": found.detector,
        "because": found.because,
        "share": found.share,
        "lookedAt": found.looked_at,
        "distinct": found.distinct,
        "examples": list(found.examples),
        "standing": item.standing.value,
        "drift": item.drift.value if item.drift else None,
        "hidden": found.column in hidden,
        "reason": review.reason if review else None,
        "reviewedAt": review.at if review else None,
    }
