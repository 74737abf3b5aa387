"""JSON of a template → closures: expressions evaluated, and `copy` beside properties or variables made into arrays."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from freehold.azure.documents import lower_keys
from freehold.azure.expression.run import Closure, Language
from freehold.azure.expression.values import Unresolved, is_number, known
from freehold.azure.template.deployment import Deployment
from freehold.errors import ArmTemplateInvalid, ExpressionFailed, ExpressionRefused

MOST_COPIES = 800
"""The documented limit of one copy."""

DEEPEST = 100


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
        return lambda run: [item(run) for item in items]
    if not isinstance(raw, dict):
        return lambda _: raw
    written: dict[str, Any] = raw
    copies = _copies(language, written, place, depth)
    members = [
        (key, compile_body(language, item, f"{place}.{key}", depth + 1))
        for key, item in written.items()
        if not (copies and key.lower() == "copy")
    ]
    return lambda run: {**{key: item(run) for key, item in members}, **{key: copy(run) for key, copy in copies}}


def _placed_closure(text: Closure, place: str) -> Closure:
    def evaluate(run: Deployment) -> Any:
        with placed(place):
            return text(run)

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

    def make(run: Deployment) -> list[Any]:
        return [body(run) for _ in looped(run, name, count, place)]

    return name, make


def looped(run: Deployment, name: str, count: Closure, place: str) -> Generator[int]:
    """Yield the indices of a copy, with `copyIndex()` and `copyIndex(name)` set to each in turn.

    Raises:
        ArmTemplateInvalid: It is to be done no whole number of times, or more than 800 times.
    """
    with placed(place):
        times = known(count(run))
    if not is_number(times) or not 0 <= times <= MOST_COPIES:
        raise ArmTemplateInvalid(f"{place}: a copy is made 0 to {MOST_COPIES} times, not `{str(times)[:40]}`")
    before = dict(run.loops)
    for index in range(int(times)):
        run.budget.spend(1)
        run.loops = {**before, "": index, name.lower(): index}
        yield index
    run.loops = before
