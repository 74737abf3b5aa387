"""Counts of files in one SQLite file: digests and numbers, nothing of the data, and nothing that cannot be counted again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from freehold.stores.sqlite import Database

MOST = 200_000
"""How many counts are remembered; the oldest go first."""

_VERSION = 1
_SCHEMA = """
create table if not exists counts (
    number integer primary key, state text not null, what text not null, found real, unique (state, what))"""


class SqliteCounts:
    """A `ports.counts.Counts` in a file."""

    def __init__(self, path: Path, *, most: int = MOST) -> None:
        """Open the file at `path`, made where it is missing.

        Raises:
            StoreFull, StoreFailed: It cannot be made or opened.
        """
        self._most = most
        remedy = "it holds nothing that cannot be had again: remove the file"
        self._database = Database(path, schema=_SCHEMA, version=_VERSION, remedy=remedy)

    def find(self, state: str) -> Mapping[str, float | None]:
        """Return what is known of one state.

        Raises:
            StoreFailed: The file cannot be read.
        """
        return {str(what): found for what, found in self._database.rows("select what, found from counts where state = ?", state)}

    def keep(self, state: str, found: Mapping[str, float | None]) -> None:
        """Remember counts of one state.

        Raises:
            StoreFull, StoreFailed: They could not be written.
        """
        rows = [(state, what, number) for what, number in found.items()]
        with self._database.writing() as database:
            database.executemany("insert or replace into counts (state, what, found) values (?, ?, ?)", rows)
            database.execute("delete from counts where number <= (select max(number) from counts) - ?", (self._most,))

    def close(self) -> None:
        """Let go of the file; harmless when that was done already."""
        self._database.close()
