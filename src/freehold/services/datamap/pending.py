"""An entity of a request, between what was sent and what will be written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from freehold.datamap.entity import Draft
from freehold.datamap.types import EntityType
from freehold.ports.datamap import Record


@dataclass(slots=True)
class Pending:
    """An entity of a request on its way: the drafts that speak of it, what there was before, and what will be."""

    guid: str
    kind: EntityType
    old: Record | None
    drafts: list[Draft] = field(default_factory=list[Draft])
    collection: str = ""
    body: dict[str, Any] = field(default_factory=dict[str, Any])
