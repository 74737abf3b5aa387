"""A data product: what it holds, where it lives, what it promises and through which doors it is used."""

from __future__ import annotations

import enum
from functools import cached_property

import msgspec

from freehold.model.contract import Contract
from freehold.model.label import is_personal
from freehold.model.rule import Constraint, Rule
from freehold.names import domain_key, identifier


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column of a product's schema.

    `type` is a logical type (`string`, `integer`, `number`, `decimal(p,s)`, `boolean`, `date`, `timestamp`, `time`, `binary`);
    `classifications` holds what the owner declared, what governance rules added and what stewards accepted of a look at the data;
    `awaiting` what that look proposes of high risk under `autoClassify` and nobody has reviewed: until then no contract shows it.
    `references` is `domain.product.column`, and the keys of a value are those of `rule.Constraint`.
    """

    name: str
    type: str
    description: str | None = None
    classifications: tuple[str, ...] = ()
    required: bool = False
    unique: bool = False
    pattern: str | None = None
    minimum: float | str | None = None
    maximum: float | str | None = None
    exclusive_minimum: float | str | None = None
    exclusive_maximum: float | str | None = None
    multiple_of: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    values: tuple[str, ...] = ()
    references: str | None = None
    awaiting: tuple[str, ...] = ()

    @property
    def constraint(self) -> Constraint | None:
        """What each value must be, or None where the schema asks for nothing."""
        found = Constraint(
            pattern=self.pattern,
            minimum=self.minimum,
            maximum=self.maximum,
            exclusive_minimum=self.exclusive_minimum,
            exclusive_maximum=self.exclusive_maximum,
            multiple_of=self.multiple_of,
            min_length=self.min_length,
            max_length=self.max_length,
            values=self.values,
        )
        return None if found == Constraint() else found

    @property
    def personal(self) -> bool:
        """Whether any classification marks personal data, or may."""
        return is_personal(self.classifications + self.awaiting)


AZURE_SQL = "azure-sql"
"""The engine of sources that are tables or views of Azure SQL."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where the data is: a path or glob relative to the node's data folder, and the engine that reads it.

    Of a table of Azure SQL, `path` is SCHEMA.TABLE, `database` the node's name for its database, where it has several, and
    `changed_at` the column whose newest value, in UTC, says when the data last changed.
    """

    path: str
    format: str = "parquet"
    engine: str = "duckdb"
    database: str | None = None
    changed_at: str | None = None


class InterfaceKind(enum.StrEnum):
    """The kinds of output port."""

    API = "API"
    SQL = "SQL"


class RateLimit(msgspec.Struct, frozen=True, kw_only=True):
    """Requests allowed per consumer in `seconds`."""

    requests: int
    seconds: int = 60


class Interface(msgspec.Struct, frozen=True, kw_only=True):
    """An output port of a product."""

    kind: InterfaceKind
    endpoint: str | None = None
    authentication: str | None = None
    scopes: tuple[str, ...] = ()
    access_level: str | None = None
    rate_limit: RateLimit | None = None


class ServiceLevel(msgspec.Struct, frozen=True, kw_only=True):
    """What the product promises: availability in percent, latency and freshness as upper bounds in seconds.

    `latency_text` and `freshness_text` are the promises as written (`< 100ms`).
    """

    availability: float | None = None
    latency: float | None = None
    latency_text: str | None = None
    freshness: float | None = None
    freshness_text: str | None = None


class QualityFloor(msgspec.Struct, frozen=True, kw_only=True):
    """The least quality that is promised, each in percent (0 to 100); None promises nothing."""

    completeness: float | None = None
    accuracy: float | None = None
    timeliness: float | None = None


class Residency(msgspec.Struct, frozen=True, kw_only=True):
    """Where a product may be stored and processed; `area` is a jurisdiction (`EU`) or a region, as written."""

    area: str | None = None
    storage_locations: tuple[str, ...] = ()
    redundancy: str | None = None
    pii_handling: str | None = None


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter of a declared query; type `region` also asks whether the caller may have data of that region."""

    name: str
    type: str
    description: str | None = None
    required: bool = True
    default: str | None = None
    values: tuple[str, ...] = ()


class DeclaredQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Named, parametrised SQL behind an API interface; it runs in the caller's view, never in the owner's."""

    name: str
    sql: str
    description: str | None = None
    parameters: tuple[Parameter, ...] = ()


class Product(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A data product as it stands after its manifest was read and bound to the mesh.

    `home` is the region whose node judges every request for it (None: no node of the mesh serves it); `rules` are those that the
    keys of `columns` imply, then the written ones;
    `where` is file:line of its manifest.
    """

    name: str
    domain: str
    owner: str | None = None
    description: str | None = None
    version: str | None = None
    sensitivity_label: str | None = None
    residency: Residency = Residency()
    home: str | None = None
    jurisdiction: str | None = None
    interfaces: tuple[Interface, ...] = ()
    sla: ServiceLevel = ServiceLevel()
    quality: QualityFloor = QualityFloor()
    columns: tuple[Column, ...] = ()
    rules: tuple[Rule, ...] = ()
    source: Source | None = None
    entity_key: str | None = None
    row_filter: str | None = None
    min_group_size: int | None = None
    max_share: int | None = None
    queries: tuple[DeclaredQuery, ...] = ()
    contracts: tuple[Contract, ...] = ()
    where: str = ""

    @property
    def domain_key(self) -> str:
        """The SQL name of the owning domain."""
        return domain_key(self.domain)

    @cached_property  # every decision asks for it
    def key(self) -> str:
        """The product's full SQL name, `domain.product`."""
        return f"{self.domain_key}.{identifier(self.name)}"

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes of every interface: what one door asks, all doors ask, so that no path is wider than another."""
        return tuple(dict.fromkeys(scope for port in self.interfaces for scope in port.scopes))

    def interface(self, kind: InterfaceKind) -> Interface | None:
        """Return the output port of that kind, or the first one, or None where there is none."""
        for port in self.interfaces:
            if port.kind is kind:
                return port
        return self.interfaces[0] if self.interfaces else None

    def column(self, name: str) -> Column | None:
        """Return the column of that name, compared as SQL compares (case folded), or None."""
        folded = name.casefold()
        return next((column for column in self.columns if column.name.casefold() == folded), None)
