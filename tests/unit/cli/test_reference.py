"""The commands and their page are one: what `--help` says stands in docs/cli.md, and help costs nothing to print."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from freehold.cli.main import app
from freehold.cli.reference import reference, shown_help

PAGE = Path(__file__).parents[3] / "docs" / "cli.md"
HEAVY = ("cryptography", "duckdb", "granian", "httpx", "joserfc", "litestar", "pyarrow", "rich", "ruamel", "sqlglot", "sqlite3")


def commands(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    found = command or typer.main.get_command(app)
    children: dict[str, Any] = getattr(found, "commands", {})
    for name, child in children.items():
        yield from commands(child, (*path, name))
    if not children:
        yield path


COMMANDS = sorted(commands())


def test_the_page_of_commands_is_what_the_commands_say() -> None:
    assert PAGE.read_text() == reference(), "regenerate it with: python -m freehold.cli.reference > docs/cli.md"


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_help_of_each_command_stands_in_the_page(command: tuple[str, ...]) -> None:
    assert f"## freehold {' '.join(command)}\n\n```\n{shown_help(command)}\n```\n" in PAGE.read_text()


@pytest.mark.parametrize("command", [item for item in COMMANDS if item != ("demo",)], ids=" ".join)
def test_each_command_prints_json_for_programs(command: tuple[str, ...]) -> None:
    assert "--json" in shown_help(command)


@pytest.mark.parametrize("command", [item for item in COMMANDS if item != ("version",)], ids=" ".join)
def test_the_help_of_each_command_ends_with_an_example(command: tuple[str, ...]) -> None:
    assert re.search(r"\n  Examples?: freehold ", shown_help(command))


@pytest.mark.parametrize("group", sorted({item[:-1] for item in COMMANDS}), ids=" ".join)
def test_no_line_of_a_list_of_commands_is_cut_off(group: tuple[str, ...]) -> None:
    said = CliRunner().invoke(app, [*group, "--help"], terminal_width=80, prog_name="freehold").output
    assert [line for line in said.partition("\nCommands:\n")[2].splitlines() if line.endswith("...")] == []


def test_help_needs_no_heavy_library() -> None:
    code = f"import sys; import freehold.cli.main; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
