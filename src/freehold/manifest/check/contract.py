"""A contract must agree with its product: columns that exist, one right for each, a consumer that exists, terms that read."""

from __future__ import annotations

from collections.abc import Iterator

from freehold.manifest.bind_product import ProductBlock
from freehold.manifest.block import Path
from freehold.manifest.expression import is_moment
from freehold.manifest.ground import Ground
from freehold.manifest.report import Report, listed, meant, shown
from freehold.model.contract import Contract
from freehold.model.label import MaskKind
from freehold.model.product import Product
from freehold.names import nearest, purpose_key, slug

_LISTS = ("fields", "excludedFields", "aggregateFields", "quantileFields", "joinFields", "masks")
_TEMPORAL = frozenset({MaskKind.YEAR, MaskKind.MONTH})
_WITHHOLDING = frozenset({"Encrypted-CMK", "Masked"})


def check_contracts(product: Product, block: ProductBlock, ground: Ground, report: Report) -> None:
    """Report what is wrong in a product's contracts, taken one by one and together."""
    seen: dict[str, int] = {}
    for at, contract in enumerate(product.contracts):
        first = seen.setdefault(contract.slug, at)
        if first != at:
            message = f"{block.where('dataContracts', first)} is with {contract.consumer} for the same purpose."
            mend = "put their terms together, or give them different purposes"
            report.error("contract-duplicate", block.place("dataContracts", at, "purpose"), message, mend)
        _check_terms(contract, block, at, report)
        _check_join_region(contract, block, at, ground, report)
        _check_fields(product, contract, block, at, report)
        _check_contradictions(contract, block, at, report)
        _check_masks(product, contract, block, at, report)
        _check_withheld(product, contract, block, at, report)


def check_consumers(product: Product, block: ProductBlock, domains: dict[str, str], report: Report) -> None:
    """Report contracts with domains that the mesh does not have; `domains` maps keys to names."""
    for at, contract in enumerate(product.contracts):
        place = block.place("dataContracts", at, "consumer")
        if contract.consumer_key not in domains:
            close = nearest(contract.consumer_key, domains)
            message = f"The mesh has no domain {shown(contract.consumer)}."
            mend = meant(domains[close] if close else None, f"run: freehold domain new {slug(contract.consumer_key) or 'NAME'}")
            report.error("consumer-unknown", place, message, mend)
        elif contract.consumer_key == product.domain_key:
            message = f"{product.name} has a contract with its own domain, which reads by its roles."
            report.warning("consumer-own", place, message, "remove it, and set `roles` in the domain's own block instead")


def _named(contract: Contract) -> dict[str, tuple[str, ...]]:
    shared = (contract.aggregate_fields, contract.quantile_fields, contract.join_fields)
    lists = (contract.fields, contract.excluded_fields, *shared, tuple(contract.masks))
    return dict(zip(_LISTS, lists, strict=True))


def _each(contract: Contract, at: int) -> Iterator[tuple[str, str, Path]]:
    """Yield the list, the column and the path of every column that a contract names."""
    for key, names in _named(contract).items():
        for number, name in enumerate(names):
            yield key, name, ("dataContracts", at, key, name if key == "masks" else number)


def _check_terms(contract: Contract, block: ProductBlock, at: int, report: Report) -> None:
    if not slug(contract.purpose) or not purpose_key(contract.purpose):
        message = f"The purpose {shown(contract.purpose)} has no letter or digit."
        report.error("name-invalid", block.place("dataContracts", at, "purpose"), message, "say in words what the data is for")
    if contract.valid_until is not None and not is_moment("date", contract.valid_until):
        message = f"`validUntil` is {shown(contract.valid_until)}, which is no date."
        mend = "write the last day as YYYY-MM-DD, such as `validUntil: 2027-12-31`"
        report.error("date-invalid", block.place("dataContracts", at, "validUntil"), message, mend)
    given = (contract.fields, contract.aggregate_fields, contract.quantile_fields, contract.join_fields, contract.masks)
    if not any(given):
        message = f"The contract with {contract.consumer} gives nothing: it lists no column."
        report.warning("contract-empty", block.place("dataContracts", at), message, "add `fields:` with the columns it gives")


