"""What a `dataProduct:` block may hold, key by key: the schema, the validator and the reference all follow from these."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field


def key(description: str, example: object) -> Meta:
    """Return what is said about a key in editors and messages."""
    return Meta(description=description, examples=[example])


Percent = Annotated[float, Meta(ge=0, le=100)]
Share = Annotated[int, Meta(ge=1, le=100)]
Columns = list[str]
Plain = str | int | float | bool
Bound = float | str
Length = Annotated[int, Meta(ge=0, le=1_000_000_000)]


class Shape(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """Something that is written in a manifest."""


class ResidencyShape(Shape):
    """Where a product may be stored and processed."""

    region: Annotated[str | None, key("The jurisdiction (`EU`) or region that the product must stay in", "EU")] = None
    storage_locations: Annotated[
        list[str], key("The regions that hold the data; the first with a node is its home", ["westeurope"])
    ] = []
    redundancy: Annotated[
        Literal["LRS", "ZRS", "GRS", "RAGRS", "GZRS", "RAGZRS"] | None,
        key("How storage is replicated; a geo-redundant kind also stores in the paired region, which must be allowed too", "ZRS"),
    ] = None
    pii_handling: Annotated[
        Literal["Encrypted-CMK", "Masked", "Plain"] | None,
        key("With `Encrypted-CMK` or `Masked`, personal columns leave in the clear under no contract", "Encrypted-CMK"),
    ] = None


class InterfaceShape(Shape):
    """An output port: a door through which the product is used."""

    type: Annotated[Literal["API", "SQL"], key("`API` serves declared queries, `SQL` serves questions", "API")]
    endpoint: Annotated[str | None, key("The address that consumers are told", "https://sales-api.contoso.eu/v1")] = None
    authentication: Annotated[
        Literal["OAuth2", "OIDC", "AzureAD"] | None,
        key("The kind of sign-in that the token's issuer must provide", "OAuth2"),
    ] = None
    scopes: Annotated[
        list[str],
        key("Scopes of the token: `x.read` gives rows, `x.aggregate` only aggregates, any other must be there", ["sales.read"]),
    ] = []
    access_level: Annotated[Literal["Read-Only"] | None, key("Only `Read-Only` exists: nothing is ever written", "Read-Only")] = (
        None
    )
    rate_limit: Annotated[
        int | str | None, key("Requests per consuming domain: a number a minute, or `1000/hour`, `20/second`", 1000)
    ] = None


class ServiceLevelShape(Shape):
    """What the product promises about its service."""

    availability: Annotated[Percent | None, key("Availability in percent", 99.9)] = None
    latency: Annotated[str | None, key("The upper bound of an answer's time", "< 100ms")] = None
    freshness: Annotated[str | None, key("The upper bound of the data's age; timeliness is measured against it", "< 1 hour")] = None


class QualityShape(Shape):
    """The least quality that is promised; consumers are refused while the data is below completeness or accuracy."""

    completeness: Annotated[Percent | None, key("Percent of required values that are there", 98)] = None
    accuracy: Annotated[Percent | None, key("Percent of values that keep the rules of `schema`", 99)] = None
    timeliness: Annotated[Percent | None, key("Percent of `sla.freshness` that is kept; reported, never refused for", 95)] = None


class ColumnShape(Shape):
    """A column of the product. A column of the data that is not listed does not exist for anybody."""

    name: Annotated[str, key("The column's name in the data", "customerId")]
    type: Annotated[
        str, key("`string`, `integer`, `number`, `decimal(p,s)`, `boolean`, `date`, `timestamp`, `time` or `binary`", "string")
    ]
    description: Annotated[str | None, key("What it means; classification rules read it too", "Number of the customer")] = None
    classification: Annotated[
        str | list[str] | None, key("What kind of data it is, as one or more dotted paths; `PII` is personal data", "PII.Contact")
    ] = None
    required: Annotated[bool, key("Whether it must have a value: what completeness is measured by", example=True)] = False
    unique: Annotated[bool, key("Whether no value may come twice", example=True)] = False
    pattern: Annotated[str | None, key("A regular expression for the whole value (RE2): part of accuracy", "C-[0-9]{6}")] = None
    minimum: Annotated[Bound | None, key("The least value, of a date or timestamp as ISO 8601 text: part of accuracy", 0)] = None
    maximum: Annotated[Bound | None, key("The greatest value: part of accuracy", 100)] = None
    exclusive_minimum: Annotated[Bound | None, key("What every value is greater than: part of accuracy", 0)] = None
    exclusive_maximum: Annotated[Bound | None, key("What every value is less than: part of accuracy", 100)] = None
    multiple_of: Annotated[float | None, key("What every number is a whole multiple of: part of accuracy", 0.01)] = None
    min_length: Annotated[Length | None, key("The least number of characters: part of accuracy", 3)] = None
    max_length: Annotated[Length | None, key("The greatest number of characters: part of accuracy", 254)] = None
    values: Annotated[list[Plain], key("The only values: part of accuracy", ["web", "store"])] = []
    references: Annotated[
        str | None,
        key("The column of another product that has every value, as `domain.product.column`", "customer.customer_360.customerId"),
    ] = None


class QualityRuleShape(Shape):
    """A promise about the data that can be checked: a metric, and exactly one operator with the bound that it is held against."""

    metric: Annotated[
        Literal[
            "nullValues",
            "missingValues",
            "invalidValues",
            "duplicateValues",
            "rowCount",
            "unknownReferences",
            "age",
            "sql",
        ],
        key("What is measured", "nullValues"),
    ]
    name: Annotated[str | None, key("What people call the rule, unique in the product", "no negative totals")] = None
    description: Annotated[str | None, key("Why the rule is there", "A return is booked as an order of its own")] = None
    column: Annotated[str | None, key("The column that it is about", "email")] = None
    columns: Annotated[Columns, key("Of `duplicateValues`: the columns that are only together unique", ["orderId", "line"])] = []
    pattern: Annotated[str | None, key("Of `invalidValues`: as a column's key", "[^@ ]+@[^@ ]+")] = None
    minimum: Annotated[Bound | None, key("Of `invalidValues`: as a column's key", 0)] = None
    maximum: Annotated[Bound | None, key("Of `invalidValues`: as a column's key", 100)] = None
    exclusive_minimum: Annotated[Bound | None, key("Of `invalidValues`: as a column's key", 0)] = None
    exclusive_maximum: Annotated[Bound | None, key("Of `invalidValues`: as a column's key", 100)] = None
    multiple_of: Annotated[float | None, key("Of `invalidValues`: as a column's key", 0.01)] = None
    min_length: Annotated[Length | None, key("Of `invalidValues`: as a column's key", 3)] = None
    max_length: Annotated[Length | None, key("Of `invalidValues`: as a column's key", 254)] = None
    valid_values: Annotated[list[Plain], key("Of `invalidValues`: the only values", ["web", "store"])] = []
    missing_values: Annotated[
        list[Plain], key("Of `missingValues`: what stands for no value, beside no value itself", ["", "n/a"])
    ] = []
    references: Annotated[str | None, key("Of `unknownReferences`: as a column's key", "customer.customer_360.customerId")] = None
    query: Annotated[
        str | None,
        key("Of `sql`: one SELECT that gives one number", "SELECT count(*) FROM sales.orders WHERE total < 0"),
    ] = None
    must_be: Annotated[Bound | None, key("What the measured value is", 0)] = None
    must_not_be: Annotated[Bound | None, key("What the measured value is not", 0)] = None
    must_be_greater_than: Annotated[Bound | None, key("What it is greater than", 0)] = None
    must_be_greater_or_equal_to: Annotated[Bound | None, key("What it is not less than", 1000)] = None
    must_be_less_than: Annotated[Bound | None, key("What it is less than", 0.5)] = None
    must_be_less_or_equal_to: Annotated[
        Bound | None, key("What it is not greater than; of `age` seconds, or text such as `1 hour`", 2)
    ] = None
    must_be_between: Annotated[list[Bound], key("The two ends that it lies between; both belong to it", [1000, 2000])] = []
    must_not_be_between: Annotated[list[Bound], key("The two ends that it lies outside of", [1000, 2000])] = []
    unit: Annotated[
        Literal["rows", "percent"] | None, key("What the bound counts: rows, or percent of all rows; without it, rows", "percent")
    ] = None
    severity: Annotated[
        Literal["error", "warning", "notice"] | None,
        key("What it is where the rule does not hold: an error fails a test; without it, error", "warning"),
    ] = None
    dimension: Annotated[
        Literal["accuracy", "completeness", "conformity", "consistency", "coverage", "timeliness", "uniqueness"] | None,
        key("The dimension of quality that it belongs to; without it, that of its metric", "completeness"),
    ] = None


class SourceShape(Shape):
    """Where the data is: files, or a table or view of Azure SQL."""

    path: Annotated[
        str | None, key("A file or glob, relative to the data folder of the product's home node", "sales/sales_analytics.parquet")
    ] = None
    format: Annotated[Literal["parquet", "csv"] | None, key("Without it, the ending of `path` decides", "parquet")] = None
    engine: Annotated[
        Literal["duckdb", "azure-sql"], key("What holds it: files that DuckDB reads, or a database of Azure SQL", "azure-sql")
    ] = "duckdb"
    table: Annotated[str | None, key("Under `azure-sql`, the table or view, as SCHEMA.TABLE", "dbo.customers")] = None
    database: Annotated[
        str | None, key("Under `azure-sql`, which of the `databases` of the home node; without it, the only one", "crm")
    ] = None
    changed_at: Annotated[
        str | None,
        key("Under `azure-sql`, the column whose newest value, in UTC, tells how old the data is", "modified_at"),
    ] = None


class ParameterShape(Shape):
    """A parameter of a declared query, written `$name` in its SQL."""

    name: Annotated[str, key("Its name, without the `$`", "region")]
    type: Annotated[str, key("A column's type but `binary`, or `region`: a region whose data the caller must be allowed", "date")]
    description: Annotated[str | None, key("What it means to a caller", "First day")] = None
    required: Annotated[bool, key("Whether a caller must give it, where there is no `default`", example=False)] = True
    default: Annotated[Plain | None, key("The value where a caller gives none", "2025-01-01")] = None
    values: Annotated[list[Plain], key("The only values", ["westeurope", "northeurope"])] = []


class QueryShape(Shape):
    """A declared query, served at `/api/v1/<domain>/<name>`; it runs in the caller's view, never in the owner's."""

    name: Annotated[str, key("Its name in the address, unique in the domain", "aggregates")]
    sql: Annotated[
        str, key("One SELECT over products of the mesh", "SELECT category, count(*) FROM sales.sales_analytics GROUP BY 1")
    ]
    description: Annotated[str | None, key("What it answers", "Orders and revenue of each category")] = None
    parameters: Annotated[list[ParameterShape], key("Its parameters", [{"name": "region", "type": "region"}])] = []


class ContractShape(Shape):
    """What one consuming domain may have, for one purpose."""

    consumer: Annotated[str, key("The consuming domain, as `Sales Domain` or `sales`", "Sales Domain")]
    purpose: Annotated[str, key("What for; a caller states it, case and spaces do not count", "Customer enrichment")]
    name: Annotated[str | None, key("What people call the contract", "Customer Segments")] = None
    fields: Annotated[Columns, key("Columns that may be read", ["customerId", "segment"])] = []
    excluded_fields: Annotated[Columns, key("Columns that do not exist under this contract, whatever else is said", ["email"])] = []
    aggregate_fields: Annotated[Columns, key("Columns only for sums, counts and averages over enough entities", ["revenue"])] = []
    quantile_fields: Annotated[
        Columns, key("Columns that may be aggregated, and of which approximate quantiles may be taken too", ["revenue"])
    ] = []
    join_fields: Annotated[Columns, key("Columns only for equality joins; they are never shown", ["customerId"])] = []
    join_region: Annotated[
        str | None,
        key("The one region where `joinFields` are compared, as keyed digests; without it, the product's home", "westeurope"),
    ] = None
    masks: Annotated[
        dict[str, str], key("Columns that are shown masked, each with its mask", {"birthDate": "year", "phone": "last 4"})
    ] = {}
    row_filter: Annotated[str | None, key("A SQL condition on raw columns: other rows do not exist here", "region = 'North'")] = (
        None
    )
    min_group_size: Annotated[int | None, key("The least group in entities; only a larger one than the product's counts", 20)] = (
        None
    )
    max_share: Annotated[
        Share | None,
        key("The most that one entity may have of a sum, in percent; only a smaller one than the product's counts", 60),
    ] = None
    disclosure: Annotated[
        Literal["threshold", "cellKey"],
        key("What protects groups that differ by few entities: their size alone, or noise that belongs to the group", "cellKey"),
    ] = "threshold"
    valid_until: Annotated[str | None, key("The last day it holds, in UTC", "2027-12-31")] = None
    min_completeness: Annotated[Percent | None, key("A higher floor than the product promises", 99)] = None
    min_accuracy: Annotated[Percent | None, key("A higher floor than the product promises", 99.5)] = None
    min_timeliness: Annotated[Percent | None, key("A floor under which this consumer is refused", 90)] = None
    below_floor: Annotated[
        Literal["refuse", "mark"],
        key("Whether data below a floor is refused, or given with `belowFloor` in its metadata", "mark"),
    ] = "refuse"


class ProductShape(Shape):
    """A data product."""

    name: Annotated[str, key("Its name; in SQL `Customer 360` is `customer_360`", "Sales Analytics")]
    domain: Annotated[str, key("The domain that owns it; its file lies in that domain's folder", "Sales")]
    owner: Annotated[str | None, key("Who answers for it", "sales-data-team@contoso.com")] = None
    description: Annotated[str | None, key("What it holds, in a sentence", "Every order line of 2025")] = None
    version: Annotated[
        str | None, key("Its semantic version; a breaking change wants a new major one, and none written is `1.0.0`", "2.1.0")
    ] = None
    sensitivity_label: Annotated[str | None, key("How sensitive it is as a whole", "Confidential")] = None
    data_residency: Annotated[ResidencyShape | None, key("Where it may be", {"region": "EU"})] = None
    interfaces: Annotated[list[InterfaceShape], key("Its output ports", [{"type": "API"}])] = []
    sla: Annotated[ServiceLevelShape | None, key("What it promises", {"availability": 99.9})] = None
    quality_metrics: Annotated[QualityShape | None, key("The least quality it promises", {"completeness": 98})] = None
    schema: Annotated[list[ColumnShape], key("Its columns", [{"name": "customerId", "type": "string"}])] = field(
        default_factory=list[ColumnShape]
    )
    quality: Annotated[
        list[QualityRuleShape],
        key("Rules that its data keeps, beside those of `schema`", [{"metric": "rowCount", "mustBeGreaterThan": 0}]),
    ] = []
    source: Annotated[SourceShape | None, key("Where its data is; without it nothing can be asked", {"path": "sales.parquet"})] = (
        None
    )
    entity_key: Annotated[str | None, key("The column that says whom a row is about: groups are counted in it", "customerId")] = (
        None
    )
    row_filter: Annotated[str | None, key("A SQL condition on raw columns, for every consumer", "deleted = false")] = None
    min_group_size: Annotated[int | None, key("The least group in entities that an aggregate may show", 10)] = None
    max_share: Annotated[
        Share | None,
        key("The most that one entity may have of a sum, in percent: a group where one has more is withheld; without it, 80", 70),
    ] = None
    queries: Annotated[list[QueryShape], key("Declared queries behind the API", [{"name": "aggregates", "sql": "SELECT …"}])] = []
    data_contracts: Annotated[
        list[ContractShape],
        key("What other domains may have of it", [{"consumer": "Sales Domain", "purpose": "Customer enrichment"}]),
    ] = []
    standards: Annotated[
        dict[str, Any],
        key("What documents of others say beyond this: kept for `freehold export`, never interpreted", {"odcs": {"id": "x"}}),
    ] = {}
