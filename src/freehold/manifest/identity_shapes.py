"""What `identity:` of a mesh may hold: OpenID providers, and the short form for tenants of Microsoft Entra ID."""

# ruff: noqa: RUF012  (msgspec copies empty defaults)

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from freehold.manifest.product_shapes import Shape, key


class ClaimsShape(Shape):
    """Which claim of a token says what; a dotted path reaches into objects."""

    subject: Annotated[str, key("Who", "sub")] = "sub"
    domain: Annotated[str, key("Which domain", "domain")] = "domain"
    region: Annotated[str, key("Which region", "region")] = "region"
    roles: Annotated[str, key("Which roles", "roles")] = "roles"
    scopes: Annotated[str, key("Which scopes", "scope")] = "scope"


Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]


class IssuerShape(Shape):
    """An OpenID provider whose tokens are believed."""

    issuer: Annotated[str, key("Its issuer identifier, exactly as tokens write it", "https://login.contoso.eu")]
    audience: Annotated[str, key("The audience that tokens for this mesh carry", "freehold")]
    algorithms: Annotated[list[Algorithm], key("The signatures that are believed; nothing else is", ["ES256", "RS256"])] = []
    authentications: Annotated[
        list[Literal["OAuth2", "OIDC", "AzureAD"]], key("The interface words that its tokens satisfy", ["OAuth2", "AzureAD"])
    ] = []
    claims: Annotated[ClaimsShape | None, key("Which claim says what", {"roles": "realm.roles"})] = None
    jwks_uri: Annotated[str | None, key("Where its keys are; without it they are discovered", "https://login.contoso.eu/keys")] = (
        None
    )
    leeway: Annotated[int, Meta(ge=0, le=300, description="Clock skew allowed, in seconds", examples=[30])] = 30


class MemberShape(Shape):
    """Whom a group or an app role of the tenant makes what."""

    group: Annotated[str | None, key("A group, by its object ID", "0f6c1a52-4c1d-4f7e-9a3b-2d1e5c7a9b01")] = None
    app_role: Annotated[str | None, key("An app role of the application, by its value", "Sales.Analyst")] = None
    domain: Annotated[str | None, key("The domain that its holders are members of", "sales")] = None
    roles: Annotated[list[str], key("The roles that its holders have", ["analyst"])] = []
    region: Annotated[str | None, key("The region that its holders are in", "westeurope")] = None


class EntraClaimsShape(Shape):
    """Which claims, added to the application's tokens, say more than groups and app roles; a dotted path reaches into objects."""

    domain: Annotated[str | None, key("Which domain", "extension_2c1d_domain")] = None
    region: Annotated[str | None, key("Which region", "extension_2c1d_region")] = None


class EntraShape(Shape):
    """A tenant of Microsoft Entra ID whose access tokens are believed."""

    tenant: Annotated[str, key("The tenant, by its Directory (tenant) ID", "7f9c2ba4-1d3e-4b6a-8c5d-0e1f2a3b4c5d")]
    application: Annotated[
        str,
        key(
            "This mesh's application, by its Application (client) ID: the audience of its tokens",
            "2c1d5e8f-9a7b-4c3d-b2e1-f0a9d8c7b6e5",
        ),
    ]
    audiences: Annotated[
        list[str], key("Its Application ID URIs, which tokens of version 1 may name as audience", ["api://freehold"])
    ] = []
    versions: Annotated[list[Literal["v1", "v2"]], key("The versions of access tokens that are believed", ["v2"])] = []
    cloud: Annotated[Literal["public", "usGovernment", "china"], key("The cloud that the tenant is in", "usGovernment")] = "public"
    authority: Annotated[
        str | None, key("The address of the sign-in, for a cloud that is none of these", "https://login.contoso-cloud.eu")
    ] = None
    members: Annotated[
        list[MemberShape],
        key("Which groups and app roles give which domain, roles and region", [{"appRole": "Sales.Analyst", "domain": "sales"}]),
    ] = []
    claims: Annotated[EntraClaimsShape | None, key("Claims that say more", {"region": "extension_2c1d_region"})] = None
    leeway: Annotated[int, Meta(ge=0, le=300, description="Clock skew allowed, in seconds", examples=[30])] = 30


class IdentityShape(Shape):
    """Whose tokens are believed."""

    issuers: Annotated[
        list[IssuerShape], key("OpenID providers", [{"issuer": "https://login.contoso.eu", "audience": "freehold"}])
    ] = []
    entra: Annotated[
        list[EntraShape],
        key(
            "Tenants of Microsoft Entra ID",
            [{"tenant": "7f9c2ba4-1d3e-4b6a-8c5d-0e1f2a3b4c5d", "application": "2c1d5e8f-9a7b-4c3d-b2e1-f0a9d8c7b6e5"}],
        ),
    ] = []
