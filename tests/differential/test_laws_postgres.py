"""Laws 3 and 8 on another engine: DuckDB and PostgreSQL give the same rows for the same enforced plan over the same barriers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from differential.compare import Values, difference
from differential.dialect import TAUGHT, definitions, session, to_postgres, typed
from differential.postgres import Postgres, PostgresFailed
from differential.worlds import TERMS, World
from freehold.errors import FreeholdError
from freehold.model.query import EnforcedPlan, Limits, Question
from freehold.services.force import InForce
from freehold.services.prepare import Preparer, Refused
from freehold.testing import FixedKeys
from generated.aggregates import aggregates
from generated.queries import queries

pytestmark = pytest.mark.long


class Difference(NamedTuple):
    """Why the engines differ, a question to which they do, and what PostgreSQL says to it (nothing: it answers otherwise)."""

    because: str
    example: str
    says: str = ""


DIFFERENCES = {
    "integer division": Difference("of whole numbers PostgreSQL gives the whole part; the transpiler casts", "select 7 / 2"),
    "null ordering": Difference(
        "PostgreSQL puts nulls first where the order descends, DuckDB last in both; the transpiler says which",
        "select x from (values (1), (null), (2)) v(x) order by x desc limit 1",
    ),
    "semi join": Difference(
        "PostgreSQL has none; the transpiler writes EXISTS",
        "select x from (select 1 as x) a semi join (select 1 as x) b using (x)",
        "syntax error",
    ),
    "qualify": Difference(
        "PostgreSQL has none; the transpiler writes a subquery",
        "select x from (values (1), (2)) v(x) qualify row_number() over (order by x) = 1",
        "syntax error",
    ),
    "try": Difference(
        "PostgreSQL has none; nothing in these questions fails, so what is tried stands alone",
        "select try(cast('x' as integer))",
        "invalid input syntax for type integer",
    ),
    "try_cast": Difference(
        "PostgreSQL has none; it is taught `try_double`", "select try_cast('x' as double precision)", "syntax error"
    ),
    "round to a place": Difference(
        "PostgreSQL rounds DOUBLE to whole numbers alone; it is taught `round_double`",
        "select round(cast(2.25 as double precision), 1)",
        "function round(double precision, integer) does not exist",
    ),
    "round a half": Difference(
        "PostgreSQL rounds halves of DOUBLE to even, DuckDB away from zero; `round_double` does",
        "select round(cast(2.5 as double precision))",
    ),
    "hash of text": Difference(
        "PostgreSQL hashes bytes, into bytes; for the mask `hash` it is taught `sha256` of UTF-8 text", "select sha256('a')"
    ),
    "regexp_extract": Difference(
        "PostgreSQL 15 has none; for the mask `emailDomain` it is taught one",
        "select regexp_extract('a@b', '@(.*)$', 1)",
        "function regexp_extract(unknown, unknown, integer) does not exist",
    ),
    "a row as a value": Difference(
        "PostgreSQL takes ROW(…) IN (…) for columns side by side, in which null equals nothing; it is compared as text",
        "select row(1, null) in (select row(1, null))",
        "subquery has too few columns",
    ),
    "null without a type": Difference(
        "PostgreSQL takes it for text once it is in a subquery; it is cast to BOOLEAN",
        "select x or true from (select null as x) v",
        "argument of OR must be type boolean, not type text",
    ),
    "a constant as a group key": Difference(
        "PostgreSQL takes it for the number of an output; it is cast to TEXT",
        "select 'a' as k, count(*) from (select 1) v group by 'a'",
        "non-integer constant in GROUP BY",
    ),
    "full join": Difference(
        "PostgreSQL finds rows without a partner by hashing or sorting, which takes an equality between both sides; it is not run",
        "select x, y from (values (1)) a(x) full join (values (2)) b(y) on x < y",
        "FULL JOIN is only supported with merge-joinable or hash-joinable join conditions",
    ),
    "record keys": Difference(
        "the noise of `cellKey` is drawn with a hash function of DuckDB's; plans under it are not compared",
        "select md5_number_lower('a')",
        "function md5_number_lower(unknown) does not exist",
    ),
}
NOT_RUN = "full join"
"""The one difference that PostgreSQL meets unmended: it does not run the question."""


def _questions() -> list[tuple[str, str]]:
    """Return (world, question) for each line of the case file."""
    found: list[tuple[str, str]] = []
    world = ""
    for line in (Path(__file__).parents[1] / "cases/differential/questions.sql").read_text(encoding="utf-8").splitlines():
        if line.startswith("-- "):
            world = line.removeprefix("-- ")
        elif line:
            found.append((world, line))
    return found


ASKED = _questions()


class Engines:
    """Both engines over the same data, and the worlds that make plans for them."""

    def __init__(self, postgres: Postgres, world_of: Callable[[str], World]) -> None:
        """Load the data into `postgres`."""
        self.postgres = postgres
        self.world_of = world_of
        self._sessions: set[str] = set()
        self._preparers: dict[str, Preparer] = {}
        postgres.execute(definitions())

    def plan(self, name: str, sql: str) -> EnforcedPlan:
        """Return the plan that the gate would run."""
        world = self.world_of(name)
        preparer = self._preparers.setdefault(name, Preparer(region="westeurope", keys=FixedKeys(), longest=100_000))
        question = Question(principal=world.house.principals[world.who], sql=sql)
        return preparer.prepare(question, InForce(world.house.registry).current(), "2026-11-23").plan

    def check_same(self, name: str, plan: EnforcedPlan) -> None:
        """Assert that both engines give the same rows for a plan."""
        schema, ours = self._in_duckdb(name, plan)
        texts = self._in_postgres(plan)
        theirs = [tuple(typed(text, field.type) for text, field in zip(row, schema, strict=True)) for row in texts]
        extra, missing = difference(ours, theirs)
        assert not extra, f"DuckDB alone gives {extra[:3]}: {plan.sql}"
        assert not missing, f"PostgreSQL alone gives {missing[:3]}: {plan.sql}"

    def outcome(self, name: str, sql: str) -> str:
        """Assert that both engines agree on a question, where there is a plan that both run; return what became of it."""
        try:
            self.check_same(name, self.plan(name, sql))
        except Refused as refusal:
            return refusal.error.code
        except FreeholdError as failure:
            return failure.code
        except PostgresFailed as failure:
            if DIFFERENCES[NOT_RUN].says not in str(failure):
                raise
            return NOT_RUN
        return "the same"

    def _in_duckdb(self, name: str, plan: EnforcedPlan) -> tuple[pa.Schema, list[Values]]:
        execution = self.world_of(name).house.engine.run(plan, {}, Limits())
        schema = execution.schema
        table = pa.Table.from_batches(list(execution.batches()), schema)
        return schema, list(zip(*(column.to_pylist() for column in table.columns), strict=True))

    def _in_postgres(self, plan: EnforcedPlan) -> list[tuple[str | None, ...]]:
        schema = plan.view[:40]
        if schema not in self._sessions:
            self.postgres.execute(session(schema, plan.barriers))
            self._sessions.add(schema)
        return self.postgres.rows(to_postgres(plan.sql), schema, TAUGHT)


@pytest.fixture(scope="module")
def engines(world_of: Callable[[str], World]) -> Iterator[Engines]:
    """Return both engines, PostgreSQL for as long as this module runs."""
    postgres = Postgres()
    try:
        yield Engines(postgres, world_of)
    finally:
        postgres.stop()


def test_the_questions_are_many_and_of_every_world() -> None:
    assert len(set(ASKED)) == len(ASKED) >= 80
    assert {name for name, _ in ASKED} == set(TERMS)


@pytest.mark.parametrize(("name", "sql"), ASKED)
def test_both_engines_agree_on_a_plan(engines: Engines, name: str, sql: str) -> None:
    engines.check_same(name, engines.plan(name, sql))


@pytest.mark.parametrize("name", TERMS)
def test_both_engines_agree_on_generated_plans(engines: Engines, name: str) -> None:
    world, outcomes = engines.world_of(name), Counter[str]()
    asked = [queries(world.relations), *(aggregates(subject) for subject in world.subjects * 2)]

    @settings(max_examples=150)
    @given(sql=st.one_of(*asked))
    def compare(sql: str) -> None:
        outcomes[engines.outcome(name, sql)] += 1

    compare()
    assert 3 * outcomes["the same"] >= outcomes.total(), outcomes


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_known_difference_is_one(engines: Engines, name: str) -> None:
    known = DIFFERENCES[name]
    ours = [tuple(None if value is None else str(value) for value in row) for row in duckdb.sql(known.example).fetchall()]
    if known.says:
        with pytest.raises(PostgresFailed, match=re.escape(known.says)):
            engines.postgres.rows(known.example, "public")
    else:
        assert engines.postgres.rows(known.example, "public") != ours
