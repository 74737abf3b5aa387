"""Rewrite a pattern of a whole value so that it matches one line of many, or say that nobody here knows how.

INVARIANT: of texts without a line feed, the rewritten pattern matches exactly those that the pattern itself matches, and it matches
no text with one. So lines joined by line feeds match `^(?:P(?:\\n|\\z))*` as a whole exactly if each of them matches alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from freehold.model.pattern_parts import Characters, Mark, Part, Repeat, Span, parts_of

_FEED = 10
# without flags, a point is no line feed; of a text alone `^` and `$` are its ends, in lines those of the line
_MARKS = {Mark.OPEN: "(?:", Mark.START: "(?m:^)", Mark.END: "(?m:$)"}


def one_line(pattern: str) -> str | None:
    """Return the pattern rewritten, or None where it holds a part that this does not know.

    >>> one_line("[^@ ]+@[a-z.]+"), one_line("(?s).+")
    ('[^\\\\x{40}\\\\x{20}\\\\x{a}]+[\\\\x{40}][\\\\x{61}-\\\\x{7a}\\\\x{2e}]+', None)
    """
    parts = parts_of(pattern)
    written = None if parts is None else [_written(part) for part in parts]
    return None if written is None or None in written else "".join(filter(None, written))


def _written(part: Part) -> str | None:
    """Return a part as it is written for lines, or None where only a line feed could stand for it."""
    match part:
        case Repeat(text):
            return text
        case Characters(spans, negated):
            kept = (*spans, (_FEED, _FEED)) if negated else tuple(_without_feed(spans))
            return f"[{'^' * negated}{''.join(map(_span, kept))}]" if kept else None
        case _:
            return _MARKS.get(part, part.value)


def _without_feed(spans: tuple[Span, ...]) -> Iterator[Span]:
    for low, high in spans:
        if not low <= _FEED <= high:
            yield low, high
            continue
        if low < _FEED:
            yield low, _FEED - 1
        if high > _FEED:
            yield _FEED + 1, high


def _span(span: Span) -> str:
    low, high = span
    return rf"\x{{{low:x}}}" + (rf"-\x{{{high:x}}}" if high > low else "")
