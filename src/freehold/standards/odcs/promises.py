"""Service levels, least quality, output ports and owners: what a manifest promises, in the sections that ODCS has for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from freehold.standards.odcs.custom import custom, taken
from freehold.standards.odcs.rules import GENERATED

_PROMISE = re.compile(r"\s*(<=|<|≤)?\s*([0-9]{1,9}(?:\.[0-9]{1,6})?)(\s*)([A-Za-z]+)\s*")
_UNITS = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), "ms"),
    **dict.fromkeys(("s", "sec", "second", "seconds"), "s"),
    **dict.fromkeys(("m", "min", "minute", "minutes"), "min"),
    **dict.fromkeys(("h", "hour", "hours"), "h"),
    **dict.fromkeys(("d", "day", "days"), "d"),
    **dict.fromkeys(("w", "week", "weeks"), "w"),
}
_WORDS = {"min": "minute", "h": "hour", "d": "day", "w": "week"}
RESPONSE = "freehold.responseTime"
_LEVELS = {"freshness": "latency", "latency": RESPONSE}
FLOORS = ("completeness", "accuracy", "timeliness")


def to_levels(sla: dict[str, Any], version: str) -> list[dict[str, Any]]:
    """Return a product's service levels. ODCS calls the age of data latency; the time of an answer has no word there."""
    found: list[dict[str, Any]] = []
    if "availability" in sla:
        found.append({"property": "availability", "value": sla["availability"], "unit": "percent"})
    for key, name in _LEVELS.items():
        read = _PROMISE.fullmatch(str(sla.get(key, "")))
        unit = _UNITS.get(read.group(4).lower()) if read else None
        if read is not None and unit is not None:
            text = {"description": sla[key]} if version >= "3.1" else {}
            found.append({"property": name, "value": _number(read.group(2)), "unit": unit, **text})
    return found


def of_levels(items: Any) -> dict[str, Any]:
    """Return the service levels that a product can promise: availability, and bounds of age and of answers' time."""
    found: dict[str, Any] = {}
    for item in items if isinstance(items, list) else ():
        name = str(item.get("property")).casefold() if isinstance(item, dict) else ""
        value = item.get("value") if name else None
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", value):
            value = _number(value)
        if not isinstance(value, int | float) or isinstance(value, bool) or value < 0 or item.get("element"):
            continue
        if name == "availability" and value <= 100:
            found.setdefault("availability", value)
        for key, known in (*_LEVELS.items(), ("freshness", "freshness")):
            if name == known.casefold() and (text := _promise(value, item)) is not None:
                found.setdefault(key, text)
    return found


def _promise(value: float, item: dict[str, Any]) -> str | None:
    unit = _UNITS.get(str(item.get("unit", "")).casefold())
    said = _PROMISE.fullmatch(str(item.get("description", "")))
    if said is not None and _number(said.group(2)) == value and _UNITS.get(said.group(4).lower()) == unit:
        return str(item["description"])
    if unit is None or value == 0:
        return None
    number = f"{value:g}" if value < 1e6 else str(value)
    if unit not in _WORDS:
        return f"< {number}{unit}"
    return f"< {number} {_WORDS[unit]}{'' if value == 1 else 's'}"


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)


def to_servers(product: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a product's output ports as servers: the API where it is, SQL as a custom one."""
    found: list[dict[str, Any]] = []
    places = product.get("dataResidency", {}).get("storageLocations") or []
    for at, port in enumerate(product.get("interfaces", [])):
        kind = str(port.get("type", "")).casefold()
        name = kind if not any(item["server"] == kind for item in found) else f"{kind}-{at + 1}"
        place = {"region": places[0]} if places else {}
        where = (
            {"type": "api", "location": port["endpoint"]} if kind == "api" and port.get("endpoint") else {"type": "custom", **place}
        )
        found.append({"server": name, **where, **custom({"interface": port})})
    return found


def of_servers(items: Any) -> list[Any]:
    """Return the output ports that were written as servers; servers of others are no ports of ours."""
    held = (taken(item, ("interface",)) for item in (items if isinstance(items, list) else ()) if isinstance(item, dict))
    return [item["interface"] for item in held if isinstance(item.get("interface"), dict)]


def to_roles(product: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the scopes of a product's output ports as roles."""
    scopes = dict.fromkeys(str(scope) for port in product.get("interfaces", []) for scope in port.get("scopes", []))
    return [{"role": scope, "access": "aggregate" if scope.endswith(".aggregate") else "read"} for scope in scopes]


def to_team(owner: str | None, version: str) -> Any:
    """Return an owner as a team, or None: before 3.1 a team was a list."""
    if owner is None:
        return None
    members = [{"username": owner, "role": "owner"}]
    return {"members": members} if version >= "3.1" else members


def of_team(team: Any) -> str | None:
    """Return the owner that a team names, or None."""
    members = team.get("members") if isinstance(team, dict) else team
    for item in members if isinstance(members, list) else ():
        name = item.get("username") if isinstance(item, dict) else None
        if isinstance(name, str) and name.strip() and str(item.get("role", "")).casefold() == "owner" and not item.get("dateOut"):
            return name
    return None


def completeness(column: dict[str, Any], floor: float | None, version: str) -> list[dict[str, Any]]:
    """Return the least completeness of a product as the check of a column that must have values."""
    if floor is None or column.get("required") is not True:
        return []
    named: dict[str, Any] = {"metric": "nullValues"} if version >= "3.1" else {"type": "library", "rule": "nullValues"}
    bound = {"unit": "percent", "dimension": "completeness", "mustBeLessOrEqualTo": round(100 - floor, 6)}
    return [{"name": GENERATED, **named, **bound}]


def floors(metrics: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the promises of accuracy and timeliness as text: a bare number is not a check that another tool could run."""
    for key in FLOORS[1:]:
        if key in metrics:
            text = f"{key.capitalize()} of at least {metrics[key]:g} percent, as Freehold measures it"
            yield {"name": GENERATED, "type": "text", "dimension": key, "description": text}
