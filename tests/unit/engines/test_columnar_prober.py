"""The columnar kernel: what it reads, what it refuses, and that it believes no file about itself."""

from __future__ import annotations

import datetime as dt
import struct
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.engines.columnar import keys, source
from freehold.engines.columnar.prober import ColumnarProber
from freehold.errors import DataChanged, ParameterInvalid, QueryInvalid, SourceUnreadable
from freehold.model.rule import Constraint, Probe, ProbeKind

PROBER = ColumnarProber(threads=2)
ROWS = Probe(kind=ProbeKind.ROWS)


def nulls(column: str) -> Probe:
    return Probe(kind=ProbeKind.NULLS, columns=(column,))


def surplus(*columns: str) -> Probe:
    return Probe(kind=ProbeKind.SURPLUS, columns=columns)


def newest(column: str) -> Probe:
    return Probe(kind=ProbeKind.NEWEST, columns=(column,))


def invalid(column: str, type_: str = "", **constraint: Any) -> Probe:
    return Probe(kind=ProbeKind.INVALID, columns=(column,), types=(type_,), constraint=Constraint(**constraint))


ORDERS = pa.table(
    {
        "id": pa.array([1, 2, 2, None], pa.int64()),
        "email": ["a@b", "a b", "@", None],
        "amount": [1.0, float("nan"), -1.0, None],
        "at": pa.array([0, 1, 2, None], pa.timestamp("us", "UTC")),
    }
)
ASKED = (
    ROWS,
    nulls("id"),
    nulls("amount"),
    surplus("id"),
    invalid("email", "string", pattern="[^@ ]+@[^@ ]+"),
    invalid("amount", "number", minimum=0),
    newest("at"),
)
FOUND = (4, 1, 2, 1, 2, 1, 0.000002)


# ── one table, however it comes ──────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "given_as",
    [
        lambda: ORDERS,
        ORDERS.to_reader,
        lambda: ORDERS.combine_chunks().to_batches()[0],
        ORDERS.to_pandas,
        lambda: ORDERS.to_pandas(types_mapper=pd.ArrowDtype),
        lambda: pl.from_arrow(ORDERS),
        lambda: pl.DataFrame(pl.from_arrow(ORDERS)).lazy(),
    ],
    ids=["table", "reader", "batch", "pandas", "pandas over Arrow", "polars", "polars lazily"],
)
def test_a_table_in_memory_counts_alike_in_every_form(given_as: Any) -> None:
    assert PROBER.count(given_as(), ASKED) == pytest.approx(FOUND)


def test_a_duckdb_relation_is_a_table_too() -> None:
    with duckdb.connect() as session:
        session.register("orders", ORDERS)
        assert PROBER.count(session.sql("SELECT * FROM orders"), ASKED) == pytest.approx(FOUND)


