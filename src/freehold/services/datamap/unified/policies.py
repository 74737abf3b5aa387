"""Role policies: who has which role in the Unified Catalog. Only who governs a policy says so; no role gives itself another."""

from __future__ import annotations

from typing import Any

import msgspec

from freehold.datamap.access import Grants, Someone
from freehold.datamap.unified.roles import APP_ROLES, DOMAIN_ROLES, Role, RolePolicy, read_policy, write_policy
from freehold.errors import EntityInvalid, ItemUnknown, VersionStale
from freehold.services.datamap.ground import Ground
from freehold.services.datamap.unified.standing import APP, POLICY, Body, Standing

PAGE = 100


class Policies:
    """The role policies of one catalogue."""

    def __init__(self, ground: Ground) -> None:
        """Work on `ground`."""
        self._ground = ground

    def page(self, someone: Someone, skip: int) -> tuple[list[Body], int | None]:
        """Return a page of the policies that the caller may change, and where the next begins.

        Raises:
            DomainRefused: The caller has no role at all.
        """
        standing = Standing(self._ground, someone)
        own = sorted(key for key in standing.policies if _governs(standing, key))
        made = [self._shown(standing, key) for key in own[skip : skip + PAGE]]
        return made, skip + PAGE if skip + PAGE < len(own) else None

    def put(self, someone: Someone, identifier: str, given: Any) -> Body:
        """Say anew who has which role, at the version at which the policy was read.

        Raises:
            DomainRefused: The caller has no role at all.
            ItemUnknown: There is no such policy that they may change.
            EntityInvalid: It is malformed, gives a role that it cannot give, or would leave nobody who may change it.
            VersionStale: Somebody else has changed it meanwhile.
        """
        with self._ground.lock:
            standing = Standing(self._ground, someone)
            key = next((name for name, item in standing.policies.items() if item.id == identifier.lower()), None)
            if key is None or not _governs(standing, key):
                raise ItemUnknown("no such policy is visible", remedy="list them at /datagovernance/catalog/policies")
            version, grants = read_policy(given, APP_ROLES if key == APP else DOMAIN_ROLES)
            held = standing.policies[key]
            if version is not None and version != held.version:
                raise VersionStale(f"the policy is at version {held.version}", remedy="read it again, and repeat your change")
            _check_governed(key, grants)
            made = RolePolicy(id=held.id, version=held.version + 1, grants=grants)
            self._ground.write_documents((POLICY, key, "", msgspec.to_builtins(made)))
            standing.policies[key] = made
            return self._shown(standing, key)

    def _shown(self, standing: Standing, key: str) -> Body:
        app = standing.policies[APP].id if APP in standing.policies else key
        if key == APP:
            return write_policy(standing.policies[key], app, None)
        return write_policy(standing.policies[key], key, standing.domains[key].get("parentId") or app)


def _governs(standing: Standing, key: str) -> bool:
    """Return whether the caller says who has roles: administrators everywhere, a domain's owners in it and below."""
    return Role.ADMINISTRATOR in standing.app or (key != APP and Role.OWNER in standing.roles(key))


def _check_governed(key: str, grants: Grants) -> None:
    role = Role.ADMINISTRATOR if key == APP else Role.OWNER
    if not grants.people.get(role) and not grants.groups.get(role):
        raise EntityInvalid(f"nobody would have the role {role}", remedy="name at least one")
