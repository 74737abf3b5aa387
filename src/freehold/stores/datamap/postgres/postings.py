"""The index of the search: for each block of entities and each word the entities that have it, oldest first, as bits.

A block is searched by itself. What is found in great number is found in the first blocks, and what is rare costs one row for
each block: no row of an entity is read to say which are found. PostgreSQL's own GIN index gives all entities that have a word, in
no order, and each has to be read before the oldest are known.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from freehold.stores.datamap.postgres.terms import Begun, Every, Some, Term, Word, fitting, leaves, posted
from freehold.stores.datamap.postgres.words import posted_words

SIZE = 16_384
"""Entities of a block: those whose numbers have the same quotient by it."""

_ONE, _IN = "block = (select %s::int)", "block = any((select %s::int[])::int[])"
"""Which blocks. The server plans without them: it would take one that it has not counted yet for empty, and read all of it."""

_ANY = "word = any(%s::text[])"
_AMONG = "word >= '#' and word < '$' and word || '' = any(%s::text[])"
_CHANGED = "unnest(%s::text[], %s::bytea[]) n (word, held)"
_AGAIN = f"update posting p set held = n.held from {_CHANGED} where p.block = (select %s::int) and p.word = n.word"  # noqa: S608
_FULL = SIZE // 8
_EVERY = (1 << SIZE) - 1
_LISTED = 256
"""Fewer entities are written as numbers of two bytes, more as one bit for each of the block."""

_FIRST, _MORE, _MOST = 4, 4, 64
"""How many blocks are read at first, by how much more the next time, and how many at most."""

_WIDE = 32
"""Any of more words than that is looked for last, when little is left."""

_MARKS = 500
"""Of so many words of kinds it takes less time to read all that a block has in a row than to find each."""

_LOOK = 4
"""As much as so many postings of a block costs it to read the words of an entity."""


class Rows(Protocol):
    """What answers a question."""

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what a question gives."""
        ...


class Writable(Rows, Protocol):
    """What a change is written by."""

    def execute(self, sql: str, *values: Any) -> None:
        """Run a statement."""
        ...

    def copy(self, into: str, rows: Iterable[Sequence[Any]]) -> None:
        """Add rows to a table."""
        ...


def walk(database: Rows, term: Term) -> Iterator[tuple[int, int]]:
    """Return the number of the first entity of each block in which something fits, and what fits as bits; the oldest come first."""
    ((last,),) = database.rows("select coalesce(max(block), -1) from posting")
    first, step = 0, _FIRST
    while first <= last:
        held = _fitting(database, term, range(first, min(first + step, last + 1)))
        yield from ((block * SIZE, bits) for block, bits in held.items() if bits)
        first, step = first + step, min(step * _MORE, _MOST)


def numbers(first: int, bits: int) -> list[int]:
    """Return the entities that bits are, in order, where the lowest bit is `first`."""
    text, found = bin(bits)[:1:-1], list[int]()
    place = text.find("1")
    while place >= 0:
        found.append(first + place)
        place = text.find("1", place + 1)
    return found


def move(database: Writable, gone: Iterable[tuple[int, Collection[str]]], come: Iterable[tuple[int, Collection[str]]]) -> None:
    """Take entities with the words that they had from the postings, and put entities with the words that they have there."""
    cleared, added = _by_block(gone), _by_block(come)
    for block in sorted(cleared.keys() | added.keys()):
        off, on = cleared.get(block, {}), added.get(block, {})
        words = [word for word in {**off, **on} if off.get(word) != on.get(word)]
        sql = f"select word, held from posting where {_ONE} and {_ANY}"  # noqa: S608  (constants)
        held = dict(database.rows(sql, block, words))
        made = {word: _changed(held.get(word), off.get(word, ()), on.get(word, ())) for word in words}
        database.copy("posting", ((block, word, written) for word, written in made.items() if written and word not in held))
        again = [word for word in held if made[word]]
        if again:  # in place: what many entities have is written very often, and would leave as many dead rows in the index
            database.execute(_AGAIN, again, [made[word] for word in again], block)
        if len(again) < len(held):
            gone = [word for word in held if not made[word]]
            database.execute(f"delete from posting where {_ONE} and {_ANY}", block, gone)  # noqa: S608


