"""Which changes of a product break those who use it, consumer by consumer; what is not known to be harmless breaks."""

from __future__ import annotations

from collections.abc import Iterator

from freehold.model.contract import Contract
from freehold.model.product import Product
from freehold.policy.compatibility.difference import CODES, Change, Effect, change
from freehold.policy.compatibility.product import service_changes
from freehold.policy.compatibility.rules import changes as rule_changes
from freehold.policy.compatibility.terms import column_changes, is_heard, shown, term_changes

__all__ = ["CODES", "Change", "Effect", "effects"]
EVERYBODY = "every reader"
Side = tuple[Product | None, Contract | None]


def effects(old: Product | None, new: Product | None, today: str) -> Iterator[Effect]:
    """Yield what becomes of each consumer of a product; where it has no contract, of whoever reads all of it.

    `today` is an ISO date: a contract that had ended by then can be withdrawn without breaking anybody.
    """
    either = new or old
    if either is None:
        return
    held = {item.slug: item for item in old.contracts} if old else {}
    given = {item.slug: item for item in new.contracts} if new else {}
    if not held and not given:
        if old is None or new is None:
            code = "contract-added" if old is None else "contract-withdrawn"
            yield Effect(product=either.key, contract=None, consumer=EVERYBODY, change=change(code, f"product `{either.name}`"))
        else:
            for found in _between(old, new, None, None):
                yield Effect(product=either.key, contract=None, consumer=EVERYBODY, change=found)
        return
    for slug in dict.fromkeys((*held, *given)):
        yield from _of_contract(old, new, held.get(slug), given.get(slug), today)


def _of_contract(
    old: Product | None, new: Product | None, before: Contract | None, after: Contract | None, today: str
) -> Iterator[Effect]:
    contract, product = after or before, new or old
    if contract is None or product is None:
        return
    for found in _changes((old, before), (new, after), f"contract for {contract.purpose}", today):
        yield Effect(product=product.key, contract=contract.slug, consumer=contract.consumer, change=found)


def _changes(left: Side, right: Side, what: str, today: str) -> Iterator[Change]:
    (old, before), (new, after) = left, right
    if before is None or old is None:
        yield change("contract-added", what)
    elif after is None or new is None:
        ended = before.valid_until is not None and before.valid_until < today
        yield change("contract-ended" if ended else "contract-withdrawn", what)
    else:
        yield from _between(old, new, before, after)


def _between(old: Product, new: Product, before: Contract | None, after: Contract | None) -> Iterator[Change]:
    had, has = shown(old, before), shown(new, after)
    yield from column_changes(old, new, before, after)
    yield from rule_changes(old.rules, new.rules, lambda rule: is_heard(rule, had) and is_heard(rule, has))
    yield from term_changes(old, new, before, after)
    yield from service_changes(old, new)
