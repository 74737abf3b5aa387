"""`freehold import`, `export` and `diff` on the command line: files are written once, exit codes tell a pipeline what to do."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from freehold.cli.main import app

CASES = Path(__file__).parents[2] / "cases" / "standards"
OLD, NEW = CASES / "orders-1.odcs.yaml", CASES / "orders-2.odcs.yaml"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(item) for item in arguments])


@pytest.fixture
def mesh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "mesh"
    assert run("init", folder).exit_code == 0
    (folder / "domains/sales/orders.yaml").unlink()
    monkeypatch.setenv("FREEHOLD_MESH", str(folder))
    return folder


def test_an_import_writes_a_manifest_once_and_never_over_it(mesh: Path) -> None:
    done = run("import", "odcs", OLD, "--domain", "Sales", "--json")
    assert done.exit_code == 0
    assert json.loads(done.output)["products"] == [{"name": "Orders", "domain": "Sales", "path": "domains/sales/orders.yaml"}]
    written = (mesh / "domains/sales/orders.yaml").read_text()
    again = run("import", "odcs", OLD, "--domain", "Sales", "--json")
    assert again.exit_code == 1
    assert json.loads(again.output)["code"] == "already-exists"
    assert (mesh / "domains/sales/orders.yaml").read_text() == written


def test_a_strict_import_of_a_broken_document_writes_nothing(mesh: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(OLD.read_text() + "surprise: 1\n")
    done = run("import", "odcs", broken, "--domain", "Sales", "--strict", "--json")
    assert done.exit_code == 1
    (found,) = [item for item in json.loads(done.output)["findings"] if item["severity"] == "error"]
    assert (found["code"], found["line"]) == ("standard-violated", 18)
    assert not (mesh / "domains/sales/orders.yaml").exists()


def test_an_import_without_a_mesh_is_printed_and_its_export_is_what_came_in(tmp_path: Path) -> None:
    manifest = tmp_path / "orders.yaml"
    assert run("import", "odcs", OLD, "--output", manifest).exit_code == 0
    back = tmp_path / "back.yaml"
    assert run("export", "odcs", manifest, "--output", back).exit_code == 0
    assert run("diff", OLD, back).exit_code == 0
    assert run("export", "odcs", manifest, "--output", back).exit_code == 1


def test_a_parquet_file_becomes_a_product(mesh: Path, tmp_path: Path) -> None:
    path = tmp_path / "visits.parquet"
    pq.write_table(pa.table({"id": [1], "at": pa.array([0], pa.timestamp("us")), "tags": [["a"]]}), path)
    assert run("import", "parquet", path, "--domain", "Web").exit_code == 0
    text = (mesh / "domains/web/visits.yaml").read_text()
    assert "{name: id, type: integer}" in text
    assert "{name: at, type: timestamp}" in text
    assert "tags" not in text


def test_a_comparison_fails_where_something_breaks_and_tells_programs_what() -> None:
    done = run("diff", OLD, NEW, "--json")
    assert done.exit_code == 1
    (product,) = json.loads(done.output)["products"]
    assert {item["code"] for item in product["changes"] if item["breaking"]} == {"column-retyped", "rule-removed"}
    assert run("diff", OLD, OLD).exit_code == 0


def test_a_breaking_change_that_a_major_version_announces_passes_where_that_is_asked_for(tmp_path: Path) -> None:
    announced = tmp_path / "new.yaml"
    announced.write_text(NEW.read_text().replace("version: 1.0.0", "version: 2.0.0"))
    assert run("diff", OLD, announced).exit_code == 1
    assert run("diff", OLD, announced, "--announced").exit_code == 0


def test_a_folder_is_compared_with_a_revision_of_git(mesh: Path) -> None:
    assert run("import", "odcs", OLD, "--domain", "Sales").exit_code == 0
    for command in (["init", "-q"], ["add", "."], ["-c", "user.email=a@b", "-c", "user.name=a", "commit", "-qm", "first"]):
        subprocess.run(["git", "-C", str(mesh), *command], check=True, capture_output=True)
    assert run("diff", "HEAD").exit_code == 0
    manifest = mesh / "domains/sales/orders.yaml"
    manifest.write_text(manifest.read_text().replace('    - {name: amount, type: "decimal(10,2)"}\n', ""))
    done = run("diff", "HEAD", "--json")
    assert done.exit_code == 1
    assert [item["code"] for item in json.loads(done.output)["products"][0]["changes"]] == ["column-removed"]
    assert json.loads(run("diff", "no-such-revision", "--json").output)["code"] == "setting-invalid"
    assert json.loads(run("diff", "--json", "--", "--output=x").output)["code"] == "setting-invalid"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("dataProduct: {name: Orders, domain: Sales, ownr: x}", "there is no key `ownr`"),
        ("dataProduct: {name: Orders\n", "a `[` is never closed"),
        ("apiVersion: v9.0.0\nkind: DataContract\n", "`apiVersion` is `v9.0.0`"),
    ],
)
def test_a_side_that_is_not_read_as_it_is_written_is_refused_and_never_promises_less(tmp_path: Path, wrong: str, said: str) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(wrong)
    for sides in ((broken, NEW), (NEW, broken)):
        done = run("diff", *sides, "--json")
        assert done.exit_code == 1
        assert said.split("`")[1] in done.output
        assert "products" not in json.loads(done.output)


def test_a_side_that_is_nothing_is_said_outside_of_a_mesh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert json.loads(run("diff", OLD, "nope.yaml", "--json").output)["code"] == "setting-invalid"


@pytest.mark.parametrize("command", [("import", "odc", OLD), ("export", "pdf"), ("export", "sql", "x", "--dialect", "db2")])
def test_an_unknown_word_is_a_wrong_use(command: tuple[object, ...], mesh: Path) -> None:
    assert run(*command).exit_code in {1, 2}


def test_an_export_of_what_is_not_there_says_what_is(mesh: Path) -> None:
    assert run("import", "odcs", OLD, "--domain", "Sales").exit_code == 0
    assert "did you mean `sales.orders`?" in json.loads(run("export", "odcs", "sales.order", "--json").output)["remedy"]
    assert json.loads(run("export", "oaas", "sales.orders", "--json").output)["code"] == "setting-invalid"
    assert json.loads(run("export", "odcs", "orders", "--version", "9.9.9", "--json").output)["code"] == "setting-invalid"


def test_what_is_kept_and_was_broken_by_hand_is_a_clear_error(mesh: Path) -> None:
    assert run("import", "odcs", OLD, "--domain", "Sales").exit_code == 0
    manifest = mesh / "domains/sales/orders.yaml"
    manifest.write_text(
        manifest.read_text().replace('"$items":\n            orders:', '"$items": 5\n          x:\n            orders:')
    )
    assert json.loads(run("export", "odcs", "sales.orders", "--json").output)["code"] == "document-invalid"
