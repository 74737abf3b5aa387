"""Put together what each home of a question itself let out (law 4), and put that on record before a byte leaves (law 7).

Nothing here widens access: a home judges its fragment like any other question of the same caller, carried by this node, and what is
put together are answers that this caller could have asked for one by one.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pyarrow as pa

from freehold.compiler import GUARDING
from freehold.digest import digest
from freehold.errors import FreeholdError, Internal, NodeUntrusted
from freehold.model.event import Crossed, EventKind
from freehold.model.query import EnforcedPlan, Limits, Question, Value
from freehold.ports.clock import Clock
from freehold.ports.engine import Engine, Execution, Stop
from freehold.ports.keys import Keys
from freehold.ports.ledger import Leaf
from freehold.services.answer import collect
from freehold.services.assemble import Part, metadata_of_parts, missing_as_empty
from freehold.services.explain import product as product_explained
from freehold.services.explain import refusal
from freehold.services.force import InForce
from freehold.services.parameters import typed
from freehold.services.record import Recorder
from freehold.services.releases import ReleaseMemory
from freehold.services.reply import Answer, Reply
from freehold.services.slot import Slot
from freehold.services.spread import Planner, Spread

_LOG = logging.getLogger("freehold.federation")
_MEMBERS = 50_000_000


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
        self.planner = Planner(
            node=node, region=region, in_force=in_force, keys=keys, clock=clock, longest=limits.sql_length, nonce=nonce
        )
        self._region = region
        self._in_force = in_force
        self._engine = engine
        self._recorder = recorder
        self._limits = limits
        self._releases = releases
        self._slots = threading.BoundedSemaphore(concurrency)

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
            spread = self.planner.plan(question)
            self.planner.values(question, spread)
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
