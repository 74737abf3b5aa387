"""A database of a PostgreSQL server that the operator lists for scans: a `ports.scanning.Database` in read-only transactions.

No function of its users' is called: no view is read, no foreign table, and names are looked up among the system's first. A table
under row-level security that the role does not bypass is refused as a whole, instead of being judged by a part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from freehold.engines.postgres.columns import Held, columns_of
from freehold.engines.postgres.session import Session, session
from freehold.errors import SettingInvalid, SourceUnreadable
from freehold.names import quote
from freehold.ports.scanning import TableFound

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import pyarrow as pa

TIMEOUT = 120
"""Seconds that one statement of a scan may take."""

MOST = 20_000
"""How many tables and views one scan looks at."""

LONGEST = 1_000
"""How many characters of a value are asked for."""

_SERVICE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}")
_SETTINGS = ("search_path=pg_catalog", "row_security=off", "lock_timeout=10s")
_LISTED = r"""
SELECT n.nspname, c.relname, CASE WHEN c.relkind IN ('r', 'p') AND NOT EXISTS (
    SELECT FROM pg_partition_tree(c.oid) AS t JOIN pg_class AS f ON f.oid = t.relid WHERE f.relkind = 'f'
    ) THEN 'table' ELSE 'view' END
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND n.nspname NOT LIKE 'pg\_%'
    AND n.nspname <> 'information_schema' AND NOT EXISTS (
        SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
"""
_ORDERED = f"{_LISTED} ORDER BY 1, 2 LIMIT {MOST + 1}"
_USED = f"""
SELECT l.* FROM ({_LISTED}) AS l (schema, name, kind) WHERE (l.schema, l.name) IN (
    SELECT n.nspname, c.relname FROM pg_rewrite AS r
    JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
    JOIN pg_class AS c ON c.oid = d.refobjid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE r.ev_class = to_regclass($1) AND c.oid <> r.ev_class) ORDER BY 1, 2"""  # noqa: S608  (constants)
_KIND = "SELECT relkind FROM pg_class WHERE oid = to_regclass($1)"
_PLAIN = frozenset({"smallint", "integer", "bigint", "real", "double precision"})
_DAYS = frozenset({"date", "timestamp without time zone", "timestamp with time zone"})
_TEXTS = frozenset(
    {"text", "character varying", "character", "name", "uuid", "numeric", "json", "jsonb", "xml", "cidr", "macaddr", "macaddr8"}
)
_LENGTH = re.compile(r"\([0-9]+(?:,-?[0-9]+)?\)")


class PostgresDatabase:
    """A `ports.scanning.Database`: where it is and as whom is known to libpq alone."""

    engine = "postgresql"

    def __init__(self, name: str, service: str, *, timeout: int = TIMEOUT) -> None:
        """Read what `service` of libpq's service file names, called `name`; no statement takes longer than `timeout` seconds.

        Raises:
            SettingInvalid: That is no name of a service.
        """
        if not _SERVICE.fullmatch(service):
            raise SettingInvalid(
                f"`{name}` names no service of PostgreSQL",
                remedy="write `NAME=postgresql:SERVICE`, and put host, database and user into libpq's service file",
            )
        self._name = name
        self._service = service
        self._timeout = timeout

    def name(self) -> str:
        """Return what the database is called on its server.

        Raises:
            SourceUnreadable: It cannot be reached.
        """
        with self._session() as asked:
            return str(asked.table("SELECT current_database()::text AS n").to_pylist()[0]["n"])

    def state(self) -> str | None:
        """Return None: PostgreSQL tells nobody what has changed since when."""
        return None

    def tables(self) -> Iterator[TableFound]:
        """Yield the tables and views, without those of the system and of extensions; a partition is looked at in its table.

        Raises:
            SourceUnreadable, TimeExceeded: They cannot be listed.
        """
        with self._session() as asked:
            found = _tables(asked.table(_ORDERED))
        if len(found) > MOST:
            raise SourceUnreadable(f"`{self._name}` has more than {MOST:,} tables", remedy="list it for a role that sees fewer")
        yield from found

    def columns(self, table: TableFound) -> list[tuple[str, str]]:
        """Return names and types of a table's columns, in order.

        Raises:
            SourceUnreadable, TimeExceeded: They cannot be read.
        """
        with self._session() as asked:
            return [(item.name, item.type) for item in columns_of(asked, _relation(table))]

    def uses(self, view: TableFound) -> list[TableFound]:
        """Return the tables and views that a view names.

        Raises:
            SourceUnreadable, TimeExceeded: It cannot be asked.
        """
        with self._session() as asked:
            return _tables(asked.table(_USED, [_relation(view)]))

    def batches(self, table: TableFound, most: int) -> Iterator[pa.RecordBatch]:
        """Yield the first rows of a table in the order of its pages; of a long value its beginning.

        Raises:
            SourceUnreadable, TimeExceeded: They cannot be read, or row-level security hides some of them.
        """
        relation = _relation(table)
        with self._session() as asked:
            kinds = asked.table(_KIND, [relation]).to_pylist()
            outputs = [made for item in columns_of(asked, relation) if (made := _output(item)) is not None]
            if not outputs or not kinds or kinds[0]["relkind"] not in {"r", "p"}:
                return
            only = "ONLY " if kinds[0]["relkind"] == "r" else ""  # tables that inherit from it are looked at by themselves
            yield from asked.batches(f"SELECT {', '.join(outputs)} FROM {only}{relation} LIMIT {most:d}")  # noqa: S608  (quoted)

    def _session(self) -> AbstractContextManager[Session]:
        return session(self._name, self._timeout, service=self._service, settings=_SETTINGS)


def _tables(found: pa.Table) -> list[TableFound]:
    rows = zip(*found.to_pydict().values(), strict=True)
    return [TableFound(schema=schema, name=name, kind=kind) for schema, name, kind in rows]


def _relation(table: TableFound) -> str:
    return f"{quote(table.schema)}.{quote(table.name)}"


def _output(column: Held) -> str | None:
    """Return a column as it is asked for, or None where it holds nothing that could be classified."""
    name, plain = quote(column.name), _LENGTH.sub("", column.type)
    if plain in _PLAIN:
        return name
    if plain in _DAYS:
        return f"CASE WHEN isfinite({name}) THEN {name} END AS {name}"
    if plain == "inet":
        return f"host({name}) AS {name}"
    if column.kind == "e":
        return f"textin(enum_out({name})) AS {name}"  # a cast of it could be a function of its owner's
    return f"left({name}::text, {LONGEST}) AS {name}" if plain in _TEXTS else None
