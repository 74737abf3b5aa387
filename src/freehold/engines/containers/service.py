"""Requests to one container: listings, and ranges of blobs of the version that was listed. Nothing is ever written.

Microsoft's `azure-storage-blob` makes them (docs/decisions/0015), one for each try: how often and for how long is ours to say. No
redirects, bounded answers, bounded waits; what storage says of an error stays inside. A blob that is of another version, or is
gone, is `DataChanged`: ranges of two versions never meet.
"""

from __future__ import annotations

import email.utils
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

from azure.core import MatchConditions
from azure.core.exceptions import AzureError, HttpResponseError
from azure.storage.blob import ContainerClient

from freehold.engines.containers.connection import Unanswered, open_transport, unexpected
from freehold.engines.containers.credentials import Credential
from freehold.engines.containers.listing import Blob, Page, is_folder, read_blob
from freehold.engines.place import Check
from freehold.errors import DataChanged, FreeholdError, SettingInvalid, SourceUnreadable, StorageRefused, StorageUnreachable
from freehold.model.container import Container
from freehold.ports.clock import Clock

VERSION = "2023-11-03"
"""The version of the service's interface that is spoken."""

TRIES = 5
PATIENCE = 30.0
"""For how long one request is tried again, in seconds: where storage asks to wait for longer, it is given up."""

LISTED = 100_000
"""How many blobs are listed below one folder."""

_PAGE = 5_000
_ONE_REQUEST = 1 << 50
"""Up to how many bytes the client asks for at once: it would ask for the rest of a longer range under the tag of its first part."""

_BUSY = frozenset({408, 429, 500, 502, 503, 504})
_LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})
_NO_ANSWER = (AzureError, ValueError, TypeError, LookupError, AttributeError)
"""What the client raises of answers that storage does not give."""

_Found = TypeVar("_Found")
_Said = Mapping[int, FreeholdError]


