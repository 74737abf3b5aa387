"""The resources of a template, without conditions and loops: what is written is what is deployed."""

from __future__ import annotations

import msgspec

from freehold.provision.expression import Value


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """One resource. `symbol` names it in its template; `parent`, `scope` and `after` are symbols of other resources there.
    `accepted` are checks of a linter that cannot hold for it, each with the reason: in both forms, or in Bicep alone.
    """

    symbol: str
    type: str
    version: str
    name: Value
    about: str
    parent: str | None = None
    scope: str | None = None
    location: Value = None
    tags: Value = None
    kind: str | None = None
    sku: Value = None
    identity: Value = None
    properties: dict[str, Value] | None = None
    after: tuple[str, ...] = ()
    accepted: tuple[tuple[str, str], ...] = ()
    accepted_in_bicep: tuple[tuple[str, str], ...] = ()

    def body(self) -> dict[str, Value]:
        """Return what the resource says of itself, in the order that templates write it; what it does not say is left out."""
        said = {
            "name": self.name,
            "location": self.location,
            "tags": self.tags,
            "sku": self.sku,
            "kind": self.kind,
            "identity": self.identity,
            "properties": self.properties,
        }
        return {name: value for name, value in said.items() if value is not None}


class Declaration(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter of a template; without a default it must be given. `type` is `string`, `bool`, `int`, `object` or `array`."""

    name: str
    type: str
    about: str
    default: Value = None
    allowed: tuple[Value, ...] = ()

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is None


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """An output of a template."""

    name: str
    type: str
    about: str
    value: Value


class Module(msgspec.Struct, frozen=True, kw_only=True):
    """The use of another template: `name` is that of its deployment, `arguments` its parameters, `notes` why they are so."""

    symbol: str
    template: Template
    name: Value
    arguments: dict[str, Value]
    notes: dict[str, str] = {}


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A template: one Bicep file at `path`, relative to the folder of all of them."""

    path: str
    about: str
    parameters: tuple[Declaration, ...] = ()
    resources: tuple[Resource, ...] = ()
    modules: tuple[Module, ...] = ()
    outputs: tuple[Result, ...] = ()


def templates(root: Template) -> tuple[Template, ...]:
    """Return a template and all that it uses, each once, itself first."""
    found: dict[str, Template] = {root.path: root}
    for module in root.modules:
        found |= {item.path: item for item in templates(module.template) if item.path not in found}
    return tuple(found.values())
