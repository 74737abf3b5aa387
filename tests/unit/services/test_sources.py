"""Manifests held against real files and a real compiler: what differs is found, with its mend."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from freehold.engines.duckdb import DuckDBEngine
from freehold.model.contract import Contract
from freehold.model.finding import Severity
from freehold.model.mesh import Mesh
from freehold.model.product import Column, DeclaredQuery, Parameter, Product, Source
from freehold.services.sources import check_source, check_sql, from_where


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDBEngine]:
    table = pa.table({"segment": ["Consumer", "Corporate"], "units": pa.array([1, 2], pa.int64()), "tags": [["a"], ["b"]]})
    pq.write_table(table, tmp_path / "customers.parquet")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 no more")
    made = DuckDBEngine(tmp_path)
    yield made
    made.close()


def product(columns: dict[str, str] | None = None, path: str = "customers.parquet", **changes: Any) -> Product:
    named = columns if columns is not None else {"segment": "string", "units": "integer"}
    held: dict[str, Any] = {"name": "Customers", "domain": "Customer", "source": Source(path=path), "where": "customers.yaml:3"}
    held |= {"columns": tuple(Column(name=name, type=kind) for name, kind in named.items())}
    return Product(**(held | changes))


def codes(item: Product, engine: DuckDBEngine) -> list[str]:
    return [found.code for found in check_source(item, engine, from_where) if found.severity is Severity.ERROR]


def sql_codes(item: Product) -> list[str]:
    return [found.code for found in check_sql(Mesh(name="m", regions={}, products={item.key: item}), from_where)]


def test_data_that_is_what_the_schema_says_is_found_without_error(engine: DuckDBEngine) -> None:
    assert codes(product(), engine) == []


@pytest.mark.parametrize("path", ["nothing.parquet", "broken.parquet", "../customers.parquet", "*.nothing"])
def test_data_that_cannot_be_read_is_one_error(engine: DuckDBEngine, path: str) -> None:
    assert codes(product(path=path), engine) == ["source-unreadable"]


def test_a_missing_column_is_found_with_the_name_it_may_mean(engine: DuckDBEngine) -> None:
    (found, *_) = check_source(product({"segmnt": "string", "units": "integer"}), engine, from_where)
    assert (found.code, found.mend, found.place) == ("schema-differs", "did you mean `segment`?", "customers.yaml:3:1")


def test_a_wrong_type_is_found_with_both_types(engine: DuckDBEngine) -> None:
    (found, *_) = check_source(product({"segment": "integer", "units": "integer"}), engine, from_where)
    assert "`integer`" in found.message
    assert "`string` (VARCHAR)" in found.message
    assert "type: string" in found.mend


def test_a_number_may_be_any_number(engine: DuckDBEngine) -> None:
    assert codes(product({"segment": "string", "units": "number"}), engine) == []


def test_columns_the_schema_does_not_list_are_noticed_and_stop_nothing(engine: DuckDBEngine) -> None:
    found = check_source(product({"segment": "string"}), engine, from_where)
    assert {item.severity for item in found} == {Severity.NOTICE}
    assert ["units" in found[0].message, "type: integer" in found[0].mend] == [True, True]
    assert "not served" in found[1].mend


def test_a_declared_query_that_compiles_is_found_without_error() -> None:
    query = DeclaredQuery(
        name="by-segment",
        sql="select segment, sum(units) as units from customers where segment = $segment group by segment",
        parameters=(Parameter(name="segment", type="string"),),
    )
    assert sql_codes(product(queries=(query,))) == []


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("select nothing from customers", "query-invalid"),
        ("drop table customers", "query-invalid"),
        ("select segment from elsewhere", "query-invalid"),
        ("select segment from customers where segment = $segmnt", "parameter-undeclared"),
    ],
)
def test_a_declared_query_that_could_not_run_is_found(sql: str, code: str) -> None:
    query = DeclaredQuery(name="q", sql=sql, parameters=(Parameter(name="segment", type="string"),))
    assert sql_codes(product(queries=(query,)))[0] == code


def test_a_parameter_that_no_sql_uses_is_a_warning() -> None:
    query = DeclaredQuery(name="q", sql="select segment from customers", parameters=(Parameter(name="day", type="date"),))
    (found,) = check_sql(Mesh(name="m", regions={}, products={"customer.customers": product(queries=(query,))}), from_where)
    assert (found.code, found.severity) == ("parameter-unused", Severity.WARNING)


@pytest.mark.parametrize("text", ["segmnt = 'x'", "segment in (select segment from customers)", "segment ="])
def test_a_row_filter_that_cannot_be_used_is_found(text: str) -> None:
    assert sql_codes(product(row_filter=text)) == ["filter-invalid"]
    contract = Contract(consumer="Sales", purpose="p", row_filter=text)
    assert sql_codes(product(contracts=(contract,))) == ["filter-invalid"]
