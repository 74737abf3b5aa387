"""TDS 7.4 as bytes: packets, tokens and the types that the tests need, after Microsoft's specification [MS-TDS]."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Sequence
from decimal import Context, Decimal
from typing import Any

PRELOGIN, LOGIN, BATCH, RPC, ATTENTION, TRANSACTION, ANSWER = 0x12, 0x10, 0x01, 0x03, 0x06, 0x0E, 0x04
COLLATION = bytes.fromhex("0904d00034")
_EPOCH = dt.date(1, 1, 1).toordinal()
_LONG = 8_000
_WIDE = Context(prec=38)
_NULL_LONG = b"\xff" * 8


def header(kind: int, last: bool, length: int, number: int = 1) -> bytes:
    """Return the eight bytes before a packet's body."""
    return struct.pack(">BBHHBB", kind, 1 if last else 0, length + 8, 52, number % 256, 0)


def packets(body: bytes, size: int = 4096) -> bytes:
    """Return an answer cut into packets."""
    room = size - 8
    parts = [body[at : at + room] for at in range(0, len(body), room)] or [b""]
    last = len(parts) - 1
    return b"".join(header(ANSWER, at == last, len(part), at + 1) + part for at, part in enumerate(parts))


def short_text(text: str) -> bytes:
    """B_VARCHAR: the number of characters in one byte."""
    return bytes([len(text.encode("utf-16-le")) // 2]) + text.encode("utf-16-le")


def long_text(text: str) -> bytes:
    """US_VARCHAR: the number of characters in two bytes."""
    return struct.pack("<H", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


def token(kind: int, body: bytes) -> bytes:
    """A token with its length in two bytes."""
    return struct.pack("<BH", kind, len(body)) + body


def prelogin_answer(asked: bytes) -> bytes:
    """Version 16, no encryption, no instance, no thread, no MARS; a federated login is asked for where the client can."""
    options = {0: bytes([16, 0, 0, 0, 0, 0]), 1: b"\x02", 2: b"\x00", 3: b"", 4: b"\x00"}
    if 6 in prelogin_options(asked):
        options[6] = b"\x01"
    at, table, data = 5 * len(options) + 1, b"", b""
    for kind, value in options.items():
        table += struct.pack(">BHH", kind, at + len(data), len(value))
        data += value
    return table + b"\xff" + data


def prelogin_options(body: bytes) -> dict[int, bytes]:
    """Return the options that a client states."""
    found: dict[int, bytes] = {}
    at = 0
    while body[at] != 0xFF:
        kind, offset, length = struct.unpack_from(">BHH", body, at)
        found[kind] = body[offset : offset + length]
        at += 5
    return found


class Login:
    """What a client says of itself: user, password, database, whether it only reads, and the token of a federated login."""

    def __init__(self, body: bytes) -> None:
        self.read_only = bool(body[26] & 0x20)
        self.user = self._text(body, 40)
        self.password = self._password(body, 44)
        self.application = self._text(body, 48)
        self.database = self._text(body, 68)
        self.token: str | None = None
        self.federated = False
        if body[27] & 0x10:
            (place,) = struct.unpack_from("<H", body, 56)
            (at,) = struct.unpack_from("<I", body, place)
            self._features(body, at)

    def _features(self, body: bytes, at: int) -> None:
        while body[at] != 0xFF:
            feature, length = struct.unpack_from("<BI", body, at)
            data = body[at + 5 : at + 5 + length]
            if feature == 2:
                self.federated = True
                (size,) = struct.unpack_from("<I", data, 1)
                self.token = data[5 : 5 + size].decode("utf-16-le")
            at += 5 + length

    @staticmethod
    def _text(body: bytes, at: int) -> str:
        offset, length = struct.unpack_from("<HH", body, at)
        return body[offset : offset + 2 * length].decode("utf-16-le")

    @staticmethod
    def _password(body: bytes, at: int) -> str:
        offset, length = struct.unpack_from("<HH", body, at)
        mixed = (byte ^ 0xA5 for byte in body[offset : offset + 2 * length])
        return bytes(((byte << 4) & 0xF0) | (byte >> 4) for byte in mixed).decode("utf-16-le")


def login_answer(database: str, federated: bool) -> bytes:
    """The tokens that let a client in."""
    change = token(0xE3, b"\x01" + short_text(database) + short_text("master"))
    change += token(0xE3, b"\x07\x05" + COLLATION + b"\x00")
    change += token(0xE3, b"\x04" + short_text("4096") + short_text("4096"))
    acknowledged = token(0xAD, b"\x01" + bytes.fromhex("74000004") + short_text("Freehold's tests") + bytes([16, 0, 0, 0]))
    features = b"\xae\x02" + struct.pack("<I", 0) + b"\xff" if federated else b""
    return change + acknowledged + features + done()


def done(rows: int | None = None, kind: int = 0xFD, *, more: bool = False, attention: bool = False, error: bool = False) -> bytes:
    """DONE, DONEPROC (0xFE) or DONEINPROC (0xFF)."""
    status = (1 if more else 0) | (2 if error else 0) | (0x10 if rows is not None else 0) | (0x20 if attention else 0)
    return struct.pack("<BHHQ", kind, status, 0xC1, rows or 0)


def error(number: int, text: str, severity: int = 16) -> bytes:
    """ERROR: its number, state 1 and text."""
    body = struct.pack("<IBB", number, 1, severity) + long_text(text) + short_text("tests") + short_text("") + struct.pack("<I", 1)
    return token(0xAA, body)


def returned(handle: int) -> bytes:
    """RETURNVALUE: the handle of a prepared statement."""
    kind = Type("int4")
    return b"\xac" + struct.pack("<H", 0) + short_text("") + b"\x01" + struct.pack("<IH", 0, 0) + kind.info() + kind.value(handle)


class Type:
    """How a column goes over the wire; `kind` is one of the words below."""

    def __init__(self, kind: str, precision: int = 38, scale: int = 0, *, long: bool = False) -> None:
        self.kind, self.precision, self.scale, self.long = kind, precision, scale, long

    def info(self) -> bytes:
        """TYPE_INFO."""
        size = 0xFFFF if self.long else _LONG
        return {
            "int": bytes([0x26, 8]),
            "int4": bytes([0x26, 4]),
            "bit": bytes([0x68, 1]),
            "float": bytes([0x6D, 8]),
            "decimal": bytes([0x6A, 17, self.precision, self.scale]),
            "date": b"\x28",
            "time": bytes([0x29, self.scale]),
            "datetime2": bytes([0x2A, self.scale]),
            "text": struct.pack("<BH", 0xE7, size) + COLLATION,
            "binary": struct.pack("<BH", 0xA5, size),
        }[self.kind]

    def value(self, value: Any) -> bytes:
        """One value, null included."""
        if self.kind in {"text", "binary"}:
            return self._bytes(value)
        body = b"" if value is None else getattr(self, f"_{self.kind}")(value)
        return bytes([len(body)]) + body

    def _bytes(self, value: str | bytes | None) -> bytes:
        if value is None:
            return _NULL_LONG if self.long else b"\xff\xff"
        body = value.encode("utf-16-le") if isinstance(value, str) else bytes(value)
        if not self.long:
            return struct.pack("<H", len(body)) + body
        chunk = struct.pack("<I", len(body)) + body if body else b""
        return struct.pack("<Q", len(body)) + chunk + struct.pack("<I", 0)

    def _int(self, value: int) -> bytes:
        return struct.pack("<q", value)

    def _int4(self, value: int) -> bytes:
        return struct.pack("<i", value)

    def _bit(self, value: bool) -> bytes:
        return b"\x01" if value else b"\x00"

    def _float(self, value: float) -> bytes:
        return struct.pack("<d", value)

    def _decimal(self, value: Decimal) -> bytes:
        whole = int(value.scaleb(self.scale, _WIDE))
        return (b"\x01" if whole >= 0 else b"\x00") + abs(whole).to_bytes(16, "little")

    def _date(self, value: dt.date) -> bytes:
        return (value.toordinal() - _EPOCH).to_bytes(3, "little")

    def _time(self, value: dt.time) -> bytes:
        micros = ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond
        return (micros * 10**self.scale // 1_000_000).to_bytes(3 if self.scale < 3 else 4 if self.scale < 5 else 5, "little")

    def _datetime2(self, value: dt.datetime) -> bytes:
        return self._time(value.time()) + self._date(value.date())


def metadata(columns: Sequence[tuple[str, Type]]) -> bytes:
    """COLMETADATA."""
    described = b"".join(struct.pack("<IH", 0, 0x0009) + kind.info() + short_text(name) for name, kind in columns)
    return struct.pack("<BH", 0x81, len(columns)) + described


def row(columns: Sequence[tuple[str, Type]], values: Sequence[Any]) -> bytes:
    """ROW."""
    return b"\xd1" + b"".join(kind.value(value) for (_, kind), value in zip(columns, values, strict=True))


class Reader:
    """Reads the parameters of a call."""

    def __init__(self, body: bytes) -> None:
        self.body, self.at = body, 0

    def take(self, count: int) -> bytes:
        """Return the next bytes."""
        self.at += count
        return self.body[self.at - count : self.at]

    def number(self, shape: str) -> int:
        """Return the next number of a `struct` shape."""
        return struct.unpack(shape, self.take(struct.calcsize(shape)))[0]

    def text(self, count: int) -> str:
        """Return the next characters."""
        return self.take(2 * count).decode("utf-16-le")

    @property
    def ended(self) -> bool:
        """Whether there is no more."""
        return self.at >= len(self.body)

    def parameter(self) -> tuple[str, Any]:
        """Return one parameter: its name and value."""
        name = self.text(self.number("<B"))
        self.take(1)
        return name, self._value(self.number("<B"))

    def _value(self, kind: int) -> Any:
        if kind in {0xE7, 0xEF, 0xA7, 0xAF, 0xA5, 0xAD}:
            return self._long(kind)
        if kind in {0x6A, 0x6C}:
            return self._number_of(self.take(3)[2])
        if kind == 0x28:
            return self._date(self.take(self.number("<B")))
        if kind in {0x29, 0x2A}:
            return self._moment(kind, self.number("<B"))
        if kind in {0x26, 0x68, 0x6D}:
            self.take(1)
            return self._plain(kind, self.take(self.number("<B")))
        raise ValueError(f"type {kind:#x}")

    def _long(self, kind: int) -> Any:
        size = self.number("<H")
        if kind not in {0xA5, 0xAD}:
            self.take(5)
        body = self._chunks() if size == 0xFFFF else self._short()
        if body is None or kind in {0xA5, 0xAD}:
            return body
        return body.decode("utf-16-le" if kind in {0xE7, 0xEF} else "cp1252")

    def _short(self) -> bytes | None:
        size = self.number("<H")
        return None if size == 0xFFFF else self.take(size)

    def _chunks(self) -> bytes | None:
        if self.take(8) == _NULL_LONG:
            return None
        parts: list[bytes] = []
        while size := self.number("<I"):
            parts.append(self.take(size))
        return b"".join(parts)

    def _plain(self, kind: int, body: bytes) -> Any:
        if not body:
            return None
        if kind == 0x6D:
            return struct.unpack("<d" if len(body) == 8 else "<f", body)[0]
        return bool(body[0]) if kind == 0x68 else int.from_bytes(body, "little", signed=len(body) > 1)

    def _number_of(self, scale: int) -> Decimal | None:
        body = self.take(self.number("<B"))
        if not body:
            return None
        whole = int.from_bytes(body[1:], "little")
        return Decimal(whole if body[0] else -whole).scaleb(-scale, _WIDE)

    def _date(self, body: bytes) -> dt.date | None:
        return dt.date.fromordinal(int.from_bytes(body, "little") + _EPOCH) if body else None

    def _moment(self, kind: int, scale: int) -> Any:
        body = self.take(self.number("<B"))
        if not body:
            return None
        clock = body[:-3] if kind == 0x2A else body
        micros = int.from_bytes(clock, "little") * 1_000_000 // 10**scale
        moment = dt.datetime(1, 1, 1) + dt.timedelta(microseconds=micros)  # noqa: DTZ001  (without a zone, as there)
        if kind == 0x29:
            return moment.time()
        day = self._date(body[-3:])
        assert day is not None
        return dt.datetime.combine(day, moment.time())
