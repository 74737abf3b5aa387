"""What an approximate quantile cuts off: on both sides of it must stand enough entities, or it is one of theirs."""

from __future__ import annotations

from sqlglot import exp

SHORTEST_TAIL = 0.05
"""The 5th and the 95th percentile are the outermost."""


def tail_of(node: exp.ApproxQuantile) -> float:
    """Return the share of values on the shorter side of a quantile, 0 where that is not a number from 0 to 1 in the text.

    >>> from sqlglot import parse_one
    >>> tail_of(parse_one("approx_quantile(x, 0.9)", read="duckdb")) == 1 - 0.9
    True
    """
    at = node.args.get("quantile")
    if not isinstance(at, exp.Literal) or at.is_string:
        return 0.0
    share = float(at.name)
    return max(min(share, 1 - share), 0.0)
