"""Answer a question over several homes: plan what each is asked, then put together what each home itself let out (law 4).

Nothing here widens access: a home judges its fragment like any other question of the same caller, carried by this node, and what is
put together are answers that this caller could have asked for one by one.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pyarrow as pa

from freehold.compiler import GUARDING, View
from freehold.compiler.federation import Refused, divide, divide_by_keys
from freehold.digest import digest
from freehold.errors import FreeholdError, Internal, NodeUntrusted, PlanMissing, QueryRefused, RegionMissing
from freehold.model.event import Crossed, EventKind
from freehold.model.federation import FederatedPlan, Fragment
from freehold.model.label import RightKind
from freehold.model.peer import Carrier
from freehold.model.place import Node
from freehold.model.policy import Decision, Effect
from freehold.model.product import DeclaredQuery, Product
from freehold.model.query import EnforcedPlan, Joining, JoinKey, Limits, Question, Scalar, Value
from freehold.ports.clock import Clock
from freehold.ports.engine import Engine, Execution, Stop
from freehold.ports.keys import Keys
from freehold.ports.ledger import Leaf
from freehold.services.answer import collect
from freehold.services.assemble import Part, metadata_of_parts, missing_as_empty
from freehold.services.explain import product as product_explained
from freehold.services.explain import refusal
from freehold.services.force import Force, InForce
from freehold.services.judge import Judge
from freehold.services.obstacle import Obstacles
from freehold.services.parameters import declared_values, free_values, typed
from freehold.services.prepare import check_decisions, shown
from freehold.services.record import Recorder
from freehold.services.releases import ReleaseMemory
from freehold.services.reply import Answer, Reply
from freehold.services.resolve import Resolved, Resolver
from freehold.services.slot import Slot

_LOG = logging.getLogger("freehold.federation")
_KEPT = 1024
_MEMBERS = 50_000_000
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


class Federation:
    """Questions over several homes, for the node where they come in."""

    def __init__(
        self,
        *,
        node: str,
        region: str,
        in_force: InForce,
        engine: Engine,
        recorder: Recorder,
        keys: Keys,
        clock: Clock,
        limits: Limits,
        releases: ReleaseMemory,
        nonce: Callable[[], str],
        concurrency: int = 8,
    ) -> None:
        """Plan and answer for `node` in `region`; at most `concurrency` answers are put together at a time.

        `releases` remembers the groups that are made here, for those of the homes that let their keys be compared here; `nonce`
        returns 32 hex digits, never the same twice.
        """
        self._carrier = Carrier(node=node, region=region)
        self._region = region
        self._in_force = in_force
        self._engine = engine
        self._recorder = recorder
        self._keys = keys
        self._clock = clock
        self._limits = limits
        self._releases = releases
        self._nonce = nonce
        self._resolver = Resolver(longest=limits.sql_length)
        self._slots = threading.BoundedSemaphore(concurrency)
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

    def finish(self, question: Question, spread: Spread, values: Mapping[str, Value], parts: list[Part], stop: Stop) -> Reply:
        """Return the answer that the homes' answers make together, or the refusal of it; both are recorded. Blocking."""
        try:
            return self._finish(question, spread, values, parts, stop)
        except FreeholdError as error:
            return Reply(self.refused(question, error, spread), refusal=error)
        except Exception as error:  # noqa: BLE001  (deny on error, as the gate)
            _LOG.error("unforeseen %s while putting parts together", type(error).__name__, exc_info=error)
            failed = Internal()
            return Reply(self.refused(question, failed, spread), refusal=failed)

    def refused(self, question: Question, error: FreeholdError, spread: Spread | None = None) -> Leaf:
        """Record that a question over several homes was refused, or failed."""
        products = tuple(spread.products) if spread is not None else ()
        decisions = tuple(spread.decisions.values()) if spread is not None else ()
        return self._recorder.refusal(question, self._in_force.current(), error, products, decisions)

    def explain(self, question: Question) -> tuple[int, dict[str, Any]]:
        """Return the leaf and the plan of a question without asking anybody; the leaf is durable.

        Raises:
            NothingApplied, StoreFull, StoreFailed: It could not be planned or recorded.
        """
        try:
            spread = self.plan(question)
            self.values(question, spread)
        except FreeholdError as error:
            return self.refused(question, error).result(), refusal(self._region, error)
        except Exception as error:  # noqa: BLE001  (as in `finish`)
            _LOG.error("unforeseen %s while explaining a question", type(error).__name__, exc_info=error)
            return self.refused(question, Internal()).result(), refusal(self._region, Internal())
        template = self._recorder.template(question, spread.force, spread.decisions, spread.plan)
        entry = msgspec.structs.replace(template, kind=EventKind.EXPLAINED)
        return self._recorder.append(entry).result(), self._explained(spread)

    def _finish(self, question: Question, spread: Spread, values: Mapping[str, Value], parts: list[Part], stop: Stop) -> Reply:
        tables = missing_as_empty(spread.plan, parts)
        if spread.plan.guard is not None:
            tables = {
                name: table.rename_columns([GUARDING.get(column, column) for column in table.column_names])
                for name, table in tables.items()
            }
        slot = Slot(self._slots)
        rest: Execution | None = None
        try:
            told = self._remember(question, spread, values, parts, tables, stop)
            execution = self._engine.combine(spread.plan, tables, values, self._limits, stop)
            table, rest = collect(execution, slot.free)
            return self._settled(told, self._answered(question, spread, values, parts, table=table, rest=rest))
        except BaseException:
            slot.free()
            if rest is not None:
                rest.cancel()
                rest.close()
            raise

    def _settled(self, told: list[int], reply: Reply) -> Reply:
        if told:
            self._releases.settle(told, reply.leaf.result())
        return reply

    def _remember(  # noqa: PLR0917  (the parts of one answer, in the order in which they came to be)
        self,
        question: Question,
        spread: Spread,
        values: Mapping[str, Value],
        parts: list[Part],
        tables: dict[str, pa.Table],
        stop: Stop,
    ) -> list[int]:
        """Remember who is in the groups of an answer that joins by keyed digests, before anything of it is made."""
        guard = spread.plan.guard
        if guard is None or not guard.members:
            return []

        def members(plan: EnforcedPlan) -> pa.Table:
            part = msgspec.structs.replace(
                spread.plan, sql=plan.sql, digest=plan.digest, parameters=plan.parameters, isolated=plan.isolated
            )
            execution = self._engine.combine(part, tables, values, msgspec.structs.replace(self._limits, rows=_MEMBERS), stop)
            schema = execution.schema
            return pa.Table.from_batches(list(execution.batches()), schema=schema)

        versions = {key: str(version) for part in parts for key, version in (part.metadata.get("dataVersion") or {}).items()}
        unknown = next((part for part in parts if not versions.keys() >= set(part.fragment.products)), None)
        if unknown is not None:
            raise NodeUntrusted(f"`{unknown.node}` does not say of which version its data is", node=unknown.node)
        return self._releases.admit(question, guard, values, versions, members)

    def _answered(
        self,
        question: Question,
        spread: Spread,
        values: Mapping[str, Value],
        parts: list[Part],
        *,
        table: pa.Table | None,
        rest: Execution | None,
    ) -> Reply:
        answer = Answer(
            schema=table.schema if table is not None else rest.schema if rest is not None else pa.schema([]),
            metadata=metadata_of_parts(self._region, spread.force, spread.plan, parts),
            etag=self._etag(spread, values, parts),
            table=table,
            execution=rest,
        )
        entry = msgspec.structs.replace(
            self._recorder.template(question, spread.force, spread.decisions, spread.plan),
            query=self._recorder.query_digest(question),
            rows=table.num_rows if table is not None else None,
            answer=answer.digest() if table is not None else "",
            fragments=tuple(_crossed(part) for part in parts),
        )
        return Reply(self._recorder.append(entry), answer=answer)

    def _etag(self, spread: Spread, values: Mapping[str, Value], parts: list[Part]) -> str:
        asked = {name: typed(value) for name, value in values.items()}
        given = [[part.fragment.name, part.etag, part.missing] for part in parts]
        return digest([spread.plan.digest, given, asked, spread.force.applied.digest])[:32]

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

    def _explained(self, spread: Spread) -> dict[str, Any]:
        plan, mesh = spread.plan, spread.force.mesh
        fields = plan.fields
        forms = {name: item.form for item in plan.fragments for name in item.fields}
        return {
            "effect": "permit",
            "form": plan.form.value,
            "region": self._region,
            "jurisdiction": mesh.jurisdiction(self._region),
            "sql": plan.sql,
            "parameters": list(plan.parameters),
            "products": [
                product_explained(decision, fields.get(key, ()), forms.get(key, plan.form)) | {"region": spread.products[key].home}
                for key, decision in spread.decisions.items()
            ],
            "fragments": [
                {
                    "name": item.name,
                    "region": item.region,
                    "node": spread.nodes[item.region].name,
                    "jurisdiction": mesh.jurisdiction(item.region),
                    "form": item.form.value,
                    "products": list(item.products),
                    "columns": list(item.columns),
                    "sql": item.sql,
                    "crosses": item.region != self._region,
                    "border": mesh.border(item.region, self._region),
                    "mayBeMissing": bool(item.siblings),
                    "joinKeys": [key.column for key in item.keys],
                }
                for item in plan.fragments
            ],
        }

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


def _crossed(part: Part) -> Crossed:
    return Crossed(
        region=part.fragment.region,
        leaf=part.leaf,
        relay_leaf=part.relay_leaf,
        form=part.fragment.form.value,
        rows=part.rows,
        bytes=part.size,
        missing=part.missing,
    )


def _scalar(value: Value) -> Scalar:
    """Return a parameter as JSON carries it; its type is written where it arrives."""
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
