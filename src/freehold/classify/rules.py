"""Propose what a column may hold from its name alone: for an owner to confirm, never a decision.

What governance rules say is `model.classification`; these words only help where no rule has spoken.
"""

from __future__ import annotations

from freehold.model.classification import classify
from freehold.model.policy import ClassificationRule

_WORDS: tuple[tuple[str, str], ...] = (
    (r"\b(?:ssn|social security|national id|passport|tax id|iban|credit card|card number|cvv)\b", "PII.HighRisk"),
    (r"\b(?:health|diagnosis|religion|ethnicity|biometric|disability|union member)\b", "PII.HighRisk"),
    (r"\b(?:e ?mail|phone|mobile|fax|address|street|postcode|postal code|zip|zip code)\b", "PII.Contact"),
    (r"\b(?:first name|last name|full name|surname|family name|given name|maiden name)\b", "PII"),
    (r"\b(?:birth ?date|date of birth|birth ?day|dob|gender|sex|nationality|ip address|device id|licen[cs]e plate)\b", "PII"),
    (r"\b(?:salary|wage|income)\b", "PII"),
)
PROPOSALS = tuple(ClassificationRule(pattern=pattern, classification=classification) for pattern, classification in _WORDS)
_ENTITIES = ("customer", "client", "person", "user", "patient", "member", "employee", "subscriber", "account", "household")
_KEYS = ("id", "number", "no", "key", "code")


def propose(rules: tuple[ClassificationRule, ...], name: str) -> str | None:
    """Return the classification to propose for a column: what the mesh's rules say, else what its name suggests, or None.

    >>> propose((), "homeEmail"), propose((), "revenue")
    ('PII.Contact', None)
    """
    return next(iter(classify(rules, name, None) or classify(PROPOSALS, name, None)), None)


def propose_entity_key(names: tuple[str, ...]) -> str | None:
    """Return the column that most likely says whom a row is about, or None.

    >>> propose_entity_key(("orderId", "customerId", "amount"))
    'customerId'
    """
    folded = {name.casefold().replace("_", "").replace(" ", ""): name for name in reversed(names)}
    likely = (f"{entity}{key}" for entity in _ENTITIES for key in _KEYS)
    return next((folded[item] for item in likely if item in folded), None)
