"""A domain chooses among what the platform approved and the policies allow, and turns off nothing that is required (law 6)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from freehold.manifest.block import Block
from freehold.manifest.check.mesh import region_mend
from freehold.manifest.check.platform import TAG_MEND, TAG_VALUE, is_tag_name
from freehold.manifest.ground import Ground
from freehold.manifest.report import Report, listed, meant, shown
from freehold.manifest.shapes import DomainShape, InfrastructureShape
from freehold.model.finding import Severity
from freehold.model.platform import GEO_REDUNDANT, Baseline, Infrastructure, Platform
from freehold.model.sku import has_zones, is_zonal
from freehold.names import domain_key, nearest

_TAGS = 50
_STAYS = "choose LRS or ZRS, which stay in their region"
_SWITCHES = {
    Baseline.PRIVATE_ENDPOINTS: "enablePrivateEndpoints",
    Baseline.CUSTOMER_KEYS: "enableCMK",
    Baseline.PURVIEW: "enablePurviewIntegration",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What one domain asks for, and what it is held against."""

    chosen: Infrastructure
    shape: InfrastructureShape
    platform: Platform
    block: Block[DomainShape]
    ground: Ground
    report: Report

    def add(self, severity: Severity, code: str, path: tuple[str, ...], message: str, mend: str) -> None:
        """Report at a key of the domain's `infrastructure`, or at what comes nearest to it."""
        self.report.add(severity, code, self.block.place("infrastructure", *path), message, mend)

    def error(self, code: str, path: str, message: str, mend: str) -> None:
        """Report an error at a key, by its dotted path."""
        self.add(Severity.ERROR, code, tuple(path.split(".")), message, mend)


def check_infrastructure(asked: Asked) -> None:
    """Report each choice of a domain that the platform has not approved or a policy forbids."""
    chosen, shape = asked.chosen, asked.shape
    if shape.domain_name is not None and domain_key(shape.domain_name) != domain_key(chosen.domain):
        message = f"`domainName` is {shown(shape.domain_name)}, but the domain is {shown(chosen.domain)}."
        asked.error("domain-differs", "domainName", message, "remove it, or write the domain's own name")
    if not re.match(r"[a-z]", chosen.short):
        message = f"The domain's name {shown(chosen.domain)} cannot be part of the name of a resource."
        asked.error("name-invalid", "domainName", message, "begin it with a letter, such as `Sales`")
    _check_choice(asked, "sqlServerSku", chosen.database_sku, asked.platform.database_skus)
    _check_choice(asked, "storageAccountSku", chosen.storage_sku, asked.platform.storage_skus)
    _check_baseline(asked)
    _check_tags(asked)
    if chosen.region not in asked.ground.regions:
        asked.error(
            "region-unknown", "region", f"There is no region {shown(chosen.region)}.", region_mend(chosen.region, asked.ground)
        )
        return
    _check_choice(asked, "region", chosen.region, asked.platform.regions)
    _check_copies(asked)


def _check_choice(asked: Asked, path: str, value: str, approved: tuple[str, ...]) -> None:
    if value in approved:
        return
    said = f"approves {listed(approved)}" if approved else "approves none"
    message = f"`{path}` is {shown(value)}, but platform.yaml {said}."
    mend = meant(nearest(value, approved), f"choose one of them, or ask the platform's team to approve {shown(value)}")
    asked.error("choice-unapproved", path, message, mend)


def _check_baseline(asked: Asked) -> None:
    for part in asked.platform.requires:
        if not asked.chosen.has(part):
            message = f"`{_SWITCHES[part]}` is off, but platform.yaml requires `{part.value}` of every domain."
            asked.error("baseline-lowered", _SWITCHES[part], message, "write `true`, or remove the key")


