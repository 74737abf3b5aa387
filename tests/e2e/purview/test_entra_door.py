"""The catalogue and tokens of a tenant of Entra ID, as Microsoft's own credentials and clients bring them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import entra
from entra import CLIENT, OTHER, SECRET, SOMEBODY, TENANT, Entra
from freehold.cli.main import app

RESOURCE = "https://purview.azure.net"
TYPES = "/datamap/api/atlas/v2/types/typedefs"


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Entra, Path]]:
    folder = tmp_path_factory.mktemp("entra")
    with entra.serving(folder) as made:
        yield made, folder / "authority.pem"


@pytest.fixture(scope="module")
def site(
    tenant: tuple[Entra, Path], tmp_path_factory: pytest.TempPathFactory, lay_mesh: Any, make_mesh: Any, start_catalogue: Any
) -> Iterator[Any]:
    """A catalogue that the application and somebody administer."""
    made, authority = tenant
    folder = tmp_path_factory.mktemp("mesh")
    lay_mesh(folder, make_mesh(entra.believed(made.sign_in)))
    (folder / "mesh.yaml").write_text(entra.manifest(made.sign_in))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FREEHOLD_AUTHORITY", str(authority))
        with start_catalogue(folder, "--admin", CLIENT, "--admin", SOMEBODY) as up:
            yield up


def test_an_official_client_signs_in_with_microsofts_own_credential(tenant: Any, site: Any) -> None:
    from azure.identity import ClientSecretCredential
    from azure.purview.datamap import DataMapClient

    made, authority = tenant
    options = {"authority": made.sign_in, "disable_instance_discovery": True, "connection_verify": str(authority)}
    with (
        closing(ClientSecretCredential(TENANT, CLIENT, SECRET, **options)) as credential,
        closing(DataMapClient(site.url, credential, connection_verify=site.ca)) as client,
    ):
        assert client.type_definition.get()["entityDefs"]


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_user_is_known_by_their_object_id_in_both_forms_of_token(tenant: Any, site: Any, version: str, slash: str) -> None:
    for oid, status in ((SOMEBODY, 200), (OTHER, 403)):
        made = tenant[0].user(version, aud=RESOURCE + slash, oid=oid)
        assert site.http(None, Authorization=f"Bearer {made}").get(TYPES).status_code == status


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"tid": OTHER}, 401),
        ({"aud": entra.APPLICATION}, 401),
        ({"aud": "https://management.azure.com"}, 401),
        ({"exp": 1_700_000_000}, 401),
        ({"ver": "2.0"}, 401),
        ({"appid": ...}, 401),
        ({"hasgroups": True}, 403),
        ({}, 200),
    ],
)
def test_a_token_that_is_not_for_purview_opens_nothing(tenant: Any, site: Any, claims: dict[str, Any], status: int) -> None:
    made = tenant[0].user("v1", **({"aud": RESOURCE} | claims))
    assert site.http(None, Authorization=f"Bearer {made}").get(TYPES).status_code == status


def test_the_connector_asks_with_tokens_of_its_own(tenant: Any, site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, authority = tenant
    both = tmp_path / "both.pem"
    both.write_bytes(authority.read_bytes() + Path(site.ca).read_bytes())
    monkeypatch.delenv("FREEHOLD_PURVIEW_TOKEN", raising=False)
    known = {"AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": CLIENT, "AZURE_CLIENT_SECRET": SECRET}
    known |= {"AZURE_AUTHORITY_HOST": made.sign_in}
    words = ["purview", "plan", "--mesh", str(site.folder), "--endpoint", site.url, "--ca", str(both), "--json"]
    ran = CliRunner().invoke(app, words, env=known)
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout)["changes"]
    assert SECRET not in ran.output
