"""What can be found, by whom: products as a member of the mesh may know them, with the caller's own form of access.

Law 9, as a rule: a product is listed for every member of a domain of the mesh whose region may have anything of it, and looks
missing to everybody else. Its owners and approvers see every column; others see the columns their contracts show, and the names
of those that can be asked for: not personal, not excluded. A search looks only at what is listed.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any

from freehold.errors import FreeholdError, ProductUnknown
from freehold.model.contract import Contract
from freehold.model.mesh import Mesh
from freehold.model.party import Principal
from freehold.model.place import Travel
from freehold.model.policy import Decision, Effect
from freehold.model.product import Column, DeclaredQuery, Interface, Parameter, Product
from freehold.names import identifier
from freehold.policy import Situation, decide
from freehold.ports.clock import Clock
from freehold.ports.engine import Engine
from freehold.services.approval import may_approve, state
from freehold.services.exposure import shown
from freehold.services.force import Force, InForce
from freehold.services.quality import Quality


class Catalog:
    """The catalogue of one node. Products at home elsewhere are listed too, without a measured quality."""

    def __init__(
        self, *, in_force: InForce, engine: Engine, clock: Clock, quality: Quality | None = None, region: str = ""
    ) -> None:
        """List what is in force; `region` is the node's own, whose products can be measured."""
        self._in_force = in_force
        self._engine = engine
        self._clock = clock
        self._quality = quality
        self._region = region

    def products(self, principal: Principal, search: str | None = None) -> list[dict[str, Any]]:
        """Return the products the caller may know of, by key; `search` keeps those in which every one of its words is found."""
        force = self._in_force.current()
        described = (self._described(force, product, principal) for _, product in sorted(force.mesh.products.items()))
        wanted = (search or "").casefold().split()
        return [item for item in described if item is not None and all(word in _text(item) for word in wanted)]

    def product(self, principal: Principal, key: str) -> dict[str, Any]:
        """Return one product with its columns, queries, promises and the quality measured now.

        Raises:
            ProductUnknown: There is none of that key, or the caller may not know of it.
        """
        force = self._in_force.current()
        found = force.mesh.products.get(key)
        if found is None and "." in key:
            found = force.mesh.products.get(".".join(identifier(part) for part in key.split(".", 1)))
        described = self._described(force, found, principal) if found else None
        if found is None or described is None:
            raise ProductUnknown(f"no product `{key}` is visible to you", remedy="list them with `freehold products`")
        described["quality"]["measured"] = self._measured(found, self._quality.metrics if self._quality else None)
        return described

    def declared(self, principal: Principal | None) -> list[tuple[Product, DeclaredQuery]]:
        """Return the declared queries of every product the caller may know of; without a caller, none."""
        if principal is None:
            return []
        force = self._in_force.current()
        products = (product for _, product in sorted(force.mesh.products.items()))
        return [(item, query) for item in products if self._accesses(force, item, principal) for query in item.queries]

    def _described(self, force: Force, product: Product, principal: Principal) -> dict[str, Any] | None:
        accesses = self._accesses(force, product, principal)
        if not accesses:
            return None
        decisions = [decision for _, decision in accesses]
        insider = principal.domain == product.domain_key or may_approve(force.mesh, product, principal)
        return {
            "key": product.key,
            "name": product.name,
            "domain": product.domain_key,
            "owner": product.owner,
            "description": product.description,
            "sensitivityLabel": product.sensitivity_label,
            "region": product.home,
            "jurisdiction": product.jurisdiction,
            "interfaces": [_interface(port) for port in product.interfaces],
            "sla": _sla(product),
            "quality": {
                "promised": _metrics(product.quality),
                "measured": self._measured(product, self._quality.recall if self._quality else None),
            },
            "form": _best(decisions),
            "access": [self._access(force, product, *access) for access in accesses],
            "columns": _columns(product, principal, decisions, everything=insider),
            "queries": [_query(product, query) for query in product.queries],
        }

    def _accesses(self, force: Force, product: Product, principal: Principal) -> list[tuple[Contract | None, Decision]]:
        """Return one decision for each contract the caller's domain has here, or one without; none where it is hidden."""
        if not _within_reach(force.mesh, product, principal):
            return []
        mine: list[Contract | None] = [item for item in product.contracts if item.consumer_key == principal.domain]
        grounds = mine if mine and principal.domain != product.domain_key else [None]
        return [(item, self._decide(force, product, principal, item.purpose if item else None)) for item in grounds]

    def _decide(self, force: Force, product: Product, principal: Principal, purpose: str | None) -> Decision:
        return decide(
            Situation(
                mesh=force.mesh,
                principal=principal,
                product=product,
                purpose=purpose,
                today=self._clock.now().astimezone(UTC).date().isoformat(),
                node_region=product.home or "",
                approved=frozenset(item.slug for item in product.contracts if force.approved(product.key, item)),
                versions={item.slug: force.contract_version(product.key, item.slug) for item in product.contracts},
            )
        )

    def _access(self, force: Force, product: Product, contract: Contract | None, decision: Decision) -> dict[str, Any]:
        told: dict[str, Any] = {"purpose": None, "contract": None, "state": None}
        if contract is not None:
            version = force.contract_version(product.key, contract.slug)
            told = {"purpose": contract.purpose, "contract": f"{product.key}/{contract.slug}@{version}"}
            told["state"] = state(force, product, contract, self._clock.now().astimezone(UTC).date().isoformat())
        if decision.effect is Effect.FORBID:
            return told | {"form": "none", "code": decision.code, "detail": decision.detail, "remedy": decision.remedy}
        return told | {
            "form": decision.form.value,
            "minGroup": decision.min_group if decision.form.value == "aggregate" else None,
            "crossing": decision.crossing,
            "rowFiltered": bool(decision.row_filters),
            "columns": shown(decision),
        }

    def _measured(self, product: Product, measure: Any) -> dict[str, Any] | None:
        if measure is None or product.source is None or product.home != self._region:
            return None
        try:
            found = measure(product, self._engine.version(product.source))
        except FreeholdError:
            return None
        return _metrics(found) if found is not None else None


