"""The catalogues of other nodes, as far as this one believes them: signed under the key that the mesh names for each now.

Law 4: a copy serves to list, to search and to describe. No decision is made by one, and none speaks for another node's products.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from freehold.digest import digest_bytes
from freehold.errors import CatalogRefused, CatalogRolledBack, FreeholdError, NodeTokenExpired, NodeTokenInvalid
from freehold.model.catalog import Delivery, Head, Published, read_delivery, read_entry, root
from freehold.model.place import Node
from freehold.ports.catalog import CatalogStore, Copy, Failure
from freehold.ports.clock import Clock
from freehold.ports.identity import NodeIdentity

ENTRIES = 100_000
"""How many products one node may tell of."""


@dataclass(frozen=True, slots=True)
class Held:
    """A believed copy: who vouched for it under which key, for what, and when last, in seconds since the epoch."""

    node: Node
    head: Head
    at: float
    entries: Mapping[str, Published]
    digests: Mapping[str, str]

    def is_of(self, node: Node) -> bool:
        """Return whether this is the catalogue of a node as the mesh names it now."""
        return (self.node.name, self.node.region, self.node.public_key) == (node.name, node.region, node.public_key)


@dataclass(slots=True)
class _Changed:
    """What a delivery changes of a copy."""

    entries: dict[str, Published] = field(default_factory=dict[str, Published])
    written: dict[str, bytes] = field(default_factory=dict[str, bytes])
    digests: dict[str, str] = field(default_factory=dict[str, str])


class Copies:
    """The copies that one node holds. Safe in any thread."""

    def __init__(self, *, identity: NodeIdentity, store: CatalogStore, clock: Clock) -> None:
        """Hold nothing yet: `load` takes up what `store` kept. `generation` moves with every entry that changes."""
        self._identity = identity
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[str, Held] = {}
        self._failures: dict[str, Failure] = {}
        self.generation = 0

    def load(self, nodes: Mapping[str, Node]) -> None:
        """Take up what was kept before a restart, as far as it is signed under the keys that `nodes` have now.

        Raises:
            StoreFull, StoreFailed: The store cannot be used.
        """
        failures = {failure.node: failure for failure in self._store.failures() if failure.node in nodes}
        read = (self._read(copy, nodes[copy.node]) for copy in self._store.copies() if copy.node in nodes)
        with self._lock:
            self._failures = failures
            self._held = {held.node.name: held for held in read if held is not None}
            self.generation += 1

    def tidy(self) -> None:
        """Remove from the store what was not taken up.

        Raises:
            StoreFull, StoreFailed: The store cannot be used.
        """
        for copy in self._store.copies():
            if copy.node not in self._held:
                self._store.forget(copy.node)

    def held(self, node: Node) -> Held | None:
        """Return the copy of a node's catalogue, or None where there is none that its present key has signed."""
        found = self._held.get(node.name)
        return found if found is not None and found.is_of(node) else None

    def failure(self, node: str) -> Failure | None:
        """Return why the last attempt to hear from a node failed, or None where it did not."""
        return self._failures.get(node)

    def confirm(self, node: Node, token: str) -> None:
        """Believe that the copy is still the node's catalogue, which `token` vouches for.

        Raises:
            CatalogRefused, CatalogRolledBack, VersionSkew: It does not.
        """
        head, held = self._vouched(token, node), self.held(node)
        if held is None or held.head.root != head.root:
            raise CatalogRefused(f"`{node.name}` says that nothing changed, and vouches for something else", node=node.name)
        with self._lock:
            self._held[node.name] = Held(node, head, self._now(), held.entries, held.digests)
            self._failures.pop(node.name, None)
        self._store.confirm(self._copy(node, token))

    def accept(self, node: Node, token: str, body: bytes) -> None:
        """Believe a catalogue that `token` vouches for: every entry of `body`, and of the copy those that it does not touch.

        Raises:
            CatalogRefused, CatalogRolledBack, VersionSkew: It is not what the node vouches for, or not for it to tell.
        """
        head, held = self._vouched(token, node), self.held(node)
        delivery = _delivery(node, body)
        base = held if delivery.since is not None else None
        if delivery.since is not None and (base is None or base.head.version != delivery.since):
            raise _refused(node, f"it tells of changes since version {delivery.since}, which nobody asked for")
        changed = _changed(node, delivery)
        merged = Held(node, head, self._now(), *_merged(base, delivery.removed, changed))
        if (root(merged.digests), len(merged.digests)) != (head.root, head.entries):
            raise _refused(node, "its entries are not those that it signed")
        self._put(merged)
        copy = self._copy(node, token, changed.written)
        if base is not None:
            self._store.amend(copy, delivery.removed)
        else:
            self._store.keep(copy)

    def fail(self, node: Node, error: FreeholdError) -> bool:
        """Remember that a node could not be heard from, and return whether that is news."""
        before = self._failures.get(node.name)
        failure = Failure(node=node.name, at=self._now(), code=error.code, detail=error.detail[:500])
        with self._lock:
            self._failures[node.name] = failure
        self._store.fail(failure)
        return before is None or before.code != error.code

    def _vouched(self, token: str, node: Node) -> Head:
        try:
            head = self._identity.vouched(token, node)
        except (NodeTokenInvalid, NodeTokenExpired) as error:
            raise _refused(node, error.detail, error.remedy) from error
        held = self.held(node)
        if held is not None and (head.version < held.head.version or _is_other(head, held.head)):
            raise CatalogRolledBack(
                f"`{node.name}` vouches for version {head.version}, and before for another one of version {held.head.version}",
                remedy="if its state was restored from a backup, give it a new key with `freehold node key --new`",
                node=node.name,
            )
        return head

    def _put(self, held: Held) -> None:
        with self._lock:
            self._held[held.node.name] = held
            self._failures.pop(held.node.name, None)
            self.generation += 1

    def _copy(self, node: Node, token: str, entries: dict[str, bytes] | None = None) -> Copy:
        return Copy(node=node.name, key=node.public_key or "", token=token, at=self._now(), entries=entries or {})

    def _read(self, copy: Copy, node: Node) -> Held | None:
        try:
            head = self._identity.vouched_once(copy.token, node)
            entries = {key: read_entry(entry) for key, entry in copy.entries.items()}
        except (NodeTokenInvalid, ValueError):
            return None
        digests = {key: digest_bytes(entry) for key, entry in copy.entries.items()}
        if root(digests) != head.root or any(entry.product.home != node.region for entry in entries.values()):
            return None
        return Held(node, head, copy.at, entries, digests)

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _is_other(new: Head, old: Head) -> bool:
    return new.version == old.version and new.root != old.root


