"""The evidence: an RFC 9162 Merkle tree over entries, and the C2SP texts that let anybody check it offline."""
