"""Judge one product for one caller: the decision and the view that follows from it, remembered while nothing has changed."""

from __future__ import annotations

import contextlib

from freehold.compiler import View
from freehold.compiler.check import raw_types
from freehold.digest import canonical
from freehold.errors import NodeElsewhere, SourceMissing
from freehold.model.policy import Decision, Effect
from freehold.model.product import Product, Source
from freehold.model.query import Question
from freehold.names import purpose_key
from freehold.policy import Situation, decide
from freehold.ports.keys import Keys, NodeKey
from freehold.services.force import Force

_KEPT = 4096
_NOWHERE = Source(path="")


class Judge:
    """Makes views for one node."""

    def __init__(self, *, region: str, keys: Keys, node_key: NodeKey | None = None) -> None:
        """Judge for the node of `region`; `keys` derives the mask key of each contract and the record key of each product.

        `node_key` agrees on join keys with other nodes; without it, views are made for plans alone.
        """
        self._region = region
        self._keys = keys
        self._node_key = node_key
        self._known: tuple[int, str, dict[tuple[object, ...], View]] = (-1, "", {})  # of what is in force under a stamp, on a day

    def view(self, product: Product, question: Question, force: Force, today: str) -> View:
        """Return the view of `product` for the caller of `question`; where its decision forbids, it shows nothing.

        Raises:
            SourceMissing: The product is permitted and declares no source.
        """
        stamp, day, views = self._known
        if stamp != force.stamp or day != today:
            views = {}
            self._known = force.stamp, today, views
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
            question.joining,
        )
        held = views.get(key)
        if held is not None:
            return held
        view = self._view(product, self._decide(product, question, force, today), question, force)
        if question.joining is not None and question.joining.nonce:
            return view  # its keys are for this question alone
        views[key] = view
        if len(views) > _KEPT:
            with contextlib.suppress(KeyError, RuntimeError, StopIteration):  # another thread made room
                del views[next(iter(views))]
        return view

    def _view(self, product: Product, decision: Decision, question: Question, force: Force) -> View:
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
            join_keys=self._join_keys(product, decision, question, force),
            entity_secret=self._keys.mac("entity", f"{product.key}\n{terms}".encode()).hex() if question.via is not None else "",
        )

    def _join_keys(self, product: Product, decision: Decision, question: Question, force: Force) -> dict[str, str] | None:
        """Return the key of each column that leaves keyed: what both homes of a join can work out, and nobody else."""
        joining = question.joining
        if joining is None or not joining.keys:
            return None
        keyed = {name.lower(): product.column(name) for name in decision.keyed}
        entry = question.via.region if question.via is not None else self._region
        common = [entry, question.principal.domain, purpose_key(question.purpose or ""), joining.nonce]
        found: dict[str, str] = {}
        for key in joining.keys:
            column = keyed.get(key.column)
            if key.product == product.key and column is not None:
                ends = sorted((self._region, key.peer))
                found[key.column] = self._agreed(force, key.peer, canonical([*ends, *common, key.join]))
        return found

    def _agreed(self, force: Force, peer: str, context: bytes) -> str:
        node = force.mesh.node_in(peer)
        if self._node_key is None:
            return ""
        if node is None or node.public_key is None:
            raise NodeElsewhere(
                f"no node of `{peer}` has a key in the mesh, so that nothing can be joined with what is at home there",
                remedy="see `nodes` in mesh.yaml",
            )
        return self._node_key.agree(node.public_key, context).hex()

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
                joining=_columns_of(question, product.key),
                interface=question.interface,
                approved=frozenset(item.slug for item in contracts if force.approved(product.key, item)),
                versions={item.slug: force.contract_version(product.key, item.slug) for item in contracts},
            )
        )


def _columns_of(question: Question, product: str) -> frozenset[str] | None:
    """Return the columns of a product that a join by keyed digests takes; None where a question is no part of one."""
    if question.joining is None:
        return None
    return frozenset(key.column for key in question.joining.keys if key.product == product)
