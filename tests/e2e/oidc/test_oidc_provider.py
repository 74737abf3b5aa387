"""Tokens of a real OpenID provider: what is believed, what is not, and what happens when its keys or the provider itself go."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from freehold.errors import IssuerUnreachable, TokenExpired, TokenInvalid
from freehold.identity.oidc import OpenIdIdentity
from freehold.model.party import Issuer
from freehold.wiring.clock import SystemClock

HERE = Path(__file__).parent


@dataclass
class Provider:
    """A provider that is up."""

    issuer: str
    process: subprocess.Popen[bytes]

    def token(self, client: str = "sales-app", resource: str = "urn:freehold") -> str:
        """Return an access token by client credentials (RFC 6749 §4.4)."""
        form = {"grant_type": "client_credentials", "resource": resource, "scope": "sales.read"}
        answer = httpx.post(f"{self.issuer}/token", data=form, auth=(client, f"{client}-secret"), trust_env=False)
        return str(answer.raise_for_status().json()["access_token"])

    def key(self) -> dict[str, Any]:
        """Return its public key."""
        return httpx.get(f"{self.issuer}/jwks", trust_env=False).json()["keys"][0]

    def rotate(self) -> None:
        """Let it sign with a new key from now on."""
        httpx.post(f"{self.issuer}/rotate", trust_env=False).raise_for_status()

    def stop(self) -> None:
        """End it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)


