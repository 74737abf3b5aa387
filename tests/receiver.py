"""A real web server that takes what nodes tell other systems, and says what came."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec


@dataclass
class Receiver:
    """What came: headers and JSON, in order. `answers` are the statuses of the next answers; after them 204."""

    url: str
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list[tuple[dict[str, str], bytes]])
    answers: list[int] = field(default_factory=list[int])

    def events(self, kind: str) -> list[dict[str, Any]]:
        """Return the events of a type (of CloudEvents, or of OpenLineage)."""
        every = [msgspec.json.decode(body, type=dict[str, Any]) for _, body in tuple(self.came)]
        return [item for item in every if kind in {item.get("type"), item.get("eventType")}]

    def wait(self, until: Callable[[], Any], seconds: float = 60.0) -> Any:
        """Return what `until` gives once that is true.

        Raises:
            AssertionError: It never was.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := until():
                return found
            time.sleep(0.05)
        raise AssertionError(f"it never came; {len(self.came)} others did")


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Generator[Receiver]:
    """Take what is posted until the block ends; over TLS, with a certificate of `tls`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
            self.send_header("Location", receiver.url + "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the name that the library gives it)
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver = Receiver(f"{'https' if tls is not None else 'http'}://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
