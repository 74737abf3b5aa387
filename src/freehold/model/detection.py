"""What a look at values found in columns, what stewards said about it, and how the two stand together."""

from __future__ import annotations

import enum

import msgspec

from freehold.model.label import covers

HIGH_RISK = "PII.HighRisk"
MINIMUM_MATCH = 60.0
"""The least share of a column's filled values, in percent, that must match for a finding, where a detector says nothing else."""

MINIMUM_DISTINCT = 8
"""The least number of different values that must match for a finding."""

RISEN = 20.0
"""By how many percent of a column's values a share must grow after a rejection to be new evidence."""


class Depth(enum.StrEnum):
    """How much of a product's data is looked at."""

    SAMPLE = "sample"
    FULL = "full"


class Detection(msgspec.Struct, frozen=True, kw_only=True):
    """What one detector found in one column, in words that hold no value of it.

    `share` is the percentage of filled values that match; `looked_at` how many filled values there were; `distinct` how many
    different ones matched, counted to 1,000; `examples` are masked; `because` gives the reasons, the name's among them.
    """

    column: str
    detector: str
    classification: str
    share: float
    looked_at: int
    distinct: int
    examples: tuple[str, ...] = ()
    because: str = ""


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """One look at one version of a product's data; `leaves` are the ledger's, of the reads that it took.

    `version` is the data's; `at` an ISO time in UTC; `whole` says that every row was read; `columns` are the ones looked at.
    """

    product: str
    version: str
    at: str
    rows: int
    whole: bool
    columns: tuple[str, ...]
    detections: tuple[Detection, ...] = ()
    leaves: tuple[int, ...] = ()

    def of(self, column: str) -> tuple[Detection, ...]:
        """Return what was found in one column."""
        return tuple(item for item in self.detections if item.column == column)


class Verdict(enum.StrEnum):
    """What a steward says about a finding."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """A steward's word on what was found in a column, with what they saw; `reviewer` is a pseudonym, `at` an ISO time in UTC."""

    product: str
    detection: Detection
    verdict: Verdict
    reason: str
    reviewer: str
    at: str
    leaf: int

    @property
    def column(self) -> str:
        """The column that it is about."""
        return self.detection.column


class Drift(enum.StrEnum):
    """How what is found now differs from what was reviewed."""

    NEW = "new evidence"
    VANISHED = "vanished"


class Standing(enum.StrEnum):
    """How a finding stands."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A finding with how it stands: the newest review of the same classification of the column, and whether things drifted."""

    detection: Detection
    standing: Standing = Standing.PROPOSED
    review: Review | None = None
    drift: Drift | None = None

    @property
    def is_open(self) -> bool:
        """Whether a steward has yet to look: nobody did, or there is evidence that they have not seen."""
        return self.standing is Standing.PROPOSED or self.drift is Drift.NEW


def proposals(scan: Scan | None, reviews: tuple[Review, ...]) -> tuple[Proposal, ...]:
    """Return how the findings of a product's newest scan stand under its reviews, oldest review first.

    A review sticks over later scans. What a steward has not seen is `new evidence`: a classification or a detector that no review
    of the column is about, or, after a rejection, a share that has grown by 20 points. What was accepted and is found no longer,
    though the column was looked at, has `vanished`; it stays accepted until somebody says otherwise.
    """
    latest = {(item.column, item.detection.classification): item for item in reviews}
    found = [_proposal(item, latest, reviews) for item in (scan.detections if scan else ())]
    seen = {(item.detection.column, item.detection.classification) for item in found}
    for key, review in latest.items():
        if key not in seen and review.verdict is Verdict.ACCEPTED:
            drift = Drift.VANISHED if scan is not None and review.column in scan.columns else None
            found.append(Proposal(detection=review.detection, standing=Standing.ACCEPTED, review=review, drift=drift))
    return tuple(found)


def _proposal(found: Detection, latest: dict[tuple[str, str], Review], reviews: tuple[Review, ...]) -> Proposal:
    review = latest.get((found.column, found.classification))
    if review is None:
        decided = any(item.column == found.column for item in reviews)
        return Proposal(detection=found, drift=Drift.NEW if decided else None)
    standing = Standing.ACCEPTED if review.verdict is Verdict.ACCEPTED else Standing.REJECTED
    return Proposal(detection=found, standing=standing, review=review, drift=_drift(found, review))


def _drift(found: Detection, review: Review) -> Drift | None:
    if review.verdict is Verdict.ACCEPTED:
        return None
    risen = found.share >= review.detection.share + RISEN
    return Drift.NEW if risen or found.detector != review.detection.detector else None


def accepted(reviews: tuple[Review, ...], column: str) -> tuple[str, ...]:
    """Return the classifications of a column that stewards have accepted and not rejected since."""
    latest = {item.detection.classification: item.verdict for item in reviews if item.column == column}
    return tuple(name for name, verdict in latest.items() if verdict is Verdict.ACCEPTED)


def awaiting(found: tuple[Proposal, ...], column: str, held: tuple[str, ...]) -> tuple[str, ...]:
    """Return the high-risk classifications of a column that nobody has reviewed and that it does not hold (`held`) already."""
    risky = (item.detection.classification for item in found if item.detection.column == column and item.is_open)
    risky = (name for name in risky if covers(HIGH_RISK, name) and not any(covers(own, name) for own in held))
    return tuple(dict.fromkeys(risky))
