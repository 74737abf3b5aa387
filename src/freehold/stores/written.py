"""Files that are written for people into a folder of theirs, and again: what somebody changed by hand is never written over."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from freehold.digest import digest_bytes
from freehold.errors import AlreadyExists, StoreFailed, StoreFull
from freehold.stores.sqlite import is_full

MARK = ".freehold-written.json"
"""Beside the files: the digest of each as it was written."""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A file, and what became of it: `new`, `changed` or `same`."""

    path: str
    did: str


def write_folder(folder: Path, files: Mapping[str, str]) -> tuple[Written, ...]:
    """Write files, by path relative to `folder`, whole or none; files there that were written so before are replaced.

    Raises:
        AlreadyExists: A file is there that was not written so, or was changed since; nothing was written.
        StoreFull, StoreFailed: They could not be written.
    """
    try:
        before = _marks(folder)
        there = {path: (folder / path).read_bytes() for path in files if (folder / path).exists()}
        for path, content in there.items():
            if content != files[path].encode() and before.get(path) != digest_bytes(content):
                remedy = "choose another folder with `--to`, or move that file away"
                raise AlreadyExists(f"`{folder / path}` was not written by this command, or was changed since", remedy=remedy)
        for path, text in files.items():
            _replace(folder / path, text.encode())
        marks = {**before, **{path: digest_bytes(text.encode()) for path, text in files.items()}}
        _replace(folder / MARK, msgspec.json.format(msgspec.json.encode(marks, order="sorted"), indent=2) + b"\n")
    except (OSError, msgspec.DecodeError) as error:
        if is_full(error):
            raise StoreFull(f"there is no room to write into `{folder}`", remedy="free some space and try again") from error
        raise StoreFailed(f"`{folder}` cannot be written", remedy="check its permissions, or choose another folder") from error
    return tuple(Written(path=path, did=_did(there.get(path), text)) for path, text in files.items())


def _did(before: bytes | None, text: str) -> str:
    return "new" if before is None else "same" if before == text.encode() else "changed"


def _marks(folder: Path) -> dict[str, str]:
    with contextlib.suppress(FileNotFoundError):
        return msgspec.json.decode((folder / MARK).read_bytes(), type=dict[str, str])
    return {}


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_bytes(content)
    draft.replace(path)
