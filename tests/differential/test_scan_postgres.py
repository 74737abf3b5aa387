"""A scan of a real PostgreSQL server: what it describes, what it finds, and what nobody's code on that server makes it do."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from differential.postgres import Postgres
from freehold.datamap.access import Someone
from freehold.engines.columnar.folder import ListedFolders
from freehold.engines.postgres.listed import PostgresDatabase
from freehold.errors import SourceUnreadable, TimeExceeded
from freehold.ports.scanning import TableFound
from freehold.services.datamap.databases import Databases
from freehold.services.datamap.ground import Ground
from freehold.services.datamap.lineage import Lineage
from freehold.services.datamap.looking import Files, Products
from freehold.services.datamap.reading import Reading
from freehold.services.datamap.runs import ENDED, Runs
from freehold.services.datamap.scanning import Scanning
from freehold.services.datamap.writing import Writing
from freehold.services.force import InForce
from freehold.stores.datamap import SqliteDataMap
from freehold.testing import FixedClock, MemoryRegistry

STEWARD = Someone("steward")
SHOP = "shop.postgres.database.azure.com"
ADDRESS = f"postgresql://{SHOP}/postgres"
LAID = """
CREATE SCHEMA shop;
CREATE TYPE shop.mood AS ENUM (
    'anna@contoso.example', 'ben@contoso.example', 'cleo@contoso.example', 'dora@contoso.example',
    'emil@contoso.example', 'fred@contoso.example', 'gina@contoso.example', 'hugo@contoso.example',
    'ida@contoso.example', 'jan@contoso.example', 'kim@contoso.example', 'lea@contoso.example');
CREATE DOMAIN shop.mail AS text;
CREATE TABLE shop.people (
    id integer PRIMARY KEY, mail shop.mail, born date, at timestamptz, "from" inet, more jsonb, raw bytea, tags text[]);
INSERT INTO shop.people SELECT n, 'person' || n || '@contoso.example', 'infinity', now(), '10.0.0.1', '{"a": 1}', 'x', '{a}'
    FROM generate_series(1, 50) n;
CREATE VIEW shop.seen AS SELECT mail AS address FROM shop.people;
CREATE VIEW shop.again AS SELECT address FROM shop.seen;
CREATE MATERIALIZED VIEW shop.kept AS SELECT mail FROM shop.people;
CREATE TABLE shop.parted (day date, mail text) PARTITION BY RANGE (day);
CREATE TABLE shop.parted_1 PARTITION OF shop.parted FOR VALUES FROM ('2020-01-01') TO ('2030-01-01');
INSERT INTO shop.parted SELECT '2025-01-01', 'p' || n || '@contoso.example' FROM generate_series(1, 20) n;
CREATE TABLE shop.closed (mail text);
CREATE TABLE shop.rows (mail text); ALTER TABLE shop.rows ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON shop.rows USING (false);
CREATE TABLE shop.called (n integer);
CREATE FUNCTION shop.call() RETURNS text LANGUAGE plpgsql AS $$ BEGIN INSERT INTO shop.called VALUES (1); RETURN 'x'; END $$;
CREATE FUNCTION shop.spell(shop.mood) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'called'; END $$;
CREATE CAST (shop.mood AS text) WITH FUNCTION shop.spell(shop.mood);
CREATE VIEW shop.trap AS SELECT shop.call() AS mail, pg_sleep(3600)::text AS slept;
CREATE TABLE shop.moods (mood shop.mood);
INSERT INTO shop.moods SELECT unnest(enum_range(NULL::shop.mood)) FROM generate_series(1, 10);
CREATE FUNCTION public.left(text, integer) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'called'; END $$;
CREATE FUNCTION public.host(inet) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'called'; END $$;
CREATE ROLE scanner LOGIN;
GRANT USAGE ON SCHEMA shop TO scanner;
GRANT SELECT ON ALL TABLES IN SCHEMA shop TO scanner;
REVOKE SELECT ON shop.closed FROM scanner;
ALTER ROLE scanner SET search_path = shop, public, pg_catalog;
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    made = Postgres()
    try:
        made.execute(LAID)
        yield made
    finally:
        made.stop()


