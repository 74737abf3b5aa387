"""Whether values fit the types of their attributes, and what they are then: primitives, lists, maps, enums, structs, references."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from freehold.datamap.shape import Shape
from freehold.datamap.types import Attribute, TypeSystem
from freehold.errors import AttributeInvalid, AttributeMissing, EntityInvalid

_INTEGERS = {"byte": 8, "short": 16, "int": 32, "long": 64, "date": 64}
_SHORT = 100


@dataclass(slots=True)
class Reference:
    """An entity that another one names, by its identifier, by a placeholder (a negative number) or by its unique attribute.

    `holder` is the JSON object that stands for it and is to be completed once the entity is known.
    """

    guid: str | None
    type: str | None
    qualified: str | None
    holder: dict[str, Any]
    relationship: str | None = None
    attributes: dict[str, Any] | None = None


class Values:
    """Checks values against the types of a system; `references` gathers every entity that is named inside of attributes."""

    def __init__(self, types: TypeSystem) -> None:
        """Check against `types`."""
        self._types = types
        self.references: list[Reference] = []

    def fitting(self, attribute: Attribute, value: Any, where: str) -> Any:
        """Return a value as the attribute holds it.

        Raises:
            AttributeInvalid: It does not fit; `where` names the attribute in the error.
        """
        if value is None:
            return None
        if attribute.shape.kind == "string" and isinstance(value, str):  # most of all values
            return value
        return self._fit(attribute.shape, value, where)

    def attributes(self, known: Mapping[str, Attribute], given: Mapping[str, Any], owner: str) -> dict[str, Any]:
        """Return those of the given attributes that a struct, classification or relationship has.

        Raises:
            AttributeInvalid: One does not fit.
            AttributeMissing: A required one has no value.
        """
        made = {name: self.fitting(known[name], value, f"{owner}.{name}") for name, value in given.items() if name in known}
        for item in known.values():
            if made.get(item.name) is None and item.default is not None:
                made[item.name] = item.default
            if item.required and made.get(item.name) is None:
                raise missing(owner, item.name)
        return made

    def _fit(self, shape: Shape, value: Any, where: str) -> Any:
        if shape.kind == "array":
            items: list[Any] = value if isinstance(value, list) else [value]
            return [self._fit(shape.inner[0], item, where) for item in items if item is not None]
        if shape.kind == "map":
            if not isinstance(value, dict):
                raise _unfit(where, shape, value)
            return {str(key): None if item is None else self._fit(shape.inner[1], item, where) for key, item in value.items()}
        if shape.kind == "named":
            return self._named(shape, value, where)
        fit = _PRIMITIVES[shape.kind]
        try:
            return fit(value, shape.kind)
        except (ValueError, TypeError, OverflowError):
            raise _unfit(where, shape, value) from None

    def _named(self, shape: Shape, value: Any, where: str) -> Any:
        item = self._types.find(shape.name)
        if item["category"] == "ENUM":
            if value not in [element["value"] for element in item["elementDefs"]]:
                raise _unfit(where, shape, value)
            return value
        if not isinstance(value, dict):
            raise _unfit(where, shape, value)
        if item["category"] == "ENTITY":
            found = read_reference(value, where)
            self.references.append(found)
            return found.holder
        inner = value.get("attributes", value)
        if not isinstance(inner, dict):
            raise _unfit(where, shape, value)
        return {"typeName": shape.name, "attributes": self.attributes(self._types.attributes(shape.name), inner, where)}


def read_reference(given: Any, where: str) -> Reference:
    """Return the entity that a JSON object names.

    Raises:
        EntityInvalid: It names none.
    """
    if not isinstance(given, dict):
        raise EntityInvalid(
            f"`{where}` does not name an entity", remedy='send {"guid": "…"} or {"typeName": "…", "uniqueAttributes": {…}}'
        )
    guid, unique = given.get("guid"), given.get("uniqueAttributes")
    qualified = unique.get("qualifiedName") if isinstance(unique, dict) else None
    guid = str(guid) if isinstance(guid, str | int) and not isinstance(guid, bool) and guid != "" else None
    kind = given.get("typeName") if isinstance(given.get("typeName"), str) else None
    if guid is None and not (isinstance(qualified, str) and kind):
        raise EntityInvalid(
            f"`{where}` does not name an entity", remedy='send {"guid": "…"} or {"typeName": "…", "uniqueAttributes": {…}}'
        )
    attributes = given.get("relationshipAttributes")
    inner = attributes.get("attributes") if isinstance(attributes, dict) else None
    kept = inner if isinstance(inner, dict) else None
    return Reference(guid, kind, qualified if isinstance(qualified, str) else None, {}, given.get("relationshipType"), kept)


def missing(owner: str, name: str) -> AttributeMissing:
    """Return the error of a required attribute without a value."""
    return AttributeMissing(f"`{owner}` needs a value for `{name}`", remedy="send it", attribute=name)


def _unfit(where: str, shape: Shape, value: Any) -> AttributeInvalid:
    shown = f"`{value[:_SHORT]}`" if isinstance(value, str) else f"a {type(value).__name__}"
    return AttributeInvalid(f"`{where}` is {shown}, which is no {shape.name}", remedy=f"send a {shape.name}", attribute=where)


def _text(value: Any, _: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise TypeError


def _boolean(value: Any, _: str) -> bool:
    if isinstance(value, bool):
        return value
    found = {"true": True, "false": False}.get(str(value).casefold())
    if found is None:
        raise ValueError(value)
    return found


def _integer(value: Any, kind: str) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError(value)
    found = int(value)
    if kind in _INTEGERS and not -(1 << _INTEGERS[kind] - 1) <= found < 1 << (_INTEGERS[kind] - 1):
        raise ValueError(value)
    return found


def _number(value: Any, _: str) -> float:
    if isinstance(value, bool):
        raise TypeError
    return float(value)


def _decimal(value: Any, _: str) -> Any:
    float(value)
    return value


def _date(value: Any, kind: str) -> int | str:
    """Dates are milliseconds since the epoch; text of a date is kept as it is."""
    return value if isinstance(value, str) and value else _integer(value, kind)


def _any(value: Any, _: str) -> Any:
    return value


_PRIMITIVES: dict[str, Callable[[Any, str], Any]] = {
    "string": _text,
    "boolean": _boolean,
    **dict.fromkeys(("byte", "short", "int", "long", "biginteger"), _integer),
    "float": _number,
    "double": _number,
    "bigdecimal": _decimal,
    "date": _date,
    "object": _any,
    "any": _any,
}
