"""What becomes of each query: the golden enforced SQL, and what is true of every enforced plan (law 2)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString
from sqlglot import exp, parse_one

from freehold.compiler import View, enforce, parse
from freehold.errors import ColumnUse, FreeholdError
from freehold.model.label import AGGREGATE, JOIN, READ, Mask, MaskKind, Right, RightKind
from freehold.model.policy import Decision, Effect, Form, ShownColumn
from freehold.model.product import Source
from freehold.model.query import EnforcedPlan

FILE = Path(__file__).parents[2] / "cases" / "rewrite" / "cases.yaml"
TYPES = {"customerId": "string", "segment": "string", "region": "string", "email": "string", "ssn": "string", "income": "number"}
ORDER_TYPES = {"orderId": "integer", "customerId": "string", "category": "string", "revenue": "number", "orderDate": "date"}


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One query and what becomes of it: `plan`, or `refused` with `at` (line:column) where the refusal has a place."""

    id: str
    profile: str
    sql: str
    plan: str | None = None
    refused: str | None = None
    at: str | None = None


def load() -> list[Case]:
    """Return every case; an unknown key is an error."""
    return msgspec.convert(YAML(typ="safe").load(FILE), list[Case])


CASES = load()


def masked(kind: MaskKind, number: int | None = None) -> Right:
    """Return the right to a masked column."""
    return Right(kind=RightKind.MASKED, mask=Mask(kind=kind, number=number))


PROFILES: dict[str, tuple[dict[str, Right], Form, tuple[str, ...]]] = {
    "rows": (dict.fromkeys(("customerId", "segment", "region"), READ), Form.ROWS, ()),
    "aggregate": ({"segment": READ, "region": READ, "income": AGGREGATE, "customerId": JOIN}, Form.ROWS, ()),
    "masked": (
        {
            "segment": READ,
            "email": masked(MaskKind.EMAIL_DOMAIN),
            "ssn": masked(MaskKind.HASH),
            "income": masked(MaskKind.BUCKET, 1000),
        },
        Form.ROWS,
        (),
    ),
    "border": (dict.fromkeys(("customerId", "segment", "region"), READ), Form.AGGREGATE, ()),
    "filtered": (dict.fromkeys(("customerId", "segment"), READ), Form.ROWS, ("region = 'north'",)),
    "owner": (dict.fromkeys(TYPES, READ), Form.ROWS, ()),
}


def views_of(profile: str) -> dict[tuple[str | None, str], View]:
    """Return the views of a profile by the names under which they may be used."""
    rights, form, filters = PROFILES[profile]
    customers = View(
        decision=Decision(
            effect=Effect.PERMIT,
            product="customer.customer_360",
            form=form,
            columns=tuple(ShownColumn(name=name, type=TYPES[name], right=right) for name, right in rights.items()),
            withheld={"phone": "excluded"},
            row_filters=filters,
            entity_key="customerId",
            contract="customer.customer_360/sales-enrichment@1",
            contract_name="Enrichment",
        ),
        source=Source(path="customers.parquet"),
        raw_types=TYPES,
        mask_key="00" * 32,
    )
    orders = View(
        decision=Decision(
            effect=Effect.PERMIT,
            product="sales.orders",
            columns=tuple(ShownColumn(name=name, type=kind, right=READ) for name, kind in ORDER_TYPES.items()),
            owner_access=True,
            entity_key="customerId",
        ),
        source=Source(path="orders.parquet"),
        raw_types=ORDER_TYPES,
    )
    return {("customer", "customer_360"): customers, ("sales", "orders"): orders, (None, "orders"): orders}


def plan_of(case: Case) -> EnforcedPlan:
    """Return the enforced plan of a case, or raise its refusal."""
    statement = parse(case.sql)
    known = views_of(case.profile)
    return enforce(statement, {(item.domain, item.name): known[item.domain, item.name] for item in statement.references})


def outcome(case: Case) -> Case:
    """Return the case with its present outcome."""
    try:
        plan = plan_of(case).sql
    except FreeholdError as error:
        place: Any = error.facts.get("position")
        at = f"{place['line']}:{place['column']}" if place else None
        return msgspec.structs.replace(case, plan=None, refused=error.code, at=at)
    return msgspec.structs.replace(case, plan=plan, refused=None, at=None)


