"""Joins of what two homes have by keys that nobody may see: what they say, what crosses, and who may ask (laws 3, 4, 5)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from freehold.errors import FreeholdError
from freehold.model.contract import Contract
from freehold.model.peer import Carrier
from freehold.model.place import JoinKeys, Transfer, Travel
from freehold.model.product import Column
from freehold.model.query import Joining, JoinKey, Question
from regions import NORTH, US, WEST, Regions, mesh_of, product, regions_in

CASES = Path(__file__).parents[2] / "cases" / "federation" / "keyed" / "joins.yaml"
BUSINESS = "Business analytics"
PEOPLE = (
    ("customerId", "string"),
    ("account", "integer"),
    ("segment", "string"),
    ("region", "string"),
    ("number", "integer"),
    ("email", "string"),
)
ORDERS = (("customerId", "string"), ("account", "decimal(15,2)"), ("category", "string"), ("revenue", "number"))
BOTH = "customer.people c join sales.orders o on o.customerId = c.customerId"
BY_SEGMENT = f"select c.segment, sum(o.revenue) as s, count(*) as n from {BOTH} group by 1 order by 1"


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question of Analytics, asked in the west, and what becomes of it."""

    name: str
    why: str
    sql: str
    outcome: str


def contract(region: str | None, *fields: str, **more: Any) -> Contract:
    """Return a contract that lets Analytics compare numbers of customers in one region."""
    return Contract(
        consumer="Analytics", purpose=BUSINESS, fields=fields, join_fields=("customerId", "account"), join_region=region, **more
    )


def people() -> pa.Table:
    """Return 200 customers, of whom three are in a segment of their own."""
    ids = list(range(200))
    return pa.table(
        {
            "customerId": [None if i == 7 else f"C{i:05d}" for i in ids],
            "account": ids,
            "segment": ["Rare" if i < 3 else ("Consumer" if i % 2 else "Corporate") for i in ids],
            "region": ["north" if i % 3 else "south" for i in ids],
            "number": ids,
            "email": [f"CANARY-{i}" for i in ids],
            "income": [1000.0 + i for i in ids],
        }
    )


def orders() -> pa.Table:
    """Return 1,000 orders of theirs."""
    ids = list(range(1000))
    return pa.table(
        {
            "customerId": [None if i % 100 == 9 else f"C{i % 200:05d}" for i in ids],
            "account": pa.array([Decimal(i % 200) for i in ids], pa.decimal128(15, 2)),
            "category": [("Books", "Tools", "Toys")[i % 3] if i % 200 > 4 else "Odd" for i in ids],
            "revenue": [float(i % 50) for i in ids],
        }
    )


def world(kit: Any, folder: Path, *transfers: Transfer, home: str = NORTH, joined: str | None = WEST, **more: Any) -> Regions:
    """Return homes of which one has the customers and the other their orders."""
    numbered = (("customerId", "string"), ("revenue", "number"))
    products = [
        product(
            "customer.people",
            home,
            (*PEOPLE[:5], ("income", "number"), PEOPLE[5]),
            entity_key="customerId",
            contracts=(contract(joined, "segment", "region", "number", aggregate_fields=("income",)),),
            **more,
        ),
        product("customer.calls", home, numbered, entity_key="customerId", contracts=(contract(joined, "revenue"),)),
        product("sales.orders", WEST, ORDERS, entity_key="customerId", contracts=(contract(None, "category", "revenue"),)),
        product("sales.returns", WEST, numbered, entity_key="customerId", contracts=(contract(None, "revenue"),)),
        product("trade.visits", US, numbered, entity_key="customerId", contracts=(contract(WEST, "revenue"),)),
    ]
    mesh = mesh_of(kit, products, Transfer(origin="US", destination="EU", allow=Travel.ROWS, join_keys=JoinKeys.KEYED), *transfers)
    mesh.domains["trade"] = mesh.domains["sales"]
    few = pa.table({"customerId": [f"C{i:05d}" for i in range(100)], "revenue": [1.0] * 100})
    tables = {"customer.people": people(), "sales.orders": orders()}
    return regions_in(kit, folder, mesh, tables | dict.fromkeys(("customer.calls", "sales.returns", "trade.visits"), few))


