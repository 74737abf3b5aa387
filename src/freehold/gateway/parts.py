"""Take in what a home answered: rows as a node writes them, in the room there is, and nothing that is larger than it looks.

A home may lie. Its bytes are counted as they come; what would grow once it is read (compressed, dictionaries, runs) is not read.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterable, Iterator

import pyarrow as pa

from freehold.errors import MemoryExceeded, NodeBusy, NodeUntrusted
from freehold.ports.peers import Incoming
from freehold.services.spread import Sent

_RECORD_BATCH = 3
_GROWING = (pa.DictionaryType, pa.RunEndEncodedType, pa.BaseExtensionType, pa.UnionType)


class Store:
    """How many bytes the parts of all questions under way may still take."""

    def __init__(self, most: int) -> None:
        """Keep `most` bytes at most."""
        self._left = most
        self._lock = threading.Lock()

    def take(self, size: int) -> None:
        """Take `size` bytes.

        Raises:
            NodeBusy: They are not there; none is taken.
        """
        with self._lock:
            if self._left < size:
                raise NodeBusy("other questions fill the room for parts", remedy="try again in a few seconds", retryAfter=5)
            self._left -= size

    def give_back(self, size: int) -> None:
        """Give back `size` bytes that were taken."""
        with self._lock:
            self._left += size


class Room:
    """How many bytes the parts of one question may still take together. Safe in any thread."""

    def __init__(self, most: int, store: Store) -> None:
        """Take at most `most` bytes of `store`."""
        self._most = most
        self._store = store
        self._taken = 0
        self._is_open = True
        self._lock = threading.Lock()

    def take(self, size: int) -> None:
        """Take `size` bytes.

        Raises:
            MemoryExceeded: The question has taken too many.
            NodeBusy: All questions have.
        """
        with self._lock:
            if self._taken + size > self._most or not self._is_open:
                raise MemoryExceeded(
                    f"the parts of this question are larger than {self._most:,} bytes together",
                    remedy="aggregate more, or ask for fewer rows at a time",
                    limit=self._most,
                )
            self._store.take(size)
            self._taken += size

    def table(self, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> pa.Table:
        """Return batches as a table, taking room for each as it comes.

        Raises:
            As `take`.
        """
        held: list[pa.RecordBatch] = []
        for batch in batches:
            self.take(batch.nbytes)
            held.append(batch)
        return pa.Table.from_batches(held, schema=schema)

    def close(self) -> None:
        """Give all of it back."""
        with self._lock:
            self._is_open = False
            size, self._taken = self._taken, 0
        self._store.give_back(size)


async def received(incoming: Incoming, room: Room) -> bytes:
    """Return the body of an answer.

    Raises:
        MemoryExceeded, NodeBusy: There is no room for it.
        FreeholdError: As `ports.peers.Incoming.chunks`.
    """
    chunks: list[bytes] = []
    async for chunk in incoming.chunks():
        room.take(len(chunk))
        chunks.append(chunk)
    return b"".join(chunks)


def decoded(body: bytes, item: Sent, most_rows: int) -> pa.Table:
    """Return the rows of a home's answer, checked to be what it was asked for.

    Raises:
        NodeUntrusted: They are not.
    """
    try:
        table = pa.Table.from_batches(*_batches(body, most_rows))
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError, struct.error, IndexError, StopIteration):
        raise _strange(item, "what it answered cannot be read") from None
    if [name.lower() for name in table.column_names] != [name.lower() for name in item.fragment.columns]:
        raise _strange(item, "it answered with other columns than it was asked for")
    return table.rename_columns(list(item.fragment.columns))


def _batches(body: bytes, most_rows: int) -> tuple[list[pa.RecordBatch], pa.Schema]:
    messages = pa.ipc.MessageReader.open_stream(pa.py_buffer(body))
    schema = pa.ipc.read_schema(messages.read_next_message())
    if any(isinstance(kind, _GROWING) for field in schema for kind in _kinds(field.type)):
        raise ValueError(schema)
    batches: list[pa.RecordBatch] = []
    rows = 0
    for message in _until_end(messages):
        _check_plain(memoryview(message.metadata))
        batch = pa.ipc.read_record_batch(message, schema)
        rows += batch.num_rows
        if rows > most_rows:
            raise ValueError(rows)
        batches.append(batch)
    return batches, schema


def _until_end(messages: pa.ipc.MessageReader) -> Iterator[pa.ipc.Message]:
    while True:
        try:
            message = messages.read_next_message()
        except StopIteration:
            return
        yield message


def _kinds(kind: pa.DataType) -> Iterator[pa.DataType]:
    """Yield a type and all types inside of it."""
    yield kind
    for at in range(kind.num_fields):
        yield from _kinds(kind.field(at).type)


def _check_plain(metadata: memoryview) -> None:
    """Read of a message's flatbuffer whether it is a record batch as it stands (Arrow columnar format, `Message.fbs`).

    Raises:
        ValueError: It is something else, or compressed.
    """
    root = struct.unpack_from("<I", metadata)[0]
    kind, header = _field(metadata, root, 1), _field(metadata, root, 2)
    if kind is None or header is None or metadata[kind] != _RECORD_BATCH:
        raise ValueError(kind)
    if _field(metadata, header + struct.unpack_from("<I", metadata, header)[0], 3) is not None:
        raise ValueError(header)


def _field(metadata: memoryview, table: int, number: int) -> int | None:
    """Return where a field of a flatbuffer's table stands, or None where it is not set."""
    places = table - struct.unpack_from("<i", metadata, table)[0]
    at = 4 + 2 * number
    if at >= struct.unpack_from("<H", metadata, places)[0]:
        return None
    offset = struct.unpack_from("<H", metadata, places + at)[0]
    return table + offset if offset else None


def _strange(item: Sent, why: str) -> NodeUntrusted:
    return NodeUntrusted(f"`{item.node.name}` is not to be believed here: {why}", remedy="tell its operators", node=item.node.name)
