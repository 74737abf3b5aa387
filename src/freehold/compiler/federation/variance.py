"""Variances of a whole from counts, means and variances of its parts, pair by pair.

Source: Chan, Golub, LeVeque, *Updating formulae and a pairwise algorithm for computing sample variances* (1979).
"""

from __future__ import annotations

from functools import lru_cache

from sqlglot import exp

from freehold.compiler.text import DIALECT

VARIANCES = (exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance, exp.VariancePop)

_REDUCED = """list_reduce(
    list({'n': CAST(n AS DOUBLE), 'm': m, 'q': n * v}) FILTER (WHERE n > 0),
    LAMBDA a, b: {
        'n': a.n + b.n,
        'm': a.m + (b.m - a.m) * b.n / (a.n + b.n),
        'q': a.q + b.q + (b.m - a.m) * (b.m - a.m) * a.n * b.n / (a.n + b.n)
    }
)"""
"""`n` values with the mean `m` and the variance `v` in each part: how many, their mean, and the sum `q` of squared distances."""

_POPULATION = "list_transform([{reduced}], LAMBDA r: r.q / r.n)[1]"
_SAMPLE = "list_transform([{reduced}], LAMBDA r: CASE WHEN r.n > 1 THEN r.q / (r.n - 1) END)[1]"


def variance_of(kind: type[exp.Expr], count: exp.Expr, mean: exp.Expr, variance: exp.Expr) -> exp.Expr:
    """Return what stands for the aggregate `kind` over columns that hold the count, mean and variance of each part."""
    made = _template(kind).copy()
    stands = {"n": count, "m": mean, "v": variance}
    for node in list(made.find_all(exp.Column)):
        if not node.table and node.name in stands:
            node.replace(stands[node.name].copy())
    return made


@lru_cache
def _template(kind: type[exp.Expr]) -> exp.Expr:
    text = (_POPULATION if kind in {exp.StddevPop, exp.VariancePop} else _SAMPLE).format(reduced=_REDUCED)
    if kind in {exp.Stddev, exp.StddevPop, exp.StddevSamp}:
        text = f"sqrt({text})"
    (statement,) = DIALECT.parse(f"SELECT {text}")
    assert isinstance(statement, exp.Select)  # noqa: S101  (it says SELECT)
    return statement.expressions[0]
