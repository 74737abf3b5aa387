"""What a property may be beside plain JSON: expressions that Bicep and ARM templates both can say, as values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec


class Expression(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is known only when a template is deployed, or that a caller of a module gives."""


class Parameter(Expression, frozen=True, kw_only=True):
    """A parameter of the template that it stands in."""

    name: str


class Text(Expression, frozen=True, kw_only=True):
    """Text with expressions in it, in order."""

    parts: tuple[Value, ...]


class Call(Expression, frozen=True, kw_only=True):
    """A function of the template language; with `path`, what lies there in its result."""

    function: str
    arguments: tuple[Value, ...] = ()
    path: str = ""


class Identifier(Expression, frozen=True, kw_only=True):
    """The resource id of a resource of the template."""

    symbol: str


class Attribute(Expression, frozen=True, kw_only=True):
    """What a deployed resource says about itself, such as `properties.vaultUri`; `name` is its name, known before."""

    symbol: str
    path: str


class Output(Expression, frozen=True, kw_only=True):
    """An output of a module of the template."""

    module: str
    name: str


class Keyed(Expression, frozen=True, kw_only=True):
    """An object of one member whose name is an expression."""

    key: Value
    value: Value


Value: TypeAlias = Any
"""Text, a number, a boolean, None, an Expression, or a list or mapping of them."""


def parameter(name: str) -> Parameter:
    """Return a parameter by its name."""
    return Parameter(name=name)


def text(*parts: Value) -> Text:
    """Return text with expressions in it."""
    return Text(parts=parts)


def call(function: str, *arguments: Value, path: str = "") -> Call:
    """Return a function of its arguments, or what lies at `path` in its result."""
    return Call(function=function, arguments=arguments, path=path)


def rewrite(value: Value, change: Callable[[Expression], Value]) -> Value:
    """Return `value` with each innermost expression (parameter, identifier, attribute, output) as `change` gives it."""
    if isinstance(value, Expression):
        return _rewritten(value, change)
    if isinstance(value, Mapping):
        return {name: rewrite(item, change) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [rewrite(item, change) for item in value]
    return value


def _rewritten(value: Expression, change: Callable[[Expression], Value]) -> Value:
    if isinstance(value, Text):
        return _joined([rewrite(part, change) for part in value.parts])
    if isinstance(value, Call):
        return msgspec.structs.replace(value, arguments=tuple(rewrite(item, change) for item in value.arguments))
    if isinstance(value, Keyed):
        return Keyed(key=rewrite(value.key, change), value=rewrite(value.value, change))
    return change(value)


def _joined(parts: list[Value]) -> Value:
    """Return text with neighbours that are known put together: one string, where all of them are."""
    held: list[Value] = []
    for part in (inner for item in parts for inner in (item.parts if isinstance(item, Text) else (item,))):
        if held and isinstance(part, str) and isinstance(held[-1], str):
            held[-1] += part
        else:
            held.append(part)
    return held[0] if len(held) == 1 and isinstance(held[0], str) else Text(parts=tuple(held))


def leaves(value: Value) -> list[Expression]:
    """Return the innermost expressions in `value`, in order."""
    found: list[Expression] = []

    def keep(item: Expression) -> Expression:
        found.append(item)
        return item

    rewrite(value, keep)
    return found
