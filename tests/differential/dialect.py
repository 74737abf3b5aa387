"""Enforced plans and their barriers as PostgreSQL would be given them; test_laws_postgres.py names and explains each difference."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pyarrow as pa
from sqlglot import exp, parse_one

from differential.rows import CUSTOMER_TYPES, ORDER_TYPES, Raw, customers, orders
from freehold.model.query import Barrier

Node = Any

TAUGHT = "taught"
"""The schema of the functions that PostgreSQL is taught before a plan runs."""

_FUNCTIONS = """
CREATE SCHEMA taught;
CREATE FUNCTION taught.try_double(given text) RETURNS double precision IMMUTABLE LANGUAGE plpgsql AS
  $$ BEGIN RETURN given::double precision; EXCEPTION WHEN others THEN RETURN NULL; END $$;
CREATE FUNCTION taught.try_double(given double precision) RETURNS double precision IMMUTABLE LANGUAGE sql AS 'SELECT given';
CREATE FUNCTION taught.regexp_extract(given text, pattern text, number integer) RETURNS text IMMUTABLE LANGUAGE sql AS
  $$ SELECT CASE WHEN given IS NOT NULL THEN coalesce((regexp_match(given, pattern))[number], '') END $$;
CREATE FUNCTION taught.sha256(given text) RETURNS bytea IMMUTABLE LANGUAGE sql AS
  $$ SELECT pg_catalog.sha256(convert_to(given, 'UTF8')) $$;
CREATE FUNCTION taught.round_double(given double precision, digits integer) RETURNS double precision IMMUTABLE LANGUAGE sql AS
  $$ SELECT round(given::numeric, digits)::double precision $$;
"""


def _cast(node: Node, kind: str) -> Node:
    return exp.Cast(this=node, to=exp.DataType.build(kind))


def _try(node: Node) -> Node:
    """Difference `try`: nothing in these questions fails, so what is tried can stand alone, outside of the row made for it."""
    if isinstance(node, exp.Try):
        tried = node.this.this.expressions[0] if isinstance(node.this, exp.StructExtract) else node.this
        return tried if isinstance(tried, exp.Literal) else exp.Paren(this=tried)
    return node


def _try_cast(node: Node) -> Node:
    """Difference `try_cast`; other TRY_CASTs here are of values that have the type already."""
    if isinstance(node, exp.TryCast) and node.to.is_type("double"):
        return exp.Anonymous(this="try_double", expressions=[node.this])
    return node


def _round(node: Node) -> Node:
    """Differences `round to a place` and `round a half`."""
    if isinstance(node, exp.Round):
        return exp.Anonymous(this="round_double", expressions=[node.this, node.args.get("decimals") or exp.Literal.number(0)])
    return node


def _row(node: Node) -> Node:
    """Difference `a row as a value`: as text it is one value, in which null equals null."""
    is_row = isinstance(node, exp.Anonymous) and node.name == "ROW" and not isinstance(node.parent, exp.Cast)
    return _cast(exp.Anonymous(this="ROW", expressions=node.expressions), "text") if is_row else node


def _null(node: Node) -> Node:
    """Difference `null without a type`: in these questions it always stands for a truth value."""
    is_bare = isinstance(node, exp.Null) and not isinstance(node.parent, exp.Is | exp.Cast)
    return _cast(exp.Null(), "boolean") if is_bare else node


def _constant_key(node: Node) -> Node:
    """Difference `a constant as a group key`."""
    is_key = isinstance(node, exp.Literal) and node.is_string and isinstance(node.parent, exp.Group)
    return _cast(node.copy(), "text") if is_key else node


_REWRITINGS: tuple[Callable[[Node], Node], ...] = (_try, _try_cast, _round, _row, _null, _constant_key)


def to_postgres(sql: str) -> str:
    """Return a text of DuckDB's dialect in PostgreSQL's."""
    tree = parse_one(sql, read="duckdb")
    for rewriting in _REWRITINGS:
        for node in reversed(list(tree.walk())):
            made = rewriting(node)
            if made is not node:
                node.replace(made)
    return tree.sql(dialect="postgres")


# ── the same data and the same sessions ──────────────────────────────────────────────────────────────────────────
_TYPES = {pa.string(): "text", pa.float64(): "double precision", pa.bool_(): "boolean", pa.date32(): "date", pa.int64(): "bigint"}
_RAW = {"customers.parquet": "public.raw_customers", "orders.parquet": "public.raw_orders"}


def definitions() -> str:
    """Return the statements that make the raw tables and the functions."""
    made = [_FUNCTIONS]
    for name, types, rows in (("raw_customers", CUSTOMER_TYPES, customers()), ("raw_orders", ORDER_TYPES, orders())):
        columns = ", ".join(f'"{column}" {_TYPES[kind]}' for column, kind in types.items())
        made.append(f"CREATE TABLE public.{name} ({columns});")
        made.append(f"INSERT INTO public.{name} VALUES {', '.join(map(_values, rows))};")
    return "\n".join(made)


def _values(raw: Raw) -> str:
    return f"({', '.join(map(_literal, raw.values()))})"


def _literal(value: Any) -> str:
    if isinstance(value, str | dt.date):
        return "'" + str(value).replace("'", "''") + "'"
    return "NULL" if value is None else repr(value)


def session(schema: str, barriers: tuple[Barrier, ...]) -> str:
    """Return the statements that make a schema which holds what a session of DuckDB holds: the barriers, and nothing else."""
    made = [f'CREATE SCHEMA "{schema}";', f"SET LOCAL search_path TO {TAUGHT};"]
    for barrier in barriers:
        where = " AND ".join(f"({text})" for text in barrier.predicates)
        # The number of a row is DuckDB's own hash, and no plan that answers reads it.
        outputs = [output for output in barrier.outputs if not output.endswith('AS "__row"')]
        view = f"SELECT {', '.join(outputs)} FROM {_RAW[barrier.source.path]}{f' WHERE {where}' if where else ''}"
        made.append(f'CREATE VIEW "{schema}"."{barrier.relation}" AS {to_postgres(view)};')
    return "\n".join(made)


def typed(text: str | None, kind: pa.DataType) -> Any:
    """Return a value that PostgreSQL wrote as text, as one of the type that DuckDB gave."""
    if text is None:
        return None
    if pa.types.is_boolean(kind):
        return {"t": True, "f": False}[text]
    if pa.types.is_date(kind):
        return dt.date.fromisoformat(text)
    if pa.types.is_timestamp(kind):
        return dt.datetime.fromisoformat(text).replace(tzinfo=None)
    return text if pa.types.is_string(kind) else float(text)
