"""The conditions of Azure Policy: operator → test of a value that is there, null or missing against another.

Missing or null: `exists` false holds, equality and membership fail, and what is negated holds; order holds of nothing.
Text compares without case, but for `match` and `notMatch`. `like` has `*` (and `?`, one character), `match` `#`, `?` and `.`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from freehold.azure.expression.functions.array import holds_key
from freehold.azure.expression.syntax import is_expression
from freehold.azure.expression.values import ABSENT, Unfit, as_boolean, as_text, compared, is_any_equal, is_equal, kind, known
from freehold.errors import AzurePolicyInvalid

Operator = Callable[[Any, Any], bool]


def _equals(left: Any, right: Any) -> bool:
    return known(right) is None if left is ABSENT else is_equal(left, right)


def _in(left: Any, right: Any) -> bool:
    values = known(right) if isinstance(right, list) else [known(right)]
    if left is ABSENT:
        return any(value is None for value in values)
    return known(left) is not None and is_any_equal((value for value in values if value is not None and value is not ABSENT), left)


def contains(left: Any, right: Any) -> bool:
    """Return whether a text holds another, an array a member, an object a key."""
    sought, holder = known(right), known(left)
    if isinstance(holder, list):
        return is_any_equal(holder, sought)
    if isinstance(holder, dict):
        return _contains_key(holder, sought)
    text, part = as_text(holder), as_text(sought)
    return text is not None and part is not None and part.casefold() in text.casefold()


def _contains_key(left: Any, right: Any) -> bool:
    key = as_text(known(right))
    return isinstance(known(left), dict) and key is not None and holds_key(left, key)


def _like(left: Any, right: Any) -> bool:
    text, pattern = as_text(known(left)), as_text(known(right))
    return text is not None and pattern is not None and is_like(text.casefold(), pattern.casefold())


def is_like(text: str, pattern: str) -> bool:
    """Return whether a text is of a pattern with `*` and `?`; it costs at most the product of their lengths.

    >>> is_like("prod-server-01", "prod-*"), is_like("vm-1", "vm-?"), is_like("abc", "*b"), is_like("", "*")
    (True, True, False, True)
    """
    at, of, star, mark = 0, 0, -1, 0
    while at < len(text):
        if of < len(pattern) and pattern[of] == "*":
            star, mark = of, at
            of += 1
        elif of < len(pattern) and pattern[of] in {"?", text[at]}:
            at, of = at + 1, of + 1
        elif star >= 0:
            mark += 1
            at, of = mark, star + 1
        else:
            return False
    return not pattern[of:].strip("*")


def _match(left: Any, right: Any) -> bool:
    text, pattern = as_text(known(left)), as_text(known(right))
    return text is not None and pattern is not None and is_match(text, pattern)


def _match_insensitively(left: Any, right: Any) -> bool:
    text, pattern = as_text(known(left)), as_text(known(right))
    return text is not None and pattern is not None and is_match(text.casefold(), pattern.casefold())


def is_match(text: str, pattern: str) -> bool:
    """Return whether each character fits: `#` a digit, `?` a letter, `.` any, others themselves.

    >>> is_match("vm-01", "vm-##"), is_match("vm-a1", "vm-?#"), is_match("vm-1", "vm-##")
    (True, True, False)
    """
    return len(text) == len(pattern) and all(map(_fits, text, pattern))


def _fits(character: str, mark: str) -> bool:
    if mark == "#":
        return character.isascii() and character.isdigit()
    if mark == "?":
        return character.isascii() and character.isalpha()
    return mark in {".", character}


def _exists(left: Any, right: Any) -> bool:
    wanted = as_boolean(known(right))
    if wanted is None:
        raise Unfit("`exists` wants true or false")
    return (left is not ABSENT and known(left) is not None) is wanted


def _ordered(holds: Callable[[int], bool]) -> Operator:
    def test(left: Any, right: Any) -> bool:
        found = compared(left, right)
        return found is not None and holds(found)

    return test


def _unless(test: Operator) -> Operator:
    return lambda left, right: not test(left, right)


def _if_there(test: Operator) -> Operator:
    return lambda left, right: left is not ABSENT and right is not ABSENT and test(left, right)


_contains_there, _key_there, _like_there = _if_there(contains), _if_there(_contains_key), _if_there(_like)
_match_there, _loosely_there = _if_there(_match), _if_there(_match_insensitively)

OPERATORS: Mapping[str, Operator] = {
    "equals": _equals,
    "notequals": _unless(_equals),
    "in": _in,
    "notin": _unless(_in),
    "contains": _contains_there,
    "notcontains": _unless(_contains_there),
    "containskey": _key_there,
    "notcontainskey": _unless(_key_there),
    "like": _like_there,
    "notlike": _unless(_like_there),
    "match": _match_there,
    "notmatch": _unless(_match_there),
    "matchinsensitively": _loosely_there,
    "notmatchinsensitively": _unless(_loosely_there),
    "exists": _exists,
    "greater": _ordered(lambda order: order > 0),
    "greaterorequals": _ordered(lambda order: order >= 0),
    "less": _ordered(lambda order: order < 0),
    "lessorequals": _ordered(lambda order: order <= 0),
}

_OF_SCALARS = frozenset(OPERATORS) - {"equals", "notequals", "in", "notin", "contains", "notcontains"}


def check_constant(name: str, wanted: Any, place: str) -> None:
    """Check that an operator can do with what it is given: one that cannot would never hold, or always, of whatever there is.

    Raises:
        AzurePolicyInvalid: It cannot.
    """
    if name == "exists" and as_boolean(wanted) is None and not (isinstance(wanted, str) and is_expression(wanted)):
        raise AzurePolicyInvalid(f"{place}: `exists` wants true or false")
    if name in {"in", "notin"} and not isinstance(wanted, list | str):
        raise AzurePolicyInvalid(f"{place}: a list is expected, not {kind(wanted)}")
    if name in _OF_SCALARS and isinstance(wanted, list | dict):
        raise AzurePolicyInvalid(f"{place}: one value is expected, not {kind(wanted)}")
