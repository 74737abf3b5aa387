"""Tell another system over HTTP: one POST of JSON, signed by the node's key as Standard Webhooks say (v1a, Ed25519).

Nothing is sent to any address but the one that the mesh names: no redirect is followed, and nothing of an answer is kept.
"""

from __future__ import annotations

import base64
import ssl
from collections.abc import Callable

import httpx

from freehold.ports.clock import Clock
from freehold.ports.history import Notice

SECONDS = 10.0
"""For how long a target may take to answer."""

Sign = Callable[[bytes], bytes]


class HttpTarget:
    """A `ports.target.Target` that posts. On one event loop."""

    def __init__(self, *, sign: Sign, clock: Clock, agent: str, tls: ssl.SSLContext) -> None:
        """Send with `agent` as the name of the sender; `tls` says which certificates are believed."""
        self._sign, self._clock = sign, clock
        self._client = httpx.AsyncClient(
            timeout=SECONDS, follow_redirects=False, verify=tls, trust_env=False, headers={"User-Agent": agent}
        )

    async def tell(self, notice: Notice) -> bool:
        """Send a notice once; return whether it was taken (2xx). Never raises for what the other side does."""
        at = str(int(self._clock.now().timestamp()))
        signed = b".".join((notice.id.encode(), at.encode(), notice.body))
        headers = {
            "content-type": notice.kind,
            "webhook-id": notice.id,
            "webhook-timestamp": at,
            "webhook-signature": f"v1a,{base64.b64encode(self._sign(signed)).decode()}",
        }
        try:
            async with self._client.stream("POST", notice.target, content=notice.body, headers=headers) as response:
                return response.is_success
        except (httpx.HTTPError, httpx.InvalidURL):
            return False

    async def close(self) -> None:
        """End the connections."""
        await self._client.aclose()
