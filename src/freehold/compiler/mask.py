"""Masks as SQL over one raw column: applied in the barrier, never raising, so that nothing above ever meets the raw value."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from freehold.model.label import Mask, MaskKind
from freehold.model.query import FIELD
from freehold.names import quote

_HIDDEN = "'***'"


def literal(text: str) -> str:
    """Return `text` as a SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def masked(column: str, mask: Mask, key: str) -> str:
    """Return the SQL expression of `column` under `mask`; `key` keys the hash of one contract, in hex."""
    raw = quote(column)
    return _EXPRESSIONS[mask.kind](_Masking(raw=raw, text=f"CAST({raw} AS VARCHAR)", number=mask.number or 0, mask=mask, key=key))


def record(column: str, key: str) -> str:
    """Return the SQL expression of the record key of an entity (Thompson, Broadfoot, Elazar 2013): 64 bits that `key` decides."""
    return f"md5_number_lower({literal(key)} || CAST({quote(column)} AS VARCHAR))"


def row_record(columns: Iterable[str], key: str) -> str:
    """Return the SQL expression of the record key of a row: 64 bits that `key` decides for what it has in `columns`."""
    return f"md5_number_lower({literal(key)} || CAST(hash({', '.join(map(quote, columns))}) AS VARCHAR))"


def compared_as(logical: str) -> str | None:
    """Return as what values of a logical type are compared once they are keyed: alike as text where they are equal; or None."""
    return "number" if logical == "integer" or logical.startswith("decimal") else logical if logical in {"string", "date"} else None


def join_key(column: str, logical: str, key: str) -> str:
    """Return the SQL expression of the keyed digest by which values of a column are compared with those of another home."""
    text = f"CAST({quote(column)} AS VARCHAR)"
    if compared_as(logical) == "number":  # 1.50 is 1.5, and 2.00 is 2
        text = f"CASE WHEN contains({text}, '.') THEN rtrim(rtrim({text}, '0'), '.') ELSE {text} END"
    return f"left(sha256({literal(key + ':')} || {text}), 32)"


def entity(column: str, key: str) -> str:
    """Return the SQL expression of the pseudonym under which another node counts an entity; itself where there is no `key`."""
    return f"left(sha256({literal(key + ':')} || CAST({quote(column)} AS VARCHAR)), 32)" if key else quote(column)


def row(columns: Iterable[str], key: str) -> str:
    """Return the SQL expression of a number from 1 below `FIELD` that belongs to what a row has in `columns`, under `key`."""
    return f"CAST(hash({', '.join((literal(key), *map(quote, columns)))}) % {FIELD - 1} AS BIGINT) + 1"


class _Masking(msgspec.Struct, frozen=True, kw_only=True):
    raw: str
    text: str
    number: int
    mask: Mask
    key: str


def _kept(m: _Masking) -> str:
    """How many characters stay: never all of them, and under a wider mask never fewer."""
    return f"greatest(least({m.number}, length({m.text}) - 1), 0)"


_EXPRESSIONS: dict[MaskKind, Callable[[_Masking], str]] = {
    MaskKind.REDACT: lambda _: _HIDDEN,
    MaskKind.NULL: lambda _: "CAST(NULL AS VARCHAR)",
    MaskKind.FIXED: lambda m: literal(m.mask.text or ""),
    MaskKind.FIRST: lambda m: f"left({m.text}, {_kept(m)}) || {_HIDDEN}",
    MaskKind.LAST: lambda m: f"{_HIDDEN} || right({m.text}, {_kept(m)})",
    MaskKind.HASH: lambda m: f"left(sha256({literal(m.key)} || {m.text}), 32)",
    MaskKind.YEAR: lambda m: f"year(TRY_CAST({m.raw} AS DATE))",
    MaskKind.MONTH: lambda m: f"strftime(TRY_CAST({m.raw} AS DATE), '%Y-%m')",
    MaskKind.BUCKET: lambda m: f"floor(TRY_CAST({m.raw} AS DOUBLE) / {max(m.number, 1)}) * {max(m.number, 1)}",
    MaskKind.EMAIL_DOMAIN: lambda m: f"nullif(regexp_extract({m.text}, '@([^@]+)$', 1), '')",
}

_TYPES = {MaskKind.YEAR: "integer", MaskKind.BUCKET: "number"}


def type_under(mask: Mask) -> str:
    """Return the logical type of what `mask` makes of a column of any type: text, but for numbers that stand for ranges."""
    return _TYPES.get(mask.kind, "string")


CONCEALING = frozenset({MaskKind.REDACT, MaskKind.NULL, MaskKind.FIXED, MaskKind.HASH})
"""Masks whose value stands for nothing: comparing it would answer another question than the caller means, so it is refused."""
