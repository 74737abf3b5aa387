"""Put a projection directly above each base relation: only columns that the view shows and the query uses come through (law 2)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

Place = tuple[exp.Table, tuple[str, ...]]
"""Where a session relation stands, and the folded columns that may come through there, in order."""


def install_barriers(places: Iterable[Place]) -> None:
    """Replace the session relation at each of `places` by `(SELECT columns FROM relation) AS alias`."""
    for table, columns in places:
        base = exp.Table(this=exp.Identifier(this=table.name, quoted=True))
        outputs = [exp.Column(this=exp.Identifier(this=name, quoted=True)) for name in columns] or [exp.Literal.number(1)]
        select = exp.Select(expressions=outputs, from_=exp.From(this=base))
        table.replace(exp.Subquery(this=select, alias=table.args.get("alias")))
