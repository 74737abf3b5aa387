"""The engine over Azure SQL, by Microsoft's own driver, against the tests' responder: what it sends, stops and tells."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import hmac
import logging
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from freehold.engines.azuresql import connection
from freehold.engines.azuresql.connection import SCOPE, Access, Connection, Password
from freehold.engines.azuresql.engine import AzureSqlEngine
from freehold.engines.duckdb.engine import DuckDBEngine
from freehold.errors import (
    AccountRefused,
    EngineFailed,
    FreeholdError,
    MemoryExceeded,
    QueryCancelled,
    RowsExceeded,
    SettingInvalid,
    SourceUnreadable,
    TimeExceeded,
)
from freehold.model.place import SqlDatabase
from freehold.model.policy import Form
from freehold.model.product import Source
from freehold.model.query import Barrier, EnforcedPlan, Limits, Value
from freehold.ports.engine import Stop
from freehold.ports.tokens import Token
from tds.execution import Database
from tds.server import Responder, responding
from tds.wire import Login

SOURCE = Source(path="dbo.people", engine="azure-sql", format="table")
TYPES = {
    "Id": "int",
    "name": "nvarchar(50)",
    "code": "char(3)",
    "note": "nvarchar(max)",
    "amount": "decimal(9,2)",
    "price": "money",
    "ok": "bit",
    "at": "datetime2(7)",
    "day": "date",
    "clock": "time(7)",
    "ratio": "float",
    "small": "real",
    "key": "uniqueidentifier",
    "bytes": "varbinary(10)",
}
ROWS: dict[str, list[Any]] = {
    "Id": [1, 2, 3, None],
    "name": ["Ann", "ann", "Ann ", None],
    "code": ["a  ", "b  ", "abc", None],
    "note": ["x" * 9_000, "", "😀", None],
    "amount": [Decimal("1.50"), Decimal("-2.00"), Decimal("9999999.99"), None],
    "price": [Decimal("1.5000"), Decimal(-2), Decimal("0.0001"), None],
    "ok": [True, False, True, None],
    "at": [*map(dt.datetime.fromisoformat, ("2020-01-02 03:04:05.678901", "0001-01-01", "9999-12-31 23:59:59.999999")), None],
    "day": [dt.date(2020, 1, 1), dt.date(1, 1, 1), dt.date(9999, 12, 31), None],
    "clock": [dt.time(1, 2, 3, 4), dt.time(0), dt.time(23, 59, 59, 999999), None],
    "ratio": [0.1, -2.5, 1e300, None],
    "small": [0.5, -2.5, 1.0, None],
    "key": ["6F9619FF-8B86-D011-B42D-00C04FC964FF", "00000000-0000-0000-0000-000000000000", None, None],
    "bytes": [b"a\0b", b"", b"\xff", None],
}


class Tokens:
    """Gives one token, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.scopes: list[str] = []

    def token(self, scope: str) -> Token:
        """Return it."""
        self.scopes.append(scope)
        return Token(value="header.payload.signature", expires_at=0)


def keyed(told: bytes) -> bytes:
    return hmac.digest(b"k", told, hashlib.sha256)


def engine_on(responder: Responder, folder: Path, access: Access = None) -> AzureSqlEngine:
    place = SqlDatabase(name="crm", server=f"127.0.0.1:{responder.port}", database="c;r}m", region="westeurope")
    return AzureSqlEngine(DuckDBEngine(folder), {"crm": place}, access or Password(user="node", password="p;}ß"), keyed, folder)


@pytest.fixture(scope="module")
def responder() -> Iterator[Responder]:
    database = Database()
    database.add("people", TYPES, pa.table(ROWS))
    database.add("many", {"n": "bigint", "text": "nvarchar(100)"}, pa.table({"n": range(40_000), "text": ["some text"] * 40_000}))
    slow = "SELECT count(*)::INT AS n FROM range(1000000) a, range(1000000) b WHERE hash(a.range + b.range) = 1"
    database.change(f"CREATE VIEW dbo.slow AS {slow}")
    database.describe("slow", {"n": "int"}, "VIEW")
    with responding(database, lambda login: login.user != "nobody") as up:
        yield up
    assert not database.unbounded


@pytest.fixture
def engine(responder: Responder, tmp_path: Path) -> Iterator[AzureSqlEngine]:
    made = engine_on(responder, tmp_path)
    yield made
    made.close()


