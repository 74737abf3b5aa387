"""Papers of people: passports, identity cards and driving licences, whose numbers prove nothing without a name."""

from __future__ import annotations

from freehold.classify import named
from freehold.classify.detector import Detector

PAPERS: tuple[Detector, ...] = (
    Detector(
        name="passport number",
        title="Passport number, where the name says so",
        classification="PII.HighRisk",
        by_name=True,
        proof="form and name",
        pattern=r"(?ai:[A-Z]{1,3} ?[0-9]{5,8}|[0-9]{2}[A-Z]{2}[0-9]{5}|[A-Z0-9]{8,10}|[0-9]{7,9})",
        length=(7, 11),
        digits=(1, 10),
        letters=(0, 8),
        named=named.PASSPORT,
    ),
    Detector(
        name="identity card",
        title="Number of an identity card, where the name says so",
        classification="PII.HighRisk",
        by_name=True,
        proof="form and name",
        pattern=r"[^\W\d_]{0,3}[ \-]?[0-9]{5,12}[ \-]?[^\W\d_]{0,3}|[A-Za-z0-9]{8,12}",
        length=(6, 18),
        digits=(1, 12),
        letters=(0, 12),
        spaces=(0, 2),
        named=named.IDENTITY_CARD,
    ),
    Detector(
        name="driving licence",
        title="Number of a driving licence, where the name says so",
        classification="PII.HighRisk",
        by_name=True,
        proof="form and name",
        pattern=r"(?ai:[A-Z0-9](?:[ ./\-]?[A-Z0-9]){5,19})",
        length=(6, 24),
        digits=(4, 18),
        letters=(0, 10),
        spaces=(0, 4),
        named=named.LICENCE,
    ),
)
"""Numbers of papers, where the column's name says so."""
