"""The schema of a Parquet or Arrow file: its columns and their types, read from its footer; no row is read."""

from __future__ import annotations

from pathlib import Path

from freehold.errors import SourceUnreadable


def read_schema(path: Path) -> list[tuple[str, str, bool]]:
    """Return the columns of a `.parquet`, `.arrow` or `.feather` file: name, type as Arrow names it, and whether null may be.

    Raises:
        SourceUnreadable: It is missing, or is neither.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pa.ipc.open_file(str(path)).schema if path.suffix in {".arrow", ".feather"} else pq.read_schema(path)
    except (OSError, pa.ArrowException) as error:
        raise SourceUnreadable(
            f"`{path.name}` is no Parquet or Arrow file that can be read", remedy="name a `.parquet` file"
        ) from error
    return [(field.name, str(field.type), field.nullable) for field in schema]
