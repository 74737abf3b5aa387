"""Laws 1, 2, 4, 6 and 7 as tests of the whole gate: one gate, by construction, by claims alone, narrowing only, recorded first."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

import freehold
from freehold.engines.duckdb.sessions import Sessions
from freehold.engines.duckdb.sources import Sources
from freehold.errors import FreeholdError, StoreFull
from freehold.model.contract import Contract
from freehold.model.mesh import Mesh
from freehold.model.query import Question
from freehold.ports.ledger import Commit, Leaf

SOURCE = Path(str(freehold.__file__)).parent
SQL = "select segment, count(*) as n from customer.customer_360 group by segment order by segment"


def callers_of(name: str) -> set[str]:
    """Return the modules in which something called `name` is called."""
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _called(node.func) == name:
                found.add(path.relative_to(SOURCE).with_suffix("").as_posix().replace("/", "."))
    return found


def _called(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def test_only_the_compiler_makes_what_an_engine_accepts() -> None:
    assert callers_of("EnforcedPlan") == {"compiler.pipeline"}
    assert callers_of("Barrier") == {"compiler.barrier"}


def test_only_the_gate_runs_a_plan() -> None:
    tree = ast.parse((SOURCE / "services" / "gate.py").read_text())
    runs = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "self._engine.run"]
    others = [path for path in SOURCE.rglob("*.py") if "engine.run(" in path.read_text() and path.name != "gate.py"]
    assert len(runs) == 2  # the plan of an answer, and who is in its groups
    assert others == []


def session_of(house: Any, sql: str, who: str) -> Any:
    """Return a cursor on the session that a question's plan runs in."""
    force = house.gate._in_force.current()
    plan = house.gate._preparer.prepare(Question(principal=house.principals[who], sql=sql), force, "2026-11-23").plan
    sources = Sources(house.data)
    return Sessions(threads=1, memory=1 << 28).cursor(plan.view, [(item, sources.files(item.source)) for item in plan.barriers])


def test_a_session_has_no_name_for_a_hidden_column_even_for_sql_that_nobody_checked(house: Any) -> None:
    session = session_of(house, SQL, "sales")
    described = session.execute("describe __r0").fetchall()
    assert [row[0] for row in described] == ["customerid", "segment", "region"]
    for sql in ("select email from __r0", "select ssn from __r0", "select * from customers", "set threads = 4", "install httpfs"):
        with pytest.raises(Exception, match=r"."):
            session.execute(sql).fetchall()
    for sql in ("select * from read_text('/etc/hostname')", "select * from glob('/*')", "copy (select 1) to '/tmp/freehold-leak'"):
        with pytest.raises(Exception, match="Permission"):
            session.execute(sql).fetchall()


def test_a_filtered_row_is_in_no_session(build_house: Callable[..., Any], example: Callable[..., Mesh]) -> None:
    terms = Contract(consumer="Sales", purpose="Customer enrichment", fields=("customerId", "segment"), row_filter="active")
    house = build_house(example(contracts=(terms,)))
    session = session_of(house, "select customerId from customer.customer_360", "sales")
    assert session.execute("select count(*) from __r0").fetchone() == (180,)
    with pytest.raises(Exception, match="active"):
        session.execute("select active from __r0").fetchall()


def test_nothing_but_the_claims_of_the_token_decides(house: Any) -> None:
    asked = Question(principal=house.principals["sales-cn"], sql=SQL)
    for path in ("http", "sql", "python", "quality"):
        with pytest.raises(FreeholdError) as refused:
            house.gate.ask(msgspec.structs.replace(asked, path=path)).release()
        assert refused.value.code == "residency-refused"


@pytest.mark.parametrize(
    "narrower",
    [
        {"fields": ("segment",)},
        {"excluded_fields": ("region", "email")},
        {"row_filter": "active"},
        {"aggregate_fields": ("region",)},
        {"valid_until": "2026-11-01"},
        {"min_completeness": 101.0},
    ],
    ids=["fewer-fields", "excluded", "filtered", "aggregate-only", "ended", "higher-floor"],
)
def test_narrower_terms_never_show_more(
    narrower: dict[str, Any], build_house: Callable[..., Any], example: Callable[..., Mesh]
) -> None:
    terms = Contract(consumer="Sales", purpose="Customer enrichment", fields=("customerId", "segment", "region"))
    house = build_house(example(contracts=(terms,)))
    questions = [
        "select * from customer.customer_360",
        SQL,
        "select region from customer.customer_360",
        "select count(*) from customer_360",
    ]
    before = [values(house, sql) for sql in questions]
    house.apply(example(contracts=(msgspec.structs.replace(terms, **narrower),)))
    for sql, wide in zip(questions, before, strict=True):
        assert set(values(house, sql)) <= set(wide) | counts(wide)


