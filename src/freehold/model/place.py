"""Where data is and under which law: regions, jurisdictions, nodes and what may travel between them."""

from __future__ import annotations

import enum

import msgspec

from freehold.model.container import Storage


class Mode(enum.StrEnum):
    """How a node runs: only in development are the tokens of its own built-in issuer believed."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"


class Travel(enum.StrEnum):
    """What a transfer rule lets cross a border; ordered from least to most."""

    NOTHING = "nothing"
    AGGREGATES = "aggregates"
    ROWS = "rows"


class JoinKeys(enum.StrEnum):
    """Which columns may cross a border as keyed digests, to be compared and never shown; ordered from least to most."""

    NONE = "none"
    KEYED = "keyed"
    PERSONAL = "personal"


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """A cloud region (`westeurope`), the jurisdiction it lies in (`EU`) and the region its geo-redundant copies go to."""

    name: str
    jurisdiction: str
    paired: str | None = None


LOOPBACK = frozenset({"127.0.0.1", "localhost"})
"""This machine, to which alone nothing need be encrypted."""


class SqlDatabase(msgspec.Struct, frozen=True, kw_only=True):
    """A database of Azure SQL that a node reads: `server` is a host, or host:port, and `name` what sources call it."""

    name: str
    server: str
    database: str
    region: str

    @property
    def loopback(self) -> bool:
        """Whether it is on this machine."""
        return self.server.rsplit(":", 1)[0] in LOOPBACK


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """The process that serves one region; `data` is the folder, or the container, that its products' sources are relative to.

    `storage` says where a container is; `databases` are those of Azure SQL in its region that sources may name. `public_key` is
    what other nodes know it by, as manifests write it; without one nothing is carried from it or to it.
    """

    name: str
    region: str
    url: str
    data: str | None = None
    storage: Storage | None = None
    public_key: str | None = None
    databases: tuple[SqlDatabase, ...] = ()


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """What may leave jurisdiction `origin` for jurisdiction `destination`; `where` is file:line for refusals.

    `join_keys` says which columns may go as keyed digests: none, those that are not personal, or personal ones as well.
    """

    origin: str
    destination: str
    allow: Travel
    join_keys: JoinKeys = JoinKeys.NONE
    name: str | None = None
    where: str = "mesh.yaml"
