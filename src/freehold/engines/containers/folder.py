"""Containers whose blobs a scan may look at: Parquet and CSV below the folder that the operator lists, and nothing beside it.

Blobs are read by ranges, as far as a scan looks, and leave nothing on this machine.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from freehold.engines.columnar.arrow import RecordBatch, Schema, pa
from freehold.engines.columnar.csv import open_csv
from freehold.engines.columnar.source import reading
from freehold.engines.containers.listing import Blob
from freehold.engines.place import unhurried
from freehold.errors import SourceUnreadable
from freehold.ports.scanning import FileFound, Folders

if TYPE_CHECKING:
    from freehold.engines.containers.service import BlobService

_FORMATS = {"parquet": "parquet", "csv": "csv"}
_BLOCK = 1 << 20
_ROWS = 1 << 16


class ListedContainers:
    """A `ports.scanning.Folders` over containers by their names, and over `others` by theirs."""

    def __init__(self, services: Mapping[str, BlobService], others: Folders) -> None:
        """Look at what `services` read, which are closed by whoever opened them."""
        self._services = dict(services)
        self._others = others

    def files(self, root: str, below: str) -> Iterator[FileFound]:
        """Yield the Parquet and CSV files below a folder of a root, by path; see `ports.scanning.Folders.files`."""
        service = self._services.get(root)
        if service is None:
            yield from self._others.files(root, below)
            return
        prefix, found = service.container.prefix, False
        inside = f"{below.strip('/')}/".lstrip("/")
        if any(part in {".", ".."} for part in inside.split("/")):
            raise _missing(root, below)
        for blob in service.blobs(prefix + inside, unhurried):
            found = True
            path = blob.name.removeprefix(prefix)
            form = _FORMATS.get(path.rpartition(".")[2].lower()) if "." in path else None
            if form is not None and not any(part in {"", ".", ".."} for part in path.split("/")):
                yield FileFound(path=path, format=form, size=blob.size, modified=int(blob.modified * 1000))
        if not found and inside:
            raise _missing(root, below)

    def columns(self, root: str, file: FileFound) -> list[tuple[str, str]]:
        """Return names and types of a file's columns; see `ports.scanning.Folders.columns`."""
        service = self._services.get(root)
        if service is None:
            return self._others.columns(root, file)
        with reading(file.path, file.format), self._open(service, root, file) as held:
            schema: Schema = pq.ParquetFile(held).schema_arrow if file.format == "parquet" else open_csv(held, {}).schema
            return [(field.name, str(field.type)) for field in schema]

    def batches(self, root: str, file: FileFound, most: int) -> Iterator[RecordBatch]:
        """Yield the first rows of a file; see `ports.scanning.Folders.batches`."""
        service = self._services.get(root)
        if service is None:
            yield from self._others.batches(root, file, most)
            return
        with reading(file.path, file.format), self._open(service, root, file) as held:
            is_parquet, seen = file.format == "parquet", 0
            for batch in pq.ParquetFile(held).iter_batches(batch_size=_ROWS) if is_parquet else open_csv(held, {}):
                yield batch
                seen += batch.num_rows
                if seen >= most:
                    return

    def _open(self, service: BlobService, root: str, file: FileFound) -> Any:
        name = service.container.prefix + file.path
        blob = next((blob for blob in service.blobs(name, unhurried) if blob.name == name), None)
        if blob is None:
            raise _missing(root, file.path)
        return pa.PythonFile(_Ranges(service, blob), mode="r")


class _Ranges(io.RawIOBase):
    """A blob as a file: what is read is fetched a block at a time, of the version that was listed."""

    def __init__(self, service: BlobService, blob: Blob) -> None:
        super().__init__()
        self._service, self._blob = service, blob
        self._at = self._start = 0
        self._block = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def size(self) -> int:
        return self._blob.size

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._at = max(0, {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._blob.size}[whence] + offset)
        return self._at

    def read(self, size: int = -1, /) -> bytes:
        end = self._blob.size if size < 0 else min(self._blob.size, self._at + size)
        if end <= self._at:
            return b""
        if not self._start <= self._at < end <= self._start + len(self._block):
            last = min(self._blob.size, max(end, self._at + _BLOCK))
            self._start, self._block = self._at, self._service.read(self._blob, self._at, last, unhurried)
        found = self._block[self._at - self._start : end - self._start]
        self._at = end
        return found


def _missing(root: str, below: str) -> SourceUnreadable:
    return SourceUnreadable(f"`{root}` has no `{below[:200]}`", remedy="name a folder below it")
