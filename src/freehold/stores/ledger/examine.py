"""An auditor's look at a ledger's folder: everything is computed again from the entries and held against what was signed.

Nothing that the folder says of itself is believed, and what is wrong is a value with a name: all faults at once, none thrown.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from freehold.errors import CheckpointMismatch, ProofInvalid, SettingInvalid
from freehold.ledger.checkpoint import check_origin, open_checkpoint, peek_checkpoint
from freehold.ledger.merkle import HASH_BYTES, leaf_hash
from freehold.ledger.note import Verifier
from freehold.ledger.tile import ENTRIES, WIDTH, decode_bundle, tile_path, tiles_of
from freehold.ledger.tree import Tree
from freehold.model.event import Checkpoint
from freehold.stores.ledger.disk import read_if_there
from freehold.stores.ledger.journal import read_journal
from freehold.stores.ledger.recover import CHECKPOINT, JOURNAL, read_notes
from freehold.stores.ledger.tiles import TileFolder


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong; `code` is kebab-case and stable, `index` the entry concerned where one can be named."""

    code: str
    detail: str
    index: int | None = None


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """What was found: `size` entries under the newest checkpoint, `extra` intact ones above it, and all faults."""

    origin: str
    size: int
    root: str
    signatures: int
    tiles: int
    extra: int
    faults: tuple[Fault, ...]


def examine(folder: Path, verifier: Verifier) -> Examination:
    """Verify a whole ledger under its key.

    Raises:
        SettingInvalid: There is no ledger in the folder.
    """
    if not (folder / JOURNAL).exists() and not read_notes(folder):
        raise SettingInvalid(f"there is no ledger in `{folder}`", remedy="give the folder with `--ledger FOLDER`")
    return _Examiner(folder, verifier).examine()


