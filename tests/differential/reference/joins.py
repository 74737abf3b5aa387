"""The rows of FROM, pair by pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from differential.reference.relation import Ask, Frame, Place, Places, Relation
from differential.reference.values import is_true

Node = Any


@dataclass(frozen=True)
class Scope:
    """The relations in scope by alias, and a frame for each row; `closed` are places of which rows may only be aggregated."""

    relations: dict[str, Relation]
    frames: list[Frame]
    closed: Places
    outer: Frame | None
    ask: Ask

    @classmethod
    def of(cls, alias: str, relation: Relation, outer: Frame | None, ask: Ask) -> Scope:
        """Return the scope of one relation."""
        frames = [Frame({alias.lower(): relation.named(row.values)}, row.people, outer, ask) for row in relation.rows]
        return cls({alias.lower(): relation}, frames, relation.closed, outer, ask)

    def columns_of(self, table: str) -> list[Node]:
        """Return the columns that a star stands for, of one relation or of all."""
        return [
            exp.column(exp.to_identifier(header.name, quoted=True), exp.to_identifier(alias, quoted=True))
            for alias, relation in self.relations.items()
            if table.lower() in {"", alias}
            for header in relation.headers
        ]

    def closed_in(self, clause: Node) -> Places:
        """Return the places whose closed columns a clause names, inside its queries too."""
        found: Places = frozenset()
        for column in clause.find_all(exp.Column):
            for alias, relation in self.relations.items():
                if column.table.lower() in {"", alias}:
                    found = found.union(*(h.closed for h in relation.headers if h.name.lower() == column.name.lower()))
        return found


def join(left: Scope, node: Node, right: Relation) -> Scope:
    """Return the scope after a join."""
    alias = node.this.alias_or_name.lower()
    both = Scope({**left.relations, alias: right}, [], left.closed | right.closed, left.outer, left.ask)
    on = node.args.get("on")
    closed = both.closed | (both.closed_in(on) if on is not None else frozenset())
    rows = [(right.named(row.values), row.people) for row in right.rows]
    nobody: tuple[dict[str, Any], dict[Place, Any]] = (right.nothing, {})
    matched: set[int] = set()
    frames: list[Frame] = []
    for ours in left.frames:
        pairs = [_beside(ours, alias, theirs) for theirs in rows]
        found = [(at, pair) for at, pair in enumerate(pairs) if is_true(on, pair)]
        matched.update(at for at, _ in found)
        if node.kind in {"SEMI", "ANTI"}:
            frames += [ours] if bool(found) is (node.kind == "SEMI") else []
        elif found or node.side not in {"LEFT", "FULL"}:
            frames += [pair for _, pair in found]
        else:
            frames.append(_beside(ours, alias, nobody))
    if node.side == "FULL":
        alone = Frame({name: relation.nothing for name, relation in left.relations.items()}, {}, left.outer, left.ask)
        frames += [_beside(alone, alias, theirs) for at, theirs in enumerate(rows) if at not in matched]
    relations = left.relations if node.kind in {"SEMI", "ANTI"} else both.relations
    return Scope(relations, frames, closed, left.outer, left.ask)


def _beside(ours: Frame, alias: str, theirs: tuple[dict[str, Any], dict[Place, Any]]) -> Frame:
    values, people = theirs
    return Frame({**ours.sources, alias: values}, {**ours.people, **people}, ours.outer, ours.ask)
