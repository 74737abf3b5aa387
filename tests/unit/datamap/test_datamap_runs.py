"""Runs of scans: cancelled, broken off, filtered, and what a later one takes away again."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from freehold.datamap.access import Someone
from freehold.datamap.scanning import passes
from freehold.engines.columnar.folder import ListedFolders
from freehold.errors import AlreadyExists, NodeBusy, SourceUnreadable
from freehold.model.container import read_container
from freehold.services.datamap.looking import Files, Products
from freehold.services.datamap.runs import ENDED, MOST_WAITING, Runs
from freehold.services.datamap.scan_items import LOOKED, RUN
from freehold.services.datamap.scanning import Scanning
from freehold.services.force import InForce
from freehold.testing import MemoryRegistry
from freehold.wiring.scannable import Root, accounts_of

STEWARD = Someone("steward")


def never(*_: Any) -> Any:
    raise AssertionError("no product is asked for")


def opened(datamap: Any, folder: Path) -> tuple[Scanning, Runs]:
    scanning = Scanning(datamap.ground)
    files = Files(ListedFolders({"landing": folder}))
    runs = Runs(datamap.ground, scanning, datamap.writing, Products(InForce(MemoryRegistry()), never), files)
    scanning.put_source(STEWARD, "lake", {"kind": "AdlsGen2", "properties": {"endpoint": "file://landing"}})
    scanning.put_scan(STEWARD, "lake", "all", {"properties": {}})
    return scanning, runs


def ended(runs: Runs, run: str) -> dict[str, Any]:
    for _ in range(1_000):
        found = runs.find(STEWARD, "lake", "all", run)
        if found["status"] in ENDED:
            return found
        time.sleep(0.02)
    raise AssertionError("the run goes on and on")


def mails(count: int) -> list[str]:
    return [f"person{number}@contoso.example" for number in range(count)]


def test_a_run_that_waits_is_cancelled_and_the_one_before_it_is_not(datamap: Any, tmp_path: Path) -> None:
    for number in range(40):
        pq.write_table(pa.table({"mail": mails(20)}), tmp_path / f"f{number:02}.parquet")
    _, runs = opened(datamap, tmp_path)
    runs.start(STEWARD, "lake", "all", "first", "Full")
    runs.start(STEWARD, "lake", "all", "second", "Full")
    with pytest.raises(AlreadyExists):
        runs.start(STEWARD, "lake", "all", "second", "Full")
    runs.cancel(STEWARD, "lake", "all", "second")
    assert (ended(runs, "second")["status"], ended(runs, "first")["status"]) == ("Canceled", "Succeeded")
    assert runs.find(STEWARD, "lake", "all", "first")["assetsClassified"] == 40
    assert runs.find(STEWARD, "lake", "all", "second")["assetsDiscovered"] == 0
    runs.stop()


def test_a_run_that_a_kill_broke_off_is_told_as_failed(datamap: Any, tmp_path: Path) -> None:
    _, runs = opened(datamap, tmp_path)
    datamap.ground.write_documents((RUN, "lake/all/lost", "lake/all", {"id": "lost", "status": "InProgress", "startTime": "2026"}))
    runs.open()
    found = runs.find(STEWARD, "lake", "all", "lost")
    assert (found["status"], found["error"]["code"]) == ("Failed", "ScanFailed")
    runs.stop()


def test_a_scan_that_is_deleted_while_it_runs_stops_and_leaves_nothing_of_its_run(datamap: Any, tmp_path: Path) -> None:
    for number in range(5):
        pq.write_table(pa.table({"mail": mails(20)}), tmp_path / f"f{number:02}.parquet")
    scanning, runs = opened(datamap, tmp_path)
    look, ends = Files.assets, threading.Event()

    def deleting(files: Files, address: str, kind: str) -> Any:
        try:
            for number, asset in enumerate(look(files, address, kind)):
                if number == 2:
                    scanning.delete_scan(STEWARD, "lake", "all")
                yield asset
        finally:
            ends.set()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Files, "assets", deleting)
        runs.start(STEWARD, "lake", "all", "one", "Full")
        assert ends.wait(60)
        runs.stop()
    assert datamap.store.counted(["azure_datalake_gen2_path"]) == 2
    assert datamap.store.documents(RUN) == []
    assert datamap.store.documents(LOOKED) == []


def test_a_scan_is_not_started_without_end(datamap: Any, tmp_path: Path) -> None:
    _, runs = opened(datamap, tmp_path)
    waiting = ((RUN, f"lake/all/w{number}", "lake/all", {"id": "w", "status": "Accepted"}) for number in range(MOST_WAITING))
    datamap.ground.write_documents(*waiting)
    with pytest.raises(NodeBusy):
        runs.start(STEWARD, "lake", "all", "more", "Full")
    runs.stop()


def test_a_later_scan_takes_away_what_an_earlier_one_gave_and_nothing_else(datamap: Any, tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    pq.write_table(pa.table({"mail": mails(20)}), path)
    _, runs = opened(datamap, tmp_path)
    runs.start(STEWARD, "lake", "all", "one", "Full")
    ended(runs, "one")
    name = "file://landing/people.parquet#__tabular_schema//mail"
    record = datamap.reading.find_named(STEWARD, "column", name)
    assert {item["typeName"] for item in record.body["classifications"]} == {"MICROSOFT.PERSONAL.EMAIL", "PII.Contact"}
    by_hand = {"typeName": "column", "attributes": {"qualifiedName": name}, "classifications": [{"typeName": "PII.HighRisk"}]}
    datamap.writing.put(STEWARD, [by_hand])
    pq.write_table(pa.table({"mail": [f"word {number}" for number in range(20)]}), path)
    runs.start(STEWARD, "lake", "all", "two", "Full")
    ended(runs, "two")
    record = datamap.reading.find_named(STEWARD, "column", name)
    assert [item["typeName"] for item in record.body["classifications"]] == ["PII.HighRisk"]
    assert "person1" not in str(datamap.store.entities([record.guid]))
    runs.stop()


def test_an_account_is_its_listed_containers_under_their_own_addresses(datamap: Any, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        pq.write_table(pa.table({"mail": mails(20)}), tmp_path / name / "people.parquet")
    account = "https://contosoeu.dfs.core.windows.net"
    roots = {"landing": "abfss://landing@contosoeu.dfs.core.windows.net/in", "raw": "abfss://raw@contosoeu.dfs.core.windows.net"}
    listed: dict[str, Root] = {"aside": tmp_path}
    listed |= {name: container for name, text in roots.items() if (container := read_container(text)) is not None}
    files = Files(ListedFolders({"landing": tmp_path / "one", "raw": tmp_path / "two", "aside": tmp_path}), accounts_of(listed))
    scanning = Scanning(datamap.ground, files=files)
    runs = Runs(datamap.ground, scanning, datamap.writing, Products(InForce(MemoryRegistry()), never), files)
    for endpoint, own in (
        (account, True),
        (f"{account}/", True),
        ("https://contosoeu.blob.core.windows.net/", True),
        (f"{account}/landing", False),
        (f"{account}//", False),
        (f"{account}:443", False),
        ("https://contosous.dfs.core.windows.net", False),
    ):
        assert scanning.is_own({"properties": {"endpoint": endpoint}}) is own, endpoint
    scanning.put_source(STEWARD, "lake", {"kind": "AdlsGen2", "properties": {"endpoint": f"{account}/"}})
    scanning.put_scan(STEWARD, "lake", "all", {"properties": {}})
    runs.start(STEWARD, "lake", "all", "one", "Full")
    assert (ended(runs, "one")["status"], ended(runs, "one")["assetsDiscovered"]) == ("Succeeded", 2)
    for place in ("landing/in", "raw"):
        name = f"{account}/{place}/people.parquet#__tabular_schema//mail"
        assert datamap.reading.find_named(STEWARD, "column", name).body["classifications"]
    runs.stop()


def test_nothing_outside_of_a_listed_folder_is_looked_at(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside, outside):
        folder.mkdir()
        pq.write_table(pa.table({"a": [1]}), folder / "x.parquet")
    (inside / "link.parquet").symlink_to(outside / "x.parquet")
    (inside / "folder").symlink_to(outside)
    folders = ListedFolders({"landing": inside})
    assert [item.path for item in folders.files("landing", "")] == ["x.parquet"]
    for root, below in (("landing", "../out"), ("landing", "folder"), ("landing", "/etc"), ("other", ""), ("landing", "a\0b")):
        with pytest.raises(SourceUnreadable):
            list(folders.files(root, below))


@pytest.mark.parametrize(
    ("filters", "address", "through"),
    [
        ({}, "file://a/b", True),
        ({"excludeUriPrefixes": ["file://a"]}, "file://a/b", False),
        ({"includeUriPrefixes": ["file://a"]}, "file://b", False),
        ({"includeUriPrefixes": ["file://a/b"], "excludeUriPrefixes": ["file://a"]}, "file://a/b/c", True),
        ({"includeUriPrefixes": ["file://a"], "excludeUriPrefixes": ["file://a/b"]}, "file://a/b/c", False),
    ],
)
def test_the_longest_prefix_of_a_filter_decides(filters: dict[str, Any], address: str, through: bool) -> None:
    assert passes(filters, address) is through
