"""Blobs as they were listed: what names a version of each, and nothing else of it."""

from __future__ import annotations

from typing import Any

import msgspec


class Blob(msgspec.Struct, frozen=True):
    """A blob as it was listed: its name, entity tag, size in bytes, and time of change in seconds since 1970 (UTC)."""

    name: str
    etag: str
    size: int
    modified: float


class Page(msgspec.Struct, frozen=True):
    """Some of the blobs, and where the next page begins (`""`: this is the last)."""

    blobs: tuple[Blob, ...]
    following: str


def is_folder(found: Any) -> bool:
    """Return whether a `BlobProperties` is a folder, which an account with a hierarchy lists beside the files in them."""
    return any(name.lower() == "hdi_isfolder" and value == "true" for name, value in (found.metadata or {}).items())


def read_blob(found: Any) -> Blob:
    """Return what is held of a `BlobProperties`.

    Raises:
        ValueError, TypeError, AttributeError: It lacks something, or its entity tag would break a header.
    """
    name, etag = found.name, found.etag.strip('"')
    if not name or not etag.isascii() or not etag.isprintable():
        raise ValueError
    return Blob(name, etag, int(found.size), found.last_modified.timestamp())
