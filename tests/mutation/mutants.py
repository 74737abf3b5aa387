"""Freehold with one wall taken out, for each wall: a test run with a mutant in place must fail."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from freehold.compiler import rules
from freehold.names import quote

Mutate = Callable[[], None]


def _set(module: str, name: str, value: Any) -> Mutate:
    def mutate() -> None:
        found = importlib.import_module(f"freehold.compiler.{module}")
        assert hasattr(found, name), f"{module}.{name} is no more"
        setattr(found, name, value)

    return mutate


def _without(rule: rules.Rule) -> Mutate:
    return _set("rules", "RULES", tuple(item for item in rules.RULES if item is not rule))


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _no_least_group() -> None:
    pipeline = importlib.import_module("freehold.compiler.pipeline")
    real = pipeline.install_guard

    def install(select: Any, groups: Any, aggregates: Any, further: Any = ()) -> None:
        real(select, dict.fromkeys(groups, 1), aggregates, further)

    pipeline.install_guard = install


def _no_values_counted() -> None:
    pipeline = importlib.import_module("freehold.compiler.pipeline")
    real = pipeline.install_guard

    def install(select: Any, groups: Any, aggregates: Any, further: Any = ()) -> None:
        del aggregates
        real(select, groups, (), further)

    pipeline.install_guard = install


RULES: dict[str, Mutate] = {f"rule: {rule.name}": _without(rule) for rule in rules.RULES}
WALLS: dict[str, Mutate] = {
    "allow-lists": _set("parse", "check_allowed", _nothing),
    "names resolved": _set("bind", "check_resolved", _nothing),
    "correlation": _set("rights", "_check_correlation", _nothing),
    "concealed values": _set("rights", "_check_concealed", _nothing),
    "least group": _no_least_group,
    "values counted": _no_values_counted,
    "dominance": _set("pipeline", "not_dominated", lambda *_: ([], [])),
    "cell keys": _set("pipeline", "perturb", lambda *_: []),
    "totality": _set("pipeline", "make_total", _nothing),
    "column barrier": _set("pipeline", "install_barriers", lambda tree, _: tree),
    "output names": _set("pipeline", "restore_names", lambda tree, _: tree),
    "masks": _set("barrier", "masked", lambda name, *_: quote(name)),
    "row filters": _set("barrier", "predicate", lambda *_: "true"),
}
MUTANTS = RULES | WALLS
