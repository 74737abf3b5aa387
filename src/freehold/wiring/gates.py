"""Gates over a folder's data that are no node's: they record in a ledger of their own (law 7), under a key of their own.

The nodes' ledgers belong to the nodes, which may be running.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from freehold.keys.local import LocalKeys
from freehold.model.place import Node
from freehold.ports.clock import Clock
from freehold.ports.registry import Registry
from freehold.services.force import InForce
from freehold.services.gate import Gate
from freehold.services.quality import Quality
from freehold.services.rehearsal import Untold
from freehold.services.releases import ReleaseMemory
from freehold.stores.ledger import FileLedger
from freehold.stores.limiter import MemoryLimiter
from freehold.wiring.databases import open_engine
from freehold.wiring.settings import Settings


@dataclass(frozen=True, slots=True)
class Own:
    """Where gates that are no node's record, under which name, and where their key lies."""

    origin: str
    ledger: Path
    keys: Path


class Gates:
    """Builds gates that share one ledger and one key; nothing is opened before the first."""

    def __init__(self, settings: Settings, registry: Registry, clock: Clock, own: Own, stack: contextlib.ExitStack) -> None:
        """Build over the data of `settings`; whatever is opened is closed with `stack`."""
        self._settings = settings
        self._registry = registry
        self._clock = clock
        self._own = own
        self._stack = stack
        self._opened: tuple[LocalKeys, FileLedger] | None = None

    def build(self, in_force: InForce, node: Node) -> Gate:
        """Return a gate that judges by `in_force` as `node` would, over the node's data.

        Raises:
            LedgerBusy: Somebody else records there.
            SettingInvalid, StoreFull, StoreFailed: The ledger or its key cannot be used.
        """
        keys, ledger = self._opened or self._open()
        engine = self._stack.enter_context(contextlib.closing(open_engine(self._settings, node, keys)))
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
        keys = LocalKeys(self._own.keys)
        ledger = FileLedger(self._own.ledger, origin=self._own.origin, keys=keys, clock=self._clock)
        self._stack.callback(ledger.close)
        self._opened = (keys, ledger)
        return self._opened
