"""From a folder back to a ledger: what the journal and the tiles hold, held against every checkpoint that was signed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from freehold.errors import CheckpointMismatch, ProofInvalid
from freehold.ledger.checkpoint import peek_checkpoint
from freehold.ledger.tile import ENTRIES, WIDTH, decode_bundle
from freehold.ledger.tree import Tree
from freehold.model.event import Checkpoint
from freehold.stores.ledger.disk import read_if_there
from freehold.stores.ledger.head import read_head
from freehold.stores.ledger.journal import read_journal
from freehold.stores.ledger.log import Log
from freehold.stores.ledger.tiles import TileFolder

JOURNAL = "journal"
HEAD = "head"
CHECKPOINT = "checkpoint"
VERIFIER = "verifier.pub"
REMEDY = "restore the ledger's folder from a backup, and keep this one as evidence; nothing in it was changed"


def read_notes(root: Path) -> list[tuple[str, str]]:
    """Return (file, note) of every signed checkpoint in a ledger's folder; nothing is checked."""
    published = read_if_there(root / CHECKPOINT)
    notes = [(CHECKPOINT, published.decode(errors="replace"))] if published else []
    return notes + [(HEAD, note) for note in read_head(read_if_there(root / HEAD) or b"")]


def read_checkpoints(notes: Iterable[tuple[str, str]], opened: Callable[[str], Checkpoint] = peek_checkpoint) -> list[Checkpoint]:
    """Return the checkpoints of notes, as `opened` reads or verifies each.

    Raises:
        CheckpointMismatch: One of them does not hold.
    """
    checkpoints: list[Checkpoint] = []
    for file, note in notes:
        try:
            checkpoints.append(opened(note))
        except ProofInvalid as error:
            raise CheckpointMismatch(f"the checkpoint in `{file}` does not hold: {error.detail}", remedy=REMEDY) from error
    return checkpoints


def read_newest(root: Path) -> tuple[int, list[bytes]]:
    """Return (index of the first, entries) of the newest entries: from the journal, or from a copy's tiles where there is none.

    Raises:
        CheckpointMismatch: The journal's header or a bundle is damaged.
    """
    content = read_if_there(root / JOURNAL)
    if content is not None:
        first, entries, _ = read_journal(root / JOURNAL, content)
        return first, entries
    tiles, number = TileFolder(root), 0
    while tiles.has(ENTRIES, number):
        number += 1
    widths = tiles.widths(ENTRIES, number)
    if not widths:
        return number * WIDTH, []
    return number * WIDTH, list(decode_bundle(tiles.read(ENTRIES, number, widths[-1]) or b""))


def rebuild(root: Path, first: int, entries: list[bytes]) -> Log:
    """Return the log whose `first` entries are in tiles and whose newest are `entries`.

    Raises:
        CheckpointMismatch: A tile is missing.
    """
    tiles = TileFolder(root)
    log = Log(tiles, Tree.restore(first, tiles.hashes), first)
    missing = log.missing_tiles()
    if missing:
        raise CheckpointMismatch(f"{len(missing)} tiles are missing, first of all `{missing[0]}`", remedy=REMEDY)
    log.extend(entries)
    return log


def check_log(log: Log, checkpoints: Iterable[Checkpoint]) -> None:
    """Check that a log still holds what was signed.

    Raises:
        CheckpointMismatch: Entries were lost or changed after a checkpoint was signed.
    """
    for checkpoint in checkpoints:
        if checkpoint.size > log.size:
            raise CheckpointMismatch(
                f"`{checkpoint.size}` entries were signed and `{log.size}` are intact: the ledger has lost or damaged the rest",
                remedy=REMEDY,
                signed=checkpoint.size,
                found=log.size,
            )
        if log.root_at(checkpoint.size) != checkpoint.root:
            raise CheckpointMismatch(
                f"the first `{checkpoint.size}` entries are not those that were signed",
                remedy="run `freehold ledger verify` to see which; " + REMEDY,
                signed=checkpoint.size,
            )
