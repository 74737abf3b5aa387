"""Commands that need no node, run in process: what they write, what they refuse, and with which exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from freehold import __version__
from freehold.cli import main as entrance
from freehold.cli.main import app


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("FREEHOLD_MESH", "FREEHOLD_URL", "FREEHOLD_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def mesh(here: Path) -> Path:
    run("init", "--name", "contoso")
    return here


def write_flights(folder: Path) -> None:
    (folder / "data").mkdir(exist_ok=True)
    table = pa.table({"carrier": ["UA", "AA"], "email": ["a@example.invalid", "b@example.invalid"], "legs": [[1], [2]]})
    pq.write_table(table, folder / "data" / "on_time_flights.parquet")


def test_a_new_mesh_checks_plans_and_applies(mesh: Path) -> None:
    assert "No errors" in run("check").output
    assert "+ product Orders" in run("plan").output
    assert "version 1 is in force" in run("apply").output
    assert "Nothing changes" in run("plan").output
    assert (mesh / ".freehold" / "registry.sqlite").is_file()


def test_init_never_overwrites_a_mesh(mesh: Path) -> None:
    before = (mesh / "mesh.yaml").read_bytes()
    assert run("init", code=1).stderr.startswith("✗ already-exists")
    assert (mesh / "mesh.yaml").read_bytes() == before


def test_a_new_mesh_keeps_its_state_out_of_git_and_an_older_gitignore_as_it_is(here: Path) -> None:
    run("init", "one")
    assert ".freehold/" in (here / "one" / ".gitignore").read_text().splitlines()
    (here / "two").mkdir()
    (here / "two" / ".gitignore").write_text("mine\n")
    assert "add `.freehold/` to .gitignore" in run("init", "two").stdout
    assert (here / "two" / ".gitignore").read_text() == "mine\n"


def test_what_is_to_be_typed_next_can_be_typed(mesh: Path) -> None:
    assert "--domain 'Customer Care'" in run("domain", "new", "Customer Care").stdout


def test_init_makes_the_folder_it_is_given(here: Path) -> None:
    run("init", "new/mesh")
    assert (here / "new" / "mesh" / "mesh.yaml").is_file()


def test_a_domain_and_a_product_of_it_are_added(mesh: Path) -> None:
    run("domain", "new", "Flights", "--owner", "ops@contoso.eu")
    run("product", "new", "Delays", "--domain", "flights", "--template", "standard")
    assert "No errors" in run("check").output
    assert {"domains/flights/domain.yaml", "domains/flights/delays.yaml"} <= {
        path.relative_to(mesh).as_posix() for path in mesh.rglob("*.yaml")
    }


@pytest.mark.parametrize("named", ["data/on_time_flights.parquet", "on_time_flights.parquet", "data/on_time_*.parquet"])
def test_a_product_is_drafted_from_its_data_with_proposals_to_confirm(mesh: Path, named: str) -> None:
    write_flights(mesh)
    result = run("product", "new", "Flights", "--domain", "sales", "--from", named)
    assert "proposed, please confirm: email: PII.Contact" in result.output
    assert "2 rows" in result.stderr
    text = (mesh / "domains" / "sales" / "flights.yaml").read_text()
    assert "name: carrier, type: string" in text
    assert "No errors" in run("check").output


def test_a_drafted_product_is_named_like_its_file(mesh: Path) -> None:
    write_flights(mesh)
    (written,) = json.loads(run("product", "new", "--domain", "sales", "--from", "data/on_time_flights.parquet", "--json").stdout)
    assert written["path"] == "domains/sales/on-time-flights.yaml"


def test_data_outside_the_data_folder_is_refused(mesh: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("elsewhere")
    write_flights(other)
    said = run("product", "new", "--domain", "sales", "--from", str(other / "data" / "on_time_flights.parquet"), code=1).stderr
    assert said.startswith("✗ setting-invalid")
    assert "not below the data folder" in said


@pytest.mark.parametrize("named", ["data/nothing.parquet", "notes.txt"])
def test_data_that_is_not_there_or_of_another_kind_is_refused(mesh: Path, named: str) -> None:
    assert run("product", "new", "--domain", "sales", "--from", named, code=1).stderr.startswith("✗ setting-invalid")


def test_a_corrupt_file_is_refused_and_nothing_is_written(mesh: Path) -> None:
    (mesh / "data").mkdir(exist_ok=True)
    (mesh / "data" / "broken.parquet").write_bytes(b"PAR1")
    assert run("product", "new", "--domain", "sales", "--from", "data/broken.parquet", code=1).stderr.startswith(
        "✗ source-unreadable"
    )
    assert not (mesh / "domains" / "sales" / "broken.yaml").exists()


@pytest.mark.parametrize(
    "arguments",
    [("product", "new", "--domain", "sales"), ("product", "new", "--domain", "sales", "--from", "x.csv", "--template", "t")],
)
def test_a_command_used_wrongly_is_exit_code_two(mesh: Path, arguments: tuple[str, ...]) -> None:
    run(*arguments, code=2)


@pytest.mark.parametrize("command", ["query", "explain"])
def test_a_statement_without_quotes_is_told_to_be_put_into_them(mesh: Path, command: str) -> None:
    said = run(command, "select", "segment", "from", "customer.customer_360", code=2).stderr
    assert f"freehold {command} 'select …'" in said


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("query x --format parket", "did you mean parquet?"),
        ("query x --format xls", "use table, json, csv, parquet, arrow"),
        ("quality --days 0", "`0` is no whole number from 1 to 400"),
        ("ledger show x", "`x` is no whole number from 0 on"),
        ("up --port 99999", "`99999` is no whole number from 0 to 65535"),
        ("token a@b --ttl soon", "`soon` is no whole number"),
    ],
)
def test_a_word_that_an_option_does_not_take_is_refused_without_a_library_s_words(mesh: Path, words: str, wanted: str) -> None:
    said = run(*words.split(), code=2).stderr
    assert wanted in said
    assert "Input should" not in said
    assert "Value error" not in said


def test_strict_lets_a_warning_fail(mesh: Path) -> None:
    write_flights(mesh)
    run("product", "new", "Flights", "--domain", "sales", "--from", "data/on_time_flights.parquet")
    query = {"name": "carriers", "sql": "select carrier from flights", "parameters": [{"name": "day", "type": "date"}]}
    with (mesh / "domains" / "sales" / "flights.yaml").open("a") as manifest:
        manifest.write(f"  queries: [{json.dumps(query)}]\n")
    assert "parameter-unused   (warning)" in run("check").output
    run("check", "--strict", code=1)


def test_json_of_an_error_is_a_problem_on_standard_output(here: Path) -> None:
    problem = json.loads(run("check", "--json", code=1).stdout)
    assert (problem["code"], problem["status"]) == ("mesh-not-found", 400)


def test_plan_with_errors_as_json_holds_every_finding(mesh: Path) -> None:
    (mesh / "governance.yaml").write_text("governancePolicies: {dataResidency: {enforced: maybe, alowedRegions: []}}\n")
    problem = json.loads(run("plan", "--json", code=1).stdout)
    assert problem["code"] == "mesh-invalid"
    assert {item["code"] for item in problem["findings"]} >= {"key-unknown", "type-wrong"}


def test_the_schema_is_json_schema_and_the_version_is_the_version() -> None:
    assert json.loads(run("schema").stdout)["$schema"].startswith("https://json-schema.org/")
    assert run("version").stdout == run("--version").stdout == f"freehold {__version__}\n"
    assert json.loads(run("version", "--json").stdout) == {"version": __version__}


def test_status_of_a_new_mesh_ticks_only_what_is_there(mesh: Path) -> None:
    lines = json.loads(run("status", "--json").stdout)
    standing = {line["title"]: line["standing"] for line in lines["lines"]}
    assert standing["Define domain boundaries"] == "done"
    assert standing["Implement data contracts"] == standing["Deploy Microsoft Purview"] == "open"
    assert "freehold apply" in lines["pending"]


def test_a_token_without_a_development_node_is_refused(mesh: Path) -> None:
    said = run("token", "sales-app@sales", code=1).stderr
    assert said.startswith("✗ setting-invalid")
    assert "freehold up --dev" in said


def test_where_there_is_no_mesh_no_node_of_it_is_said_to_be_missing(here: Path) -> None:
    said = run("products", "--as", "sales-app@sales", code=1).stderr
    assert "there is no mesh in this folder or above it" in said
    assert "freehold up" not in said


def test_a_node_elsewhere_is_named_where_a_token_made_here_would_be_for_it(mesh: Path) -> None:
    said = run("query", "select 1", "--as", "sales-app@sales", "--url", "http://127.0.0.1:1", code=1).stderr
    assert "`http://127.0.0.1:1` is no development node of this mesh" in said


def test_a_file_whose_ending_names_no_form_is_refused_before_anybody_is_asked(mesh: Path) -> None:
    said = run("query", "select 1", "--output", "answer.xlsx", code=2).stderr
    assert "end it in .json, .csv, .parquet, .arrow" in said


def test_data_that_another_node_may_have_is_told_to_be_left_out_by_region(mesh: Path) -> None:
    manifest = (mesh / "mesh.yaml").read_text()
    north = '    - {name: north, region: northeurope, url: "http://127.0.0.1:8081", data: north}\n'
    (mesh / "mesh.yaml").write_text(manifest.replace("  nodes:\n", "  nodes:\n" + north))
    product = mesh / "domains" / "sales" / "orders.yaml"
    product.write_text(product.read_text().replace("  # source:", "  source:"))
    assert "if westeurope has it on another machine, look at one node's data with --region REGION" in run("check", code=1).stdout
    assert "--region REGION" not in run("check", "--region", "westeurope", code=1).stdout


@pytest.mark.parametrize("name", ["sales-app", "@sales", "sales-app@"])
def test_a_caller_without_subject_or_domain_is_refused(mesh: Path, name: str) -> None:
    assert "SUBJECT@DOMAIN" in run("token", name, code=1).stderr


def test_what_nobody_foresaw_is_one_clear_error_without_a_library_s_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise RuntimeError("secret of a library")

    def named(_words: object) -> object:
        return fail

    monkeypatch.setattr(entrance, "named", named)
    monkeypatch.delenv("FREEHOLD_DEBUG", raising=False)
    with pytest.raises(SystemExit) as caught:
        entrance.main()
    said = capsys.readouterr().err
    assert caught.value.code == 1
    assert said.startswith("✗ internal   RuntimeError")
    assert "secret" not in said
    monkeypatch.setenv("FREEHOLD_DEBUG", "1")
    with pytest.raises(RuntimeError):
        entrance.main()


def test_a_nodes_key_is_made_once_printed_for_the_manifest_and_named_there(mesh: Path) -> None:
    first = run("node", "key")
    assert first.stdout.startswith('publicKey: "ed25519:')
    assert "mesh.yaml does not name it yet" in first.stderr
    assert run("node", "key").stdout == first.stdout
    text = (mesh / "mesh.yaml").read_text()
    (mesh / "mesh.yaml").write_text(text.replace("data: data}", f"data: data, {first.stdout.strip()}}}"))
    assert "No errors" in run("check").output
    assert run("node", "key").stderr == ""
    assert json.loads(run("node", "key", "--json").stdout)["named"] is True


def test_a_new_key_is_another_and_mesh_yaml_has_to_name_it(mesh: Path) -> None:
    first = json.loads(run("node", "key", "--json").stdout)
    second = json.loads(run("node", "key", "--new", "--json").stdout)
    assert second["publicKey"] != first["publicKey"]
    assert json.loads(run("node", "key", "--json").stdout) == second
    assert (second["written"], second["named"]) == (None, False)
    run("node", "key", "--region", "eastus", code=1)
