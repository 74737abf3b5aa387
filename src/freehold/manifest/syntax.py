"""Say in plain words why bytes are not YAML; the parser's own words stay inside."""

from __future__ import annotations

import re
from typing import Any

from freehold.manifest.report import Report

SIZE = 1 << 20
_UNREADABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")

_UNCLOSED = ("did not find expected ',' or", "unexpected end of stream", "did not find expected node content")
_WORDS: tuple[tuple[str, str, str], ...] = (
    ("',' or ']'", "A `[` is never closed, or a comma is missing after it.", "close the list with `]`"),
    ("',' or '}'", "A `{` is never closed, or a comma is missing after it.", "close the mapping with `}`"),
    ("unexpected end of stream", "A quote is opened here and never closed.", "close the quote on the same line"),
    (
        "mapping values are not allowed",
        "A second `:` stands here, or the line is indented further than the one above.",
        'put a value that holds `: ` in quotes: "…", or align the key with its neighbours',
    ),
    (
        "cannot start any token",
        "No value can begin with this character; a tab cannot indent.",
        "indent with spaces, and put values that begin with @, ` or % in quotes",
    ),
    ("could not find expected ':'", "A key without its `:` stands here.", "write `key: value`, with a space after the colon"),
    ("expected '-' indicator", "A list ends here in the middle: the line is not an item of it.", "begin the line with `- `"),
    ("expected key", "A line here is neither a key of the mapping above nor outside of it.", "align it with its neighbours"),
    ("escape character", 'A backslash in "…" begins an unknown escape.', "write `\\\\`, or use single quotes"),
    ("incompatible YAML document", "The file asks for another version of YAML.", "remove the `%YAML` line"),
)
_OTHERWISE = ("The file is not YAML from here on.", "look at the indentation, quotes and brackets of this line and the one above")


def decode(file: str, content: bytes, report: Report, size: int = SIZE) -> str | None:
    """Return the text of a file, or None where it is too large, not UTF-8, or holds characters that YAML does not allow."""
    if len(content) > size:
        message = f"The file has {len(content):,} bytes; it may have {size:,}."
        report.error("file-too-large", (file, 1, 1), message, "split it into several files")
        return None
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        column = len(before) - (before.rfind(b"\n") + 1) + 1
        message = f"Byte {error.start + 1:,} of the file is not UTF-8."
        report.error("not-utf8", (file, before.count(b"\n") + 1, column), message, "save the file as UTF-8")
        return None
    found = _UNREADABLE.search(text)
    if found is not None:
        line, column = _place(text, found.start())
        message = f"The character U+{ord(found.group()):04X} may not stand in YAML."
        report.error("yaml-invalid", (file, line, column), message, "remove it")
        return None
    return text


def explain(file: str, text: str, error: Any, report: Report) -> None:
    """Report a syntax error at the place where a person would mend it."""
    problem = str(getattr(error, "problem", "") or "")
    mark, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if context is not None and any(word in problem for word in _UNCLOSED):
        mark = context
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    line = min(line, text.count("\n") + 1)
    message, mend = next(((said, mend) for word, said, mend in _WORDS if word in problem), _OTHERWISE)
    report.error("yaml-invalid", (file, line, column), message, mend)


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1
