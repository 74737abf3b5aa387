"""What a verified token says: its times and audience judged, its claims turned into a principal.

Only signed claims say who and where a caller is (law 4); what is missing or of another type is not guessed.
"""

from __future__ import annotations

from typing import Any

from freehold.errors import TokenExpired, TokenInvalid
from freehold.model.party import Issuer, Principal
from freehold.names import domain_key

LATEST = 2**53
_AGAIN = "ask the identity provider for a new token"


def is_for(claims: dict[str, Any], audience: str) -> bool:
    """Return whether `aud` (RFC 7519 §4.1.3: a string or a list of them) names the audience."""
    named = claims.get("aud")
    return named == audience or (isinstance(named, list) and audience in named)


def check_times(claims: dict[str, Any], leeway: int, now: float) -> float:
    """Return when the token ends (seconds since the epoch), after judging `exp` and `nbf` with `leeway` seconds of skew.

    Raises:
        TokenExpired: It has ended, or does not hold yet.
        TokenInvalid: `exp` is missing, or a time is not a number.
    """
    ends, starts = _time(claims, "exp"), _time(claims, "nbf")
    if ends is None:
        raise TokenInvalid("the token does not say when it expires", remedy=_AGAIN)
    if now >= ends + leeway:
        raise TokenExpired("the token has expired", remedy=_AGAIN)
    if starts is not None and now < starts - leeway:
        raise TokenExpired("the token is not valid yet", remedy="check the clocks, or use it later")
    return ends


def _time(claims: dict[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LATEST:
        raise TokenInvalid(f"the claim `{name}` is not a time", remedy=_AGAIN)
    return float(value)


def read_principal(claims: dict[str, Any], issuer: Issuer, expires_at: float) -> Principal:
    """Return the caller that the claims describe, by the issuer's claim names.

    Raises:
        TokenInvalid: There is no subject.
    """
    names = issuer.claims
    subject = text_of(claims, names.subject)
    if subject is None:
        raise TokenInvalid(f"the token has no claim `{names.subject}`", remedy="let the identity provider add it")
    domain = domain_key(text_of(claims, names.domain) or "")
    return Principal(
        subject=subject,
        issuer=issuer.issuer,
        domain=domain or None,
        region=text_of(claims, names.region),
        roles=words_of(claims, names.roles),
        scopes=words_of(claims, names.scopes),
        authentications=frozenset(issuer.authentications),
        expires_at=expires_at,
    )


def _find(claims: dict[str, Any], path: str) -> Any:
    """Return the claim at a dotted path; a claim whose own name has dots (`https://contoso.eu/region`) comes first.

    An empty path names no claim.
    """
    if not path:
        return None
    if path in claims:
        return claims[path]
    found: Any = claims
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def text_of(claims: dict[str, Any], path: str) -> str | None:
    """Return the text at a path, or None where there is none."""
    found = _find(claims, path)
    return found.strip() or None if isinstance(found, str) else None


def words_of(claims: dict[str, Any], path: str) -> frozenset[str]:
    """Return the words at a path: of a list, or of a text between its spaces; what is neither has none."""
    found = _find(claims, path)
    if isinstance(found, str):
        return frozenset(found.split())
    return frozenset(item for item in found if isinstance(item, str) and item) if isinstance(found, list) else frozenset()
