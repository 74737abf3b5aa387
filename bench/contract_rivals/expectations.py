"""The same check by Great Expectations over a pandas frame: run by `contract.py` in an environment that has it."""

# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false

import json
import sys
import time

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd

REQUIRED = ("order_id", "customer_id", "email", "status", "amount", "updated_at")
TEXTS = ("email", "status", "country", "channel")
"""It has no name for the type that pandas 3 gives texts: of these no type is asked."""

TYPES = {
    "order_id": "int64",
    "customer_id": "int64",
    "amount": "float64",
    "quantity": "int32",
    "discount": "float64",
    "order_date": "date",
    "updated_at": "datetime64[us]",
    "active": "bool",
}


def main(path: str) -> None:
    start = time.perf_counter()
    context = gx.get_context(mode="ephemeral")
    asset = context.data_sources.add_pandas("here").add_dataframe_asset("orders")
    whole = asset.add_batch_definition_whole_dataframe("all")
    suite = gx.ExpectationSuite(name="orders")
    for name in REQUIRED:
        suite.add_expectation(gxe.ExpectColumnValuesToNotBeNull(column=name))
    suite.add_expectation(gxe.ExpectColumnValuesToBeUnique(column="order_id"))
    suite.add_expectation(gxe.ExpectTableColumnsToMatchSet(column_set=[*TYPES, *TEXTS]))
    for name, kind in TYPES.items():
        suite.add_expectation(gxe.ExpectColumnValuesToBeOfType(column=name, type_=kind))
    suite.add_expectation(gxe.ExpectColumnValuesToMatchRegex(column="email", regex="^[^@ ]+@[^@ ]+$"))
    suite.add_expectation(gxe.ExpectColumnValuesToBeBetween(column="amount", min_value=0, max_value=1_000_000))
    suite.add_expectation(gxe.ExpectColumnMaxToBeBetween(column="updated_at", min_value=pd.Timestamp("2020-01-01")))
    context.suites.add(suite)
    found = whole.get_batch({"dataframe": pd.read_parquet(path)}).validate(suite)
    ended = time.perf_counter()
    assert len(found.results) == len(REQUIRED) + 5 + len(TYPES)
    assert found.success, found
    print(json.dumps({"work": ended - start}))


if __name__ == "__main__":
    main(sys.argv[1])
