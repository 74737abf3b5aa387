"""Ask the gate under a mesh that nobody has put in force: decided, run and recorded like any other question (law 1).

Of an answer nothing is shown but how many rows it has: no figure of it leaves, so none is remembered as told. What quality needs
to know is asked in the name of the domain that owns the data.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pyarrow as pa

from freehold.digest import digest
from freehold.errors import FreeholdError, NothingApplied, SettingInvalid
from freehold.model.contract import Approval
from freehold.model.mesh import Applied, Mesh
from freehold.model.place import Node
from freehold.model.product import Product, QualityFloor
from freehold.model.query import Question
from freehold.names import quote
from freehold.ports.releases import Told
from freehold.services.audience import Audience, member
from freehold.services.force import Force, InForce
from freehold.services.gate import Gate
from freehold.services.meter import measure

PATH = "plan"


class Supposed(InForce):
    """What a rehearsal judges by: whatever it supposes now, instead of what a registry says."""

    def __init__(self) -> None:
        """Suppose nothing yet."""
        self._stamps = itertools.count(1)
        self._supposed: Force | None = None

    def suppose(self, force: Force) -> None:
        """Judge by `force` from now on; every supposition is one of its own to whoever remembers by stamp."""
        self._supposed = replace(force, stamp=next(self._stamps))

    def current(self) -> Force:
        """Return what is supposed.

        Raises:
            NothingApplied: Nothing is.
        """
        if self._supposed is None:
            raise NothingApplied
        return self._supposed


class Untold:
    """Implements `ports.releases.Releases` where nobody is told any figure of a group."""

    def admit(self, told: Told, digest: str, least: int, members: pa.Table) -> None:
        """Remember nothing."""

    def settle(self, number: int, leaf: int) -> None:
        """Remember nothing."""

    def withdraw(self, number: int) -> None:
        """Forget nothing."""

    def close(self) -> None:
        """Hold nothing."""


class Rehearsal:
    """One gate for each node, built when a question needs it. Not for several threads."""

    def __init__(self, build: Callable[[InForce, Node], Gate]) -> None:
        """Build gates with `build`; where it cannot, nothing is counted."""
        self._build = build
        self._supposed = Supposed()
        self._gates: dict[Node, Gate] = {}

    def count(self, mesh: Mesh, audience: Audience) -> int | None:
        """Return how many rows the best-placed member of an audience would be given at home; see `exposure.Count`."""
        product = mesh.products.get(audience.product)
        if product is None or product.home is None:
            return None
        relation = ".".join(quote(part) for part in product.key.split("."))
        question = Question(
            principal=member(audience, product, product.home),
            sql=f'SELECT COUNT(*) AS "rows" FROM {relation}',  # noqa: S608  (names are quoted)
            purpose=audience.purpose or None,
            path=PATH,
        )
        terms = tuple(contract for contract in product.contracts if contract.slug == audience.contract)
        alone = msgspec.structs.replace(mesh, products={product.key: msgspec.structs.replace(product, contracts=terms)})
        return self._ask(as_approved(alone), question, product.home, _figures)

    def explain(self, force: Force, question: Question, region: str) -> dict[str, Any]:
        """Return the decision of the node of `region` on a question, with its leaf.

        Raises:
            FreeholdError: It could not be decided or recorded.
        """
        leaf, found = self._gate(force, region).explain(question)
        return {**found, "leaf": leaf}

    def rows(self, force: Force, question: Question, region: str) -> int | None:
        """Return how many rows a question would be answered with, or None where it would not, or not within the limits."""
        return self._ask(force, question, region, _lengths)

    def measure(self, force: Force, product: Product, sql: str, purpose: str | None = None) -> tuple[int, list[dict[str, Any]]]:
        """Return the leaf of a question about a product's quality and the first rows of its answer; see `meter.measure`.

        Raises:
            FreeholdError: The gate of its home refused it, or it could not be run or recorded.
        """
        return measure(self._gate(force, product.home or ""), force.mesh, product, sql, purpose)

    def _ask(self, force: Force, question: Question, region: str, measure: Callable[[pa.RecordBatch], int]) -> int | None:
        without = replace(force, applied=msgspec.structs.replace(force.applied, mesh=_unpromised(force.mesh)))
        try:
            _, answer = self._gate(without, region).ask(question).release()
            try:
                return sum(measure(batch) for batch in answer.batches())
            finally:
                answer.close()
        except FreeholdError:
            return None

    def _gate(self, force: Force, region: str) -> Gate:
        node = next((node for node in force.mesh.nodes.values() if node.region == region), None)
        if node is None:
            raise SettingInvalid(f"the mesh has no node in `{region}`", remedy="add one under `nodes:` in mesh.yaml")
        self._supposed.suppose(force)
        if node not in self._gates:
            self._gates[node] = self._build(self._supposed, node)
        return self._gates[node]


def as_approved(mesh: Mesh, applied: Applied | None = None) -> Force:
    """Return a mesh as if it were in force, as `applied` where that is given, and all its contracts approved."""
    approvals = tuple(
        Approval(product=product.key, contract=contract, approver="", at="", leaf=0)
        for product in mesh.products.values()
        for contract in product.contracts
    )
    return Force(stamp=0, applied=applied or Applied(version=0, digest=digest(mesh), mesh=mesh, applied_at=""), approvals=approvals)


def _unpromised(mesh: Mesh) -> Mesh:
    """Return a mesh that promises no quality and limits no rate: neither is about which rows somebody may have."""
    return msgspec.structs.replace(mesh, products={key: _countable(product) for key, product in mesh.products.items()})


def _countable(product: Product) -> Product:
    free = {"min_completeness": None, "min_accuracy": None, "min_timeliness": None}
    return msgspec.structs.replace(
        product,
        quality=QualityFloor(),
        interfaces=tuple(msgspec.structs.replace(port, rate_limit=None) for port in product.interfaces),
        contracts=tuple(msgspec.structs.replace(contract, **free) for contract in product.contracts),
    )


def _figures(batch: pa.RecordBatch) -> int:
    found: list[Any] = batch.column(0).to_pylist()
    return int(sum(found))  # of a group of too few there is no row at all


def _lengths(batch: pa.RecordBatch) -> int:
    return batch.num_rows
