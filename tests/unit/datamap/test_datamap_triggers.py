"""Triggers fire when they are due, once for what was missed, and for nobody who could not start the scan by hand."""

from __future__ import annotations

import datetime as dt
import time
import zoneinfo
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.datamap.access import Someone
from freehold.datamap.recurrence import next_after, read_recurrence
from freehold.engines.columnar.folder import ListedFolders
from freehold.errors import ScanSettingInvalid
from freehold.services.datamap.collections import Collections
from freehold.services.datamap.looking import Files, Products
from freehold.services.datamap.runs import ENDED, KEPT, Runs
from freehold.services.datamap.scan_items import RUN, SETTER
from freehold.services.datamap.scanning import Scanning
from freehold.services.datamap.schedule import Schedule
from freehold.services.datamap.zones import WINDOWS, zone_of
from freehold.services.force import InForce
from freehold.testing import MemoryRegistry

STEWARD, SOMEBODY = Someone("steward"), Someone("somebody")
DAY = 86_400
DAILY = {"frequency": "Day", "interval": 1, "startTime": "2026-11-23T02:00:00Z"}


def never(*_: Any) -> Any:
    raise AssertionError("no product is asked for")


class Site:
    """A catalogue over one folder, whose clock stands at 2026-11-23 10:00 UTC, a Monday."""

    def __init__(self, datamap: Any, folder: Path) -> None:
        pq.write_table(pa.table({"mail": [f"p{number}@contoso.example" for number in range(20)]}), folder / "x.parquet")
        self.datamap, self.clock, self.folder = datamap, datamap.ground.clock, folder
        self.open()
        self.scanning.put_source(STEWARD, "lake", {"kind": "AdlsGen2", "properties": {"endpoint": "file://landing"}})
        self.scanning.put_scan(STEWARD, "lake", "all", {"properties": {}})

    def open(self) -> None:
        """Start it, as after a stop."""
        self.scanning = Scanning(self.datamap.ground)
        files = Files(ListedFolders({"landing": self.folder}))
        products = Products(InForce(MemoryRegistry()), never)
        self.runs = Runs(self.datamap.ground, self.scanning, self.datamap.writing, products, files)
        self.schedule = Schedule(self.datamap.ground, self.scanning, self.runs)

    def trigger(self, recurrence: Any, someone: Someone = STEWARD, **more: Any) -> dict[str, Any]:
        return self.scanning.put_part(someone, "trigger", "lake", "all", {"properties": {"recurrence": recurrence, **more}})

    def history(self) -> list[dict[str, Any]]:
        """Return the runs, once all have ended."""
        for _ in range(1_000):
            found = self.runs.history(STEWARD, "lake", "all")
            if all(item["status"] in ENDED for item in found):
                return found
            time.sleep(0.02)
        raise AssertionError("a run goes on and on")

    def tick(self, seconds: float = 0) -> int:
        """Move the clock, look, and return how many runs there are."""
        self.clock.move(seconds)
        self.schedule.tick()
        return len(self.history())


