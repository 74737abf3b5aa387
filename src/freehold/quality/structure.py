"""The columns of the data held against those that a schema promises or a contract gives: every difference is a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from freehold.model.contract import Contract
from freehold.model.finding import Severity
from freehold.model.product import Column, Product
from freehold.model.query import InspectedColumn
from freehold.model.rule import Dimension
from freehold.model.verdict import Outcome, Verdict

CHECK = "columns"
_NUMERIC = ("integer", "decimal", "number")


def fits(declared: str, found: str) -> bool:
    """Return whether data of one logical type keeps the promise of another: `number` is any number, a decimal any narrower one.

    >>> fits("number", "integer"), fits("decimal(10,2)", "decimal(5,2)"), fits("decimal(5,2)", "decimal(10,2)")
    (True, True, False)
    """
    if "".join(declared.split()) == "".join(found.split()):
        return True
    if declared.startswith("decimal") and found.startswith("decimal"):
        (digits, scale), (held, behind) = _digits(declared), _digits(found)
        return behind <= scale and held - behind <= digits - scale
    return declared == "number" and found.startswith(_NUMERIC)


def _digits(decimal: str) -> tuple[int, int]:
    digits, _, scale = decimal.removeprefix("decimal(").rstrip(")").partition(",")
    return int(digits), int(scale)


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """Which columns data may have: those `wanted` as the schema has them, `masked` ones whose type may differ, none `excluded`."""

    wanted: tuple[Column, ...]
    masked: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    named: str = "the schema"
    where: str = ""
    closed: bool = False
    """Whether a column that is not wanted fails, instead of being told."""


def terms_of(product: Product, contract: Contract | None = None) -> Terms:
    """Return what data may hold as a product, or as what a contract gives of it: columns in the clear, and masked ones."""
    if contract is None:
        return Terms(wanted=product.columns, where=product.where)
    withheld = {name.casefold() for name in (*contract.excluded_fields, *contract.aggregate_fields, *contract.quantile_fields)}
    masked = {name.casefold() for name in contract.masks}
    given = {name.casefold() for name in (*contract.fields, *contract.masks)} - withheld
    return Terms(
        wanted=tuple(column for column in product.columns if column.name.casefold() in given),
        masked=tuple(column.name for column in product.columns if column.name.casefold() in given & masked),
        excluded=contract.excluded_fields,
        named="the contract",
        where=contract.where,
        closed=True,
    )


def structure(terms: Terms, columns: Sequence[InspectedColumn]) -> tuple[Verdict, ...]:
    """Return one verdict that the columns are as promised, or one for each difference."""
    found = tuple(_differences(terms, columns))
    if any(item.severity is Severity.ERROR for item in found):
        return found
    whole = Verdict(
        name=f"columns of {terms.named}",
        check=CHECK,
        outcome=Outcome.PASSED,
        dimension=Dimension.CONFORMITY,
        sentence=f"All {len(terms.wanted):,} columns of {terms.named} are there.",
        where=terms.where,
    )
    return (whole, *found)


def sound(terms: Terms, columns: Iterable[InspectedColumn]) -> frozenset[str]:
    """Return the folded names of the columns that rules can be checked of: there once, of the promised type, not masked."""
    held: dict[str, list[InspectedColumn]] = {}
    for column in columns:
        held.setdefault(column.name.casefold(), []).append(column)
    masked = {name.casefold() for name in terms.masked}
    wanted = {column.name.casefold(): column.type for column in terms.wanted}
    return frozenset(
        name
        for name, same in held.items()
        if name in wanted and name not in masked and len(same) == 1 and fits(wanted[name], same[0].logical)
    )


def _differences(terms: Terms, columns: Sequence[InspectedColumn]) -> Iterator[Verdict]:
    held: dict[str, InspectedColumn] = {}
    for column in columns:
        if held.setdefault(column.name.casefold(), column) is not column:
            yield _failed(terms, "repeated", column.name, f"`{column.name}` is in the data twice.")
    masked = {name.casefold() for name in terms.masked}
    for column in terms.wanted:
        found = held.get(column.name.casefold())
        if found is None:
            yield _failed(terms, "missing", column.name, f"`{column.name}` is in {terms.named}, but not in the data.")
        elif column.name.casefold() not in masked and not fits(column.type, found.logical):
            said = f"`{column.name}` is `{column.type}` in {terms.named}, but `{found.logical}` ({found.physical}) in the data."
            yield _failed(terms, "of another type", column.name, said)
    yield from _beyond(terms, held)


def _beyond(terms: Terms, held: dict[str, InspectedColumn]) -> Iterator[Verdict]:
    wanted = {column.name.casefold() for column in terms.wanted}
    excluded = {name.casefold() for name in terms.excluded}
    for folded, column in held.items():
        if folded in excluded:
            yield _failed(terms, "excluded", column.name, f"`{column.name}` is excluded by {terms.named}, and in the data.")
        elif folded not in wanted and terms.closed:
            said = f"`{column.name}` is an unauthorized field: {terms.named} does not give it."
            yield _failed(terms, "unauthorized", column.name, said)
        elif folded not in wanted:
            said = f"`{column.name}` is in the data, but not in {terms.named}: nobody sees it until it is listed."
            yield _failed(terms, "not listed", column.name, said, Severity.WARNING)


def _failed(terms: Terms, what: str, name: str, sentence: str, severity: Severity = Severity.ERROR) -> Verdict:
    return Verdict(
        name=f"{name}: {what}",
        check=CHECK,
        outcome=Outcome.FAILED,
        severity=severity,
        dimension=Dimension.CONFORMITY,
        columns=(name,),
        sentence=sentence,
        where=terms.where,
    )
