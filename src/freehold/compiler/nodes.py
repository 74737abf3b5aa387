"""All nodes of a tree, found in one walk and sorted by kind, so that no check has to walk it again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar, cast

from sqlglot import exp

_Kind = TypeVar("_Kind", bound=exp.Expr)


class Nodes:
    """The nodes of a tree: `all` in the order in which they were found, `kinds` by their exact class, in the same order."""

    __slots__ = ("all", "kinds")

    def __init__(self, found: Iterable[exp.Expr]) -> None:
        """Sort what a walk gives (`tree.bfs()`, `tree.dfs()`)."""
        self.all = list(found)
        kinds: defaultdict[type[exp.Expr], list[exp.Expr]] = defaultdict(list)
        for node in self.all:
            kinds[type(node)].append(node)
        self.kinds = kinds

    def of(self, kind: type[_Kind]) -> list[_Kind]:
        """Return the nodes that are exactly of one kind."""
        return cast("list[_Kind]", self.kinds.get(kind, []))
