"""A request for access: what somebody asks of a product's owners. It grants nothing; only the manifests that owners change do."""

from __future__ import annotations

import enum

import msgspec


class RequestState(enum.StrEnum):
    """Where a request for access stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a caller asks for: columns of a product for a purpose, for so many days (None: without an end)."""

    fields: tuple[str, ...]
    purpose: str
    days: int | None = None
    reason: str | None = None


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """What was answered: by whom (a pseudonym), why, when (ISO 8601, UTC), and under which leaf."""

    state: RequestState
    reason: str
    by: str
    at: str
    leaf: int


class AccessRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request as the product's home keeps it; `caller` is a pseudonym, `at` ISO 8601 in UTC, `leaf` that of the ledger."""

    product: str
    domain: str
    caller: str
    wanted: Wanted
    at: str
    leaf: int
    settled: Settlement | None = None

    @property
    def id(self) -> str:
        """The request's name in addresses: its product, from which follows its home, and its leaf there."""
        return f"{self.product}-{self.leaf}"

    @property
    def state(self) -> RequestState:
        """Where it stands."""
        return RequestState.OPEN if self.settled is None else self.settled.state
