"""Put a mesh in force: what would change, whom it would show what, and then all of it or nothing.

Law 6: a contract whose terms widen has no effect until it is approved again; the plan says so before anybody applies.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from freehold.digest import digest
from freehold.errors import BreakingUnversioned, PlanStale
from freehold.model.contract import Contract
from freehold.model.finding import Finding
from freehold.model.mesh import Applied, Mesh
from freehold.model.product import Product
from freehold.ports.clock import Clock
from freehold.ports.registry import Registry
from freehold.services.approval import terms
from freehold.services.exposure import Count, Difference, differences
from freehold.services.heard import Heard, Unheard, Word
from freehold.services.versions import unannounced
from freehold.services.waiting import Awaited, has_effect, waiting, words_of

_UNSAID = frozenset({"where", "contracts"})


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is new (`+`), different (`~`) or gone (`-`), with what is different about it."""

    sign: str
    kind: str
    name: str
    details: tuple[str, ...] = ()


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What an apply would do to the version `base` (0: nothing is in force); with `findings`, none is done.

    `unknown` are contracts that may await an approval: their home alone knows. `words` are those that were believed of approvals.
    """

    base: int
    mesh: Mesh
    changes: tuple[Change, ...] = ()
    exposure: tuple[Difference, ...] = ()
    awaits: tuple[Awaited, ...] = ()
    unknown: tuple[Unheard, ...] = ()
    words: tuple[Word, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing in the meaning of the manifests differs from what is in force."""
        return not self.changes


def plan(mesh: Mesh, registry: Registry, clock: Clock, count: Count, heard: Heard | None = None) -> Plan:
    """Return what putting `mesh` in force would change; `count` counts the rows that an exposure is about.

    `heard` is what is known of approvals: without it, that the registry has them all.

    Raises:
        StoreFailed: What is in force cannot be read.
    """
    applied = registry.current()
    before = applied.mesh if applied else None
    heard = heard or Heard(registry.approvals())
    held_up = tuple(waiting(before, mesh, heard))
    changes = tuple(_changes(before, mesh))
    today = clock.now().date().isoformat()
    return Plan(
        findings=_breaking(before, mesh, today, heard) if changes else (),
        base=applied.version if applied else 0,
        mesh=mesh,
        changes=changes,
        exposure=differences(before, mesh, today, count) if changes else (),
        awaits=tuple(item for item in held_up if isinstance(item, Awaited)),
        unknown=tuple(item for item in held_up if isinstance(item, Unheard)),
        words=words_of(mesh, heard),
    )


def _breaking(before: Mesh | None, after: Mesh, today: str, heard: Heard) -> tuple[Finding, ...]:
    return tuple(unannounced(before, after, today, lambda key, slug: has_effect(before, key, slug, heard)))


def apply(planned: Plan, registry: Registry, clock: Clock) -> Applied:
    """Put a plan in force, whole or not at all, and return what is in force now.

    Raises:
        BreakingUnversioned: It breaks a consumer, and the product's version does not say so; `facts["findings"]` has all of them.
        PlanStale: Another apply came between the plan and this.
        StoreFull, StoreFailed: It could not be written; what was in force still is.
    """
    if planned.findings:
        raise BreakingUnversioned(
            planned.findings[0].message.rstrip("."),
            remedy=planned.findings[0].mend,
            findings=[msgspec.to_builtins(item) for item in planned.findings],
        )
    current = registry.current()
    if (current.version if current else 0) != planned.base:
        raise PlanStale(
            f"the plan was made for version {planned.base}, and version {current.version if current else 0} is in force",
            remedy="run `freehold plan` again and look at what it says now",
        )
    applied = Applied(
        version=planned.base + 1,
        digest=digest(planned.mesh),
        mesh=planned.mesh,
        applied_at=clock.now().isoformat(),
        contract_versions=contract_versions(current, planned.mesh),
    )
    registry.apply(applied)
    return applied


def meaning(mesh: Mesh) -> dict[str, Any]:
    """Return a mesh as plain values without the places its parts were read from: equal meanings need no apply."""
    return _bare(msgspec.to_builtins(mesh))


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _bare(part) for name, part in value.items() if name != "where"}
    return [_bare(part) for part in value] if isinstance(value, list | tuple) else value


