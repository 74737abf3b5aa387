"""The memory of released groups as DuckDB tables beside the node's registry: sets are what a column store is quick at.

Groups are compared in two ways: with each earlier group, and each earlier answer as a whole, by the columns in one alone; and with
all sums of earlier groups, by `disclosure.Audit`, whose findings are counted anew where columns were folded for it.
"""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Generator, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from freehold.disclosure import Audit, Combination, Matrix
from freehold.errors import StoreFailed
from freehold.model.query import COLUMNS, FIELD
from freehold.ports.releases import Exhausted, Overlap, Told

MOST_GROUPS = 1_000
"""How many groups of which none follows from the others are compared, for each domain, product and version of the data."""

_AUDITS = 8
_FEWEST_COLUMNS = 512
_TABLES = """
CREATE SEQUENCE IF NOT EXISTS numbers;
CREATE SEQUENCE IF NOT EXISTS cells;
CREATE TABLE IF NOT EXISTS answer (
    number BIGINT, consumer VARCHAR, product VARCHAR, measure VARCHAR, version VARCHAR, digest VARCHAR, leaf BIGINT
);
CREATE TABLE IF NOT EXISTS cell (cell BIGINT, number BIGINT, whole BOOLEAN);
CREATE TABLE IF NOT EXISTS member (cell BIGINT, e BIGINT, s BIGINT);
"""
_SMALL = 64
"""Groups of more columns are only compared where they are the same in one of `least` parts of their columns: all others differ in
as many columns at least."""

_MINE = "consumer = $consumer AND product = $product AND measure = $measure"
_KNOWN = f"SELECT 1 FROM answer WHERE {_MINE} AND version = $version AND digest = $digest"  # noqa: S608  (constants, here and below)
_HELD = f"SELECT cell, number, whole FROM cell JOIN answer USING (number) WHERE {_MINE}"  # noqa: S608
_FRESH = f"""
CREATE OR REPLACE TEMP TABLE fresh AS
WITH told AS (FROM arrived WHERE c IN (SELECT c FROM arrived GROUP BY c HAVING sum(n) >= $least)),
named AS (SELECT c, nextval('cells') AS cell FROM (SELECT DISTINCT c FROM told))
SELECT cell, false AS whole, e, s FROM told JOIN named USING (c) UNION ALL
SELECT any_value(number), true, e, sum(s)::BIGINT % {FIELD} FROM told, (SELECT nextval('cells') AS number)
WHERE (SELECT count(*) > 1 FROM named) GROUP BY e
"""  # noqa: S608
_SHARED = f"""
CREATE OR REPLACE TEMP TABLE shared AS
WITH held AS ({_HELD}), olds AS (SELECT cell, count(*) AS size FROM member JOIN held USING (cell) GROUP BY cell),
news AS (SELECT cell, count(*) AS size FROM fresh GROUP BY cell),
large_olds AS (
    SELECT cell, e % $least AS part, bit_xor(hash(e, s)) AS mark
    FROM member JOIN olds USING (cell) WHERE size > {_SMALL} GROUP BY ALL
),
large_news AS (
    SELECT cell, e % $least AS part, bit_xor(hash(e, s)) AS mark
    FROM fresh JOIN news USING (cell) WHERE size > {_SMALL} GROUP BY ALL
),
small_olds AS (FROM member JOIN olds USING (cell) WHERE size <= {_SMALL} + $least),
small_news AS (FROM fresh JOIN news USING (cell) WHERE size <= {_SMALL} + $least),
pairs AS (
    SELECT o.cell AS old, n.cell AS new FROM large_olds o JOIN large_news n USING (part, mark)
    UNION SELECT o.cell, n.cell FROM small_olds o JOIN small_news n USING (e)
),
met AS (
    SELECT old, new, count(*) AS meeting, count(*) FILTER (m.s = f.s) AS alike
    FROM pairs JOIN member m ON m.cell = old JOIN fresh f ON f.cell = new AND f.e = m.e GROUP BY ALL
)
SELECT old, new, number, o.size + n.size - meeting - alike AS apart
FROM met JOIN olds o ON o.cell = old JOIN news n ON n.cell = new JOIN held h ON h.cell = old
"""  # noqa: S608
_NEAR = "SELECT leaf FROM shared JOIN answer USING (number) WHERE apart BETWEEN 1 AND $least - 1 ORDER BY number DESC LIMIT 1"
_VECTORS = f"SELECT cell, e % $columns AS place, (sum(s) % {FIELD})::BIGINT AS s FROM "  # noqa: S608
_APART = f"""
SELECT count(*) FROM (
    SELECT e FROM (SELECT cell, e, s FROM member UNION ALL SELECT cell, e, s FROM fresh WHERE NOT whole)
    JOIN (SELECT unnest($cells) AS cell, unnest($factors) AS factor) USING (cell)
    WHERE list_contains($places, e % $columns) GROUP BY e HAVING sum(s * factor) % {FIELD} <> 0
)
"""  # noqa: S608
_LAST = "SELECT leaf FROM answer JOIN cell USING (number) WHERE list_contains($cells, cell) ORDER BY number DESC LIMIT 1"


