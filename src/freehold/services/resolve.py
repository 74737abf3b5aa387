"""From the names in a question to the products that it reads, as far as the caller's domain is one of the mesh."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from freehold.compiler import Reference, Statement, parse
from freehold.errors import DeclaredQueryUnknown, ProductUnknown, RelationUnsupported
from freehold.model.product import DeclaredQuery, Product
from freehold.model.query import Question
from freehold.names import domain_key, identifier
from freehold.services.force import Force

Products = dict[tuple[str | None, str], Product]
"""Products by the domain and name that a query writes."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question whose text can be read and whose names are all known."""

    declared: DeclaredQuery | None
    statement: Statement
    products: Products


@dataclass(slots=True)
class _Names:
    """The products of one mesh by their short name."""

    stamp: int
    short: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


class Resolver:
    """Resolves names, as they stand in one mesh at a time."""

    def __init__(self, *, longest: int) -> None:
        """Read texts of at most `longest` characters."""
        self._longest = longest
        self._names = _Names(stamp=-1)

    def resolve(self, question: Question, force: Force) -> Resolved:
        """Return what a question reads.

        Raises:
            FreeholdError: The text cannot be read, or one of its names is not known to the caller.
        """
        declared = _declared(question, force)
        statement = parse(declared.sql if declared else question.sql, self._longest)
        products = {(item.domain, item.name): self._product(item, question, force) for item in statement.references}
        return Resolved(declared, statement, products)

    def _product(self, reference: Reference, question: Question, force: Force) -> Product:
        """Find the product behind a name: as written, else the caller's own domain first, else the only one of that name."""
        mesh, mine = force.mesh, question.principal.domain
        if mine in mesh.domains:
            keys = [f"{reference.domain}.{reference.name}"] if reference.domain else self._keys_of(reference.name, force, mine)
            known = [key for key in keys if key in mesh.products]
            if len(known) > 1:
                listed = " or ".join(f"`{key}`" for key in sorted(known)[:5])
                raise RelationUnsupported(
                    f"`{reference.name}` could be {listed}", remedy="write the domain before it", position=reference.position
                )
            if known:
                return mesh.products[known[0]]
        written = f"{reference.domain}.{reference.name}" if reference.domain else reference.name
        raise ProductUnknown(
            f"no product `{written[:120]}` is visible to you",
            remedy="GET /v1/products, or `freehold products`, lists what you may find",
            position=reference.position,
        )

    def _keys_of(self, name: str, force: Force, mine: str | None) -> list[str]:
        names = self._names
        if names.stamp != force.stamp:
            index: defaultdict[str, list[str]] = defaultdict(list)
            for key in force.mesh.products:
                index[key.split(".", 1)[1]].append(key)
            names = self._names = _Names(stamp=force.stamp, short=dict(index))
        found = names.short.get(name, [])
        own = f"{mine}.{name}"
        return [own] if own in found else found


def _declared(question: Question, force: Force) -> DeclaredQuery | None:
    if question.declared is None:
        return None
    wanted, domain = identifier(question.declared), domain_key(question.domain or "")
    if question.principal.domain in force.mesh.domains:
        for product in force.mesh.products.values():
            if product.domain_key == domain:
                for query in product.queries:
                    if identifier(query.name) == wanted:
                        return query
    raise DeclaredQueryUnknown(f"no declared query `{wanted[:80]}` of `{domain[:80]}` is visible to you")
