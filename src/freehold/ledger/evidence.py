"""Proof files (C2SP tlog-proof, `.tlog-proof`): one text that shows offline that an entry is in a signed log.

The entry itself rides along as the format's `extra` data. Nothing trusts it there: it counts only through its leaf hash.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from freehold.errors import ProofInvalid
from freehold.ledger.checkpoint import check_origin, decimal, open_checkpoint
from freehold.ledger.merkle import leaf_hash
from freehold.ledger.note import Verifier, decode, encode
from freehold.ledger.proof import check_inclusion
from freehold.model.event import Checkpoint

VERSION = "c2sp.org/tlog-proof@v1"
MAX_LEVELS = 64


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What a proof file says: index, sibling hashes from the leaf up, the checkpoint's note, and the entry where it rides along."""

    index: int
    hashes: tuple[bytes, ...]
    note: str
    entry: bytes | None = None


def write_evidence(evidence: Evidence) -> str:
    """Return the text of a proof file."""
    extra = [] if evidence.entry is None else [f"extra {encode(evidence.entry)}"]
    lines = [VERSION, *extra, f"index {evidence.index}", *map(encode, evidence.hashes)]
    return "\n".join(lines) + "\n\n" + evidence.note


def read_evidence(text: str) -> Evidence:
    """Return what a proof file says, with nothing checked.

    Raises:
        ProofInvalid: It is not a proof file.
    """
    head, blank, note = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines[0] != VERSION:
        raise ProofInvalid(f"this is not a proof file: its first line is not `{VERSION}`")
    extra = lines[1][6:] if len(lines) > 1 and lines[1].startswith("extra ") else None
    rest = lines[2:] if extra is not None else lines[1:]
    if not rest or not rest[0].startswith("index ") or len(rest) > MAX_LEVELS:
        raise ProofInvalid("the proof file has no index, or too many hashes")
    return Evidence(
        index=decimal(rest[0][6:], "the index"),
        hashes=tuple(decode(line, "a hash of the proof") for line in rest[1:]),
        note=note,
        entry=None if extra is None else decode(extra, "the entry"),
    )


def check_evidence(text: str, verifier: Verifier, entry: bytes | None = None) -> tuple[Evidence, Checkpoint]:
    """Check a proof file under the log's key and return what it proves; `entry` is by default the one that rides along.

    Raises:
        ProofInvalid: The text, the signature, the inclusion or the entry does not hold.
    """
    evidence = read_evidence(text)
    proved = evidence.entry if entry is None else entry
    if proved is None:
        raise ProofInvalid("the proof file holds no entry", remedy="check it against a ledger: give `--ledger`")
    if evidence.entry is not None and evidence.entry != proved:
        raise ProofInvalid(f"the proof file holds another entry than leaf `{evidence.index}` of the ledger")
    checkpoint = open_checkpoint(evidence.note, [verifier])
    check_origin(checkpoint, verifier.name)
    check_inclusion(leaf_hash(proved), evidence.index, checkpoint.size, evidence.hashes, checkpoint.root)
    return evidence, checkpoint


def make_evidence(index: int, entry: bytes, hashes: Sequence[bytes], checkpoint: Checkpoint) -> str:
    """Return the text of the proof file of a leaf under a checkpoint."""
    return write_evidence(Evidence(index=index, hashes=tuple(hashes), note=checkpoint.note, entry=entry))
