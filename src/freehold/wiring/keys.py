"""A node's own key, and the one that mesh.yaml names for it."""

from __future__ import annotations

import msgspec

from freehold.errors import MeshInvalid
from freehold.keys.node import LocalNodeKey, replace_node_key
from freehold.manifest import read
from freehold.model import place
from freehold.model.mesh import Mesh
from freehold.stores.files import FolderFiles
from freehold.wiring.homes import choose_node
from freehold.wiring.settings import Settings


class NamedKey(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A node's public key; `written` is the one that mesh.yaml names, and `named` says whether the two are one."""

    node: str
    region: str
    public_key: str
    written: str | None
    named: bool


def read_key(settings: Settings) -> NamedKey:
    """Return the key of the node of `settings.region`, made where there is none.

    Raises:
        MeshInvalid, SettingInvalid: mesh.yaml cannot be read, or has no such node.
        StoreFailed: The key cannot be read or written.
    """
    node = _written(settings)
    return _named(node, LocalNodeKey(settings.keys_folder(node.name)))


def renew_key(settings: Settings) -> NamedKey:
    """Return a new key of the node of `settings.region`, in place of the one it had.

    Raises:
        MeshInvalid, SettingInvalid, StoreFailed: As `read_key`.
    """
    node = _written(settings)
    return _named(node, replace_node_key(settings.keys_folder(node.name)))


def written_mesh(settings: Settings) -> Mesh:
    """Return the mesh as the manifests say it now, in force or not.

    Raises:
        MeshInvalid: They cannot be read.
    """
    mesh = read(FolderFiles(settings.folder).read()).mesh
    if mesh is None:
        raise MeshInvalid("mesh.yaml cannot be read", remedy="run `freehold check` and mend what it says")
    return mesh


def _written(settings: Settings) -> place.Node:
    return choose_node(written_mesh(settings), settings.region)


def _named(node: place.Node, key: LocalNodeKey) -> NamedKey:
    public = key.public_key()
    return NamedKey(node=node.name, region=node.region, public_key=public, written=node.public_key, named=node.public_key == public)
