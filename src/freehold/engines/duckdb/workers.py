"""A few worker processes, started when first needed, each lent to one query at a time and replaced once it was ended."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable

from freehold.errors import NodeBusy


class Workers:
    """At most `most` processes of `freehold.engines.duckdb.worker`."""

    def __init__(self, *, memory: int, most: int = 4) -> None:
        """Start nothing yet; each process may take about `memory` bytes for its query, and half as many again."""
        self._memory = memory
        self._places = threading.BoundedSemaphore(most)
        self._lock = threading.Lock()
        self._idle: list[subprocess.Popen[bytes]] = []
        self._all: set[subprocess.Popen[bytes]] = set()
        self._closed = False
        self._last = weakref.finalize(self, _end_all, self._all)

    def take(self, seconds: float, is_over: Callable[[], bool]) -> subprocess.Popen[bytes]:
        """Return a process for one query, waiting at most `seconds`, or until `is_over`.

        Raises:
            NodeBusy: Every process is at work, or the node closes.
        """
        until = time.monotonic() + seconds
        while not self._places.acquire(timeout=0.05):
            if time.monotonic() > until or is_over():
                raise NodeBusy
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.poll() is None:
                    return process
                self._forget(process)
            if self._closed:
                self._places.release()
                raise NodeBusy
            try:
                process = _start(self._memory)
            except OSError:
                self._places.release()
                raise NodeBusy from None
            self._all.add(process)
            return process

    def give_back(self, process: subprocess.Popen[bytes]) -> None:
        """Keep a process whose query ended well."""
        with self._lock:
            if self._closed:
                self._forget(process)
            else:
                self._idle.append(process)
        self._places.release()

    def discard(self, process: subprocess.Popen[bytes]) -> None:
        """End a process whose query did not end well."""
        with self._lock:
            self._forget(process)
        self._places.release()

    def close(self) -> None:
        """End every process, those at work too."""
        with self._lock:
            self._closed = True
            for process in list(self._all):
                process.kill()
                process.wait()
            for process in self._idle:
                self._forget(process)
            self._idle.clear()

    def _forget(self, process: subprocess.Popen[bytes]) -> None:
        _end(process)
        self._all.discard(process)


def _end_all(processes: set[subprocess.Popen[bytes]]) -> None:
    """End what an engine that nobody closed has left."""
    for process in processes:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()


def _start(memory: int) -> subprocess.Popen[bytes]:
    """Start a process with the modules of this one, and nothing else of its environment."""
    return subprocess.Popen(  # noqa: S603  (this interpreter and a constant module)
        [sys.executable, "-P", "-m", "freehold.engines.duckdb.worker", str(memory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "MALLOC_ARENA_MAX": "1"},
    )
