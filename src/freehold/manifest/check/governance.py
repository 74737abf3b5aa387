"""Policies must be sound in themselves, and a domain's policy may only narrow the mesh's (law 6)."""

from __future__ import annotations

import re

from freehold.manifest.block import Path
from freehold.manifest.check.mesh import region_mend
from freehold.manifest.ground import Ground, PolicyBlock
from freehold.manifest.report import Place, Report, listed, meant, shown
from freehold.model.policy import Governance
from freehold.names import domain_key, nearest

_CLASSIFICATION = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z][A-Za-z0-9_-]*)*")
_NARROW = "remove it: a domain may narrow the mesh's policy, never widen it"
_SWITCHES: tuple[tuple[str, str, str], ...] = (
    ("residency_enforced", "dataResidency", "enforced"),
    ("auto_classify", "dataClassification", "autoClassify"),
    ("require_description", "dataCatalog", "requireDescription"),
    ("require_owner", "dataCatalog", "requireOwner"),
    ("require_sensitivity_label", "dataCatalog", "requireSensitivityLabel"),
    ("require_approval", "accessControl", "requireApproval"),
)


def check_governance(policy: Governance, block: PolicyBlock, ground: Ground, domains: set[str], report: Report) -> None:
    """Report what is wrong in one policy; `domains` are the keys of the mesh's domains."""
    for at, name in enumerate(policy.allowed_regions):
        if name not in ground.regions:
            place = block.place("dataResidency", "allowedRegions", at)
            report.error("region-unknown", place, f"There is no region {shown(name)}.", region_mend(name, ground))
    rules = block.shape.data_classification.rules if block.shape.data_classification else []
    for at, rule in enumerate(rules):
        path: Path = ("dataClassification", "rules", at, "classification")
        check_classification(rule.classification, block.place(*path), report)
    _check_approvers(policy, block, ground, domains, report)


def check_classification(text: str, place: Place, report: Report) -> None:
    """Report a classification that is not a dotted path of words."""
    if not _CLASSIFICATION.fullmatch(text):
        message = f"The classification {shown(text)} is not a path of words."
        mend = "write words joined by dots, such as `PII.Contact`; everything under `PII` is personal data"
        report.error("classification-invalid", place, message, mend)
    elif text.partition(".")[0].upper() == "PII" and not text.startswith("PII"):
        message = f"The classification {shown(text)} is not under `PII`: case counts, so it would not be personal data."
        report.error("classification-invalid", place, message, f"did you mean `PII{text[3:]}`?")


def check_narrowing(own: Governance, block: PolicyBlock, ground: Ground, report: Report) -> None:
    """Report where a domain's policy gives what the mesh's policy takes away."""
    if None not in ground.policies:
        return
    wide, wide_block = ground.policies[None]
    if wide.allowed_regions:
        for at, name in enumerate(own.allowed_regions):
            if name not in wide.allowed_regions:
                place = block.place("dataResidency", "allowedRegions", at)
                rule = wide_block.where("dataResidency", "allowedRegions")
                message = (
                    f"The domain's policy allows {shown(name)}, but {rule} allows {listed(wide.allowed_regions)} for the mesh."
                )
                report.error("policy-widens", place, message, "remove it: a domain may narrow the mesh's policy, never widen it")
    for name, *path in _SWITCHES:
        if getattr(wide, name) and not getattr(own, name) and block.has(*path):
            message = f"The domain's policy turns off `{path[-1]}`, which {wide_block.where(*path)} turns on for the mesh."
            report.error("policy-widens", block.place(*path), message, _NARROW)


def _check_approvers(policy: Governance, block: PolicyBlock, ground: Ground, domains: set[str], report: Report) -> None:
    inherited = ground.policies[None][0].approvers if None in ground.policies else ()
    if policy.require_approval and not (policy.approvers or inherited):
        place = block.place("accessControl", "requireApproval")
        message = "Approval is required and no approver is named, so no contract could ever have an effect."
        report.error("approvers-missing", place, message, 'add `approvers: ["data-steward@domain"]`')
    for at, entry in enumerate(policy.approvers):
        _check_approver(entry, block.place("accessControl", "approvers", at), domains, report)


def _check_approver(entry: str, place: Place, domains: set[str], report: Report) -> None:
    role, sign, at = entry.partition("@")
    if any(letter.isspace() for letter in entry) or (sign and not (role and at)) or "@" in at:
        message = f"The approver {shown(entry)} is neither `role@domain` nor a subject."
        report.error("approver-invalid", place, message, "write for example `data-steward@domain`")
    elif sign and "." not in at and at != "domain" and domain_key(at) not in domains:
        message = f"The approver {shown(entry)} is of a domain that the mesh does not have."
        mend = meant(nearest(at, domains), "write `domain` for whichever domain owns the product")
        report.error("domain-unknown", place, message, mend)
