"""A catalogue in this process, over a file of its own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from freehold.datamap.access import Someone
from freehold.services.datamap.ground import Ground
from freehold.services.datamap.lineage import Lineage
from freehold.services.datamap.reading import Reading
from freehold.services.datamap.writing import Writing
from freehold.stores.datamap import SqliteDataMap
from freehold.testing import FixedClock

STEWARD = Someone("steward")


class Map:
    """The parts that tests ask."""

    def __init__(self, path: Path) -> None:
        self.store = SqliteDataMap(path)
        numbers = itertools.count(1)
        self.ground = Ground(self.store, FixedClock(), lambda: f"00000000-0000-4000-8000-{next(numbers):012}", "root", "Root")
        self.ground.administer([STEWARD.subject])
        self.reading = Reading(self.ground)
        self.writing = Writing(self.ground, self.reading)
        self.lineage = Lineage(self.ground, self.reading)


@pytest.fixture
def datamap(tmp_path: Path) -> Iterator[Map]:
    """A catalogue that `steward` administers."""
    made = Map(tmp_path / "datamap.sqlite")
    yield made
    made.store.close()
