"""What a worker and its node say to each other: framed messages, and nothing the node reads from a worker is ever executed."""

from __future__ import annotations

import struct
from typing import IO

SCHEMA, BATCH, ERROR, DONE, ASK = b"S", b"B", b"E", b"D", b"A"
_HEAD = struct.Struct(">cQ")


def send(stream: IO[bytes], kind: bytes, body: bytes | memoryview = b"") -> None:
    """Write one message whole."""
    stream.write(_HEAD.pack(kind, len(body)))
    stream.write(body)
    stream.flush()


def receive(stream: IO[bytes], most: int) -> tuple[bytes, bytes]:
    """Return one message's kind and body.

    Raises:
        EOFError: The other side is gone, or says more than `most` bytes at once.
    """
    kind, size = _HEAD.unpack(_exactly(stream, _HEAD.size))
    if size > most:
        raise EOFError
    return kind, _exactly(stream, size)


def _exactly(stream: IO[bytes], size: int) -> bytes:
    body = stream.read(size)
    if len(body) < size:
        raise EOFError
    return body
