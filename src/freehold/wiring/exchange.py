"""Documents of other standards on this machine: read from files, written into the mesh's folder, or to where it was asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from freehold.errors import SettingInvalid, SourceUnreadable
from freehold.manifest.plain import FOREIGN
from freehold.services.exports import Order, export
from freehold.services.imports import Understood, Wish, of_columns, understand
from freehold.stores.arrow import read_schema
from freehold.stores.files import FolderFiles
from freehold.stores.published import PublishedSchemas
from freehold.wiring.given import bytes_of
from freehold.wiring.settings import find_folder

_BLANK = b'mesh: {name: mesh, nodes: [{name: node, region: westeurope, url: "http://127.0.0.1:1"}]}\n'


def read_file(wish: Wish, path: Path) -> Understood:
    """Return what a document says.

    Raises:
        SourceUnreadable: It is missing, cannot be read, or is larger than is read.
        QueryUnreadable, QueryTooComplex: SQL cannot be read.
    """
    if wish.kind == "parquet":
        return of_columns(wish, path.stem, read_schema(path))
    return understand(wish, file_bytes(path), PublishedSchemas())


def export_files(order: Order, mesh: Path | None) -> str:
    """Return the text of an export: of the mesh's folder, or of one manifest where the product is named by its file.

    Raises:
        MeshNotFound: There is no mesh.
        MeshInvalid, SettingInvalid, DocumentInvalid: As `services.exports.export`.
    """
    named = Path(order.product) if order.product is not None else None
    if named is not None and named.suffix in {".yaml", ".yml"} and named.is_file():
        return _of_file(order, named)
    return export(FolderFiles(find_folder(mesh)).read(), order)


def _of_file(order: Order, path: Path) -> str:
    from freehold.manifest.plain import plain_products
    from freehold.names import domain_key, slug
    from freehold.services.exports import key_of

    content = file_bytes(path)
    found = next((product for _, product in plain_products({"domains/x/x.yaml": content})), None)
    if found is None:
        raise SettingInvalid(f"`{path.name}` holds no `dataProduct:`", remedy="name a product's manifest, or a product of the mesh")
    folder = slug(domain_key(str(found.get("domain", "")))) or "x"
    held: Mapping[str, bytes] = {"mesh.yaml": _BLANK, f"domains/{folder}/{path.name}": content}
    return export(
        held, Order(kind=order.kind, product=key_of(found), contract=order.contract, version=order.version, dialect=order.dialect)
    )


def file_bytes(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        SourceUnreadable: It is missing, cannot be read, or is larger than is read.
    """
    try:
        held = bytes_of(path, FOREIGN.size)
    except OSError as error:
        raise SourceUnreadable(f"there is no file `{path}` that can be read", remedy="check its name and permissions") from error
    if held is None:
        raise SourceUnreadable(f"`{path.name}` has more than {FOREIGN.size:,} bytes", remedy="split it into several files")
    return held
