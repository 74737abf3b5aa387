"""From a question to an enforced plan: parse → bind → decide → enforce, remembered per text, caller's view and policy version."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from freehold import errors
from freehold.compiler import Reference, Statement, View, enforce, parse
from freehold.errors import (
    DeclaredQueryUnknown,
    FreeholdError,
    ProductUnknown,
    PurposeMissing,
    RelationUnsupported,
)
from freehold.model.policy import Decision, Effect
from freehold.model.product import DeclaredQuery, Product
from freehold.model.query import EnforcedPlan, Question, Value
from freehold.names import domain_key, identifier
from freehold.ports.engine import Engine
from freehold.ports.keys import Keys
from freehold.services.force import Force
from freehold.services.judge import Judge
from freehold.services.parameters import declared_values, free_values

_KEPT_PLANS = 4096


@dataclass(slots=True)
class Prepared:
    """A question that may run: its plan, the decisions behind it (by product key) and the products it reads."""

    plan: EnforcedPlan
    products: dict[str, Product]
    decisions: dict[str, Decision]
    declared: DeclaredQuery | None = None
    assumed: tuple[Product, ...] = ()
    """Products of which each entity was found to have one row: the plan holds while that is so."""


@dataclass(slots=True)
class Refused(Exception):
    """A refusal with what was known when it was made."""

    error: FreeholdError
    products: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()


@dataclass(slots=True)
class _Names:
    """The products of one mesh by their short name."""

    stamp: int
    short: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


class Preparer:
    """Prepares questions for one node."""

    def __init__(self, *, region: str, keys: Keys, longest: int, engine: Engine | None = None) -> None:
        """Judge for the node of `region`; `keys` derives the mask key of each contract; texts have at most `longest` characters.

        `engine` knows which entity keys are unique; without it, none is.
        """
        self._engine = engine
        self._judge = Judge(region=region, keys=keys)
        self._longest = longest
        self._plans: OrderedDict[tuple[object, ...], Prepared] = OrderedDict()
        self._names = _Names(stamp=-1)

    def prepare(self, question: Question, force: Force, today: str) -> Prepared:
        """Return the enforced plan of a question.

        Raises:
            Refused: With the error to show and what the ledger should know.
        """
        key = (
            question.principal,
            question.sql,
            question.domain,
            question.declared,
            question.purpose,
            question.interface,
            question.via,
            force.stamp,
            today,
        )
        held = self._plans.get(key)
        if held is not None and self.holds(held):
            return held
        prepared = self._prepare(question, force, today)
        self._plans[key] = prepared
        while len(self._plans) > _KEPT_PLANS:
            self._plans.popitem(last=False)
        return prepared

    def holds(self, prepared: Prepared) -> bool:
        """Return whether what a plan assumes of the data is so now."""
        return all(map(self._is_unique, prepared.assumed))

    def values(self, question: Question, prepared: Prepared, force: Force) -> dict[str, Value]:
        """Return the typed parameters of a prepared question.

        Raises:
            ParameterInvalid, ResidencyRefused: A value does not fit, or asks for a region that the caller may not have.
        """
        if prepared.declared is not None:
            return declared_values(prepared.declared, question.parameters, force.mesh, question.destinations)
        return free_values(prepared.plan.parameters, question.parameters)

    def _prepare(self, question: Question, force: Force, today: str) -> Prepared:
        found: dict[tuple[str | None, str], Product] = {}
        decisions: dict[str, Decision] = {}
        try:
            declared = self._declared(question, force)
            statement = parse(declared.sql if declared else question.sql, self._longest)
            found = {(item.domain, item.name): self._product(item, question, force) for item in statement.references}
            judged = {name: self._judge.view(product, question, force, today) for name, product in found.items()}
            decisions = {view.product: view.decision for view in judged.values()}
            _check_decisions(decisions, statement)
            assumed = tuple(product for product in found.values() if self._may_assume(judged, product))
            keys = {product.key for product in assumed}
            judged = {name: view.of_unique() if view.product in keys else view for name, view in judged.items()}
            plan = enforce(statement, judged)
        except FreeholdError as error:
            known = tuple(dict.fromkeys(product.key for product in found.values()))
            raise Refused(_shown(error, question, decisions), known, tuple(decisions.values())) from None
        products = {item.key: item for item in found.values()}
        return Prepared(plan=plan, products=products, decisions=decisions, declared=declared, assumed=assumed)

    def _may_assume(self, judged: Mapping[tuple[str | None, str], View], product: Product) -> bool:
        return any(view.guarded for view in judged.values() if view.product == product.key) and self._is_unique(product)

    def _is_unique(self, product: Product) -> bool:
        if self._engine is None or product.source is None or product.entity_key is None:
            return False
        try:
            return self._engine.is_unique(product.source, product.entity_key)
        except FreeholdError:
            return False  # whoever runs the plan says what is wrong with the data

    def _declared(self, question: Question, force: Force) -> DeclaredQuery | None:
        if question.declared is None:
            return None
        wanted, domain = identifier(question.declared), domain_key(question.domain or "")
        if question.principal.domain in force.mesh.domains:
            for product in force.mesh.products.values():
                if product.domain_key == domain:
                    for query in product.queries:
                        if identifier(query.name) == wanted:
                            return query
        raise DeclaredQueryUnknown(f"no declared query `{wanted[:80]}` of `{domain[:80]}` is visible to you")

    def _product(self, reference: Reference, question: Question, force: Force) -> Product:
        """Find the product behind a name: as written, else the caller's own domain first, else the only one of that name."""
        mesh, mine = force.mesh, question.principal.domain
        if mine in mesh.domains:
            keys = [f"{reference.domain}.{reference.name}"] if reference.domain else self._keys_of(reference.name, force, mine)
            known = [key for key in keys if key in mesh.products]
            if len(known) > 1:
                listed = " or ".join(f"`{key}`" for key in sorted(known)[:5])
                raise RelationUnsupported(
                    f"`{reference.name}` could be {listed}", remedy="write the domain before it", position=reference.position
                )
            if known:
                return mesh.products[known[0]]
        written = f"{reference.domain}.{reference.name}" if reference.domain else reference.name
        raise ProductUnknown(
            f"no product `{written[:120]}` is visible to you",
            remedy="GET /v1/products, or `freehold products`, lists what you may find",
            position=reference.position,
        )

    def _keys_of(self, name: str, force: Force, mine: str | None) -> list[str]:
        if self._names.stamp != force.stamp:
            index: defaultdict[str, list[str]] = defaultdict(list)
            for key in force.mesh.products:
                index[key.split(".", 1)[1]].append(key)
            self._names = _Names(stamp=force.stamp, short=dict(index))
        found = self._names.short.get(name, [])
        own = f"{mine}.{name}"
        return [own] if own in found else found


