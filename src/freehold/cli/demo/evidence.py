"""The last scene: a proof file and the node's public key, and nothing else, against the answer in hand."""

from __future__ import annotations

import subprocess
import sys
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
    key = Path(STATE_FOLDER) / "ledger" / slug(node.node) / "verifier.pub"
    command = ["ledger", "verify", "--proof", PROOF, "--key", str(key)]
    say(f"    freehold {' '.join(command)}", "cyan")
    done = subprocess.run(  # noqa: S603  (our own command line, with our own arguments)
        [sys.executable, "-m", "freehold", *command], cwd=folder, capture_output=True, text=True, check=False
    )
    for line in (done.stdout + done.stderr).strip().splitlines():
        say(f"    {line}")
    same = _recorded(proof) == digest
    if same:
        say("    ✓ the entry holds the SHA-256 of exactly the answer that came: verified")
    else:
        say("    ✗ the entry was made for another answer", "bold red")
    return same and done.returncode == 0


def _recorded(proof: str) -> str:
    try:
        entry = read_evidence(proof).entry
        return msgspec.json.decode(entry or b"", type=Entry).answer
    except (ProofInvalid, msgspec.DecodeError):
        return ""
