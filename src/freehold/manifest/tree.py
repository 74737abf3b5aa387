"""Text to nodes that know their place: YAML, read event by event within stated bounds.

Whatever the bytes are, the outcome is a tree or a finding: depth, size and aliases are bounded before anything is built of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml.cyaml import CParser
from ruamel.yaml.error import YAMLError

from freehold.manifest import scalar
from freehold.manifest.report import Place, Report, shown
from freehold.manifest.syntax import SIZE, decode, explain

DEPTH = 64
NODES = 200_000


@dataclass(slots=True, eq=False)
class Text:
    """A scalar: `text` as written, `value` as it resolves."""

    line: int
    column: int
    text: str
    value: scalar.Scalar


@dataclass(slots=True, eq=False)
class Items:
    """A sequence."""

    line: int
    column: int
    items: list[Node]


@dataclass(slots=True, eq=False)
class Entry:
    """A key's place and its value."""

    line: int
    column: int
    value: Node


@dataclass(slots=True, eq=False)
class Keys:
    """A mapping from keys that are text."""

    line: int
    column: int
    entries: dict[str, Entry]


Node = Text | Items | Keys


@dataclass(slots=True, eq=False)
class _Open:
    """A collection that has begun and not ended; `key` waits for its value."""

    node: Items | Keys
    anchor: str | None
    before: int
    key: Text | None = None
    skips: bool = False


class _Stopped(Exception):
    """Reading this file ends here; the finding has been reported."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that a file may hold: bytes, and values once its aliases are written out; and whether `<<` merges mappings.

    Merging is of YAML 1.1, by which others write; in a manifest `<<` is a key like any other, and unknown.
    """

    size: int = SIZE
    nodes: int = NODES
    merges: bool = False


def parse(file: str, content: bytes, report: Report, bounds: Bounds | None = None) -> Node | None:
    """Return the one document of a file, or None where there is none; duplicate keys keep their first value."""
    most = bounds or Bounds()
    text = decode(file, content, report, most.size)
    if text is None:
        return None
    builder = _Builder(file, report, most.nodes, most.merges)
    try:
        return builder.build(text)
    except _Stopped:
        return None
    except YAMLError as error:
        explain(file, text, error, report)
        return None


