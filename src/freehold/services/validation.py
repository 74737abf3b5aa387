"""Hold a table in memory against a data contract before it is handed on: its columns, then its quality.

Names compare as SQL compares them, so `EMAIL` is still the excluded column `email`; every offending column is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from os import PathLike
from typing import Any

import msgspec

from freehold.errors import DataContractViolation, DataQualityViolation, ParameterInvalid
from freehold.model.contract import Contract
from freehold.model.product import Product
from freehold.model.query import Metrics
from freehold.model.verdict import Report
from freehold.ports.clock import Clock
from freehold.ports.probing import AzureSqlTable, Local, PostgresTable, Prober
from freehold.quality.measure import share
from freehold.services.contract_test import Promises, check_data, with_samples


class DataContract(msgspec.Struct, frozen=True, kw_only=True):
    """What a table may hold: `allowed_fields` and nothing else, `excluded_fields` never; `min_completeness` is in percent."""

    allowed_fields: Collection[str]
    excluded_fields: Collection[str] = ()
    min_completeness: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what can only be a slip.

        Raises:
            ParameterInvalid: A lone string stands where names are wanted, or the floor is not a percentage.
        """
        for name in ("allowed_fields", "excluded_fields"):
            given = getattr(self, name)
            if isinstance(given, str):
                raise ParameterInvalid(f"`{name}` is the text `{given}`", remedy=f"write a list: `{name}=[{given!r}]`")
            msgspec.structs.force_setattr(self, name, tuple(given))
        if not 0 <= self.min_completeness <= 100:
            raise ParameterInvalid(f"`min_completeness` is {self.min_completeness}", remedy="give a percentage from 0 to 100")

    @classmethod
    def from_contract(cls, contract: Contract, min_completeness: float = 0.0) -> DataContract:
        """Return what a table under a mesh's contract may hold: the columns it gives as values, in the clear or masked.

        The floor is the contract's own where that is higher than `min_completeness` (the product's).
        """
        withheld = {name.casefold() for name in (*contract.excluded_fields, *contract.aggregate_fields, *contract.quantile_fields)}
        given = dict.fromkeys((*contract.fields, *contract.masks))
        return cls(
            allowed_fields=[name for name in given if name.casefold() not in withheld],
            excluded_fields=contract.excluded_fields,
            min_completeness=max(min_completeness, contract.min_completeness or 0.0),
        )


class DataContractValidator:
    """The judge of tables: pandas and Polars frames, Arrow tables, and whatever speaks the Arrow stream protocol."""

    def __init__(self, prober: Prober | None = None, clock: Clock | None = None) -> None:
        """Judge by `prober` and `clock`, which `validate` needs; the validator that `freehold` exports brings its own."""
        self._prober = prober
        self._clock = clock

    def validate(self, data: Local, promises: Promises | Product, samples: int = 0) -> Report:
        """Return every verdict on `data`: its columns, each rule, each promised floor. Nothing is raised for what fails.

        `data` is a frame or table as in `validate_output`, a DuckDB relation, the path of a Parquet, CSV or Arrow file, or a
        `PostgresTable` or an `AzureSqlTable`; `promises` are a product, or what a contract gives of it (`freehold.promises` reads
        both). Of each failed rule at most `samples` rows are shown.

        Raises:
            ParameterInvalid: `data` is not a table.
            SourceUnreadable: The file cannot be read, or the server not be reached.
            SettingInvalid: A part that reads such data is not installed.
            TimeExceeded: A server takes too long.
        """
        prober, clock = self._prober, self._clock
        if prober is None or clock is None:
            raise ParameterInvalid("this validator has no backend", remedy="use `from freehold import DataContractValidator`")
        held = promises if isinstance(promises, Promises) else Promises(product=promises)
        subject = str(data) if isinstance(data, str | PathLike | PostgresTable | AzureSqlTable) else type(data).__name__
        table = _once(data)
        report = check_data(table, held, prober, subject=subject, now=clock.now().timestamp())
        if not samples:
            return report
        return with_samples(report, held.product, lambda probe: prober.samples(table, probe, samples).to_pylist())

    def validate_output(self, data: Any, contract: DataContract | Contract) -> bool:
        """Return True where `data` keeps `contract`.

        Raises:
            DataContractViolation: A column is not allowed, is excluded, or stands there twice; all of them are named.
            DataQualityViolation: Too few cells are filled; every column with empty cells is named.
            ParameterInvalid: `data` is not a table.
        """
        terms = DataContract.from_contract(contract) if isinstance(contract, Contract) else contract
        cells = _empty_cells(data)
        _check_columns([name for name, _, _ in cells], terms)
        _check_completeness(cells, terms)
        return True

    def calculate_quality(self, data: Any) -> Metrics:
        """Return the completeness of `data`: the percentage of filled cells, where NaN is empty and a table without cells is full.

        Raises:
            ParameterInvalid: `data` is not a table.
        """
        return Metrics(completeness=_completeness(_empty_cells(data)))


