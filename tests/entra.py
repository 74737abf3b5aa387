"""A tenant of Entra ID as its documentation describes it: what it signs, and a server over TLS that answers for it.

Beside it stand the two endpoints that give tokens to a machine: the one of App Service, and the one of virtual machines (IMDS).
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

from freehold.keys.authority import issue, make_authority
from freehold.manifest import read
from freehold.model.party import Issuer
from freehold.wiring.clock import SystemClock

TENANT = "7f9c2ba4-1d3e-4b6a-8c5d-0e1f2a3b4c5d"
OTHER = "11111111-2222-3333-4444-555555555555"
APPLICATION = "2c1d5e8f-9a7b-4c3d-b2e1-f0a9d8c7b6e5"
CLIENT = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
SOMEBODY = "99999999-8888-7777-6666-555555555555"
SALES, CUSTOMER, STRANGERS = (f"0f6c1a52-4c1d-4f7e-9a3b-2d1e5c7a9b0{number}" for number in range(3))
SECRET = "secret-CANARY"
HEADER = "header-CANARY"
SIGN_IN = "https://login.example"
MEMBERS = f"""
          - {{group: {SALES}, domain: sales, roles: [analyst]}}
          - {{group: {CUSTOMER}, domain: customer, roles: [data-engineer]}}
          - {{appRole: Sales.App, domain: sales, roles: [app]}}
          - {{appRole: Mesh.Auditor, roles: [auditor]}}
          - {{appRole: In.Westeurope, region: westeurope}}
