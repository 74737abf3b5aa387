"""The demo's mesh folder: its manifests copied, its data made, all of it applied."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

from freehold.cli.demo.data import CUSTOMERS, SALES, write_customers, write_sales
from freehold.cli.terminal import console, say
from freehold.errors import AlreadyExists, StoreFailed
from freehold.wiring.folder import apply_folder, check_folder, plan_checked
from freehold.wiring.settings import read_settings

CUSTOMER_FILE = Path("data/customer/customer_360.parquet")
SALES_FILE = Path("data/sales/sales_analytics.parquet")


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


def make_mesh(folder: Path) -> None:
    """Copy the manifests, make the data where it is missing, and apply.

    Raises:
        StoreFailed: Something cannot be written.
        MeshInvalid: Somebody has edited the manifests in `folder` into errors.
    """
    try:
        _copy_manifests(folder)
        _make_data(folder)
    except OSError as error:
        raise StoreFailed(f"`{folder}` cannot be written", remedy="free some space, or choose another `--folder`") from error
    _apply(folder)


def _is_demo(folder: Path) -> bool:
    return (folder / "mesh.yaml").is_file() and "name: contoso" in (folder / "mesh.yaml").read_text()


def _copy_manifests(folder: Path) -> None:
    if _is_demo(folder):
        return
    with as_file(files("freehold.cli.demo") / "mesh") as manifests:
        shutil.copytree(manifests, folder, dirs_exist_ok=True)


def _make_data(folder: Path) -> None:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    if (folder / CUSTOMER_FILE).exists() and (folder / SALES_FILE).exists():
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console()) as progress:
        task = progress.add_task("Making customers and sales", total=CUSTOMERS + SALES)
        progress.advance(task, write_customers(folder / CUSTOMER_FILE))
        unfinished = (folder / SALES_FILE).with_suffix(".part")
        for rows in write_sales(unfinished):
            progress.advance(task, rows)
        unfinished.replace(folder / SALES_FILE)


def _apply(folder: Path) -> None:
    settings = read_settings(folder)
    planned = plan_checked(settings, check_folder(settings))
    if not planned.is_empty:
        apply_folder(settings, planned)
    mesh = planned.mesh
    say(f"✓ {mesh.name}: {len(mesh.domains)} domains and {len(mesh.products)} products in force, in {folder}", "bold")
