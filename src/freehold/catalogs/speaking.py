"""HTTP with a catalogue that asks to wait: TLS only, no redirects, bounded answers, bounded waits, errors in words of our own.

A token goes to the one host that it was given for, and to no address that an answer names elsewhere.
"""

from __future__ import annotations

import email.utils
import re
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import httpx
import msgspec

from freehold.errors import AccountBusy, AccountRefused, AccountRejected, AccountUnreachable, SettingInvalid
from freehold.ports.clock import Clock

SECONDS = 60.0
"""For how long an answer may take to begin, or to go on."""

LONGEST_ANSWER = 600.0
"""For how long an answer may take in all, in seconds."""

TRIES = 8
LONGEST_WAIT = 60.0
"""The longest that is waited between two tries, in seconds, whatever the other side asks for."""

LONGEST_WAITS = 300.0
"""The longest that is waited for one request in all, in seconds."""

PAGES = 10_000
"""How many pages a list may have."""

ANSWER_BYTES = 256 << 20
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_HOST = re.compile(r"[A-Za-z0-9.:-]{1,253}")
_BUSY = frozenset({429, 503})
_REPEATED = frozenset({"GET", "PUT", "DELETE"})
Query = Sequence[tuple[str, str]]


class Sender(Protocol):
    """Who carries requests to the account."""

    def ask(self, method: str, path: str, query: Query = (), body: Any = None) -> Answer:
        """Return the answer to a request."""
        ...

    def page(self, link: str) -> tuple[str, Query]:
        """Return path and query of the address of a next page."""
        ...


class Answer(msgspec.Struct, frozen=True):
    """An answer: its status, and its body where that is JSON."""

    status: int
    body: Any = None

    @property
    def code(self) -> str | None:
        """The error code that the other side gives, where it is one: a word, never a text."""
        body: dict[str, Any] = self.body if isinstance(self.body, dict) else {}
        inner = body.get("error")
        found = body.get("errorCode") or (inner.get("code") if isinstance(inner, dict) else None)
        return found if isinstance(found, str) and _CODE.fullmatch(found) else None


