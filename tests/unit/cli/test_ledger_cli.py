"""`freehold ledger`: shown, proved and verified offline, in words and in JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from freehold.cli.ledger import app
from freehold.digest import canonical
from freehold.keys.local import LocalKeys
from freehold.model.event import Entry, EventKind
from freehold.stores.ledger import FileLedger
from freehold.testing import FixedClock

NODE = "contoso-westeurope"


def write_ledger(folder: Path, count: int = 300, purpose: str = "Customer enrichment", keys: str = "../keys") -> Path:
    ledger = FileLedger(folder, origin=NODE, keys=LocalKeys(folder / keys), clock=FixedClock())
    for number in range(count):
        entry = Entry(
            kind=EventKind.REFUSED if number % 2 else EventKind.ANSWERED,
            time="2026-11-23T10:14:07Z",
            node=NODE,
            domain="sales",
            purpose=purpose,
            products=("customer.customer_360",),
            code="column-excluded" if number % 2 else "",
            form="" if number % 2 else "rows",
        )
        ledger.append(canonical(entry)).result(10)
    ledger.close()
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_ledger(tmp_path_factory.mktemp("node") / "ledger")


def run(*words: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result.output


def run_json(*words: object, code: int = 0) -> Any:
    return json.loads(run(*words, "--json", code=code))


def test_the_newest_entries_are_shown_as_a_table(folder: Path) -> None:
    out = run("show", "--ledger", folder, "--last", 3).split("\n")
    assert out[0] == f"300 entries in the ledger of {NODE}; the newest 3:"
    assert [line.split()[0] for line in out[2:5]] == ["297", "298", "299"]
    assert "column-excluded" in out[2]


def test_one_entry_is_shown_in_full(folder: Path) -> None:
    out = run("show", 7, "--ledger", folder)
    assert "purpose    Customer enrichment" in out
    assert run_json("show", 7, "--ledger", folder)["index"] == 7
    assert len(run_json("show", "--ledger", folder)) == 20


def test_an_entry_cannot_make_a_terminal_obey(tmp_path: Path) -> None:
    written = write_ledger(tmp_path / "ledger", 1, purpose="\x1b[2J\x07gone")
    for words in (("show",), ("show", "0")):
        out = run(*words, "--ledger", written)
        assert "gone" in out
        assert "\x1b" not in out
        assert "\x07" not in out


def test_a_proof_holds_with_the_key_alone(folder: Path, tmp_path: Path) -> None:
    proof = tmp_path / "answer.tlog-proof"
    assert "leaf 42 is in the log of 300 leaves" in run("prove", 42, "--ledger", folder, "--output", proof)
    key = tmp_path / "contoso.pub"
    key.write_bytes((folder / "verifier.pub").read_bytes())
    out = run("verify", "--proof", proof, "--key", key)
    assert out.startswith(f"✓ leaf 42 is in the log of 300 leaves signed by {NODE}\n")
    assert "customer.customer_360" in out
    found = run_json("verify", "--proof", proof, "--key", key)
    assert found["holds"]
    assert found["proof"]["entry"]["purpose"] == "Customer enrichment"


def test_a_proof_is_printed_as_it_would_be_written(folder: Path, tmp_path: Path) -> None:
    proof = tmp_path / "answer.tlog-proof"
    run("prove", 0, "--ledger", folder, "--output", proof)
    assert run("prove", 0, "--ledger", folder) == proof.read_text() == run_json("prove", 0, "--ledger", folder)["proof"]


def test_a_proof_never_overwrites_a_file(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    assert "already-exists" in run("prove", 0, "--ledger", folder, "--output", tmp_path / "mine", code=1)
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_proof_that_was_changed_proves_nothing(folder: Path, tmp_path: Path) -> None:
    proof = tmp_path / "answer.tlog-proof"
    proof.write_text(run("prove", 42, "--ledger", folder).replace("index 42", "index 43"))
    out = run("verify", "--proof", proof, "--key", folder / "verifier.pub", code=1)
    assert "proves nothing" in out
    assert run_json("verify", "--proof", proof, "--ledger", folder, code=1)["proof"]["code"] == "proof-invalid"


def test_a_whole_ledger_is_verified_with_and_without_a_key(folder: Path) -> None:
    out = run("verify", "--ledger", folder)
    assert out.startswith(f"✓ all 300 entries of {NODE} are as they were signed\n")
    assert "give the node's key from elsewhere" in out
    assert "from elsewhere" not in run("verify", "--ledger", folder, "--key", folder / "verifier.pub")
    assert run_json("verify", "--ledger", folder)["ledger"]["faults"] == []


def test_a_changed_ledger_fails_by_name(tmp_path: Path) -> None:
    written = write_ledger(tmp_path / "ledger")
    bundle = written / "tile" / "entries" / "000"
    bundle.write_bytes(bundle.read_bytes().replace(b"column-excluded", b"column-included", 1))
    out = run("verify", "--ledger", written, code=1)
    assert "does not hold" in out
    assert "entry-differs      entry 1 " in out
    assert "→ keep this folder as evidence" in out
    assert {"entry-differs", "root-differs"} <= {
        fault["code"] for fault in run_json("verify", "--ledger", written, code=1)["ledger"]["faults"]
    }


@pytest.mark.parametrize("command", [("show",), ("show", "0"), ("prove", "0"), ("verify",)])
def test_a_folder_without_a_ledger_is_said_to_be_none(tmp_path: Path, command: tuple[str, ...]) -> None:
    out = run(*command, "--ledger", tmp_path / "nothing", code=1)
    assert "there is no ledger in" in out
    assert "→" in out
    assert run_json(*command, "--ledger", tmp_path / "nothing", code=1)["code"] == "setting-invalid"


@pytest.mark.parametrize("command", [("show", "300"), ("prove", "300")])
def test_an_entry_outside_the_ledger_is_unknown(folder: Path, command: tuple[str, ...]) -> None:
    assert "leaf-unknown" in run(*command, "--ledger", folder, code=1)


def test_the_only_ledger_of_a_mesh_is_found_and_of_several_one_must_be_chosen(tmp_path: Path) -> None:
    (tmp_path / "mesh.yaml").write_text("mesh: {name: contoso}\n")
    assert "the mesh has 0 ledgers here: none" in run("show", "--mesh", tmp_path, code=1)
    write_ledger(tmp_path / ".freehold" / "ledger" / NODE, 3, keys="../../keys")
    assert "3 entries" in run("show", "--mesh", tmp_path)
    assert "all 3 entries" in run("verify", "--mesh", tmp_path)
    write_ledger(tmp_path / ".freehold" / "ledger" / "contoso-eastus", 1, keys="../../keys")
    out = run("show", "--mesh", tmp_path, code=1)
    assert "the mesh has 2 ledgers here: contoso-eastus, contoso-westeurope" in out


def test_help_gives_an_example_of_each_command() -> None:
    for command in ("show", "prove", "verify"):
        assert "freehold ledger" in run(command, "--help")
