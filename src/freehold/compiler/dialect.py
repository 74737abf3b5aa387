"""Statements that Freehold wrote itself, over one table, in the SQL of an engine that it does not run."""

from __future__ import annotations

import enum

from sqlglot import exp, parse_one

from freehold.compiler.pattern import for_postgres
from freehold.errors import QueryInvalid


class Dialect(enum.StrEnum):
    """Whose SQL."""

    DUCKDB = "duckdb"
    POSTGRES = "postgres"


def written_for(sql: str, dialect: Dialect) -> str:
    """Return a counting statement in the SQL of `dialect`.

    Raises:
        QueryInvalid: It holds a pattern that nobody here can write so that it means the same there.
    """
    if dialect is Dialect.DUCKDB:
        return sql
    return parse_one(sql, read="duckdb").transform(_for_postgres).sql(dialect="postgres")


def _for_postgres(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.IsNan):
        return exp.EQ(this=exp.cast(node.this, "double"), expression=exp.Literal.string("NaN"))
    if isinstance(node, exp.RegexpFullMatch):
        pattern = for_postgres(node.expression.name)
        if pattern is None:
            raise QueryInvalid(
                f"the pattern `{node.expression.name}` cannot be written for PostgreSQL so that it means the same",
                remedy="write it with literals, classes, groups and repeats of at most 255, without flags and word boundaries",
            )
        return exp.RegexpLike(this=node.this, expression=exp.Literal.string(pattern))
    return node
