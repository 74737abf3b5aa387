"""The ledger after the worst: killed at any moment, torn, changed, cut, or out of room."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from freehold.errors import CheckpointMismatch, FreeholdError, StoreFailed, StoreFull
from freehold.keys.local import LocalKeys
from freehold.ledger.note import Verifier
from freehold.ports.ledger import Leaf
from freehold.stores.ledger import FileLedger, ReadLedger, examine
from freehold.testing import FixedClock

ORIGIN = "contoso-westeurope"

APPENDING = """
import sys, threading
from pathlib import Path
from freehold.keys.local import LocalKeys
from freehold.stores.ledger import FileLedger
from freehold.wiring.clock import SystemClock
root, run = Path(sys.argv[1]), sys.argv[2]
ledger = FileLedger(root / "ledger", origin="contoso-westeurope", keys=LocalKeys(root / "keys"), clock=SystemClock())
out = open(root / "acknowledged", "a", buffering=1)
def work(name):
    number = 0
    while True:
        entry = f"{run} {name} {number}" + "x" * (number * 37 % 700)
        index = ledger.append(entry.encode()).result()
        out.write(f"{index} {entry}\\n")
        number += 1
for name in range(8):
    threading.Thread(target=work, args=(name,)).start()
print("running", flush=True)
"""


def opened(root: Path) -> FileLedger:
    return FileLedger(root / "ledger", origin=ORIGIN, keys=LocalKeys(root / "keys"), clock=FixedClock())


def verifier(root: Path) -> Verifier:
    return Verifier(name=ORIGIN, public_key=LocalKeys(root / "keys").public_key())


@pytest.fixture
def crashed(tmp_path: Path) -> Path:
    """A ledger of 300 entries, as it is when its process has died without closing it."""
    ledger = opened(tmp_path / "running")
    for future in [ledger.append(f"entry {number}".encode()) for number in range(300)]:
        future.result(10)
    time.sleep(0.05)
    shutil.copytree(tmp_path / "running", tmp_path / "crashed")
    ledger.close()
    return tmp_path / "crashed"


def test_a_kill_at_any_moment_loses_no_acknowledged_entry(tmp_path: Path) -> None:
    acknowledged: dict[int, bytes] = {}
    for run, delay in enumerate((0.0, 0.003, 0.2, 0.011, 0.05, 0.0, 0.13, 0.001, 0.08, 0.24, 0.02, 0.1)):
        child = subprocess.Popen([sys.executable, "-c", APPENDING, str(tmp_path), str(run)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        assert child.stdout.readline() == b"running\n"
        time.sleep(delay)
        child.kill()
        child.wait()
        child.stdout.close()
        lines = (tmp_path / "acknowledged").read_text().split("\n")[:-1]
        acknowledged = {int(line.partition(" ")[0]): line.partition(" ")[2].encode() for line in lines}
        assert len(acknowledged) == len(lines)
        found = examine(tmp_path / "ledger", verifier(tmp_path))
        assert found.faults == ()
        read = ReadLedger(tmp_path / "ledger")
        assert acknowledged.items() <= dict(read.entries(0, read.size)).items()
        ledger = opened(tmp_path)
        assert acknowledged.items() <= dict(ledger.entries(0, 10**9)).items()
        ledger.close()
        assert examine(tmp_path / "ledger", verifier(tmp_path)).faults == ()
    assert len(acknowledged) > 256


def test_a_crash_leaves_a_ledger_that_opens_and_goes_on(crashed: Path) -> None:
    ledger = opened(crashed)
    assert ledger.checkpoint().size == 300
    assert ledger.append(b"more").result(10) == 300
    ledger.close()


@pytest.mark.parametrize("torn", [b"\x00", b"\x00" * 5000, b"\xff" * 7, os.urandom(300)])
def test_a_torn_record_after_the_last_checkpoint_is_cut_off(crashed: Path, torn: bytes) -> None:
    journal = crashed / "ledger" / "journal"
    before = journal.stat().st_size
    with journal.open("ab") as file:
        file.write(torn)
    ledger = opened(crashed)
    assert ledger.checkpoint().size == 300
    assert journal.stat().st_size == before
    assert ledger.append(b"more").result(10) == 300
    ledger.close()
    assert examine(crashed / "ledger", verifier(crashed)).faults == ()


def test_a_whole_record_after_the_last_checkpoint_is_kept(crashed: Path) -> None:
    shutil.copy(crashed / "ledger" / "head", crashed / "head")
    ledger = opened(crashed)
    ledger.append(b"durable and not yet signed").result(10)
    time.sleep(0.05)
    shutil.copytree(crashed / "ledger", crashed / "again" / "ledger")
    shutil.copytree(crashed / "keys", crashed / "again" / "keys")
    ledger.close()
    shutil.copy(crashed / "head", crashed / "again" / "ledger" / "head")
    (crashed / "again" / "ledger" / "checkpoint").unlink(missing_ok=True)
    again = opened(crashed / "again")
    assert again.entry(300) == b"durable and not yet signed"
    again.close()


def cut_journal(root: Path) -> None:
    os.truncate(root / "journal", (root / "journal").stat().st_size - 3)


def flip_in_journal(root: Path) -> None:
    content = bytearray((root / "journal").read_bytes())
    content[len(content) // 2] ^= 1
    (root / "journal").write_bytes(content)


def flip_in_last_record(root: Path) -> None:
    content = bytearray((root / "journal").read_bytes())
    content[-1] ^= 1
    (root / "journal").write_bytes(content)


def drop_journal(root: Path) -> None:
    (root / "journal").unlink()


def break_journal_header(root: Path) -> None:
    content = bytearray((root / "journal").read_bytes())
    content[3] ^= 1
    (root / "journal").write_bytes(content)


def empty_journal(root: Path) -> None:
    os.truncate(root / "journal", 16)


def forge_checkpoint(root: Path) -> None:
    note = ReadLedger(root).checkpoint.note
    (root / "checkpoint").write_text(note.replace("\n300\n", "\n299\n"))


@pytest.mark.parametrize(
    "damage",
    [cut_journal, flip_in_journal, flip_in_last_record, drop_journal, break_journal_header, empty_journal, forge_checkpoint],
)
def test_what_was_signed_and_is_lost_or_changed_stops_the_start(crashed: Path, damage: Callable[[Path], None]) -> None:
    damage(crashed / "ledger")
    before = {path: path.read_bytes() for path in (crashed / "ledger").rglob("*") if path.is_file() and path.name != "lock"}
    with pytest.raises(CheckpointMismatch) as refused:
        opened(crashed)
    assert refused.value.remedy
    after = {path: path.read_bytes() for path in (crashed / "ledger").rglob("*") if path.is_file() and path.name != "lock"}
    assert after == before


def test_a_rolled_back_copy_is_found_by_the_newer_head(crashed: Path) -> None:
    (crashed / "old").mkdir()
    shutil.copy(crashed / "ledger" / "journal", crashed / "old")
    ledger = opened(crashed)
    ledger.append(b"released").result(10)
    ledger.close()
    shutil.copy(crashed / "old" / "journal", crashed / "ledger")
    with pytest.raises(CheckpointMismatch):
        opened(crashed)


@pytest.fixture
def renewed(tmp_path: Path) -> Path:
    """A closed ledger whose first 16,640 entries are in tiles alone."""
    ledger = opened(tmp_path)
    for future in [ledger.append(f"entry {number}".encode()) for number in range(16_700)]:
        future.result(30)
    ledger.close()
    return tmp_path


@pytest.mark.parametrize("tile", ["tile/0/003", "tile/entries/003"])
def test_a_missing_tile_stops_the_start(renewed: Path, tile: str) -> None:
    (renewed / "ledger" / tile).unlink()
    with pytest.raises(CheckpointMismatch, match=tile):
        opened(renewed)


def test_an_entry_changed_in_its_bundle_is_not_given_out(renewed: Path) -> None:
    bundle = renewed / "ledger" / "tile" / "entries" / "003"
    bundle.write_bytes(bundle.read_bytes().replace(b"entry 770", b"entry 077"))
    ledger = opened(renewed)
    with pytest.raises(CheckpointMismatch):
        ledger.entry(770)
    assert ledger.entry(771) == b"entry 771"
    ledger.close()


def test_a_changed_hash_tile_stops_the_start(renewed: Path) -> None:
    path = renewed / "ledger" / "tile" / "0" / "003"
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    with pytest.raises(CheckpointMismatch):
        opened(renewed)


LIMITED = """
import resource, sys
from pathlib import Path
from freehold.errors import StoreFull
from freehold.keys.local import LocalKeys
from freehold.stores.ledger import FileLedger
from freehold.wiring.clock import SystemClock
root = Path(sys.argv[1])
ledger = FileLedger(root / "ledger", origin="contoso-westeurope", keys=LocalKeys(root / "keys"), clock=SystemClock())
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
indexes, full = [], 0
for number in range(300):
    try:
        indexes.append(ledger.append(bytes(1000)).result())
    except StoreFull:
        full += 1
