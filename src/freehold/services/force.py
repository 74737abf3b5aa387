"""What is in force now: the applied mesh and its approvals, read again when and only when the registry's stamp moves."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from freehold.errors import NothingApplied
from freehold.model.contract import Approval, Contract, narrows
from freehold.model.detection import Review, Scan
from freehold.model.mesh import Applied, Mesh
from freehold.ports.registry import Registry
from freehold.services.classified import classified


class Standings(Protocol):
    """How contracts stand under a mesh: by what is in force here, or by what their home says."""

    @property
    def mesh(self) -> Mesh:
        """The mesh in force."""
        ...

    def approved(self, product: str, contract: Contract) -> bool:
        """Return whether an approver has said yes to terms that give at least as much as these."""
        ...

    def contract_version(self, product: str, slug: str) -> int:
        """Return the version of a contract: 1 at its first apply, one more at each change of its terms."""
        ...


@dataclass(frozen=True, slots=True)
class Force:
    """One consistent reading of the registry: every decision of a request is made against one of these."""

    stamp: int
    applied: Applied
    approvals: tuple[Approval, ...]
    scans: tuple[Scan, ...] = ()
    reviews: tuple[Review, ...] = ()
    mesh: Mesh = field(init=False, repr=False, compare=False)
    """The mesh in force, its columns as their scans and reviews say."""

    _of_product: Mapping[str, Mapping[str, list[Approval]]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort the approvals by product and contract, so that no contract is held against those of others."""
        sorted_out: defaultdict[str, defaultdict[str, list[Approval]]] = defaultdict(lambda: defaultdict(list))
        for item in self.approvals:
            sorted_out[item.product][item.contract.slug].append(item)
        object.__setattr__(self, "_of_product", {key: dict(slugs) for key, slugs in sorted_out.items()})
        object.__setattr__(self, "mesh", classified(self.applied.mesh, self.scans, self.reviews))

    def approved(self, product: str, contract: Contract) -> bool:
        """Return whether an approver has said yes to terms that give at least as much as these."""
        return any(narrows(contract, item.contract) for item in self.approvals_of(product).get(contract.slug, ()))

    def approvals_of(self, product: str) -> Mapping[str, Sequence[Approval]]:
        """Return the approvals of a product's contracts by slug, the oldest first."""
        return self._of_product.get(product, {})

    def contract_version(self, product: str, slug: str) -> int:
        """Return the version of a contract: 1 at its first apply, one more at each change of its terms."""
        return self.applied.contract_versions.get(f"{product}/{slug}", 1)


class InForce:
    """The door to what is in force; `on_change` hears of each newly seen mesh before any decision is made by it."""

    def __init__(self, registry: Registry, on_change: Callable[[Applied], None] | None = None) -> None:
        """Read from `registry`; `on_change` typically writes the mesh's digest into the ledger."""
        self._registry = registry
        self._on_change = on_change
        self._lock = threading.Lock()
        self._held: Force | None = None

    def current(self) -> Force:
        """Return what is in force.

        Raises:
            NothingApplied: No mesh has ever been applied.
        """
        stamp, held = self._registry.stamp(), self._held
        if held is not None and held.stamp == stamp:
            return held
        with self._lock:
            return self._read(stamp)

    def _read(self, stamp: int) -> Force:
        held = self._held
        if held is not None and held.stamp == stamp:
            return held
        applied = self._registry.current()
        if applied is None:
            raise NothingApplied(remedy="run `freehold apply` in the mesh's folder")
        if self._on_change is not None and (held is None or held.applied.digest != applied.digest):
            self._on_change(applied)
        registry = self._registry
        self._held = Force(stamp, applied, registry.approvals(), registry.scans(), registry.reviews())
        return self._held
