"""From a question to an enforced plan: parse → bind → decide → enforce, remembered per text, caller's view and policy version."""

from __future__ import annotations

import shlex
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from freehold import errors
from freehold.compiler import Statement, View, enforce
from freehold.errors import (
    ColumnExcluded,
    DataChanged,
    FreeholdError,
    NodeElsewhere,
    ProductUnknown,
    PurposeMissing,
    StatementUnsupported,
)
from freehold.model.policy import Decision, Effect, Form
from freehold.model.product import DeclaredQuery, Product
from freehold.model.query import EnforcedPlan, EntityRows, Joining, Question, Value
from freehold.ports.engine import Engine
from freehold.ports.keys import Keys, NodeKey
from freehold.services.force import Force
from freehold.services.judge import Judge
from freehold.services.parameters import declared_values, free_values
from freehold.services.resolve import Products, Resolver

_KEPT_PLANS = 4096


@dataclass(slots=True)
class Prepared:
    """A question that may run: its plan, the decisions behind it (by product key) and the products it reads."""

    plan: EnforcedPlan
    products: dict[str, Product]
    decisions: dict[str, Decision]
    declared: DeclaredQuery | None = None
    assumed: tuple[tuple[Product, EntityRows], ...] = ()
    """Products with the rows that their entities were found to have: the plan holds while that is so."""


@dataclass(slots=True)
class Refused(Exception):
    """A refusal with what was known when it was made."""

    error: FreeholdError
    products: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()


class Preparer:
    """Prepares questions for one node."""

    def __init__(
        self, *, region: str, keys: Keys, longest: int, engine: Engine | None = None, node_key: NodeKey | None = None
    ) -> None:
        """Judge for the node of `region`; `keys` derives the mask key of each contract; texts have at most `longest` characters.

        `engine` knows how many rows entities have; without it, nothing is assumed of them. `node_key` agrees on join keys with
        other nodes; without it, this node takes part in no join by keyed digests.
        """
        self._engine = engine
        self._joins = node_key is not None
        self._judge = Judge(region=region, keys=keys, node_key=node_key)
        self._resolver = Resolver(longest=longest)
        self._plans: OrderedDict[tuple[object, ...], Prepared] = OrderedDict()

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
        if question.joining is not None:
            return self._joined(question, question.joining, force, today)
        held = self._plans.get(key)
        if held is not None and self.holds(held):
            return held
        prepared = self._prepare(question, force, today)
        self._plans[key] = prepared
        while len(self._plans) > _KEPT_PLANS:
            self._plans.popitem(last=False)
        return prepared

    def _joined(self, question: Question, joining: Joining, force: Force, today: str) -> Prepared:
        """Return the plan of one side of a join by keyed digests, whose keys are for this question alone."""
        if joining.mesh != force.applied.digest:
            raise Refused(
                DataChanged("the two nodes judge by different manifests", remedy="ask again once both have applied the same ones")
            )
        if not self._joins:
            raise Refused(NodeElsewhere("this node takes part in no join by keyed digests", remedy="ask each home by itself"))
        prepared = self._prepare(question, force, today)
        if prepared.plan.form is not Form.ROWS:  # what is guarded here would be known to the memory of this node alone
            error = StatementUnsupported("one side of a join by keyed digests is rows", remedy="ask for aggregates by themselves")
            raise Refused(error, tuple(prepared.products), tuple(prepared.decisions.values()))
        return prepared

    def holds(self, prepared: Prepared) -> bool:
        """Return whether what a plan assumes of the data is so now."""
        return all(self._entity_rows(product) == rows for product, rows in prepared.assumed)

    def values(self, question: Question, prepared: Prepared, force: Force) -> dict[str, Value]:
        """Return the typed parameters of a prepared question.

        Raises:
            ParameterInvalid, ResidencyRefused: A value does not fit, or asks for a region that the caller may not have.
        """
        if prepared.declared is not None:
            return declared_values(prepared.declared, question.parameters, force.mesh, question.destinations)
        return free_values(prepared.plan.parameters, question.parameters)

    def _prepare(self, question: Question, force: Force, today: str) -> Prepared:
        found: Products = {}
        decisions: dict[str, Decision] = {}
        try:
            resolved = self._resolver.resolve(question, force)
            found, statement = resolved.products, resolved.statement
            judged = {name: self._judge.view(product, question, force, today) for name, product in found.items()}
            decisions = {view.product: view.decision for view in judged.values()}
            check_decisions(decisions, statement)
            counted = self._counted(judged, found)
            known = {product.key: rows for product, rows in counted}
            judged = {name: view.over(known[view.product]) if view.product in known else view for name, view in judged.items()}
            plan = enforce(statement, judged)
        except FreeholdError as error:
            named = tuple(dict.fromkeys(product.key for product in found.values()))
            raise Refused(shown(error, question, decisions), named, tuple(decisions.values())) from None
        products = {item.key: item for item in found.values()}
        return Prepared(plan=plan, products=products, decisions=decisions, declared=resolved.declared, assumed=counted)

    def _counted(self, judged: Mapping[tuple[str | None, str], View], found: Products) -> tuple[tuple[Product, EntityRows], ...]:
        """Return how many rows the entities of guarded products have, where that is known."""
        guarded = {view.product for view in judged.values() if view.guarded}
        products = {product.key: product for product in found.values() if product.key in guarded}
        counted = [(product, self._entity_rows(product)) for product in products.values()]
        return tuple((product, rows) for product, rows in counted if rows is not None)

    def _entity_rows(self, product: Product) -> EntityRows | None:
        if self._engine is None or product.source is None or product.entity_key is None:
            return None
        try:
            return self._engine.entity_rows(product.source, product.entity_key)
        except FreeholdError:
            return None  # whoever runs the plan says what is wrong with the data


def error_of(decision: Decision) -> FreeholdError:
    """Return the error that a forbidding decision stands for."""
    kind = errors.REGISTRY[decision.code or "policy-failed"]
    return kind(decision.detail, remedy=decision.remedy, **decision.facts)


def check_decisions(decisions: Mapping[str, Decision], statement: Statement) -> None:
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


def shown(error: FreeholdError, question: Question, decisions: Mapping[str, Decision]) -> FreeholdError:
    """Add whom to ask; a declared query's text is not the caller's, so places in it mean nothing to them."""
    if question.declared is not None:
        error.facts.pop("position", None)
        error.facts.pop("suggestion", None)
    decision = decisions.get(str(error.facts.get("product")))
    if error.remedy is not None or decision is None:
        return error
    if isinstance(error, ColumnExcluded) and decision.contract is not None and decision.purpose is not None:
        command = asking(decision.product, str(error.facts.get("column")), decision.purpose)
        error.remedy = f"need it? {command}" + (f"   (approver: {decision.approver})" if decision.approver else "")
    elif decision.approver is not None:
        error.remedy = f"need it? ask {decision.approver} for a contract that lists it"
    return error


def asking(product: str, column: str, purpose: str) -> str:
    """Return the command that asks for a column that the caller's contract names and excludes, as a shell reads it.

    >>> asking("customer.customer_360", "email", "Customer enrichment")
    'freehold request customer.customer_360 --fields email --purpose "Customer enrichment"'
    """
    plain = purpose.isprintable() and not set(purpose) & set('"$`\\!')
    stated = f'"{purpose}"' if plain else shlex.quote(purpose)
    return f"freehold request {product} --fields {shlex.quote(column)} --purpose {stated}"
