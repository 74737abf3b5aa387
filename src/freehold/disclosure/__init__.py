"""What released aggregates tell together: pure arithmetic over who is in which group (law 3)."""

from freehold.disclosure.audit import Audit, Combination, Matrix

__all__ = ["Audit", "Combination", "Matrix"]
