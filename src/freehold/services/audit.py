"""Who may see which part of the ledger: auditors all of it, owners and stewards what touches their products, everyone their own.

Checkpoints and tiles are hashes and tell nothing of an entry, so every authenticated caller may have them. An entry that a caller
may not see and one that does not exist are the same to them (law 9).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from freehold.errors import CheckpointMismatch, LeafUnknown, LedgerRefused
from freehold.ledger.evidence import make_evidence
from freehold.model.event import Entry
from freehold.model.party import Principal
from freehold.ports.keys import Keys
from freehold.ports.ledger import Ledger
from freehold.ports.registry import Registry
from freehold.services.pseudonym import pseudonym

AUDITOR = "auditor"
DOMAIN_AUDITORS = frozenset({"data-owner", "data-steward"})
MAX_PAGE = 1000


class Audit:
    """The ledger of one node, as each caller may see it."""

    def __init__(self, *, ledger: Ledger, keys: Keys, registry: Registry | None = None) -> None:
        """Read `ledger`; `keys` make pseudonyms, and `registry` gives auditors the names behind them that were not erased."""
        self._ledger = ledger
        self._keys = keys
        self._registry = registry

    def checkpoint(self) -> str:
        """Return the newest signed checkpoint as a note (C2SP tlog-checkpoint)."""
        return self._ledger.checkpoint().note

    def tile(self, level: int, number: int, width: int) -> bytes:
        """Return a tile of hashes (C2SP tlog-tiles).

        Raises:
            LeafUnknown: The tree has no such tile.
        """
        return self._ledger.tile(level, number, width)

    def entry(self, principal: Principal, index: int) -> dict[str, Any]:
        """Return an entry as values for JSON: its fields by their names in `model.event.Entry`, and `index`.

        An auditor also gets `callerName`, where it is known and was not erased.

        Raises:
            LeafUnknown: There is no such entry, or the caller may not see it.
        """
        return self._shown(principal, index, self._visible(principal, index)[1])

    def entries(self, principal: Principal, start: int, stop: int) -> list[dict[str, Any]]:
        """Return what an auditor, owner or steward may see of start ≤ index < stop, at most 1,000 indexes at a time.

        Raises:
            LedgerRefused: The caller is none of these.
        """
        if AUDITOR not in principal.roles and not _is_domain_auditor(principal):
            raise LedgerRefused(
                "the ledger is listed for auditors, and for owners and stewards of a domain",
                remedy="ask for your own entries one by one, by the leaf that came with each answer or refusal",
            )
        return [self._shown(principal, index, entry) for index, entry in self._listed(principal, start, stop)]

    def proof(self, principal: Principal, index: int) -> str:
        """Return the proof of an entry under the newest checkpoint, as the text of a `.tlog-proof` file (C2SP tlog-proof).

        Raises:
            LeafUnknown: There is no such entry, or the caller may not see it.
        """
        raw, _ = self._visible(principal, index)
        checkpoint = self._ledger.checkpoint()
        return make_evidence(index, raw, self._ledger.inclusion(index, checkpoint.size), checkpoint)

    def _visible(self, principal: Principal, index: int) -> tuple[bytes, Entry]:
        raw = self._ledger.entry(index)
        entry = _decoded(index, raw)
        if not self._may_see(principal, entry):
            raise LeafUnknown(
                f"no entry `{index}` is visible to you", remedy="use the leaf that came with your own answer or refusal"
            )
        return raw, entry

    def _listed(self, principal: Principal, start: int, stop: int) -> Iterator[tuple[int, Entry]]:
        first = max(start, 0)
        for index, raw in self._ledger.entries(first, min(stop, first + MAX_PAGE)):
            entry = _decoded(index, raw)
            if self._may_see(principal, entry):
                yield index, entry

    def _may_see(self, principal: Principal, entry: Entry) -> bool:
        if AUDITOR in principal.roles:
            return True
        if entry.caller and entry.caller == pseudonym(self._keys, principal):
            return True
        if _is_domain_auditor(principal) and any(key.partition(".")[0] == principal.domain for key in entry.products):
            return True
        return self._may_see_opening(principal, entry)

    def _may_see_opening(self, principal: Principal, entry: Entry) -> bool:
        """A closing entry names only the leaf that it closes: whoever may see that one may see this one."""
        if entry.refers_to is None:
            return False
        opening = _decoded(entry.refers_to, self._ledger.entry(entry.refers_to))
        return opening.refers_to is None and self._may_see(principal, opening)

    def _shown(self, principal: Principal, index: int, entry: Entry) -> dict[str, Any]:
        shown: dict[str, Any] = {"index": index, **msgspec.to_builtins(entry)}
        if AUDITOR in principal.roles and self._registry is not None and entry.caller:
            name = self._registry.caller(entry.caller)
            if name is not None:
                shown["callerName"] = name
        return shown


def _is_domain_auditor(principal: Principal) -> bool:
    return principal.domain is not None and bool(DOMAIN_AUDITORS & principal.roles)


def _decoded(index: int, raw: bytes) -> Entry:
    try:
        return msgspec.json.decode(raw, type=Entry)
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise CheckpointMismatch(
            f"entry `{index}` cannot be read", remedy="read this ledger with the Freehold version that wrote it, or a newer one"
        ) from None
