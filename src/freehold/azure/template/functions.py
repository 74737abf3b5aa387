"""Functions that a template defines itself: each is read once, may call others of the template, and never itself."""

from __future__ import annotations

from typing import Any

from freehold.azure.documents import lower_keys
from freehold.azure.expression.run import Closure, Form, Language, check_count
from freehold.azure.expression.syntax import Node
from freehold.azure.template.copies import compile_body
from freehold.azure.template.deployment import Deployment
from freehold.azure.template.language import language
from freehold.errors import ArmTemplateInvalid, ExpressionRefused


def own_functions(raw: Any, place: str) -> dict[str, Form]:
    """Return the functions of a template by their names with namespace, in lower case.

    Raises:
        ArmTemplateInvalid: They are not of the documented shape, or one cannot be used.
    """
    found: dict[str, Form] = {}
    own: list[_Own] = []
    for space in raw if isinstance(raw, list) else ():
        low = lower_keys(space) if isinstance(space, dict) else {}
        members = low.get("members") or {}
        if not isinstance(members, dict) or not all(isinstance(body, dict) for body in members.values()):
            raise ArmTemplateInvalid(f"{place}: a namespace of functions has an object `members` of objects")
        for name, body in members.items():
            own.append(_Own(lower_keys(body), f"{place}.{name}", found))
            found[f"{low.get('namespace')}.{name}".lower()] = own[-1]
    for function in own:
        function.body()
    return found


class _Own:
    """One function of a template: a form that evaluates its output with parameters of its own, and sees nothing else."""

    def __init__(self, low: dict[str, Any], place: str, others: dict[str, Form]) -> None:
        self.place = place
        parameters = low.get("parameters")
        self.names = [
            str(item.get("name", "")).lower()
            for item in (parameters if isinstance(parameters, list) else ())
            if isinstance(item, dict)
        ]
        self._output = low.get("output")
        self._others = others
        self._body: Closure | None = None
        self._is_being_read = False

    def body(self) -> Closure:
        """Return the closure of the output, read when it is first wanted.

        Raises:
            ArmTemplateInvalid: It cannot be used.
            ExpressionRefused: The function calls itself.
        """
        if self._is_being_read:
            raise ExpressionRefused("a function of a template calls itself")
        if self._body is None:
            self._is_being_read = True
            value = self._output.get("value") if isinstance(self._output, dict) else None
            self._body = compile_body(language(frozenset(self.names), frozenset(), self._others), value, self.place)
            self._is_being_read = False
        return self._body

    def __call__(self, outer: Language, arguments: tuple[Node, ...]) -> Closure:
        """Return the closure of a call."""
        check_count(self.place.rpartition(".")[2], arguments, len(self.names), len(self.names))
        values, body = [outer.compile(argument) for argument in arguments], self.body()

        def call(run: Deployment) -> Any:
            run.budget.spend(1)
            given = dict(zip(self.names, (value(run) for value in values), strict=True))
            return run.budget.charge(body(Deployment(run.budget, run.context, scope=run.scope, parameters=given)))

        return call
