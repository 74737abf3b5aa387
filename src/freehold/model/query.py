"""A question on its way through the gate: what was asked, the plan that may run, the answer that may leave."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec

from freehold.model.party import Principal
from freehold.model.peer import Carrier
from freehold.model.policy import Decision, Form
from freehold.model.product import InterfaceKind, Source

Scalar = str | int | float | bool | None
"""What a caller may send as a parameter: JSON's scalars."""

Value = Scalar | dt.date | dt.datetime | dt.time | Decimal
"""What an engine is given for a parameter, after its declared type was applied."""


FIELD = 1_048_573
"""Numbers that stand for rows in the memory of releases are below it: the largest prime below 2^20, so 4,096 products of two of
them add up exactly in a DOUBLE."""


FENCE = 9_223_372_036_854_775_807
"""A LIMIT that limits nothing: the optimiser moves no predicate below it."""


COLUMNS = 4096
"""How many columns stand for all entities in the memory of releases: each entity has one, which many may share."""


COUNTED = 1000
"""Of how many entities the rows are known one by one, where an engine counts them."""


class JoinKey(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a product that leaves its home as a keyed digest alone, to be compared with one at home in the region `peer`.

    `join` tells the joins of one question apart.
    """

    product: str
    column: str
    peer: str
    join: str


class Joining(msgspec.Struct, frozen=True, kw_only=True):
    """What makes the answer to a part of a question one side of a join by keyed digests, made in the region that carries it.

    `nonce` is new for each question, and `mesh` the digest of the mesh by which the other node guards what it makes of all parts.
    """

    nonce: str = ""
    mesh: str = ""
    keys: tuple[JoinKey, ...] = ()


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller asks: SQL with named parameters (`$name`), or a declared query by `domain` and `declared`.

    `path` names the door for the ledger (`http`, `explain`, `sql`, `python`, `quality`, `classify`); it has no say in the decision.
    `via` is the node that carries the question here, where the caller came to another one first. `joining` is set by nodes alone.
    """

    principal: Principal
    sql: str = ""
    domain: str | None = None
    declared: str | None = None
    parameters: dict[str, Scalar] = {}
    purpose: str | None = None
    interface: InterfaceKind = InterfaceKind.SQL
    path: str = "http"
    via: Carrier | None = None
    joining: Joining | None = None

    @property
    def destinations(self) -> tuple[str | None, ...]:
        """The regions that an answer goes into: the caller's, and that of the node which carries it."""
        own = self.principal.region
        return (own,) if self.via is None else (own, self.via.region)


class Barrier(msgspec.Struct, frozen=True, kw_only=True):
    """One base relation as the engine session may hold it: nothing but what the view shows.

    `relation` is its quoted-free session name; `outputs` are SQL expressions over the source's raw columns, each with its alias
    (masks are applied here); `predicates` are the row filters, below the masks, on raw columns. Over one that is `guarded`, an
    engine computes each expression where the plan has it, and nowhere before.
    """

    relation: str
    product: str
    source: Source
    outputs: tuple[str, ...]
    predicates: tuple[str, ...] = ()
    guarded: bool = False


class EnforcedPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The only thing an engine accepts. Made by `compiler.pipeline` alone; `sql` is regenerated from the checked tree.

    `view` is the digest of the barriers (what a session may hold); `digest` that of the whole plan; `parameters` are the names
    that `sql` uses, in order; `fields` the columns asked of each product; `isolated` whether it may need memory that an engine does
    not count in time, and must run where a hard limit holds. `members` are plans, each over one product that is only aggregated,
    that say who is in which group of an answer, for each of their `measures`: they are never released.
    """

    sql: str
    barriers: tuple[Barrier, ...]
    view: str
    digest: str
    form: Form
    parameters: tuple[str, ...] = ()
    fields: dict[str, tuple[str, ...]] = {}
    decisions: tuple[Decision, ...] = ()
    members: tuple[EnforcedPlan, ...] = ()
    measures: tuple[tuple[str, ...], ...] = ()
    """Of a plan of members: which columns each of its counts, by its number, is of: `*` for rows, else those that have a value."""

    isolated: bool = False


class EntityRows(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows the entities of one data version have: a statistic of it, in which nobody is named.

    `rows` are all, `nameless` those without an entity, and `largest` the rows of the entities that have the most of them, most
    first, of at most `COUNTED` entities.
    """

    rows: int
    nameless: int
    largest: tuple[int, ...]

    @property
    def unique(self) -> bool:
        """Whether no two rows have the same entity."""
        return not self.largest or self.largest[0] == 1

    @property
    def most(self) -> int:
        """The most rows of one entity, where all those without one count as one."""
        return max(self.nameless, *self.largest[:1], 1)

    def of_fewer(self, entities: int) -> int:
        """Return the most rows that a group of fewer than so many entities can have: with one more, enough are in it."""
        beyond = max(0, entities - 1 - COUNTED) * (self.largest[-1] if self.largest else 0)
        return self.nameless + sum(self.largest[: entities - 1]) + beyond


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds on one query: rows in the answer, seconds of wall time, bytes of engine memory, characters of SQL."""

    rows: int = 5_000_000
    seconds: float = 30.0
    memory: int = 1 << 30
    sql_length: int = 100_000


class InspectedColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column as the data has it: `logical` is one of the manifest's types, `physical` the engine's own word."""

    name: str
    logical: str
    physical: str


class Inspection(msgspec.Struct, frozen=True, kw_only=True):
    """What a source holds now: `version` changes whenever the data does; `refreshed_at` is seconds since the epoch (UTC)."""

    columns: tuple[InspectedColumn, ...]
    rows: int | None
    version: str
    refreshed_at: float


class Metrics(msgspec.Struct, frozen=True, kw_only=True):
    """Measured quality of one data version, in percent; None where nothing is declared to measure it by."""

    completeness: float | None = None
    accuracy: float | None = None
    timeliness: float | None = None
