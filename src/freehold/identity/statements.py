"""What another node signed, believed only under the key that the mesh names for it.

One algorithm, one type for each use, one audience, times within a stated difference of clocks: anything else is not believed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from freehold.errors import NodeTokenExpired, NodeTokenInvalid
from freehold.model.peer import LIFE, SKEW, Statement, read_public_key
from freehold.model.place import Node

ALGORITHM = "Ed25519"
TOKEN_LIMIT = 4_096
LATEST = 2**53
_KNOWN_HEADERS = {"alg", "typ"}


def read_statement(token: str, kind: Statement, nodes: Mapping[str, Node], audience: str) -> tuple[Node, dict[str, Any]]:
    """Return the node that made a statement, and its claims; `audience` is whom it must be for. Its times are still to be judged.

    Raises:
        NodeTokenInvalid: It cannot be read, is of another kind, for somebody else, or not signed by a node of the mesh.
    """
    if len(token) > TOKEN_LIMIT:
        raise NodeTokenInvalid(f"the node token is longer than {TOKEN_LIMIT:,} characters")
    try:
        claims = _claims(jws.extract_compact(token.encode()).payload)
        node = nodes.get(str(claims.get("iss")))
        if node is None or node.public_key is None:
            raise NodeTokenInvalid("the node token is of no node whose key the mesh names", remedy="see `nodes` in mesh.yaml")
        verified = jws.deserialize_compact(token.encode(), _key(node.public_key), algorithms=[ALGORITHM])
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise NodeTokenInvalid("the node token cannot be read, or its signature does not hold") from error
    headers = verified.headers()
    if headers.get("typ") != kind.value or set(headers) != _KNOWN_HEADERS:
        raise NodeTokenInvalid("the node token is of another kind")
    claims = _claims(verified.payload)
    if claims.get("aud") != audience:
        raise NodeTokenInvalid("the node token was made for another node")
    return node, claims


def check_times(claims: Mapping[str, Any], now: float) -> float:
    """Return when a statement ends, after judging that it holds now and was not made for long.

    Raises:
        NodeTokenInvalid: A time is missing, or it would live too long.
        NodeTokenExpired: It has ended or does not hold yet, by more than clocks may differ.
    """
    made, ends = _time(claims, "iat"), _time(claims, "exp")
    if not 0 < ends - made <= LIFE:
        raise NodeTokenInvalid(f"the node token lives for more than {LIFE} s")
    if now >= ends + SKEW:
        raise NodeTokenExpired("the node token has expired", remedy=_CLOCKS)
    if now < made - SKEW:
        raise NodeTokenExpired("the node token is not valid yet", remedy=_CLOCKS)
    return float(ends)


_CLOCKS = f"check the clocks of both nodes: they may differ by {SKEW} s"


def _time(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > LATEST:
        raise NodeTokenInvalid(f"the claim `{name}` of the node token is not a time")
    return value


def _claims(payload: bytes) -> dict[str, Any]:
    return msgspec.json.decode(payload, type=dict[str, Any])


@lru_cache(maxsize=1024)
def _key(public: str) -> OKPKey:
    raw = read_public_key(public)
    if raw is None:
        raise ValueError(public)
    return OKPKey.import_key(Ed25519PublicKey.from_public_bytes(raw))
