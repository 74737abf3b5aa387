"""A real server over TLS between a client and a catalogue: it passes requests on, or does first what a test says."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

Headers = dict[str, str]
Instead = Callable[["Between", str, str], "tuple[int, Headers, bytes] | None"]
"""What is answered instead of passing a request of a method and path on; None passes it on."""

BROKEN = 0
"""The status of an answer that never comes: the connection ends."""

_DROPPED = {"host", "connection", "content-length", "accept-encoding", "transfer-encoding"}


@dataclass
class Between:
    """What came: method and path, in order; `after` is called with each when it was passed on and before it is answered."""

    url: str
    instead: Instead
    after: Callable[[str, str], None] | None = None
    came: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    @property
    def writes(self) -> int:
        """How many requests were no GET."""
        return sum(method != "GET" for method, _ in self.came)


def _handler(between: Between, upstream: httpx.Client) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            between.came.append((self.command, self.path))
            given = between.instead(between, self.command, self.path)
            if given is None:
                headers = {name: value for name, value in self.headers.items() if name.lower() not in _DROPPED}
                answer = upstream.request(self.command, self.path, content=body, headers=headers)
                given = answer.status_code, {"Content-Type": answer.headers.get("content-type", "")}, answer.content
            if between.after is not None:
                between.after(self.command, self.path)
            status, headers, content = given
            if status == BROKEN:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if status != 204:
                self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = _pass  # noqa: N815  (the names that the library looks for)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name that the library gives it)
            pass

    return Handler


@contextmanager
def between(upstream: str, ca: str, certificate: Path, key: Path, instead: Instead) -> Generator[Between]:
    """Serve between clients and `upstream`, with its certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    made = Between("", instead)
    trusted = ssl.create_default_context(cafile=ca)
    with httpx.Client(base_url=upstream, verify=trusted, trust_env=False, timeout=30) as client:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made, client))
        server.daemon_threads = True
        server.socket = context.wrap_socket(server.socket, server_side=True)
        made.url = f"https://localhost:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            server.server_close()
            thread.join(10)
