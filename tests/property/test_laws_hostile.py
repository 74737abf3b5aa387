"""Hostile text: whatever is sent, there is an answer or a clear refusal, soon (law 9), and a leaf for it (law 7)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.errors import REGISTRY, FreeholdError
from freehold.model.contract import Contract
from freehold.model.query import Limits, Question
from freehold.services.prepare import Refused

C = "customer.customer_360"
SOON = 30.0  # a bound on hanging, not on speed
TERMS = Contract(
    consumer="Sales",
    purpose="Customer enrichment",
    fields=("segment", "region"),
    aggregate_fields=("income",),
    join_fields=("customerId",),
    excluded_fields=("email",),
)


def joined(how: str, on: str, n: int) -> str:
    """Return `n` joins of the same relation."""
    return f"select 1 from {C} a0 " + " ".join(f"{how} {C} a{i} {on}" for i in range(1, n))


def aliases(operator: str, n: int) -> str:
    """Return aliases that double what they name at each step."""
    steps = ["segment as x0", *(f"x{i}{operator}x{i} as x{i + 1}" for i in range(n))]
    return f"select {', '.join(steps)} from {C} where x{n - 1} is null"


SHAPES: dict[str, Callable[[int], str]] = {
    "not": lambda n: f"select {'not ' * n}true from {C}",
    "minus": lambda n: f"select {'- ' * n}1 from {C}",
    "minus in parentheses": lambda n: f"select {'-(' * n}1{')' * n}",
    "plus": lambda n: f"select {'1+' * n}1",
    "and": lambda n: f"select segment from {C} where {'true and ' * n}true",
    "or": lambda n: f"select segment from {C} where {'segment = 1 or ' * n}true",
    "parentheses": lambda n: f"select {'(' * n}1{')' * n}",
    "open parentheses": lambda n: f"select {'(' * n}",
    "case": lambda n: f"select {'case when true then ' * n}1{' end' * n}",
    "case in conditions": lambda n: f"select {'case when ' * n}true{' then true end' * n}",
    "case summed": lambda n: "select " + " + ".join(["case when true then 1 else 2 end"] * n),
    "union all": lambda n: " union all ".join(["select 1"] * n),
    "union of products": lambda n: " union ".join([f"select segment from {C}"] * n),
    "except": lambda n: " except ".join(["select 1"] * n),
    "derived tables": lambda n: f"select * from {'(select * from ' * n}{C}{') x' * n}",
    "scalar subqueries": lambda n: f"select {'(select ' * n}1{')' * n}",
    "exists": lambda n: f"select 1 where {'exists (select 1 where ' * n}true{')' * n}",
    "in": lambda n: f"select 1 where {'1 in (select 1 where ' * n}true{')' * n}",
    "functions": lambda n: f"select {'lower(' * n}1{')' * n}",
    "coalesce": lambda n: f"select {'coalesce(1, ' * n}1{')' * n}",
    "casts": lambda n: f"select 1{'::int' * n}",
    "cast calls": lambda n: f"select {'cast(' * n}1{' as int)' * n}",
    "dots": lambda n: f"select {'a.' * n}b from {C}",
    "subscripts": lambda n: f"select a{'[1]' * n} from {C}",
    "lists": lambda n: f"select {'[' * n}1{']' * n}",
    "structs": lambda n: f"select {{'a':{'{1:' * n}1{'}' * n}}}",
    "chained ctes": lambda n: (
        "with " + ", ".join(f"c{i} as (select * from {f'c{i - 1}' if i else C})" for i in range(n)) + f" select * from c{n - 1}"
    ),
    "nested ctes": lambda n: f"{'with c as (' * n}select 1{') select * from c' * n}",
    "doubling ctes": lambda n: (
        f"with c0 as (select segment from {C}), "
        + ", ".join(f"c{i} as (select * from c{i - 1} a, c{i - 1} b)" for i in range(1, n))
        + f" select * from c{n - 1}"
    ),
    "joins on nothing": lambda n: joined("join", "on segment is null", n),
    "joins without on": lambda n: joined("join", "", n),
    "left joins without on": lambda n: joined("left join", "", n),
    "natural joins": lambda n: joined("natural join", "", n),
    "joins using": lambda n: joined("join", "using (nothing)", n),
    "commas": lambda n: f"select 1 from {', '.join(f'{C} a{i}' for i in range(n))} where false",
    "joins in parentheses": lambda n: f"select 1 from {'(' * n}{C} a{f' join {C} b on true)' * n}",
    "between": lambda n: f"select 1 where {'1 between ' * n}1 and 1",
    "concatenation": lambda n: f"select {chr(39) + 'a' + chr(39) + ' || '}{'segment || ' * n}segment from {C}",
    "intervals": lambda n: f"select {'interval ' * n}1 day",
    "likes": lambda n: f"select 'a' {'like 1 ' * n}",
    "equalities": lambda n: f"select 1 {'= 1 ' * n}",
    "quantifiers": lambda n: f"select 1 {'= all ' * n}(select 1)",
    "stars": lambda n: f"select {'*, ' * n}* from {C}",
    "stars over joins": lambda n: f"select {'*, ' * n}* from {', '.join(f'{C} a{i}' for i in range(30))}",
    "windows": lambda n: f"select {'sum(' * n}1{') over ()' * n}",
    "columns": lambda n: f"select {', '.join(f'segment as s{i}' for i in range(n))} from {C}",
    "in list": lambda n: f"select 1 from {C} where segment in ({', '.join(['1'] * n)})",
    "values": lambda n: f"select * from (values {', '.join(['(1)'] * n)}) v(x)",
    "semicolons": lambda n: ";" * n + "select 1" + ";" * n,
    "comments": lambda n: "/*" * n + "select 1" + "*/" * n,
    "line comments": lambda n: "--\n" * n + "select 1",
    "doubling aliases": lambda n: aliases("||", min(n, 60)),
    "doubling sums": lambda n: aliases("+", min(n, 60)),
    "order by": lambda n: f"select segment from {C} order by {', '.join(['segment'] * n)}",
    "cube": lambda n: f"select 1 from {C} group by cube({', '.join(f'segment || {i}' for i in range(n))})",
    "lambdas": lambda n: f"select {'x -> ' * n}1",
    "time zones": lambda n: "select 1 " + "at time zone 'x' " * n,
    "selects": lambda n: "select " * n + "1",
    "froms": lambda n: "from " * n + C,
    "exclude": lambda n: f"select * exclude ({', '.join(f'c{i}' for i in range(n))}) from {C}",
    "filters": lambda n: f"select count(*) {'filter (where true) ' * n}from {C}",
    "a long name": lambda n: f'select "{"x" * n * 20}" from {C}',
    "a long number": lambda n: f"select {'9' * n * 20}",
    "parameters": lambda n: f"select {', '.join(f'$p{i}' for i in range(n))}",
    "limits": lambda n: f"select segment from {C} {'limit 1 ' * n}",
    "extracts": lambda n: f"select {'extract(year from ' * n}1{')' * n}",
    "laterals": lambda n: f"select 1 from {C} a{', lateral (select 1) l' * n}",
    "unnest": lambda n: f"select * from {'unnest(' * n}[1]{')' * n}",
    "multiplied text": lambda n: "select " + "replace(" * min(n, 20) + "segment" + ", 'a', 'aa')" * min(n, 20) + f" from {C}",
}


@pytest.fixture(scope="module")
def hostile_house(tmp_path_factory: pytest.TempPathFactory, kit: Any) -> Any:
    """Return a house whose queries end soon."""
    house = kit.house_in(tmp_path_factory.mktemp("hostile"), kit.example_mesh(contracts=(TERMS,)), Limits(seconds=1.0, rows=10_000))
    house.principals["sales"] = house.principals["sales-engineer"]
    return house


def outcome(house: Any, sql: str, **given: Any) -> str:
    """Return the code of the refusal, or `answered`; hold the ledger to a leaf for it."""
    before = len(house.ledger.written)
    try:
        house.ask(sql, "sales", **given)
    except FreeholdError as error:
        refusal = error
    else:
        assert len(house.ledger.written) > before
        return "answered"
    assert refusal.code in REGISTRY
    assert refusal.code != "internal", sql[:200]
    if "leaf" not in refusal.facts:  # the answer was recorded, and its time was up before all of it was there
        assert refusal.code == "time-exceeded", sql[:200]
        assert len(house.ledger.written) > before
        return refusal.code
    assert refusal.facts["leaf"] == len(house.ledger.written) - 1 >= before
    return refusal.code


@pytest.mark.parametrize("shape", SHAPES)
def test_no_shape_of_query_takes_long_to_judge(hostile_house: Any, shape: str) -> None:
    for size in (12, 59, 400, 2000):
        sql = SHAPES[shape](size)
        started = time.perf_counter()
        hostile_house.gate.explain(Question(principal=hostile_house.principals["sales"], sql=sql))
        judged = time.perf_counter() - started
        outcome(hostile_house, sql)
        assert judged < SOON, f"{shape} × {size} took {judged:.1f} s to judge"
        assert time.perf_counter() - started < 2 * SOON + 1, f"{shape} × {size} was not stopped"


GROWING = {
    "nested": "select " + "replace(" * 9 + "segment" + ", 'a', 'aaaaaaaaaa')" * 9 + f" as x from {C}",
    "by a pattern": "select " + "regexp_replace(" * 4 + "segment" + ", '', 'aaaaaaaaaa', 'g')" * 4 + f" as x from {C}",
    "by a column": f"select replace(replace(segment, 'a', segment), 'a', segment) as x from {C}",
    "by aliases": f"select replace(segment, 'a', '{'a' * 99}') as x, replace(x, 'a', '{'a' * 99}') as y from {C}",
    "by steps": (
        f"with a as (select replace(segment, 'a', '{'a' * 99}') as x from {C}), "
        f"b as (select replace(x, 'a', '{'a' * 99}') as x from a) select * from b"
    ),
}


@pytest.mark.parametrize("way", GROWING)
def test_text_cannot_be_made_to_grow_without_end(hostile_house: Any, way: str) -> None:
    assert outcome(hostile_house, GROWING[way]) == "query-too-complex"


def test_text_can_be_tidied(hostile_house: Any) -> None:
    tidy = "replace(replace(replace(replace(regexp_replace(segment, '[0-9]', ''), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), ' ', '')"
    assert outcome(hostile_house, f"select {tidy} as a, {tidy} as b from {C}") == "answered"


ODD = {
    "nothing": "",
    "blank": " \n\t ",
    "a semicolon": ";",
    "a comment": "-- nothing",
    "half a character": "select '\ud800' as x",
    "half a character as a name": f'select "\udfff" from {C}',
    "a zero byte": "select 'a\0b' as x",
    "a zero byte between words": "select\0 1",
    "a replacement character": "select '\ufffd' as x",
    "a byte order mark": "\ufeffselect 1 as x",
    "homoglyph of a column": f"select s\u0435gment from {C}",
    "kelvin sign for k": f'select "\u212a" from {C}',
    "dotted capital i": f'select "reg\u0130on" from {C}',
    "full width": "\uff53\uff45\uff4c\uff45\uff43\uff54 1",
    "right to left": f"select segment\u202e from {C}",
    "non-breaking space": f"select\u00a0segment from {C}",
    "keywords as names": 'select 1 as "select", 2 as "from", 3 as "order"',
    "an empty name": 'select 1 as ""',
    "quotes in a name": 'select 1 as "a""b"',
    "an open string": "select 'abc",
    "an open name": 'select "abc',
    "an open comment": "select 1 /* abc",
    "a dollar quote": "select $$abc$$ as x",
    "a tagged dollar quote": "select $t$abc$t$ as x",
    "an escape string": "select E'\\x41' as x",
    "emoji": "select '\U0001f600' as \U0001f600",
    "reserved names": f"select __entity from {C}",
    "the session's own names": "select * from __r0",
    "positional": f"select #1 from {C}",
    "a question mark": f"select ? from {C}",
    "a numbered parameter": f"select $1 from {C}",
    "scientific": "select 1e999 as x, 1e-999 as y, 0x1f as z",
    "garbage": "]]]}}}>>><<<",
    "a number alone": "42",
    "a name alone": C,
    "json": '{"sql": "select 1"}',
    "a template": "select {{ x }} from t",
    "percent": "select %s",
    "backticks": "select `segment` from x",
    "windows lines": f"select segment\r\nfrom {C}\r\n",
    "a form feed": f"select\fsegment from {C}",
}


@pytest.mark.parametrize("odd", ODD)
def test_odd_text_is_answered_or_clearly_refused(hostile_house: Any, odd: str) -> None:
    outcome(hostile_house, ODD[odd])


@pytest.mark.parametrize("value", ["\ud800", "a\0b", "x" * 100_000, float("inf"), float("nan"), 10**400, -(10**400), True, None])
def test_odd_parameters_are_answered_or_clearly_refused(hostile_house: Any, value: Any) -> None:
    outcome(hostile_house, f"select segment from {C} where segment = $p", parameters={"p": value})
    outcome(hostile_house, f"select segment from {C}", parameters={str(value): 1})
    outcome(hostile_house, "", domain="sales", declared="by-category", parameters={"except": value})


@pytest.mark.parametrize("text", ["\ud800", "\0", "", "x" * 10_000])
def test_odd_purposes_and_names_are_clearly_refused(hostile_house: Any, text: str) -> None:
    outcome(hostile_house, "select 1 as x", purpose=text)
    assert outcome(hostile_house, f"select segment from {C}", purpose=text) == "contract-missing"
    assert outcome(hostile_house, "", domain=text, declared=text) == "query-unknown"


def test_a_query_over_the_limit_is_refused_before_it_is_read(hostile_house: Any) -> None:
    assert outcome(hostile_house, "select " + "x" * 100_001) == "query-too-complex"


@pytest.mark.parametrize("text", ["->", "'a' ->", "x ->>", f"segment -> from {C}", f"segment -> , region from {C}"])
def test_an_arrow_without_its_right_side_cannot_be_read(hostile_house: Any, text: str) -> None:
    assert outcome(hostile_house, f"select {text}") == "query-unreadable"


WORDS = """select from where group by having order limit offset union all except intersect with as join left right full cross semi
anti on using distinct case when then else end not and or in exists any between like is null true false over partition window
qualify filter within rollup cube grouping sets values cast try_cast interval lateral unnest pivot tablesample recursive count sum
avg min max segment region income customerId email ssn c x o a b 1 0 -1 1.5 1e9 'a' '%' $p * , ( ) . ; = <> < > + - / // % || ::
-> [ ] { } customer.customer_360 sales.orders customer_360 orders "segment" information_schema.tables read_csv('/etc/passwd')
duckdb_settings() __r0 __entity columns(*) struct_pack -- /* */""".split()


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=40))
def test_soup_of_words_is_answered_or_clearly_refused(hostile_house: Any, words: list[str]) -> None:
    outcome(hostile_house, " ".join(["select", *words]), parameters={})


@given(st.text(max_size=60))
def test_any_text_is_answered_or_clearly_refused(hostile_house: Any, text: str) -> None:
    outcome(hostile_house, text)


# ── no text of the caller is SQL once more when it is written anew ───────────────────────────────────────────────
PAYLOADS = (
    "year from current_date) as y, (select max(sql) from duckdb_views()) as s, extract(year",
    "18, 3)) as y, (select max(sql) from duckdb_views()) as s, cast(1 as decimal(18",
    "day as y, (select max(sql) from duckdb_views()) as s, current_date + interval 1 day",
    '1" as y, (select max(sql) from duckdb_views()) as "s',
    "1' as y, (select max(sql) from duckdb_views()) as s, '",
)
QUOTABLE = (
    f"""with w as (select segment, region from {C} c where region like 'n%') select upper(w.segment) as u, extract(year from
    current_date) as y, cast('1' as decimal(18, 3)) as d, date_add(current_date, interval 1 day) as a, count(*) as n,
    date_trunc('month', current_date) as t, sum(length(w.region)) as r, case when w.segment in ('a', 'b') then 1 else 2 end as k,
    datediff('day', current_date, current_date) from w left join (select segment as s2 from {C}) x on w.segment = x.s2
    where w.region is not null and x.s2 between 'a' and 'z' group by w.segment, w.region order by u desc nulls last
    limit 10 offset 1""",
    f"""select segment, strftime(current_date, '%Y') as f, interval '1' hour as i, $p as p, date_add(current_date, 1, 'day'),
    sum(length(region)) over (partition by segment order by region rows between 1 preceding and current row) as r
    from {C} where region = $p union all
    select distinct region, 'x', interval 2 minute, try_cast(segment as varchar), current_date, 1 from {C} order by 1""",
)
PLACES = [(text, match.start(), match.end()) for text in QUOTABLE for match in re.finditer(r"[A-Za-z_0-9.']+", text)]


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_quoted_text_becomes_sql_of_its_own(hostile_house: Any, payload: str, quote: str) -> None:
    """Each word of these queries in turn is replaced by text that is SQL where its quotes are lost."""
    force, planned = hostile_house.gate._in_force.current(), 0
    for text, start, end in PLACES:
        sql = f"{text[:start]}{quote}{payload.replace(quote, quote * 2)}{quote}{text[end:]}"
        question = Question(principal=hostile_house.principals["sales"], sql=sql)
        try:
            plan = hostile_house.gate._preparer.prepare(question, force, "2026-11-23").plan
        except Refused:
            continue
        planned += 1
        assert "duckdb_views" not in unquoted(plan.sql).lower(), plan.sql
    assert planned > 5


def unquoted(sql: str) -> str:
    """Return SQL without what stands in quotes."""
    return re.sub(r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'", "", sql)


@pytest.mark.parametrize("text", QUOTABLE)
def test_the_queries_whose_words_are_replaced_can_be_asked(hostile_house: Any, text: str) -> None:
    question = Question(principal=hostile_house.principals["sales"], sql=text)
    assert hostile_house.gate._preparer.prepare(question, hostile_house.gate._in_force.current(), "2026-11-23").plan
