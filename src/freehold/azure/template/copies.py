"""JSON of a template → closures: expressions evaluated, and `copy` beside properties or variables made into arrays."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, TypeVar

from freehold.azure.documents import lower_keys
from freehold.azure.expression.run import Closure, Language
from freehold.azure.expression.values import Unknown, Unresolved, is_number
from freehold.azure.template.deployment import Deployment
from freehold.errors import ArmTemplateInvalid, ExpressionFailed, ExpressionRefused

MOST_COPIES = 800
"""The documented limit of one copy."""

DEEPEST = 100
_ITEMS_PER_STEP = 2
_Item = TypeVar("_Item")


@contextmanager
def placed(place: str) -> Generator[None]:
    """Name the place of what is refused or fails inside.

    Raises:
        ArmTemplateInvalid: Something was refused or failed.
    """
    try:
        yield
    except (ExpressionRefused, ExpressionFailed) as refused:
        raise ArmTemplateInvalid(f"{place}: {refused.detail}", remedy=refused.remedy) from None
    except Unresolved as unresolved:
        raise ArmTemplateInvalid(f"{place}: only a deployment knows {unresolved.what.text}") from None


def compile_body(language: Language, raw: Any, place: str, depth: int = 0) -> Closure:
    """Return a closure for a JSON value of a template.

    Raises:
        ArmTemplateInvalid: An expression cannot be used, or a copy is not of the documented shape.
    """
    if depth > DEEPEST:
        raise ArmTemplateInvalid(f"{place}: values are nested more than {DEEPEST} levels deep")
    if isinstance(raw, str):
        with placed(place):
            text = language.compile_text(raw)
        return _placed_closure(text, place)
    if isinstance(raw, list):
        items = [compile_body(language, item, f"{place}[{at}]", depth + 1) for at, item in enumerate(raw)]
        return lambda run: [item(run) for item in _charged(run, items)]
    if not isinstance(raw, dict):
        return lambda _: raw
    written: dict[str, Any] = raw
    copies = _copies(language, written, place, depth)
    members = [
        (key, compile_body(language, item, f"{place}.{key}", depth + 1))
        for key, item in written.items()
        if not (copies and key.lower() == "copy")
    ]
    computed = [(compile_body(language, key, f"{place}.{key}"), item) for key, item in members if key.startswith("[")]
    plain = [(key, item) for key, item in members if not key.startswith("[")]

    def make(run: Deployment) -> Any:
        made = {**{key: item(run) for key, item in _charged(run, plain)}, **{key: copy(run) for key, copy in copies}}
        return _named(made, computed, run, place) if computed else made

    return make


def _named(made: dict[str, Any], computed: list[tuple[Closure, Closure]], run: Deployment, place: str) -> Any:
    """Return an object with members whose names are expressions put to it, or the first name that cannot be known."""
    taken = {key.lower() for key in made}
    for key, item in computed:
        name = key(run)
        if isinstance(name, Unknown):
            return name
        if not isinstance(name, str) or name.lower() in taken:
            raise ArmTemplateInvalid(f"{place}: `{str(name)[:80]}`, which an expression names, is no text or is there twice")
        taken.add(name.lower())
        made[name] = item(run)
    return made


def _charged(run: Deployment, items: list[_Item]) -> list[_Item]:
    """Return what an array or object is made of, paid for: a copy makes it many times over.

    Raises:
        ExpressionFailed: The template takes too many steps.
    """
    run.budget.spend((len(items) + 1) // _ITEMS_PER_STEP)
    return items


def _placed_closure(text: Closure, place: str) -> Closure:
    def evaluate(run: Deployment) -> Any:
        with placed(place):
            found = text(run)
            # What a parameter or variable holds is put in whole, and a copy puts it in many times over.
            return run.budget.charge(found) if type(found) in {list, dict} else found

    return evaluate


def _copies(language: Language, raw: dict[str, Any], place: str, depth: int) -> list[tuple[str, Closure]]:
    found = lower_keys(raw).get("copy")
    if not isinstance(found, list) or not all(isinstance(item, dict) and "input" in lower_keys(item) for item in found):
        return []
    return [_copy(language, lower_keys(item), f"{place}.copy[{at}]", depth) for at, item in enumerate(found)]


def _copy(language: Language, low: dict[str, Any], place: str, depth: int) -> tuple[str, Closure]:
    name = low.get("name")
    if not isinstance(name, str):
        raise ArmTemplateInvalid(f"{place}: a copy has a `name`")
    count = compile_body(language, low.get("count"), f"{place}.count", depth + 1)
    body = compile_body(language, low["input"], f"{place}.input", depth + 1)

    def make(run: Deployment) -> Any:
        times = times_of(run, count, place)
        return times if isinstance(times, Unknown) else [body(run) for _ in looped(run, name, times, of_property=True)]

    return name, make


def times_of(run: Deployment, count: Closure, place: str) -> int | Unknown:
    """Return how many times a copy is made, or what would have to be known.

    Raises:
        ArmTemplateInvalid: It is to be done no whole number of times, or more than 800 times.
    """
    times = count(run)
    if isinstance(times, Unknown):
        return times
    if not is_number(times) or not 0 <= times <= MOST_COPIES or times != int(times):
        raise ArmTemplateInvalid(f"{place}: a copy is made 0 to {MOST_COPIES} times, not `{str(times)[:40]}`")
    return int(times)


def looped(run: Deployment, name: str, times: int | Unknown, *, of_property: bool = False) -> Generator[int]:
    """Yield the indices of a copy, with `copyIndex(name)` set to each in turn; a copy made nobody knows how often stands for all.

    `copyIndex()` is the index of the resource; where none is copied, that of the property.
    """
    before = dict(run.loops)
    for index in range(1 if isinstance(times, Unknown) else times):
        run.budget.spend(1)
        at = Unknown(f"copyIndex({name})") if isinstance(times, Unknown) else index
        unnamed = before[""] if of_property and "" in before else at
        run.loops = {**before, "": unnamed, name.lower(): at}
        yield index
    run.loops = before
