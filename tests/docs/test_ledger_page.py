"""docs/ledger.md is true: its verifier runs, and what it lists is what there is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from freehold.keys.local import LocalKeys
from freehold.ledger.reconcile import Matter
from freehold.model.event import Entry, EventKind
from freehold.stores.ledger import FileLedger, examine
from freehold.testing import FixedClock

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ledger.md").read_text()


def verify(folder: Path) -> subprocess.CompletedProcess[str]:
    found = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    words = [sys.executable, "-c", found[1], str(folder), str(folder / "verifier.pub")]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


def written(folder: Path, count: int) -> Path:
    ledger = FileLedger(folder / "ledger", origin="contoso-westeurope", keys=LocalKeys(folder / "keys"), clock=FixedClock())
    for future in [ledger.append(f"entry {number:06}".encode()) for number in range(count)]:
        future.result(10)
    ledger.close()
    return folder / "ledger"


@pytest.mark.parametrize("count", [1, 255, 256, 257, 700])
def test_the_verifier_on_the_page_accepts_a_ledger_of_ours(tmp_path: Path, count: int) -> None:
    ran = verify(written(tmp_path, count))
    assert (ran.returncode, ran.stdout) == (0, f"{count} entries of contoso-westeurope are as they were signed\n"), ran.stderr


def test_the_verifier_on_the_page_finds_a_changed_entry(tmp_path: Path) -> None:
    folder = written(tmp_path, 300)
    bundle = folder / "tile" / "entries" / "000"
    bundle.write_bytes(bundle.read_bytes().replace(b"entry 000007", b"entry 000008"))
    ran = verify(folder)
    assert ran.returncode != 0
    assert "the entries are not those that were signed" in ran.stderr


def test_every_fault_is_on_the_page() -> None:
    source = (ROOT / "src" / "freehold" / "stores" / "ledger" / "examine.py").read_text()
    codes = set(re.findall(r'_fault\(\s*"([a-z-]+)"', source))
    assert len(codes) >= 8
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()


def test_every_difference_between_two_ledgers_is_on_the_page() -> None:
    assert {matter.value for matter in Matter if f"`{matter.value}`" not in PAGE} == set()


def test_every_field_and_kind_of_an_entry_is_on_the_page() -> None:
    names = {field.encode_name for field in msgspec.structs.fields(Entry)} | {kind.value for kind in EventKind}
    assert {name for name in names if f"`{name}`" not in PAGE} == set()


def test_every_file_of_a_ledger_is_on_the_page(tmp_path: Path) -> None:
    folder = written(tmp_path, 300)
    assert {item.name for item in folder.iterdir()} == {
        name for name in ("checkpoint", "tile", "verifier.pub", "journal", "head", "lock") if f"`{name}" in PAGE
    }


def test_a_copy_without_the_private_files_is_complete(tmp_path: Path) -> None:
    from freehold.stores.ledger import read_key

    folder = written(tmp_path, 300)
    for name in ("journal", "head", "lock"):
        (folder / name).unlink()
    assert examine(folder, read_key(folder / "verifier.pub")).faults == ()
