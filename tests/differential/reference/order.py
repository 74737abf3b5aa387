"""ORDER BY, and the window functions that count or add up to a row's place in an order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlglot import exp

from differential.reference.aggregates import figure
from differential.reference.relation import Frame, Header, Row
from differential.reference.values import value

Node = Any


def ordered(rows: list[Row], terms: list[Node], headers: list[Header]) -> list[Row]:
    """Return rows in the order of the outputs that `terms` name or number; sorted by the last first, so that earlier ones win."""
    for term in reversed(terms):
        at = _position(term.this, headers)
        nulls = [row for row in rows if row.values[at] is None]
        there = sorted(
            (row for row in rows if row.values[at] is not None), key=lambda row: row.values[at], reverse=bool(term.args.get("desc"))
        )
        rows = nulls + there if term.args.get("nulls_first") else there + nulls
    return rows


def _position(node: Node, headers: list[Header]) -> int:
    if isinstance(node, exp.Literal):
        return int(node.this) - 1
    return [header.name.lower() for header in headers].index(node.name.lower())


def window_values(windows: Iterable[Node], frames: list[Frame]) -> list[Frame]:
    """Return the frames, each with what the window functions give for it."""
    for window in windows:
        places = [
            (_key(window.args.get("partition_by") or [], at), _key([o.this for o in window.args["order"].expressions], at))
            for at in frames
        ]
        peers: defaultdict[tuple[Any, Any], list[Frame]] = defaultdict(list)
        for place, at in zip(places, frames, strict=True):
            peers[place].append(at)
        known = {place: _at(window.this, place, peers) for place in peers}
        frames = [replace(at, windows={**at.windows, id(window): known[place]}) for at, place in zip(frames, places, strict=True)]
    return frames


def _key(nodes: list[Node], at: Frame) -> tuple[tuple[bool, Any], ...]:
    """Values that compare as they are ordered: nulls last."""
    given = [value(node, at) for node in nodes]
    return tuple((item is None, 0 if item is None else item) for item in given)


def _at(call: Node, place: tuple[Any, Any], peers: dict[tuple[Any, Any], list[Frame]]) -> Any:
    """What a function gives for the rows at one place: of its partition, those before them count, and they themselves."""
    before = [rows for (partition, order), rows in peers.items() if partition == place[0] and order < place[1]]
    if isinstance(call, exp.Rank):
        return 1 + sum(len(rows) for rows in before)
    if isinstance(call, exp.DenseRank):
        return 1 + len(before)
    upto = [at for rows in (*before, peers[place]) for at in rows]
    if isinstance(call, exp.Count):
        return len(upto)
    return figure(call, [given for at in upto if (given := value(call.this, at)) is not None])
