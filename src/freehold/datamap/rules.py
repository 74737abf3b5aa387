"""Classification rules of one's own: patterns of column names and of values, and from when on a column has the classification.

Purview's meaning: the *distinct* values of a column count. A column of fewer different values than the rule's `distinct` is never
looked at, nor is one of a single value; of the others, `minimum` percent must match. Where a rule has patterns of both kinds, both
must match: the name narrows. Patterns are RE2's, so that none can take long.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute

from freehold.errors import ScanSettingInvalid
from freehold.model.pattern import problem_of

compute: Any = pyarrow.compute
MINIMUM, DISTINCT = 60.0, 8
DISTINCT_RANGE = (2, 32)
MOST_DISTINCT = 10_000
"""How many different values of a column are looked at."""

LONGEST = 1_000
"""Of longer values only so many characters are kept."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as it is in force: `minimum` in percent of the distinct values, `distinct` the least number of them."""

    name: str
    classification: str
    columns: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    minimum: float = MINIMUM
    distinct: int = DISTINCT

    def names(self, column: str) -> bool:
        """Return whether the rule's patterns of names allow a column: they match a part of it, whatever the case."""
        if not self.columns:
            return True
        name = pa.array([column])
        return any(compute.match_substring_regex(name, pattern=item, ignore_case=True)[0].as_py() for item in self.columns)


def read_rule(name: str, properties: Any) -> Rule | None:
    """Return the rule that a request's `properties` describe, or None where it is disabled or deletes.

    Raises:
        ScanSettingInvalid: It has no pattern, one that cannot be used, or a threshold out of range.
    """
    given: dict[str, Any] = properties if isinstance(properties, dict) else {}
    classification = given.get("classificationName")
    if not isinstance(classification, str) or not classification:
        raise ScanSettingInvalid(f"the rule `{name[:80]}` names no classification", remedy="give it a `classificationName`")
    columns, values = _patterns(name, given.get("columnPatterns")), _patterns(name, given.get("dataPatterns"))
    if not columns and not values:
        raise ScanSettingInvalid(f"the rule `{name[:80]}` has no pattern", remedy="give it `columnPatterns` or `dataPatterns`")
    minimum = given.get("minimumPercentageMatch")
    least = given.get("minimumDistinctMatchCount")
    minimum, least = MINIMUM if minimum is None else minimum, DISTINCT if least is None else least
    if isinstance(minimum, bool) or not isinstance(minimum, int | float) or not 1 <= minimum <= 100:
        raise ScanSettingInvalid("`minimumPercentageMatch` is not 1 to 100", remedy="leave it out for 60")
    if isinstance(least, bool) or not isinstance(least, int) or not DISTINCT_RANGE[0] <= least <= DISTINCT_RANGE[1]:
        raise ScanSettingInvalid("`minimumDistinctMatchCount` is not 2 to 32", remedy="leave it out for 8")
    if given.get("ruleStatus") == "Disabled" or given.get("classificationAction") == "Delete":
        return None
    fixed = MINIMUM if len(values) > 1 else float(minimum)
    return Rule(name=name, classification=classification, columns=columns, values=values, minimum=fixed, distinct=least)


def _patterns(name: str, given: Any) -> tuple[str, ...]:
    items: list[Any] = given if isinstance(given, list) else [] if given is None else [None]
    found: list[str] = []
    for item in items:
        pattern = item.get("pattern") if isinstance(item, dict) else None
        if not isinstance(pattern, str) or not pattern or problem_of(pattern) is not None:
            raise ScanSettingInvalid(
                f"the rule `{name[:80]}` has a pattern that cannot be used",
                remedy='send {"kind": "Regex", "pattern": "…"} in RE2\'s syntax: no look-around, no back reference',
            )
        found.append(pattern)
    return tuple(found)


class Watched:
    """One column under the rules: its distinct values, as far as they are kept."""

    def __init__(self, name: str, rules: Iterable[Rule]) -> None:
        """Hold a column against those of the rules whose patterns allow its name."""
        self._rules = [item for item in rules if item.names(name)]
        self._wants_values = any(item.values for item in self._rules)
        self._values: dict[str, None] = {}

    def look(self, values: Any) -> None:
        """Look at more of the column's values."""
        if not self._wants_values or len(self._values) >= MOST_DISTINCT or pa.types.is_nested(values.type):
            return
        held = values.dictionary_decode() if pa.types.is_dictionary(values.type) else values
        if pa.types.is_binary(held.type) or pa.types.is_large_binary(held.type):
            return
        for item in compute.cast(compute.unique(held.drop_null()), pa.large_string()).to_pylist():
            if item.strip() and len(self._values) < MOST_DISTINCT:
                self._values[item[:LONGEST]] = None

    def classifications(self) -> list[str]:
        """Return the classifications that the column has by the rules."""
        return list(dict.fromkeys(item.classification for item in self._rules if self._holds(item)))

    def _holds(self, rule: Rule) -> bool:
        if not rule.values:
            return True
        count = len(self._values)
        if count < max(rule.distinct, 2):
            return False
        values = pa.array(list(self._values), pa.large_string())
        shares = (
            compute.sum(compute.match_substring_regex(values, pattern=rf"\A(?:{item})\z")).as_py() or 0 for item in rule.values
        )
        return any(100.0 * matching / count + 1e-9 >= rule.minimum for matching in shares)


SYSTEM: dict[str, str] = {
    "e-mail": "MICROSOFT.PERSONAL.EMAIL",
    "e-mail in text": "MICROSOFT.PERSONAL.EMAIL",
    "phone": "MICROSOFT.PERSONAL.EU.PHONE_NUMBER",
    "phone by name": "MICROSOFT.PERSONAL.EU.PHONE_NUMBER",
    "phone in text": "MICROSOFT.PERSONAL.EU.PHONE_NUMBER",
    "IPv4 address": "MICROSOFT.PERSONAL.IPADDRESS",
    "IPv4 address by name": "MICROSOFT.PERSONAL.IPADDRESS",
    "IPv6 address": "MICROSOFT.PERSONAL.IPADDRESS",
    "IP address in text": "MICROSOFT.PERSONAL.IPADDRESS",
    "date of birth": "MICROSOFT.PERSONAL.DATE_OF_BIRTH",
    "date of birth by name": "MICROSOFT.PERSONAL.DATE_OF_BIRTH",
    "address": "MICROSOFT.PERSONAL.PHYSICALADDRESS",
    "address by name": "MICROSOFT.PERSONAL.PHYSICALADDRESS",
    "address in text": "MICROSOFT.PERSONAL.PHYSICALADDRESS",
    "full name": "MICROSOFT.PERSONAL.NAME",
    "given name": "MICROSOFT.PERSONAL.NAME",
    "surname": "MICROSOFT.PERSONAL.NAME",
    "name by name": "MICROSOFT.PERSONAL.NAME",
    "name in text": "MICROSOFT.PERSONAL.NAME",
    "payment card": "MICROSOFT.FINANCIAL.CREDIT_CARD_NUMBER",
    "payment card in text": "MICROSOFT.FINANCIAL.CREDIT_CARD_NUMBER",
    "SSN": "MICROSOFT.GOVERNMENT.US.SOCIAL_SECURITY_NUMBER",
}
"""The system classification that Purview has for what a detector of ours finds; others have the mesh's own word alone."""
