"""Plan and run a count: probes that share columns are counted in one pass over them, and threads share the passes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from freehold.engines.columnar.question import Count
from freehold.engines.columnar.source import Columns, Data, Task
from freehold.engines.columnar.tally import Tally
from freehold.model.rule import Probe

_AHEAD = 4


def count(data: Data, probes: Sequence[Probe], threads: int, progress: Callable[[float], None] | None = None) -> dict[Probe, Count]:
    """Return what each probe counts. Probes name columns as the data does.

    Raises:
        SourceUnreadable: The data cannot be read.
        DataChanged: It changed meanwhile.
        QueryInvalid: A probe makes no sense for its columns.
    """
    probes = tuple(dict.fromkeys(probes))
    try:
        tally = Tally(probes, data.schema, data.rows)
        groups = grouped(probes)
        _Run(tally, tuple(groups.values()), progress).over(data.tasks(tuple(groups)), threads)
        data.check()
    finally:
        data.close()
    return tally.counts()


def grouped(probes: Sequence[Probe]) -> dict[Columns, tuple[Probe, ...]]:
    """Return the probes by the columns that have to be read together; rows are counted along with whatever else is.

    >>> list(grouped([Probe(kind=ProbeKind.ROWS), Probe(kind=ProbeKind.NULLS, columns=("a",))]))
    [('a',)]
    """
    sets: dict[str, set[str]] = {}
    for probe in probes:
        together = set(probe.columns).union(*(sets.get(column, ()) for column in probe.columns))
        sets |= dict.fromkeys(together, together)
    groups: list[set[str]] = sorted({id(group): group for group in sets.values()}.values(), key=sorted) or [set()]
    homes = {column: number for number, group in enumerate(groups) for column in group}
    found: list[list[Probe]] = [[] for _ in groups]
    for probe in probes:
        found[homes[probe.columns[0]] if probe.columns else 0].append(probe)
    return {tuple(sorted(group)): tuple(of) for group, of in zip(groups, found, strict=True)}


class _Run:
    """One pass of several threads over the tasks."""

    def __init__(self, tally: Tally, probes: tuple[tuple[Probe, ...], ...], progress: Callable[[float], None] | None) -> None:
        self._tally = tally
        self._probes = probes
        self._progress = progress
        self._stop = threading.Event()
        self._done = 0.0

    def over(self, tasks: Iterable[Task], threads: int) -> None:
        """Do all tasks, no more of them begun than are soon done: a stream is not read ahead of its count."""
        pending: set[Future[float]] = set()
        with ThreadPoolExecutor(threads) as pool:
            try:
                for task in tasks:
                    pending.add(pool.submit(self._do, task))
                    if len(pending) >= threads + _AHEAD:
                        pending = self._settle(pending)
                while pending:
                    pending = self._settle(pending)
            except BaseException:
                self._stop.set()
                raise
        if self._progress is not None:
            self._progress(1.0)

    def _do(self, task: Task) -> float:
        for batch in task.batches():
            if self._stop.is_set():
                break
            for number in task.groups:
                self._tally.add(self._probes[number], batch)
        return task.weight

    def _settle(self, pending: set[Future[float]]) -> set[Future[float]]:
        done, left = wait(pending, return_when=FIRST_COMPLETED)
        self._done += sum(future.result() for future in done)
        if self._progress is not None:
            self._progress(min(self._done, 1.0))
        return left
