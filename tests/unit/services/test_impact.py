"""What a change makes of one question: both decisions, what its products show, and its rows, all through the gate."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from freehold.model.contract import Approval, Contract
from freehold.model.label import Mask, MaskKind
from freehold.model.mesh import Applied, Mesh
from freehold.model.party import Domain, Principal
from freehold.model.place import Node, Region
from freehold.model.policy import Governance
from freehold.model.product import Column, Interface, InterfaceKind, Product, QualityFloor, RateLimit, Source
from freehold.model.query import Question
from freehold.services.exposure import Direction
from freehold.services.force import Force
from freehold.services.impact import Impact, impact, supposed
from freehold.services.rows import Rows

KEY = "customer.customer_360"
TERMS = Contract(consumer="Sales", purpose="Enrichment", fields=("customerId", "segment", "region"))
COLUMNS = tuple(Column(name=name, type="string") for name in ("customerId", "segment", "region"))
CUSTOMER = Product(
    name="Customer 360",
    domain="Customer",
    home="westeurope",
    jurisdiction="EU",
    columns=(*COLUMNS, Column(name="birthDate", type="date", classifications=("PII",))),
    source=Source(path="customers.parquet"),
    entity_key="customerId",
    contracts=(TERMS,),
)
SALES = Principal(subject="app", issuer="urn:test", domain="sales", region="westeurope")
APPROVING = Governance(require_approval=True, approvers=("data-steward@domain",))
SEGMENTS = "select segment, region from customer.customer_360"


def mesh(product: Product = CUSTOMER, **changes: Any) -> Mesh:
    held: dict[str, Any] = {"name": "contoso", "regions": {"westeurope": Region(name="westeurope", jurisdiction="EU")}}
    held |= {"nodes": {"we": Node(name="we", region="westeurope", url="http://127.0.0.1:0")}}
    held |= {"domains": {name: Domain(name=name.title()) for name in ("customer", "sales")}, "products": {product.key: product}}
    return Mesh(**(held | changes))


def terms(**changes: Any) -> Product:
    return msgspec.structs.replace(CUSTOMER, contracts=(msgspec.structs.replace(TERMS, **changes),))


def force(of: Mesh, *approved: Contract) -> Force:
    approvals = tuple(Approval(product=KEY, contract=item, approver="anna", at="", leaf=0) for item in approved)
    versions = {f"{KEY}/sales-enrichment": 1}
    applied = Applied(version=1, digest="0" * 64, mesh=of, applied_at="", contract_versions=versions)
    return Force(stamp=1, applied=applied, approvals=approvals)


def change(stage: Any, after: Mesh, sql: str = SEGMENTS, before: Force | None = None, **asked: Any) -> Impact:
    held = before or force(mesh())
    question = Question(principal=SALES, sql=sql, **asked)
    return impact(question, stage.rehearsal, held, supposed(after, held), "2026-11-23")


def test_a_question_that_nothing_changes_for_is_answered_as_before_with_as_many_rows(stage: Any) -> None:
    found = change(stage, mesh())
    assert found.before is not None
    assert (found.before["effect"], found.after["effect"], found.products) == ("permit", "permit", ())
    assert found.rows == Rows(before=2_000, after=2_000)


def test_a_row_filter_changes_how_many_rows_a_question_is_answered_with(stage: Any) -> None:
    found = change(stage, mesh(terms(row_filter="region = 'south'")), f"{SEGMENTS} where segment = 'Consumer' -- all of them")
    assert found.rows == Rows(before=998, after=298, gained="unknown", lost="unknown")
    (product,) = found.products
    assert (product.product, product.direction) == (KEY, Direction.LESS)
    assert product.notes == ("row filter added: region = 'south'",)


def test_a_column_that_is_no_longer_shown_is_a_refusal_with_its_reason_and_what_would_pass(stage: Any) -> None:
    found = change(stage, mesh(terms(fields=("segment",))))
    assert (found.after["effect"], found.after["code"]) == ("forbid", "column-unknown")
    assert "segment" in found.after["remedy"]
    assert found.rows == Rows(before=2_000)
    assert {part.name for part in found.products[0].columns} == {"customerId", "region"}


def test_a_question_that_is_refused_now_and_answered_then_has_rows_then_alone(stage: Any) -> None:
    year = {"fields": ("segment", "birthDate"), "masks": {"birthDate": Mask(kind=MaskKind.YEAR)}}
    found = change(stage, mesh(terms(**year)), "select birthDate from customer.customer_360")
    assert found.before is not None
    assert (found.before["effect"], found.after["effect"]) == ("forbid", "permit")
    assert found.rows == Rows(after=2_000)
    assert ("birthDate", "none", "masked: year") in {(part.name, part.before, part.after) for part in found.products[0].columns}


def test_before_the_first_apply_there_is_no_other_side(stage: Any) -> None:
    question = Question(principal=SALES, sql=SEGMENTS)
    found = impact(question, stage.rehearsal, None, supposed(mesh(), None), "2026-11-23")
    assert found.before is None
    assert found.rows == Rows(after=2_000)
    assert found.products[0].direction is Direction.MORE


def test_few_rows_are_never_counted_nor_told_by_a_difference(stage: Any) -> None:
    rare = f"{SEGMENTS} where segment = 'Rare'"
    assert change(stage, mesh(), rare).rows == Rows(before="fewer than 10", after="fewer than 10")
    some = mesh(terms(row_filter="segment <> 'Rare'"))
    found = change(stage, some, f"{SEGMENTS} where region = 'south'")
    assert found.rows == Rows(before=600, after="nearly as many", gained="unknown", lost="unknown")


def test_few_is_what_the_strictest_contract_says(stage: Any) -> None:
    found = change(stage, mesh(terms(min_group_size=700)), f"{SEGMENTS} where region = 'south'")
    assert found.rows == Rows(before="fewer than 700", after="fewer than 700")


def test_a_contract_that_waits_for_approval_is_judged_as_if_it_had_it_and_says_what_is_missing(stage: Any) -> None:
    before = force(mesh(governance=APPROVING), TERMS)
    found = change(stage, mesh(terms(fields=(*TERMS.fields, "birthDate")), governance=APPROVING), before=before)
    assert found.before is not None
    assert found.before["pending"] is None
    assert found.after["effect"] == "permit"
    assert "until data-steward@customer approves it" in found.after["pending"]
    assert found.rows == Rows(before=2_000, after=2_000)


def test_a_contract_that_narrows_keeps_the_approval_that_it_has_and_gets_its_next_version(stage: Any) -> None:
    before = force(mesh(governance=APPROVING), TERMS)
    narrower = mesh(terms(fields=("segment", "region")), governance=APPROVING)
    after = change(stage, narrower, before=before).after
    assert (after["pending"], after["products"][0]["contract"]) == (None, f"{KEY}/sales-enrichment@2")


def test_an_aggregate_on_both_sides_is_no_difference_between_groups(stage: Any) -> None:
    narrow = {"fields": ("segment",), "aggregate_fields": ("birthDate",)}
    sql = "select segment, count(birthDate) as n from customer.customer_360 group by segment"
    found = change(stage, mesh(terms(**narrow, row_filter="customerId <> 'C1999'")), sql, force(mesh(terms(**narrow))))
    assert found.before is not None
    assert (found.before["form"], found.after["form"]) == ("aggregate", "aggregate")
    assert found.rows == Rows(before="fewer than 10", after="fewer than 10")


def test_neither_quality_nor_a_rate_keeps_rows_from_being_counted(stage: Any) -> None:
    limited = Interface(kind=InterfaceKind.SQL, rate_limit=RateLimit(requests=0))
    promising = msgspec.structs.replace(CUSTOMER, quality=QualityFloor(completeness=100.0), interfaces=(limited,))
    assert change(stage, mesh(promising)).rows == Rows(before=2_000, after=2_000)


def test_rows_that_cannot_be_reached_are_unknown(stage: Any) -> None:
    away = msgspec.structs.replace(CUSTOMER, source=Source(path="nowhere.parquet"))
    assert change(stage, mesh(away)).rows == Rows(before=2_000, after="unknown", gained="unknown", lost="unknown")


@pytest.mark.parametrize("name", ["customer_360", "CUSTOMER.customer_360", '"Customer"."Customer_360"'])
def test_a_product_is_found_however_it_is_named(stage: Any, name: str) -> None:
    (product,) = change(stage, mesh(terms(fields=("segment", "region"))), f"select segment from {name}").products
    assert product.product == KEY


def test_what_cannot_be_read_is_refused_on_both_sides(stage: Any) -> None:
    found = change(stage, mesh(), "select from where")
    assert found.before is not None
    assert (found.before["effect"], found.after["effect"], found.products, found.rows) == ("forbid", "forbid", (), Rows())


def test_a_parameter_has_its_value_on_both_sides(stage: Any) -> None:
    found = change(stage, mesh(), f"{SEGMENTS} where region = $where", parameters={"where": "south"})
    assert found.rows == Rows(before=600, after=600)


def test_both_sides_are_decided_by_the_gate_and_recorded_each_with_its_mesh(stage: Any) -> None:
    found = change(stage, mesh(terms(fields=("segment",))))
    assert found.before is not None
    entries = stage.entries()
    explained, refused = (entries[side["leaf"]] for side in (found.before, found.after))
    assert (explained["kind"], refused["kind"], refused["code"]) == ("explained", "refused", "column-unknown")
    assert {entry["path"] for entry in entries} == {"plan"}
    assert explained["mesh"] != refused["mesh"]
