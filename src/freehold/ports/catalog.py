"""Where a node keeps catalogues: what it told others of its own last, and the last of theirs that it believed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The own catalogue as it was told last: for each product its digest, "" where it went, and the version of that change."""

    version: int = 0
    entries: dict[str, tuple[str, int]] = {}


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """Another node's catalogue: the head it signed (`token`) with `key`, the entries, and when it last vouched for them.

    `key` is a public key as manifests write it; `at` is seconds since the epoch by this node's clock.
    """

    node: str
    key: str
    token: str
    at: float
    entries: dict[str, bytes] = {}


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Why the last attempt to hear from a node failed, and when, in seconds since the epoch."""

    node: str
    at: float
    code: str
    detail: str


class CatalogStore(Protocol):
    """The durable memory of catalogues. All methods may be called from any thread, and raise StoreFull or StoreFailed."""

    def told(self) -> Told:
        """Return the own catalogue as it was told last."""
        ...

    def tell(self, version: int, changed: Mapping[str, str]) -> None:
        """Remember a version of the own catalogue and the digests that it changed, "" for a product that went."""
        ...

    def copies(self) -> tuple[Copy, ...]:
        """Return the catalogues of other nodes, by node."""
        ...

    def failures(self) -> tuple[Failure, ...]:
        """Return why nodes could not be heard from, by node; none of a node that was since."""
        ...

    def keep(self, copy: Copy) -> None:
        """Keep a catalogue in place of the one of its node."""
        ...

    def amend(self, copy: Copy, removed: tuple[str, ...]) -> None:
        """Keep a new head and the entries of `copy` beside those that are kept, without those of `removed`."""
        ...

    def confirm(self, copy: Copy) -> None:
        """Keep a new head over the entries that are kept."""
        ...

    def fail(self, failure: Failure) -> None:
        """Remember that a node could not be heard from."""
        ...

    def forget(self, node: str) -> None:
        """Forget all of a node."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...
