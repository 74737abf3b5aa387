"""What is promised of values must be possible: patterns that engines read, bounds of the column's type, references that exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from freehold.manifest import expression
from freehold.manifest.bind_product import ProductBlock
from freehold.manifest.block import Path
from freehold.manifest.ground import Ground
from freehold.manifest.product_shapes import ColumnShape, QualityRuleShape
from freehold.manifest.report import Report, meant, shown
from freehold.model.pattern import problem_of
from freehold.model.product import Column, Product
from freehold.names import nearest

_LOWER = (("minimum", "minimum"), ("exclusiveMinimum", "exclusive_minimum"))
_UPPER = (("maximum", "maximum"), ("exclusiveMaximum", "exclusive_maximum"))
_NUMERIC = ("integer", "number", "decimal")
_MOMENTS = {"date": '"2015-01-01"', "timestamp": '"2015-01-01T00:00:00"', "time": '"08:00:00"'}
"""Types whose bounds are ISO 8601 text, each with an example."""

_SPELLED = ("string", "integer", "boolean", "date")
"""Types whose values have one text on every engine, which a pattern can be of."""

_LISTED = ("string", "integer", "boolean", "date", "number", "decimal")
"""Types whose values can be listed."""

Limits = ColumnShape | QualityRuleShape


@dataclass(frozen=True, slots=True)
class _Spot:
    """What is said of the values of a column, and where: in `schema`, or by a rule with arguments of its own."""

    item: Limits
    column: Column
    block: ProductBlock
    path: Path
    report: Report

    def error(self, code: str, key: str, message: str, mend: str) -> None:
        """Report what stands at a key."""
        self.report.error(code, self.block.place(*self.path, key), message, mend)

    def unsuited(self, key: str, mend: str) -> None:
        """Report a key that the column's type has no use for."""
        message = f"`{key}` does not suit {shown(self.column.name)}, which is of type {self.column.type}."
        self.error("rule-unsuited", key, message, mend)


def check_constraints(product: Product, block: ProductBlock, _: Ground, report: Report) -> None:
    """Report what no value could keep, or no engine could check: of columns, and of rules with arguments of their own."""
    for at, item in enumerate(block.shape.schema):
        _check(_Spot(item, product.columns[at], block, ("schema", at), report))
    for at, rule in enumerate(block.shape.quality):
        column = product.column(rule.column) if rule.column is not None else None
        if column is not None:
            _check(_Spot(rule, column, block, ("quality", at), report))


def check_rule_names(product: Product, block: ProductBlock, _: Ground, report: Report) -> None:
    """Report rules of one name: results are told apart by it."""
    seen: set[str] = set()
    for rule in product.rules:
        if rule.name.casefold() in seen:
            line = int(rule.where.rpartition(":")[2])
            message = f"A rule before has the name {shown(rule.name)} already."
            report.error("rule-duplicate", (block.file, line, 1), message, "give one of the two another `name`")
        seen.add(rule.name.casefold())


def check_references(bound: Mapping[str, tuple[Product, ProductBlock]], report: Report) -> None:
    """Report references to what no product of the mesh has, or has as another type."""
    products = {key: product for key, (product, _) in bound.items()}
    for product, block in bound.values():
        for path, written, column in _references(product, block):
            _check_reference(written, column, products, block.place(*path), report)


def _references(product: Product, block: ProductBlock) -> Iterator[tuple[Path, str, Column]]:
    for at, item in enumerate(block.shape.schema):
        if item.references is not None:
            yield ("schema", at, "references"), item.references, product.columns[at]
    for at, rule in enumerate(block.shape.quality):
        column = product.column(rule.column) if rule.column is not None else None
        if rule.references is not None and column is not None:
            yield ("quality", at, "references"), rule.references, column


def _check_reference(
    written: str, column: Column, products: Mapping[str, Product], place: tuple[str, int, int], report: Report
) -> None:
    key, _, name = written.rpartition(".")
    product = products.get(key.casefold())
    found = product.column(name) if product is not None else None
    if product is None:
        close = nearest(key, products)
        message = f"{shown(written)} names no product of the mesh."
        mend = f"did you mean `{close}.{name}`?" if close else "write it as `domain.product.column`, as SQL names them"
        report.error("reference-unknown", place, message, mend)
    elif found is None:
        message = f"{shown(written)} names a column that the schema of {product.name} does not have."
        mend = meant(nearest(name, [item.name for item in product.columns]), "name a column of its schema")
        report.error("reference-unknown", place, message, mend)
    elif _family(found.type) != _family(column.type):
        message = f"{shown(column.name)} is of type {column.type}, and what it refers to is of type {found.type}."
        report.error("rule-unsuited", place, message, "refer to a column of the same type")


