"""A product, and every copy that its storage makes, may only be where its policies and its own area allow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from freehold.manifest.bind_product import ProductBlock
from freehold.manifest.block import Path
from freehold.manifest.check.mesh import region_mend
from freehold.manifest.ground import Ground
from freehold.manifest.report import Report, listed, meant, shown
from freehold.model.finding import Severity
from freehold.model.platform import GEO_REDUNDANT
from freehold.model.product import Product
from freehold.names import nearest

_STORED = ("dataResidency", "storageLocations")
_REDUNDANT = ("dataResidency", "redundancy")
_HELD = ("source",)
"""Where it is said of data in a container: the container is the node's, and the product chose to be there."""


_MEND = "remove it, or ask the mesh stewards to change `dataResidency.allowedRegions`"
_MENDS: dict[Path, str] = {
    _REDUNDANT: "use LRS or ZRS, which stay in their region, or ask the mesh stewards to allow the paired region",
    _HELD: "keep the data of this node in an account that is made, and copied, inside the allowed regions alone",
}


class _Copy(NamedTuple):
    """A region where a product would be: the key that says so, and how it comes to be there."""

    path: Path
    region: str
    how: str
    severity: Severity


def check_residency(product: Product, block: ProductBlock, ground: Ground, report: Report) -> None:
    """Report every place where a product would be and may not."""
    known = _check_area(product, block, ground, report)
    for copy in _copies(product, ground):
        if copy.region not in ground.regions:
            message = f"There is no region {shown(copy.region)}."
            report.error("region-unknown", block.place(*copy.path), message, region_mend(copy.region, ground))
        else:
            _check_copy(product, block, ground, report, copy)
    _check_pairs(product, block, ground, report)
    if known:
        _check_home(product, block, ground, report)


def _severity(product: Product, ground: Ground) -> Severity:
    """Residency errors are warnings where no policy is enforced."""
    policies = [policy for policy, _ in ground.binding(product.domain_key) if policy.allowed_regions]
    enforced = not policies or any(policy.residency_enforced for policy in policies)
    return Severity.ERROR if enforced else Severity.WARNING


def _check_area(product: Product, block: ProductBlock, ground: Ground, report: Report) -> bool:
    area, known = product.residency.area, ground.jurisdictions
    if area is None or _is_known(area, ground):
        return True
    message = f"There is no jurisdiction or region {shown(area)}."
    mend = meant(nearest(area, [*known, *ground.regions]), f"write a jurisdiction ({', '.join(sorted(known))}) or a region")
    report.error("region-unknown", block.place("dataResidency", "region"), message, mend)
    return False


def _is_known(area: str, ground: Ground) -> bool:
    return area in ground.jurisdictions or area in ground.regions


def _copies(product: Product, ground: Ground) -> Iterator[_Copy]:
    """Yield every region where the product would be, copies of geo-redundant storage included."""
    severity, named = _severity(product, ground), product.residency.storage_locations
    for at, region in enumerate(named):
        yield _Copy((*_STORED, at), region, "storageLocations lists", severity)
    if not named and product.home is not None:
        yield _Copy(("dataResidency", "region"), product.home, "its home is", severity)
    if product.residency.redundancy in GEO_REDUNDANT:
        for region in _places(product):
            paired = ground.regions[region].paired if region in ground.regions else None
            if paired is not None and paired not in named:
                yield _Copy(_REDUNDANT, paired, f"{product.residency.redundancy} storage in {region} copies to", severity)
    yield from _held(product, ground, severity)


def _held(product: Product, ground: Ground, severity: Severity) -> Iterator[_Copy]:
    """Yield the regions of the container in which the product's home keeps data."""
    at, node = next(((at, node) for at, node in enumerate(ground.nodes.values()) if node.region == product.home), (0, None))
    if node is None or node.storage is None or ground.mesh is None:
        return
    storage, where = node.storage, ground.mesh.where("nodes", at, "storage")
    yield _Copy(_HELD, storage.region, f"the container of {node.name} ({where}) is in", severity)
    paired = ground.regions[storage.region].paired if storage.region in ground.regions else None
    if storage.is_geo_redundant and paired is not None:
        yield _Copy(_HELD, paired, f"the {storage.redundancy} container of {node.name} ({where}) copies to", severity)


def _places(product: Product) -> tuple[str, ...]:
    return product.residency.storage_locations or ((product.home,) if product.home else ())


def _check_copy(product: Product, block: ProductBlock, ground: Ground, report: Report, copy: _Copy) -> None:
    """Report a place against the first rule that forbids it: one mistake, one finding."""
    for policy, source in ground.binding(product.domain_key):
        if policy.allowed_regions and copy.region not in policy.allowed_regions:
            rule = source.where("dataResidency", "allowedRegions")
            whose = "every product" if policy.scope == "mesh" else f"products of {policy.scope}"
            message = f"{copy.how} {shown(copy.region)}, but {rule} allows {listed(policy.allowed_regions)} for {whose}."
            report.add(copy.severity, "residency-outside-policy", block.place(*copy.path), message, _MENDS.get(copy.path, _MEND))
            return
    _check_inside(product, block, ground, report, copy)


def _check_inside(product: Product, block: ProductBlock, ground: Ground, report: Report, copy: _Copy) -> None:
    area, named = product.residency.area, product.residency.storage_locations
    if copy.path == _HELD and named and copy.region not in named:
        message = f"{copy.how} {shown(copy.region)}, but {block.where(*_STORED)} allows {listed(named)}."
        report.add(copy.severity, "residency-outside-area", block.place(*copy.path), message, _MENDS[_HELD])
        return
    if area is None or not _is_known(area, ground) or ground.lies_in(area, copy.region):
        return
    lies, rule = ground.regions[copy.region].jurisdiction, block.where("dataResidency", "region")
    message = f"{copy.how} {shown(copy.region)}, which lies in {lies}, but {rule} keeps the product in {area}."
    mend = f"use LRS or ZRS, which stay in {area}" if copy.path == _REDUNDANT else f"store it in a region of {area}"
    mend = _MENDS[_HELD] if copy.path == _HELD else mend
    report.add(copy.severity, "residency-outside-area", block.place(*copy.path), message, mend)


def _check_pairs(product: Product, block: ProductBlock, ground: Ground, report: Report) -> None:
    if product.residency.redundancy not in GEO_REDUNDANT:
        return
    for region in _places(product):
        known = ground.regions.get(region)
        if known is not None and known.paired is None:
            message = f"{product.residency.redundancy} copies to a paired region, and {shown(region)} has none."
            mend = "use LRS or ZRS, which stay in their region"
            report.add(_severity(product, ground), "pair-missing", block.place(*_REDUNDANT), message, mend)


def _check_home(product: Product, block: ProductBlock, ground: Ground, report: Report) -> None:
    if product.home is not None or not ground.served:
        return
    allowed, area = ground.allowed(product.domain_key), product.residency.area
    named = product.residency.storage_locations
    if any(name not in ground.regions for name in named):
        return
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
