"""What reading a foreign document finds: values with the path to their place, which whoever read the text turns into lines."""

from __future__ import annotations

from dataclasses import dataclass, field

from freehold.model.finding import Severity

Path = tuple[str | int, ...]

CODES: tuple[tuple[str, str], ...] = (
    ("standard-unknown", "the document says neither that it is what was asked for nor what else it is"),
    ("standard-version", "the document is of a version of the standard that is not read"),
    ("standard-violated", "the document breaks the standard's published schema"),
    ("standard-unreadable", "the document has not the form that its format has"),
    ("domain-assumed", "the document names no domain, and none was given"),
    ("name-changed", "a name cannot be a name in SQL, and was changed"),
    (
        "column-kept",
        "a column is of a type, or has a name, that is not served: it is kept for the way back, and nobody can ask for it",
    ),
    ("column-left-out", "a column is of a type, or has a name, that is not served, and is left out"),
    ("type-assumed", "a column says no type that is known: it is read as text"),
    ("rule-kept", "a quality rule is kept for the way back, and is not checked here"),
    ("pattern-kept", "a pattern is no regular expression that every engine reads: it is kept for the way back, and is not checked"),
    ("pattern-left-out", "a pattern is not one of whole texts, or not one that every engine reads, and is left out"),
    (
        "terms-taken",
        "the document carries terms of a Freehold manifest, which were taken over: read them before they come into force",
    ),
    ("test-left-out", "a test or a constraint of dbt, or a key of several columns, has no rule here, and is left out"),
    (
        "reference-left-out",
        "a foreign key of several columns, or to what the document does not hold as a table with that column, is left out",
    ),
    ("product-too-large", "what a table says does not fit into one manifest, and nothing is written"),
    ("nothing-found", "the document holds no table that could be a product"),
)
"""Every code that an import may report, with its one line; codes are stable, never renamed and never reused."""

_KNOWN = frozenset(code for code, _ in CODES)


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing found; `path` leads from the document's root to it."""

    code: str
    path: Path
    message: str
    mend: str
    severity: Severity = Severity.WARNING


@dataclass(slots=True)
class Remarks:
    """The remarks so far."""

    found: list[Remark] = field(default_factory=list[Remark])

    def add(self, code: str, path: Path, message: str, mend: str, severity: Severity = Severity.WARNING) -> None:
        """Add a remark.

        Raises:
            KeyError: The code is not registered.
        """
        if code not in _KNOWN:
            raise KeyError(code)
        self.found.append(Remark(code, path, message, mend, severity))


def shown(value: object) -> str:
    """Return a document's own words in backticks: one line, no control characters, not too long."""
    plain = "".join(letter if letter.isprintable() else " " for letter in str(value)[:200]).replace("`", "'")
    return f"`{plain if len(plain) <= 60 else plain[:59] + '…'}`"
