"""Where a running node says that it runs, so that the commands beside it find its address."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from freehold.errors import StoreFailed
from freehold.model.place import Mode
from freehold.names import slug
from freehold.wiring.settings import STATE_FOLDER


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """A node that is up: its address, process id and mode, and the PEM file of the authority that it believes."""

    node: str
    region: str
    url: str
    pid: int
    mode: Mode = Mode.PRODUCTION
    authority: str | None = None


def announce(folder: Path, running: Running) -> Path:
    """Write where `running` can be reached, whole or not at all, and return the file.

    Raises:
        StoreFailed: The file cannot be written.
    """
    path = folder / STATE_FOLDER / f"node-{slug(running.region)}.json"
    fresh = path.with_suffix(f".{running.pid}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(msgspec.json.format(msgspec.json.encode(running)))
        fresh.replace(path)
    except OSError as error:
        raise StoreFailed(f"`{path}` cannot be written", remedy="free some space, or mend the folder's permissions") from error
    return path


def withdraw(folder: Path, running: Running) -> None:
    """Take back what `announce` wrote, unless another process has announced itself since."""
    for path in (folder / STATE_FOLDER).glob("node-*.json"):
        if _read(path) == running:
            path.unlink(missing_ok=True)


def find_running(folder: Path, region: str | None = None) -> tuple[Running, ...]:
    """Return the nodes of this mesh folder whose processes are alive, by region."""
    found = (_read(path) for path in sorted((folder / STATE_FOLDER).glob("node-*.json")))
    return tuple(item for item in found if item and region in {None, item.region} and _alive(item.pid))


def _read(path: Path) -> Running | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Running)
    except (OSError, msgspec.DecodeError):
        return None


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
