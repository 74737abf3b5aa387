"""What a change does to each consumer: what is taken away breaks, what is added does not, and nobody else's columns count."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from freehold.model.contract import BelowFloor, Contract
from freehold.model.finding import Severity
from freehold.model.label import Disclosure, Mask, MaskKind
from freehold.model.product import (
    Column,
    DeclaredQuery,
    Interface,
    InterfaceKind,
    Parameter,
    Product,
    QualityFloor,
    Residency,
    ServiceLevel,
)
from freehold.model.rule import Constraint, Metric, Operator, Rule, Unit
from freehold.policy.compatibility import CODES, effects
from freehold.policy.compatibility.rules import is_kept

CONTRACT = Contract(consumer="Analytics", purpose="Sums", fields=("id", "name"), aggregate_fields=("amount",))
COLUMNS = (
    Column(name="id", type="integer"),
    Column(name="name", type="string"),
    Column(name="amount", type="number"),
    Column(name="secret", type="string"),
)
PORT = Interface(kind=InterfaceKind.API, endpoint="https://a", scopes=("read",))
QUERY = DeclaredQuery(name="q", sql="SELECT 1", parameters=(Parameter(name="p", type="string", required=False),))
RULE = Rule(
    name="r",
    metric=Metric.NULL_VALUES,
    columns=("name",),
    operator=Operator.MUST_BE_LESS_OR_EQUAL_TO,
    bound=(2.0,),
    unit=Unit.PERCENT,
)
PRODUCT = Product(
    name="Orders",
    domain="Sales",
    jurisdiction="EU",
    columns=COLUMNS,
    interfaces=(PORT,),
    queries=(QUERY,),
    rules=(RULE,),
    sla=ServiceLevel(availability=99.0, latency=1.0, latency_text="< 1s"),
    quality=QualityFloor(completeness=98),
    contracts=(CONTRACT,),
)


def product(**changes: Any) -> Product:
    return msgspec.structs.replace(PRODUCT, **changes)


def terms(**changes: Any) -> Product:
    return product(contracts=(msgspec.structs.replace(CONTRACT, **changes),))


def column(at: str, **changes: Any) -> Product:
    held = tuple(msgspec.structs.replace(item, **changes) if item.name == at else item for item in COLUMNS)
    return product(columns=held)


def codes(old: Product | None, new: Product | None, today: str = "2026-11-28") -> set[tuple[str, bool]]:
    return {(item.change.code, item.change.breaking) for item in effects(old, new, today)}


BREAKING: list[tuple[str, Product]] = [
    ("contract-withdrawn", product(contracts=())),
    ("column-removed", product(columns=COLUMNS[1:])),
    ("column-retyped", column("id", type="string")),
    ("column-withheld", terms(fields=("id",))),
    ("right-narrowed", terms(fields=("id",), masks={"name": Mask(kind=MaskKind.REDACT)})),
    ("rows-filtered", product(row_filter="id > 1")),
    ("rows-filtered", terms(row_filter="id > 1")),
    ("group-raised", terms(min_group_size=20)),
    ("share-lowered", terms(max_share=50)),
    ("noise-added", terms(disclosure=Disclosure.CELL_KEY)),
    ("validity-shortened", terms(valid_until="2027-01-01")),
    ("entity-key-changed", product(entity_key="id")),
    ("level-lowered", product(sla=ServiceLevel(availability=98.0, latency=1.0, latency_text="< 1s"))),
    ("level-lowered", product(sla=ServiceLevel(availability=99.0, latency=2.0, latency_text="< 2s"))),
    ("floor-lowered", product(quality=QualityFloor(completeness=97))),
    ("rule-removed", product(rules=())),
    ("rule-loosened", product(rules=(msgspec.structs.replace(RULE, name="r2", bound=(5.0,)),))),
    ("rule-loosened", product(rules=(msgspec.structs.replace(RULE, severity=Severity.WARNING),))),
    ("port-removed", product(interfaces=(Interface(kind=InterfaceKind.SQL, scopes=("read",)),))),
    ("port-moved", product(interfaces=(msgspec.structs.replace(PORT, endpoint="https://b"),))),
    ("scope-added", product(interfaces=(msgspec.structs.replace(PORT, scopes=("read", "more")),))),
    ("query-removed", product(queries=())),
    ("parameter-removed", product(queries=(msgspec.structs.replace(QUERY, parameters=()),))),
    ("parameter-required", product(queries=(msgspec.structs.replace(QUERY, parameters=(Parameter(name="p", type="string"),)),))),
    ("jurisdiction-moved", product(jurisdiction="US")),
    ("column-respelled", column("id", name="Id")),
]


@pytest.mark.parametrize(("code", "new"), BREAKING, ids=[code for code, _ in BREAKING])
def test_what_is_taken_away_breaks_and_given_back_does_not(code: str, new: Product) -> None:
    assert (code, True) in codes(PRODUCT, new)
    if code not in {"jurisdiction-moved", "entity-key-changed", "port-removed", "port-moved", "column-retyped", "column-respelled"}:
        assert not any(breaking for _, breaking in codes(new, PRODUCT)), code


def test_to_refuse_what_was_marked_breaks_and_to_mark_what_was_refused_does_not() -> None:
    marks = terms(below_floor=BelowFloor.MARK)
    assert codes(marks, PRODUCT) == {("floor-enforced", True)}
    assert codes(PRODUCT, marks) == {("floor-marked", False)}


def test_joins_that_are_made_elsewhere_break_whoever_makes_them_and_nobody_else() -> None:
    joined = {"join_fields": (PRODUCT.columns[0].name,)}
    assert codes(terms(**joined), terms(**joined, join_region="westeurope")) == {("joins-moved", True)}
    assert codes(PRODUCT, terms(join_region="westeurope")) == set()


def test_a_column_that_the_consumer_never_had_can_go_without_breaking_them() -> None:
    assert codes(PRODUCT, product(columns=COLUMNS[:3])) == set()


def test_a_renamed_column_is_a_removed_one_and_the_new_name_is_said() -> None:
    renamed = column("name", name="names")
    new = msgspec.structs.replace(renamed, contracts=(msgspec.structs.replace(CONTRACT, fields=("id", "names")),), rules=())
    found = [item.change for item in effects(PRODUCT, new, "2026-11-28") if item.change.code == "column-removed"]
    assert "`names` is new" in found[0].new


def test_a_contract_that_has_ended_can_be_withdrawn() -> None:
    ended = terms(valid_until="2026-01-01")
    assert codes(ended, product(contracts=())) == {("contract-ended", False)}
    assert codes(ended, None) == {("contract-ended", False)}
    assert codes(PRODUCT, None) == {("contract-withdrawn", True)}


def test_a_product_without_contracts_is_held_against_whoever_reads_all_of_it() -> None:
    alone = product(contracts=())
    found = list(effects(alone, msgspec.structs.replace(alone, columns=COLUMNS[:3]), "2026-11-28"))
    assert [(item.contract, item.consumer, item.change.code) for item in found] == [(None, "every reader", "column-removed")]


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        (Constraint(values=("a", "b")), Constraint(values=("a",)), True),
        (Constraint(values=("a",)), Constraint(values=("a", "b")), False),
        (Constraint(maximum=10.0), Constraint(maximum=9.0), True),
        (Constraint(maximum=10.0), Constraint(), False),
        (Constraint(minimum="2020-01-01"), Constraint(minimum="2021-01-01"), True),
        (Constraint(minimum="2020-01-01"), Constraint(minimum=5.0), False),
        (Constraint(pattern="a"), Constraint(pattern="b"), False),
        (Constraint(max_length=10), Constraint(max_length=20), False),
        (Constraint(minimum=0.0), Constraint(exclusive_minimum=0.0), True),
        (Constraint(exclusive_minimum=0.0), Constraint(minimum=0.0), False),
        (Constraint(exclusive_minimum=0.0), Constraint(minimum=1.0), True),
        (Constraint(maximum=9.0), Constraint(exclusive_maximum=9.0), True),
        (Constraint(exclusive_maximum=9.0), Constraint(maximum=9.0), False),
        (Constraint(multiple_of=0.01), Constraint(multiple_of=0.1), True),
        (Constraint(multiple_of=0.1), Constraint(multiple_of=0.01), False),
        (Constraint(multiple_of=0.1), Constraint(), False),
        (None, Constraint(pattern="b"), True),
    ],
)
def test_a_constraint_is_kept_by_one_that_allows_no_value_more(old: Constraint | None, new: Constraint | None, kept: bool) -> None:
    before = Rule(name="a", metric=Metric.INVALID_VALUES, columns=("c",), constraint=old)
    assert is_kept(before, msgspec.structs.replace(before, constraint=new)) is kept


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ((Operator.MUST_BE_LESS_THAN, (5.0,)), (Operator.MUST_BE, (0.0,)), True),
        ((Operator.MUST_BE_LESS_THAN, (5.0,)), (Operator.MUST_BE_LESS_OR_EQUAL_TO, (5.0,)), False),
        ((Operator.MUST_BE_BETWEEN, (1.0, 9.0)), (Operator.MUST_BE_BETWEEN, (2.0, 9.0)), True),
        ((Operator.MUST_BE_BETWEEN, (1.0, 9.0)), (Operator.MUST_BE_GREATER_THAN, (1.0,)), False),
        ((Operator.MUST_NOT_BE, (1.0,)), (Operator.MUST_NOT_BE, (1.0,)), True),
        ((Operator.MUST_NOT_BE, (1.0,)), (Operator.MUST_BE, (2.0,)), False),
    ],
)
def test_a_bound_is_kept_by_one_that_lies_within_it(
    old: tuple[Operator, tuple[float, ...]], new: tuple[Operator, tuple[float, ...]], kept: bool
) -> None:
    before = Rule(name="a", metric=Metric.ROW_COUNT, operator=old[0], bound=old[1])
    assert is_kept(before, msgspec.structs.replace(before, operator=new[0], bound=new[1])) is kept


def test_every_kind_of_change_is_registered_once() -> None:
    assert len({code for code, _, _ in CODES}) == len(CODES)


def of_values(*values: str, **changes: Any) -> Rule:
    rule = Rule(name="values", metric=Metric.INVALID_VALUES, columns=("name",), constraint=Constraint(values=values))
    return msgspec.structs.replace(rule, **changes)


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        (of_values("a", "b"), of_values("a", "b", "c"), "rule-loosened", "rule `values`: values a, b → values a, b, c"),
        (of_values("a", "b"), of_values("a"), "rule-tightened", "rule `values`: values a, b → values a"),
        (of_values("a"), of_values("b"), "rule-loosened", "rule `values`: values a → values b"),
        (of_values("a"), None, "rule-removed", "rule `values`: values a → nothing"),
        (None, of_values("a"), "rule-added", "rule `values`: nothing → values a"),
        (
            of_values("a"),
            of_values("a", severity=Severity.WARNING),
            "rule-loosened",
            "rule `values`: severity error → severity warning",
        ),
        (of_values("a", bound=(0.0,)), of_values("a", bound=(2.0,)), "rule-loosened", "rule `values`: = 0 → = 2"),
    ],
)
def test_of_a_rule_is_said_what_differs(old: Rule | None, new: Rule | None, code: str, said: str) -> None:
    before, after = (product(rules=tuple(filter(None, (rule,)))) for rule in (old, new))
    assert [(item.change.code, item.change.said) for item in effects(before, after, "2026-11-28")] == [(code, said)]


def test_what_is_promised_of_the_values_of_a_masked_column_is_nothing_to_who_has_it_masked() -> None:
    masked = {"contracts": (msgspec.structs.replace(CONTRACT, fields=("id",), masks={"name": Mask(kind=MaskKind.REDACT)}),)}
    before = product(rules=(of_values("a"), msgspec.structs.replace(RULE, bound=(0.0,))), **masked)
    assert codes(before, msgspec.structs.replace(before, rules=before.rules[1:])) == set()
    assert codes(before, msgspec.structs.replace(before, rules=before.rules[:1])) == {("rule-removed", True)}


def test_data_that_moves_within_one_law_is_said_and_breaks_nobody() -> None:
    there, here = (product(residency=Residency(storage_locations=(place,))) for place in ("northeurope", "westeurope"))
    assert codes(here, there) == {("storage-moved", False)}
    assert codes(here, msgspec.structs.replace(there, jurisdiction="US")) == {("jurisdiction-moved", True)}
