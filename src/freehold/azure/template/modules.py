"""Outputs of nested deployments: `reference('module').outputs.x.value` is worked out of the template when it is asked for, once.

What a module asks of itself, by way of others too, is refused, as Azure does. Only what the template says is known: outputs made of
deployed resources stay the expressions that ask for them, and so do those that are secure.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from freehold.azure.documents import lower_keys
from freehold.azure.expression.run import Language
from freehold.azure.expression.values import ABSENT, Unknown, as_boolean
from freehold.azure.template.copies import compile_body
from freehold.azure.template.deployment import Deployment
from freehold.errors import ArmTemplateInvalid, ExpressionFailed


@dataclass(frozen=True, slots=True)
class Module:
    """A nested deployment: the names that it is asked by, in lower case, and what works its outputs out.

    Outputs are ABSENT where nothing is deployed or the template is not here.
    """

    names: frozenset[str]
    outputs: Callable[[], Any]


class Modules:
    """The nested deployments of one template, found when one is first asked for."""

    def __init__(self, find: Callable[[], Iterable[Module]]) -> None:
        """Find nothing yet."""
        self._find = find
        self._by_name: dict[str, Module] | None = None
        self._known: dict[Module, Any] = {}
        self._working: set[Module] = set()

    def ask(self, name: str) -> Any:
        """Return the outputs of a nested deployment by its symbolic name, its name or its id, or ABSENT.

        Raises:
            ExpressionFailed: It waits for its own outputs.
        """
        if self._by_name is None:
            self._by_name = {}
            self._by_name = {known: module for module in self._find() for known in module.names}
        module = self._by_name.get(name.lower().rstrip("/"))
        if module is None:
            return ABSENT
        if module in self._working:
            raise ExpressionFailed(f"the nested deployment `{name[:80]}` waits for its own outputs")
        if module not in self._known:
            self._working.add(module)
            try:
                self._known[module] = module.outputs()
            finally:
                self._working.discard(module)
        return self._known[module]


@contextmanager
def beside(run: Deployment, loops: Mapping[str, Any]) -> Generator[None]:
    """Evaluate in a run as if nothing else were being evaluated there, with these indices of copies."""
    before = run.loops, run.bound
    run.loops, run.bound = dict(loops), {}
    try:
        yield
    finally:
        run.loops, run.bound = before


def outputs_of(raw: Mapping[str, Any], language: Language, run: Deployment, place: str) -> dict[str, Any]:
    """Return the outputs of a template, each with its type and value, as `reference()` shows them.

    Raises:
        ArmTemplateInvalid: One is not of the documented shape, or fails.
    """
    found: dict[str, Any] = {}
    for name, body in raw.items():
        where = f"{place}.{name}"
        low = lower_keys(body) if isinstance(body, dict) else {}
        if not ({"value", "copy"} & low.keys()):
            raise ArmTemplateInvalid(f"{where}: an output has a `type` and a `value`")
        wanted = compile_body(language, low.get("condition", True), f"{where}.condition")(run)
        if isinstance(wanted, Unknown) or as_boolean(wanted):
            value = wanted if isinstance(wanted, Unknown) else _value(low, language, run, where)
            found[name] = {"type": low.get("type"), "value": value}
    return found


def _value(low: Mapping[str, Any], language: Language, run: Deployment, where: str) -> Any:
    if str(low.get("type", "")).lower().startswith("secure"):
        return Unknown(f"{where}.value")
    if "value" in low:
        return compile_body(language, low["value"], f"{where}.value")(run)
    copy = low["copy"]
    if not isinstance(copy, dict):
        raise ArmTemplateInvalid(f"{where}.copy: an object with a `count` and an `input` is expected")
    return compile_body(language, {"copy": [{"name": "value", **copy}]}, where)(run)["value"]
