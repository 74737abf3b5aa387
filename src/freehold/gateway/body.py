"""The JSON body of a question: `sql`, `parameters`, `purpose`, and for everything else what to change."""

from __future__ import annotations

import json
from typing import Any, Literal, TypeVar

import msgspec

from freehold.errors import BodyUnreadable
from freehold.model.detection import Verdict
from freehold.model.query import Joining, Scalar
from freehold.model.request import RequestState, Wanted
from freehold.names import nearest

T = TypeVar("T")
_EXAMPLE = 'send JSON such as {"sql": "select …", "parameters": {"region": "westeurope"}, "purpose": "…"}'
_MEMBERS = ("sql", "parameters", "purpose")


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of `POST /v1/query` and `POST /v1/explain`; `joining` is sent by nodes alone."""

    sql: str
    parameters: dict[str, Scalar] = {}
    purpose: str | None = None
    joining: Joining | None = None


_DECODER = msgspec.json.Decoder(Asked)


class Reviewed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of `POST /v1/classification/{key}/{column}/review`."""

    verdict: Verdict
    reason: str
    classification: str | None = None


def read_review(body: bytes) -> Reviewed:
    """Return the review that a body holds.

    Raises:
        BodyUnreadable: It is not UTF-8, not JSON, not of this shape, or has a member twice.
    """
    try:
        reviewed = msgspec.json.decode(body, type=Reviewed)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        example = '{"verdict": "accepted", "reason": "these are our customers\' accounts"}'
        raise BodyUnreadable(
            "the body is no review", remedy=f"send JSON such as {example}; the other verdict is `rejected`"
        ) from None
    _check_members(body)
    return reviewed


class Answered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of `POST /v1/requests/{id}/answer`."""

    answer: Literal["accepted", "rejected"]
    reason: str

    @property
    def state(self) -> RequestState:
        """Where the request stands by it."""
        return RequestState(self.answer)


def read_wanted(body: bytes) -> Wanted:
    """Return the request for access that a body holds.

    Raises:
        BodyUnreadable: It is not UTF-8, not JSON, not of this shape, or has a member twice.
    """
    example = '{"fields": ["email"], "purpose": "Customer enrichment", "days": 30, "reason": "…"}'
    return _read(
        body, Wanted, f"the body is no request for access; send JSON such as {example}: `days` and `reason` may be left out"
    )


def read_answered(body: bytes) -> Answered:
    """Return the answer to a request for access that a body holds.

    Raises:
        BodyUnreadable: As `read_wanted`.
    """
    example = '{"answer": "accepted", "reason": "they send the letters"}'
    return _read(body, Answered, f"the body is no answer; send JSON such as {example}: the other one is `rejected`")


def _read(body: bytes, kind: type[T], otherwise: str) -> T:
    try:
        found = msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        said, _, remedy = otherwise.partition("; ")
        raise BodyUnreadable(said, remedy=remedy) from None
    _check_members(body)
    return found


def read_asked(body: bytes) -> Asked:
    """Return what a body asks.

    Raises:
        BodyUnreadable: It is not UTF-8, not JSON, not of this shape, or has a member twice.
    """
    try:
        asked = _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _diagnosed(body) from None
    if body.count(b":") > 1 + len(asked.parameters) + bool(asked.parameters) + bool(asked.purpose):
        _check_members(body)
    return asked


def _check_members(body: bytes) -> None:
    """Refuse a member that comes twice, which each reader of JSON understands in its own way (RFC 8259 §4)."""

    def once(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise BodyUnreadable(f"the body has the member `{twice[:80]}` twice", remedy="send it once")

    json.loads(body, object_pairs_hook=once)


def _diagnosed(body: bytes) -> BodyUnreadable:
    """Return what is wrong with a body, in our own words."""
    if not body.strip():
        return BodyUnreadable("the body is empty", remedy=_EXAMPLE)
    try:
        body.decode()
    except UnicodeDecodeError as error:
        return BodyUnreadable(f"the body is not UTF-8: byte {error.start}", remedy="encode it as UTF-8")
    try:
        found: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return BodyUnreadable("the body is not JSON", remedy=_EXAMPLE)
    if not isinstance(found, dict):
        return BodyUnreadable("the body is not a JSON object", remedy=_EXAMPLE)
    return _misshapen(found)


def _misshapen(found: dict[str, Any]) -> BodyUnreadable:
    for name in found:
        if name not in _MEMBERS:
            close = nearest(name, _MEMBERS)
            remedy = f"did you mean `{close}`?" if close else f"the members are: {', '.join(_MEMBERS)}"
            return BodyUnreadable(f"the body has a member `{name[:80]}` that means nothing here", remedy=remedy)
    if not isinstance(found.get("sql"), str):
        return BodyUnreadable("`sql` is missing or not a string", remedy=_EXAMPLE)
    if not isinstance(found.get("purpose", ""), str | None):
        return BodyUnreadable("`purpose` is not a string", remedy=_EXAMPLE)
    parameters = found.get("parameters", {})
    if not isinstance(parameters, dict):
        return BodyUnreadable("`parameters` is not an object", remedy='send {"name": value, …}')
    for name, value in parameters.items():
        if not isinstance(value, Scalar):
            return BodyUnreadable(
                f"the parameter `{name[:80]}` is a list or an object", remedy="send a string, number, boolean or null"
            )
    return BodyUnreadable("the body is not of the documented shape", remedy=_EXAMPLE)
