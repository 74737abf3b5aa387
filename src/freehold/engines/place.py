"""Where a node's data lies, as an engine meets it: files of this machine, of one version, and nothing beside those of a source."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import msgspec

from freehold.errors import QueryCancelled, TimeExceeded
from freehold.model.product import Source
from freehold.ports.engine import Stop

Wanted = Callable[[str], bool]
"""Whether a column of the data will be read, by its name there."""

Check = Callable[[], None]
"""Raises where whoever waits has waited long enough, or waits no more."""


class Files(msgspec.Struct, frozen=True):
    """The files of a source as they are now: absolute paths in order, a digest of names, sizes and times, and the newest time."""

    paths: tuple[str, ...]
    version: str
    refreshed_at: float


class Place(Protocol):
    """A folder or a container. All methods may be called from any thread."""

    @property
    def at_hand(self) -> bool:
        """Whether it is on this machine, so that nobody waits for `files`."""
        ...

    def files(self, source: Source) -> Files:
        """Return the files of `source` now.

        Raises:
            SourceUnreadable: None is there, or one lies outside of the place.
            StorageUnreachable, StorageRefused: The place cannot be looked at.
        """
        ...

    def hold(self, source: Source, files: Files, wanted: Wanted, check: Check) -> None:
        """Have the paths of `files` hold the columns that are wanted: those of a folder do, whatever is wanted.

        Raises:
            DataChanged: The data is of another version by now.
            SourceUnreadable, StorageUnreachable, StorageRefused: It cannot be had.
            StoreFull, StoreFailed: This machine has no room for it.
            TimeExceeded, QueryCancelled: As `check`.
        """
        ...

    def close(self) -> None:
        """Let go of everything that was held."""
        ...


def everything(_: str) -> bool:
    """Want every column."""
    return True


def unhurried() -> None:
    """Wait for as long as it takes."""


def within(seconds: float, stop: Stop | None) -> Check:
    """Return what raises once `seconds` have passed, or `stop` is wished.

    Raises:
        TimeExceeded, QueryCancelled: Then.
    """
    until = time.monotonic() + seconds

    def check() -> None:
        if stop is not None and stop.wished:
            raise QueryCancelled
        if time.monotonic() > until:
            raise TimeExceeded(f"the query was stopped after {seconds:g} s", remedy="ask for less at a time", limit=seconds)

    return check


def mentioned(texts: Iterable[str]) -> Wanted:
    """Return what wants every column that one of some expressions could be of: whose name, or its first part, stands in it.

    >>> wanted = mentioned(['lower("E-Mail") AS "email"'])
    >>> wanted("e-mail"), wanted("phone")
    (True, False)
    """
    held = "\n".join(texts).casefold()
    known: dict[str, bool] = {}

    def wanted(name: str) -> bool:
        found = known.get(name)
        if found is None:
            found = known[name] = name.replace('"', '""').casefold() in held
        return found

    return wanted


def asked_of(outputs: Sequence[str], predicates: Sequence[str], sql: str) -> Wanted:
    """Return what wants the columns that a question needs of a relation: those of its filters, and of the outputs that `sql` names.

    A name counts wherever it stands, so that too much may be wanted and never too little. `outputs` are `EXPRESSION AS "name"`.
    """

    @functools.cache
    def found() -> Wanted:
        text = sql.casefold()
        whole = "select *" in text or ".*" in text or ", *" in text
        named = [item for item in outputs if whole or item.rpartition(" AS ")[2].strip('"').casefold() in text]
        return mentioned((*named, *predicates))

    def wanted(name: str) -> bool:
        return found()(name)

    return wanted


class Locks:
    """A lock for each source, so that two who want the same wait for one another and nobody else."""

    def __init__(self) -> None:
        """Hold none yet."""
        self._guard = threading.Lock()
        self._held: dict[Source, threading.Lock] = {}

    def of(self, source: Source) -> threading.Lock:
        """Return the lock of a source."""
        with self._guard:
            return self._held.setdefault(source, threading.Lock())
