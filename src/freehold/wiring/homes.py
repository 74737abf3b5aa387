"""Which node of a mesh is meant, where its data is, and where what is in force is kept: known before anything heavy is opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from freehold.errors import SettingInvalid
from freehold.model import place
from freehold.model.container import Container, is_address, read_container
from freehold.model.mesh import Mesh
from freehold.names import nearest
from freehold.wiring.settings import Settings

if TYPE_CHECKING:
    from freehold.stores.registry import SqliteRegistry


def choose_node(mesh: Mesh, region: str | None) -> place.Node:
    """Return the node of the mesh that serves `region`, or its only node where no region is given.

    Raises:
        SettingInvalid: The mesh has no such node, or several and none was chosen.
    """
    by_region = {node.region: node for node in mesh.nodes.values()}
    if region is None and len(by_region) == 1:
        return next(iter(by_region.values()))
    if region in by_region:
        return by_region[region]
    known = ", ".join(by_region) or "none"
    if region is None:
        raise SettingInvalid(f"mesh.yaml has {len(by_region)} nodes: {known}", remedy="choose one with `--region REGION`")
    close = nearest(region, by_region)
    raise SettingInvalid(
        f"mesh.yaml has no node in `{region}`; its nodes are in: {known}",
        remedy=f"did you mean `{close}`?" if close else "add it under `nodes:` in mesh.yaml, then run `freehold apply`",
    )


def open_registry(settings: Settings) -> SqliteRegistry:
    """Return the registry of a mesh folder, made where it is missing."""
    from freehold.stores.registry import SqliteRegistry

    return SqliteRegistry(settings.registry_file)


def container_of(node: place.Node | None) -> Container | None:
    """Return the container that a node's sources are relative to, or None where that is a folder.

    Raises:
        SettingInvalid: It is an address of no container.
    """
    if node is None or node.data is None or not is_address(node.data):
        return None
    container = read_container(node.data)
    if container is None:
        raise SettingInvalid(f"the data of `{node.name}` is at an address of no container", remedy="run `freehold check`")
    return container


def data_folder(settings: Settings, node: place.Node | None) -> Path:
    """Return the folder that a node's sources are relative to: `data` of its block in `mesh.yaml`, by default `data`.

    For a node whose data is in a container it is the folder of what is made locally.
    """
    named = node.data if node is not None and node.data is not None and not is_address(node.data) else None
    return settings.folder / (named or "data")
