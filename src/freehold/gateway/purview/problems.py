"""Errors in the words of each plane: Apache Atlas's codes, or Azure's error object. No library's text ever leaves."""

from __future__ import annotations

from typing import Any

from freehold.errors import FreeholdError, Internal
from freehold.gateway.purview.routing import Plane

ATLAS = {
    "type-unknown": "ATLAS-404-00-001",
    "entity-unknown": "ATLAS-404-00-005",
    "entity-name-unknown": "ATLAS-404-00-009",
    "relationship-unknown": "ATLAS-404-00-00C",
    "glossary-unknown": "ATLAS-404-00-005",
    "address-unknown": "ATLAS-404-00-00F",
    "type-exists": "ATLAS-409-00-001",
    "type-in-use": "ATLAS-409-00-002",
    "already-exists": "ATLAS-409-00-007",
    "item-in-use": "ATLAS-409-00-002",
    "collection-refused": "ATLAS-403-00-001",
    "collection-unknown": "ATLAS-404-00-005",
    "type-invalid": "ATLAS-400-00-011",
    "entity-invalid": "ATLAS-400-00-01A",
    "attribute-missing": "ATLAS-400-00-02B",
    "attribute-invalid": "ATLAS-400-00-028",
    "reference-unresolved": "ATLAS-400-00-022",
    "containment-cyclic": "ATLAS-400-00-002",
    "classification-present": "ATLAS-400-00-01B",
    "classification-absent": "ATLAS-400-00-06D",
    "search-invalid": "ATLAS-400-00-047",
    "token-missing": "ATLAS-401-00-001",
    "token-invalid": "ATLAS-401-00-001",
    "token-expired": "ATLAS-401-00-001",
    "internal": "ATLAS-500-00-001",
}
"""Apache Atlas's code for each of ours; others are ATLAS-400-00-029, a bad request, or the general one of their status."""

_AZURE = {400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 405: "MethodNotAllowed", 409: "Conflict"}


def code_of(error: FreeholdError, plane: Plane) -> str:
    """Return the code by which clients of a plane know an error."""
    kind = type(error)
    if plane is Plane.ATLAS:
        fallback = "ATLAS-400-00-029" if kind.status < 500 else "ATLAS-500-00-001"
        return ATLAS.get(kind.code, fallback)
    return _AZURE.get(kind.status, "InternalServerError" if kind.status >= 500 else "BadRequest")


def body_of(error: FreeholdError, plane: Plane, request: str) -> dict[str, Any]:
    """Return the body of an error; `request` is the request's id."""
    kind = type(error)
    remedy = f"; {error.remedy}" if error.remedy else ""
    message = f"{error.detail}{remedy}" if kind.status < 500 else kind.title  # what failed inside is for the log
    if plane is Plane.ATLAS:
        return {"requestId": request, "errorCode": code_of(error, plane), "errorMessage": message}
    details = [{"code": kind.code or Internal.code, "message": kind.title}]
    return {"error": {"code": code_of(error, plane), "message": message, "target": None, "details": details}}