class Speaking:
    """Requests to one host, in the name of whoever a token is for."""

    def __init__(
        self,
        url: str,
        *,
        token: Callable[[], str],
        tls: ssl.SSLContext,
        clock: Clock,
        pause: Callable[[float], None],
        jitter: Callable[[], float],
    ) -> None:
        """Speak to `url`; `token` gives a bearer token, `pause` waits for seconds, `jitter` is between 0 and 1.

        Raises:
            SettingInvalid: The address is none of https.
        """
        self.url = checked_url(url)
        self._token, self._clock, self._pause, self._jitter = token, clock, pause, jitter
        self._client = httpx.Client(timeout=SECONDS, follow_redirects=False, verify=tls, trust_env=False)

    def close(self) -> None:
        """End the connections."""
        self._client.close()

    def ask(self, method: str, path: str, query: Query = (), body: Any = None) -> Answer:
        """Return the answer to a request, after waiting as long as the other side asks for, within bounds.

        Raises:
            AccountUnreachable: It cannot be reached, or broke off.
            AccountBusy: It still asks to wait.
            AccountRefused: It does not believe the token, or the caller may not.
        """
        waited, tries = 0.0, 0
        while tries < TRIES:
            tries += 1
            answer, wait = self._once(method, path, query, body)
            if answer is not None and answer.status not in _BUSY:
                return answer
            pause = min(LONGEST_WAIT, (wait if wait is not None else 2.0 ** (tries - 1)) * (1 + self._jitter() / 2))
            waited += pause
            if waited > LONGEST_WAITS:
                break
            if tries < TRIES:
                self._pause(pause)
        raise AccountBusy(f"it was asked {tries} times", remedy="run the command again later: it goes on where it stopped")

    def page(self, link: str) -> tuple[str, Query]:
        """Return path and query of the address of a next page.

        Raises:
            AccountRejected: It is at another host.
        """
        try:
            found = httpx.URL(link)
            here = httpx.URL(self.url)
        except (httpx.InvalidURL, TypeError):
            raise _elsewhere() from None
        if (found.scheme, found.host, found.port) != (here.scheme, here.host, here.port):
            raise _elsewhere()
        return found.path, found.params.multi_items()

    def _once(self, method: str, path: str, query: Query, body: Any) -> tuple[Answer | None, float | None]:
        """Return the answer and how long to wait before the next try; no answer, where there was none and asking again is safe."""
        content = None if body is None else msgspec.json.encode(body)
        headers = {"Authorization": f"Bearer {self._token()}", "Accept": "application/json"}
        headers |= {"Content-Type": "application/json"} if content is not None else {}
        try:
            address = httpx.URL(self.url).copy_with(path=path, params=list(query))
            with self._client.stream(method, address, content=content, headers=headers) as response:
                held = self._bounded(response)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise AccountUnreachable(
                f"no connection to `{httpx.URL(self.url).host}` that can be believed",
                remedy="check `--endpoint`, and the authority of its certificate with `--ca FILE`",
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            if method in _REPEATED and not isinstance(error, httpx.TimeoutException):
                return None, None
            raise AccountUnreachable(
                "the connection broke, or took too long, before the answer was whole",
                remedy="run the command again: it goes on where it stopped",
            ) from error
        return Answer(response.status_code, held), self._asked_wait(response.headers)

    def _bounded(self, response: httpx.Response) -> Any:
        parts, size, until = list[bytes](), 0, self._clock.monotonic() + LONGEST_ANSWER
        for part in response.iter_bytes():
            size += len(part)
            if size > ANSWER_BYTES:
                raise httpx.ReadError("the answer is too long")
            if self._clock.monotonic() > until:
                raise httpx.ReadTimeout("the answer comes too slowly")
            parts.append(part)
        try:
            return msgspec.json.decode(b"".join(parts)) if parts else None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    def _asked_wait(self, headers: Mapping[str, str]) -> float | None:
        given = headers.get("retry-after", "").strip()
        if given.isascii() and given.isdigit() and len(given) < 7:
            return float(given)
        try:
            at = email.utils.parsedate_to_datetime(given)
            return max(0.0, (at - self._clock.now()).total_seconds())
        except (ValueError, TypeError):
            return None


def checked_url(url: str) -> str:
    """Return an https address without a slash at its end.

    Raises:
        SettingInvalid: It is none, or holds a password, a query or a path.
    """
    try:
        found = httpx.URL(url)
    except httpx.InvalidURL:
        found = httpx.URL("")
    if found.scheme != "https" or not _HOST.fullmatch(found.host) or found.userinfo or found.query or found.path.strip("/"):
        raise SettingInvalid("the address is not of the form https://HOST", remedy="give it like https://contoso.purview.azure.com")
    return str(found).rstrip("/")


def taken(answer: Answer, what: str, *others: int) -> Any:
    """Return the body of an answer that is a success, or whose status is one of `others`.

    Raises:
        AccountRefused: The token is not believed, or its holder may not do it.
        AccountRejected: It is another error.
    """
    if 200 <= answer.status < 300 or answer.status in others:
        return answer.body
    raise refusal(answer, what)


def pages(sender: Sender, path: str, query: Query, what: str) -> Iterator[Any]:
    """Yield the bodies of a list, page by page.

    Raises:
        AccountRejected: A page is no success, at another host, named a second time, or the list does not end.
    """
    seen = set[tuple[str, tuple[tuple[str, str], ...]]]()
    while len(seen) < PAGES:
        if (path, tuple(query)) in seen:
            break
        seen.add((path, tuple(query)))
        found = taken(sender.ask("GET", path, query), what)
        yield found
        link = found.get("nextLink") if isinstance(found, dict) else None
        if not isinstance(link, str) or not link:
            return
        path, query = sender.page(link)
    raise endless(what)


def endless(what: str) -> AccountRejected:
    """Return the error of a list of which one page follows the other without end: a part of it is not taken for the whole."""
    return AccountRejected(f"its pages do not end when asked to {what}", remedy="look for the reason in the account's own log")


def refusal(answer: Answer, what: str) -> AccountRefused | AccountRejected:
    """Return the error that says why a request was not taken."""
    if answer.status in {401, 403}:
        lacks = "the token is not believed" if answer.status == 401 else f"the token's holder may not {what}"
        return AccountRefused(
            lacks, remedy="check the token and its audience, and the roles of its holder on the collection", status=answer.status
        )
    return AccountRejected(
        f"it answered {answer.status} when asked to {what}",
        remedy="look for the reason in the account's own log",
        status=answer.status,
        reason=answer.code,
    )


def _elsewhere() -> AccountRejected:
    return AccountRejected("it names a next page at another host", remedy="check `--endpoint`: nothing was sent there")
