"""A minimal TDS 7.4 responder over sockets: it lets clients in and answers batches and calls of `sp_executesql`, without TLS.

It is ours and no SQL Server. What it answers comes from really executing the T-SQL: see `tds.execution`.
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
from collections.abc import Callable, Generator, Iterator

from tds import wire
from tds.execution import Database, Refused

_PROCEDURES = {10: "sp_executesql", 11: "sp_prepare", 12: "sp_execute", 13: "sp_prepexec", 15: "sp_unprepare"}


class Seen:
    """What clients did, for the tests to look at."""

    def __init__(self) -> None:
        self.logins: list[wire.Login] = []
        self.statements: list[str] = []
        self.values: list[tuple[object, ...]] = []
        self.attentions = 0
        self.refusals: list[str] = []
        self.stalled = threading.Event()


class Responder:
    """Listens on a port of this machine; each connection has a thread of its own.

    Answers to statements that `stalls` names stop within a row until the client gives up; and then too, where it is `deaf`.
    """

    def __init__(self, database: Database, lets_in: Callable[[wire.Login], bool] = lambda _: True) -> None:
        self.database, self.lets_in, self.seen = database, lets_in, Seen()
        self.stalls: Callable[[str], bool] = lambda _: False
        self.deaf = False
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._open)

    def close(self) -> None:
        """End every connection."""
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.drop()
        for thread in (self._thread, *self._threads):
            thread.join(5)

    def drop(self) -> None:
        """End every connection, and take new ones."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        self._open.add(connection)
        try:
            with connection:
                _Conversation(self, connection).run()
        except (OSError, EOFError):
            pass
        finally:
            self._open.discard(connection)


class _Conversation:
    def __init__(self, responder: Responder, connection: socket.socket) -> None:
        self._responder, self._connection = responder, connection

    def run(self) -> None:
        while True:
            kind, body = self._message()
            if kind == wire.PRELOGIN:
                self._send(wire.prelogin_answer(body))
            elif kind == wire.LOGIN:
                if not self._login(wire.Login(body)):
                    return
            elif kind == wire.BATCH:
                (skipped,) = struct.unpack_from("<I", body)
                self._batch(body[skipped:].decode("utf-16-le"))
            elif kind == wire.RPC:
                (skipped,) = struct.unpack_from("<I", body)
                self._call(wire.Reader(body[skipped:]))
            elif kind == wire.ATTENTION:
                self._attended()
            else:
                self._send(wire.done())

    def _login(self, login: wire.Login) -> bool:
        self._responder.seen.logins.append(login)
        if not self._responder.lets_in(login):
            self._send(wire.error(18456, "Login failed for user.", 14) + wire.done(error=True))
            return False
        self._send(wire.login_answer(login.database, login.federated))
        return True

    def _batch(self, sql: str) -> None:
        self._answer(sql, {}, wire.done)

    def _call(self, reader: wire.Reader) -> None:
        length = reader.number("<H")
        name = _PROCEDURES.get(reader.number("<H"), "") if length == 0xFFFF else reader.text(length).lower()
        reader.take(2)
        given: list[tuple[str, object]] = []
        while not reader.ended:
            given.append(reader.parameter())
        end = b"\x79" + struct.pack("<i", 0)

        handle = wire.returned(1) if name == "sp_prepexec" else b""

        def ended(rows: int | None = None, *, error: bool = False) -> bytes:
            return wire.done(rows, 0xFF, more=True) + end + handle + wire.done(None, 0xFE, error=error)

        if name == "sp_executesql":
            named = {key.lstrip("@"): value for key, value in given[2:]}
            self._answer(str(given[0][1]), named, ended)
        elif name == "sp_prepexec":  # which prepares and runs at once; the handle is never used again
            declared = [part.split()[0].lstrip("@") for part in str(given[1][1] or "").split(",") if part.strip().startswith("@")]
            self._answer(str(given[2][1]), dict(zip(declared, (value for _, value in given[3:]), strict=True)), ended)
        elif name == "sp_unprepare":
            self._send(end + wire.done(None, 0xFE))
        else:
            self._send(wire.error(2812, f"Could not find stored procedure '{name}'.") + wire.done(None, 0xFE, error=True))

    def _answer(self, sql: str, values: dict[str, object], ended: Callable[..., bytes]) -> None:
        self._responder.seen.statements.append(sql)
        self._responder.seen.values.append(tuple(values.values()))
        with self._responder.database.running() as running:
            result: list[Iterator[bytes] | Refused] = []

            def work() -> None:
                try:
                    result.append(running.answer(sql, values))
                except Refused as refused:
                    result.append(refused)

            thread = threading.Thread(target=work, daemon=True)
            thread.start()
            attention = False
            while thread.is_alive():
                thread.join(0.005)
                attention = attention or self._is_attention()
                if attention:
                    running.stop()
            if attention:
                self._attended()
                return
            found = result[0]
            if isinstance(found, Refused):
                self._responder.seen.refusals.append(found.text)
                self._send(wire.error(found.number, found.text) + ended(error=True))
                return
            self._stream(found, ended, stalls=self._responder.stalls(sql))

    def _stream(self, found: Iterator[bytes], ended: Callable[..., bytes], *, stalls: bool) -> None:
        rows, held = -1, b""
        for part in found:
            rows += 1
            held += part
            if len(held) > 4088:
                if self._is_attention():
                    self._attended(held)
                    return
                if stalls and rows:
                    self._stall(held)
                    return
                self._connection.sendall(wire.header(wire.ANSWER, False, 4088) + held[:4088])
                held = held[4088:]
        self._send(held + ended(max(rows, 0) if rows >= 0 else None))

    def _stall(self, rest: bytes) -> None:
        """Send the beginning of a row, and the rest once the client gives up."""
        self._connection.sendall(wire.header(wire.ANSWER, False, 2048) + rest[:2048])
        self._responder.seen.stalled.set()
        while not self._responder.deaf:
            if self._message()[0] == wire.ATTENTION:
                self._attended(rest[2048:])
                return
        while self._message():
            pass

    def _is_attention(self) -> bool:
        readable, _, _ = select.select([self._connection], [], [], 0)
        if not readable:
            return False
        kind, _ = self._message()
        return kind == wire.ATTENTION

    def _attended(self, whole_rows: bytes = b"") -> None:
        self._responder.seen.attentions += 1
        self._send(whole_rows + wire.done(attention=True))

    def _message(self) -> tuple[int, bytes]:
        body, last, kind = b"", False, 0
        while not last:
            kind, status, length = struct.unpack(">BBH4x", self._exactly(8))
            body += self._exactly(length - 8)
            last = bool(status & 1)
        return kind, body

    def _exactly(self, count: int) -> bytes:
        parts = b""
        while len(parts) < count:
            got = self._connection.recv(count - len(parts))
            if not got:
                raise EOFError
            parts += got
        return parts

    def _send(self, body: bytes) -> None:
        self._connection.sendall(wire.packets(body))


@contextlib.contextmanager
def responding(database: Database, lets_in: Callable[[wire.Login], bool] = lambda _: True) -> Generator[Responder]:
    """Respond for the time of a `with`."""
    responder = Responder(database, lets_in)
    try:
        yield responder
    finally:
        responder.close()
