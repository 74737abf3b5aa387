"""Judge one product for one caller: the decision and the view that follows from it, remembered while nothing has changed."""

from __future__ import annotations

from collections import OrderedDict

from freehold.compiler import View
from freehold.compiler.check import raw_types
from freehold.errors import SourceMissing
from freehold.model.policy import Decision, Effect
from freehold.model.product import Product, Source
from freehold.model.query import Question
from freehold.policy import Situation, decide
from freehold.ports.keys import Keys
from freehold.services.force import Force

_KEPT = 4096
_NOWHERE = Source(path="")


class Judge:
    """Makes views for one node."""

    def __init__(self, *, region: str, keys: Keys) -> None:
        """Judge for the node of `region`; `keys` derives the mask key of each contract and the record key of each product."""
        self._region = region
        self._keys = keys
        self._held: OrderedDict[tuple[object, ...], View] = OrderedDict()

    def view(self, product: Product, question: Question, force: Force, today: str) -> View:
        """Return the view of `product` for the caller of `question`; where its decision forbids, it shows nothing.

        Raises:
            SourceMissing: The product is permitted and declares no source.
        """
        who = question.principal
        # All that a decision asks of a caller: whoever is alike in it is judged alike, whatever they are called.
        key = (
            product.key,
            who.domain,
            who.region,
            who.roles,
            who.scopes,
            who.authentications,
            question.via,
            question.purpose,
            question.interface,
            force.stamp,
            today,
        )
        held = self._held.get(key)
        if held is not None:
            return held
        view = self._view(product, self._decide(product, question, force, today))
        self._held[key] = view
        while len(self._held) > _KEPT:
            self._held.popitem(last=False)
        return view

    def _view(self, product: Product, decision: Decision) -> View:
        if decision.effect is Effect.PERMIT and product.source is None:
            raise SourceMissing(
                f"`{product.key}` declares no source yet", remedy=f"ask {product.owner or 'its owner'}", product=product.key
            )
        terms = (decision.contract or "").split("@", 1)[0]
        mask_key = self._keys.mac("mask", terms.encode()).hex() if terms else ""
        return View(
            decision=decision,
            source=product.source or _NOWHERE,
            raw_types=raw_types(product),
            mask_key=mask_key,
            record_key=self._keys.mac("record", product.key.encode()).hex(),
        )

    def _decide(self, product: Product, question: Question, force: Force, today: str) -> Decision:
        contracts = product.contracts
        return decide(
            Situation(
                mesh=force.mesh,
                principal=question.principal,
                product=product,
                purpose=question.purpose,
                today=today,
                node_region=self._region,
                via=question.via,
                interface=question.interface,
                approved=frozenset(item.slug for item in contracts if force.approved(product.key, item)),
                versions={item.slug: force.contract_version(product.key, item.slug) for item in contracts},
            )
        )
