"""Answers as bytes: every type in every format, and chunks of one size."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.gateway.accept import Format
from freehold.gateway.encode import CHUNK, chunks, encode_parts, unique

WHEN = dt.datetime(2026, 11, 23, 10, 14, 7, tzinfo=dt.UTC).replace(tzinfo=None)


def encode(form: Format, table: pa.Table, tail: bytes = b"{}") -> bytes:
    return b"".join(encode_parts(form, table.schema, table.to_batches(), tail))


def one(value: Any, kind: pa.DataType) -> tuple[Any, str]:
    """Return a value as JSON and as CSV show it."""
    table = pa.table({"v": pa.array([value], kind)})
    text = list(csv.reader(io.StringIO(encode(Format.CSV, table).decode(), newline="")))[1:]
    return json.loads(encode(Format.JSON, table), parse_float=Decimal)["data"][0]["v"], text[0][0] if text and text[0] else ""


@pytest.mark.parametrize(
    ("value", "kind", "shown", "text"),
    [
        (2**62 + 1, pa.int64(), 2**62 + 1, str(2**62 + 1)),
        (Decimal("1.10"), pa.decimal128(38, 2), Decimal("1.10"), "1.10"),
        (Decimal(10**37), pa.decimal128(38, 0), 10**37, str(10**37)),
        (0.1, pa.float64(), Decimal("0.1"), "0.1"),
        (float("inf"), pa.float64(), None, "inf"),
        (True, pa.bool_(), True, "true"),
        (dt.date(2026, 1, 2), pa.date32(), "2026-01-02", "2026-01-02"),
        (WHEN, pa.timestamp("us"), "2026-11-23T10:14:07", "2026-11-23T10:14:07.000000"),
        (WHEN, pa.timestamp("ns"), "2026-11-23T10:14:07", "2026-11-23T10:14:07.000000000"),
        (WHEN.replace(tzinfo=dt.UTC), pa.timestamp("s", "UTC"), "2026-11-23T10:14:07Z", "2026-11-23T10:14:07Z"),
        (dt.time(1, 2, 3), pa.time64("us"), "01:02:03", "01:02:03.000000"),
        (b"ab\xff", pa.binary(), "YWL/", "YWL/"),
        ([1, None], pa.list_(pa.int32()), [1, None], "[1,null]"),
        ({"a": "x"}, pa.struct([("a", pa.string())]), {"a": "x"}, '{"a":"x"}'),
        ('a,"b"\r\nc', pa.string(), 'a,"b"\r\nc', 'a,"b"\r\nc'),
        ("=1+1", pa.string(), "=1+1", "=1+1"),
    ],
)
def test_each_type_is_shown_as_documented(value: Any, kind: pa.DataType, shown: Any, text: str) -> None:
    assert one(value, kind) == (shown, text)


def test_null_and_empty_text_differ_in_csv() -> None:
    table = pa.table({"a": pa.array(["", None]), "b": [1, 2]})
    assert encode(Format.CSV, table) == b'"a","b"\r\n"",1\r\n,2\r\n'


@pytest.mark.parametrize("form", list(Format))
def test_an_answer_without_rows_is_whole(form: Format) -> None:
    table = pa.table({"a": pa.array([], pa.int64()), "b": pa.array([], pa.string())})
    body = encode(form, table, b'{"leaf":1}')
    if form is Format.JSON:
        assert json.loads(body) == {"data": [], "metadata": {"leaf": 1}}
    elif form is Format.CSV:
        assert body == b'"a","b"\r\n'
    elif form is Format.ARROW:
        assert pa.ipc.open_stream(body).read_all() == table
    else:
        assert pq.read_table(io.BytesIO(body), use_threads=False) == table


def test_batches_make_one_document() -> None:
    table = pa.concat_tables([pa.table({"a": [number]}) for number in range(40)])
    assert json.loads(encode(Format.JSON, table))["data"] == [{"a": number} for number in range(40)]
    assert encode(Format.CSV, table).count(b"\r\n") == 41
    assert pa.ipc.open_stream(encode(Format.ARROW, table)).read_all() == table


def test_a_dictionary_column_is_plain_in_every_format() -> None:
    table = pa.table({"a": pa.array(["x", "y", "x"]).dictionary_encode()})
    assert pa.ipc.open_stream(encode(Format.ARROW, table)).read_all().to_pylist() == table.to_pylist()
    assert json.loads(encode(Format.JSON, table))["data"] == [{"a": "x"}, {"a": "y"}, {"a": "x"}]


def test_no_column_hides_another_of_its_name() -> None:
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    assert json.loads(encode(Format.JSON, table))["data"] == [{"a": 1, "a_2": 2}]


@given(st.lists(st.sampled_from(["a", "b", "a_2", "a_3", ""]), max_size=12))
def test_names_become_unique_and_the_first_of_each_stays(names: list[str]) -> None:
    out = unique(names)
    assert len(set(out)) == len(names)
    assert all(out[names.index(name)] == name or name in out[: names.index(name)] for name in names)


@given(st.lists(st.binary(max_size=3_000_000), max_size=5))
def test_chunks_are_full_and_lose_nothing(parts: list[bytes]) -> None:
    out = list(chunks(parts))
    assert b"".join(out) == b"".join(parts)
    assert all(len(chunk) == CHUNK for chunk in out[:-1])
    assert all(0 < len(chunk) <= CHUNK for chunk in out)
