"""CSV files as data: a stream of batches, each column of the type that its probes declare. The first line names the columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow.csv as pc

from freehold.engines.columnar.arrow import DataType, RecordBatch, pa
from freehold.engines.columnar.file import mark
from freehold.engines.columnar.frame import Stream
from freehold.engines.columnar.source import reading

_TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "time": pa.time64("us"),
    "binary": pa.binary(),
}
_FORM = "CSV"
_BLOCK = 1 << 22
_MISSING = [""]


def csv_stream(paths: Sequence[str], declared: Mapping[str, str]) -> Stream:
    """Return CSV files as one stream. `declared` is the logical type of each column by folded name; types of others are found.

    Raises:
        SourceUnreadable: A file is no CSV file.
    """
    marks = {path: mark(path) for path in paths}
    with reading(paths[0], _FORM):
        found = open_csv(paths[0], {}).schema
        types = {field.name: _type(declared.get(field.name.casefold(), ""), field.type) for field in found}
        schema = open_csv(paths[0], types).schema
    return Stream(pa.RecordBatchReader.from_batches(schema, _batches(paths, types)), paths[0], marks)


def _batches(paths: Sequence[str], types: Mapping[str, DataType]) -> Iterator[RecordBatch]:
    for path in paths:
        yield from open_csv(path, types)


def open_csv(source: Any, types: Mapping[str, DataType]) -> pc.CSVStreamingReader:
    """Return the batches of one file, given by its path or open; types that are not given are found."""
    return pc.open_csv(
        source,
        read_options=pc.ReadOptions(block_size=_BLOCK, use_threads=False),
        convert_options=pc.ConvertOptions(
            column_types=dict(types), null_values=_MISSING, strings_can_be_null=True, quoted_strings_can_be_null=True
        ),
    )


def _type(declared: str, found: DataType) -> DataType:
    if declared.startswith("decimal"):
        precision, scale = declared.removeprefix("decimal(").rstrip(")").split(",")
        return pa.decimal128(int(precision), int(scale))
    if declared == "timestamp":
        return found if pa.types.is_timestamp(found) else pa.timestamp("us")
    return _TYPES.get(declared, found)
