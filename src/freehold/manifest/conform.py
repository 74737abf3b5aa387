"""Nodes to shapes: every wrong type, unknown key and missing key is found, each at its place, none stops the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import inspect

from freehold.manifest.report import Report, listed, meant, shown
from freehold.manifest.tree import Items, Keys, Node, Text
from freehold.names import nearest

Check = Callable[[Node, "Situation"], Any]
BROKEN = object()
"""What stands for a value that cannot be used; its finding has been reported."""


@dataclass(slots=True)
class Situation:
    """The file being read, where the findings go, and the path of keys to the value in hand."""

    file: str
    report: Report
    path: list[str | int] = field(default_factory=list[str | int])

    def here(self) -> str:
        """The path as people write it: `dataContracts[0].fields`."""
        text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path[1:] or self.path)
        return shown(text.removeprefix("."))

    def error(self, code: str, node: Node, message: str, mend: str) -> Any:
        """Report at a node's place and return BROKEN."""
        self.report.error(code, (self.file, node.line, node.column), message, mend)
        return BROKEN


def conform(shape: type[msgspec.Struct], node: Node, situation: Situation) -> Any:
    """Return `node` as a `shape`, or None where too much of it is missing; findings go to the situation's report.

    List items that cannot be used are also taken out of the node, so that paths into the shape and into the node agree.
    """
    check = _STRUCTS.get(shape) or _check_of(inspect.type_info(shape), {})
    found = check(node, situation)
    return None if found is BROKEN else found


_STRUCTS: dict[type, Check] = {}


def _check_of(kind: Any, said: Mapping[str, Any]) -> Check:
    """Return the check of a type; `said` holds what its key's Meta says (`examples`)."""
    make = _MAKERS.get(type(kind), _scalar)
    return make(kind, said)


def _metadata(kind: inspect.Metadata, said: Mapping[str, Any]) -> Check:
    del said
    return _check_of(kind.type, kind.extra_json_schema or {})


def _union(kind: inspect.UnionType, said: Mapping[str, Any]) -> Check:
    members = [item for item in kind.types if not isinstance(item, inspect.NoneType)]
    if len(members) == 1:
        return _check_of(members[0], said)
    if any(isinstance(item, inspect.BoolType) for item in members):
        return _plain
    several = next((item for item in members if isinstance(item, inspect.ListType)), None)
    if several is not None:
        one, many = _check_of(inspect.StrType(), said), _check_of(several, said)
        return lambda node, situation: (many if isinstance(node, Items) else one)(node, situation)
    numeric = next(item for item in members if not isinstance(item, inspect.StrType))
    text, number = _check_of(inspect.StrType(), said), _check_of(numeric, said)
    types = int if isinstance(numeric, inspect.IntType) else (int, float)

    def either(node: Node, situation: Situation) -> Any:
        return (number if isinstance(node, Text) and isinstance(node.value, types) else text)(node, situation)

    return either


def _plain(node: Node, situation: Situation) -> Any:
    """Any one value, taken as it is written."""
    return node.text if isinstance(node, Text) else _wrong("a single value", node, situation, {})


def _scalar(kind: Any, said: Mapping[str, Any]) -> Check:
    if isinstance(kind, inspect.BoolType):
        return lambda node, situation: _bool(node, situation, said)
    if isinstance(kind, inspect.StrType):
        return lambda node, situation: _text(node, situation, said)
    whole = isinstance(kind, inspect.IntType)
    return lambda node, situation: _number(node, situation, said, kind, (int,) if whole else (int, float))


def _bool(node: Node, situation: Situation, said: Mapping[str, Any]) -> Any:
    if isinstance(node, Text) and isinstance(node.value, bool):
        return node.value
    word = node.text.casefold() if isinstance(node, Text) else ""
    close = {"yes": "true", "on": "true", "no": "false", "off": "false", "true": "true", "false": "false"}.get(word)
    return _wrong("true or false", node, situation, said, f"did you mean `{close}`?" if close else None)


