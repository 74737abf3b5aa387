"""Speak to a node: requests out, answers in, and every problem (RFC 9457) back as the error class of its code."""

from __future__ import annotations

import contextlib
import ipaddress
import ssl
from collections.abc import Generator, Mapping
from typing import Any

import httpx
import msgspec

from freehold.errors import REGISTRY, FreeholdError, NodeUnreachable, SettingInvalid
from freehold.peers.tls import find_disbelief

JSON = "application/json"
ARROW_STREAM = "application/vnd.apache.arrow.stream"
_FRAME = frozenset({"type", "title", "status", "detail", "instance", "code", "remedy"})


class Wire:
    """One node's address and one caller's token. Safe in any thread."""

    def __init__(self, url: str, token: str | None, timeout: float, tls: ssl.SSLContext | None = None) -> None:
        """Make no request yet; `timeout` is in seconds and holds for each wait, not for a whole answer.

        `tls` says which certificates are believed; by default those that httpx believes.

        Raises:
            SettingInvalid: `url` is not an http or https address.
        """
        address = _read_url(url)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        # A node on this machine is never behind a proxy, whatever the environment says about the others.
        self._client = httpx.Client(
            base_url=address,
            headers=headers,
            timeout=timeout,
            verify=True if tls is None else tls,
            trust_env=not _is_loopback(address.host),
            follow_redirects=False,
        )
        self.url = str(address)

    def get(self, path: str, parameters: Mapping[str, Any] | None = None) -> Any:
        """Return the JSON of a GET.

        Raises:
            FreeholdError: The node's own refusal, or NodeUnreachable.
        """
        return self._json(self._send(self._client.build_request("GET", path, params=parameters, headers={"Accept": JSON})))

    def text(self, path: str) -> str:
        """Return the text of a GET.

        Raises:
            FreeholdError: The node's own refusal, or NodeUnreachable.
        """
        response = self._send(self._client.build_request("GET", path, headers={"Accept": "text/plain"}))
        return self._whole(response).decode()

    def post(self, path: str, body: Any) -> Any:
        """Return the JSON answer to a POST of JSON.

        Raises:
            FreeholdError: The node's own refusal, or NodeUnreachable.
        """
        return self._json(self._send(self._client.build_request("POST", path, json=body, headers={"Accept": JSON})))

    def stream_post(self, path: str, body: Any) -> httpx.Response:
        """Return the open answer to a POST of JSON, as an Arrow stream; the caller closes it.

        Raises:
            FreeholdError: The node's own refusal, or NodeUnreachable.
        """
        return self._send(self._client.build_request("POST", path, json=body, headers={"Accept": ARROW_STREAM}))

    def stream_get(self, path: str, parameters: Mapping[str, Any], purpose: str | None) -> httpx.Response:
        """Return the open answer to a GET for a purpose, as an Arrow stream; the caller closes it.

        Raises:
            FreeholdError: The node's own refusal, or NodeUnreachable.
        """
        headers = {b"Accept": ARROW_STREAM.encode()} | ({b"Freehold-Purpose": purpose.encode()} if purpose else {})
        return self._send(self._client.build_request("GET", path, params=parameters, headers=headers))

    def close(self) -> None:
        """End the connections."""
        self._client.close()

    def _send(self, request: httpx.Request) -> httpx.Response:
        with reaching(self.url):
            response = self._client.send(request, stream=True)
        if response.is_success:
            return response
        raise read_problem(response.status_code, self._whole(response))

    def _json(self, response: httpx.Response) -> Any:
        body = self._whole(response)
        try:
            return msgspec.json.decode(body)
        except msgspec.DecodeError as error:
            raise NodeUnreachable(f"`{self.url}` does not answer like a node", remedy="check the address") from error

    def _whole(self, response: httpx.Response) -> bytes:
        with reaching(self.url), contextlib.closing(response):
            return response.read()


@contextlib.contextmanager
def reaching(url: str) -> Generator[None]:
    """Say that the node at `url` cannot be reached, where the transport fails.

    Raises:
        NodeUnreachable: No connection, a timeout, or an answer that broke off.
    """
    try:
        yield
    except httpx.TimeoutException as error:
        raise NodeUnreachable(f"`{url}` did not answer in time", remedy="try again, or give `connect` a longer timeout") from error
    except httpx.HTTPError as error:
        wrong = find_disbelief(error)
        if wrong is not None:
            raise NodeUnreachable(
                f"the certificate that is shown at `{url}` is not believed: {wrong}",
                remedy="name its authority with `FREEHOLD_AUTHORITY`, or `connect(authority=…)`",
            ) from error
        raise NodeUnreachable(f"`{url}` cannot be reached", remedy="check the address, and that the node is up") from error


def read_problem(status: int, body: bytes) -> FreeholdError:
    """Return a problem document as the error class of its code, with its facts and remedy.

    A code that this version does not know becomes a plain FreeholdError whose facts hold `code` and `status`.
    """
    try:
        problem = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, msgspec.ValidationError):
        return NodeUnreachable(f"the address answered {status}, not as a node does", remedy="check the address", status=status)
    code = str(problem.get("code") or str(problem.get("type", "")).rsplit("/", 1)[-1])
    facts = {name: value for name, value in problem.items() if name not in _FRAME}
    kind = REGISTRY.get(code)
    error = (kind or FreeholdError)(str(problem.get("detail") or problem.get("title") or ""), remedy=problem.get("remedy"))
    error.facts = facts if kind else {**facts, "code": code, "status": status}
    return error


def _read_url(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise SettingInvalid(f"`{url}` is not an address", remedy="give one such as `https://we.mesh.contoso.eu`") from error
    if address.scheme not in {"http", "https"} or not address.host:
        raise SettingInvalid(f"`{url}` is not an http address", remedy="give one such as `https://we.mesh.contoso.eu`")
    return address


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
