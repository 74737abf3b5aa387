"""Columns may be called anything: quoted, they are found; like the compiler's own names, they are not shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from freehold.model.contract import Contract
from freehold.model.product import Column, Source

NAMES = (
    'a"b', "select", "Größe", "a b", "x.y", "İstanbul", "ſharp", "\u212a", "$p", "order by", "1st", "it's", "tab\there",
    "emoji\U0001f600", "UPPER", "a;b", "--c", "/*d*/",
)  # fmt: skip


@pytest.fixture
def odd(kit: Any, tmp_path: Path) -> Any:
    """Return a house with a product of odd names, among them the guard's own."""
    table = pa.table({name: [at] * 30 for at, name in enumerate(NAMES)} | {"__entity": [0] * 30, "id": list(range(30))})
    mesh = kit.example_mesh()
    product = msgspec.structs.replace(
        mesh.products["customer.customer_360"],
        name="Odd",
        columns=tuple(Column(name=name, type="integer") for name in table.column_names),
        source=Source(path="odd.parquet"),
        entity_key="id",
        contracts=(Contract(consumer="Sales", purpose="Trying", fields=(*NAMES, "__entity"), aggregate_fields=("id",)),),
    )
    products = {**mesh.products, "customer.odd": product}
    return kit.house_in(tmp_path, msgspec.structs.replace(mesh, products=products), tables={"odd": table})


@pytest.mark.parametrize("name", NAMES)
def test_a_column_of_any_name_is_found_when_it_is_quoted(odd: Any, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    assert odd.rows(f"select {quoted} as x from customer.odd limit 1") == [{"x": NAMES.index(name)}]


def test_a_star_gives_every_name_as_the_schema_has_it(odd: Any) -> None:
    assert odd.ask("select * exclude (id) from customer.odd limit 1", "owner").column_names == list(NAMES)


def test_a_column_called_like_the_guards_own_is_not_shown_and_not_counted(odd: Any) -> None:
    assert odd.refusal("select __entity from customer.odd", "owner").code == "relation-unsupported"
    assert odd.rows("select count(id) as n from customer.odd") == [{"n": 30}]