assert 50 < len(indexes) < 100 and full == 300 - len(indexes), (len(indexes), full)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
indexes.append(ledger.append(b"there is room again").result())
assert indexes == list(range(len(indexes))), indexes
ledger.close()
print(len(indexes))
"""


def test_a_file_size_limit_refuses_entries_and_loses_none(tmp_path: Path) -> None:
    out = subprocess.run([sys.executable, "-c", LIMITED, str(tmp_path)], capture_output=True, text=True, timeout=60, check=True)
    found = examine(tmp_path / "ledger", verifier(tmp_path))
    assert (found.size, found.faults) == (int(out.stdout), ())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    mount = tmp_path / "disk"
    mount.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(mount)], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("needs the right to mount a small file system")
    yield mount
    subprocess.run(["umount", "-l", str(mount)], check=True)


def failure(leaf: Leaf) -> FreeholdError | None:
    """Return what a leaf failed with, or None."""
    try:
        leaf.result(30)
    except FreeholdError as error:
        return error
    return None


def until_full(ledger: FileLedger) -> list[int]:
    """Append until there is no room, and return the indexes that were given."""
    indexes: list[int] = []
    for _ in range(100):
        futures = [ledger.append(os.urandom(1000)) for _ in range(64)]
        errors = [failure(leaf) for leaf in futures]
        assert {type(error) for error in errors} <= {type(None), StoreFull}
        indexes += [future.result() for future, error in zip(futures, errors, strict=True) if error is None]
        if StoreFull in map(type, errors):
            return indexes
    raise AssertionError("the disk never became full")


def one_by_one_until_full(ledger: FileLedger) -> list[int]:
    """Append large entries, each alone, until one is refused, and return the indexes that were given."""
    indexes: list[int] = []
    for _ in range(8):
        leaf = ledger.append(bytes(65_000))
        error = failure(leaf)
        if error is not None:
            assert isinstance(error, StoreFull)
            assert "no room" in str(error)
            return indexes
        indexes.append(leaf.result())
    raise AssertionError("the disk never became full")


def test_a_full_disk_refuses_entries_and_goes_on_without_a_gap_when_there_is_room(small_disk: Path) -> None:
    ballast = [small_disk / f"ballast {number}" for number in range(4)]
    for path in ballast:
        path.write_bytes(bytes(400_000))
    ledger = opened(small_disk)
    indexes: list[int] = []
    for path in ballast:
        indexes += until_full(ledger)
        indexes += one_by_one_until_full(ledger)  # what a group of entries had no room for may hold one of them
        path.unlink()
        indexes.append(ledger.append(b"room again").result(30))
    assert indexes == list(range(len(indexes)))
    assert ledger.checkpoint().size == len(indexes)
    ledger.close()
    assert examine(small_disk / "ledger", verifier(small_disk)).faults == ()
    again = opened(small_disk)
    assert again.checkpoint().size == len(indexes)
    again.close()


def test_after_a_failed_sync_nothing_is_appended_until_the_ledger_is_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = opened(tmp_path)
    ledger.append(b"before").result(10)

    def fail(*_given: object) -> int:
        raise OSError(errno.EIO, "the disk is broken")

    with monkeypatch.context() as broken:
        broken.setattr(os, "pwritev", fail)  # writes and syncs in one call
        with pytest.raises(StoreFailed, match="cannot be written"):
            ledger.append(b"lost").result(10)
    with pytest.raises(StoreFailed, match="cannot be written"):
        ledger.append(b"after").result(10)
    ledger.close()
    again = opened(tmp_path)
    assert again.append(b"again").result(10) == again.checkpoint().size - 1
    assert again.entry(0) == b"before"
    again.close()
    assert examine(tmp_path / "ledger", verifier(tmp_path)).faults == ()


class FailingKeys(LocalKeys):
    """Keys in a module that goes away after a while."""

    left = 2

    def sign(self, data: bytes) -> bytes:
        self.left -= 1
        if self.left < 0:
            raise RuntimeError("the module does not answer")
        return super().sign(data)


def test_where_a_checkpoint_cannot_be_signed_nothing_is_released(tmp_path: Path) -> None:
    ledger = FileLedger(tmp_path / "ledger", origin=ORIGIN, keys=FailingKeys(tmp_path / "keys"), clock=FixedClock())
    assert ledger.append(b"signed").result(10) == 0
    for _ in range(2):
        with pytest.raises(StoreFailed) as failed:
            ledger.append(b"unsigned").result(10)
        assert "module" not in failed.value.detail
    assert ledger.checkpoint().size == 1
    ledger.close()
    again = opened(tmp_path)
    assert [entry for _, entry in again.entries(0, 9)] == [b"signed", b"unsigned"]
    again.close()


def test_a_ledger_cannot_begin_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "ledger").write_text("a file is in the way")
    with pytest.raises(StoreFailed):
        opened(tmp_path)
