"""The schema of a Parquet or Arrow file: its columns and their types, read from its footer or its beginning; no row is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from freehold.errors import SourceUnreadable

_ARROW = frozenset({".arrow", ".arrows", ".feather"})
_FILE = b"ARROW1"


def read_schema(path: Path) -> list[tuple[str, str, bool]]:
    """Return the columns of a Parquet or Arrow IPC file: name, type as Arrow names it, and whether null may be.

    Raises:
        SourceUnreadable: It is missing, or is neither.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = _of_arrow(path) if path.suffix.lower() in _ARROW else pq.read_schema(path)
        return [(field.name, str(field.type), field.nullable) for field in schema]
    except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
        raise SourceUnreadable(
            f"`{path.name}` is no Parquet or Arrow file that can be read", remedy="name a `.parquet`, `.arrow` or `.arrows` file"
        ) from error


def _of_arrow(path: Path) -> Any:
    """Return the schema of either format of Arrow IPC, told apart by the first bytes: that of files, and that of streams."""
    import pyarrow as pa

    with pa.OSFile(str(path), "rb") as file:
        is_file = file.read(len(_FILE)) == _FILE
        file.seek(0)
        return (pa.ipc.open_file(file) if is_file else pa.ipc.open_stream(file)).schema
