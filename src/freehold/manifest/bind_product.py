"""The shape of a product to the model: its home found, its columns classified, its small languages read."""

from __future__ import annotations

from freehold.manifest import expression
from freehold.manifest.bind_rules import bind_rules, spelled
from freehold.manifest.block import Block
from freehold.manifest.ground import Ground
from freehold.manifest.product_shapes import (
    ColumnShape,
    ContractShape,
    InterfaceShape,
    ParameterShape,
    ProductShape,
    QualityShape,
    QueryShape,
    ResidencyShape,
    ServiceLevelShape,
    SourceShape,
)
from freehold.manifest.report import Report, shown
from freehold.model.classification import united
from freehold.model.contract import BelowFloor, Contract
from freehold.model.label import Disclosure, Mask, MaskKind
from freehold.model.product import (
    AZURE_SQL,
    Column,
    DeclaredQuery,
    Interface,
    InterfaceKind,
    Parameter,
    Product,
    QualityFloor,
    RateLimit,
    Residency,
    ServiceLevel,
    Source,
)
from freehold.model.version import semantic
from freehold.names import domain_key

ProductBlock = Block[ProductShape]


def bind_product(block: ProductBlock, ground: Ground, report: Report) -> Product:
    """Return a product as it stands in its mesh."""
    shape, domain = block.shape, domain_key(block.shape.domain)
    residency = shape.data_residency or ResidencyShape()
    home = find_home(residency, domain, ground)
    columns = tuple(_column(item, block, at, ground, report) for at, item in enumerate(shape.schema))
    return Product(
        name=shape.name,
        domain=shape.domain,
        owner=shape.owner,
        description=shape.description,
        version=_version(shape.version, block, report),
        sensitivity_label=shape.sensitivity_label,
        residency=Residency(
            area=residency.region,
            storage_locations=tuple(residency.storage_locations),
            redundancy=residency.redundancy,
            pii_handling=residency.pii_handling,
        ),
        home=home,
        jurisdiction=_jurisdiction(residency.region, home, ground),
        interfaces=tuple(_interface(item, block, at, report) for at, item in enumerate(shape.interfaces)),
        sla=_service_level(shape.sla or ServiceLevelShape(), block, report),
        quality=_quality(shape.quality_metrics or QualityShape()),
        columns=columns,
        rules=bind_rules(block, columns, report),
        source=_source(shape.source),
        entity_key=shape.entity_key,
        row_filter=shape.row_filter,
        min_group_size=shape.min_group_size,
        max_share=shape.max_share,
        queries=tuple(_query(item, block, at, report) for at, item in enumerate(shape.queries)),
        contracts=tuple(_contract(item, block, at, report) for at, item in enumerate(shape.data_contracts)),
        where=block.where(),
    )


def _version(text: str | None, block: ProductBlock, report: Report) -> str | None:
    if text is not None and semantic(text) is None:
        message = f"`version` is {shown(text)}, which is no semantic version."
        report.error("version-invalid", block.place("version"), message, 'write three numbers, such as `version: "1.2.0"`')
    return text


def find_home(residency: ResidencyShape, domain: str, ground: Ground) -> str | None:
    """Return the region whose node judges every request for a product: the first place where it may be that a node serves."""
    candidates = tuple(residency.storage_locations)
    if not candidates:
        allowed = ground.allowed(domain)
        candidates = tuple(node.region for node in ground.nodes.values()) if allowed is None else allowed
        candidates = tuple(name for name in candidates if ground.lies_in(residency.region, name))
    return next((name for name in candidates if name in ground.served and name in ground.regions), None)


def _jurisdiction(area: str | None, home: str | None, ground: Ground) -> str | None:
    if home is not None:
        return ground.regions[home].jurisdiction
    if area in ground.regions:
        return ground.regions[area].jurisdiction
    return area if area in ground.jurisdictions else None


def _interface(item: InterfaceShape, block: ProductBlock, at: int, report: Report) -> Interface:
    return Interface(
        kind=InterfaceKind(item.type),
        endpoint=item.endpoint,
        authentication=item.authentication,
        scopes=tuple(item.scopes),
        access_level=item.access_level,
        rate_limit=_rate(item.rate_limit, block, at, report),
    )


def _rate(written: int | str | None, block: ProductBlock, at: int, report: Report) -> RateLimit | None:
    if written is None:
        return None
    found = expression.rate(written)
    if found is None:
        message = f"The rate limit {shown(written)} cannot be read."
        mend = "write a number of requests a minute, such as `1000`, or `1000/hour`, `20/second`"
        report.error("rate-unreadable", block.place("interfaces", at, "rateLimit"), message, mend)
    return found


def _service_level(item: ServiceLevelShape, block: ProductBlock, report: Report) -> ServiceLevel:
    return ServiceLevel(
        availability=item.availability,
        latency=_promise(item.latency, "latency", "< 100ms", block, report),
        latency_text=item.latency,
        freshness=_promise(item.freshness, "freshness", "< 1 hour", block, report),
        freshness_text=item.freshness,
    )


