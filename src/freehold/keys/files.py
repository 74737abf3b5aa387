"""Secrets in files that only their owner may read, and what is public beside them: written whole under their names."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from freehold.errors import SettingInvalid


def read_private(path: Path) -> bytes:
    """Return what a file holds.

    Raises:
        SettingInvalid: Others than its owner may read it.
    """
    if path.stat().st_mode & 0o077:
        raise SettingInvalid(f"`{path}` may be read by others than its owner", remedy=f"run `chmod 600 {path}`")
    return path.read_bytes()


def create_private(path: Path, content: bytes) -> None:
    """Write a file whole under its name, or leave the one that another process put there first."""
    draft = _draft(path, content)
    try:
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    _sync(path.parent)


def replace_private(path: Path, content: bytes) -> None:
    """Write a file whole under its name, in place of the one that is there."""
    _draft(path, content).replace(path)
    _sync(path.parent)


def replace_public(path: Path, content: bytes) -> None:
    """Write a file that anybody may read whole under its name, in place of the one that is there."""
    _draft(path, content, 0o644).replace(path)
    _sync(path.parent)


def _draft(path: Path, content: bytes, mode: int = 0o600) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        draft.unlink()
        raise
    return draft


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
