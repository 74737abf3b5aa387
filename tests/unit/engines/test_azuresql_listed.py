"""A listed database of Azure SQL as a scan sees it; and the responder itself, as a second, independent client sees it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pyarrow as pa
import pytds
import pytest

from freehold.engines.azuresql.connection import Password
from freehold.engines.azuresql.listed import AzureSqlDatabase
from freehold.errors import SourceUnreadable
from freehold.model.place import SqlDatabase
from freehold.ports.scanning import Database as Listed
from freehold.ports.scanning import TableFound
from tds.execution import Database
from tds.server import Responder, responding

TYPES = {
    "id": "int",
    "note": "nvarchar(max)",
    "amount": "decimal(9,2)",
    "day": "date",
    "at": "datetime2(7)",
    "ok": "bit",
    "raw": "varbinary(9)",
}
ROWS = pa.table(
    {
        "id": [1, 2, None],
        "note": ["x" * 5_000, "Ann", None],
        "amount": [Decimal("-1.50"), Decimal("7.25"), None],
        "day": [dt.date(2020, 2, 29), dt.date(1, 1, 1), None],
        "at": [*map(dt.datetime.fromisoformat, ("2020-01-02 03:04:05.678901", "1999-12-31")), None],
        "ok": [True, False, None],
        "raw": [b"\0", b"ab", None],
    }
)


@pytest.fixture(scope="module")
def responder() -> Iterator[Responder]:
    database = Database()
    database.add("people", TYPES, ROWS)
    database.change("CREATE VIEW dbo.some AS FROM dbo.people")
    database.describe("some", TYPES, "VIEW")
    database.reads("some", "people")
    with responding(database, lambda login: (login.user, login.password) == ("scan", "söme") or login.token == "a.b.c") as up:
        yield up
    assert all("*" in sql for sql in database.unbounded), "the scan asks for no column of unbounded length"


@pytest.fixture
def listed(responder: Responder) -> Listed:
    place = SqlDatabase(name="crm", server=f"127.0.0.1:{responder.port}", database="crm", region="westeurope")
    return AzureSqlDatabase(place, Password(user="scan", password="söme"))


PEOPLE = TableFound(schema="dbo", name="people", kind="table")
SOME = TableFound(schema="dbo", name="some", kind="view")


def test_a_scan_finds_tables_columns_and_what_views_read(listed: Listed) -> None:
    assert (listed.engine, listed.name(), listed.state()) == ("azure-sql", "crm", None)
    assert list(listed.tables()) == [PEOPLE, SOME]
    assert listed.columns(PEOPLE) == list(TYPES.items())
    assert listed.uses(SOME) == [PEOPLE]
    assert listed.uses(PEOPLE) == []


def test_a_scan_sees_the_beginning_of_some_rows_and_of_views_none(listed: Listed, responder: Responder) -> None:
    (batch,) = listed.batches(PEOPLE, 2)
    assert batch.num_rows == 2
    assert "raw" not in batch.schema.names
    assert {len(note or "") for note in batch.column("note").to_pylist()} == {1_000, 3}
    before = len(responder.seen.statements)
    assert list(listed.batches(SOME, 2)) == []
    assert not [text for text in responder.seen.statements[before:] if "TOP" in text]


def test_a_table_that_went_meanwhile_is_unreadable(listed: Listed) -> None:
    with pytest.raises(SourceUnreadable):
        listed.columns(TableFound(schema="dbo", name="gone", kind="table"))


def test_another_client_reads_the_same_from_the_responder(responder: Responder) -> None:
    with pytds.connect("127.0.0.1", port=responder.port, user="scan", password="söme", autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT * FROM dbo.people WHERE id >= %s", (1,))
        assert [tuple(row) for row in cursor.fetchall()] == [tuple(row.values()) for row in ROWS.to_pylist()[:2]]
        with pytest.raises(pytds.OperationalError):
            cursor.execute("DELETE FROM dbo.people")


def test_another_client_gets_in_by_token_and_not_by_another_password(responder: Responder) -> None:
    with pytds.connect("127.0.0.1", port=responder.port, database="crm", access_token_callable=lambda: "a.b.c") as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT COUNT_BIG(*) AS n FROM dbo.people")
        assert cursor.fetchall() == [(3,)]
    with pytest.raises(pytds.OperationalError):
        pytds.connect("127.0.0.1", port=responder.port, user="scan", password="other", database="crm")
