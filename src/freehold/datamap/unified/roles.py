"""Who may do what in the Unified Catalog: roles of the whole catalogue, and roles in a business domain and in all below it.

Nothing else gives a right: being a contact of a thing, its maker, or an approver of requests gives none over it. Roles are
written as Purview's role policies (`purviewdatagovernancerole_builtin_ROLE`).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from freehold.datamap.access import GROUP, PERSON, Grants, Someone
from freehold.datamap.unified.things import Kind
from freehold.errors import EntityInvalid

_PREFIX = "purviewdatagovernancerole_builtin_"
_ROLE = re.compile(r"purviewdatagovernancerole_builtin_([a-z-]{1,60})(?::[0-9A-Za-z-]{1,64})?")
_MOST = 1_000


class Role(enum.StrEnum):
    """What somebody may be."""

    ADMINISTRATOR = "datagovernance-administrator"
    CREATOR = "business-domain-creator"
    READER = "global-catalog-reader"
    CURATOR = "governance-asset-curator"
    OWNER = "business-domain-owner"
    DOMAIN_READER = "business-domain-reader"
    PRODUCT_OWNER = "data-product-owner"
    STEWARD = "data-steward"


APP_ROLES = frozenset({Role.ADMINISTRATOR, Role.CREATOR, Role.READER, Role.CURATOR})
DOMAIN_ROLES = frozenset({Role.OWNER, Role.DOMAIN_READER, Role.PRODUCT_OWNER, Role.STEWARD})
WORKERS = frozenset({Role.OWNER, Role.PRODUCT_OWNER, Role.STEWARD})
"""Who sees what is not published."""

WRITERS: Mapping[Kind, Role] = {
    Kind.DOMAIN: Role.OWNER,
    Kind.PRODUCT: Role.PRODUCT_OWNER,
    Kind.TERM: Role.STEWARD,
    Kind.OBJECTIVE: Role.STEWARD,
    Kind.KEY_RESULT: Role.STEWARD,
    Kind.ELEMENT: Role.STEWARD,
}
"""The role in its domain that creates, changes and removes things of a kind."""


class RolePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Who has which role: of the whole catalogue, or in one business domain. `version` counts its changes."""

    id: str
    version: int = 1
    grants: Grants = Grants()


def held(policy: RolePolicy | None, someone: Someone) -> frozenset[Role]:
    """Return the roles that somebody has by a policy."""
    if policy is None:
        return frozenset()
    people, groups = policy.grants.people, policy.grants.groups
    return frozenset(role for role in Role if someone.subject in people.get(role, ()) or someone.groups & set(groups.get(role, ())))


def write_policy(policy: RolePolicy, of: str, parent: str | None) -> dict[str, Any]:
    """Return a role policy as the interface has it; `of` is a business domain, or the catalogue itself where `parent` is None."""
    app = parent is None
    rules: list[dict[str, Any]] = []
    for role in sorted(APP_ROLES if app else DOMAIN_ROLES):
        conditions = [
            [
                {"attributeName": attribute, "attributeValueIncludedIn": list(people)},
                {
                    "fromRule": f"{_PREFIX}{role}",
                    "attributeName": "derived.purview.role",
                    "attributeValueIncludes": f"{_PREFIX}{role}",
                },
            ]
            for attribute, people in ((PERSON, policy.grants.people.get(role, ())), (GROUP, policy.grants.groups.get(role, ())))
        ]
        name = f"{_PREFIX}{role}:{of}"
        rules.append({"kind": "attributerule", "id": name, "name": name, "dnfCondition": conditions})
    permit = [[{"attributeName": "resource.purview.datagovernancepath", "attributeValueIncludes": of}]]
    return {
        "name": f"dgpolicy_{'datagovernanceapp' if app else 'businessdomain'}_{of}",
        "id": policy.id,
        "version": policy.version,
        "properties": {
            "description": "",
            "decisionRules": [{"kind": "decisionrule", "effect": "Permit", "dnfCondition": permit}],
            "attributeRules": rules,
            "entity": {"type": "DataGovernanceAppReference" if app else "BusinessDomainReference", "referenceName": of},
            **({} if app else {"parentEntityName": parent}),
        },
    }


def read_policy(given: Any, roles: frozenset[Role]) -> tuple[int | None, Grants]:
    """Return the version that a policy was read at, and the grants that it gives of `roles`.

    Raises:
        EntityInvalid: It is malformed, or has a rule or a condition that is not known: it would give more than it says, or less.
    """
    found: dict[str, Any] = given if isinstance(given, dict) else {}
    properties, version = found.get("properties"), found.get("version")
    rules = properties.get("attributeRules") if isinstance(properties, dict) else None
    if not isinstance(rules, list) or isinstance(version, bool) or not isinstance(version, int | None):
        raise EntityInvalid("a policy has no `attributeRules`", remedy="send the policy as it was read, with your changes")
    people: dict[str, tuple[str, ...]] = {}
    groups: dict[str, tuple[str, ...]] = {}
    for rule in rules:
        role = _role(rule, roles)
        for condition in rule.get("dnfCondition") or []:
            for attribute, names in _included(condition).items():
                kept = people if attribute == PERSON else groups
                kept[role] = tuple(dict.fromkeys((*kept.get(role, ()), *names)))
    return version, Grants(people=people, groups=groups)


def _role(rule: Any, roles: frozenset[Role]) -> Role:
    name = rule.get("id") if isinstance(rule, dict) else None
    found = _ROLE.fullmatch(name) if isinstance(name, str) else None
    if found is None or found[1] not in roles or not isinstance(rule.get("dnfCondition") or [], list):
        raise EntityInvalid(
            "a policy has a rule of a role that it cannot give", remedy=f"name rules {_PREFIX}ROLE; of {', '.join(sorted(roles))}"
        )
    return Role(found[1])


def _included(condition: Any) -> dict[str, tuple[str, ...]]:
    parts: list[Any] = condition if isinstance(condition, list) else [condition]
    found: dict[str, tuple[str, ...]] = {}
    for part in parts:
        name = part.get("attributeName") if isinstance(part, dict) else None
        if name == "derived.purview.role":
            continue
        listed = part.get("attributeValueIncludedIn") if name in (PERSON, GROUP) else None
        if not isinstance(listed, list) or len(listed) > _MOST or not all(isinstance(item, str) and item for item in listed):
            raise EntityInvalid(
                "a policy has a condition that is not known",
                remedy=f"list texts as `attributeValueIncludedIn` of {PERSON} or {GROUP}",
            )
        found[str(name)] = tuple(listed)
    if len(found) > 1:
        raise EntityInvalid("a condition asks for a person and a group at once", remedy="write two conditions")
    return found
