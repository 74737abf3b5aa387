"""Parameters of a template: what a parameter file gives, else defaults, held against types, allowed values and bounds.

The value of a secure parameter is never needed to judge a template: one that is missing or lies in a vault is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from freehold.azure.documents import lower_keys
from freehold.azure.expression.run import Closure, Language
from freehold.azure.expression.values import Unknown, is_number, is_same, kind
from freehold.azure.template.copies import compile_body, placed
from freehold.azure.template.deployment import Deployment
from freehold.azure.template.language import value_of
from freehold.errors import ArmTemplateInvalid

_TYPES: Mapping[str, type] = {
    "string": str,
    "securestring": str,
    "bool": bool,
    "object": dict,
    "secureobject": dict,
    "array": list,
}


@dataclass(frozen=True, slots=True)
class Declared:
    """The parameters of a template by name, as they are written, and the types that it defines."""

    parameters: Mapping[str, Any]
    types: Mapping[str, Any]

    def of(self, name: str, place: str) -> dict[str, Any]:
        """Return a declaration with what its type (`$ref`) says where it says nothing itself; keys in lower case.

        Raises:
            ArmTemplateInvalid: It refers to no type of the template.
        """
        found, seen = _lowered(self.parameters[name]), set[str]()
        while isinstance(reference := found.pop("$ref", None), str):
            to = reference.removeprefix("#/definitions/")
            if to in seen or to not in self.types:
                raise ArmTemplateInvalid(f"{place}: there is no type `{reference[:80]}` in the template, or it is made of itself")
            seen.add(to)
            found = {**_lowered(self.types[to]), **found}
        return found


def _lowered(raw: Any) -> dict[str, Any]:
    return lower_keys(raw) if isinstance(raw, dict) else {}


def given_parameters(document: Any) -> dict[str, Any]:
    """Return the values of a parameter file by name, unknown where a vault or a pipeline has them; None gives nothing.

    Raises:
        ArmTemplateInvalid: It is not of the documented shape.
    """
    if document is None:
        return {}
    entries = lower_keys(document).get("parameters", document) if isinstance(document, dict) else None
    if not isinstance(entries, dict):
        raise ArmTemplateInvalid("a parameter file has an object `parameters`")
    return values_given({name: body for name, body in entries.items() if name.lower() not in {"$schema", "contentversion"}})


def values_given(entries: Any) -> dict[str, Any]:
    """Return the values of `{name: {value: …}}`, unknown where they are elsewhere.

    Raises:
        ArmTemplateInvalid: It is not of that shape.
    """
    if not isinstance(entries, dict):
        raise ArmTemplateInvalid("parameters are an object")
    return {name: _given(name, body) for name, body in entries.items()}


def _given(name: str, body: Any) -> Any:
    if isinstance(body, Unknown):
        return body
    low = lower_keys(body) if isinstance(body, dict) else {}
    if "value" in low:
        return low["value"]
    if "reference" in low or "expression" in low:
        return Unknown(f"parameters('{name}')")
    raise ArmTemplateInvalid(f"parameter `{name}` is given as {{value: …}} or {{reference: …}}")


def bind_parameters(
    language: Language,
    declared: Declared,
    given: Mapping[str, Any],
    run: Deployment,
    place: str,
    *,
    missing: list[str] | None = None,
) -> None:
    """Give a deployment its parameters; defaults may be made of others in any order, and take the place of null.

    What has neither a value nor a default is unknown, and its name added to `missing`; without such a list it is refused.

    Raises:
        ArmTemplateInvalid: One is missing, not declared, or not what its declaration allows.
    """
    names = {name.lower() for name in declared.parameters}
    for name, value in given.items():
        if name.lower() not in names:
            raise ArmTemplateInvalid(f"{place}: there is no parameter `{name}`")
        run.parameters[name.lower()] = value
    bodies = {name: declared.of(name, f"{place}.{name}") for name in declared.parameters}
    for name, low in bodies.items():
        key = name.lower()
        if run.parameters.get(key) is None and ("defaultvalue" in low or key not in run.parameters):
            run.parameters.pop(key, None)
            run.defaults[key] = _default(language, name, low, f"{place}.{name}", missing=missing)
    for name, low in bodies.items():
        with placed(f"{place}.{name}"):
            value = value_of(run, name.lower())
        _check(low, value, f"{place}.{name}")


def _default(language: Language, name: str, low: dict[str, Any], where: str, *, missing: list[str] | None) -> Closure:
    if "defaultvalue" in low:
        return compile_body(language, low["defaultvalue"], f"{where}.defaultValue")
    if low.get("nullable") is True:
        return lambda _: None
    if not str(low.get("type", "")).lower().startswith("secure"):
        if missing is None:
            raise ArmTemplateInvalid(
                f"{where}: the parameter has no value and no default", remedy="give it where the deployment is nested"
            )
        missing.append(name)
    return lambda _: Unknown(f"parameters('{name}')")


def _check(low: dict[str, Any], value: Any, where: str) -> None:
    if isinstance(value, Unknown) or (value is None and low.get("nullable") is True):
        return
    _check_type(str(low.get("type", "")).lower(), value, where)
    _check_allowed(low.get("allowedvalues"), value, where)
    size = len(value) if isinstance(value, str | list) else value if is_number(value) else None
    kinds = ("minvalue", "maxvalue") if is_number(value) else ("minlength", "maxlength")
    least, most = (low[key] if is_number(low.get(key)) else None for key in kinds)
    if size is not None and ((least is not None and size < least) or (most is not None and size > most)):
        raise ArmTemplateInvalid(f"{where}: {size} is not between {kinds[0]} {least} and {kinds[1]} {most}")


def _check_allowed(allowed: Any, value: Any, where: str) -> None:
    if not isinstance(allowed, list) or any(is_same(value, other) for other in allowed):
        return
    chosen = value if isinstance(value, list) else [value]
    if not all(any(is_same(item, other) for other in allowed) for item in chosen):
        choices = ", ".join(str(item) for item in allowed[:10])
        raise ArmTemplateInvalid(f"{where}: the value is not allowed", remedy=f"it can be {choices}")


def _check_type(name: str, value: Any, where: str) -> None:
    fits = is_number(value) and float(value).is_integer() if name == "int" else isinstance(value, _TYPES.get(name, object))
    if not fits:
        raise ArmTemplateInvalid(f"{where}: the parameter is of type {name}, and was given {kind(value)}")
