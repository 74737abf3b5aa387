"""Manifests as plain data: what a `dataProduct:` block says, key by key as written, for whoever turns it into something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from freehold.manifest.block import Block, Path
from freehold.manifest.conform import plain
from freehold.manifest.report import Place, Report
from freehold.manifest.tree import Bounds, Entry, Items, Keys, Node, parse
from freehold.model.finding import Finding

FOREIGN = Bounds(size=64 << 20, nodes=4_000_000)


class Document:
    """A foreign document: its values, and where each stands in its text."""

    def __init__(self, file: str, content: bytes, value: Any, root: Node | None) -> None:
        """Hold a document; without a root, places are looked up only when they are asked for."""
        self.value = value
        self._file, self._content, self._root = file, content, root

    def place(self, *path: str | int) -> Place:
        """Return file, line and column of a value, or of what comes nearest to it."""
        if self._root is None:
            self._root = parse(self._file, self._content, Report(), FOREIGN) or Items(1, 1, [])
        return Block(self._file, None, Entry(1, 1, self._root), None).place(*path)


def read_document(file: str, content: bytes) -> tuple[Document | None, tuple[Finding, ...]]:
    """Return a document of JSON or YAML and what was found; None where it is neither, or larger than is read.

    What is JSON is read as JSON; YAML as the core schema of YAML 1.2 has it, so that timestamps stay text. Depth, size and aliases
    are bounded.
    """
    report = Report()
    if content[:1] in {b"{", b"["} and len(content) <= FOREIGN.size:
        try:
            return Document(file, content, msgspec.json.decode(content), None), ()
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass
    root = parse(file, content, report, FOREIGN)
    found = Document(file, content, plain(root), root) if root is not None else None
    return found, report.ordered()


def plain_products(files: Mapping[str, bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every `dataProduct:` block of a mesh's files as plain data, with its file."""
    for path in sorted(files):
        if path.startswith("domains/"):
            root = parse(path, files[path], Report())
            entry = root.entries.get("dataProduct") if isinstance(root, Keys) else None
            if entry is not None and isinstance(entry.value, Keys):
                yield path, plain(entry.value)


def keys_at(text: str, lines: set[int]) -> Iterator[Path]:
    """Yield the rules and the keys of columns of a written manifest that stand on any of the lines."""
    root = parse("", text.encode("utf-8"), Report())
    entry = root.entries.get("dataProduct") if isinstance(root, Keys) else None
    if entry is None:
        return
    block = Block("", None, entry, None)
    product = plain(entry.value)
    for section in ("quality", "schema"):
        for at, item in enumerate(product.get(section, [])):
            for key in item:
                if block.place(section, at, key)[1] in lines:
                    yield (section, at, key)
