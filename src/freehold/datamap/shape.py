"""The shape of an attribute's value, as its `typeName` writes it: `string`, `array<int>`, `map<string,date>`, a name of a type."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from freehold.errors import TypeInvalid

PRIMITIVES = frozenset("string boolean byte short int long float double biginteger bigdecimal date object any".split())
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_. -]{0,255}")
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Shape:
    """`kind` is `array`, `map`, a primitive, or `named` for another type; `inner` are the shapes inside of an array or a map."""

    kind: str
    name: str
    inner: tuple[Shape, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of defined types that it needs."""
        if self.kind == "named":
            return (self.name,)
        return tuple(name for item in self.inner for name in item.names)


@lru_cache(maxsize=4096)
def read_shape(text: str, depth: int = 0) -> Shape:
    """Return the shape that a `typeName` writes.

    >>> read_shape("array<string>").inner[0].kind
    'string'

    Raises:
        TypeInvalid: It writes none, or one nested more than four deep.
    """
    given = text.strip()
    if depth > _DEEPEST or len(given) > 1_000:
        raise TypeInvalid(f"`{given[:80]}` is nested too deeply", remedy="nest at most four deep")
    if given in PRIMITIVES:
        return Shape(given, given)
    if given.startswith("array<") and given.endswith(">"):
        return Shape("array", given, (read_shape(given[6:-1], depth + 1),))
    if given.startswith("map<") and given.endswith(">"):
        key, comma, value = given[4:-1].partition(",")
        if comma and key.strip() in PRIMITIVES:
            return Shape("map", given, (read_shape(key, depth + 1), read_shape(value, depth + 1)))
    if _NAME.fullmatch(given):
        return Shape("named", given)
    raise TypeInvalid(
        f"`{given[:80]}` is no type of a value", remedy="write it like `string`, `array<string>` or `map<string,string>`"
    )
