"""Probes as SQL for any engine: as few statements as their length allows, each with one row of counts.

Law 1: where the relation is a product, they are asked through the gate like any other question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from freehold.model.rule import Probe, ProbeKind
from freehold.names import quote
from freehold.quality.conditions import is_missing, is_one_of, is_present, is_valid, present

LONGEST = 60_000
"""Characters of one statement: a gate's limit is higher."""

MOST_WORDS = 9_000
"""Words of one statement, as a gate counts them: its limit is higher."""

_WORD = re.compile(r"""\"[^\"]*\"|'[^']*'|\w+|\S""")

_AROUND = 3
"""Words that stand around each aggregate."""


class Counting(msgspec.Struct, frozen=True, kw_only=True):
    """One statement; its only row has the count of `probes[i]` in the column `p<i>`."""

    sql: str
    probes: tuple[Probe, ...]


def counting(relation: str, probes: Iterable[Probe]) -> tuple[Counting, ...]:
    """Return the statements that count `probes` over `relation`, which is SQL: a quoted name, or a table function."""
    together: list[Counting] = []
    held: list[tuple[Probe, str]] = []
    length = words = 0
    for probe in probes:
        if probe.kind is ProbeKind.SURPLUS and len(probe.columns) > 1:
            together.append(Counting(sql=_surplus(relation, probe), probes=(probe,)))
            continue
        text = aggregate(probe)
        more = sum(1 for _ in _WORD.finditer(text)) + _AROUND
        if held and (length + len(text) > LONGEST or words + more > MOST_WORDS):
            together.append(_joined(relation, held))
            held, length, words = [], 0, 0
        held.append((probe, text))
        length, words = length + len(text) + 12, words + more
    return (*([_joined(relation, held)] if held else []), *together)


def aggregate(probe: Probe) -> str:
    """Return the aggregate that counts a probe over all rows; of `SURPLUS` only for one column."""
    if probe.kind is ProbeKind.ROWS:
        return "COUNT(*)"
    name, type_ = probe.columns[0], probe.types[0]
    if probe.kind is ProbeKind.SURPLUS:
        value = present(name, type_)
        return f"COUNT({value}) - COUNT(DISTINCT {value})"
    if probe.kind is ProbeKind.NEWEST:
        return f"MAX(EPOCH({quote(name)}))"
    return f"COUNT(CASE WHEN {condition(probe)} THEN 1 END)"


def condition(probe: Probe) -> str:
    """Return the condition on one row that a probe counts: of nulls, missing and invalid values."""
    name, type_ = probe.columns[0], probe.types[0]
    if probe.kind is ProbeKind.NULLS:
        return is_missing(name, type_)
    if probe.kind is ProbeKind.MISSING:
        return f"({is_missing(name, type_)} OR {is_one_of(name, type_, probe.missing)})"
    if probe.kind is not ProbeKind.INVALID or probe.constraint is None:
        raise ValueError(probe.kind)
    return f"{is_present(name, type_)} AND NOT ({is_valid(name, type_, probe.constraint)})"


def sampling(relation: str, probe: Probe, limit: int, outputs: str = "*") -> str | None:
    """Return the statement that gives at most `limit` of the rows that a probe counts, or None where it counts no rows."""
    if probe.kind in {ProbeKind.ROWS, ProbeKind.NEWEST}:
        return None
    if probe.kind is not ProbeKind.SURPLUS:
        return f"SELECT {outputs} FROM {relation} WHERE {condition(probe)} LIMIT {limit}"  # noqa: S608  (quoted and escaped)
    names = ", ".join(quote(name) for name in probe.columns)
    there = _all_present(probe)
    twice = f"SELECT {names} FROM {relation} WHERE {there} GROUP BY {names} HAVING COUNT(*) > 1"  # noqa: S608
    joined = " AND ".join(f'"r".{quote(name)} = "t".{quote(name)}' for name in probe.columns)
    matched = f'SELECT 1 FROM ({twice}) AS "t" WHERE {joined}'  # noqa: S608
    return f'SELECT {outputs} FROM {relation} AS "r" WHERE EXISTS ({matched}) LIMIT {limit}'  # noqa: S608


def unknown(relation: str, column: str, type_: str, other: str, other_column: str) -> str:
    """Return the statement that counts the values of a column that a column of another relation does not have, and all rows.

    They are in `p0` and `p1` of its row.
    """
    there = f'"a".{quote(column)}'
    filled = f"{there} IS NOT NULL" + (f" AND NOT ISNAN({there})" if type_ == "number" else "")
    found = f'SELECT 1 FROM {other} AS "b" WHERE "b".{quote(other_column)} = {there}'  # noqa: S608  (names are quoted)
    counted = f'COUNT(CASE WHEN {filled} AND NOT EXISTS ({found}) THEN 1 END) AS "p0", COUNT(*) AS "p1"'
    return f'SELECT {counted} FROM {relation} AS "a"'  # noqa: S608


def relation_of(key: str) -> str:
    """Return a product's key as SQL.

    >>> relation_of("sales.orders")
    '"sales"."orders"'
    """
    return ".".join(quote(part) for part in key.split("."))


def _joined(relation: str, held: Sequence[tuple[Probe, str]]) -> Counting:
    listed = ", ".join(f'{text} AS "p{at}"' for at, (_, text) in enumerate(held))
    return Counting(sql=f"SELECT {listed} FROM {relation}", probes=tuple(probe for probe, _ in held))  # noqa: S608


def _surplus(relation: str, probe: Probe) -> str:
    names = ", ".join(quote(name) for name in probe.columns)
    groups = f'SELECT COUNT(*) AS "n" FROM {relation} WHERE {_all_present(probe)} GROUP BY {names}'  # noqa: S608
    return f'SELECT COALESCE(SUM("n" - 1), 0) AS "p0" FROM ({groups}) AS "g"'  # noqa: S608


def _all_present(probe: Probe) -> str:
    return " AND ".join(is_present(name, type_) for name, type_ in zip(probe.columns, probe.types, strict=True))
