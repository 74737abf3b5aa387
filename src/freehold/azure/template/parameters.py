"""Parameters of a template: what a parameter file gives, else defaults, held against types, allowed values and bounds.

The value of a secure parameter is never needed to judge a template: one that is missing or lies in a vault is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from freehold.azure.documents import lower_keys
from freehold.azure.expression.run import Language
from freehold.azure.expression.values import Unknown, is_number, is_same, kind
from freehold.azure.template.copies import compile_body
from freehold.azure.template.deployment import Deployment
from freehold.errors import ArmTemplateInvalid

_TYPES: Mapping[str, type] = {
    "string": str,
    "securestring": str,
    "bool": bool,
    "object": dict,
    "secureobject": dict,
    "array": list,
}


def given_parameters(document: Any) -> dict[str, Any]:
    """Return the values of a parameter file by name, unknown where a vault keeps them; None gives nothing.

    Raises:
        ArmTemplateInvalid: It is not of the documented shape.
    """
    if document is None:
        return {}
    entries = lower_keys(document).get("parameters", document) if isinstance(document, dict) else None
    if not isinstance(entries, dict):
        raise ArmTemplateInvalid("a parameter file has an object `parameters`")
    return {name: _given(name, body) for name, body in entries.items() if name != "$schema" and name.lower() != "contentversion"}


def _given(name: str, body: Any) -> Any:
    low = lower_keys(body) if isinstance(body, dict) else {}
    if "value" in low:
        return low["value"]
    if "reference" in low:
        return Unknown(f"parameters('{name}')")
    raise ArmTemplateInvalid(f"parameter `{name}` is given as {{value: …}} or {{reference: …}}")


def bind_parameters(
    language: Language,
    declared: Mapping[str, Any],
    given: Mapping[str, Any],
    run: Deployment,
    place: str,
    *,
    missing: list[str] | None = None,
) -> None:
    """Give a deployment its parameters, defaults evaluated in the order of the template.

    What has neither a value nor a default is unknown, and its name added to `missing`; without such a list it is refused.

    Raises:
        ArmTemplateInvalid: One is missing, not declared, or not what its declaration allows.
    """
    values = {name.lower(): value for name, value in given.items()}
    for name in given:
        if name.lower() not in {key.lower() for key in declared}:
            raise ArmTemplateInvalid(f"{place}: there is no parameter `{name}`")
    run.parameters.update(values)
    for name, raw in declared.items():
        low = lower_keys(raw) if isinstance(raw, dict) else {}
        where = f"{place}.{name}"
        if name.lower() not in values:
            run.parameters[name.lower()] = _default(language, name, low, run, where, missing=missing)
        _check(low, run.parameters[name.lower()], where)


def _default(language: Language, name: str, low: dict[str, Any], run: Deployment, where: str, *, missing: list[str] | None) -> Any:
    if "defaultvalue" in low:
        return compile_body(language, low["defaultvalue"], f"{where}.defaultValue")(run)
    if str(low.get("type", "")).lower().startswith("secure"):
        return Unknown(f"parameters('{name}')")
    if low.get("nullable") is True:
        return None
    if missing is not None:
        missing.append(name)
        return Unknown(f"parameters('{name}')")
    raise ArmTemplateInvalid(f"{where}: the parameter has no value and no default", remedy="give it where the deployment is nested")


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