@pytest.fixture
def database(server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PostgresDatabase:
    services = (
        f"[shop]\nhost={server.socket}\nuser=scanner\ndbname=postgres\n\n[gone]\nhost=/nowhere\nuser=scanner\npassword=hush\n"
    )
    (tmp_path / "services").write_text(services)
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    return PostgresDatabase(SHOP, "shop")


def never(*_: Any) -> Any:
    raise AssertionError("no product is asked for")


class Scanned:
    """A catalogue that has scanned the server once."""

    def __init__(self, path: Path, database: PostgresDatabase) -> None:
        numbers = iter(range(1, 10**6))
        self.store = SqliteDataMap(path)
        self.ground = Ground(self.store, FixedClock(), lambda: f"00000000-0000-4000-8000-{next(numbers):012}", "root", "Root")
        self.ground.administer([STEWARD.subject])
        self.reading = Reading(self.ground)
        databases = Databases({SHOP: database})
        scanning = Scanning(self.ground, databases)
        products = Products(InForce(MemoryRegistry()), never)
        files = Files(ListedFolders({}))
        self.runs = Runs(self.ground, scanning, Writing(self.ground, self.reading), products, files, databases=databases)
        scanning.put_source(STEWARD, "shop", {"kind": "AzurePostgreSql", "properties": {"serverEndpoint": SHOP}})
        scanning.put_scan(STEWARD, "shop", "all", {"properties": {"databaseName": "postgres"}})

    def run(self, level: str) -> dict[str, Any]:
        self.runs.start(STEWARD, "shop", "all", level, level)
        for _ in range(3_000):
            found = self.runs.find(STEWARD, "shop", "all", level)
            if found["status"] in ENDED:
                return found
            time.sleep(0.02)
        raise AssertionError("the run goes on and on")

    def given(self, kind: str, name: str) -> set[str]:
        record = self.reading.find_named(STEWARD, f"azure_postgresql_{kind}", f"{ADDRESS}/{name}")
        return {item["typeName"] for item in record.body.get("classifications", [])}


def test_a_scan_of_a_server_describes_and_classifies_and_runs_nobody_s_code(
    database: PostgresDatabase, server: Postgres, tmp_path: Path
) -> None:
    scanned = Scanned(tmp_path / "datamap.sqlite", database)
    found = scanned.run("Incremental")
    mail = {"MICROSOFT.PERSONAL.EMAIL", "PII.Contact"}
    assert found["status"] == "Succeeded", found
    assert found["discoveryExecutionDetails"]["statistics"]["assets"] == {"discovered": 10, "classified": 3, "failed": 2}
    assert scanned.given("column", "shop/people#mail") == mail
    assert scanned.given("column", "shop/parted#mail") == mail
    assert scanned.given("column", "shop/moods#mood") == mail
    assert scanned.given("view_column", "shop/seen#address") == scanned.given("view_column", "shop/trap#mail") == set()
    said = found["diagnostics"]["notifications"]
    assert {item["message"].split(": ")[0] for item in said if item["code"] == "source-unreadable"} == {
        f"{ADDRESS}/shop/closed",
        f"{ADDRESS}/shop/rows",
    }
    assert [item["code"] for item in said][-1] == "changes-unknown"
    for text in ("permission denied", "row-level", "row_security", server.socket, "scanner"):
        assert text not in str(found)
    assert server.rows("SELECT n FROM shop.called", "shop") == []
    assert not any(word in str(scanned.store.documents("run")) for word in ("person1@", "anna@"))
    again = scanned.reading.find_named(STEWARD, "azure_postgresql_view", f"{ADDRESS}/shop/again")
    upstream = Lineage(scanned.ground, scanned.reading).graph(STEWARD, again, direction="INPUT", depth=6)
    names = {item["attributes"]["qualifiedName"].removeprefix(ADDRESS) for item in upstream["guidEntityMap"].values()}
    assert names == {"/shop/again", "/shop/again#definition", "/shop/seen", "/shop/seen#definition", "/shop/people"}
    scanned.runs.stop()
    scanned.store.close()


def test_values_come_as_what_can_be_classified_and_a_sample_is_bounded(database: PostgresDatabase) -> None:
    people = TableFound(schema="shop", name="people", kind="table")
    (batch,) = database.batches(people, 7)
    assert batch.num_rows == 7
    assert batch.schema.names == ["id", "mail", "born", "at", "from", "more"]
    assert batch.to_pylist()[0]["from"] == "10.0.0.1"
    assert batch.to_pylist()[0]["born"] is None


@pytest.mark.parametrize("name", ["trap", "seen", "kept"])
def test_no_row_of_a_view_is_read_even_if_it_is_called_a_table(database: PostgresDatabase, name: str) -> None:
    assert list(database.batches(TableFound(schema="shop", name=name, kind="table"), 10)) == []


def test_a_long_value_is_asked_for_in_part(database: PostgresDatabase, server: Postgres) -> None:
    server.execute("CREATE TABLE public.long AS SELECT repeat('x', 50000000) AS t; GRANT SELECT ON public.long TO scanner")
    try:
        (batch,) = database.batches(TableFound(schema="public", name="long", kind="table"), 10)
        assert len(batch.to_pylist()[0]["t"]) == 1_000
    finally:
        server.execute("DROP TABLE public.long")


def test_a_table_that_somebody_holds_locked_is_not_waited_for_long(server: Postgres, database: PostgresDatabase) -> None:
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(f"host={server.socket} user=postgres dbname=postgres") as holder, holder.cursor() as cursor:
        cursor.execute("LOCK TABLE shop.people")
        quick = PostgresDatabase(SHOP, "shop", timeout=1)
        with pytest.raises(TimeExceeded):
            list(quick.batches(TableFound(schema="shop", name="people", kind="table"), 10))


def test_a_server_that_cannot_be_reached_is_told_without_its_address_or_password(database: PostgresDatabase) -> None:
    for service in ("gone", "missing"):
        with pytest.raises(SourceUnreadable) as caught:
            list(PostgresDatabase(SHOP, service).tables())
        assert not any(word in str(caught.value) for word in ("nowhere", "hush", "scanner", service))
