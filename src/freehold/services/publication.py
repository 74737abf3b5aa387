"""What this node tells other nodes of the products that are at home here: one signed head, and the entries that changed.

A version is made of the clock and of the one before, so that it never goes back, not even where the file of versions is lost; where
that was restored from a backup, the nodes that were told a later one say so when they ask.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from freehold.digest import digest_bytes
from freehold.errors import ResidencyRefused
from freehold.model.catalog import Delivery, Head, Published, public, root, write_entry
from freehold.model.contract import Approval
from freehold.model.mesh import Mesh
from freehold.model.peer import SKEW, Carrier
from freehold.model.place import Travel
from freehold.model.product import Product
from freehold.ports.catalog import CatalogStore
from freehold.ports.clock import Clock
from freehold.ports.identity import NodeIdentity
from freehold.services.force import Force, InForce

FIRST = 1
"""The version of a contract that is not told, as a reader takes it to be this one."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a node that asked is told: the signed head, and a `Delivery` of what is new to it as JSON; None where nothing is."""

    token: str
    root: str
    body: bytes | None


@dataclass(frozen=True, slots=True)
class _Entry:
    """One product as it is told, and what that was made from: where this is the same again, so is all of it."""

    product: Product
    approvals: Mapping[str, Sequence[Approval]]
    versions: dict[str, int]
    written: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class _Edition:
    """The own catalogue at one stamp of the registry; `changes` has the digest ("" for a product that went) and version of each."""

    stamp: int
    head: Head
    entries: Mapping[str, _Entry]
    changes: Mapping[str, tuple[str, int]]


class Publication:
    """The own catalogue of one node. Safe in any thread."""

    def __init__(
        self, *, node: str, region: str, in_force: InForce, store: CatalogStore, identity: NodeIdentity, clock: Clock
    ) -> None:
        """Tell of what is at home in `region`, as `node`, whose versions are kept in `store`."""
        self._node = node
        self._region = region
        self._in_force = in_force
        self._store = store
        self._identity = identity
        self._clock = clock
        self._lock = threading.Lock()
        self._edition: _Edition | None = None
        self._encoded: tuple[_Edition, bytes] | None = None

    def tell(self, asker: Carrier, known: str, since: int | None) -> Told:
        """Tell the node `asker`, which knows the catalogue under the root `known` and of the version `since`.

        Raises:
            NothingApplied: No mesh is in force.
            ResidencyRefused: Nothing at all may go from here to the asker's region.
            StoreFull, StoreFailed: A new version cannot be kept.
        """
        force = self._in_force.current()
        self._check_border(force.mesh, asker)
        edition = self._current(force)
        if since is not None and since > edition.head.version:
            return self._anew(force, asker, since)
        token, head = self._identity.vouch(asker.node, edition.head), edition.head
        if known == head.root:
            return Told(token, head.root, None)
        if since is not None and since <= head.version:
            return Told(token, head.root, msgspec.json.encode(_later(edition, since)))
        return Told(token, head.root, self._whole(edition))

    def _anew(self, force: Force, asker: Carrier, since: int) -> Told:
        """Tell all of it under a new version, where a node was told a later one: the state of this one comes from a backup.

        A version is made of the clock, so none that was told lies ahead by more than clocks may differ; others are not believed.
        """
        if since <= self._now() + SKEW * 1000:
            with self._lock:
                held = self._edition
                if held is not None and held.head.version < since:
                    self._edition = self._made(force, since)
        edition = self._current(force)
        return Told(self._identity.vouch(asker.node, edition.head), edition.head.root, self._whole(edition))

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def _whole(self, edition: _Edition) -> bytes:
        """Return everything, encoded once for all who ask: after an apply every node may."""
        held = self._encoded
        if held is None or held[0] is not edition:
            delivery = Delivery(entries=tuple(msgspec.Raw(entry.written) for entry in edition.entries.values()))
            held = self._encoded = (edition, msgspec.json.encode(delivery))
        return held[1]

    def _check_border(self, mesh: Mesh, asker: Carrier) -> None:
        origin, destination = mesh.jurisdiction(self._region), mesh.jurisdiction(asker.region)
        if origin is None or destination is None or mesh.transfer(origin, destination).allow is Travel.NOTHING:
            raise ResidencyRefused(
                f"nothing may go from {origin} to {destination}, and so no catalogue to `{asker.node}`",
                remedy="ask the mesh stewards about `transfers`",
            )

    def _current(self, force: Force) -> _Edition:
        held = self._edition
        if held is not None and held.stamp == force.stamp:
            return held
        with self._lock:
            if self._edition is None or self._edition.stamp != force.stamp:
                self._edition = self._made(force)
            return self._edition

    def _made(self, force: Force, since: int = 0) -> _Edition:
        known = self._edition.entries if self._edition is not None else {}
        own = ((product.key, product) for product in force.mesh.products.values() if product.home == self._region)
        entries = {key: _entry(force, key, product, known.get(key)) for key, product in own}
        digests = {key: entry.digest for key, entry in entries.items()}
        version, changes = self._changes(digests, self._edition, since)
        head = Head(
            node=self._node,
            version=version,
            root=root(digests),
            entries=len(digests),
            mesh=force.applied.digest,
            mesh_version=force.applied.version,
        )
        return _Edition(force.stamp, head, entries, changes)

    def _changes(self, digests: Mapping[str, str], held: _Edition | None, since: int) -> tuple[int, dict[str, tuple[str, int]]]:
        """Return the version of the catalogue, a new one where anything changed or after `since`, and each last change."""
        if held is None:
            told = self._store.told()
            version, changes = told.version, dict(told.entries)
        else:
            version, changes = held.head.version, dict(held.changes)
        changed = {key: digest for key, digest in digests.items() if changes.get(key, ("", 0))[0] != digest}
        changed |= {key: "" for key, (digest, _) in changes.items() if digest and key not in digests}
        if changed or version <= since:
            version = max(version + 1, since + 1, self._now())
            self._store.tell(version, changed)
        return version, changes | {key: (digest, version) for key, digest in changed.items()}


def _entry(force: Force, key: str, product: Product, known: _Entry | None) -> _Entry:
    approvals = force.approvals_of(key)
    versions = {contract.slug: force.contract_version(key, contract.slug) for contract in product.contracts}
    if known is not None and (known.product, known.approvals, known.versions) == (product, approvals, versions):
        return known
    told = Published(
        product=public(product),
        filtered=product.row_filter is not None,
        approved=tuple(contract.slug for contract in product.contracts if force.approved(key, contract)),
        versions={slug: version for slug, version in versions.items() if version != FIRST},
    )
    written = write_entry(told)
    return _Entry(product, approvals, versions, written, digest_bytes(written))


def _later(edition: _Edition, since: int) -> Delivery:
    """Return what changed after a version; whoever took that from elsewhere sees by the root that it does not fit."""
    later = [(key, digest) for key, (digest, version) in edition.changes.items() if version > since]
    return Delivery(
        since=since,
        entries=tuple(msgspec.Raw(edition.entries[key].written) for key, digest in later if digest),
        removed=tuple(key for key, digest in later if not digest),
    )
