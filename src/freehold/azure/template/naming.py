"""Names of resources in full: a child has its parents' types and names before its own, an extension a scope."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from freehold.azure.documents import lowered_name
from freehold.azure.expression.values import Unfit, Unknown, as_text
from freehold.azure.policy.aliases import ROOT_FIELDS
from freehold.azure.template.identifiers import id_in, resource_path
from freehold.errors import ArmTemplateInvalid

_SPELT = {name.lower(): name for name in (*ROOT_FIELDS, "scope", "dependsOn", "properties")}
_TYPE = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?", re.ASCII)
_GROUPS = {"microsoft.resources/resourcegroups": "Microsoft.Resources/subscriptions/resourceGroups"}


def spelt(key: str) -> str:
    """Return a key of a resource as Azure spells it: in templates, case does not count.

    >>> spelt("Location"), spelt("DEPENDSON"), spelt("own")
    ('location', 'dependsOn', 'own')
    """
    return _SPELT.get(lowered_name(key), key)


def full_type(kind: str) -> str:
    """Return a resource type as policies call it: that of resource groups has a short name too."""
    return _GROUPS.get(kind.lower(), kind)


def check_type(kind: str, place: str) -> None:
    """Check that the type of a resource is written out: Azure works out no expression there, so that nothing hides behind one.

    Raises:
        ArmTemplateInvalid: It is not.
    """
    if not _TYPE.fullmatch(kind):
        raise ArmTemplateInvalid(f"{place}.type: `{kind[:80]}` is no type", remedy="write it out, `Namespace/type`")


def check_keys(raw: Mapping[str, Any], place: str) -> None:
    """Check that a resource's own keys are written out; those of objects in it may be expressions.

    Raises:
        ArmTemplateInvalid: One is not.
    """
    for key in raw:
        if key.startswith("["):
            raise ArmTemplateInvalid(f"{place}: `{key[:80]}` is no key of a resource", remedy="write it out")


def name_in_full(body: dict[str, Any], parent: dict[str, Any] | None, place: str) -> None:
    """Give a resource its full type and name, and a scope where it is an extension below `/providers/`.

    Raises:
        ArmTemplateInvalid: It has no name, or names no resource before its extension.
    """
    kind, name = str(body["type"]).rstrip("/"), body.get("name")
    if parent is not None and "." not in kind.partition("/")[0]:
        kind = f"{parent['type']}/{kind}"
        name = name if isinstance(name, Unknown) else f"{as_text(parent.get('name')) or parent['name'].text}/{name}"
    if not isinstance(name, str | Unknown):
        raise ArmTemplateInvalid(f"{place}: a resource has a `name`")
    around, mark, extension = kind.partition("/providers/")
    if mark and isinstance(name, str):
        kind, name = _extension(body, around, extension, name, place)
    body["type"], body["name"] = full_type(kind), name


def _extension(body: dict[str, Any], around: str, extension: str, name: str, place: str) -> tuple[str, str]:
    names, levels = name.split("/"), around.count("/")
    namespace, rest = (names[levels : levels + 1] or [""])[0], names[levels + 1 :]
    if not rest or not levels:
        raise ArmTemplateInvalid(f"{place}: `{name[:80]}` names no resource and extension")
    body["scope"] = resource_path(around, names[:levels])
    return f"{namespace}/{extension}", "/".join(rest)


def id_of(body: dict[str, Any], scope: str, place: str) -> str:
    """Return the id of a resource that has its full type and name; what cannot be known of it stands in brackets.

    Raises:
        ArmTemplateInvalid: It has not as many names as its type has levels.
    """
    on = body.get("scope")
    if isinstance(on, Unknown):
        return f"{scope}/providers/[{on.text}]/providers/{body['type']}"
    if isinstance(on, str):
        scope = on.rstrip("/") if on.startswith("/") else f"{scope}/providers/{on.strip('/')}"
    if isinstance(body["name"], Unknown):
        return f"{scope}/providers/{body['type']}/[{body['name'].text}]"
    try:
        return id_in(scope, str(body["type"]), body["name"].split("/"))
    except Unfit as unfit:
        raise ArmTemplateInvalid(f"{place}: {unfit}", remedy="a child has the names of its parents before its own") from None
