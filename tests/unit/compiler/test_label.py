"""An output without a name is called as the engine alone would call it (law 8), asked of the engine itself."""

from __future__ import annotations

import duckdb
import pytest

from freehold.compiler import parse

EXPRESSIONS = """
a + 1 | a - 1 | a * 2 | a % 2 | a / 2 | a // 2 | a || b | a > 1 | a = 1 | a <> 1 | a != 1 | a <= 1 | -a | (a) | ((a + 1)) | A + 1
"a" + 1 | t.a + 1 | T.A + 1 | not f | a is null | a is not null | a between 1 and 2 | a not between 1 and 2 | a in (1, 2)
a not in (1, 2) | b like 'x%' | b not like 'x' | b ilike 'x' | a = 1 and f | f or f | a = 1 and f and f | a = 1 or (f and f)
case when a = 1 then 2 else 3 end | case a when 1 then 2 end | if(f, 1, 2) | cast(a as varchar) | a::bigint | a::decimal(10, 2)
try_cast(b as int) | count(a)::int | date '2020-01-01' | sum(a) | SUM(a) | sum(a * 2) | Count(*) | count(distinct a)
sum(distinct a)
sum(a) / count(*) | avg(t.a) | max(a) - min(a) | stddev(a) | var_pop(a) | median(a) | corr(a, x) | mode(a) | first(a)
arg_max(a, x)
upper(b) | lower(b) | substring(b, 1, 2) | left(b, 2) | right(b, 1) | round(x) | round(x, 2) | coalesce(a, 1) | nullif(a, 1)
greatest(a, 1) | year(d) | month(d) | date_trunc('month', d) | extract(year from d) | date_diff('day', d, d) | date_part('year', d)
trim(b) | length(b) | replace(b, 'a', 'b') | concat(a, b) | strftime(d, '%Y') | abs(a) | ceil(x) | floor(x) | power(x, 2)
contains(b, 'a') | starts_with(b, 'a') | now() | 1 | 1.5 | 'x' | 'it''s' | null | true | exists(select 1) | (select 1)
row_number() over () | row_number() over (partition by a order by b) | lag(a, 1, 0) over (order by a) | a is distinct from 1
"""


@pytest.mark.parametrize(
    "expression", [item.strip() for line in EXPRESSIONS.splitlines() for item in line.split(" | ") if item.strip()]
)
def test_an_output_without_a_name_is_called_as_the_engine_calls_it(expression: str) -> None:
    engine = duckdb.connect()
    engine.execute("CREATE TABLE t(a INT, b VARCHAR, d DATE, x DOUBLE, f BOOLEAN)")
    sql = f"SELECT {expression} FROM t"
    described = engine.execute(f"DESCRIBE {sql}").fetchone()
    statement = parse(sql)
    name = statement.tree.expressions[0].alias_or_name
    assert described is not None
    assert statement.labels.get(name, name) == described[0]
