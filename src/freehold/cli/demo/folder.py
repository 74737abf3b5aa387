"""The demo's folders: the mesh as people edit it, where West Europe's node runs, and in it a folder for each other node.

The nodes share nothing but the manifests and the development issuer: each has its own data, keys and ledger.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

import msgspec

from freehold.cli.demo.data import CUSTOMERS, REQUESTS, SALES, write_customers, write_requests, write_sales
from freehold.cli.terminal import console, say
from freehold.errors import AlreadyExists, SettingInvalid, StoreFailed
from freehold.model.mesh import Mesh
from freehold.model.place import Mode
from freehold.wiring.clock import SystemClock
from freehold.wiring.folder import apply_folder, check_folder, plan_checked
from freehold.wiring.identity import open_development_issuer
from freehold.wiring.keys import read_key
from freehold.wiring.settings import Settings

WEST, NORTH, EAST = "westeurope", "northeurope", "eastus"
OTHERS = Path(".nodes")
CUSTOMER_FILE = Path("data/customer/customer_360.parquet")
SALES_FILE = Path("data/sales/sales_analytics.parquet")
REQUESTS_FILE = Path("data/customer/service_requests.parquet")
_MANIFESTS = ("mesh.yaml", "governance.yaml", "platform.yaml", "domains")


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where one node of the demo is: its region, its folder, and the port that it will listen on."""

    region: str
    folder: Path
    port: int

    @property
    def node(self) -> str:
        """The node's name in mesh.yaml."""
        return f"contoso-{self.region}"

    @property
    def url(self) -> str:
        """The address at which the other nodes find it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> Settings:
        """The settings of this node alone."""
        return Settings(folder=self.folder, region=self.region, mode=Mode.DEVELOPMENT)


@contextmanager
def open_folder(wanted: Path | None) -> Generator[Path]:
    """Give the folder of the demo: the one wanted, which stays, or a temporary one.

    Raises:
        AlreadyExists: Something else is in the folder.
        StoreFailed: The folder cannot be made.
    """
    if wanted is None:
        with tempfile.TemporaryDirectory(prefix="freehold-demo-", ignore_cleanup_errors=True) as made:
            yield Path(made)
        return
    try:
        wanted.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreFailed(f"`{wanted}` cannot be made", remedy="choose another folder with `--folder`") from error
    if any(wanted.iterdir()) and not _is_demo(wanted):
        raise AlreadyExists(f"`{wanted}` holds something else", remedy="choose an empty folder with `--folder`")
    yield wanted.resolve()


def make_mesh(folder: Path, ports: Sequence[int]) -> tuple[Place, ...]:
    """Copy the manifests, make the data where it is missing, and apply for each node; return the places of the nodes, West first.

    Raises:
        StoreFailed: Something cannot be written.
        MeshInvalid, SettingInvalid: Somebody has edited the manifests in `folder` into errors.
    """
    folders = {WEST: folder, **{region: folder / OTHERS / region for region in (NORTH, EAST)}}
    places = tuple(Place(region=region, folder=at, port=port) for (region, at), port in zip(folders.items(), ports, strict=True))
    try:
        _copy_manifests(folder)
        _make_data(folder, folders[NORTH])
        _introduce(places)
    except OSError as error:
        raise StoreFailed(f"`{folder}` cannot be written", remedy="free some space, or choose another `--folder`") from error
    mesh, *_ = [_apply(place) for place in places]
    nodes = ", ".join(place.region for place in places)
    say(f"✓ {mesh.name}: {len(mesh.domains)} domains and {len(mesh.products)} products in force in {nodes}; {folder}", "bold")
    return places


def _is_demo(folder: Path) -> bool:
    return (folder / "mesh.yaml").is_file() and "name: contoso" in (folder / "mesh.yaml").read_text()


def _copy_manifests(folder: Path) -> None:
    if _is_demo(folder):
        return
    with as_file(files("freehold.cli.demo") / "mesh") as manifests:
        shutil.copytree(manifests, folder, dirs_exist_ok=True)


def _make_data(west: Path, north: Path) -> None:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    if all(path.exists() for path in (west / CUSTOMER_FILE, west / SALES_FILE, north / REQUESTS_FILE)):
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console()) as progress:
        task = progress.add_task("Making customers, sales and service requests", total=CUSTOMERS + SALES + REQUESTS)
        progress.advance(task, write_customers(west / CUSTOMER_FILE))
        progress.advance(task, write_requests(north / REQUESTS_FILE))
        unfinished = (west / SALES_FILE).with_suffix(".part")
        for rows in write_sales(unfinished):
            progress.advance(task, rows)
        unfinished.replace(west / SALES_FILE)


def _introduce(places: Sequence[Place]) -> None:
    """Let each node know the others: their addresses and keys in mesh.yaml, a copy of the manifests, and one issuer of tokens."""
    first, *others = places
    for place in others:
        _copy_to(first.folder, place.folder)
    written = first.folder / "mesh.yaml"
    text = before = written.read_text()
    for place in places:
        text = _named(text, place)
    if text != before:
        written.write_text(text)
    open_development_issuer(first.settings, SystemClock())
    for place in others:
        shutil.copy(written, place.folder)
        shutil.copytree(first.settings.development_keys, place.settings.development_keys, dirs_exist_ok=True)


def _copy_to(source: Path, target: Path) -> None:
    """Copy the manifests as they are now, in place of the copy of an earlier run."""
    target.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(target / "domains", ignore_errors=True)
    for name in _MANIFESTS:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)
        elif (source / name).is_file():
            shutil.copy(source / name, target)


def _named(text: str, place: Place) -> str:
    """Return mesh.yaml with the address and the key of a node in it."""
    key = read_key(place.settings).public_key
    line = rf'(name: {place.node}, region: {place.region}, url: ")[^"]*"(?:, publicKey: "[^"]*")?'
    found, count = re.subn(line, rf'\g<1>{place.url}", publicKey: "{key}"', text)
    if count != 1:
        raise SettingInvalid(
            f"mesh.yaml no longer names the node `{place.node}` as the demo wrote it",
            remedy="put its line back as it was, or start anew in an empty folder",
        )
    return found


def _apply(place: Place) -> Mesh:
    planned = plan_checked(place.settings, check_folder(place.settings))
    if not planned.is_empty:
        apply_folder(place.settings, planned)
    return planned.mesh
