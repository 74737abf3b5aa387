"""The name under which the ledger knows a caller: keyed, so that a leaf tells nobody who asked.

Law 7: no clear subject in the log. The same caller has the same pseudonym on one node for as long as its root secret lives.
"""

from __future__ import annotations

from freehold.model.party import Principal
from freehold.ports.keys import Keys


def pseudonym(keys: Keys, principal: Principal) -> str:
    """Return the caller's pseudonym: HMAC-SHA-256 of issuer and subject under a key of the node, in hex (64 characters)."""
    return keys.mac("caller", f"{principal.issuer}\n{principal.subject}".encode()).hex()
