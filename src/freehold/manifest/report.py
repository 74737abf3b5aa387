"""Collect what reading finds: every finding of every file, none of them an exception."""

from __future__ import annotations

from freehold.manifest.codes import CODES
from freehold.model.finding import Finding, Severity

Place = tuple[str, int, int]
_KNOWN = frozenset(code for code, _ in CODES)
_SHOWN = 60


class Report:
    """The findings so far; a code that `codes.CODES` does not list is a mistake of ours and raises."""

    __slots__ = ("findings",)

    def __init__(self) -> None:
        """Start with nothing found."""
        self.findings: list[Finding] = []

    def error(self, code: str, place: Place, message: str, mend: str) -> None:
        """Add what stops an apply."""
        self.add(Severity.ERROR, code, place, message, mend)

    def warning(self, code: str, place: Place, message: str, mend: str) -> None:
        """Add what stops nothing, and is probably not meant."""
        self.add(Severity.WARNING, code, place, message, mend)

    def notice(self, code: str, place: Place, message: str, mend: str) -> None:
        """Add what is good to know."""
        self.add(Severity.NOTICE, code, place, message, mend)

    def add(self, severity: Severity, code: str, place: Place, message: str, mend: str) -> None:
        """Add a finding; `place` is file, line and column, both counted from 1.

        Raises:
            KeyError: The code is not registered.
        """
        if code not in _KNOWN:
            raise KeyError(code)
        file, line, column = place
        self.findings.append(Finding(code=code, message=message, mend=mend, file=file, line=line, column=column, severity=severity))

    def ordered(self) -> tuple[Finding, ...]:
        """Return the findings by file, line and column."""
        return tuple(sorted(self.findings, key=lambda item: (item.file, item.line, item.column, item.code, item.message)))


def shown(text: object) -> str:
    """Return the caller's own words in backticks: one line, no control characters, not too long.

    >>> shown("a\\nb")
    '`a b`'
    """
    plain = "".join(letter if letter.isprintable() else " " for letter in str(text)).replace("`", "'")
    return f"`{plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + '…'}`"


def listed(names: list[str] | tuple[str, ...]) -> str:
    """Return names as they are read aloud.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def meant(close: str | None, otherwise: str) -> str:
    """Return a mend that asks about the nearest known name, or says `otherwise`."""
    return f"did you mean `{close}`?" if close else otherwise
