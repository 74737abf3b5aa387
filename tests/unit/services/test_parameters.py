"""Parameters of declared queries: what is sent becomes a value of the declared type, or is refused by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from freehold.errors import ParameterInvalid
from freehold.model.mesh import Mesh
from freehold.model.product import DeclaredQuery, Parameter
from freehold.services.parameters import declared_values


def value(mesh: Mesh, kind: str, given: Any) -> Any:
    """Return what `given` becomes as a parameter of type `kind`."""
    query = DeclaredQuery(name="q", sql="select $p", parameters=(Parameter(name="p", type=kind),))
    return declared_values(query, {"p": given}, mesh, ("westeurope",))["p"]


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("string", " a ", " a "),
        ("string", True, "true"),
        ("integer", " 7 ", 7),
        ("integer", -12, -12),
        ("integer", "9" * 38, 10**38 - 1),
        ("number", "1e3", 1000.0),
        ("number", 0.1, 0.1),
        ("decimal(9,2)", "1.50", Decimal("1.50")),
        ("boolean", False, False),
        ("date", "2026-01-31", dt.date(2026, 1, 31)),
        ("timestamp", "2026-01-31T09:00:00+01:00", dt.datetime(2026, 1, 31, 8)),  # noqa: DTZ001  (values have no zone)
        ("region", " westeurope", "westeurope"),
    ],
)
def test_what_is_sent_becomes_the_type_that_is_declared(example: Callable[..., Mesh], kind: str, given: Any, expected: Any) -> None:
    found = value(example(), kind, given)
    assert (type(found), found) == (type(expected), expected)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        *(("integer", text) for text in ("1_000", "１２", "1e3", "1.5", "nan", "", "9" * 39, "0x10", True)),
        *(("number", text) for text in ("nan", "inf", "-Infinity", "1e999", "1_0", "１", "", "1,5")),
        *(("decimal(9,2)", text) for text in ("NaN", "1e400", "1_0", "sNaN")),
        *(("timestamp", text) for text in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "now")),
        *(("date", text) for text in ("2026-02-30", "today")),
        ("boolean", "yes"),
        ("string", "x" * 1001),
    ],
)
def test_what_does_not_fit_is_refused_by_the_name_of_its_parameter(example: Callable[..., Mesh], kind: str, given: Any) -> None:
    with pytest.raises(ParameterInvalid) as refused:
        value(example(), kind, given)
    assert refused.value.facts["parameter"] == "p"
