"""What one caller may know of requests for access, and of the products and columns that they are about.

Law 9: whoever may not know of a product, a column or a request hears what they would hear if there were none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from freehold.errors import ColumnUnknown, ParameterInvalid, ProductUnknown
from freehold.model.party import Principal
from freehold.model.peer import Carrier
from freehold.model.product import Product
from freehold.model.request import AccessRequest, Wanted
from freehold.policy.basis import approvers
from freehold.services.approval import may_approve
from freehold.services.catalog import within_reach
from freehold.services.force import Force
from freehold.services.proposal import contract_of, gives

COLUMNS = 100
PURPOSE = 200
REASON = 1_000
DAYS = 3_650


@dataclass(frozen=True, slots=True)
class Onlooker:
    """One caller under what is in force: `name` is their pseudonym, `via` the node that carries for them, `region` this one's."""

    force: Force
    principal: Principal
    name: str
    region: str
    via: Carrier | None = None

    @property
    def domain(self) -> str:
        """The key of the caller's domain, or nothing."""
        return self.principal.domain or ""

    def known(self, key: str) -> Product:
        """Return a product that the caller may know of, through the node that carries their request.

        Raises:
            ProductUnknown: Hidden or missing.
        """
        product = self.force.mesh.products.get(key)
        if product is None or not (self._reaches(product) or self.is_of(product)):
            raise ProductUnknown(f"no product `{key[:200]}` is visible to you", remedy="list them with `freehold products`")
        return product

    def sees(self, request: AccessRequest) -> bool:
        """Return whether a request is the caller's to see: their own, or for a product of their domain or that they approve for."""
        product = self.force.mesh.products.get(request.product)
        if product is None or product.home != self.region:
            return False
        return self.is_of(product) or (self._reaches(product) and self.made(request))

    def made(self, request: AccessRequest) -> bool:
        """Return whether the request is the caller's own."""
        return (request.caller, request.domain) == (self.name, self.domain)

    def is_of(self, product: Product) -> bool:
        """Return whether all requests for a product are the caller's to see."""
        return self._owns(product) or may_approve(self.force.mesh, product, self.principal)

    def decides(self, product: Product) -> bool:
        """Return whether the caller answers requests: an approver of the product's contracts, or its owner by name."""
        named = self._owns(product) and self.principal.subject == product.owner
        return named or may_approve(self.force.mesh, product, self.principal)

    def described(self, request: AccessRequest, requester: str | None, today: str) -> dict[str, Any]:
        """Return a request; who made it and what people wrote is personal and crosses no border, except to themselves (law 5)."""
        product, settled = self.force.mesh.products[request.product], request.settled
        shown = self.made(request) or self._is_inside(product)
        wanted = request.wanted
        return {
            "id": request.id,
            "product": request.product,
            "domain": request.domain,
            "requester": requester if shown else None,
            "fields": list(wanted.fields),
            "purpose": wanted.purpose,
            "days": wanted.days,
            "reason": wanted.reason if shown else None,
            "at": request.at,
            "state": request.state.value,
            "answer": {"reason": settled.reason if shown else None, "at": settled.at} if settled else None,
            "given": gives(contract_of(product, request.domain, wanted.purpose), wanted, today),
            "approver": ", ".join(approvers(self.force.mesh, product)) or product.owner,
            "mayAnswer": self.decides(product) and not self.made(request),
        }

    def checked(self, product: Product, wanted: Wanted) -> Wanted:
        """Return what is wanted in the product's own spelling.

        Raises:
            ColumnUnknown: A column is none that the caller may know of.
            ParameterInvalid: A text is empty, too long or not plain, or there are too many columns or days.
        """
        if not 1 <= len(wanted.fields) <= COLUMNS:
            raise ParameterInvalid(f"a request names 1 to {COLUMNS} columns", remedy="name them with `fields`", parameter="fields")
        if wanted.days is not None and not 1 <= wanted.days <= DAYS:
            raise ParameterInvalid(f"`days` is not 1 to {DAYS:,}", remedy="leave it out for no end", parameter="days")
        return Wanted(
            fields=tuple(sorted({self._column(product, name) for name in wanted.fields})),
            purpose=plain_text(wanted.purpose, "purpose", PURPOSE),
            days=wanted.days,
            reason=plain_text(wanted.reason, "reason", REASON) if wanted.reason is not None else None,
        )

    def _column(self, product: Product, name: str) -> str:
        """Return a column that the caller may know of: not personal, or named by a contract of theirs, as the catalogue tells."""
        column = product.column(name)
        mine = (item for item in product.contracts if item.consumer_key == self.domain)
        named = {field.casefold() for contract in mine for field in contract.named}
        if column is None or (column.personal and column.name.casefold() not in named):
            raise ColumnUnknown(
                f"`{product.key}` has no column `{name[:200]}` that you may know of",
                remedy=f"see what it has: freehold products {product.key}",
                column=name[:200],
            )
        return column.name

    def _owns(self, product: Product) -> bool:
        return self.domain == product.domain_key and self.domain in self.force.mesh.domains

    def _reaches(self, product: Product) -> bool:
        return all(within_reach(self.force.mesh, product, who) for who in self._ends())

    def _is_inside(self, product: Product) -> bool:
        places = (self.force.mesh.jurisdiction(who.region) for who in self._ends())
        return all(place == product.jurisdiction is not None for place in places)

    def _ends(self) -> tuple[Principal, ...]:
        """Return the caller, and as if they were there, in the region of the node that carries their request."""
        if self.via is None:
            return (self.principal,)
        return self.principal, msgspec.structs.replace(self.principal, region=self.via.region)


def plain_text(text: str, name: str, most: int) -> str:
    """Return a text without white space around it.

    Raises:
        ParameterInvalid: It is empty, longer than `most` characters, or has any that cannot be printed.
    """
    plain = text.strip(" ")
    if not plain or len(plain) > most or not plain.isprintable():
        raise ParameterInvalid(
            f"`{name}` is not 1 to {most:,} characters on one line, without control characters",
            remedy="write it as plain text",
            parameter=name,
        )
    return plain
