"""What the operator lists for scans: folders, containers and databases, and none that holds data of the mesh (law 1)."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from freehold.engines.columnar.folder import ListedFolders
from freehold.engines.containers.folder import ListedContainers
from freehold.errors import SettingInvalid
from freehold.model.container import Container
from freehold.model.mesh import Mesh
from freehold.model.place import SqlDatabase
from freehold.ports.scanning import Database, Folders
from freehold.wiring.databases import read_access
from freehold.wiring.homes import container_of, data_folder
from freehold.wiring.settings import Settings, read_storage
from freehold.wiring.storage import open_service

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?")
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")
_AZURE = re.compile(r"([A-Za-z0-9.-]+(?::[0-9]{1,5})?)/([^/;={}]{1,128})")
_REMEDY = "scan products through the gate, at freehold://{}, and list what holds none of their data"


Root = Path | Container
"""Where files are that a scan may look at."""


@dataclass(frozen=True, slots=True)
class Scannable:
    """What is listed, by its name: folders, containers, and databases as written (`duckdb:PATH`, `postgresql:SERVICE`)."""

    roots: Mapping[str, Root]
    databases: Mapping[str, str]


def read_databases(given: Iterable[str]) -> dict[str, str]:
    """Return `NAME=ENGINE:WHERE` options by their names.

    Raises:
        SettingInvalid: One has no name that can be one, or a name comes twice.
    """
    found: dict[str, str] = {}
    for item in given:
        name, equals, text = item.partition("=")
        if not equals or not _NAME.fullmatch(name) or name in found:
            raise SettingInvalid(
                f"`{item[:200]}` is not NAME=ENGINE:WHERE with a name of its own",
                remedy="write it like shop.example=postgresql:SERVICE or stock=duckdb:/srv/stock.duckdb",
            )
        found[name] = text
    return found


def open_databases(settings: Settings, mesh: Mesh, given: Mapping[str, str]) -> dict[str, Database]:
    """Return the listed databases, none of which is asked anything yet.

    Raises:
        SettingInvalid: One is of an engine that is not known, or holds data of the mesh.
    """
    hosts = set(_hosts_of(mesh))
    made: dict[str, Database] = {}
    for name, text in given.items():
        engine, _, where = text.partition(":")
        named = [] if engine == "duckdb" else _HOST.findall(where.casefold())
        if hosts & {name.casefold(), *named}:
            raise SettingInvalid(f"the database `{name}` is where a product of the mesh is", remedy=_REMEDY.format(mesh.name))
        made[name] = _open(settings, mesh, name, engine, where)
    return made


def _open(settings: Settings, mesh: Mesh, name: str, engine: str, where: str) -> Database:
    if engine == "duckdb" and where:
        from freehold.engines.duckdb.listed import DuckDbFile

        path = Path(where).resolve()
        if not path.is_file():
            raise SettingInvalid(f"there is no file `{where}` for the database `{name}`", remedy="name one that is there")
        if any(path.is_relative_to(folder) for folder in _closed(settings, mesh)):
            raise SettingInvalid(f"the database `{name}` holds data of the mesh", remedy=_REMEDY.format(mesh.name))
        return DuckDbFile(name, path)
    if engine == "postgresql" and where:
        from freehold.engines.postgres.listed import PostgresDatabase

        return PostgresDatabase(name, where)
    if engine == "azure-sql" and (place := _AZURE.fullmatch(where)) is not None:
        from freehold.engines.azuresql.listed import AzureSqlDatabase

        return AzureSqlDatabase(SqlDatabase(name=name, server=place[1], database=place[2], region=""), read_access(settings))
    raise SettingInvalid(
        f"the database `{name}` is of no engine that is known",
        remedy="write `duckdb:PATH`, `postgresql:SERVICE` or `azure-sql:SERVER/DATABASE` behind its name",
    )


def check_roots(settings: Settings, mesh: Mesh, roots: Mapping[str, Path]) -> None:
    """Let no scan of files reach the data of products, which is read through the gate alone (law 1).

    Raises:
        SettingInvalid: A folder holds data of the mesh, or lies within it.
    """
    closed = list(_closed(settings, mesh))
    for name, folder in roots.items():
        root = folder.resolve()
        if any(root.is_relative_to(other) or other.is_relative_to(root) for other in closed):
            raise SettingInvalid(
                f"the folder of `{name}` holds data of the mesh, or lies within it",
                remedy=f"scan products through the gate, at freehold://{mesh.name}, and list folders outside of the mesh alone",
            )


def _closed(settings: Settings, mesh: Mesh) -> Iterator[Path]:
    yield settings.folder.resolve()
    yield from (data_folder(settings, node).resolve() for node in mesh.nodes.values())


def _hosts_of(mesh: Mesh) -> Iterator[str]:
    """Yield the hosts that hold products: of their nodes' databases, and those that interfaces and sources name."""
    for node in mesh.nodes.values():
        yield from (database.server.rsplit(":", 1)[0].casefold() for database in node.databases)
    for product in mesh.products.values():
        places = [port.endpoint or "" for port in product.interfaces]
        places += [product.source.path] if product.source is not None else []
        for place in places:
            yield from _HOST.findall(place.casefold())


def folders_of(roots: Mapping[str, Root]) -> dict[str, Path]:
    """Return those of `roots` that are folders."""
    return {name: root for name, root in roots.items() if isinstance(root, Path)}


def accounts_of(roots: Mapping[str, Root]) -> dict[str, dict[str, str]]:
    """Return the containers of `roots` by the addresses of their accounts, each with the address of what is listed of it."""
    found: dict[str, dict[str, str]] = {}
    for name, root in roots.items():
        if isinstance(root, Container):
            for account in root.addresses:
                found.setdefault(account, {})[name] = f"{account}/{root.name}/{root.prefix}".rstrip("/")
    return found


def open_roots(settings: Settings, mesh: Mesh, roots: Mapping[str, Root], stack: contextlib.ExitStack) -> Folders:
    """Return what looks at `roots`; what is opened is closed with `stack`.

    Raises:
        SettingInvalid: A container holds data of the mesh, or an account's address cannot be used.
    """
    containers = {name: root for name, root in roots.items() if isinstance(root, Container)}
    check_containers(mesh, containers)
    services = {name: open_service(settings, container) for name, container in containers.items()}
    for service in services.values():
        stack.callback(service.close)
    return ListedContainers(services, ListedFolders(folders_of(roots)))


def check_containers(mesh: Mesh, roots: Mapping[str, Container]) -> None:
    """Let no scan of blobs reach the data of products, by whatever name of an account.

    Raises:
        SettingInvalid: A container holds data of the mesh.
    """
    closed = [held for node in mesh.nodes.values() if (held := container_of(node)) is not None]
    for name, root in roots.items():
        if any(root.meets(other) or _renamed(root, other).meets(other) for other in closed):
            raise SettingInvalid(
                f"the container of `{name}` holds data of the mesh",
                remedy=f"scan products through the gate, at freehold://{mesh.name}, and list other containers alone",
            )


def _renamed(root: Container, other: Container) -> Container:
    """Return a container as one of the other's account, where both accounts are said to be at one address."""
    ours, theirs = (read_storage(item.account).endpoint or item.endpoint for item in (root, other))
    same = ours.rstrip("/").casefold() == theirs.rstrip("/").casefold()
    return Container(account=other.account, name=root.name, path=root.path) if same else root
