"""A data contract: what a consuming domain may have of a product, for which purpose, until when."""

from __future__ import annotations

import msgspec

from freehold.model.label import Mask
from freehold.names import domain_key, slug


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """The terms between a product and a consuming domain.

    `min_*` are the quality floors of this contract, in percent; `valid_until` is an ISO date (the last day it holds, UTC);
    `where` is file:line and no part of the terms.
    """

    consumer: str
    purpose: str
    name: str | None = None
    fields: tuple[str, ...] = ()
    excluded_fields: tuple[str, ...] = ()
    aggregate_fields: tuple[str, ...] = ()
    join_fields: tuple[str, ...] = ()
    masks: dict[str, Mask] = {}
    row_filter: str | None = None
    min_group_size: int | None = None
    valid_until: str | None = None
    min_completeness: float | None = None
    min_accuracy: float | None = None
    min_timeliness: float | None = None
    where: str = ""

    @property
    def consumer_key(self) -> str:
        """The SQL name of the consuming domain."""
        return domain_key(self.consumer)

    @property
    def slug(self) -> str:
        """The contract's name in addresses: its consumer and purpose, `sales-customer-enrichment`."""
        return f"{slug(self.consumer_key)}-{slug(self.purpose)}"


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """An approver's yes to exactly these terms of a contract; `at` is an ISO 8601 time in UTC."""

    product: str
    contract: Contract
    approver: str
    at: str
    leaf: int


def narrows(new: Contract, approved: Contract) -> bool:
    """Return whether `new` gives nothing that `approved` does not, so that the approval still holds (law 6)."""
    return (
        new.consumer_key == approved.consumer_key
        and new.slug == approved.slug
        and set(new.fields) <= set(approved.fields)
        and set(new.aggregate_fields) <= {*approved.aggregate_fields, *approved.fields}
        and set(new.join_fields) <= {*approved.join_fields, *approved.fields}
        and set(approved.excluded_fields) <= set(new.excluded_fields)
        and all(name in approved.fields or approved.masks.get(name) == mask for name, mask in new.masks.items())
        and all(name in new.masks for name in approved.masks if name in new.fields)
        and approved.row_filter in {None, new.row_filter}
        and (new.min_group_size or 0) >= (approved.min_group_size or 0)
        and (approved.valid_until is None or (new.valid_until or "9999") <= approved.valid_until)
    )
