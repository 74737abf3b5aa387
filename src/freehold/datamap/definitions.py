"""Type definitions as a request brings them, each sound by itself: names, attributes, elements and ends."""

from __future__ import annotations

import re
from typing import Any

from freehold.datamap.shape import read_shape
from freehold.datamap.types import LISTS, Definition
from freehold.errors import TypeInvalid

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_. -]{0,255}")
_ATTRIBUTE = re.compile(r"[A-Za-z_][A-Za-z0-9_. $:-]{0,255}")
_CARDINALITIES = ("SINGLE", "LIST", "SET")


def read_definitions(given: Any) -> list[Definition]:
    """Return the definitions of a request, each with its category, sound by itself.

    Raises:
        TypeInvalid: One is malformed, or two have one name.
    """
    if not isinstance(given, dict):
        raise TypeInvalid("type definitions come as an object", remedy='send {"entityDefs": […], "classificationDefs": […], …}')
    found: list[Definition] = []
    for category, member in LISTS.items():
        items = given.get(member) or []
        if not isinstance(items, list):
            raise TypeInvalid(f"`{member}` is not a list", remedy="send a list of definitions")
        found += [_read_definition(item, category) for item in items]
    names = [item["name"] for item in found]
    twice = next((name for name in names if names.count(name) > 1), None) if len(names) != len(set(names)) else None
    if twice is not None:
        raise TypeInvalid(f"`{twice}` is defined twice in one request", remedy="send it once")
    return found


def _read_definition(given: Any, category: str) -> Definition:
    if not isinstance(given, dict) or not isinstance(given.get("name"), str):
        raise TypeInvalid("a type definition has no name", remedy="give it a `name`")
    name = given["name"]
    if not _NAME.fullmatch(name):
        raise TypeInvalid(
            f"`{name[:200]}` is no name of a type", remedy="begin with a letter; letters, digits, `_`, `.`, `-` follow"
        )
    supers = given.get("superTypes") or []
    if not _all_text(supers) or not _all_text(given.get("entityTypes") or []):
        raise TypeInvalid(f"`superTypes` and `entityTypes` of `{name}` are lists of names", remedy="send names of types")
    made = {**given, "category": category}
    if category != "ENUM":
        made["attributeDefs"] = [_read_attribute(name, item) for item in _listed(name, given, "attributeDefs")]
    else:
        made["elementDefs"] = [_read_element(name, item) for item in _listed(name, given, "elementDefs")]
    if category == "RELATIONSHIP":
        _check_ends(name, made)
    return made


def _listed(name: str, given: Definition, member: str) -> list[Any]:
    items = given.get(member) or []
    if not isinstance(items, list):
        raise TypeInvalid(f"`{member}` of `{name}` is not a list", remedy="send a list")
    return items


def _read_attribute(owner: str, given: Any) -> Definition:
    name = given.get("name") if isinstance(given, dict) else None
    if not isinstance(name, str) or not _ATTRIBUTE.fullmatch(name):
        raise TypeInvalid(
            f"an attribute of `{owner}` has no usable name", remedy="begin with a letter; letters, digits and `_` follow"
        )
    if not isinstance(given.get("typeName"), str):
        raise TypeInvalid(f"`{owner}.{name}` has no `typeName`", remedy="give one, such as `string` or `array<string>`")
    cardinality = given.get("cardinality") or "SINGLE"
    if cardinality not in _CARDINALITIES:
        raise TypeInvalid(f"the cardinality of `{owner}.{name}` is unknown", remedy=f"use one of {', '.join(_CARDINALITIES)}")
    read_shape(given["typeName"])
    defaults = {"isOptional": True, "isUnique": False, "isIndexable": False, "includeInNotification": False}
    single = {
        "valuesMinCount": 0 if given.get("isOptional", True) else 1,
        "valuesMaxCount": 1 if cardinality == "SINGLE" else 2147483647,
    }
    return {**defaults, **single, **{key: value for key, value in given.items() if value is not None}, "cardinality": cardinality}


def _read_element(owner: str, given: Any) -> Definition:
    if not isinstance(given, dict) or not isinstance(given.get("value"), str):
        raise TypeInvalid(f"an element of `{owner}` has no `value`", remedy='send elements such as {"value": "GOLD", "ordinal": 1}')
    return given


def _check_ends(name: str, item: Definition) -> None:
    for member in ("endDef1", "endDef2"):
        end = item.get(member)
        if not isinstance(end, dict) or not isinstance(end.get("type"), str) or not isinstance(end.get("name"), str):
            raise TypeInvalid(f"`{name}` has no whole `{member}`", remedy="give each end a `type` and a `name`")
        if (end.get("cardinality") or "SINGLE") not in ("SINGLE", "SET"):
            raise TypeInvalid(f"an end of `{name}` is neither SINGLE nor SET", remedy="use one of the two")
        end["cardinality"] = end.get("cardinality") or "SINGLE"
    category = item.get("relationshipCategory")
    containers = sum(bool(item[member].get("isContainer")) for member in ("endDef1", "endDef2"))
    if category not in ("ASSOCIATION", "AGGREGATION", "COMPOSITION"):
        raise TypeInvalid(f"`{name}` is of no known relationshipCategory", remedy="use ASSOCIATION, AGGREGATION or COMPOSITION")
    if (category == "ASSOCIATION") != (containers == 0) or containers > 1:
        raise TypeInvalid(
            f"`{name}` has {containers} containers", remedy="an ASSOCIATION has none, any other relationship type exactly one"
        )


def _all_text(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(item, str) for item in given)