"""


def manifest(sign_in: str = SIGN_IN, members: str = MEMBERS, **keys: str) -> str:
    """Return a `mesh.yaml` that believes the tenant; `keys` are further keys of its entry."""
    more = "".join(f"        {name}: {value}\n" for name, value in keys.items())
    authority = f'        authority: "{sign_in}"\n' if sign_in else ""
    return f"""mesh:
  name: contoso
  regions: []
  nodes:
    - {{name: contoso-we, region: westeurope, url: "http://127.0.0.1:8080"}}
  identity:
    entra:
      - tenant: {TENANT}
        application: {APPLICATION}
{authority}{more}{"        members:" + members if members else ""}"""


def believed(sign_in: str = SIGN_IN, members: str = MEMBERS, **keys: str) -> tuple[Issuer, ...]:
    """Return the issuers that such a mesh believes."""
    domains = {f"domains/{name}/domain.yaml": f"domain: {{name: {name}}}\n".encode() for name in ("sales", "customer")}
    reading = read({"mesh.yaml": manifest(sign_in, members, **keys).encode(), **domains})
    assert reading.mesh is not None
    assert [item for item in reading.findings if item.severity == "error"] == []
    return reading.mesh.issuers


@dataclass
class Entra:
    """A tenant: its keys, of which the last one signs, and what came to its server, as method, path, headers and form or query."""

    sign_in: str = SIGN_IN
    tenant: str = TENANT
    machine: str = ""
    keys: list[RSAKey] = field(default_factory=lambda: [new_key("one")])
    came: list[tuple[str, str, dict[str, str], dict[str, str]]] = field(
        default_factory=list[tuple[str, str, dict[str, str], dict[str, str]]]
    )
    client_key: Any = None
    thumbprint: str = ""
    federated: str = "a-federated-token"
    statuses: list[int] = field(default_factory=list[int])
    life: int = 3_600

    def issuer(self, version: str) -> str:
        """Return the name that tokens of a version carry."""
        return f"{self.sign_in}/{self.tenant}/v2.0" if version == "v2" else f"https://sts.windows.net/{self.tenant}/"

    def jwks(self) -> dict[str, Any]:
        """Return the public keys as the tenant publishes them: with certificates, and the issuer that they sign for."""
        common = {"use": "sig", "issuer": f"{self.sign_in}/{{tenantid}}/v2.0"}
        return {"keys": [{**key.as_dict(private=False), **common, "x5t": key.kid, "x5c": [_chain(key)]} for key in self.keys]}

    def rotate(self) -> None:
        """Sign with a new key from now on, and forget the others."""
        self.keys = [new_key(f"key-{len(self.came)}")]

    def user(self, version: str = "v2", *, now: float | None = None, header: Any = None, **claims: Any) -> str:
        """Return a token of a user, for whom an application asks; a claim that is `...` is left out."""
        made = self._common(version, now) | {"sub": "pairwise-to-the-application", "scp": "mesh.read", "name": "Somebody"}
        return self.sign(made | claims, header)

    def application(self, version: str = "v2", *, now: float | None = None, **claims: Any) -> str:
        """Return a token of an application in its own name."""
        made = self._common(version, now) | {"oid": CLIENT, "sub": CLIENT, "roles": ["Sales.App"]}
        return self.sign(made | claims)

    def _common(self, version: str, now: float | None) -> dict[str, Any]:
        made = int(_now() if now is None else now)
        shared = {"iss": self.issuer(version), "tid": self.tenant, "oid": SOMEBODY, "iat": made, "nbf": made, "exp": made + 4_000}
        if version == "v1":
            return shared | {"ver": "1.0", "aud": f"api://{APPLICATION}", "appid": CLIENT, "appidacr": "1", "upn": "a@contoso.eu"}
        return shared | {"ver": "2.0", "aud": APPLICATION, "azp": CLIENT, "azpacr": "1"}

    def sign(self, claims: dict[str, Any], header: Any = None, key: Any = None) -> str:
        """Return a token of claims, signed with the newest key where no other is given."""
        signing = key or self.keys[-1]
        head = {"alg": "RS256", "kid": self.keys[-1].kid, "typ": "JWT"} | (header or {})
        kept = {name: value for name, value in claims.items() if value is not ...}
        used = {name: value for name, value in head.items() if value is not ...}
        registry = JWSRegistry(algorithms=[str(head["alg"])], strict_check_header=False)
        return jwt.encode(used, kept, signing, registry=registry)

    # ── what the server says ─────────────────────────────────────────────────────────────────────────────────────
    def answer(self, method: str, path: str, headers: dict[str, str], given: dict[str, str]) -> tuple[int, Any]:
        """Return status and body for a request."""
        self.came.append((method, path, headers, given))
        if self.statuses:
            status = self.statuses.pop(0)
            if status != 200:
                return status, {"error": "temporarily_unavailable", "error_description": f"not now, {SECRET}"}
        tenant, _, rest = path.removeprefix("/").partition("/")
        if (method == "GET" and rest.endswith("discovery/v2.0/keys")) or rest == "discovery/keys":
            return 200, self.jwks()
        if method == "GET" and rest.endswith(".well-known/openid-configuration"):
            return 200, self._metadata(tenant, rest)
        if method == "POST" and rest == "oauth2/v2.0/token":
            return self._grant(given)
        if path == "/metadata/identity/oauth2/token":
            return self._machine(headers.get("metadata") == "true", given)
        if path == "/msi/token":
            return self._machine(headers.get("x-identity-header") == HEADER, given)
        return 404, {"error": "not_found"}

    def _metadata(self, tenant: str, rest: str) -> dict[str, str]:
        shown = "{tenantid}" if tenant in {"common", "organizations"} else tenant
        base = f"{self.sign_in}/{tenant}"
        v2 = rest.startswith("v2.0/")
        return {
            "issuer": f"{self.sign_in}/{shown}/v2.0" if v2 else f"https://sts.windows.net/{shown}/",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "jwks_uri": f"{base}/discovery/v2.0/keys" if v2 else f"{base}/discovery/keys",
        }

    def _grant(self, form: dict[str, str]) -> tuple[int, Any]:
        """Answer by client credentials: a secret, an assertion of a certificate, or a federated token."""
        held = form.get("client_assertion")
        good = form.get("client_secret") == SECRET if held is None else held == self.federated or self._asserted(held)
        if form.get("client_id") != CLIENT or form.get("grant_type") != "client_credentials" or not good:
            return 401, {"error": "invalid_client", "error_description": f"AADSTS7000215: invalid secret {SECRET}"}
        return 200, self._token(form["scope"].removesuffix("/.default"), self.life)

    def _asserted(self, assertion: str) -> bool:
        try:
            token = jwt.decode(assertion, self.client_key, algorithms=["PS256"])
        except JoseError:
            return False
        audience = f"{self.sign_in}/{self.tenant}/oauth2/v2.0/token"
        claims = token.claims
        mine = claims["iss"] == claims["sub"] == CLIENT and claims["aud"] == audience and claims["exp"] - claims["nbf"] <= 600
        return mine and bool(claims["jti"]) and token.header.get("x5t#S256") == self.thumbprint

    def _machine(self, allowed: bool, query: dict[str, str]) -> tuple[int, Any]:
        if not allowed:
            return 400, {"error": "invalid_request", "error_description": "the header is missing"}
        made = self._token(query["resource"], self.life)
        ends = int(_now()) + self.life
        return 200, {**made, "expires_in": str(self.life), "expires_on": str(ends), "resource": query["resource"]}

    def _token(self, audience: str, life: int) -> dict[str, Any]:
        asked = len([item for item in self.came if item[0] == "POST" or "resource" in item[3]])
        value = self.application("v1", aud=audience, exp=int(_now()) + life, uti=str(asked), roles=...)
        return {"token_type": "Bearer", "expires_in": life, "ext_expires_in": life, "access_token": value}


def _now() -> float:
    return SystemClock().now().timestamp()


def new_key(kid: str) -> RSAKey:
    """Return a new key that signs under `kid`."""
    return RSAKey.generate_key(2048, {"kid": kid})


def _chain(key: RSAKey) -> str:
    return base64.b64encode(_self_signed(key.private_key).public_bytes(Encoding.DER)).decode()


def _self_signed(key: Any) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "accounts.accesscontrol.windows.net")])
    begins = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = made.serial_number(7).not_valid_before(begins).not_valid_after(begins + dt.timedelta(days=4_000))
    return dated.sign(key, SHA256())


def write_client_certificate(entra: Entra, path: Path) -> None:
    """Write a certificate with its key, as an application is given one, and let the tenant know it."""
    key = rsa.generate_private_key(65_537, 2048)
    certificate = _self_signed(key)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(Encoding.PEM))
    entra.client_key = RSAKey.import_key(key.public_key())
    entra.thumbprint = base64.urlsafe_b64encode(certificate.fingerprint(SHA256())).rstrip(b"=").decode()


def _handler(entra: Entra) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _take(self) -> None:
            address = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, answer = entra.answer(self.command, address.path, headers, dict(parse_qsl(body or address.query)))
            content = json.dumps(answer).encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _take  # noqa: N815  (the names that the library looks for)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name that the library gives it)
            pass

    return Handler


@contextmanager
def serving(folder: Path) -> Generator[Entra]:
    """Serve a tenant over TLS, and the endpoints of a machine without it; `authority.pem` in `folder` vouches for it."""
    now = dt.datetime.now(dt.UTC)  # noqa: TID251
    issue(make_authority(folder, "entra", now), folder, "login", "localhost", now)
    entra = Entra()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "certificate.key")
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), _handler(entra)) for _ in range(2)]
    servers[0].socket = context.wrap_socket(servers[0].socket, server_side=True)
    entra.sign_in = f"https://localhost:{servers[0].server_address[1]}"
    entra.machine = f"http://127.0.0.1:{servers[1].server_address[1]}"
    threads = [threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}) for server in servers]
    for server, thread in zip(servers, threads, strict=True):
        server.daemon_threads = True
        thread.start()
    try:
        yield entra
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join(10)
