"""Things of an account as they shall be and as they are found, and the record of what was written, by which the two are told apart.

With each thing stands what was written of it last. What is found otherwise was changed by hand; what
the mesh says otherwise is new.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from freehold.digest import digest

SET = "Freehold"
"""The set of business metadata that entities carry."""

MANAGED, WRITTEN = "managedBy", "written"
PLACE = "collection"
"""Under what name the collection of an entity stands on record."""

_SHORT = 8


class Kind(enum.StrEnum):
    """What sort of thing it is, in the order in which they are made."""

    TYPE = "type"
    COLLECTION = "collection"
    GLOSSARY = "glossary"
    TERM = "term"
    DOMAIN = "domain"
    PRODUCT = "product"
    COLUMN = "column"
    CONTRACT = "contract"
    SOURCE = "source"
    BUSINESS_DOMAIN = "business domain"
    CATALOGUE_TERM = "catalogue term"
    DATA_PRODUCT = "data product"


RECORDED = frozenset({Kind.SOURCE, Kind.BUSINESS_DOMAIN, Kind.DATA_PRODUCT})
"""Kinds that are no entities, and stand on the record of the domain or product that they belong to."""

UNIFIED = (Kind.BUSINESS_DOMAIN, Kind.CATALOGUE_TERM, Kind.DATA_PRODUCT)
"""Kinds of the Unified Catalog."""

ENTITY_TYPES: Mapping[Kind, str] = {
    Kind.DOMAIN: "freehold_domain",
    Kind.PRODUCT: "freehold_product",
    Kind.COLUMN: "freehold_column",
    Kind.CONTRACT: "freehold_contract",
}
"""The type of the entities of each kind that is one."""


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was written of a thing: digests of its facts, the marks given, digests of what belongs to it.

    `whole` stands for all facts together, where there is no room for each; `made` is false for what was there before.
    """

    facts: dict[str, str] = {}
    marks: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    whole: str | None = None
    made: bool = True

    def changed_by_hand(self, name: str, have: str | None, facts: Mapping[str, str | None]) -> bool:
        """Return whether a fact that is found (`have`, one of `facts`) is not what was written."""
        if self.whole is not None:
            return short(present(facts)) != self.whole
        return name in self.facts and short(have) != self.facts[name]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A thing as the mesh says it.

    `key` is its qualified name, or its name where it has none; `belongs` the key of what it is recorded with; `marks` are names of
    classifications or terms; `links` are references to entities by relationship: attribute → (type, qualified name) each.
    """

    kind: Kind
    key: str
    name: str
    belongs: str = ""
    collection: str = ""
    facts: dict[str, str] = {}
    marks: tuple[str, ...] = ()
    links: dict[str, tuple[tuple[str, str], ...]] = {}


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A thing as it is found. `ours` is whether it carries the mesh's mark, `marks` maps a name to what identifies it.

    `place` is the collection of an entity, None where the answer does not say; `links` are the identifiers of the entities that it
    is related to, by those relationships that the answer shows.
    """

    kind: Kind
    key: str
    name: str = ""
    guid: str = ""
    belongs: str = ""
    place: str | None = None
    ours: bool = False
    facts: dict[str, str | None] = {}
    marks: dict[str, str] = {}
    links: dict[str, tuple[str, ...]] = {}
    record: Record = Record()


def short(value: Any) -> str:
    """Return a short digest of a value."""
    return digest(value)[:_SHORT]


def present(facts: Mapping[str, str | None]) -> dict[str, str]:
    """Return the facts that have a value."""
    return {name: value for name, value in facts.items() if value is not None}


def record_of(wanted: Wanted, members: Iterable[str], kept: Record, *, made: bool, found: Iterable[str] = ()) -> Record:
    """Return what to record with a thing; of the marks `kept` on record those `found` still stay, since they are still ours."""
    stale = set(kept.marks) & set(found)
    return Record(
        facts={
            **{name: short(value) for name, value in (*wanted.facts.items(), (PLACE, wanted.collection))},
            **{name: short(sorted(names_of(links))) for name, links in wanted.links.items()},
        },
        marks=tuple(sorted({*wanted.marks, *stale})),
        members=tuple(sorted(set(members))),
        made=made,
    )


def names_of(links: Iterable[tuple[str, str]]) -> set[str]:
    """Return the qualified names of references to entities."""
    return {name for _, name in links}


def write_record(record: Record) -> str:
    """Return a record as text."""
    return msgspec.json.encode(record, order="sorted").decode()


def read_record(text: Any) -> Record | None:
    """Return the record that a text holds, or None where somebody has written something else."""
    if not isinstance(text, str):
        return None
    try:
        return msgspec.json.decode(text, type=Record)
    except (msgspec.DecodeError, RecursionError):
        return None