def plan_of(sql: str, *columns: str, predicates: tuple[str, ...] = (), source: Source = SOURCE) -> EnforcedPlan:
    outputs = tuple(f'"{name}" AS "{name.lower()}"' for name in columns)
    barrier = Barrier(relation="__r0", product="crm.people", source=source, outputs=outputs, predicates=predicates)
    return EnforcedPlan(sql=sql, barriers=(barrier,), view="v", digest="d", form=Form.ROWS)


def projected(*columns: str, rest: str = "") -> str:
    folded = [f'"{name.lower()}"' for name in columns]
    shown = ", ".join(f'"t".{name} AS {name}' for name in folded)
    return f'SELECT {shown} FROM (SELECT {", ".join(folded)} FROM "__r0") AS "t"{rest}'


def answer(engine: AzureSqlEngine, plan: EnforcedPlan, parameters: dict[str, Value] | None = None) -> list[dict[str, Any]]:
    execution = engine.run(plan, parameters or {}, Limits())
    schema = execution.schema
    return pa.Table.from_batches(list(execution.batches()), schema).to_pylist()


@pytest.mark.parametrize("value", [Decimal("1234567890123456789012345678901.234"), Decimal("NaN"), Decimal(10) ** 40])
def test_a_number_comes_back_with_all_its_digits_or_is_an_error_of_the_engine(responder: Responder, value: Decimal) -> None:
    place = SqlDatabase(name="crm", server=f"127.0.0.1:{responder.port}", database="crm", region="westeurope")
    with contextlib.closing(Connection(place, Password(user="node", password="p"), 10)) as opened:
        if value.is_finite() and value < Decimal(10) ** 38:
            assert opened.rows("SELECT CAST(? AS decimal(38,3)) AS [n]", (value,)) == [(value,)]
        else:
            with pytest.raises(EngineFailed):
                opened.rows("SELECT CAST(? AS decimal(38,3)) AS [n]", (value,))


def test_every_type_comes_as_it_is_whole_and_brought(engine: AzureSqlEngine) -> None:
    wanted = [dict(zip((name.lower() for name in ROWS), row, strict=True)) for row in zip(*ROWS.values(), strict=True)]
    for row in wanted:
        row["key"] = row["key"].lower() if row["key"] else None
    assert answer(engine, plan_of(projected(*TYPES), *TYPES)) == wanted
    brought = answer(engine, plan_of(projected(*TYPES, rest=' WHERE LENGTH("t"."name") >= 0 OR TRUE'), *TYPES))
    assert brought == wanted


def test_what_is_stored_is_described_by_the_words_of_manifests(engine: AzureSqlEngine) -> None:
    found = {column.name: (column.logical, column.physical) for column in engine.inspect(SOURCE).columns}
    assert found["Id"] == ("integer", "int")
    assert found["note"] == ("string", "nvarchar(max)")
    assert found["amount"] == ("decimal(9,2)", "decimal(9,2)")
    assert found["at"] == ("timestamp", "datetime2(7)")
    assert engine.inspect(SOURCE).rows == 4


def test_a_version_tells_nothing_of_the_data_and_changes_with_it(responder: Responder, tmp_path: Path) -> None:
    database = responder.database
    database.add("moved", {"n": "int", "text": "nvarchar(10)"}, pa.table({"n": [1, 2], "text": ["a", "b"]}))
    source = Source(path="dbo.moved", engine="azure-sql", format="table")

    def version() -> str:
        engine = engine_on(responder, tmp_path)
        try:
            return engine.version(source)
        finally:
            engine.close()

    first = version()
    assert version() == first
    database.change("UPDATE dbo.moved SET text = 'a ' WHERE n = 1")
    spaced = version()
    database.change("UPDATE dbo.moved SET text = CASE n WHEN 1 THEN 'b' ELSE 'a' END")
    swapped = version()
    database.change("UPDATE dbo.moved SET text = NULL WHERE n = 1")
    nulled = version()
    database.change("UPDATE dbo.moved SET text = CASE n WHEN 1 THEN 'a' ELSE 'b' END")
    assert version() == first
    assert len({first, spaced, swapped, nulled}) == 4
    other = AzureSqlEngine(
        DuckDBEngine(tmp_path),
        {"crm": SqlDatabase(name="crm", server=f"127.0.0.1:{responder.port}", database="crm", region="westeurope")},
        Password(user="node", password="x"),
        lambda told: hmac.digest(b"another key", told, hashlib.sha256),
        tmp_path,
    )
    assert other.version(source) != first
    other.close()


def test_the_age_of_data_is_known_by_the_column_that_says_so(engine: AzureSqlEngine) -> None:
    assert engine.inspect(SOURCE).refreshed_at == 0
    dated = msgspec.structs.replace(SOURCE, changed_at="DAY")
    assert engine.inspect(dated).refreshed_at == dt.datetime(9999, 12, 31, tzinfo=dt.UTC).timestamp()


