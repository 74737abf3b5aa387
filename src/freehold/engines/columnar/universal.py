"""Keys of any length as 64 bits, by a universal hash whose multipliers nobody can know beforehand.

Two multilinear hashes of 32-bit words, and of each the upper half: strongly universal (Lemire and Kaser, 2014).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence

import numpy as np

from freehold.engines.columnar.arrow import Array, DataType, Numbers, numbers_of, of_numbers, pa
from freehold.engines.columnar.functions import cast, take
from freehold.engines.columnar.ordinal import ordinals, unit

LONG = 128
"""Bytes beyond which a text is first made short by a keyed digest."""

_PLACES = LONG // 8 + 1
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFF_FFFF)


def can_be_hashed(type_: DataType) -> bool:
    """Return whether values of a type can be keys."""
    return pa.types.is_boolean(type_) or unit(type_) is not None or _has_bytes(type_)


def is_short(type_: DataType) -> bool:
    """Return whether 64 bits hold every value of a type."""
    return pa.types.is_boolean(type_) or (unit(type_) is not None and not _is_wide(type_))


def bits(array: Array) -> Numbers:
    """Return 64 bits for each value of a type that `is_short`: equal values give equal bits, and others give others."""
    if pa.types.is_boolean(array.type):
        return numbers_of(array).astype(np.uint64)
    found = ordinals(array)
    if found.dtype.kind == "f":
        return (found.astype(np.float64, copy=False) + 0.0).view(np.uint64)  # 0.0 and -0.0 are one value
    return found.astype(np.uint64) if found.dtype.kind == "u" else found.astype(np.int64).view(np.uint64)


class Hash:
    """One hash of the values of some columns. Safe in any thread."""

    def __init__(self, types: Sequence[DataType]) -> None:
        """Draw the multipliers."""
        count = 2 * _PLACES * len(types) + 1
        self._multipliers = np.frombuffer(secrets.token_bytes(16 * count), dtype=np.uint64).reshape(2, count)
        self._secret = secrets.token_bytes(32)

    def of(self, columns: Sequence[Array]) -> Numbers:
        """Return 64 bits for each row of arrays without nulls."""
        sums = [np.full(len(columns[0]), row[-1]) for row in self._multipliers]
        for number, column in enumerate(columns):
            for place, (rows, words) in enumerate(self._words(column)):
                at = 2 * (number * _PLACES + place)
                low, high = words & _LOW, words >> _HALF
                for total, row in zip(sums, self._multipliers, strict=True):
                    total[rows] += low * row[at] + high * row[at + 1]
        return (sums[0] >> _HALF << _HALF) | (sums[1] >> _HALF)

    def _words(self, array: Array) -> Iterator[tuple[Numbers | slice, Numbers]]:
        """Yield, place by place, which rows have a word there, and these words."""
        if is_short(array.type):
            yield slice(None), bits(array)
        elif _has_bytes(array.type):
            yield from self._text_words(_plain(array))
        else:
            for words in _four_words(ordinals(array)):
                yield slice(None), words

    def _text_words(self, texts: Array) -> Iterator[tuple[Numbers | slice, Numbers]]:
        _, ends, content = texts.buffers()
        places = np.frombuffer(ends, np.int64)[texts.offset : texts.offset + len(texts) + 1]
        lengths = np.diff(places)
        yield slice(None), lengths.astype(np.uint64)
        long = np.flatnonzero(lengths > LONG)
        digests = b"".join(hashlib.blake2b(text, digest_size=32, key=self._secret).digest() for text in _each(texts, long))
        short = np.frombuffer(digests, np.uint64).reshape(-1, 4)
        raw = np.frombuffer(content, np.uint8) if content is not None else np.empty(0, np.uint8)
        # eight bytes are read at every place: the last seven have nothing behind them
        tail = np.concatenate([raw[-7:], np.zeros(8, np.uint8)])
        rows = np.flatnonzero((lengths > 0) & (lengths <= LONG))
        for place in range(LONG // 8):
            rows = rows[lengths[rows] > 8 * place]
            mine, words = rows, _gather(raw, tail, places[rows] + 8 * place, lengths[rows] - 8 * place)
            if len(long) and place < 4:
                mine, words = np.concatenate([rows, long]), np.concatenate([words, short[:, place]])
            if not len(mine):
                return
            yield mine, words


def _gather(raw: Numbers, tail: Numbers, starts: Numbers, left: Numbers) -> Numbers:
    """Return the eight bytes from each start, those beyond what is `left` of the text as zeros."""
    words = np.empty(len(starts), np.uint64)
    safe = starts <= len(raw) - 8
    if len(raw) >= 8:
        words[safe] = np.lib.stride_tricks.as_strided(raw[:8].view(np.uint64), (len(raw) - 7,), (1,))[starts[safe]]
    for row in np.flatnonzero(~safe):
        begin = int(starts[row]) - max(len(raw) - 7, 0)
        words[row] = tail[begin : begin + 8].copy().view(np.uint64)[0]
    spare = np.clip(8 - left, 0, 7).astype(np.uint64) << np.uint64(3)
    return words << spare >> spare


def _four_words(numbers: Numbers) -> Iterator[Numbers]:
    """Yield whole numbers as four words, the lowest first."""
    if numbers.dtype != object:
        low = numbers.astype(np.int64, copy=False)
        yield low.view(np.uint64)
        yield from [(low >> 63).view(np.uint64)] * 3
        return
    wide = np.array([int(number).to_bytes(32, "little", signed=True) for number in numbers], dtype="V32")
    for place in range(4):
        yield np.ascontiguousarray(wide.view("<u8").reshape(-1, 4)[:, place])


def _each(texts: Array, rows: Numbers) -> Iterator[bytes]:
    for text in cast(take(texts, of_numbers(rows)), pa.large_binary()):
        yield text.as_py()


def _plain(array: Array) -> Array:
    return cast(array, pa.large_binary())


def _has_bytes(type_: DataType) -> bool:
    kinds = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_binary, pa.types.is_large_binary)
    return any(is_kind(type_) for is_kind in kinds) or pa.types.is_binary_view(type_) or pa.types.is_fixed_size_binary(type_)


def _is_wide(type_: DataType) -> bool:
    return pa.types.is_decimal(type_) and (type_.precision > 18 or type_.bit_width not in {64, 128})
