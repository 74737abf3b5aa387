"""What a domain is given on one machine in place of what Azure would give it, and how far that is still so."""

from __future__ import annotations

import enum

import msgspec


class PieceKind(enum.StrEnum):
    """What a piece is: a folder of files, a database, a key, or an entry of what there is to scan."""

    FOLDER = "folder"
    DATABASE = "database"
    KEY = "key"
    ENTRY = "entry"


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to be made: `stands_for` is the type of the Azure resource that it is in place of.

    `settings` is what it says of itself: the tags of a database, or the whole text of an entry under `text`.
    """

    name: str
    kind: PieceKind
    stands_for: str
    settings: dict[str, str] = {}


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A piece as it is now: where it lies, and a fingerprint that changes with its settings, never with the data in it."""

    path: str
    fingerprint: str


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A piece as it was recorded: `ours` says whether it was made for the domain, or was there already."""

    name: str
    kind: PieceKind
    path: str
    fingerprint: str
    made_at: str
    ours: bool = True


class Deviation(enum.StrEnum):
    """How a piece is not what was recorded or asked for."""

    MISSING = "missing"
    CHANGED = "changed"
    EXTRA = "extra"


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """One way in which a domain's estate is not what it should be, and what would mend it."""

    deviation: Deviation
    name: str
    path: str
    message: str
    mend: str
