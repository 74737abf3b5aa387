"""The ledger in files: an append-only log of entries over an RFC 9162 tree, in the C2SP tlog-tiles layout."""

from freehold.stores.ledger.examine import Examination, Fault, examine
from freehold.stores.ledger.file import FileLedger
from freehold.stores.ledger.reader import ReadLedger, read_key
from freehold.stores.ledger.recover import VERIFIER

__all__ = ["VERIFIER", "Examination", "Fault", "FileLedger", "ReadLedger", "examine", "read_key"]
