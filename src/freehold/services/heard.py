"""What a mesh folder knows of approvals: its own registry's, and of products at home elsewhere what their home signed last.

Law 4: an approval is kept at the product's home alone. One that nobody here has heard of is unknown, and never taken for missing.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from freehold.model.contract import Approval, Contract, narrows
from freehold.model.place import Node
from freehold.model.product import Product
from freehold.services.copies import Held


class Approved(enum.StrEnum):
    """What is known of the approval of a contract's terms."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Word(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a home said of its contracts: `as_of` when it last vouched for that (ISO 8601, UTC), and `age` in seconds."""

    node: str
    region: str
    as_of: str
    age: float


class Unheard(msgspec.Struct, frozen=True, kw_only=True):
    """A contract of which it is unknown here whether it is approved: which node knows, at which address, and why none here does."""

    product: str
    contract: str
    approvers: tuple[str, ...]
    node: str
    url: str
    why: str


class Heard:
    """What is known of approvals in one folder at one moment."""

    def __init__(
        self,
        approvals: Sequence[Approval],
        elsewhere: Mapping[str, Node] | None = None,
        words: Mapping[str, Held] | None = None,
        now: float = 0.0,
    ) -> None:
        """Know `approvals`, all that were given in this folder.

        `elsewhere` has, by region, the nodes that keep theirs in another folder, and `words` what those of them said that were
        heard; `now` is in seconds since the epoch.
        """
        self._approvals = approvals
        self._elsewhere = elsewhere or {}
        self._words = words or {}
        self._now = now

    def approved(self, product: Product, contract: Contract) -> Approved:
        """Return whether an approver has said yes to terms that give at least as much as these, as far as is known here."""
        if product.home not in self._elsewhere:
            given = any(item.product == product.key and narrows(contract, item.contract) for item in self._approvals)
            return Approved.YES if given else Approved.NO
        told = self._told(product, contract)
        if told is None:
            return Approved.UNKNOWN
        theirs, agreed = told
        if agreed:
            return Approved.YES if narrows(contract, theirs) else Approved.UNKNOWN
        # What is no narrower than terms that no approval covers is covered by none either.
        return Approved.NO if narrows(theirs, contract) else Approved.UNKNOWN

    def word(self, product: Product) -> Word | None:
        """Return whose word of a product is held here, if it is at home elsewhere and was heard."""
        held = self._words.get(product.home or "") if product.home in self._elsewhere else None
        if held is None:
            return None
        as_of = datetime.fromtimestamp(held.at, UTC).isoformat(timespec="seconds")
        return Word(node=held.node.name, region=held.node.region, as_of=as_of, age=round(max(0.0, self._now - held.at), 1))

    def unheard(self, product: Product, contract: Contract, approvers: tuple[str, ...]) -> Unheard:
        """Return who knows of an approval that is unknown here, and why it is."""
        node = self._elsewhere[product.home or ""]
        if product.home not in self._words:
            why = "which was not heard here"
        elif self._told(product, contract) is None:
            why = "which did not have it in force when it was heard last"
        else:
            why = "which had it with other terms when it was heard last"
        return Unheard(product=product.key, contract=contract.slug, approvers=approvers, node=node.name, url=node.url, why=why)

    def _told(self, product: Product, contract: Contract) -> tuple[Contract, bool] | None:
        """Return the terms that the home has in force, and whether they are approved; None where it told of none."""
        held = self._words.get(product.home or "")
        entry = held.entries.get(product.key) if held is not None else None
        theirs = next((item for item in entry.product.contracts if item.slug == contract.slug), None) if entry else None
        return (theirs, contract.slug in entry.approved) if entry is not None and theirs is not None else None
