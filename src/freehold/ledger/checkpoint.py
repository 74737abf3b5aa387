"""Checkpoints (C2SP tlog-checkpoint): a tree's origin, size and root as a signed note."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from freehold.errors import ProofInvalid
from freehold.ledger.merkle import HASH_BYTES
from freehold.ledger.note import Verifier, decode, encode, open_note, sign, split
from freehold.model.event import Checkpoint


def sign_checkpoint(size: int, root: bytes, verifier: Verifier, signer: Callable[[bytes], bytes]) -> Checkpoint:
    """Return the signed statement that the log named like the key has this size and root."""
    note = sign(f"{verifier.name}\n{size}\n{encode(root)}\n", verifier, signer)
    return Checkpoint(origin=verifier.name, size=size, root=root, note=note)


def open_checkpoint(note: str, verifiers: Sequence[Verifier]) -> Checkpoint:
    """Return the checkpoint that a note states, signed by one of the keys.

    Raises:
        ProofInvalid: It is not signed by them, or is not a checkpoint.
    """
    return _parse(open_note(note, verifiers), note)


def peek_checkpoint(note: str) -> Checkpoint:
    """Return what a note claims, with no signature checked: for showing, never for believing.

    Raises:
        ProofInvalid: It is not a checkpoint.
    """
    return _parse(split(note)[0], note)


def check_origin(checkpoint: Checkpoint, origin: str) -> None:
    """Check that a checkpoint is of the log `origin`.

    Raises:
        ProofInvalid: It is of another log.
    """
    if checkpoint.origin != origin:
        raise ProofInvalid(f"the checkpoint is of the log `{checkpoint.origin}`, not of `{origin}`")


def decimal(text: str, what: str) -> int:
    """Return the number that a decimal text without leading zeros stands for.

    Raises:
        ProofInvalid: It is not one.
    """
    if not text.isascii() or not text.isdigit() or len(text) > 19 or (text[0] == "0" and text != "0"):
        raise ProofInvalid(f"{what} is not a decimal number")
    return int(text)


def _parse(text: str, note: str) -> Checkpoint:
    lines = text.split("\n")[:-1]
    if len(lines) < 3 or not all(lines):
        raise ProofInvalid("a checkpoint has at least three lines, none of them empty")
    root = decode(lines[2], "the root hash")
    if len(root) != HASH_BYTES:
        raise ProofInvalid("the root hash is not 32 bytes long")
    return Checkpoint(origin=lines[0], size=decimal(lines[1], "the tree size"), root=root, note=note)