def _check_join_region(contract: Contract, block: ProductBlock, at: int, ground: Ground, report: Report) -> None:
    region, place = contract.join_region, block.place("dataContracts", at, "joinRegion")
    if region is None:
        return
    if region not in ground.regions:
        mend = meant(nearest(region, ground.regions), "name the region of a node of the mesh")
        report.error("region-unknown", place, f"No region is called {shown(region)}.", mend)
    if not contract.join_fields:
        message = f"The contract with {contract.consumer} has `joinRegion` and no `joinFields` that could be compared there."
        report.warning("join-keys-idle", place, message, "add `joinFields`, or remove `joinRegion`")


def _check_fields(product: Product, contract: Contract, block: ProductBlock, at: int, report: Report) -> None:
    if not product.columns:
        return
    names = [column.name for column in product.columns]
    known = {name.casefold() for name in names}
    for key, name, path in _each(contract, at):
        if name.casefold() in known:
            continue
        close = nearest(name, names)
        where = f"dataContracts[{at}].{key}"
        told = f"the schema has `{close}`" if close else "the schema does not have it"
        message, mend = f"{where} names {shown(name)}; {told}.", meant(close, "remove it, or add the column to `schema`")
        if key == "excludedFields" and close is None:
            report.warning("field-unknown", block.place(*path), message, mend)
        else:
            report.error("field-unknown", block.place(*path), message, mend)


def _check_contradictions(contract: Contract, block: ProductBlock, at: int, report: Report) -> None:
    excluded = {name.casefold() for name in contract.excluded_fields}
    seen: set[tuple[str, str]] = set()
    for key, name, path in _each(contract, at):
        if key != "excludedFields" and name.casefold() in excluded:
            message = f"dataContracts[{at}] lists {shown(name)} in both `{key}` and `excludedFields`."
            mend = f"remove it from one of the two; as it stands, {shown(name)} would stay hidden"
            report.error("field-contradiction", block.place(*path), message, mend)
        if (key, name.casefold()) in seen:
            message = f"dataContracts[{at}].{key} lists {shown(name)} twice."
            report.warning("field-duplicate", block.place(*path), message, "keep one of the two")
        seen.add((key, name.casefold()))


def _check_masks(product: Product, contract: Contract, block: ProductBlock, at: int, report: Report) -> None:
    for name, mask in contract.masks.items():
        column = product.column(name)
        place = block.place("dataContracts", at, "masks", name)
        kind = column.type if column else ""
        if mask.kind in _TEMPORAL and column is not None and kind not in {"date", "timestamp"}:
            message = f"The mask `{mask}` wants a date, and {shown(name)} is of type {kind}."
            report.warning("mask-unsuited", place, message, "choose a mask for its type, such as `redact`")
        elif mask.kind is MaskKind.BUCKET and column is not None and not kind.startswith(("integer", "number", "decimal")):
            message = f"The mask `{mask}` wants a number, and {shown(name)} is of type {kind}."
            report.warning("mask-unsuited", place, message, "choose a mask for its type, such as `redact`")


def _check_withheld(product: Product, contract: Contract, block: ProductBlock, at: int, report: Report) -> None:
    handling = product.residency.pii_handling
    if handling not in _WITHHOLDING:
        return
    aggregated = (*contract.aggregate_fields, *contract.quantile_fields)
    masked = {name.casefold() for name in (*contract.masks, *contract.excluded_fields, *aggregated)}
    clear = [name for name in contract.fields if name.casefold() not in masked]
    personal = [column for name in clear if (column := product.column(name)) is not None and column.personal]
    if personal:
        names = listed([f"`{column.name}` ({', '.join(column.classifications)})" for column in personal])
        rule = block.where("dataResidency", "piiHandling")
        message = f"dataContracts[{at}].fields gives {names} in the clear; under {rule} `{handling}` that has no effect."
        mend = f"give it masked instead, such as `masks: {{{personal[0].name}: redact}}`, or remove it from `fields`"
        report.warning("fields-withheld", block.place("dataContracts", at, "fields"), message, mend)
