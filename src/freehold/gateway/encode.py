"""Answers as bytes: JSON, CSV (RFC 4180), Arrow IPC stream or Parquet, from record batches, part by part.

JSON: numbers keep all their digits (decimals too), dates and times are ISO 8601, bytes base64, NaN and infinities null.
"""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Generator, Iterable, Iterator
from typing import Any, cast

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from freehold.gateway.accept import Format

CHUNK = 1 << 20
_ROWS = 16_384
_JSON = msgspec.json.Encoder(decimal_format="number", enc_hook=str)


def encode_parts(form: Format, schema: pa.Schema, batches: Iterable[pa.RecordBatch], tail: bytes) -> Iterator[bytes | memoryview]:
    """Yield the parts of an answer's body; `tail` is the JSON of its metadata, which only JSON carries in the body."""
    if form is Format.JSON:
        return _json(schema, batches, tail)
    if form is Format.CSV:
        return _csv(schema, batches)
    if form is Format.ARROW:
        return _arrow(schema, batches)
    return _parquet(schema, batches)


def chunks(parts: Iterable[bytes | memoryview]) -> Generator[bytes]:
    """Yield `parts` regrouped into chunks of at most 1 MiB, nearly all of them full; each byte is copied once."""
    held: list[bytes | memoryview] = []
    size = 0
    for part in parts:
        view = memoryview(part)
        while size + view.nbytes >= CHUNK:
            head, view = view[: CHUNK - size], view[CHUNK - size :]
            yield b"".join((*held, head))
            held, size = [], 0
        if view.nbytes:
            held.append(view)
            size += view.nbytes
    if held:
        yield b"".join(held)


def encode_json(value: Any) -> bytes:
    """Return a value as JSON in UTF-8, decimals as numbers with all their digits."""
    return _JSON.encode(value)


def _json(schema: pa.Schema, batches: Iterable[pa.RecordBatch], tail: bytes) -> Iterator[bytes]:
    names = unique(schema.names)
    yield b'{"data":['
    first = True
    for batch in batches:
        for start in range(0, batch.num_rows, _ROWS):
            rows = _JSON.encode(_rows(names, batch.slice(start, _ROWS)))[1:-1]
            yield rows if first else b"," + rows
            first = False
    yield b'],"metadata":' + tail + b"}"


def _rows(names: list[str], batch: pa.RecordBatch) -> list[dict[str, Any]]:
    columns = [_readable(column).to_pylist() for column in batch.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _readable(column: pa.Array[Any]) -> pa.Array[Any]:
    """Cast what Python would not read plainly: times finer than a microsecond, and lengths of time."""
    kind = column.type
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return column.cast(pa.timestamp("us", kind.tz), safe=False)
    if pa.types.is_time64(kind) and kind.unit == "ns":
        return column.cast(pa.time64("us"), safe=False)
    if pa.types.is_duration(kind) and kind.unit == "ns":
        return column.cast(pa.duration("us"), safe=False)
    return column


def _csv(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    sink = _Sink()
    texts = pa.schema([(name, _csv_type(kind)) for name, kind in zip(unique(schema.names), schema.types, strict=True)])
    settings: dict[str, Any] = {"include_header": True, "eol": "\r\n"}
    with pa_csv.CSVWriter(cast("Any", sink), texts, write_options=pa_csv.WriteOptions(**settings)) as writer:
        for batch in batches:
            columns = [_csv_column(column) for column in batch.columns]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=texts))
            yield sink.take()
    yield sink.take()


def _csv_type(kind: pa.DataType) -> pa.DataType:
    plain = pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_date32(kind)
    return kind if plain else pa.string()


def _csv_column(column: pa.Array[Any]) -> pa.Array[Any]:
    """Return a column as CSV shows it: text for everything but numbers, booleans and dates."""
    kind = column.type
    if kind == _csv_type(kind):
        return column
    if pa.types.is_timestamp(kind):
        return pc.replace_substring(column.cast(pa.string()), " ", "T", max_replacements=1)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return pa.array([None if item is None else b64encode(item).decode() for item in column.to_pylist()], pa.string())
    if pa.types.is_nested(kind) or pa.types.is_duration(kind) or pa.types.is_interval(kind):
        return pa.array([None if item is None else _flat(item) for item in column.to_pylist()], pa.string())
    return column.cast(pa.string())


def _flat(item: Any) -> str:
    return _JSON.encode(item).decode().strip('"')


def _arrow(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[bytes | memoryview]:
    """Yield the encapsulated messages of an IPC stream; columns are handed over where they lie, not copied."""
    if any(pa.types.is_dictionary(kind) for kind in schema.types):
        schema = pa.schema([field.with_type(_undictionary(field.type)) for field in schema])
        batches = (batch.cast(schema) for batch in batches)
    sink = _Columns()
    with pa.ipc.new_stream(cast("Any", sink), schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
            yield from sink.parts()
    yield from sink.parts()


def _undictionary(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if isinstance(kind, pa.DictionaryType) else kind


def _parquet(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    sink = _Sink()
    with pq.ParquetWriter(cast("Any", sink), schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)
            yield sink.take()
    yield sink.take()


class _Sink(io.RawIOBase):
    """A file that hands over what was written to it."""

    def __init__(self) -> None:
        self._parts: list[bytes | memoryview] = []
        self._place = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self._take(bytes(data))

    def _take(self, part: bytes | memoryview) -> int:
        self._parts.append(part)
        self._place += len(part)
        return len(part)

    def tell(self) -> int:
        return self._place

    def take(self) -> bytes:
        """Return what was written since the last call."""
        return b"".join(self.parts())

    def parts(self) -> list[bytes | memoryview]:
        """Return what was written since the last call, as it was written."""
        taken, self._parts = self._parts, []
        return taken


class _Columns(_Sink):
    """A file for the writer of IPC streams, whose buffers are columns: nobody changes them, so they need no copy."""

    def write(self, data: Any) -> int:
        return self._take(memoryview(data) if isinstance(data, pa.Buffer) else bytes(data))


def unique(names: list[str]) -> list[str]:
    """Return the names with repeated ones numbered, so that no column of an answer hides another.

    >>> unique(["a", "a", "b"])
    ['a', 'a_2', 'b']
    """
    seen: set[str] = set()
    out: list[str] = []
    for name in names:
        candidate, number = name, 1
        while candidate in seen:
            number += 1
            candidate = f"{name}_{number}"
        seen.add(candidate)
        out.append(candidate)
    return out
