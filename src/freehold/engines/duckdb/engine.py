"""The DuckDB adapter of `ports.engine.Engine`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from freehold.engines.duckdb.combined import Blanks, Kept, over
from freehold.engines.duckdb.deadline import Deadlines
from freehold.engines.duckdb.execution import DuckDBExecution
from freehold.engines.duckdb.isolated import IsolatedExecution
from freehold.engines.duckdb.sessions import Sessions
from freehold.engines.duckdb.sources import Files, Sources
from freehold.engines.duckdb.workers import Workers
from freehold.engines.place import Place, Wanted, asked_of, within
from freehold.errors import SourceUnreadable
from freehold.model.federation import FederatedPlan
from freehold.model.product import Source
from freehold.model.query import Barrier, EnforcedPlan, EntityRows, Inspection, Limits, Value
from freehold.ports.engine import Execution, Stop


class DuckDBEngine:
    """DuckDB over the files of one node's data folder, or of its container."""

    def __init__(self, place: Path | Place, *, threads: int = 2, memory: int = 1 << 30) -> None:
        """Serve sources of `place`, which is closed with this; each session may use `threads` threads and `memory` bytes."""
        self._sources = Sources(place)
        self._threads, self._memory = threads, memory
        self._sessions = Sessions(threads=threads, memory=memory)
        self._blanks = Blanks(threads=threads, memory=memory)
        self._workers = Workers(memory=memory)
        self._deadlines = Deadlines()

    def inspect(self, source: Source) -> Inspection:
        """Return what the source holds now; see `ports.engine.Engine.inspect`."""
        return self._sources.inspect(source)

    def version(self, source: Source) -> str:
        """Return the data version of a source; see `ports.engine.Engine.version`."""
        return self._sources.files(source).version

    def at_hand(self, source: Source) -> bool:
        """Return whether nobody waits for `version`; see `ports.engine.Engine.at_hand`."""
        del source
        return self._sources.at_hand

    def entity_rows(self, source: Source, column: str) -> EntityRows | None:
        """Return how many rows each value of a column has; see `ports.engine.Engine.entity_rows`."""
        return self._sources.entity_rows(source, column)

    def run(self, plan: EnforcedPlan, parameters: Mapping[str, Value], limits: Limits, stop: Stop | None = None) -> Execution:
        """Start an enforced plan; see `ports.engine.Engine.run`."""
        return self.run_over(plan, {}, parameters, limits, stop)

    def run_over(
        self,
        plan: EnforcedPlan,
        brought: Mapping[str, tuple[Barrier, Files]],
        parameters: Mapping[str, Value],
        limits: Limits,
        stop: Stop | None = None,
    ) -> Execution:
        """Start an enforced plan whose relations named in `brought` were brought here for it alone, each with what bars it.

        Raises:
            As `run`.
        """
        check = within(limits.seconds, stop)
        files = [
            brought.get(item.relation) or (item, self._sources.held(item.source, _wanted(item, plan), check))
            for item in plan.barriers
        ]
        used = {name: parameters[name] for name in plan.parameters}
        if plan.isolated:
            isolated = IsolatedExecution(self._workers, limits, self._deadlines)
            if stop is not None:
                stop.then(isolated.cancel)
            isolated.start(plan.view, plan.sql, files, used)
            return isolated
        once = Sessions(threads=self._threads, memory=self._memory) if brought else self._sessions
        try:
            cursor = once.cursor(plan.view, files)
        except duckdb.Error:
            names = ", ".join(f"`{barrier.product}`" for barrier, _ in files)
            raise SourceUnreadable(f"the data of {names} does not have the columns that its schema promises") from None
        execution = DuckDBExecution(cursor, limits, self._deadlines, broken=lambda: once.forget(plan.view, files))
        if stop is not None:
            stop.then(execution.cancel)
        execution.start(plan.sql, used)
        return execution

    def combine(
        self,
        plan: FederatedPlan,
        answers: Mapping[str, pa.Table],
        parameters: Mapping[str, Value],
        limits: Limits,
        stop: Stop | None = None,
    ) -> Execution:
        """Start what is left of a question over answers of its homes; see `ports.engine.Engine.combine`."""
        used = {name: parameters[name] for name in plan.parameters}
        if plan.isolated:
            return self._combine_isolated(plan, answers, used, limits, stop)
        session = self._blanks.lend()
        answered = partial(self._blanks.give_back, session)
        execution = DuckDBExecution(over(session, answers, _types(plan)), limits, self._deadlines, answered=answered)
        if stop is not None:
            stop.then(execution.cancel)
        execution.start(plan.sql, used)
        return execution

    def _combine_isolated(
        self, plan: FederatedPlan, answers: Mapping[str, pa.Table], used: dict[str, Value], limits: Limits, stop: Stop | None
    ) -> Execution:
        kept = Kept(answers, _types(plan))
        isolated = IsolatedExecution(self._workers, limits, self._deadlines, ended=kept.close)
        if stop is not None:
            stop.then(isolated.cancel)
        isolated.start(plan.digest, plan.sql, kept.files, used)
        return isolated

    def close(self) -> None:
        """End every session and every worker process."""
        self._workers.close()
        self._blanks.close()
        self._sessions.close()
        self._sources.close()


def _wanted(barrier: Barrier, plan: EnforcedPlan) -> Wanted:
    return asked_of(barrier.outputs, barrier.predicates, plan.sql)


def _types(plan: FederatedPlan) -> dict[str, dict[str, str]]:
    return {fragment.name: fragment.types for fragment in plan.fragments if fragment.types}
