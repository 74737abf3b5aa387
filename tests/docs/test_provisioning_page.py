"""The page on provisioning: its tables are what the code makes and finds, and what it says of the demo's domain is so."""

from __future__ import annotations

import re
import shutil
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from freehold.cli.main import app
from freehold.manifest import read
from freehold.manifest.platform_shapes import InfrastructureShape
from freehold.provision.rules import CODES
from freehold.services.estate import pieces
from freehold.services.provisioning import Design, design
from freehold.stores.files import FolderFiles

PAGE = (Path(__file__).parents[2] / "docs" / "provisioning.md").read_text(encoding="utf-8")


@pytest.fixture
def mesh(tmp_path: Path) -> Path:
    folder = tmp_path / "contoso"
    shutil.copytree(str(files("freehold.cli.demo") / "mesh"), folder)
    return folder


@pytest.fixture
def sales(mesh: Path) -> Design:
    return design(read(FolderFiles(mesh).read()), "sales")


def test_every_code_is_defined() -> None:
    for code, meaning in CODES:
        assert f"| `{code}` | {meaning} |" in PAGE


def test_the_table_of_building_blocks_names_every_type_that_is_made_and_no_other(sales: Design) -> None:
    table = PAGE.split("| module | resources | fixed |", 1)[1].split("\n\n", 1)[0]
    assert set(re.findall(r"`(Microsoft\.[\w./]+)`", table)) == {item.type for item in sales.resources}
    modules = {path.removeprefix("modules/").removesuffix(".bicep") for path in sales.files if path.startswith("modules/")}
    assert set(re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE)) == modules


def test_every_key_of_the_module_call_has_its_equivalent() -> None:
    table = PAGE.split("| in the call |", 1)[1].split("\n\n", 1)[0]
    keys = {"domainName", "region", "sqlServerSku", "storageAccountSku", "enablePrivateEndpoints", "enableCMK"}
    keys |= {"enablePurviewIntegration", "tags"}
    assert set(re.findall(r"^\| `(\w+)", table, re.MULTILINE)) == keys
    assert {item.encode_name for item in msgspec.structs.fields(InfrastructureShape)} == keys


def test_the_table_of_equals_on_a_machine_has_every_piece(sales: Design) -> None:
    table = PAGE.split("| in Azure | here |", 1)[1].split("\n\n", 1)[0]
    for piece in pieces(sales):
        shown = (
            piece.name.replace("sales", "DOMAIN") if piece.name not in {"raw", "curated", "product"} else "DATA/DOMAIN/CONTAINER"
        )
        assert shown in table, piece.name


def test_its_commands_run_in_a_mesh_like_the_demos(mesh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mesh)
    monkeypatch.delenv("FREEHOLD_MESH", raising=False)
    commands = re.findall(r"^freehold (domain [a-z]+ sales.*?)(?:  .*)?$", PAGE.split("```")[1], re.MULTILINE)
    assert len(commands) == 4
    for command in commands:
        done = CliRunner().invoke(app, command.split())
        assert done.exit_code == 0, (command, done.output)
