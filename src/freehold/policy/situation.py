"""What a decision rests on, as one value, so that every decision can be replayed."""

from __future__ import annotations

import msgspec

from freehold.model.mesh import Mesh
from freehold.model.party import Principal
from freehold.model.peer import Carrier
from freehold.model.product import InterfaceKind, Product


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a decision rests on.

    `today` is an ISO date in UTC; `node_region` the region of the node that decides; `approved` the slugs of this product's
    contracts that are approved; `versions` their versions; `via` the node that carries the question here, where one does;
    `joining` the folded names of the columns that a join by keyed digests takes, None where the question is no part of such a join.
    """

    mesh: Mesh
    principal: Principal
    product: Product
    purpose: str | None
    today: str
    node_region: str
    via: Carrier | None = None
    interface: InterfaceKind = InterfaceKind.SQL
    approved: frozenset[str] = frozenset()
    versions: dict[str, int] = {}
    joining: frozenset[str] | None = None