class DuckDBReleases:
    """Implements `ports.releases.Releases`."""

    def __init__(self, path: Path | None, most_groups: int = MOST_GROUPS) -> None:
        """Open the memory in the file `path`, made where it is missing, or one that ends with the process where it is None.

        Raises:
            StoreFailed: The file cannot be used.
        """
        self._most = most_groups
        self._lock = threading.Lock()
        self._locks: defaultdict[tuple[str, str, str], threading.Lock] = defaultdict(threading.Lock)
        self._admitted: dict[int, Told] = {}
        self._audits: OrderedDict[Told, tuple[int, Audit]] = OrderedDict()
        try:
            self._database = duckdb.connect(str(path) if path is not None else ":memory:", config={"threads": 2})
            self._database.execute(_TABLES)
        except duckdb.Error as error:
            raise StoreFailed(f"`{path}` is held by another process, damaged or cannot be written") from error
        if path is not None:
            path.chmod(0o600)

    def knows(self, told: Told, digest: str) -> bool:
        """Return whether groups are remembered; see the port."""
        with self._transaction(told) as database:
            return _is_known(database, told, digest)

    def admit(self, told: Told, digest: str, least: int, members: pa.Table) -> int | Overlap | Exhausted | None:
        """Remember groups unless with others they tell of too few; see the port."""
        with self._transaction(told) as database:
            if _is_known(database, told, digest):
                return None
            self._forget_others(database, told)
            _bring(database, members, least)
            database.execute(_SHARED, {**_where(told), "least": least})
            near = database.execute(_NEAR, {"least": least}).fetchone()
            if near is not None:
                return Overlap(near[0])
            # A group that is the same as an earlier one needs no second place.
            database.execute("DELETE FROM fresh WHERE cell IN (SELECT new FROM shared WHERE apart = 0)")
            columns, audit = self._audited(database, told)
            if audit.rank > self._most:
                return Exhausted(self._most)
            for found in audit.isolating(least):
                overlap = _isolated(database, found, columns, least)
                if overlap is not None:
                    return overlap
            self._audits[told] = columns, audit
            return self._keep(database, told, digest)

    def settle(self, number: int, leaf: int) -> None:
        """Remember a leaf; see the port."""
        with self._transaction(self._admitted.pop(number)) as database:
            database.execute("UPDATE answer SET leaf = ? WHERE number = ?", [leaf, number])

    def withdraw(self, number: int) -> None:
        """Forget groups; see the port."""
        told = self._admitted.pop(number)
        with self._transaction(told) as database:
            self._audits.pop(told, None)
            database.execute("DELETE FROM member WHERE cell IN (SELECT cell FROM cell WHERE number = ?)", [number])
            database.execute("DELETE FROM cell WHERE number = ?", [number])
            database.execute("DELETE FROM answer WHERE number = ?", [number])

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def _forget_others(self, database: duckdb.DuckDBPyConnection, told: Told) -> None:
        old = f"SELECT number FROM answer WHERE {_MINE} AND version <> $version"  # noqa: S608
        values = {**_where(told), "version": told.version}
        database.execute(f"DELETE FROM member WHERE cell IN (SELECT cell FROM cell WHERE number IN ({old}))", values)  # noqa: S608
        database.execute(f"DELETE FROM cell WHERE number IN ({old})", values)  # noqa: S608
        database.execute(f"DELETE FROM answer WHERE {_MINE} AND version <> $version", values)  # noqa: S608

    def _audited(self, database: duckdb.DuckDBPyConnection, told: Told) -> tuple[int, Audit]:
        """Return the audit of all earlier groups and the fresh ones, and how many columns its vectors have."""
        columns, audit = self._audits.get(told, (0, Audit(0)))
        count = database.execute("SELECT count(DISTINCT cell) FROM fresh WHERE NOT whole").fetchone()
        groups = audit.rank + (count[0] if count else 0)
        if groups > self._most or not audit.rank or columns < min(4 * groups, COLUMNS):
            held = database.execute(f"SELECT count(*) FROM ({_HELD}) WHERE NOT whole", _where(told)).fetchone()  # noqa: S608
            groups = max(groups, held[0] if held else 0)
            columns = min(max(_FEWEST_COLUMNS, 1 << (8 * groups - 1).bit_length()), COLUMNS)
            source = f"member WHERE cell IN (SELECT cell FROM ({_HELD}) WHERE NOT whole)"  # noqa: S608
            audit = Audit(columns).with_groups(*_vectors(database, source, columns, _where(told)))
        fresh = _vectors(database, "fresh WHERE NOT whole", columns, {})
        return columns, audit.with_groups(*fresh)

    def _keep(self, database: duckdb.DuckDBPyConnection, told: Told, digest: str) -> int:
        row = database.execute("SELECT nextval('numbers')").fetchone()
        number = int(row[0]) if row else 0
        values = [number, told.consumer, told.product, told.measure, told.version, digest]
        database.execute("INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?, NULL)", values)
        database.execute("INSERT INTO cell SELECT DISTINCT cell, ?, whole FROM fresh", [number])
        database.execute("INSERT INTO member SELECT cell, e, s FROM fresh")
        self._admitted[number] = told
        return number

    @contextlib.contextmanager
    def _transaction(self, told: Told) -> Generator[duckdb.DuckDBPyConnection]:
        with self._lock:
            turn = self._locks[told.consumer, told.product, told.measure]
        with turn:
            try:
                with self._lock:
                    database = self._database.cursor()
                database.execute("BEGIN")
                yield database
                database.execute("COMMIT")
                database.close()
            except duckdb.Error as error:
                self._audits.pop(told, None)
                raise StoreFailed("what was told of groups cannot be remembered, so nothing new is told") from error


