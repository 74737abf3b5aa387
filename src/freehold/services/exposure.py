"""Who would see more, and who less: the same decision asked of two meshes, for everybody whom a contract or a role serves.

Law 9: a steward reads before an apply what it would show, in columns, rows and forms, and across which border.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator

import msgspec

from freehold.model.label import AGGREGATE, NONE, Right, RightKind
from freehold.model.mesh import Mesh
from freehold.model.policy import DEFAULT_GROUP, Decision, Form
from freehold.policy.width import compare as compare_rights
from freehold.services import obligations
from freehold.services.audience import Audience, Sight, audiences, sight
from freehold.services.obligations import Said
from freehold.services.rows import Counted, Rows, few, moved

Count = Callable[[Mesh, Audience], int | None]
"""Counts, through the gate, the rows that an audience would be given at a product's home under a mesh; None where it cannot."""


class Direction(enum.StrEnum):
    """Whether somebody sees more than before, less, or something else."""

    MORE = "more"
    LESS = "less"
    OTHERWISE = "otherwise"


class ColumnDifference(msgspec.Struct, frozen=True, kw_only=True):
    """A column whose form changes; `before` and `after` are a right as text, `none` where it is not shown."""

    name: str
    before: str
    after: str


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What one audience would see differently; `rows` is how many rows that is about, before and after."""

    audience: Audience
    direction: Direction
    columns: tuple[ColumnDifference, ...] = ()
    notes: tuple[str, ...] = ()
    rows: Rows | None = None


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What two sights differ in, beside the number of rows; each of `signs` is as in `obligations.Said`, of one thing."""

    columns: tuple[ColumnDifference, ...] = ()
    notes: tuple[str, ...] = ()
    signs: tuple[int | None, ...] = ()

    def direction(self, *further: int | None) -> Direction:
        """Return where all signs point: somewhere else where they disagree, or one of them cannot be told."""
        signs = {*self.signs, *further} - {0}
        return Direction.MORE if signs == {1} else Direction.LESS if signs == {-1} else Direction.OTHERWISE


def differences(before: Mesh | None, after: Mesh, today: str, count: Count) -> tuple[Difference, ...]:
    """Return what every audience of either mesh would see differently in `after`, as if all contracts were approved.

    `today` is an ISO date in UTC.
    """
    rows = _RowCounts(count, today)
    found: list[Difference] = []
    for audience in audiences(*(mesh for mesh in (before, after) if mesh is not None)):
        old, new = sight(before, audience, today), sight(after, audience, today)
        difference = compare(old, new)
        if difference.columns or difference.notes:
            told, sign = rows.compare(audience, old, new)
            found.append(
                Difference(
                    audience=audience,
                    direction=difference.direction(sign),
                    columns=difference.columns,
                    notes=difference.notes,
                    rows=told,
                )
            )
    return tuple(found)


def compare(old: Sight, new: Sight) -> Comparison:
    """Return what two sights of one product differ in, beside the number of rows."""
    columns, signs = _columns(old.decision, new.decision)
    said = tuple(_said(old, new, columns))
    return Comparison(columns=columns, notes=tuple(note for note, _ in said), signs=(*signs, *(sign for _, sign in said)))


def shown(decision: Decision) -> dict[str, str]:
    """Return the columns a decision shows, each with its right as text; under aggregates only, a read column is `aggregate`."""
    return {name: str(right) for name, right in _rights(decision).items()}


def rows_sign(old: Sight, new: Sight) -> int | None:
    """Return in which direction the rows change on any data: with one filter more they are fewer; None where it depends on it."""
    before, after = set(old.decision.row_filters), set(new.decision.row_filters)
    if not old.permits or not new.permits:
        return 0
    if old.data != new.data:
        return None
    return 0 if before == after else 1 if after < before else -1 if before < after else None


def least_group(*sights: Sight) -> int:
    """Return how many rows are not few, by the strictest of what is permitted."""
    return max((item.decision.min_group for item in sights if item.permits), default=DEFAULT_GROUP)


