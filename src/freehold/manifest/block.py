"""A block of a manifest: its shape, and the nodes it came from, so that whatever is found later can point to its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from freehold.manifest.report import Place
from freehold.manifest.tree import Entry, Items, Keys, Node, Text

T = TypeVar("T")
Path = tuple[str | int, ...]


@dataclass(slots=True, eq=False)
class Block(Generic[T]):
    """One top-level block; `folder` is the domain folder that its file lies in, as a domain key, or None outside `domains/`."""

    file: str
    folder: str | None
    entry: Entry
    shape: T

    def place(self, *path: str | int) -> Place:
        """Return the place of a key's value, or of what comes nearest to it; of a list or mapping, the place of its key."""
        line, column = self.entry.line, self.entry.column
        node: Node = self.entry.value
        for step in path:
            if isinstance(node, Keys) and isinstance(step, str) and step in node.entries:
                entry = node.entries[step]
                node = entry.value
                line, column = (node.line, node.column) if isinstance(node, Text) else (entry.line, entry.column)
            elif isinstance(node, Items) and isinstance(step, int) and step < len(node.items):
                node = node.items[step]
                line, column = node.line, node.column
            else:
                break
        return self.file, line, column

    def place_of_key(self, *path: str | int) -> Place:
        """Return the place of a key itself, or what `place` returns where the path does not end in one."""
        node: Node = self.entry.value
        for step in path[:-1]:
            if isinstance(node, Keys) and step in node.entries:
                node = node.entries[str(step)].value
            elif isinstance(node, Items) and isinstance(step, int) and step < len(node.items):
                node = node.items[step]
        entry = node.entries.get(str(path[-1])) if isinstance(node, Keys) else None
        return (self.file, entry.line, entry.column) if entry is not None else self.place(*path)

    def where(self, *path: str | int) -> str:
        """Return `file:line` of a key, as refusals name it."""
        file, line, _ = self.place(*path)
        return f"{file}:{line}"

    def has(self, *path: str) -> bool:
        """Return whether a key is written."""
        node: Node = self.entry.value
        for step in path:
            if not isinstance(node, Keys) or step not in node.entries:
                return False
            node = node.entries[step].value
        return True