def _is_known(database: duckdb.DuckDBPyConnection, told: Told, digest: str) -> bool:
    return database.execute(_KNOWN, {**_where(told), "version": told.version, "digest": digest}).fetchone() is not None


def _where(told: Told) -> dict[str, str]:
    return {"consumer": told.consumer, "product": told.product, "measure": told.measure}


def _bring(database: duckdb.DuckDBPyConnection, members: pa.Table, least: int) -> None:
    database.register("members", members)
    # A copy: pushed into the Arrow table, a bound over 63 bits fails.
    database.execute("CREATE OR REPLACE TEMP TABLE arrived AS FROM members")
    database.unregister("members")
    database.execute(_FRESH, {"least": least})


def _vectors(
    database: duckdb.DuckDBPyConnection, source: str, columns: int, values: dict[str, str]
) -> tuple[Matrix, Sequence[int]]:
    """Return a vector for each group of `source`, and the groups."""
    found = database.execute(f"{_VECTORS}{source} GROUP BY cell, place", {**values, "columns": columns}).fetchnumpy()
    names, places = np.unique(found["cell"], return_inverse=True)
    vectors = np.zeros((len(names), columns))
    vectors[places, found["place"]] = found["s"]
    return vectors, [int(name) for name in names]


def _isolated(database: duckdb.DuckDBPyConnection, found: Combination, columns: int, least: int) -> Overlap | None:
    """Return the last answer that has a part in a combination, where that isolates too few entities."""
    cells = list(found.factors)
    values = {"cells": cells, "factors": list(found.factors.values()), "places": list(found.columns), "columns": columns}
    count = database.execute(_APART, values).fetchone()
    if count is None or not 0 < count[0] < least:
        return None
    last = database.execute(_LAST, {"cells": cells}).fetchone()
    return Overlap(last[0] if last else None)
