"""Where data is and under which law: regions, jurisdictions, nodes and what may travel between them."""

from __future__ import annotations

import enum

import msgspec


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


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """The process that serves one region; `data` is the folder that its products' sources are relative to.

    `public_key` is what other nodes know it by, as manifests write it; without one nothing is carried from it or to it.
    """

    name: str
    region: str
    url: str
    data: str | None = None
    public_key: str | None = None


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
