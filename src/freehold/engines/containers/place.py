"""A container as the place of a node's data: sources are found by listing, and read as far as a question needs them.

Every file is of the version that was listed: what changes meanwhile is `DataChanged`, and asked for anew.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import itertools
import re
import threading
import time
from collections.abc import Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from freehold.engines.containers.copies import Copies, Copy
from freehold.engines.containers.layout import TAIL, Range, footer, merged, needed
from freehold.engines.containers.listing import Blob
from freehold.engines.place import Check, Files, Locks, Wanted, unhurried
from freehold.errors import DataChanged, SourceUnreadable
from freehold.model.product import Source

if TYPE_CHECKING:
    from freehold.engines.containers.service import BlobService

FRESH = 1.0
"""For how many seconds a listing is taken for what is there."""

_WHOLE = 1 << 20
"""A blob of at most so many bytes is fetched whole."""

_PART = 4 << 20
"""The most bytes of one request."""

_NEAR = 1 << 16
"""Ranges that are nearer than this are fetched as one: a request takes longer than the bytes between them."""

_AT_ONCE = 8
_STEP = 0.1
_SET = re.compile(r"[\\^\[\]&~|]")
_KEPT = 1024


class _Found(NamedTuple):
    at: float
    files: Files
    copies: tuple[Copy, ...]


class DataContainer:
    """The sources of one node in a container."""

    at_hand = False

    def __init__(self, service: BlobService, copies: Copies) -> None:
        """Read by `service`, into `copies`; both are closed with this."""
        self._service = service
        self._copies = copies
        self._listing, self._fetching = Locks(), Locks()
        self._found: dict[Source, _Found] = {}
        self._pool = ThreadPoolExecutor(_AT_ONCE, "storage")

    def files(self, source: Source) -> Files:
        """Return the files of a source now; see `engines.place.Place.files`."""
        return self._find(source).files

    def hold(self, source: Source, files: Files, wanted: Wanted, check: Check) -> None:
        """Fetch what is wanted and not here; see `engines.place.Place.hold`."""
        found = self._find(source)
        if found.files.version != files.version:
            raise DataChanged("the data changed before it was read", remedy="ask again")
        with _taken(self._fetching.of(source), check):
            try:
                self._fetch(source, found.copies, wanted, check)
            except DataChanged:
                self._found.pop(source, None)
                raise

    def close(self) -> None:
        """End what is under way, and remove the copies."""
        self._pool.shutdown(cancel_futures=True)
        self._service.close()
        self._copies.close()

    def _find(self, source: Source) -> _Found:
        held = self._found.get(source)
        if held is not None and time.monotonic() - held.at < FRESH:
            return held
        with self._listing.of(source):
            held = self._found.get(source)
            if held is not None and time.monotonic() - held.at < FRESH:
                return held
            return self._list(source, held)

    def _list(self, source: Source, held: _Found | None) -> _Found:
        blobs = tuple(self._matching(source))
        if not blobs:
            _refuse(source, "matches no file" if _has_glob(source.path) else "is not there or cannot be opened")
        container = self._service.container
        copies = tuple(self._copies.of(container.account, container.name, blob) for blob in blobs)
        digest = hashlib.sha256(f"{container.account}\0{container.name}\n".encode())
        for blob in blobs:
            digest.update(f"{blob.name}\0{blob.etag}\0{blob.size}\0{blob.modified}\n".encode())
        paths = tuple(copy.path for copy in copies)
        files = Files(paths, digest.hexdigest()[:32], max(blob.modified for blob in blobs))
        if held is not None and held.files.version != files.version:
            self._copies.replace([copy for copy in held.copies if copy.path not in paths])
        if len(self._found) >= _KEPT:
            self._found.clear()
        found = self._found[source] = _Found(time.monotonic(), files, copies)
        return found

    def _matching(self, source: Source) -> Iterable[Blob]:
        parts = source.path.split("/")
        if source.path.startswith("/") or any(part in {"", ".", ".."} for part in parts):
            _refuse(source, "lies outside the node's data container")
        prefix = self._service.container.prefix
        if not _has_glob(source.path):
            listed = self._service.blobs(prefix + source.path, unhurried)
            return (blob for blob in listed if blob.name == prefix + source.path)
        fixed = fixed_folders(parts)
        matches = glob_pattern(tuple(parts)).fullmatch
        listed = self._service.blobs(prefix + fixed, unhurried)
        return (blob for blob in listed if _is_plain(blob.name) and matches(blob.name.removeprefix(prefix)))

    def _fetch(self, source: Source, copies: tuple[Copy, ...], wanted: Wanted, check: Check) -> None:
        """Fetch the ends of all files first, then what they say is needed."""
        if source.format == "parquet":
            large = [copy for copy in copies if copy.blob.size > _WHOLE]
            self._get([(copy, [(copy.blob.size - TAIL, copy.blob.size)]) for copy in large], check)
            feet = {copy.path: footer(copy.blob.size, copy.tail(TAIL)) for copy in large}
            self._get([(copy, [foot]) for copy in large if (foot := feet[copy.path]) is not None], check)
            ranges = [(copy, self._needed(copy, feet.get(copy.path), wanted)) for copy in copies]
        else:
            ranges = [(copy, [(0, copy.blob.size)]) for copy in copies]
        self._get(ranges, check)

    @staticmethod
    def _needed(copy: Copy, foot: Range | None, wanted: Wanted) -> list[Range]:
        return needed(copy.path, copy.blob.size, wanted) if foot is not None else [(0, copy.blob.size)]

    def _get(self, ranges: list[tuple[Copy, list[Range]]], check: Check) -> None:
        asked = [(copy, part) for copy, wanted in ranges for part in parts_of(copy.missing(wanted))]
        asked += [(copy, (0, 0)) for copy, _ in ranges if copy.blob.size == 0 and not copy.present]
        pending: set[Future[None]] = set()
        try:
            for copy, part in asked:
                pending.add(self._pool.submit(self._copy, copy, part, check))
                if len(pending) >= 2 * _AT_ONCE:
                    pending = _settled(pending, check)
            while pending:
                pending = _settled(pending, check)
        finally:
            for future in pending:
                future.cancel()

    def _copy(self, copy: Copy, part: Range, check: Check) -> None:
        start, end = part
        content = self._service.read(copy.blob, start, end, check) if end > start else b""
        self._copies.write(copy, start, content)


def parts_of(ranges: list[Range]) -> list[Range]:
    """Return ranges as requests: those near each other as one, and none too large.

    >>> parts_of([(0, 10), (50, 60), (1_000_000, 6_000_000)])
    [(0, 60), (1000000, 5194304), (5194304, 6000000)]
    """
    joined = merged((start, end + _NEAR) for start, end in ranges)
    ends = [max(end for _, end in ranges if end <= last) for _, last in joined]
    whole = [(first, end) for (first, _), end in zip(joined, ends, strict=True)]
    return [(at, min(at + _PART, end)) for start, end in whole for at in range(start, end, _PART)]


@contextlib.contextmanager
def _taken(lock: threading.Lock, check: Check) -> Generator[None]:
    """Take a lock as soon as it is free, unless whoever waits gives up."""
    while not lock.acquire(timeout=_STEP):
        check()
    try:
        yield
    finally:
        lock.release()


def _settled(pending: set[Future[None]], check: Check) -> set[Future[None]]:
    done, left = wait(pending, timeout=_STEP, return_when=FIRST_COMPLETED)
    for future in done:
        future.result()
    check()
    return left


def _has_glob(pattern: str) -> bool:
    return any(mark in pattern for mark in "*?[")


def fixed_folders(parts: list[str]) -> str:
    """Return how every name begins that a glob matches: its folders up to the first that is none by name."""
    known = list(itertools.takewhile(lambda part: not _has_glob(part), parts))
    return "".join(f"{part}/" for part in known)


@functools.lru_cache(256)
def glob_pattern(parts: tuple[str, ...]) -> re.Pattern[str]:
    """Return a glob as a regular expression: as in a folder, `*` stays within a name, and `**` goes any number of folders down."""
    *folders, last = parts
    inner = "".join("(?:[^/]+/)*" if part == "**" else f"{_name(part)}/" for part in folders)
    return re.compile(inner + (_name(last) if last != "**" else "(?!)"))


def _name(part: str) -> str:
    """Return a part of a glob as a regular expression: `*`, `?`, and sets in brackets; anything else stands for itself."""
    found = list[str]()
    at = 0
    while at < len(part):
        letter = part[at]
        close = part.find("]", at + 2 + (part[at + 1 : at + 2] == "!")) if letter == "[" else -1
        if letter == "*":
            found.append("[^/]*")
        elif letter == "?":
            found.append("[^/]")
        elif close > 0:
            inside = part[at + 1 : close]
            negated, inside = inside.startswith("!"), inside.removeprefix("!")
            found.append(f"(?!/)[{'^' if negated else ''}{_SET.sub(lambda held: chr(92) + held[0], inside)}]")
            at = close
        else:
            found.append(re.escape(letter))
        at += 1
    return "".join(found)


def _is_plain(name: str) -> bool:
    return not any(part in {"", ".", ".."} for part in name.split("/"))


def _refuse(source: Source, why: str) -> NoReturn:
    raise SourceUnreadable(
        f"the source `{source.path}` {why}",
        remedy="check `source.path` in the product's manifest, and `nodes[].data` in mesh.yaml",
        source=source.path,
    )
