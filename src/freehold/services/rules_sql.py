"""The rules of a product as SQL for whoever runs it elsewhere: nothing is asked here."""

from __future__ import annotations

import msgspec

from freehold.compiler.dialect import Dialect, written_for
from freehold.model.product import Product
from freehold.model.rule import Rule
from freehold.names import quote
from freehold.quality.probes import ROWS, probe_of
from freehold.quality.statements import counting


class RuleSql(msgspec.Struct, frozen=True, kw_only=True):
    """One rule and the SELECT that measures it: its row has `measured`, what the metric counts, and `rows`, all rows.

    Of `age`, `measured` is the newest value in seconds since the epoch, in UTC.
    """

    rule: Rule
    sql: str


def rules_sql(product: Product, dialect: str = "duckdb", table: str | None = None) -> tuple[RuleSql, ...]:
    """Return each rule of `product` about its own data as one SELECT over `table`, a dotted name, by default the product's own.

    References, rules of SQL and the age of the data need the mesh, and are left out.

    Raises:
        ValueError: There is no such dialect; there are `duckdb` and `postgres`.
        QueryInvalid: A pattern cannot be written in it so that it means the same.
    """
    chosen = Dialect(dialect)
    types = {column.name: column.type for column in product.columns}
    relation = ".".join(quote(part) for part in (table or product.key).split("."))
    found: list[RuleSql] = []
    for rule in product.rules:
        probe = probe_of(rule, lambda name: types.get(name, ""))
        if probe is None:
            continue
        (statement,) = counting(relation, [probe])
        (rows,) = counting(relation, [ROWS])
        sql = f'SELECT "m"."p0" AS "measured", "n"."p0" AS "rows" FROM ({statement.sql}) AS "m" CROSS JOIN ({rows.sql}) AS "n"'  # noqa: S608
        found.append(RuleSql(rule=rule, sql=written_for(sql, chosen)))
    return tuple(found)
