"""Check SQL that stands in manifests: every declared query and row filter compiles before it is applied."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from freehold.compiler.parse import Reference, parse
from freehold.compiler.pipeline import enforce
from freehold.compiler.predicate import predicate
from freehold.compiler.view import View
from freehold.errors import FreeholdError, ProductUnknown
from freehold.model.label import READ
from freehold.model.policy import Decision, Effect, ShownColumn
from freehold.model.product import Product

Resolve = Callable[[Reference], Product | None]


def check_query(sql: str, resolve: Resolve) -> FreeholdError | tuple[str, ...]:
    """Return the names of the parameters of a declared query, or the error that it would meet for a caller who sees everything.

    `resolve` finds the product behind a reference, or None.
    """
    try:
        statement = parse(sql)
        views: dict[tuple[str | None, str], View] = {}
        for reference in statement.references:
            product = resolve(reference)
            if product is None or product.source is None:
                return ProductUnknown(f"`{'.'.join(filter(None, (reference.domain, reference.name)))}` is no product with data")
            views[reference.domain, reference.name] = owner_view(product)
        return enforce(statement, views).parameters
    except FreeholdError as error:
        return error


def check_predicate(text: str, columns: Iterable[str]) -> FreeholdError | None:
    """Return the error of a row filter over `columns`, or None."""
    try:
        predicate(text, columns)
    except FreeholdError as error:
        return error
    return None


def owner_view(product: Product) -> View:
    """Return the view of a product that shows all of it."""
    if product.source is None:
        raise ProductUnknown(f"`{product.key}` has no data")
    columns = tuple(ShownColumn(name=column.name, type=column.type, right=READ) for column in product.columns)
    decision = Decision(effect=Effect.PERMIT, product=product.key, columns=columns, owner_access=True, whole=True)
    return View(decision=decision, source=product.source, raw_types=raw_types(product))


def raw_types(product: Product) -> dict[str, str]:
    """Return the logical type of each raw column."""
    return {column.name: column.type for column in product.columns}


__all__ = ["check_predicate", "check_query", "owner_view", "raw_types"]
