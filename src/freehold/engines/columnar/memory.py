"""Count files only where nobody counted them before as they are now: by path, and by what the system says of each file.

A file that changed within the last moments is counted and not remembered: it may change once more without its time telling.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence

from freehold.digest import digest
from freehold.engines.columnar.file import Mark, mark
from freehold.errors import EngineError
from freehold.model.rule import Probe, ProbeKind
from freehold.ports.clock import Clock
from freehold.ports.counts import Counts

SETTLED = 2.0
"""Seconds after which a file that has not changed is taken to be what it was."""

_METHOD = 1
"""Goes up with every change of what a count means: then nothing that was remembered before is used."""

Found = Mapping[Probe, float | None]
Count = Callable[[Sequence[str], Sequence[Probe]], Found]
"""Counts probes over some files."""


class Memory:
    """What was counted before."""

    def __init__(self, counts: Counts, clock: Clock) -> None:
        """Remember in `counts`."""
        self._counts = counts
        self._clock = clock

    def count(self, paths: Sequence[str], probes: Sequence[Probe], count: Count) -> Found:
        """Return what each probe counts over files, calling `count` for what is not known yet.

        Raises:
            FreeholdError: Whatever `count` raises.
        """
        marks = {path: mark(path) for path in paths}
        state = _state(marks)
        known = self._known(state, probes)
        left = [probe for probe in probes if probe not in known]
        if not left:
            return known
        parts = _sums(left) if len(paths) > 1 else []
        found = dict(count(paths, [probe for probe in left if probe not in parts])) if len(parts) < len(left) else {}
        if parts:
            found |= self._summed(marks, parts, count)
        self._keep(marks, state, found)
        return {**known, **found}

    def _summed(self, marks: Mapping[str, Mark], probes: Sequence[Probe], count: Count) -> Found:
        """Count each file alone, so that a file that joins others later is the only one to be read."""
        found: dict[Probe, float | None] = dict.fromkeys(probes)
        for path, its in marks.items():
            state = _state({path: its})
            known = self._known(state, probes)
            left = [probe for probe in probes if probe not in known]
            new = count([path], left) if left else {}
            self._keep({path: its}, state, new)
            for probe, number in {**known, **new}.items():
                found[probe] = _joined(probe, found[probe], number)
        return found

    def _known(self, state: str, probes: Iterable[Probe]) -> dict[Probe, float | None]:
        held: Mapping[str, float | None] = {}
        with contextlib.suppress(EngineError):  # a memory that fails has forgotten
            held = self._counts.find(state)
        names = {probe: digest(probe) for probe in probes} if held else {}
        return {probe: held[name] for probe, name in names.items() if name in held}

    def _keep(self, marks: Mapping[str, Mark], state: str, found: Found) -> None:
        changed = max(its.changed for its in marks.values()) / 1e9
        if not found or self._clock.now().timestamp() - changed < SETTLED:
            return
        with contextlib.suppress(EngineError):
            self._counts.keep(state, {digest(probe): number for probe, number in found.items()})


def _state(marks: Mapping[str, Mark]) -> str:
    return digest([_METHOD, [(os.path.realpath(path), its) for path, its in marks.items()]])


def _sums(probes: Iterable[Probe]) -> list[Probe]:
    """Return the probes that files can be asked one by one."""
    return [probe for probe in probes if probe.kind is not ProbeKind.SURPLUS]


def _joined(probe: Probe, one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other) if probe.kind is ProbeKind.NEWEST else one + other
