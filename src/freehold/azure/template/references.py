"""`reference()` and `references()`: of a nested deployment of the template its outputs are known, of a resource nothing is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from freehold.azure.expression.run import Closure, Form, Language, check_count
from freehold.azure.expression.syntax import Call, Node, written
from freehold.azure.expression.values import ABSENT, Partly, Unknown
from freehold.azure.template.deployment import Deployment
from freehold.errors import ExpressionFailed


def _asking(name: str) -> Form:
    def read(language: Language, arguments: tuple[Node, ...]) -> Closure:
        check_count(name, arguments, 1, 3)
        values, text = [language.compile(argument) for argument in arguments], written(Call(name, arguments))

        def look_up(run: Deployment) -> Any:
            outputs = _outputs(run, values[0])
            if outputs is ABSENT:
                return Unknown(text)
            state = _full if len(values) > 1 and str(values[-1](run)).lower() == "full" else _state
            return [state(item, text) for item in outputs] if isinstance(outputs, list) else state(outputs, text)

        return look_up

    return read


def _outputs(run: Deployment, which: Closure) -> Any:
    if run.asked is None:
        return ABSENT
    try:
        name = which(run)
    except ExpressionFailed:
        return ABSENT
    return run.asked(name) if isinstance(name, str) else ABSENT


def _state(outputs: Any, text: str) -> Partly:
    return Partly({"outputs": outputs}, Unknown(text))


def _full(outputs: Any, text: str) -> Partly:
    return Partly({"properties": _state(outputs, text)}, Unknown(text))


REFERENCES: Mapping[str, Form] = {name: _asking(name) for name in ("reference", "references")}
