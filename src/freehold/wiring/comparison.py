"""The two sides of a comparison, each a file, a folder or a revision of git, as meshes."""

from __future__ import annotations

from pathlib import Path

from freehold.errors import MeshNotFound, SettingInvalid
from freehold.model.mesh import Mesh
from freehold.services.versions import ProductDifference, compare, mesh_of, mesh_of_document, only_products
from freehold.stores.files import FolderFiles
from freehold.stores.git import is_revision, read_revision
from freehold.stores.published import PublishedSchemas
from freehold.wiring.clock import SystemClock
from freehold.wiring.exchange import file_bytes
from freehold.wiring.settings import find_folder


def differences(old: str, new: str | None, mesh: Path | None) -> tuple[ProductDifference, ...]:
    """Return what became of the products of `old` in `new` (None: the mesh's folder as it stands).

    Raises:
        SettingInvalid: A side is neither a file, a folder with a mesh, nor a revision.
        MeshNotFound, MeshInvalid, DocumentInvalid, SourceUnreadable, StoreFailed: A side cannot be read.
    """
    sides = _side(old, mesh), _side(new, mesh) if new is not None else mesh_of(FolderFiles(find_folder(mesh)).read())
    files = [name is not None and Path(name).is_file() for name in (old, new)]
    before, after = only_products(*sides) if all(files) else sides
    return compare(before, after, SystemClock().now().date().isoformat())


def _side(name: str, mesh: Path | None) -> Mesh:
    path = Path(name)
    if path.is_file():
        return mesh_of_document(path.name, file_bytes(path), PublishedSchemas())
    if path.is_dir():
        return mesh_of(FolderFiles(path).read())
    try:
        folder = find_folder(mesh)
    except MeshNotFound:
        folder = None
    if folder is not None and is_revision(folder, name):
        return mesh_of(read_revision(folder, name))
    raise SettingInvalid(
        f"`{name}` is no file, no folder and no revision of git",
        remedy="name a manifest, an ODCS file, a mesh's folder or a commit",
    )
