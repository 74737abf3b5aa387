"""What is in force, in one SQLite file: every version of the mesh, approvals, and the erasable names of callers.

Each change is one durable transaction (WAL, synchronous FULL), whole or not at all. A stamp in a mapped file beside it lets every
request see, without a query, whether anything changed: the stamp is odd while a change is under way, and the file decides then.
"""

from __future__ import annotations

import contextlib
import fcntl
import mmap
import os
import sqlite3
import threading
from collections.abc import Generator
from pathlib import Path

import msgspec

from freehold.errors import EngineError, PlanStale, StoreFailed, StoreFull
from freehold.model.contract import Approval
from freehold.model.detection import Review, Scan
from freehold.model.mesh import Applied
from freehold.model.request import AccessRequest
from freehold.stores.sqlite import is_full, transaction

SCHEMA_VERSION = 1
STAMP_BYTES = 8
_SCHEMA = """
create table if not exists meta (name text primary key, value integer not null) without rowid;
create table if not exists version (
    version integer primary key, digest text not null, applied_at text not null, applied blob not null);
create table if not exists approval (id integer primary key, approval blob not null);
create table if not exists scan (
    id integer primary key, product text not null, version text not null, scan blob not null, unique (product, version));
create table if not exists review (id integer primary key, review blob not null);
create table if not exists request (id integer primary key, name text not null unique, request blob not null);
create table if not exists caller (pseudonym text primary key, name text) without rowid;
insert or ignore into meta values ('schema', 1), ('changes', 0);
"""


