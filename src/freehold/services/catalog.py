"""What can be found, by whom: products as a member of the mesh may know them, with the caller's own form of access.

Law 9, as a rule: a product is listed for every member of a domain of the mesh whose region may have anything of it, and looks
missing to everybody else. Its owners and approvers see every column; others see the columns their contracts show, and the names
of those that can be asked for: not personal, not excluded. A search looks only at what is listed.
"""

from __future__ import annotations

import itertools
import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import msgspec

from freehold.errors import FreeholdError, ProductUnknown
from freehold.model.contract import Contract
from freehold.model.mesh import Mesh
from freehold.model.party import Principal
from freehold.model.place import Travel
from freehold.model.policy import Decision, Effect
from freehold.model.product import DeclaredQuery, Product
from freehold.names import identifier
from freehold.policy import Situation, decide
from freehold.ports.clock import Clock
from freehold.ports.engine import Engine
from freehold.services import portray
from freehold.services.approval import may_approve, state
from freehold.services.exposure import shown
from freehold.services.listings import Listed, Listings, Origin, Shelf
from freehold.services.quality import Quality

PAGE = 100
"""How many products a page has where its reader does not say."""

READERS = 32
"""For how many callers it is remembered what they may search in."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some products in order of their keys, and the key after which the next ones come; None where these were the last."""

    products: list[dict[str, Any]]
    next: str | None = None


