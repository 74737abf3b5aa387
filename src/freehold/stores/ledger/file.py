"""A ledger in one folder: appends gather in batches, and one thread makes each of them durable as a whole (group commit)."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from freehold.errors import FreeholdError, StoreFailed, StoreFull
from freehold.ledger.tile import MAX_ENTRY
from freehold.model.event import Checkpoint
from freehold.ports.clock import Clock
from freehold.ports.keys import Keys
from freehold.ports.ledger import Commit, Leaf
from freehold.stores.ledger.keeper import Keeper
from freehold.stores.ledger.writing import LedgerFiles

MAX_BATCH = 4096


@dataclass(slots=True)
class _Batch:
    """Entries that wait together; filled under the entrance's lock until the writer takes it."""

    entries: list[bytes] = field(default_factory=list[bytes])
    commit: Commit = field(default_factory=Commit)


class FileLedger:
    """A durable ledger with one writer. All methods may be called from any thread."""

    def __init__(self, folder: Path, *, origin: str, keys: Keys, clock: Clock) -> None:
        """Open the ledger in `folder`, made where it is missing; `origin` names it in checkpoints, the clock paces publishing.

        Raises:
            LedgerBusy: Another process has it open.
            CheckpointMismatch: It has lost or changed what was signed.
            SettingInvalid: The origin cannot be one, or the ledger was signed by another key.
            StoreFull, StoreFailed: The folder cannot be written.
        """
        self._files = LedgerFiles(folder, origin, keys)
        self._queue: queue.SimpleQueue[_Batch | None] = queue.SimpleQueue()
        self._open: _Batch | None = None
        self._entrance = threading.Lock()
        self._refusal: tuple[str, str] | None = None
        self._keeper = Keeper(self._files, clock, failed=self._give_up)
        self._thread = threading.Thread(target=self._run, name=f"ledger {origin}", daemon=True)
        self._thread.start()

    def append(self, entry: bytes) -> Leaf:
        """Queue an entry; the leaf has its index once it is durable and covered by a signed checkpoint.

        The leaf fails with StoreFull where there is no room now, and with StoreFailed where the entry is over 65,535 bytes, the
        ledger is closed, or the disk failed. It cannot be cancelled: what was decided is recorded, whoever still waits for it.
        """
        if len(entry) > MAX_ENTRY:
            return _failed(StoreFailed(f"an entry of {len(entry)} bytes is over the {MAX_ENTRY} that a leaf may hold"))
        with self._entrance:
            if self._refusal is not None:
                return _failed(self._refused())
            batch = self._open
            if batch is None or len(batch.entries) == MAX_BATCH:
                batch = self._open = _Batch()
                self._queue.put(batch)
            batch.entries.append(entry)
            return Leaf(batch.commit, len(batch.entries) - 1)

    def checkpoint(self) -> Checkpoint:
        """Return the newest signed checkpoint; it covers every leaf whose future is done."""
        return self._files.checkpoint

    def entry(self, index: int) -> bytes:
        """Return the entry at a leaf index; see the port."""
        return self._files.log.entry(index)

    def entries(self, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        """Yield (index, entry) for start ≤ index < stop, as far as the tree goes."""
        return self._files.log.entries(start, stop)

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """Return the inclusion proof of a leaf in the tree of `size` leaves; see the port."""
        return self._files.log.inclusion(index, size)

    def consistency(self, first: int, second: int) -> tuple[bytes, ...]:
        """Return the consistency proof between two sizes; see the port."""
        return self._files.log.consistency(first, second)

    def tile(self, level: int, number: int, width: int) -> bytes:
        """Return the first `width` hashes of a tile; see the port."""
        return self._files.log.tile(level, number, width)

    def close(self) -> None:
        """Make what is queued durable, publish the last checkpoint and let another writer in; harmless when closed already."""
        with self._entrance:
            if self._refusal is None:
                self._refusal = ("the ledger is closed", "start the node again")
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        try:
            while (batch := self._queue.get()) is not None and self._commit(batch):
                self._keeper.notice()
        except Exception as error:  # noqa: BLE001  (whatever ends the writer, nobody may wait for it in vain)
            self._give_up(error)
        self._drain()
        self._keeper.close()
        self._files.close()

    def _commit(self, batch: _Batch) -> bool:
        """Write a batch and tell who waits; return False where nothing may be written any more."""
        with self._entrance:
            if self._open is batch:
                self._open = None
        try:
            first = self._files.commit(batch.entries)
        except StoreFull as full:
            detail, remedy = full.detail, full.remedy
            batch.commit.fail(lambda: StoreFull(detail, remedy=remedy))
            return True
        except Exception as error:  # noqa: BLE001  (whatever it was, nothing of this batch may be taken for recorded)
            self._give_up(error)
            batch.commit.fail(self._refused)
            return False
        batch.commit.succeed(first)
        return True

    def _give_up(self, error: Exception) -> None:
        known = error if isinstance(error, FreeholdError) else None
        detail = known.detail if known else "the ledger cannot be written"
        with self._entrance:
            self._refusal = (detail, (known and known.remedy) or "check the disk, then start the node again")

    def _drain(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                batch = self._queue.get_nowait()
                if batch is not None:
                    batch.commit.fail(self._refused)

    def _refused(self) -> StoreFailed:
        detail, remedy = self._refusal or ("the ledger cannot be written", "start the node again")
        return StoreFailed(detail, remedy=remedy)


def _failed(error: StoreFailed) -> Leaf:
    commit = Commit()
    commit.fail(lambda: error)
    return Leaf(commit, 0)
