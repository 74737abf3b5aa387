"""`GET /v1/catalog`: this node's own catalogue, for nodes of the mesh alone, whole or what changed since they asked last."""

from __future__ import annotations

from freehold.errors import NodeTokenInvalid, ParameterInvalid
from freehold.gateway.data import Desk
from freehold.gateway.exchange import Exchange, Header, read_fields
from freehold.gateway.relay import NODE_TOKEN, forwarded
from freehold.services.follow import HEAD, PATH
from freehold.services.publication import Told
from freehold.wiring.node import Node

__all__ = ["PATH", "Telling"]


class Telling:
    """Tells the catalogue of one node."""

    def __init__(self, node: Node, desk: Desk) -> None:
        """Tell for `node`; blocking work goes to `desk`."""
        self._publication = node.catalogues.publication
        self._nodes = node.node_identity
        self._desk = desk

    async def answer(self, exchange: Exchange) -> None:
        """Answer with the signed head in `Freehold-Catalog`, and with what is new to the node that asks; 304 where nothing is.

        Raises:
            NodeTokenInvalid, NodeTokenExpired, NodeTokenReplayed: It is no node of the mesh that asks.
            ResidencyRefused: Nothing may go to its region.
            VersionSkew: Its version does not work with this one.
            ParameterInvalid: `since` is no version.
        """
        token = exchange.headers.get(NODE_TOKEN)
        if token is None:
            raise NodeTokenInvalid("the catalogue is told to nodes of the mesh", remedy="people find it at `/v1/products`")
        digest = forwarded(exchange, b"").digest()
        asker = await self._desk.admit(self._nodes.carrier, token.decode("latin-1").strip(), digest)
        known = exchange.headers.get(b"if-none-match", b"").decode("latin-1").strip('"')
        told: Told = await self._desk.admit(self._publication.tell, asker, known, _since(exchange))
        headers: list[Header] = [
            (HEAD, told.token.encode()),
            (b"etag", b'"%s"' % told.root.encode()),
            (b"cache-control", b"private, no-cache"),
        ]
        if told.body is None:
            await exchange.start(304, headers)
            await exchange.send({"type": "http.response.body", "body": b""})
            return
        await exchange.respond(200, [*headers, (b"content-type", b"application/json")], told.body)


def _since(exchange: Exchange) -> int | None:
    fields = read_fields(exchange.query)
    unknown = next((name for name in fields if name != "since"), None)
    if unknown is not None:
        raise ParameterInvalid(f"`{unknown[:80]}` means nothing here", remedy="this address knows: since")
    text = fields.get("since", "")
    if text and (not text.isdecimal() or not text.isascii() or len(text) > 18):
        raise ParameterInvalid("`since` is no version", remedy="send the version that you have, or nothing", parameter="since")
    return int(text) if text else None