def test_rows_of_entities_are_counted_as_values_are_told_apart_here(engine: AzureSqlEngine) -> None:
    counted = engine.entity_rows(SOURCE, "NAME")
    assert counted is not None
    assert (counted.rows, counted.nameless, counted.largest) == (4, 1, (1, 1, 1))
    assert engine.entity_rows(SOURCE, "ratio") is None


def test_a_login_is_read_only_and_by_token_or_password(responder: Responder, tmp_path: Path) -> None:
    tokens = Tokens()
    for access in (tokens, Password(user="node", password="p;}ß")):
        engine = engine_on(responder, tmp_path, access)
        engine.version(SOURCE)
        engine.close()
    by_token, by_password = _last(responder, 2)
    assert tokens.scopes == [SCOPE]
    assert (by_token.token, by_token.federated, by_token.read_only) == ("header.payload.signature", True, True)
    assert (by_password.user, by_password.password, by_password.database) == ("node", "p;}ß", "c;r}m")
    assert by_password.read_only
    assert "p;}ß" not in repr(Password(user="node", password="p;}ß"))
    assert "signature" not in repr(tokens.token(""))


def _last(responder: Responder, count: int) -> list[Login]:
    return responder.seen.logins[-count:]


def test_whoever_is_not_let_in_is_told_what_to_check(responder: Responder, tmp_path: Path) -> None:
    engine = engine_on(responder, tmp_path, Password(user="nobody", password="hush"))
    with pytest.raises(SourceUnreadable) as refused:
        engine.version(SOURCE)
    assert "hush" not in str(refused.value.facts) + str(refused.value)
    engine.close()
    place = SqlDatabase(name="crm", server="127.0.0.1:1", database="crm", region="westeurope")
    nothing = AzureSqlEngine(DuckDBEngine(tmp_path), {"crm": place}, None, keyed, tmp_path)
    with pytest.raises(SettingInvalid, match="how to get into"):
        nothing.version(SOURCE)
    nothing.close()


class Refusing:
    """Gives no token."""

    def token(self, scope: str) -> Token:
        """Refuse."""
        raise AccountRefused(f"nothing for {scope}", remedy="set a secret")


def test_where_there_is_no_token_the_tables_are_unreadable(responder: Responder, tmp_path: Path) -> None:
    engine = engine_on(responder, tmp_path, Refusing())
    with pytest.raises(SourceUnreadable, match="no token") as refused:
        engine.version(SOURCE)
    assert "secret" not in f"{refused.value} {refused.value.remedy}"
    engine.close()


def test_a_server_that_is_not_there_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PATIENCE", 1)
    place = SqlDatabase(name="crm", server="127.0.0.1:1", database="c", region="westeurope")
    engine = AzureSqlEngine(DuckDBEngine(tmp_path), {"crm": place}, Password(user="u", password="p"), keyed, tmp_path)
    with pytest.raises(SourceUnreadable, match="cannot be reached"):
        engine.version(SOURCE)
    engine.close()


@pytest.mark.parametrize("path", ["dbo.nothing", "people", "dbo.people; drop table x", "dbo.[people]"])
def test_a_table_that_is_not_there_is_unreadable(engine: AzureSqlEngine, path: str) -> None:
    with pytest.raises(SourceUnreadable):
        engine.version(Source(path=path, engine="azure-sql", format="table"))


def test_values_travel_beside_the_text(engine: AzureSqlEngine, responder: Responder) -> None:
    evil = "x' OR 1=1; DROP TABLE dbo.people --]"
    sql = projected("Id", rest=' WHERE "t"."name" = $who').replace('(SELECT "id" FROM', '(SELECT "id", "name" FROM')
    plan = msgspec.structs.replace(plan_of(sql, "Id", "name"), parameters=("who",))
    assert answer(engine, plan, {"who": evil}) == []
    assert evil not in responder.seen.statements[-1]
    assert responder.seen.values[-1][0] == evil
    assert answer(engine, plan, {"who": "ann"}) == [{"id": 2}]
    assert answer(engine, plan, {"who": "Ann "}) == [{"id": 3}]
    assert answer(engine, plan, {"who": None}) == []


def test_a_row_filter_runs_there_and_again_here(engine: AzureSqlEngine, responder: Responder) -> None:
    computed = ' WHERE UPPER("t"."name") <> \'\''
    sql = projected("Id", rest=computed).replace('(SELECT "id" FROM', '(SELECT "id", "name" FROM')
    assert answer(engine, plan_of(sql, "Id", "name", predicates=('"Id" > 1', "upper(name) LIKE '%N'"))) == [{"id": 2}]
    assert "([t].[Id] > CAST(@P1 AS bigint))" in responder.seen.statements[-1]
    assert "UPPER" not in responder.seen.statements[-1]


