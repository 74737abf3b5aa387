"""Locked in-memory sessions, one for each view and data version, holding the barriers and nothing else (the second wall)."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Protocol

import duckdb

from freehold.engines.duckdb.sources import as_compared, scan
from freehold.engines.place import Files
from freehold.model.product import Source
from freehold.model.query import FENCE, Barrier
from freehold.names import quote

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
}

_IN_PLACE = "common_subexpressions"
"""What is written twice is computed once, before either place: out of the TRY around it, and for groups that are withheld."""

_UNTOLD = "statistics_propagation"
"""What the extremes and nulls of a column decide is not computed: so it cannot fail, which tells of rows that are hidden."""

_GUARDS = "__"
"""How the names of the guard's own columns begin, which nobody compares."""

HIDING, GUARDING = _UNTOLD, f"{_IN_PLACE},{_UNTOLD}"
"""The optimisers that a session leaves out in which rows are hidden, and one in which groups are withheld."""


def fenced(threads: int, memory: int) -> dict[str, str | bool | int | float | list[str]]:
    """Return the configuration of a session with `threads` threads and `memory` bytes, which loads nothing by itself."""
    return _CONFIG | {"threads": threads, "memory_limit": f"{memory // 1_000_000}MB"}


class Relation(Protocol):
    """What a session may hold of one file: the shape of `model.query.Barrier`."""

    @property
    def relation(self) -> str:
        """Its name."""
        ...

    @property
    def source(self) -> Source:
        """How its file is read."""
        ...

    @property
    def outputs(self) -> tuple[str, ...]:
        """Its columns."""
        ...

    @property
    def predicates(self) -> tuple[str, ...]:
        """What holds of its rows."""
        ...

    @property
    def guarded(self) -> bool:
        """Whether each expression over it must be computed where the plan has it."""
        ...


class Sessions:
    """A bounded pool of open sessions, least recently used first to go."""

    def __init__(self, *, threads: int, memory: int, most: int = 64) -> None:
        """Give each session `threads` threads and `memory` bytes; keep at most `most` open."""
        self._config = fenced(threads, memory)
        self._most = most
        self._lock = threading.Lock()
        self._open: OrderedDict[tuple[str, ...], duckdb.DuckDBPyConnection] = OrderedDict()

    def cursor(self, view: str, barriers: Iterable[tuple[Relation, Files]]) -> duckdb.DuckDBPyConnection:
        """Return a fresh cursor on the session of this view over these files."""
        held = tuple(barriers)
        key = _key(view, held)
        with self._lock:
            session = self._open.get(key)
            if session is not None:
                self._open.move_to_end(key)
                return session.cursor()
        session = self._make(held)
        with self._lock:
            self._open[key] = session
            while len(self._open) > self._most:
                self._open.popitem(last=False)
            return session.cursor()

    def forget(self, view: str, barriers: Iterable[tuple[Relation, Files]]) -> None:
        """Forget the session of this view over these files: an engine that failed inside answers nobody any more."""
        with self._lock:
            self._open.pop(_key(view, barriers), None)

    def close(self) -> None:
        """Forget every session; those with queries under way end with them."""
        with self._lock:
            self._open.clear()

    def _make(self, barriers: tuple[tuple[Relation, Files], ...]) -> duckdb.DuckDBPyConnection:
        session = duckdb.connect(config=self._config | {"disabled_optimizers": _left_out(barrier for barrier, _ in barriers)})
        paths = [path for _, files in barriers for path in files.paths]
        session.execute("SET allowed_paths = $paths", {"paths": paths})
        session.execute("SET enable_external_access = false")
        for barrier, files in barriers:
            shown = definition(barrier, files)
            if isinstance(barrier, Barrier) and barrier.guarded:  # and no answer of another home, which is as it was given
                shown = _as_compared(session, shown)
            session.execute(f"CREATE VIEW {quote(barrier.relation)} AS {shown}")
        session.execute("SET lock_configuration = true")
        return session


def _as_compared(session: duckdb.DuckDBPyConnection, shown: str) -> str:
    """Return the SELECT of a barrier with each column of the type that conditions were judged by.

    A text is no UUID and a time none of nanoseconds: what is compared with such a column is cast, and fails where there is a row.
    """
    types = {str(name): as_compared(str(kind)) for name, kind, *_ in session.execute(f"DESCRIBE {shown}").fetchall()}
    changed = {name: kind for name, kind in types.items() if kind is not None and not name.startswith(_GUARDS)}
    if not changed:
        return shown
    casts = ", ".join(f"CAST({quote(name)} AS {kind}) AS {quote(name)}" for name, kind in changed.items())
    return f"SELECT * REPLACE ({casts}) FROM ({shown})"  # noqa: S608  (made as the definition is)


def _left_out(barriers: Iterable[Relation]) -> str:
    """Return the optimisers, in the words of a setting, by which answers over such relations could tell what is hidden."""
    held = tuple(barriers)
    if any(barrier.guarded for barrier in held):
        return GUARDING
    return HIDING if any(barrier.predicates for barrier in held) else ""


def _key(view: str, barriers: Iterable[tuple[Relation, Files]]) -> tuple[str, ...]:
    return (view, *(files.version for _, files in barriers))


def definition(barrier: Relation, files: Files) -> str:
    """Return the SELECT of one barrier: row filter below, fence, mask and projection above."""
    source = scan(barrier.source, files.paths)
    outputs = ", ".join(barrier.outputs)
    if not barrier.predicates:
        return f"SELECT {outputs} FROM {source}"  # noqa: S608  (made of quoted paths and expressions that the compiler regenerated)
    where = " AND ".join(f"({text})" for text in barrier.predicates)
    return f"SELECT {outputs} FROM (SELECT * FROM {source} WHERE {where} LIMIT {FENCE})"  # noqa: S608