def _promise(text: str | None, name: str, example: str, block: ProductBlock, report: Report) -> float | None:
    found = expression.promise(text) if text is not None else None
    if text is not None and not found:
        mend = f'write a bound with its unit (ms, s, min, h, d), such as `{name}: "{example}"`'
        report.error("promise-unreadable", block.place("sla", name), f"`sla.{name}` is {shown(text)}, which is no time.", mend)
        return None
    return found


def _quality(item: QualityShape) -> QualityFloor:
    return QualityFloor(completeness=item.completeness, accuracy=item.accuracy, timeliness=item.timeliness)


def _column(item: ColumnShape, block: ProductBlock, at: int, ground: Ground, report: Report) -> Column:
    declared = (item.classification,) if isinstance(item.classification, str) else tuple(item.classification or ())
    found = ground.classified(domain_key(block.shape.domain), item.name, item.description)
    type_ = _type(item.type, block, ("schema", at, "type"), report)
    return Column(
        name=item.name,
        type=type_,
        description=item.description,
        classifications=united(declared, found),
        required=item.required,
        unique=item.unique,
        pattern=item.pattern,
        minimum=item.minimum,
        maximum=item.maximum,
        exclusive_minimum=item.exclusive_minimum,
        exclusive_maximum=item.exclusive_maximum,
        multiple_of=item.multiple_of,
        min_length=item.min_length,
        max_length=item.max_length,
        values=spelled(type_, item.values),
        references=item.references,
    )


def _type(text: str, block: ProductBlock, path: tuple[str | int, ...], report: Report) -> str:
    found = expression.logical_type(text)
    if found is None:
        report.error("type-unknown", block.place(*path), f"There is no type {shown(text)}.", expression.type_mend(text))
    return found or text


def _source(item: SourceShape | None) -> Source | None:
    place = None if item is None else item.table if item.engine == AZURE_SQL else item.path
    if item is None or place is None:  # what lacks its place is reported by `check.source`
        return None
    if item.engine == AZURE_SQL:
        return Source(path=place, format="table", engine=AZURE_SQL, database=item.database, changed_at=item.changed_at)
    ending = "csv" if place.casefold().endswith((".csv", ".csv.gz")) else "parquet"
    return Source(path=place, format=item.format or ending, engine=item.engine)


def _query(item: QueryShape, block: ProductBlock, at: int, report: Report) -> DeclaredQuery:
    parameters = tuple(
        _parameter(part, block, ("queries", at, "parameters", number, "type"), report)
        for number, part in enumerate(item.parameters)
    )
    return DeclaredQuery(name=item.name, sql=item.sql, description=item.description, parameters=parameters)


def _parameter(item: ParameterShape, block: ProductBlock, path: tuple[str | int, ...], report: Report) -> Parameter:
    known = item.type == "region" or (expression.logical_type(item.type) is not None and item.type != "binary")
    if not known:
        message = f"There is no parameter type {shown(item.type)}."
        mend = "write `string`" if item.type == "binary" else expression.type_mend(item.type)
        report.error("type-unknown", block.place(*path), message, mend)
    return Parameter(
        name=item.name,
        type=expression.logical_type(item.type) or item.type,
        description=item.description,
        required=item.required and item.default is None,
        default=None if item.default is None else str(item.default),
        values=tuple(str(value) for value in item.values),
    )


def _contract(item: ContractShape, block: ProductBlock, at: int, report: Report) -> Contract:
    return Contract(
        consumer=item.consumer,
        purpose=item.purpose,
        name=item.name,
        fields=tuple(item.fields),
        excluded_fields=tuple(item.excluded_fields),
        aggregate_fields=tuple(item.aggregate_fields),
        quantile_fields=tuple(item.quantile_fields),
        join_fields=tuple(item.join_fields),
        join_region=item.join_region,
        masks=_masks(item, block, at, report),
        row_filter=item.row_filter,
        min_group_size=item.min_group_size,
        max_share=item.max_share,
        disclosure=Disclosure(item.disclosure),
        valid_until=item.valid_until,
        min_completeness=item.min_completeness,
        min_accuracy=item.min_accuracy,
        min_timeliness=item.min_timeliness,
        below_floor=BelowFloor(item.below_floor),
        where=block.where("dataContracts", at),
    )


def _masks(item: ContractShape, block: ProductBlock, at: int, report: Report) -> dict[str, Mask]:
    found: dict[str, Mask] = {}
    for name, text in item.masks.items():
        mask = expression.mask(text)
        if mask is None:
            place = block.place("dataContracts", at, "masks", name)
            report.error("mask-invalid", place, f"There is no mask {shown(text)}.", expression.mask_mend(text))
        found[name] = mask or Mask(kind=MaskKind.REDACT)
    return found
