"""Bicep and ARM JSON read back, each on its own, to one plain form in which they can be compared.

A value is plain JSON or a term: `("parameter", name)`, `("id", type, names, scope)`, `("attribute", id, path)`,
`("call", function, arguments, path)` or `("text", parts)`. Bicep is taken apart by pycep, expressions by the reader below.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from pycep import BicepParser

Term = Any
_TOKEN = re.compile(r"\s*('(?:[^'\\]|''|\\.)*'|[A-Za-z_]\w*|-?\d+|[(),.\[\]])")
_BODY = ("location", "tags", "sku", "kind", "identity", "properties")


@dataclass
class Deployed:
    """What a template deploys: bodies by type, names and scope; what each waits for; parameters and outputs."""

    resources: dict[Term, dict[str, Any]] = field(default_factory=dict[Term, dict[str, Any]])
    waits: dict[Term, set[Term]] = field(default_factory=dict[Term, set[Term]])
    outputs: dict[str, Any] = field(default_factory=dict[str, Any])
    parameters: dict[str, Any] = field(default_factory=dict[str, Any])


def frozen(value: Any) -> Any:
    """Return a value that can be a key."""
    if isinstance(value, Mapping):
        return tuple(sorted((name, frozen(item)) for name, item in value.items()))
    return tuple(frozen(item) for item in value) if isinstance(value, list | tuple) else value


def segments(names: tuple[Term, ...]) -> tuple[Term, ...]:
    """Return names one for each segment of their type: one that is written with slashes is several."""
    return tuple(part for name in names for part in (name.split("/") if isinstance(name, str) else (name,)))


def joined(parts: list[Any]) -> Term:
    """Return text of parts, neighbours that are known put together."""
    held: list[Any] = []
    for part in (inner for item in parts for inner in (item[1] if isinstance(item, tuple) and item[0] == "text" else (item,))):
        if isinstance(part, str) and held and isinstance(held[-1], str):
            held[-1] += part
        elif part != "":
            held.append(part)
    return held[0] if len(held) == 1 else ("text", tuple(held)) if held else ""


class Reader:
    """One expression, token by token; what names, functions and members mean is given."""

    def __init__(self, text: str, name: Callable[[str], Term], call: Callable[[str, list[Term]], Term], escape: str) -> None:
        self.tokens = _TOKEN.findall(text)
        assert "".join(self.tokens) == re.sub(r"\s+(?=(?:[^']*'[^']*')*[^']*$)", "", text), text
        self.name, self.call, self.escape, self.at = name, call, escape, 0

    def read(self) -> Term:
        found = self._one()
        assert self.at == len(self.tokens)
        return found

    def _next(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _one(self) -> Term:
        token = self._next()
        if token.startswith("'"):
            return token[1:-1].replace(self.escape + "'", "'")
        if re.fullmatch(r"-?\d+", token):
            return int(token)
        found = self._call(token) if self._peek() == "(" else self.name(token)
        while self._peek() == ".":
            self._next()
            found = member(found, self._next())
        return found

    def _call(self, function: str) -> Term:
        self._next()
        arguments: list[Term] = []
        while self._peek() != ")":
            arguments.append(self._one())
            if self._peek() == ",":
                self._next()
        self._next()
        return self.call(function, arguments)


def member(value: Term, name: str) -> Term:
    """Return what lies under a name in a term."""
    if isinstance(value, Mapping):
        return value[name]
    match value:
        case ("id", *_):
            return value if name == "id" else ("attribute", value, name)
        case ("attribute", of, path):
            return ("attribute", of, f"{path}.{name}")
        case ("reference", of, ""):
            return ("attribute", of, name)
        case ("reference", of, prefix):
            return ("attribute", of, f"{prefix}.{name}")
        case ("call", function, arguments, path):
            return ("call", function, arguments, f"{path}.{name}".strip("."))
        case _:
            raise AssertionError((value, name))


# ── ARM JSON ─────────────────────────────────────────────────────────────────────────────────────────────────────
def read_arm(template: Mapping[str, Any]) -> Deployed:
    """Return what an ARM template deploys."""
    found = Deployed()
    for name, item in template["parameters"].items():
        said = {"type": item["type"], "allowed": item.get("allowedValues"), "default": arm_value(item.get("defaultValue"))}
        found.parameters[name] = said
    for item in template["resources"]:
        _arm_resource(item, "", (), found)
    found.outputs = {name: arm_value(item["value"]) for name, item in template["outputs"].items()}
    return found


def _arm_resource(item: Mapping[str, Any], above: str, names: tuple[Term, ...], found: Deployed) -> None:
    kind = f"{above}/{item['type']}" if above else item["type"]
    named = (*names, arm_value(item["name"]))
    key = frozen(("id", kind, segments(named), arm_value(item.get("scope"))))
    assert key not in found.resources, key
    found.resources[key] = {name: arm_value(item[name]) for name in _BODY if name in item} | {"version": item["apiVersion"]}
    found.waits[key] = {frozen(arm_value(text)) for text in item.get("dependsOn", [])}
    for child in item.get("resources", []):
        _arm_resource(child, kind, named, found)


def arm_value(value: Any) -> Any:
    """Return a JSON value with its expressions read."""
    if isinstance(value, Mapping):
        return {frozen(arm_value(name)): arm_value(item) for name, item in value.items()}
    if isinstance(value, list):
        return [arm_value(item) for item in value]
    if not isinstance(value, str) or not (value.startswith("[") and value.endswith("]")):
        return value
    return Reader(value[1:-1], _no_name, _arm_call, "'").read()


def _no_name(name: str) -> Term:
    raise AssertionError(name)


def _arm_call(function: str, arguments: list[Term]) -> Term:
    match function:
        case "parameters":
            return ("parameter", arguments[0])
        case "resourceId":
            return ("id", arguments[0], tuple(arguments[1:]), None)
        case "extensionResourceId":
            return ("id", arguments[1], tuple(arguments[2:]), arguments[0])
        case "reference":
            return ("reference", arguments[0], "" if len(arguments) == 3 else "properties")
        case "format":
            pieces = re.split(r"\{(\d+)\}", arguments[0])
            parts = [piece if at % 2 == 0 else arguments[int(piece) + 1] for at, piece in enumerate(pieces)]
            return joined([part.replace("{{", "{").replace("}}", "}") if isinstance(part, str) else part for part in parts])
        case "string":
            return arguments[0]
        case "true" | "false":
            return function == "true"
        case _:
            return ("call", function, tuple(arguments), "")


# ── Bicep ────────────────────────────────────────────────────────────────────────────────────────────────────────
def read_bicep(folder: Path, path: str = "main.bicep") -> Deployed:
    """Return what a Bicep file deploys, its modules followed."""
    tree: Any = _parsed((folder / path).read_text())
    found = Deployed()
    given = {name: ("parameter", name) for name in tree["parameters"]}
    file = _File(folder, path, tree, given, found)
    for name, item in tree["parameters"].items():
        allowed = next((mark["argument"] for mark in item["decorators"] if mark["type"] == "allowed"), None)
        found.parameters[name] = {"type": item["type"], "allowed": allowed, "default": file.value(item["default"])}
    found.outputs = file.deploy()
    return found


class _File:
    """One Bicep file with what its parameters are."""

    def __init__(self, folder: Path, path: str, tree: Any, given: dict[str, Term], found: Deployed) -> None:
        self.folder, self.path, self.tree, self.given, self.found = folder, path, tree, given, found
        self.modules: dict[str, dict[str, Any]] = {}

    def deploy(self) -> dict[str, Any]:
        for name, item in self.tree.get("modules", {}).items():
            self.modules[name] = self._module(item)
        for name, item in self.tree.get("resources", {}).items():
            if not item["existing"]:
                self._resource(name, item)
        return {name: self.value(item["value"]) for name, item in self.tree.get("outputs", {}).items()}

    def _module(self, item: Any) -> dict[str, Any]:
        path = (Path(self.path).parent / item["detail"]["path"]).as_posix()
        tree: Any = _parsed((self.folder / path).read_text())
        arguments = {name: self.value(value) for name, value in item["config"]["params"].items()}
        assert set(arguments) <= set(tree["parameters"]), set(arguments) - set(tree["parameters"])
        inner = _File(self.folder, path, tree, {}, self.found)
        for name, declared in tree["parameters"].items():
            inner.given[name] = arguments[name] if name in arguments else inner.value(declared["default"])
            for mark in declared["decorators"]:
                if mark["type"] == "allowed" and not isinstance(inner.given[name], tuple):
                    assert inner.given[name] in mark["argument"], name
        return inner.deploy()

    def _resource(self, symbol: str, item: Any) -> None:
        key = frozen(self._id(symbol))
        assert key not in self.found.resources, key
        config = item["config"]
        body = {name: self.value(config[name]) for name in _BODY if name in config}
        self.found.resources[key] = body | {"version": item["api_version"]}

    def _id(self, symbol: str) -> Term:
        item = self.tree["resources"][symbol]
        config = item["config"]
        above = self._id(config["parent"])[2] if "parent" in config else ()
        scope = self._id(config["scope"]) if "scope" in config else None
        return ("id", item["type"], segments((*above, self.value(config["name"]))), scope)

    def value(self, value: Any) -> Any:
        """Return a value as pycep gives it with its expressions read."""
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, str):
            return self._text(value)
        if not isinstance(value, Mapping):
            return value
        if "function" in value:
            return self._function(value["function"])
        if "operator" in value:
            return self._operator(value["operator"])
        return {frozen(self._key(name)): self.value(item) for name, item in value.items()}

    def _key(self, name: str) -> Term:
        return self._text(name[1:-1]) if name.startswith("'") else name

    def _text(self, text: str) -> Term:
        if re.fullmatch(r"\w+", text) and text in self.given:
            return self.given[text]
        parts: list[Any] = []
        rest = text
        while begins := re.search(r"(?<!\\)(?:\\\\)*\$\{", rest):
            ends = _closing(rest, begins.end())
            parts += [_plain(rest[: begins.end() - 2]), Reader(rest[begins.end() : ends], self._name, self._call, "\\").read()]
            rest = rest[ends + 1 :]
        return joined([*parts, _plain(rest)])

    def _name(self, name: str) -> Term:
        if name in self.given:
            return self.given[name]
        if name in self.modules:
            return {"outputs": self.modules[name]}
        return self._id(name)

    def _call(self, function: str, arguments: list[Term]) -> Term:
        return ("call", function, tuple(arguments), "")

    def _function(self, said: Any) -> Term:
        head, *tail = said["type"].split("_")
        name = head + "".join(word.capitalize() for word in tail)
        arguments = tuple(self.value(item) for item in said["parameters"].values() if item is not None)
        return ("call", name, arguments, said.get("property_name") or "")

    def _operator(self, said: Any) -> Term:
        if said["type"] == "minus":
            return -said["operands"]["integer_value"]
        assert said["type"] == "property_accessor", said["type"]
        found = self._name(said["operands"]["operand_1"])
        rest = said["operands"]["operand_2"]
        while isinstance(rest, Mapping):
            found = self._member(found, rest["operator"]["operands"]["operand_1"])
            rest = rest["operator"]["operands"]["operand_2"]
        return self._member(found, rest)

    def _member(self, value: Term, name: str) -> Term:
        return value[2][-1] if name == "name" and isinstance(value, tuple) and value[0] == "id" else member(value, name)


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "r": "\r", "t": "\t"}.get(found.group(1), found.group(1)), text)


@lru_cache(maxsize=1)
def _parser() -> BicepParser:
    return BicepParser()


@lru_cache(maxsize=256)
def _parsed(text: str) -> Any:
    return _parser().parse(text=text)


def _closing(text: str, begins: int) -> int:
    depth = 0
    for at in range(begins, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth < 0:
            return at
    raise AssertionError(text)
