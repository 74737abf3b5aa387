"""Resources as Azure has them, with ids of their own (`az resource show`, Resource Graph): nothing in them is worked out.

An id says where a resource is and what its parents are called; its `name` is its own alone. Texts in brackets are texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from freehold.azure.documents import lower_keys
from freehold.azure.template.deployment import Circumstances
from freehold.azure.template.naming import full_type, spelt
from freehold.azure.template.opening import Resource

_PLACE = re.compile(r"/subscriptions/([^/]+)(?:/resourceGroups/([^/]+))?", re.IGNORECASE)
_PROVIDERS = re.compile("/providers/", re.IGNORECASE)


def is_deployed(raw: Any) -> bool:
    """Return whether a document is a resource with an id that fits its type."""
    low = lower_keys(raw) if isinstance(raw, dict) else {}
    kind, known = low.get("type"), low.get("id")
    return isinstance(kind, str) and isinstance(known, str) and _parts(known)[0].lower() == full_type(kind).lower()


def as_deployed(raw: dict[str, Any], place: str, circumstances: Circumstances) -> Resource:
    """Return a resource that is there, with its full name and the circumstances of where it is."""
    low = lower_keys(raw)
    known = str(low["id"]).rstrip("/")
    _kind, name, scope = _parts(known)
    body = {spelt(key): value for key, value in raw.items()}
    body.update({"type": full_type(str(low["type"])), "name": name})
    if _PROVIDERS.search(scope):
        body["scope"] = scope
    found = _PLACE.match(known)
    if found:
        there = replace(circumstances, subscription=found[1], resource_group=found[2] or circumstances.resource_group)
        moved = (found[1].lower(), (found[2] or "").lower()) != (
            circumstances.subscription.lower(),
            circumstances.resource_group.lower(),
        )
        circumstances = replace(there, location=None, tags=None) if moved else there
    return Resource(body, place, known, circumstances)


def listed_resources(document: Any) -> list[Any] | None:
    """Return the resources of a document that is one, a list of them, or an answer with such a list; None for a template."""
    if isinstance(document, list):
        return document
    low = lower_keys(document) if isinstance(document, dict) else {}
    if isinstance(low.get("type"), str) and "$schema" not in low:
        return [document]
    inner = next((low[key] for key in ("value", "data") if isinstance(low.get(key), list)), None)
    return inner if inner is not None and "resources" not in low else None


def _parts(known: str) -> tuple[str, str, str]:
    """Return the type and full name of a resource by its id, and the scope that it is in; empty texts for what is no id.

    >>> _parts("/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/a/databases/b")[:2]
    ('Microsoft.Sql/servers/databases', 'a/b')
    """
    ends = list(_PROVIDERS.finditer(known))
    if not known.startswith("/") or not ends:
        return _container(known)
    scope, (namespace, *rest) = known[: ends[-1].start()], known[ends[-1].end() :].rstrip("/").split("/")
    types, names = list(_every_other(rest, 0)), list(_every_other(rest, 1))
    return ("/".join([namespace, *types]), "/".join(names), scope) if types and len(types) == len(names) else ("", "", "")


def _container(known: str) -> tuple[str, str, str]:
    found = _PLACE.fullmatch(known.rstrip("/"))
    if not found:
        return "", "", ""
    if found[2] is None:
        return "Microsoft.Resources/subscriptions", found[1], ""
    return "Microsoft.Resources/subscriptions/resourceGroups", found[2], f"/subscriptions/{found[1]}"


def _every_other(parts: list[str], begin: int) -> Iterator[str]:
    return (part for part in parts[begin::2])