class SqliteRegistry:
    """The registry of one mesh folder. All methods may be called from any thread, and from several processes at once."""

    def __init__(self, path: Path) -> None:
        """Open the registry file at `path`, made where it is missing.

        Raises:
            StoreFull, StoreFailed: It cannot be made or opened, is no registry, or was written by a newer Freehold.
        """
        self._path = path
        self._lock = threading.RLock()
        self._known: set[str] = set()
        self._closed = False
        with self._guarded("opened"):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
            self._prepare()
            self._held = _stamp_file(path.with_name(path.name + ".stamp"))
            self._stamp = memoryview(mmap.mmap(self._held, STAMP_BYTES)).cast("Q")
            with self._settling():
                pass

    def stamp(self) -> int:
        """Return a number that changes with every apply and approval, here or in another process: one read of mapped memory."""
        value = self._stamp[0]
        if not value & 1:
            return value
        with self._guarded("read"):
            return 2 * self._changes()

    def current(self) -> Applied | None:
        """Return the mesh in force, or None before the first apply."""
        with self._guarded("read"):
            row = self._database.execute("select applied from version order by version desc limit 1").fetchone()
        return None if row is None else msgspec.json.decode(row[0], type=Applied)

    def apply(self, applied: Applied) -> None:
        """Put a mesh in force, whole or not at all.

        Raises:
            PlanStale: `applied.version` is not the current version plus one: another apply came first.
            StoreFull, StoreFailed: It could not be written; the mesh in force before is intact.
        """
        content = msgspec.json.encode(applied)
        with self._guarded("written"), self._change():
            (version,) = self._database.execute("select coalesce(max(version), 0) from version").fetchone()
            if applied.version != version + 1:
                raise PlanStale(
                    f"version `{applied.version}` was planned, and version `{version}` is in force",
                    remedy="run `freehold plan` again and look at what has changed",
                )
            row = (applied.version, applied.digest, applied.applied_at, content)
            self._database.execute("insert into version values (?, ?, ?, ?)", row)

    def history(self) -> tuple[tuple[int, str, str], ...]:
        """Return (version, digest, applied_at) of every mesh that was in force, oldest first."""
        with self._guarded("read"):
            return tuple(self._database.execute("select version, digest, applied_at from version order by version").fetchall())

    def approvals(self) -> tuple[Approval, ...]:
        """Return every approval, oldest first."""
        with self._guarded("read"):
            rows = self._database.execute("select approval from approval order by id").fetchall()
        return tuple(msgspec.json.decode(row[0], type=Approval) for row in rows)

    def approve(self, approval: Approval) -> None:
        """Remember an approval.

        Raises:
            StoreFull, StoreFailed: It could not be written.
        """
        with self._guarded("written"), self._change():
            self._database.execute("insert into approval (approval) values (?)", (msgspec.json.encode(approval),))

    def scans(self) -> tuple[Scan, ...]:
        """Return the newest scan of each product."""
        with self._guarded("read"):
            rows = self._database.execute("select scan from scan order by id").fetchall()
        held = (msgspec.json.decode(row[0], type=Scan) for row in rows)
        return tuple({item.product: item for item in held}.values())

    def remember_scan(self, scan: Scan) -> None:
        """Remember a scan; one of the same version of the data takes the place of the one before.

        Raises:
            StoreFull, StoreFailed: It could not be written.
        """
        row = (scan.product, scan.version, msgspec.json.encode(scan))
        with self._guarded("written"), self._change():
            self._database.execute("insert or replace into scan (product, version, scan) values (?, ?, ?)", row)

    def reviews(self) -> tuple[Review, ...]:
        """Return every review of a finding, oldest first."""
        with self._guarded("read"):
            rows = self._database.execute("select review from review order by id").fetchall()
        return tuple(msgspec.json.decode(row[0], type=Review) for row in rows)

    def review(self, review: Review) -> None:
        """Remember a review.

        Raises:
            StoreFull, StoreFailed: It could not be written.
        """
        with self._guarded("written"), self._change():
            self._database.execute("insert into review (review) values (?)", (msgspec.json.encode(review),))

    def requests(self) -> tuple[AccessRequest, ...]:
        """Return every request for access as it stands, oldest first. They are no part of what is in force: the stamp stays."""
        with self._guarded("read"):
            rows = self._database.execute("select request from request order by id").fetchall()
        return tuple(msgspec.json.decode(row[0], type=AccessRequest) for row in rows)

    def remember_request(self, request: AccessRequest) -> None:
        """Remember a request for access, in place of the one of the same name.

        Raises:
            StoreFull, StoreFailed: It could not be written.
        """
        statement = "insert into request (name, request) values (?, ?) on conflict (name) do update set request = excluded.request"
        with self._guarded("written"), transaction(self._database):
            self._database.execute(statement, (request.id, msgspec.json.encode(request)))

    def remember_caller(self, pseudonym: str, name: str) -> None:
        """Remember whose pseudonym this is; a no-op where it is known, and where it was erased."""
        if pseudonym in self._known:
            return
        with self._guarded("written"), transaction(self._database):
            self._database.execute("insert or ignore into caller values (?, ?)", (pseudonym, name))
        self._known.add(pseudonym)

    def caller(self, pseudonym: str) -> str | None:
        """Return the caller's name, or None where it was erased or never known."""
        with self._guarded("read"):
            row = self._database.execute("select name from caller where pseudonym = ?", (pseudonym,)).fetchone()
        return None if row is None else row[0]

    def erase_caller(self, pseudonym: str) -> None:
        """Forget the caller's name for good: its bytes are overwritten in the file, and it is not remembered again."""
        with self._guarded("written"):
            with transaction(self._database):
                self._database.execute("insert into caller values (?, null) on conflict do update set name = null", (pseudonym,))
            self._database.execute("pragma wal_checkpoint(truncate)").fetchall()

    def close(self) -> None:
        """Close the file; harmless when it is closed already."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._database.close()
                os.close(self._held)

    def _prepare(self) -> None:
        for pragma in ("journal_mode = wal", "synchronous = full", "secure_delete = on"):
            self._database.execute(f"pragma {pragma}").fetchall()
        with transaction(self._database):
            for statement in _SCHEMA.split(";\n"):
                self._database.execute(statement)
            (found,) = self._database.execute("select value from meta where name = 'schema'").fetchone()
        if found > SCHEMA_VERSION:
            self._database.close()
            raise StoreFailed(
                f"`{self._path}` has schema `{found}`, this Freehold knows up to `{SCHEMA_VERSION}`",
                remedy="use the Freehold version that wrote it, or a newer one",
            )

    def _changes(self) -> int:
        return self._database.execute("select value from meta where name = 'changes'").fetchone()[0]

    @contextlib.contextmanager
    def _change(self) -> Generator[None]:
        """Run a transaction that moves the stamp. INVARIANT: whoever is killed inside leaves the stamp odd, or even and true."""
        with self._settling(), transaction(self._database):
            self._stamp[0] = 2 * self._changes() + 1
            yield
            self._database.execute("update meta set value = value + 1 where name = 'changes'")

    @contextlib.contextmanager
    def _settling(self) -> Generator[None]:
        """Hold the stamp against other processes, and leave it as the file says."""
        fcntl.flock(self._held, fcntl.LOCK_EX)
        try:
            yield
        finally:
            self._stamp[0] = 2 * self._changes()
            fcntl.flock(self._held, fcntl.LOCK_UN)

    @contextlib.contextmanager
    def _guarded(self, what: str) -> Generator[None]:
        """Hold the lock, and turn what SQLite or the system says into an error of ours."""
        with self._lock:
            try:
                yield
            except (sqlite3.Error, OSError, msgspec.DecodeError) as error:
                raise _error(error, self._path, what) from error


def _stamp_file(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    if os.fstat(descriptor).st_size < STAMP_BYTES:
        os.posix_fallocate(descriptor, 0, STAMP_BYTES)
    return descriptor


def _error(error: Exception, path: Path, what: str) -> EngineError:
    name = getattr(error, "sqlite_errorname", "")
    if is_full(error):
        return StoreFull(f"`{path}` could not be {what}: the disk is full", remedy="make room, then try again; nothing was changed")
    if name == "SQLITE_BUSY":
        return StoreFailed(f"`{path}` is held by another process", remedy="try again in a moment")
    if name in {"SQLITE_NOTADB", "SQLITE_CORRUPT"} or isinstance(error, msgspec.DecodeError):
        return StoreFailed(f"`{path}` is damaged or no registry", remedy="restore it from a backup")
    return StoreFailed(f"`{path}` could not be {what}", remedy="check that the file exists and that this user may write it")
