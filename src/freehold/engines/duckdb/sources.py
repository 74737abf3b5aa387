"""Files behind a source: found inside the node's data folder alone, versioned by what the file system says of them."""

from __future__ import annotations

import hashlib
import itertools
import os
import threading
from pathlib import Path
from typing import NoReturn

import duckdb
import msgspec

from freehold.errors import SourceUnreadable
from freehold.model.product import Source
from freehold.model.query import COUNTED, EntityRows, InspectedColumn, Inspection
from freehold.names import quote

_LOGICAL = {
    "VARCHAR": "string",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIME": "time",
    "BLOB": "binary",
    "FLOAT": "number",
    "DOUBLE": "number",
    "UUID": "string",
}
_KEPT = 4096


class Files(msgspec.Struct, frozen=True):
    """The files of a source as they are now: absolute paths in order, a digest of names, sizes and times, and the newest time."""

    paths: tuple[str, ...]
    version: str
    refreshed_at: float


Marks = tuple[tuple[int, int, int, int], ...]
"""What the file system says of each path: device, inode, size in bytes, time of change in nanoseconds."""


class Sources:
    """The node's data folder."""

    def __init__(self, root: Path) -> None:
        """Serve sources below `root`; nothing outside it is ever opened."""
        self._root = root.resolve()
        self._lock = threading.Lock()
        self._inspected: dict[tuple[Source, str], Inspection] = {}
        self._counted: dict[tuple[Source, str], tuple[str, EntityRows | None]] = {}
        self._found: dict[Source, tuple[tuple[str, ...], Marks, Files]] = {}

    def files(self, source: Source) -> Files:
        """Return the files of `source` now.

        Raises:
            SourceUnreadable: None is there, or one lies outside the data folder.
        """
        held = self._found.get(source)
        if held is not None:
            watched, marks, files = held
            try:
                if _marks(watched) == marks:
                    return files
            except OSError:
                pass
        return self._find(source)

    def _find(self, source: Source) -> Files:
        pattern = source.path
        if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
            _refuse(source, "lies outside the node's data folder")
        found = sorted(self._root.glob(pattern)) if _has_glob(pattern) else [self._root / pattern]
        reals = [self._real(source, path) for path in found]
        if not reals:
            _refuse(source, "matches no file")
        watched = (*(str(path) for path in found), *_folders(self._root, pattern, found))
        marks = _marks(watched)
        digest = hashlib.sha256()
        for real, mark in zip(reals, marks, strict=False):
            digest.update(f"{real}\0{mark[2]}\0{mark[3]}\n".encode())
        newest = max(mark[3] for mark in marks[: len(reals)]) / 1e9
        files = Files(tuple(reals), digest.hexdigest()[:32], newest)
        self._found[source] = (watched, marks, files)
        return files

    def inspect(self, source: Source) -> Inspection:
        """Return what the source holds now, read once for each data version.

        Raises:
            SourceUnreadable: The files cannot be read in the format named.
        """
        files = self.files(source)
        key = (source, files.version)
        held = self._inspected.get(key)
        if held is None:
            held = _inspect(source, files)
            with self._lock:
                if len(self._inspected) >= _KEPT:
                    self._inspected.clear()
                self._inspected[key] = held
        return held

    def entity_rows(self, source: Source, column: str) -> EntityRows | None:
        """Return how many rows each value of `column` has now, counted once for each data version; None where it cannot be.

        Raises:
            SourceUnreadable: As `files`.
        """
        files = self.files(source)
        version, counted = self._counted.get((source, column), ("", None))
        if version != files.version:
            counted = _entity_rows(source, files, column)
            if self.files(source).version != files.version:
                counted = None
            self._counted[source, column] = (files.version, counted)
        return counted

    def _real(self, source: Source, path: Path) -> str:
        try:
            real = path.resolve(strict=True)
        except OSError:
            _refuse(source, "is not there or cannot be opened")
        if not real.is_relative_to(self._root) or not real.is_file():
            _refuse(source, "lies outside the node's data folder")
        return str(real)


def _has_glob(pattern: str) -> bool:
    return any(mark in pattern for mark in "*?[")


def _folders(root: Path, pattern: str, found: list[Path]) -> tuple[str, ...]:
    """Return the folders in which a new file could match: a folder's own time changes when a name in it does."""
    if not _has_glob(pattern):
        return ()
    fixed = root.joinpath(*itertools.takewhile(lambda part: not _has_glob(part), Path(pattern).parts))
    inner = {str(folder) for path in found for folder in path.parents if folder.is_relative_to(fixed)}
    return tuple(sorted(inner | {str(fixed)}))


def _marks(paths: tuple[str, ...]) -> Marks:
    return tuple((stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns) for stat in map(os.stat, paths))


def scan(source: Source, paths: tuple[str, ...]) -> str:
    """Return the table function that reads exactly these files."""
    listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    if source.format == "csv":
        return f"read_csv([{listed}], header = true, filename = false, hive_partitioning = false)"
    return f"read_parquet([{listed}], filename = false, hive_partitioning = false)"


def logical(physical: str) -> str:
    """Return the manifest's word for one of DuckDB's types."""
    if physical.endswith("[]") or physical.startswith(("STRUCT", "MAP", "UNION")):
        return "nested"
    if physical.startswith("DECIMAL"):
        return physical.lower().replace(" ", "")
    if physical.startswith("TIMESTAMP"):
        return "timestamp"
    if physical.startswith("ENUM"):
        return "string"
    return "integer" if "INT" in physical else _LOGICAL.get(physical, "string")


def _inspect(source: Source, files: Files) -> Inspection:
    relation = scan(source, files.paths)
    connection = duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": "false"})
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()  # noqa: S608  (paths are quoted by scan)
        counted = connection.execute(f"SELECT count(*) FROM {relation}").fetchone()  # noqa: S608
    except duckdb.Error:
        _refuse(source, f"cannot be read as {source.format}")
    finally:
        connection.close()
    columns = tuple(InspectedColumn(name=row[0], logical=logical(row[1]), physical=row[1]) for row in described)
    return Inspection(
        columns=columns, rows=int(counted[0]) if counted else None, version=files.version, refreshed_at=files.refreshed_at
    )


def _entity_rows(source: Source, files: Files, column: str) -> EntityRows | None:
    name, relation = quote(column), scan(source, files.paths)
    each = f"SELECT {name} IS NULL AS nameless, count(*) AS n FROM {relation} GROUP BY {name}"  # noqa: S608
    sql = f"SELECT sum(n), sum(n) FILTER (nameless), max(n, {COUNTED}) FILTER (NOT nameless) FROM ({each})"  # noqa: S608
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "1GB", "autoinstall_known_extensions": "false"})
    try:
        found = connection.execute(sql).fetchone()
    except duckdb.Error:
        return None
    finally:
        connection.close()
    if found is None:
        return None
    rows, nameless, largest = found
    return EntityRows(rows=int(rows or 0), nameless=int(nameless or 0), largest=tuple(map(int, largest or ())))


def _refuse(source: Source, why: str) -> NoReturn:
    raise SourceUnreadable(
        f"the source `{source.path}` {why}",
        remedy="check `source.path` and `source.format` in the product's manifest",
        source=source.path,
    )
