"""What the ledger remembers: one entry for each decision, change and approval, with no clear literal and no clear subject."""

from __future__ import annotations

import enum

import msgspec


class EventKind(enum.StrEnum):
    """The kinds of entry."""

    ANSWERED = "answered"
    REFUSED = "refused"
    EXPLAINED = "explained"
    COMPLETED = "completed"
    FAILED = "failed"
    APPLIED = "applied"
    APPROVED = "approved"
    RELAYED = "relayed"
    SCANNED = "scanned"
    REVIEWED = "reviewed"
    REQUESTED = "requested"
    SETTLED = "settled"


class Crossed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one home gave for a federated answer: its leaf, this node's leaf of it where it was carried, its rows and bytes."""

    region: str
    leaf: int | None = None
    relay_leaf: int | None = None
    form: str = ""
    rows: int = 0
    bytes: int = 0
    missing: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry, encoded as canonical JSON (`digest.canonical`) of at most 65,535 bytes.

    `time` is ISO 8601 in UTC from the node's clock; `caller` is a keyed digest of issuer and subject (the key's erasure erases the
    link); `query` is a keyed digest of the normalised text and parameters, never the text; `fields` are product columns served;
    `answer` is the SHA-256 of the body's rows as an Arrow IPC stream, where it was known before release (of a carried answer, and
    in what closes a leaf, of the bytes sent). `fragments` are what a federated answer was made of. `peer` is the node that carried
    the question here, or the home that it was carried to, with that node's leaf.
    """

    kind: EventKind
    time: str
    node: str
    mesh: str = ""
    caller: str = ""
    domain: str = ""
    region: str = ""
    purpose: str = ""
    path: str = ""
    code: str = ""
    products: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()
    fields: dict[str, tuple[str, ...]] = {}
    form: str = ""
    policies: tuple[str, ...] = ()
    query: str = ""
    plan: str = ""
    data: str = ""
    answer: str = ""
    rows: int | None = None
    crossing: str = ""
    refers_to: int | None = None
    peer: str = ""
    peer_leaf: int | None = None
    subject: str = ""
    fragments: tuple[Crossed, ...] = ()


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A signed statement of the tree (C2SP tlog-checkpoint): `note` is the signed note's whole text."""

    origin: str
    size: int
    root: bytes
    note: str
