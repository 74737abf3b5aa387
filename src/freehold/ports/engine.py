"""What executes SQL: it accepts an enforced plan and nothing else (law 2)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Protocol

from freehold.model.federation import FederatedPlan
from freehold.model.product import Source
from freehold.model.query import EnforcedPlan, EntityRows, Inspection, Limits, Value

if TYPE_CHECKING:
    import pyarrow as pa


class Stop:
    """A caller's wish to stop, which may come before the query has a handle. Safe in any thread."""

    def __init__(self) -> None:
        """Wish nothing yet."""
        self._lock = threading.Lock()
        self._actions: list[Callable[[], None]] = []
        self._wished = False

    @property
    def wished(self) -> bool:
        """Whether the caller wants no answer any more."""
        return self._wished

    def wish(self) -> None:
        """Stop what is under way now, and whatever starts later."""
        with self._lock:
            self._wished = True
            actions, self._actions = self._actions, []
        for action in actions:
            action()

    def then(self, action: Callable[[], None]) -> None:
        """Call `action`, which must be harmless after the end, once the caller wishes to stop; at once where that was before."""
        with self._lock:
            if not self._wished:
                self._actions.append(action)
                return
        action()


class Execution(Protocol):
    """A query under way. Its batches can be read once; `cancel` may be called from any thread, `close` must be called."""

    @property
    def schema(self) -> pa.Schema:
        """The answer's Arrow schema, known before the first batch."""
        ...

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the answer's record batches.

        Raises:
            TimeExceeded, MemoryExceeded, RowsExceeded: A limit was met.
            QueryCancelled: `cancel` was called.
            QueryInvalid: A type or a value does not fit.
            EngineFailed: Anything else; the engine's text stays inside.
        """
        ...

    def cancel(self) -> None:
        """Stop the query as soon as the engine can."""
        ...

    def close(self) -> None:
        """Give back what the query holds; safe to call twice."""
        ...


class Engine(Protocol):
    """An engine over the sources of one node."""

    def inspect(self, source: Source) -> Inspection:
        """Return what the source holds now.

        Raises:
            SourceUnreadable: Missing, corrupt, outside the node's data folder, or not of the format named.
        """
        ...

    def version(self, source: Source) -> str:
        """Return the data version alone: cheap enough to ask on every query.

        Raises:
            SourceUnreadable: The source is missing or lies outside the node's data folder.
        """
        ...

    def at_hand(self, source: Source) -> bool:
        """Return whether `version` is told without asking another machine, and so without waiting."""
        ...

    def entity_rows(self, source: Source, column: str) -> EntityRows | None:
        """Return how many rows each value of `column` has in the source, None where that cannot be counted.

        Found once for each data version, by reading the column.

        Raises:
            SourceUnreadable: As `version`.
        """
        ...

    def run(self, plan: EnforcedPlan, parameters: Mapping[str, Value], limits: Limits, stop: Stop | None = None) -> Execution:
        """Start the plan in a session that holds only its barriers; `stop` ends it before it has a handle, and after.

        Raises:
            EngineError, LimitExceeded: As `Execution.batches`.
            SourceUnreadable: A source of the plan cannot be read.
        """
        ...

    def combine(
        self,
        plan: FederatedPlan,
        answers: Mapping[str, pa.Table],
        parameters: Mapping[str, Value],
        limits: Limits,
        stop: Stop | None = None,
    ) -> Execution:
        """Start what is left of a federated question in a session that holds only `answers`, by the name of their fragment.

        Raises:
            EngineError, LimitExceeded: As `Execution.batches`.
            QueryInvalid: An answer has columns of a type that cannot be combined.
        """
        ...

    def close(self) -> None:
        """End every session."""
        ...
