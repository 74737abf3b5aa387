"""The demo's data: the same each time, realistic in shape, and nobody's."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute
import pytest

from freehold.cli.demo.data import CATEGORIES, MARKETS, SEGMENTS, TOPICS, make_customers, make_requests, make_sales

pc: Any = pyarrow.compute


@pytest.fixture(scope="module")
def sales() -> pa.Table:
    return make_sales(0, 100_000, 5_000)


@pytest.fixture(scope="module")
def customers() -> pa.Table:
    return make_customers(5_000)


def test_the_same_rows_come_each_time(sales: pa.Table, customers: pa.Table) -> None:
    assert make_sales(0, 100_000, 5_000).equals(sales)
    assert make_customers(5_000).equals(customers)


def test_another_batch_has_other_rows(sales: pa.Table) -> None:
    following = make_sales(100_000, 1_000, 5_000)
    assert following["orderId"][0].as_py() == 100_001
    assert following["revenue"].to_pylist() != sales["revenue"].slice(0, 1_000).to_pylist()


def test_every_sale_has_a_customer(sales: pa.Table, customers: pa.Table) -> None:
    assert set(sales["customerId"].to_pylist()) <= set(customers["customerId"].to_pylist())


def shares(table: pa.Table, column: str) -> dict[str, float]:
    return {str(name): count / table.num_rows for name, count in Counter(table.column(column).to_pylist()).items()}


def test_shares_are_as_declared(sales: pa.Table, customers: pa.Table) -> None:
    assert shares(customers, "segment") == pytest.approx(SEGMENTS, abs=0.03)
    assert shares(sales, "market") == pytest.approx(MARKETS, abs=0.01)
    assert shares(sales, "category") == pytest.approx({name: share for name, (share, _) in CATEGORIES.items()}, abs=0.01)


def test_service_requests_are_of_customers_and_settled_in_days(customers: pa.Table) -> None:
    requests = make_requests(10_000, 5_000)
    assert make_requests(10_000, 5_000).equals(requests)
    assert set(requests["customerId"].to_pylist()) <= set(customers["customerId"].to_pylist())
    assert shares(requests, "topic") == pytest.approx(TOPICS, abs=0.02)
    assert sum(hours is not None and hours < 48 for hours in requests["hours"].to_pylist()) > 0.85 * requests.num_rows
    assert {item for item in requests["satisfaction"].to_pylist() if item is not None} == {1, 2, 3, 4, 5}


def test_few_customers_buy_much(sales: pa.Table) -> None:
    best = Counter(sales["customerId"].to_pylist()).most_common(500)
    assert sum(count for _, count in best) > 0.3 * sales.num_rows


def test_the_year_ends_stronger_than_its_summer(sales: pa.Table) -> None:
    months = pc.month(sales["orderDate"]).to_pylist()
    assert months.count(12) > 1.3 * months.count(8)


def test_no_person_could_be_meant(customers: pa.Table) -> None:
    for column, mark in (
        ("email", "@example.invalid"),
        ("phone", "+000 "),
        ("nationalId", "000-"),
        ("address", "00000 Sampletown"),
    ):
        assert all(mark in value for value in customers[column].to_pylist() if value is not None)


def test_contact_data_has_gaps_like_real_data(customers: pa.Table) -> None:
    assert 0.01 < customers["phone"].null_count / customers.num_rows < 0.05
    assert customers["customerId"].null_count == 0