@pytest.fixture
def regions(kit: Any, tmp_path: Path) -> Regions:
    """Return homes in one jurisdiction, of which the north lets its keys be compared in the west."""
    return world(kit, tmp_path)


def outcome(regions: Regions, who: Any, sql: str, entry: str = WEST) -> str:
    """Return how a question ends."""
    try:
        regions.ask(sql, who, entry)
    except FreeholdError as refusal:
        return refusal.code
    return "answered"


def read() -> list[Case]:
    """Return all cases."""
    return msgspec.yaml.decode(CASES.read_bytes(), type=list[Case])


@pytest.mark.parametrize("case", read(), ids=lambda case: case.name)
def test_a_join_by_keys_ends_as_its_case_says(kit: Any, regions: Regions, case: Case) -> None:
    who = kit.principal("analytics", WEST)
    assert outcome(regions, who, case.sql) == case.outcome


@pytest.mark.parametrize("case", [case for case in read() if case.outcome == "answered"], ids=lambda case: case.name)
def test_homes_that_show_no_key_answer_as_one_home_would(kit: Any, tmp_path: Path, case: Case) -> None:
    for name in ("apart", "together"):
        (tmp_path / name).mkdir()
    apart, together = world(kit, tmp_path / "apart"), world(kit, tmp_path / "together", home=WEST, joined=None)
    who = kit.principal("analytics", WEST)
    got, _ = apart.ask(case.sql, who)
    _, whole = together.houses[WEST].gate.ask(Question(principal=who, sql=case.sql)).release()
    want = pa.Table.from_batches(list(whole.batches()), schema=whole.schema)
    assert sorted(map(str, got.to_pylist())) == sorted(map(str, want.to_pylist()))
    assert got.schema == want.schema


def parts(regions: Regions, who: Any, sql: str = BY_SEGMENT) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that each product's home gives for a question."""
    federation, question = regions.federation(WEST), Question(principal=who, sql=sql)
    spread = federation.planner.plan(question)
    sent = federation.planner.sent(question, spread, federation.planner.values(question, spread))
    answers = {item.fragment.products[0]: regions.part(item, WEST).table for item in sent}
    return {name: table.to_pylist() for name, table in answers.items() if table is not None}


def test_no_key_crosses_as_it_is_and_none_is_the_same_in_two_questions(kit: Any, regions: Regions) -> None:
    who = kit.principal("analytics", WEST)
    first, second = parts(regions, who), parts(regions, who)
    known = {row["customerId"] for row in people().to_pylist()} - {None}
    crossed = [row for answer in (first, second) for row in answer["customer.people"]]
    assert not known & {value for row in crossed for value in row.values()}
    keys = [{row["customerid"] for row in answer["customer.people"]} - {None} for answer in (first, second)]
    assert [len(item) for item in keys] == [199, 199]
    assert not keys[0] & keys[1]
    assert len(keys[0] & {row["customerid"] for row in first["sales.orders"]}) > 190


def test_the_names_of_entities_are_not_the_keys_that_are_compared(kit: Any, regions: Regions) -> None:
    rows = parts(regions, kit.principal("analytics", WEST))["customer.people"]
    assert not {row["customerid"] for row in rows} - {None} & {row["entity of the join"] for row in rows}


@pytest.mark.parametrize("entry", [NORTH, US])
def test_keys_are_compared_in_one_region_alone(kit: Any, regions: Regions, entry: str) -> None:
    assert outcome(regions, kit.principal("analytics", WEST), BY_SEGMENT, entry) in {"column-withheld", "no-compliant-plan"}


