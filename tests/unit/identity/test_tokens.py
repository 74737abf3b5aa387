"""The node's own tokens: got with each kind of credential from a tenant and from a machine's endpoints, kept, never shown."""

from __future__ import annotations

import json
import logging
import threading
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, load_pem_private_key, pkcs12

import entra
from entra import CLIENT, HEADER, SECRET, TENANT, Entra
from freehold.errors import SettingInvalid, SignInRefused, SignInUnreachable
from freehold.identity.credentials import ClientCertificate, ClientSecret, FederatedToken, ManagedIdentity
from freehold.identity.kept import EARLY, PAUSE, KeptTokens
from freehold.ports.tokens import Token
from freehold.testing import FixedClock
from freehold.wiring.azure import choose, open_tokens
from freehold.wiring.settings import AzureIdentity, read_azure_identity

RESOURCE = "https://purview.azure.net"
SCOPE = f"{RESOURCE}/.default"
APPLICATION = {"AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": CLIENT}
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Entra, Path]]:
    folder = tmp_path_factory.mktemp("entra")
    with entra.serving(folder) as tenant:
        entra.write_client_certificate(tenant, folder / "client.pem")
        (folder / "federated").write_text(tenant.federated)
        yield tenant, folder


@pytest.fixture
def tenant(served: tuple[Entra, Path], monkeypatch: pytest.MonkeyPatch) -> Entra:
    """The tenant, in an environment whose proxies lead nowhere and that says nothing of who this is."""
    for name in PROXIES:
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_TENANT_ID", "AZURE_CLIENT_ID"):
        monkeypatch.delenv(name, raising=False)
    served[0].came.clear()
    served[0].statuses.clear()
    return served[0]


@pytest.fixture
def folder(served: tuple[Entra, Path]) -> Path:
    return served[1]


def sign_in(tenant: Entra, folder: Path, **environment: str) -> KeptTokens:
    """Return what gets tokens in an environment, which credentials of an application are read from."""
    known = read_azure_identity({"AZURE_AUTHORITY_HOST": tenant.sign_in, **environment})
    return open_tokens(folder / "authority.pem", known)


def claims(token: Token) -> dict[str, Any]:
    return json.loads(urlsafe_b64decode(token.value.split(".")[1] + "=="))


