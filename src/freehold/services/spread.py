"""Plan a question over several homes: what each of them is asked, as it would judge it, and how their answers are put together.

Nothing here widens access: a home judges its fragment like any other question of the same caller, carried by this node (law 4).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping

import msgspec

from freehold.compiler import View
from freehold.compiler.federation import Refused, divide, divide_by_keys
from freehold.errors import FreeholdError, PlanMissing, QueryRefused, RegionMissing
from freehold.model.federation import FederatedPlan, Fragment
from freehold.model.label import RightKind
from freehold.model.peer import Carrier
from freehold.model.place import Node
from freehold.model.policy import Decision, Effect
from freehold.model.product import DeclaredQuery, Product
from freehold.model.query import Joining, JoinKey, Question, Scalar, Value
from freehold.ports.clock import Clock
from freehold.ports.keys import Keys
from freehold.services.force import Force, InForce
from freehold.services.judge import Judge
from freehold.services.obstacle import Obstacles
from freehold.services.parameters import declared_values, free_values
from freehold.services.prepare import check_decisions, shown
from freehold.services.resolve import Resolved, Resolver

_KEPT = 1024
MOST_FRAGMENTS = 256


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """A planned question: its plan, the products it reads and the decisions expected on them, each by key, and the nodes asked."""

    plan: FederatedPlan
    products: dict[str, Product]
    decisions: dict[str, Decision]
    nodes: dict[str, Node]
    force: Force
    declared: DeclaredQuery | None = None


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What one home is asked: as a question to this node's own gate where it is at home here, else as it is carried."""

    fragment: Fragment
    node: Node
    question: Question


class _Presumed(Force):
    """What is in force, with every contract approved: only a home knows which of its contracts are."""

    def approved(self, product: str, contract: object) -> bool:
        del product, contract
        return True


