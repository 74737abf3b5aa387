"""Who is asking and who answers for data: principals, domains, issuers of tokens."""

from __future__ import annotations

import enum

import msgspec

from freehold.names import domain_key


class RoleAccess(enum.StrEnum):
    """What a role of the owning domain gives on the domain's own products."""

    READ = "read"
    AGGREGATE = "aggregate"


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """A caller as a signed token describes them; nothing here comes from a header (law 4).

    `domain` is a domain key (`sales`), `region` a region name; `authentications` are the kinds of sign-in that the issuer provides.
    """

    subject: str
    issuer: str
    domain: str | None = None
    region: str | None = None
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    authentications: frozenset[str] = frozenset()
    expires_at: float = 0.0


class Domain(msgspec.Struct, frozen=True, kw_only=True):
    """A domain team: `roles` says what each of its own roles may do with its own products."""

    name: str
    owner: str | None = None
    description: str | None = None
    roles: dict[str, RoleAccess] = {}

    @property
    def key(self) -> str:
        """The domain's SQL name."""
        return domain_key(self.name)


class ClaimNames(msgspec.Struct, frozen=True, kw_only=True):
    """Which claim of a token holds which part of a principal; a dotted path reaches into objects."""

    subject: str = "sub"
    domain: str = "domain"
    region: str = "region"
    roles: str = "roles"
    scopes: str = "scope"


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """What a group (its object id, in lower case) or an app role gives its holders: a domain by its key, roles in it, a region."""

    group: str | None = None
    app_role: str | None = None
    domain: str | None = None
    roles: tuple[str, ...] = ()
    region: str | None = None


class TokenVersion(enum.StrEnum):
    """The two forms of Entra ID's access tokens, as their claim `ver` names them."""

    V1 = "1.0"
    V2 = "2.0"


class Tenant(msgspec.Struct, frozen=True, kw_only=True):
    """What is pinned of a tenant of Entra ID: its GUID, the form of the tokens, and what groups and app roles give.

    `issuers` are all names that the tenant signs under. The first one is that of its principals, so that a caller is the same
    one whichever form of token they bring.
    """

    id: str
    version: TokenVersion
    issuers: tuple[str, ...]
    members: tuple[Membership, ...] = ()


class Issuer(msgspec.Struct, frozen=True, kw_only=True):
    """An OpenID provider that the mesh believes, and how far.

    `algorithms` are pinned JWS names; `authentications` the interface words (`OAuth2`, `AzureAD`) that its tokens satisfy;
    `jwks_uri` skips discovery; `leeway` is the clock skew allowed, in seconds; `tenant` is there for Entra ID alone.
    """

    issuer: str
    audience: str
    algorithms: tuple[str, ...] = ("RS256", "ES256", "PS256", "EdDSA")
    authentications: tuple[str, ...] = ("OAuth2", "OIDC")
    claims: ClaimNames = ClaimNames()
    jwks_uri: str | None = None
    leeway: int = 30
    tenant: Tenant | None = None
