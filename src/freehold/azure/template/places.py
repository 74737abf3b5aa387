"""Where a template deploys to: by its schema, and for a nested one by what its deployment says; whose expressions it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from freehold.azure.documents import lower_keys
from freehold.azure.expression.values import Unknown
from freehold.azure.template.deployment import Circumstances
from freehold.errors import ArmTemplateInvalid

_GROUPS = "/resourcegroups/"
_MANAGEMENT = "microsoft.management/managementgroups/"
_SCOPES = {"inner": "inner", "outer": "outer", "notspecified": ""}


def scope_of(schema: str, circumstances: Circumstances) -> str:
    """Return the scope that a template of a schema deploys to; the empty scope is the tenant."""
    low = schema.lower()
    if "subscriptiondeploymenttemplate" in low:
        return f"/subscriptions/{circumstances.subscription}"
    if "managementgroupdeploymenttemplate" in low:
        return f"/providers/Microsoft.Management/managementGroups/{circumstances.management_group}"
    if "tenantdeploymenttemplate" in low:
        return ""
    return f"/subscriptions/{circumstances.subscription}/resourceGroups/{circumstances.resource_group}"


def elsewhere(deployment: Mapping[str, Any], around: Circumstances, groups: Mapping[str, Any]) -> Circumstances:
    """Return the circumstances of a nested deployment, whose keys are in lower case.

    A resource group other than the one around is where `groups` (those of the template by lower-case name) says, with the tags
    that it has there; else nobody knows either.
    """
    scope = deployment.get("scope")
    group, subscription = _named(deployment.get("resourcegroup")), _named(deployment.get("subscriptionid"))
    if isinstance(scope, Unknown):
        return replace(around, subscription=_named(scope), resource_group=_named(scope), location=None, tags=None)
    found = _in_scope(scope, around) if isinstance(scope, str) else around
    if "location" in deployment:
        location = deployment["location"]
        found = replace(found, location=location if isinstance(location, str) else None)
    found = replace(found, subscription=subscription) if isinstance(subscription, str) else found
    found = replace(found, resource_group=group) if isinstance(group, str) else found
    if _is_same(found, around) and group is None:
        return found
    if _is_same(found, around) and isinstance(group, str):
        return replace(found, location=around.location)
    known = groups.get(found.resource_group.lower()) if isinstance(group, str) or _GROUPS in str(scope).lower() else None
    if known is None and "location" in deployment and group is None:
        return found
    location, tags = (known.get("location"), known.get("tags", {})) if isinstance(known, dict) else (None, None)
    return replace(found, location=location if isinstance(location, str) else None, tags=tags if isinstance(tags, dict) else None)


def _named(value: Any) -> Any:
    """Return a name, one that cannot be known as its expression in brackets (which must not look like more of an id)."""
    return f"[{value.text.replace('/', '|')}]" if isinstance(value, Unknown) else value


def home_of(deployment: Mapping[str, Any], there: Circumstances, scope: str) -> str:
    """Return the scope that a nested deployment (keys in lower case) of a template at `scope` lies in; `there` is where it goes."""
    written = deployment.get("scope")
    if isinstance(deployment.get("resourcegroup"), str | Unknown) or (isinstance(written, str) and _GROUPS in written.lower()):
        return f"/subscriptions/{there.subscription}/resourceGroups/{there.resource_group}"
    if "subscriptionid" in deployment or isinstance(written, str):
        return f"/{str(written).strip('/')}" if isinstance(written, str) else f"/subscriptions/{there.subscription}"
    return scope


def evaluated_in(options: Any, default: str, place: str) -> str:
    """Return whether expressions of a nested template are its own (`inner`) or those of the one around it (`outer`).

    Raises:
        ArmTemplateInvalid: It says what is no scope, or `outer` where the default is `inner`: Azure takes it there no more.
    """
    written = str(lower_keys(options).get("scope", "") if isinstance(options, dict) else "").lower()
    scope = _SCOPES.get(written or "notspecified")
    if scope is None or (scope == "outer" and default == "inner"):
        raise ArmTemplateInvalid(
            f"{place}.properties.expressionEvaluationOptions: `{written[:40]}` is no scope here",
            remedy="write inner; outer may stand only where `languageVersion` is not 2.0",
        )
    return scope or default


def _is_same(one: Circumstances, other: Circumstances) -> bool:
    ours, theirs = (one.subscription, one.resource_group), (other.subscription, other.resource_group)
    return [part.lower() for part in ours] == [part.lower() for part in theirs]


def _in_scope(scope: str, around: Circumstances) -> Circumstances:
    low = scope.lower().strip("/").removeprefix("providers/")
    if low.startswith(_MANAGEMENT):
        return replace(around, management_group=scope.rstrip("/").rpartition("/")[2])
    parts = scope.strip("/").split("/")
    if len(parts) >= 2 and parts[0].lower() == "subscriptions":
        found = replace(around, subscription=parts[1])
        return replace(found, resource_group=parts[3]) if len(parts) >= 4 and parts[2].lower() == "resourcegroups" else found
    return around
