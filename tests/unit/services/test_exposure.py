"""Who would see more or less: the exposure diff between two meshes."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from freehold.model.contract import Contract
from freehold.model.label import Disclosure, Mask, MaskKind
from freehold.model.mesh import Mesh
from freehold.model.party import Domain, RoleAccess
from freehold.model.place import Node, Region, Transfer, Travel
from freehold.model.product import Column, Product, Residency
from freehold.services.exposure import Difference, Direction, differences

TODAY = "2026-11-23"
REGIONS = {
    "westeurope": Region(name="westeurope", jurisdiction="EU"),
    "eastus": Region(name="eastus", jurisdiction="US"),
}
ENRICHMENT = Contract(consumer="Sales Domain", purpose="Customer enrichment", fields=("customerId", "segment", "region"))


def product(**changes: Any) -> Product:
    columns = tuple(Column(name=name, type="string") for name in ("customerId", "segment", "region"))
    personal = (Column(name="birthDate", type="date", classifications=("PII",)),)
    held: dict[str, Any] = {"name": "Customer 360", "domain": "Customer", "home": "westeurope", "jurisdiction": "EU"}
    held |= {"columns": columns + personal, "entity_key": "customerId", "contracts": (ENRICHMENT,)}
    held |= {"residency": Residency(area="EU", pii_handling="Encrypted-CMK")}
    return Product(**(held | changes))


def mesh(item: Product | None, **changes: Any) -> Mesh:
    held: dict[str, Any] = {"name": "contoso", "regions": REGIONS}
    held |= {"nodes": {"we": Node(name="we", region="westeurope", url="http://127.0.0.1:0")}}
    held |= {"domains": {"customer": Domain(name="Customer", roles={"data-owner": RoleAccess.READ}), "sales": Domain(name="Sales")}}
    held |= {"products": {item.key: item} if item else {}}
    return Mesh(**(held | changes))


def found(before: Mesh | None, after: Mesh) -> tuple[Difference, ...]:
    return differences(before, after, TODAY, lambda _: 50_000)


def with_contract(**changes: Any) -> Mesh:
    return mesh(product(contracts=(msgspec.structs.replace(ENRICHMENT, **changes),)))


def of_sales(items: tuple[Difference, ...]) -> Difference:
    return next(item for item in items if item.audience.domain == "sales" and not item.audience.crosses)


def test_the_same_mesh_shows_nobody_anything_else() -> None:
    assert found(mesh(product()), mesh(product())) == ()


def test_a_first_apply_shows_what_everybody_gets() -> None:
    items = found(None, mesh(product()))
    sales = of_sales(items)
    assert sales.direction is Direction.MORE
    assert [(part.name, part.after) for part in sales.columns] == [("customerId", "read"), ("segment", "read"), ("region", "read")]
    assert sales.rows == 50_000
    assert any(item.audience.role == "data-owner" for item in items)


def test_a_mask_added_to_a_hidden_column_is_seen_as_more_with_its_form() -> None:
    after = with_contract(fields=("customerId", "segment", "region", "birthDate"), masks={"birthDate": Mask(kind=MaskKind.YEAR)})
    difference = of_sales(found(mesh(product()), after))
    assert difference.direction is Direction.MORE
    assert [(part.name, part.before, part.after) for part in difference.columns] == [("birthDate", "none", "masked: year")]


def test_a_field_taken_away_is_seen_as_less() -> None:
    difference = of_sales(found(mesh(product()), with_contract(fields=("customerId", "segment"))))
    assert difference.direction is Direction.LESS
    assert [(part.name, part.after) for part in difference.columns] == [("region", "none")]


def test_one_field_for_another_is_neither_more_nor_less() -> None:
    after = with_contract(fields=("customerId", "segment", "birthDate"), masks={"birthDate": Mask(kind=MaskKind.YEAR)})
    assert of_sales(found(mesh(product()), after)).direction is Direction.OTHERWISE


def test_a_row_filter_added_is_seen_as_less() -> None:
    difference = of_sales(found(mesh(product()), with_contract(row_filter="region = 'EU'")))
    assert difference.direction is Direction.LESS
    assert difference.notes == ("row filter added: region = 'EU'",)


def test_a_smaller_group_is_seen_as_more() -> None:
    before = mesh(product(min_group_size=20))
    assert of_sales(found(before, mesh(product(min_group_size=10)))).direction is Direction.MORE


@pytest.mark.parametrize(
    ("terms", "note"),
    [
        ({"max_share": 50}, "largest share of a sum: 80 → 50 %"),
        ({"disclosure": Disclosure.CELL_KEY}, "disclosure: threshold → cellKey"),
    ],
)
def test_what_protects_groups_further_is_seen_as_less_and_taking_it_away_as_more(terms: dict[str, Any], note: str) -> None:
    narrower = of_sales(found(mesh(product()), with_contract(**terms)))
    assert (narrower.direction, narrower.notes) == (Direction.LESS, (note,))
    assert of_sales(found(with_contract(**terms), mesh(product()))).direction is Direction.MORE


def test_quantiles_of_a_column_are_seen_as_more_than_its_sums() -> None:
    before, after = (with_contract(fields=("segment",), **{key: ("birthDate",)}) for key in ("aggregate_fields", "quantile_fields"))
    assert of_sales(found(before, after)).direction is Direction.MORE
    assert of_sales(found(after, before)).direction is Direction.LESS


def test_a_transfer_rule_shows_what_newly_crosses_a_border() -> None:
    before = mesh(product(), transfers=(Transfer(origin="EU", destination="US", allow=Travel.NOTHING),))
    after = mesh(product(), transfers=(Transfer(origin="EU", destination="US", allow=Travel.AGGREGATES),))
    items = found(before, after)
    assert {item.audience.destination for item in items} == {"US"}
    sales = next(item for item in items if item.audience.domain == "sales")
    assert sales.audience.crosses
    assert {part.after for part in sales.columns} == {"aggregate"}


def test_a_product_that_goes_away_takes_everything_from_everybody() -> None:
    items = found(mesh(product()), mesh(None))
    assert {item.direction for item in items} == {Direction.LESS}
    assert all(item.rows is None for item in items)


def test_a_contract_that_has_ended_shows_nothing() -> None:
    difference = of_sales(found(mesh(product()), with_contract(valid_until="2026-11-22")))
    assert difference.direction is Direction.LESS
    assert {part.after for part in difference.columns} == {"none"}
