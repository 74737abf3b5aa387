"""The JSON Schemas that standards publish, as something that documents are held against."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec


class Violation(msgspec.Struct, frozen=True, kw_only=True):
    """One place where a document breaks a schema: the path to it, the schema's keyword, and what that keyword names."""

    path: tuple[str | int, ...]
    keyword: str
    names: tuple[str, ...] = ()


class Published(Protocol):
    """The published schemas, by name: `odcs-3.1`, `odps-1.0`."""

    def violations(self, name: str, document: Any) -> tuple[Violation, ...]:
        """Return where a document breaks a schema, each place once.

        Raises:
            KeyError: There is no such schema.
        """
        ...
