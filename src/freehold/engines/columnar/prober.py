"""A `ports.Prober` over columns: files of Parquet, CSV and Arrow, and tables in memory."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from freehold.engines.columnar.file import find
from freehold.engines.columnar.memory import Memory
from freehold.engines.names import named
from freehold.errors import SourceUnreadable
from freehold.model.query import InspectedColumn
from freehold.model.rule import Probe
from freehold.ports.probing import Local, Progress

if TYPE_CHECKING:
    import pyarrow as pa

    from freehold.engines.columnar.source import Data


class ColumnarProber:
    """Counts probes in one pass. Safe in any thread."""

    def __init__(self, *, threads: int = 2, memory: Memory | None = None) -> None:
        """Read and count with so many threads, and files that did not change since only once where there is a memory."""
        self._threads = threads
        self._memory = memory

    def columns(self, data: Local) -> tuple[InspectedColumn, ...]:
        """Return the columns as the data has them.

        Raises:
            SourceUnreadable: A file is missing, corrupt or of another format.
            ParameterInvalid: The data is no table.
        """
        from freehold.engines.columnar.logical import logical

        opened = _opened(data, None)
        try:
            return tuple(
                InspectedColumn(name=field.name, logical=logical(field.type), physical=str(field.type)) for field in opened.schema
            )
        finally:
            if not hasattr(data, "read_next_batch"):  # a reader of the caller's own stays open
                opened.close()

    def unsuited(self, data: Local, probe: Probe) -> str | None:
        """Return None: it counts whatever a manifest can ask."""

    def brought(self, data: Local, probe: Probe) -> str | None:
        """Return None: the data is here."""

    def count(self, data: Local, probes: Sequence[Probe], progress: Progress | None = None) -> tuple[float | None, ...]:
        """Return what each probe counts, in the order of `probes`; None is the newest of no values.

        Raises:
            SourceUnreadable, ParameterInvalid: As `columns`.
            DataChanged: A file changed while it was read.
            QueryInvalid: A probe makes no sense for its column's type.
        """
        if self._memory is None or not isinstance(data, str | os.PathLike):
            found = self._counted(_opened(data, probes), probes, progress)
        else:
            found = self._memory.count(
                find(data),
                probes,
                lambda paths, left: self._counted(_of_files(paths, _declared(left)), left, progress),
                lambda path, left: self._counted_again(path, left, progress),
            )
        return tuple(found[probe] for probe in probes)

    def _counted_again(self, path: str, probes: Sequence[Probe], progress: Progress | None) -> Mapping[Probe, float | None] | None:
        """Return what probes count over a file that was counted before and changed since, reading only what changed."""
        if self._memory is None or _form(path) is not None:
            return None
        from freehold.engines.columnar.groups import RowGroups
        from freehold.engines.columnar.parquet import ParquetFiles

        groups = RowGroups(self._memory, self._threads)
        return groups.count(path, probes, lambda numbers, left: self._counted(ParquetFiles([path], numbers), left, None), progress)

    def _counted(self, data: Data, probes: Sequence[Probe], progress: Progress | None) -> Mapping[Probe, float | None]:
        from freehold.engines.columnar.counting import count

        try:
            names = data.schema.names
            known = {probe: named(probe, names) for probe in probes}
        except BaseException:
            data.close()
            raise
        found = count(data, tuple(known.values()), self._threads, progress)
        return {probe: found[name] for probe, name in known.items()}

    def samples(self, data: Local, probe: Probe, limit: int) -> pa.Table:
        """Return at most `limit` whole rows that a probe counts, in the order of the data.

        Raises:
            SourceUnreadable, ParameterInvalid, DataChanged, QueryInvalid: As `count`.
        """
        from freehold.engines.columnar.sampling import samples

        kept = data if isinstance(data, str | os.PathLike) else _held(data)
        first = _opened(kept, None, (probe,))
        chosen = named(probe, first.schema.names)
        first.close()
        return samples(lambda: _opened(kept, None, (probe,)), chosen, limit)


def _opened(data: Local, wanted: Sequence[Probe] | None, typed: Sequence[Probe] = ()) -> Data:
    """Return data to be read; `wanted` are the probes whose columns are enough (None: all columns)."""
    probes = typed if wanted is None else wanted
    if isinstance(data, str | os.PathLike):
        return _of_files(find(data), _declared(probes))
    from freehold.engines.columnar.frame import frame

    return frame(data, None if wanted is None else {name.casefold() for probe in probes for name in probe.columns})


def _held(data: Local) -> Local:
    """Return a table in memory for a stream, which can be read but once; anything else as it is."""
    from freehold.engines.columnar.frame import Stream, frame

    opened = frame(data, None)
    return opened.whole() if isinstance(opened, Stream) else data


def _declared(probes: Sequence[Probe]) -> dict[str, str]:
    """Return the logical types that probes say columns have, by folded name."""
    return {name.casefold(): type_ for probe in probes for name, type_ in zip(probe.columns, probe.types, strict=False)}


def _of_files(paths: Sequence[str], declared: dict[str, str]) -> Data:
    forms = {_form(path) for path in paths}
    if len(forms) > 1:
        said = " and ".join(sorted(form or "Parquet" for form in forms))
        raise SourceUnreadable(f"some of the files are {said}", remedy="name files of one format")
    if "CSV" in forms:
        from freehold.engines.columnar.csv import csv_stream

        return csv_stream(paths, declared)
    if "Arrow" in forms:
        from freehold.engines.columnar.ipc import ipc_stream

        return ipc_stream(paths)
    from freehold.engines.columnar.parquet import ParquetFiles

    return ParquetFiles(paths)


def _form(path: str) -> str | None:
    """Return the format that a file's name says, None of Parquet, which any other name stands for."""
    folded = path.casefold()
    if folded.endswith((".csv", ".csv.gz")):
        return "CSV"
    return "Arrow" if folded.endswith((".arrow", ".arrows", ".feather")) else None
