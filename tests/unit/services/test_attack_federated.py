"""Every attack is asked once more as a part of a question over two homes: dividing it gives a caller no more than the gate does.

The attack is one side of a join whose other side is at home elsewhere; it comes in at that other home, which carries it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from attacks import CASES, Case, given, leaks, mesh_of, other, parameters
from freehold.errors import FreeholdError
from freehold.model.contract import Contract
from freehold.model.mesh import Mesh
from freehold.model.place import Node
from freehold.model.product import Column, Product, Source
from freehold.model.query import Question
from regions import NORTH, WEST, Regions

CALENDAR = Product(
    name="Calendar",
    domain="Analytics",
    home=NORTH,
    jurisdiction="EU",
    columns=(Column(name="day", type="integer"),),
    source=Source(path="calendar.parquet"),
    entity_key="day",
    contracts=(Contract(consumer="Sales", purpose="Customer enrichment", fields=("day",)),),
)
TWICE = {"star-of-two-products"}
"""What gives out two columns of one name, which cannot be asked for again from around it."""
AROUND = "select q.* from ({sql}\n) q cross join (select count(*) as days from analytics.calendar) d"
ASKED = [case for case in CASES if case.sql and case.profile != "pending"]
"""What is written in SQL; a contract that waits for approval is known to its home alone, and `test_attack_cases` asks there."""


def spread_out(mesh: Mesh) -> Mesh:
    """Return a mesh with a second home, at which Sales may count days."""
    nodes = {region: Node(name=region, region=region, url=f"https://{region}.example") for region in (WEST, NORTH)}
    return msgspec.structs.replace(mesh, nodes=nodes, products={**mesh.products, CALENDAR.key: CALENDAR})


@pytest.fixture(scope="module")
def worlds(kit: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[Regions]]:
    """Return the homes of a profile, once for each version of the data."""
    made: dict[str, list[Regions]] = {}

    def build(profile: str, folder: Path, change: Callable[[pa.Table, str], pa.Table]) -> Regions:
        mesh = spread_out(mesh_of(profile, kit.example_mesh))
        houses: dict[str, Any] = {}
        for region in (WEST, NORTH):
            (folder / region).mkdir()
            days = {"calendar": pa.table({"day": list(range(365))})} if region == NORTH else {}
            houses[region] = kit.house_in(folder / region, mesh, tables=days, region=region)
        path = houses[WEST].data / "customers.parquet"
        pq.write_table(change(pq.read_table(path), profile), path)
        return Regions(mesh, houses, {})

    def find(profile: str) -> list[Regions]:
        if profile not in made:
            made[profile] = [build(profile, tmp_path_factory.mktemp(profile), change) for change in (given, other)]
        return made[profile]

    return find


def learned(case: Case, regions: Regions) -> tuple[str, Any]:
    """Return what the caller gets, and everything that they could read of it."""
    regions.forget()
    who = regions.houses[NORTH].principals[case.caller]
    asked: dict[str, Any] = {"parameters": {**case.parameters}, "purpose": case.purpose}
    sql = AROUND.format(sql=case.sql)
    try:
        table, _ = regions.ask(sql, who, NORTH, **asked)
        kind, result = "answered", {"columns": table.column_names, "rows": sorted(table.to_pylist(), key=repr)}
    except FreeholdError as error:
        facts = {name: value for name, value in error.facts.items() if name != "leaf"}
        kind, result = error.code, {"detail": error.detail, "remedy": error.remedy, "facts": facts}
    _, told = regions.federation(NORTH).explain(Question(principal=who, sql=sql, **asked))
    told.pop("leaf", None)
    return kind, json.loads(json.dumps([result, told], default=str))


@pytest.mark.parametrize("case", parameters(ASKED))
def test_an_attack_learns_nothing_as_a_part_of_a_question_over_two_homes(
    case: Case, worlds: Callable[[str], list[Regions]]
) -> None:
    first, second = worlds(case.profile)
    (kind, seen), (again, seen_again) = learned(case, first), learned(case, second)
    assert again == kind
    if not case.varies:
        assert seen == seen_again
    written = b"".join(line for regions in (first, second) for house in regions.houses.values() for line in house.ledger.written)
    for text in (json.dumps(seen), json.dumps(seen_again), written.decode()):
        assert not leaks(case, text)
    assert (kind == "answered") == (case.answered and case.id not in TWICE), seen[0]
    if case.absent is not None:
        assert case.absent not in json.dumps(seen[0])