def contract_versions(current: Applied | None, mesh: Mesh) -> dict[str, int]:
    """Return the version of every contract there ever was: one more wherever its terms changed, places apart."""
    versions = dict(current.contract_versions) if current else {}
    for product in mesh.products.values():
        for contract in product.contracts:
            key = f"{product.key}/{contract.slug}"
            held = current.mesh.contract(product.key, contract.slug) if current else None
            same = held is not None and _bare(msgspec.to_builtins(held)) == _bare(msgspec.to_builtins(contract))
            versions[key] = versions.get(key, 1 if same else 0) + (0 if same else 1)
    return versions


def _changes(before: Mesh | None, after: Mesh) -> Iterator[Change]:
    old = before or Mesh(name="", regions={})
    yield from _of_mesh(before, after)
    yield from _of_map("domain", old.domains, after.domains)
    yield from _of_map("governance of domain", old.domain_governance, after.domain_governance)
    for key in dict.fromkeys((*old.products, *after.products)):
        yield from _of_product(old.products.get(key), after.products.get(key))


def _of_mesh(before: Mesh | None, after: Mesh) -> Iterator[Change]:
    if before is None:
        yield Change(sign="+", kind="mesh", name=after.name)
        return
    old, new = meaning(before), meaning(after)
    for part in ("name", "issuers", "transfers"):
        if old[part] != new[part]:
            yield Change(sign="~", kind="mesh", name=after.name, details=tuple(_details(old[part], new[part], part)))
    yield from _of_map("region", before.regions, after.regions)
    yield from _of_map("node", before.nodes, after.nodes)
    details = tuple(_details(old["governance"], new["governance"], ""))
    if details:
        yield Change(sign="~", kind="governance", name="mesh", details=details)


def _of_map(kind: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for key in dict.fromkeys((*old, *new)):
        yield from _of_part(kind, getattr(new.get(key, old.get(key)), "name", key), old.get(key), new.get(key))


def _of_part(kind: str, name: str, old: Any, new: Any) -> Iterator[Change]:
    if old is None or new is None:
        if old is not new:
            yield Change(sign="+" if old is None else "-", kind=kind, name=name)
        return
    details = tuple(_details(_said(old), _said(new), ""))
    if details:
        yield Change(sign="~", kind=kind, name=name, details=details)


def _said(part: Any) -> Any:
    plain = _bare(msgspec.to_builtins(part))
    return {name: value for name, value in plain.items() if name not in _UNSAID}


def _of_product(old: Product | None, new: Product | None) -> Iterator[Change]:
    name = (new or old or Product(name="", domain="")).name
    yield from _of_part("product", name, old, new)
    held = {item.slug: item for item in old.contracts} if old else {}
    given = {item.slug: item for item in new.contracts} if new else {}
    for slug in dict.fromkeys((*held, *given)):
        yield from _of_contract(name, held.get(slug), given.get(slug))


def _of_contract(product: str, old: Contract | None, new: Contract | None) -> Iterator[Change]:
    either = new or old
    if either is None:
        return
    name = f"{product}  contract with {either.consumer} ({either.purpose})"
    if old is None or new is None:
        yield Change(sign="+" if old is None else "-", kind="contract", name=name)
        return
    details = tuple(_details(terms(old), terms(new), ""))
    if old.name != new.name:
        details = (*details, f"name: {_text(old.name)} → {_text(new.name)}")
    if details:
        yield Change(sign="~", kind="contract", name=name, details=details)


def _details(old: Any, new: Any, path: str) -> Iterator[str]:
    """Yield one line for each leaf that differs, by its dotted path; lists say what was added and removed."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys((*old, *new)):
            yield from _details(old.get(name), new.get(name), f"{path}.{name}" if path else str(name))
    elif _is_list(old) and _is_list(new) and old != new:
        yield from _list_details(_named(old), _named(new), path)
    elif old != new:
        yield f"{path}: {_text(old)} → {_text(new)}"


def _list_details(old: dict[str, Any], new: dict[str, Any], path: str) -> Iterator[str]:
    for name in dict.fromkeys((*old, *new)):
        if name not in old:
            yield f"{path}: + {name}"
        elif name not in new:
            yield f"{path}: - {name}"
        elif old[name] != new[name]:
            yield from _details(old[name], new[name], f"{path}.{name}")


def _is_list(value: Any) -> bool:
    return value is None or isinstance(value, list)


def _named(items: Any) -> dict[str, Any]:
    """Return list items by the name a reader knows them by: their own, or where they have none, themselves as text."""
    return {_name_of(item): item for item in items or ()}


def _name_of(item: Any) -> str:
    named = (item.get("name") or item.get("kind")) if isinstance(item, dict) else None
    return str(named) if named else _text(item)


def _text(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()
