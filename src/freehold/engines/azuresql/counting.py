"""Probes over one table as T-SQL: one statement for as many as a server takes, so that all of them see one state of the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from freehold.compiler.tsql.columns import SqlColumn, SqlTable, bracket, listed
from freehold.compiler.tsql.conditions import ALIAS
from freehold.compiler.tsql.pieces import Shown, Statement
from freehold.engines.azuresql.conditions import NEVER, Said, condition, keys, present
from freehold.errors import ParameterInvalid
from freehold.model.query import Value
from freehold.model.rule import Probe, ProbeKind

_MOST_VALUES = 2_000
_LONGEST = 100_000
_MOST_PROBES = 500


class Counting(msgspec.Struct, frozen=True, kw_only=True):
    """One statement, whose only row has what each of `probes` counts."""

    sql: str
    values: tuple[Value, ...]
    probes: tuple[Probe, ...]


def counting(table: SqlTable, probes: Iterable[Probe]) -> tuple[Counting, ...]:
    """Return the statements that count `probes`.

    Raises:
        Unwritable: T-SQL cannot say one of them alike.
        ParameterInvalid: The table lacks a column.
    """
    made: list[Counting] = []
    held: dict[Probe, Said] = {}
    for probe in probes:
        said = _counted(table, probe)
        values = sum(len(item.values) for item in held.values()) + len(said.values)
        length = sum(len(item.text) for item in held.values()) + len(said.text)
        if held and (values > _MOST_VALUES or length > _LONGEST or len(held) == _MOST_PROBES):
            made.append(_joined(table, held))
            held = {}
        held[probe] = said
    return (*made, *([_joined(table, held)] if held else ()))


def rows_that(table: SqlTable, said: Said, limit: int) -> Statement:
    """Return the statement that gives at most `limit` whole rows under a condition, without columns that are not served."""
    after = f"{_from(table)} WHERE {said.text}"
    shown = tuple(_shown(column) for column in table.columns if column.logical != "nested")
    return Statement(
        before=f"SELECT TOP ({limit:d}) ", shown=shown, after=after, values=said.values, measured=after, measured_values=said.values
    )


def columns_whole(table: SqlTable, columns: Iterable[SqlColumn]) -> Statement:
    """Return the statement that gives columns of all rows."""
    after = _from(table)
    return Statement(before="SELECT ", shown=tuple(map(_shown, columns)), after=after, measured=after)


def counts_row(table: SqlTable, probe: Probe) -> Said:
    """Return the condition on a row that a probe counts; of `SURPLUS` that its key comes more than once.

    Raises:
        Unwritable, ParameterInvalid: As `counting`.
    """
    columns = columns_of(table, probe)
    if probe.kind is not ProbeKind.SURPLUS:
        return condition(probe, columns[0])
    names = [key for column in columns for key in keys(column)]
    shown = listed(f"{key} AS {bracket(f'k{at}')}" for at, key in enumerate(names))
    twice = f"SELECT {shown}{_from(table)} WHERE {present(columns)} GROUP BY {listed(names)} HAVING COUNT_BIG(*) > 1"
    matched = " AND ".join(f"[g].{bracket(f'k{at}')} = {key}" for at, key in enumerate(names))
    return Said(f"EXISTS (SELECT 1 AS [one] FROM ({twice}) AS [g] WHERE {matched})")  # noqa: S608


def columns_of(table: SqlTable, probe: Probe) -> list[SqlColumn]:
    """Return the columns that a probe names.

    Raises:
        ParameterInvalid: The table does not have one of them once, or not of a type that is served.
    """
    found = [table.column(name) for name in probe.columns]
    for name, column in zip(probe.columns, found, strict=True):
        if column is None:
            raise ParameterInvalid(
                f"the data has no column `{name}` that can be read", remedy="name a column that the data has once", column=name
            )
    return [column for column in found if column is not None]


def _counted(table: SqlTable, probe: Probe) -> Said:
    """Return what counts a probe: an aggregate over all rows, or of `SURPLUS` a statement of its own."""
    if probe.kind is ProbeKind.ROWS:
        return Said("COUNT_BIG(*)")
    columns = columns_of(table, probe)
    if probe.kind is ProbeKind.NEWEST:
        return Said(f"MAX({columns[0].value(ALIAS)})")
    if probe.kind is ProbeKind.SURPLUS:
        names = listed(key for column in columns for key in keys(column))
        groups = f"SELECT COUNT_BIG(*) AS [n]{_from(table)} WHERE {present(columns)} GROUP BY {names}"
        return Said(f"SELECT COALESCE(SUM([g].[n] - 1), 0) AS [p] FROM ({groups}) AS [g]")  # noqa: S608
    said = condition(probe, columns[0])
    return Said(f"COUNT_BIG(CASE WHEN {said.text} THEN 1 END)", said.values)


def _joined(table: SqlTable, held: Mapping[Probe, Said]) -> Counting:
    plain = {probe: said for probe, said in held.items() if probe.kind is not ProbeKind.SURPLUS}
    apart = {probe: said for probe, said in held.items() if probe.kind is ProbeKind.SURPLUS}
    inner = listed(f"{said.text} AS {bracket(f'p{at}')}" for at, said in enumerate(plain.values()))
    relations = [f"(SELECT {inner}{_from(table)}) AS [c]"] if plain else []
    relations += [f"({said.text}) AS {bracket(f's{at}')}" for at, said in enumerate(apart.values())]
    shown = [f"[c].{bracket(f'p{at}')}" for at in range(len(plain))] + [f"{bracket(f's{at}')}.[p]" for at in range(len(apart))]
    named = listed(f"{item} AS {bracket(f'n{at}')}" for at, item in enumerate(shown))
    sql = f"SELECT {named} FROM {' CROSS JOIN '.join(relations)}"  # noqa: S608  (names are quoted, values are parameters)
    return Counting(sql=sql, values=tuple(value for said in plain.values() for value in said.values), probes=(*plain, *apart))


def _from(table: SqlTable) -> str:
    return f" FROM {table.place} AS {bracket(ALIAS)}"


def _shown(column: SqlColumn) -> Shown:
    return Shown(name=column.name, logical=column.logical, text=column.value(ALIAS), unbounded=column.unbounded)


def any_of(parts: Sequence[Said]) -> Said:
    """Return the condition that one of several holds."""
    values = tuple(value for part in parts for value in part.values)
    return Said(f"({' OR '.join(part.text for part in parts)})", values) if parts else Said(NEVER)