@dataclass(slots=True, eq=False)
class _Builder:
    file: str
    report: Report
    most: int = NODES
    merges: bool = False
    open: list[_Open] = field(default_factory=list[_Open])
    anchors: dict[str, tuple[Node, int]] = field(default_factory=dict[str, tuple[Node, int]])
    nodes: int = 0
    documents: int = 0
    root: Node | None = None

    def build(self, text: str) -> Node | None:
        parser: Any = CParser(text)
        while True:
            event: Any = parser.get_event()
            name = type(event).__name__
            if name == "StreamEndEvent":
                return self._whole()
            handle = _HANDLERS.get(name)
            if handle is not None:
                handle(self, event)

    def _whole(self) -> Node | None:
        if self.root is None or (isinstance(self.root, Text) and self.root.value is None):
            message = "The file holds nothing but comments or white space."
            self.report.error("file-empty", (self.file, 1, 1), message, "write a block such as `dataProduct:`, or remove the file")
            return None
        return self.root

    def document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            mend = "put each document into a file of its own"
            self._stop("documents-several", event, "A second YAML document begins here.", mend)

    def scalar(self, event: Any) -> None:
        self._check_tag(event)
        mark, text = event.start_mark, event.value
        value = scalar.resolve(text) if event.implicit[0] else text
        node = Text(mark.line + 1, mark.column + 1, text, value)
        self._count(1, event)
        self._keep(event.anchor, node, 1)
        self._put(node)

    def begin_items(self, event: Any) -> None:
        mark = event.start_mark
        self._begin(event, Items(mark.line + 1, mark.column + 1, []))

    def begin_keys(self, event: Any) -> None:
        mark = event.start_mark
        self._begin(event, Keys(mark.line + 1, mark.column + 1, {}))

    def _begin(self, event: Any, node: Items | Keys) -> None:
        self._check_tag(event)
        self._count(1, event)
        if len(self.open) >= DEPTH:
            self._stop("nesting-deep", event, f"The file nests deeper than {DEPTH} levels.", "flatten it: no manifest needs that")
        self.open.append(_Open(node, event.anchor, self.nodes - 1))

    def end(self, event: Any) -> None:
        del event
        done = self.open.pop()
        if self.merges and isinstance(done.node, Keys):
            _merge(done.node)
        self._keep(done.anchor, done.node, self.nodes - done.before)
        self._put(done.node)

    def alias(self, event: Any) -> None:
        name = event.anchor
        if any(item.anchor == name for item in self.open):
            self._stop("alias-recursive", event, f"The alias {shown('*' + name)} stands inside what it names.", "write it out")
        if name not in self.anchors:
            self._stop("alias-unknown", event, f"No anchor {shown('&' + name)} stands before this alias.", "write the value out")
        node, size = self.anchors[name]
        self._count(size, event)
        self._put(node)

    def _keep(self, anchor: str | None, node: Node, size: int) -> None:
        if anchor is not None:
            self.anchors[anchor] = (node, size)

    def _count(self, size: int, event: Any) -> None:
        self.nodes += size
        if self.nodes > self.most:
            message = f"The file holds more than {self.most:,} values once its aliases are written out."
            self._stop("file-too-large", event, message, "split it into several files")

    def _put(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        frame = self.open[-1]
        if isinstance(frame.node, Items):
            frame.node.items.append(node)
        elif frame.key is None and not frame.skips:
            self._put_key(frame, node)
        else:
            self._put_value(frame, frame.node, node)

    def _put_key(self, frame: _Open, node: Node) -> None:
        if isinstance(node, Text):
            frame.key = node
            return
        frame.skips = True
        message = "A list or a mapping stands where a key is wanted."
        self.report.error("key-not-text", (self.file, node.line, node.column), message, "write the key as a word")

    def _put_value(self, frame: _Open, into: Keys, node: Node) -> None:
        key, frame.key, frame.skips = frame.key, None, False
        if key is None:
            return
        first = into.entries.get(key.text)
        if first is None:
            into.entries[key.text] = Entry(key.line, key.column, node)
            return
        message = f"{shown(key.text)} is written twice: line {first.line} has it already."
        self.report.error("key-duplicate", (self.file, key.line, key.column), message, "keep one of the two")

    def _check_tag(self, event: Any) -> None:
        if event.tag is not None:
            self._stop("tag-refused", event, "YAML tags (`!…`) are not read here.", "remove the tag; quotes make a value text")

    def _stop(self, code: str, event: Any, message: str, mend: str) -> None:
        place: Place = (self.file, event.start_mark.line + 1, event.start_mark.column + 1)
        self.report.error(code, place, message, mend)
        raise _Stopped


def _merge(keys: Keys) -> None:
    """Add to a mapping the keys of those that its `<<` names; what it says itself counts more, and so does who comes first."""
    named = keys.entries.get("<<")
    value = named.value if named is not None else None
    sources = value.items if isinstance(value, Items) else [value]
    if sources and all(isinstance(source, Keys) for source in sources):
        del keys.entries["<<"]
        for source in sources:
            for name, entry in source.entries.items() if isinstance(source, Keys) else ():
                keys.entries.setdefault(name, entry)


_HANDLERS = {
    "DocumentStartEvent": _Builder.document,
    "ScalarEvent": _Builder.scalar,
    "SequenceStartEvent": _Builder.begin_items,
    "MappingStartEvent": _Builder.begin_keys,
    "SequenceEndEvent": _Builder.end,
    "MappingEndEvent": _Builder.end,
    "AliasEvent": _Builder.alias,
}
