"""What came of testing data against its promises: one verdict for each, and the report that holds them."""

from __future__ import annotations

import enum
from typing import Any

import msgspec

from freehold.model.finding import Severity
from freehold.model.rule import Dimension


class Outcome(enum.StrEnum):
    """What can come of one check; what could not be measured did not pass."""

    PASSED = "passed"
    FAILED = "failed"
    UNCHECKED = "unchecked"


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One check and what came of it.

    `check` is the metric of a rule; `columns` where the data's columns were held against the schema or the contract; or
    `completeness`, `accuracy` or `timeliness` of a promised floor. `measured` is in the unit of `bound`, which people read.
    `failing` counts rows, `percent` is their share of all rows. `sentence` says it in words; `where` is file:line of the promise.
    `samples` are some of the failing rows, by column, as far as the caller may see them; `unseen` says why not.
    """

    name: str
    check: str
    outcome: Outcome
    severity: Severity = Severity.ERROR
    dimension: Dimension | None = None
    columns: tuple[str, ...] = ()
    measured: float | None = None
    bound: str = ""
    failing: int | None = None
    percent: float | None = None
    sentence: str = ""
    description: str | None = None
    samples: tuple[Any, ...] = ()
    unseen: str | None = None
    where: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All verdicts on one data version of `subject`, a product's key or the name of a file or table.

    `product` and `contract` are what it was held against; `leaves` are the ledger's leaves of what the gate was asked. `remarks`
    say what a reader should know of how it was counted.
    """

    subject: str
    product: str
    contract: str | None = None
    rows: int | None = None
    version: str = ""
    verdicts: tuple[Verdict, ...] = ()
    leaves: tuple[int, ...] = ()
    remarks: tuple[str, ...] = ()

    def count(self, outcome: Outcome) -> int:
        """Return how many checks came to `outcome`."""
        return sum(item.outcome is outcome for item in self.verdicts)

    def fails(self, least: Severity = Severity.ERROR) -> bool:
        """Return whether a check of severity `least`, or a graver one, did not pass; a notice never fails a test."""
        grave = {Severity.ERROR} if least is Severity.ERROR else {Severity.ERROR, Severity.WARNING}
        return any(item.outcome is not Outcome.PASSED and item.severity in grave for item in self.verdicts)
