"""Where `auditIfNotExists` and `deployIfNotExists` look: below the resource, on it, or beside it in its group or subscription.

They look among all that a template would deploy. What may be the one that is looked for, for all that is known, is said to be so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from freehold.azure.expression.values import Unknown
from freehold.azure.policy.sought import Lookup, Perhaps

_PLACE = re.compile(r"/subscriptions/([^/]+)(?:/resourcegroups/([^/]+))?", re.IGNORECASE)
_ANY_CHILD = "/?"


@dataclass(frozen=True, slots=True)
class Standing:
    """A resource among others: its type, full name and kind in lower case, its id, its normal form, and a scope that it names.

    `only_if` is what would have to be known for it to be deployed at all.
    """

    type: str
    name: str | Unknown
    kind: str | Unknown
    id: str
    view: dict[str, Any]
    scope: Any = None
    only_if: Unknown | None = None

    @property
    def place(self) -> tuple[str, str]:
        """The subscription and the resource group that it is in, in lower case; empty where it is in none."""
        found = _PLACE.match(self.id)
        return (found[1].lower(), (found[2] or "").lower()) if found else ("", "")

    @property
    def address(self) -> str:
        """The end of its id, in lower case."""
        namespace, *types = self.type.split("/")
        names = str(getattr(self.name, "text", self.name)).lower().split("/")
        return "/".join([namespace, *(part for pair in zip(types, names, strict=False) for part in pair)])


class Neighbours:
    """The related resources of one, among all that a template would deploy."""

    def __init__(self, item: Standing, of_type: Mapping[str, Sequence[Standing]]) -> None:
        """Look from a resource at others by their types."""
        self.item = item
        self.of_type = of_type

    def related(self, lookup: Lookup) -> Iterator[dict[str, Any] | Perhaps]:
        """Yield what a policy looks for, and what it may be looking for, in their normal form."""
        said = [(other, self._is_sought(other, lookup)) for other in self.of_type.get(lookup.type.lower(), ())]
        # Two of one type and name stand at two places: where the one that is named is found, another is not it.
        is_found = lookup.name is not None and not lookup.is_of_subscription and any(sure is True for _, sure in said)
        for other, sure in said:
            if sure is True:
                yield other.view if other.only_if is None else Perhaps(other.view, other.only_if)
            elif isinstance(sure, Unknown) and not (is_found and isinstance(other.name, Unknown)):
                yield Perhaps(other.view, sure)

    def _is_sought(self, other: Standing, lookup: Lookup) -> bool | Unknown:
        kind = True if lookup.kind is None else _same(other.kind, lookup.kind)
        return _all((self._is_near(other, lookup), _is_named(other.name, lookup.name), kind))

    def _is_near(self, other: Standing, lookup: Lookup) -> bool | Unknown:
        if other.type.startswith(f"{self.item.type}/"):
            return _all((other.place == self.item.place, self._is_below(other.name)))
        if isinstance(other.scope, Unknown):
            return other.scope
        if isinstance(other.scope, str):
            scope = other.scope.lower().rstrip("/")
            return scope == self.item.id.lower() or f"/{scope}".endswith(f"/{self.item.address}")
        (subscription, group), (theirs, their_group) = self.item.place, other.place
        if lookup.is_of_subscription:
            return _same_place(subscription, theirs)
        wanted = lookup.resource_group.lower() if lookup.resource_group else group
        return _all((_same_place(subscription, theirs), _same_place(wanted, their_group) if wanted else True))

    def _is_below(self, name: str | Unknown) -> bool | Unknown:
        if isinstance(name, Unknown):
            return name
        return name.startswith(f"{getattr(self.item.name, 'text', self.item.name)}/".lower())


def _is_named(name: str | Unknown, wanted: str | None) -> bool | Unknown:
    """Return whether a full name is the one that is wanted, or its end; `parent/?` is any child."""
    if wanted is None:
        return True
    if isinstance(name, Unknown):
        return name
    low = wanted.lower()
    if low.endswith(_ANY_CHILD):
        return name.rpartition("/")[0] == low.removesuffix(_ANY_CHILD)
    return low in {name, name.rpartition("/")[2]}


def _same(value: str | Unknown, wanted: str) -> bool | Unknown:
    return value if isinstance(value, Unknown) else value == wanted.lower()


def _same_place(one: str, other: str) -> bool | Unknown:
    """Return whether two names of groups or subscriptions are the same; one in brackets is an expression."""
    unknown = next((name for name in (one, other) if name.startswith("[")), None)
    return one == other if unknown is None or one == other else Unknown(unknown[1:-1])


def _all(said: Iterable[bool | Unknown]) -> bool | Unknown:
    held = list(said)
    return False not in held and next((item for item in held if isinstance(item, Unknown)), True)