# One column: its name, its empty cells, its cells.
Cells = list[tuple[str, int, int]]


def _check_columns(names: list[str], terms: DataContract) -> None:
    allowed = {name.casefold() for name in terms.allowed_fields}
    banned = {name.casefold() for name in terms.excluded_fields}
    count = Counter(name.casefold() for name in names)
    excluded = [name for name in names if name.casefold() in banned]
    unauthorized = [name for name in names if name.casefold() not in allowed | banned]
    repeated = [name for name in names if count[name.casefold()] > 1]
    said = [
        f"{what}: {_listed(which)}"
        for what, which in (("unauthorized fields", unauthorized), ("excluded fields", excluded), ("repeated fields", repeated))
        if which
    ]
    if said:
        raise DataContractViolation(
            "; ".join(said),
            remedy=f"hand on only: {_listed(sorted(set(terms.allowed_fields)))}",
            unauthorized=unauthorized or None,
            excluded=excluded or None,
            repeated=repeated or None,
        )


def _check_completeness(cells: Cells, terms: DataContract) -> None:
    found = _completeness(cells)
    if found >= terms.min_completeness:
        return
    lacking = {name: empty for name, empty, _ in cells if empty}
    raise DataQualityViolation(
        f"{found:.2f} % of cells are filled, {terms.min_completeness:g} % are promised; empty cells in {_listed(list(lacking))}",
        remedy="fill the empty cells at their source, or hand on only rows that are complete",
        completeness=found,
        promised=terms.min_completeness,
        columns=lacking,
    )


def _completeness(cells: Cells) -> float:
    total = sum(count for _, _, count in cells)
    return share(total - sum(empty for _, empty, _ in cells), total)


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "no column"


def _once(data: Any) -> Any:
    """Return a stream, which can be read once, as the table that it gives; anything else as it is."""
    if not hasattr(data, "__arrow_c_stream__") or hasattr(data, "columns"):
        return data
    import pyarrow as pa

    return pa.table(data)


def _empty_cells(data: Any) -> Cells:
    """Return each column's empty cells, counted by the library that holds the table."""
    counters: tuple[tuple[str, Callable[[Any], Cells]], ...] = (("isna", _of_pandas), ("collect_schema", _of_polars))
    for mark, counter in counters:
        if hasattr(type(data), "columns") and hasattr(data, mark):
            return counter(data)
    if hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
        return _of_arrow(data)
    raise _no_table(data)


def _no_table(data: Any) -> ParameterInvalid:
    return ParameterInvalid(f"`{type(data).__name__}` is not a table", remedy="give a pandas or Polars frame, or an Arrow table")


def _of_pandas(data: Any) -> Cells:
    columns = (data.iloc[:, position] for position in range(data.shape[1]))
    return [(str(name), _of_pandas_column(column), len(data)) for name, column in zip(data.columns, columns, strict=True)]


def _of_pandas_column(column: Any) -> int:
    # pandas does not hold a NaN inside an Arrow-backed column for missing; here it is an empty cell like any other.
    nan = int((column.notna() & column.ne(column)).sum()) if column.dtype.kind == "f" else 0
    return int(column.isna().sum()) + nan


def _of_polars(data: Any) -> Cells:
    frame = data.collect() if hasattr(data, "collect") else data
    return [(column.name, _of_series(column), len(column)) for column in frame.get_columns()]


def _of_series(column: Any) -> int:
    nan = int(column.is_nan().sum()) if column.dtype.is_float() else 0
    return int(column.null_count()) + nan


def _of_arrow(data: Any) -> Cells:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        table = pa.table(data)
    except (TypeError, ValueError) as error:
        raise _no_table(data) from error
    counts = [int(pc.sum(pc.is_null(_decoded(column), nan_is_null=True)).as_py() or 0) for column in table.columns]
    return [(name, empty, table.num_rows) for name, empty in zip(table.column_names, counts, strict=True)]


def _decoded(column: Any) -> Any:
    """Return a dictionary column as plain values, so that a null inside the dictionary counts as the empty cell it is."""
    import pyarrow as pa

    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
