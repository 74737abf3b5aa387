"""What a column is (classification) and what a caller may do with it (right, mask)."""

from __future__ import annotations

import enum

import msgspec

PERSONAL = "PII"


class RightKind(enum.StrEnum):
    """The forms in which a column may be used under a contract (DESIGN §3)."""

    READ = "read"
    MASKED = "masked"
    AGGREGATE = "aggregate"
    JOIN = "join"
    NONE = "none"


class Disclosure(enum.StrEnum):
    """What protects groups that differ by few entities: their size alone, or noise that belongs to the group (DESIGN §3)."""

    THRESHOLD = "threshold"
    CELL_KEY = "cellKey"


class MaskKind(enum.StrEnum):
    """How a value is made less telling before anything above the barrier sees it."""

    REDACT = "redact"
    NULL = "null"
    FIXED = "fixed"
    FIRST = "first"
    LAST = "last"
    HASH = "hash"
    YEAR = "year"
    MONTH = "month"
    BUCKET = "bucket"
    EMAIL_DOMAIN = "emailDomain"


class Mask(msgspec.Struct, frozen=True, kw_only=True):
    """A mask and its argument: most characters kept (`first`, `last`), the width (`bucket`) or the text (`fixed`)."""

    kind: MaskKind
    number: int | None = None
    text: str | None = None

    def __str__(self) -> str:
        argument = self.number if self.number is not None else self.text
        return self.kind.value if argument is None else f"{self.kind.value} {argument}"


class Right(msgspec.Struct, frozen=True, kw_only=True):
    """One column's right; `mask` is set exactly when the kind is `masked`, `quantiles` only where the kind is `aggregate`."""

    kind: RightKind
    mask: Mask | None = None
    quantiles: bool = False

    def __str__(self) -> str:
        return f"masked: {self.mask}" if self.mask else f"{self.kind.value}: quantiles" if self.quantiles else self.kind.value


READ = Right(kind=RightKind.READ)
AGGREGATE = Right(kind=RightKind.AGGREGATE)
JOIN = Right(kind=RightKind.JOIN)
NONE = Right(kind=RightKind.NONE)


def covers(rule: str, classification: str) -> bool:
    """Return whether a rule for `rule` applies to `classification`: a dotted path covers all below it.

    >>> covers("PII", "PII.Contact"), covers("PII.Contact", "PII"), covers("PI", "PII")
    (True, False, False)
    """
    return classification == rule or classification.startswith(rule + ".")


def is_personal(classifications: tuple[str, ...]) -> bool:
    """Return whether any of the classifications marks personal data."""
    return any(covers(PERSONAL, item) for item in classifications)
