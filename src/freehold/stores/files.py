"""A folder as a mesh's manifest files: read whole, nothing followed out of it, nothing ever overwritten."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from freehold.errors import AlreadyExists, MeshNotFound, SettingInvalid, StoreFailed, StoreFull

TEMPLATES = "templates"
_YAML = (".yaml", ".yml")
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class FolderFiles:
    """A `ports.Files` over a folder; hidden folders and files, and the mesh's own `templates/`, are no manifests."""

    def __init__(self, folder: Path) -> None:
        """Look at `folder` only when asked."""
        self._folder = folder

    def read(self) -> Mapping[str, bytes]:
        """Return every manifest file and its bytes, by relative path with `/`.

        Raises:
            MeshNotFound: The folder has no `mesh.yaml`.
            StoreFailed: A file cannot be read, or a symbolic link leaves the folder.
        """
        if not (self._folder / "mesh.yaml").is_file():
            raise MeshNotFound(f"`{self._folder}` has no `mesh.yaml`", remedy="run `freehold init` to start a mesh here")
        root = os.path.realpath(self._folder)
        return {path: self._bytes(root, path) for path in sorted(_walk(root))}

    def read_template(self, name: str) -> str | None:
        """Return the text of a template of the mesh, or None where there is none.

        Raises:
            StoreFailed: It cannot be read, is not UTF-8, or is a symbolic link that leaves the folder.
        """
        for path in (f"{TEMPLATES}/{name}{ending}" for ending in _YAML):
            if name in self.templates() and (self._folder / path).is_file():
                try:
                    return self._bytes(os.path.realpath(self._folder), path).decode("utf-8")
                except UnicodeDecodeError as error:
                    raise StoreFailed(f"`{path}` is not UTF-8", remedy="save it as UTF-8") from error
        return None

    def templates(self) -> tuple[str, ...]:
        """Return the names of the mesh's templates, in order."""
        folder = self._folder / TEMPLATES
        return tuple(sorted({path.stem for path in folder.glob("*") if path.suffix in _YAML and path.is_file()}))

    def write_new(self, path: str, text: str) -> None:
        """Write a new file whole: either all of it is there afterwards, or none.

        Raises:
            AlreadyExists: The file is there; it was not touched.
            SettingInvalid: The path leaves the folder.
            StoreFull, StoreFailed: It could not be written.
        """
        target = self._folder / path
        self._check_inside(target, path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            _write(target, text.encode("utf-8"))
        except FileExistsError as error:
            raise AlreadyExists(f"`{path}` exists already", remedy="choose another name, or remove the file first") from error
        except OSError as error:
            if error.errno in FULL:
                raise StoreFull(f"there is no room to write `{path}`", remedy="free some space and try again") from error
            raise StoreFailed(f"`{path}` cannot be written", remedy="check the permissions of the folder") from error

    def _check_inside(self, target: Path, path: str) -> None:
        root, real = os.path.realpath(self._folder), os.path.realpath(target)
        if os.path.commonpath([root, real]) != root or real == root:
            raise SettingInvalid(f"`{path}` is not inside the mesh's folder", remedy="choose a path inside the mesh")

    def _bytes(self, root: str, path: str) -> bytes:
        whole = os.path.join(root, path)  # noqa: PTH118  (ten thousand files: strings are several times as fast as paths)
        if os.path.islink(whole) and os.path.commonpath([root, os.path.realpath(whole)]) != root:  # noqa: PTH114
            raise StoreFailed(f"`{path}` is a link that leaves the mesh's folder", remedy="put the file itself there")
        try:
            with open(whole, "rb") as file:  # noqa: PTH123
                return file.read()
        except OSError as error:
            raise StoreFailed(f"`{path}` cannot be read", remedy="check that it exists and may be read") from error


def _walk(root: str, below: str = "") -> Iterator[str]:
    """Yield the manifest files below a folder; links to folders are not followed."""
    try:
        with os.scandir(f"{root}/{below}") as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise StoreFailed(f"the folder `{below or '.'}` cannot be read", remedy="check its permissions") from error
    for entry in found:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if below or entry.name != TEMPLATES:
                yield from _walk(root, f"{below}{entry.name}/")
        elif entry.name.endswith(_YAML):
            yield f"{below}{entry.name}"


def _write(target: Path, content: bytes) -> None:
    """Write beside the target and link into place, so that a name is never seen half written and never taken over."""
    handle, temporary = tempfile.mkstemp(prefix=".new-", dir=target.parent)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)  # noqa: PTH101
        os.link(temporary, target)
    finally:
        os.unlink(temporary)  # noqa: PTH108
