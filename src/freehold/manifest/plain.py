"""Manifests as plain data: what a `dataProduct:` block says, key by key as written, for whoever turns it into something else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from freehold.manifest.block import Block, Path
from freehold.manifest.conform import plain
from freehold.manifest.report import Place, Report
from freehold.manifest.tree import DEPTH, Bounds, Entry, Items, Keys, Node, parse
from freehold.model.finding import Finding

FOREIGN = Bounds(size=64 << 20, nodes=4_000_000, merges=True)


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

    What is JSON is read as JSON; YAML as the core schema of YAML 1.2 has it, so that timestamps stay text, but `<<` merges. Depth,
    size and aliases are bounded, and no key may stand twice.
    """
    report = Report()
    if content[:1] in {b"{", b"["} and len(content) <= FOREIGN.size:
        try:
            return Document(file, content, _of_json(content), None), ()
        except (msgspec.DecodeError, ValueError, RecursionError):
            pass  # read as YAML, it is told at its place what is wrong with it
    root = parse(file, content, report, FOREIGN)
    found = Document(file, content, plain(root), root) if root is not None else None
    return found, report.ordered()


def _of_json(content: bytes) -> Any:
    """Return what is JSON and within the bounds.

    Raises:
        DecodeError: It is no JSON.
        ValueError: A key stands twice, or the bounds are passed.
        RecursionError: It nests far too deeply.
    """
    value = msgspec.json.decode(content)
    json.loads(content, object_pairs_hook=_once)
    level, depth, nodes = [value], 0, 1
    while level:
        level = [inner for item in level for inner in _inside(item)]
        depth, nodes = depth + 1, nodes + len(level)
        if depth > DEPTH + 1 or nodes > FOREIGN.nodes:
            raise ValueError
    return value


def _inside(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _once(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) != len(pairs):
        raise ValueError


def plain_products(files: Mapping[str, bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every `dataProduct:` block of a mesh's files as plain data, with its file."""
    for path in sorted(files):
        if path.startswith("domains/"):
            root = parse(path, files[path], Report())
            entry = root.entries.get("dataProduct") if isinstance(root, Keys) else None
            if entry is not None and isinstance(entry.value, Keys):
                yield path, plain(entry.value)


def keys_at(text: str, places: set[tuple[int, int]]) -> Iterator[Path]:
    """Yield the rules and the keys of columns of a written manifest that stand at any of the places (line, column).

    A place that no key of a column stands at means all keys of its line; one in a rule means that rule.
    """
    root = parse("", text.encode("utf-8"), Report())
    entry = root.entries.get("dataProduct") if isinstance(root, Keys) else None
    if entry is None:
        return
    block = Block("", None, entry, None)
    product = plain(entry.value)
    paths = {
        (section, at, key): {block.place(section, at, key)[1:], block.place_of_key(section, at, key)[1:]}
        for section in ("quality", "schema")
        for at, item in enumerate(product.get(section, []))
        for key in item
    }
    exact = {place for stands in paths.values() for place in stands} & places
    lines = {line for line, _ in places - exact}
    for path, stands in paths.items():
        if stands & exact or any(line in lines for line, _ in stands):
            yield path
