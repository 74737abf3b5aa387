"""A catalogue as a process of its own, over TLS, and every official client pointed at it as its page says."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from azure.core.credentials import AccessToken

from freehold.identity.development import DevelopmentIssuer
from freehold.model.place import Mode
from freehold.wiring.clock import SystemClock
from freehold.wiring.datamap import AUDIENCE, MANAGEMENT_AUDIENCE
from freehold.wiring.settings import Settings

ADMIN = "steward"
FAR = 4_102_444_800


@dataclass
class Credential:
    """Any object with `get_token` is a credential to the Azure clients."""

    token: str

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        return AccessToken(self.token, FAR)


@dataclass
class Site:
    """A catalogue that is up."""

    url: str
    ca: str
    account: str
    proxy: str
    folder: Path
    pid: int
    opened: ExitStack

    def _kept(self, client: Any) -> Any:
        """Return a client that is closed with the catalogue."""
        self.opened.callback(client.close)
        return client

    def token(self, subject: str = ADMIN, audience: str = AUDIENCE, **claims: Any) -> str:
        keys = Settings(folder=self.folder).development_keys
        issuer = DevelopmentIssuer(keys, mode=Mode.DEVELOPMENT, clock=SystemClock(), audience=audience)
        return issuer.mint(subject, domain="customer", **claims)

    def credential(self, subject: str = ADMIN, audience: str = AUDIENCE) -> Credential:
        return Credential(self.token(subject, audience))

    def http(self, subject: str | None = ADMIN, **headers: str) -> httpx.Client:
        import ssl

        given = {"Authorization": f"Bearer {self.token(subject)}"} if subject else {}
        context = ssl.create_default_context(cafile=self.ca)
        client = httpx.Client(base_url=self.url, verify=context, trust_env=False, timeout=60, headers=given | headers)
        return self._kept(client)

    def datamap(self, subject: str = ADMIN) -> Any:
        from azure.purview.datamap import DataMapClient

        return self._kept(DataMapClient(self.url, self.credential(subject), connection_verify=self.ca))

    def catalog(self, subject: str = ADMIN) -> Any:
        from azure.purview.catalog import PurviewCatalogClient

        return self._kept(PurviewCatalogClient(self.url, self.credential(subject), connection_verify=self.ca))

    def scanning(self, subject: str = ADMIN) -> Any:
        from azure.purview.scanning import PurviewScanningClient

        return self._kept(PurviewScanningClient(self.url, self.credential(subject), connection_verify=self.ca))

    def account_client(self, subject: str = ADMIN) -> Any:
        from azure.purview.administration.account import PurviewAccountClient

        return self._kept(PurviewAccountClient(self.url, self.credential(subject), connection_verify=self.ca))

    def policies(self, subject: str = ADMIN) -> Any:
        from azure.purview.administration.metadatapolicies import PurviewMetadataPoliciesClient

        return self._kept(PurviewMetadataPoliciesClient(self.url, self.credential(subject), connection_verify=self.ca))

    def management(self) -> Any:
        from azure.mgmt.purview import PurviewManagementClient

        return self._kept(
            PurviewManagementClient(
                self.credential(audience=MANAGEMENT_AUDIENCE),
                "00000000-0000-0000-0000-000000000001",
                base_url=self.url,
                connection_verify=self.ca,
                credential_scopes=["https://management.azure.com/.default"],
            )
        )

    def pyatlas(self, subject: str = ADMIN) -> Any:
        from pyapacheatlas.auth.azcredential import AzCredentialWrapper
        from pyapacheatlas.core import AtlasClient

        credential = AzCredentialWrapper(self.credential(subject))
        return AtlasClient(f"{self.url}/catalog/api/atlas/v2", credential, requests_verify=self.ca)

    def pypurview(self, subject: str = ADMIN) -> Any:
        from pyapacheatlas.core import PurviewClient

        return PurviewClient(
            self.account, self.credential(subject), requests_proxies={"https": self.proxy}, requests_verify=self.ca
        )

    def apache(self, subject: str = ADMIN) -> Any:
        from apache_atlas.client.base_client import AtlasClient

        client = AtlasClient(self.url, ("token", self.token(subject)))
        client.session.verify = self.ca
        client.session.trust_env = False
        self.opened.callback(client.session.close)
        return client


Start = Callable[..., Any]


@contextmanager
def started(folder: Path, *options: str) -> Generator[Site]:
    """Start the catalogue of a mesh folder, and stop it at the end."""
    command = [sys.executable, "-m", "freehold", "purview", "serve", "--mesh", str(folder)]
    command += ["--port", "0", "--proxy-port", "0", "--dev", "--json"]
    log = (folder / "purview.log").open("ab")
    process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=log)
    try:
        assert process.stdout is not None
        lines: list[bytes] = []
        while not lines or lines[-1].rstrip() != b"}":
            line = process.stdout.readline()
            assert line, (folder / "purview.log").read_text()
            lines.append(line)
        told = json.loads(b"".join(lines))
        url = told["url"].replace("127.0.0.1", "localhost")
        with ExitStack() as opened:
            yield Site(url, told["authority"], told["account"], told["proxy"], folder, told["pid"], opened)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()
        log.close()


@pytest.fixture(scope="session")
def start_catalogue() -> Start:
    """Return what starts a catalogue, as a context manager."""
    return started


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory, lay_mesh: Any, make_mesh: Any) -> Iterator[Site]:
    """A catalogue that all tests share; each takes away what others would stumble over."""
    folder = tmp_path_factory.mktemp("mesh")
    lay_mesh(folder, make_mesh())
    (folder / "mesh.yaml").write_text(MESH)
    with started(folder, "--admin", ADMIN) as site:
        yield site


MESH = """mesh:
  name: contoso
  regions: []
  nodes:
    - {name: contoso-we, region: westeurope, url: "http://127.0.0.1:8080"}
"""
