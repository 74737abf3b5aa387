"""The change of a manifest that would grant a request: shown to owners, and made by nobody but them.

Law 6: it is judged like any other change once it is written: `freehold plan` says whom it shows what, and an approver approves it.
"""

from __future__ import annotations

import difflib
from datetime import date, timedelta
from typing import Any

import msgspec

from freehold.manifest.writing import write
from freehold.model.contract import Contract
from freehold.model.label import READ
from freehold.model.party import Domain
from freehold.model.product import Product
from freehold.model.request import Wanted
from freehold.names import purpose_key
from freehold.services.approval import terms


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A contract as it is in the manifest at `where` (file:line), if there is one, and as it would be, as values and as a diff."""

    product: str
    where: str
    before: dict[str, Any] | None
    after: dict[str, Any]
    diff: str
    notes: tuple[str, ...] = ()


def contract_of(product: Product, domain: str, purpose: str) -> Contract | None:
    """Return the contract of a consuming domain (its key) for a purpose."""
    wanted = purpose_key(purpose)
    mine = (item for item in product.contracts if item.consumer_key == domain)
    return next((item for item in mine if purpose_key(item.purpose) == wanted), None)


def gives(contract: Contract | None, wanted: Wanted, today: str) -> bool:
    """Return whether a contract gives all that is wanted in the clear, and has not ended; `today` is an ISO date in UTC."""
    if contract is None or (contract.valid_until is not None and contract.valid_until < today):
        return False
    return all(contract.right_of(name) == READ for name in wanted.fields)


def propose(product: Product, consumer: Domain, domain: str, wanted: Wanted, today: str) -> Change:
    """Return the change of the contract of `consumer`, whose key is `domain`, that would give what is wanted."""
    held = contract_of(product, domain, wanted.purpose)
    end = (date.fromisoformat(today) + timedelta(days=wanted.days)).isoformat() if wanted.days is not None else None
    made = _widened(held, wanted, end, today) if held else _new(consumer, wanted, end)
    notes = (_NO_END.format(end=end),) if held and end is not None and made.valid_until != end else ()
    where = (held.where if held else "") or product.where
    before, after = _written(held) if held else None, _written(made)
    diff = _diff(where, _item(before), _item(after))
    return Change(product=product.key, where=where, before=before, after=after, diff=diff, notes=notes)


_NO_END = "the request is until {end}, and the contract is not: the end of a contract is of all that it gives"


def _new(consumer: Domain, wanted: Wanted, end: str | None) -> Contract:
    return Contract(consumer=consumer.name, purpose=wanted.purpose, fields=wanted.fields, valid_until=end)


def _widened(held: Contract, wanted: Wanted, end: str | None, today: str) -> Contract:
    asked = {name.casefold() for name in wanted.fields}
    given = {name.casefold() for name in held.fields}
    ended = held.valid_until is not None and held.valid_until < today

    def without(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in names if name.casefold() not in asked)

    return msgspec.structs.replace(
        held,
        fields=(*held.fields, *(name for name in wanted.fields if name.casefold() not in given)),
        excluded_fields=without(held.excluded_fields),
        aggregate_fields=without(held.aggregate_fields),
        quantile_fields=without(held.quantile_fields),
        masks={name: mask for name, mask in held.masks.items() if name.casefold() not in asked},
        valid_until=end if ended else held.valid_until,
    )


def _written(contract: Contract) -> dict[str, Any]:
    named = {"name": contract.name} if contract.name else {}
    return {"consumer": contract.consumer, "purpose": contract.purpose, **named, **terms(contract)}


def _item(written: dict[str, Any] | None) -> list[str]:
    """Return an item of `dataContracts` as lines, one key a line at least, so that a diff shows what differs."""
    lines = write(written).splitlines() if written else []
    return [f"{'  ' if at else '- '}{line}\n" for at, line in enumerate(lines)]


def _diff(where: str, old: list[str], new: list[str]) -> str:
    file = where.rpartition(":")[0] or where
    return "".join(difflib.unified_diff(old, new, f"{file}  dataContracts", f"{file}  dataContracts", n=99))
