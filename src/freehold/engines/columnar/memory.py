"""Count files only where nobody counted them before as they are now: by path, and by what the system says of each file.

A file that changed within the last moments is counted and not remembered: it may change once more without its time telling. One
that was counted before as it was then may have changed in parts alone: those that did not are known by their bytes.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence

from freehold.digest import digest
from freehold.engines.columnar.file import Mark, mark
from freehold.engines.columnar.sums import joined
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

Again = Callable[[str, Sequence[Probe]], Found | None]
"""Counts probes over a file that changed since, of which it may know parts; None where it knows files of its format whole alone."""


class Memory:
    """What was counted before."""

    def __init__(self, counts: Counts, clock: Clock) -> None:
        """Remember in `counts`."""
        self._counts = counts
        self._clock = clock

    def count(self, paths: Sequence[str], probes: Sequence[Probe], count: Count, again: Again | None = None) -> Found:
        """Return what each probe counts over files, calling `count`, or `again` of a changed file, for what is not known yet.

        Raises:
            FreeholdError: Whatever `count` raises.
        """
        marks = {path: mark(path) for path in paths}
        state = _state(marks)
        known = self._known(state, probes)
        left = [probe for probe in probes if probe not in known]
        if not left:
            return known
        parts = _sums(left) if len(paths) > 1 or self._was_counted(paths[0]) else []
        found = dict(count(paths, [probe for probe in left if probe not in parts])) if len(parts) < len(left) else {}
        if parts:
            found |= self._summed(marks, parts, count, again)
        self._keep(marks, state, found)
        return {**known, **found}

    def known(self, states: Mapping[Probe, str]) -> dict[Probe, float | None]:
        """Return what is known of probes, each in a state of its own."""
        found: dict[Probe, float | None] = {}
        for state in dict.fromkeys(states.values()):
            found |= self._known(state, [probe for probe, its in states.items() if its == state])
        return found

    def learn(self, counted: Iterable[tuple[str, Probe, float | None]]) -> None:
        """Remember what was counted in states that nobody can change without making others of them."""
        by_state: dict[str, dict[str, float | None]] = {}
        for state, probe, number in counted:
            by_state.setdefault(state, {})[digest(probe)] = number
        with contextlib.suppress(EngineError):
            for state, numbers in by_state.items():
                self._counts.keep(state, numbers)

    def is_settled(self, marks: Iterable[Mark]) -> bool:
        """Return whether files have not changed for so long that a change would tell."""
        return self._clock.now().timestamp() - max(its.changed for its in marks) / 1e9 >= SETTLED

    def _summed(self, marks: Mapping[str, Mark], probes: Sequence[Probe], count: Count, again: Again | None) -> Found:
        """Count each file alone, so that a file that joins others later is the only one to be read."""
        found: dict[Probe, float | None] = dict.fromkeys(probes)
        for path, its in marks.items():
            state = _state({path: its})
            known = self._known(state, probes)
            left = [probe for probe in probes if probe not in known]
            new = self._new(path, left, count, again) if left else {}
            self._keep({path: its}, state, new)
            for probe, number in {**known, **new}.items():
                found[probe] = joined(probe, found[probe], number)
        return found

    def _new(self, path: str, probes: Sequence[Probe], count: Count, again: Again | None) -> Found:
        found = again(path, probes) if again is not None and self._was_counted(path) else None
        return count([path], probes) if found is None else found

    def _was_counted(self, path: str) -> bool:
        """Return whether a file was counted before, in whatever state."""
        with contextlib.suppress(EngineError):
            return bool(self._counts.find(_place(path)))
        return False

    def _known(self, state: str, probes: Iterable[Probe]) -> dict[Probe, float | None]:
        held: Mapping[str, float | None] = {}
        with contextlib.suppress(EngineError):  # a memory that fails has forgotten
            held = self._counts.find(state)
        names = {probe: digest(probe) for probe in probes} if held else {}
        return {probe: held[name] for probe, name in names.items() if name in held}

    def _keep(self, marks: Mapping[str, Mark], state: str, found: Found) -> None:
        if not found or not self.is_settled(marks.values()):
            return
        with contextlib.suppress(EngineError):
            self._counts.keep(state, {digest(probe): number for probe, number in found.items()})
            for path in marks:
                self._counts.keep(_place(path), {"": None})


def _state(marks: Mapping[str, Mark]) -> str:
    return digest([_METHOD, [(os.path.realpath(path), its) for path, its in marks.items()]])


def _place(path: str) -> str:
    return digest([_METHOD, os.path.realpath(path)])


def _sums(probes: Iterable[Probe]) -> list[Probe]:
    """Return the probes that files can be asked one by one."""
    return [probe for probe in probes if probe.kind is not ProbeKind.SURPLUS]
