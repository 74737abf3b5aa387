"""What was counted in files before: a file that has not changed is not counted again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Counts(Protocol):
    """A memory that may forget. All methods may be called from any thread, and from several processes at once."""

    def find(self, state: str) -> Mapping[str, float | None]:
        """Return what is known of one state of a file or of several (by a digest), by the digest of what was counted.

        Raises:
            StoreFailed: The memory cannot be read.
        """
        ...

    def keep(self, state: str, found: Mapping[str, float | None]) -> None:
        """Remember counts of one state, beside those known before.

        Raises:
            StoreFull, StoreFailed: They could not be written.
        """
        ...
