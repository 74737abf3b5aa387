"""Who would see more, and who less: the same decision asked of two meshes, for everybody whom a contract or a role serves.

Law 9: a steward reads before an apply what it would show, in columns and forms, and across which border.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator

import msgspec

from freehold.model.label import NONE, Disclosure, RightKind
from freehold.model.mesh import Mesh
from freehold.model.party import Principal
from freehold.model.policy import Decision, Effect, Form
from freehold.model.product import Product
from freehold.policy import Situation, decide

_WIDTH = {kind.value: width for width, kind in enumerate(reversed(RightKind))}


class Direction(enum.StrEnum):
    """Whether somebody sees more than before, less, or something else."""

    MORE = "more"
    LESS = "less"
    OTHERWISE = "otherwise"


class Audience(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Whom a decision is for: a domain under a contract's purpose, or a role of the owning domain, asking from a region.

    `destination` is the jurisdiction asked from; `crosses` whether that is another one than the product's home.
    """

    product: str
    domain: str
    purpose: str = ""
    contract: str = ""
    role: str = ""
    region: str = ""
    destination: str = ""
    crosses: bool = False


class ColumnDifference(msgspec.Struct, frozen=True, kw_only=True):
    """A column whose form changes; `before` and `after` are a right as text, `none` where it is not shown."""

    name: str
    before: str
    after: str


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What one audience would see differently; `rows` is how many rows the product has now, where that is known."""

    audience: Audience
    direction: Direction
    columns: tuple[ColumnDifference, ...] = ()
    notes: tuple[str, ...] = ()
    rows: int | None = None


def differences(before: Mesh | None, after: Mesh, today: str, rows: Callable[[Product], int | None]) -> tuple[Difference, ...]:
    """Return what every audience of either mesh would see differently in `after`, as if all contracts were approved.

    `today` is an ISO date in UTC; `rows` counts a product's rows, or says None.
    """
    meshes = [mesh for mesh in (before, after) if mesh is not None]
    audiences = {item for mesh in meshes for item in _audiences(mesh, _jurisdictions(meshes))}
    found: list[Difference] = []
    for audience in sorted(audiences):
        old = _decision(before, audience, today)
        new = _decision(after, audience, today)
        columns, notes = _columns(old, new), tuple(_notes(old, new))
        if columns or notes:
            product = after.products.get(audience.product)
            count = rows(product) if product is not None else None
            direction = _direction(old, new, columns)
            found.append(Difference(audience=audience, direction=direction, columns=columns, notes=notes, rows=count))
    return tuple(found)


def _jurisdictions(meshes: Iterable[Mesh]) -> dict[str, str]:
    """Return one region for each jurisdiction that nodes or transfers name: enough, as policy asks for no more than that."""
    found: dict[str, str] = {}
    for mesh in meshes:
        named = {mesh.jurisdiction(node.region) for node in mesh.nodes.values()}
        named |= {end for rule in mesh.transfers for end in (rule.origin, rule.destination)}
        for region in mesh.regions.values():
            if region.jurisdiction in named:
                found.setdefault(region.jurisdiction, region.name)
    return found


def _audiences(mesh: Mesh, jurisdictions: dict[str, str]) -> Iterator[Audience]:
    for product in mesh.products.values():
        home = mesh.jurisdiction(product.home)
        if home is None or product.home is None:
            continue
        places = {**jurisdictions, home: product.home}
        for destination, region in places.items():
            where = {"region": region, "destination": destination, "crosses": destination != home}
            for contract in product.contracts:
                yield msgspec.convert(
                    where
                    | {
                        "product": product.key,
                        "domain": contract.consumer_key,
                        "purpose": contract.purpose,
                        "contract": contract.slug,
                    },
                    Audience,
                )
            domain = mesh.domains.get(product.domain_key)
            for role in domain.roles if domain else ():
                yield msgspec.convert(where | {"product": product.key, "domain": product.domain_key, "role": role}, Audience)


def _decision(mesh: Mesh | None, audience: Audience, today: str) -> Decision:
    """Return the decision for the best-placed member of an audience: every scope, every sign-in, every approval."""
    product = mesh.products.get(audience.product) if mesh else None
    if mesh is None or product is None:
        return Decision(effect=Effect.FORBID, product=audience.product, code="product-unknown")
    principal = Principal(
        subject="",
        issuer="",
        domain=audience.domain,
        region=audience.region,
        roles=frozenset({audience.role} - {""}),
        scopes=frozenset(product.scopes),
        authentications=frozenset(port.authentication for port in product.interfaces if port.authentication),
    )
    situation = Situation(
        mesh=mesh,
        principal=principal,
        product=product,
        purpose=audience.purpose or None,
        today=today,
        node_region=product.home or "",
        approved=frozenset(contract.slug for contract in product.contracts),
    )
    return decide(situation)


def shown(decision: Decision) -> dict[str, str]:
    """Return the columns a decision shows, each with its right as text; under aggregates only, a read column is `aggregate`."""
    narrow = decision.form is Form.AGGREGATE
    return {
        column.name: RightKind.AGGREGATE.value if narrow and column.right.kind is RightKind.READ else str(column.right)
        for column in decision.columns
        if decision.effect is Effect.PERMIT
    }


def _columns(old: Decision, new: Decision) -> tuple[ColumnDifference, ...]:
    before, after = shown(old), shown(new)
    names = dict.fromkeys((*before, *after))
    pairs = ((name, before.get(name, str(NONE)), after.get(name, str(NONE))) for name in names)
    return tuple(ColumnDifference(name=name, before=was, after=now) for name, was, now in pairs if was != now)


def _notes(old: Decision, new: Decision) -> Iterator[str]:
    if old.effect is not Effect.PERMIT or new.effect is not Effect.PERMIT:
        if old.effect is not new.effect and not old.columns and not new.columns:
            yield "may ask now" if new.effect is Effect.PERMIT else f"may not ask any more ({new.code})"
        return
    if old.form is not new.form:
        yield f"form: {old.form.value} → {new.form.value}"
    if old.min_group != new.min_group:
        yield f"smallest group: {old.min_group} → {new.min_group} entities"
    if old.max_share != new.max_share:
        yield f"largest share of a sum: {old.max_share} → {new.max_share} %"
    if old.disclosure is not new.disclosure:
        yield f"disclosure: {old.disclosure.value} → {new.disclosure.value}"
    for text in sorted(set(old.row_filters) - set(new.row_filters)):
        yield f"row filter dropped: {text}"
    for text in sorted(set(new.row_filters) - set(old.row_filters)):
        yield f"row filter added: {text}"


def _direction(old: Decision, new: Decision, columns: Iterable[ColumnDifference]) -> Direction:
    signs = {_sign(_width(item.after) - _width(item.before)) for item in columns}
    if old.effect is new.effect is Effect.PERMIT:
        signs.add(_sign((new.form is Form.ROWS) - (old.form is Form.ROWS)))
        signs.add(_sign(old.min_group - new.min_group))
        signs.add(_sign(new.max_share - old.max_share))
        signs.add(_sign((old.disclosure is Disclosure.CELL_KEY) - (new.disclosure is Disclosure.CELL_KEY)))
        signs |= {1} if set(old.row_filters) - set(new.row_filters) else set()
        signs |= {-1} if set(new.row_filters) - set(old.row_filters) else set()
    else:
        signs.add(_sign((new.effect is Effect.PERMIT) - (old.effect is Effect.PERMIT)))
    if any(item.before.startswith("masked") and item.after.startswith("masked") for item in columns):
        return Direction.OTHERWISE
    signs.discard(0)
    return {frozenset({1}): Direction.MORE, frozenset({-1}): Direction.LESS}.get(frozenset(signs), Direction.OTHERWISE)


def _width(right: str) -> float:
    """Return how wide a right is: an aggregate with quantiles is a little wider than one without."""
    kind, _, more = right.partition(": ")
    return _WIDTH[kind] + (0.5 if kind == RightKind.AGGREGATE.value and more else 0.0)


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)
