"""A data contract: what a consuming domain may have of a product, for which purpose, until when."""

from __future__ import annotations

import enum

import msgspec

from freehold.model.label import JOIN, NONE, READ, Disclosure, Mask, Right, RightKind
from freehold.names import domain_key, slug


class BelowFloor(enum.StrEnum):
    """What happens to a question while the data is below a floor of its contract."""

    REFUSE = "refuse"
    MARK = "mark"


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """The terms between a product and a consuming domain.

    `min_*` are the quality floors of this contract, in percent, and `below_floor` says what they do; `valid_until` is an ISO date
    (the last day it holds, UTC). `join_region` is where alone joins by `join_fields` are made, by keyed digests; without it they
    are made at home. `where` is file:line and no part of the terms.
    """

    consumer: str
    purpose: str
    name: str | None = None
    fields: tuple[str, ...] = ()
    excluded_fields: tuple[str, ...] = ()
    aggregate_fields: tuple[str, ...] = ()
    quantile_fields: tuple[str, ...] = ()
    join_fields: tuple[str, ...] = ()
    join_region: str | None = None
    masks: dict[str, Mask] = {}
    row_filter: str | None = None
    min_group_size: int | None = None
    max_share: int | None = None
    disclosure: Disclosure = Disclosure.THRESHOLD
    valid_until: str | None = None
    min_completeness: float | None = None
    min_accuracy: float | None = None
    min_timeliness: float | None = None
    below_floor: BelowFloor = BelowFloor.REFUSE
    where: str = ""

    @property
    def consumer_key(self) -> str:
        """The SQL name of the consuming domain."""
        return domain_key(self.consumer)

    @property
    def slug(self) -> str:
        """The contract's name in addresses: its consumer and purpose, `sales-customer-enrichment`."""
        return f"{slug(self.consumer_key)}-{slug(self.purpose)}"

    @property
    def named(self) -> tuple[str, ...]:
        """Every column that the contract names, as written."""
        lists = (self.fields, self.excluded_fields, self.aggregate_fields, self.quantile_fields)
        lists = (*lists, self.join_fields, tuple(self.masks))
        return tuple(dict.fromkeys(name for names in lists for name in names))

    def right_of(self, name: str) -> Right:
        """Return what the contract gives of a column: where it is named more than once, the narrowest form holds (law 6)."""
        folded = name.casefold()
        if folded in _folded(self.excluded_fields):
            return NONE
        if folded in _folded((*self.aggregate_fields, *self.quantile_fields)):
            return Right(kind=RightKind.AGGREGATE, quantiles=folded in _folded(self.quantile_fields))
        mask = next((mask for field, mask in self.masks.items() if field.casefold() == folded), None)
        if mask is not None:
            return Right(kind=RightKind.MASKED, mask=mask)
        if folded in _folded(self.fields):
            return READ
        return JOIN if folded in _folded(self.join_fields) else NONE


WHOLE = 100
"""The share of a sum, in percent, that one entity can have at most: as a limit it limits nothing."""


def _folded(names: tuple[str, ...]) -> set[str]:
    return {name.casefold() for name in names}


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
        and all(_is_no_wider(new.right_of(name), approved.right_of(name)) for name in new.named)
        and set(approved.excluded_fields) <= set(new.excluded_fields)
        and approved.row_filter in {None, new.row_filter}
        and (new.min_group_size or 0) >= (approved.min_group_size or 0)
        and (new.max_share or WHOLE) <= (approved.max_share or WHOLE)
        and new.join_region == approved.join_region
        and approved.disclosure in {Disclosure.THRESHOLD, new.disclosure}
        and (approved.valid_until is None or (new.valid_until or "9999") <= approved.valid_until)
    )


def _is_no_wider(new: Right, approved: Right) -> bool:
    """In the clear is wider than every other form; of the others, each is only as wide as itself."""
    return new in {NONE, approved} or approved == READ
