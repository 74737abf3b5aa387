"""Policy definitions as Azure writes them: a resource, its properties alone, or a bare rule. Keys are looked up without case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from freehold.azure.documents import lower_keys
from freehold.azure.expression.syntax import unescaped
from freehold.azure.expression.values import ABSENT, is_same, kind
from freehold.errors import AzurePolicyInvalid

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "array": list,
    "object": dict,
    "boolean": bool,
    "integer": int,
    "float": (int, float),
    "datetime": str,
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a definition or initiative; `default` is ABSENT where it must be given."""

    name: str
    type: str | None
    default: Any = ABSENT
    allowed: tuple[Any, ...] | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """A policy: its rule as JSON, and what is said about it. `parameters` are by lower-case name; a bare rule declares none."""

    name: str
    rule: dict[str, Any]
    id: str = ""
    title: str = ""
    description: str = ""
    mode: str = "Indexed"
    version: str | None = None
    category: str | None = None
    parameters: Mapping[str, Parameter] = field(default_factory=dict[str, Parameter])
    is_bare: bool = False

    @property
    def is_data_plane(self) -> bool:
        """Whether it is about objects inside a service, which no template has."""
        return "." in self.mode


def read_definition(raw: Any, name: str = "policy") -> Definition:
    """Return a definition of a policy; `name` is used where it has none.

    Raises:
        AzurePolicyInvalid: It is not of a documented shape.
    """
    if not isinstance(raw, dict):
        raise AzurePolicyInvalid(f"{name}: a policy is an object, not {kind(raw)}")
    outer = lower_keys(raw)
    if "if" in outer and "then" in outer:
        return Definition(name=name, rule=raw, is_bare=True, mode="All")
    properties = outer.get("properties")
    inner = lower_keys(properties) if isinstance(properties, dict) else outer
    rule = inner.get("policyrule")
    if not isinstance(rule, dict):
        raise AzurePolicyInvalid(f"{name}: there is no `policyRule`")
    known = str(outer.get("name") or name)
    metadata: Any = inner.get("metadata") if isinstance(inner.get("metadata"), dict) else {}
    return Definition(
        name=known,
        rule=rule,
        id=str(outer.get("id") or ""),
        title=str(inner.get("displayname") or known),
        description=str(inner.get("description") or ""),
        mode=str(inner.get("mode") or "Indexed"),
        version=_text(inner.get("version") or metadata.get("version")),
        category=_text(metadata.get("category")),
        parameters=read_parameters(inner.get("parameters"), known),
    )


def read_parameters(raw: Any, place: str) -> dict[str, Parameter]:
    """Return declared parameters by lower-case name.

    Raises:
        AzurePolicyInvalid: One is not of the documented shape.
    """
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise AzurePolicyInvalid(f"{place}: `parameters` is an object")
    found: dict[str, Parameter] = {}
    for name, body in raw.items():
        if not isinstance(body, dict):
            raise AzurePolicyInvalid(f"{place}: parameter `{name}` is an object")
        low = lower_keys(body)
        allowed = low.get("allowedvalues")
        found[name.lower()] = Parameter(
            name=name,
            type=_text(low.get("type")),
            default=_unescaped(low["defaultvalue"]) if "defaultvalue" in low else ABSENT,
            allowed=tuple(allowed) if isinstance(allowed, list) else None,
        )
    return found


def arguments(declared: Mapping[str, Parameter], given: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Return a value for every parameter, by lower-case name: what is given, else its default.

    Raises:
        AzurePolicyInvalid: One is missing, not declared, of another type, or not allowed.
    """
    values = {name.lower(): value for name, value in given.items()}
    for name in given:
        if name.lower() not in declared:
            raise AzurePolicyInvalid(f"{place}: there is no parameter `{name}`", remedy=f"it has {_names(declared)}")
    for low, parameter in declared.items():
        if low not in values:
            if parameter.default is ABSENT:
                raise AzurePolicyInvalid(
                    f"{place}: parameter `{parameter.name}` needs a value", remedy="give it in an assignment among the files"
                )
            values[low] = parameter.default
        else:
            _check_argument(parameter, values[low], place)
    return values


def _check_argument(parameter: Parameter, value: Any, place: str) -> None:
    wanted = _TYPES.get((parameter.type or "").lower())
    if (
        wanted is not None
        and value is not None
        and (not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool))
    ):
        raise AzurePolicyInvalid(f"{place}: parameter `{parameter.name}` is of type {parameter.type}, and was given {kind(value)}")
    if parameter.allowed is None:
        return
    for item in value if isinstance(value, list) and parameter.type and parameter.type.lower() == "array" else [value]:
        if not any(is_same(item, allowed) for allowed in parameter.allowed):
            choices = ", ".join(str(allowed) for allowed in parameter.allowed[:10])
            raise AzurePolicyInvalid(
                f"{place}: parameter `{parameter.name}` cannot be `{str(item)[:80]}`", remedy=f"it can be {choices}"
            )


def _names(declared: Mapping[str, Parameter]) -> str:
    return ", ".join(parameter.name for parameter in declared.values()) or "none"


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _unescaped(value: Any) -> Any:
    if isinstance(value, str):
        return unescaped(value)
    if isinstance(value, list):
        return [_unescaped(item) for item in value]
    return {key: _unescaped(item) for key, item in value.items()} if isinstance(value, dict) else value
