"""How names are folded, compared, quoted and suggested: one rule for manifests, SQL and addresses."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import lru_cache

_NOT_WORD = re.compile(r"[^a-z0-9]+")
_WORD_EDGES = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")


@lru_cache(maxsize=65_536)
def identifier(name: str) -> str:
    """Return the SQL name of a domain or product: `Customer 360` is `customer_360`.

    >>> identifier("Customer 360")
    'customer_360'
    """
    return _NOT_WORD.sub("_", name.casefold()).strip("_")


@lru_cache(maxsize=65_536)
def slug(name: str) -> str:
    """Return the name as it stands in addresses and file names: `Customer enrichment` is `customer-enrichment`.

    >>> slug("Customer enrichment")
    'customer-enrichment'
    """
    return _NOT_WORD.sub("-", name.casefold()).strip("-")


@lru_cache(maxsize=65_536)
def domain_key(name: str) -> str:
    """Return the key of a domain however it is written: `Sales Domain`, `Sales` and `sales` are one.

    >>> domain_key("Sales Domain")
    'sales'
    """
    return identifier(re.sub(r"\s+domain\s*$", "", name, flags=re.IGNORECASE))


@lru_cache(maxsize=65_536)
def purpose_key(text: str) -> str:
    """Return a purpose folded for comparison: case and runs of white space do not count.

    >>> purpose_key("  Customer   Enrichment ")
    'customer enrichment'
    """
    return " ".join(text.casefold().split())


def words(name: str) -> str:
    """Return a name as spaced lower-case words, so that a pattern can find `email` in `homeEmail2`.

    >>> words("homeEmailAddress")
    'home email address'
    """
    return " ".join(part for part in _WORD_EDGES.split(name) if part).casefold()


def quote(name: str) -> str:
    """Return `name` as a quoted SQL identifier.

    >>> quote('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name closest to `name`, or None where nothing is close.

    >>> nearest("segmnt", ["segment", "region"])
    'segment'
    """
    by_fold = {item.casefold(): item for item in known}
    found = difflib.get_close_matches(name.casefold(), list(by_fold), n=1, cutoff=0.7)
    return by_fold[found[0]] if found else None
