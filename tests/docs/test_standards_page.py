"""The page on standards is true: its commands print what it shows, and its tables hold every code."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from freehold.cli.main import app
from freehold.policy.compatibility import CODES as CHANGES
from freehold.services import exports, imports
from freehold.standards.remarks import CODES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "standards.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```console\n\$ freehold (.*)\n((?:.*\n)*?)```", PAGE)


def test_the_commands_of_the_page_print_what_it_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("orders-1.odcs.yaml", "orders-2.odcs.yaml"):
        shutil.copy(ROOT / "tests" / "cases" / "standards" / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FREEHOLD_MESH", str(tmp_path / "mesh"))
    monkeypatch.setenv("COLUMNS", "200")
    runner = CliRunner()
    assert runner.invoke(app, ["init", "mesh"]).exit_code == 0
    (tmp_path / "mesh" / "domains" / "sales" / "orders.yaml").unlink()
    assert len(SHOWN) == 3
    for command, output in SHOWN:
        done = runner.invoke(app, command.split())
        assert [line.rstrip() for line in done.output.splitlines()] == output.splitlines(), command
        assert done.exit_code == (1 if "✗ breaking" in output else 0)


def test_every_code_of_an_import_and_of_a_comparison_is_on_the_page() -> None:
    for code, meaning in CODES:
        assert f"| `{code}` | {meaning} |" in PAGE
    for code, breaking, reason in CHANGES:
        assert f"| `{code}` | {'**breaking**' if breaking else 'harmless'} | {reason} |" in PAGE


def test_every_format_is_on_the_page() -> None:
    for kind in {*imports.KINDS, *exports.KINDS}:
        assert re.search(rf"^\| `{kind}` \|", PAGE, re.MULTILINE), kind