@pytest.fixture
def site(datamap: Any, tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path / "landing"
    folder.mkdir()
    made = Site(datamap, folder)
    yield made
    made.schedule.stop()
    made.runs.stop()


def test_a_trigger_fires_when_it_is_due_and_not_before(site: Site) -> None:
    site.trigger(DAILY, scanLevel="Incremental")
    assert [site.tick(), site.tick(15 * 3_600), site.tick(3_600), site.tick(60), site.tick(DAY)] == [0, 0, 1, 1, 2]
    first = site.history()[-1]
    assert (first["runType"], first["status"], first["scanLevelType"]) == ("Scheduled", "Succeeded", "Incremental")
    assert first["assetsClassified"] == 1
    assert site.scanning.part(STEWARD, "trigger", "lake", "all")["properties"]["lastScheduled"] == "2026-11-25T02:01:00.000Z"


def test_what_was_missed_in_a_stop_is_run_once(site: Site) -> None:
    site.trigger(DAILY)
    assert site.tick(17 * 3_600) == 1
    site.runs.stop()
    site.clock.move(30 * DAY)
    site.open()
    assert [site.tick(), site.tick(), site.tick(DAY)] == [2, 2, 3]


def test_a_trigger_that_is_disabled_does_not_fire_and_nothing_is_made_up_for(site: Site) -> None:
    site.trigger(DAILY)
    site.scanning.switch(STEWARD, "lake", "all", "Disabled")
    assert site.tick(3 * DAY) == 0
    site.scanning.switch(STEWARD, "lake", "all", "Enabled")
    assert [site.tick(), site.tick(DAY)] == [0, 1]


def test_a_trigger_without_a_recurrence_never_fires(site: Site) -> None:
    site.trigger(None)
    assert site.tick(400 * DAY) == 0


def test_a_trigger_ends(site: Site) -> None:
    site.trigger({**DAILY, "endTime": "2026-11-25T00:00:00Z"})
    assert [site.tick(DAY), site.tick(DAY), site.tick(DAY)] == [1, 1, 1]


def test_one_run_of_a_scan_is_waited_for_before_the_next(site: Site) -> None:
    site.trigger({"frequency": "Minute", "interval": 1})
    site.clock.move(60)
    with site.datamap.ground.lock:  # the run cannot write while this is held
        site.schedule.tick()
        site.clock.move(600)
        assert site.schedule.tick() == []
    assert [len(site.history()), site.tick()] == [1, 2]


def test_a_caller_does_not_say_when_a_trigger_fired_last(site: Site) -> None:
    made = site.trigger(DAILY, lastScheduled="2030-01-01T00:00:00Z", createdAt="1990-01-01T00:00:00Z")
    assert made["properties"]["lastScheduled"] is None
    assert made["properties"]["createdAt"].startswith("2026-11-23")
    assert site.tick(DAY) == 1


def test_the_watching_thread_starts_what_is_due_and_ends_with_the_catalogue(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("freehold.services.datamap.schedule.SECONDS", 0.01)
    site.trigger(DAILY)
    site.clock.move(DAY)
    site.schedule.open()
    for _ in range(1_000):
        if site.history():
            break
        time.sleep(0.02)
    site.schedule.stop()
    assert len(site.history()) == 1


def roles(site: Site, collection: str, *subjects: str) -> None:
    site.datamap.ground.write_documents(
        ("grants", collection, "", {"people": {"data-source-administrator": list(subjects)}, "groups": {}})
    )
    site.datamap.ground.refresh()


def test_a_trigger_does_nothing_for_somebody_who_may_no_longer_scan(site: Site) -> None:
    roles(site, "root", "steward", "somebody")
    site.trigger(DAILY, SOMEBODY)
    assert site.tick(DAY) == 1
    roles(site, "root", "steward")
    site.tick(DAY)
    last = site.history()[0]
    assert (last["status"], last["assetsDiscovered"]) == ("Failed", 0)
    assert "may not start it" in last["errorMessage"]
    site.scanning.switch(STEWARD, "lake", "all", "Enabled")
    site.tick(DAY)
    assert site.history()[0]["status"] == "Succeeded"


def test_no_scan_of_a_collection_s_own_is_turned_to_what_became_the_catalogue_s(site: Site) -> None:
    """The endpoint is nobody's while somebody sets all up, and a listed database later: their trigger reads nothing of it."""
    Collections(site.datamap.ground).put(STEWARD, "sales", {"parentCollection": {"referenceName": "root"}})
    roles(site, "root", "steward")
    roles(site, "sales", "somebody")
    own = {"referenceName": "sales", "type": "CollectionReference"}
    source = {"kind": "DuckDB", "properties": {"serverEndpoint": "stock", "collection": own}}
    site.scanning.put_source(SOMEBODY, "mine", source)
    site.scanning.put_scan(SOMEBODY, "mine", "all", {"properties": {}})
    trigger = {"properties": {"recurrence": DAILY}}
    site.scanning.put_part(SOMEBODY, "trigger", "mine", "all", trigger)
    later = Scanning(site.datamap.ground, Listing("stock"))  # type: ignore[arg-type]
    schedule = Schedule(site.datamap.ground, later, site.runs)
    later.put_part(STEWARD, "trigger", "mine", "all", trigger)
    site.clock.move(DAY)
    schedule.tick()
    (run,) = site.runs.history(STEWARD, "mine", "all")
    assert run["status"] == "Failed"
    assert "may not start it" in run["errorMessage"]


class Listing:
    """What says that one database is listed."""

    def __init__(self, name: str) -> None:
        self.name = name

    def has(self, address: str) -> bool:
        return address == self.name


def test_a_trigger_from_before_it_was_written_down_who_set_it_is_not_fired(site: Site) -> None:
    from freehold.ports.datamap import Change

    site.trigger(DAILY)
    site.datamap.store.write(Change(forget=((SETTER, "trigger:lake/all"),)))
    site.tick(DAY)
    assert "may not start it" in site.history()[0]["errorMessage"]


def test_the_history_of_a_scan_does_not_grow_for_ever(site: Site) -> None:
    old = {"id": "old", "status": "Succeeded", "startTime": "2020-01-01T00:00:00.000Z"}
    documents = [(RUN, f"lake/all/old{number}", "lake/all", {**old, "id": f"old{number}"}) for number in range(KEPT + 5)]
    site.datamap.ground.write_documents(*documents)
    site.trigger(DAILY)
    assert site.tick(DAY) == KEPT + 1
    assert site.history()[0]["runType"] == "Scheduled"


def test_a_deleted_scan_takes_its_trigger_and_who_set_it_along(site: Site) -> None:
    site.trigger(DAILY)
    site.scanning.delete_scan(STEWARD, "lake", "all")
    site.clock.move(DAY)
    assert site.schedule.tick() == []
    assert [key for key, _ in site.datamap.store.documents(SETTER)] == ["datasource:lake"]


def moments(recurrence: dict[str, Any], count: int, after: str = "2026-01-01T00:00:00+00:00") -> list[str]:
    made = read_recurrence(recurrence)
    moment: dt.datetime | None = dt.datetime.fromisoformat(after)
    set_at, found = moment, list[str]()
    for _ in range(count):
        assert moment is not None
        assert set_at is not None
        moment = next_after(made, zone_of(made.zone), set_at, moment)
        found.append(moment.isoformat()[:16] if moment is not None else "never")
        if moment is None:
            break
    return found


@pytest.mark.parametrize(
    ("recurrence", "expected"),
    [
        ({"frequency": "Minute", "interval": 15}, ["2026-01-01T00:15", "2026-01-01T00:30"]),
        ({"frequency": "Hour", "interval": 5, "startTime": "2026-01-01T01:00:00Z"}, ["2026-01-01T01:00", "2026-01-01T06:00"]),
        ({"frequency": "Day", "interval": 2, "startTime": "2026-01-01T02:30:00Z"}, ["2026-01-01T02:30", "2026-01-03T02:30"]),
        (
            {"frequency": "Day", "startTime": "2026-01-01T00:00:00Z", "schedule": {"hours": [18, 6], "minutes": [30]}},
            ["2026-01-01T06:30", "2026-01-01T18:30", "2026-01-02T06:30"],
        ),
        (
            {
                "frequency": "Week",
                "interval": 2,
                "startTime": "2026-01-01T03:00:00Z",
                "schedule": {"weekDays": ["Friday", "Monday"], "hours": [4], "minutes": [0]},
            },
            ["2026-01-02T04:00", "2026-01-12T04:00", "2026-01-16T04:00", "2026-01-26T04:00"],
        ),
        ({"frequency": "Week", "startTime": "2026-01-01T03:00:00Z"}, ["2026-01-01T03:00", "2026-01-08T03:00"]),
        (
            {"frequency": "Month", "startTime": "2026-01-31T03:00:00Z"},
            ["2026-01-31T03:00", "2026-03-31T03:00", "2026-05-31T03:00"],
        ),
        (
            {"frequency": "Month", "startTime": "2026-01-01T03:00:00Z", "schedule": {"monthDays": [-1, 15]}},
            ["2026-01-15T03:00", "2026-01-31T03:00", "2026-02-15T03:00", "2026-02-28T03:00"],
        ),
        (
            {
                "frequency": "Month",
                "startTime": "2026-01-01T03:00:00Z",
                "schedule": {"monthlyOccurrences": [{"day": "Sunday", "occurrence": -1}, {"day": "Thursday", "occurrence": 5}]},
            },
            [
                "2026-01-25T03:00",
                "2026-01-29T03:00",
                "2026-02-22T03:00",
                "2026-03-29T03:00",
                "2026-04-26T03:00",
                "2026-04-30T03:00",
            ],
        ),
        (
            {"frequency": "Day", "timeZone": "W. Europe Standard Time", "startTime": "2026-03-28T02:30:00"},
            ["2026-03-28T01:30", "2026-03-29T01:30", "2026-03-30T00:30"],
        ),
        ({"frequency": "Month", "interval": 12, "startTime": "2028-02-29T00:00:00Z"}, ["2028-02-29T00:00", "2032-02-29T00:00"]),
        ({"frequency": "Day", "endTime": "2026-01-02T12:00:00Z"}, ["2026-01-02T00:00", "never"]),
        ({"frequency": "Month", "interval": 12, "startTime": "2026-02-01T00:00:00Z", "schedule": {"monthDays": [30]}}, ["never"]),
        ({"frequency": "Month", "interval": 1_000, "startTime": "8990-01-01T00:00:00Z"}, ["8990-01-01T00:00"]),
    ],
)
def test_a_recurrence_means_what_it_says(recurrence: dict[str, Any], expected: list[str]) -> None:
    assert moments(recurrence, len(expected)) == expected


@pytest.mark.parametrize(
    "recurrence",
    [
        [],
        {},
        {"frequency": "Second"},
        {"frequency": "week"},
        {"frequency": "Day", "interval": 0},
        {"frequency": "Day", "interval": True},
        {"frequency": "Day", "interval": 10**9},
        {"frequency": "Day", "startTime": "tomorrow"},
        {"frequency": "Day", "startTime": 7},
        {"frequency": "Day", "startTime": "0001-01-01T00:00:00+14:00"},
        {"frequency": "Day", "timeZone": "../../etc/passwd"},
        {"frequency": "Day", "timeZone": "/etc/localtime"},
        {"frequency": "Day", "timeZone": "Mars/Olympus"},
        {"frequency": "Day", "timeZone": 7},
        {"frequency": "Day", "schedule": []},
        {"frequency": "Day", "schedule": {"hours": [24]}},
        {"frequency": "Day", "schedule": {"hours": "2"}},
        {"frequency": "Day", "schedule": {"hours": list(range(24)) * 1_000}},
        {"frequency": "Day", "schedule": {"weekDays": ["Monday"]}},
        {"frequency": "Hour", "schedule": {"minutes": [1]}},
        {"frequency": "Week", "schedule": {"monthDays": [1]}},
        {"frequency": "Week", "schedule": {"weekDays": ["Caturday"]}},
        {"frequency": "Month", "schedule": {"monthDays": [0]}},
        {"frequency": "Month", "schedule": {"monthlyOccurrences": [{"day": "Monday"}]}},
        {"frequency": "Month", "schedule": {"monthlyOccurrences": ["Monday"]}},
    ],
)
def test_a_recurrence_that_means_nothing_is_refused(site: Site, recurrence: Any) -> None:
    with pytest.raises(ScanSettingInvalid):
        site.trigger(recurrence)


def test_every_zone_by_its_name_of_windows_is_there() -> None:
    assert all(isinstance(zone_of(name), zoneinfo.ZoneInfo) for name in WINDOWS)


instants = st.integers(86_400, 16_000_000_000).map(lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC))
recurrences = st.fixed_dictionaries(
    {"frequency": st.sampled_from(["Minute", "Hour", "Day", "Week", "Month"]), "interval": st.integers(1, 1_000)},
    optional={"startTime": instants.map(dt.datetime.isoformat)},
)


@settings(max_examples=100, deadline=None)
@given(
    recurrences,
    st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia"]),
    instants,
)
def test_the_next_moment_is_later_and_asking_from_before_it_gives_it_again(
    recurrence: dict[str, Any], zone: str, after: dt.datetime
) -> None:
    made = read_recurrence({**recurrence, "timeZone": zone})
    found = next_after(made, zone_of(zone), after, after)
    if found is not None:
        assert found > after
        assert next_after(made, zone_of(zone), after, found - dt.timedelta(seconds=1)) == found
