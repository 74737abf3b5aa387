"""What the files of a mesh may hold: the blocks `mesh:`, `governancePolicies:`, `platform:`, `domain:` and `dataProduct:`."""

# ruff: noqa: RUF012  (msgspec copies empty defaults)

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from freehold.manifest.identity_shapes import IdentityShape
from freehold.manifest.platform_shapes import InfrastructureShape, PlatformShape
from freehold.manifest.product_shapes import Percent, ProductShape, Shape, key


class RegionShape(Shape):
    """A region beside the built-in ones, or in place of one."""

    name: Annotated[str, key("The region's name", "onprem-vienna")]
    jurisdiction: Annotated[str, key("The law it lies under", "EU")]
    paired: Annotated[
        str | None,
        Meta(
            description="The region that geo-redundant copies go to; `null` where there is none",
            examples=["westeurope"],
            extra_json_schema={"nullable": True},
        ),
    ] = None


class DatabaseShape(Shape):
    """A database of Azure SQL that a node reads."""

    name: Annotated[str, key("How sources call it", "crm")]
    server: Annotated[str, key("Its server: a host below `database.windows.net`", "contoso-weu.database.windows.net")]
    database: Annotated[str, key("Its name on the server", "customers")]
    region: Annotated[str, key("The region it lies in, which must be that of the node", "westeurope")]


class StorageShape(Shape):
    """Where the account of a container is: Freehold is told, and holds it against the rules of residency."""

    region: Annotated[str, key("The region of the account", "westeurope")]
    redundancy: Annotated[
        Literal["LRS", "ZRS", "GRS", "RAGRS", "GZRS", "RAGZRS"],
        key("How the account is replicated; the kinds with a G also store in the paired region", "ZRS"),
    ]


class NodeShape(Shape):
    """A process that serves one region."""

    name: Annotated[str, key("The node's name, which its ledger is signed under", "contoso-westeurope")]
    region: Annotated[str, key("The region it serves", "westeurope")]
    url: Annotated[str, key("Where it is reached", "http://127.0.0.1:8080")]
    data: Annotated[
        str | None,
        key(
            "The folder of its products' data, relative to the mesh's folder, or a container of Azure Storage",
            "abfss://products@contosoeu.dfs.core.windows.net/curated",
        ),
    ] = None
    storage: Annotated[
        StorageShape | None,
        key("Where the container's account is; a container needs it", {"region": "westeurope", "redundancy": "ZRS"}),
    ] = None
    public_key: Annotated[
        str | None,
        key("By what other nodes know it, as `freehold node key` prints it", "ed25519:mUHj0XLzqvQnz0Gk5d2MbyFqXgkNvhnWiyQLWE2PBYw"),
    ] = None
    databases: Annotated[
        list[DatabaseShape],
        key(
            "The databases of Azure SQL that its products' tables are in",
            [{"name": "crm", "server": "contoso-weu.database.windows.net", "database": "customers", "region": "westeurope"}],
        ),
    ] = []


class TransferShape(Shape):
    """What may leave one jurisdiction for another; where nothing is written, only aggregates may."""

    origin: Annotated[str, key("The jurisdiction that the data leaves", "EU")] = field(name="from")
    destination: Annotated[str, key("The jurisdiction that it goes to", "US")] = field(name="to")
    allow: Annotated[Literal["nothing", "aggregates", "rows"], key("The most that may cross", "aggregates")]
    join_keys: Annotated[
        Literal["none", "keyed", "personal"],
        key("Which columns may cross as keyed digests, to be joined by: with `personal`, personal ones too", "keyed"),
    ] = "none"
    name: Annotated[str | None, key("What people call the rule", "EU to US")] = None


class TargetShape(Shape):
    """Another system that is told."""

    url: Annotated[
        str, key("Its address; nothing is sent elsewhere, redirects are not followed", "https://ops.contoso.eu/hooks/mesh")
    ]
    name: Annotated[str | None, key("What people call it", "Operations")] = None


class MonitoringShape(Shape):
    """How often promises are looked at, and who is told of what was found."""

    every: Annotated[
        str | None, key("How often each product's data is looked at; it is measured anew only where it changed", "5 minutes")
    ] = None
    alerts: Annotated[
        list[TargetShape],
        key("Who is told when a promise is broken, and when it is kept again", [{"url": "https://ops.contoso.eu/hooks/mesh"}]),
    ] = []
    lineage: Annotated[
        list[TargetShape],
        key("OpenLineage servers that are told of each measurement", [{"url": "https://lineage.contoso.eu/api/v1/lineage"}]),
    ] = []


