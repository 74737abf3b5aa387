"""Sessions over answers of other homes: the relations that were released, each under its name, and nothing else."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from freehold.engines.duckdb.sessions import GUARDING, fenced
from freehold.engines.place import Files
from freehold.errors import QueryInvalid
from freehold.model.product import Source
from freehold.names import quote

_WHOLE = pa.decimal128(38, 0)
"""How Arrow carries DuckDB's HUGEINT, which is what a sum of whole numbers is."""


class Released(msgspec.Struct, frozen=True, kw_only=True):
    """One answer as a session may hold it, in a file: in the shape of `model.query.Barrier`."""

    relation: str
    product: str
    source: Source
    outputs: tuple[str, ...]
    predicates: tuple[str, ...] = ()
    guarded: bool = True


Types = Mapping[str, Mapping[str, str]]
"""By relation and column, the types that an answer does not carry: see `model.federation.Fragment`."""


class Blanks:
    """Open sessions that hold nothing, each lent to one question at a time: to open one takes longer than most questions.

    A question has a connection of its own. What it held was held by that alone, and is gone once it is closed; the session itself
    is locked before its first question, and no statement changes it. One whose question was not answered is not lent again. Groups
    may be withheld in it, where homes sent rows for a join.
    """

    def __init__(self, *, threads: int, memory: int, most: int = 8) -> None:
        """Give each session `threads` threads and `memory` bytes; keep at most `most` that nobody uses."""
        self._config = fenced(threads, memory) | {"disabled_optimizers": GUARDING}
        self._most = most
        self._lock = threading.Lock()
        self._free: list[duckdb.DuckDBPyConnection] = []

    def lend(self) -> duckdb.DuckDBPyConnection:
        """Return a session, for a question that has it alone."""
        with self._lock:
            if self._free:
                return self._free.pop()
        session = duckdb.connect(config=self._config)
        session.execute("SET enable_external_access = false")
        session.execute("SET lock_configuration = true")
        return session

    def give_back(self, session: duckdb.DuckDBPyConnection) -> None:
        """Take a session back whose question was answered to its end, and is closed."""
        with self._lock:
            if len(self._free) < self._most and all(session is not other for other in self._free):
                self._free.append(session)

    def close(self) -> None:
        """Forget every session; those lent end with their question."""
        with self._lock:
            self._free.clear()


def over(
    session: duckdb.DuckDBPyConnection, answers: Mapping[str, pa.Table], types: Types | None = None
) -> duckdb.DuckDBPyConnection:
    """Return a connection of a session whose relations are `answers`, which stay in memory, for as long as it is open."""
    connection = session.cursor()
    for name, table in answers.items():
        listed = ", ".join(_outputs(table.schema, (types or {}).get(name, {})))
        connection.register(f"{name}__answer", table)
        connection.execute(f"CREATE TEMP VIEW {quote(name)} AS SELECT {listed} FROM {quote(f'{name}__answer')}")  # noqa: S608
    return connection


class Kept:
    """Answers in files of this process alone, for as long as a query in another process reads them."""

    def __init__(self, answers: Mapping[str, pa.Table], types: Types) -> None:
        """Write `answers`.

        Raises:
            QueryInvalid: One has a column of a type that no file holds.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="freehold-")
        self._types = types
        self.files: list[tuple[Released, Files]] = []
        try:
            for at, (name, table) in enumerate(answers.items()):
                self.files.append(self._keep(at, name, table))
        except (pa.ArrowException, OSError):
            self.close()
            raise QueryInvalid(remedy="an interval cannot come from another region; give its parts as numbers") from None

    def close(self) -> None:
        """Remove the files."""
        self._folder.cleanup()

    def _keep(self, at: int, name: str, table: pa.Table) -> tuple[Released, Files]:
        path = Path(self._folder.name) / f"{at}.parquet"
        pq.write_table(table, path)
        released = Released(
            relation=name, product=name, source=Source(path=path.name), outputs=_outputs(table.schema, self._types.get(name, {}))
        )
        return released, Files((str(path),), str(path), 0.0)


def _outputs(schema: pa.Schema, types: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(_output(field.name, field.type, types.get(field.name, "")) for field in schema)


def _output(column: str, carried: pa.DataType, kind: str) -> str:
    name = quote(column)
    if kind == "uuid":
        return f"CAST({name} AS UUID) AS {name}"
    return f"CAST({name} AS HUGEINT) AS {name}" if carried == _WHOLE and kind != "decimal" else name
