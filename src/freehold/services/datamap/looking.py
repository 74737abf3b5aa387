"""Look at what a scan is about: products through the gate (law 1), each read a leaf; files of listed folders by themselves.

What comes out are names of classifications. No value, count or example of one is kept, and no number of a product's rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
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

Cancelled = Callable[[], None]
"""Raises where the scan shall not go on."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """By what a scan classifies: rules of one's own, and the system's without some; `cancelled` is asked now and then."""

    rules: tuple[Rule, ...]
    system: bool
    excluded: frozenset[str]
    cancelled: Cancelled


@dataclass(frozen=True, slots=True)
class Asset:
    """Something to look at, at its address."""

    address: str
    look: Callable[[Wanted], tuple[list[dict[str, Any]], bool]]
    """Looks at it; returns its entities, and whether any column of it is classified."""


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
    """The files of the folders that the operator lists."""

    folders: Folders

    def assets(self, address: str, kind: str) -> Iterator[Asset]:
        """Yield the files below an address: `file://ROOT`, or `file://ROOT/folder`.

        Raises:
            SourceUnreadable: It is not below a listed folder.
        """
        root, _, below = address.removeprefix("file://").strip("/").partition("/")
        for file in self.folders.files(root, below):
            yield Asset(f"file://{root}/{file.path}", self._looker(root, file, kind))

    def _looker(self, root: str, file: FileFound, kind: str) -> Callable[[Wanted], tuple[list[dict[str, Any]], bool]]:
        return lambda wanted: self.look(root, file, kind, wanted)

    def look(self, root: str, file: FileFound, kind: str, wanted: Wanted) -> tuple[list[dict[str, Any]], bool]:
        """Look at a file; return its entities, and whether a column is classified.

        Raises:
            SourceUnreadable: It cannot be read.
        """
        fields = self.folders.columns(root, file)
        examined = {name: examine.Column(name) for name, _ in fields}
        watched = {name: Watched(name, wanted.rules) for name, _ in fields}
        for batch in self.folders.batches(root, file, ROWS):
            wanted.cancelled()
            for name, column in zip(batch.schema.names, batch.columns, strict=True):
                if wanted.system:
                    examined[name].look(column)
                watched[name].look(column)
        columns = [
            assets.Column(
                name=name, type=kind_of, classifications=_classified((), examined[name].detections(), watched[name], wanted)
            )
            for name, kind_of in fields
        ]
        attributes = {"path": f"/{file.path}", "size": file.size, "modifiedTime": file.modified}
        return assets.of_file(kind, f"file://{root}/{file.path}", attributes, columns), any(
            item.classifications for item in columns
        )


def _of_column(detections: Sequence[Detection], name: str) -> tuple[Detection, ...]:
    return tuple(item for item in detections if item.column == name)


def _classified(own: Sequence[str], found: Sequence[Detection], watched: Watched, wanted: Wanted) -> tuple[str, ...]:
    """Return the classifications of a column: those that its product declares, what was found, and what the rules say."""
    system: list[str] = list(own)
    for item in found if wanted.system else ():
        system += [name for name in (SYSTEM.get(item.detector), item.classification) if name is not None]
    kept = [name for name in system if name not in wanted.excluded]
    return tuple(dict.fromkeys((*kept, *watched.classifications())))
