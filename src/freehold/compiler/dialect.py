"""Statements that Freehold wrote itself, over one table, in the SQL of an engine that it does not run."""

from __future__ import annotations

import enum

from sqlglot import exp, parse_one


class Dialect(enum.StrEnum):
    """Whose SQL."""

    DUCKDB = "duckdb"
    POSTGRES = "postgres"


def written_for(sql: str, dialect: Dialect) -> str:
    """Return a counting statement in the SQL of `dialect`.

    PostgreSQL reads a pattern by its own rules: digits and letters are those of every language there.
    """
    if dialect is Dialect.DUCKDB:
        return sql
    return parse_one(sql, read="duckdb").transform(_for_postgres).sql(dialect="postgres")


def _for_postgres(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.IsNan):
        return exp.EQ(this=exp.cast(node.this, "double"), expression=exp.Literal.string("NaN"))
    if isinstance(node, exp.RegexpFullMatch):
        pattern = f"(?p)^(?:{node.expression.name})$"  # a point is no line break, and the ends are those of the whole text
        return exp.RegexpLike(this=node.this, expression=exp.Literal.string(pattern))
    return node
