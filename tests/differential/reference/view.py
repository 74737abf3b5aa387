"""What a contract shows of a product, and the rows that are left of it: filtered first, then masked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from differential.reference.relation import Header, Place, Relation, Row

Raw = dict[str, Any]


@dataclass(frozen=True)
class Right:
    """How a column is shown: as what `shown` makes of its value, and either openly or only inside an aggregate."""

    shown: Callable[[Any], Any]
    is_open: bool


def _same(value: Any) -> Any:
    return value


READ = Right(_same, is_open=True)
AGGREGATE = Right(_same, is_open=False)
JOIN = Right(_same, is_open=False)


def masked(mask: Callable[[Any], Any]) -> Right:
    """Return the right to what `mask` makes of each value."""
    return Right(mask, is_open=True)


@dataclass(frozen=True)
class Column:
    """A column of a product, as the schema writes its name, and its right."""

    name: str
    right: Right = READ


@dataclass(frozen=True)
class Product:
    """A product's raw rows and what one caller may have of them.

    `keeps` is the row filter, on raw values. `entity` names the raw column that says whom a row is about; a group in which fewer
    than `min_group` of them are counted, or one of them has more than `max_share` percent of a sum, does not exist. `rows_stay`
    says that nothing but aggregates may leave, whatever the columns' own rights.
    """

    rows: list[Raw]
    columns: tuple[Column, ...]
    keeps: Callable[[Raw], bool | None] = field(default=lambda _: True)
    entity: str | None = None
    min_group: int = 10
    max_share: int = 80
    rows_stay: bool = False

    def scan(self) -> Relation:
        """Return the permitted view, as it stands at one place of a query."""
        place = Place(self.min_group, self.max_share)
        headers = [Header(column.name, self._closed(column, place)) for column in self.columns]
        rows = [self._row(raw, place) for raw in self.rows if self.keeps(raw) is True]
        return Relation(headers, rows, frozenset({place}) if self.rows_stay else frozenset())

    def _closed(self, column: Column, place: Place) -> frozenset[Place]:
        return frozenset() if column.right.is_open else frozenset({place})

    def _row(self, raw: Raw, place: Place) -> Row:
        shown = tuple(column.right.shown(raw[column.name]) for column in self.columns)
        return Row(shown, {place: raw[self.entity] if self.entity else None})
