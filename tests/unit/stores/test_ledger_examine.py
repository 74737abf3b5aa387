"""An examination names what is wrong with a ledger's folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from freehold.errors import SettingInvalid
from freehold.keys.local import LocalKeys
from freehold.ledger.note import Verifier
from freehold.stores.ledger import FileLedger, ReadLedger, examine, read_key
from freehold.testing import FixedClock


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


DAMAGE: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "entry-changed-in-bundle": (
        lambda root: flip(root / "tile/entries/000", 10),
        {"entry-differs", "tile-differs", "root-differs"},
    ),
    "length-changed-in-bundle": (lambda root: flip(root / "tile/entries/000", 1), {"bundle-damaged"}),
    "bundle-removed": (lambda root: (root / "tile/entries/001").unlink(), {"tile-missing"}),
    "hash-changed-in-tile": (lambda root: flip(root / "tile/0/001", 10), {"tile-differs"}),
    "tile-cut": (lambda root: os.truncate(root / "tile/0/001", 8000), {"tile-differs"}),
    "tile-removed": (lambda root: (root / "tile/0/000").unlink(), {"tile-missing"}),
    "partial-tile-changed": (lambda root: flip(root / "tile/1/000.p/2", 3), {"tile-differs"}),
    "partial-tile-removed": (lambda root: (root / "tile/1/000.p/2").unlink(), {"tile-missing"}),
    "partial-bundle-removed": (lambda root: (root / "tile/entries/002.p/88").unlink(), {"tile-missing"}),
    "journal-cut": (lambda root: os.truncate(root / "journal", 9000), {"entries-missing"}),
    "journal-changed": (lambda root: flip(root / "journal", 30), {"entries-missing"}),
    "journal-header-changed": (lambda root: flip(root / "journal", 0), {"journal-damaged", "entries-missing"}),
    "signature-changed": (lambda root: flip(root / "checkpoint", -5), {"signature-invalid"}),
    "size-changed": (lambda root: flip(root / "checkpoint", 20), {"signature-invalid"}),
    "checkpoints-removed": (lambda root: [(root / name).unlink() for name in ("checkpoint", "head")], {"checkpoint-missing"}),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A closed ledger of 600 entries, all of them in the journal and the first 512 in tiles too."""
    ledger = FileLedger(tmp_path / "ledger", origin="contoso-westeurope", keys=LocalKeys(tmp_path / "keys"), clock=FixedClock())
    for future in [ledger.append(f"entry {number:06}".encode()) for number in range(600)]:
        future.result(10)
    ledger.close()
    return tmp_path / "ledger"


def test_a_ledger_as_it_was_written_has_no_faults(root: Path) -> None:
    found = examine(root, read_key(root / "verifier.pub"))
    assert (found.size, found.extra, found.faults) == (600, 0, ())
    assert found.root == ReadLedger(root).checkpoint.root.hex()


@pytest.mark.parametrize("damage", list(DAMAGE))
def test_damage_is_named(root: Path, damage: str) -> None:
    work, codes = DAMAGE[damage]
    work(root)
    found = examine(root, read_key(root / "verifier.pub"))
    named = {fault.code for fault in found.faults}
    assert codes <= named


def test_a_changed_entry_is_named_by_its_index(root: Path) -> None:
    flip(root / "tile/entries/001", 10 + 14 * 44)
    indexes = {fault.index for fault in examine(root, read_key(root / "verifier.pub")).faults}
    assert 256 + 44 in indexes


def test_nothing_holds_under_another_key(root: Path, tmp_path: Path) -> None:
    other = Verifier(name="contoso-westeurope", public_key=LocalKeys(tmp_path / "other").public_key())
    found = examine(root, other)
    assert {fault.code for fault in found.faults} == {"signature-invalid"}
    assert found.size == 0


def test_a_checkpoint_of_another_log_under_the_same_key_does_not_hold(root: Path, tmp_path: Path) -> None:
    key = LocalKeys(tmp_path / "keys").public_key()
    found = examine(root, Verifier(name="contoso-eastus", public_key=key))
    assert {fault.code for fault in found.faults} == {"signature-invalid"}


@pytest.mark.parametrize("folder", ["missing", "."])
def test_a_folder_without_a_ledger_is_said_to_be_none(tmp_path: Path, folder: str) -> None:
    verifier = Verifier(name="contoso", public_key=bytes(32))
    with pytest.raises(SettingInvalid):
        examine(tmp_path / folder, verifier)
    with pytest.raises(SettingInvalid):
        ReadLedger(tmp_path / folder)
    with pytest.raises(SettingInvalid):
        read_key(tmp_path / folder / "verifier.pub")
