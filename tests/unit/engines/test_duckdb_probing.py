"""A user's own file is read as it is: its footer is not believed, its text is data, its width is no obstacle."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from freehold.engines.duckdb.probing import DuckDBProber
from freehold.errors import ParameterInvalid, SourceUnreadable
from freehold.model.rule import Constraint, Probe, ProbeKind

PROBER = DuckDBProber(threads=1)


def nulls(name: str, type_: str = "integer") -> Probe:
    return Probe(kind=ProbeKind.NULLS, columns=(name,), types=(type_,))


def invalid(name: str, type_: str, constraint: Constraint) -> Probe:
    return Probe(kind=ProbeKind.INVALID, columns=(name,), types=(type_,), constraint=constraint)


def test_a_footer_that_lies_about_the_least_value_hides_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lying.parquet"
    pq.write_table(pa.table({"units": pa.array([5, 6, -1, 9], pa.int64())}), path, use_dictionary=False, compression="none")
    written = path.read_bytes()
    length = int.from_bytes(written[-8:-4], "little") + 8
    footer = written[-length:].replace((-1).to_bytes(8, "little", signed=True), (5).to_bytes(8, "little"))
    path.write_bytes(written[:-length] + footer)
    told = pq.ParquetFile(path).metadata.row_group(0).column(0).statistics
    assert told is not None
    assert told.min == 5
    assert PROBER.count(path, [invalid("units", "integer", Constraint(minimum=0.0))]) == (1,)
    assert PROBER.samples(path, invalid("units", "integer", Constraint(minimum=0.0)), 5).to_pylist() == [{"units": -1}]


def test_a_pattern_that_would_backtrack_for_ever_takes_no_longer_than_another() -> None:
    table = pa.table({"code": ["a" * 100_000, "aab"]})
    assert PROBER.count(table, [invalid("code", "string", Constraint(pattern="(a+)+b"))]) == (1,)


def test_text_of_names_patterns_and_values_stays_data() -> None:
    name = 'a"; DROP TABLE data; --'
    table = pa.table({name: ["it's", "'); --", None]})
    asked = [nulls(name, "string"), invalid(name, "string", Constraint(values=("it's",), pattern=".*'.*"))]
    assert PROBER.count(table, asked) == (1, 1)


def test_nan_is_missing_in_single_and_double_precision() -> None:
    table = pa.table({"x": pa.array([math.nan, 1.0, None], pa.float32()), "y": pa.array([math.nan, math.nan, math.inf])})
    assert PROBER.count(table, [nulls("x", "number"), nulls("y", "number")]) == (2, 2)


@pytest.mark.slow
def test_ten_thousand_columns_are_counted(tmp_path: Path) -> None:
    names = [f"column_{at:05d}" for at in range(10_000)]
    pq.write_table(pa.table({name: pa.array([1, None, 3]) for name in names}), tmp_path / "wide.parquet")
    assert len(PROBER.columns(tmp_path / "wide.parquet")) == 10_000
    assert set(PROBER.count(tmp_path / "wide.parquet", [nulls(name) for name in names])) == {1}


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\xff" * 64 + b"PAR1", b"no parquet at all"])
def test_a_file_that_is_none_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.parquet").write_bytes(content)
    with pytest.raises(SourceUnreadable, match="cannot be read"):
        PROBER.columns(tmp_path / "broken.parquet")


@pytest.mark.parametrize("data", [3, "SELECT 1", {"a": [1]}, [1, 2], "/etc"])
def test_what_is_no_table_is_refused(data: Any) -> None:
    with pytest.raises((ParameterInvalid, SourceUnreadable)):
        PROBER.columns(data)


def test_a_file_beside_the_one_that_is_tested_cannot_be_opened(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "one.parquet")
    hostile = str(tmp_path / "one.parquet") + "', '/etc/passwd"
    with pytest.raises(SourceUnreadable, match="there is no file"):
        PROBER.columns(hostile)


def test_types_are_named_as_manifests_name_them() -> None:
    table = pa.table(
        {"legs": [[1]], "at": pa.array([0], pa.timestamp("ns", "UTC")), "of": pa.array(["x"]).dictionary_encode(), "raw": [b"x"]}
    )
    assert [item.logical for item in PROBER.columns(table)] == ["nested", "timestamp", "string", "binary"]
