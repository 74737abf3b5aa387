"""A product, and every copy that its storage makes, may only be where its policies and its own area allow."""

from __future__ import annotations

from collections.abc import Iterator

from freehold.manifest.bind_product import ProductBlock
from freehold.manifest.block import Path
from freehold.manifest.check.mesh import region_mend
from freehold.manifest.ground import Ground
from freehold.manifest.report import Report, listed, meant, shown
from freehold.model.finding import Severity
from freehold.model.product import Product
from freehold.names import nearest

GEO_REDUNDANT = frozenset({"GRS", "RAGRS", "GZRS", "RAGZRS"})
_STORED = ("dataResidency", "storageLocations")
_REDUNDANT = ("dataResidency", "redundancy")


def check_residency(product: Product, block: ProductBlock, ground: Ground, report: Report) -> None:
    """Report every place where a product would be and may not."""
    if not _check_area(product, block, ground, report):
        return
    severity = _severity(product, ground)
    for path, region, how in _stored(product, ground):
        if region not in ground.regions:
            message = f"There is no region {shown(region)}."
            report.error("region-unknown", block.place(*path), message, region_mend(region, ground))
        else:
            _check_policies(product, block, ground, report, (path, region, how), severity)
            _check_inside(product, block, ground, report, (path, region, how), severity)
    _check_pairs(product, block, ground, report, severity)
    _check_home(product, block, ground, report)


def _severity(product: Product, ground: Ground) -> Severity:
    """Residency errors are warnings where no policy is enforced."""
    policies = [policy for policy, _ in ground.binding(product.domain_key) if policy.allowed_regions]
    enforced = not policies or any(policy.residency_enforced for policy in policies)
    return Severity.ERROR if enforced else Severity.WARNING


def _check_area(product: Product, block: ProductBlock, ground: Ground, report: Report) -> bool:
    area, known = product.residency.area, ground.jurisdictions
    if area is None or area in known or area in ground.regions:
        return True
    message = f"There is no jurisdiction or region {shown(area)}."
    mend = meant(nearest(area, [*known, *ground.regions]), f"write a jurisdiction ({', '.join(sorted(known))}) or a region")
    report.error("region-unknown", block.place("dataResidency", "region"), message, mend)
    return False


def _stored(product: Product, ground: Ground) -> Iterator[tuple[Path, str, str]]:
    """Yield the key that says it, the region, and how the product comes to be there."""
    named = product.residency.storage_locations
    for at, region in enumerate(named):
        yield (*_STORED, at), region, "storageLocations lists"
    if not named and product.home is not None:
        yield ("dataResidency", "region"), product.home, "its home is"
    if product.residency.redundancy in GEO_REDUNDANT:
        for region in named or ((product.home,) if product.home else ()):
            paired = ground.regions[region].paired if region in ground.regions else None
            if paired is not None and paired not in named:
                yield _REDUNDANT, paired, f"{product.residency.redundancy} storage in {region} copies to"


def _check_policies(
    product: Product, block: ProductBlock, ground: Ground, report: Report, stored: tuple[Path, str, str], severity: Severity
) -> None:
    path, region, how = stored
    for policy, source in ground.binding(product.domain_key):
        if policy.allowed_regions and region not in policy.allowed_regions:
            rule = source.where("dataResidency", "allowedRegions")
            whose = "every product" if policy.scope == "mesh" else f"products of {policy.scope}"
            message = f"{how} {shown(region)}, but {rule} allows {listed(policy.allowed_regions)} for {whose}."
            mend = "remove it, or ask the mesh stewards to change `dataResidency.allowedRegions`"
            if path == _REDUNDANT:
                mend = "use LRS or ZRS, which stay in their region, or ask the mesh stewards to allow the paired region"
            report.add(severity, "residency-outside-policy", block.place(*path), message, mend)
            return


def _check_inside(
    product: Product, block: ProductBlock, ground: Ground, report: Report, stored: tuple[Path, str, str], severity: Severity
) -> None:
    path, region, how = stored
    area = product.residency.area
    if area is None or ground.lies_in(area, region):
        return
    rule = block.where("dataResidency", "region")
    message = f"{how} {shown(region)}, which lies in {ground.regions[region].jurisdiction}, but {rule} keeps the product in {area}."
    mend = f"use LRS or ZRS, which stay in {area}" if path == _REDUNDANT else f"store it in a region of {area}"
    report.add(severity, "residency-outside-area", block.place(*path), message, mend)


def _check_pairs(product: Product, block: ProductBlock, ground: Ground, report: Report, severity: Severity) -> None:
    if product.residency.redundancy not in GEO_REDUNDANT:
        return
    for region in product.residency.storage_locations or ((product.home,) if product.home else ()):
        known = ground.regions.get(region)
        if known is not None and known.paired is None:
            message = f"{product.residency.redundancy} copies to a paired region, and {shown(region)} has none."
            mend = "use LRS or ZRS, which stay in their region"
            report.add(severity, "pair-missing", block.place(*_REDUNDANT), message, mend)


def _check_home(product: Product, block: ProductBlock, ground: Ground, report: Report) -> None:
    if product.home is not None or not ground.served:
        return
    allowed, area = ground.allowed(product.domain_key), product.residency.area
    named = product.residency.storage_locations
    place = block.place(*_STORED) if named else block.place("dataResidency", "region")
    if not named and allowed is not None and not any(ground.lies_in(area, name) for name in allowed):
        rule = ground.binding(product.domain_key)[-1][1].where("dataResidency", "allowedRegions")
        message = f"The product must stay in {area}, and {rule} allows no region there: {listed(allowed)}."
        mend = "change its `dataResidency.region`, or ask the mesh stewards to change `dataResidency.allowedRegions`"
        report.add(_severity(product, ground), "residency-outside-policy", place, message, mend)
        return
    message = f"No node of the mesh serves a region where {product.name} may be, so nothing can be asked of it."
    wanted = named or allowed or ((area,) if area else ())
    report.warning("home-missing", place, message, f"add a node in {' or '.join(wanted) or 'its region'} to mesh.yaml")
