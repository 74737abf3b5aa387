"""A table is held against its contract whatever library holds it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from freehold.errors import DataContractViolation, DataQualityViolation, ParameterInvalid
from freehold.model.contract import Contract
from freehold.model.label import Mask, MaskKind
from freehold.services.validation import DataContract, DataContractValidator

Maker = Callable[[dict[str, list[Any]]], Any]


def as_polars(data: dict[str, list[Any]]) -> Any:
    return pl.DataFrame(data)


MAKERS: dict[str, Maker] = {
    "pandas": pd.DataFrame,
    "pandas backed by Arrow": lambda data: pa.table(data).to_pandas(types_mapper=pd.ArrowDtype),
    "polars": as_polars,
    "polars lazy": lambda data: as_polars(data).lazy(),
    "arrow": pa.table,
    "arrow batch": pa.record_batch,
}
CONTRACT = DataContract(allowed_fields=["customerId", "segment", "region"], excluded_fields=["email", "phone", "address"])


@pytest.fixture(params=list(MAKERS))
def make(request: pytest.FixtureRequest) -> Maker:
    return MAKERS[request.param]


def validate(data: Any, contract: DataContract | Contract = CONTRACT) -> bool:
    return DataContractValidator().validate_output(data, contract)


def test_a_table_that_keeps_its_contract_passes(make: Maker) -> None:
    assert validate(make({"customerId": [1, 2], "segment": ["a", "b"]})) is True


def test_every_offending_column_is_named(make: Maker) -> None:
    with pytest.raises(DataContractViolation) as caught:
        validate(make({"customerId": [1], "email": ["x"], "phone": ["y"], "income": [1.0], "shoe size": [2]}))
    assert caught.value.facts == {"unauthorized": ["income", "shoe size"], "excluded": ["email", "phone"]}
    assert all(f"`{name}`" in caught.value.detail for name in ("email", "phone", "income", "shoe size"))
    assert "customerId" not in caught.value.detail


def test_case_does_not_hide_an_excluded_column(make: Maker) -> None:
    with pytest.raises(DataContractViolation) as caught:
        validate(make({"EMAIL": ["x"]}))
    assert caught.value.facts == {"excluded": ["EMAIL"]}


def test_case_does_not_make_an_allowed_column_foreign(make: Maker) -> None:
    assert validate(make({"CUSTOMERID": [1]}))


def test_a_column_that_stands_there_twice_is_refused(make: Maker) -> None:
    with pytest.raises(DataContractViolation) as caught:
        validate(make({"region": ["a"], "REGION": ["b"]}))
    assert caught.value.facts == {"repeated": ["region", "REGION"]}


def test_an_excluded_column_is_refused_even_where_it_is_allowed(make: Maker) -> None:
    both = DataContract(allowed_fields=["email"], excluded_fields=["Email"])
    with pytest.raises(DataContractViolation):
        validate(make({"email": ["x"]}), both)


def test_too_many_empty_cells_are_refused_and_their_columns_named(make: Maker) -> None:
    contract = DataContract(allowed_fields=["customerId", "segment"], min_completeness=98)
    with pytest.raises(DataQualityViolation) as caught:
        validate(make({"customerId": [1, 2], "segment": ["a", None]}), contract)
    assert caught.value.facts == {"completeness": 75.0, "promised": 98, "columns": {"segment": 1}}


def test_a_floor_that_is_just_met_passes(make: Maker) -> None:
    contract = DataContract(allowed_fields=["customerId", "segment"], min_completeness=75)
    assert validate(make({"customerId": [1, 2], "segment": ["a", None]}), contract)


def test_not_a_number_is_an_empty_cell(make: Maker) -> None:
    assert DataContractValidator().calculate_quality(make({"x": [1.0, math.nan], "y": [1.0, 2.0]})).completeness == 75.0


def test_an_empty_table_is_complete(make: Maker) -> None:
    contract = DataContract(allowed_fields=["customerId"], min_completeness=100)
    assert validate(make({"customerId": []}), contract)


def test_a_table_without_columns_is_complete() -> None:
    assert validate(pd.DataFrame(), DataContract(allowed_fields=[], min_completeness=100))


def test_a_null_inside_a_dictionary_is_an_empty_cell() -> None:
    column = pa.DictionaryArray.from_arrays(pa.array([0, 1, None]), pa.array(["a", None]))
    table = pa.table({"segment": column})
    assert DataContractValidator().calculate_quality(table).completeness == pytest.approx(100 / 3)


def test_a_pandas_column_of_any_object_is_counted() -> None:
    frame = pd.DataFrame({"segment": pd.Series(["a", None, float("nan"), pd.NaT], dtype=object)})
    assert DataContractValidator().calculate_quality(frame).completeness == 25.0


def test_a_mesh_contract_is_held_with_its_masks_and_exclusions() -> None:
    written = Contract(
        consumer="Sales Domain",
        purpose="Customer enrichment",
        fields=("customerId", "segment", "income"),
        excluded_fields=("email",),
        aggregate_fields=("income",),
        masks={"birthDate": Mask(kind=MaskKind.YEAR)},
        min_completeness=90.0,
    )
    terms = DataContract.from_contract(written, min_completeness=80)
    assert (set(terms.allowed_fields), terms.min_completeness) == ({"customerId", "segment", "birthDate"}, 90.0)
    with pytest.raises(DataContractViolation) as caught:
        validate(pa.table({"customerId": [1], "income": [2.0], "email": ["x"]}), written)
    assert caught.value.facts == {"unauthorized": ["income"], "excluded": ["email"]}


def test_a_lone_string_is_not_a_list_of_names() -> None:
    with pytest.raises(ParameterInvalid):
        DataContract(allowed_fields="email")


@pytest.mark.parametrize("floor", [-1, 101, math.nan])
def test_a_floor_that_is_no_percentage_is_refused(floor: float) -> None:
    with pytest.raises(ParameterInvalid):
        DataContract(allowed_fields=[], min_completeness=floor)


@pytest.mark.parametrize("data", [None, {"a": [1]}, [1, 2], "text", pd.Series([1]), pl.Series([1]), pa.array([1])])
def test_what_is_no_table_is_refused(data: object) -> None:
    with pytest.raises(ParameterInvalid):
        validate(data)
