"""An answer as it comes in: Arrow record batches, read when they are asked for, with what the node said about them."""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any, Self

import httpx
import msgspec
import pyarrow as pa

from freehold.client.wire import reaching
from freehold.errors import NodeUnreachable

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

METADATA_HEADER = "Freehold-Metadata"
LEAF_HEADER = "Freehold-Leaf"
RELAY_HEADER, RELAY_LEAF_HEADER = "Freehold-Relay", "Freehold-Relay-Leaf"
_END_OF_STREAM = b"\xff\xff\xff\xff\x00\x00\x00\x00"


class Result:
    """The answer to one question.

    Iterate to see record batches as they arrive, or take all of it with `to_arrow`, `to_pandas` or `to_polars`. What was taken
    whole is kept and can be taken again; what was iterated is gone. `leaf` is where its home recorded it; where another node
    carried it, `relay` is the name of that node and its leaf.
    """

    def __init__(self, response: httpx.Response) -> None:
        """Read the schema of an open Arrow stream; the result closes it.

        Raises:
            NodeUnreachable: The answer broke off, or is no Arrow stream.
        """
        self._response = response
        self._url = str(response.request.url)
        self._bytes = _Incoming(response, self._url)
        self._table: pa.Table | None = None
        self.metadata = _read_metadata(response.headers)
        self.leaf = _read_leaf(response.headers, self.metadata)
        self.relay = _read_relay(response.headers)
        with self._arrow():
            self._reader = pa.ipc.open_stream(pa.PythonFile(self._bytes, mode="r"))

    @property
    def schema(self) -> pa.Schema:
        """The answer's Arrow schema, known before its rows."""
        return self._reader.schema

    @property
    def digest(self) -> str:
        """The SHA-256 of the Arrow stream as received, in hex; once all is read, what the answer's ledger entry says."""
        return self._bytes.digest.hexdigest()

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Yield the record batches as they arrive.

        Raises:
            NodeUnreachable: The answer broke off: what came so far is not all of it.
        """
        if self._table is not None:
            yield from self._table.to_batches()
            return
        with contextlib.closing(self), self._arrow():
            yield from self._reader
            self._bytes.check_whole()

    def to_arrow(self) -> pa.Table:
        """Return the whole answer as an Arrow table.

        Raises:
            NodeUnreachable: The answer broke off.
        """
        if self._table is None:
            self._table = pa.Table.from_batches(list(iter(self)), schema=self.schema)
        return self._table

    def to_pandas(self) -> pd.DataFrame:
        """Return the whole answer as a pandas frame; pandas must be installed.

        Raises:
            NodeUnreachable: The answer broke off.
        """
        return self.to_arrow().to_pandas()

    def to_polars(self) -> pl.DataFrame:
        """Return the whole answer as a Polars frame; Polars must be installed.

        Raises:
            NodeUnreachable: The answer broke off.
        """
        import polars as pl

        frame = pl.from_arrow(self.to_arrow())
        assert isinstance(frame, pl.DataFrame)  # noqa: S101  (a table becomes a frame, never a series)
        return frame

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Hand the whole answer to any library that speaks the Arrow C stream interface."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        """Return how many rows the whole answer has."""
        return self.to_arrow().num_rows

    def __repr__(self) -> str:
        """Return the columns and the leaf: never a value."""
        return f"<Result {', '.join(self.schema.names)} · leaf {self.leaf}>"

    def __enter__(self) -> Self:
        """Close the answer when the block ends, read or not."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the answer."""
        self.close()

    def close(self) -> None:
        """Stop receiving: the node ends the query; safe to call twice."""
        self._response.close()

    @contextlib.contextmanager
    def _arrow(self) -> Generator[None]:
        try:
            with reaching(self._url):
                yield
        except (pa.ArrowException, EOFError) as error:
            raise NodeUnreachable(f"the answer of `{self._url}` broke off", remedy="ask again") from error


class _Incoming(io.RawIOBase):
    """The body as the file that Arrow reads from; it remembers its last bytes, so that a cut between batches is seen."""

    def __init__(self, response: httpx.Response, url: str) -> None:
        self._chunks = response.iter_bytes()
        self._held = bytearray()
        self._tail = b""
        self._url = url
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._held) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._held += chunk
        taken = bytes(self._held if size < 0 else self._held[:size])
        del self._held[: len(taken)]
        self._tail = (self._tail + taken[-8:])[-8:]
        self.digest.update(taken)
        return taken

    def readable(self) -> bool:
        return True

    def check_whole(self) -> None:
        if self._tail != _END_OF_STREAM:
            raise NodeUnreachable(f"the answer of `{self._url}` broke off", remedy="ask again")


def _read_metadata(headers: httpx.Headers) -> dict[str, Any]:
    try:
        return msgspec.json.decode(headers.get(METADATA_HEADER, "{}"), type=dict[str, Any])
    except (msgspec.DecodeError, msgspec.ValidationError):
        return {}


def _read_leaf(headers: httpx.Headers, metadata: dict[str, Any]) -> int | None:
    leaf = headers.get(LEAF_HEADER, metadata.get("leaf"))
    return int(leaf) if leaf is not None and str(leaf).isdigit() else None


def _read_relay(headers: httpx.Headers) -> tuple[str, int] | None:
    node, leaf = headers.get(RELAY_HEADER), headers.get(RELAY_LEAF_HEADER, "")
    return (node, int(leaf)) if node is not None and leaf.isdigit() else None
