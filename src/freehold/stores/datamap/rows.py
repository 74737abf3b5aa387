"""Rows of the catalogue's tables as records, of whatever database they are; only how a body is kept differs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from freehold.ports.datamap import Record, Relation

COLUMNS = "e.guid, e.type, e.qualified, e.name, e.collection, e.created, e.updated, e.body"
STORED_TAGS = frozenset({"classification", "label", "term", "termGuid", "contact"})
"""Kinds of words that are counted in facets and not columns of the entity."""


class RowReader:
    """Reads rows whose bodies `decode` reads."""

    def __init__(self, decode: Callable[[str], dict[str, Any]]) -> None:
        """Read bodies by `decode`."""
        self._decode = decode

    def record(self, row: Sequence[Any]) -> Record:
        """Return the entity of a row of `COLUMNS`."""
        guid, kind, qualified, name, collection, created, updated, body = row
        return Record(
            guid=guid,
            type=kind,
            qualified=qualified,
            name=name,
            collection=collection,
            created=created,
            updated=updated,
            body=self._decode(body),
        )

    def relation(self, row: Sequence[Any]) -> Relation:
        """Return the relationship of a row of guid, type, both ends and body."""
        return Relation(guid=row[0], type=row[1], end1=row[2], end2=row[3], body=self._decode(row[4]))
