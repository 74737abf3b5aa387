"""Where a question comes in: the gate here answers it, or the one node that is home to all that it reads has to (law 4)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from freehold.errors import FreeholdError, NodeElsewhere
from freehold.model.mesh import Mesh
from freehold.model.party import Principal
from freehold.model.place import Node
from freehold.model.product import Product
from freehold.model.query import Question
from freehold.services.approval import may_approve
from freehold.services.catalog import within_reach
from freehold.services.force import Force, InForce
from freehold.services.resolve import Resolver

T = TypeVar("T")
_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A question that is for another node alone: its home, and the products that it reads there."""

    home: Node
    products: tuple[str, ...]

    def refusal(self) -> NodeElsewhere:
        """Return what to say where it is not carried there."""
        return NodeElsewhere(
            f"this is at home in `{self.home.region}`, and what was carried here is carried no further",
            remedy=f"ask `{self.home.name}` itself, at {self.home.url}",
            home=self.home.region,
            url=self.home.url,
        )


@dataclass(frozen=True, slots=True)
class Several:
    """A question that reads products of several homes, which are all served."""

    products: tuple[str, ...]


class Entrance:
    """The way in of one node."""

    def __init__(self, *, region: str, in_force: InForce, longest: int) -> None:
        """Keep what is at home in `region`; texts have at most `longest` characters."""
        self._region = region
        self._in_force = in_force
        self._resolver = Resolver(longest=longest)
        self._known: OrderedDict[tuple[object, ...], tuple[Elsewhere | Several | None]] = OrderedDict()
        self._alone = (-1, True)

    def ask(self, question: Question, here: Callable[[Question], T]) -> T | Elsewhere | Several:
        """Return what `here` makes of a question, or where else it belongs.

        A question that another node carried here goes no further. One that cannot be read, or that names what its caller may not
        know of, is answered here: refused, and recorded.

        Raises:
            NothingApplied: No mesh is in force.
        """
        found = self._elsewhere(question)
        return here(question) if found is None else found

    def home_of(self, product: str, principal: Principal) -> Elsewhere | None:
        """Return the other node that is home to a product, or None where it is this one, or none that the caller may know of.

        Raises:
            NothingApplied: No mesh is in force.
        """
        mesh = self._in_force.current().mesh
        found = mesh.products.get(product)
        home = mesh.node_in(found.home) if found is not None and _may_know(mesh, found, principal) else None
        return Elsewhere(home, (product,)) if home is not None and home.region != self._region else None

    def _elsewhere(self, question: Question) -> Elsewhere | Several | None:
        force = self._in_force.current()
        if question.via is not None or self._is_alone(force):
            return None
        key = (question.principal.domain, question.sql, question.domain, question.declared, force.stamp)
        held = self._known.get(key)
        if held is None:
            held = self._known[key] = (self._resolved(question, force),)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return held[0]

    def _resolved(self, question: Question, force: Force) -> Elsewhere | Several | None:
        try:
            products = self._resolver.resolve(question, force).products.values()
        except FreeholdError:
            return None
        homes = {product.home for product in products}
        if len(homes) > 1 and all(force.mesh.node_in(home) is not None for home in homes):
            return Several(tuple(dict.fromkeys(product.key for product in products)))
        home = force.mesh.node_in(homes.pop()) if len(homes) == 1 else None
        if home is None or home.region == self._region:
            return None
        return Elsewhere(home, tuple(dict.fromkeys(product.key for product in products)))

    def _is_alone(self, force: Force) -> bool:
        """Return whether everything of the mesh is at home here, so that no question has to be read twice."""
        stamp, alone = self._alone
        if stamp != force.stamp:
            alone = all(product.home == self._region for product in force.mesh.products.values())
            self._alone = (force.stamp, alone)
        return alone


def _may_know(mesh: Mesh, product: Product, principal: Principal) -> bool:
    """Return whether the caller may know that there is such a product: carrying their request would tell them."""
    own = principal.domain == product.domain_key and principal.domain in mesh.domains
    return own or within_reach(mesh, product, principal) or may_approve(mesh, product, principal)
