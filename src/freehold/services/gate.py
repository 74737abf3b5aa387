"""The one gate (law 1): bind → decide → enforce → place → run → record → answer, for every read on every path."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import msgspec
import pyarrow as pa

from freehold.digest import digest
from freehold.errors import DataChanged, FreeholdError, Internal, RateLimited
from freehold.model.event import EventKind
from freehold.model.query import EnforcedPlan, Limits, Question, Value
from freehold.ports.clock import Clock
from freehold.ports.engine import Engine, Execution, Stop
from freehold.ports.keys import Keys, NodeKey
from freehold.ports.ledger import Ledger
from freehold.ports.limiter import Limiter
from freehold.ports.registry import Registry
from freehold.services.answer import Measured, collect, measured_sources, metadata_of
from freehold.services.explain import explanation
from freehold.services.force import Force, InForce
from freehold.services.parameters import typed
from freehold.services.prepare import Prepared, Preparer, Refused
from freehold.services.quality import Quality
from freehold.services.record import Form, Recorder, form
from freehold.services.releases import ReleaseMemory
from freehold.services.reply import Answer, Reply
from freehold.services.slot import Slot

_LOG = logging.getLogger("freehold.gate")
_KEPT_ANSWERS = 1024
_FRESH_SECONDS = 30.0
_SEEN_SECONDS = 0.02
"""For how long an answer is given again before its files are looked at anew."""

_MEMBERS = 50_000_000
_OWN_PATHS = frozenset({"quality", "classify"})
"""What the node itself asks in the owner's name: no consumer's rate is counted for it, and no quality is measured first."""


@dataclass(slots=True)
class _Kept:
    """An answer that may be given again to the same caller while nothing has changed; its data was looked at when `checked`."""

    stamp: int
    today: str
    prepared: Prepared
    versions: tuple[str, ...]
    answer: Answer
    form: Form
    until: float
    checked: float


class Gate:
    """Every read of every product at home on one node goes through here; there is no other way to an engine."""

    def __init__(
        self,
        *,
        node: str,
        region: str,
        in_force: InForce,
        engine: Engine,
        ledger: Ledger,
        registry: Registry,
        keys: Keys,
        clock: Clock,
        limiter: Limiter,
        quality: Quality,
        releases: ReleaseMemory,
        limits: Limits,
        concurrency: int = 32,
        node_key: NodeKey | None = None,
    ) -> None:
        """Judge for `node` in `region`; at most `concurrency` queries run at a time.

        `node_key` agrees on join keys with other nodes; without it, this node takes part in no join by keyed digests.
        """
        self._in_force = in_force
        self._engine = engine
        self._clock = clock
        self._limiter = limiter
        self._quality = quality
        self._releases = releases
        self._limits = limits
        self._region = region
        self._preparer = Preparer(region=region, keys=keys, longest=limits.sql_length, engine=engine, node_key=node_key)
        self._explainer = Preparer(region=region, keys=keys, longest=limits.sql_length)  # knows nothing of the data
        self._recorder = Recorder(node=node, ledger=ledger, registry=registry, keys=keys, clock=clock)
        self._slots = threading.BoundedSemaphore(concurrency)
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[object, ...], _Kept] = OrderedDict()

    def recall(self, question: Question) -> Reply | None:
        """Answer again what this same caller was answered, where policy, data and day are the same; else None. Never blocks."""
        key = _key(question)
        kept = self._kept.get(key)
        now = self._clock.monotonic()
        if kept is None or kept.until < now:
            return None
        force = self._in_force.current()
        if force.stamp != kept.stamp or self._today() != kept.today or not self._is_current(kept, now):
            return None
        try:
            self._count(question, kept.prepared)
        except RateLimited as error:
            return self._refuse(question, force, error, tuple(kept.prepared.products), tuple(kept.prepared.decisions.values()))
        return Reply(self._recorder.repeat(kept.form), answer=kept.answer)

    def ask(self, question: Question, stop: Stop | None = None) -> Reply:
        """Decide a question and, where it is permitted, run it. Blocking; a refusal is inside the reply.

        `stop` is how a caller who goes away ends the query from another thread.

        Raises:
            NothingApplied: No mesh is in force, so nothing can be decided or recorded under one.
        """
        known = self.recall(question)
        if known is not None:
            return known
        force = self._in_force.current()
        prepared: Prepared | None = None
        try:
            prepared = self._preparer.prepare(question, force, self._today())
            return self._answer(question, force, prepared, stop)
        except Refused as refused:
            return self._refuse(question, force, refused.error, refused.products, refused.decisions)
        except FreeholdError as error:
            products = tuple(prepared.products) if prepared else ()
            decisions = tuple(prepared.decisions.values()) if prepared else ()
            return self._refuse(question, force, error, products, decisions)
        except Exception as error:  # noqa: BLE001  (deny on error: nothing unforeseen may answer, and no text of it may leave)
            _LOG.error("unforeseen %s while deciding a question", type(error).__name__, exc_info=error)
            return self._refuse(question, force, Internal(), (), ())

    def explain(self, question: Question) -> tuple[int, dict[str, Any]]:
        """Return the leaf and the decision of a question without running it; the leaf is durable.

        Raises:
            NothingApplied, StoreFull, StoreFailed: It could not be decided or recorded.
        """
        force = self._in_force.current()
        try:
            prepared = self._explainer.prepare(question, force, self._today())
            self._explainer.values(question, prepared, force)
        except Refused as refused:
            leaf = self._refuse(question, force, refused.error, refused.products, refused.decisions).leaf.result()
            return leaf, explanation(self._region, error=refused.error)
        except FreeholdError as error:
            leaf = self._refuse(question, force, error, (), ()).leaf.result()
            return leaf, explanation(self._region, error=error)
        except Exception as error:  # noqa: BLE001  (as in `ask`)
            _LOG.error("unforeseen %s while explaining a question", type(error).__name__, exc_info=error)
            leaf = self._refuse(question, force, Internal(), (), ()).leaf.result()
            return leaf, explanation(self._region, error=Internal())
        entry = msgspec.structs.replace(
            self._recorder.template(question, force, prepared.decisions, prepared.plan), kind=EventKind.EXPLAINED
        )
        return self._recorder.append(entry).result(), explanation(self._region, prepared=prepared)

    def completed(self, leaf: int, rows: int, digest: str) -> None:
        """Record that the streamed or carried answer under `leaf` ended, with its rows and the SHA-256 of what was sent, in hex."""
        self._recorder.completion(leaf, rows, digest)

    def _answer(self, question: Question, force: Force, prepared: Prepared, stop: Stop | None) -> Reply:
        self._count(question, prepared)
        values = self._preparer.values(question, prepared, force)
        versions = self._versions(prepared)
        if not self._preparer.holds(prepared):
            raise DataChanged(remedy="ask again")
        measured = self._measure(question, prepared, versions)
        slot = Slot(self._slots)
        try:
            told = self._remember(question, prepared, values, versions, stop)
        except BaseException:
            slot.free()
            raise
        rest: Execution | None = None
        try:
            execution = self._engine.run(prepared.plan, values, self._limits, stop)
            table, rest = collect(execution, slot.free)
            self._check_unchanged(prepared, versions)
            return self._settled(told, self._release(question, force, prepared, values, versions, measured, table=table, rest=rest))
        except BaseException:
            slot.free()  # its groups stay remembered: the same question, asked at the same time, may have been answered
            if rest is not None:
                rest.cancel()
                rest.close()
            raise

    def _check_unchanged(self, prepared: Prepared, versions: tuple[str, ...]) -> None:
        """What was told of groups, and known of the rows of entities, must be of the data that the answer is from."""
        if (prepared.plan.members or prepared.assumed) and self._versions(prepared) != versions:
            raise DataChanged(remedy="ask again")

    def _settled(self, told: list[int], reply: Reply) -> Reply:
        if told:
            self._releases.settle(told, reply.leaf.result())
        return reply

    def _remember(
        self,
        question: Question,
        prepared: Prepared,
        values: dict[str, Value],
        versions: tuple[str, ...],
        stop: Stop | None,
    ) -> list[int]:
        """Remember who is in the groups of an answer, before anything of it is made."""
        if not prepared.plan.members:
            return []

        def members(plan: EnforcedPlan) -> pa.Table:
            limits = msgspec.structs.replace(self._limits, rows=_MEMBERS)
            execution = self._engine.run(plan, values, limits, stop)
            schema = execution.schema
            return pa.Table.from_batches(list(execution.batches()), schema=schema)

        known = dict(zip(prepared.products, versions, strict=True))
        return self._releases.admit(question, prepared.plan, values, known, members)

    def _release(  # noqa: PLR0917  (the parts of one answer, in the order in which they came to be)
        self,
        question: Question,
        force: Force,
        prepared: Prepared,
        values: dict[str, Value],
        versions: tuple[str, ...],
        measured: dict[str, Measured],
        *,
        table: pa.Table | None,
        rest: Execution | None,
    ) -> Reply:
        asked = {name: typed(value) for name, value in values.items()}
        etag = digest([prepared.plan.digest, versions, asked, force.applied.digest])[:32]
        answer = Answer(
            schema=table.schema if table is not None else rest.schema if rest is not None else pa.schema([]),
            metadata=metadata_of(self._region, force, prepared, measured),
            etag=etag,
            table=table,
            execution=rest,
        )
        entry = msgspec.structs.replace(
            self._recorder.template(question, force, prepared.decisions, prepared.plan),
            query=self._recorder.query_digest(question),
            data=digest(versions)[:32],
            rows=table.num_rows if table is not None else None,
            answer=answer.digest() if table is not None else "",
        )
        if table is not None and table.nbytes <= _SMALL and question.joining is None and self._is_at_hand(prepared):
            now = self._clock.monotonic()
            kept = _Kept(force.stamp, self._today(), prepared, versions, answer, form(entry), now + _FRESH_SECONDS, now)
            self._keep(question, kept)
        return Reply(self._recorder.append(entry), answer=answer)

    def _keep(self, question: Question, kept: _Kept) -> None:
        with self._lock:
            self._kept[_key(question)] = kept
            while len(self._kept) > _KEPT_ANSWERS:
                self._kept.popitem(last=False)

    def _measure(self, question: Question, prepared: Prepared, versions: tuple[str, ...]) -> dict[str, Measured]:
        return measured_sources(prepared, versions, self._engine, None if question.path in _OWN_PATHS else self._quality)

    def _is_current(self, kept: _Kept, now: float) -> bool:
        if now - kept.checked < _SEEN_SECONDS:
            return True
        try:
            current = self._versions(kept.prepared) == kept.versions
        except FreeholdError:
            return False
        kept.checked = now
        return current

    def _versions(self, prepared: Prepared) -> tuple[str, ...]:
        return tuple(self._engine.version(product.source) for product in prepared.products.values() if product.source is not None)

    def _is_at_hand(self, prepared: Prepared) -> bool:
        """Return whether it is told without waiting whether the data is still the same: `recall` never waits."""
        sources = (product.source for product in prepared.products.values())
        return all(source is not None and self._engine.at_hand(source) for source in sources)

    def _count(self, question: Question, prepared: Prepared) -> None:
        """Count the request against the rate limit of each interface it goes through."""
        if question.path in _OWN_PATHS:
            return
        for product in prepared.products.values():
            port = product.interface(question.interface)
            if port is None or port.rate_limit is None:
                continue
            wait = self._limiter.hit(f"{product.key}/{port.kind.value}/{question.principal.domain}", port.rate_limit)
            if wait is not None:
                raise RateLimited(
                    f"your domain may ask `{product.key}` {port.rate_limit.requests:,} times in {port.rate_limit.seconds} s",
                    remedy=f"try again in {wait:.0f} s",
                    product=product.key,
                    retryAfter=wait,
                )

    def _refuse(
        self, question: Question, force: Force, error: FreeholdError, products: tuple[str, ...], decisions: tuple[Any, ...]
    ) -> Reply:
        return Reply(self._recorder.refusal(question, force, error, products, decisions), refusal=error, products=products)

    def _today(self) -> str:
        return self._clock.now().date().isoformat()


_SMALL = 1 << 20


def _key(question: Question) -> tuple[object, ...]:
    return (
        question.principal,
        question.sql,
        question.domain,
        question.declared,
        question.purpose,
        question.interface,
        question.path,
        question.via,
        question.joining,
        tuple((name, value.__class__, str(value)) for name, value in question.parameters.items()),
    )


__all__ = ["Gate"]
