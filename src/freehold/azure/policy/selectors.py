"""Selectors of assignments and exemptions: which of the resources in a scope they are about. How such documents are read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from freehold.azure.documents import lower_keys
from freehold.azure.expression.values import Unknown, Unresolved
from freehold.errors import AzurePolicyInvalid

_SELECTED = frozenset(
    {"resourcelocation", "resourcetype", "resourcewithoutlocation", "policydefinitionreferenceid"}
    | {"userprincipalid", "groupprincipalid", "resourcerolloutpercentage"}
)
_EITHER = {"resourcelocation", "resourcewithoutlocation"}

_SCOPE = re.compile(r"/(?:subscriptions|providers/microsoft\.management/managementgroups)/[^/\s]+", re.IGNORECASE)

Facts = Mapping[str, str | Unknown]
"""What selectors ask of a resource, by the kind of selector in lower case."""


@dataclass(frozen=True, slots=True)
class Selector:
    """A test of what is judged: that something of it is, or is not, in a list; names in lower case."""

    kind: str
    values: frozenset[str]
    inside: bool

    def selects(self, facts: Facts) -> bool | Unknown:
        """Return whether it holds of facts, or what would have to be known; one that is missing counts as empty text."""
        alone = self.kind == "resourcewithoutlocation"
        found = facts.get("resourcelocation" if alone else self.kind, "")
        if isinstance(found, Unknown):
            return found
        return (found in ({"", "global"} if alone else self.values)) is self.inside


def any_group_selects(groups: Sequence[tuple[Selector, ...]], facts: Facts) -> bool:
    """Return whether a resource is selected: by all selectors of any one group, or because there are none.

    Raises:
        Unresolved: What cannot be known would decide.
    """
    said = [[selector.selects(facts) for selector in group] for group in groups]
    if not said or any(all(item is True for item in group) for group in said):
        return True
    for group in said:
        unknown = next((item for item in group if isinstance(item, Unknown)), None)
        if unknown is not None and False not in group:
            raise Unresolved(unknown)
    return False


def read_groups(low: Mapping[str, Any], place: str) -> tuple[tuple[Selector, ...], ...]:
    """Return the `resourceSelectors` of an assignment or exemption (keys in lower case).

    Raises:
        AzurePolicyInvalid: They are not of the documented shape, or select by what is not known here.
    """
    return tuple(read_selectors(item, place) for item in objects(low, "selectors", "resourceselectors", place))


def read_selectors(low: Mapping[str, Any], place: str) -> tuple[Selector, ...]:
    """Return the `selectors` of one group.

    Raises:
        AzurePolicyInvalid: They are not of the documented shape, or select by what is not known here.
    """
    found = tuple(_selector(item, place) for item in objects(low, "selectors", "selectors", place))
    kinds = [selector.kind for selector in found]
    if len(kinds) > len(set(kinds)) or set(kinds) >= _EITHER:
        raise AzurePolicyInvalid(f"{place}: a group of selectors has one of each kind, and a location or none, not both")
    return found


def _selector(low: Mapping[str, Any], place: str) -> Selector:
    kind, sides = str(low.get("kind")).lower(), [key for key in ("in", "notin") if key in low]
    values = low.get(sides[0]) if len(sides) == 1 else None
    if kind not in _SELECTED or not isinstance(values, list):
        raise AzurePolicyInvalid(
            f"{place}: a selector of kind `{low.get('kind')}` is not known, or has no list", remedy="give it either in or notIn"
        )
    return Selector(kind, frozenset("".join(str(value).split()).lower() for value in values), sides == ["in"])


def is_scope(text: str) -> bool:
    """Return whether a text is the id of a scope below the whole tenant.

    >>> is_scope("/subscriptions/S"), is_scope("/"), is_scope("S"), is_scope("/subscriptions/")
    (True, False, False, False)
    """
    return _SCOPE.match(text) is not None


def lies_in(resource_id: str, scope: str) -> bool:
    """Return whether an id is that of a scope or of something below it."""
    low, around = resource_id.lower(), scope.lower().rstrip("/")
    return low == around or low.startswith(f"{around}/")


def check_decided(resource_id: str, scope: str) -> None:
    """Check that an id does not lie in a scope whatever stands for the expressions in it.

    Raises:
        Unresolved: It might.
    """
    before, mark, after = resource_id.lower().partition("/[")
    if mark and scope.lower().startswith(f"{before}/"):
        raise Unresolved(Unknown(resource_id[len(before) + 2 : len(before) + 2 + len(after.partition("]")[0])]))


def as_object(raw: Any, place: str) -> dict[str, Any]:
    """Return an object with its own keys in lower case.

    Raises:
        AzurePolicyInvalid: It is none.
    """
    if not isinstance(raw, dict):
        raise AzurePolicyInvalid(f"{place}: an object is expected")
    return lower_keys(raw)


def objects(holder: Mapping[str, Any], what: str, key: str, place: str) -> Sequence[dict[str, Any]]:
    """Return a list of objects, their own keys in lower case; nothing is an empty list.

    Raises:
        AzurePolicyInvalid: It is no list of objects.
    """
    found = holder.get(key)
    if found is None:
        return ()
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise AzurePolicyInvalid(f"{place}: {what} are a list of objects")
    return [lower_keys(item) for item in found]
