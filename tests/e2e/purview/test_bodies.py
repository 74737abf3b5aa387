"""Bodies that are large, hostile or slow: each is answered, the memory stays bounded, and others are answered meanwhile."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import threading
from pathlib import Path
from typing import Any

import pytest

from freehold.errors import BodyTooLarge, BodyTooSlow, NodeBusy, QueryCancelled
from freehold.gateway.exchange import Exchange
from freehold.gateway.purview import bodies
from freehold.gateway.purview.bodies import (
    BODY_LIMIT,
    FORM_LIMIT,
    HELD_LIMIT,
    PARTS,
    VALUES,
    Bodies,
    check_form,
    check_values,
    drain,
)

BULK = "/datamap/api/atlas/v2/entity/bulk"
MIB = 1 << 20
N = BODY_LIMIT - MIB
SHAPES: dict[str, bytes] = {
    "one string": b'{"entities": "' + b"x" * N + b'"}',
    "lists": b"[" + b"[]," * (N // 3) + b"[]]",
    "objects": b"[" + b"{}," * (N // 3) + b"{}]",
    "numbers": b"[" + b"1.5," * (N // 4) + b"1]",
    "members": b"{" + b",".join(b'"%x":0' % number for number in range(N // 12)) + b"}",
    "depth": b"[" * N,
    "depths": b"[" + (b"[" * 400 + b"]" * 400 + b",") * (N // 801) + b"1]",
    "escapes": b'{"entities": "' + b"\\u0041" * (N // 6) + b'"}',
    "one number": b"[" + b"9" * N + b"]",
    "as many values as may be": b"[" + b"{}," * (VALUES // 2 - 1) + b"{}]",
    "fifty megabytes of entities": b'{"entities": ['
    + b'{"typeName": "DataSet", "attributes": {"name": "x"}},' * (50 * MIB // 54)
    + b"{}]}",
}
PEAK = 1_024
"""Megabytes of memory that the process may have taken at most, of which it has some 250 by itself."""


def peak(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) >> 10


def test_no_shape_of_a_large_body_takes_much_memory_or_the_catalogue_down(catalogue: Any) -> None:
    with catalogue.http() as client, catalogue.http() as other:
        for what, content in SHAPES.items():
            answer = client.post(BULK, content=content, headers={"Content-Type": "application/json"})
            assert answer.status_code in {400, 413}, what
            assert set(answer.json()) == {"requestId", "errorCode", "errorMessage"}, what
            assert other.get("/collections").status_code == 200, what
    assert peak(catalogue.pid) < PEAK


def test_others_are_answered_while_many_large_bodies_come_at_once(catalogue: Any) -> None:
    statuses: list[int] = []

    def send() -> None:
        with catalogue.http() as client:
            statuses.append(client.post(BULK, content=SHAPES["objects"]).status_code)

    threads = [threading.Thread(target=send) for _ in range(12)]
    for thread in threads:
        thread.start()
    with catalogue.http() as client:
        while any(thread.is_alive() for thread in threads):
            assert client.get("/collections").status_code == 200
    for thread in threads:
        thread.join()
    assert set(statuses) <= {413, 503}
    assert 413 in statuses
    assert peak(catalogue.pid) < PEAK


def test_a_compressed_body_is_refused_and_not_unpacked(catalogue: Any) -> None:
    bomb = gzip.compress(b" " * (64 * MIB), 1)
    with catalogue.http() as client:
        for coding in ("gzip", "deflate", "br", "gzip, gzip"):
            answer = client.post(BULK, content=bomb, headers={"Content-Encoding": coding})
            assert answer.status_code == 400, coding
            assert "compressed" in answer.json()["errorMessage"]


def test_whoever_sends_their_body_drop_by_drop_keeps_nobody_waiting(catalogue: Any) -> None:
    host, port = catalogue.url.removeprefix("https://").split(":")
    context = ssl.create_default_context(cafile=catalogue.ca)
    head = f"POST {BULK} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {catalogue.token()}\r\n"
    held = [context.wrap_socket(socket.create_connection((host, int(port))), server_hostname=host) for _ in range(40)]
    try:
        for number, line in enumerate(held):
            length = "Content-Length: 33000000" if number % 2 else "Transfer-Encoding: chunked"
            line.sendall(f"{head}{length}\r\n\r\n".encode() + (b"[" if number % 2 else b"1\r\n[\r\n"))
        with catalogue.http() as client:
            for line in held:
                line.sendall(b" ")
                assert client.get("/collections").status_code == 200
    finally:
        for line in held:
            line.close()


def test_a_form_of_many_parts_or_lines_is_refused(catalogue: Any) -> None:
    form = {"Content-Type": "multipart/form-data; boundary=a"}
    path = "/datamap/api/atlas/v2/entity/businessmetadata/import"
    with catalogue.http() as client:
        for content in (b"--a\n\n" * MIB, b"\n" * (8 * MIB), b"--a\n\n" * (PARTS + 2)):
            assert client.post(path, content=content, headers=form).status_code == 413
    assert peak(catalogue.pid) < PEAK


def exchange(*messages: dict[str, Any], wait: bool = False) -> Exchange:
    left = list(messages)

    async def receive() -> dict[str, Any]:
        if not left and wait:
            await asyncio.sleep(3_600)
        return left.pop(0)

    async def send(_: Any) -> None:
        raise AssertionError("nothing is sent")

    return Exchange("POST", "/", b"", {}, receive, send, b"1")


def part(content: bytes, *, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": content, "more_body": more}


def test_what_is_held_of_all_bodies_is_bounded_and_given_back() -> None:
    async def run() -> None:
        taken = Bodies()
        whole = [await taken.read(exchange(part(b"x" * BODY_LIMIT, more=False))) for _ in range(HELD_LIMIT // BODY_LIMIT)]
        with pytest.raises(NodeBusy):
            await taken.read(exchange(part(b"y"), part(b"y", more=False)))
        taken.release(whole[:1])
        assert await taken.read(exchange(part(b"y", more=False))) == b"y"
        for error, given in ((QueryCancelled, {"type": "http.disconnect"}), (BodyTooLarge, part(b"z" * BODY_LIMIT))):
            with pytest.raises(error):
                await taken.read(exchange(part(b"z" * MIB), given))
        assert await taken.read(exchange(part(b"w" * (BODY_LIMIT - 1), more=False))), "what was refused is not held"

    asyncio.run(run())


def test_a_body_that_never_ends_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SECONDS", 0.01)

    async def run() -> None:
        with pytest.raises(BodyTooSlow):
            await Bodies().read(exchange(part(b"x"), wait=True))
        await drain(exchange(part(b"x"), wait=True), MIB)

    asyncio.run(run())


def test_values_and_parts_are_counted_up_to_their_limits() -> None:
    check_values(b"[" + b"1," * (VALUES - 2) + b"1]")
    check_form(b"x" * FORM_LIMIT)
    with pytest.raises(BodyTooLarge):
        check_values(b"[" + b"1," * VALUES + b"1]")
    with pytest.raises(BodyTooLarge):
        check_form(b"x" * (FORM_LIMIT + 1))
