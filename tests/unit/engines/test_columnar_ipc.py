"""Arrow IPC files of both formats are read as the table that was written, and no damaged one is taken for a whole one."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import naive
from freehold.engines.columnar.prober import ColumnarProber
from freehold.errors import FreeholdError, ParameterInvalid, SourceUnreadable
from freehold.model.rule import Constraint, Probe, ProbeKind
from freehold.stores.arrow import read_schema
from generated.rules import probes, tables

PROBER = ColumnarProber(threads=2)
ROWS = Probe(kind=ProbeKind.ROWS)
TABLE = pa.table({"id": list(range(10)), "name": [f"name {at}" for at in range(9)] + [None]})
NAMES = Probe(kind=ProbeKind.INVALID, columns=("name",), types=("string",), constraint=Constraint(pattern="name [0-4]"))


def streamed(table: pa.Table, rows: int = 3, **options: Any) -> bytes:
    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table, max_chunksize=rows)
    return out.getvalue()


def filed(table: pa.Table, rows: int = 3) -> bytes:
    out = io.BytesIO()
    with pa.ipc.new_file(out, table.schema) as writer:
        writer.write_table(table, max_chunksize=rows)
    return out.getvalue()


WHOLE = {
    "stream": streamed(TABLE),
    "file": filed(TABLE),
    "packed": streamed(TABLE, compression="zstd"),
    "one batch": streamed(TABLE, 99),
}
"""The end of a batch of a `stream` is not the end of the stream."""


def written(folder: Path, content: bytes, name: str = "x.arrow") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("ending", [".arrow", ".arrows", ".feather", ".ARROWS"])
@pytest.mark.parametrize("content", WHOLE.values(), ids=WHOLE.keys())
def test_both_formats_are_read_under_any_of_their_names(tmp_path: Path, ending: str, content: bytes) -> None:
    path = written(tmp_path, content, f"x{ending}")
    assert PROBER.count(path, [ROWS, NAMES]) == (10, 4)
    assert [item["id"] for item in PROBER.samples(path, NAMES, 2).to_pylist()] == [5, 6]
    assert [(item.name, item.logical) for item in PROBER.columns(path)] == [("id", "integer"), ("name", "string")]
    assert read_schema(path) == [("id", "int64", True), ("name", "string", True)]


@settings(max_examples=20, deadline=None)
@given(table=tables(), asked=st.lists(probes(), min_size=1, max_size=4), rows=st.integers(1, 5))
def test_a_stream_counts_as_the_naive_reading_of_its_rows(
    tmp_path_factory: pytest.TempPathFactory, table: pa.Table, asked: list[Probe], rows: int
) -> None:
    path = written(tmp_path_factory.getbasetemp(), streamed(table, rows), "property.arrows")
    held = table.to_pylist()
    assert PROBER.count(path, asked) == tuple(naive.count(held, probe) for probe in asked)


def test_a_stream_of_another_writer_is_read(tmp_path: Path) -> None:
    path = tmp_path / "polars.arrows"
    pl.DataFrame({"id": [1, 2], "name": ["a", None]}).write_ipc_stream(path)
    assert PROBER.count(path, [ROWS, Probe(kind=ProbeKind.NULLS, columns=("name",), types=("string",))]) == (2, 1)


def test_texts_that_are_places_in_a_dictionary_are_counted(tmp_path: Path) -> None:
    coded = TABLE.set_column(1, "name", TABLE["name"].combine_chunks().dictionary_encode())
    assert PROBER.count(written(tmp_path, streamed(coded)), [NAMES]) == (4,)


@pytest.mark.parametrize("content", WHOLE.values(), ids=WHOLE.keys())
def test_a_file_that_is_cut_short_anywhere_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "cut.arrows"
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(SourceUnreadable) as caught:
            PROBER.count(path, [ROWS])
        assert "cut.arrows" in caught.value.detail


def test_a_stream_behind_a_stream_is_not_left_out_in_silence(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match="something stands behind it"):
        PROBER.count(written(tmp_path, WHOLE["stream"] * 2), [ROWS])


@pytest.mark.parametrize("content", [b"", b"ARROW1", b"not arrow at all", b"\xff\xff\xff\xff" + b"\xff" * 60, b"FEA1" + b"\0" * 40])
def test_what_is_no_arrow_file_is_told(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, content)
    for reading in (lambda: PROBER.columns(path), lambda: PROBER.count(path, [ROWS]), lambda: read_schema(path)):
        with pytest.raises(SourceUnreadable, match="read"):
            reading()


@pytest.mark.parametrize("content", WHOLE.values(), ids=WHOLE.keys())
def test_a_changed_byte_never_ends_the_process(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "changed.arrow"
    for at in range(0, len(content), 3):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x81]) + content[at + 1 :])
        try:
            PROBER.count(path, [ROWS, NAMES])
        except FreeholdError as error:
            assert isinstance(error, SourceUnreadable | ParameterInvalid)  # noqa: PT017  (a changed value or name is no error)


def test_an_offset_beyond_the_text_is_an_error(tmp_path: Path) -> None:
    before, after = struct.pack("<3i", 0, 5, 10), struct.pack("<3i", 0, 900_000_000, 10)
    whole = streamed(pa.table({"name": ["hello", "world"]}))
    content = whole.replace(before, after)
    assert content != whole
    with pytest.raises(SourceUnreadable):
        PROBER.count(written(tmp_path, content), [NAMES])


def test_files_of_a_glob_are_of_one_format_and_one_schema(tmp_path: Path) -> None:
    written(tmp_path, WHOLE["stream"], "a.arrows")
    written(tmp_path, WHOLE["file"], "b.arrow")
    assert PROBER.count(tmp_path / "*.arrow*", [ROWS]) == (20,)
    written(tmp_path, streamed(TABLE.select(["id"])), "c.arrow")
    with pytest.raises(SourceUnreadable, match="other columns"):
        PROBER.count(tmp_path / "*.arrow*", [ROWS])
    written(tmp_path, b"id\n1\n", "d.csv")
    with pytest.raises(SourceUnreadable, match="Arrow and CSV"):
        PROBER.count(tmp_path / "*", [ROWS])
