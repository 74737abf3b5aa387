"""Tree → closure: names are bound, counts of arguments checked and constants kept, once; each run then costs only its calls.

A language (Azure Policy's, a template's) is its functions, which see only values, and its forms, which see the trees of their
arguments and the run: `parameters()`, `field()`, `if()`. What is in neither is refused when it is read, never when it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from freehold.azure.expression.budget import Budget
from freehold.azure.expression.syntax import Call, Literal, Member, Node, is_expression, parse, unescaped
from freehold.azure.expression.values import ABSENT, Merged, Partly, Unfit, Unknown, Unresolved, is_number, kind
from freehold.errors import ExpressionFailed, ExpressionRefused


class Run(Protocol):
    """One evaluation: whatever its language's forms look at, and what it may still cost."""

    budget: Budget


Closure = Callable[[Any], Any]
Form = Callable[["Language", tuple[Node, ...]], Closure]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of values: its name, what it does, and how many arguments it takes (`most` None: any number).

    What cannot be known among its arguments is what it makes, unless it `takes_unknown` ones and decides itself. So is what an
    array or object of which not all is known leaves open, unless it `takes_parts`.
    """

    name: str
    call: Callable[..., Any]
    least: int
    most: int | None
    takes_unknown: bool = False
    takes_parts: bool = False


def unary(name: str, call: Callable[[Any], Any]) -> Function:
    """Return a function of one value."""
    return Function(name, call, 1, 1)


def binary(name: str, call: Callable[[Any, Any], Any]) -> Function:
    """Return a function of two values."""
    return Function(name, call, 2, 2)


@dataclass(frozen=True, slots=True)
class Language:
    """What may be called, by lower-case name; `lenient` makes nothing of a member that is missing, instead of a failure."""

    name: str
    functions: Mapping[str, Function]
    forms: Mapping[str, Form]
    lenient: bool = False

    def compile(self, node: Node) -> Closure:
        """Return a closure that evaluates a tree in a run.

        Raises:
            ExpressionRefused: It calls what the language does not have, or with too few or many arguments.
        """
        if isinstance(node, Literal):
            value = node.value
            return lambda _: value
        if isinstance(node, Member):
            return self._member(node)
        form = self.forms.get(node.name.lower())
        return form(self, node.arguments) if form else self._call(node)

    def compile_text(self, text: str) -> Closure:
        """Return a closure for a string: what it evaluates to if it is an expression, else itself.

        Raises:
            ExpressionRefused: It is an expression that cannot be used.
        """
        if is_expression(text):
            return self.compile(parse(text))
        value = unescaped(text)
        return lambda _: value

    def compile_json(self, value: Any) -> Closure:
        """Return a closure for a JSON value, expressions in it evaluated; what has none is kept as it is.

        Raises:
            ExpressionRefused: An expression in it cannot be used.
        """
        if isinstance(value, str):
            return self.compile_text(value)
        if not has_expression(value):
            return lambda _: value
        if isinstance(value, list):
            items = [self.compile_json(item) for item in value]
            return lambda run: [item(run) for item in items]
        members = [(key, self.compile_json(item)) for key, item in value.items()]
        return lambda run: {key: item(run) for key, item in members}

    def _call(self, node: Call) -> Closure:
        function = self.functions.get(node.name.lower())
        if function is None:
            raise ExpressionRefused(
                f"{self.name} has no function `{node.name}`", remedy="look the function up in docs/azure-policy.md"
            )
        check_count(node.name, node.arguments, function.least, function.most)
        call, arguments, decides = function.call, [self.compile(item) for item in node.arguments], function.takes_unknown
        takes_parts = decides or function.takes_parts

        def run_call(run: Run) -> Any:
            run.budget.spend(1)
            values = [argument(run) for argument in arguments]
            for value in values:
                if isinstance(value, Unknown) and not decides:
                    return value
                if isinstance(value, list | dict):
                    if not takes_parts and isinstance(value, Merged | Partly):
                        return value.unknown
                    run.budget.charge(value)
            try:
                return run.budget.charge(call(*values))
            except Unfit as unfit:
                raise ExpressionFailed(f"`{function.name}()`: {unfit}") from None
            except Unresolved as unresolved:
                return unresolved.what

        return run_call

    def _member(self, node: Member) -> Closure:
        of, key, lenient = self.compile(node.of), self.compile(node.key), self.lenient
        missing = None if node.safe else ABSENT

        def run_member(run: Run) -> Any:
            holder, index = of(run), key(run)
            if isinstance(holder, Unknown):
                return Unknown(f"{holder.text}.{index}")
            if isinstance(index, Unknown):
                return index
            found = member(holder, index)
            if found is not ABSENT:
                return found
            if lenient or node.safe:
                return missing
            raise ExpressionFailed(f"there is no `{index}` in {kind(holder)}")

        return run_member


def member(holder: Any, key: Any) -> Any:
    """Return what lies in an object under a name (case does not count) or in an array at an index, else ABSENT.

    >>> member({"Name": 1}, "name"), member([5, 6], 1), member([5], -1)
    (1, 6, <Absence.ABSENT: 'absent'>)
    """
    if isinstance(holder, dict) and isinstance(key, str):
        if key in holder:
            return holder[key]
        folded = key.casefold()
        found = next((value for name, value in holder.items() if name.casefold() == folded), ABSENT)
        return holder.member(key.lower()) if found is ABSENT and isinstance(holder, Partly) else found
    if isinstance(holder, list) and is_number(key) and 0 <= key < len(holder):
        return holder.member(int(key)) if isinstance(holder, Merged) else holder[int(key)]
    return ABSENT


def has_expression(value: Any) -> bool:
    """Return whether a JSON value holds an expression or an escaped bracket anywhere."""
    if isinstance(value, str):
        return value.startswith("[")
    if isinstance(value, list):
        return any(map(has_expression, value))
    return isinstance(value, dict) and any(map(has_expression, value.values()))


def check_count(name: str, arguments: tuple[Node, ...], least: int, most: int | None) -> None:
    """Check how many arguments a call has.

    Raises:
        ExpressionRefused: Too few or too many.
    """
    if len(arguments) < least or (most is not None and len(arguments) > most):
        wanted = f"{least}" if least == most else f"{least} or more" if most is None else f"{least} to {most}"
        raise ExpressionRefused(f"`{name}()` takes {wanted} arguments and has {len(arguments)}")


def constant_text(name: str, node: Node) -> str:
    """Return the text of an argument that must be one.

    Raises:
        ExpressionRefused: It is computed, or no text.
    """
    if isinstance(node, Literal) and isinstance(node.value, str):
        return node.value
    raise ExpressionRefused(f"`{name}()` wants a name written as text")


def branch(language: Language, arguments: tuple[Node, ...]) -> Closure:
    """The form `if(condition, then, else)`: only the branch that is taken is evaluated."""
    check_count("if", arguments, 3, 3)
    condition, then, otherwise = map(language.compile, arguments)

    def run_branch(run: Run) -> Any:
        run.budget.spend(1)
        found = condition(run)
        if isinstance(found, Unknown):
            return found
        if not isinstance(found, bool):
            raise ExpressionFailed(f"`if()` wants a boolean, not {kind(found)}")
        return then(run) if found else otherwise(run)

    return run_branch