class _Examiner:
    """One pass over one folder."""

    def __init__(self, folder: Path, verifier: Verifier) -> None:
        self._folder = folder
        self._verifier = verifier
        self._tiles = TileFolder(folder)
        self._tree = Tree()
        self._faults: list[Fault] = []
        self._checked = 0
        self._published = 0

    def examine(self) -> Examination:
        signed = self._signed()
        first, newest = self._journal()
        sizes = {checkpoint.size: checkpoint for checkpoint in signed}
        newest_signed = max(sizes, default=0)
        for index, entry in self._entries(first, newest):
            self._check_root(sizes, index)
            self._grow(entry)
        self._check_root(sizes, self._tree.size)
        self._check_partials()
        self._check_present()
        if self._tree.size < newest_signed:
            self._fault(
                "entries-missing",
                f"{newest_signed} entries were signed, and the intact ones end at {self._tree.size}",
                self._tree.size,
            )
        top = sizes.get(newest_signed)
        return Examination(
            origin=self._verifier.name,
            size=newest_signed,
            root=top.root.hex() if top else "",
            signatures=len(signed),
            tiles=self._checked,
            extra=max(self._tree.size - newest_signed, 0),
            faults=tuple(self._faults),
        )

    def _fault(self, code: str, detail: str, index: int | None = None) -> None:
        self._faults.append(Fault(code=code, detail=detail, index=index))

    def _signed(self) -> list[Checkpoint]:
        """Return the checkpoints that the key has signed; each other one is a fault."""
        notes = read_notes(self._folder)
        if not notes:
            self._fault("checkpoint-missing", "the folder holds no signed checkpoint")
        signed: list[Checkpoint] = []
        for file, note in notes:
            try:
                checkpoint = open_checkpoint(note, [self._verifier])
                check_origin(checkpoint, self._verifier.name)
                signed.append(checkpoint)
                self._published = checkpoint.size if file == CHECKPOINT else self._published
            except ProofInvalid as error:
                self._fault("signature-invalid", f"the checkpoint in {file} does not hold: {error.detail}{_claim(note)}")
        return signed

    def _journal(self) -> tuple[int, list[bytes]]:
        content = read_if_there(self._folder / JOURNAL)
        try:
            return (0, []) if content is None else read_journal(self._folder / JOURNAL, content)[:2]
        except CheckpointMismatch:
            self._fault("journal-damaged", "the journal's header cannot be read")
            return 0, []

    def _entries(self, first: int, newest: list[bytes]) -> Iterator[tuple[int, bytes]]:
        """Yield (index, entry) from the bundles, then from the journal, and stop at the first gap."""
        index = 0
        for entry in self._bundled():
            self._compare(index, entry, newest[index - first] if first <= index < first + len(newest) else entry)
            yield index, entry
            index += 1
        if index < first:
            self._fault("entries-missing", f"entries {index} to {first - 1} are in no bundle", index)
            return
        yield from enumerate(newest[index - first :], index)

    def _bundled(self) -> Iterator[bytes]:
        number = 0
        while (data := self._tiles.read(ENTRIES, number)) is not None:
            entries = self._decoded(number, data)
            yield from entries
            if len(entries) != WIDTH:
                return
            number += 1
        if not (self._folder / JOURNAL).exists() and (widths := self._tiles.widths(ENTRIES, number)):
            yield from self._decoded(number, self._tiles.read(ENTRIES, number, widths[-1]) or b"")

    def _decoded(self, number: int, data: bytes) -> tuple[bytes, ...]:
        try:
            return decode_bundle(data)
        except ProofInvalid:
            self._fault("bundle-damaged", f"{tile_path(ENTRIES, number)} cannot be read", number * WIDTH)
            return ()

    def _compare(self, index: int, entry: bytes, journaled: bytes) -> None:
        if entry != journaled:
            self._fault("entry-differs", f"entry {index} is not the same in the journal and in its bundle", index)

    def _grow(self, entry: bytes) -> None:
        self._tree.append(leaf_hash(entry))
        for level, number, data in self._tree.finished:
            self._check_tile(level, number, data)
        self._tree.finished.clear()

    def _check_tile(self, level: int, number: int, computed: bytes) -> None:
        """A full tile that is there must be what the entries give."""
        found = self._tiles.read(level, number)
        if found is None:
            return
        self._checked += 1
        for at in range(0, max(len(found), len(computed)), HASH_BYTES):
            if found[at : at + HASH_BYTES] != computed[at : at + HASH_BYTES]:
                place = number * WIDTH + at // HASH_BYTES << 8 * level
                what = f"entry {place} was changed" if level == 0 else f"the entries from {place} on were changed"
                self._fault("tile-differs", f"{tile_path(level, number)} does not fit its entries: {what}, or the tile was", place)

    def _check_partials(self) -> None:
        """A partial tile that is there must be the beginning of what the entries give."""
        level = 0
        while count := self._tree.size >> 8 * level:
            number, row = count // WIDTH, self._tree.partial(level)
            for width in self._tiles.widths(level, number):
                found = self._tiles.read(level, number, width)
                self._checked += 1
                if width * HASH_BYTES <= len(row) and found != row[: width * HASH_BYTES]:
                    self._fault(
                        "tile-differs", f"{tile_path(level, number, width)} does not fit its entries", number * WIDTH << 8 * level
                    )
            level += 1

    def _check_present(self) -> None:
        """What the published checkpoint covers must be in tiles, so that a reader who knows nothing else finds all of it."""
        for level, number, width in tiles_of(self._published):
            for kind in (level, ENTRIES) if level == 0 else (level,):
                if not self._tiles.has(kind, number) and max(self._tiles.widths(kind, number), default=0) < width:
                    self._fault("tile-missing", f"{tile_path(kind, number, width)} is missing", number * WIDTH << 8 * level)

    def _check_root(self, sizes: dict[int, Checkpoint], size: int) -> None:
        checkpoint = sizes.get(size)
        if checkpoint is not None and checkpoint.root != self._tree.root():
            self._fault("root-differs", f"the first {size} entries are not those that were signed")


def _claim(note: str) -> str:
    try:
        checkpoint = peek_checkpoint(note)
    except ProofInvalid:
        return ""
    return f" (it claims {checkpoint.size} entries of {checkpoint.origin})"
