"""Which classifications governance rules give a column: by its name, as written and as words, and by its description.

A pattern is searched, without regard to case, anywhere in the name and at the starts of words in the description; only patterns
that cannot take long on any text are ever used.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache

from freehold.model.label import covers
from freehold.model.policy import ClassificationRule
from freehold.names import words

LENGTH = 2000
_WINDOW = 400
_LONG_REPEAT = 20
_OPEN_REPEATS = 2
_CHOICES = 12
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?:)?|\)|[*+?]|\{[0-9]*(?:,[0-9]*)?\}|\||.", re.DOTALL)
_QUANTIFIER = re.compile(r"[*+]|\{[0-9]+(?:,[0-9]*)?\}|\{,[0-9]*\}")
_BACKREFERENCE = re.compile(r"\\[1-9]")


def pattern_problem(pattern: str) -> str | None:
    """Return `invalid` or `unsafe` where a pattern cannot be used, else None.

    Unsafe is what may backtrack without a bound on its work: a repeat inside a repeat, an alternation inside one, more than two
    open repeats, too many choices, back references and look-arounds.

    >>> pattern_problem("email|phone"), pattern_problem("(a+)+b"), pattern_problem("(")
    (None, 'unsafe', 'invalid')
    """
    if len(pattern) > LENGTH:
        return "unsafe"
    if not _compiles(pattern):
        return "invalid"
    return None if _is_safe(pattern) else "unsafe"


def classify(rules: tuple[ClassificationRule, ...], name: str, description: str | None) -> tuple[str, ...]:
    """Return the classifications of every rule that matches, in the order of the rules; unusable patterns match nothing.

    Rules with a value pattern are not about names: see `classify.examine`.
    """
    forms = (name, words(name))
    parts = _windows(description) if description else ()
    by_name = (rule for rule in rules if rule.value_pattern is None)
    found = [rule.classification for rule in by_name if _matches(rule.pattern, forms, parts)]
    return tuple(dict.fromkeys(found))


def united(declared: tuple[str, ...], found: tuple[str, ...]) -> tuple[str, ...]:
    """Return what an owner declared together with what rules found, leaving out what a finer one already says."""
    return declared + tuple(item for item in found if not any(covers(item, own) for own in declared))


def _matches(pattern: str, forms: tuple[str, str], parts: tuple[str, ...]) -> bool:
    anywhere, at_words = _searches(pattern)
    if anywhere is None or at_words is None:
        return False
    return any(anywhere.search(form) for form in forms) or any(at_words.search(part) for part in parts)


@lru_cache(maxsize=4096)
def _searches(pattern: str) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    if pattern_problem(pattern) is not None:
        return None, None
    return re.compile(pattern, re.IGNORECASE), re.compile(rf"(?<![^\W_])(?:{pattern})", re.IGNORECASE)


def _windows(text: str) -> tuple[str, ...]:
    """Return a long text in overlapping parts, so that the work of a search grows with its length and no faster."""
    if len(text) <= _WINDOW:
        return (text,)
    return tuple(text[start : start + _WINDOW] for start in range(0, len(text), _WINDOW // 2))


def _compiles(pattern: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern, re.IGNORECASE)
            re.compile(rf"(?<![^\W_])(?:{pattern})", re.IGNORECASE)
    except (re.error, Warning, OverflowError, RecursionError, ValueError):
        return False
    return True


def _is_safe(pattern: str) -> bool:
    if _BACKREFERENCE.search(pattern) or re.search(r"\(\?(?!:)", pattern):
        return False
    open_repeats = choices = 0
    nested = [False]  # for each open group: can what it holds match in more than one way?
    closed = False  # could the group that ended just now?
    for part in _TOKEN.findall(pattern):
        if part.startswith("("):
            nested.append(False)
        elif part == ")":
            closed = nested.pop()
            nested[-1] = nested[-1] or closed
            continue
        elif part in {"|", "?"} or _QUANTIFIER.fullmatch(part):
            open_repeats, choices = open_repeats + _is_open(part), choices + (part != "|" or len(nested) > 1)
            nested[-1] = True
            if closed and part not in {"|", "?"}:
                return False
        closed = False
    return open_repeats <= _OPEN_REPEATS and choices <= _CHOICES


def _is_open(token: str) -> bool:
    """Return whether a quantifier repeats without a small bound."""
    if token in {"|", "?"}:
        return False
    most = token.strip("{}").rpartition(",")[2]
    return not most.isdecimal() or int(most) > _LONG_REPEAT
