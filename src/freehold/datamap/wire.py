"""Entities as they go over the wire, and the words by which a search finds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from freehold.datamap.types import EntityType

_OBJECTS = (
    ("_column", "Columns"),
    ("_table", "Tables"),
    ("_view", "Tables"),
    ("_schema", "Schemas"),
    ("_db", "Databases"),
    ("_server", "Data sources"),
    ("_service", "Data sources"),
    ("_filesystem", "Folders"),
    ("_resource_set", "Files"),
    ("_path", "Files"),
    ("_product", "Data products"),
)
_ASSETS = {
    "azure_sql_dw": "Azure Synapse Analytics",
    "azure_sql": "Azure SQL Database",
    "azure_postgresql": "Azure PostgreSQL",
    "azure_mysql": "Azure MySQL",
    "azure_datalake_gen2": "Azure Data Lake Storage Gen2",
    "azure_blob": "Azure Blob Storage",
    "mssql": "SQL Server",
    "duckdb": "DuckDB",
    "freehold": "Freehold",
}
_SHORTEST_TEXT = 2
_LONGEST_TEXT = 2_000


def object_type(kind: str, supers: frozenset[str]) -> str:
    """Return what sort of thing entities of a type are, as a search shows it (`Tables`, `Files`, …)."""
    if "Process" in supers:
        return "Data pipelines"
    return next((title for end, title in _OBJECTS if kind.endswith(end)), "Other")


def asset_type(kind: str, service: str | None) -> str:
    """Return which product holds entities of a type, as a search shows it."""
    found = next((title for prefix, title in _ASSETS.items() if kind.startswith(f"{prefix}_")), None)
    return found or service or kind


def display(attributes: Mapping[str, Any]) -> str:
    """Return what people call an entity."""
    return str(attributes.get("displayName") or attributes.get("name") or attributes.get("qualifiedName") or "")


def words(body: Mapping[str, Any]) -> str:
    """Return the free text that an entity is found by: all its short texts, contacts, labels and classifications."""
    found = [
        value for name, value in body["attributes"].items() if name not in {"name", "qualifiedName"} and isinstance(value, str)
    ]
    found += [value for inner in body.get("business", {}).values() for value in inner.values() if isinstance(value, str)]
    found += [*body.get("labels", ()), *(item["typeName"] for item in body.get("classifications", ()))]
    found += [str(item.get("info") or item["id"]) for item in _people(body)]
    return " ".join(item[:_LONGEST_TEXT] for item in found if len(item) >= _SHORTEST_TEXT)


def tags(
    kind: EntityType, service: str | None, collection: str, body: Mapping[str, Any], terms: Iterable[tuple[str, str]] = ()
) -> tuple[tuple[str, str], ...]:
    """Return the words of a kind that an entity is found by; `terms` are those of `term` and `termGuid` that it has."""
    made = [
        ("all", "1"),
        ("type", kind.name),
        ("collection", collection),
        ("object", object_type(kind.name, kind.supers)),
        ("asset", asset_type(kind.name, service)),
    ]
    name = str(body["attributes"].get("name") or "")
    if "." in name:
        made.append(("extension", name.rpartition(".")[2].lower()))
    made += [("classification", item["typeName"]) for item in body.get("classifications", ())]
    made += [("label", item) for item in body.get("labels", ())]
    made += [("business", name) for name in body.get("business", ())]
    made += [("contact", item["id"]) for item in _people(body)]
    for word, value in terms:
        made.append((word, value))
        if word == "term":
            made.append(("termName", value.rpartition("@")[0]))
    return tuple(dict.fromkeys(made))


def header(guid: str, kind: str, body: Mapping[str, Any], meanings: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """Return the header of an entity."""
    attributes = body["attributes"]
    classifications = body.get("classifications", [])
    return {
        "guid": guid,
        "typeName": kind,
        "attributes": {
            name: attributes.get(name) for name in ("qualifiedName", "name", "description", "owner") if name in attributes
        },
        "status": "ACTIVE",
        "displayText": display(attributes),
        "classificationNames": [item["typeName"] for item in classifications],
        "classifications": classifications,
        "labels": body.get("labels", []),
        "meanings": list(meanings),
        "meaningNames": [item["displayText"] for item in meanings],
        "isIncomplete": bool(body.get("isIncomplete")),
        "lastModifiedTS": str(body.get("version", 0)),
    }


def whole(
    guid: str,
    kind: EntityType,
    body: Mapping[str, Any],
    *,
    collection: str,
    times: tuple[int, int],
    links: Mapping[str, Any],
    meanings: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    """Return an entity with all its attributes; `links` are the values of its relationship attributes."""
    attributes = dict.fromkeys(kind.attributes) | dict(body["attributes"])
    for end in kind.ends.values():
        if end.legacy:
            attributes[end.name] = _plain(links.get(end.name))
    version = body.get("version", 0)
    made: dict[str, Any] = {
        "typeName": kind.name,
        "guid": guid,
        "attributes": attributes,
        "relationshipAttributes": dict(links),
        "classifications": body.get("classifications", []),
        "labels": body.get("labels", []),
        "businessAttributes": body.get("business", {}),
        "customAttributes": body.get("customAttributes", {}),
        "contacts": body.get("contacts", {}),
        "meanings": list(meanings),
        "collectionId": collection,
        "status": "ACTIVE",
        "isIncomplete": bool(body.get("isIncomplete")),
        "proxy": bool(body.get("proxy")),
        "provenanceType": body.get("provenanceType", 0),
        "version": version,
        "createTime": times[0],
        "updateTime": times[1],
        "createdBy": body.get("createdBy"),
        "updatedBy": body.get("updatedBy"),
        "lastModifiedTS": str(version),
    }
    return made | ({"homeId": body["homeId"]} if body.get("homeId") else {})


def link(
    guid: str,
    kind: str,
    *,
    title: str,
    qualified: str | None,
    relationship: str,
    relationship_guid: str,
    attributes: Mapping[str, Any],
) -> dict[str, Any]:
    """Return how an entity shows another one that is related to it."""
    return {
        "guid": guid,
        "typeName": kind,
        "entityStatus": "ACTIVE",
        "displayText": title,
        **({"qualifiedName": qualified, "uniqueAttributes": {"qualifiedName": qualified}} if qualified is not None else {}),
        "relationshipType": relationship,
        "relationshipGuid": relationship_guid,
        "relationshipStatus": "ACTIVE",
        "relationshipAttributes": {"typeName": relationship, "attributes": dict(attributes)},
    }


def _plain(links: Any) -> Any:
    """Return entities as attributes show them, without what is said of the relationship."""
    if links is None or isinstance(links, dict):
        return links and {name: links[name] for name in ("guid", "typeName", "uniqueAttributes") if name in links}
    return [_plain(item) for item in links]


def _people(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [item for items in body.get("contacts", {}).values() for item in items or ()]