def _text(node: Node, situation: Situation, said: Mapping[str, Any]) -> Any:
    if isinstance(node, Text) and isinstance(node.value, str):
        if node.value.strip():
            return node.value
        return situation.error("value-missing", node, f"{situation.here()} is empty.", "write a value, or remove the key")
    quoted = f'put it in quotes: `"{shown(node.text)[1:-1]}"`' if isinstance(node, Text) and node.value is not None else None
    return _wrong("text", node, situation, said, quoted)


def _number(node: Node, situation: Situation, said: Mapping[str, Any], kind: Any, types: tuple[type, ...]) -> Any:
    if not isinstance(node, Text) or type(node.value) not in types:
        return _wrong("a whole number" if types == (int,) else "a number", node, situation, said)
    value: Any = node.value
    least, most = kind.ge, kind.le
    if (least is not None and value < least) or (most is not None and value > most):
        message = f"{situation.here()} is {shown(node.text)}, but must lie between {least:g} and {most:g}."
        return situation.error("value-outside", node, message, _for_example(situation, said))
    return value if types == (int,) else float(value)


def _literal(kind: inspect.LiteralType, said: Mapping[str, Any]) -> Check:
    del said
    values = tuple(str(value) for value in kind.values)

    def check(node: Node, situation: Situation) -> Any:
        if isinstance(node, Text) and node.text in values and node.value is not None:
            return node.text
        if not isinstance(node, Text):
            return _wrong("a word", node, situation, {"examples": [values[0]]})
        choice = listed([f"`{value}`" for value in values]).replace(" and ", " or ")
        message = f"{situation.here()} is {shown(node.text)}; it may be {choice}."
        return situation.error("value-unknown", node, message, meant(nearest(node.text, values), f"write {choice}"))

    return check


def _list(kind: inspect.ListType, said: Mapping[str, Any]) -> Check:
    item = _check_of(kind.item_type, {})

    def check(node: Node, situation: Situation) -> Any:
        if not isinstance(node, Items):
            return _wrong("a list", node, situation, said)
        values: list[Any] = []
        kept: list[Node] = []
        for at, child in enumerate(node.items):
            value = _inside(item, at, child, situation)
            if value is not BROKEN:
                values.append(value)
                kept.append(child)
        node.items = kept
        return values

    return check


def _dict(kind: inspect.DictType, said: Mapping[str, Any]) -> Check:
    item = _check_of(kind.value_type, {})

    def check(node: Node, situation: Situation) -> Any:
        if not isinstance(node, Keys):
            return _wrong("a mapping", node, situation, said)
        found = {name: _inside(item, name, entry.value, situation) for name, entry in node.entries.items()}
        return {name: value for name, value in found.items() if value is not BROKEN}

    return check


def _any(kind: Any, said: Mapping[str, Any]) -> Check:
    """Whatever is written, as plain values."""
    del kind, said
    return lambda node, _: plain(node)


def plain(node: Node) -> Any:
    """Return a node as plain values; what is written plainly is what YAML 1.2 takes it for, so that dates are text."""
    if isinstance(node, Text):
        return node.value
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {name: plain(entry.value) for name, entry in node.entries.items()}


def _inside(check: Check, step: str | int, node: Node, situation: Situation) -> Any:
    situation.path.append(step)
    try:
        if isinstance(node, Text) and node.value is None:
            message = f"{situation.here()} has no value."
            return situation.error("value-missing", node, message, "write a value, or remove the key")
        return check(node, situation)
    finally:
        situation.path.pop()


def _struct(kind: inspect.StructType, said: Mapping[str, Any]) -> Check:
    """Return the check of a struct type, compiled once."""
    del said
    if kind.cls not in _STRUCTS:
        _STRUCTS[kind.cls] = _StructCheck(kind)
    return _STRUCTS[kind.cls]