class BlobService:
    """One container of an account. May be used by several threads."""

    def __init__(
        self,
        container: Container,
        credential: Credential,
        *,
        endpoint: str | None = None,
        tls: ssl.SSLContext,
        clock: Clock,
        pause: Callable[[float], None],
        jitter: Callable[[], float],
    ) -> None:
        """Read at `endpoint`, by default the account's own; `pause` waits for seconds, `jitter` is between 0 and 1.

        Raises:
            SettingInvalid: The endpoint is neither https nor of this machine.
        """
        self.container = container
        self._endpoint = checked_endpoint(endpoint or container.endpoint)
        self._credential, self._tls, self._clock, self._pause, self._jitter = credential, tls, clock, pause, jitter
        self._opening = threading.Lock()
        self._opened: ContainerClient | None = None

    def close(self) -> None:
        """End the connections."""
        with self._opening:
            if self._opened is not None:
                self._opened.close()

    def blobs(self, prefix: str, check: Check) -> Iterator[Blob]:
        """Yield the blobs whose names begin with `prefix`, by name.

        Raises:
            SourceUnreadable: There are too many, or there is no such container.
            StorageUnreachable, StorageRefused: It cannot be asked.
            SettingInvalid: The account cannot be asked with these credentials.
        """
        marker, count = "", 0
        missing = SourceUnreadable("there is no such container", remedy="check `nodes[].data` in mesh.yaml, or make the container")
        while True:
            page = self._ask(lambda at=marker: self._page(prefix, at), {404: missing}, check)
            count += len(page.blobs)
            if count > LISTED:
                raise SourceUnreadable(f"`{prefix}` has more than {LISTED:,} blobs", remedy="name a folder of it")
            yield from page.blobs
            if not page.following or page.following == marker:
                return
            marker = page.following

    def read(self, blob: Blob, start: int, end: int, check: Check) -> bytes:
        """Return the bytes of a blob from `start` to before `end`, of the version that was listed.

        Raises:
            DataChanged: The blob is of another version, or gone.
            SourceUnreadable: It cannot be read as it is stored, as in the archive.
            StorageUnreachable, StorageRefused: It cannot be asked.
            SettingInvalid: As `blobs`.
        """
        changed = DataChanged("the data changed while it was read", remedy="ask again")
        archived = SourceUnreadable("the data is in a tier that cannot be read", remedy="bring it back from the archive first")
        said = {404: changed, 412: changed, 416: changed, 409: archived}
        etag, content = self._ask(lambda: self._range(blob, start, end - start), said, check)
        if etag != blob.etag:
            raise changed
        if len(content) != end - start:
            raise unexpected(len(content))
        return content

    def _page(self, prefix: str, marker: str) -> Page:
        listed = self._client().list_blobs(name_starts_with=prefix or None, include=["metadata"], results_per_page=_PAGE)
        pages: Any = listed.by_page(marker or None)
        blobs = tuple(read_blob(found) for found in next(pages) if not is_folder(found))
        return Page(blobs, pages.continuation_token or "")

    def _range(self, blob: Blob, start: int, length: int) -> tuple[str, bytes]:
        """Return the entity tag and the bytes of a range, of one request."""
        found = self._client().download_blob(
            blob.name,
            offset=start,
            length=length,
            etag=f'"{blob.etag}"',
            match_condition=MatchConditions.IfNotModified,
        )
        return found.properties.etag.strip('"'), found.read(length)

    def _client(self) -> ContainerClient:
        with self._opening:
            if self._opened is None:
                self._opened = self._open()
            return self._opened

    def _open(self) -> ContainerClient:
        given = self._credential.given()
        address = f"{self._endpoint}/{self.container.name}"
        try:
            return ContainerClient(
                self._endpoint,
                self.container.name,
                credential=given,
                api_version=VERSION,
                transport=open_transport(address, self._tls),
                max_single_get_size=_ONE_REQUEST,
                retry_total=0,
                permit_redirects=False,
                base_user_agent="freehold",
                user_agent_use_env=False,
            )
        except ValueError:
            raise SettingInvalid(
                "the storage account cannot be asked with these credentials",
                remedy="give it an https address: tokens are shown to no other; or set its key",
            ) from None

    def _ask(self, request: Callable[[], _Found], said: _Said, check: Check) -> _Found:
        """Return what a request gives, after waiting as storage asks for; `said` is what statuses mean."""
        until = self._clock.monotonic() + PATIENCE
        for tried in range(TRIES):
            check()
            asked: float | None = None
            try:
                return request()
            except Unanswered:
                pass
            except HttpResponseError as error:
                asked = self._asked_wait(error, said)
            except _NO_ANSWER as error:
                raise unexpected(type(error).__name__) from None
            wait = (0.2 * 2.0**tried if asked is None else asked) * (1 + self._jitter() / 2)
            if tried + 1 == TRIES or self._clock.monotonic() + wait > until:
                break
            self._wait(wait, check)
        raise StorageUnreachable(
            "the storage of the data did not answer, or asks to wait", remedy="ask again later; tell the node's operators"
        )

    def _wait(self, seconds: float, check: Check) -> None:
        """Wait in steps, so that whoever gives up is not waited for."""
        while seconds > 0:
            step = min(seconds, 0.25)
            self._pause(step)
            check()
            seconds -= step

    def _asked_wait(self, error: HttpResponseError, said: _Said) -> float | None:
        """Return for how long storage asks to be waited for, where asking again may be worth it; raise what an error means else."""
        status = error.status_code
        if status in {401, 403}:
            raise StorageRefused(
                "the storage of the data does not let the node in",
                remedy="check the account's key, or the role of the node's identity (Storage Blob Data Reader)",
            ) from None
        answer: Any = error.response
        if status not in _BUSY or answer is None:
            raise said.get(status or 0) or unexpected(status) from None
        given = str(answer.headers.get("Retry-After", "")).strip()
        if given.isascii() and given.isdigit() and len(given) < 7:
            return float(given)
        try:
            return max(0.0, (email.utils.parsedate_to_datetime(given) - self._clock.now()).total_seconds())
        except (ValueError, TypeError):
            return None


def checked_endpoint(text: str) -> str:
    """Return the address of a Blob service without a slash at its end.

    Raises:
        SettingInvalid: It is neither https nor of this machine, or holds a password or a query.
    """
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in _LOCAL)
    if not host or not safe or "@" in parts.netloc or parts.query or parts.fragment:
        raise SettingInvalid(
            "the address of a storage account is neither https nor of this machine",
            remedy="write it like https://contosoeu.blob.core.windows.net, without a signature",
        )
    return text.rstrip("/")
