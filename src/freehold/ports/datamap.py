"""Where the governance catalogue keeps what it knows: entities, how they relate, a search over them, and small documents."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Protocol

import msgspec

from freehold.datamap.search import Search

Document = dict[str, Any]
"""A JSON object as it is kept: a type definition, a glossary term, a collection, a data source, a scan's run."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """An entity as it is kept; times in milliseconds since the epoch.

    `body` holds `attributes`, `classifications`, `business`, and what else the entity's type has no part in.
    """

    guid: str
    type: str
    qualified: str
    name: str
    collection: str
    created: int
    updated: int
    body: dict[str, Any]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An entity to keep, with what it is found by: free `text`, and words of a kind (`tags`), both parts of the search alone."""

    record: Record
    text: str = ""
    tags: tuple[tuple[str, str], ...] = ()


class Relation(msgspec.Struct, frozen=True, kw_only=True):
    """A relationship between two entities (or a term and an entity), by their identifiers."""

    guid: str
    type: str
    end1: str
    end2: str
    body: dict[str, Any] = {}


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What is written together, or not at all; removals come first, then relations to remove, then what is kept."""

    keep: tuple[Entry, ...] = ()
    remove: tuple[str, ...] = ()
    relate: tuple[Relation, ...] = ()
    unrelate: tuple[str, ...] = ()
    documents: tuple[tuple[str, str, str, Document], ...] = ()
    """Documents to keep: kind, key, parent, body."""

    forget: tuple[tuple[str, str], ...] = ()
    """Documents to remove: kind, key."""


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """An entity that a search has found; a higher `score` fits better."""

    record: Record
    score: float


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A page of results. `total` is how many there are in all, or at least, where it is not `exact`."""

    hits: tuple[Hit, ...]
    total: int
    exact: bool
    facets: dict[str, tuple[tuple[str, int], ...]] = {}


class DataMapStore(Protocol):
    """The durable memory of a catalogue. All methods may be called from any thread, and raise StoreFull or StoreFailed."""

    def document(self, kind: str, key: str) -> Document | None:
        """Return a document, or None where there is none."""
        ...

    def documents(self, kind: str, parent: str | None = None) -> list[tuple[str, Document]]:
        """Return the documents of a kind with their keys, by key; with `parent` only those below it."""
        ...

    def entities(self, guids: Collection[str]) -> dict[str, Record]:
        """Return the entities of those identifiers that there are."""
        ...

    def named(self, names: Collection[tuple[str, str]]) -> dict[tuple[str, str], Record]:
        """Return entities by type and qualified name."""
        ...

    def counted(self, types: Collection[str]) -> int:
        """Return how many entities are of one of these types."""
        ...

    def held(self, collection: str) -> bool:
        """Return whether an entity is in a collection."""
        ...

    def tagged(self, guids: Collection[str]) -> dict[str, tuple[tuple[str, str], ...]]:
        """Return the classifications, labels, terms and contacts that entities are found by."""
        ...

    def relation(self, guid: str) -> Relation | None:
        """Return a relationship, or None where there is none."""
        ...

    def relations(self, ends: Collection[str], types: Sequence[str] | None = None, side: int | None = None) -> list[Relation]:
        """Return the relationships that have one of the entities at an end; only at `side` (1 or 2), and of `types`, if given."""
        ...

    def write(self, change: Change) -> None:
        """Write a change, whole or not at all."""
        ...

    def search(self, wanted: Search, readable: Collection[str] | None) -> Found:
        """Return what a search finds in the collections that may be read; None is all of them."""
        ...

    def names(self, prefix: str, limit: int, readable: Iterable[str] | None) -> list[str]:
        """Return different names of entities that begin so, whatever the case, in order."""
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...
