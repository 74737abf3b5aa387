"""Arrow IPC files as data, in either format, told apart by their first bytes: batches in order, each held against its own lengths.

A stream has to say that it ends: without its mark the rest of it may be missing, and nothing else would tell.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from freehold.engines.columnar.arrow import Reader, RecordBatch, Schema, pa
from freehold.engines.columnar.file import mark
from freehold.engines.columnar.frame import Stream
from freehold.engines.columnar.source import reading
from freehold.errors import SourceUnreadable

_FORM = "Arrow IPC"
_MAGIC = b"ARROW1"
_MARK, _NOTHING = b"\xff\xff\xff\xff", b"\0\0\0\0"
"""What stands before each length, but in streams from before Arrow 0.15; and the length of nothing, which ends a stream."""


def ipc_stream(paths: Sequence[str]) -> Stream:
    """Return Arrow IPC files of one schema as one stream.

    Raises:
        SourceUnreadable: A file is none, is cut short, or has other columns than the first.
    """
    marks = {path: mark(path) for path in paths}
    schema = ipc_schema(paths[0])
    return Stream(pa.RecordBatchReader.from_batches(schema, _batches(paths, schema)), paths[0], marks)


def ipc_schema(path: str) -> Schema:
    """Return the columns of a file, of which no row is read.

    Raises:
        SourceUnreadable: It is none.
    """
    with reading(path, _FORM), pa.OSFile(path) as file:
        schema = _opened(file).schema
        for field in schema:
            field.name.encode()  # which fails here, where it is told, on names that are no text
        return schema


def _batches(paths: Sequence[str], schema: Schema) -> Iterator[RecordBatch]:
    for path in paths:
        if not ipc_schema(path).equals(schema):
            raise SourceUnreadable(
                f"`{path}` has other columns than the file before it", remedy="give files of one schema", source=path
            )
        with reading(path, _FORM), pa.OSFile(path) as file:
            for batch in _of_one(file, path):
                batch.validate(full=True)
                yield batch


def _of_one(file: Reader, path: str) -> Iterator[RecordBatch]:
    opened = _opened(file)
    if hasattr(opened, "num_record_batches"):
        yield from map(opened.get_batch, range(opened.num_record_batches))
        return
    yield from opened
    _check_end(file, path)


def _opened(file: Reader) -> Reader:
    is_file = file.read(len(_MAGIC)) == _MAGIC
    file.seek(0)
    return pa.ipc.open_file(file) if is_file else pa.ipc.open_stream(file)


def _check_end(file: Reader, path: str) -> None:
    """Check that a stream was read to its mark, and that the mark is the end."""
    at = file.tell()
    file.seek(0)
    end = _MARK + _NOTHING if file.read(len(_MARK)) == _MARK else _NOTHING
    file.seek(at - len(end))
    if at != os.stat(path).st_size or file.read(len(end)) != end:  # noqa: PTH116
        raise SourceUnreadable(
            f"the stream in `{path}` does not end where the file does: it is cut short, or something stands behind it",
            remedy="write it anew, and close its writer; a stream is one schema, its batches and an end",
            source=path,
        )
