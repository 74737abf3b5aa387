"""The last scenes: a proof file and the node's public key against the answer in hand, then each ledger against the others."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from freehold.cli.terminal import say
from freehold.errors import ProofInvalid
from freehold.ledger.evidence import read_evidence
from freehold.model.event import Entry
from freehold.names import slug
from freehold.wiring.running import Running
from freehold.wiring.settings import STATE_FOLDER

PROOF = "answer.tlog-proof"


def show_proof(folder: Path, node: Running, proof: str, digest: str) -> bool:
    """Verify a proof as an auditor would, show the command and what it says, and return whether all of it holds.

    `digest` is the SHA-256 of the answer as it was received, in hex.
    """
    (folder / PROOF).write_text(proof)
    holds = _run(folder, "ledger", "verify", "--proof", PROOF, "--key", str(_ledger(Path(), node) / "verifier.pub"))
    same = _recorded(proof) == digest
    if same:
        say("    ✓ the entry holds the SHA-256 of exactly the answer that came: verified")
    else:
        say("    ✗ the entry was made for another answer", "bold red")
    return same and holds


def show_reconciled(folder: Path, nodes: Sequence[tuple[Path, Running]]) -> bool:
    """Hold the ledgers of nodes in their folders against each other, as seen from `folder`; return whether they do not differ."""
    ledgers = [os.path.relpath(_ledger(place, node), folder) for place, node in nodes]
    return _run(folder, "ledger", "reconcile", *ledgers)


def _ledger(folder: Path, node: Running) -> Path:
    return folder / STATE_FOLDER / "ledger" / slug(node.node)


def _run(folder: Path, *command: str) -> bool:
    """Run a command as anybody would, show it and what it says, and return whether it went well."""
    say(f"    freehold {' '.join(command)}", "cyan")
    done = subprocess.run(  # noqa: S603  (our own command line, with our own arguments)
        [sys.executable, "-m", "freehold", *command], cwd=folder, capture_output=True, text=True, check=False
    )
    for line in (done.stdout + done.stderr).strip().splitlines():
        say(f"    {line}")
    return done.returncode == 0


def _recorded(proof: str) -> str:
    try:
        entry = read_evidence(proof).entry
        return msgspec.json.decode(entry or b"", type=Entry).answer
    except (ProofInvalid, msgspec.DecodeError):
        return ""