def values(house: Any, sql: str) -> set[tuple[str, str]]:
    """Return every (column, value) of the answer; none where it is refused."""
    try:
        return {(name, repr(value)) for row in house.rows(sql) for name, value in row.items()}
    except FreeholdError:
        return set()


def counts(wide: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the smaller counts that a filter may leave of a wider count."""
    numbers = {name: max(int(value) for at, value in wide if at == name) for name, value in wide if value.isdigit()}
    return {(name, str(value)) for name, most in numbers.items() for value in range(most)}


class Undecided:
    """A ledger whose appends end as they are told, or not at all."""

    def __init__(self, ending: FreeholdError | None) -> None:
        self.commit = Commit()
        if ending is not None:
            self.commit.fail(lambda: ending)

    def append(self, entry: bytes) -> Leaf:
        del entry
        return Leaf(self.commit, 0)


def test_nothing_is_released_while_its_leaf_is_not_durable(house: Any) -> None:
    house.rows(SQL)  # so that quality is measured already
    house.clock.move(3600)
    house.gate._recorder._ledger = Undecided(None)
    reply = house.gate.ask(Question(principal=house.principals["sales"], sql=SQL))
    assert not reply.leaf.done()
    reply.leaf.commit.succeed(7)
    assert reply.release()[0] == 7


@pytest.mark.parametrize("sql", [SQL, "select email from customer.customer_360"], ids=["answer", "refusal"])
def test_nothing_is_released_where_its_leaf_cannot_be_written(house: Any, sql: str) -> None:
    house.rows(SQL)  # so that quality is measured already
    house.gate._recorder._ledger = Undecided(StoreFull())
    with pytest.raises(StoreFull):
        house.gate.ask(Question(principal=house.principals["sales"], sql=sql)).release()


def test_no_literal_no_subject_and_no_value_stands_in_the_ledger(house: Any) -> None:
    secret = "Ada-Lovelace-1815"
    caller = msgspec.structs.replace(house.principals["sales"], subject=secret)
    house.principals["secret"] = caller
    house.rows(f"select segment from customer.customer_360 where segment = '{secret}'", "secret")
    house.rows("select segment from customer.customer_360 where segment = $x", "secret", parameters={"x": secret})
    for sql in (f'select "{secret}" from customer.customer_360', f'select 1 from "{secret}"', f"select '{secret}"):
        house.refusal(sql, "secret")
    house.refusal("select segment from customer.customer_360", "secret", purpose=secret)
    house.refusal("", "secret", domain=secret, declared=secret)
    written = b"".join(house.ledger.written).decode().casefold()
    assert secret.casefold() not in written
    assert "canary" not in written


def test_the_same_question_of_two_callers_has_two_digests(house: Any) -> None:
    for who in ("sales", "sales-engineer"):
        house.principals[who] = msgspec.structs.replace(house.principals[who], subject=who)
        house.rows(SQL, who)
    digests = [msgspec.json.decode(entry)["query"] for entry in house.ledger.written if b'"path":"http"' in entry]
    assert len(set(digests)) == len(digests) == 2


def test_no_literal_can_be_guessed_from_the_digest_of_a_plan(house: Any) -> None:
    sql = "select segment from customer.customer_360 where customerId = 'C00005'"
    for who in ("sales", "sales-engineer"):
        house.rows(sql, who)
    force = house.gate._in_force.current()
    plan = house.gate._preparer.prepare(Question(principal=house.principals["sales"], sql=sql), force, "2026-11-23").plan
    entries = [msgspec.json.decode(entry) for entry in house.ledger.written if b'"path":"http"' in entry]
    assert len({entry["plan"] for entry in entries}) == 1
    assert plan.digest.encode() not in b"".join(house.ledger.written)


def test_a_hidden_product_and_a_missing_one_are_refused_alike(house: Any) -> None:
    hidden = house.refusal("select * from customer.customer_360", "stranger")
    missing = house.refusal("select * from customer.customer_361", "stranger")
    assert (hidden.code, hidden.status, hidden.remedy) == (missing.code, missing.status, missing.remedy)
    assert hidden.detail.replace("customer_360", "") == missing.detail.replace("customer_361", "")
    assert hidden.facts.keys() == missing.facts.keys()


def test_a_hidden_column_and_a_missing_one_are_refused_alike(house: Any) -> None:
    hidden = house.refusal("select income from customer.customer_360")
    missing = house.refusal("select incume from customer.customer_360")
    assert (hidden.code, hidden.remedy) == (missing.code, missing.remedy)
    assert hidden.detail.replace("income", "") == missing.detail.replace("incume", "")
    assert {k: v for k, v in hidden.facts.items() if k not in {"leaf", "column"}} == {
        k: v for k, v in missing.facts.items() if k not in {"leaf", "column"}
    }
