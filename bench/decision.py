"""What one decision costs among a hundred products; beside it the least that a decision could be, one look into a set.

Run: `python bench/decision.py`. Target ≤ 0.5 µs for a caller who was not seen before, where others with the same domain, region,
roles and scopes were judged; worked out from the rules it costs more, once for each kind of caller and each `apply`.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parent))

import house
import pairing
from freehold.model.mesh import Applied, Mesh
from freehold.model.party import Domain
from freehold.model.place import Region
from freehold.model.policy import Effect
from freehold.model.product import InterfaceKind
from freehold.model.query import Question
from freehold.policy import Situation, decide
from freehold.services.force import Force
from freehold.services.judge import Judge
from freehold.testing import FixedKeys

PRODUCTS = 100
COLUMNS = {f"c{number}": "integer" for number in range(12)}


def main() -> None:
    """Print one row."""
    products = [house.product(f"Product {number}", "x.parquet", COLUMNS, tuple(COLUMNS)) for number in range(PRODUCTS)]
    mesh = Mesh(
        name="bench",
        regions={"westeurope": Region(name="westeurope", jurisdiction="EU")},
        domains={name.lower(): Domain(name=name) for name in ("Sales", "Customer")},
        products={item.key: item for item in products},
    )
    situations = [
        Situation(
            mesh=mesh,
            principal=house.CALLER,
            product=item,
            purpose="Bench",
            today="2026-11-23",
            node_region="westeurope",
            interface=InterfaceKind.SQL,
            approved=frozenset(contract.slug for contract in item.contracts),
        )
        for item in products
    ]
    granted = frozenset((item.key, "sales", "bench") for item in products)

    def ours() -> None:
        for situation in situations:
            assert decide(situation).effect is Effect.PERMIT

    def least() -> None:
        for item in products:
            assert (item.key, "sales", "bench") in granted

    judge = Judge(region="westeurope", keys=FixedKeys())
    force = Force(stamp=1, applied=Applied(version=1, digest="", mesh=mesh, applied_at=""), approvals=())
    callers = itertools.count()

    def strangers() -> None:
        who = msgspec.structs.replace(house.CALLER, subject=f"caller {next(callers)}")
        question = Question(principal=who, purpose="Bench")
        for item in products:
            assert judge.view(item, question, force, "2026-11-23").decision.effect is Effect.PERMIT

    for what, run, target in (("a caller not seen before", strangers, "≤ 0.5 µs"), ("from the rules", ours, "none")):
        found = pairing.pair(run, least, rounds=200, warm=10)
        print(pairing.line(f"a decision vs a look into a set: {what}", found, unit="µs", scale=1e6 / PRODUCTS, target=target))


if __name__ == "__main__":
    main()
