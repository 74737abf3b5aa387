"""The files of a ledger that is open for writing: opened in one order, checked against what was signed, written in one order.

A batch goes journal, sync, tree, signature, head; only then may anybody hear of it. Tiles follow at leisure, from another thread.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
from collections.abc import Callable
from pathlib import Path

from freehold.errors import CheckpointMismatch, LedgerBusy, SettingInvalid, StoreFailed, StoreFull
from freehold.ledger.checkpoint import check_origin, open_checkpoint, sign_checkpoint
from freehold.ledger.note import Verifier, is_name
from freehold.model.event import Checkpoint
from freehold.ports.keys import Keys
from freehold.stores.ledger.disk import read_if_there, store_error, sync_folder, write_whole
from freehold.stores.ledger.head import Head
from freehold.stores.ledger.journal import Journal, begin
from freehold.stores.ledger.log import Log
from freehold.stores.ledger.recover import (
    CHECKPOINT,
    HEAD,
    JOURNAL,
    REMEDY,
    VERIFIER,
    check_log,
    read_checkpoints,
    read_notes,
    rebuild,
)

RENEW_ENTRIES = 16_384
_MAX_ORIGIN = 200


class LedgerFiles:
    """An open ledger's files. One thread commits and one seals and tidies; `log` and `checkpoint` are for any thread to read."""

    def __init__(self, root: Path, origin: str, keys: Keys) -> None:
        """Lock, recover and check the ledger in `root`, made where it is missing.

        Raises:
            LedgerBusy: Another process has it open.
            CheckpointMismatch: It has lost or changed what was signed.
            SettingInvalid: The origin cannot be one, or the ledger was signed by another key.
            StoreFull, StoreFailed: The folder cannot be written.
        """
        if not is_name(origin) or len(origin) > _MAX_ORIGIN:
            raise SettingInvalid(f"`{origin}` cannot name a ledger", remedy="use 1 to 200 characters, none a space or `+`")
        self._root = root
        self._keys = keys
        self._verifier = Verifier(name=origin, public_key=keys.public_key())
        self._published = -1
        self._committing = threading.Lock()
        with contextlib.ExitStack() as stack:
            try:
                self._open(stack)
            except OSError as error:
                raise store_error(error, root) from error
            self._stack = stack.pop_all()

    def _open(self, stack: contextlib.ExitStack) -> None:
        self._root.mkdir(parents=True, exist_ok=True)
        stack.callback(os.close, _lock(self._root))
        self._claim()
        notes = read_notes(self._root)
        if not (self._root / JOURNAL).exists():
            self._begin_anew(notes)
        self._journal = Journal(self._root / JOURNAL)
        stack.callback(self._journal.close)
        self.log: Log = rebuild(self._root, self._journal.first, self._journal.entries)
        check_log(self.log, read_checkpoints(notes, self._opened))
        self._journal.entries = []
        self._journal.cut()
        self._head = Head(self._root / HEAD)
        stack.callback(self._head.close)
        self._sign()
        with contextlib.suppress(StoreFull):
            self.tidy()

    def _claim(self) -> None:
        """Say which key signs this ledger, for those who verify; a ledger has one key for all its life."""
        path, text = self._root / VERIFIER, f"{self._verifier}\n".encode()
        found = read_if_there(path)
        if found is None:
            write_whole(path, text, durable=True)
            sync_folder(self._root)
        elif found != text:
            raise SettingInvalid(
                f"the ledger in `{self._root}` belongs to another key",
                remedy="restore this node's keys from a backup; to begin a new ledger, move the old one's folder away and keep it",
            )

    def _begin_anew(self, notes: list[tuple[str, str]]) -> None:
        if notes or (self._root / "tile").exists():
            raise CheckpointMismatch(f"the journal of `{self._root}` is missing", remedy=REMEDY)
        begin(self._root / JOURNAL, 0, [])

    def _opened(self, note: str) -> Checkpoint:
        checkpoint = open_checkpoint(note, [self._verifier])
        check_origin(checkpoint, self._verifier.name)
        return checkpoint

    def commit(self, entries: list[bytes]) -> int:
        """Make a batch durable and signed, all or nothing, and return the index of its first entry.

        Raises:
            StoreFull: There was no room; nothing has changed.
            StoreFailed: Nothing may be written until the ledger is opened again.
        """
        with self._committing:
            first = self.log.size
            self._journal.append(entries)
            self.log.extend(entries)
            try:
                self._sign()
            except (OSError, ValueError) as error:
                raise StoreFailed(
                    "the ledger's head cannot be written", remedy="check the disk, then start the node again"
                ) from error
            return first

    def _sign(self) -> None:
        checkpoint = sign_checkpoint(self.log.size, self.log.root(), self._verifier, self._keys.sign)
        self._head.write(checkpoint.note)
        self.checkpoint = checkpoint

    def seal(self) -> None:
        """Move what fills tiles out of memory.

        Raises:
            StoreFull, StoreFailed: It could not be done now; everything is still in the journal and in memory.
        """
        self._try(self.log.seal)

    @property
    def unsealed(self) -> int:
        """How many entries are in no full tile on the disk yet."""
        return self.log.size - self.log.first

    @property
    def is_published(self) -> bool:
        """Whether the published checkpoint is the newest one."""
        return self._published == self.log.size

    def tidy(self) -> None:
        """Publish tiles and checkpoint for readers of the folder, and renew a long journal.

        Raises:
            StoreFull, StoreFailed: It could not be done now; everything is still in the journal and in memory.
        """
        self._try(self._tidy)

    def _tidy(self) -> None:
        with self._committing:
            checkpoint, partials = self.checkpoint, self.log.partials()
        for level, number, width, data in partials:
            self.log.tiles.write_partial(level, number, width, data)
        self.log.seal()  # at least the full tiles of that checkpoint
        write_whole(self._root / CHECKPOINT, checkpoint.note.encode(), durable=True)
        self._head.sync()
        self._published = checkpoint.size
        if self.log.first - self._journal.first >= RENEW_ENTRIES:
            self._renew()

    def _renew(self) -> None:
        """Begin a new journal above the tiles. INVARIANT: tiles and their names are durable before the old one goes."""
        self.log.tiles.sync()
        with self._committing:
            begin(self._root / JOURNAL, self.log.first, self.log.tail())
            self._journal.reopen()

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except OSError as error:
            raise store_error(error, self._root) from error

    def close(self) -> None:
        """Close the files and let another writer in."""
        self._stack.close()


def _lock(root: Path) -> int:
    descriptor = os.open(root / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise LedgerBusy(
            f"another process writes the ledger in `{root}`", remedy="stop the node that runs there, or use another folder"
        ) from None
    return descriptor