def test_keys_that_are_compared_elsewhere_are_not_compared_at_home(kit: Any, regions: Regions) -> None:
    sql = "select c.segment, count(*) from customer.people c join customer.calls k on k.customerId = c.customerId group by 1"
    with pytest.raises(FreeholdError) as refused:
        regions.houses[NORTH].gate.ask(Question(principal=kit.principal("analytics", WEST), sql=sql)).release()
    assert refused.value.code == "column-withheld"
    assert WEST in refused.value.detail


def test_a_contract_that_names_no_region_lets_no_key_leave(kit: Any, tmp_path: Path) -> None:
    regions = world(kit, tmp_path, joined=None)
    assert outcome(regions, kit.principal("analytics", WEST), BY_SEGMENT) != "answered"


TOWARDS_WEST = {"origin": "US", "destination": "EU", "where": "mesh.yaml:3"}


@pytest.mark.parametrize(
    ("rule", "personal", "passes"),
    [
        (Transfer(allow=Travel.ROWS, join_keys=JoinKeys.KEYED, **TOWARDS_WEST), False, True),
        (Transfer(allow=Travel.ROWS, join_keys=JoinKeys.KEYED, **TOWARDS_WEST), True, False),
        (Transfer(allow=Travel.ROWS, join_keys=JoinKeys.NONE, **TOWARDS_WEST), False, False),
        (Transfer(allow=Travel.AGGREGATES, join_keys=JoinKeys.PERSONAL, **TOWARDS_WEST), False, False),
    ],
)
def test_a_border_lets_keys_pass_where_a_rule_says_so_and_the_narrowest_rule_holds(
    kit: Any, tmp_path: Path, rule: Transfer, *, personal: bool, passes: bool
) -> None:
    regions = world(kit, tmp_path, rule, home=US)
    if personal:
        people = regions.mesh.products["customer.people"]
        columns = tuple(
            Column(name=item.name, type=item.type, classifications=("PII",)) if item.name == "customerId" else item
            for item in people.columns
        )
        regions.mesh.products["customer.people"] = msgspec.structs.replace(people, columns=columns)
        for house in regions.houses.values():
            house.apply(regions.mesh)
    assert (outcome(regions, kit.principal("analytics", WEST), BY_SEGMENT) == "answered") is passes


def test_a_personal_key_passes_a_border_where_the_rule_names_it(kit: Any, tmp_path: Path) -> None:
    regions = world(kit, tmp_path, home=US)
    people = regions.mesh.products["customer.people"]
    columns = tuple(
        Column(name=item.name, type=item.type, classifications=("PII",)) if item.name == "customerId" else item
        for item in people.columns
    )
    products = regions.mesh.products | {"customer.people": msgspec.structs.replace(people, columns=columns)}
    by_account = BY_SEGMENT.replace("o.customerId = c.customerId", "o.account = c.account")
    for allowed in (JoinKeys.KEYED, JoinKeys.PERSONAL):
        rule = Transfer(allow=Travel.ROWS, join_keys=allowed, **TOWARDS_WEST)
        for house in regions.houses.values():
            house.apply(msgspec.structs.replace(regions.mesh, products=products, transfers=(rule,)))
        for sql in (BY_SEGMENT, by_account):  # with either go pseudonyms of whom the rows are about
            regions.forget()
            assert (outcome(regions, kit.principal("analytics", WEST), sql) == "answered") is (allowed is JoinKeys.PERSONAL)


def test_groups_that_differ_by_a_few_people_are_not_both_given(kit: Any, regions: Regions) -> None:
    who = kit.principal("analytics", WEST)
    assert outcome(regions, who, BY_SEGMENT) == "answered"
    assert outcome(regions, who, BY_SEGMENT) == "answered"
    fewer = BY_SEGMENT.replace("group by", "where o.category <> 'Odd' group by")
    assert outcome(regions, who, fewer) == "release-overlap"


