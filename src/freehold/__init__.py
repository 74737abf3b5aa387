"""Freehold: a sovereign data mesh that runs. What is exported here is the whole public Python interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from freehold.client import connect
    from freehold.errors import DataContractViolation, DataQualityViolation, FreeholdError
    from freehold.ports.probing import AzureSqlTable, PostgresTable
    from freehold.services.rules_sql import rules_sql
    from freehold.services.validation import DataContract
    from freehold.wiring.validation import DataContractValidator, promises

__all__ = [
    "AzureSqlTable",
    "DataContract",
    "DataContractValidator",
    "DataContractViolation",
    "DataQualityViolation",
    "FreeholdError",
    "PostgresTable",
    "__version__",
    "connect",
    "promises",
    "rules_sql",
]

__version__ = "0.1.0"

_ROOMS = {
    "AzureSqlTable": "freehold.ports.probing",
    "DataContract": "freehold.services.validation",
    "DataContractValidator": "freehold.wiring.validation",
    "DataContractViolation": "freehold.errors",
    "DataQualityViolation": "freehold.errors",
    "FreeholdError": "freehold.errors",
    "PostgresTable": "freehold.ports.probing",
    "connect": "freehold.client",
    "promises": "freehold.wiring.validation",
    "rules_sql": "freehold.services.rules_sql",
}


def __getattr__(name: str) -> Any:
    """Import an exported name when it is first used, so that `import freehold` alone costs nothing (PEP 562)."""
    if name not in _ROOMS:
        raise AttributeError(f"module `freehold` has no attribute `{name}`")
    from importlib import import_module

    return getattr(import_module(_ROOMS[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
