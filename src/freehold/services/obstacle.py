"""Say why a question over several homes has no permitted plan: the one home that stands in the way, and what would pass (law 9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from freehold.compiler.federation import Refused
from freehold.errors import PlanMissing
from freehold.model.mesh import Mesh


class Obstacles:
    """Obstacles for questions that come in at one node."""

    def __init__(self, mesh: Mesh, entry: str, passes: Callable[[str], bool] | None) -> None:
        """Speak of `mesh` as seen from the region `entry`; `passes` says whether the question has a plan at the node of another."""
        self._mesh = mesh
        self._entry = entry
        self._passes = passes

    def error(self, refused: Refused) -> PlanMissing:
        """Return the refusal, with its alternatives."""
        home, refusal = refused.region, refused.refusal
        named = " and ".join(f"`{product}`" for product in refused.products)
        way = f"have to go from `{home}` to `{self._entry}` than may" if home != self._entry else "be needed than you may have"
        how = f"of {named} more would {way}: {refusal.detail}"
        alternatives = list(self._alternatives(refused))
        facts: dict[str, Any] = {
            "obstacle": refusal.code,
            "from": home,
            "to": self._entry,
            "product": refusal.facts.get("product") or next(iter(refused.products), None),
            "column": refusal.facts.get("column"),
            "alternatives": alternatives or None,
        }
        remedy = "; or ".join(item["what"] for item in alternatives) or refusal.remedy
        return PlanMissing(how, remedy=remedy, **facts)

    def _alternatives(self, refused: Refused) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        if refused.refusal.remedy:
            found.append({"kind": "form", "what": refused.refusal.remedy})
        for node in self._mesh.nodes.values():
            if self._passes is not None and node.region != self._entry and self._passes(node.region):
                what = f"ask `{node.name}` in `{node.region}`, at {node.url}"
                found.append({"kind": "entry", "what": what, "region": node.region, "url": node.url})
                break
        return found
