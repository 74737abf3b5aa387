"""Count a Parquet file of which most was counted before: parts of it are known again by their own bytes, and only others are read.

A part is some row groups of one column; its state is a digest of the bytes that a reader would decode, and of all that says how.
What is said of them (statistics, dates, names of writers) proves nothing: whoever changes one byte has a part that nobody counted.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pyarrow.parquet as pq

from freehold.digest import digest
from freehold.engines.columnar.file import check_unchanged, mark
from freehold.engines.columnar.footer import Footer
from freehold.engines.columnar.memory import Memory
from freehold.engines.columnar.source import reading
from freehold.engines.columnar.sums import joined
from freehold.engines.names import named
from freehold.model.rule import Probe, ProbeKind
from freehold.ports.probing import Progress

PART_ROWS = 1 << 20
"""Row groups are one part until they have so many rows: those that were there before stay together when others join them."""

_METHOD = 1
"""Goes up with every change of what a count means: then nothing that was remembered before is used."""

_PIECE = 1 << 20

Found = Mapping[Probe, float | None]
Part = tuple[tuple[int, ...], int]
"""The numbers of row groups, and the place of a column."""

Count = Callable[[tuple[int, ...], Sequence[Probe]], Found]
"""Counts probes over the row groups of these numbers."""


class RowGroups:
    """What was counted of the row groups of files."""

    def __init__(self, memory: Memory, threads: int) -> None:
        """Remember in the counts of `memory`, and read with so many threads."""
        self._memory = memory
        self._threads = threads

    def count(self, path: str, probes: Sequence[Probe], count: Count, progress: Progress | None = None) -> Found | None:
        """Return what probes count over one file, each of them a sum over its rows, calling `count` for parts not known yet.

        None where a probe is about a column that is nested.

        Raises:
            SourceUnreadable: It is no Parquet file.
            DataChanged: It changed meanwhile.
            FreeholdError: Whatever `count` raises.
        """
        before = {path: mark(path)}
        with reading(path, "Parquet"):
            metadata = pq.read_metadata(path)
            columns = _columns(probes, metadata)
        if columns is None:
            return None
        parts = tuple(Footer(metadata).together(PART_ROWS))
        states = self._states(path, metadata, [(numbers, place) for numbers in parts for place in dict.fromkeys(columns.values())])
        found: dict[Probe, float | None] = {probe: None if probe.kind is ProbeKind.NEWEST else 0.0 for probe in probes}
        fresh: list[tuple[str, Probe, float | None]] = []
        for done, numbers in enumerate(parts, 1):
            known = self._memory.known({probe: states[numbers, columns[probe]] for probe in probes})
            left = [probe for probe in probes if probe not in known]
            new = count(numbers, left) if left else {}
            fresh += [(states[numbers, columns[probe]], probe, number) for probe, number in new.items()]
            for probe, number in {**known, **new}.items():
                found[probe] = joined(probe, found[probe], number)
            if progress is not None:
                progress(done / len(parts))
        check_unchanged(before)
        # What was read may have been written after it was digested where its time does not tell.
        if self._memory.is_settled(before.values()):
            self._memory.learn(fresh)
        return found

    def _states(self, path: str, metadata: pq.FileMetaData, asked: Sequence[Part]) -> dict[Part, str]:
        with reading(path, "Parquet"):
            file = os.open(path, os.O_RDONLY)
            try:
                with ThreadPoolExecutor(self._threads) as pool:
                    return dict(zip(asked, pool.map(partial(_state, file, metadata), asked), strict=True))
            finally:
                os.close(file)


def _columns(probes: Sequence[Probe], metadata: pq.FileMetaData) -> dict[Probe, int] | None:
    """Return for each probe the place of the column whose bytes decide it, or None; rows are counted along with any column."""
    names = metadata.schema.to_arrow_schema().names
    places = {metadata.schema.column(place).path: place for place in range(metadata.num_columns)}
    own = {probe: places.get(named(probe, names).columns[0]) for probe in probes if probe.columns}
    known = {probe: place for probe, place in own.items() if place is not None}
    if len(known) < len(own) or not places:
        return None
    return {probe: known.get(probe, min(known.values(), default=0)) for probe in probes}


def _state(file: int, metadata: pq.FileMetaData, part: Part) -> str:
    """Return a digest of the bytes of one column in some row groups, and of what says how they are decoded."""
    numbers, place = part
    column = metadata.schema.column(place)
    kind = str(metadata.schema.to_arrow_schema().field(column.path).type)
    held = hashlib.blake2b(digest_size=32)
    said: list[object] = [
        _METHOD,
        (kind, column.physical_type, str(column.logical_type), column.max_definition_level, column.max_repetition_level),
        (metadata.format_version, metadata.created_by),
    ]
    for number in numbers:
        chunk = metadata.row_group(number).column(place)
        first, dictionary = chunk.data_page_offset or 0, chunk.dictionary_page_offset or 0
        if chunk.has_dictionary_page and 0 < dictionary < first:
            first = dictionary
        size = chunk.total_compressed_size or 0
        said.append((chunk.compression, list(chunk.encodings), chunk.num_values, size, chunk.total_uncompressed_size))
        for at in range(first, first + size, _PIECE):
            piece = os.pread(file, min(_PIECE, first + size - at), at)
            if not piece:  # a footer may say that there is more
                break
            held.update(piece)
    return digest([said, held.hexdigest()])
