"""A catalogue in this process, over a file of its own; and each kind of store, for what holds of all of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from differential.postgres import Postgres
from freehold.datamap.access import Someone
from freehold.ports.datamap import DataMapStore
from freehold.services.datamap.discovery import Discovery
from freehold.services.datamap.ground import Ground
from freehold.services.datamap.lineage import Lineage
from freehold.services.datamap.reading import Reading
from freehold.services.datamap.writing import Writing
from freehold.stores.datamap import SqliteDataMap
from freehold.stores.datamap.postgres import PostgresDataMap
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
        self.discovery = Discovery(self.ground, self.reading)


@pytest.fixture
def datamap(tmp_path: Path) -> Iterator[Map]:
    """A catalogue that `steward` administers."""
    made = Map(tmp_path / "datamap.sqlite")
    yield made
    made.store.close()


Open = Callable[[], DataMapStore]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server for all tests of this folder."""
    made = Postgres()
    yield made
    made.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Return what opens the test's store, empty the first time; all are closed at the end."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        server.execute("DROP SCHEMA IF EXISTS freehold_datamap CASCADE")
        server.service(tmp_path / "services", "catalogue")
        monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    with ExitStack() as opened:

        def made() -> DataMapStore:
            store = PostgresDataMap("catalogue") if request.param == "postgresql" else SqliteDataMap(tmp_path / "map.sqlite")
            opened.callback(store.close)
            return store

        yield made