def _family(type_: str) -> str:
    return "number" if type_.startswith(_NUMERIC) else type_


def _check(spot: _Spot) -> None:
    _check_pattern(spot)
    _check_lengths(spot)
    _check_bounds(spot)
    for key, values in _listed(spot.item):
        if values and not spot.column.type.startswith(_LISTED):
            spot.unsuited(key, "write bounds, or leave it out")


def _listed(item: Limits) -> tuple[tuple[str, Sequence[object]], ...]:
    if isinstance(item, ColumnShape):
        return (("values", item.values),)
    return (("validValues", item.valid_values), ("missingValues", item.missing_values))


def _check_pattern(spot: _Spot) -> None:
    pattern = spot.item.pattern
    if pattern is None:
        return
    problem = problem_of(pattern)
    if problem == "invalid":
        message = f"The pattern {shown(pattern)} is no regular expression that every engine reads."
        mend = "close its brackets or escape them with `\\`; write it without look-around and back references"
        spot.error("pattern-invalid", "pattern", message, mend)
    elif problem == "unsafe":
        message = f"The pattern {shown(pattern)} is longer, or repeats more often, than engines take."
        mend = "write at most 2,000 characters and 1,000 repeats; a length belongs into `maxLength`"
        spot.error("pattern-unsafe", "pattern", message, mend)
    if spot.column.type not in _SPELLED:
        spot.unsuited("pattern", "write bounds, or leave it out")


def _check_lengths(spot: _Spot) -> None:
    least, most = spot.item.min_length, spot.item.max_length
    for key, length in (("minLength", least), ("maxLength", most)):
        if length is not None and spot.column.type != "string":
            spot.unsuited(key, "write bounds, or leave it out")
    if least is not None and most is not None and least > most:
        message = f"{shown(spot.column.name)} has the `minLength` {least:,} and the `maxLength` {most:,}."
        spot.error("bounds-contradict", "minLength", message, "swap them")


def _check_bounds(spot: _Spot) -> None:
    item = spot.item
    sound = [_check_bound(spot, key, getattr(item, name)) for key, name in (*_LOWER, *_UPPER)]
    if item.multiple_of is not None and not spot.column.type.startswith(_NUMERIC):
        spot.unsuited("multipleOf", "leave it out")
    elif item.multiple_of is not None and item.multiple_of <= 0:
        spot.error("bound-invalid", "multipleOf", "`multipleOf` is not greater than 0.", "write for example `0.01`")
    if not all(sound):
        return
    for low, lower in _LOWER:
        for high, upper in _UPPER:
            least, most = getattr(item, lower), getattr(item, upper)
            if least is not None and most is not None and _contradict(least, most, strict="exclusive" in low + high):
                said = f"has the `{low}` {_told(least)} and the `{high}` {_told(most)}, which leave no value"
                spot.error("bounds-contradict", low, f"{shown(spot.column.name)} {said}.", "swap them")


def _contradict(least: float | str, most: float | str, *, strict: bool) -> bool:
    if isinstance(least, str) or isinstance(most, str):
        return str(least) >= str(most) if strict else str(least) > str(most)
    return least >= most if strict else least > most


def _check_bound(spot: _Spot, key: str, bound: float | str | None) -> bool:
    """Report a bound that the values of the column cannot be held against; return whether there is none."""
    if bound is None:
        return True
    type_ = spot.column.type
    if type_ in _MOMENTS:
        fits = isinstance(bound, str) and expression.is_moment(type_, bound)
        wanted, example = f"a {type_} as ISO 8601 text", _MOMENTS[type_]
    elif type_.startswith(_NUMERIC):
        fits, wanted, example = not isinstance(bound, str), "a number", "0"
    else:
        spot.unsuited(key, "write a `pattern` or lengths, or leave it out")
        return False
    if not fits:
        message = f"`{key}` of {shown(spot.column.name)} is {shown(_told(bound))}, but {wanted} is wanted."
        spot.error("bound-invalid", key, message, f"write for example `{key}: {example}`")
    return fits


def _told(bound: float | str) -> str:
    return bound if isinstance(bound, str) else f"{bound:g}"
