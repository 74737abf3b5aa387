"""The page on quality: its tables are the words of the code, its example is a mesh, its commands and its Python run."""

from __future__ import annotations

import contextlib
import io
import re
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from freehold.cli.main import app
from freehold.model.rule import DIMENSIONS, Dimension, Metric, Operator

PAGE = (Path(__file__).parents[2] / "docs" / "quality.md").read_text(encoding="utf-8")


def table(head: str) -> dict[str, str]:
    body = PAGE.split(head, 1)[1].split("\n\n", 1)[0]
    return dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", body, re.MULTILINE))


def test_every_metric_operator_and_dimension_is_defined() -> None:
    assert set(table("| metric | what is measured |")) == {item.value for item in Metric}
    assert set(table("| operator | holds where the measured value |")) == {item.value for item in Operator}
    assert set(table("| dimension | the question it answers")) == {item.value for item in Dimension}


def test_each_metric_stands_beside_its_dimension() -> None:
    told = table("| dimension | the question it answers")
    for metric, dimension in DIMENSIONS.items():
        assert f"`{metric.value}`" in told[dimension.value]


@pytest.fixture
def mesh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("FREEHOLD_MESH", "FREEHOLD_URL", "FREEHOLD_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"```yaml\n(dataProduct:\n.*?)```", PAGE, re.DOTALL)
    files = {
        "mesh.yaml": 'mesh:\n  name: contoso\n  nodes: [{name: we, region: westeurope, url: "http://127.0.0.1:8080"}]\n',
        "domains/sales/orders.yaml": example
        + "  dataContracts: [{consumer: Finance, purpose: audit, fields: [orderId, line, channel, phone, total, updatedAt]}]\n",
        "domains/finance/domain.yaml": "domain: {name: Finance}\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "data").mkdir()
    rows = {
        "orderId": ["O-1", "O-2", "O-3"],
        "line": [1, 1, 1],
        "channel": ["web", "store", "web"],
        "phone": ["1", "n/a", "2"],
        "total": pa.array([Decimal(1), Decimal(2), Decimal(3)], pa.decimal128(10, 2)),
        "updatedAt": pa.array([4_000_000_000_000_000] * 3, pa.timestamp("us")),
    }
    for path in ("data/orders.parquet", "orders.parquet"):
        pq.write_table(pa.table(rows), tmp_path / path)
    return tmp_path


def test_the_commands_of_the_page_pass_on_data_that_keeps_its_promises(mesh: Path) -> None:
    (mesh / "given.parquet").write_bytes((mesh / "orders.parquet").read_bytes())
    commands = re.findall(r"^freehold (test.*?)(?:  .*)?$", PAGE, re.MULTILINE)
    assert len(commands) == 5
    for command in commands:
        done = CliRunner().invoke(app, command.split())
        assert done.exit_code == 0, done.output
    assert (mesh / "results.xml").is_file()


@pytest.mark.usefixtures("mesh")
def test_the_python_of_the_page_runs() -> None:
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {})  # noqa: S102  (the page's own example)
    assert "passed not empty None There are 3 rows." in out.getvalue()
    assert 'FROM "public"."orders"' in out.getvalue()
