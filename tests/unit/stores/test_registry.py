"""The registry: whole changes, seen by every process at once, and names that can be forgotten."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from freehold.errors import PlanStale, StoreFailed, StoreFull
from freehold.model.contract import Approval, Contract
from freehold.model.mesh import Applied, Mesh
from freehold.model.party import Domain
from freehold.model.place import Region
from freehold.model.request import AccessRequest, RequestState, Settlement, Wanted
from freehold.stores.registry import SqliteRegistry


def mesh(domains: int = 1) -> Mesh:
    names = [f"domain{number}" for number in range(domains)]
    return Mesh(
        name="contoso",
        regions={"westeurope": Region(name="westeurope", jurisdiction="EU", paired="northeurope")},
        domains={name: Domain(name=name, owner=f"{name}-team") for name in names},
    )


def applied(version: int, domains: int = 1) -> Applied:
    return Applied(version=version, digest=f"{version:064x}", mesh=mesh(domains), applied_at="2026-11-23T10:00:00Z")


def approval(leaf: int = 7) -> Approval:
    contract = Contract(consumer="Sales Domain", purpose="Customer enrichment", fields=("customerId", "segment"))
    return Approval(product="customer.customer_360", contract=contract, approver="ada", at="2026-11-23T10:00:00Z", leaf=leaf)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "registry.sqlite"


@pytest.fixture
def registry(path: Path) -> Iterator[SqliteRegistry]:
    opened = SqliteRegistry(path)
    yield opened
    opened.close()


def test_a_new_registry_has_nothing_in_force(registry: SqliteRegistry) -> None:
    assert registry.current() is None
    assert registry.history() == ()
    assert registry.approvals() == ()


def test_a_request_for_access_is_kept_as_it_stands_and_is_no_part_of_what_is_in_force(path: Path, registry: SqliteRegistry) -> None:
    wanted = Wanted(fields=("email",), purpose="Customer enrichment")
    made = [AccessRequest(product="a.b", domain="sales", caller="c", wanted=wanted, at="2026-11-23", leaf=leaf) for leaf in (7, 3)]
    stamp = registry.stamp()
    for item in made:
        registry.remember_request(item)
    settled = Settlement(state=RequestState.REJECTED, reason="no", by="d", at="2026-11-24", leaf=9)
    answered = AccessRequest(product="a.b", domain="sales", caller="c", wanted=wanted, at="2026-11-23", leaf=7, settled=settled)
    registry.remember_request(answered)
    again = SqliteRegistry(path)
    assert again.requests() == (answered, made[1])
    again.close()
    assert registry.stamp() == stamp


def test_what_was_applied_is_in_force_whole_also_after_a_restart(path: Path, registry: SqliteRegistry) -> None:
    registry.apply(applied(1))
    registry.apply(applied(2, domains=3))
    registry.close()
    again = SqliteRegistry(path)
    assert again.current() == applied(2, domains=3)
    assert [version for version, _, _ in again.history()] == [1, 2]
    again.close()


@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_version_that_does_not_follow_is_stale_and_changes_nothing(registry: SqliteRegistry, version: int) -> None:
    registry.apply(applied(1))
    stamp = registry.stamp()
    with pytest.raises(PlanStale):
        registry.apply(applied(version, domains=9))
    assert registry.current() == applied(1)
    assert registry.stamp() == stamp


def test_of_two_plans_for_one_version_exactly_one_is_applied(path: Path) -> None:
    registries = [SqliteRegistry(path) for _ in range(8)]
    outcomes: list[str] = []

    def work(registry: SqliteRegistry) -> None:
        try:
            registry.apply(applied(1))
            outcomes.append("applied")
        except PlanStale:
            outcomes.append("stale")

    threads = [threading.Thread(target=work, args=(registry,)) for registry in registries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["applied"] + ["stale"] * 7
    for registry in registries:
        registry.close()


def test_approvals_come_back_as_they_were_given_oldest_first(registry: SqliteRegistry) -> None:
    registry.approve(approval(7))
    registry.approve(approval(9))
    assert registry.approvals() == (approval(7), approval(9))


def test_the_stamp_moves_with_each_change_and_only_then(registry: SqliteRegistry) -> None:
    stamps = [registry.stamp(), registry.stamp()]
    registry.remember_caller("p1", "ada")
    stamps.append(registry.stamp())
    assert len(set(stamps)) == 1
    registry.apply(applied(1))
    stamps.append(registry.stamp())
    registry.approve(approval())
    stamps.append(registry.stamp())
    assert len(set(stamps)) == 3


CHANGING = """
import sys
from pathlib import Path
import msgspec
from freehold.model.mesh import Applied
from freehold.stores.registry import SqliteRegistry
registry = SqliteRegistry(Path(sys.argv[1]))
registry.apply(msgspec.json.decode(sys.argv[2], type=Applied))
"""


def test_the_stamp_moves_when_another_process_changes_something(path: Path, registry: SqliteRegistry) -> None:
    import msgspec

    before = registry.stamp()
    subprocess.run([sys.executable, "-c", CHANGING, str(path), msgspec.json.encode(applied(1)).decode()], check=True, timeout=60)
    assert registry.stamp() != before
    assert registry.current() == applied(1)


def test_the_stamp_moves_in_a_registry_that_was_opened_twice(path: Path, registry: SqliteRegistry) -> None:
    other = SqliteRegistry(path)
    before = registry.stamp()
    other.apply(applied(1))
    assert registry.stamp() == other.stamp() != before
    other.close()


def test_the_stamp_is_read_without_a_call_of_the_system_or_of_the_database(registry: SqliteRegistry) -> None:
    assert called(registry.current), "what asks the database is seen"
    assert called(registry.stamp) == []


def called(what: Callable[[], object]) -> list[str]:
    """Return the names of what is called that is not written in Python, in order."""
    found: list[str] = []

    def note(_: object, event: str, argument: Any) -> None:
        if event == "c_call" and argument is not sys.setprofile:
            found.append(argument.__name__)

    sys.setprofile(note)
    try:
        what()
    finally:
        sys.setprofile(None)
    return found


def leave(path: Path, stamp: int) -> None:
    with path.with_name("registry.sqlite.stamp").open("r+b") as file:
        file.write(stamp.to_bytes(8, sys.byteorder))


def read(path: Path) -> int:
    return int.from_bytes(path.with_name("registry.sqlite.stamp").read_bytes(), sys.byteorder)


def test_a_stamp_that_a_killed_process_left_odd_is_answered_from_the_file_and_mended(path: Path, registry: SqliteRegistry) -> None:
    before = registry.stamp()
    leave(path, before + 1)
    assert registry.stamp() == before
    registry.apply(applied(1))
    assert registry.stamp() == before + 2
    leave(path, before + 1)
    SqliteRegistry(path).close()
    assert read(path) == before + 2


KILLED = """
import sys
from pathlib import Path
import msgspec
from freehold.model.mesh import Applied
from freehold.stores.registry import SqliteRegistry
registry = SqliteRegistry(Path(sys.argv[1]))
template = msgspec.json.decode(sys.argv[2], type=Applied)
held = registry.current()
version = held.version if held else 0
print("running", flush=True)
while True:
    version += 1
    registry.apply(msgspec.structs.replace(template, version=version, digest=f"{version:064x}"))
    print(version, flush=True)