class MeshShape(Shape):
    """The mesh itself: `mesh.yaml` alone holds it."""

    name: Annotated[str, key("The mesh's name", "contoso")]
    regions: Annotated[
        list[RegionShape], key("Regions beside the built-in ones", [{"name": "onprem-vienna", "jurisdiction": "EU"}])
    ] = []
    nodes: Annotated[
        list[NodeShape],
        key("One node for each region that is served", [{"name": "contoso-westeurope", "region": "westeurope", "url": "http://…"}]),
    ] = []
    identity: Annotated[IdentityShape | None, key("Whose tokens are believed", {"issuers": []})] = None
    transfers: Annotated[
        list[TransferShape], key("What may cross which border", [{"from": "EU", "to": "US", "allow": "aggregates"}])
    ] = []
    monitoring: Annotated[MonitoringShape | None, key("How promises are watched, and who is told", {"every": "5 minutes"})] = None


class ResidencyPolicyShape(Shape):
    """Where products may be."""

    enforced: Annotated[bool, key("Whether a product outside the rules is an error (true) or a warning", example=True)] = True
    allowed_regions: Annotated[list[str], key("The only regions that may store products", ["westeurope", "northeurope"])] = []


_Several = Annotated[int, Meta(ge=1)]


class RuleShape(Shape):
    """A rule that classifies columns by their names and descriptions or, with `valuePattern`, proposes so by their values."""

    classification: Annotated[str, key("What a column that matches is", "PII.Contact")]
    pattern: Annotated[
        str | None,
        key(
            "A regular expression of names and descriptions; case does not count. With `valuePattern` both must match",
            "email|phone",
        ),
    ] = None
    value_pattern: Annotated[
        str | None,
        key("A regular expression (RE2) of the whole value: `freehold classify` proposes columns that match", "EMP-[0-9]{6}"),
    ] = None
    minimum_match: Annotated[
        Percent | None, key("Least percent of filled values that match `valuePattern`; without it, 60", 80)
    ] = None
    minimum_distinct: Annotated[_Several | None, key("Least number of different values that match; without it, 8", 20)] = None


class ClassificationPolicyShape(Shape):
    """What columns are, by rule."""

    auto_classify: Annotated[bool, key("Whether the rules classify columns, or only warn", example=True)] = False
    rules: Annotated[list[RuleShape], key("The rules", [{"pattern": "email|phone", "classification": "PII.Contact"}])] = []


class CatalogPolicyShape(Shape):
    """What every product must say about itself."""

    require_description: Annotated[bool, key("Whether a product needs a `description`", example=True)] = False
    require_owner: Annotated[bool, key("Whether a product needs an `owner`", example=True)] = False
    require_sensitivity_label: Annotated[bool, key("Whether a product needs a `sensitivityLabel`", example=True)] = False


class AccessPolicyShape(Shape):
    """Who agrees to contracts."""

    require_approval: Annotated[bool, key("Whether a contract has no effect until an approver agrees", example=True)] = False
    approvers: Annotated[
        list[str], key("`role@domain`, where the word `domain` is the owning domain, or a subject", ["data-steward@domain"])
    ] = []


class GovernanceShape(Shape):
    """The policy of the mesh (`governance.yaml`), or the narrower one of a domain (in its folder)."""

    data_residency: Annotated[ResidencyPolicyShape | None, key("Where products may be", {"enforced": True})] = None
    data_classification: Annotated[ClassificationPolicyShape | None, key("What columns are", {"autoClassify": True})] = None
    data_catalog: Annotated[CatalogPolicyShape | None, key("What products must say", {"requireOwner": True})] = None
    access_control: Annotated[AccessPolicyShape | None, key("Who agrees to contracts", {"requireApproval": True})] = None


class DomainShape(Shape):
    """A domain team."""

    name: Annotated[str, key("The domain's name", "Sales")]
    owner: Annotated[str | None, key("Who answers for it", "sales-data-team@contoso.com")] = None
    description: Annotated[str | None, key("What it is about", "Orders and what they earn")] = None
    roles: Annotated[
        dict[str, Literal["read", "aggregate"]],
        key(
            "What its own roles may do with its products; by default owners, engineers and stewards read", {"analyst": "aggregate"}
        ),
    ] = {}
    infrastructure: Annotated[
        InfrastructureShape | None,
        key("What it asks the platform for: `freehold domain provision`", {"region": "westeurope", "sqlServerSku": "GP_Gen5_2"}),
    ] = None


class FileShape(Shape):
    """A manifest file: one or more of these blocks."""

    mesh: Annotated[MeshShape | None, key("The mesh; only in `mesh.yaml`", {"name": "contoso"})] = None
    governance_policies: Annotated[
        GovernanceShape | None,
        key("A policy: of the mesh in `governance.yaml`, of a domain in its folder", {"accessControl": {"requireApproval": True}}),
    ] = None
    platform: Annotated[
        PlatformShape | None, key("What domains may choose from; only in `platform.yaml`", {"regions": ["westeurope"]})
    ] = None
    domain: Annotated[DomainShape | None, key("A domain, in its folder", {"name": "Sales"})] = None
    data_product: Annotated[
        ProductShape | None, key("A data product, in its domain's folder", {"name": "Orders", "domain": "Sales"})
    ] = None
