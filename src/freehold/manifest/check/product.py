"""A product must agree with itself: names, columns, source, promises, interfaces, declared queries."""

from __future__ import annotations

import re

from freehold.manifest import expression
from freehold.manifest.bind_product import ProductBlock
from freehold.manifest.block import Path
from freehold.manifest.ground import Ground
from freehold.manifest.report import Report, meant, shown
from freehold.model.policy import FLOOR_GROUP
from freehold.model.product import AZURE_SQL, Parameter, Product
from freehold.names import domain_key, identifier, nearest, slug

_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
_SQL_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PARAMETER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NAME_LENGTH = 128


def check_names(product: Product, block: ProductBlock, _: Ground, report: Report) -> None:
    """Report names that cannot be SQL names, and a product in another domain's folder."""
    for key, text, made in (
        ("name", product.name, identifier(product.name)),
        ("domain", product.domain, domain_key(product.domain)),
    ):
        if not _SQL_NAME.fullmatch(made) or len(made) > _NAME_LENGTH:
            message = f"The {key} {shown(text)} would be {shown(made)} in SQL, which is no name."
            report.error("name-invalid", block.place(key), message, "begin it with a letter from a to z and keep it short")
    if block.folder is not None and block.folder != product.domain_key:
        message = f"{product.name} is of the domain {shown(product.domain)}, but its file lies in the folder of `{block.folder}`."
        mend = f"move the file to domains/{slug(product.domain_key)}/, or correct `domain`"
        report.error("folder-differs", block.place("domain"), message, mend)


def check_columns(product: Product, block: ProductBlock, _: Ground, report: Report) -> None:
    """Report columns that are listed twice, and data that nobody could see."""
    seen: dict[str, int] = {}
    for at, item in enumerate(block.shape.schema):
        first = seen.setdefault(item.name.casefold(), at)
        if first != at:
            message = f"{shown(item.name)} is listed twice: {block.where('schema', first)} has it already (case does not count)."
            report.error("column-duplicate", block.place("schema", at, "name"), message, "keep one of the two")
        if len(item.name) > _NAME_LENGTH:
            message = f"The column's name {shown(item.name)} has more than {_NAME_LENGTH} characters."
            report.error("name-invalid", block.place("schema", at, "name"), message, "shorten it in the data and here")
    if product.source is not None and not block.shape.schema:
        message = f"{product.name} has data and no `schema`: nobody can see a column that is not listed."
        mend = "add `schema:` with its columns; `freehold product new --from FILE` drafts it from the data"
        report.error("schema-missing", block.place("source"), message, mend)


def check_source(product: Product, block: ProductBlock, _: Ground, report: Report) -> None:
    """Report a source that is not inside the node's data folder; tables are looked at by `check.databases`."""
    if block.shape.source is not None and block.shape.source.engine == AZURE_SQL:
        return
    path = product.source.path if product.source else ""
    parts = path.replace("\\", "/").split("/")
    if path.startswith(("/", "\\", "~")) or ".." in parts or ":" in path:
        message = f"The path {shown(path)} does not stay inside the node's data folder."
        mend = "write a path relative to the data folder, without `..`, such as `sales/orders.parquet`"
        report.error("path-outside", block.place("source", "path"), message, mend)


def check_groups(product: Product, block: ProductBlock, _: Ground, report: Report) -> None:
    """Report least groups under the floor, an entity key that is no column, and aggregates without one."""
    sizes: list[tuple[Path, int | None]] = [(("minGroupSize",), product.min_group_size)]
    sizes += [(("dataContracts", at, "minGroupSize"), item.min_group_size) for at, item in enumerate(product.contracts)]
    for path, size in sizes:
        if size is not None and size < FLOOR_GROUP:
            message = f"`minGroupSize` is {size}; aggregates over fewer than {FLOOR_GROUP} entities never leave."
            report.error("group-under-floor", block.place(*path), message, f"write {FLOOR_GROUP} or more; without it, it is 10")
    if product.entity_key is None:
        _check_entity_key_needed(product, block, report)
    elif product.columns and product.column(product.entity_key) is None:
        close = nearest(product.entity_key, [column.name for column in product.columns])
        message = f"`entityKey` names {shown(product.entity_key)}, which the schema does not have."
        report.error("field-unknown", block.place("entityKey"), message, meant(close, "name a column of `schema`"))


