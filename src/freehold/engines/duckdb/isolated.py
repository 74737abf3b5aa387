"""One query in a worker process: ended by killing the process, so that neither its time nor its memory is anybody else's."""

from __future__ import annotations

import pickle
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
import pyarrow as pa

from freehold.engines.duckdb.deadline import Deadlines
from freehold.engines.duckdb.frames import ASK, BATCH, DONE, ERROR, SCHEMA, receive, send
from freehold.engines.duckdb.workers import Workers
from freehold.errors import REGISTRY, EngineFailed, FreeholdError, MemoryExceeded, QueryCancelled, TimeExceeded
from freehold.model.query import Limits, Value

_ROOM = 1 << 20
_PATIENCE = 1.0
_LAST_WORDS = 1 << 16
_OUT_OF_MEMORY = (b"bad_alloc", b"MemoryError", b"ut of memory", b"Cannot allocate")
"""What a process says last that was refused memory where nothing could say so; one that crashed says something else, or nothing."""


class IsolatedExecution:
    """Implements `ports.engine.Execution` over one worker process."""

    def __init__(self, workers: Workers, limits: Limits, deadlines: Deadlines, *, ended: Callable[[], None] = lambda: None) -> None:
        """Take a process of `workers` at `start`; `deadlines` kills it when its time is up, and `ended` is called after all."""
        self._ended = ended
        self._workers = workers
        self._limits = limits
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._cancelled = threading.Event()
        self._expired = threading.Event()
        self._well = False
        self._schema: pa.Schema | None = None
        self._deadline = deadlines.after(limits.seconds, self._expire)

    def start(self, view: str, sql: str, files: object, parameters: Mapping[str, Value]) -> None:
        """Run `sql` up to its schema.

        Raises:
            As `batches`; NodeBusy where every process is at work.
        """
        try:
            process = self._workers.take(self._limits.seconds, self._is_over)
            with self._lock:
                self._process = process
            if self._is_over():
                raise self._told()
            stdin = process.stdin
            assert stdin is not None  # noqa: S101  (it was opened so)
            try:
                send(stdin, ASK, pickle.dumps((view, sql, files, dict(parameters), self._limits)))
            except OSError:
                raise self._told() from None
            self._schema = self._read_schema(*self._receive())
        except FreeholdError as error:
            self.close()
            raise (self._told() if self._is_over() else error) from None

    @property
    def schema(self) -> pa.Schema:
        """The answer's Arrow schema."""
        assert self._schema is not None  # noqa: S101  (start came first)
        return self._schema

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield record batches; see `ports.engine.Execution.batches`."""
        try:
            while True:
                if self._is_over():
                    raise self._told()
                kind, body = self._receive()
                if kind == DONE:
                    self._well = True
                    return
                yield self._read_batch(kind, body)
        finally:
            self.close()

    def cancel(self) -> None:
        """Stop the query; harmless once it is over."""
        self._cancelled.set()
        self._kill()

    def close(self) -> None:
        """Give back the process, or end it where the query did not end well."""
        self._deadline.cancel()
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            (self._workers.give_back if self._well else self._workers.discard)(process)
        self._ended()

    def _receive(self) -> tuple[bytes, bytes]:
        process = self._process
        if process is None or process.stdout is None:
            raise self._told()
        try:
            kind, body = receive(process.stdout, self._limits.memory + _ROOM)
        except (EOFError, OSError, ValueError):
            raise self._told() from None
        if kind == ERROR:
            raise self._said(body)
        return kind, body

    def _read_schema(self, kind: bytes, body: bytes) -> pa.Schema:
        try:
            if kind == SCHEMA:
                return pa.ipc.read_schema(pa.py_buffer(body))
        except (pa.ArrowException, OSError, ValueError):
            pass
        raise self._garbled()

    def _read_batch(self, kind: bytes, body: bytes) -> pa.RecordBatch:
        try:
            if kind == BATCH:
                batch = pa.ipc.read_record_batch(pa.py_buffer(body), self.schema)
                batch.validate()
                return batch
        except (pa.ArrowException, OSError, ValueError):
            pass
        raise self._garbled()

    def _said(self, body: bytes) -> FreeholdError:
        if self._is_over():
            return self._told()
        try:
            code, detail, remedy, facts = msgspec.json.decode(body, type=tuple[str, str, str | None, dict[str, Any]])
            return REGISTRY[code](detail, remedy=remedy, **facts)
        except (msgspec.DecodeError, LookupError, TypeError):
            return self._garbled()

    @staticmethod
    def _garbled() -> EngineFailed:
        return EngineFailed("the process of this query said what cannot be read", remedy="tell the node's operators")

    def _is_over(self) -> bool:
        return self._expired.is_set() or self._cancelled.is_set()

    def _expire(self) -> None:
        self._expired.set()
        self._kill()

    def _kill(self) -> None:
        """Kill under the lock: a process that was given back is another query's."""
        with self._lock:
            if self._process is not None and not self._well:
                self._process.kill()

    def _told(self) -> FreeholdError:
        """Return why there is no more to read."""
        if self._expired.is_set():
            limit = self._limits.seconds
            return TimeExceeded(f"the query was stopped after {limit:g} s", remedy="ask for less at a time", limit=limit)
        if self._cancelled.is_set():
            return QueryCancelled()
        process = self._process
        if process is not None and _ran_out(process):
            return MemoryExceeded(remedy="aggregate earlier, or ask for fewer rows at a time", limit=self._limits.memory)
        return EngineFailed("the process of this query ended before the query did", remedy="ask again, or for less at a time")


def _ran_out(process: subprocess.Popen[bytes]) -> bool:
    """Whether a process ended for want of memory, or lives and said more at once than it may."""
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        return True
    said = process.stderr.read(_LAST_WORDS) if process.stderr is not None else b""
    return any(word in said for word in _OUT_OF_MEMORY)
