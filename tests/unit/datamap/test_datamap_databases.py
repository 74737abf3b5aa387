"""Scans of listed databases: what is described, what is classified, and everything that must not be reached by one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from freehold.datamap.access import Someone
from freehold.engines.columnar.folder import ListedFolders
from freehold.engines.duckdb.listed import DuckDbFile
from freehold.errors import CollectionRefused, SettingInvalid, SourceUnreadable, TimeExceeded
from freehold.model.mesh import Mesh
from freehold.model.place import Node, Region, SqlDatabase
from freehold.model.product import Interface, InterfaceKind, Product
from freehold.ports.scanning import TableFound
from freehold.services.datamap.databases import CELLS, Databases
from freehold.services.datamap.looking import Files, Products
from freehold.services.datamap.runs import ENDED, Runs
from freehold.services.datamap.scan_items import ScanItems
from freehold.services.datamap.scanning import Scanning
from freehold.services.force import InForce
from freehold.testing import MemoryRegistry
from freehold.wiring.scannable import open_databases, read_databases
from freehold.wiring.settings import Settings

STEWARD = Someone("steward")
MAILS = [f"person{number}@contoso.example" for number in range(20)]


@pytest.fixture
def stock(tmp_path: Path) -> Path:
    """A DuckDB file with a table, a view of it, and things that would reach elsewhere."""
    path, secret = tmp_path / "stock.duckdb", tmp_path / "secret.csv"
    secret.write_text("mail\n" + "\n".join(MAILS))
    with duckdb.connect(path) as made:
        made.execute("CREATE SCHEMA shop")
        made.execute(
            "CREATE TABLE shop.people AS SELECT unnest($mails) AS mail, 1 AS n, [1] AS listed, 'x'::BLOB AS raw", {"mails": MAILS}
        )
        made.execute("CREATE VIEW shop.seen AS SELECT mail AS address FROM shop.people")
        made.execute(f"CREATE VIEW reach AS SELECT * FROM read_csv('{secret}')")
        made.execute("CREATE VIEW slow AS SELECT count(*) AS n FROM range(1000000000000)")
        made.execute("CREATE TABLE computed (a INTEGER, b VARCHAR GENERATED ALWAYS AS (concat('p', a, '@contoso.example')))")
        made.execute("INSERT INTO computed SELECT * FROM range(20)")
    return path


def never(*_: Any) -> Any:
    raise AssertionError("no product is asked for")


class Site:
    """A catalogue over listed databases."""

    def __init__(self, datamap: Any, folder: Path, listed: dict[str, Any]) -> None:
        self.datamap = datamap
        databases = Databases(listed)
        self.scanning = Scanning(datamap.ground, databases)
        products = Products(InForce(MemoryRegistry()), never)
        files = Files(ListedFolders({"landing": folder}))
        self.runs = Runs(datamap.ground, self.scanning, datamap.writing, products, files, databases=databases)

    def register(self, endpoint: str, kind: str = "DuckDB", **scan: Any) -> None:
        self.scanning.put_source(STEWARD, "stock", {"kind": kind, "properties": {"serverEndpoint": endpoint}})
        self.scanning.put_scan(STEWARD, "stock", "all", {"properties": scan})

    def run(self, name: str, level: str = "Full") -> dict[str, Any]:
        self.runs.start(STEWARD, "stock", "all", name, level)
        for _ in range(1_000):
            found = self.runs.find(STEWARD, "stock", "all", name)
            if found["status"] in ENDED:
                return found
            time.sleep(0.02)
        raise AssertionError("the run goes on and on")

    def given(self, kind: str, name: str) -> set[str]:
        record = self.datamap.reading.find_named(STEWARD, kind, name)
        return {item["typeName"] for item in record.body.get("classifications", [])}


@pytest.fixture
def site(datamap: Any, tmp_path: Path, stock: Path) -> Iterator[Site]:
    made = Site(datamap, tmp_path, {"stock": DuckDbFile("stock", stock)})
    yield made
    made.runs.stop()


def test_a_scan_describes_tables_and_views_and_classifies_what_it_read(site: Site) -> None:
    site.register("stock")
    found = site.run("one")
    assert (found["status"], found["assetsDiscovered"], found["assetsClassified"]) == ("Succeeded", 5, 1)
    assert site.given("duckdb_column", "duckdb://stock/stock/shop/people#mail") == {"MICROSOFT.PERSONAL.EMAIL", "PII.Contact"}
    assert site.given("duckdb_column", "duckdb://stock/stock/shop/people#raw") == set()
    reading = site.datamap.reading
    table = reading.find_named(STEWARD, "duckdb_table", "duckdb://stock/stock/shop/people")
    for kind, name in (
        ("duckdb_schema", "duckdb://stock/stock/shop"),
        ("duckdb_db", "duckdb://stock/stock"),
        ("duckdb_server", "duckdb://stock"),
    ):
        above = reading.find_named(STEWARD, kind, name)
        assert site.datamap.store.relations([above.guid]), kind
    assert len(site.datamap.store.relations([table.guid])) == 1 + 4
    assert "person1" not in str(site.datamap.store.entities([table.guid]))


def test_no_view_and_no_computed_column_of_a_file_is_run(site: Site) -> None:
    site.register("stock")
    site.run("one")
    assert site.given("duckdb_view_column", "duckdb://stock/stock/main/reach#mail") == set(), "the other file was not opened"
    assert site.given("duckdb_view_column", "duckdb://stock/stock/main/slow#n") == set()
    assert site.given("duckdb_column", "duckdb://stock/stock/main/computed#b") == set()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM reach",
        "ATTACH '{folder}/other.duckdb'",
        "COPY shop.people TO '{folder}/out.csv'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "CREATE TABLE t (a INTEGER)",
        "SELECT * FROM '{folder}/secret.csv'",
    ],
)
def test_a_connection_to_a_file_reaches_nothing_else(stock: Path, sql: str) -> None:
    database = DuckDbFile("stock", stock)
    with pytest.raises(SourceUnreadable), database.connection() as connection:
        connection.execute(sql.format(folder=stock.parent))
    assert (
        sorted(item.name for item in stock.parent.iterdir()) == ["datamap.sqlite", "secret.csv", "stock.duckdb"]
        or not (stock.parent / "out.csv").exists()
    )


def test_a_statement_that_takes_too_long_is_ended(stock: Path) -> None:
    database = DuckDbFile("stock", stock, timeout=1)
    with pytest.raises(TimeExceeded), database.connection() as connection:
        connection.execute("SELECT count(*) FROM slow")


def test_what_is_no_duckdb_file_says_so_and_nothing_of_the_engine(tmp_path: Path, stock: Path) -> None:
    held = bytearray(stock.read_bytes())
    held[12] ^= 0xFF
    (tmp_path / "broken.duckdb").write_bytes(held)
    (tmp_path / "newer.duckdb").write_bytes(b"\x00" * 8 + b"DUCK" + b"\xff" * 8 + b"\x00" * 12_268)
    (tmp_path / "text.duckdb").write_text("hello " * 1_000)
    (tmp_path / "empty.duckdb").write_bytes(b"")
    (tmp_path / "folder.duckdb").mkdir()
    sealed = tmp_path / "sealed.duckdb"
    with duckdb.connect() as made:
        made.execute("SET force_mbedtls_unsafe = 'true'")
        made.execute(f"ATTACH '{sealed}' AS sealed (ENCRYPTION_KEY 'quite secret')")
        made.execute("CREATE TABLE sealed.t AS SELECT 1 AS a")
    for name in ("broken", "newer", "text", "folder", "sealed", "missing"):
        with pytest.raises(SourceUnreadable) as caught:
            list(DuckDbFile("stock", tmp_path / f"{name}.duckdb").tables())
        assert str(tmp_path) not in str(caught.value)
        assert "`stock` is no DuckDB file that can be read here" in caught.value.detail


def test_a_pipe_in_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe.duckdb")
    with pytest.raises(SourceUnreadable):
        list(DuckDbFile("stock", tmp_path / "pipe.duckdb").tables())


def test_a_file_in_use_by_a_writer_is_left_alone(tmp_path: Path, stock: Path) -> None:
    import subprocess
    import sys

    code = f"import duckdb, sys; c = duckdb.connect({str(stock)!r}); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"open\n"
        with pytest.raises(SourceUnreadable, match="in use by a writer"):
            list(DuckDbFile("stock", stock).tables())


LIKE_IT = (
    *("Stock", "STOCK", "stock/", "stock/../stock", "./stock", "user@stock", "stock:5432", "duckdb://stock", "duckdb:stock"),
    *(" stock", "stock ", "stock\0", "\uff53tock", "", "file://stock", "FILE://stock", "stock#", "stock?x", "tcp:stock", "stock."),
)


def test_an_endpoint_names_a_database_letter_for_letter_or_none(site: Site) -> None:
    for number, endpoint in enumerate(LIKE_IT):
        site.register(endpoint)
        found = site.run(f"r{number}")
        assert (found["status"], found["assetsDiscovered"]) == ("Failed", 0), endpoint


def test_a_kind_or_a_database_that_is_another_is_told(site: Site) -> None:
    site.register("stock", "AzurePostgreSql")
    assert "is a database of duckdb, and no AzurePostgreSql" in site.run("one")["errorMessage"]
    site.register("stock", databaseName="orders")
    assert "is the database `stock`, not `orders`" in site.run("two")["errorMessage"]
    site.register("stock", databaseName="STOCK")
    assert site.run("three")["status"] == "Succeeded"


def test_a_filter_leaves_tables_out(site: Site) -> None:
    site.register("stock")
    properties = {"includeUriPrefixes": ["duckdb://stock/stock/shop"], "excludeUriPrefixes": ["duckdb://stock/stock/shop/seen"]}
    site.scanning.put_part(STEWARD, "filter", "stock", "all", {"properties": properties})
    assert site.run("one")["assetsDiscovered"] == 1


def test_names_with_marks_of_addresses_are_told_apart(datamap: Any, tmp_path: Path) -> None:
    path = tmp_path / "odd.duckdb"
    with duckdb.connect(path) as made:
        made.execute('CREATE SCHEMA "a/b"')
        made.execute('CREATE SCHEMA "a"')
        made.execute('CREATE TABLE "a/b"."c" ("x#y" INTEGER, """quoted""" INTEGER, "; DROP TABLE c" VARCHAR)')
        made.execute('CREATE TABLE "a"."b/c" ("x" INTEGER)')
        made.execute('CREATE TABLE "a"."b%2Fc" ("x" INTEGER)')
    site = Site(datamap, tmp_path, {"odd": DuckDbFile("odd", path)})
    site.register("odd")
    found = site.run("one")
    assert (found["status"], found["assetsDiscovered"], found["discoveryExecutionDetails"]["statistics"]["assets"]["failed"]) == (
        "Succeeded",
        3,
        0,
    )
    for name in ("a%2Fb/c", "a/b%2Fc", "a/b%252Fc"):
        assert site.datamap.reading.find_named(STEWARD, "duckdb_table", f"duckdb://odd/odd/{name}")
    site.runs.stop()


def test_an_incremental_run_looks_only_at_what_changed(site: Site, stock: Path) -> None:
    site.register("stock")
    site.run("full")
    again = site.run("again", "Incremental")
    assert (again["status"], again["assetsDiscovered"], again["assetsClassified"]) == ("Succeeded", 5, 1)
    assert [item["code"] for item in again["diagnostics"]["notifications"]] == ["unchanged"]
    with duckdb.connect(stock) as made:
        made.execute("CREATE TABLE shop.fresh AS SELECT mail AS contact FROM shop.people")
    later = site.run("later", "Incremental")
    assert (later["assetsDiscovered"], later["assetsClassified"], later["diagnostics"]["notifications"]) == (6, 2, [])


def test_an_incremental_run_looks_again_where_rules_or_place_have_changed(site: Site) -> None:
    site.register("stock")
    site.run("full")
    ruleset = {"kind": "DuckDB", "properties": {"excludedSystemClassifications": ["MICROSOFT.PERSONAL.EMAIL"]}}
    ScanItems(site.datamap.ground).put_item(STEWARD, "scanruleset", "few", ruleset)
    site.register("stock", scanRulesetName="few", scanRulesetType="Custom")
    assert site.run("again", "Incremental")["diagnostics"]["notifications"] == []
    assert site.given("duckdb_column", "duckdb://stock/stock/shop/people#mail") == {"PII.Contact"}


def test_who_administers_a_collection_alone_says_nothing_of_listed_databases(site: Site) -> None:
    ground = site.datamap.ground
    site.register("stock")
    from freehold.services.datamap.collections import Collections

    Collections(ground).put(STEWARD, "sales", {"parentCollection": {"referenceName": "root"}})
    grants = {"people": {"data-source-administrator": ["somebody"]}, "groups": {}}
    ground.write_documents(("grants", "sales", "", grants))
    ground.refresh()
    somebody, own = Someone("somebody"), {"referenceName": "sales", "type": "CollectionReference"}
    given = {"kind": "DuckDB", "properties": {"serverEndpoint": "stock", "collection": own}}
    with pytest.raises(CollectionRefused):
        site.scanning.put_source(somebody, "mine", given)
    site.scanning.put_source(STEWARD, "mine", given)
    attempts: list[tuple[Any, ...]] = [
        (site.scanning.put_scan, "mine", "all", {"properties": {}}),
        (site.scanning.put_source, "mine", {"kind": "DuckDB", "properties": {"serverEndpoint": "elsewhere", "collection": own}}),
    ]
    for call, *rest in attempts:
        with pytest.raises(CollectionRefused):
            call(somebody, *rest)
    site.scanning.put_scan(STEWARD, "mine", "all", {"properties": {}})
    later: list[tuple[Any, ...]] = [
        (site.scanning.put_part, "trigger", "mine", "all", {"properties": {}}),
        (site.scanning.put_part, "filter", "mine", "all", {"properties": {}}),
        (site.runs.start, "mine", "all", "one", "Full"),
    ]
    for call, *rest in later:
        with pytest.raises(CollectionRefused):
            call(somebody, *rest)


MESH = Mesh(
    name="contoso",
    regions={"westeurope": Region(name="westeurope", jurisdiction="EU")},
    nodes={
        "west": Node(
            name="west",
            region="westeurope",
            url="http://127.0.0.1:1",
            data="../lake",
            databases=(SqlDatabase(name="crm", server="CRM-sql.database.windows.net:1433", database="crm", region="westeurope"),),
        )
    },
    products={
        "sales.orders": Product(
            name="Orders",
            domain="Sales",
            home="westeurope",
            jurisdiction="EU",
            interfaces=(
                Interface(kind=InterfaceKind.SQL, endpoint="Server=tcp:Sales-SQL.database.windows.net,1433;Database=orders"),
            ),
        )
    },
)


def test_a_database_with_data_of_the_mesh_cannot_be_listed(tmp_path: Path) -> None:
    settings = Settings(folder=tmp_path / "mesh")
    for folder in ("mesh/data", "lake/sales", "aside"):
        (tmp_path / folder).mkdir(parents=True)
    for place in ("mesh/x.duckdb", "mesh/data/x.duckdb", "lake/sales/x.duckdb", "aside/x.duckdb"):
        (tmp_path / place).write_bytes(b"")
    (tmp_path / "door.duckdb").symlink_to(tmp_path / "lake/sales/x.duckdb")
    for place in ("mesh/x.duckdb", "mesh/data/x.duckdb", "lake/sales/x.duckdb", "aside/../lake/sales/x.duckdb", "door.duckdb"):
        with pytest.raises(SettingInvalid, match="holds data of the mesh"):
            open_databases(settings, MESH, {"stock": f"duckdb:{tmp_path / place}"})
    assert set(open_databases(settings, MESH, {"stock": f"duckdb:{tmp_path / 'aside/x.duckdb'}"})) == {"stock"}
    for name, text in (
        ("sales-sql.database.windows.net", "postgresql:x"),
        ("Sales-SQL.database.windows.net", "postgresql:x"),
        ("aside", "azure-sql:crm-SQL.database.windows.net/other"),
        ("crm-sql.database.windows.net", "azure-sql:127.0.0.1/other"),
    ):
        with pytest.raises(SettingInvalid, match="where a product of the mesh is"):
            open_databases(settings, MESH, {name: text})


@pytest.mark.parametrize(
    "given",
    ["stock", "=duckdb:x", "a/b=duckdb:x", "freehold://contoso=duckdb:x", "file://landing=duckdb:x", "-a=duckdb:x", "a b=duckdb:x"],
)
def test_a_listed_name_cannot_look_like_another_address(given: str) -> None:
    with pytest.raises(SettingInvalid):
        read_databases([given])


@pytest.mark.parametrize(
    "text",
    [
        "azure-sql:",
        "azure-sql:host",
        "azure-sql:h/d;UID=u:p",
        "duckdb:",
        "duckdb:/nowhere/x",
        "mysql:x",
        "postgresql:",
        "postgresql:host=x user=y",
        "postgresql://u:p@h/d",
        "",
    ],
)
def test_a_database_of_no_known_engine_or_with_a_connection_string_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingInvalid) as caught:
        open_databases(Settings(folder=tmp_path), MESH, {"stock": text})
    assert "u:p" not in str(caught.value)


def test_a_name_is_listed_once() -> None:
    with pytest.raises(SettingInvalid):
        read_databases(["a=duckdb:x", "a=duckdb:y"])


def test_of_a_wide_table_fewer_rows_are_looked_at(datamap: Any, tmp_path: Path) -> None:
    path = tmp_path / "wide.duckdb"
    with duckdb.connect(path) as made:
        made.execute(f"CREATE TABLE wide AS SELECT {', '.join(f'range AS c{number}' for number in range(100))} FROM range(7000)")

    class Counting(DuckDbFile):
        rows = 0

        def batches(self, table: TableFound, most: int) -> Iterator[Any]:
            for batch in super().batches(table, most):
                self.rows += batch.num_rows
                yield batch

    database = Counting("wide", path)
    site = Site(datamap, tmp_path, {"wide": database})
    site.register("wide")
    assert site.run("one")["status"] == "Succeeded"
    assert database.rows == CELLS // 100 + 1
    site.runs.stop()


def test_a_table_that_went_away_meanwhile_says_so(stock: Path) -> None:
    gone = TableFound(schema="shop", name="gone", kind="table")
    assert DuckDbFile("stock", stock).columns(gone) == []
    assert list(DuckDbFile("stock", stock).batches(gone, 10)) == []