class Planner:
    """What plans for one node; plans are kept while what they rest on is in force."""

    def __init__(
        self,
        *,
        node: str,
        region: str,
        in_force: InForce,
        keys: Keys,
        clock: Clock,
        longest: int,
        nonce: Callable[[], str],
    ) -> None:
        """Plan for `node` in `region`, of texts of at most `longest` characters; `nonce` gives 32 hex digits, never the same."""
        self._carrier = Carrier(node=node, region=region)
        self._region = region
        self._in_force = in_force
        self._keys = keys
        self._clock = clock
        self._nonce = nonce
        self._resolver = Resolver(longest=longest)
        self._judges: dict[str, Judge] = {}
        self._plans: OrderedDict[tuple[object, ...], Spread] = OrderedDict()

    def plan(self, question: Question) -> Spread:
        """Return the plan of a question.

        Raises:
            NothingApplied: No mesh is in force.
            FreeholdError: There is none, or the question cannot be understood; not recorded yet.
        """
        force = self._in_force.current()
        asked = (question.sql, question.domain, question.declared, question.purpose, question.interface)
        key = (question.principal, *asked, force.stamp, self._today())
        held = self._plans.get(key)
        if held is None:
            held = self._plans[key] = self._plan(question, force, self._region)
            while len(self._plans) > _KEPT:
                self._plans.popitem(last=False)
        return held

    def values(self, question: Question, spread: Spread) -> dict[str, Value]:
        """Return the typed parameters of a planned question.

        Raises:
            ParameterInvalid, ResidencyRefused: A value does not fit, or asks for a region that the caller may not have.
        """
        if spread.declared is not None:
            return declared_values(spread.declared, question.parameters, spread.force.mesh, question.destinations)
        names = tuple(dict.fromkeys([*spread.plan.parameters, *(n for item in spread.plan.fragments for n in item.parameters)]))
        return free_values(names, question.parameters)

    def sent(self, question: Question, spread: Spread, values: Mapping[str, Value]) -> list[Sent]:
        """Return what each home is asked."""
        nonce = self._nonce() if spread.plan.guard is not None else ""
        return [
            Sent(
                fragment=fragment,
                node=spread.nodes[fragment.region],
                question=Question(
                    principal=question.principal,
                    sql=fragment.sql,
                    parameters={name: _scalar(values[name]) for name in fragment.parameters},
                    purpose=question.purpose,
                    path=question.path,
                    joining=_joining(spread, fragment, nonce),
                ),
            )
            for fragment in spread.plan.fragments
        ]

    def _plan(self, question: Question, force: Force, entry: str) -> Spread:
        """Return the plan of a question that comes in at the node of the region `entry`.

        Raises:
            FreeholdError: There is none, with what would help.
        """
        decisions: dict[str, Decision] = {}
        try:
            resolved = self._resolver.resolve(question, force)
            views = self._views(resolved, question, force, entry)
            decisions = {view.product: view.decision for view in views.values()}
            check_decisions(decisions, resolved.statement)
            products = {product.key: product for product in resolved.products.values()}
            try:
                plan = divide(resolved.statement, views, _homes(resolved), _types(resolved))
            except (Refused, QueryRefused):
                joined = self._joined(resolved, question, force, entry)
                if joined is None:
                    raise
                plan, decisions = joined
        except Refused as refused:
            raise shown(self._obstacles(question, force, entry).error(refused), question, decisions) from None
        except FreeholdError as error:
            raise shown(error, question, decisions) from None
        if len(plan.fragments) > MOST_FRAGMENTS:
            raise PlanMissing(
                f"the question falls into more than {MOST_FRAGMENTS} parts", remedy="ask about fewer products at once"
            )
        regions = {fragment.region for fragment in plan.fragments}
        nodes = {region: found for region in regions if (found := force.mesh.node_in(region)) is not None}
        return Spread(plan=plan, products=products, decisions=decisions, nodes=nodes, force=force, declared=resolved.declared)

    def _joined(
        self, resolved: Resolved, question: Question, force: Force, entry: str
    ) -> tuple[FederatedPlan, dict[str, Decision]] | None:
        """Return the plan of a question as a join by keyed digests, and the decisions that it rests on; None where it is none.

        Raises:
            Refused, FreeholdError: It is one, and may not be.
        """
        views = self._views(resolved, msgspec.structs.replace(question, joining=Joining()), force, entry)
        decisions = {view.product: view.decision for view in views.values()}
        if all(item.effect is Effect.FORBID or not _has_join_keys(item) for item in decisions.values()):
            return None
        products = {product.key: product for product in resolved.products.values()}

        def sent(product: str, keys: tuple[JoinKey, ...]) -> View:
            return self._view(products[product], msgspec.structs.replace(question, joining=Joining(keys=keys)), force, entry)

        plan = divide_by_keys(resolved.statement, views, _homes(resolved), _types(resolved), sent)
        return (plan, decisions) if plan is not None else None

    def _views(self, resolved: Resolved, question: Question, force: Force, entry: str) -> dict[tuple[str | None, str], View]:
        return {name: self._view(product, question, force, entry) for name, product in resolved.products.items()}

    def _obstacles(self, question: Question, force: Force, entry: str) -> Obstacles:
        def passes(region: str) -> bool:
            try:
                self._plan(question, force, region)
            except FreeholdError:
                return False
            return True

        return Obstacles(force.mesh, entry, None if entry != self._region else passes)

    def _view(self, product: Product, question: Question, force: Force, entry: str) -> View:
        home = product.home or ""
        judge = self._judges.get(home)
        if judge is None:
            judge = self._judges[home] = Judge(region=home, keys=self._keys)
        if home == entry:
            return judge.view(product, question, self._in_force_at(force, home), self._today())
        via = self._carrier if entry == self._region else Carrier(node=entry, region=entry)
        return judge.view(product, msgspec.structs.replace(question, via=via), self._in_force_at(force, home), self._today())

    def _in_force_at(self, force: Force, home: str) -> Force:
        return force if home == self._region else _Presumed(force.stamp, force.applied, ())

    def _today(self) -> str:
        return self._clock.now().date().isoformat()


def _homes(resolved: Resolved) -> dict[str, str]:
    return {product.key: product.home or "" for product in resolved.products.values()}


def _types(resolved: Resolved) -> dict[str, str]:
    return {item.name: item.type for item in resolved.declared.parameters} if resolved.declared else {}


def _has_join_keys(decision: Decision) -> bool:
    return any(column.right.kind is RightKind.JOIN for column in decision.columns)


def _joining(spread: Spread, fragment: Fragment, nonce: str) -> Joining | None:
    """Return what a home is told of a join by keyed digests that its answer is for."""
    return Joining(nonce=nonce, mesh=spread.force.applied.digest, keys=fragment.keys) if spread.plan.guard is not None else None


def missing(fragment: Fragment, node: Node, error: FreeholdError) -> RegionMissing:
    """Return what to say where a home does not answer its fragment."""
    return RegionMissing(
        f"`{node.name}` in `{fragment.region}` does not answer: {error.detail}",
        remedy="ask again later, or with `partial=allow` for what the other regions have"
        if fragment.siblings
        else "ask again later",
        region=fragment.region,
        node=node.name,
        products=list(fragment.products),
        reason=error.code,
    )


def _scalar(value: Value) -> Scalar:
    """Return a parameter as JSON carries it; its type is written where it arrives."""
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
