"""Templates as Bicep: plain syntax, two spaces, each parameter, resource and output described, the same text each time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from freehold.provision.expression import Attribute, Call, Expression, Identifier, Keyed, Output, Parameter, Text, Value
from freehold.provision.resource import Declaration, Module, Resource, Result, Template

_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_ESCAPES = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def write_bicep(template: Template) -> str:
    """Return one template as the text of its file."""
    parts = [
        f"metadata description = {_quoted(template.about)}\n\ntargetScope = 'resourceGroup'",
        *("\n".join(_declaration(item)) for item in template.parameters),
        *("\n".join(_resource(item)) for item in template.resources),
        *("\n".join(_module(item, template.path)) for item in template.modules),
        *("\n".join(_result(item)) for item in template.outputs),
    ]
    return "\n\n".join(parts) + "\n"


def _declaration(item: Declaration) -> Iterator[str]:
    yield f"@description({_quoted(('Required. ' if item.required else 'Optional. ') + item.about)})"
    if item.allowed:
        yield f"@allowed({_value(list(item.allowed), 0)})"
    yield f"param {item.name} {item.type}" + ("" if item.required else f" = {_value(item.default, 0)}")


def _resource(item: Resource) -> Iterator[str]:
    yield f"@description({_quoted(item.about)})"
    yield f"resource {item.symbol} '{item.type}@{item.version}' = {{"
    yield from (f"  // checkov:skip={check}: {reason}" for check, reason in (*item.accepted, *item.accepted_in_bicep))
    if item.parent:
        yield f"  parent: {item.parent}"
    if item.scope:
        yield f"  scope: {item.scope}"
    yield from _members(item.body(), 2)
    if item.after:
        yield "  dependsOn: ["
        yield from (f"    {symbol}" for symbol in item.after)
        yield "  ]"
    yield "}"


def _module(item: Module, path: str) -> Iterator[str]:
    yield f"@description({_quoted(item.template.about)})"
    yield f"module {item.symbol} '{_relative(item.template.path, path)}' = {{"
    yield f"  name: {_value(item.name, 2)}"
    yield "  params: {"
    for name, value in item.arguments.items():
        note = f" // {' '.join(item.notes[name].split())}" if name in item.notes else ""
        yield f"    {name}: {_value(value, 4)}{note}"
    yield "  }"
    yield "}"


def _result(item: Result) -> Iterator[str]:
    yield f"@description({_quoted(item.about)})"
    yield f"output {item.name} {item.type} = {_value(item.value, 0)}"


def _relative(target: str, origin: str) -> str:
    folder = origin.rpartition("/")[0]
    return target.removeprefix(f"{folder}/") if folder else target


def _members(held: Mapping[str, Value], indent: int) -> Iterator[str]:
    for name, value in held.items():
        yield f"{' ' * indent}{_key(name)}: {_value(value, indent)}"


def _key(name: str) -> str:
    return name if set(name) <= _BARE and not name[0].isdigit() else _quoted(name)


def _value(value: Value, indent: int) -> str:
    """Return a value whose lines after the first stand `indent` spaces in."""
    if isinstance(value, Expression):
        return _expression(value, indent)
    if isinstance(value, Mapping):
        inner = "\n".join(_members(value, indent + 2))
        return f"{{\n{inner}\n{' ' * indent}}}" if value else "{}"
    if isinstance(value, list | tuple):
        inner = "\n".join(f"{' ' * (indent + 2)}{_value(item, indent + 2)}" for item in value)
        return f"[\n{inner}\n{' ' * indent}]" if value else "[]"
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else str(value) if isinstance(value, int) else _quoted(value)


def _expression(value: Expression, indent: int) -> str:
    match value:
        case Parameter():
            said = value.name
        case Identifier():
            said = f"{value.symbol}.id"
        case Attribute():
            said = f"{value.symbol}.{value.path}"
        case Output():
            said = f"{value.module}.outputs.{value.name}"
        case Text():
            said = "'" + "".join(map(_part, value.parts)) + "'"
        case Keyed():
            said = f"{{\n{' ' * (indent + 2)}'${{{_value(value.key, 0)}}}': {_value(value.value, indent + 2)}\n{' ' * indent}}}"
        case Call():
            arguments = ", ".join(_value(item, indent) for item in value.arguments)
            said = f"{value.function}({arguments})" + (f".{value.path}" if value.path else "")
        case _:
            raise TypeError(type(value).__name__)
    return said


def _part(item: Value) -> str:
    return _escaped(item) if isinstance(item, str) else f"${{{_value(item, 0)}}}"


def _quoted(text: str) -> str:
    return f"'{_escaped(text)}'"


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES).replace("${", "\\${")