def error_of(decision: Decision) -> FreeholdError:
    """Return the error that a forbidding decision stands for."""
    kind = errors.REGISTRY[decision.code or "policy-failed"]
    return kind(decision.detail, remedy=decision.remedy, **decision.facts)


def _check_decisions(decisions: Mapping[str, Decision], statement: Statement) -> None:
    """Every product must be permitted, and without a stated purpose all contracts must be for the same one."""
    for decision in decisions.values():
        if decision.effect is Effect.FORBID:
            error = error_of(decision)
            if isinstance(error, ProductUnknown):
                error.facts.pop("product", None)
            raise error
    purposes = sorted({decision.purpose for decision in decisions.values() if decision.contract and decision.purpose})
    if len(purposes) > 1:
        raise PurposeMissing(
            f"the {len(statement.references)} products of this query are yours for different purposes",
            remedy="state one purpose that contracts with all of them are for; yours are: "
            + ", ".join(f'"{item}"' for item in purposes),
            purposes=purposes,
        )


def _shown(error: FreeholdError, question: Question, decisions: Mapping[str, Decision]) -> FreeholdError:
    """Add whom to ask; a declared query's text is not the caller's, so places in it mean nothing to them."""
    if question.declared is not None:
        error.facts.pop("position", None)
        error.facts.pop("suggestion", None)
    decision = decisions.get(str(error.facts.get("product")))
    if error.remedy is None and decision is not None and decision.approver is not None:
        error.remedy = f"need it? ask {decision.approver} for a contract that lists it"
    return error
