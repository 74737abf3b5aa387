"""What is counted over parts of the rows, put together."""

from __future__ import annotations

from freehold.model.rule import Probe, ProbeKind


def joined(probe: Probe, one: float | None, other: float | None) -> float | None:
    """Return what a probe counts over two parts of the rows; None is the newest of no values."""
    if one is None or other is None:
        return other if one is None else one
    return max(one, other) if probe.kind is ProbeKind.NEWEST else one + other
