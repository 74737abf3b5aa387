"""Keep what stands around a guarded SELECT above its guard: nothing of the caller's may meet a group that is withheld (law 3).

An engine evaluates a filter as far down as it may, and one that names group keys alone below the grouping: there it would fail, or
not, on the keys of withheld groups. A LIMIT that limits nothing stops it, since a filter below it would choose other rows.
"""

from __future__ import annotations

from sqlglot import exp

from freehold.model.query import FENCE


def fence(select: exp.Select) -> None:
    """Put the LIMIT on `select`, in place, where a query stands around it; a LIMIT or OFFSET of the caller's own does as well."""
    if select.find_ancestor(exp.Select) is None or select.args.get("limit") or select.args.get("offset"):
        return
    if isinstance(select.parent, exp.SetOperation):
        brackets = exp.Subquery()
        select.replace(brackets)
        brackets.set("this", select)
    select.set("limit", exp.Limit(expression=exp.Literal.number(FENCE)))
