"""Count probes over a user's own file or table in an in-memory session, which can open that file and nothing else.

What a file says of itself is not believed: its statistics are no answer to any probe.
"""

from __future__ import annotations

import contextlib
import glob
import os
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from freehold.engines.duckdb.sessions import fenced
from freehold.engines.duckdb.sources import logical, scan
from freehold.errors import ParameterInvalid, SourceUnreadable
from freehold.model.product import Source
from freehold.model.query import InspectedColumn
from freehold.model.rule import Probe
from freehold.names import quote
from freehold.ports.probing import Local, Progress
from freehold.quality.conditions import text_literal
from freehold.quality.statements import counting, sampling

if TYPE_CHECKING:
    import pyarrow as pa

_TABLE = "data"
_UNBELIEVED = "statistics_propagation,filter_pushdown"
"""The parts of the optimiser that take a file's statistics for the truth."""


class DuckDBProber:
    """Implements `ports.probing.Prober`. One session for each call: nothing is kept."""

    def __init__(self, *, threads: int | None = None, memory: int = 2 << 30) -> None:
        """Count with `threads` threads (by default all there are) in `memory` bytes."""
        self._config = fenced(threads or os.cpu_count() or 1, memory)

    def columns(self, data: Local) -> tuple[InspectedColumn, ...]:
        """Return the columns as the data has them; see `ports.probing.Prober`."""
        with self._session(data) as (session, relation):
            described = session.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()  # noqa: S608  (a quoted path or a fixed name)
        return tuple(InspectedColumn(name=row[0], logical=logical(row[1]), physical=row[1]) for row in described)

    def count(self, data: Local, probes: Sequence[Probe], progress: Progress | None = None) -> tuple[float | None, ...]:
        """Return what each probe counts; see `ports.probing.Prober`."""
        found: dict[Probe, float | None] = {}
        with self._session(data) as (session, relation):
            statements = counting(relation, dict.fromkeys(probes))
            for done, statement in enumerate(statements, 1):
                row = session.execute(statement.sql).fetchone() or ()
                found |= dict(zip(statement.probes, row, strict=True))
                if progress is not None:
                    progress(done / len(statements))
        return tuple(found[probe] for probe in probes)

    def samples(self, data: Local, probe: Probe, limit: int) -> pa.Table:
        """Return at most `limit` rows that a probe counts; see `ports.probing.Prober`."""
        with self._session(data) as (session, relation):
            sql = sampling(relation, probe, limit) or f"SELECT * FROM {relation} LIMIT 0"  # noqa: S608  (as above)
            return session.execute(sql).to_arrow_table()

    @contextlib.contextmanager
    def _session(self, data: Local) -> Generator[tuple[duckdb.DuckDBPyConnection, str]]:
        session = duckdb.connect(config=self._config)
        try:
            session.execute(f"SET disabled_optimizers = '{_UNBELIEVED}'")
            if isinstance(data, str | os.PathLike):
                relation = _open_file(session, os.fspath(data))
            else:
                session.register(_TABLE, as_arrow(data))
                relation = quote(_TABLE)
            session.execute("SET enable_external_access = false")
            session.execute("SET lock_configuration = true")
            yield session, relation
        except duckdb.Error as error:
            raise _unusable(data) from error
        finally:
            session.close()


def as_arrow(data: Any) -> pa.Table:
    """Return a table in memory as an Arrow table.

    Raises:
        ParameterInvalid: It is none, or holds what Arrow cannot.
    """
    import pyarrow as pa

    try:
        if hasattr(type(data), "columns") and hasattr(data, "isna"):
            return pa.Table.from_pandas(data, preserve_index=False)
        if hasattr(data, "collect") and hasattr(data, "collect_schema"):
            data = data.collect()
        if isinstance(data, duckdb.DuckDBPyRelation):
            return data.to_arrow_table()
        if hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
            return pa.table(data)
    except (TypeError, ValueError, NotImplementedError, pa.ArrowException) as error:
        raise _unusable(data) from error
    raise _unusable(data)


def _open_file(session: duckdb.DuckDBPyConnection, path: str) -> str:
    found = [path] if Path(path).exists() else sorted(glob.glob(path))  # noqa: PTH207  (a pattern may be absolute)
    if not found or not all(Path(item).is_file() for item in found):
        raise SourceUnreadable(f"there is no file `{path}`", remedy="name a Parquet or CSV file", source=path)
    paths = tuple(map(os.path.realpath, found))
    # Written out, because a parameter would have the session import pandas to look at it.
    session.execute(f"SET allowed_paths = [{', '.join(map(text_literal, paths))}]")
    kind = "csv" if path.casefold().endswith((".csv", ".csv.gz")) else "parquet"
    return scan(Source(path=path, format=kind), paths)


def _unusable(data: Any) -> SourceUnreadable | ParameterInvalid:
    if isinstance(data, str | os.PathLike):
        path = os.fspath(data)
        detail = f"the file `{path}` cannot be read as what its ending says"
        return SourceUnreadable(detail, remedy="name a Parquet or CSV file that is whole", source=path)
    name = type(data).__name__
    return ParameterInvalid(f"`{name}` is not a table that can be read", remedy="give a pandas or Polars frame, or an Arrow table")