class _StructCheck:
    """The check of one struct type."""

    def __init__(self, kind: inspect.StructType) -> None:
        self._make = kind.cls
        self._checks = {item.encode_name: (item.name, _check_of(item.type, {})) for item in kind.fields}
        self._required = [item for item in kind.fields if item.required]
        self._nullable = {item.encode_name for item in kind.fields if _says(item.type).get("nullable")}

    def __call__(self, node: Node, situation: Situation) -> Any:
        if not isinstance(node, Keys):
            return _wrong("a mapping", node, situation, {})
        values: dict[str, Any] = {}
        for name, entry in node.entries.items():
            known = self._checks.get(name)
            if known is None:
                self._unknown(name, entry.line, entry.column, situation)
            elif not self._is_null(name, entry.value):
                values[known[0]] = _inside(known[1], name, entry.value, situation)
        missing = [item for item in self._required if item.encode_name not in node.entries]
        for item in missing:
            self._missing(item, node, situation)
        if missing or any(values[item.name] is BROKEN for item in self._required):
            return BROKEN
        return self._make(**{name: value for name, value in values.items() if value is not BROKEN})

    def _is_null(self, name: str, node: Node) -> bool:
        return name in self._nullable and isinstance(node, Text) and node.value is None and bool(node.text)

    def _unknown(self, name: str, line: int, column: int, situation: Situation) -> None:
        where = f" in {situation.here()}" if situation.path else " here"
        mend = meant(nearest(name, self._checks), f"remove it; what may stand here: {', '.join(self._checks)}")
        situation.report.error("key-unknown", (situation.file, line, column), f"There is no key {shown(name)}{where}.", mend)

    def _missing(self, item: inspect.Field, node: Node, situation: Situation) -> None:
        examples = _says(item.type).get("examples") or ["…"]
        message = f"{situation.here()} has no {shown(item.encode_name)}."
        situation.error("key-missing", node, message, f"add `{item.encode_name}: {_written(examples[0])}`, with your own value")


_MAKERS: dict[type, Callable[[Any, Mapping[str, Any]], Check]] = {
    inspect.Metadata: _metadata,
    inspect.UnionType: _union,
    inspect.StructType: _struct,
    inspect.ListType: _list,
    inspect.DictType: _dict,
    inspect.LiteralType: _literal,
    inspect.AnyType: _any,
}


def _says(kind: Any) -> Mapping[str, Any]:
    return kind.extra_json_schema or {} if isinstance(kind, inspect.Metadata) else {}


def _wrong(wanted: str, node: Node, situation: Situation, said: Mapping[str, Any], mend: str | None = None) -> Any:
    message = f"{situation.here()} is {_came(node)}, but {wanted} is wanted."
    return situation.error("type-wrong", node, message, mend or _for_example(situation, said))


def _came(node: Node) -> str:
    if isinstance(node, Items):
        return "a list"
    if isinstance(node, Keys):
        return "a mapping"
    kind = "the text " if isinstance(node.value, str) else "" if isinstance(node.value, bool | None) else "the number "
    return f"{kind}{shown(node.text)}"


def _for_example(situation: Situation, said: Mapping[str, Any]) -> str:
    examples = said.get("examples")
    step = next((item for item in reversed(situation.path) if isinstance(item, str)), "")
    return f"write for example `{step}: {_written(examples[0])}`" if examples and step else "correct it or remove it"


def _written(example: Any) -> str:
    """Return an example as one line of YAML."""
    if isinstance(example, bool):
        return str(example).lower()
    if isinstance(example, list):
        return f"[{', '.join(_written(item) for item in example)}]"
    if isinstance(example, dict):
        return "{" + ", ".join(f"{name}: {_written(value)}" for name, value in example.items()) + "}"
    text = str(example)
    return f'"{text}"' if isinstance(example, str) and text[:1] in "<>$^[{*&!|%@" else text
