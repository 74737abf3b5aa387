"""What checking found: values, never exceptions, each with its place and its mend."""

from __future__ import annotations

import enum

import msgspec


class Severity(enum.StrEnum):
    """An error stops `apply`; a warning and a notice do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing found in one place. `line` and `column` count from 1; `code` is kebab-case and stable."""

    code: str
    message: str
    mend: str
    file: str
    line: int = 1
    column: int = 1
    severity: Severity = Severity.ERROR

    @property
    def place(self) -> str:
        """`file:line:column`, as editors jump to it."""
        return f"{self.file}:{self.line}:{self.column}"