def _delivery(node: Node, body: bytes) -> Delivery:
    try:
        delivery = read_delivery(body)
    except ValueError as error:
        raise _refused(node, "it cannot be read") from error
    if len(delivery.entries) > ENTRIES or len(delivery.removed) > ENTRIES:
        raise _refused(node, f"it has more than {ENTRIES:,} products")
    return delivery


def _changed(node: Node, delivery: Delivery) -> _Changed:
    found = _Changed()
    for raw in delivery.entries:
        written = bytes(raw)
        try:
            entry = read_entry(written)
        except ValueError as error:
            raise _refused(node, "one of its products cannot be read") from error
        product = entry.product
        if product.home != node.region:
            raise _refused(node, f"it tells of `{product.key[:120]}`, which is not at home there")
        if product.key in found.entries:
            raise _refused(node, f"it tells of `{product.key[:120]}` twice")
        found.entries[product.key], found.written[product.key] = entry, written
        found.digests[product.key] = digest_bytes(written)
    return found


def _merged(base: Held | None, removed: tuple[str, ...], changed: _Changed) -> tuple[dict[str, Published], dict[str, str]]:
    """Return all entries and digests after a change; without a base, the change is everything."""
    entries, digests = (dict(base.entries), dict(base.digests)) if base is not None else ({}, {})
    for key in removed:
        entries.pop(key, None)
        digests.pop(key, None)
    return entries | changed.entries, digests | changed.digests


def _refused(node: Node, why: str, remedy: str | None = None) -> CatalogRefused:
    return CatalogRefused(f"the catalogue of `{node.name}` was refused: {why}", remedy=remedy, node=node.name)