class Catalog:
    """The catalogue of the mesh at one node.

    Products at home elsewhere are listed as their home tells of them, or else as manifests do, and without a measured quality.
    """

    def __init__(self, *, listings: Listings, engine: Engine, clock: Clock, quality: Quality | None = None) -> None:
        """List what is in `listings`; `quality` measures what is at home here."""
        self._listings = listings
        self._engine = engine
        self._clock = clock
        self._quality = quality
        self._readers: OrderedDict[tuple[Principal, str], tuple[Shelf, dict[str, str]]] = OrderedDict()
        self._lock = threading.Lock()

    def products(self, principal: Principal, search: str | None = None) -> list[dict[str, Any]]:
        """Return the products the caller may know of, by key; `search` keeps those in which every one of its words is found."""
        return list(self._found(self._listings.current(), principal, search, None))

    def page(self, principal: Principal, search: str | None = None, *, after: str | None = None, limit: int = PAGE) -> Page:
        """Return the first `limit` of the products that `products` has after the key `after`: nobody looks at later ones."""
        found = list(itertools.islice(self._found(self._listings.current(), principal, search, after), limit + 1))
        more = len(found) > limit
        return Page(products=found[:limit], next=found[limit - 1]["key"] if more else None)

    def product(self, principal: Principal, key: str) -> dict[str, Any]:
        """Return one product with its columns, queries, promises and the quality measured now.

        Raises:
            ProductUnknown: There is none of that key, or the caller may not know of it.
        """
        shelf = self._listings.current()
        found = shelf.items.get(key)
        if found is None and "." in key:
            found = shelf.items.get(".".join(identifier(part) for part in key.split(".", 1)))
        described = self._described(found, principal) if found else None
        if found is None or described is None:
            raise ProductUnknown(f"no product `{key}` is visible to you", remedy="list them with `freehold products`")
        described["quality"]["measured"] = self._measured(found, self._quality.metrics if self._quality else None)
        return described

    def declared(self, principal: Principal | None) -> list[tuple[Product, DeclaredQuery]]:
        """Return the declared queries of every product the caller may know of and ask here; without a caller, none."""
        if principal is None:
            return []
        mesh = self._listings.current().force.mesh
        products = (product for _, product in sorted(mesh.products.items()))
        return [(item, query) for item in products if within_reach(mesh, item, principal) for query in item.queries]

    def sources(self, principal: Principal) -> list[dict[str, Any]]:
        """Return whose catalogues the caller's products come from, as far as something may come to the caller from there.

        Nothing in it changes with what is hidden: no count of products, and no version but that of the home's manifests.
        """
        mesh = self._listings.current().force.mesh
        return [
            {
                "node": item.node,
                "region": item.region,
                "from": item.origin.value,
                "asOf": item.as_of,
                "age": item.age,
                "stale": item.stale,
                "mesh": item.mesh,
                "error": item.error,
            }
            for item in self._listings.vouched()
            if _may_reach(mesh, mesh.jurisdiction(item.region), principal)
        ]

    def _found(self, shelf: Shelf, principal: Principal, search: str | None, after: str | None) -> Iterator[dict[str, Any]]:
        wanted = (search or "").casefold().split()
        texts = self._texts(shelf, principal) if wanted else {}
        start = bisect_right(shelf.keys, after) if after is not None else 0
        for key in itertools.islice(shelf.keys, start, None):
            if all(word in texts.get(key, "") for word in wanted):
                described = self._described(shelf.items[key], principal)
                if described is not None:
                    yield described

    def _texts(self, shelf: Shelf, principal: Principal) -> dict[str, str]:
        """Return what a caller may search in, by product: made once for all their searches of one shelf in one day."""
        reader = (msgspec.structs.replace(principal, expires_at=0.0), self._today())
        known = self._readers.get(reader)
        if known is None or known[0] is not shelf:
            described = (self._described(shelf.items[key], principal) for key in shelf.keys)
            known = (shelf, {item["key"]: portray.text(item) for item in described if item is not None})
        with self._lock:
            self._readers[reader] = known
            self._readers.move_to_end(reader)
            while len(self._readers) > READERS:
                self._readers.popitem(last=False)
        return known[1]

    def _described(self, item: Listed, principal: Principal) -> dict[str, Any] | None:
        accesses = self._accesses(item, principal)
        if not accesses:
            return None
        product = item.product
        decisions = [decision for _, decision in accesses]
        insider = principal.domain == product.domain_key or may_approve(item.standings.mesh, product, principal)
        return {
            "key": product.key,
            "name": product.name,
            "domain": product.domain_key,
            "owner": product.owner,
            "description": product.description,
            "sensitivityLabel": product.sensitivity_label,
            "region": product.home,
            "jurisdiction": product.jurisdiction,
            "interfaces": [portray.interface(port) for port in product.interfaces],
            "sla": portray.sla(product),
            "quality": {
                "promised": portray.metrics(product.quality),
                "measured": self._measured(item, self._quality.recall if self._quality and self._at_hand(item.product) else None),
            },
            "form": _best(decisions),
            "access": [self._access(item, *access) for access in accesses],
            "columns": _columns(product, principal, decisions, everything=insider),
            "queries": [portray.query(product, query) for query in product.queries],
            "catalog": self._listings.standing(item),
        }

    def _accesses(self, item: Listed, principal: Principal) -> list[tuple[Contract | None, Decision]]:
        """Return one decision for each contract the caller's domain has here, or one without; none where it is hidden."""
        product = item.product
        if not within_reach(item.standings.mesh, product, principal):
            return []
        mine = [found for found in product.contracts if found.consumer_key == principal.domain]
        if not mine or principal.domain == product.domain_key:
            return [(None, self._decide(item, mine, principal, None))]
        return [(found, self._decide(item, mine, principal, found.purpose)) for found in mine]

    def _decide(self, item: Listed, mine: list[Contract], principal: Principal, purpose: str | None) -> Decision:
        """Say what the home would decide, as far as can be known here; `mine` are the only contracts that can matter."""
        product, standings = item.product, item.standings
        return decide(
            Situation(
                mesh=standings.mesh,
                principal=principal,
                product=product,
                purpose=purpose,
                today=self._today(),
                node_region=product.home or "",
                approved=frozenset(found.slug for found in mine if standings.approved(product.key, found)),
                versions={found.slug: standings.contract_version(product.key, found.slug) for found in mine},
            )
        )

    def _access(self, item: Listed, contract: Contract | None, decision: Decision) -> dict[str, Any]:
        product, standings = item.product, item.standings
        told: dict[str, Any] = {"purpose": None, "contract": None, "state": None}
        if contract is not None:
            version = standings.contract_version(product.key, contract.slug)
            told = {"purpose": contract.purpose, "contract": f"{product.key}/{contract.slug}@{version}"}
            told["state"] = state(standings, product, contract, self._today())
        if decision.effect is Effect.FORBID:
            return told | {"form": "none", "code": decision.code, "detail": decision.detail, "remedy": decision.remedy}
        return told | {
            "form": decision.form.value,
            "minGroup": decision.min_group if decision.form.value == "aggregate" else None,
            "crossing": decision.crossing,
            "rowFiltered": bool(decision.row_filters) or (contract is not None and item.filtered),
            "columns": shown(decision),
        }

    def _today(self) -> str:
        return self._clock.now().astimezone(UTC).date().isoformat()

    def _at_hand(self, product: Product) -> bool:
        """Return whether a list may say what is measured: one of many products does not wait for each of them."""
        return product.source is not None and self._engine.at_hand(product.source)

    def _measured(self, item: Listed, measure: Any) -> dict[str, Any] | None:
        source = item.product.source
        if measure is None or source is None or item.origin is not Origin.HOME:
            return None
        try:
            found = measure(item.product, self._engine.version(source))
        except FreeholdError:
            return None
        return portray.metrics(found) if found is not None else None


def within_reach(mesh: Mesh, product: Product, principal: Principal) -> bool:
    """Return whether the caller's domain is of the mesh and anything at all may go to their region."""
    return _may_reach(mesh, product.jurisdiction, principal)


def _may_reach(mesh: Mesh, origin: str | None, principal: Principal) -> bool:
    destination = mesh.jurisdiction(principal.region)
    if principal.domain not in mesh.domains or destination is None:
        return False
    return origin is None or mesh.transfer(origin, destination).allow is not Travel.NOTHING


def _best(accesses: list[Decision]) -> str:
    forms = {decision.form.value for decision in accesses if decision.effect is Effect.PERMIT}
    return "rows" if "rows" in forms else "aggregate" if forms else "none"


def _columns(product: Product, principal: Principal, accesses: list[Decision], *, everything: bool) -> list[dict[str, Any]]:
    mine = [item for item in product.contracts if item.consumer_key == principal.domain]
    excluded = {name.casefold() for item in mine for name in item.excluded_fields}
    rights: dict[str, str] = {}
    for decision in accesses:
        rights |= shown(decision)
    return [
        portray.column(column, rights.get(column.name, "none"))
        for column in product.columns
        if everything or column.name in rights or not (column.personal or column.name.casefold() in excluded)
    ]
