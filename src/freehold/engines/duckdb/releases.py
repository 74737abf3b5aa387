"""The memory of released groups as two DuckDB tables beside the node's registry: sets are what a column store is quick at."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Generator
from pathlib import Path

import duckdb
import pyarrow as pa

from freehold.errors import StoreFailed
from freehold.ports.releases import Overlap, Told

_TABLES = """
CREATE SEQUENCE IF NOT EXISTS numbers;
CREATE TABLE IF NOT EXISTS release (number BIGINT, consumer VARCHAR, product VARCHAR, version VARCHAR, digest VARCHAR, leaf BIGINT);
CREATE TABLE IF NOT EXISTS member (number BIGINT, e UBIGINT, c UBIGINT, n BIGINT);
"""
_KNOWN = "SELECT 1 FROM release WHERE consumer = $consumer AND product = $product AND version = $version AND digest = $digest"
_OLD = "consumer = $consumer AND product = $product AND version <> $version"
_TOLD = """
CREATE OR REPLACE TEMP TABLE fresh AS
WITH told AS (FROM arrived WHERE c IN (SELECT c FROM arrived GROUP BY c HAVING count(*) >= $least))
SELECT e, c, n FROM told UNION ALL SELECT e, 0, sum(n)::BIGINT FROM told GROUP BY e
"""
_NEAR = """
WITH held AS (
    SELECT m.number, m.e, m.c, m.n FROM member m JOIN release r USING (number) WHERE r.consumer = $consumer AND r.product = $product
),
shared AS (
    SELECT held.number, held.c AS old, fresh.c AS new, count(*) AS meeting, count(*) FILTER (held.n = fresh.n) AS alike
    FROM held JOIN fresh USING (e) GROUP BY ALL
),
olds AS (SELECT number, c AS old, count(*) AS size FROM held GROUP BY ALL),
news AS (SELECT c AS new, count(*) AS size FROM fresh GROUP BY ALL)
SELECT r.leaf FROM shared JOIN olds USING (number, old) JOIN news USING (new) JOIN release r USING (number)
WHERE olds.size + news.size - meeting - alike BETWEEN 1 AND $least - 1
ORDER BY r.number LIMIT 1
"""


class DuckDBReleases:
    """Implements `ports.releases.Releases`."""

    def __init__(self, path: Path | None) -> None:
        """Open the memory in the file `path`, made where it is missing, or one that ends with the process where it is None.

        Raises:
            StoreFailed: The file cannot be used.
        """
        self._lock = threading.Lock()
        try:
            self._database = duckdb.connect(str(path) if path is not None else ":memory:", config={"threads": 2})
            self._database.execute(_TABLES)
        except duckdb.Error as error:
            raise StoreFailed(f"`{path}` is held by another process, damaged or cannot be written") from error
        if path is not None:
            path.chmod(0o600)

    def admit(self, told: Told, digest: str, least: int, members: pa.Table) -> int | Overlap | None:
        """Remember groups unless they are too near to others; see the port."""
        where = {"consumer": told.consumer, "product": told.product}
        with self._transaction() as database:
            if database.execute(_KNOWN, {**where, "version": told.version, "digest": digest}).fetchone():
                return None
            self._forget_others(told)
            database.register("members", members)
            # A copy: pushed into the Arrow table, a bound over 63 bits fails.
            database.execute("CREATE OR REPLACE TEMP TABLE arrived AS FROM members")
            database.unregister("members")
            database.execute(_TOLD, {"least": least})
            near = database.execute(_NEAR, {**where, "least": least}).fetchone()
            if near is not None:
                return Overlap(near[0])
            row = database.execute("SELECT nextval('numbers')").fetchone()
            number = int(row[0]) if row else 0
            values = [number, told.consumer, told.product, told.version, digest]
            database.execute("INSERT INTO release VALUES (?, ?, ?, ?, ?, NULL)", values)
            database.execute("INSERT INTO member SELECT ?, e, c, n FROM fresh", [number])
            return number

    def _forget_others(self, told: Told) -> None:
        values = {"consumer": told.consumer, "product": told.product, "version": told.version}
        self._database.execute(f"DELETE FROM member WHERE number IN (SELECT number FROM release WHERE {_OLD})", values)  # noqa: S608
        self._database.execute(f"DELETE FROM release WHERE {_OLD}", values)  # noqa: S608  (constants)

    def settle(self, number: int, leaf: int) -> None:
        """Remember a leaf; see the port."""
        with self._transaction() as database:
            database.execute("UPDATE release SET leaf = ? WHERE number = ?", [leaf, number])

    def withdraw(self, number: int) -> None:
        """Forget groups; see the port."""
        with self._transaction() as database:
            database.execute("DELETE FROM member WHERE number = ?", [number])
            database.execute("DELETE FROM release WHERE number = ?", [number])

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    @contextlib.contextmanager
    def _transaction(self) -> Generator[duckdb.DuckDBPyConnection]:
        with self._lock:
            try:
                self._database.execute("BEGIN")
                yield self._database
                self._database.execute("COMMIT")
            except duckdb.Error as error:
                with contextlib.suppress(duckdb.Error):
                    self._database.execute("ROLLBACK")
                raise StoreFailed("what was told of groups cannot be remembered, so nothing new is told") from error