@pytest.fixture(scope="module")
def start_provider() -> Callable[[], Provider]:
    """Return what starts a provider, after installing it where it is missing."""
    node, npm = shutil.which("node"), shutil.which("npm")
    assert node is not None, "Node.js is needed: `make setup` brings it"
    if not (HERE / "node_modules" / "oidc-provider").is_dir():
        assert npm is not None
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True, capture_output=True)

    def start() -> Provider:
        process = subprocess.Popen(
            [node, "provider.mjs"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert process.stdout is not None
        with process.stdout:
            issuer = json.loads(process.stdout.readline())["issuer"]
        return Provider(issuer, process)

    return start


@pytest.fixture(scope="module")
def provider(start_provider: Callable[[], Provider]) -> Iterator[Provider]:
    """A provider that the tests of this file share."""
    up = start_provider()
    yield up
    up.stop()


def believe(provider: Provider, **more: Any) -> OpenIdIdentity:
    """Return a judge that believes the provider."""
    issuer = Issuer(issuer=provider.issuer, audience="freehold", algorithms=("ES256",), leeway=0)
    return OpenIdIdentity([issuer], clock=SystemClock(), **more)


@pytest.fixture
def identity(provider: Provider) -> Iterator[OpenIdIdentity]:
    """A judge that believes the shared provider."""
    judge = believe(provider, pause=0.0)
    yield judge
    judge.close()


def encoded(part: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def taken_apart(token: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    header, claims, signature = token.split(".")
    return *(json.loads(urlsafe_b64decode(part + "==")) for part in (header, claims)), signature


def test_a_token_of_the_provider_names_its_caller(provider: Provider, identity: OpenIdIdentity) -> None:
    token = provider.token()
    found = identity.authenticate(token)
    assert (found.subject, found.issuer) == ("sales-app", provider.issuer)
    assert (found.domain, found.region) == ("sales", "westeurope")
    assert (found.roles, found.scopes) == (frozenset({"analyst"}), frozenset({"sales.read"}))
    assert identity.recall(token) == found


def test_a_token_that_was_never_verified_is_not_recalled(provider: Provider, identity: OpenIdIdentity) -> None:
    assert identity.recall(provider.token()) is None


def test_an_expired_token_is_refused_and_not_recalled(provider: Provider, identity: OpenIdIdentity) -> None:
    token = provider.token(resource="urn:short")
    identity.authenticate(token)
    time.sleep(3.2)
    assert identity.recall(token) is None
    with pytest.raises(TokenExpired):
        identity.authenticate(token)


def test_a_token_for_another_audience_is_refused(provider: Provider, identity: OpenIdIdentity) -> None:
    with pytest.raises(TokenInvalid, match="another audience"):
        identity.authenticate(provider.token(resource="urn:other"))


def test_changed_claims_are_refused(provider: Provider, identity: OpenIdIdentity) -> None:
    header, claims, signature = taken_apart(provider.token("us-app"))
    claims["region"] = "westeurope"
    with pytest.raises(TokenInvalid, match="signature"):
        identity.authenticate(f"{encoded(header)}.{encoded(claims)}.{signature}")


def test_a_token_signed_by_somebody_else_under_the_same_key_id_is_refused(provider: Provider, identity: OpenIdIdentity) -> None:
    header, claims, _ = taken_apart(provider.token())
    forged = jwt.encode(header, claims, ECKey.generate_key("P-256"), algorithms=["ES256"])
    with pytest.raises(TokenInvalid, match="signature"):
        identity.authenticate(forged)


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE"])
def test_a_token_without_a_signature_is_refused(provider: Provider, identity: OpenIdIdentity, algorithm: str) -> None:
    header, claims, signature = taken_apart(provider.token())
    for kept in ("", signature):
        with pytest.raises(TokenInvalid):
            identity.authenticate(f"{encoded(header | {'alg': algorithm})}.{encoded(claims)}.{kept}")


def test_the_public_key_is_no_secret_to_sign_with(provider: Provider, identity: OpenIdIdentity) -> None:
    header, claims, _ = taken_apart(provider.token())
    public = ECKey.import_key(provider.key())
    for secret in (public.as_pem(private=False), json.dumps(provider.key()).encode(), public.as_der(private=False)):
        confused = jwt.encode(header | {"alg": "HS256"}, claims, OctKey.import_key(secret.hex()), algorithms=["HS256"])
        with pytest.raises(TokenInvalid, match="algorithm"):
            identity.authenticate(confused)


def test_a_new_key_is_fetched_when_it_first_signs_and_the_old_one_is_forgotten(start_provider: Callable[[], Provider]) -> None:
    turning = start_provider()
    judge = believe(turning, pause=0.0)
    try:
        old = turning.token()
        judge.authenticate(old)
        turning.rotate()
        assert judge.authenticate(turning.token()).subject == "sales-app"
        with pytest.raises(TokenInvalid, match="signature"):
            judge.authenticate(old)
    finally:
        judge.close()
        turning.stop()


def test_unknown_keys_do_not_make_the_node_hammer_the_provider(provider: Provider) -> None:
    asked: list[str] = []

    def note(request: httpx.Request) -> None:
        asked.append(request.url.path)

    client = httpx.Client(trust_env=False, event_hooks={"request": [note]})
    judge = believe(provider, client=client, pause=60.0)
    header, claims, signature = taken_apart(provider.token())
    for number in range(20):
        with pytest.raises(TokenInvalid):
            judge.authenticate(f"{encoded(header | {'kid': str(number)})}.{encoded(claims)}.{signature}")
    client.close()
    assert asked == ["/.well-known/openid-configuration", "/jwks"]


def test_without_its_provider_a_node_believes_known_callers_and_no_new_ones(start_provider: Callable[[], Provider]) -> None:
    leaving = start_provider()
    judge, late = believe(leaving, pause=0.0), believe(leaving, pause=0.0)
    first, second = leaving.token(), leaving.token("us-app")
    judge.authenticate(first)
    leaving.stop()
    try:
        assert judge.recall(first) is not None
        assert judge.authenticate(second).region == "eastus", "the keys are known already"
        with pytest.raises(IssuerUnreachable):
            late.authenticate(second)
    finally:
        judge.close()
        late.close()


def test_a_provider_that_calls_itself_otherwise_is_not_believed(provider: Provider) -> None:
    token = provider.token()
    other = Issuer(issuer=provider.issuer + "/", audience="freehold", algorithms=("ES256",))
    judge = OpenIdIdentity([other], clock=SystemClock())
    header, claims, signature = taken_apart(token)
    with pytest.raises(IssuerUnreachable, match="another issuer"):
        judge.authenticate(f"{encoded(header)}.{encoded(claims | {'iss': other.issuer})}.{signature}")
    judge.close()


def test_a_node_answers_a_caller_of_the_provider_over_http(
    provider: Provider, lay_mesh: Any, serve_node: Any, make_mesh: Any, tmp_path: Path
) -> None:
    issuer = Issuer(issuer=provider.issuer, audience="freehold", algorithms=("ES256",))
    with serve_node(lay_mesh(tmp_path / "mesh", make_mesh((issuer,)))) as site:

        def ask(token: str) -> httpx.Response:
            body = {"sql": "select count(*) as n from customer.customer_360"}
            return site.client.post("/v1/query", json=body, headers={"Authorization": f"Bearer {token}"})

        assert ask(provider.token()).json()["data"] == [{"n": 100}]
        assert ask(provider.token(resource="urn:other")).status_code == 401
        header, claims, signature = taken_apart(provider.token())
        assert ask(f"{encoded(header)}.{encoded(claims | {'region': 'eastus'})}.{signature}").json()["code"] == "token-invalid"
