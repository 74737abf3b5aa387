"""Files that a person names on the command line, read no further than is useful, of whatever kind they are."""

from __future__ import annotations

from pathlib import Path


def bytes_of(path: Path, most: int) -> bytes | None:
    """Return the bytes of a file or a pipe, or None where there are more than `most`.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        held = file.read(most + 1)
    return held if len(held) <= most else None