@pytest.mark.parametrize("length", [1, 300], ids=["in the node", "in a process of its own"])
def test_what_is_written_twice_in_a_joined_group_fails_for_nobody(kit: Any, regions: Regions, length: int) -> None:
    ended = []
    for number in (2, 150):  # whose order is in that category, and whose is in others
        key = f"cast(case when c.number = {number} and o.category = 'Odd' then '{'x' * length}' else '1' end as integer)"
        regions.forget()
        sql = f"select {key} * 2 + {key} as k, count(*) as n from {BOTH} group by 1"
        ended.append(outcome(regions, kit.principal("analytics", WEST), sql))
    assert ended == ["answered", "answered"]


def test_groups_of_a_join_at_one_home_and_of_one_over_two_are_held_against_each_other(kit: Any, regions: Regions) -> None:
    who = kit.principal("analytics", WEST)
    joined = "sales.orders o join sales.returns r on r.customerId = o.customerId"
    at_home = f"select o.category, sum(o.revenue) as s from {joined} where o.category = 'Books' group by 1"
    regions.houses[WEST].gate.ask(Question(principal=who, sql=at_home)).release()
    over_two = f"select o.category, sum(o.revenue) as s from {BOTH} where o.category = 'Books' and c.number < {{}} group by 1"
    assert outcome(regions, who, over_two.format(97)) == "release-overlap"
    assert outcome(regions, who, over_two.format(150)) == "answered"


def test_only_a_node_is_given_digests_and_under_the_mesh_that_it_guards_by(kit: Any, regions: Regions) -> None:
    who, house = kit.principal("analytics", WEST), regions.houses[NORTH]
    sql = 'select "customerid", "segment" from customer.people'
    keys = (JoinKey(product="customer.people", column="customerid", peer=WEST, join="0"),)
    mesh = house.registry.current().digest

    def code(via: str | None, stated: str) -> str:
        carrier = Carrier(node=via, region=via) if via else None
        joining = Joining(nonce="0" * 32, mesh=stated, keys=keys)
        try:
            house.gate.ask(Question(principal=who, sql=sql, via=carrier, joining=joining)).release()
        except FreeholdError as refusal:
            return refusal.code
        return "answered"

    assert code(WEST, mesh) == "answered"
    assert code(US, mesh) == "column-withheld"
    assert code(None, mesh) == "column-withheld"
    assert code(WEST, "other") == "data-changed"


def test_a_column_that_is_masked_or_only_aggregated_is_never_a_key(kit: Any, regions: Regions) -> None:
    who, house = kit.principal("analytics", WEST), regions.houses[NORTH]
    for column in ("income", "email"):
        keys = (JoinKey(product="customer.people", column=column, peer=WEST, join="0"),)
        joining = Joining(nonce="0" * 32, mesh=house.registry.current().digest, keys=keys)
        question = Question(
            principal=who, sql=f"select {column} from customer.people", via=Carrier(node=WEST, region=WEST), joining=joining
        )
        with pytest.raises(FreeholdError):
            house.gate.ask(question).release()


def test_the_explanation_says_which_columns_are_keyed(kit: Any, regions: Regions) -> None:
    _, told = regions.federation(WEST).explain(Question(principal=kit.principal("analytics", WEST), sql=BY_SEGMENT))
    assert [part["joinKeys"] for part in told["fragments"]] == [["customerid"], ["customerid"]]


def test_a_node_is_given_no_guarded_answer_as_one_side_of_a_join(kit: Any, regions: Regions) -> None:
    house = regions.houses[NORTH]
    sql = "select c.segment, count(*) from customer.people c join customer.calls k on k.customerId = c.customerId group by 1"
    joining = Joining(nonce="0" * 32, mesh=house.registry.current().digest)
    asked = Question(principal=kit.principal("analytics", WEST), sql=sql, via=Carrier(node=WEST, region=WEST), joining=joining)
    with pytest.raises(FreeholdError) as refused:
        house.gate.ask(asked).release()
    assert refused.value.code == "statement-unsupported"