def _check_entity_key_needed(product: Product, block: ProductBlock, report: Report) -> None:
    path: Path | None = None
    if product.columns and any(scope.endswith(".aggregate") for scope in product.scopes):
        path = ("interfaces",)
    for at, item in enumerate(product.contracts):
        if item.aggregate_fields or item.quantile_fields:
            path = ("dataContracts", at, "aggregateFields" if item.aggregate_fields else "quantileFields")
    if path is not None:
        message = f"{product.name} offers aggregates, and no `entityKey` says what to count groups in: they will be refused."
        mend = "add `entityKey:` with the column that says whom a row is about, such as `customerId`"
        report.warning("entity-key-missing", block.place(*path), message, mend)


def check_promises(product: Product, block: ProductBlock, _: Ground, report: Report) -> None:
    """Report timeliness that nothing measures, and scopes that cannot be scopes (RFC 6749 §3.3)."""
    floors: list[tuple[Path, float | None]] = [(("qualityMetrics", "timeliness"), product.quality.timeliness)]
    floors += [(("dataContracts", at, "minTimeliness"), item.min_timeliness) for at, item in enumerate(product.contracts)]
    for path, floor in floors:
        if floor is not None and product.sla.freshness_text is None:
            message = f"`{path[-1]}` is promised, and there is no `sla.freshness` to measure it by."
            report.warning("timeliness-unmeasured", block.place(*path), message, 'add `freshness: "< 1 hour"` under `sla:`')
    for at, port in enumerate(product.interfaces):
        for number, scope in enumerate(port.scopes):
            if not _SCOPE.fullmatch(scope):
                place = block.place("interfaces", at, "scopes", number)
                mend = "write it without spaces, quotes and backslashes, such as `sales.read`"
                report.error("scope-invalid", place, f"{shown(scope)} cannot be a scope.", mend)


def check_queries(product: Product, block: ProductBlock, _: Ground, report: Report) -> None:
    """Report declared queries and parameters whose names or defaults cannot be used; their SQL is checked elsewhere."""
    for at, item in enumerate(product.queries):
        if not slug(item.name) or slug(item.name) != item.name.replace("_", "-").casefold():
            mend = f"write `{slug(item.name) or 'aggregates'}`"
            message = f"The query's name {shown(item.name)} cannot stand in an address."
            report.error("name-invalid", block.place("queries", at, "name"), message, mend)
        seen: set[str] = set()
        for number, part in enumerate(item.parameters):
            path: Path = ("queries", at, "parameters", number)
            if part.name in seen:
                message = f"The query `{item.name}` has two parameters {shown(part.name)}."
                report.error("parameter-duplicate", block.place(*path, "name"), message, "keep one of the two")
            seen.add(part.name)
            _check_parameter(part, block, path, report)


def _check_parameter(part: Parameter, block: ProductBlock, path: Path, report: Report) -> None:
    if not _PARAMETER.fullmatch(part.name):
        message = f"The parameter's name {shown(part.name)} cannot follow a `$` in SQL."
        report.error("name-invalid", block.place(*path, "name"), message, "write letters, digits and `_`, without the `$`")
    if part.default is not None and part.values and part.default not in part.values:
        message = f"The default {shown(part.default)} is not among the parameter's values."
        report.error("default-invalid", block.place(*path, "default"), message, f"choose one of {', '.join(part.values)}")
    elif part.default is not None and not expression.fits(part.type, part.default):
        message = f"The default {shown(part.default)} is no {part.type}."
        report.error("default-invalid", block.place(*path, "default"), message, "correct it, or the parameter's type")
