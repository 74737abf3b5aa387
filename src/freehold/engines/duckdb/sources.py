"""What the files behind a source hold, read once for each version of them."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import NoReturn

import duckdb

from freehold.engines.folder import DataFolder
from freehold.engines.place import Check, Files, Place, Wanted, mentioned, unhurried
from freehold.errors import DataChanged, SourceUnreadable
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
_TRIES = 3


class Sources:
    """The sources of one node."""

    def __init__(self, place: Path | Place) -> None:
        """Serve sources of `place`: a folder, or whatever else; nothing outside of it is ever opened."""
        self._place = DataFolder(place) if isinstance(place, Path) else place
        self._lock = threading.Lock()
        self._inspected: dict[tuple[Source, str], Inspection] = {}
        self._counted: dict[tuple[Source, str], tuple[str, EntityRows | None]] = {}

    def files(self, source: Source) -> Files:
        """Return the files of `source` now; see `engines.place.Place.files`."""
        return self._place.files(source)

    @property
    def at_hand(self) -> bool:
        """Whether the place is on this machine."""
        return self._place.at_hand

    def held(self, source: Source, wanted: Wanted, check: Check) -> Files:
        """Return the files of `source` now, of which the columns that are wanted can be read.

        Raises:
            DataChanged: They change faster than they can be read.
            FreeholdError: As `engines.place.Place.hold`.
        """
        for _ in range(_TRIES - 1):
            files = self._place.files(source)
            try:
                self._place.hold(source, files, wanted, check)
            except DataChanged:
                continue
            return files
        files = self._place.files(source)
        self._place.hold(source, files, wanted, check)
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
            files = self.held(source, mentioned(()), unhurried)
            key, held = (source, files.version), _inspect(source, files)
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
            files = self.held(source, mentioned((quote(column),)), unhurried)
            counted = _entity_rows(source, files, column)
            if self.files(source).version != files.version:
                counted = None
            self._counted[source, column] = (files.version, counted)
        return counted

    def close(self) -> None:
        """Let go of the place."""
        self._place.close()


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
    if physical.startswith("ENUM") or physical == "INTERVAL":
        return "string"
    return "integer" if "INT" in physical else _LOGICAL.get(physical, "string")


def as_compared(physical: str) -> str | None:
    """Return the type in which a column compares as its logical type does with all that may stand beside it; None for its own.

    >>> as_compared("UUID"), as_compared("INTERVAL"), as_compared("TIMESTAMP_NS"), as_compared("TIMESTAMP WITH TIME ZONE")
    ('VARCHAR', 'VARCHAR', 'TIMESTAMP', None)
    """
    if physical.startswith("TIMESTAMP_"):
        return "TIMESTAMP"
    return "VARCHAR" if logical(physical) == "string" and physical != "VARCHAR" else None


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
