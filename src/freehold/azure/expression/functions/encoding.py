"""JSON, base64, URIs and data URIs."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urljoin

from freehold.azure.documents import checked, finite, relaxed, whole
from freehold.azure.expression.functions.given import text
from freehold.azure.expression.run import Function, unary
from freehold.azure.expression.values import Unfit

_DATA = "data:text/plain;charset=utf8;base64,"
_HEX = frozenset("0123456789abcdefABCDEF")


def _json(value: Any) -> Any:
    source = text(value)
    try:
        return _loaded(source)
    except json.JSONDecodeError:
        pass
    except (ValueError, RecursionError):
        raise Unfit("the text is no JSON") from None
    try:
        return _loaded(relaxed(source))
    except (ValueError, RecursionError):
        raise Unfit("the text is no JSON") from None


def _loaded(source: str) -> Any:
    return checked(json.loads(source, parse_constant=_constant, parse_int=whole, parse_float=finite))


def _constant(name: str) -> Any:
    raise ValueError(name)


def _encoded(value: Any) -> str:
    return base64.b64encode(text(value).encode()).decode()


def _decoded(value: Any) -> str:
    try:
        return base64.b64decode("".join(text(value).split()), validate=True).decode()
    except (binascii.Error, ValueError):
        raise Unfit("the text is no base64 of UTF-8") from None


def _data_uri_to_string(value: Any) -> str:
    head, comma, body = text(value).rpartition(",")
    if not comma or not head.startswith("data:"):
        raise Unfit("the text is no data URI")
    return _decoded(body) if head.endswith(";base64") else _component_to_string(body)


def _component_to_string(value: Any) -> str:
    source = text(value)
    for at, mark in enumerate(source):
        if mark == "%" and not (len(source) >= at + 3 and set(source[at + 1 : at + 3]) <= _HEX):
            raise Unfit("the text has an incomplete escape")
    try:
        return unquote_to_bytes(source).decode()
    except UnicodeDecodeError:
        raise Unfit("the text is no escaped UTF-8") from None


def _uri(start: Any, relative: Any) -> str:
    base, rest = text(start), text(relative)
    if rest.startswith(("http://", "https://")):
        return rest
    try:
        return urljoin(base if base.count("/") > 2 else f"{base}/", rest.lstrip("/"))
    except ValueError:
        raise Unfit("the text is no URI") from None


TABLE = (
    Function("json", _json, 1, 1),
    Function("base64", _encoded, 1, 1),
    Function("base64ToString", _decoded, 1, 1),
    unary("base64ToJson", lambda value: _json(_decoded(value))),
    unary("dataUri", lambda value: _DATA + _encoded(value)),
    Function("dataUriToString", _data_uri_to_string, 1, 1),
    Function("uri", _uri, 2, 2),
    unary("uriComponent", lambda value: quote(text(value), safe="-_.~")),
    Function("uriComponentToString", _component_to_string, 1, 1),
)
