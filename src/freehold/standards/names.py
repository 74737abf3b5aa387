"""Names of others as names of products and domains here: as they are where SQL can hold them, else with a word before."""

from __future__ import annotations

import re

from freehold.names import domain_key, identifier

LONGEST, LONGEST_COLUMN = 100, 128
_SQL_NAME = re.compile(r"[a-z][a-z0-9_]*")


def product_name(text: str) -> str:
    """Return a name that a product can have.

    >>> product_name("my_table"), product_name("2024 sales"), product_name("!!")
    ('my_table', 'Product 2024 sales', 'Product')
    """
    return _usable(text, "Product", identifier(text))


def domain_name(text: str) -> str:
    """Return a name that a domain can have.

    >>> domain_name("seller"), domain_name("")
    ('seller', 'Imported')
    """
    return _usable(text, "Imported", domain_key(text))


def _usable(text: str, word: str, made: str) -> str:
    clean = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:LONGEST].strip()
    if _SQL_NAME.fullmatch(made) and len(made) <= LONGEST and clean == text:
        return text
    return clean if _SQL_NAME.fullmatch(identifier(clean)) else f"{word} {clean}".strip() if identifier(clean) else word


def apart(name: str, taken: set[str]) -> str:
    """Return a name whose SQL name is not among those taken, and take it."""
    chosen, number = name, 1
    while identifier(chosen) in taken:
        number += 1
        chosen = f"{name} {number}"
    taken.add(identifier(chosen))
    return chosen
