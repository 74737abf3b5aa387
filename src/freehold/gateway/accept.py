"""The formats of an answer and how a caller chooses one (RFC 9110 §12.5.1)."""

from __future__ import annotations

import enum
from functools import lru_cache

from freehold.errors import FormatUnsupported


class Format(enum.Enum):
    """The formats, in the order in which they are preferred where the caller has no preference."""

    JSON = "application/json"
    CSV = "text/csv"
    ARROW = "application/vnd.apache.arrow.stream"
    PARQUET = "application/vnd.apache.parquet"

    def __init__(self, media_type: str) -> None:
        """Prepare what every answer in this format needs: the value of `Content-Type`, and the end of its `ETag`."""
        self.content_type = b"text/csv; charset=utf-8; header=present" if media_type == "text/csv" else media_type.encode()
        self.tag = media_type.rsplit("/", 1)[1].removesuffix(".stream").rsplit(".", 1)[-1]


@lru_cache(maxsize=256)
def choose(accept: bytes) -> Format:
    """Return the format that `Accept` prefers: the highest q, a more exact range before a wider one, then our own order.

    Raises:
        FormatUnsupported: It accepts none of them.
    """
    ranges = [_read(item) for item in accept.decode("latin-1").split(",") if item.strip()]
    if not ranges:
        return Format.JSON
    best, chosen = 0.0, None
    for offered in Format:
        quality = _quality(offered.value, ranges)
        if quality > best:
            best, chosen = quality, offered
    if chosen is None:
        raise FormatUnsupported(
            "none of the formats in `Accept` is offered",
            remedy="accept one of: " + ", ".join(item.value for item in Format),
            offered=[item.value for item in Format],
        )
    return chosen


def _read(item: str) -> tuple[str, float]:
    name, *parameters = (part.strip().casefold() for part in item.split(";"))
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            quality = _number(value)
    return name, quality


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return min(value, 1.0) if value > 0 else 0.0


def _quality(offered: str, ranges: list[tuple[str, float]]) -> float:
    """Return the q of the most exact range that covers a format (0 where none does)."""
    family = offered.split("/", maxsplit=1)[0] + "/*"
    for wanted in (offered, family, "*/*"):
        found = [quality for name, quality in ranges if name == wanted]
        if found:
            return max(found)
    return 0.0
