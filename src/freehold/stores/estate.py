"""A domain's estate in folders: files and a SQLite database in the node's data folder, the key and the record in its state folder.

Everything is for its owner alone (0700, 0600), as nothing of it is reached from outside in Azure either.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

import msgspec

from freehold.digest import digest, digest_bytes
from freehold.errors import AlreadyExists, StoreFailed, StoreFull
from freehold.model.estate import Found, Made, Piece, PieceKind
from freehold.stores.sqlite import is_full, transaction

_RECORD = "record.json"
_APPLICATION = 0x46484C44
"""What marks a database as one of ours ("FHLD"), in its header."""

_SETTINGS = "create table if not exists freehold_settings (name text primary key, value text not null) without rowid"
_PRIVATE, _FILE = 0o700, 0o600


class FolderEstate:
    """A `ports.Estate`: `data` is the domain's folder in the data folder, `state` its folder in the state folder.

    `write_private` writes a file whole that its owner alone may read, in place of one that is there.
    """

    def __init__(self, data: Path, state: Path, write_private: Callable[[Path, bytes], None]) -> None:
        """Look at the folders only when asked."""
        self._data, self._state, self._write = data, state, write_private

    def place(self, piece: Piece) -> str:
        """Return where a piece lies, or would."""
        return str(self._path(piece))

    def find(self, piece: Piece) -> Found | None:
        """Return a piece as it is now, or None where there is none.

        Raises:
            AlreadyExists: Something else lies where it would.
            StoreFailed: It cannot be read.
        """
        path = self._path(piece)
        if not path.exists() and not path.is_symlink():
            return None
        if path.is_symlink() or path.is_dir() is not (piece.kind is PieceKind.FOLDER):
            raise AlreadyExists(f"`{path}` is no {piece.kind.value} of the domain", remedy="move it elsewhere")
        try:
            return Found(path=str(path), fingerprint=self._fingerprint(piece, path))
        except OSError as error:
            raise StoreFailed(f"`{path}` cannot be read", remedy="check its permissions") from error

    def expected(self, piece: Piece) -> str:
        """Return the fingerprint that a piece has once it is made as it says; of a key, which is random, the beginning."""
        if piece.kind is PieceKind.FOLDER:
            return _mode(_PRIVATE)
        if piece.kind is PieceKind.DATABASE:
            return _mode(_FILE) + digest(piece.settings)
        return _mode(_FILE) + (digest_bytes(piece.settings["text"].encode()) if piece.kind is PieceKind.ENTRY else "")

    def make(self, piece: Piece) -> Found:
        """Make a piece, or put its settings back where it is there; the data in it stays, and so does a key.

        Raises:
            StoreFull, StoreFailed: It could not be written.
        """
        path = self._path(piece)
        try:
            path.parent.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
            if piece.kind is PieceKind.FOLDER:
                path.mkdir(mode=_PRIVATE, exist_ok=True)
                path.chmod(_PRIVATE)
            elif piece.kind is PieceKind.DATABASE:
                _make_database(path, piece.settings)
            elif piece.kind is PieceKind.KEY:
                self._make_key(path)
            else:
                self._write(path, piece.settings["text"].encode())
            return Found(path=str(path), fingerprint=self._fingerprint(piece, path))
        except (OSError, sqlite3.Error) as error:
            raise self._failed(path, error) from error

    def strays(self, known: Iterable[str]) -> tuple[str, ...]:
        """Return the folders beside the domain's own, whose names are `known`, that nobody asked for."""
        if not self._data.is_dir():
            return ()
        names = set(known)
        return tuple(sorted(str(path) for path in self._data.iterdir() if path.is_dir() and path.name not in names))

    def record(self) -> tuple[Made, ...]:
        """Return what was recorded, in the order that it was made.

        Raises:
            StoreFailed: The record cannot be read.
        """
        path = self._state / _RECORD
        try:
            return msgspec.json.decode(path.read_bytes(), type=tuple[Made, ...])
        except FileNotFoundError:
            return ()
        except (OSError, msgspec.DecodeError) as error:
            raise StoreFailed(f"`{path}` cannot be read", remedy="restore it from a backup") from error

    def keep(self, made: Iterable[Made]) -> None:
        """Record all of it, whole or not at all.

        Raises:
            StoreFull, StoreFailed: It could not be written; what was recorded before stays.
        """
        path = self._state / _RECORD
        try:
            path.parent.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
            self._write(path, msgspec.json.format(msgspec.json.encode(list(made)), indent=2) + b"\n")
        except OSError as error:
            raise self._failed(path, error) from error

    def _path(self, piece: Piece) -> Path:
        endings = {PieceKind.FOLDER: "", PieceKind.DATABASE: ".sqlite", PieceKind.KEY: ".secret", PieceKind.ENTRY: ".json"}
        folder = self._data if piece.kind in {PieceKind.FOLDER, PieceKind.DATABASE} else self._state
        return folder / f"{piece.name}{endings[piece.kind]}"

    def _fingerprint(self, piece: Piece, path: Path) -> str:
        mode = _mode(path.stat().st_mode & 0o777)
        if piece.kind is PieceKind.FOLDER:
            return mode
        return mode + (_read_database(path) if piece.kind is PieceKind.DATABASE else digest_bytes(path.read_bytes()))

    def _make_key(self, path: Path) -> None:
        if path.exists():
            path.chmod(_FILE)
        else:
            self._write(path, secrets.token_hex(32).encode() + b"\n")

    def _failed(self, path: Path, error: Exception) -> StoreFull | StoreFailed:
        if is_full(error):
            return StoreFull(f"there is no room to write `{path}`", remedy="free some space and run it again: it goes on there")
        return StoreFailed(f"`{path}` cannot be written", remedy="check the permissions of its folder, and run it again")


def _mode(bits: int) -> str:
    return f"{bits:04o} "


def _make_database(path: Path, settings: dict[str, str]) -> None:
    """Make a database for its owner alone that says its tags, or have it say them again; its other tables stay.

    A new one is made beside its place and put there whole: what a broken run leaves is never taken for somebody else's.
    """
    if path.exists():
        path.chmod(_FILE)
        _set(path, settings)
        return
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FILE))
    _set(draft, settings)
    draft.replace(path)


def _set(path: Path, settings: dict[str, str]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database, transaction(database):
        database.execute(f"pragma application_id = {_APPLICATION}")
        database.execute(_SETTINGS)
        database.execute("delete from freehold_settings")
        database.executemany("insert into freehold_settings values (?, ?)", sorted(settings.items()))


def _read_database(path: Path) -> str:
    """Return the digest of what a database says of itself.

    Raises:
        AlreadyExists: It is none of ours.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            [(application,)] = database.execute("pragma application_id").fetchall()
            if application == _APPLICATION:
                return digest(dict(database.execute("select name, value from freehold_settings").fetchall()))
    except sqlite3.Error:
        pass
    raise AlreadyExists(f"`{path}` is no database of the domain", remedy="move it elsewhere")