def test_a_csv_file_is_read_in_the_types_that_its_probes_declare(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("zip,amount,at\n01234,1.5,2020-01-01\n01234,,2020-02-29\n,x\n".replace(",x\n", ",2,\n"))
    assert [column.logical for column in PROBER.columns(path)] == ["integer", "number", "date"]
    found = PROBER.count(
        path, [ROWS, invalid("zip", "string", pattern="[0-9]{5}"), nulls("zip"), nulls("amount"), surplus("zip"), newest("at")]
    )
    assert found == (3, 0, 1, 1, 1, dt.datetime(2020, 2, 29, tzinfo=dt.UTC).timestamp())


def test_a_csv_value_that_is_not_of_the_declared_type_is_told(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("amount\n1\nmuch\n")
    with pytest.raises(SourceUnreadable, match="cannot be read as CSV"):
        PROBER.count(path, [invalid("amount", "integer", minimum=0)])


def test_columns_are_told_in_the_words_of_the_manifest(tmp_path: Path) -> None:
    path = tmp_path / "all.parquet"
    table = ORDERS.append_column("tags", pa.array([[1], [], None, [2]])).append_column(
        "price", pa.array([None] * 4, pa.decimal128(8, 2))
    )
    pq.write_table(table, path)
    expected = ["integer", "string", "number", "timestamp", "nested", "decimal(8,2)"]
    assert [column.logical for column in PROBER.columns(path)] == expected
    assert [column.logical for column in PROBER.columns(table)] == expected
    assert PROBER.count(path, [nulls("tags"), nulls("price")]) == (1, 4)


def test_names_compare_as_sql_compares_them() -> None:
    assert PROBER.count(ORDERS, [nulls("ID")]) == (1,)
    twice = pa.table({"id": [1], "ID": [None]})
    assert PROBER.count(twice, [nulls("id"), nulls("ID")]) == (0, 1)
    with pytest.raises(ParameterInvalid, match="several columns `Id`"):
        PROBER.count(twice, [nulls("Id")])
    with pytest.raises(ParameterInvalid, match="no column `name`"):
        PROBER.count(ORDERS, [nulls("name")])


def test_a_pattern_that_would_backtrack_for_ever_takes_no_longer_than_another() -> None:
    table = pa.table({"email": ["a" * 100_000, "aab"]})
    assert PROBER.count(table, [invalid("email", pattern="(a+)+b")]) == (1,)


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(ParameterInvalid, match="`list` is not a table"):
        PROBER.count([1, 2], [ROWS])
    with pytest.raises(ParameterInvalid, match="several types"):
        PROBER.count(pd.DataFrame({"a": [1, "x", object()]}), [nulls("a")])


@pytest.mark.parametrize(
    "probe",
    [
        invalid("amount", pattern="1"),
        invalid("email", minimum=3),
        invalid("id", min_length=3),
        newest("id"),
        surplus("tags"),
        invalid("email", pattern="(?=a)"),
    ],
)
def test_a_probe_that_makes_no_sense_for_its_column_is_refused(probe: Probe) -> None:
    table = ORDERS.append_column("tags", pa.array([[1], [], None, [2]]))
    with pytest.raises(QueryInvalid):
        PROBER.count(table, [probe])


def test_progress_ends_at_one_and_never_goes_back() -> None:
    heard: list[float] = []
    PROBER.count(pa.table({"a": range(1_000_000)}), [nulls("a"), surplus("a")], heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


# ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "values",
    [
        pa.array(np.arange(300_000)),
        pa.array(np.arange(300_000) * 1_000_003),
        pa.array(np.arange(300_000) - 150_000),
        pa.array(np.arange(300_000, dtype=np.uint64) + np.uint64(2**64 - 300_000)),
        pa.array(np.concatenate([np.arange(200_000), np.arange(100_000) + 2**62])),
        pa.array([f"key {'x' * (number % 300)} {number}" for number in range(300_000)]),
        pa.array(np.arange(300_000) / 7),
    ],
    ids=["close", "far", "negative", "greatest", "close, then far", "texts", "floats"],
)
def test_keys_that_come_once_repeat_nothing_and_those_that_come_twice_are_found(
    values: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "HELD", 50_000)  # to disk and back
    table = pa.table({"key": values, "same": pa.array([1] * len(values))})
    assert PROBER.count(table, [surplus("key"), surplus("key", "same")]) == (0, 0)
    doubled = pa.concat_tables([table, table.slice(0, 1000)])
    assert PROBER.count(doubled, [surplus("key"), surplus("key", "same")]) == (1000, 1000)
    assert PROBER.samples(doubled, surplus("key"), 5000).num_rows == 2000


# ── files that lie, break or change ──────────────────────────────────────────────────────────────────────────────
def test_statistics_that_lie_are_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "lie.parquet"
    table = pa.table({"a": pa.array([1, 2, 77_777_777, None], pa.int64()), "b": [1.0, float("nan"), 5.0, -3.0]})
    pq.write_table(table, path, compression="none", use_dictionary=False)
    content = path.read_bytes()
    footer = len(content) - 8 - struct.unpack("<I", content[-8:-4])[0]
    honest = struct.pack("<q", 77_777_777)
    assert content.count(honest, footer) > 0
    path.write_bytes(content[:footer] + content[footer:].replace(honest, struct.pack("<q", 3)))
    told: Any = pq.read_metadata(path).row_group(0).column(0).statistics
    assert told.max == 3
    assert PROBER.count(path, [invalid("a", maximum=10), nulls("a"), invalid("b", minimum=0), nulls("b")]) == (1, 1, 1, 1)


@given(st.data())
@settings(max_examples=150)
def test_a_damaged_file_is_counted_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("damaged") / "orders.parquet"
    compression: Any = data.draw(st.sampled_from(["snappy", "zstd", "none"]))
    pq.write_table(ORDERS, path, compression=compression, row_group_size=2, write_page_checksum=data.draw(st.booleans()))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content[: data.draw(st.integers(len(content) // 2, len(content)) | st.just(len(content)))]))
    try:
        found = PROBER.count(path, ASKED)
    except SourceUnreadable as error:
        assert "orders.parquet" in error.detail  # noqa: PT017
    except (QueryInvalid, ParameterInvalid):
        pass  # the damage made another schema
    else:
        assert len(found) == len(ASKED)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1PAR1", b"not a file of columns", b"PAR1" + bytes(100) + b"PAR1"])
def test_what_is_no_parquet_file_is_told_without_a_librarys_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "orders.parquet"
    path.write_bytes(content)
    with pytest.raises(SourceUnreadable) as caught:
        PROBER.count(path, [ROWS])
    assert caught.value.detail == f"`{path}` cannot be read as Parquet"


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match="there is no file"):
        PROBER.count(tmp_path / "*.parquet", [ROWS])


def test_a_file_that_changes_while_it_is_read_gives_no_count(tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    pq.write_table(pa.table({"a": range(1_000_000)}), path)
    other = tmp_path / "other"
    pq.write_table(pa.table({"a": [None]}), other)

    def replaced(_share: float) -> None:
        if other.exists():
            other.rename(path)

    with pytest.raises(DataChanged):
        PROBER.count(path, [nulls("a")], replaced)


def test_files_of_different_columns_are_not_counted_as_one(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "1.parquet")
    pq.write_table(pa.table({"a": ["x"]}), tmp_path / "2.parquet")
    with pytest.raises(SourceUnreadable, match=r"2\.parquet` has no column `a` of type `int64`"):
        PROBER.count(tmp_path / "*.parquet", [nulls("a")])


def test_ten_thousand_columns_are_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "wide.parquet"
    pq.write_table(pa.table({f"c{number}": [number, None] for number in range(10_000)}), path)
    assert PROBER.count(path, [ROWS, nulls("c9999"), invalid("c5", maximum=4)]) == (2, 1, 1)
    assert PROBER.samples(path, nulls("c1"), 1).num_columns == 10_000


def test_long_texts_are_looked_at_a_few_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "long.parquet"
    pq.write_table(pa.table({"text": ["x" * (1 << 20) + str(number) for number in range(64)]}), path)
    assert source.step_rows(1 << 20) * (1 << 20) <= source.BATCH_BYTES
    asked = [
        invalid("text", pattern="x*[0-9]+"),
        invalid("text", pattern="(x|xx)*y"),
        invalid("text", max_length=1 << 20),
        surplus("text"),
    ]
    assert PROBER.count(path, asked) == (0, 64, 64, 0)


@pytest.mark.long  # it needs three times the text in memory, and half a minute
def test_a_text_of_a_gibibyte_is_judged_like_any_other(tmp_path: Path) -> None:
    path, size = tmp_path / "long.parquet", 1 << 30
    schema = pa.schema([("text", pa.large_string())])
    with pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=False, write_statistics=False) as writer:
        for text in ("short", "a" * size, "short"):
            writer.write_table(pa.table({"text": pa.array([text], pa.large_string())}))
    asked = [
        invalid("text", pattern="[a-z]+"),
        invalid("text", max_length=size - 1),
        invalid("text", values=("short",)),
        surplus("text"),
    ]
    assert PROBER.count(path, asked) == (0, 1, 1, 1)


def test_samples_of_a_file_are_whole_rows_in_its_order(tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    orders = ORDERS.drop_columns("amount")  # whose NaN is not even equal to itself
    pq.write_table(orders, path, row_group_size=1)
    found = PROBER.samples(path, invalid("email", pattern="[^@ ]+@[^@ ]+"), 10)
    assert found.equals(orders.slice(1, 2))
    assert PROBER.samples(path, surplus("id"), 10).equals(orders.slice(1, 2))
    assert PROBER.samples(orders.to_reader(), surplus("id"), 10).equals(orders.slice(1, 2))
    with duckdb.connect() as session:
        session.register("orders", orders)
        assert PROBER.samples(session.sql("SELECT * FROM orders ORDER BY id"), surplus("id"), 10).num_rows == 2
    assert PROBER.samples(path, ROWS, 10).num_rows == 0
    assert PROBER.samples(path, nulls("id"), 0).schema == orders.schema
