"""The ledger in files while it runs: order, durability before release, proofs, limits and the one writer."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pymerkle
import pytest

from freehold.errors import LeafUnknown, LedgerBusy, SettingInvalid, StoreFailed
from freehold.keys.local import LocalKeys
from freehold.ledger.checkpoint import open_checkpoint
from freehold.ledger.merkle import leaf_hash
from freehold.ledger.note import Verifier
from freehold.ledger.proof import check_consistency, check_inclusion
from freehold.stores.ledger import FileLedger, ReadLedger, examine, read_key
from freehold.stores.ledger.recover import read_notes
from freehold.testing import FixedClock

ORIGIN = "contoso-westeurope"


@pytest.fixture
def keys(tmp_path: Path) -> LocalKeys:
    return LocalKeys(tmp_path / "keys")


@pytest.fixture
def ledger(tmp_path: Path, keys: LocalKeys) -> Iterator[FileLedger]:
    opened = FileLedger(tmp_path / "ledger", origin=ORIGIN, keys=keys, clock=FixedClock())
    yield opened
    opened.close()


def fill(ledger: FileLedger, count: int) -> list[bytes]:
    entries = [f"entry {number}".encode() for number in range(count)]
    assert [future.result(10) for future in [ledger.append(entry) for entry in entries]] == list(range(count))
    return entries


def test_entries_get_their_indexes_in_the_order_of_appending(ledger: FileLedger) -> None:
    entries = fill(ledger, 700)
    assert list(ledger.entries(0, 10_000)) == list(enumerate(entries))


def test_the_root_is_that_of_an_independent_implementation(ledger: FileLedger) -> None:
    other = pymerkle.InmemoryTree(algorithm="sha256")
    for entry in fill(ledger, 700):
        other.append_entry(entry)
    assert ledger.checkpoint().root == other.get_root()


def test_a_checkpoint_covers_every_leaf_whose_future_is_done(ledger: FileLedger, keys: LocalKeys) -> None:
    verifier = Verifier(name=ORIGIN, public_key=keys.public_key())
    for _ in range(50):
        index = ledger.append(b"x").result(10)
        assert open_checkpoint(ledger.checkpoint().note, [verifier]).size > index


def test_when_a_future_is_done_its_entry_and_a_checkpoint_over_it_are_in_the_files(ledger: FileLedger, tmp_path: Path) -> None:
    for number in range(20):
        entry = f"entry {number}".encode()
        index = ledger.append(entry).result(10)
        read = ReadLedger(tmp_path / "ledger")
        assert read.size > index
        assert read.entry(index) == entry


def test_every_leaf_can_be_proved_in_every_later_tree(ledger: FileLedger) -> None:
    entries = fill(ledger, 600)
    root = ledger.checkpoint().root
    for index in range(0, 600, 7):
        check_inclusion(leaf_hash(entries[index]), index, 600, ledger.inclusion(index, 600), root)


def test_every_earlier_checkpoint_is_consistent_with_every_later_one(ledger: FileLedger) -> None:
    seen = []
    for _ in range(300):
        ledger.append(b"x").result(10)
        seen.append(ledger.checkpoint())
    last = seen[-1]
    for old in seen[::13]:
        check_consistency(old.size, last.size, ledger.consistency(old.size, last.size), old.root, last.root)


def test_tiles_are_the_leaf_hashes_and_the_roots_above_them(ledger: FileLedger) -> None:
    entries = fill(ledger, 520)
    hashes = b"".join(map(leaf_hash, entries))
    assert ledger.tile(0, 0, 256) == hashes[: 256 * 32]
    assert ledger.tile(0, 2, 8) == hashes[512 * 32 :]
    assert len(ledger.tile(1, 0, 2)) == 64


@pytest.mark.parametrize("tile", [(0, 0, 4), (0, 1, 1), (1, 0, 1), (0, 0, 0), (0, 0, 257), (-1, 0, 1), (8, 0, 1), (0, -1, 1)])
def test_a_tile_that_the_tree_has_not_is_unknown(ledger: FileLedger, tile: tuple[int, int, int]) -> None:
    fill(ledger, 3)
    with pytest.raises(LeafUnknown):
        ledger.tile(*tile)


@pytest.mark.parametrize("index", [-1, 3, 10**12])
def test_an_entry_outside_the_tree_is_unknown(ledger: FileLedger, index: int) -> None:
    fill(ledger, 3)
    with pytest.raises(LeafUnknown):
        ledger.entry(index)


@pytest.mark.parametrize(("index", "size"), [(3, 3), (-1, 3), (0, 4), (0, 0)])
def test_no_inclusion_is_proved_outside_the_tree(ledger: FileLedger, index: int, size: int) -> None:
    fill(ledger, 3)
    with pytest.raises(LeafUnknown):
        ledger.inclusion(index, size)


@pytest.mark.parametrize(("first", "second"), [(0, 3), (2, 1), (1, 4)])
def test_no_consistency_is_proved_from_nothing_or_outside_the_tree(ledger: FileLedger, first: int, second: int) -> None:
    fill(ledger, 3)
    with pytest.raises(LeafUnknown):
        ledger.consistency(first, second)


def test_an_entry_of_the_greatest_length_is_kept_and_a_longer_one_is_refused_without_a_gap(ledger: FileLedger) -> None:
    longest = b"x" * 65_535
    assert ledger.append(longest).result(10) == 0
    with pytest.raises(StoreFailed):
        ledger.append(longest + b"x").result(10)
    assert ledger.append(b"").result(10) == 1
    assert (ledger.entry(0), ledger.entry(1)) == (longest, b"")


def test_many_threads_get_each_index_once_and_read_their_own_entry_back(ledger: FileLedger) -> None:
    found: dict[int, bytes] = {}

    def work(name: int) -> None:
        for number in range(50):
            entry = f"{name} {number}".encode()
            index = ledger.append(entry).result(30)
            found[index] = entry
            assert ledger.entry(index) == entry
            size = ledger.checkpoint().size
            check = ledger.inclusion(index, size)
            assert len(check) <= 12

    threads = [threading.Thread(target=work, args=(name,)) for name in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(800))
    assert dict(ledger.entries(0, 800)) == found


def test_a_waiter_that_goes_away_neither_stops_the_writer_nor_loses_the_entry(ledger: FileLedger) -> None:
    leaves = [ledger.append(b"x") for _ in range(200)]
    with contextlib.suppress(TimeoutError):
        leaves[0].result(0)
    del leaves[10:]
    assert ledger.append(b"x").result(10) == 200
    assert [leaf.result(0) for leaf in leaves] == list(range(10))


def test_whoever_waits_for_a_commit_is_called_once_whether_it_came_before_or_after_the_end(ledger: FileLedger) -> None:
    called: queue.SimpleQueue[int] = queue.SimpleQueue()
    leaf = ledger.append(b"x")
    leaf.commit.then(lambda: called.put(1))
    leaf.result(10)
    leaf.commit.then(lambda: called.put(2))
    assert sorted((called.get(timeout=10), called.get(timeout=10))) == [1, 2]
    assert called.empty()


def test_the_keeper_empties_memory_while_entries_go_on_coming(ledger: FileLedger, tmp_path: Path) -> None:
    for _ in range(40):
        for leaf in [ledger.append(b"x" * 100) for _ in range(64)]:
            leaf.result(10)
    deadline = time.monotonic() + 20
    while not (tmp_path / "ledger" / "tile" / "entries" / "009").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert dict(ledger.entries(0, 2560)) == dict.fromkeys(range(2560), b"x" * 100)


def test_a_second_writer_is_refused_and_one_after_the_first_goes_on(tmp_path: Path, keys: LocalKeys) -> None:
    first = FileLedger(tmp_path / "ledger", origin=ORIGIN, keys=keys, clock=FixedClock())
    fill(first, 3)
    with pytest.raises(LedgerBusy):
        FileLedger(tmp_path / "ledger", origin=ORIGIN, keys=keys, clock=FixedClock())
    first.close()
    second = FileLedger(tmp_path / "ledger", origin=ORIGIN, keys=keys, clock=FixedClock())
    assert second.append(b"x").result(10) == 3
    second.close()


def test_closing_makes_durable_what_is_queued_and_refuses_what_comes_after(tmp_path: Path, keys: LocalKeys) -> None:
    ledger = FileLedger(tmp_path / "ledger", origin=ORIGIN, keys=keys, clock=FixedClock())
    futures = [ledger.append(b"x") for _ in range(500)]
    ledger.close()
    ledger.close()
    assert [future.result(0) for future in futures] == list(range(500))
    with pytest.raises(StoreFailed):
        ledger.append(b"x").result(0)


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 1000])
def test_a_closed_ledger_is_whole_for_readers_that_know_only_tiles(tmp_path: Path, keys: LocalKeys, count: int) -> None:
    ledger = FileLedger(tmp_path / "ledger", origin=ORIGIN, keys=keys, clock=FixedClock())
    entries = fill(ledger, count)
    ledger.close()
    for private in ("journal", "head", "lock"):
        (tmp_path / "ledger" / private).unlink()
    read = ReadLedger(tmp_path / "ledger")
    assert [entry for _, entry in read.entries(0, 10_000)] == entries
    found = examine(tmp_path / "ledger", read_key(tmp_path / "ledger" / "verifier.pub"))
    assert (found.size, found.faults) == (count, ())


def test_a_running_ledger_publishes_within_a_moment_and_can_be_verified_in_place(tmp_path: Path, keys: LocalKeys) -> None:
    clock = FixedClock()
    ledger = FileLedger(tmp_path / "ledger", origin=ORIGIN, keys=keys, clock=clock)
    fill(ledger, 300)
    clock.move(5)
    ledger.append(b"x").result(10)
    found = examine(tmp_path / "ledger", Verifier(name=ORIGIN, public_key=keys.public_key()))
    assert (found.size, found.faults) == (301, ())
    ledger.close()
    assert (tmp_path / "ledger" / "checkpoint").read_text() == ledger.checkpoint().note


def test_the_journal_is_renewed_and_nothing_is_lost_by_it(tmp_path: Path, keys: LocalKeys) -> None:
    ledger = FileLedger(tmp_path / "ledger", origin=ORIGIN, keys=keys, clock=FixedClock())
    entries = fill(ledger, 16_384 + 300)
    ledger.close()
    assert (tmp_path / "ledger" / "journal").stat().st_size < 10_000
    again = FileLedger(tmp_path / "ledger", origin=ORIGIN, keys=keys, clock=FixedClock())
    assert again.append(b"more").result(10) == len(entries)
    assert [entry for _, entry in again.entries(16_300, 16_700)] == [*entries[16_300:], b"more"]
    check_inclusion(leaf_hash(entries[3]), 3, 16_685, again.inclusion(3, 16_685), again.checkpoint().root)
    again.close()
    assert examine(tmp_path / "ledger", Verifier(name=ORIGIN, public_key=keys.public_key())).faults == ()


@pytest.mark.parametrize("origin", ["", "two words", "a+b", "x" * 300])
def test_a_name_that_no_key_may_have_is_refused(tmp_path: Path, keys: LocalKeys, origin: str) -> None:
    with pytest.raises(SettingInvalid):
        FileLedger(tmp_path / "ledger", origin=origin, keys=keys, clock=FixedClock())


def test_a_ledger_is_not_continued_under_another_key(tmp_path: Path, keys: LocalKeys) -> None:
    FileLedger(tmp_path / "ledger", origin=ORIGIN, keys=keys, clock=FixedClock()).close()
    with pytest.raises(SettingInvalid):
        FileLedger(tmp_path / "ledger", origin=ORIGIN, keys=LocalKeys(tmp_path / "other"), clock=FixedClock())


def test_every_signed_note_in_the_folder_is_under_the_published_key(tmp_path: Path, keys: LocalKeys) -> None:
    ledger = FileLedger(tmp_path / "ledger", origin=ORIGIN, keys=keys, clock=FixedClock())
    fill(ledger, 10)
    ledger.close()
    verifier = read_key(tmp_path / "ledger" / "verifier.pub")
    assert [open_checkpoint(note, [verifier]).size for _, note in read_notes(tmp_path / "ledger")]
