"""The three manifests that users already write load unchanged, and each of their keys lands in the model."""

from __future__ import annotations

from pathlib import Path

import pytest

from freehold.manifest import Reading, read
from freehold.model.contract import Contract
from freehold.model.finding import Severity
from freehold.model.policy import ClassificationRule
from freehold.model.product import Interface, InterfaceKind, QualityFloor, RateLimit, Residency, ServiceLevel

SOURCE = Path(__file__).parents[2] / "cases" / "manifest" / "source"


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read({path.relative_to(SOURCE).as_posix(): path.read_bytes() for path in SOURCE.rglob("*.yaml")})


def test_the_policy_lands_in_the_model_key_by_key(reading: Reading) -> None:
    assert reading.mesh is not None
    governance = reading.mesh.governance
    assert governance.residency_enforced
    assert governance.allowed_regions == ("westeurope", "northeurope")
    assert governance.auto_classify
    assert governance.rules == (
        ClassificationRule(pattern="SSN|Social Security", classification="PII.HighRisk"),
        ClassificationRule(pattern="email|phone", classification="PII.Contact"),
    )
    assert (governance.require_description, governance.require_owner, governance.require_sensitivity_label) == (True, True, True)
    assert governance.require_approval
    assert governance.approvers == ("data-steward@domain",)
    assert governance.where["dataResidency.allowedRegions"] == "governance.yaml:5"


def test_sales_analytics_lands_in_the_model_key_by_key(reading: Reading) -> None:
    assert reading.mesh is not None
    product = reading.mesh.products["sales.sales_analytics"]
    assert (product.name, product.domain, product.owner) == ("Sales Analytics", "Sales", "sales-data-team@contoso.com")
    assert product.residency == Residency(area="EU", storage_locations=("westeurope",))
    assert (product.home, product.jurisdiction) == ("westeurope", "EU")
    assert product.interfaces == (
        Interface(
            kind=InterfaceKind.API,
            endpoint="https://sales-api.contoso.eu/v1",
            authentication="OAuth2",
            scopes=("sales.read", "sales.aggregate"),
        ),
        Interface(
            kind=InterfaceKind.SQL,
            endpoint="sales-sql.database.windows.net",
            authentication="AzureAD",
            access_level="Read-Only",
        ),
    )
    assert product.sla == ServiceLevel(
        availability=99.9, latency=0.1, latency_text="< 100ms", freshness=3600.0, freshness_text="< 1 hour"
    )
    assert product.quality == QualityFloor(completeness=98, accuracy=99, timeliness=95)
    assert product.where == "domains/sales/sales-analytics.yaml:2"


def test_customer_360_lands_in_the_model_key_by_key(reading: Reading) -> None:
    assert reading.mesh is not None
    product = reading.mesh.products["customer.customer_360"]
    assert product.residency == Residency(area="EU", pii_handling="Encrypted-CMK")
    assert product.home == "westeurope"
    assert product.interfaces == (
        Interface(kind=InterfaceKind.API, endpoint="https://customer-api.contoso.eu/v1", rate_limit=RateLimit(requests=1000)),
    )
    assert product.contracts == (
        Contract(
            consumer="Sales Domain",
            purpose="Customer enrichment",
            fields=("customerId", "segment", "region"),
            excluded_fields=("email", "phone", "address"),
            where="domains/customer/customer-360.yaml:16",
        ),
    )
    assert product.contracts[0].slug == "sales-customer-enrichment"


def test_only_what_the_policy_requires_and_they_do_not_say_is_an_error(reading: Reading) -> None:
    errors = {(item.file.rpartition("/")[2], item.code) for item in reading.findings if item.severity is Severity.ERROR}
    names = ("customer-360.yaml", "sales-analytics.yaml")
    assert errors == {(name, code) for name in names for code in ("description-missing", "label-missing")}


def test_their_domains_exist_though_no_file_describes_them(reading: Reading) -> None:
    assert reading.mesh is not None
    assert set(reading.mesh.domains) == {"sales", "customer"}
    assert set(reading.mesh.domains["sales"].roles) == {"data-owner", "data-engineer", "data-steward"}
