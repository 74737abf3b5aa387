"""Give each parameter the type that was declared for it; what does not fit is refused before anything runs."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation

from freehold.errors import ParameterInvalid, ResidencyRefused
from freehold.model.mesh import Mesh
from freehold.model.place import Travel
from freehold.model.product import DeclaredQuery, Parameter
from freehold.model.query import Scalar, Value
from freehold.names import nearest

_TRUE, _FALSE = frozenset({"true", "1"}), frozenset({"false", "0"})
_LONGEST = 1000
_DIGITS = 38
_WRITTEN = re.compile(r"[+-]?[0-9]{0,38}(\.[0-9]{0,38})?([eE][+-]?[0-9]{1,3})?")
"""A number: at most as many digits as a DECIMAL has, since no engine holds more."""


def typed(value: Value) -> tuple[str, str]:
    """Return a parameter's value as text beside its type, so that no two values are the same text."""
    return type(value).__name__, str(value)


def declared_values(
    query: DeclaredQuery, given: Mapping[str, Scalar], mesh: Mesh, destinations: Iterable[str | None]
) -> dict[str, Value]:
    """Return the typed value of every parameter of a declared query, whose answer goes into the regions of `destinations`.

    Raises:
        ParameterInvalid: One is missing, unknown, or of another type.
        ResidencyRefused: A `region` parameter asks for data of a region that the caller may have nothing of.
    """
    _check_text(given)
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in given:
        if name not in known:
            close = nearest(name, known)
            raise ParameterInvalid(
                f"`{name[:80]}` is no parameter of `{query.name}`",
                remedy=f"did you mean `{close}`?" if close else f"its parameters are: {', '.join(known) or 'none'}",
                parameter=name[:80],
            )
    values = {name: _value(parameter, given.get(name)) for name, parameter in known.items()}
    for name, parameter in known.items():
        if parameter.type == "region":
            for destination in destinations:
                _check_region(str(values[name]), name, mesh, destination)
    return values


def free_values(names: tuple[str, ...], given: Mapping[str, Scalar]) -> dict[str, Value]:
    """Return the values of the parameters that a caller's own SQL names.

    Raises:
        ParameterInvalid: One is missing, or one is sent that the SQL does not name.
    """
    _check_text(given)
    folded = {name.lower(): value for name, value in given.items()}
    for name in given:
        if name.lower() not in {item.lower() for item in names}:
            raise ParameterInvalid(
                f"`{name[:80]}` is sent and the query has no `${name[:80]}`", remedy="leave it out", parameter=name[:80]
            )
    for name in names:
        if name.lower() not in folded:
            raise ParameterInvalid(
                f"the query names `${name}` and no value was sent",
                remedy=f"send it in `parameters`, or with `--param {name}=VALUE`",
                parameter=name,
            )
    return {name: folded[name.lower()] for name in names}


def _check_text(given: Mapping[str, Scalar]) -> None:
    """Refuse half a character, which can be neither sent nor stored, before any of it is repeated to anybody; and zero bytes.

    These are refused in SQL too: engines take them for the end of a text, and for the escape of a pattern that has none.
    """
    for name, value in given.items():
        try:
            name.encode()
            str(value).encode()
        except UnicodeEncodeError:
            raise ParameterInvalid("a parameter holds half a character (a lone surrogate)", remedy="send UTF-8") from None
        if "\0" in name or (isinstance(value, str) and "\0" in value):
            raise ParameterInvalid("a parameter holds a zero byte", remedy="leave it out")


def _value(parameter: Parameter, given: Scalar) -> Value:
    raw = given if given is not None else parameter.default
    if raw is None:
        if parameter.required:
            raise ParameterInvalid(
                f"the parameter `{parameter.name}` is missing", remedy=f"send a {parameter.type}", parameter=parameter.name
            )
        return None
    reader = _READERS.get(parameter.type.split("(")[0], _text)
    text = str(raw).lower() if isinstance(raw, bool) else str(raw) if parameter.type == "string" else str(raw).strip()
    try:
        value = reader(text)
    except (ValueError, OverflowError, InvalidOperation):
        raise ParameterInvalid(
            f"`{text[:80]}` is no {parameter.type} for the parameter `{parameter.name}`",
            remedy=_EXAMPLES.get(parameter.type, f"send a {parameter.type}"),
            parameter=parameter.name,
        ) from None
    if parameter.values and text not in parameter.values:
        raise ParameterInvalid(
            f"`{text[:80]}` is none of the values of `{parameter.name}`",
            remedy=f"send one of: {', '.join(parameter.values)}",
            parameter=parameter.name,
        )
    return value


def _check_region(region: str, name: str, mesh: Mesh, towards: str | None) -> None:
    origin, destination = mesh.jurisdiction(region), mesh.jurisdiction(towards)
    if origin is None:
        close = nearest(region, mesh.regions)
        remedy = f"did you mean `{close}`?" if close else "name a region of the mesh, such as `westeurope`"
        raise ParameterInvalid(f"`{region[:80]}` is no region that this mesh knows", remedy=remedy, parameter=name)
    if destination is None or mesh.transfer(origin, destination).allow is Travel.NOTHING:
        raise ResidencyRefused(
            f"nothing of `{region}` may go to {destination or 'an unknown region'}",
            remedy=f"ask from a region inside {origin}, or ask the mesh stewards about `transfers`",
        )


def _text(text: str) -> str:
    if len(text) > _LONGEST:
        raise ValueError(text)
    return text


def _boolean(text: str) -> bool:
    folded = text.lower()
    if folded not in _TRUE | _FALSE:
        raise ValueError(text)
    return folded in _TRUE


def _date(text: str) -> dt.date:
    return dt.datetime.fromisoformat(text).date()


def _timestamp(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _integer(text: str) -> int:
    return int(_digits(text))


def _number(text: str) -> float:
    value = float(_digits(text))
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _decimal(text: str) -> Decimal:
    value = Decimal(_digits(text))
    if not value.is_finite() or value.adjusted() >= _DIGITS:
        raise ValueError(text)
    return value


def _digits(text: str) -> str:
    """Return a number as JSON and SQL write it: Python alone reads `1_000`, `nan` and digits of other scripts."""
    if not _WRITTEN.fullmatch(text):
        raise ValueError(text)
    return text


_READERS: dict[str, Callable[[str], Value]] = {
    "string": _text,
    "region": _text,
    "integer": _integer,
    "number": _number,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": _date,
    "timestamp": _timestamp,
    "time": dt.time.fromisoformat,
}

_EXAMPLES = {
    "date": "write a date as 2026-01-31",
    "timestamp": "write a time as 2026-01-31T09:30:00Z",
    "integer": "write a whole number",
    "boolean": "write true or false",
}
