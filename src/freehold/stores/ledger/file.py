"""A ledger in one folder: appends are queued, and one thread makes whole batches of them durable (group commit)."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

from freehold.errors import EngineError, FreeholdError, StoreFailed, StoreFull
from freehold.ledger.tile import MAX_ENTRY, WIDTH
from freehold.model.event import Checkpoint
from freehold.ports.clock import Clock
from freehold.ports.keys import Keys
from freehold.stores.ledger.writing import LedgerFiles

MAX_BATCH = 4096
PUBLISH_SECONDS = 1.0

_Waiting = tuple[bytes, "Future[int]"]


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
        self._clock = clock
        self._due: float | None = None
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._entrance = threading.Lock()
        self._refusal: tuple[str, str] | None = None
        self._thread = threading.Thread(target=self._run, name=f"ledger {origin}", daemon=True)
        self._thread.start()

    def append(self, entry: bytes) -> Future[int]:
        """Queue an entry; the future gives its leaf index once it is durable and covered by a signed checkpoint.

        The future fails with StoreFull where there is no room now, and with StoreFailed where the entry is over 65,535 bytes, the
        ledger is closed, or the disk failed. It cannot be cancelled: what was decided is recorded, whoever still waits for it.
        """
        future: Future[int] = Future()
        future.set_running_or_notify_cancel()
        if len(entry) > MAX_ENTRY:
            future.set_exception(StoreFailed(f"an entry of {len(entry)} bytes is over the {MAX_ENTRY} that a leaf may hold"))
            return future
        with self._entrance:
            if self._refusal is None:
                self._queue.put((entry, future))
                return future
        future.set_exception(self._refused())
        return future

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
            while self._step():
                pass
        except Exception as error:  # noqa: BLE001  (whatever ends the writer, nobody may wait for it in vain)
            self._give_up(error)
        self._drain()
        with contextlib.suppress(EngineError):
            self._files.tidy()
        self._files.close()

    def _step(self) -> bool:
        """Write one batch, or publish where nothing came for a while; return whether to go on."""
        batch, ended = self._gather()
        if batch and not self._commit(batch):
            return False
        self._keep_up()
        return not ended

    def _gather(self) -> tuple[list[_Waiting], bool]:
        """Return what waits, as soon as anything does, and whether the end was asked for."""
        batch: list[_Waiting] = []
        with contextlib.suppress(queue.Empty):
            item = self._queue.get(timeout=PUBLISH_SECONDS if self._due is not None else None)
            while item is not None:
                batch.append(item)
                if len(batch) == MAX_BATCH:
                    return batch, False
                item = self._queue.get_nowait()
            return batch, True
        return batch, False

    def _commit(self, batch: list[_Waiting]) -> bool:
        """Write a batch and tell who waits; return False where nothing may be written any more."""
        try:
            index = self._files.commit([entry for entry, _ in batch])
        except StoreFull as full:
            for _, future in batch:
                future.set_exception(StoreFull(full.detail, remedy=full.remedy))
            return True
        except Exception as error:  # noqa: BLE001  (whatever it was, nothing of this batch may be taken for recorded)
            self._give_up(error)
            for _, future in batch:
                future.set_exception(self._refused())
            return False
        for place, (_, future) in enumerate(batch, index):
            future.set_result(place)
        return True

    def _keep_up(self) -> None:
        """Seal and publish what is due; where there is no room for it now, a later step tries again."""
        now = self._clock.monotonic()
        if self._due is None and not self._files.is_published:
            self._due = now + PUBLISH_SECONDS
        with contextlib.suppress(EngineError):
            if self._due is not None and now >= self._due:
                self._due = now + PUBLISH_SECONDS
                self._files.tidy()
                self._due = None
            elif self._files.log.size - self._files.log.first >= WIDTH:
                self._files.seal()

    def _give_up(self, error: Exception) -> None:
        known = error if isinstance(error, FreeholdError) else None
        detail = known.detail if known else "the ledger cannot be written"
        with self._entrance:
            self._refusal = (detail, (known and known.remedy) or "check the disk, then start the node again")

    def _drain(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                item = self._queue.get_nowait()
                if item is not None:
                    item[1].set_exception(self._refused())

    def _refused(self) -> StoreFailed:
        detail, remedy = self._refusal or ("the ledger cannot be written", "start the node again")
        return StoreFailed(detail, remedy=remedy)