def _within_reach(mesh: Mesh, product: Product, principal: Principal) -> bool:
    """Return whether the caller's domain is of the mesh and anything at all may go to their region."""
    destination = mesh.jurisdiction(principal.region)
    if principal.domain not in mesh.domains or destination is None:
        return False
    return product.jurisdiction is None or mesh.transfer(product.jurisdiction, destination).allow is not Travel.NOTHING


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
        _column(column, rights.get(column.name, "none"))
        for column in product.columns
        if everything or column.name in rights or not (column.personal or column.name.casefold() in excluded)
    ]


def _column(column: Column, right: str) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": column.type,
        "description": column.description,
        "classification": list(column.classifications),
        "right": right,
    }


def _interface(port: Interface) -> dict[str, Any]:
    rate = port.rate_limit
    return {
        "type": port.kind.value,
        "endpoint": port.endpoint,
        "authentication": port.authentication,
        "scopes": list(port.scopes),
        "accessLevel": port.access_level,
        "rateLimit": f"{rate.requests} requests per {rate.seconds} s" if rate else None,
    }


def _sla(product: Product) -> dict[str, Any]:
    promised = product.sla
    return {"availability": promised.availability, "latency": promised.latency_text, "freshness": promised.freshness_text}


def _metrics(found: Any) -> dict[str, Any]:
    return {"completeness": found.completeness, "accuracy": found.accuracy, "timeliness": found.timeliness}


def _query(product: Product, query: DeclaredQuery) -> dict[str, Any]:
    return {
        "name": query.name,
        "path": f"/api/v1/{product.domain_key}/{query.name}",
        "description": query.description,
        "parameters": [_parameter(item) for item in query.parameters],
    }


def _parameter(item: Parameter) -> dict[str, Any]:
    return {
        "name": item.name,
        "type": item.type,
        "description": item.description,
        "required": item.required,
        "default": item.default,
        "values": list(item.values),
    }


def _text(described: dict[str, Any]) -> str:
    """Return all that a search may look at, folded: names, description, domain, owner, label, columns and classifications."""
    parts = [described[name] for name in ("key", "name", "description", "domain", "owner", "sensitivityLabel")]
    for column in described["columns"]:
        parts += [column["name"], column["description"], *column["classification"]]
    for query in described["queries"]:
        parts += [query["name"], query["description"]]
    return "\n".join(part for part in parts if part).casefold()
