"""What the homes gave for one question, and what is said about it: where each part was computed, and what crossed which border."""

from __future__ import annotations

from typing import Any

import msgspec
import pyarrow as pa

from freehold.errors import RegionMissing
from freehold.model.federation import FederatedPlan, Fragment
from freehold.services.force import Force


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What one home gave for its fragment: the rows, its own metadata, and its leaf; `size` is in bytes as it came.

    `relay_leaf` is this node's leaf of what was carried to another home. `missing` is the code of why there is nothing.
    """

    fragment: Fragment
    node: str
    table: pa.Table | None = None
    metadata: dict[str, Any] = {}
    leaf: int | None = None
    relay_leaf: int | None = None
    etag: str = ""
    size: int = 0
    missing: str = ""

    @property
    def rows(self) -> int:
        """How many rows came."""
        return self.table.num_rows if self.table is not None else 0


def missing_as_empty(plan: FederatedPlan, parts: list[Part]) -> dict[str, pa.Table]:
    """Return the answers by the name of their fragment; one that is missing has the columns of a sibling, and no rows.

    Raises:
        RegionMissing: No sibling is there either.
    """
    tables = {part.fragment.name: part.table for part in parts if part.table is not None}
    for part in parts:
        if part.table is None:
            like = next((tables[name] for name in part.fragment.siblings if name in tables), None)
            if like is None:
                region = part.fragment.region
                detail = f"none of the regions of this part answers, `{region}` among them"
                raise RegionMissing(detail, region=region, node=part.node, reason=part.missing)
            tables[part.fragment.name] = like.slice(0, 0).rename_columns(list(part.fragment.columns))
    return {fragment.name: tables[fragment.name] for fragment in plan.fragments}


def metadata_of_parts(region: str, force: Force, plan: FederatedPlan, parts: list[Part]) -> dict[str, Any]:
    """Return the metadata of an answer that was put together in `region`, ready for JSON."""
    given = [part.metadata for part in parts]
    facts: dict[str, Any] = {
        "freshness": min((str(item["freshness"]) for item in given if item.get("freshness")), default=None),
        "region": region,
        "parts": [_part(region, force, part) for part in parts],
        "quality": _worst(given),
        "sla": _merged(given, "sla"),
        "products": list(dict.fromkeys(product for part in parts for product in part.fragment.products)),
        "purpose": next((item["purpose"] for item in given if item.get("purpose")), None),
        "contracts": _all(given, "contracts"),
        "form": plan.form.value,
        "policies": _all(given, "policies"),
        "dataVersion": _merged(given, "dataVersion"),
        "mesh": force.applied.digest,
    }
    groups = [item["minGroupSize"] for item in given if item.get("minGroupSize")]
    if groups:
        facts["minGroupSize"] = max(groups)
        facts["smallGroups"] = "withheld at each home: what is too small in one region is in no total"
    if plan.guard is not None:
        facts["minGroupSize"] = max(decision.min_group for decision in plan.guard.decisions)
        facts["smallGroups"] = f"withheld in {region}, where keyed join keys were compared"
    disclosure = next((item["disclosure"] for item in given if item.get("disclosure")), None)
    if disclosure:
        facts["disclosure"] = disclosure
    below = _merged(given, "belowFloor")
    if below:
        facts["belowFloor"] = below
    crossing = _all(given, "crossing")
    if crossing:
        facts["crossing"] = crossing
    gone = list(dict.fromkeys(part.fragment.region for part in parts if part.missing))
    if gone:
        facts["missing"] = gone
    return facts


def _part(region: str, force: Force, part: Part) -> dict[str, Any]:
    at = part.fragment.region
    told: dict[str, Any] = {
        "region": at,
        "node": part.node,
        "products": list(part.fragment.products),
        "form": part.metadata.get("form", part.fragment.form.value),
        "rows": part.rows,
        "leaf": part.leaf,
    }
    if part.missing:
        return told | {"missing": part.missing}
    if at != region:
        told |= {"bytes": part.size, "relayLeaf": part.relay_leaf, "to": region}
        border = force.mesh.border(at, region)
        if border is not None:
            told["border"] = border
    return told


def _all(given: list[dict[str, Any]], name: str) -> list[Any]:
    return list(dict.fromkeys(value for item in given for value in item.get(name) or ()))


def _merged(given: list[dict[str, Any]], name: str) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for item in given:
        out |= item.get(name) or {}
    return out


def _worst(given: list[dict[str, Any]]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name in ("completeness", "accuracy", "timeliness"):
        values = [value for item in given if isinstance(value := (item.get("quality") or {}).get(name), int | float)]
        out[name] = min(values) if values else None
    return out
