"""Requests for access: asked of a product's home, listed, answered, each step with its leaf.

Law 6: a request and its answer grant nothing; only a manifest does, which owners change. Law 7: the leaf is durable before either
holds.
"""

from __future__ import annotations

import threading
from typing import Any

import msgspec

from freehold.digest import canonical
from freehold.errors import (
    NodeElsewhere,
    RequestDecided,
    RequestLimit,
    RequestNeedless,
    RequestUnknown,
    SettlementRefused,
)
from freehold.model.event import EventKind
from freehold.model.party import Principal
from freehold.model.peer import Carrier
from freehold.model.product import Product
from freehold.model.query import Question
from freehold.model.request import AccessRequest, RequestState, Settlement, Wanted
from freehold.policy.basis import said_approvers
from freehold.ports.clock import Clock
from freehold.ports.registry import Registry
from freehold.services.force import Force, InForce
from freehold.services.proposal import contract_of, gives, propose
from freehold.services.record import Recorder
from freehold.services.request_sight import REASON, Onlooker, plain_text

OPEN = 5
"""How many open requests a caller may have for one product."""


class Requests:
    """The requests for access to what is at home at one node."""

    def __init__(self, *, in_force: InForce, registry: Registry, recorder: Recorder, clock: Clock, region: str) -> None:
        """Keep those of products at home in `region`; write by `recorder` first and into `registry` second."""
        self._in_force = in_force
        self._registry = registry
        self._recorder = recorder
        self._clock = clock
        self._region = region
        self._lock = threading.Lock()

    def ask(self, principal: Principal, product_key: str, wanted: Wanted, via: Carrier | None = None) -> dict[str, Any]:
        """Keep a request and return it with its `leaf`; the same one again, while it is open, changes nothing.

        `via` is the node that carries the request here: what may not be known in its region is not known through it.

        Raises:
            ProductUnknown: Hidden or missing.
            NodeElsewhere: It is at home on another node.
            ColumnUnknown: A column is none that the caller may know of.
            ParameterInvalid: A text is empty, too long or not plain, or there are too many columns or days.
            RequestNeedless: Their contract names all of it already, or the product is their own domain's.
            RequestLimit: They have too many open ones.
            StoreFull, StoreFailed: It could not be recorded, so it is not kept.
        """
        who = self._onlooker(principal, via)
        product = who.known(product_key)
        self._check_home(who.force, product)
        if who.domain == product.domain_key:
            remedy = "what its members see is for its roles to say: `roles:` of the domain"
            raise RequestNeedless(f"`{product.key}` is your own domain's", remedy=remedy)
        wanted = who.checked(product, wanted)
        self._check_need(who, product, wanted)
        with self._lock:
            every = self._registry.requests()
            mine = [item for item in every if item.product == product.key and who.made(item) and item.settled is None]
            same = next((item for item in mine if item.wanted == wanted), None)
            if same is None and len(mine) >= OPEN:
                raise RequestLimit(
                    f"you have {len(mine)} open requests for `{product.key}`",
                    remedy="wait for an answer, or ask for all columns in one request",
                    limit=OPEN,
                )
            made = same or self._keep(who, product, wanted)
        fresh = {"leaf": made.leaf} if same is None else {}
        return {**self._described(who, made), **fresh, "already": same is not None}

    def page(
        self,
        principal: Principal,
        product_key: str | None = None,
        via: Carrier | None = None,
        *,
        after: str | None = None,
        limit: int,
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Return the first `limit` requests after the one named `after`, oldest first, and the name after which more come.

        They are the caller's own, and all for products of their domain or that they approve for.

        Raises:
            ProductUnknown: The caller may not know of `product_key`, or it is missing.
        """
        who = self._onlooker(principal, via)
        if product_key is not None:
            who.known(product_key)
        seen = [item for item in self._registry.requests() if product_key in {None, item.product} and who.sees(item)]
        start = next((at + 1 for at, item in enumerate(seen) if item.id == after), 0)
        found = seen[start : start + limit]
        more = found[-1].id if found and len(seen) > start + limit else None
        return [self._described(who, item) for item in found], more

    def answer(
        self, principal: Principal, name: str, state: RequestState, reason: str, via: Carrier | None = None
    ) -> dict[str, Any]:
        """Answer a request, and return it with its `leaf`; accepted, also with the `change` of the manifest that would grant it.

        Nothing is granted by that. The same answer again changes nothing.

        Raises:
            RequestUnknown: Hidden or missing.
            SettlementRefused: The caller sees it and does not decide, or made it themselves; this is recorded too.
            ParameterInvalid: There is no reason, or it is too long or not plain.
            RequestDecided: It was answered otherwise before.
            StoreFull, StoreFailed: It could not be recorded, so it does not hold.
        """
        who = self._onlooker(principal, via)
        with self._lock:
            held = next((item for item in self._registry.requests() if item.id == name), None)
            if held is None or not who.sees(held):
                raise RequestUnknown(f"no request `{name[:300]}` is visible to you", remedy="list them with `freehold requests`")
            product = who.force.mesh.products[held.product]
            if not who.decides(product) or who.made(held):
                raise self._refusal(who, product)
            why, before = plain_text(reason, "reason", REASON), held.settled
            if before is not None and before.state is not state:
                raise RequestDecided(f"`{held.id}` was {before.state.value} before", remedy="what was answered stands")
            settled = before or self._settle(who, held, state, why)
        described = self._described(who, msgspec.structs.replace(held, settled=settled))
        fresh = {"leaf": settled.leaf} if before is None else {}
        return {**described, **fresh, "already": before is not None, "change": self._change(who.force, product, held, state)}

    def _change(self, force: Force, product: Product, held: AccessRequest, state: RequestState) -> dict[str, Any] | None:
        consumer = force.mesh.domains.get(held.domain)
        if state is not RequestState.ACCEPTED or consumer is None:
            return None
        return msgspec.to_builtins(propose(product, consumer, held.domain, held.wanted, self._today()))

    def _keep(self, who: Onlooker, product: Product, wanted: Wanted) -> AccessRequest:
        force, contract = who.force, contract_of(product, who.domain, wanted.purpose)
        named = (f"{product.key}/{contract.slug}@{force.contract_version(product.key, contract.slug)}",) if contract else ()
        # Only a purpose that a contract has is said in the clear; words of the caller's own are a keyed digest.
        question = _asked(who, "requests", canonical(msgspec.to_builtins(wanted)).decode())
        entry = msgspec.structs.replace(
            self._recorder.entry(EventKind.REQUESTED, question, force),
            purpose=contract.purpose if contract else "",
            products=(product.key,),
            fields={product.key: wanted.fields},
            contracts=named,
            query=self._recorder.query_digest(question),
        )
        made = AccessRequest(
            product=product.key,
            domain=who.domain,
            caller=who.name,
            wanted=wanted,
            at=self._now(),
            leaf=self._recorder.append(entry).result(),
        )
        self._registry.remember_request(made)
        return made

    def _settle(self, who: Onlooker, held: AccessRequest, state: RequestState, reason: str) -> Settlement:
        question = _asked(who, "answer", canonical([held.id, state.value, reason]).decode())
        entry = msgspec.structs.replace(
            self._recorder.entry(EventKind.SETTLED, question, who.force),
            products=(held.product,),
            form=state.value,
            refers_to=held.leaf,
            query=self._recorder.query_digest(question),
        )
        leaf = self._recorder.append(entry).result()
        settled = Settlement(state=state, reason=reason, by=who.name, at=self._now(), leaf=leaf)
        self._registry.remember_request(msgspec.structs.replace(held, settled=settled))
        return settled

    def _refusal(self, who: Onlooker, product: Product) -> SettlementRefused:
        entry = self._recorder.entry(EventKind.REFUSED, _asked(who, "answer"), who.force)
        entry = msgspec.structs.replace(entry, products=(product.key,), code=SettlementRefused.code)
        named = said_approvers(who.force.mesh, product) or product.owner or "its owner"
        return SettlementRefused(
            f"you may not answer this request for `{product.key}`",
            remedy=f"ask {named}",
            product=product.key,
            leaf=self._recorder.append(entry).result(),
        )

    def _check_need(self, who: Onlooker, product: Product, wanted: Wanted) -> None:
        if gives(contract_of(product, who.domain, wanted.purpose), wanted, self._today()):
            said, remedy = "your contract for this purpose names these columns already", "see how it stands: freehold contracts"
            raise RequestNeedless(said, remedy=remedy, product=product.key)

    def _check_home(self, force: Force, product: Product) -> None:
        if product.home != self._region:
            home = force.mesh.node_in(product.home)
            raise NodeElsewhere(
                f"`{product.key}` is at home in `{product.home}`, and this node serves `{self._region}`",
                remedy="ask the node of that region",
                product=product.key,
                home=product.home,
                url=home.url if home is not None else None,
            )

    def _onlooker(self, principal: Principal, via: Carrier | None) -> Onlooker:
        name = self._recorder.caller(Question(principal=principal))
        return Onlooker(force=self._in_force.current(), principal=principal, name=name, region=self._region, via=via)

    def _described(self, who: Onlooker, request: AccessRequest) -> dict[str, Any]:
        return who.described(request, self._registry.caller(request.caller), self._today())

    def _now(self) -> str:
        return self._clock.now().isoformat(timespec="milliseconds")

    def _today(self) -> str:
        return self._clock.now().date().isoformat()


def _asked(who: Onlooker, path: str, said: str = "") -> Question:
    return Question(principal=who.principal, path=path, sql=said, via=who.via)
