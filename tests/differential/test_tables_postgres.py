"""A table of a real PostgreSQL server is judged as the kernel judges the same rows, in a transaction that can write nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import freehold
from differential.postgres import Postgres
from freehold.cli.main import app
from freehold.compiler.pattern import for_postgres
from freehold.engines.columnar.prober import ColumnarProber
from freehold.engines.postgres.prober import PostgresProber
from freehold.errors import ParameterInvalid, SourceUnreadable, TimeExceeded
from freehold.model.contract import Contract
from freehold.model.product import Column, Product
from freehold.model.rule import Constraint, Metric, Probe, ProbeKind, Rule
from freehold.model.verdict import Outcome
from freehold.ports.probing import PostgresTable, postgres_table
from freehold.services.contract_test import Promises
from generated.columns import PATTERNS
from generated.rules import COLUMNS, probes, tables

TYPES = {
    "code": "text",
    "units": "bigint",
    "price": "numeric(9,2)",
    "share": "double precision",
    "small": "real",
    "whole": "integer",
    "open": "boolean",
    "day": "date",
    "at": "timestamp",
    "zoned": "timestamptz",
    "hour": "time",
    "nested": "integer[]",
}
THINGS = PostgresTable("Things", "sales")
KERNEL = ColumnarProber()


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    made = Postgres()
    columns = ", ".join(f'"{name}" {type_}' for name, type_ in TYPES.items())
    made.execute(f'CREATE SCHEMA sales; CREATE TABLE sales."Things" ({columns}); CREATE TABLE sales.texts (text text)')
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {"PGHOST": made.socket, "PGUSER": "postgres", "PGDATABASE": "postgres"}.items():
            environment.setenv(name, value)
        yield made
    made.stop()


def literal(value: Any) -> str:
    if value is None:
        return "NULL"
    text = "{" + ", ".join(map(str, value)) + "}" if isinstance(value, list) else str(value)
    return "'" + text.replace("'", "''") + "'"


def fill(server: Postgres, rows: list[dict[str, Any]]) -> None:
    values = ", ".join(f"({', '.join(literal(row[name]) for name in TYPES)})" for row in rows)
    server.execute('TRUNCATE sales."Things";' + (f' INSERT INTO sales."Things" VALUES {values}' if rows else ""))


@settings(max_examples=15, deadline=None)
@given(table=tables(), asked=st.lists(probes(), min_size=1, max_size=8))
def test_the_server_counts_what_the_kernel_counts(server: Postgres, table: pa.Table, asked: list[Probe]) -> None:
    fill(server, table.to_pylist())
    assert PostgresProber().count(THINGS, asked) == KERNEL.count(table, asked)


def test_the_columns_of_a_table_are_those_of_the_same_data_in_arrow(server: Postgres) -> None:
    held = pa.table({name: pa.array([], physical) for name, (_, physical) in COLUMNS.items()})
    found = [(column.name, column.logical) for column in PostgresProber().columns(THINGS)]
    assert found == [(column.name, column.logical) for column in KERNEL.columns(held)]


@settings(max_examples=15, deadline=None)
@given(texts=st.lists(st.text(alphabet="aAb9é@ \n\t-_.|[\\", max_size=5), min_size=1, max_size=30, unique=True))
def test_a_pattern_written_for_the_server_matches_what_re2_matches(server: Postgres, texts: list[str]) -> None:
    server.execute("TRUNCATE sales.texts; INSERT INTO sales.texts VALUES " + ", ".join(f"({literal(text)})" for text in texts))
    asked = [
        Probe(kind=ProbeKind.INVALID, columns=("text",), types=("string",), constraint=Constraint(pattern=item))
        for item in PATTERNS
    ]
    assert all(for_postgres(item) is not None for item in PATTERNS)
    held = pa.table({"text": texts})
    assert PostgresProber().count(PostgresTable("texts", "sales"), asked) == KERNEL.count(held, asked)


@pytest.mark.parametrize("pattern", ["(?i)a", r"\ba", "a{256}", r"\pL+", r"[[:alpha:]]", "^*a", r"\x{D800}"])
def test_a_pattern_that_may_mean_something_else_there_is_not_asked(pattern: str) -> None:
    assert for_postgres(pattern) is None


def product(*rules: Rule) -> Product:
    columns = tuple(Column(name=name, type=type_) for name, (type_, _) in COLUMNS.items() if name != "nested")
    return Product(name="Things", domain="Sales", columns=columns, rules=rules)


def invalid(pattern: str) -> Rule:
    return Rule(name=pattern, metric=Metric.INVALID_VALUES, columns=("CODE",), constraint=Constraint(pattern=pattern))


def test_a_table_is_judged_whole_and_shows_the_rows_that_fail(server: Postgres) -> None:
    fill(server, [dict.fromkeys(TYPES) | {"code": code} for code in ("AB-1", "no", None)])
    rules = (
        invalid("[A-Z]{2}-[0-9]"),
        invalid("(?i)ab-[0-9]"),
        Rule(name="filled", metric=Metric.NULL_VALUES, columns=("CODE",)),
        Rule(name="fresh", metric=Metric.AGE),
    )
    report = freehold.DataContractValidator().validate(THINGS, product(*rules), samples=2)
    found = {item.name: item for item in report.verdicts}
    assert report.subject == "postgresql:sales.Things"
    assert report.rows == 3
    assert (found["[A-Z]{2}-[0-9]"].outcome, found["[A-Z]{2}-[0-9]"].failing) == (Outcome.FAILED, 1)
    assert [row["code"] for row in found["[A-Z]{2}-[0-9]"].samples] == ["no"]
    assert [row["code"] for row in found["filled"].samples] == [None]
    assert found["(?i)ab-[0-9]"].outcome is Outcome.UNCHECKED
    assert "cannot be written for PostgreSQL" in found["(?i)ab-[0-9]"].sentence
    assert found["fresh"].outcome is Outcome.UNCHECKED
    assert found["nested: not listed"].outcome is Outcome.FAILED


def test_a_table_held_against_a_contract_fails_for_what_the_contract_does_not_give(server: Postgres) -> None:
    contract = Contract(consumer="Finance", purpose="audit", fields=("code",), excluded_fields=("price",))
    report = freehold.DataContractValidator().validate(THINGS, Promises(product=product(), contract=contract))
    assert {"price: excluded", "units: unauthorized"} <= {item.name for item in report.verdicts}


def test_the_command_tests_a_table_by_the_name_that_it_is_given(server: Postgres, tmp_path: Path) -> None:
    fill(server, [dict.fromkeys(TYPES) | {"code": code, "units": 1} for code in ("AB-1", "no")])
    (tmp_path / "domains" / "sales").mkdir(parents=True)
    (tmp_path / "mesh.yaml").write_text('mesh: {name: m, nodes: [{name: we, region: westeurope, url: "http://127.0.0.1:1"}]}')
    schema = "[{name: code, type: string, unique: true, pattern: '[A-Z-]+[0-9]'}, {name: units, type: integer, minimum: 0}]"
    manifest = f"dataProduct: {{name: Things, domain: Sales, schema: {schema}}}"
    (tmp_path / "domains" / "sales" / "things.yaml").write_text(manifest)
    words = ["test", "postgresql:sales.Things", "--contract", "sales.things", "--mesh", str(tmp_path), "--json"]
    done = CliRunner().invoke(app, words)
    (report,) = json.loads(done.stdout)["reports"]
    failed = {item["name"]: item for item in report["verdicts"] if item["outcome"] == "failed" and item["severity"] == "error"}
    assert done.exit_code == 1
    assert list(failed) == ["invalidValues of code = 0"]
    assert failed["invalidValues of code = 0"]["samples"][0]["code"] == "no"


def test_a_newest_moment_that_never_comes_tells_no_age(server: Postgres) -> None:
    fill(server, [])
    server.execute("""INSERT INTO sales."Things" (day) VALUES ('infinity')""")
    asked = Probe(kind=ProbeKind.NEWEST, columns=("day",), types=("date",))
    assert PostgresProber().count(THINGS, [asked]) == (None,)


def test_names_are_quoted_and_never_read_as_sql(server: Postgres) -> None:
    name = 'x" (a int); DROP TABLE sales."Things"; --'
    quoted = name.replace('"', '""')
    server.execute(f'CREATE TABLE "{quoted}" ("it""s" int); INSERT INTO "{quoted}" VALUES (1), (NULL)')
    asked = Probe(kind=ProbeKind.NULLS, columns=('it"s',), types=("integer",))
    assert PostgresProber().count(PostgresTable(name), [asked]) == (1.0,)
    assert server.rows("SELECT count(*) FROM pg_tables WHERE tablename = 'Things'", "sales") == [("1",)]


def test_a_view_that_writes_is_refused_by_the_transaction(server: Postgres) -> None:
    server.execute(
        "CREATE FUNCTION sales.sly() RETURNS int LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO sales.texts VALUES ('written'); RETURN 1; END $$; CREATE VIEW sales.sly AS SELECT sales.sly() AS a"
    )
    with pytest.raises(SourceUnreadable) as caught:
        PostgresProber().count(PostgresTable("sly", "sales"), [Probe(kind=ProbeKind.NULLS, columns=("a",), types=("integer",))])
    assert "25006" in caught.value.detail
    assert server.rows("SELECT count(*) FROM sales.texts WHERE text = 'written'", "sales") == [("0",)]


def test_a_table_that_takes_too_long_is_given_up(server: Postgres) -> None:
    server.execute("CREATE VIEW sales.slow AS SELECT 1 AS a FROM pg_sleep(20)")
    with pytest.raises(TimeExceeded):
        PostgresProber(timeout=1).count(PostgresTable("slow", "sales"), [Probe(kind=ProbeKind.ROWS)])


def test_a_table_that_is_not_there_and_a_server_that_is_not_say_what_to_do_and_nothing_of_who_asked(
    server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SourceUnreadable, match="there is no table"):
        PostgresProber().columns(PostgresTable("nothing", "sales"))
    monkeypatch.setenv("PGHOST", "/nowhere/at/all")
    monkeypatch.setenv("PGPASSWORD", "s3cret")
    with pytest.raises(SourceUnreadable, match="cannot be reached") as caught:
        PostgresProber().columns(THINGS)
    told = f"{caught.value.detail} {caught.value.remedy} {caught.value.facts} {caught.value.__cause__}"
    assert "s3cret" not in told
    assert "nowhere" not in told


@pytest.mark.parametrize("text", ["postgresql://me:pw@host/db", "postgresql:host=a password=b", "postgresql:", "postgresql:.x"])
def test_a_connection_string_is_not_taken_and_not_repeated(text: str) -> None:
    with pytest.raises(ParameterInvalid) as caught:
        postgres_table(text)
    assert "pw" not in caught.value.detail
