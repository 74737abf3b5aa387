"""Connections to one container: under certificates that are believed here, and to no address beside it.

What Azure's client is given is an answer that is whole, of bounded size, as it was sent, and without the text of an error.
"""

from __future__ import annotations

import io
import logging
import ssl
import time
from typing import Any

import requests
from azure.core.pipeline.transport import RequestsTransport
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError

from freehold.errors import StorageUnreachable

LISTED_BYTES = 64 << 20
"""The most bytes of a page of a listing."""

_CONNECT, _ANSWER = 10.0, 20.0
"""For how long a connection, and each part of an answer, are waited for, in seconds."""

WHOLE = 60.0
"""For how long an answer may come in parts, in seconds: one that drips would be waited for without end."""

_AT_ONCE = 16
_PART = 1 << 18
_LOG = logging.getLogger("freehold.storage")


class Unanswered(Exception):
    """There was no whole answer, and asking again may be worth it."""


def open_transport(container: str, tls: ssl.SSLContext) -> Any:
    """Return what carries requests to what lies below the address of a container, and nowhere else; nothing is connected yet."""
    for name in ("azure.core", "azure.storage"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # they log what storage answers: others' text
    session = requests.Session()
    session.trust_env = False
    session.headers["Accept-Encoding"] = "identity"
    session.adapters.clear()
    adapter = _Bounded(tls)
    for end in "/?":
        session.mount(container + end, adapter)
    times = {"connection_timeout": _CONNECT, "read_timeout": _ANSWER, "connection_data_block_size": _PART}
    return RequestsTransport(session=session, use_env_settings=False, **times)


def unexpected(told: object) -> StorageUnreachable:
    """Return what is said of an answer that storage is not known to give; `told` is its status, or the kind of an error."""
    _LOG.warning("storage answered %s", told)
    return StorageUnreachable(
        "the storage of the data gave an answer that is none", remedy="check the address of the account; tell the node's operators"
    )


class _Bounded(HTTPAdapter):
    """Connections whose answers are read here, whole, before anybody else sees them."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls
        super().__init__(pool_connections=1, pool_maxsize=_AT_ONCE, pool_block=True)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options, ssl_context=self._tls)

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Add no authorities to those of the TLS context, as `requests` would."""

    def send(self, request: requests.PreparedRequest, *_: Any, **options: Any) -> requests.Response:
        """Return an answer with its body read; that of an error is dropped unread.

        Raises:
            Unanswered: There is none, or not the whole of it.
            StorageUnreachable: The certificate is not believed, or the answer cannot be one.
        """
        asked = request.headers.get("x-ms-range")
        options["stream"] = True
        try:
            response = super().send(request, **options)
            with response:
                body = _read(response, asked) if response.status_code in {200, 206} else io.BytesIO()
        except (OSError, HTTPError) as error:  # of which all that `requests` raises are
            if _is_disbelief(error):
                raise StorageUnreachable(
                    "the certificate of the storage is not believed", remedy="name its authority in FREEHOLD_AUTHORITY"
                ) from None
            _LOG.warning("no whole answer from storage: %s", type(error).__name__)
            raise Unanswered from None
        if asked is None and b"<!DOCTYPE" in body.getvalue():
            raise unexpected(response.status_code)  # the client's reader of XML would believe its entities
        for name in ("content-length", "x-ms-blob-type"):
            # By these the client makes a list with a place for each byte, and asks which pages of a page blob are there.
            response.headers.pop(name, None)
        response.raw = HTTPResponse(body, status=response.status_code, preload_content=False)
        return response


def _read(response: requests.Response, asked: str | bytes | None) -> io.BytesIO:
    """Return a body as it was sent; encodings are the blob's own. `asked` is a range like `bytes=0-9`."""
    most, size, until = LISTED_BYTES, 0, time.monotonic() + WHOLE
    if asked is not None:
        first, _, last = str(asked).removeprefix("bytes=").partition("-")
        most = int(last) - int(first) + 1
    body = io.BytesIO()
    while part := response.raw.read1(_PART, decode_content=False):
        size += body.write(part)
        if size > most or time.monotonic() > until:
            raise HTTPError
    if response.status_code == 206 and size != most:
        raise HTTPError
    body.seek(0)
    return body


def _is_disbelief(error: BaseException) -> bool:
    cause: BaseException | None = error
    for _ in range(16):  # an error may be its own context
        if cause is None:
            break
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
