"""`freehold ledger reconcile`: every ledger is verified first, and what two of them do not bear out together is told and fails."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from freehold.cli.main import app
from freehold.digest import canonical
from freehold.keys.local import LocalKeys
from freehold.model.event import Entry, EventKind
from freehold.stores.ledger import FileLedger
from freehold.testing import FixedClock

WEST, NORTH = "contoso-west", "contoso-north"
TIME = "2026-11-23T10:14:07+00:00"


def entry(node: str, kind: EventKind, **more: Any) -> Entry:
    if "refers_to" in more:
        return Entry(kind=kind, time=TIME, node=node, **more)
    asked: dict[str, Any] = {"domain": "sales", "region": "northeurope", "products": ("customer.customer_360",)}
    return Entry(kind=kind, time=TIME, node=node, **asked, **more)


def write(folder: Path, node: str, entries: list[Entry], keys: str = "keys") -> Path:
    place = folder / node
    ledger = FileLedger(place, origin=node, keys=LocalKeys(folder / keys / node), clock=FixedClock())
    for item in entries:
        ledger.append(canonical(item)).result(10)
    ledger.close()
    return place


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Two ledgers: a question that was answered, one that was refused, and one whose answer broke off."""
    home = [
        entry(WEST, EventKind.ANSWERED, peer=NORTH, form="rows"),
        entry(WEST, EventKind.COMPLETED, refers_to=0, answer="ab"),
        entry(WEST, EventKind.REFUSED, peer=NORTH, code="column-excluded"),
        entry(WEST, EventKind.ANSWERED, peer=NORTH, form="rows"),
    ]
    carrier = [
        entry(NORTH, EventKind.RELAYED, form="relayed", peer=WEST, peer_leaf=0, answer="ab"),
        entry(NORTH, EventKind.RELAYED, form="relayed", peer=WEST, peer_leaf=2, code="column-excluded", answer="cd"),
        entry(NORTH, EventKind.RELAYED, form="relayed", peer=WEST, peer_leaf=3),
    ]
    return [write(tmp_path, WEST, home), write(tmp_path, NORTH, carrier)]


def run(*words: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["ledger", "reconcile", *(str(word) for word in words)])
    assert result.exit_code == code, result.output
    return result.output


def run_json(*words: object, code: int = 0) -> Any:
    return json.loads(run(*words, "--json", code=code))


def test_ledgers_that_bear_each_other_out_are_said_to(folders: list[Path]) -> None:
    out = run(*folders)
    assert out.startswith(f"✓ 4 entries of {WEST}, as they were signed\n")
    (row,) = [line.split() for line in out.splitlines() if line.strip().startswith(NORTH)]
    assert row == [NORTH, WEST, "3", "2", "0", "1", "3", "0", "0"]
    assert f"· broken off        {NORTH} 2 → {WEST} 3: neither recorded its end" in out
    assert "✓ the ledgers bear each other out: 2 carried questions" in out
    assert "give the nodes' keys from elsewhere" in out


def test_the_same_is_there_for_programs(folders: list[Path]) -> None:
    found = run_json(*folders)
    assert found["reconciles"]
    assert [item["holds"] for item in found["ledgers"]] == [True, True]
    (account,) = found["accounts"]
    assert (account["carrier"], account["home"], account["matched"], account["reconciles"]) == (NORTH, WEST, 2, True)
    assert account["broken"] == [{"leaf": 2, "home_leaf": 3, "detail": "neither recorded its end"}]


def test_a_ledger_that_was_written_anew_without_an_entry_differs(folders: list[Path], tmp_path: Path) -> None:
    """Its operator has the key, so by itself it holds; the other node's ledger tells."""
    kept = [entry(NORTH, EventKind.RELAYED, form="relayed", peer=WEST, peer_leaf=0, answer="ab")]
    shutil.rmtree(folders[1])
    out = run(folders[0], write(tmp_path, NORTH, kept), code=1)
    assert f"✓ 1 entry of {NORTH}, as they were signed" in out
    assert f"✗ not-carried       {NORTH} – → {WEST} 2: no leaf of `{NORTH}` is about it: `column-excluded`" in out
    assert "✗ the ledgers differ in 2 places" in out
    assert not run_json(*folders, code=1)["reconciles"]


def test_a_ledger_that_does_not_hold_is_held_against_none(folders: list[Path]) -> None:
    journal = folders[1] / "journal"
    journal.write_bytes(journal.read_bytes().replace(b"column-excluded", b"column-included"))
    out = run(*folders, code=1)
    assert "does not hold" in out
    assert "✗ 1 ledger did not hold, and was held against none" in out
    found = run_json(*folders, code=1)
    assert (found["accounts"], found["reconciles"]) == ([], False)


def test_a_node_whose_ledger_is_not_given_is_named(folders: list[Path], tmp_path: Path) -> None:
    south = [entry("contoso-south", EventKind.RELAYED, form="relayed", peer="contoso-east", peer_leaf=0)]
    out = run(*folders, write(tmp_path, "contoso-south", south))
    assert "· 1 entry of contoso-south name contoso-east, whose ledger is not here" in out


def test_keys_of_the_readers_own_must_be_one_for_each_ledger(folders: list[Path], tmp_path: Path) -> None:
    keys = [tmp_path / f"{folder.name}.pub" for folder in folders]
    for key, folder in zip(keys, folders, strict=True):
        shutil.copy(folder / "verifier.pub", key)
    assert "from elsewhere" not in run(*folders, "--key", keys[0], "--key", keys[1])
    out = run(*folders, "--key", keys[0], code=1)
    assert f"no `--key` is that of `{NORTH}`" in out


def test_a_ledger_signed_by_somebody_else_does_not_hold_under_the_trusted_key(folders: list[Path], tmp_path: Path) -> None:
    keys = [tmp_path / f"{folder.name}.pub" for folder in folders]
    for key, folder in zip(keys, folders, strict=True):
        shutil.copy(folder / "verifier.pub", key)
    shutil.rmtree(folders[1])
    forged = write(tmp_path, NORTH, [entry(NORTH, EventKind.RELAYED)], keys="other-keys")
    out = run(folders[0], forged, "--key", keys[0], "--key", keys[1], code=1)
    assert "signature-invalid" in out


def test_the_ledgers_of_one_mesh_on_one_machine_are_found(folders: list[Path], tmp_path: Path) -> None:
    mesh = tmp_path / "mesh"
    (mesh / ".freehold" / "ledger").mkdir(parents=True)
    (mesh / "mesh.yaml").write_text("mesh: {name: contoso}\n")
    shutil.copytree(folders[0], mesh / ".freehold" / "ledger" / WEST)
    assert f"there are 1: {WEST}" in run("--mesh", mesh, code=1)
    shutil.copytree(folders[1], mesh / ".freehold" / "ledger" / NORTH)
    assert run_json("--mesh", mesh)["reconciles"]


def test_one_ledger_twice_or_a_folder_without_one_is_a_setting_to_mend(folders: list[Path], tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folders[0], copy)
    assert f"two of these are ledgers of `{WEST}`" in run(folders[0], copy, code=1)
    assert "there are 1" in run(folders[0], folders[0], code=1)
    assert "there is no ledger in" in run(folders[0], tmp_path / "nothing", code=1)
