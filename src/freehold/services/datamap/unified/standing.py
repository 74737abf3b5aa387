"""What a caller may see and do in the Unified Catalog, as it is at one moment.

Whoever has no role at all is refused, whatever they ask for. To everybody else a thing that they may not see is not there.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from freehold.datamap.access import Someone
from freehold.datamap.unified.roles import APP_ROLES, WORKERS, WRITERS, Role, RolePolicy, held
from freehold.datamap.unified.things import PUBLISHED, THINGS, Kind, is_public
from freehold.errors import DomainRefused, ItemUnknown
from freehold.services.datamap.ground import Ground

Body = dict[str, Any]
POLICY, APP = "unified-policy", "app"
_SUBJECTS = uuid.UUID("6f2a1c3e-5d0b-5f0e-9a51-3f2f6d0c7b11")
DEEPEST = 16
"""How deep business domains and terms may lie."""


def kept_as(kind: Kind) -> str:
    """Return the kind of documents that things of a kind are kept as."""
    return f"unified-{kind.value.lower()}"


def identifier(subject: str) -> str:
    """Return the identifier of a subject: its own where it is a UUID as Entra writes them, else one made of it.

    Other ways to write a UUID are other subjects.
    """
    try:
        if str(uuid.UUID(subject)) == subject:
            return subject
    except ValueError:
        pass
    return str(uuid.uuid5(_SUBJECTS, subject))


class Standing:
    """One caller, and all business domains and role policies as they are now."""

    def __init__(self, ground: Ground, someone: Someone) -> None:
        """Look up what `someone` may do.

        Raises:
            DomainRefused: They have no role at all.
        """
        self.someone = someone
        self.id = identifier(someone.subject)
        self._ground = ground
        self.domains: Mapping[str, Body] = dict(ground.store.documents(kept_as(Kind.DOMAIN)))
        self.policies = {key: msgspec.convert(body, RolePolicy) for key, body in ground.store.documents(POLICY)}
        self.app = held(self.policies.get(APP), someone)
        self._roles: dict[str, frozenset[Role]] = {}
        if not self.app and not any(self.roles(key) for key in self.domains):
            raise DomainRefused("you have no role in the Unified Catalog", remedy="ask a data governance administrator for one")

    def roles(self, domain: str | None) -> frozenset[Role]:
        """Return the roles that the caller has in a business domain: given there, or above it."""
        key = domain or ""
        if key not in self._roles:
            found: frozenset[Role] = frozenset()
            for part in self.path(domain):
                found |= held(self.policies.get(part), self.someone)
            self._roles[key] = found - APP_ROLES
        return self._roles[key]

    def path(self, domain: str | None) -> list[str]:
        """Return a business domain and those above it, the nearest first."""
        made: list[str] = []
        while domain is not None and domain in self.domains and domain not in made:
            made.append(domain)
            domain = self.domains[domain].get("parentId")
        return made

    def domain_of(self, kind: Kind, body: Mapping[str, Any]) -> str | None:
        """Return the business domain that a thing is in; a domain is in itself."""
        name = THINGS[kind].domain
        return str(body["id"]) if kind is Kind.DOMAIN else str(body[name]) if name is not None else None

    def may_see(self, kind: Kind, body: Mapping[str, Any]) -> bool:
        """Return whether the caller sees a thing: its workers always, readers of its domain or of the catalogue what is published.

        What a restricted domain publishes only its own readers see; an asset whoever reads its entity in the Data Map, and one
        whose entity is gone curators.
        """
        if kind is Kind.ASSET:
            record = self._ground.store.entities([body["source"]["assetId"]]).get(body["source"]["assetId"])
            return Role.CURATOR in self.app if record is None else self._ground.may_read(self.someone, record)
        domain = self.domain_of(kind, body)
        roles, above = self.roles(domain), [self.domains[key] for key in self.path(domain)]
        if roles & WORKERS or (kind is Kind.DOMAIN and Role.ADMINISTRATOR in self.app):
            return True
        if not is_public(kind, body) or any(item.get("status") != PUBLISHED for item in above):
            return False
        restricted = any(item.get("isRestricted") for item in above)
        return Role.DOMAIN_READER in roles or (Role.READER in self.app and not restricted)

    def may_write(self, kind: Kind, domain: str | None) -> bool:
        """Return whether the caller may create, change and remove things of a kind in a business domain (None: at the top)."""
        if kind is Kind.ASSET:
            writers = {Role.PRODUCT_OWNER, Role.STEWARD}
            return Role.CURATOR in self.app or any(self.roles(key) & writers for key in self.domains)
        if kind is Kind.DOMAIN and domain is None:
            return Role.CREATOR in self.app
        return WRITERS[kind] in self.roles(domain)

    def check_write(self, kind: Kind, domain: str | None) -> None:
        """Check that the caller may write there.

        Raises:
            DomainRefused: They may not.
        """
        if not self.may_write(kind, domain):
            role = Role.CREATOR if kind is Kind.DOMAIN and domain is None else WRITERS.get(kind, Role.CURATOR)
            raise DomainRefused(f"you may not write a {THINGS[kind].word} there", remedy=f"ask for the role {role}")

    def find(self, kind: Kind, key: str) -> Body:
        """Return a thing that the caller sees.

        Raises:
            ItemUnknown: There is none.
        """
        body = self._ground.store.document(kept_as(kind), key.lower())
        if body is None or not self.may_see(kind, body):
            raise unknown(kind)
        return body

    def all(self, kind: Kind, parent: str | None = None) -> list[Body]:
        """Return the things of a kind that the caller sees; with `parent` only those of that domain (or objective)."""
        return [body for _, body in self._ground.store.documents(kept_as(kind), parent) if self.may_see(kind, body)]


def unknown(kind: Kind) -> ItemUnknown:
    """Return the error of a thing that is not there, or not to be seen."""
    path = f"/datagovernance/catalog/{THINGS[kind].path}"
    return ItemUnknown(f"no such {THINGS[kind].word} is visible", remedy=f"list them at {path}")
