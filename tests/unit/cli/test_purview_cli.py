"""`freehold purview` where it cannot serve, and the tokens that it makes."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from pathlib import Path

import pytest
from typer.testing import CliRunner

from freehold.cli.main import app
from freehold.digest import digest
from freehold.errors import SettingInvalid
from freehold.model.mesh import Applied, Mesh
from freehold.model.place import Region
from freehold.stores.registry import SqliteRegistry
from freehold.wiring.certificates import PURVIEW_NAMES, catalogue_certificate
from freehold.wiring.clock import SystemClock
from freehold.wiring.purview import open_account
from freehold.wiring.settings import Settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A mesh folder in which nothing was applied."""
    (tmp_path / "mesh.yaml").write_text("mesh:\n  name: contoso\n  nodes: []\n")
    return tmp_path


def refused(*command: str) -> str:
    result = CliRunner().invoke(app, ["purview", *command, "--json"])
    assert result.exit_code == 1
    return json.loads(result.output)["code"]


def test_a_mesh_that_was_never_applied_has_no_catalogue(folder: Path) -> None:
    assert refused("serve", "--mesh", str(folder), "--admin", "steward") == "nothing-applied"


def test_a_catalogue_without_an_administrator_does_not_start(folder: Path) -> None:
    settings = Settings(folder=folder)
    settings.state.mkdir(exist_ok=True)
    registry = SqliteRegistry(settings.registry_file)
    mesh = Mesh(name="contoso", regions={"westeurope": Region(name="westeurope", jurisdiction="EU")})
    registry.apply(Applied(version=1, digest=digest(mesh), mesh=mesh, applied_at="2026-11-23T10:00:00+00:00"))
    registry.close()
    assert refused("serve", "--mesh", str(folder)) == "setting-invalid"


@pytest.mark.parametrize(
    "command",
    [
        ("purview", "serve"),
        ("purview", "plan"),
        ("purview", "apply"),
        ("purview", "drift"),
        ("purview", "pull"),
        ("policy", "export", "azure", "--to", "out", "--scope", "/subscriptions/s1"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_the_folder_of_the_mesh_is_an_option_as_everywhere_and_a_word_is_told_so(folder: Path, command: tuple[str, ...]) -> None:
    named = CliRunner().invoke(app, [*command, "--mesh", str(folder / "gone"), "--json"])
    assert named.exit_code == 1
    assert json.loads(named.output)["detail"] == f"`{folder / 'gone'}` has no `mesh.yaml`"
    word = CliRunner().invoke(app, [*command, str(folder)])
    assert word.exit_code == 2
    assert "--mesh FOLDER" in word.output


def test_who_has_no_token_hears_of_the_one_that_is_made_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (
        "FREEHOLD_PURVIEW_TOKEN",
        "AZURE_CLIENT_ID",
        "AZURE_TENANT_ID",
        "AZURE_CLIENT_SECRET",
        "AZURE_FEDERATED_TOKEN_FILE",
    ):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingInvalid) as nobody, open_account("https://localhost:1", None):
        pytest.fail("nobody speaks")
    assert "`freehold purview token SUBJECT@DOMAIN`" in str(nobody.value.remedy)
    with pytest.raises(SettingInvalid) as unread, open_account("https://localhost:1", tmp_path / "gone.pem"):
        pytest.fail("nobody is believed")
    assert unread.value.remedy == "give a PEM file with `--ca FILE`"


@pytest.mark.parametrize("root", ["landing", "=/tmp", "landing=/no/such/folder", "a b=/tmp"])
def test_a_scan_root_that_is_no_folder_is_refused(folder: Path, root: str) -> None:
    assert refused("serve", "--mesh", str(folder), "--admin", "steward", "--scan-root", root) == "setting-invalid"


@pytest.mark.parametrize(
    ("options", "audience"), [((), "https://purview.azure.net"), (("--management",), "https://management.azure.com")]
)
def test_a_token_is_for_one_audience(folder: Path, options: tuple[str, ...], audience: str) -> None:
    result = CliRunner().invoke(
        app, ["purview", "token", "steward@sales", *options, "--role", "owner", "--mesh", str(folder), "--json"]
    )
    claims = json.loads(urlsafe_b64decode(json.loads(result.output)["token"].split(".")[1] + "=="))
    assert (claims["aud"], claims["sub"], claims["domain"], claims["roles"]) == (audience, "steward", "sales", ["owner"])


def test_the_certificate_has_purviews_names_and_is_kept_while_it_holds(folder: Path) -> None:
    from freehold.keys.authority import read_issued

    settings, clock = Settings(folder=folder), SystemClock()
    made = catalogue_certificate(settings, clock)
    held = read_issued(made.certificate.parent)
    assert held is not None
    assert {"localhost", "127.0.0.1", *PURVIEW_NAMES} <= set(held.names)
    before = made.certificate.read_bytes()
    assert catalogue_certificate(settings, clock).certificate.read_bytes() == before
