"""The API described in OpenAPI 3.1: the routes that everybody has, and the declared queries that this caller may know of.

An anonymous caller gets the first part alone, so that the description tells nobody which products exist (law 9).
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from freehold.errors import REGISTRY
from freehold.gateway.accept import Format
from freehold.model.product import DeclaredQuery, InterfaceKind, Parameter, Product
from freehold.names import slug

Described = dict[str, Any]

_TYPES: dict[str, Described] = {
    "string": {"type": "string", "maxLength": 1000},
    "integer": {"type": "integer", "format": "int64"},
    "number": {"type": "number"},
    "decimal": {"type": "string", "format": "decimal"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "timestamp": {"type": "string", "format": "date-time"},
    "time": {"type": "string", "format": "time"},
    "region": {"type": "string", "examples": ["westeurope"]},
}
_COMMON = (401, 405, 429, 500, 503)
_ASKING = (400, 403, 404, 406, 408, 413, 421, 422, 499, 502, 507, *_COMMON)
_WRITTEN = (400, 403, 404, 409, 413, 421, 507)
_PRODUCT: Described = {
    "name": "product",
    "in": "query",
    "required": False,
    "description": "One product's key: then its home answers.",
    "schema": {"type": "string"},
}
_REQUIRED: Described = {**_PRODUCT, "required": True, "description": "The product's key."}
_PURPOSE: Described = {
    "name": "Freehold-Purpose",
    "in": "header",
    "required": False,
    "description": "What the data is for, as the contract says it; may be left out where only one contract could apply.",
    "schema": {"type": "string"},
}

_ROUTE: Described = {
    "name": "Freehold-Route",
    "in": "header",
    "required": False,
    "description": "Where what is asked for is at home on another node: carry the question there, or say where that is.",
    "schema": {"type": "string", "enum": ["relay", "redirect"], "default": "relay"},
}


def describe_api(node: str, region: str, declared: Iterable[tuple[Product, DeclaredQuery]]) -> Described:
    """Return the description as a value for JSON; `declared` is what the caller may know of."""
    paths = _static_paths()
    for product, query in declared:
        paths[f"/api/v1/{product.domain_key}/{query.name}"] = _query_path(product, query)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Freehold node {node}",
            "version": version("freehold"),
            "summary": f"Governed data products of {region}.",
            "description": "With a token, each product's own declared queries are described too.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": f"this node, {region}"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "node": {"type": "apiKey", "in": "header", "name": "Freehold-Node-Token"},
            },
            "schemas": _schemas(),
            "responses": {f"Problem{status}": _problem(status) for status in sorted(_statuses())},
        },
    }


def _static_paths() -> dict[str, Described]:
    body = {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Asked"}}}}
    name = [_path_parameter("domain", "The domain."), _path_parameter("query", "The declared query.")]
    contract = [_path_parameter("key", "The product's key."), _path_parameter("slug", "The contract, with or without `@version`.")]
    index = [_path_parameter("index", "The leaf.", {"type": "integer", "minimum": 0})]
    tile = [
        _path_parameter("level", "The level.", {"type": "integer", "minimum": 0}),
        _path_parameter("number", "The tile, as C2SP tlog-tiles writes it: `x001/x234/067`, `067.p/8`."),
    ]
    return {
        "/v1/query": {"post": _asking("Ask in SQL", [_PURPOSE, _ROUTE]) | {"requestBody": body}},
        "/v1/explain": {
            "post": _elsewhere(_plain("The decision, without running the query", [_PURPOSE, _ROUTE], *_ASKING))
            | {"requestBody": body}
        },
        "/api/v1/{domain}/{query}": {"get": _asking("Ask a declared query", [*name, _PURPOSE, _ROUTE])},
        "/v1/products": {"get": _plain("The catalogue of the mesh, a page at a time", _paging(), 400)},
        "/v1/products/{key}": {"get": _plain("One product", [_path_parameter("key", "The product's key.")], 404)},
        "/v1/products/{key}/quality": {
            "get": _plain(
                "How one product keeps its promises",
                [
                    _path_parameter("key", "The product's key."),
                    _field("days", {"type": "integer", "minimum": 1, "maximum": 400}, "Over how many days: 30 by default."),
                ],
                400,
                404,
            )
        },
        "/v1/contracts": {"get": _plain("Contracts given, taken and to approve, a page at a time", _paging()[1:], 400)},
        "/v1/contracts/{key}/{slug}/approval": {"post": _plain("Approve a contract as it stands", contract, 403, 404, 409)},
        "/v1/classification": {
            "get": _plain(
                "Findings in values, as they stand", [_field("product", {"type": "string"}, "One product's key.")], 400, 404
            )
        },
        "/v1/classification/{key}/scan": {
            "post": _plain(
                "Look at a product's values now",
                [
                    _path_parameter("key", "The product's key."),
                    _field("depth", {"type": "string", "enum": ["sample", "full"], "default": "sample"}, "How much to look at."),
                ],
                *_ASKING,
            )
        },
        "/v1/classification/{key}/{column}/review": {
            "post": _plain(
                "Accept or reject a finding",
                [_path_parameter("key", "The product's key."), _path_parameter("column", "The column.")],
                *(400, 403, 404, 413, 507),
            )
            | {
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Review"}}},
                }
            }
        },
        "/v1/requests": {
            "get": _plain("Requests for access, the caller's own and those to answer", [_PRODUCT, *_paging()[1:]], 400, 404),
            "post": _plain("Ask for access to columns: nothing is granted by it", [_REQUIRED], *_WRITTEN) | _body_of("Wanted"),
        },
        "/v1/requests/{id}/answer": {
            "post": _plain("Answer a request for access", [_path_parameter("id", "The request.")], *_WRITTEN) | _body_of("Settled")
        },
        "/v1/ledger/checkpoint": {"get": _plain("The newest signed checkpoint", [], media="text/plain")},
        "/v1/ledger/entries/{index}": {"get": _plain("One entry", index, 404)},
        "/v1/ledger/entries": {
            "get": _plain(
                "Entries, for auditors, owners and stewards",
                [_field(item, {"type": "integer", "minimum": 0}, f"The {item} of the range.") for item in ("start", "stop")],
                400,
                403,
            )
        },
        "/v1/ledger/proofs/{index}": {"get": _plain("The proof of an entry", index, 404, media="text/plain")},
        "/v1/ledger/tile/{level}/{number}": {"get": _plain("A tile of hashes", tile, 404, media="application/octet-stream")},
        "/openapi.json": {"get": _open("This description")},
        "/problems/{code}": {"get": _open("What a code means", _path_parameter("code", "The code."), media="text/markdown")},
        "/v1/catalog": {"get": _catalog()},
        "/v1/node": {
            "get": {
                **_plain(
                    "What this node says of itself, signed where a challenge is given",
                    [
                        _field("asker", {"type": "string"}, "The node that asks."),
                        _field("challenge", {"type": "string", "pattern": "^[A-Za-z0-9_-]{16,64}$"}, "Random text of the asker."),
                    ],
                    400,
                ),
                "security": [{}],
            }
        },
        "/healthz": {"get": _open("Whether the process answers")},
        "/readyz": {"get": _open("Whether questions can be answered")},
        "/metrics": {"get": _open("Counters for Prometheus", media="text/plain")},
    }


def _paging() -> list[Described]:
    return [
        _field("search", {"type": "string"}, "Words to find."),
        _field("after", {"type": "string"}, "The key after which the page begins: `next` of the one before."),
        _field("limit", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}, "How many at most."),
    ]


def _catalog() -> Described:
    since = _field("since", {"type": "integer", "minimum": 0}, "The version that the asking node has: what changed since comes.")
    head = {"description": "What the node vouches for, signed (JWS).", "schema": {"type": "string"}}
    told = _plain("This node's own catalogue, for nodes of the mesh", [since], 400, 403, 502)
    answers = told["responses"] | {"304": {"description": "Nothing changed.", "headers": {"Freehold-Catalog": head}}}
    return {**told, "responses": answers, "security": [{"node": []}]}


def _body_of(schema: str) -> Described:
    return {
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}
    }


def _query_path(product: Product, query: DeclaredQuery) -> Described:
    text = query.description or f"The declared query `{query.name}` of {product.name}."
    fields = [_declared_field(item) for item in query.parameters]
    told: Described = {
        "get": _asking(text, [*fields, _PURPOSE, _ROUTE])
        | {"operationId": slug(f"{product.key} {query.name}"), "tags": [product.name], "description": product.description or text}
    }
    port = product.interface(InterfaceKind.API)
    if port is not None and port.endpoint is not None:
        described = f"the address that {product.name}'s manifest gives, in front of a node"
        told["servers"] = [{"url": "/"}, {"url": port.endpoint, "description": described}]
    return told


def _declared_field(item: Parameter) -> Described:
    schema = dict(_TYPES.get(item.type.split("(")[0], _TYPES["string"]))
    if item.values:
        schema["enum"] = list(item.values)
    if item.default is not None:
        schema["default"] = item.default
    needed = item.required and item.default is None
    return {**_field(item.name, schema, item.description or f"A {item.type}."), "required": needed}


def _field(name: str, schema: Described, description: str) -> Described:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _path_parameter(name: str, description: str, schema: Described | None = None) -> Described:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema or {"type": "string"}}


def _asking(summary: str, parameters: list[Described]) -> Described:
    headers = {
        "Freehold-Leaf": {"description": "The ledger leaf of this decision.", "schema": {"type": "integer"}},
        "ETag": {"description": "Changes with the query, the data and the policy.", "schema": {"type": "string"}},
    }
    content: Described = {form.value: {"schema": {"type": "string"}} for form in Format}
    content[Format.JSON.value] = {"schema": {"$ref": "#/components/schemas/Answer"}}
    answered = {
        "200": {"description": "The answer.", "headers": headers, "content": content},
        "304": {"description": "The answer is the one that `If-None-Match` names; it was decided and recorded again."},
    }
    return _elsewhere({"summary": summary, "parameters": parameters, "responses": answered | _problems(*_ASKING)})


def _elsewhere(operation: Described) -> Described:
    """Return an operation that may send its caller to another node."""
    location = {"description": "The same address at the home.", "schema": {"type": "string", "format": "uri"}}
    sent = {
        "description": "What is asked for is at home on another node, and `Freehold-Route` asked where.",
        "headers": {"Location": location},
    }
    return operation | {"responses": {**operation["responses"], "307": sent}}


def _plain(summary: str, parameters: list[Described], *statuses: int, media: str = "application/json") -> Described:
    answered = {"200": {"description": summary, "content": {media: {}}}}
    return {"summary": summary, "parameters": parameters, "responses": answered | _problems(*statuses, *_COMMON)}


def _open(summary: str, *parameters: Described, media: str = "application/json") -> Described:
    return {**_plain(summary, list(parameters), 404, media=media), "security": [{}]}


def _problems(*statuses: int) -> Described:
    return {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in sorted(set(statuses))}


def _statuses() -> set[int]:
    return {*_ASKING, *_COMMON, 409}


def _problem(status: int) -> Described:
    codes = sorted(code for code, kind in REGISTRY.items() if kind.status == status)
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": "One of: " + ", ".join(f"`{code}`" for code in codes) + ".",
        "content": {"application/problem+json": {"schema": schema}},
    }


def _schemas() -> dict[str, Described]:
    text = {"type": "string"}
    scalar = {"type": ["string", "number", "boolean", "null"]}
    return {
        "Asked": {
            "type": "object",
            "required": ["sql"],
            "additionalProperties": False,
            "properties": {
                "sql": {"type": "string", "description": "One SELECT; `$name` stands for a parameter."},
                "parameters": {"type": "object", "additionalProperties": scalar},
                "purpose": {"type": ["string", "null"], "description": "What the data is for, as the contract says it."},
            },
        },
        "Review": {
            "type": "object",
            "required": ["verdict", "reason"],
            "additionalProperties": False,
            "properties": {
                "verdict": {"type": "string", "enum": ["accepted", "rejected"]},
                "reason": {"type": "string", "minLength": 1, "maxLength": 1000, "description": "Why, for those who come after."},
                "classification": {"type": ["string", "null"], "description": "Only this one of what was found in the column."},
            },
        },
        "Wanted": {
            "type": "object",
            "required": ["fields", "purpose"],
            "additionalProperties": False,
            "properties": {
                "fields": {"type": "array", "items": text, "minItems": 1, "maxItems": 100, "description": "The columns."},
                "purpose": {"type": "string", "minLength": 1, "maxLength": 200, "description": "What the data is for."},
                "days": {
                    "type": ["integer", "null"],
                    "minimum": 1,
                    "maximum": 3650,
                    "description": "For how long; without it, no end.",
                },
                "reason": {"type": ["string", "null"], "maxLength": 1000, "description": "Why, for those who decide."},
            },
        },
        "Settled": {
            "type": "object",
            "required": ["answer", "reason"],
            "additionalProperties": False,
            "properties": {
                "answer": {"type": "string", "enum": ["accepted", "rejected"]},
                "reason": {"type": "string", "minLength": 1, "maxLength": 1000, "description": "Why, for whoever asked."},
            },
        },
        "Answer": {
            "type": "object",
            "required": ["data", "metadata"],
            "properties": {
                "data": {"type": "array", "items": {"type": "object"}},
                "metadata": {
                    "type": "object",
                    "required": ["region", "leaf"],
                    "properties": {
                        "freshness": {"type": ["string", "null"], "format": "date-time"},
                        "region": text,
                        "quality": {"type": "object"},
                        "purpose": {"type": ["string", "null"]},
                        "contracts": {"type": "array", "items": text},
                        "leaf": {"type": "integer"},
                    },
                },
            },
        },
        "Problem": {
            "type": "object",
            "required": ["type", "title", "status", "detail", "instance", "code"],
            "properties": {
                "type": {"type": "string", "format": "uri-reference"},
                "title": text,
                "status": {"type": "integer"},
                "detail": text,
                "instance": text,
                "code": {"type": "string", "enum": sorted(REGISTRY)},
                "remedy": text,
                "leaf": {"type": "integer"},
            },
        },
    }
