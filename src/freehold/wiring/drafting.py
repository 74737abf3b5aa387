"""The first version of a product's manifest, drafted from the file that holds its data."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from freehold.engines.duckdb import DuckDBEngine
from freehold.errors import SettingInvalid
from freehold.manifest import read
from freehold.model.product import Source
from freehold.services.scaffold import Wanted, Written, draft_product
from freehold.stores.files import FolderFiles
from freehold.wiring.homes import container_of, data_folder
from freehold.wiring.settings import Settings

_FORMATS = {".parquet": "parquet", ".pq": "parquet", ".csv": "csv"}


def draft(settings: Settings, wanted: Wanted, data: Path) -> tuple[Written, int | None]:
    """Write a manifest for the data in `data`, and return it with the number of rows; `data` may be a glob.

    Raises:
        SettingInvalid: `data` is not inside a data folder of the mesh, or of no known format.
        SourceUnreadable: It cannot be read.
        FreeholdError: As `services.scaffold.draft_product`.
    """
    form = _FORMATS.get(data.suffix.lower())
    if form is None:
        raise SettingInvalid(f"`{data.name}` is neither Parquet nor CSV by its ending", remedy="name a `.parquet` or a `.csv` file")
    files = FolderFiles(settings.folder)
    folder, path = _inside(_data_folders(settings, files), data)
    source = Source(path=path, format=form)
    with closing(DuckDBEngine(folder)) as engine:
        inspection = engine.inspect(source)
    return draft_product(files, wanted, source, inspection), inspection.rows


def _data_folders(settings: Settings, files: FolderFiles) -> tuple[Path, ...]:
    mesh = read(files.read()).mesh
    nodes = tuple(mesh.nodes.values()) if mesh else ()
    here = tuple(node for node in nodes if container_of(node) is None)
    return tuple(dict.fromkeys(data_folder(settings, node).resolve() for node in here or (None,)))


def _inside(folders: tuple[Path, ...], data: Path) -> tuple[Path, str]:
    """Return the data folder that holds `data`, and its path in there as manifests write it."""
    for folder in folders:
        for candidate in (data.absolute(), folder / data):
            whole = candidate.parent.resolve() / candidate.name
            if whole.is_relative_to(folder) and (_is_glob(data) or whole.exists()):
                return folder, whole.relative_to(folder).as_posix()
    named = " or ".join(f"`{folder}`" for folder in folders)
    if not _is_glob(data) and not data.exists():
        raise SettingInvalid(f"there is no file `{data}`", remedy=f"name a file below {named}")
    raise SettingInvalid(f"`{data}` is not below the data folder of a node", remedy=f"put it below {named}, then name it there")


def _is_glob(path: Path) -> bool:
    return any(mark in str(path) for mark in "*?[")