def on_app_service(tenant: Entra, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    environment = {"IDENTITY_ENDPOINT": f"{tenant.machine}/msi/token", "IDENTITY_HEADER": HEADER}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return environment


def on_virtual_machine(tenant: Entra, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", tenant.machine)
    return {"AZURE_TOKEN_CREDENTIALS": "ManagedIdentityCredential"}


def test_a_secret_gets_a_token_for_the_scope(tenant: Entra, folder: Path) -> None:
    with closing(sign_in(tenant, folder, **APPLICATION, AZURE_CLIENT_SECRET=SECRET)) as tokens:
        found = tokens.token(SCOPE)
    assert (claims(found)["aud"], claims(found)["exp"]) == (RESOURCE, found.expires_at)
    assert found.value not in repr(found)


@pytest.mark.parametrize("kind", ["pem", "pkcs12"])
def test_a_certificate_signs_an_assertion_that_the_tenant_verifies(tenant: Entra, folder: Path, kind: str) -> None:
    """The tenant of the tests asks for PS256, `x5t#S256`, its own token endpoint as audience, and at most ten minutes."""
    path, password = folder / "client.pem", {}
    if kind == "pkcs12":
        content, path, password = path.read_bytes(), folder / "client.pfx", {"AZURE_CLIENT_CERTIFICATE_PASSWORD": SECRET}
        key: Any = load_pem_private_key(content, None)
        held = x509.load_pem_x509_certificate(content)
        path.write_bytes(pkcs12.serialize_key_and_certificates(b"mesh", key, held, None, BestAvailableEncryption(SECRET.encode())))
    with closing(sign_in(tenant, folder, **APPLICATION, **password, AZURE_CLIENT_CERTIFICATE_PATH=str(path))) as tokens:
        assert claims(tokens.token(SCOPE))["aud"] == RESOURCE
    form = tenant.came[-1][3]
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert "client_secret" not in form


def test_a_federated_token_stands_in_place_of_a_secret(tenant: Entra, folder: Path) -> None:
    with closing(sign_in(tenant, folder, **APPLICATION, AZURE_FEDERATED_TOKEN_FILE=str(folder / "federated"))) as tokens:
        assert claims(tokens.token(SCOPE))["aud"] == RESOURCE
    assert tenant.came[-1][3]["client_assertion"] == tenant.federated


def test_app_service_gives_the_machine_a_token(tenant: Entra, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sign_in(tenant, folder, **on_app_service(tenant, monkeypatch))) as tokens:
        assert claims(tokens.token(SCOPE))["aud"] == RESOURCE
    method, path, headers, query = tenant.came[-1]
    assert (method, path, query) == ("GET", "/msi/token", {"api-version": "2019-08-01", "resource": RESOURCE})
    assert headers["x-identity-header"] == HEADER


@pytest.mark.parametrize("client", [None, CLIENT])
def test_a_virtual_machine_is_asked_only_where_it_is_named(
    tenant: Entra, folder: Path, monkeypatch: pytest.MonkeyPatch, client: str | None
) -> None:
    environment = on_virtual_machine(tenant, monkeypatch)
    with pytest.raises(SettingInvalid, match="there are no credentials"):
        sign_in(tenant, folder)
    named = {"AZURE_CLIENT_ID": client} if client else {}
    with closing(sign_in(tenant, folder, **environment, **named)) as tokens:
        assert claims(tokens.token(SCOPE))["aud"] == RESOURCE
    method, path, headers, query = tenant.came[-1]
    assert (method, path, headers["metadata"]) == ("GET", "/metadata/identity/oauth2/token", "true")
    assert query == {"api-version": "2018-02-01", "resource": RESOURCE} | ({"client_id": client} if client else {})


@pytest.mark.parametrize("status", [404, 429, 500, 503])
def test_a_machine_that_has_no_token_yet_is_asked_again(
    tenant: Entra, folder: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    tenant.statuses[:] = [status]
    with closing(sign_in(tenant, folder, **on_virtual_machine(tenant, monkeypatch))) as tokens:
        assert claims(tokens.token(SCOPE))["aud"] == RESOURCE
    assert len(tenant.came) == 2


def test_a_machine_without_an_identity_is_told_what_to_do(tenant: Entra, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant.statuses[:] = [400]
    environment = on_virtual_machine(tenant, monkeypatch)
    with closing(sign_in(tenant, folder, **environment)) as tokens, pytest.raises(SignInRefused, match="gives none") as refused:
        tokens.token(SCOPE)
    assert "managed identity" in str(refused.value.remedy)
    assert SECRET not in said(refused.value)


def said(error: SignInRefused | SignInUnreachable | SettingInvalid) -> str:
    causes = f"{error.__cause__!r}{error.__context__!r}" if error.__suppress_context__ is False else repr(error.__cause__)
    return f"{error} {error.detail} {error.remedy} {error.facts} {causes}"


@pytest.mark.parametrize("given", [{"AZURE_CLIENT_SECRET": "another-CANARY"}, {"AZURE_FEDERATED_TOKEN_FILE": "stale"}])
def test_what_the_tenant_does_not_accept_is_told_by_its_code_alone(tenant: Entra, folder: Path, given: dict[str, str]) -> None:
    (folder / "stale").write_text("stale-CANARY")
    held = {name: str(folder / value) if value == "stale" else value for name, value in given.items()}
    with closing(sign_in(tenant, folder, **APPLICATION, **held)) as tokens, pytest.raises(SignInRefused) as refused:
        tokens.token(SCOPE)
    assert (refused.value.facts["reason"], refused.value.facts["status"]) == ("AADSTS7000215", 401)
    assert "CANARY" not in said(refused.value)


@pytest.mark.parametrize("kind", ["secret", "federated", "machine"])
def test_no_redirect_is_followed(tenant: Entra, folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    given = {
        "secret": APPLICATION | {"AZURE_CLIENT_SECRET": SECRET},
        "federated": APPLICATION | {"AZURE_FEDERATED_TOKEN_FILE": str(folder / "federated")},
        "machine": on_app_service(tenant, monkeypatch),
    }[kind]
    tenant.statuses[:] = [302, 302, 307, 307]
    with closing(sign_in(tenant, folder, **given)) as tokens, pytest.raises((SignInRefused, SignInUnreachable)):
        tokens.token(SCOPE)
    assert not any("elsewhere" in path for _, path, _, _ in tenant.came)


def test_a_tenant_that_is_busy_to_the_end_is_a_matter_of_time(tenant: Entra, folder: Path) -> None:
    tenant.statuses[:] = [503] * 4
    with closing(sign_in(tenant, folder, **APPLICATION, AZURE_FEDERATED_TOKEN_FILE=str(folder / "federated"))) as tokens:
        with pytest.raises(SignInUnreachable) as busy:
            tokens.token(SCOPE)
        assert busy.value.transient
        assert claims(tokens.token(SCOPE))["aud"] == RESOURCE


def test_an_authority_that_nobody_vouches_for_gets_no_secret(tenant: Entra) -> None:
    known = read_azure_identity({"AZURE_AUTHORITY_HOST": tenant.sign_in, **APPLICATION, "AZURE_CLIENT_SECRET": SECRET})
    with closing(open_tokens(None, known)) as tokens, pytest.raises(SignInUnreachable):
        tokens.token(SCOPE)
    assert tenant.came == []


@pytest.mark.parametrize(
    "changed", [{"AZURE_TENANT_ID": "../other"}, {"AZURE_TENANT_ID": "a/b"}, {"AZURE_AUTHORITY_HOST": "http://login.contoso.eu"}]
)
def test_a_tenant_and_its_address_cannot_bend_where_a_secret_goes(tenant: Entra, folder: Path, changed: dict[str, str]) -> None:
    with pytest.raises(SettingInvalid):
        sign_in(tenant, folder, **(APPLICATION | {"AZURE_CLIENT_SECRET": SECRET} | changed))
    assert tenant.came == []


def test_nothing_is_logged(tenant: Entra, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Neither a secret, nor a token, nor what a tenant answers, at whatever level."""
    caplog.set_level(logging.DEBUG)
    with closing(sign_in(tenant, folder, **APPLICATION, AZURE_CLIENT_SECRET=SECRET)) as tokens:
        token = tokens.token(SCOPE).value
    refused = sign_in(tenant, folder, **APPLICATION, AZURE_CLIENT_SECRET="another-CANARY")
    with closing(refused) as tokens, pytest.raises(SignInRefused):
        tokens.token(SCOPE)
    assert "CANARY" not in caplog.text
    assert token.split(".")[1] not in caplog.text


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({"AZURE_CLIENT_SECRET": "s"}, ClientSecret(tenant=TENANT, client=CLIENT, secret="s")),
        ({"AZURE_CLIENT_SECRET": "s", "AZURE_CLIENT_CERTIFICATE_PATH": "/c", "AZURE_FEDERATED_TOKEN_FILE": "/f"}, "ClientSecret"),
        ({"AZURE_CLIENT_CERTIFICATE_PATH": "/c", "AZURE_FEDERATED_TOKEN_FILE": "/f"}, "ClientCertificate"),
        ({"AZURE_FEDERATED_TOKEN_FILE": "/f", "IDENTITY_ENDPOINT": "x"}, "FederatedToken"),
        ({"IDENTITY_ENDPOINT": "x"}, ManagedIdentity(client=CLIENT)),
        ({"AZURE_CLIENT_SECRET": "s", "AZURE_TOKEN_CREDENTIALS": "ManagedIdentityCredential"}, ManagedIdentity(client=CLIENT)),
        ({"AZURE_CLIENT_SECRET": "s", "AZURE_FEDERATED_TOKEN_FILE": "/f", "AZURE_TOKEN_CREDENTIALS": "WorkloadIdentityCredential"},
         FederatedToken(tenant=TENANT, client=CLIENT, path=Path("/f"))),
        ({"AZURE_CLIENT_CERTIFICATE_PATH": "/c", "AZURE_CLIENT_CERTIFICATE_PASSWORD": "p", "IDENTITY_ENDPOINT": "x",
          "AZURE_TOKEN_CREDENTIALS": "EnvironmentCredential"},
         ClientCertificate(tenant=TENANT, client=CLIENT, path=Path("/c"), password="p")),
    ],
)  # fmt: skip
def test_of_several_credentials_one_is_used_in_one_order(environment: dict[str, str], wanted: Any) -> None:
    found = choose(read_azure_identity(APPLICATION | environment))
    assert (type(found).__name__ if isinstance(wanted, str) else found) == wanted


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({}, "no credentials"),
        ({"AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": CLIENT}, "no credentials"),
        ({"AZURE_CLIENT_SECRET": "s"}, "lack AZURE_TENANT_ID and AZURE_CLIENT_ID"),
        ({"AZURE_CLIENT_SECRET": "s", "AZURE_TENANT_ID": TENANT}, "lack AZURE_CLIENT_ID"),
        ({"AZURE_FEDERATED_TOKEN_FILE": "/f", "AZURE_CLIENT_ID": CLIENT}, "lack AZURE_TENANT_ID"),
        ({"AZURE_TOKEN_CREDENTIALS": "AzureCliCredential"}, "AzureCliCredential"),
        ({"AZURE_TOKEN_CREDENTIALS": "WorkloadIdentityCredential", "IDENTITY_ENDPOINT": "x"}, "no credentials"),
    ],
)
def test_credentials_that_are_not_whole_are_said_so(environment: dict[str, str], reason: str) -> None:
    with pytest.raises(SettingInvalid, match=reason):
        choose(read_azure_identity(environment))


@pytest.mark.parametrize("content", [b"", b"-----BEGIN nothing", b"\x30\x82garbage"])
def test_a_file_that_is_no_certificate_is_refused_at_once(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c.pem").write_bytes(content)
    known = AzureIdentity(tenant=TENANT, client=CLIENT, certificate=tmp_path / "c.pem", password=SECRET)
    with pytest.raises(SettingInvalid, match="holds no certificate") as refused:
        open_tokens(None, known)
    assert SECRET not in said(refused.value) + repr(known)


def test_a_certificate_with_another_key_than_rsa_is_refused(served: tuple[Entra, Path], tmp_path: Path) -> None:
    parts = [(served[1] / name).read_bytes() for name in ("certificate.key", "certificate.pem")]
    (tmp_path / "c.pem").write_bytes(b"".join(parts))
    with pytest.raises(SettingInvalid, match="no RSA key"):
        open_tokens(None, AzureIdentity(tenant=TENANT, client=CLIENT, certificate=tmp_path / "c.pem"))


class Numbered:
    """A source that counts its tokens, each valid for `life` seconds, or fails."""

    def __init__(self, clock: FixedClock, life: float = 3_600) -> None:
        self.clock, self.life, self.asked, self.fails, self.ready = clock, life, 0, False, threading.Event()
        self.ready.set()

    def token(self, scope: str) -> Token:
        self.asked += 1
        assert self.ready.wait(10)
        if self.fails:
            raise SignInUnreachable
        return Token(f"{scope} {self.asked}", self.clock.now().timestamp() + self.life)

    def close(self) -> None:
        pass


def test_a_token_is_kept_until_shortly_before_it_ends() -> None:
    clock = FixedClock()
    source = Numbered(clock)
    tokens = KeptTokens(source, clock)
    assert [tokens.token("a").value, tokens.token("b").value, tokens.token("a").value] == ["a 1", "b 2", "a 1"]
    clock.move(3_600 - EARLY - 1)
    assert tokens.token("a").value == "a 1"
    clock.move(1)
    assert tokens.token("a").value == "a 3"


def test_however_many_wait_for_a_token_it_is_got_once() -> None:
    clock = FixedClock()
    source = Numbered(clock)
    source.ready.clear()
    tokens = KeptTokens(source, clock)
    with ThreadPoolExecutor(16) as pool:
        waiting = [pool.submit(tokens.token, "a") for _ in range(16)]
        source.ready.set()
        assert {item.result(10).value for item in waiting} == {"a 1"}
    assert source.asked == 1


def test_a_token_that_still_holds_is_given_while_no_newer_one_is_to_be_had() -> None:
    clock = FixedClock()
    source = Numbered(clock)
    tokens = KeptTokens(source, clock)
    tokens.token("a")
    source.fails = True
    clock.move(3_600 - EARLY)
    assert [tokens.token("a").value for _ in range(5)] == ["a 1"] * 5
    assert source.asked == 2
    clock.move(PAUSE)
    assert (tokens.token("a").value, source.asked) == ("a 1", 3)
    clock.move(EARLY)
    with pytest.raises(SignInUnreachable):
        tokens.token("a")


def test_nobody_waits_for_a_newer_token_while_one_still_holds() -> None:
    clock = FixedClock()
    source = Numbered(clock)
    tokens = KeptTokens(source, clock)
    tokens.token("a")
    clock.move(3_600 - EARLY)
    source.ready.clear()
    with ThreadPoolExecutor(1) as pool:
        newer = pool.submit(tokens.token, "a")
        while source.asked < 2 and not newer.done():
            threading.Event().wait(0.001)
        assert tokens.token("a").value == "a 1"
        source.ready.set()
        assert newer.result(10).value == "a 2"


class Door(AbstractContextManager[None]):
    """A lock that tells when somebody has come to it."""

    def __init__(self) -> None:
        self.lock, self.came = threading.Lock(), threading.Semaphore(0)

    def __enter__(self) -> None:
        self.came.release()
        self.lock.acquire()

    def __exit__(self, *_: object) -> None:
        self.lock.release()


def test_all_who_wait_for_a_token_share_one_refusal() -> None:
    clock = FixedClock()
    source = Numbered(clock)
    source.ready.clear()
    source.fails = True
    tokens, door = KeptTokens(source, clock), Door()
    tokens._lock = door  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(tokens.token, "a") for _ in range(8)]
        came = [door.came.acquire(timeout=10) for _ in asked]
        source.ready.set()
        assert all(came)
        assert all(isinstance(item.exception(10), SignInUnreachable) for item in asked)
    assert source.asked == 1
    source.fails = False
    assert tokens.token("a").value == "a 2"


def test_a_certificate_that_goes_away_is_a_refusal_that_names_no_file(tenant: Entra, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "moved-CANARY.pem"
    path.write_bytes((folder / "client.pem").read_bytes())
    with closing(sign_in(tenant, folder, **APPLICATION, AZURE_CLIENT_CERTIFICATE_PATH=str(path))) as tokens:
        path.write_bytes(b"half of it")
        with pytest.raises(SignInRefused) as refused:
            tokens.token(SCOPE)
    assert "CANARY" not in said(refused.value)
    assert "AZURE_CLIENT_CERTIFICATE_PATH" in str(refused.value.remedy)
