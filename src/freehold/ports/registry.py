"""What is in force: the applied mesh, approvals, and the erasable names behind the ledger's keyed callers."""

from __future__ import annotations

from typing import Protocol

from freehold.model.contract import Approval
from freehold.model.detection import Review, Scan
from freehold.model.mesh import Applied
from freehold.model.request import AccessRequest


class Registry(Protocol):
    """The durable state beside the ledger. All methods may be called from any thread and from several processes."""

    def stamp(self) -> int:
        """Return a number that changes whenever anything below changes: cheap enough to ask on every query."""
        ...

    def current(self) -> Applied | None:
        """Return the mesh in force, or None before the first apply."""
        ...

    def apply(self, applied: Applied) -> None:
        """Put a mesh in force, whole or not at all; `applied.version` must be the current version plus one.

        Raises:
            PlanStale: Another apply came first.
            StoreFull, StoreFailed: It could not be written; the mesh in force before is intact.
        """
        ...

    def history(self) -> tuple[tuple[int, str, str], ...]:
        """Return (version, digest, applied_at) of every mesh that was in force, oldest first."""
        ...

    def approvals(self) -> tuple[Approval, ...]:
        """Return every approval, oldest first."""
        ...

    def approve(self, approval: Approval) -> None:
        """Remember an approval.

        Raises:
            StoreFull, StoreFailed: It could not be written.
        """
        ...

    def scans(self) -> tuple[Scan, ...]:
        """Return the newest scan of each product."""
        ...

    def remember_scan(self, scan: Scan) -> None:
        """Remember a scan, as the product's newest; one of the same version of its data takes the place of the one before.

        Raises:
            StoreFull, StoreFailed: It could not be written.
        """
        ...

    def reviews(self) -> tuple[Review, ...]:
        """Return every review of a finding, oldest first."""
        ...

    def review(self, review: Review) -> None:
        """Remember a review.

        Raises:
            StoreFull, StoreFailed: It could not be written.
        """
        ...

    def requests(self) -> tuple[AccessRequest, ...]:
        """Return every request for access as it stands, oldest first. They are no part of what is in force: the stamp stays."""
        ...

    def remember_request(self, request: AccessRequest) -> None:
        """Remember a request for access, in place of the one of the same name.

        Raises:
            StoreFull, StoreFailed: It could not be written.
        """
        ...

    def remember_caller(self, pseudonym: str, name: str) -> None:
        """Remember whose pseudonym this is; a no-op where it is known."""
        ...

    def caller(self, pseudonym: str) -> str | None:
        """Return the caller's name, or None where it was erased or never known."""
        ...

    def erase_caller(self, pseudonym: str) -> None:
        """Forget whose pseudonym this is: the ledger's entries stay, the link to a person is gone."""
        ...
