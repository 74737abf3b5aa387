"""Read the words of a command line without what Typer reads them with: importing pydantic takes longer than most commands do.

A text, a path, a whole number or one of a few words is read here, and refused in plain words where it is none; the rest is left to
Typer.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typer

_WHOLE = re.compile("-?[0-9]{1,18}", re.ASCII)


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
        plain = not any(getattr(information, key, None) for key in ("parser", "exists", "resolve_path"))
        kind = self._annotation
        self._alone = plain and isinstance(kind, type) and (kind in (str, Path, int) or issubclass(kind, enum.StrEnum))
        self._least, self._most = (getattr(information, key, None) for key in ("min", "max"))

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the value that the words of a parameter stand for."""
        if value is None:
            return () if self._several else None
        if self._alone and isinstance(value, str):
            return self._read(value, param, ctx)
        if self._annotation == list[str] and isinstance(value, list | tuple) and all(isinstance(word, str) for word in value):
            return list(value)
        if isinstance(self._annotation, type) and isinstance(value, self._annotation):
            return value
        from typer._coercion import build_runtime_param

        return build_runtime_param(param.type_descriptor).coerce(value, param=param, ctx=ctx)

    def _read(self, text: str, param: Any, ctx: Any) -> Any:
        if self._annotation is int:
            return self._number(text, param, ctx)
        return self._word(text, param, ctx) if issubclass(self._annotation, enum.StrEnum) else self._annotation(text)

    def _number(self, text: str, param: Any, ctx: Any) -> int:
        if _WHOLE.fullmatch(text):
            number = int(text)
            if (self._least is None or number >= self._least) and (self._most is None or number <= self._most):
                return number
        bounds = "" if self._least is None else f" from {self._least} " + ("on" if self._most is None else f"to {self._most}")
        raise typer.BadParameter(f"`{text}` is no whole number{bounds}", ctx=ctx, param=param)

    def _word(self, text: str, param: Any, ctx: Any) -> enum.StrEnum:
        known = [item.value for item in self._annotation]
        if text in known:
            return self._annotation(text)
        from freehold.names import nearest

        close = nearest(text, known)
        mend = f"did you mean {close}?" if close else f"use {', '.join(known)}"
        raise typer.BadParameter(f"`{text}` is none of its words; {mend}", ctx=ctx, param=param)
