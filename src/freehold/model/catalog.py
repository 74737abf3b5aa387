"""A node's catalogue: what it tells other nodes of the products that are at home there, and what it signs for that.

Nothing of the data is in it, nor how it is read: no source, no SQL, no row filter of a product.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeVar

import msgspec

from freehold.digest import canonical, digest
from freehold.model.product import Product

T = TypeVar("T")


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """One product as its home tells of it; `approved` and `versions` are of its contracts, by slug, a version of 1 left out.

    `filtered` says that a row filter of the product applies, which is not told itself.
    """

    product: Product
    filtered: bool = False
    approved: tuple[str, ...] = ()
    versions: dict[str, int] = {}


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What a node signs: the catalogue of `node` at `version` has `entries` products, whose digests are under `root`.

    A version is never used for two catalogues, and a later catalogue has a higher one. `mesh` and `mesh_version` are those of the
    manifests that the node has in force.
    """

    node: str
    version: int
    root: str
    entries: int
    mesh: str = ""
    mesh_version: int = 0


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a catalogue: every entry, or those that changed or went since the version `since`."""

    entries: tuple[msgspec.Raw, ...] = ()
    removed: tuple[str, ...] = ()
    since: int | None = None


def public(product: Product) -> Product:
    """Return what of a product other nodes are told."""
    queries = tuple(msgspec.structs.replace(query, sql="") for query in product.queries)
    contracts = tuple(msgspec.structs.replace(contract, where="") for contract in product.contracts)
    told = msgspec.structs.replace(product, source=None, row_filter=None, where="")
    return msgspec.structs.replace(told, queries=queries, contracts=contracts)


def write_entry(published: Published) -> bytes:
    """Return an entry as it is sent, kept and digested: canonical JSON without what has its default value."""
    return canonical(_lean(published))


def read_entry(written: bytes) -> Published:
    """Return an entry from its bytes; members that this version does not know are passed over.

    Raises:
        ValueError: It is not an entry.
    """
    return _read(written, Published)


def read_delivery(body: bytes) -> Delivery:
    """Return a delivery from its bytes; its entries are not read yet.

    Raises:
        ValueError: It is not a delivery.
    """
    return _read(body, Delivery)


def root(digests: Mapping[str, str]) -> str:
    """Return the one digest that stands for all entries, from the digest of each by its product's key.

    >>> root({"b": "2", "a": "1"}) == root({"a": "1", "b": "2"})
    True
    """
    return digest(sorted(digests.items()))


def _read(written: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(written, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"this is no {kind.__name__}") from error


def _lean(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return dict(_members(value))
    if isinstance(value, tuple | list):
        return [_lean(item) for item in value]
    if isinstance(value, dict):
        return {name: _lean(item) for name, item in value.items()}
    return value


def _members(value: msgspec.Struct) -> Iterator[tuple[str, Any]]:
    for name, written, default in _fields(type(value)):
        held = getattr(value, name)
        if held != default:
            yield written, _lean(held)


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[tuple[str, str, Any], ...]:
    return tuple((field.name, field.encode_name, _default(field)) for field in msgspec.structs.fields(kind))


def _default(field: msgspec.structs.FieldInfo) -> Any:
    """Return what a reader takes where the field is not written; a required one has none."""
    return field.default_factory() if field.default_factory is not msgspec.NODEFAULT else field.default
