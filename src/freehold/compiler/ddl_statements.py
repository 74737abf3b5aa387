"""A script or a dump of a database to the statements in it that tell of tables, each at its place; the rest is passed over unread.

Data between them (COPY), commands of a client (`\\connect`, `GO`) and what says where SQL Server stores a table are blanked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import sqlglot

_COPY = re.compile(r"\s*COPY\s.*\sFROM\s+stdin\b.*;\s*", re.IGNORECASE)
_GO = re.compile(r"\s*GO(?:\s+[0-9]+)?\s*", re.IGNORECASE)
_BEFORE_TABLE = frozenset(
    "OR REPLACE TEMP TEMPORARY GLOBAL LOCAL UNLOGGED TRANSIENT VOLATILE EXTERNAL FOREIGN HYBRID ICEBERG MULTISET SET".split()
)
_NOTED = "SP_ADDEXTENDEDPROPERTY"
_ALONE = frozenset({"ROWGUIDCOL", "SPARSE", "CLUSTERED", "NONCLUSTERED", "ASC", "DESC"})
_PLACED = frozenset({"ON", "TEXTIMAGE_ON", "FILESTREAM_ON"})
_ACTIONS = frozenset({"DELETE", "UPDATE"})


def statements(text: str, dialect: str) -> Iterator[str]:
    """Yield the statements of a text that create tables, add to them or describe them, each after as many lines as stand before it.

    Raises:
        SqlglotError: It holds no words of that dialect.
    """
    plain = "\n".join(_without_data(text.split("\n"), dialect))
    for words in _split(sqlglot.tokenize(plain, read=dialect), dialect):
        if _is_about_tables([word.text.upper() for word in words[:8]]):
            start, end = words[0].start, words[-1].end + 1
            said = plain[start:end]
            for span in _storage(words) if dialect == "tsql" else ():
                first, last = (place - start for place in span)
                said = said[:first] + re.sub(r"[^\n]", " ", said[first:last]) + said[last:]
            yield "\n" * plain.count("\n", 0, start) + said


def _without_data(lines: Sequence[str], dialect: str) -> Iterator[str]:
    data = False
    for line in lines:
        if data:
            data = line.rstrip() != "\\."
            yield ""
        elif dialect == "postgres" and (line.startswith("\\") or _COPY.fullmatch(line)):
            data = not line.startswith("\\")
            yield ""
        else:
            yield ";" if dialect == "tsql" and _GO.fullmatch(line) else line


def _split(words: Sequence[Any], dialect: str) -> Iterator[list[Any]]:
    """Yield the words of each statement; in T-SQL a statement may begin without a semicolon before it."""
    held: list[Any] = []
    depth = 0
    for at, word in enumerate(words):
        upper = word.text.upper()
        depth += {"(": 1, ")": -1}.get(upper, 0) if word.token_type.name in {"L_PAREN", "R_PAREN"} else 0
        following = words[at + 1].text.upper() if at + 1 < len(words) else ""
        begins = upper in {"CREATE", "EXEC", "EXECUTE"} or (upper == "ALTER" and following == "TABLE")
        if word.token_type.name == "SEMICOLON" or (dialect == "tsql" and depth == 0 and begins):
            if held:
                yield held
            held, depth = [], 0
        if word.token_type.name != "SEMICOLON":
            held.append(word)
    if held:
        yield held


def _is_about_tables(words: Sequence[str]) -> bool:
    if words[:2] in (["ALTER", "TABLE"], ["COMMENT", "ON"]):
        return True
    if words[0] in {"EXEC", "EXECUTE"}:
        return _NOTED in words
    table = words.index("TABLE") if "TABLE" in words else 0
    return words[0] == "CREATE" and table > 0 and _BEFORE_TABLE.issuperset(words[1:table])


def _storage(words: Sequence[Any]) -> Iterator[tuple[int, int]]:
    """Yield from where to where stands what says how and where SQL Server keeps a table, which no manifest tells."""
    at = 0
    while at < len(words):
        upper, following = words[at].text.upper(), words[at + 1].text.upper() if at + 1 < len(words) else ""
        quoted = words[at].token_type.name == "IDENTIFIER"
        last = at
        if upper == "WITH" and following == "(" and not quoted:
            last = _closed(words, at + 1)
            masked = at > 0 and words[at - 1].text.upper() == "MASKED"
            yield words[at - masked].start, words[last].end + 1
        elif upper in _PLACED and following not in _ACTIONS and not quoted:
            last = at + 1
            yield words[at].start, words[min(last, len(words) - 1)].end + 1
        elif upper in _ALONE and not quoted:
            yield words[at].start, words[at].end + 1
        at = last + 1


def _closed(words: Sequence[Any], opened: int) -> int:
    depth = 0
    for at in range(opened, len(words)):
        depth += {"(": 1, ")": -1}.get(words[at].text, 0)
        if depth == 0:
            return at
    return len(words) - 1
