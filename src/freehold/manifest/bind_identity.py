"""`identity:` of a mesh → the issuers whose tokens are believed: as written, and those that a tenant of Entra ID comes to."""

from __future__ import annotations

from collections.abc import Iterator

from freehold.manifest.block import Block
from freehold.manifest.identity_shapes import EntraShape, IssuerShape, MemberShape
from freehold.manifest.shapes import MeshShape
from freehold.model.party import ClaimNames, Issuer, Membership, Tenant, TokenVersion
from freehold.names import domain_key

CLOUDS = {
    "public": ("https://login.microsoftonline.com", "https://sts.windows.net"),
    "usGovernment": ("https://login.microsoftonline.us", "https://sts.windows.net"),
    "china": ("https://login.partner.microsoftonline.cn", "https://sts.chinacloudapi.cn"),
}
"""Where tenants of a cloud sign in, which names tokens of version 2, and what names tokens of version 1."""

_VERSIONS = {"v1": TokenVersion.V1, "v2": TokenVersion.V2}


def bind_issuers(block: Block[MeshShape]) -> tuple[Issuer, ...]:
    """Return the issuers whose tokens are believed."""
    identity = block.shape.identity
    if identity is None:
        return ()
    return (*(_issuer(item) for item in identity.issuers), *(made for item in identity.entra for made in _tenant(item)))


def _issuer(item: IssuerShape) -> Issuer:
    base = Issuer(issuer=item.issuer, audience=item.audience)
    claims = item.claims
    return Issuer(
        issuer=item.issuer,
        audience=item.audience,
        algorithms=tuple(item.algorithms) or base.algorithms,
        authentications=tuple(item.authentications) or base.authentications,
        claims=ClaimNames(
            subject=claims.subject, domain=claims.domain, region=claims.region, roles=claims.roles, scopes=claims.scopes
        )
        if claims
        else base.claims,
        jwks_uri=item.jwks_uri,
        leeway=item.leeway,
    )


def _tenant(item: EntraShape) -> Iterator[Issuer]:
    """Yield an issuer for each version and audience of a tenant's tokens; all share the tenant's keys."""
    sign_in, names = CLOUDS[item.cloud]
    sign_in = (item.authority or sign_in).rstrip("/")
    tenant, application = item.tenant.lower(), item.application.lower()
    issuers = {"v2": f"{sign_in}/{tenant}/v2.0", "v1": f"{names}/{tenant}/"}
    named = tuple(item.audiences) or (f"api://{application}",)
    audiences = {"v2": (application,), "v1": (application, *named)}
    for version in dict.fromkeys(item.versions or ("v1", "v2")):
        pinned = Tenant(
            id=tenant,
            version=_VERSIONS[version],
            issuers=tuple(issuers.values()),
            members=tuple(_member(member) for member in item.members),
        )
        for audience in dict.fromkeys(audiences[version]):
            yield Issuer(
                issuer=issuers[version],
                audience=audience,
                algorithms=("RS256",),
                authentications=("OAuth2", "OIDC", "AzureAD"),
                claims=ClaimNames(
                    subject="oid",
                    domain=(item.claims and item.claims.domain) or "",
                    region=(item.claims and item.claims.region) or "",
                    scopes="scp",
                ),
                jwks_uri=f"{sign_in}/{tenant}/discovery/v2.0/keys",
                leeway=item.leeway,
                tenant=pinned,
            )


def _member(item: MemberShape) -> Membership:
    return Membership(
        group=item.group.lower() if item.group else None,
        app_role=item.app_role or None,
        domain=domain_key(item.domain) if item.domain else None,
        roles=tuple(item.roles),
        region=item.region or None,
    )
