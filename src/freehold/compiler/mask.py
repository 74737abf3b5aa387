"""Masks as SQL over one raw column: applied in the barrier, never raising, so that nothing above ever meets the raw value."""

from __future__ import annotations

from freehold.model.label import Mask, MaskKind
from freehold.names import quote

_HIDDEN = "'***'"


def literal(text: str) -> str:
    """Return `text` as a SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def masked(column: str, mask: Mask, key: str) -> str:
    """Return the SQL expression of `column` under `mask`; `key` keys the hash of one contract, in hex."""
    raw = quote(column)
    text = f"CAST({raw} AS VARCHAR)"
    number = mask.number or 0
    match mask.kind:
        case MaskKind.REDACT:
            return _HIDDEN
        case MaskKind.NULL:
            return "CAST(NULL AS VARCHAR)"
        case MaskKind.FIXED:
            return literal(mask.text or "")
        case MaskKind.FIRST:
            return f"left({text}, {number}) || {_HIDDEN}"
        case MaskKind.LAST:
            return f"{_HIDDEN} || right({text}, {number})"
        case MaskKind.HASH:
            return f"left(sha256({literal(key)} || {text}), 32)"
        case MaskKind.YEAR:
            return f"year(TRY_CAST({raw} AS DATE))"
        case MaskKind.MONTH:
            return f"strftime(TRY_CAST({raw} AS DATE), '%Y-%m')"
        case MaskKind.BUCKET:
            return f"floor(TRY_CAST({raw} AS DOUBLE) / {max(number, 1)}) * {max(number, 1)}"
        case MaskKind.EMAIL_DOMAIN:
            return f"nullif(regexp_extract({text}, '@([^@]+)$', 1), '')"


CONCEALING = frozenset({MaskKind.REDACT, MaskKind.NULL, MaskKind.FIXED, MaskKind.HASH})
"""Masks whose value stands for nothing: comparing it would answer another question than the caller means, so it is refused."""

MASKED_TYPES = {MaskKind.YEAR: "integer", MaskKind.BUCKET: "number"}
"""The logical type of a masked column where it is not `string`."""