def test_the_cases_say_what_becomes_of_each_query(request: pytest.FixtureRequest) -> None:
    now = [outcome(case) for case in CASES]
    if request.config.getoption("--regenerate"):
        yaml = YAML()
        yaml.width = 10_000
        shown = [{key: value for key, value in msgspec.to_builtins(case).items() if value is not None} for case in now]
        for item in shown:
            item.update({key: LiteralScalarString(item[key] + "\n") for key in ("sql", "plan") if len(item.get(key, "")) > 80})
        with FILE.open("w", encoding="utf-8") as file:
            yaml.dump(shown, file)
        return
    trimmed = [msgspec.structs.replace(case, sql=case.sql, plan=case.plan.strip() if case.plan else None) for case in CASES]
    for case, expected in zip(now, trimmed, strict=True):
        assert case == expected


def test_every_case_has_its_own_name_and_every_profile_cases() -> None:
    assert len({case.id for case in CASES}) == len(CASES) >= 40
    assert {case.profile for case in CASES} == set(PROFILES)


@pytest.mark.parametrize("case", [case for case in CASES if case.plan], ids=lambda case: case.id)
def test_an_enforced_plan_reads_session_relations_under_barriers_alone(case: Case) -> None:
    plan = plan_of(case)
    tree = parse_one(plan.sql, read="duckdb")
    assert tree.sql(dialect="duckdb") == plan.sql, "the text does not parse into itself"
    held = {barrier.relation: barrier for barrier in plan.barriers}
    defined = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if table.name in defined:
            continue
        assert table.name in held, f"{table.name} is no session relation"
        assert not table.args.get("db")
        select = table.find_ancestor(exp.Select)
        assert select is not None
        assert isinstance(select.parent, exp.Subquery)
        assert {key for key, value in select.args.items() if value} == {"expressions", "from_"}
        outputs = [str(output).rsplit(" AS ", 1)[1] for output in held[table.name].outputs]
        for item in select.expressions:
            assert isinstance(item, exp.Literal) or f'"{item.name}"' in outputs


@pytest.mark.parametrize("case", [case for case in CASES if case.plan], ids=lambda case: case.id)
def test_a_barrier_holds_nothing_that_the_view_does_not_show(case: Case) -> None:
    shown = {name.lower() for name in PROFILES[case.profile][0]} | {"__entity", "__row"}
    for barrier in plan_of(case).barriers:
        if barrier.product == "customer.customer_360":
            assert {str(output).rsplit('AS "', 1)[1].rstrip('"') for output in barrier.outputs} <= shown
            assert bool(barrier.predicates) == (case.profile == "filtered")


@pytest.mark.parametrize("case", [case for case in CASES if case.plan], ids=lambda case: case.id)
def test_a_guarded_plan_counts_entities_below_the_callers_having(case: Case) -> None:
    plan = plan_of(case)
    if plan.form is Form.ROWS:
        return
    tree = parse_one(plan.sql, read="duckdb")
    guarded = [having for having in tree.find_all(exp.Having) if "__entity" in having.sql()]
    assert guarded
    for having in guarded:
        condition = having.this
        first = condition.args["ifs"][0].this if isinstance(condition, exp.Case) else condition
        text = first.sql(dialect="duckdb")
        assert "COUNT(DISTINCT" in text or '"__p" >= ' in text
        if isinstance(condition, exp.Case):
            assert isinstance(condition.args["default"], exp.Boolean)
            assert not condition.args["default"].this


@pytest.mark.parametrize(
    ("sql", "column", "words"),
    [
        ("select segment, customerId from customer.customer_360", "customerId", "an equality join key, not in rows"),
        ("select segment, income from customer.customer_360", "income", "var or stddev, not in rows"),
    ],
)
def test_rows_are_refused_by_the_column_that_keeps_them_back_where_other_columns_may_be_read(
    sql: str, column: str, words: str
) -> None:
    with pytest.raises(ColumnUse) as refused:
        plan_of(Case(id="rows", profile="aggregate", sql=sql))
    assert refused.value.facts["column"] == column
    assert words in refused.value.detail
