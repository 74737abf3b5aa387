"""A governed answer of 1 M rows (38.5 MB) over HTTP against pyarrow Flight, both into a pyarrow Table.

Run: `python bench/http_arrow.py`. Target: ≥ 0.8× the speed of Flight doing the same work: the same query by the same engine
over the same Parquet file. Ours also decides, writes two leaves, and hashes what it sends. Flight handing out a table that lies in
memory, with no query at all, is the limit.
"""

from __future__ import annotations

import io
import json
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.flight as fl
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parent))

import node
import pairing

SQL = "select id, day, amount, code, small from customer.big"
ROUNDS = 15


def main() -> None:
    """Print one line for Flight over the engine and one for Flight out of memory."""
    if "--serve" in sys.argv:
        node.serve_ours() if sys.argv[-1] == "ours" else _serve_flight()
        return
    with node.started(__file__, "ours") as ours, node.started(__file__, "theirs") as theirs:
        client = fl.connect(f"grpc://127.0.0.1:{theirs['port']}")

        def ask() -> None:
            assert _ask(ours["port"], ours["token"]).num_rows == node.ROWS

        for ticket, what, target in ((b"engine", "the same query", "≤ 1.25"), (b"memory", "a table in memory", "")):

            def get(wanted: bytes = ticket) -> None:
                assert client.do_get(fl.Ticket(wanted)).read_all().num_rows == node.ROWS

            found = pairing.pair(ask, get, rounds=ROUNDS)
            print(pairing.line(f"1 M rows, HTTP vs Flight: {what}", found, unit="ms", scale=1e3, target=target))
        client.close()


def _ask(port: int, token: str) -> pa.Table:
    body = json.dumps({"sql": SQL})
    head = f"POST /v1/query HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
    with socket.create_connection(("127.0.0.1", port)) as plug:
        plug.sendall(f"{head}Accept: application/vnd.apache.arrow.stream\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
        return pa.ipc.open_stream(pa.PythonFile(_Chunked(plug), mode="r")).read_all()


class _Chunked(io.RawIOBase):
    """A chunked body (RFC 9112 §7.1) as a file; each byte is received where it stays, as in Flight's client."""

    def __init__(self, plug: socket.socket) -> None:
        self._file: Any = plug.makefile("rb", buffering=65_536)
        status = self._file.readline()
        if b" 200 " not in status:
            raise SystemExit(f"not answered: {status!r}")
        while self._file.readline() != b"\r\n":
            pass
        self._left = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        out = pa.allocate_buffer(size)
        view, done = memoryview(out), 0
        while done < size and self._next():
            count = self._file.readinto(view[done : done + min(self._left, size - done)])
            done, self._left = done + count, self._left - count
            if not self._left:
                self._file.readline()
        return out.slice(0, done)  # pyright: ignore[reportReturnType]  (a buffer is what Arrow wants; bytes would be one more copy)

    def _next(self) -> bool:
        if not self._left:
            self._left = int(self._file.readline(), 16)
        return self._left > 0


class _Flight(fl.FlightServerBase):
    """Hands out the big table: out of memory, or as DuckDB reads it."""

    def __init__(self, folder: Path) -> None:
        super().__init__("grpc://127.0.0.1:0")
        self._table = node.big_table()
        self._path = folder / "big.parquet"
        pq.write_table(self._table, self._path, compression="none", use_dictionary=False)
        self._base = duckdb.connect(config={"threads": 2})

    def do_get(self, context: Any, ticket: fl.Ticket) -> Any:  # noqa: ARG002  (Flight's own name)
        if ticket.ticket == b"memory":
            return fl.RecordBatchStream(self._table)
        cursor = self._base.cursor()
        reader = cursor.execute(f"select id, day, amount, code, small from read_parquet('{self._path}')").to_arrow_reader(122_880)
        return fl.RecordBatchStream(reader)


def _serve_flight() -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = _Flight(Path(folder))
        print(json.dumps({"port": server.port}), flush=True)
        server.serve()


if __name__ == "__main__":
    main()
