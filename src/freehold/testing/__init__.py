"""In-memory implementations of the ports, for tests of this house and of those who build on it: small, exact, never for service."""

from freehold.testing.memory import FixedClock, FixedKeys, FreeLimiter, MemoryLedger, MemoryRegistry

__all__ = ["FixedClock", "FixedKeys", "FreeLimiter", "MemoryLedger", "MemoryRegistry"]
