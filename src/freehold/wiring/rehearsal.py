"""What `plan` and `explain --change` ask: gates over the folder's data, which record in a ledger of their own (law 7).

Where this ledger cannot be written, nothing is counted.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator

from freehold.ports.clock import Clock
from freehold.ports.registry import Registry
from freehold.services.rehearsal import Rehearsal
from freehold.wiring.gates import Gates, Own
from freehold.wiring.settings import Settings

ORIGIN = "freehold-plan"


@contextlib.contextmanager
def open_rehearsal(settings: Settings, registry: Registry, clock: Clock) -> Generator[Rehearsal]:
    """Give a rehearsal for a mesh folder; nothing is opened before the first question, and all is closed at the end."""
    own = Own(origin=ORIGIN, ledger=settings.plan_ledger_folder, keys=settings.plan_keys_folder)
    with contextlib.ExitStack() as stack:
        yield Rehearsal(Gates(settings, registry, clock, own, stack).build)
