"""The ledger in files: an append-only log of entries over an RFC 9162 tree, in the C2SP tlog-tiles layout."""

from freehold.stores.ledger.file import FileLedger
from freehold.stores.ledger.reader import ReadLedger, read_key

__all__ = ["FileLedger", "ReadLedger", "read_key"]
