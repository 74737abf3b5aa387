"""What a product must say about itself, and what its columns are."""

from __future__ import annotations

from freehold.manifest.bind_product import ProductBlock
from freehold.manifest.check.governance import check_classification
from freehold.manifest.ground import Ground
from freehold.manifest.report import Report, listed, shown
from freehold.model.policy import Governance
from freehold.model.product import Product


def check_catalog(product: Product, block: ProductBlock, ground: Ground, report: Report) -> None:
    """Report what the policies want said and is not."""
    wanted = (
        ("require_owner", "requireOwner", "owner-missing", "an owner", product.owner, "`owner: team@example.com`"),
        (
            "require_description",
            "requireDescription",
            "description-missing",
            "a description",
            product.description,
            "`description: …`, one sentence on what the product holds",
        ),
        (
            "require_sensitivity_label",
            "requireSensitivityLabel",
            "label-missing",
            "a sensitivity label",
            product.sensitivity_label,
            f"`sensitivityLabel: {proposed_label(product)}`{_reason(product)}",
        ),
    )
    for name, key, code, what, value, mend in wanted:
        rule = _required(name, key, product, ground)
        if rule is not None and value is None:
            report.error(code, block.place(), f"{rule} requires {what}; {product.name} has none.", f"add {mend}")


def proposed_label(product: Product) -> str:
    """Return the label that fits a product's most sensitive column."""
    return "Confidential" if most_sensitive(product) else "General"


def most_sensitive(product: Product) -> str | None:
    """Return the most sensitive classification among a product's columns, or None where none is classified."""
    found = {item for column in product.columns for item in column.classifications}
    return min(found, key=lambda item: (not item.startswith("PII.HighRisk"), not item.startswith("PII"), item), default=None)


def check_columns_classified(product: Product, block: ProductBlock, ground: Ground, report: Report) -> None:
    """Report classifications that are none, and columns that look classified while `autoClassify` is off."""
    for at, item in enumerate(block.shape.schema):
        declared = [item.classification] if isinstance(item.classification, str) else item.classification or []
        for text in declared:
            check_classification(text, block.place("schema", at, "classification"), report)
        found = ground.unused(product.domain_key, item.name, item.description)
        missed = [name for name in found if name not in product.columns[at].classifications]
        if missed and not declared:
            message = f"{shown(item.name)} looks like {listed(missed)}, and `autoClassify` is off."
            mend = f"add `classification: {missed[0]}`, or turn `dataClassification.autoClassify` on"
            report.warning("column-unclassified", block.place("schema", at, "name"), message, mend)


def check_encryption(product: Product, block: ProductBlock, _: Ground, report: Report) -> None:
    """Say plainly what `Encrypted-CMK` does not do yet."""
    if product.residency.pii_handling == "Encrypted-CMK":
        message = (
            "Encryption at rest is not active until keys are configured. "
            f"Personal columns of {product.name} leave in the clear under no contract already now."
        )
        mend = "nothing to do here; until then, keep the data folder on an encrypted disk"
        report.notice("encryption-inactive", block.place("dataResidency", "piiHandling"), message, mend)


def _required(name: str, key: str, product: Product, ground: Ground) -> str | None:
    """Return the place of the rule that requires something of a product, or None."""
    for policy, source in ground.binding(product.domain_key):
        if _asks(policy, name):
            return source.where("dataCatalog", key)
    return None


def _asks(policy: Governance, name: str) -> bool:
    return bool(getattr(policy, name))


def _reason(product: Product) -> str:
    most = most_sensitive(product)
    return f" (its most sensitive column is {most})" if most else ""
