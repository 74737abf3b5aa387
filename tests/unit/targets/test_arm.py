"""Deployments through Resource Manager's own client, to a real server over TLS that answers as the service is documented to."""

from __future__ import annotations

import datetime as dt
import json
import ssl
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from freehold.errors import DeploymentFailed, SignInRefused, SignInUnreachable
from freehold.keys.authority import issue, make_authority
from freehold.model.platform import Infrastructure, Platform
from freehold.provision.arm import write_arm
from freehold.provision.domain import main_template
from freehold.provision.flatten import flatten
from freehold.wiring.provisioning import open_deployments
from freehold.wiring.settings import AzureAccess, AzureIdentity

GROUP = "/subscriptions/s-1/resourceGroups/rg-sales/providers/Microsoft.Resources/deployments/sales-infrastructure"
SECRET = "secret-CANARY"
SALES = Infrastructure(
    domain="Sales", region="westeurope", database_sku="GP_Gen5_2", storage_sku="Standard_ZRS", owner="a@contoso.eu"
)


@dataclass
class Manager:
    """What came to the server, and how it answers: how often a deployment is still running, and what it ends with."""

    url: str = ""
    came: list[tuple[str, str, Any]] = field(default_factory=list[tuple[str, str, Any]])
    running: int = 2
    ends: str = "Succeeded"
    refuses: tuple[int, str] | None = None
    signs_in: bool = True

    def answer(self, method: str, path: str, body: Any) -> tuple[int, dict[str, str], Any]:
        self.came.append((method, path, body))
        if not path.startswith("/subscriptions/"):
            return self._sign_in(path)
        if method == "PUT":
            return self._put()
        if path.endswith("/operationStatuses/1"):
            self.running -= 1
            state = "Running" if self.running >= 0 else self.ends
            return 200, {"Retry-After": "0"}, {"status": state, **(refusal("DeploymentFailed", "Conflict") if self._failed else {})}
        if path.endswith("/operations"):
            return (
                200,
                {},
                {"value": [operation("Succeeded", "raw"), operation("Failed" if self._failed else "Running", "stsales")]},
            )
        return 200, {}, self._deployment(self.ends)

    @property
    def _failed(self) -> bool:
        return self.ends == "Failed" and self.running < 0

    def _sign_in(self, path: str) -> tuple[int, dict[str, str], Any]:
        base = f"{self.url}/t-1"
        if path.endswith("/openid-configuration"):
            token = f"{base}/oauth2/v2.0/token"
            return 200, {}, {"issuer": f"{base}/v2.0", "token_endpoint": token, "authorization_endpoint": base}
        if not self.signs_in:
            return 401, {}, {"error": "invalid_client", "error_description": f"wrong {SECRET}"}
        return 200, {}, {"token_type": "Bearer", "expires_in": 3600, "access_token": "a-token"}

    def _put(self) -> tuple[int, dict[str, str], Any]:
        if self.refuses is not None:
            status, code = self.refuses
            return status, {}, refusal(code, "SkuNotAvailable")
        headers = {"Azure-AsyncOperation": f"{self.url}{GROUP}/operationStatuses/1", "Retry-After": "0"}
        return 201, headers, self._deployment("Accepted")

    def _deployment(self, state: str) -> dict[str, Any]:
        outputs = {"sqlServerId": {"type": "String", "value": "/subscriptions/s-1/x"}}
        return {"id": GROUP, "name": "sales-infrastructure", "properties": {"provisioningState": state, "outputs": outputs}}


