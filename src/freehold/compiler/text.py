"""The text of a query before anything is believed about it: bounded in length, tokens, nesting and joins, with places in it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import TokenError
from sqlglot.parser import binary_range_parser
from sqlglot.tokenizer_core import Token, TokenType

from freehold.errors import QueryTooComplex, QueryUnreadable

MAX_TOKENS = 10_000
MAX_NESTING = 60
MAX_BARE_JOINS = 8
MAX_BRACKETS = 50

DIALECT = DuckDB()

_Tool = TypeVar("_Tool")


class Tools(Generic[_Tool]):
    """What takes longer to make than to use, and serves one text at a time: lent, and made anew where all are out."""

    def __init__(self, make: Callable[[], _Tool]) -> None:
        """Lend what `make` makes."""
        self._make = make
        self._idle: list[_Tool] = []

    @contextmanager
    def lent(self) -> Generator[_Tool]:
        """Lend one for the time of a `with`; what an error came out of is not lent again."""
        try:
            tool = self._idle.pop()
        except IndexError:
            tool = self._make()
        yield tool
        self._idle.append(tool)


TOKENIZERS = Tools(DIALECT.tokenizer)
PARSERS = Tools(DIALECT.parser)

# DuckDB's `~` asks whether a pattern matches the whole text, as its documentation of pattern matching says; the parser alone would
# read PostgreSQL's, which asks for a part of it.
DuckDB.parser_class.RANGE_PARSERS[TokenType.TILDE] = binary_range_parser(exp.RegexpFullMatch)

_OPEN = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE})
_CLOSE = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE})


_SHAPING = _OPEN | _CLOSE | {TokenType.JOIN, TokenType.ON, TokenType.USING}


def position(text: str, start: int) -> dict[str, int]:
    """Return `{line, column}`, both from 1, of the character at offset `start`."""
    before = text[:start]
    return {"line": before.count("\n") + 1, "column": start - (before.rfind("\n") + 1) + 1}


def start_of(text: str, node: Any) -> int | None:
    """Return the offset of the first identifier at or under a tree node, or None where the node was not written by the caller."""
    return next(_starts(text, node), None)


def place_of(text: str, node: Any) -> dict[str, int] | None:
    """Return the place of a tree node, of a query that of its first word but SELECT, or None where the caller did not write it."""
    start = min(_starts(text, node), default=None) if isinstance(node, exp.Query) else start_of(text, node)
    return position(text, start) if start is not None else None


def _starts(text: str, node: Any) -> Iterator[int]:
    """Yield where the identifiers at or under a node stand."""
    for child in node.walk():
        start = child.meta.get("start") if child._meta else None  # noqa: SLF001  (meta is created on access otherwise)
        if start is not None and start < len(text):
            yield start


_PLACE = frozenset({"line", "col", "start", "end"})


def forget_places(nodes: Iterable[Any]) -> None:
    """Forget where nodes stand in a text, once none of them can be refused: copying it takes half of copying them."""
    for node in nodes:
        kept = node._meta  # noqa: SLF001  (as above)
        if kept is not None and kept.keys() <= _PLACE:
            node._meta = None  # noqa: SLF001


def tokenize(text: str, longest: int) -> list[Token]:
    """Return the tokens of `text`, bounded before the parser sees them.

    Raises:
        QueryTooComplex: Over the limits; a run of joins without ON would make the parser try exponentially many readings.
        QueryUnreadable: The text does not even make tokens.
    """
    if len(text) > longest:
        raise QueryTooComplex(f"the query has {len(text):,} characters; at most {longest:,} are read", limit=longest)
    _check_characters(text)
    try:
        with TOKENIZERS.lent() as tokenizer:
            tokens = tokenizer.tokenize(text)
    except TokenError:
        raise QueryUnreadable("the query has an unfinished string, comment or name", remedy="close every quote") from None
    if len(tokens) > MAX_TOKENS:
        raise QueryTooComplex(f"the query has {len(tokens):,} words; at most {MAX_TOKENS:,} are read", limit=MAX_TOKENS)
    _check_nesting(text, tokens)
    return tokens


def _check_characters(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise QueryUnreadable(
            "the query holds half a character (a lone surrogate)", remedy="send UTF-8", position=position(text, error.start)
        ) from None
    if "\0" in text:
        raise QueryUnreadable("the query holds a zero byte", remedy="leave it out", position=position(text, text.index("\0")))


def _check_nesting(text: str, tokens: list[Token]) -> None:
    bare = [0]
    brackets = 0
    previous = None
    for token in tokens:
        kind = token.token_type
        if kind not in _SHAPING:
            previous = kind
            continue
        brackets += kind is TokenType.L_BRACKET
        if kind in _OPEN:
            bare.append(0)
        elif kind in _CLOSE and len(bare) > 1:
            bare.pop()
        elif kind is TokenType.JOIN and previous is not TokenType.CROSS:
            bare[-1] += 1
        elif kind in {TokenType.ON, TokenType.USING}:
            bare[-1] = 0
        previous = kind
        if brackets > MAX_BRACKETS:
            raise QueryTooComplex(
                f"the query has more than {MAX_BRACKETS} brackets", limit=MAX_BRACKETS, position=position(text, token.start)
            )
        if len(bare) > MAX_NESTING:
            raise QueryTooComplex(
                f"the query is nested more than {MAX_NESTING} deep", limit=MAX_NESTING, position=position(text, token.start)
            )
        if bare[-1] > MAX_BARE_JOINS:
            raise QueryTooComplex(
                f"more than {MAX_BARE_JOINS} joins in a row have no ON or USING",
                remedy="give each join its ON or USING",
                position=position(text, token.start),
            )
