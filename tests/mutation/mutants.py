"""Freehold with one wall taken out, for each wall: a test run with a mutant in place must fail."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlglot import exp

from freehold.compiler import late_errors, parse, rules
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


def _yes(*_: Any) -> bool:
    return True


def _no_conditions(*_: Any) -> tuple[list[Any], list[Any]]:
    return [], []


def _proven(*_: Any) -> list[Any]:
    return [exp.true()]


def _no_copies(*_: Any) -> list[Any]:
    return []


def _same_tree(tree: Any, _: Any) -> Any:
    return tree


def _raw(name: str, *_: Any) -> str:
    return quote(name)


def _always(*_: Any) -> str:
    return "true"


def _tallied(change: Callable[..., tuple[Any, ...]]) -> None:
    """Let entities of groups be counted by what `change` makes of (alias, least, share, aggregates)."""
    for module in ("freehold.compiler.pipeline", "freehold.compiler.passes.proof"):
        place: Any = importlib.import_module(module)
        _change_arguments(place, place.tally, change)


def _change_arguments(place: Any, real: Callable[..., Any], change: Callable[..., tuple[Any, ...]]) -> None:
    def tallied(*given: Any) -> Any:
        return real(*change(*given))

    place.tally = tallied


def _of_one(alias: Any, _least: Any, share: Any, aggregates: Any) -> tuple[Any, ...]:
    return alias, 1, share, aggregates


def _of_any_share(alias: Any, least: Any, _share: Any, aggregates: Any) -> tuple[Any, ...]:
    return alias, least, 100, aggregates


def _no_least_group() -> None:
    pipeline: Any = importlib.import_module("freehold.compiler.pipeline")
    real = pipeline.install_guard

    def install(select: Any, groups: Any, *given: Any) -> None:
        real(select, dict.fromkeys(groups, 1), *given)

    pipeline.install_guard = install
    _tallied(_of_one)


def _no_values_counted() -> None:
    pipeline: Any = importlib.import_module("freehold.compiler.pipeline")
    real, tally = pipeline.install_guard, importlib.import_module("freehold.compiler.tally")

    def install(select: Any, groups: Any, aggregates: Any, *further: Any) -> None:
        del aggregates
        real(select, groups, (), *further)

    def counted(*given: Any) -> Any:
        found = tally.tally(*given)
        return replace(found, conditions=tuple(item for item in found.conditions if not item.this.name.startswith("__p0")))

    pipeline.install_guard = install
    for module in ("freehold.compiler.pipeline", "freehold.compiler.passes.proof"):
        setattr(importlib.import_module(module), "tally", counted)  # noqa: B010


def _no_dominance() -> None:
    _set("pipeline", "not_dominated", _no_conditions)()
    _tallied(_of_any_share)


def _same(node: Any) -> Any:
    return node


def _late_errors() -> None:
    checks: Any = importlib.import_module(parse.__module__)
    checks._CHECKS = {kind: check for kind, check in checks._CHECKS.items() if kind not in late_errors.CHECKS}


def _hoisted() -> None:
    sessions: Any = importlib.import_module("freehold.engines.duckdb.sessions")
    sessions.GUARDING = sessions.HIDING


def _told() -> None:
    sessions: Any = importlib.import_module("freehold.engines.duckdb.sessions")
    sessions.HIDING, sessions.GUARDING = "", sessions._IN_PLACE


def _as_stored() -> None:
    sessions: Any = importlib.import_module("freehold.engines.duckdb.sessions")
    sessions._as_compared = _shown


def _shown(_: Any, shown: str) -> str:
    return shown


def _not(*_: Any) -> bool:
    return False


def _endless() -> None:
    for module in ("tally", "passes.dominance"):
        place: Any = importlib.import_module(f"freehold.compiler.{module}")
        place.no_larger = _share_alone(place.no_larger)


def _share_alone(real: Callable[..., tuple[Any, Any]]) -> Callable[..., tuple[Any, Any]]:
    return lambda *given: (real(*given)[0], exp.true())


RULES: dict[str, Mutate] = {f"rule: {rule.name}": _without(rule) for rule in rules.RULES}
WALLS: dict[str, Mutate] = {
    "allow-lists": _set("parse", "check_allowed", _nothing),
    "columns resolved": _set("uses", "_names_output", _yes),
    "relations resolved": _set("uses", "_is_defined", _yes),
    "stars resolved": _set("uses", "_check_stars", _nothing),
    "correlation": _set("rights", "_check_correlation", _nothing),
    "concealed values": _set("concealed", "_above", _no_copies),
    "least group": _no_least_group,
    "values counted": _no_values_counted,
    "dominance": _no_dominance,
    "proof of enough": _set("passes.proof", "_enough", _proven),
    "proof of no dominance": _set("passes.proof", "_fair", _proven),
    "cell keys": _set("pipeline", "perturb", _no_copies),
    "totality": _set("pipeline", "make_total", _nothing),
    "column barrier": _set("pipeline", "install_barriers", _nothing),
    "catchable": _set("passes.total", "catchable", _same),
    "late errors": _late_errors,
    "room for what is caught": _set("faults", "_give_room", _nothing),
    "nothing so far away": _set("faults", "_keep_near", _nothing),
    "faults looked for": _set("pipeline", "may_meet", _not),
    "faults of row filters": _set("predicate", "written_around", _same),
    "types as compared": _as_stored,
    "sums that end": _endless,
    "computed in place": _hoisted,
    "statistics untold": _told,
    "fence": _set("pipeline", "fence", _nothing),
    "clauses": _set("uses", "_check_clauses", _nothing),
    "output names": _set("pipeline", "restore_names", _same_tree),
    "masks": _set("barrier", "masked", _raw),
    "row filters": _set("barrier", "predicate", _always),
}
MUTANTS = RULES | WALLS
