"""Read the words of a command line without what Typer reads them with: importing pydantic takes longer than most commands do.

What stands here already, a default or a text where text or a path is wanted, is taken as it is; the rest is left to Typer.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any


def read_plainly(parameters: Iterable[Any]) -> None:
    """Have parameters of a Typer command read their words plainly, as far as they can."""
    for parameter in parameters:
        if hasattr(parameter, "_runtime_param"):
            parameter._runtime_param = _Reading(parameter)  # noqa: SLF001  (there is no setting)


class _Reading:
    """Reads the words of one parameter."""

    def __init__(self, parameter: Any) -> None:
        information = parameter.type_descriptor.parameter_info
        self._annotation = parameter.type_descriptor.annotation
        self._several = parameter.multiple or parameter.nargs == -1
        self._plain = not any(getattr(information, key, None) for key in ("parser", "exists", "resolve_path"))

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the value that the words of a parameter stand for."""
        if value is None:
            return () if self._several else None
        if self._plain and self._annotation in (str, Path) and isinstance(value, str):
            return self._annotation(value)
        if self._annotation == list[str] and isinstance(value, list | tuple) and all(isinstance(word, str) for word in value):
            return list(value)
        if isinstance(self._annotation, type) and isinstance(value, self._annotation):
            return value
        from typer._coercion import build_runtime_param

        return build_runtime_param(param.type_descriptor).coerce(value, param=param, ctx=ctx)