def test_hidden_columns_are_not_asked_for(engine: AzureSqlEngine, responder: Responder) -> None:
    answer(engine, plan_of('SELECT UPPER("t"."name") AS "n" FROM (SELECT "name" FROM "__r0") AS "t"', *TYPES))
    assert [name for name in TYPES if f"[{name}]" in responder.seen.statements[-1]] == ["name"]


def test_a_caller_who_goes_away_stops_the_statement_there(engine: AzureSqlEngine, responder: Responder) -> None:
    stop, before = Stop(), responder.seen.attentions
    threading.Timer(0.3, stop.wish).start()
    slow = Source(path="dbo.slow", engine="azure-sql", format="table")
    with pytest.raises(QueryCancelled):
        _run(engine, plan_of(projected("n"), "n", source=slow), Limits(), stop)
    assert responder.seen.attentions > before


def test_time_is_up_there_too(engine: AzureSqlEngine, responder: Responder) -> None:
    slow, before = Source(path="dbo.slow", engine="azure-sql", format="table"), responder.seen.attentions
    with pytest.raises(TimeExceeded, match=r"after 0\.4 s"):
        _run(engine, plan_of(projected("n"), "n", source=slow), Limits(seconds=0.4), None)
    computed = plan_of('SELECT SQRT("t"."n") AS "n" FROM (SELECT "n" FROM "__r0") AS "t"', "n", source=slow)
    with pytest.raises(TimeExceeded):
        _run(engine, computed, Limits(seconds=0.4), None)
    assert responder.seen.attentions >= before + 2


def _run(engine: AzureSqlEngine, plan: EnforcedPlan, limits: Limits, stop: Stop | None) -> int:
    execution = engine.run(plan, {}, limits, stop)
    return sum(batch.num_rows for batch in execution.batches())


def test_an_answer_comes_in_parts_and_is_bounded_in_rows(engine: AzureSqlEngine) -> None:
    many = Source(path="dbo.many", engine="azure-sql", format="table")
    execution = engine.run(plan_of(projected("n", "text"), "n", "text", source=many), {}, Limits())
    sizes = [batch.num_rows for batch in execution.batches()]
    assert sum(sizes) == 40_000
    assert len(sizes) > 3
    with pytest.raises(RowsExceeded):
        _run(engine, plan_of(projected("n"), "n", source=many), Limits(rows=39_999), None)


def test_what_is_brought_is_bounded_in_bytes(engine: AzureSqlEngine) -> None:
    many = Source(path="dbo.many", engine="azure-sql", format="table")
    sql = 'SELECT UPPER("t"."text") AS "n" FROM (SELECT "text" FROM "__r0") AS "t"'
    with pytest.raises(MemoryExceeded):
        _run(engine, plan_of(sql, "text", source=many), Limits(memory=100_000), None)
    assert _run(engine, plan_of(sql, "text", source=many), Limits(), None) == 40_000


def test_an_answer_given_up_half_way_leaves_nothing_behind(engine: AzureSqlEngine, responder: Responder) -> None:
    many = Source(path="dbo.many", engine="azure-sql", format="table")
    for sql in (projected("n", "text"), 'SELECT UPPER("t"."text") AS "n" FROM (SELECT "text" FROM "__r0") AS "t"'):
        execution = engine.run(plan_of(sql, "n", "text", source=many), {}, Limits())
        next(execution.batches())
        execution.cancel()
        execution.close()
        execution.close()
    until = time.monotonic() + 5
    while responder.connections and time.monotonic() < until:
        time.sleep(0.01)
    assert not responder.connections


def test_what_the_server_says_stays_inside(engine: AzureSqlEngine, responder: Responder, caplog: pytest.LogCaptureFixture) -> None:
    responder.database.describe("ghost", {"n": "int"}, "VIEW")
    ghost = Source(path="dbo.ghost", engine="azure-sql", format="table")
    with caplog.at_level(logging.DEBUG, "freehold"), pytest.raises(FreeholdError) as failed:
        answer(engine, plan_of(projected("n"), "n", source=ghost))
    assert "ghost" not in f"{failed.value.detail} {failed.value.remedy}".replace("`dbo.ghost`", "")
    assert "Catalog Error" in responder.seen.refusals[-1]
    assert "Catalog" not in caplog.text
