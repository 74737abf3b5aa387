"""What a token of Entra ID says beyond other providers' tokens: its tenant, its form, and the groups and app roles of its holder.

What is not mapped gives nothing; groups that the token leaves out are never taken for no groups; two domains are no domain.
"""

from __future__ import annotations

from typing import Any

from freehold.errors import GroupsMissing, MembershipAmbiguous, TokenInvalid
from freehold.identity.claims import text_of, words_of
from freehold.model.party import Issuer, Membership, Principal, Tenant, TokenVersion
from freehold.names import domain_key

_CLIENT = {TokenVersion.V1: "appid", TokenVersion.V2: "azp"}
_KINDS = ("app", "user")
_ANOTHER = "ask for an access token for this mesh's application"


def signs_for(named: str | None, tenant: Tenant) -> bool:
    """Return whether a key may sign for a tenant, by the issuer that its entry names; one that names none may."""
    return named is None or named.replace("{tenantid}", tenant.id) in tenant.issuers


def read_member(claims: dict[str, Any], issuer: Issuer, tenant: Tenant, expires_at: float) -> Principal:
    """Return the caller that a token of a tenant describes; its signature, issuer, audience and times are judged already.

    Raises:
        TokenInvalid: It is of another tenant or form, is no access token, or has no `oid`.
        GroupsMissing: It leaves out groups that the mesh maps.
        MembershipAmbiguous: It names two domains, or two regions.
    """
    _check_form(claims, tenant)
    subject = text_of(claims, "oid")
    if subject is None:
        raise TokenInvalid("the token has no claim `oid`", remedy=_ANOTHER)
    app_roles = words_of(claims, "roles")
    held = _held(claims, tenant, app_roles)
    domains = {item.domain for item in held if item.domain} | {domain_key(text_of(claims, issuer.claims.domain) or "")}
    regions = {item.region for item in held if item.region} | {text_of(claims, issuer.claims.region) or ""}
    return Principal(
        subject=subject,
        issuer=tenant.issuers[0],
        domain=_only("domains", domains),
        region=_only("regions", regions),
        roles=frozenset(role for item in held for role in item.roles),
        scopes=app_roles if _is_application(claims) else words_of(claims, "scp"),
        authentications=frozenset(issuer.authentications),
        expires_at=expires_at,
    )


def _check_form(claims: dict[str, Any], tenant: Tenant) -> None:
    """Refuse what the tenant signed for another purpose: tokens of guests elsewhere, identity tokens, the form not asked for."""
    if (text_of(claims, "tid") or "").lower() != tenant.id:
        raise TokenInvalid("the token is of another tenant than its issuer", remedy=_ANOTHER)
    if claims.get("ver") != tenant.version.value:
        raise TokenInvalid(
            f"the token is not of version {tenant.version.value}, as its issuer says",
            remedy="set `api.requestedAccessTokenVersion` of the application, and `versions` in mesh.yaml, to the same",
        )
    if text_of(claims, _CLIENT[tenant.version]) is None:
        raise TokenInvalid("the token is no access token: it names no application that it was given to", remedy=_ANOTHER)


def _is_application(claims: dict[str, Any]) -> bool:
    """Return whether an application asks in its own name: no user gave it scopes, and `idtyp` or its own subject says so.

    Raises:
        TokenInvalid: It says neither, or both.
    """
    kind, delegated = claims.get("idtyp"), bool(words_of(claims, "scp"))
    if kind is not None and kind not in _KINDS:
        raise TokenInvalid("the token is neither of a user nor of an application", remedy=_ANOTHER)
    application = kind == "app" or (kind is None and not delegated and claims.get("sub") == claims.get("oid"))
    if application is delegated:
        raise TokenInvalid("the token does not say whether a user or an application asks", remedy=_ANOTHER)
    return application


def _held(claims: dict[str, Any], tenant: Tenant, app_roles: frozenset[str]) -> tuple[Membership, ...]:
    """Return the memberships that the token gives, once it is sure that it names all groups that could matter."""
    groups = frozenset[str]()
    if any(item.group for item in tenant.members):
        if _leaves_out_groups(claims):
            raise GroupsMissing(
                "the token leaves out its groups: its holder is in too many",
                remedy="let the application emit the groups that are assigned to it alone, or map app roles in place of groups",
            )
        groups = frozenset(item.lower() for item in words_of(claims, "groups"))
    return tuple(item for item in tenant.members if item.group in groups or item.app_role in app_roles)


def _leaves_out_groups(claims: dict[str, Any]) -> bool:
    """Return whether groups lie elsewhere (`_claim_names`, OpenID Connect §5.6.2) or are only said to be there."""
    named = claims.get("_claim_names")
    elsewhere = named is not None and (not isinstance(named, dict) or "groups" in named)
    return elsewhere or claims.get("hasgroups", False) not in (False, "false")


def _only(what: str, found: set[str]) -> str | None:
    found.discard("")
    if len(found) > 1:
        raise MembershipAmbiguous(
            f"the token puts its holder into {len(found)} {what}: {', '.join(f'`{item}`' for item in sorted(found))}",
            remedy=f"leave one of these {what} to it: see `members` of the tenant in mesh.yaml, and the groups of the holder",
        )
    return next(iter(found), None)