def _rights(decision: Decision) -> dict[str, Right]:
    narrow = decision.form is Form.AGGREGATE  # a decision that forbids shows no column
    return {
        column.name: AGGREGATE if narrow and column.right.kind is RightKind.READ else column.right for column in decision.columns
    }


def _columns(old: Decision, new: Decision) -> tuple[tuple[ColumnDifference, ...], tuple[int | None, ...]]:
    before, after = _rights(old), _rights(new)
    pairs = [(name, before.get(name, NONE), after.get(name, NONE)) for name in dict.fromkeys((*before, *after))]
    differing = [pair for pair in pairs if pair[1] != pair[2]]
    columns = tuple(ColumnDifference(name=name, before=str(was), after=str(now)) for name, was, now in differing)
    return columns, tuple(compare_rights(was, now) for _, was, now in differing)


def _said(old: Sight, new: Sight, columns: Iterable[ColumnDifference]) -> Iterator[Said]:
    if old.permits and new.permits:
        yield from obligations.changed(old.decision, new.decision)
        yield from obligations.validity(old.until, new.until)
        yield from ((note, 0) for note in obligations.filters(old.decision, new.decision))  # the rows say in which direction
        if old.data != new.data:
            yield f"other data: {old.data or 'none'} → {new.data or 'none'}", None
    elif new.permits:
        if not columns:
            yield "may ask now", 1
        yield from ((note, 1) for note in obligations.granted(new.decision))
        if new.until is not None:
            yield f"valid until: {new.until}", 1
    elif old.permits:
        yield f"may not ask any more ({new.decision.code})", -1


class _RowCounts:
    """The rows of every audience as they are at home, counted once for each set of them."""

    def __init__(self, count: Count, today: str) -> None:
        self._count = count
        self._today = today
        self._held: dict[tuple[object, ...], int] = {}

    def compare(self, audience: Audience, old: Sight, new: Sight) -> tuple[Rows, int | None]:
        """Return what may be said of the rows, and in which direction they change."""
        least, sign = least_group(old, new), rows_sign(old, new)
        if sign != 0:
            both = self._both(audience, old, new) if old.data == new.data else None
            counted = Counted(before=self._of(audience, old), after=self._of(audience, new), both=both)
            return moved(counted, least), sign or counted.sign
        widest = max((item for item in (new, old) if item.permits), key=lambda item: item.decision.form is Form.ROWS, default=new)
        number = few(self._of(audience, widest), least)
        return Rows(before=number if old.permits else None, after=number if new.permits else None), 0

    def _of(self, audience: Audience, side: Sight) -> int | None:
        mesh, product = side.mesh, side.product
        if mesh is None or product is None or product.home is None or product.source is None:
            return None
        at_home = msgspec.structs.replace(audience, region=product.home)
        decision = side.decision if audience == at_home else sight(mesh, at_home, self._today).decision
        key = (product.key, product.home, side.data, product.columns, product.entity_key)
        key = (*key, decision.row_filters, decision.form, decision.min_group)
        if key not in self._held:
            counted = self._count(mesh, audience)
            if counted is None:
                return None
            self._held[key] = counted
        return self._held[key]

    def _both(self, audience: Audience, old: Sight, new: Sight) -> int | None:
        """Count the rows that both sides let pass: under a mesh whose product has the one filter and whose contract the other."""
        if new.mesh is None or new.product is None or old.product is None:
            return None
        contract = new.mesh.contract(audience.product, audience.contract)
        if contract is None:
            return None
        further = tuple(column for column in old.product.columns if new.product.column(column.name) is None)
        product = msgspec.structs.replace(
            new.product,
            columns=new.product.columns + further,
            row_filter=_all(old.decision.row_filters),
            contracts=(msgspec.structs.replace(contract, row_filter=_all(new.decision.row_filters)),),
        )
        return self._count(msgspec.structs.replace(new.mesh, products={product.key: product}), audience)


def _all(filters: Iterable[str]) -> str | None:
    """Return one predicate that holds where all do; each on lines of its own, as it may end in a comment."""
    return " AND ".join(f"(\n{text}\n)" for text in filters) or None
