"""What a glossary, a term and a category may say."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from freehold.errors import EntityInvalid

_TEXTS = ("shortDescription", "longDescription", "language", "usage", "nickName", "abbreviation", "status")
STATUSES = ("Draft", "Approved", "Alert", "Expired")
_RELATED = (
    "seeAlso", "synonyms", "antonyms", "preferredTerms", "preferredToTerms", "replacementTerms", "replacedBy", "translationTerms",
    "translatedTerms", "isA", "classifies", "validValues", "validValuesFor",
)  # fmt: skip
TERM_LINKS: dict[str, tuple[str, str]] = dict.fromkeys(_RELATED, ("term", "termGuid")) | {
    "categories": ("category", "categoryGuid")
}
"""The members of a term that name others: what they name, and by which member."""

CATEGORY_LINKS: dict[str, tuple[str, str]] = {"parentCategory": ("category", "categoryGuid")}
_OTHER = ("attributes", "contacts", "resources", "anchor", "parentTerm", "templateName", "additionalAttributes", "hierarchyInfo")
_FORBIDDEN = frozenset("@.")


def read_thing(what: str, given: Any) -> dict[str, Any]:
    """Return the members of a glossary, term or category (`what`) that are known.

    Raises:
        EntityInvalid: It is no object, has no usable name, or a member is of another type.
    """
    name = given.get("name") or given.get("displayText") if isinstance(given, dict) else None
    if not isinstance(name, str) or not 0 < len(name.strip()) <= 256 or _FORBIDDEN & set(name if what != "glossary" else ""):
        raise EntityInvalid(f"the {what} has no usable `name`", remedy="give it 1 to 256 characters without `@` and `.`")
    for member in _TEXTS:
        if not isinstance(given.get(member), str | None):
            raise EntityInvalid(f"`{member}` of `{name}` is no text", remedy="send a text")
    if given.get("status") not in {None, *STATUSES}:
        raise EntityInvalid(f"`{name}` has an unknown status", remedy=f"use one of {', '.join(STATUSES)}")
    _check_links(name, given)
    members = (*_TEXTS, *_OTHER, *TERM_LINKS, *CATEGORY_LINKS)
    kept = {member: given[member] for member in members if given.get(member) is not None}
    if what == "term":
        kept.setdefault("status", "Draft")
    return {"name": name.strip(), **kept}


def without(thing: dict[str, Any], gone: Collection[str]) -> dict[str, Any]:
    """Return a term or category that names none of those that are gone, by identifier."""
    made = dict(thing)
    for member, (_, key) in TERM_LINKS.items():
        if isinstance(thing.get(member), list):
            made[member] = [item for item in thing[member] if item.get(key) not in gone]
    if (thing.get("parentCategory") or {}).get("categoryGuid") in gone:
        del made["parentCategory"]
    return made


def _check_links(name: str, given: dict[str, Any]) -> None:
    """Check that what names others does so in the one form that is read again."""
    for links, kind, remedy in ((TERM_LINKS, list, "send a list of objects"), (CATEGORY_LINKS, dict, "send one object")):
        for member in links:
            if not isinstance(given.get(member), kind | None):
                raise EntityInvalid(f"`{member}` of `{name[:200]}` does not fit", remedy=remedy)
