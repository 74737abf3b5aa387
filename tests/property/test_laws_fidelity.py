"""Law 8: for a caller who may see everything, the enforced query gives the engine's own answer."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.errors import FreeholdError

RELATIONS = {
    "customer.customer_360": (
        ("customerId", "s"), ("segment", "s"), ("region", "s"), ("email", "s"), ("income", "n"), ("active", "b"),
    ),
    "customer.orders": (("orderId", "n"), ("customerId", "s"), ("category", "s"), ("revenue", "n")),
}  # fmt: skip


class Pair:
    """The gate and the engine alone over the same files."""

    def __init__(self, kit: Any, folder: Any) -> None:
        """Make both in `folder`; the caller owns both products."""
        mesh = kit.example_mesh()
        orders = msgspec.structs.replace(mesh.products["sales.orders"], domain="Customer")
        products = {"customer.customer_360": mesh.products["customer.customer_360"], "customer.orders": orders}
        tables = {"customers": kit.customers(60), "orders": kit.orders(150)}
        self.house = kit.house_in(folder, msgspec.structs.replace(mesh, products=products), tables=tables)
        self.engine = duckdb.connect()
        self.engine.execute("CREATE SCHEMA customer")
        for name, file in (("customer_360", "customers"), ("orders", "orders")):
            self.engine.execute(f"CREATE VIEW customer.{name} AS FROM read_parquet('{folder / file}.parquet')")

    def raw(self, sql: str) -> tuple[list[str], list[Any]] | None:
        """Return the names and rows that the engine alone gives, or None where it fails."""
        try:
            table = self.engine.execute(sql).to_arrow_table()
        except duckdb.Error:
            return None
        return table.column_names, rows_of(table)

    def gated(self, sql: str) -> tuple[list[str], list[Any]] | str:
        """Return the names and rows that come through the gate, or the code of its refusal."""
        try:
            table = self.house.ask(sql, "owner")
        except FreeholdError as error:
            return error.code
        return table.column_names, rows_of(table)


def rows_of(table: Any) -> list[Any]:
    """Return the rows in an order of their own, floats cut to what summing in another order keeps."""
    cut = [[_cut(value) for value in column.to_pylist()] for column in table.columns]
    return sorted(zip(*cut, strict=True), key=repr)


def _cut(value: Any) -> Any:
    return float(f"{value:.9g}") if isinstance(value, float) and math.isfinite(value) else repr(value)


@pytest.fixture(scope="module")
def pair(kit: Any, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Return the gate and the engine."""
    return Pair(kit, tmp_path_factory.mktemp("fidelity"))


@settings(max_examples=300)
@given(data=st.data())
def test_the_owner_gets_the_engines_own_answer(pair: Pair, queries: Callable[..., Any], data: st.DataObject) -> None:
    sql = data.draw(queries(RELATIONS))
    expected = pair.raw(sql)
    got = pair.gated(sql)
    if expected is None:
        assert isinstance(got, str), sql
    else:
        assert got == expected, sql


PLAIN = [
    line
    for line in (Path(__file__).parents[1] / "cases/fidelity/plain.sql").read_text(encoding="utf-8").splitlines()
    if not line.startswith("--")
]


@pytest.mark.parametrize("sql", PLAIN)
def test_every_plain_query_gives_the_engines_own_answer(pair: Pair, sql: str) -> None:
    assert pair.gated(sql) == pair.raw(sql)
