"""What a change does to everybody who uses a product: the ways in, and what is promised of its service and its data."""

from __future__ import annotations

from collections.abc import Iterator

from freehold.model.product import DeclaredQuery, Interface, Parameter, Product
from freehold.policy.compatibility.difference import Change, change
from freehold.policy.compatibility.terms import compared

_FLOORS = ("completeness", "accuracy", "timeliness")


def service_changes(old: Product, new: Product) -> Iterator[Change]:
    """Yield how the ways in and the promises differ."""
    yield from _ports(old, new)
    yield from _queries(old, new)
    yield from compared("level", "availability", old.sla.availability, new.sla.availability)
    for name in ("latency", "freshness"):
        before, after = getattr(old.sla, name), getattr(new.sla, name)
        if before != after:
            lowered = after is None or (before is not None and after > before)
            said = (getattr(old.sla, f"{name}_text"), getattr(new.sla, f"{name}_text"))
            yield change("level-lowered" if lowered else "level-raised", name, *said)
    for name in _FLOORS:
        yield from compared("floor", name, getattr(old.quality, name), getattr(new.quality, name))
    if old.jurisdiction is not None and old.jurisdiction != new.jurisdiction:
        yield change("jurisdiction-moved", "jurisdiction", old.jurisdiction, new.jurisdiction)
    elif set(old.residency.storage_locations) != set(new.residency.storage_locations):
        places = (", ".join(product.residency.storage_locations) for product in (old, new))
        yield change("storage-moved", "storage", *places)


def _ports(old: Product, new: Product) -> Iterator[Change]:
    before, after = _named(old.interfaces), _named(new.interfaces)
    for name, port in before.items():
        if name not in after:
            yield change("port-removed", name)
        else:
            yield from _port(name, port, after[name])
    for name in after:
        if name not in before:
            yield change("port-added", name)
    had, has = set(old.scopes), set(new.scopes)
    for scope in sorted(has - had):
        yield change("scope-added", f"scope `{scope}`")
    for scope in sorted(had - has):
        yield change("scope-removed", f"scope `{scope}`")


def _named(ports: tuple[Interface, ...]) -> dict[str, Interface]:
    found: dict[str, Interface] = {}
    for port in ports:
        number = sum(name.partition(" (")[0] == f"{port.kind.value} port" for name in found)
        found[f"{port.kind.value} port" + (f" ({number + 1})" if number else "")] = port
    return found


def _port(name: str, old: Interface, new: Interface) -> Iterator[Change]:
    if old.endpoint is not None and old.endpoint != new.endpoint:
        yield change("port-moved", name, old.endpoint, new.endpoint)
    if old.authentication != new.authentication and new.authentication is not None:
        yield change("sign-in-changed", name, old.authentication, new.authentication)
    rates = [port.rate_limit.requests / port.rate_limit.seconds if port.rate_limit else None for port in (old, new)]
    if rates[0] != rates[1]:
        lowered = rates[1] is not None and (rates[0] is None or rates[1] < rates[0])
        said = [f"{port.rate_limit.requests} in {port.rate_limit.seconds} s" if port.rate_limit else None for port in (old, new)]
        yield change("rate-lowered" if lowered else "rate-raised", f"rate limit of the {name}", *said)


def _queries(old: Product, new: Product) -> Iterator[Change]:
    before = {query.name: query for query in old.queries}
    after = {query.name: query for query in new.queries}
    for name, query in before.items():
        if name not in after:
            yield change("query-removed", f"query `{name}`")
        else:
            yield from _query(query, after[name])
    for name in after:
        if name not in before:
            yield change("query-added", f"query `{name}`")


def _query(old: DeclaredQuery, new: DeclaredQuery) -> Iterator[Change]:
    if old.sql != new.sql:
        yield change("query-changed", f"query `{old.name}`")
    before = {item.name: item for item in old.parameters}
    after = {item.name: item for item in new.parameters}
    for name, item in before.items():
        what = f"parameter `{name}` of `{old.name}`"
        if name not in after:
            yield change("parameter-removed", what)
        else:
            yield from _parameter(what, item, after[name])
    for name, item in after.items():
        if name not in before:
            yield change("parameter-required" if item.required else "parameter-added", f"parameter `{name}` of `{old.name}`")


def _parameter(what: str, old: Parameter, new: Parameter) -> Iterator[Change]:
    if new.required and not old.required:
        yield change("parameter-required", what)
    if old.type != new.type:
        yield change("parameter-narrowed", what, old.type, new.type)
    elif new.values and (not old.values or not set(old.values) <= set(new.values)):
        yield change("parameter-narrowed", what, ", ".join(old.values), ", ".join(new.values))
