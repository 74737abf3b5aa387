"""A table of Azure SQL is judged as the naive reading judges the same rows: there, or over the columns that were brought.

The server is the tests' own responder (`tds`), which executes the T-SQL that Microsoft's driver sends it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import freehold
import naive
from freehold.cli.main import app
from freehold.engines.azuresql.connection import Password
from freehold.engines.azuresql.prober import AzureSqlProber
from freehold.errors import ParameterInvalid, SettingInvalid, SourceUnreadable, TimeExceeded
from freehold.model.place import SqlDatabase
from freehold.model.rule import Constraint, Probe, ProbeKind
from freehold.ports.probing import AzureSqlTable, azure_sql_table
from generated.rules import COLUMNS, probes, tables
from tds.execution import Database
from tds.server import Responder, responding

TYPES = {
    "code": "nvarchar(20)",
    "units": "bigint",
    "price": "decimal(9,2)",
    "share": "float",
    "small": "real",
    "whole": "int",
    "open": "bit",
    "day": "date",
    "at": "datetime2(7)",
    "zoned": "datetimeoffset(7)",
    "hour": "time(7)",
}
TEXTS = {"short": "nvarchar(8)", "wide": "nvarchar(4000)", "long": "nvarchar(max)", "old": "varchar(8)", "bytes": "varbinary(8)"}
THINGS, WORDS = AzureSqlTable("Things"), AzureSqlTable("Words")


@pytest.fixture(scope="module")
def responder() -> Iterator[Responder]:
    database = Database()
    held = pa.table({name: pa.array([], COLUMNS[name][1]) for name in TYPES})
    database.add("Things", TYPES, held)
    binary = {"bytes": pa.binary()}
    database.add("Words", TEXTS, pa.table({name: pa.array([], binary.get(name, pa.string())) for name in TEXTS}))
    with responding(database) as up:
        yield up
    assert not database.unbounded, "no statement asked for a column of unbounded length"


@pytest.fixture(scope="module")
def prober(responder: Responder) -> AzureSqlProber:
    place = SqlDatabase(name="crm", server=f"127.0.0.1:{responder.port}", database="crm", region="")
    return AzureSqlProber(place, Password(user="me", password="pw"))


def fill(responder: Responder, table: str, rows: pa.Table) -> None:
    responder.database.replace(table, rows)


def possible(value: Any) -> Any:
    """Return a value that a server can hold: no NaN and no infinity."""
    return None if isinstance(value, float) and value - value != 0 else value


@settings(max_examples=40, deadline=None)
@given(table=tables(), asked=st.lists(probes(), min_size=1, max_size=8))
def test_the_server_counts_what_the_naive_reading_counts(
    responder: Responder, prober: AzureSqlProber, table: pa.Table, asked: list[Probe]
) -> None:
    rows = [{name: possible(row[name]) for name in TYPES} for row in table.to_pylist()]
    fill(responder, "Things", pa.Table.from_pylist(rows, pa.schema([(name, COLUMNS[name][1]) for name in TYPES])))
    assert prober.count(THINGS, asked) == tuple(naive.count(rows, probe) for probe in asked)


EDGES: dict[str, tuple[list[Any], list[Any]]] = {
    "units": ([-(2**63), -2, -1, 0, 1, 2, 2**63 - 1], [-1.5, -1.0, 0.1, 1.0, 1.5, 1e30, -1e30]),
    "price": ([Decimal(text) for text in ("-9999999.99", "-0.01", "0.00", "0.01", "2.50")], [-0.005, 0.0, 0.005, 0.01, 1e9, -1e9]),
    "share": ([-0.0, 0.0, 0.1, 0.30000000000000004, 1e300], [0.0, 0.1, 0.3, 1e300]),
    "day": ([dt.date(1, 1, 1), dt.date(2015, 1, 1), dt.date(2015, 1, 2), dt.date(9999, 12, 31)], ["2015-01-01", "9999-12-31"]),
    "at": (
        [dt.datetime.fromisoformat(text) for text in ("2015-01-01T11:59:59.999999", "2015-01-01T12:00:00")],
        ["2015-01-01T12:00:00", "2015-01-01T13:00:00+01:00"],
    ),
}
KEYS = ("minimum", "maximum", "exclusive_minimum", "exclusive_maximum")


@pytest.mark.parametrize("name", EDGES)
def test_every_bound_is_exact_at_its_edge_and_beyond_all_values(responder: Responder, prober: AzureSqlProber, name: str) -> None:
    values, bounds = EDGES[name]
    rows = [dict.fromkeys(TYPES) | {name: value} for value in [*values, values[0], None]]
    fill(responder, "Things", pa.Table.from_pylist(rows, pa.schema([(other, COLUMNS[other][1]) for other in TYPES])))
    about: dict[str, Any] = {"columns": (name,), "types": (COLUMNS[name][0],)}
    asked = [Probe(kind=ProbeKind.INVALID, constraint=Constraint(**{key: bound}), **about) for key in KEYS for bound in bounds]
    asked += [Probe(kind=kind, **about) for kind in (ProbeKind.SURPLUS, ProbeKind.NULLS)]
    if name in {"units", "price", "share"}:
        words = ("0", "0.005", "2.5", "1e300", "n/a") if name != "units" else ("0", "-2", "9223372036854775807")
        asked += [Probe(kind=ProbeKind.MISSING, missing=(word,), **about) for word in words]
        asked += [Probe(kind=ProbeKind.INVALID, constraint=Constraint(multiple_of=of), **about) for of in (1.0, 0.5, 0.02, 3.0)]
    assert prober.count(THINGS, asked) == tuple(naive.count(rows, probe) for probe in asked)


WORD = st.text(alphabet="aA \u00e9\U0001f926.", max_size=4)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.fixed_dictionaries({name: st.none() | WORD for name in TEXTS if name != "bytes"}), max_size=12),
    listed=st.lists(WORD, min_size=1, max_size=4, unique=True).map(tuple),
    length=st.integers(0, 4),
    data=st.data(),
)
def test_case_and_spaces_at_the_end_count_in_texts_of_every_type(
    responder: Responder,
    prober: AzureSqlProber,
    rows: list[dict[str, Any]],
    listed: tuple[str, ...],
    length: int,
    data: st.DataObject,
) -> None:
    whole = [row | {"bytes": None if row["short"] is None else row["short"].encode()[:8]} for row in rows]
    binary = {"bytes": pa.binary()}
    fill(responder, "Words", pa.Table.from_pylist(whole, pa.schema([(name, binary.get(name, pa.string())) for name in TEXTS])))
    asked = [Probe(kind=ProbeKind.SURPLUS, columns=(name,), types=("string",)) for name in TEXTS]
    asked.append(Probe(kind=ProbeKind.SURPLUS, columns=("short", "long"), types=("string", "string")))
    for name in ("short", "wide", "long", "old"):
        about: dict[str, Any] = {"columns": (name,), "types": ("string",)}
        kept = (
            Constraint(values=listed),
            Constraint(min_length=length),
            Constraint(max_length=length),
            Constraint(pattern="[aA]+ ?"),
        )
        asked += [Probe(kind=ProbeKind.INVALID, constraint=constraint, **about) for constraint in kept]
        asked.append(Probe(kind=ProbeKind.MISSING, missing=listed, **about))
    chosen = data.draw(st.sampled_from(asked))
    assert prober.count(WORDS, asked) == tuple(naive.count(whole, probe) for probe in asked)
    samples = prober.samples(WORDS, chosen, 3)
    if chosen.kind is not ProbeKind.SURPLUS:
        assert samples.num_rows == min(3, int(naive.count(whole, chosen) or 0))
        assert all(naive.counts(row[chosen.columns[0]], chosen) for row in samples.to_pylist())


PATTERN = Constraint(pattern="[A-Z]{2}-[0-9]")


def about(name: str, type_: str = "string", kind: ProbeKind = ProbeKind.INVALID, **more: Any) -> Probe:
    return Probe(kind=kind, columns=(name,), types=(type_,), **more)


def words(*texts: str | None) -> pa.Table:
    empty = pa.nulls(len(texts))
    return pa.table({name: empty.cast(pa.binary()) if name == "bytes" else pa.array(texts, pa.string()) for name in TEXTS})


def test_what_t_sql_says_alike_is_one_statement_and_brings_no_value(responder: Responder, prober: AzureSqlProber) -> None:
    fill(responder, "Words", words("a", "A", "a ", "a", None))
    prober.columns(WORDS)
    asked = [
        Probe(kind=ProbeKind.ROWS),
        about("short", kind=ProbeKind.NULLS),
        about("short", kind=ProbeKind.SURPLUS),
        about("short", constraint=Constraint(values=("a",))),
        about("short", kind=ProbeKind.MISSING, missing=("a ",)),
        about("short", constraint=Constraint(max_length=1)),
    ]
    before = len(responder.seen.statements)
    assert prober.count(WORDS, asked) == (5, 1, 1, 2, 2, 1)
    (sent,) = responder.seen.statements[before:]
    assert sent.count("COUNT_BIG(") == 6
    assert "'a'" not in sent, "values travel beside the text"
    assert all(prober.brought(WORDS, probe) is None for probe in asked)


def test_a_pattern_brings_its_column_alone_and_says_so(responder: Responder, prober: AzureSqlProber) -> None:
    fill(responder, "Words", words("AB-1", "no", None))
    prober.columns(WORDS)
    before = len(responder.seen.statements)
    assert prober.count(WORDS, [about("short", constraint=PATTERN), Probe(kind=ProbeKind.ROWS)]) == (1, 3)
    counted, brought = responder.seen.statements[before:]
    assert counted.startswith("SELECT [c].[p0] AS [n0]")
    assert "[short]" in brought
    assert not any(f"[{name}]" in brought for name in TEXTS if name != "short")
    told = prober.brought(WORDS, about("short", constraint=PATTERN)) or ""
    assert "`short`" in told
    assert "a pattern" in told


def test_rows_that_break_a_pattern_are_shown_whole(responder: Responder, prober: AzureSqlProber) -> None:
    fill(responder, "Words", words("AB-1", "no", "NO", None))
    found = prober.samples(WORDS, about("short", constraint=PATTERN), 2).to_pylist()
    assert [(row["short"], row["long"]) for row in found] == [("no", "no"), ("NO", "NO")]


def test_a_value_too_long_to_be_brought_leaves_its_rule_unchecked(responder: Responder, prober: AzureSqlProber) -> None:
    fill(responder, "Words", words("short enough"))
    probe = about("long", constraint=PATTERN)
    assert prober.unsuited(WORDS, probe) is None
    responder.database.change("""UPDATE dbo."Words" SET long = repeat('x', 500001)""")
    assert "longer than" in (prober.unsuited(WORDS, probe) or "")
    assert prober.unsuited(WORDS, about("long", kind=ProbeKind.NULLS)) is None


def test_more_values_than_a_server_takes_in_one_statement_are_asked_in_several(
    responder: Responder, prober: AzureSqlProber
) -> None:
    fill(responder, "Words", words("v1", "x"))
    listed = tuple(f"v{at}" for at in range(900))
    names = ("short", "wide", "old")
    prober.columns(WORDS)
    before = len(responder.seen.values)
    assert prober.count(WORDS, [about(name, constraint=Constraint(values=listed)) for name in names]) == (1, 1, 1)
    assert all(len(values) <= 2_000 for values in responder.seen.values[before:])
    many = about("short", constraint=Constraint(values=tuple(f"v{at}" for at in range(1_500))))
    assert prober.count(WORDS, [many]) == (1,)
    assert "1,000 values" in (prober.brought(WORDS, many) or "")


def test_a_table_or_a_server_that_is_not_there_says_what_to_do_and_nothing_of_who_asked(responder: Responder) -> None:
    place = SqlDatabase(name="crm", server=f"127.0.0.1:{responder.port}", database="crm", region="")
    with pytest.raises(SourceUnreadable, match="there is no table `azure-sql:dbo"):
        AzureSqlProber(place, Password(user="me", password="s3cret")).columns(AzureSqlTable("nothing"))
    nowhere = SqlDatabase(name="crm", server="127.0.0.1:1", database="crm", region="")
    with pytest.raises(SourceUnreadable, match="cannot be reached") as caught:
        AzureSqlProber(nowhere, Password(user="me", password="s3cret")).columns(WORDS)
    told = f"{caught.value.detail} {caught.value.remedy} {caught.value.facts} {caught.value.__cause__}"
    assert "s3cret" not in told
    assert "127.0.0.1" not in told
    with pytest.raises(SettingInvalid, match="nothing says how to get in"):
        AzureSqlProber(place, None).columns(WORDS)


def test_a_statement_that_takes_too_long_is_given_up(responder: Responder) -> None:
    place = SqlDatabase(name="crm", server=f"127.0.0.1:{responder.port}", database="crm", region="")
    slow = "SELECT count(*)::INT AS n FROM range(1000000) a, range(1000000) b WHERE hash(a.range + b.range) = 1"
    responder.database.change(f"CREATE VIEW dbo.slow AS {slow}")
    responder.database.describe("slow", {"n": "int"}, "VIEW")
    prober = AzureSqlProber(place, Password(user="me", password="pw"), timeout=1)
    with pytest.raises(TimeExceeded, match="longer to read than a statement may"):
        prober.count(AzureSqlTable("slow"), [about("n", "integer", ProbeKind.NULLS)])


def test_a_server_that_falls_silent_in_the_middle_of_a_column_is_given_up() -> None:
    database = Database()
    database.add("long", {"code": "nvarchar(20)"}, pa.table({"code": [f"AB-{at}" for at in range(2_000)]}))
    with responding(database) as up:
        place = SqlDatabase(name="crm", server=f"127.0.0.1:{up.port}", database="crm", region="")
        up.stalls = lambda sql: "COUNT" not in sql and "SCHEMA" not in sql
        with pytest.raises(TimeExceeded, match="longer to read than a statement may"):
            AzureSqlProber(place, Password(user="me", password="pw"), timeout=1).count(
                AzureSqlTable("long"), [about("code", constraint=PATTERN)]
            )
        assert up.seen.stalled.is_set()


def test_names_are_quoted_and_never_read_as_sql(responder: Responder, prober: AzureSqlProber) -> None:
    name, column = "x]; DROP TABLE dbo.Words; --", "it]s'"
    responder.database.add(name, {column: "int"}, pa.table({column: [1, None]}))
    assert prober.count(AzureSqlTable(name), [about(column, "integer", ProbeKind.NULLS)]) == (1,)
    assert prober.columns(WORDS)


@pytest.mark.parametrize("text", ["azure-sql://me:pw@host/db", "azure-sql:Server=a;Pwd=pw", "azure-sql:", "azure-sql:.x"])
def test_a_connection_string_is_not_taken_and_not_repeated(text: str) -> None:
    with pytest.raises(ParameterInvalid) as caught:
        azure_sql_table(text)
    assert "pw" not in f"{caught.value.detail} {caught.value.remedy}"


SCHEMA = "[{name: short, type: string, unique: true, pattern: '[A-Z]{2}-[0-9]'}, {name: wide, type: string, required: true}]"


@pytest.fixture
def house(responder: Responder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "domains" / "sales").mkdir(parents=True)
    (tmp_path / "mesh.yaml").write_text('mesh: {name: m, nodes: [{name: we, region: westeurope, url: "http://127.0.0.1:1"}]}')
    manifest = f"dataProduct: {{name: Words, domain: Sales, schema: {SCHEMA}}}"
    (tmp_path / "domains" / "sales" / "words.yaml").write_text(manifest)
    login = {"SERVER": f"127.0.0.1:{responder.port}", "DATABASE": "crm", "USER": "me", "PASSWORD": "pw"}
    for name, value in login.items():
        monkeypatch.setenv(f"FREEHOLD_SQL_{name}", value)
    fill(responder, "Words", words("AB-1", "no", "AB-1", None))
    return tmp_path


def test_the_command_tests_a_table_by_the_name_that_it_is_given(house: Path) -> None:
    line = ["test", "azure-sql:dbo.Words", "--contract", "sales.words", "--mesh", str(house)]
    done = CliRunner().invoke(app, [*line, "--json"])
    (report,) = json.loads(done.stdout)["reports"]
    failed = {item["name"]: item for item in report["verdicts"] if item["outcome"] == "failed" and item["severity"] == "error"}
    assert done.exit_code == 1, done.output
    assert {name: item["failing"] for name, item in failed.items()} == {
        "nullValues of wide = 0": 1,
        "duplicateValues of short = 0": 1,
        "invalidValues of short = 0": 1,
    }
    assert failed["invalidValues of short = 0"]["samples"][0]["wide"] == "no"
    assert [row["short"] for row in failed["duplicateValues of short = 0"]["samples"]] == ["AB-1", "AB-1"]
    assert "`short` were read from the server" in report["remarks"][0]
    assert "read from the server and counted here" in " ".join(CliRunner().invoke(app, line).output.split())


def test_the_library_judges_a_table_as_the_command_does(house: Path) -> None:
    report = freehold.DataContractValidator().validate(freehold.AzureSqlTable("Words"), freehold.promises("sales.words", house))
    assert (report.subject, report.rows) == ("azure-sql:dbo.Words", 4)
    assert report.fails()


def test_without_a_database_the_command_says_which_settings_name_one(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FREEHOLD_SQL_DATABASE")
    with pytest.raises(SettingInvalid, match="which database") as caught:
        freehold.DataContractValidator().validate(freehold.AzureSqlTable("Words"), freehold.promises("sales.words", house))
    assert "FREEHOLD_SQL_DATABASE" in (caught.value.remedy or "")
