"""What a folder holds while a process writes in it: a file that goes meanwhile holds nothing, a folder that goes is passed over."""

from __future__ import annotations

import os
from pathlib import Path


def held(folder: Path) -> dict[Path, bytes]:
    """Return each file below `folder` and its bytes."""
    # Unlike a glob, `walk` is not disturbed by a folder that goes meanwhile.
    return {path: _read(path) for within, _, names in os.walk(folder) for path in (Path(within, name) for name in names)}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