def refusal(code: str, inner: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": f"told by {SECRET}", "details": [{"code": inner, "message": SECRET}]}}


def operation(state: str, name: str) -> dict[str, Any]:
    target = {"resourceType": "Microsoft.Storage/storageAccounts", "resourceName": name, "id": "x"}
    said = {"error": {"code": "StorageAccountAlreadyTaken", "message": SECRET}} if state == "Failed" else None
    return {"operationId": name, "properties": {"provisioningState": state, "targetResource": target, "statusMessage": said}}


@pytest.fixture
def manager(tmp_path: Path) -> Generator[Manager]:
    now = dt.datetime.now(dt.UTC)  # noqa: TID251
    authority = make_authority(tmp_path, "contoso", now)
    issue(authority, tmp_path, "arm", "localhost", now)
    held = Manager()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _take(self) -> None:
            length = int(self.headers.get("content-length", 0))
            raw = self.rfile.read(length)
            body = json.loads(raw) if raw.startswith(b"{") else raw.decode()
            path = urlsplit(self.path).path
            if path.startswith("/subscriptions/") and self.headers.get("authorization") != "Bearer a-token":
                status, headers, answer = 401, {}, {"error": {"code": "AuthenticationFailed", "message": "no"}}
            else:
                status, headers, answer = held.answer(self.command, path, body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Type": "application/json", "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = _take  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "certificate.key")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        held.url = f"https://localhost:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield held
        server.shutdown()
        thread.join()


def deploy(manager: Manager, folder: Path, heard: list[int] | None = None) -> Any:
    identity = AzureIdentity(tenant="t-1", client="c-1", secret=SECRET, sign_in=manager.url)
    access = AzureAccess(identity=identity, endpoint=manager.url, authority=folder / "authority.pem")
    root = main_template(SALES, Platform(prefix="contoso"), "EU")
    given = {"sqlAdministratorName": "admins", "sqlAdministratorObjectId": "o-1", "purviewPrincipalId": "p-1"}
    held = open_deployments(access, "s-1", "rg-sales", interval=0.01)
    return held.deploy("sales-infrastructure", write_arm(root, flatten(root)), given, (heard if heard is not None else []).append)


def test_a_template_is_deployed_incrementally_and_waited_for(manager: Manager, tmp_path: Path) -> None:
    heard: list[int] = []
    assert deploy(manager, tmp_path, heard) == {"sqlServerId": "/subscriptions/s-1/x"}
    [(_, path, body)] = [item for item in manager.came if item[0] == "PUT"]
    assert path.casefold() == GROUP.casefold()
    assert body["properties"]["mode"] == "Incremental"
    assert body["properties"]["parameters"]["sqlAdministratorName"] == {"value": "admins"}
    assert len(body["properties"]["template"]["resources"]) > 10
    assert manager.running < 0
    assert set(heard) == {1}


def test_a_deployment_that_fails_names_resources_and_codes_and_no_text_of_azures(manager: Manager, tmp_path: Path) -> None:
    manager.ends = "Failed"
    with pytest.raises(DeploymentFailed) as failed:
        deploy(manager, tmp_path)
    assert failed.value.facts["failed"] == ["Microsoft.Storage/storageAccounts/stsales: StorageAccountAlreadyTaken"]
    assert "Conflict" in failed.value.facts["codes"]
    assert SECRET not in f"{failed.value.detail}{failed.value.remedy}{failed.value.facts}"


def test_a_template_that_is_refused_says_why_in_azures_codes(manager: Manager, tmp_path: Path) -> None:
    manager.refuses = (400, "InvalidTemplateDeployment")
    with pytest.raises(DeploymentFailed) as failed:
        deploy(manager, tmp_path)
    assert failed.value.facts["codes"] == ["InvalidTemplateDeployment", "SkuNotAvailable"]
    assert SECRET not in f"{failed.value.detail}{failed.value.remedy}{failed.value.facts}"


def test_credentials_that_are_not_accepted_are_told_without_them(manager: Manager, tmp_path: Path) -> None:
    manager.signs_in = False
    with pytest.raises(SignInRefused) as failed:
        deploy(manager, tmp_path)
    assert failed.value.facts["status"] == 401
    assert SECRET not in f"{failed.value.detail}{failed.value.remedy}{failed.value.facts}"
    assert not any(method == "PUT" for method, _, _ in manager.came)


def test_a_server_that_another_authority_vouches_for_is_not_spoken_to(manager: Manager, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    now = dt.datetime.now(dt.UTC)  # noqa: TID251
    make_authority(tmp_path / "other", "contoso", now)
    with pytest.raises(SignInUnreachable):
        deploy(manager, tmp_path / "other")
    assert manager.came == []


def test_the_secret_is_in_no_text_of_the_settings() -> None:
    assert SECRET not in repr(AzureAccess(identity=AzureIdentity(tenant="t", client="c", secret=SECRET, password=SECRET)))
