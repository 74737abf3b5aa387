"""What depends on what in one template: Resource Manager refuses a template whose resources wait for each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from freehold.errors import ArmTemplateInvalid


@dataclass(frozen=True, slots=True)
class Dependent:
    """A resource: its place, the names that it can be waited for by (symbolic, id, that of its copy), and what it waits for."""

    place: str
    names: frozenset[str]
    plain: str
    """Its bare name, which counts where no other resource has it."""
    waits_for: tuple[str, ...]


def check_order(resources: Sequence[Dependent]) -> None:
    """Check that resources can be deployed one after another.

    Raises:
        ArmTemplateInvalid: Some wait for each other.
    """
    if not any(item.waits_for for item in resources):
        return
    before = _edges(resources)
    done: set[int] = set()
    for start in range(len(resources)):
        _visit(start, before, done, resources)


def _edges(resources: Sequence[Dependent]) -> list[list[int]]:
    named: dict[str, list[int]] = {}
    plain: dict[str, list[int]] = {}
    for at, item in enumerate(resources):
        plain.setdefault(item.plain, []).append(at)
        for name in item.names:
            named.setdefault(name, []).append(at)
    alone = {name: found for name, found in plain.items() if len(found) == 1}
    return [_wanted(item.waits_for, named, alone) for item in resources]


def _wanted(names: Iterable[str], named: dict[str, list[int]], alone: dict[str, list[int]]) -> list[int]:
    return [at for name in names for at in named.get(name, alone.get(name, ()))]


def _visit(start: int, before: list[list[int]], done: set[int], resources: Sequence[Dependent]) -> None:
    """Walk what a resource waits for, without recursion: chains may be as long as a template."""
    path, on_path = [(start, iter(before[start]))], {start}
    while path:
        at, rest = path[-1]
        following = next((other for other in rest if other not in done), None)
        if following is None:
            done.add(at)
            on_path.discard(at)
            path.pop()
        elif following in on_path:
            raise ArmTemplateInvalid(
                f"{resources[following].place}: resources wait for each other through `dependsOn`, {len(path)} of them",
                remedy="take one of the dependencies out",
            )
        else:
            path.append((following, iter(before[following])))
            on_path.add(following)
