"""A command imports what it needs and nothing more: what it waits for is its own work."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer
from typer.core import TyperGroup

from freehold.cli.coercion import read_plainly
from freehold.cli.main import app, named

HEAVY = (
    "azure.core azure.storage.blob cryptography duckdb granian http.client httpx "
    "joserfc jsonschema_rs limits litestar numpy.ma pandas phonenumbers polars prometheus_client "
    "pyarrow.compute pyarrow.dataset pydantic sqlglot sqlite3 stdnum"
).split()
MESH = 'mesh:\n  name: contoso\n  nodes: [{name: we, region: westeurope, url: "http://127.0.0.1:8080"}]\n'
ORDERS = """\
dataProduct:
  name: Orders
  domain: Sales
  qualityMetrics: {completeness: 99}
  schema:
    - {name: order_id, type: string, required: true, unique: true, pattern: "O-[0-9]+", minLength: 3}
    - {name: state, type: string, values: [paid, sent]}
    - {name: amount, type: number, minimum: 0}
    - {name: total, type: "decimal(10,2)", multipleOf: 0.5}
    - {name: day, type: date, required: true, minimum: "2015-01-01"}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mesh.yaml").write_text(MESH)
    (tmp_path / "domains" / "sales").mkdir(parents=True)
    (tmp_path / "domains" / "sales" / "orders.yaml").write_text(ORDERS)
    schema = pa.schema(
        {"order_id": pa.string(), "state": pa.string(), "amount": pa.float64(), "total": pa.decimal128(10, 2), "day": pa.date32()}
    )
    rows = [
        {
            "order_id": f"O-{at}",
            "state": "paid",
            "amount": float("nan") if at % 7 == 0 else at,
            "total": None,
            "day": dt.date(2026, 1, 1),
        }
        for at in range(1_000)
    ]
    pq.write_table(pa.Table.from_pylist(rows, schema), tmp_path / "orders.parquet")
    return tmp_path


def imported(folder: Path, *words: str) -> tuple[int, set[str]]:
    """Run a command in a process of its own; return its exit code and which heavy modules it imported."""
    code = (
        f"import sys; sys.argv = {['freehold', *words]!r}; from freehold.cli.main import main\n"
        f"try:\n    main()\nexcept SystemExit as end:\n    code = end.code\n"
        f"print(code or 0, *(name for name in {HEAVY!r} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=folder)
    found = done.stdout.splitlines()[-1].split()
    return int(found[0]), set(found[1:])


def test_the_test_of_a_file_imports_nothing_that_only_other_commands_need(folder: Path) -> None:
    assert imported(folder, "test", "orders.parquet", "--contract", "sales.orders", "--samples", "0") == (0, set())


def test_a_check_of_manifests_without_data_imports_what_reads_sql_and_no_engine(folder: Path) -> None:
    assert imported(folder, "check") == (0, {"sqlglot"})


def test_looking_for_a_node_that_does_not_run_imports_nothing_heavy(folder: Path) -> None:
    assert imported(folder, "products") == (1, set())


def test_a_misused_command_says_so_without_reading_by_pydantic(folder: Path) -> None:
    assert imported(folder, "test", "--nonsense") == (2, set())


@pytest.mark.parametrize(("words", "commands"), [(["test", "x"], ["test"]), (["ledger", "show"], ["ledger"])])
def test_only_the_command_that_is_called_is_made(words: list[str], commands: list[str]) -> None:
    assert list(named(words).commands) == commands


@pytest.mark.parametrize("words", [[], ["--help"], ["tset"]])
def test_all_commands_are_made_where_none_of_them_is_named(words: list[str]) -> None:
    assert named(words) is app


def test_words_mean_what_typer_reads_them_as() -> None:
    words = "orders.parquet --contract a.b --samples 7 --fail-on warning --role one --role two --mesh folder --json".split()
    found: list[dict[str, Any]] = []
    for read in (read_plainly, list):
        group: Any = typer.main.get_command(app)
        command: Any = TyperGroup.get_command(group, typer.Context(group), "test")
        context = typer.Context(command, info_name="test")
        read(command.get_params(context))
        command.parse_args(context, list(words))
        found.append(context.params)
    assert found[0] == found[1]
    assert found[0]["samples"] == 7
