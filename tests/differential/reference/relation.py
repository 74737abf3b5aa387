"""Relations as lists of rows; each row knows whom it is about for as long as it is a row and not a figure over many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp


@dataclass(frozen=True, eq=False)
class Place:
    """One place in a query where a product is read; two places are the same only if they are one."""

    min_group: int
    max_share: int


Places = frozenset[Place]


@dataclass(frozen=True)
class Header:
    """A column's name, and the places whose data it is that may only be aggregated."""

    name: str
    closed: Places = frozenset()


@dataclass(frozen=True)
class Row:
    """Values, and for each place the entity that they are about."""

    values: tuple[Any, ...]
    people: dict[Place, Any] = field(default_factory=dict[Place, Any])


@dataclass(frozen=True)
class Relation:
    """Columns and rows; `closed` are the places of which not even the number of rows may be told without counting entities."""

    headers: list[Header]
    rows: list[Row]
    closed: Places = frozenset()

    @property
    def all_closed(self) -> Places:
        """The places of which anything here may only be aggregated."""
        return self.closed.union(*(header.closed for header in self.headers))

    @property
    def nothing(self) -> dict[str, Any]:
        """The columns of a row that is not there."""
        return self.named((None,) * len(self.headers))

    def named(self, values: tuple[Any, ...]) -> dict[str, Any]:
        """Return values by the folded name of their column."""
        return {header.name.lower(): value for header, value in zip(self.headers, values, strict=True)}


Ask = Callable[[exp.Expr, "Frame"], Relation]


@dataclass(frozen=True)
class Frame:
    """What an expression is evaluated in: one row of each relation in scope, by alias, within what is around it.

    `group` is set where the expression stands for a group; `windows` holds what each window function gives for this row.
    """

    sources: dict[str, dict[str, Any]]
    people: dict[Place, Any]
    outer: Frame | None
    ask: Ask
    group: list[Frame] | None = None
    windows: dict[int, Any] = field(default_factory=dict[int, Any])

    def find(self, table: str, name: str) -> Any:
        """Return the value of a column, innermost scope first."""
        for alias, values in self.sources.items():
            if name in values and table in {"", alias}:
                return values[name]
        if self.outer is None:
            raise KeyError(f"{table}.{name}")
        return self.outer.find(table, name)
