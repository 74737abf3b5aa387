"""Lineage equals an independent closure, on random graphs of datasets and processes."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.datamap.access import Someone
from freehold.services.datamap.ground import Ground
from freehold.services.datamap.lineage import Lineage
from freehold.services.datamap.reading import Reading
from freehold.services.datamap.writing import Writing
from freehold.stores.datamap import SqliteDataMap
from freehold.testing import FixedClock

STEWARD = Someone("steward")
Edge = tuple[int, int]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, tuple[Edge, ...]]:
    """Return how many nodes there are (even: datasets, odd: processes), and edges from lower to higher ones of the other kind."""
    count = draw(st.integers(2, 14))
    pairs = [(one, two) for one, two in itertools.combinations(range(count), 2) if one % 2 != two % 2]
    return count, tuple(draw(st.lists(st.sampled_from(pairs), unique=True, max_size=25)))


def reached(edges: tuple[Edge, ...], start: int, depth: int, *, down: bool) -> set[Edge]:
    """Return the edges on paths of at most `depth` steps from a node, by trying every path."""
    found: set[Edge] = set()
    level = {start}
    for _ in range(depth):
        taken = {edge for edge in edges if edge[0 if down else 1] in level}
        found |= taken
        level = {edge[1 if down else 0] for edge in taken}
    return found


@settings(max_examples=25)
@given(graph=graphs(), start=st.integers(0, 13), depth=st.integers(1, 6))
def test_lineage_is_the_closure_of_what_was_written(graph: tuple[int, tuple[Edge, ...]], start: int, depth: int) -> None:
    count, edges = graph
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteDataMap(Path(folder) / "map.sqlite")
        numbers = itertools.count(1)
        ground = Ground(store, FixedClock(), lambda: f"g{next(numbers)}", "root", "Root")
        ground.administer([STEWARD.subject])
        reading = Reading(ground)
        writing, lineage = Writing(ground, reading), Lineage(ground, reading)
        entities = [
            {
                "typeName": "Process" if node % 2 else "DataSet",
                "guid": f"-{node + 1}",
                "attributes": {"qualifiedName": f"n{node}", "name": f"n{node}"}
                | (
                    {
                        "inputs": [{"guid": f"-{one + 1}"} for one, two in edges if two == node],
                        "outputs": [{"guid": f"-{two + 1}"} for one, two in edges if one == node],
                    }
                    if node % 2
                    else {}
                ),
            }
            for node in range(count)
        ]
        guids = writing.put(STEWARD, entities)["guidAssignments"]
        node_of = {guid: -int(number) - 1 for number, guid in guids.items()}
        base = store.entities([guids[f"-{start % count + 1}"]]).popitem()[1]
        for direction, down in (("OUTPUT", True), ("INPUT", False)):
            found = lineage.graph(STEWARD, base, direction=direction, depth=depth)
            told = {(node_of[item["fromEntityId"]], node_of[item["toEntityId"]]) for item in found["relations"]}
            assert told == reached(edges, start % count, depth, down=down)
            assert {node_of[guid] for guid in found["guidEntityMap"]} == {start % count} | {node for edge in told for node in edge}
        store.close()
