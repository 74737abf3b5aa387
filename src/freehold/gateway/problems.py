"""The only serialiser of errors: RFC 9457 problem documents, hidden and missing alike byte for byte.

What nobody foresaw becomes `internal` with a correlation id; no text of it reaches the wire.
"""

from __future__ import annotations

import logging
import math
from typing import Any

import msgspec

from freehold.errors import (
    REGISTRY,
    AddressUnknown,
    FreeholdError,
    Internal,
    MethodUnsupported,
    NotAuthenticated,
    ScopeMissing,
    TokenExpired,
    TokenInvalid,
)

MEDIA_TYPE = b"application/problem+json"
_FRAME = ("type", "title", "status", "detail", "instance", "code", "remedy")
_LOG = logging.getLogger("freehold.gateway")
_ENCODER = msgspec.json.Encoder(enc_hook=str, decimal_format="number")
_REALM = b'Bearer realm="freehold"'
_ACTORS = {
    "ManifestError": "a domain team or a steward edits a file of the mesh",
    "BadRequest": "the caller mends the request",
    "NotAuthenticated": "the caller brings a valid token",
    "QueryRefused": "the caller asks for less, for another purpose, or for a contract that gives it",
    "NotVisible": "the caller looks at what is visible; hidden and missing look the same",
    "StateConflict": "the caller looks again, since the state has moved",
    "LimitExceeded": "the caller asks for less, or later",
    "EngineError": "the node's operators look at its log under the request's id",
    "DataRefused": "whoever made the data mends it, row by row as the problem lists them",
    "IntegrityError": "the mesh's operators are called at once",
    "FreeholdError": "the node's operators look at its log under the request's id",
}


class Problem(msgspec.Struct, frozen=True):
    """An error ready for the wire: its status, the headers that go with it, and the body."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


def problem(error: FreeholdError, instance: str, request: str) -> Problem:
    """Return `error` as a problem document; `instance` is the path asked, `request` the request's id."""
    kind = type(error)
    document: dict[str, Any] = {
        "type": f"/problems/{kind.code or Internal.code}",
        "title": kind.title,
        "status": kind.status,
        "detail": error.detail,
        "instance": instance,
        "code": kind.code or Internal.code,
    }
    if error.remedy is not None:
        document["remedy"] = error.remedy
    if isinstance(error, Internal):
        document["correlation"] = request
    document |= {name: value for name, value in error.facts.items() if name not in _FRAME}
    return Problem(kind.status, tuple(_headers(error)), _ENCODER.encode(document))


def unforeseen(error: Exception, instance: str, request: str) -> Problem:
    """Return the problem of an error that nobody foresaw, after writing it to the node's log under the request's id."""
    _LOG.error("unforeseen %s under %s", type(error).__name__, request, exc_info=error)
    return problem(Internal(remedy="tell the node's operators the correlation id"), instance, request)


def _headers(error: FreeholdError) -> list[tuple[bytes, bytes]]:
    out = [(b"content-type", MEDIA_TYPE), (b"cache-control", b"no-store")]
    if isinstance(error, TokenInvalid | TokenExpired):
        out.append((b"www-authenticate", _REALM + b', error="invalid_token"'))
    elif isinstance(error, NotAuthenticated) and type(error).status == 401:
        out.append((b"www-authenticate", _REALM))
    elif isinstance(error, ScopeMissing):
        out.append((b"www-authenticate", _REALM + b', error="insufficient_scope"'))
    if type(error).status in {429, 503}:
        wait = error.facts.get("retryAfter", 1)
        out.append((b"retry-after", str(max(1, math.ceil(wait))).encode()))
    if isinstance(error, MethodUnsupported):
        out.append((b"allow", str(error.facts.get("allow", "GET")).encode()))
    leaf = error.facts.get("leaf")
    if leaf is not None:
        out.append((b"freehold-leaf", str(leaf).encode()))
    return out


def describe(code: str) -> str:
    """Return the page of an error code, as Markdown.

    Raises:
        AddressUnknown: There is no such code.
    """
    kind = REGISTRY.get(code)
    if kind is None:
        raise AddressUnknown(f"there is no problem `{code[:80]}`", remedy="see `docs/problems.md` for all of them")
    branch = next(item for item in kind.__mro__[1:] if issubclass(item, FreeholdError) and item.code == "")
    again = "Yes: the same request may succeed later." if kind.transient else "No: the same request meets the same answer."
    return (
        f"## {code}\n\n**{kind.title}** · HTTP {kind.status}\n\n{(kind.__doc__ or '').strip()}\n\n"
        f"- Who acts: {_ACTORS[branch.__name__]}.\n- Worth repeating unchanged? {again}\n"
    )


def describe_all() -> str:
    """Return the page of every error code, by code: `docs/problems.md` is this text."""
    head = (
        "# Problems\n\nEvery error of Freehold has a stable code. Over HTTP it is an RFC 9457 problem document\n"
        "(`application/problem+json`) whose `type` is `/problems/<code>`, an address that every node serves; `detail` says what\n"
        "happened, `remedy` what to do now, and further members are facts such as `leaf`, `column` or `retryAfter`.\n\n"
        "This page is made from the code: `python -m freehold.gateway.problems > docs/problems.md`.\n\n"
    )
    return head + "\n".join(describe(code) for code in sorted(REGISTRY))


if __name__ == "__main__":
    print(describe_all(), end="")
