"""The columns of a table or view of a PostgreSQL server, by the server's own catalogue."""

from __future__ import annotations

import msgspec

from freehold.engines.postgres.session import Session

_COLUMNS = """
SELECT a.attname, t.typtype,
    format_type(coalesce(nullif(t.typbasetype, 0), t.oid), CASE WHEN t.typbasetype <> 0 THEN t.typtypmod ELSE a.atttypmod END)
FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"""


class Held(msgspec.Struct, frozen=True):
    """A column: its name, its type as PostgreSQL writes it (of a domain what it is made of), and `e` of an enumeration."""

    name: str
    type: str
    kind: str


def columns_of(asked: Session, relation: str) -> tuple[Held, ...]:
    """Return the columns of a relation, whose name is quoted, in order; none where it is not there.

    Raises:
        SourceUnreadable, TimeExceeded: As `Session.table`.
    """
    rows = asked.table(_COLUMNS, [relation]).to_pydict().values()
    return tuple(Held(name, type_, kind) for name, kind, type_ in zip(*rows, strict=True))