def _by_block(entities: Iterable[tuple[int, Collection[str]]]) -> dict[int, dict[str, list[int]]]:
    blocks: dict[int, dict[str, list[int]]] = {}
    for number, words in entities:
        block, place = divmod(number, SIZE)
        held = blocks.setdefault(block, defaultdict(list))
        for word in posted_words(words):
            held[word].append(place)
    return blocks


def _changed(written: bytes | None, off: Collection[int], on: Collection[int]) -> bytes:
    if written is None and len(on) <= _LISTED:
        return _listed(sorted(set(on)))
    bits = (_bits(written or b"") & ~_of(off)) | _of(on)
    return bits.to_bytes(_FULL, "little") if bits.bit_count() > _LISTED else _listed(numbers(0, bits))


def _listed(places: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(places)}H", *places)


def _bits(written: bytes) -> int:
    return int.from_bytes(written, "little") if len(written) == _FULL else _of(_places(written))


def _places(written: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(written) // 2}H", written)


def _of(places: Collection[int]) -> int:
    if len(places) == 1:
        return 1 << next(iter(places))
    held = bytearray(_FULL)
    for place in places:
        held[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(held, "little")


def _fitting(database: Rows, term: Term, blocks: Sequence[int]) -> dict[int, int]:
    """Return what fits in each block; any of very many words is looked for only where everything else fits."""
    parts = term.of if isinstance(term, Every) else (term,)
    wide = [part for part in parts if _is_wide(part)]
    narrow = tuple(part for part in parts if not _is_wide(part))
    found = dict.fromkeys(blocks, _EVERY)
    if narrow:
        held = _read(database, narrow, blocks)
        found = {block: fitting(Every(narrow), held.get(block, {})) for block in blocks}
    for part in wide:
        words = {leaf.word for leaf in leaves(part) if isinstance(leaf, Word)}
        left = [block for block, bits in found.items() if bits]
        if sum(found[block].bit_count() for block in left) * _LOOK < len(words) * len(left):
            found = _looked(database, words, found)
        else:
            held = _together(database, left, _ANY if len(words) < _MARKS else _AMONG, list(words))
            found = {block: found[block] & held.get(block, 0) for block in left}
    return found


def _is_wide(term: Term) -> bool:
    return isinstance(term, Some) and len(term.of) > _WIDE and all(isinstance(item, Word) for item in term.of)


def _read(database: Rows, terms: Iterable[Term], blocks: Sequence[int]) -> dict[int, dict[Word | Begun, int]]:
    wanted = {posted(leaf) for term in terms for leaf in leaves(term)}
    words = [leaf.word for leaf in wanted if isinstance(leaf, Word)]
    made: dict[int, dict[Word | Begun, int]] = {}
    if words:
        sql = f"select block, word, held from posting where {_IN} and {_ANY}"  # noqa: S608  (constants)
        for block, word, written in database.rows(sql, list(blocks), words):
            made.setdefault(block, {})[Word(word)] = _bits(written)
    for leaf in wanted:
        if isinstance(leaf, Begun):
            held = _together(database, blocks, "word >= %s and word < %s", leaf.prefix, leaf.prefix + chr(0x10FFFF))
            for block, bits in held.items():
                made.setdefault(block, {})[leaf] = bits
    return made


def _together(database: Rows, blocks: Sequence[int], which: str, *values: Any) -> dict[int, int]:
    """Return the entities of any of the words of a condition in each block; the server puts those of few together."""
    few = f"string_agg(held, '') filter (where length(held) < {_FULL})"
    many = f"array_agg(held) filter (where length(held) = {_FULL})"
    sql = f"select block, {few}, {many} from posting where {_IN} and {which} group by block"  # noqa: S608  (constants)
    made: dict[int, int] = {}
    for block, listed, full in database.rows(sql, list(blocks), *values):
        made[block] = _of(_places(listed or b""))
        for item in full or ():
            made[block] |= _bits(item)
    return made


def _looked(database: Rows, wanted: set[str], found: Mapping[int, int]) -> dict[int, int]:
    """Return which of what was found has any of many words, by the words of the entities themselves."""
    ids = [number for block, bits in found.items() for number in numbers(block * SIZE, bits)]
    sql = "select e.id, tsvector_to_array(e.words) from entity e where e.id = any(%s::bigint[])"
    places: dict[int, list[int]] = {}
    for number, words in database.rows(sql, ids) if ids else ():
        if not wanted.isdisjoint(words):
            places.setdefault(number // SIZE, []).append(number % SIZE)
    return {block: _of(listed) for block, listed in sorted(places.items())}
