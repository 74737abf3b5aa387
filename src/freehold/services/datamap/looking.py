"""Look at what a scan is about: products through the gate (law 1), each read a leaf; what the operator lists by itself.

What comes out are names of classifications. No value, count or example of one is kept, and no number of a product's rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pyarrow as pa

from freehold.classify import examine
from freehold.datamap.rules import SYSTEM, Rule, Watched
from freehold.errors import SourceMissing, SourceUnreadable
from freehold.model.detection import Depth, Detection
from freehold.model.product import Product
from freehold.ports.scanning import FileFound, Folders
from freehold.services.datamap import assets
from freehold.services.force import InForce
from freehold.services.scanning import Ask, look, rules_of

ROWS = 100_000
"""How many rows of a file are looked at."""

_FILE = "file://"

Cancelled = Callable[[], None]
"""Raises where the scan shall not go on."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """By what a scan classifies: rules of one's own, and the system's without some; `cancelled` is asked now and then.

    `passes` says whether the scan's filter lets an address be looked at.
    """

    rules: tuple[Rule, ...]
    system: bool
    excluded: frozenset[str]
    cancelled: Cancelled
    passes: Callable[[str], bool] = lambda _: True


@dataclass(frozen=True, slots=True)
class Asset:
    """Something to look at, at its address."""

    address: str
    look: Callable[[Wanted], tuple[list[dict[str, Any]], bool]]
    """Looks at it; returns its entities, and whether any column of it is classified."""

    state: str | None = None
    """What differs once it has changed; None where that cannot be known."""


@dataclass(slots=True)
class Products:
    """The products of the mesh in force."""

    in_force: InForce
    ask: Ask
    _leaves: list[int] = field(default_factory=list[int])

    def assets(self, address: str) -> Iterator[Asset]:
        """Yield the products below an address: `freehold://MESH`, or `freehold://MESH/DOMAIN`.

        Raises:
            SourceUnreadable: It is of another mesh.
        """
        mesh = self.in_force.current().mesh
        name, _, below = address.removeprefix("freehold://").strip("/").partition("/")
        if name != mesh.name:
            raise SourceUnreadable(f"the mesh in force is `{mesh.name}`, not `{name[:80]}`", remedy=f"use freehold://{mesh.name}")
        for product in mesh.products.values():
            if below in {"", product.domain_key, product.key.replace(".", "/")}:
                yield Asset(assets.product_name(mesh.name, product), _of_product(self, mesh.name, product))

    def look(self, mesh: str, product: Product, wanted: Wanted) -> tuple[list[dict[str, Any]], bool]:
        """Look at a product through the gate; return its entities, and whether a column is classified.

        Patterns of values come from governance alone: whoever may write rules here could ask with them for one value after another.

        Raises:
            SourceMissing: It has no data yet.
            FreeholdError: Whatever the gate answers.
        """
        if product.source is None:
            raise SourceMissing(f"`{product.key}` declares no source yet", remedy="ask its owner", product=product.key)
        named = tuple(rule for rule in wanted.rules if not rule.values)
        watched = {item.name: Watched(item.name, named) for item in product.columns}

        def ask(item: Product, sql: str) -> tuple[int, Iterator[pa.RecordBatch]]:
            wanted.cancelled()
            return self.ask(item, sql)

        found = look(product, rules_of(self.in_force.current().mesh, product), Depth.SAMPLE, ask)
        columns = [
            assets.Column(
                name=item.name,
                type=item.type,
                description=item.description,
                classifications=_classified(
                    item.classifications, _of_column(found.detections, item.name), watched[item.name], wanted
                ),
            )
            for item in product.columns
        ]
        return assets.of_product(mesh, product, columns), any(item.classifications for item in columns)


def _of_product(products: Products, mesh: str, product: Product) -> Callable[[Wanted], tuple[list[dict[str, Any]], bool]]:
    return lambda wanted: products.look(mesh, product, wanted)


@dataclass(frozen=True, slots=True)
class Files:
    """The files of the folders and containers that the operator lists; `accounts` are storage accounts, by their addresses.

    Of an account it holds the listed containers' names, each with the address that its files are told under.
    """

    folders: Folders
    accounts: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])

    def has(self, address: str) -> bool:
        """Return whether an endpoint names what is listed: `file://ROOT`, `file://ROOT/folder`, or an account of containers."""
        return address.startswith(_FILE) or address.removesuffix("/") in self.accounts

    def assets(self, address: str, kind: str) -> Iterator[Asset]:
        """Yield the files below an endpoint that `has` says is listed.

        Raises:
            SourceUnreadable: It is not below a listed folder.
        """
        if not address.startswith(_FILE):
            for root, place in self.accounts[address.removesuffix("/")].items():
                yield from self._below(root, "", place, kind)
            return
        root, _, below = address.removeprefix(_FILE).strip("/").partition("/")
        yield from self._below(root, below, f"{_FILE}{root}", kind)

    def _below(self, root: str, below: str, place: str, kind: str) -> Iterator[Asset]:
        for file in self.folders.files(root, below):
            address, state = f"{place}/{file.path}", f"{file.size} {file.modified}"
            yield Asset(address, partial(self._look, root, file, address, kind), state)

    def _look(self, root: str, file: FileFound, address: str, kind: str, wanted: Wanted) -> tuple[list[dict[str, Any]], bool]:
        columns = look_at(self.folders.columns(root, file), self.folders.batches(root, file, ROWS), wanted)
        attributes = {"path": f"/{file.path}", "size": file.size, "modifiedTime": file.modified}
        return assets.of_file(kind, address, attributes, columns), any(item.classifications for item in columns)


def look_at(fields: Sequence[tuple[str, str]], batches: Iterable[pa.RecordBatch], wanted: Wanted) -> list[assets.Column]:
    """Return the columns of a file or a table with what their names and values in `batches` say of them.

    Raises:
        SourceUnreadable, TimeExceeded: As reading the batches.
    """
    examined = {name: examine.Column(name) for name, _ in fields}
    watched = {name: Watched(name, wanted.rules) for name, _ in fields}
    for batch in batches:
        wanted.cancelled()
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            if wanted.system:
                examined[name].look(column)
            watched[name].look(column)
    return [
        assets.Column(name=name, type=kind, classifications=_classified((), examined[name].detections(), watched[name], wanted))
        for name, kind in fields
    ]


def _of_column(detections: Sequence[Detection], name: str) -> tuple[Detection, ...]:
    return tuple(item for item in detections if item.column == name)


def _classified(own: Sequence[str], found: Sequence[Detection], watched: Watched, wanted: Wanted) -> tuple[str, ...]:
    """Return the classifications of a column: those that its product declares, what was found, and what the rules say."""
    system: list[str] = list(own)
    for item in found if wanted.system else ():
        system += [name for name in (SYSTEM.get(item.detector), item.classification) if name is not None]
    kept = [name for name in system if name not in wanted.excluded]
    return tuple(dict.fromkeys((*kept, *watched.classifications())))
