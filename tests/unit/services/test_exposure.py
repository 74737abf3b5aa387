"""Who would see more or less: the exposure diff between two meshes, its rows counted through a real gate over real data."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from freehold.model.contract import BelowFloor, Contract
from freehold.model.label import Disclosure, Mask, MaskKind
from freehold.model.mesh import Mesh
from freehold.model.party import Domain, RoleAccess
from freehold.model.place import Node, Region, Transfer, Travel
from freehold.model.policy import Governance
from freehold.model.product import Column, Interface, InterfaceKind, Product, QualityFloor, RateLimit, Residency, Source
from freehold.services.exposure import Difference, Direction
from freehold.services.rows import Rows

REGIONS = {
    "westeurope": Region(name="westeurope", jurisdiction="EU"),
    "eastus": Region(name="eastus", jurisdiction="US"),
}
FIELDS = ("customerId", "segment", "region")
ENRICHMENT = Contract(consumer="Sales Domain", purpose="Customer enrichment", fields=FIELDS)
SOUTH, NORTH = "region = 'south'", "region = 'north'"


def product(**changes: Any) -> Product:
    columns = tuple(Column(name=name, type="string") for name in FIELDS)
    personal = (Column(name="birthDate", type="date", classifications=("PII",)),)
    held: dict[str, Any] = {"name": "Customer 360", "domain": "Customer", "home": "westeurope", "jurisdiction": "EU"}
    held |= {"columns": columns + personal, "entity_key": "customerId", "contracts": (ENRICHMENT,)}
    held |= {"residency": Residency(area="EU", pii_handling="Encrypted-CMK"), "source": Source(path="customers.parquet")}
    return Product(**(held | changes))


def mesh(item: Product | None, **changes: Any) -> Mesh:
    held: dict[str, Any] = {"name": "contoso", "regions": REGIONS}
    held |= {"nodes": {"we": Node(name="we", region="westeurope", url="http://127.0.0.1:0")}}
    held |= {"domains": {"customer": Domain(name="Customer", roles={"data-owner": RoleAccess.READ}), "sales": Domain(name="Sales")}}
    held |= {"products": {item.key: item} if item else {}}
    return Mesh(**(held | changes))


def with_contract(**changes: Any) -> Mesh:
    return mesh(product(contracts=(msgspec.structs.replace(ENRICHMENT, **changes),)))


def of_sales(items: tuple[Difference, ...]) -> Difference:
    return next(item for item in items if item.audience.domain == "sales" and not item.audience.crosses)


def masked(mask: Mask) -> Mesh:
    return with_contract(fields=(*FIELDS, "birthDate"), masks={"birthDate": mask})


def test_the_same_mesh_shows_nobody_anything_else_and_asks_nothing(stage: Any) -> None:
    assert stage.differences(mesh(product()), mesh(product())) == ()
    assert stage.entries() == []


def test_a_first_apply_shows_what_everybody_gets(stage: Any) -> None:
    items = stage.differences(None, mesh(product()))
    sales = of_sales(items)
    assert sales.direction is Direction.MORE
    assert [(part.name, part.after) for part in sales.columns] == [("customerId", "read"), ("segment", "read"), ("region", "read")]
    assert sales.rows == Rows(after=2_000)
    assert any(item.audience.role == "data-owner" for item in items)


def test_a_mask_added_to_a_hidden_column_is_seen_as_more_with_its_form(stage: Any) -> None:
    difference = of_sales(stage.differences(mesh(product()), masked(Mask(kind=MaskKind.YEAR))))
    assert difference.direction is Direction.MORE
    assert [(part.name, part.before, part.after) for part in difference.columns] == [("birthDate", "none", "masked: year")]
    assert difference.rows == Rows(before=2_000, after=2_000)


def test_a_field_taken_away_is_seen_as_less(stage: Any) -> None:
    difference = of_sales(stage.differences(mesh(product()), with_contract(fields=("customerId", "segment"))))
    assert difference.direction is Direction.LESS
    assert [(part.name, part.after) for part in difference.columns] == [("region", "none")]


def test_one_field_for_another_is_neither_more_nor_less(stage: Any) -> None:
    after = with_contract(fields=("customerId", "segment", "birthDate"), masks={"birthDate": Mask(kind=MaskKind.YEAR)})
    assert of_sales(stage.differences(mesh(product()), after)).direction is Direction.OTHERWISE


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        (Mask(kind=MaskKind.YEAR), Mask(kind=MaskKind.MONTH)),
        (Mask(kind=MaskKind.LAST, number=2), Mask(kind=MaskKind.LAST, number=4)),
        (Mask(kind=MaskKind.BUCKET, number=1000), Mask(kind=MaskKind.BUCKET, number=100)),
        (Mask(kind=MaskKind.REDACT), Mask(kind=MaskKind.LAST, number=4)),
    ],
)
def test_a_wider_mask_is_seen_as_more_and_a_narrower_one_as_less(stage: Any, narrow: Mask, wide: Mask) -> None:
    assert of_sales(stage.differences(masked(narrow), masked(wide))).direction is Direction.MORE
    assert of_sales(stage.differences(masked(wide), masked(narrow))).direction is Direction.LESS


def test_a_mask_of_another_kind_is_neither_more_nor_less(stage: Any) -> None:
    items = stage.differences(masked(Mask(kind=MaskKind.YEAR)), masked(Mask(kind=MaskKind.FIRST, number=2)))
    assert of_sales(items).direction is Direction.OTHERWISE


def test_a_row_filter_added_is_seen_as_less_with_the_rows_that_are_left(stage: Any) -> None:
    difference = of_sales(stage.differences(mesh(product()), with_contract(row_filter=SOUTH)))
    assert (difference.direction, difference.notes) == (Direction.LESS, (f"row filter added: {SOUTH}",))
    assert difference.rows == Rows(before=2_000, after=600, gained=0, lost=1_400)


@pytest.mark.parametrize(
    ("before", "after", "direction", "rows"),
    [
        (SOUTH, "region in ('south', 'north')", Direction.MORE, Rows(before=600, after=2_000, gained=1_400, lost=0)),
        ("region in ('south', 'north')", NORTH, Direction.LESS, Rows(before=2_000, after=1_400, gained=0, lost=600)),
        (SOUTH, NORTH, Direction.OTHERWISE, Rows(before=600, after=1_400, gained=1_400, lost=600)),
        (SOUTH, "region in ('south')", Direction.OTHERWISE, Rows(before=600, after=600, gained=0, lost=0)),
        (
            f"{SOUTH} -- the south",
            f"{SOUTH} or segment = 'Consumer'",
            Direction.MORE,
            Rows(before=600, after=1_300, gained=700, lost=0),
        ),
    ],
)
def test_a_changed_row_filter_has_the_direction_of_its_rows(
    stage: Any, before: str, after: str, direction: Direction, rows: Rows
) -> None:
    difference = of_sales(stage.differences(with_contract(row_filter=before), with_contract(row_filter=after)))
    assert (difference.direction, difference.rows) == (direction, rows)
    assert difference.notes == (f"row filter: {before} → {after}",)


def test_a_row_filter_of_a_column_that_goes_away_is_compared_all_the_same(stage: Any) -> None:
    before = msgspec.structs.replace(ENRICHMENT, fields=("customerId",), row_filter=SOUTH)
    after = msgspec.structs.replace(before, row_filter="customerId <= 'C1000'")
    without = tuple(column for column in product().columns if column.name != "region")
    items = stage.differences(mesh(product(contracts=(before,))), mesh(product(contracts=(after,), columns=without)))
    assert of_sales(items).direction is Direction.MORE


def test_a_filter_that_would_fail_on_a_value_counts_as_the_gate_counts(stage: Any) -> None:
    failing = "cast(region as integer) = 1"
    difference = of_sales(stage.differences(with_contract(row_filter=failing), with_contract(row_filter=SOUTH)))
    assert difference.rows == Rows(before="fewer than 10", after=600, gained=600, lost=0)
    assert difference.direction is Direction.MORE


def test_few_rows_are_never_counted_nor_told_by_a_difference(stage: Any) -> None:
    items = stage.differences(with_contract(row_filter=SOUTH), with_contract(row_filter=f"{SOUTH} and segment <> 'Rare'"))
    assert of_sales(items).rows == Rows(before=600, after="nearly as many", gained=0, lost="fewer than 10")
    items = stage.differences(mesh(product()), with_contract(row_filter="segment = 'Rare'"))
    assert of_sales(items).rows == Rows(before=2_000, after="fewer than 10", gained=0, lost="nearly as many")


def test_few_is_what_the_smallest_group_says(stage: Any) -> None:
    (before, after) = (with_contract(row_filter=text, min_group_size=1_000) for text in (SOUTH, NORTH))
    rows = of_sales(stage.differences(before, after)).rows
    assert rows == Rows(before="fewer than 1,000", after=1_400, gained="nearly as many", lost="fewer than 1,000")


def test_other_data_is_counted_on_both_sides_and_has_no_direction(stage: Any) -> None:
    difference = of_sales(stage.differences(mesh(product()), mesh(product(source=Source(path="fewer.parquet")))))
    assert difference.notes == ("other data: data/customers.parquet (parquet) → data/fewer.parquet (parquet)",)
    assert difference.direction is Direction.OTHERWISE
    assert difference.rows == Rows(before=2_000, after=1_500, gained="unknown", lost="unknown")


def test_rows_of_data_that_cannot_be_reached_are_unknown_and_the_direction_of_their_filters_too(stage: Any) -> None:
    away = product(source=Source(path="nowhere.parquet"))
    assert of_sales(stage.differences(None, mesh(away))).rows == Rows(after="unknown")
    (before, after) = (
        mesh(msgspec.structs.replace(away, contracts=(msgspec.structs.replace(ENRICHMENT, row_filter=text),)))
        for text in (SOUTH, NORTH)
    )
    assert of_sales(stage.differences(before, after)).direction is Direction.OTHERWISE
    assert of_sales(stage.differences(None, mesh(product(source=None)))).rows == Rows(after="unknown")


def test_rows_are_counted_through_the_gate_under_the_decision_of_the_audience(stage: Any) -> None:
    stage.differences(mesh(product()), with_contract(row_filter=SOUTH, fields=("segment",)))
    (before, after, *both) = [entry for entry in stage.entries() if entry["domain"] == "sales"]
    assert both
    for entry in (before, after, *both):
        assert (entry["kind"], entry["path"], entry["purpose"]) == ("answered", "plan", "Customer enrichment")
        assert entry["contracts"] == ["customer.customer_360/sales-customer-enrichment@1"]
    assert before["mesh"] != after["mesh"]


def test_each_set_of_rows_is_counted_once_whoever_may_have_it(stage: Any) -> None:
    more = tuple(msgspec.structs.replace(ENRICHMENT, purpose=f"Purpose {number}") for number in range(20))
    items = stage.differences(mesh(product()), mesh(product(contracts=(ENRICHMENT, *more))))
    assert len(items) == 20
    assert len(stage.entries()) == 1


def test_neither_a_promise_of_quality_nor_a_rate_nor_an_approval_keeps_rows_from_being_counted(stage: Any) -> None:
    limited = Interface(kind=InterfaceKind.SQL, rate_limit=RateLimit(requests=0))
    promising = product(quality=QualityFloor(completeness=100.0, accuracy=100.0), interfaces=(limited,))
    approving = mesh(promising, governance=Governance(require_approval=True, approvers=("data-steward@domain",)))
    assert of_sales(stage.differences(None, approving)).rows == Rows(after=2_000)


def test_a_smaller_group_is_seen_as_more(stage: Any) -> None:
    before = mesh(product(min_group_size=20))
    assert of_sales(stage.differences(before, mesh(product(min_group_size=10)))).direction is Direction.MORE


@pytest.mark.parametrize(
    ("terms", "note"),
    [
        ({"max_share": 50}, "largest share of a sum: 80 → 50 %"),
        ({"disclosure": Disclosure.CELL_KEY}, "disclosure: threshold → cellKey"),
        ({"min_completeness": 99.5}, "least completeness: none → 99.5 %"),
        ({"valid_until": "2027-12-31"}, "valid until: no end → 2027-12-31"),
    ],
)
def test_what_narrows_terms_is_seen_as_less_and_taking_it_away_as_more(stage: Any, terms: dict[str, Any], note: str) -> None:
    narrower = of_sales(stage.differences(mesh(product()), with_contract(**terms)))
    assert (narrower.direction, narrower.notes) == (Direction.LESS, (note,))
    assert of_sales(stage.differences(with_contract(**terms), mesh(product()))).direction is Direction.MORE


def test_data_that_is_given_below_its_floor_is_seen_as_more(stage: Any) -> None:
    lenient = with_contract(below_floor=BelowFloor.MARK)
    difference = of_sales(stage.differences(mesh(product()), lenient))
    assert (difference.direction, difference.notes) == (Direction.MORE, ("data below a floor: refuse → mark",))
    assert of_sales(stage.differences(lenient, mesh(product()))).direction is Direction.LESS


def test_a_last_day_that_moves_is_said_with_its_direction(stage: Any) -> None:
    earlier, later = (with_contract(valid_until=day) for day in ("2027-06-30", "2027-12-31"))
    difference = of_sales(stage.differences(earlier, later))
    assert (difference.direction, difference.notes) == (Direction.MORE, ("valid until: 2027-06-30 → 2027-12-31",))
    assert of_sales(stage.differences(later, earlier)).direction is Direction.LESS


def test_the_terms_of_a_new_contract_are_said(stage: Any) -> None:
    terms = {"row_filter": SOUTH, "max_share": 50, "min_group_size": 20, "disclosure": Disclosure.CELL_KEY}
    difference = of_sales(stage.differences(mesh(product(contracts=())), with_contract(valid_until="2027-12-31", **terms)))
    assert difference.direction is Direction.MORE
    assert difference.notes == (
        "smallest group: 20 entities",
        "largest share of a sum: 50 %",
        "disclosure: cellKey",
        f"row filter: {SOUTH}",
        "valid until: 2027-12-31",
    )
    assert difference.rows == Rows(after=600)


def test_a_new_contract_of_aggregates_says_what_protects_its_groups_even_where_that_is_usual(stage: Any) -> None:
    after = with_contract(fields=("segment",), aggregate_fields=("birthDate",))
    notes = of_sales(stage.differences(mesh(product(contracts=())), after)).notes
    assert notes == ("smallest group: 10 entities", "largest share of a sum: 80 %", "disclosure: threshold")


def test_a_new_contract_of_rows_under_the_usual_terms_needs_no_words(stage: Any) -> None:
    assert of_sales(stage.differences(mesh(product(contracts=())), mesh(product()))).notes == ()


def test_quantiles_of_a_column_are_seen_as_more_than_its_sums(stage: Any) -> None:
    before, after = (with_contract(fields=("segment",), **{key: ("birthDate",)}) for key in ("aggregate_fields", "quantile_fields"))
    assert of_sales(stage.differences(before, after)).direction is Direction.MORE
    assert of_sales(stage.differences(after, before)).direction is Direction.LESS


def test_a_transfer_rule_shows_what_newly_crosses_a_border_and_the_rows_that_it_is_made_of(stage: Any) -> None:
    before = mesh(product(), transfers=(Transfer(origin="EU", destination="US", allow=Travel.NOTHING),))
    after = mesh(product(), transfers=(Transfer(origin="EU", destination="US", allow=Travel.AGGREGATES),))
    items = stage.differences(before, after)
    assert {item.audience.destination for item in items} == {"US"}
    sales = next(item for item in items if item.audience.domain == "sales")
    assert sales.audience.crosses
    assert {part.after for part in sales.columns} == {"aggregate"}
    assert sales.rows == Rows(after=2_000)


def test_a_role_that_gets_aggregates_alone_has_its_rows_counted_as_one_group(stage: Any) -> None:
    wide, narrow = (
        {"customer": Domain(name="Customer", roles={"analyst": access}), "sales": Domain(name="Sales")}
        for access in (RoleAccess.READ, RoleAccess.AGGREGATE)
    )
    (given,) = [item for item in stage.differences(None, mesh(product(), domains=narrow)) if item.audience.role]
    assert given.rows == Rows(after=2_000)
    (taken,) = [
        item for item in stage.differences(mesh(product(), domains=wide), mesh(product(), domains=narrow)) if item.audience.role
    ]
    assert (taken.direction, taken.rows) == (Direction.LESS, Rows(before=2_000, after=2_000))
    assert "form: rows → aggregate" in taken.notes


def test_a_product_that_goes_away_takes_everything_from_everybody(stage: Any) -> None:
    items = stage.differences(mesh(product()), mesh(None))
    assert {item.direction for item in items} == {Direction.LESS}
    assert {item.rows for item in items if not item.audience.crosses} == {Rows(before=2_000)}


def test_a_contract_that_has_ended_shows_nothing_and_says_so(stage: Any) -> None:
    difference = of_sales(stage.differences(mesh(product()), with_contract(valid_until="2026-11-22")))
    assert difference.direction is Direction.LESS
    assert {part.after for part in difference.columns} == {"none"}
    assert difference.notes == ("may not ask any more (contract-expired)",)
