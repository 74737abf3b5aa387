"""Another node's refusal, as far as the node that carried the request has to understand it."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec

LIMIT = 256 * 1_024
_KIND = "application/problem+json"


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """The members of a problem document (RFC 9457) that matter between nodes."""

    code: str
    detail: str = ""
    remedy: str | None = None


async def read_refusal(response: httpx.Response) -> tuple[bytes | None, Refusal | None]:
    """Return the whole body and what it says, where an open response is a problem document; else neither, and nothing is read.

    Raises:
        httpx.HTTPError: It broke off, is larger than any problem is, or is an error of something that is no node.
    """
    if response.headers.get("content-type", "").partition(";")[0].strip() != _KIND:
        if response.is_error:
            raise httpx.RemoteProtocolError("no node answers so", request=response.request)
        return None, None
    body = b""
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > LIMIT:
            raise httpx.RemoteProtocolError("the problem is too large", request=response.request)
    try:
        said = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise httpx.RemoteProtocolError("the problem cannot be read", request=response.request) from error
    return body, Refusal(code=str(said.get("code", "")), detail=str(said.get("detail", "")), remedy=said.get("remedy"))
