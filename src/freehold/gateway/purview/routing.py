"""One table of routes: a method, a path with `{names}`, what answers, and the status of success.

Paths are compared as clients write them: case, a trailing slash and doubled slashes do not matter.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import msgspec

from freehold.datamap.access import Someone
from freehold.errors import AddressUnknown, BodyUnreadable, MethodUnsupported, ParameterInvalid
from freehold.gateway.purview.bodies import check_values


class Plane(enum.Enum):
    """Whose words an answer is in: Atlas's, or Azure's."""

    ATLAS = "atlas"
    AZURE = "azure"
    MANAGEMENT = "management"
    """Azure Resource Manager: as Azure's, under a token of its own audience."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request as a handler sees it: who asks, the names in the path, the fields of the query, and the body."""

    someone: Someone
    names: dict[str, str]
    fields: list[tuple[str, str]]
    content: bytes
    content_type: str
    url: str
    """Where the catalogue is reached, without a slash at the end."""

    @property
    def body(self) -> Any:
        """The body as JSON, None where there is none.

        Raises:
            BodyUnreadable: It is not JSON, or nested too deeply.
            BodyTooLarge: It would become too many objects.
        """
        if not self.content:
            return None
        check_values(self.content)
        try:
            return msgspec.json.decode(self.content)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
            raise BodyUnreadable("the body is not JSON that can be read", remedy="send UTF-8 JSON, not nested too deeply") from None

    @property
    def object(self) -> dict[str, Any]:
        """The body as a JSON object.

        Raises:
            BodyUnreadable: It is none.
        """
        found = self.body
        if not isinstance(found, dict):
            raise BodyUnreadable("the body is no JSON object", remedy="send an object")
        return found

    def field(self, name: str) -> str | None:
        """Return the first field of that name, or None."""
        return next((value for key, value in self.fields if key == name), None)

    def every(self, name: str) -> list[str]:
        """Return all fields of that name."""
        return [value for key, value in self.fields if key == name]

    def number(self, name: str, default: int) -> int:
        """Return a field as a number.

        Raises:
            ParameterInvalid: It is none.
        """
        text = self.field(name)
        if text is None or text == "":
            return default
        if not re.fullmatch(r"-?[0-9]{1,9}", text):
            raise ParameterInvalid(f"`{name}` is no number", remedy="correct it, or leave it out", parameter=name)
        return int(text)

    @property
    def page(self) -> tuple[int, int]:
        """Limit (-1: all) and offset of a list."""
        return self.number("limit", -1), max(0, self.number("offset", 0))

    @property
    def qualified(self) -> str | None:
        """The unique attribute that the query names."""
        return self.field("attr:qualifiedName") or self.field("attr:qualifiedname")


@dataclass(frozen=True, slots=True)
class Text:
    """An answer that is not JSON."""

    content: bytes
    media_type: str


Handler = Callable[[Call], Any]


@dataclass(frozen=True, slots=True)
class Route:
    """What answers a method at a path, and the status of success."""

    method: str
    path: str
    handler: Handler
    status: int = 200


@dataclass(slots=True)
class _Node:
    literal: dict[str, _Node] = field(default_factory=dict[str, "_Node"])
    named: _Node | None = None
    name: str = ""
    routes: dict[str, tuple[Route, Plane, dict[str, str]]] = field(default_factory=dict[str, tuple[Route, Plane, dict[str, str]]])


@dataclass(frozen=True, slots=True)
class Matched:
    """The route of a request, and the names in its path."""

    route: Route
    plane: Plane
    names: dict[str, str]


class Router:
    """Finds the route of a request."""

    def __init__(self) -> None:
        """Know no route yet."""
        self._root = _Node()

    def mount(self, prefix: str, plane: Plane, routes: Iterable[Route]) -> None:
        """Add routes below a prefix."""
        for route in routes:
            node, names = self._root, dict[str, str]()
            for place, part in enumerate(_parts(prefix + route.path)):
                if part.startswith("{"):
                    node.named = node.named or _Node()
                    node, names[str(place)] = node.named, part[1:-1]
                else:
                    node = node.literal.setdefault(part.lower(), _Node())
            node.routes[route.method] = (route, plane, names)

    def routes(self) -> Iterator[Route]:
        """Yield every route."""
        left = [self._root]
        while left:
            node = left.pop()
            yield from (route for route, _, _ in node.routes.values())
            left += [*node.literal.values(), *((node.named,) if node.named else ())]

    def find(self, method: str, raw_path: str) -> Matched:
        """Return the route of a method at a path, as it was sent.

        Raises:
            AddressUnknown: Nothing is served there.
            MethodUnsupported: Something is, under another method.
        """
        parts = [unquote(part) for part in _parts(raw_path)]
        node = _walk(self._root, parts, 0)
        if node is None:
            raise AddressUnknown("nothing is served at this address", remedy="see the table of operations in docs/purview.md")
        found = node.routes.get(method)
        if found is None:
            allow = ", ".join(sorted(node.routes))
            raise MethodUnsupported(f"`{method[:20]}` is not served here", remedy=f"use {allow}", allow=allow)
        route, plane, names = found
        return Matched(route, plane, {name: parts[int(place)] for place, name in names.items()})


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def _walk(node: _Node, parts: list[str], at: int) -> _Node | None:
    """Return the node of a path: of two that fit, the one with the earlier literal part."""
    if at == len(parts):
        return node if node.routes else None
    inner = node.literal.get(parts[at].lower())
    found = _walk(inner, parts, at + 1) if inner is not None else None
    if found is None and node.named is not None:
        found = _walk(node.named, parts, at + 1)
    return found
