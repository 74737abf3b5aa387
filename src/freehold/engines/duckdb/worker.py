"""A process that runs one plan at a time under hard limits of the operating system, in the same locked sessions as its node.

It ends when its node does, and by `os._exit`, so that nothing of a query's remains delays it.
"""

from __future__ import annotations

import os
import pickle
import queue
import resource
import sys
import threading
from pathlib import Path
from typing import IO, Any

import duckdb
import msgspec

from freehold.engines.duckdb.deadline import Deadlines
from freehold.engines.duckdb.execution import DuckDBExecution
from freehold.engines.duckdb.frames import BATCH, DONE, ERROR, SCHEMA, receive, send
from freehold.engines.duckdb.sessions import Sessions
from freehold.errors import EngineFailed, FreeholdError, MemoryExceeded, SourceUnreadable

_ROOM = 256 << 20
_MOST_ASKED = 1 << 26
_KEPT = 4


def main(memory: int) -> None:
    """Answer what standard input asks until it ends; `memory` bytes are each session's."""
    asked: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    os.set_blocking(sys.stderr.fileno(), False)  # read once this process has ended, and never before
    threading.Thread(target=_listen, args=(sys.stdin.buffer, asked), daemon=True).start()
    deadlines = Deadlines()
    deadlines.after(0, lambda: None)
    sessions = Sessions(threads=1, memory=memory, most=_KEPT)
    duckdb.connect(config={"threads": 1}).execute("SELECT 1").to_arrow_reader().read_all()
    limit(memory)
    while True:
        _answer(pickle.loads(asked.get()), sessions, deadlines, sys.stdout.buffer)  # noqa: S301  (the node's own words)


def limit(memory: int) -> None:
    """Bound what this process may still take: address space, files, processes, and no core dump."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[0]) if sys.platform == "linux" else 0
    space = pages * resource.getpagesize() + memory + max(memory // 2, _ROOM)
    bounds = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_NPROC: 0}
    if pages:
        bounds[resource.RLIMIT_AS] = space
    for kind, most in bounds.items():
        resource.setrlimit(kind, (most, most))


def _listen(stream: IO[bytes], asked: queue.SimpleQueue[bytes]) -> None:
    try:
        while True:
            asked.put(receive(stream, _MOST_ASKED)[1])
    except (EOFError, OSError):
        os._exit(0)


def _answer(question: tuple[Any, ...], sessions: Sessions, deadlines: Deadlines, out: IO[bytes]) -> None:
    view, sql, files, parameters, limits = question
    try:
        try:
            cursor = sessions.cursor(view, files)
        except duckdb.Error:
            names = ", ".join(f"`{barrier.product}`" for barrier, _ in files)
            raise SourceUnreadable(f"the data of {names} does not have the columns that its schema promises") from None
        execution = DuckDBExecution(cursor, limits, deadlines)
        execution.start(sql, parameters)
        send(out, SCHEMA, memoryview(execution.schema.serialize()))
        for batch in execution.batches():
            send(out, BATCH, memoryview(batch.serialize()))
        send(out, DONE)
    except FreeholdError as error:
        _end(out, error)
    except MemoryError:
        _end(out, MemoryExceeded(remedy="aggregate earlier, or ask for fewer rows at a time", limit=limits.memory))
    except Exception:  # noqa: BLE001  (the node says the rest)
        _end(out, EngineFailed(remedy="tell the node's operators the leaf number"))


def _end(out: IO[bytes], error: FreeholdError) -> None:
    """Say the error and go: what a failed query leaves behind is nobody's."""
    send(out, ERROR, msgspec.json.encode([error.code, error.detail, error.remedy, error.facts]))
    os._exit(0)


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]))
    finally:
        os._exit(1)
