"""A ledger's folder, or a copy of it, opened for reading alone: no lock, no private key, nothing written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from freehold.errors import SettingInvalid
from freehold.ledger.note import Verifier, read_verifier
from freehold.model.event import Checkpoint
from freehold.stores.ledger.disk import read_if_there
from freehold.stores.ledger.recover import check_log, read_checkpoints, read_newest, read_notes, rebuild


def read_key(path: Path) -> Verifier:
    """Return the key in a verifier key file.

    Raises:
        SettingInvalid: There is no such file.
        ProofInvalid: It holds no Ed25519 verifier key.
    """
    text = read_if_there(path)
    if text is None:
        raise SettingInvalid(f"there is no key file `{path}`", remedy="give the verifier key of the node with `--key FILE`")
    return read_verifier(text.decode(errors="replace"))


class ReadLedger:
    """A ledger as its folder stands now. `checkpoint` is the newest one; its signature is not checked here (see `examine`)."""

    def __init__(self, folder: Path) -> None:
        """Read the ledger in `folder`.

        Raises:
            SettingInvalid: There is no ledger.
            CheckpointMismatch: It does not hold what its checkpoints say.
        """
        notes = read_notes(folder)
        if not notes:
            raise SettingInvalid(f"there is no ledger in `{folder}`", remedy="give the folder with `--ledger FOLDER`")
        checkpoints = read_checkpoints(notes)
        self._log = rebuild(folder, *read_newest(folder))
        check_log(self._log, checkpoints)
        self.checkpoint: Checkpoint = max(checkpoints, key=lambda item: item.size)

    @property
    def size(self) -> int:
        """How many entries the newest checkpoint covers."""
        return self.checkpoint.size

    def entry(self, index: int) -> bytes:
        """Return an entry; see the ledger's port."""
        return self._log.entry(index)

    def entries(self, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        """Yield (index, entry) for start ≤ index < stop, as far as the newest checkpoint goes."""
        return self._log.entries(start, min(stop, self.size))

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        """Return the inclusion proof of a leaf under the newest checkpoint."""
        return self._log.inclusion(index, self.size)