def _check_copies(asked: Asked) -> None:
    """Report the region, and where a geo-redundant kind of storage copies to, against each policy that binds the domain."""
    chosen, paired = asked.chosen, asked.ground.regions[asked.chosen.region].paired
    _check_allowed(asked, "region", chosen.region, "The domain would be in")
    if is_zonal(chosen.redundancy) and not has_zones(chosen.region):
        message = f"{shown(chosen.storage_sku)} spreads over availability zones, and {shown(chosen.region)} has none."
        asked.error("zones-missing", "storageAccountSku", message, "choose LRS, or a region with zones")
    if chosen.redundancy not in GEO_REDUNDANT:
        return
    if paired is None:
        message = f"{shown(chosen.storage_sku)} copies to a paired region, and {shown(chosen.region)} has none."
        asked.error("pair-missing", "storageAccountSku", message, _STAYS)
    else:
        how = f"{chosen.storage_sku} in {chosen.region} copies files and backups to"
        _check_allowed(asked, "storageAccountSku", paired, how)


def _check_allowed(asked: Asked, path: str, region: str, how: str) -> None:
    for policy, source in asked.ground.binding(domain_key(asked.chosen.domain)):
        if policy.allowed_regions and region not in policy.allowed_regions:
            rule = source.where("dataResidency", "allowedRegions")
            message = f"{how} {shown(region)}, but {rule} allows {listed(policy.allowed_regions)}."
            mend = "choose a region that it allows" if path == "region" else _STAYS
            severity = Severity.ERROR if policy.residency_enforced else Severity.WARNING
            asked.add(severity, "infrastructure-outside-policy", (path,), message, mend)
            return


def _check_tags(asked: Asked) -> None:
    region = asked.ground.regions.get(asked.chosen.region)
    follow = {"Domain": asked.chosen.domain, "DataOwner": asked.chosen.owner, "Region": region.jurisdiction if region else None}
    for name in asked.platform.tags:
        if not (asked.shape.tags.get(name) or follow.get(name) or (name == "Region" and region is None)):
            mend = "name the domain's `owner`" if name == "DataOwner" else f"add `tags: {{{name}: …}}`"
            asked.error("tag-missing", "tags", f"The tag {shown(name)} is missing.", mend)
    if region is not None:
        _check_law(asked, region.jurisdiction)
    domain, said, known = asked.shape.tags.get("Domain"), asked.shape.tags.get("Classification"), asked.platform.classifications
    if domain is not None and domain_key(domain) != domain_key(asked.chosen.domain):
        message = f"The tag `Domain` is {shown(domain)}, but the domain is {shown(asked.chosen.domain)}."
        asked.error("tag-contradicts", "tags.Domain", message, "remove it: it follows from the domain")
    if said is not None and known and said not in known:
        message = f"The tag `Classification` is {shown(said)}, but platform.yaml knows {listed(known)}."
        asked.error("choice-unapproved", "tags.Classification", message, meant(nearest(said, known), "choose one of them"))
    _check_spelling(asked, {*asked.shape.tags, *follow})


def _check_law(asked: Asked, jurisdiction: str) -> None:
    said = asked.shape.tags.get("Region")
    if said is not None and said != jurisdiction:
        message = f"The tag `Region` is {shown(said)}, but {shown(asked.chosen.region)} lies in {jurisdiction}."
        asked.error("tag-contradicts", "tags.Region", message, "remove it: it follows from the region")


def _check_spelling(asked: Asked, names: set[str]) -> None:
    for name, value in asked.shape.tags.items():
        if not is_tag_name(name) or len(value) > TAG_VALUE or not value.isprintable():
            message = f"{shown(name)} with the value {shown(value)} cannot be a tag."
            asked.add(Severity.ERROR, "tag-invalid", ("tags", name), message, TAG_MEND)
    if len(names) > _TAGS or len({name.casefold() for name in names}) < len(names):
        message = "The tags are too many, or two of them differ in case alone."
        asked.error("tag-invalid", "tags", message, f"write at most {_TAGS}, and each name in one way")
