"""The types that the catalogue knows from the start: Atlas's own, and those of the sources that it scans.

Names and relationships are Purview's as its documentation and clients show them; attributes are a subset.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from freehold.datamap.types import MEANINGS, Definition

VERSION = "1.0"
_ATTRIBUTES: dict[str, str] = {
    "createTime": "date", "modifiedTime": "date", "size": "long", "length": "int", "precision": "int", "scale": "int",
    "ordinal": "int", "nullable": "boolean", "isEncrypted": "boolean", "rows": "long", "columnCount": "int",
}  # fmt: skip
"""Types of well-known attributes; all others are text."""


def definitions() -> list[Definition]:
    """Return all definitions, those first that others build on."""
    return [*_roots(), *_sources(), *_relationships(), *_classifications()]


def _roots() -> Iterator[Definition]:
    yield _entity("__internal", ())
    yield _entity("Referenceable", (), required=("qualifiedName",), text=("replicatedFrom", "replicatedTo"))
    asset = ("displayName", "description", "owner", "userDescription")
    yield _entity("Asset", ("Referenceable",), required=("name",), text=asset)
    yield _entity("Infrastructure", ("Asset",))
    yield _entity("DataSet", ("Asset",))
    yield _entity("Process", ("Asset",))
    yield _entity("Resource", ("Asset",))
    yield _entity("ProcessExecution", ("Asset",))
    yield _entity("column", ("DataSet",), text=("type", "data_type"))
    yield _entity("tabular_schema", ("DataSet",))
    yield _entity("AtlasGlossary", ("__internal",), text=("name", "qualifiedName", "shortDescription", "longDescription"))
    yield _entity("AtlasGlossaryTerm", ("__internal",), text=("name", "qualifiedName", "shortDescription", "longDescription"))
    yield _entity("AtlasGlossaryCategory", ("__internal",), text=("name", "qualifiedName", "shortDescription", "longDescription"))


_COLUMN = ("data_type", "length", "precision", "scale", "nullable", "ordinal", "default_value", "type")
_TABLE = ("principalId", "objectType", "createTime", "modifiedTime", "rows", "columnCount", "type")


def _sources() -> Iterator[Definition]:
    for prefix, service in _DATABASES.items():
        yield _entity(f"{prefix}_server", ("Infrastructure",), service, text=("fullyQualifiedDomainName", "resourceId", "location"))
        yield _entity(f"{prefix}_db", ("DataSet",), service, text=("createTime", "collation"))
        yield _entity(f"{prefix}_schema", ("DataSet",), service)
        schema = {"schemaElementsAttribute": "columns"}
        yield _entity(f"{prefix}_table", ("DataSet",), service, text=_TABLE, options=schema)
        yield _entity(f"{prefix}_view", ("DataSet",), service, text=(*_TABLE, "definition"), options=schema)
        for of in ("column", "view_column"):
            yield _entity(f"{prefix}_{of}", ("column",), service, text=_COLUMN)
    for prefix, service in _STORAGES.items():
        yield _entity(f"{prefix}_service", ("Infrastructure",), service, text=("location", "resourceId"))
        for of in ("filesystem", "path", "resource_set"):
            text = ("path", "size", "contentType", "modifiedTime", "createTime", "fileExtension", "partitionCount")
            yield _entity(f"{prefix}_{of}", ("DataSet",), service, text=text)
    yield _entity(
        "freehold_product",
        ("DataSet",),
        "Freehold",
        text=("domain", "version", "region", "jurisdiction", "format"),
        options={"schemaElementsAttribute": "columns"},
    )
    yield _entity("freehold_source", ("DataSet",), "Freehold", text=("path", "format", "region"))
    yield _entity("freehold_column", ("column",), "Freehold", text=("data_type", "ordinal", "nullable"))
    for kind in ("adf_copy_activity", "databricks_process", "azure_synapse_process", "freehold_process"):
        yield _entity(kind, ("Process",), text=("columnMapping", "executedBy"))


_DATABASES = {
    "azure_sql": "Azure SQL Database",
    "azure_sql_dw": "Azure Synapse Analytics",
    "mssql": "SQL Server",
    "azure_postgresql": "Azure Database for PostgreSQL",
    "azure_mysql": "Azure Database for MySQL",
    "duckdb": "DuckDB",
}
_STORAGES = {"azure_datalake_gen2": "Azure Data Lake Storage Gen2", "azure_blob": "Azure Blob Storage"}


def _relationships() -> Iterator[Definition]:
    yield _relationship(
        "dataset_process_inputs", ("DataSet", "inputToProcesses", "SET"), ("Process", "inputs", "SET"), "AGGREGATION", 2
    )
    yield _relationship(
        "process_dataset_outputs", ("Process", "outputs", "SET"), ("DataSet", "outputFromProcesses", "SET"), "AGGREGATION", 1
    )
    yield _relationship(
        MEANINGS, ("AtlasGlossaryTerm", "assignedEntities", "SET"), ("Referenceable", "meanings", "SET"), "ASSOCIATION"
    )
    yield _relationship(
        "tabular_schema_columns", ("tabular_schema", "columns", "SET"), ("column", "composeSchema", "SINGLE"), "COMPOSITION", 1
    )
    yield _relationship(
        "tabular_schema_datasets",
        ("DataSet", "tabular_schema", "SINGLE"),
        ("tabular_schema", "describesDatasets", "SET"),
        "ASSOCIATION",
    )
    for prefix in _DATABASES:
        yield _contained(prefix, "server", "databases", "db", "server")
        yield _contained(prefix, "db", "schemas", "schema", "db")
        yield _contained(prefix, "schema", "tables", "table", "dbSchema")
        yield _contained(prefix, "schema", "views", "view", "dbSchema")
        yield _contained(prefix, "table", "columns", "column", "table")
        yield _contained(prefix, "view", "columns", "view_column", "view")
    for prefix in _STORAGES:
        yield _contained(prefix, "service", "filesystems", "filesystem", "service")
        yield _contained(prefix, "filesystem", "paths", "path", "filesystem")
    yield _relationship(
        "freehold_product_columns",
        ("freehold_product", "columns", "SET"),
        ("freehold_column", "product", "SINGLE"),
        "COMPOSITION",
        1,
    )


def _contained(prefix: str, container: str, children: str, child: str, parent: str) -> Definition:
    ends = ((f"{prefix}_{container}", children, "SET"), (f"{prefix}_{child}", parent, "SINGLE"))
    return _relationship(f"{prefix}_{container}_{children}", *ends, "COMPOSITION", 1)


def _classifications() -> Iterator[Definition]:
    yield _classification("MICROSOFT", (), "The root of the system's classifications")
    for name, title in SYSTEM.items():
        yield _classification(name, (), title)
    for name, title in OWN.items():
        parent = name.rpartition(".")[0]
        yield _classification(name, (parent,) if parent in OWN else (), title)


SYSTEM: dict[str, str] = {
    "MICROSOFT.PERSONAL.EMAIL": "Email address",
    "MICROSOFT.PERSONAL.NAME": "Person's name",
    "MICROSOFT.PERSONAL.EU.PHONE_NUMBER": "Telephone number",
    "MICROSOFT.PERSONAL.US.PHONE_NUMBER": "U.S. telephone number",
    "MICROSOFT.PERSONAL.DATE_OF_BIRTH": "Date of birth",
    "MICROSOFT.PERSONAL.IPADDRESS": "IP address",
    "MICROSOFT.PERSONAL.PHYSICALADDRESS": "Physical address",
    "MICROSOFT.PERSONAL.GENDER": "Gender",
    "MICROSOFT.FINANCIAL.CREDIT_CARD_NUMBER": "Credit card number",
    "MICROSOFT.FINANCIAL.US.ABA_ROUTING_NUMBER": "ABA routing number",
    "MICROSOFT.GOVERNMENT.US.SOCIAL_SECURITY_NUMBER": "U.S. social security number",
    "MICROSOFT.GOVERNMENT.US.PASSPORT_NUMBER": "U.S. passport number",
    "MICROSOFT.GOVERNMENT.US.STATE": "U.S. state",
    "MICROSOFT.GOVERNMENT.US.ZIP_CODE": "U.S. ZIP code",
    "MICROSOFT.GOVERNMENT.CITY_NAME": "City name",
    "MICROSOFT.GOVERNMENT.AUSTRALIA.TAX_FILE_NUMBER": "Australian tax file number",
    "MICROSOFT.MISCELLANEOUS.IPADDRESS": "IP address",
    "MICROSOFT.SYSTEM.TEMP_FILE": "Temporary file",
}
OWN: dict[str, str] = {
    "PII": "Personal data",
    "PII.Birth": "Date of birth",
    "PII.Contact": "Contact data",
    "PII.HighRisk": "Personal data of high risk",
    "PII.Location": "Where somebody is or lives",
    "PII.Name": "Name of a person",
    "PII.Network": "Address in a network",
    "PII.Tax": "Tax number",
}


def _entity(
    name: str,
    supers: tuple[str, ...],
    service: str = "",
    *,
    text: tuple[str, ...] = (),
    required: tuple[str, ...] = (),
    options: dict[str, str] | None = None,
) -> Definition:
    attributes = [_attribute(item, optional=False) for item in required] + [_attribute(item, optional=True) for item in text]
    made: dict[str, Any] = {
        "category": "ENTITY",
        "name": name,
        "description": name,
        "typeVersion": VERSION,
        "superTypes": list(supers),
        "attributeDefs": attributes,
    }
    return made | ({"serviceType": service} if service else {}) | ({"options": options} if options else {})


def _attribute(name: str, *, optional: bool) -> Definition:
    return {
        "name": name,
        "typeName": _ATTRIBUTES.get(name, "string"),
        "isOptional": optional,
        "cardinality": "SINGLE",
        "valuesMinCount": 0 if optional else 1,
        "valuesMaxCount": 1,
        "isUnique": name == "qualifiedName",
        "isIndexable": name in {"qualifiedName", "name"},
        "includeInNotification": False,
    }


def _relationship(name: str, one: tuple[str, str, str], two: tuple[str, str, str], category: str, container: int = 0) -> Definition:
    ends = [
        {"type": end[0], "name": end[1], "cardinality": end[2], "isContainer": side == container,
         "isLegacyAttribute": end[1] in {"inputs", "outputs"}}
        for side, end in enumerate((one, two), 1)
    ]  # fmt: skip
    return {
        "category": "RELATIONSHIP",
        "name": name,
        "description": name,
        "typeVersion": VERSION,
        "attributeDefs": [],
        "endDef1": ends[0],
        "endDef2": ends[1],
        "relationshipCategory": category,
        "propagateTags": "NONE",
    }


def _classification(name: str, supers: tuple[str, ...], title: str) -> Definition:
    return {
        "category": "CLASSIFICATION",
        "name": name,
        "description": title,
        "typeVersion": VERSION,
        "superTypes": list(supers),
        "entityTypes": [],
        "attributeDefs": [],
        "options": {"displayName": title},
    }
