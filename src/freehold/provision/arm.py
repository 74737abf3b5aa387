"""A template and its modules as one ARM JSON template: the same resources, children inside their parents, waits written out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from freehold.provision.expression import Attribute, Call, Expression, Identifier, Keyed, Parameter, Text, Value
from freehold.provision.flatten import Flat
from freehold.provision.resource import Declaration, Resource, Template

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
_LITERALS = {True: "true()", False: "false()", None: "null()"}


def write_arm(root: Template, flat: Flat) -> dict[str, Any]:
    """Return a template as one JSON document for the deployment API: `flat` is what it deploys."""
    writer = _Writer(flat)
    return {
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "metadata": {"description": root.about},
        "parameters": {item.name: writer.declaration(item) for item in root.parameters},
        "resources": [writer.resource(item) for item in flat.resources if item.parent is None],
        "outputs": {
            item.name: {"type": item.type, "metadata": {"description": item.about}, "value": writer.value(item.value)}
            for item in flat.outputs
        },
    }


class _Writer:
    """What is written of one flat list of resources."""

    def __init__(self, flat: Flat) -> None:
        self._flat = flat

    def declaration(self, item: Declaration) -> dict[str, Any]:
        said = "Required. " if item.required else "Optional. "
        return {
            "type": item.type,
            **({} if item.required else {"defaultValue": self.value(item.default)}),
            **({"allowedValues": list(item.allowed)} if item.allowed else {}),
            "metadata": {"description": said + item.about},
        }

    def resource(self, item: Resource) -> dict[str, Any]:
        children = [self.resource(child) for child in self._flat.resources if child.parent == item.symbol]
        metadata: dict[str, Any] = {"description": item.about}
        if item.accepted:
            metadata["checkov"] = {"skip": [{"id": check, "comment": reason} for check, reason in item.accepted]}
        return {
            "type": item.type.rpartition("/")[2] if item.parent else item.type,
            "apiVersion": item.version,
            **({"scope": self._id(item.scope)} if item.scope else {}),
            **{name: self.value(value) for name, value in item.body().items()},
            **({"dependsOn": [self._id(symbol) for symbol in item.after]} if item.after else {}),
            **({"resources": children} if children else {}),
            "metadata": metadata,
        }

    def value(self, value: Value) -> Any:
        """Return a value as JSON; an expression stands in brackets, and so does text that could be taken for one."""
        if isinstance(value, Keyed):
            return {f"[{self._said(value.key)}]": self.value(value.value)}
        if isinstance(value, Expression):
            return f"[{self._said(value)}]"
        if isinstance(value, Mapping):
            return {self.value(name): self.value(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        return f"[string({_quoted(value)})]" if isinstance(value, str) and value.startswith("[") else value

    def _id(self, symbol: str) -> str:
        return f"[{self._said(Identifier(symbol=symbol))}]"

    def _said(self, value: Value) -> str:
        match value:
            case Parameter():
                said = f"parameters({_quoted(value.name)})"
            case Identifier():
                said = self._resource_id(value.symbol)
            case Attribute():
                said = self._reference(value)
            case Text():
                said = self._format(value)
            case Call():
                said = f"{value.function}({', '.join(map(self._said, value.arguments))})" + (f".{value.path}" if value.path else "")
            case _:
                said = _literal(value)
        return said

    def _resource_id(self, symbol: str) -> str:
        item = self._flat.named(symbol)
        names = ", ".join(self._said(name) for name in self._flat.names(item))
        said = f"resourceId({_quoted(item.type)}, {names})"
        return f"extensionResourceId({self._resource_id(item.scope)}, {_quoted(item.type)}, {names})" if item.scope else said

    def _reference(self, value: Attribute) -> str:
        item, inner = self._flat.named(value.symbol), value.path.removeprefix("properties.")
        full = "" if inner != value.path else ", 'full'"
        return f"reference({self._resource_id(value.symbol)}, {_quoted(item.version)}{full}).{inner}"

    def _format(self, value: Text) -> str:
        pattern, arguments = "", list[str]()
        for part in value.parts:
            if isinstance(part, str):
                pattern += part.replace("{", "{{").replace("}", "}}")
            else:
                pattern += f"{{{len(arguments)}}}"
                arguments.append(self._said(part))
        return f"format({', '.join([_quoted(pattern), *arguments])})"


def _literal(value: Value) -> str:
    if isinstance(value, bool) or value is None:
        return _LITERALS[value]
    if not isinstance(value, str | int):
        raise TypeError(type(value).__name__)
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