"""


def test_a_kill_during_apply_leaves_one_whole_mesh_and_every_acknowledged_version(path: Path) -> None:
    import msgspec

    template = msgspec.json.encode(applied(1, domains=400)).decode()
    watcher = SqliteRegistry(path)
    for delay in (0.0, 0.004, 0.03, 0.011, 0.06, 0.001):
        child = subprocess.Popen([sys.executable, "-c", KILLED, str(path), template], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        assert child.stdout.readline() == "running\n"
        time.sleep(delay)
        child.kill()
        acknowledged = [int(line) for line in child.stdout.read().split("\n") if line]
        child.wait()
        child.stdout.close()
        stamp = watcher.stamp()
        held = watcher.current()
        version = held.version if held else 0
        assert version >= max(acknowledged, default=0)
        assert stamp == 2 * version
        if held is not None:
            assert held == applied(held.version, domains=400)
        assert [item[0] for item in watcher.history()] == list(range(1, version + 1))
    assert watcher.stamp() > 0
    watcher.close()


def test_a_caller_is_known_until_erased_and_not_remembered_again(path: Path, registry: SqliteRegistry) -> None:
    registry.remember_caller("p1", "ada.lovelace@contoso.example")
    registry.remember_caller("p1", "another name")
    assert registry.caller("p1") == "ada.lovelace@contoso.example"
    registry.erase_caller("p1")
    assert registry.caller("p1") is None
    again = SqliteRegistry(path)
    again.remember_caller("p1", "ada.lovelace@contoso.example")
    assert again.caller("p1") is None
    again.close()


def test_an_unknown_caller_has_no_name(registry: SqliteRegistry) -> None:
    assert registry.caller("nobody") is None
    registry.erase_caller("nobody")
    assert registry.caller("nobody") is None


def test_no_byte_of_an_erased_name_stays_in_the_files(path: Path, registry: SqliteRegistry) -> None:
    registry.remember_caller("p1", "ada.lovelace@contoso.example")
    assert b"ada.lovelace" in b"".join(file.read_bytes() for file in path.parent.iterdir())
    registry.erase_caller("p1")
    assert b"ada.lovelace" not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_a_registry_of_a_newer_schema_is_refused_with_what_to_do(path: Path, registry: SqliteRegistry) -> None:
    registry.close()
    with sqlite3.connect(path) as database:
        database.execute("update meta set value = 2 where name = 'schema'")
    database.close()
    with pytest.raises(StoreFailed, match="schema `2`") as refused:
        SqliteRegistry(path)
    assert refused.value.remedy


@pytest.mark.parametrize(
    "content", [b"this is no database at all, whatever it is called" * 40, b"SQLite format 3\0" + b"\xff" * 4000]
)
def test_a_file_that_is_no_registry_is_refused(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(StoreFailed, match="damaged or no registry"):
        SqliteRegistry(path)


def test_a_folder_in_the_way_is_a_clear_failure(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StoreFailed):
        SqliteRegistry(path)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    mount = tmp_path / "disk"
    mount.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(mount)], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("needs the right to mount a small file system")
    yield mount
    subprocess.run(["umount", "-l", str(mount)], check=True)


def test_a_full_disk_leaves_the_mesh_before_in_force_and_later_applies_work(small_disk: Path) -> None:
    registry = SqliteRegistry(small_disk / "registry.sqlite")
    registry.apply(applied(1))
    stamp = registry.stamp()
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_bsize))
    with pytest.raises(StoreFull):
        registry.apply(applied(2, domains=2000))
    assert registry.current() == applied(1)
    assert registry.stamp() == stamp
    ballast.unlink()
    registry.apply(applied(2))
    assert registry.current() == applied(2)
    registry.close()


def test_many_threads_may_ask_at_once(registry: SqliteRegistry) -> None:
    registry.apply(applied(1))
    wrong: list[object] = []

    def work(name: int) -> None:
        for number in range(30):
            registry.remember_caller(f"{name}-{number}", f"name {name}-{number}")
            if registry.caller(f"{name}-{number}") != f"name {name}-{number}" or registry.current() != applied(1):
                wrong.append((name, number))

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
