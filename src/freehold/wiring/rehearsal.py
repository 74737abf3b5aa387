"""What `plan` and `explain --change` ask: gates over the folder's data, which record in a ledger of their own (law 7).

The nodes' ledgers belong to the nodes, which may be running; where this one cannot be written, nothing is counted.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator

from freehold.keys.local import LocalKeys
from freehold.model.place import Node
from freehold.ports.clock import Clock
from freehold.ports.registry import Registry
from freehold.services.force import InForce
from freehold.services.gate import Gate
from freehold.services.quality import Quality
from freehold.services.rehearsal import Rehearsal, Untold
from freehold.services.releases import ReleaseMemory
from freehold.stores.ledger import FileLedger
from freehold.stores.limiter import MemoryLimiter
from freehold.wiring.node import open_engine
from freehold.wiring.settings import Settings

ORIGIN = "freehold-plan"


@contextlib.contextmanager
def open_rehearsal(settings: Settings, registry: Registry, clock: Clock) -> Generator[Rehearsal]:
    """Give a rehearsal for a mesh folder; nothing is opened before the first question, and all is closed at the end."""
    with contextlib.ExitStack() as stack:
        yield Rehearsal(_Builder(settings, registry, clock, stack).build)


class _Builder:
    """Builds gates that share one ledger and one key."""

    def __init__(self, settings: Settings, registry: Registry, clock: Clock, stack: contextlib.ExitStack) -> None:
        self._settings = settings
        self._registry = registry
        self._clock = clock
        self._stack = stack
        self._opened: tuple[LocalKeys, FileLedger] | None = None

    def build(self, in_force: InForce, node: Node) -> Gate:
        """Return a gate that judges by `in_force` as `node` would, over the node's data.

        Raises:
            LedgerBusy: Somebody else is planning in this folder.
            SettingInvalid, StoreFull, StoreFailed: The ledger or its key cannot be used.
        """
        keys, ledger = self._opened or self._open()
        engine = self._stack.enter_context(contextlib.closing(open_engine(self._settings, node)))
        return Gate(
            node=node.name,
            region=node.region,
            in_force=in_force,
            engine=engine,
            ledger=ledger,
            registry=self._registry,
            keys=keys,
            clock=self._clock,
            limiter=MemoryLimiter(self._clock),
            quality=Quality(clock=self._clock),
            releases=ReleaseMemory(Untold()),
            limits=self._settings.limits,
        )

    def _open(self) -> tuple[LocalKeys, FileLedger]:
        keys = LocalKeys(self._settings.plan_keys_folder)
        ledger = FileLedger(self._settings.plan_ledger_folder, origin=ORIGIN, keys=keys, clock=self._clock)
        self._stack.callback(ledger.close)
        self._opened = (keys, ledger)
        return self._opened
