"""Look at a product's values through the gate, as the owning domain would (law 1): what comes out is counts and masked examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow as pa

from freehold.classify.examine import Column
from freehold.model.detection import Depth, Detection
from freehold.model.mesh import Mesh
from freehold.model.policy import ClassificationRule
from freehold.model.product import Product
from freehold.names import quote

SAMPLE = 10_000
"""How many rows a sample has: from ten places of the data, evenly spread."""

SLICES = 10
WIDTH = 64
"""How many columns one question asks for."""

PAGE = 1_000_000
"""How many rows one question asks for."""

_HOLDING = ("string", "integer", "number", "decimal", "date", "timestamp")

Ask = Callable[[Product, str], tuple[int, Iterator[pa.RecordBatch]]]
"""Puts a question to the gate in the name of the owning domain; returns its leaf and the batches of its answer."""


class Looked:
    """What a look has found: `columns` were looked at, over `rows` rows, in the reads of `leaves`."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.columns: list[str] = []
        self.detections: list[Detection] = []
        self.leaves: list[int] = []
        self.rows = 0


def rules_of(mesh: Mesh, product: Product) -> tuple[ClassificationRule, ...]:
    """Return the rules by which the governance of a product's domain classifies."""
    return tuple(rule for policy in mesh.governances(product.domain_key) for rule in policy.rules)


def look(product: Product, rules: tuple[ClassificationRule, ...], depth: Depth, ask: Ask) -> Looked:
    """Look at every column that can hold text, numbers or days.

    Raises:
        FreeholdError: Whatever the gate answers to a question.
    """
    looked = Looked()
    relation = ".".join(quote(part) for part in product.key.split("."))
    leaf, batches = ask(product, f"SELECT COUNT(*) AS n FROM {relation}")  # noqa: S608  (names are quoted)
    looked.leaves.append(leaf)
    looked.rows = sum(row["n"] for batch in batches for row in batch.to_pylist())
    columns = [item for item in product.columns if item.type.startswith(_HOLDING)]
    for start in range(0, len(columns), WIDTH):
        group = {item.name: Column(item.name, rules, item.description) for item in columns[start : start + WIDTH]}
        listed = ", ".join(map(quote, group))
        for limit, offset in _parts(looked.rows, depth):
            leaf, batches = ask(product, f"SELECT {listed} FROM {relation} LIMIT {limit} OFFSET {offset}")  # noqa: S608
            looked.leaves.append(leaf)
            for batch in _joined(batches):
                for name, column in zip(group, batch.columns, strict=True):
                    group[name].look(column)
        looked.columns += group
        looked.detections += [found for column in group.values() for found in column.detections()]
    return looked


def _parts(rows: int, depth: Depth) -> list[tuple[int, int]]:
    """Return (limit, offset) of each part to read: the whole in pages, or slices of it."""
    if depth is Depth.FULL:
        return [(PAGE, offset) for offset in range(0, rows, PAGE)]
    if rows <= SAMPLE:
        return [(SAMPLE, 0)] if rows else []
    size = SAMPLE // SLICES
    return [(size, at * (rows - size) // (SLICES - 1)) for at in range(SLICES)]


def _joined(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Yield small batches together: what is looked at in one go is looked at more cheaply."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(item.num_rows for item in held) >= _TOGETHER:
            yield pa.Table.from_batches(held)
            held = []
    if held:
        yield pa.Table.from_batches(held)


_TOGETHER = 131_072
