"""`DataContractValidator.validate` gives the same verdicts whatever library holds the table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from freehold import DataContractValidator
from freehold.errors import ParameterInvalid
from freehold.model.contract import Contract
from freehold.model.product import Column, Product, QualityFloor
from freehold.model.rule import Metric, Rule
from freehold.model.verdict import Outcome
from freehold.services import validation
from freehold.services.contract_test import Promises

CODE = Column(name="code", type="string", required=True, pattern="[A-Z]{2}")
PRODUCT = Product(
    name="Orders",
    domain="Sales",
    quality=QualityFloor(completeness=70),
    columns=(CODE, Column(name="units", type="integer"), Column(name="price", type="number")),
    rules=(
        Rule(name="codes are there", metric=Metric.NULL_VALUES, columns=("code",)),
        Rule(name="codes are valid", metric=Metric.INVALID_VALUES, columns=("code",), constraint=CODE.constraint),
        Rule(name="units come once", metric=Metric.DUPLICATE_VALUES, columns=("units",)),
        Rule(name="no customer is unknown", metric=Metric.UNKNOWN_REFERENCES, columns=("code",), references="a.b.c"),
    ),
)
CONTRACT = Contract(consumer="Finance", purpose="audit", fields=("code", "units"), excluded_fields=("price",), min_completeness=80)
TABLE = pa.table({"code": ["AB", "ab", None, "CD"], "units": [1, 2, 2, 3], "price": [0.5, 1.0, 2.0, 2.5]})
MAKERS: dict[str, Callable[[Path], Any]] = {
    "arrow": lambda _: TABLE,
    "arrow reader": lambda _: TABLE.to_reader(),
    "pandas": lambda _: TABLE.to_pandas(),
    "pandas backed by Arrow": lambda _: TABLE.to_pandas(types_mapper=pd.ArrowDtype),
    "polars": lambda _: pl.from_arrow(TABLE),
    "polars lazy": lambda _: pl.DataFrame(pl.from_arrow(TABLE)).lazy(),
    "duckdb": lambda _: duckdb.from_arrow(TABLE),
    "path": lambda folder: folder / "orders.parquet",
    "pattern": lambda folder: str(folder / "ord*.parquet"),
}


@pytest.mark.parametrize("made", list(MAKERS))
def test_verdicts_do_not_depend_on_what_holds_the_table(made: str, tmp_path: Path) -> None:
    pq.write_table(TABLE, tmp_path / "orders.parquet")
    report = DataContractValidator().validate(MAKERS[made](tmp_path), PRODUCT, samples=2)
    assert {item.name: (item.outcome, item.failing) for item in report.verdicts} == {
        "columns of the schema": (Outcome.PASSED, None),
        "codes are there": (Outcome.FAILED, 1),
        "codes are valid": (Outcome.FAILED, 1),
        "units come once": (Outcome.FAILED, 1),
        "no customer is unknown": (Outcome.UNCHECKED, None),
        "completeness ≥ 70 %": (Outcome.PASSED, None),
    }
    samples = {item.name: [row["code"] for row in item.samples] for item in report.verdicts if item.samples}
    assert samples == {"codes are there": [None], "codes are valid": ["ab"], "units come once": ["ab", None]}
    assert report.rows == 4


def test_under_a_contract_its_columns_and_its_higher_floor_count() -> None:
    report = DataContractValidator().validate(TABLE, Promises(product=PRODUCT, contract=CONTRACT))
    found = {item.name: item for item in report.verdicts}
    assert found["price: excluded"].outcome is Outcome.FAILED
    assert found["completeness ≥ 80 %"].measured == 75.0
    assert report.fails()


def test_a_table_that_keeps_everything_passes_and_what_asks_the_mesh_fails_nothing() -> None:
    whole = pa.table({"code": ["AB", "CD"], "units": [1, 2], "price": [1.0, 2.0]})
    assert not DataContractValidator().validate(whole, PRODUCT).fails()


def test_a_validator_without_a_backend_says_where_there_is_one() -> None:
    with pytest.raises(ParameterInvalid) as caught:
        validation.DataContractValidator().validate(TABLE, PRODUCT)
    assert "from freehold import" in (caught.value.remedy or "")
