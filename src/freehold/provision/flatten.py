"""A template and its modules as one list of resources: arguments are put in place of parameters, outputs resolved.

What waits for what is what Bicep makes of modules: all of a module waits for all of each module whose output it is given.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from freehold.provision.expression import Attribute, Expression, Identifier, Output, Parameter, Value, leaves, rewrite
from freehold.provision.resource import Resource, Result, Template


class Flat(msgspec.Struct, frozen=True, kw_only=True):
    """Resources whose symbols are paths (`domainInfra/storage/account`) and whose parameters are the root template's alone.

    `after` of each holds all that must be there before it: its parent, its scope, and what it refers to, too.
    """

    resources: tuple[Resource, ...]
    outputs: tuple[Result, ...]

    def named(self, symbol: str) -> Resource:
        """Return a resource by its symbol.

        Raises:
            KeyError: There is none.
        """
        found = next((item for item in self.resources if item.symbol == symbol), None)
        if found is None:
            raise KeyError(symbol)
        return found

    def names(self, resource: Resource) -> tuple[Value, ...]:
        """Return the names of a resource and those above it, the outermost first: one for each segment of its type."""
        above = self.names(self.named(resource.parent)) if resource.parent else ()
        own = resource.name.split("/") if isinstance(resource.name, str) else (resource.name,)
        return (*above, *own)


def flatten(root: Template) -> Flat:
    """Return what deploying a template deploys."""
    return _Flattening(root, {item.name: Parameter(name=item.name) for item in root.parameters}, "").flat()


class _Flattening:
    """One template, of which `given` are the parameters and `path` is where its modules' resources go."""

    def __init__(self, template: Template, given: dict[str, Value], path: str) -> None:
        self._template, self._given, self._path = template, given, path
        self._named = {item.symbol: item for item in template.resources}
        self._outputs: dict[str, dict[str, Value]] = {}
        self._last: dict[str, tuple[str, ...]] = {}

    def flat(self) -> Flat:
        resources: list[Resource] = []
        for module in self._template.modules:
            defaults = {item.name: item.default for item in module.template.parameters if not item.required}
            arguments = {name: self._put(value) for name, value in module.arguments.items()}
            inner = _Flattening(module.template, {**defaults, **arguments}, f"{self._path}{module.symbol}/").flat()
            waits = self._lasting(leaves(module.arguments))
            resources += [_waiting(item, waits) for item in inner.resources]
            self._outputs[module.symbol] = {item.name: item.value for item in inner.outputs}
            self._last[module.symbol] = _sinks(inner.resources)
        resources += [self._placed(item) for item in self._template.resources]
        outputs = tuple(msgspec.structs.replace(item, value=self._put(item.value)) for item in self._template.outputs)
        return Flat(resources=tuple(resources), outputs=outputs)

    def _put(self, value: Value) -> Value:
        return rewrite(value, self._resolve)

    def _resolve(self, item: Expression) -> Value:
        if isinstance(item, Parameter):
            return self._given[item.name]
        if isinstance(item, Output):
            return self._outputs[item.module][item.name]
        if isinstance(item, Identifier):
            return Identifier(symbol=self._path + item.symbol)
        if isinstance(item, Attribute) and item.path == "name":
            return self._put(self._named[item.symbol].name)
        return Attribute(symbol=self._path + item.symbol, path=item.path) if isinstance(item, Attribute) else item

    def _lasting(self, used: Iterable[Expression]) -> tuple[str, ...]:
        modules = dict.fromkeys(item.module for item in used if isinstance(item, Output))
        return tuple(symbol for name in modules for symbol in self._last[name])

    def _placed(self, item: Resource) -> Resource:
        used = leaves(item.body())
        own = [found.symbol for found in used if isinstance(found, Identifier | Attribute)]
        own += [symbol for symbol in (item.parent, item.scope) if symbol is not None]
        after = (*(self._path + symbol for symbol in (*own, *item.after)), *self._lasting(used))
        return msgspec.structs.replace(
            item,
            symbol=self._path + item.symbol,
            name=self._put(item.name),
            parent=self._path + item.parent if item.parent else None,
            scope=self._path + item.scope if item.scope else None,
            location=self._put(item.location),
            tags=self._put(item.tags),
            sku=self._put(item.sku),
            identity=self._put(item.identity),
            properties=self._put(item.properties),
            after=tuple(dict.fromkeys(after)),
        )


def _waiting(item: Resource, waits: tuple[str, ...]) -> Resource:
    """Let those of a module's resources wait that wait for no other of it."""
    return item if item.after or not waits else msgspec.structs.replace(item, after=waits)


def _sinks(resources: tuple[Resource, ...]) -> tuple[str, ...]:
    """Return the symbols of resources that no other waits for."""
    awaited = {symbol for item in resources for symbol in item.after}
    return tuple(item.symbol for item in resources if item.symbol not in awaited)
