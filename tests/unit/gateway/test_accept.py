"""Content negotiation: q-values, ranges, and the default."""

from __future__ import annotations

import pytest

from freehold.errors import FormatUnsupported
from freehold.gateway.accept import Format, choose


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (b"", Format.JSON),
        (b"*/*", Format.JSON),
        (b"application/json", Format.JSON),
        (b"APPLICATION/JSON; charset=utf-8", Format.JSON),
        (b"text/csv", Format.CSV),
        (b"text/*", Format.CSV),
        (b"application/*", Format.JSON),
        (b"text/csv;q=0.5, application/json;q=0.4", Format.CSV),
        (b"application/json;q=0.1, */*;q=0.5", Format.CSV),
        (b"*/*, application/json;q=0, text/csv;q=0", Format.ARROW),
        (b"application/vnd.apache.arrow.stream, application/json;q=0.9", Format.ARROW),
        (b"application/vnd.apache.parquet", Format.PARQUET),
        (b"image/png, */*;q=0.1", Format.JSON),
        (b"text/html, text/csv", Format.CSV),
        (b"application/json;q=2", Format.JSON),
        (b",,", Format.JSON),
    ],
)
def test_the_preferred_format_is_chosen(accept: bytes, form: Format) -> None:
    assert choose(accept) is form


@pytest.mark.parametrize(
    "accept", [b"image/png", b"*/*;q=0", b"text/html", b"application/json;q=x", b"application/json;q=nan", b"\xff"]
)
def test_what_is_not_offered_is_refused_with_the_offer(accept: bytes) -> None:
    with pytest.raises(FormatUnsupported) as caught:
        choose(accept)
    assert len(caught.value.facts["offered"]) == len(Format)
