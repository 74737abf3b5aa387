"""Functions that take a lambda: `map(parameters('a'), lambda('x', toLower(lambdaVariables('x'))))` and its like."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from freehold.azure.expression.functions.array import distinct_keys
from freehold.azure.expression.functions.given import items, members, text
from freehold.azure.expression.run import Closure, Form, Language, check_count, constant_text
from freehold.azure.expression.syntax import Call, Node
from freehold.azure.expression.values import ABSENT, Merged, Partly, Unfit, Unknown, Unresolved, known
from freehold.azure.template.deployment import Deployment
from freehold.errors import ExpressionFailed, ExpressionRefused


@dataclass(frozen=True, slots=True)
class Lambda:
    """Names, and what is made of values under them."""

    names: tuple[str, ...]
    body: Closure

    def __call__(self, run: Deployment, *values: Any) -> Any:
        """Return what the body makes of values, extra ones left out."""
        run.budget.spend(1)
        before = dict(run.bound)
        run.bound.update(zip(self.names, values, strict=False))
        try:
            return self.body(run)
        finally:
            run.bound = before


def read_lambda(language: Language, node: Node) -> Lambda:
    """Return a lambda.

    Raises:
        ExpressionRefused: It is none.
    """
    if not isinstance(node, Call) or node.name.lower() != "lambda" or len(node.arguments) < 2:
        raise ExpressionRefused("a function wants a lambda", remedy="lambda('name', expression)")
    names = tuple(constant_text("lambda", argument).lower() for argument in node.arguments[:-1])
    return Lambda(names, language.compile(node.arguments[-1]))


def _truth(value: Any) -> bool:
    if not isinstance(known(value), bool):
        raise Unfit("a lambda wants to say true or false")
    return bool(value)


def _map(run: Deployment, values: Any, lambdas: list[Lambda]) -> Any:
    return [lambdas[0](run, item, at) for at, item in enumerate(items(values))]


def _filter(run: Deployment, values: Any, lambdas: list[Lambda]) -> Any:
    return [item for at, item in enumerate(items(values)) if _truth(lambdas[0](run, item, at))]


def _sort(run: Deployment, values: Any, lambdas: list[Lambda]) -> Any:
    def order(left: Any, right: Any) -> int:
        if _truth(lambdas[0](run, left, right)):
            return -1
        return 1 if _truth(lambdas[0](run, right, left)) else 0

    return sorted(items(values), key=functools.cmp_to_key(order))


def _to_object(run: Deployment, values: Any, lambdas: list[Lambda]) -> Any:
    value = lambdas[1] if len(lambdas) > 1 else None
    return distinct_keys((text(lambdas[0](run, item)), value(run, item) if value else item) for item in items(values))


def _group_by(run: Deployment, values: Any, lambdas: list[Lambda]) -> Any:
    value, groups = lambdas[1] if len(lambdas) > 1 else None, dict[str, list[Any]]()
    for item in items(values):
        groups.setdefault(text(lambdas[0](run, item)), []).append(value(run, item) if value else item)
    return groups


def _map_values(run: Deployment, values: Any, lambdas: list[Lambda]) -> Any:
    return {key: lambdas[0](run, item) for key, item in members(values).items()}


def _over(name: str, most: int, work: Callable[[Deployment, Any, list[Lambda]], Any]) -> Form:
    def read(language: Language, arguments: tuple[Node, ...]) -> Closure:
        check_count(name, arguments, 2, 1 + most)
        values, lambdas = language.compile(arguments[0]), [read_lambda(language, node) for node in arguments[1:]]
        return _charged(name, values, lambda run, found: work(run, found, lambdas))

    return read


def _reduce(language: Language, arguments: tuple[Node, ...]) -> Closure:
    check_count("reduce", arguments, 3, 3)
    values, begin, step = language.compile(arguments[0]), language.compile(arguments[1]), read_lambda(language, arguments[2])

    def work(run: Deployment, found: Any) -> Any:
        total = begin(run)
        for at, item in enumerate(items(found)):
            total = run.budget.charge(step(run, total, item, at))
        return total

    return _charged("reduce", values, work)


def _charged(name: str, values: Closure, work: Callable[[Deployment, Any], Any]) -> Closure:
    def run_lambda(run: Deployment) -> Any:
        found = values(run)
        if isinstance(found, Unknown):
            return found
        if isinstance(found, Merged | Partly):
            return found.unknown
        try:
            return run.budget.charge(work(run, found))
        except Unfit as unfit:
            raise ExpressionFailed(f"`{name}()`: {unfit}") from None
        except Unresolved as unresolved:
            return unresolved.what

    return run_lambda


def _variable(_: Language, arguments: tuple[Node, ...]) -> Closure:
    check_count("lambdaVariables", arguments, 1, 1)
    name = constant_text("lambdaVariables", arguments[0])

    def look_up(run: Deployment) -> Any:
        found = run.bound.get(name.lower(), ABSENT)
        if found is ABSENT:
            raise ExpressionFailed(f"`lambdaVariables('{name}')` stands in no such lambda")
        return found

    return look_up


LAMBDAS: Mapping[str, Form] = {
    "map": _over("map", 1, _map),
    "filter": _over("filter", 1, _filter),
    "sort": _over("sort", 1, _sort),
    "toobject": _over("toObject", 2, _to_object),
    "groupby": _over("groupBy", 2, _group_by),
    "mapvalues": _over("mapValues", 1, _map_values),
    "reduce": _reduce,
    "lambdavariables": _variable,
}
