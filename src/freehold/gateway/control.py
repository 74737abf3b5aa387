"""The control plane, in Litestar: catalogue, contracts, ledger, descriptions, health. Its data all comes from services."""

from __future__ import annotations

import logging
import re
from functools import partial
from importlib.metadata import version
from typing import Any

from litestar import Litestar, Request, Response, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from freehold.errors import AddressUnknown, BodyTooLarge, FreeholdError, MethodUnsupported, ParameterInvalid
from freehold.gateway.body import read_answered, read_review, read_wanted
from freehold.gateway.data import Desk
from freehold.gateway.encode import encode_json
from freehold.gateway.exchange import read_fields
from freehold.gateway.metrics import CONTENT_TYPE, Metrics
from freehold.gateway.openapi import describe_api
from freehold.gateway.problems import describe, problem, unforeseen
from freehold.model.detection import Depth
from freehold.model.party import Principal
from freehold.model.peer import Introduction
from freehold.services.catalog import PAGE
from freehold.services.promises import DAYS
from freehold.wiring.node import Node

Asked = Request[Any, Any, Any]
Answered = Response[bytes]

TEXT = "text/plain; charset=utf-8"
MARKDOWN = "text/markdown; charset=utf-8"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{16,64}")
_TILE = re.compile(r"/?((?!x000)(?:x\d{3}/){0,5}\d{3})(?:\.p/([1-9]\d{0,2}))?")
_PAGE = 100
_SMALL = 16_384
PAGE_LIMIT = 1_000
"""How many products one answer may hold."""


class Control:
    """The handlers of one node's control plane."""

    def __init__(self, node: Node, desk: Desk, metrics: Metrics) -> None:
        """Serve `node`; blocking work goes to `desk`."""
        self._node, self._desk, self._metrics = node, desk, metrics

    def app(self) -> Litestar:
        """Return the application; its own descriptions and logging are off, since ours say more and tell less."""
        logging.getLogger("litestar").propagate = False
        return Litestar(
            route_handlers=[
                *self._catalogue(),
                *self._classification(),
                *self._requests(),
                *self._ledger(),
                *self._descriptions(),
                *self._between(),
                *self._health(),
            ],
            exception_handlers={FreeholdError: _refused, HTTPException: _unrouted, Exception: _unforeseen},
            openapi_config=None,
            logging_config=None,
            debug=False,
        )

    async def _caller(self, request: Asked) -> Principal:
        given = request.headers.get("authorization")
        return await self._desk.principal(given.encode("latin-1") if given is not None else None)

    def _catalogue(self) -> list[Any]:
        @get("/v1/products")
        async def products(request: Asked) -> Answered:
            caller, fields = await self._caller(request), _fields(request, "search", "after", "limit")
            return _json(await self._desk.admit(self._products, caller, fields, _page_size(fields)))

        @get("/v1/products/{key:str}")
        async def product(request: Asked, key: FromPath[str]) -> Answered:
            return _json(await self._desk.admit(self._node.catalog.product, await self._caller(request), key))

        @get("/v1/products/{key:str}/quality")
        async def quality(request: Asked, key: FromPath[str]) -> Answered:
            caller, fields = await self._caller(request), _fields(request, "days")
            days, via = _whole_number(fields, "days", DAYS), request.scope.get("freehold.via")
            return _json(await self._desk.admit(self._node.promises.told, caller, key, days, via))

        @get("/v1/contracts")
        async def contracts(request: Asked) -> Answered:
            caller, fields = await self._caller(request), _fields(request, "after", "limit")
            return _json(await self._desk.admit(self._contracts, caller, fields.get("after"), _page_size(fields)))

        @post("/v1/contracts/{key:str}/{slug:str}/approval")
        async def approval(request: Asked, key: FromPath[str], slug: FromPath[str]) -> Answered:
            caller, via = await self._caller(request), request.scope.get("freehold.via")
            found = await self._desk.admit(self._node.approvals.approve, caller, key, slug, via)
            return _json(found, status=200, leaf=found.get("leaf"))

        return [products, product, quality, contracts, approval]

    def _products(self, caller: Principal, fields: dict[str, str], limit: int) -> dict[str, Any]:
        catalog = self._node.catalog
        page = catalog.page(caller, fields.get("search"), after=fields.get("after"), limit=limit)
        return {"products": page.products, "next": page.next, "metadata": {"nodes": catalog.sources(caller)}}

    def _contracts(self, caller: Principal, after: str | None, limit: int) -> dict[str, Any]:
        nodes = self._node.catalog.sources(caller)
        found, following = self._node.approvals.page(caller, after=after, limit=limit)
        return {"contracts": found, "next": following, "metadata": {"nodes": nodes}}

    def _classification(self) -> list[Any]:
        @get("/v1/classification")
        async def findings(request: Asked) -> Answered:
            caller, fields = await self._caller(request), _fields(request, "product")
            via = request.scope.get("freehold.via")
            found = await self._desk.admit(self._node.classification.findings, caller, fields.get("product"), via)
            return _json({"products": found})

        @post("/v1/classification/{key:str}/scan")
        async def scan(request: Asked, key: FromPath[str]) -> Answered:
            caller, depth = await self._caller(request), _depth(_fields(request, "depth"))
            via = request.scope.get("freehold.via")
            found = await self._desk.admit(self._node.classification.scan, caller, key, depth, via)
            return _json(found, leaf=found["leaf"])

        @post("/v1/classification/{key:str}/{column:str}/review")
        async def review(request: Asked, key: FromPath[str], column: FromPath[str]) -> Answered:
            caller, said = await self._caller(request), read_review(await _body(request))
            opinion = {"verdict": said.verdict, "reason": said.reason, "classification": said.classification}
            opinion["via"] = request.scope.get("freehold.via")
            found = await self._desk.admit(partial(self._node.classification.review, **opinion), caller, key, column)
            return _json(found, leaf=found["leaf"])

        return [findings, scan, review]

    def _requests(self) -> list[Any]:
        @get("/v1/requests")
        async def requests(request: Asked) -> Answered:
            caller, fields = await self._caller(request), _fields(request, "product", "after", "limit")
            page = {"after": fields.get("after"), "limit": _page_size(fields), "via": request.scope.get("freehold.via")}
            found, following = await self._desk.admit(partial(self._node.requests.page, **page), caller, fields.get("product"))
            return _json({"requests": found, "next": following})

        @post("/v1/requests")
        async def ask(request: Asked) -> Answered:
            caller, product = await self._caller(request), _fields(request, "product").get("product")
            if product is None:
                raise ParameterInvalid("no product is named", remedy="write it as `?product=DOMAIN.PRODUCT`", parameter="product")
            wanted, via = read_wanted(await _body(request)), request.scope.get("freehold.via")
            found = await self._desk.admit(self._node.requests.ask, caller, product, wanted, via)
            return _json(found, leaf=found.get("leaf"))

        @post("/v1/requests/{id:str}/answer")
        async def answer(request: Asked, id: FromPath[str]) -> Answered:  # noqa: A002  (its name in the address)
            caller, said = await self._caller(request), read_answered(await _body(request))
            via = request.scope.get("freehold.via")
            found = await self._desk.admit(self._node.requests.answer, caller, id, said.state, said.reason, via)
            return _json(found, leaf=found.get("leaf"))

        return [requests, ask, answer]

    def _ledger(self) -> list[Any]:
        audit = self._node.audit

        @get("/v1/ledger/checkpoint")
        async def checkpoint(request: Asked) -> Answered:
            await self._caller(request)
            return _plain((await self._desk.admit(audit.checkpoint)).encode(), TEXT)

        @get("/v1/ledger/entries/{index:int}")
        async def entry(request: Asked, index: FromPath[int]) -> Answered:
            return _json(await self._desk.admit(audit.entry, await self._caller(request), index))

        @get("/v1/ledger/entries")
        async def entries(request: Asked) -> Answered:
            caller, fields = await self._caller(request), _fields(request, "start", "stop")
            start = _whole_number(fields, "start", 0)
            stop = _whole_number(fields, "stop", start + _PAGE)
            return _json({"entries": await self._desk.admit(audit.entries, caller, start, stop)})

        @get("/v1/ledger/proofs/{index:int}")
        async def proof(request: Asked, index: FromPath[int]) -> Answered:
            return _plain((await self._desk.admit(audit.proof, await self._caller(request), index)).encode(), TEXT)

        @get("/v1/ledger/tile/{level:int}/{number:path}")
        async def tile(request: Asked, level: FromPath[int], number: FromPath[str]) -> Answered:
            await self._caller(request)
            at, width = _read_tile(number)
            found = await self._desk.admit(audit.tile, level, at, width)
            return _plain(found, "application/octet-stream", cache="private, max-age=31536000, immutable")

        return [checkpoint, entry, entries, proof, tile]

    def _descriptions(self) -> list[Any]:
        @get("/openapi.json")
        async def openapi(request: Asked) -> Answered:
            caller = await self._caller(request) if "authorization" in request.headers else None
            declared = await self._desk.admit(self._node.catalog.declared, caller)
            return _json(describe_api(self._node.name, self._node.region, declared))

        @get("/problems/{code:str}")
        async def problem_page(code: FromPath[str]) -> Answered:
            return _plain(describe(code).encode(), MARKDOWN)

        return [openapi, problem_page]

    def _between(self) -> list[Any]:
        @get("/v1/node")
        async def node(request: Asked) -> Answered:
            fields = _fields(request, "asker", "challenge")
            return _json(await self._desk.admit(self._introduce, fields.get("asker", ""), fields.get("challenge", "")))

        return [node]

    def _introduce(self, asker: str, challenge: str) -> dict[str, Any]:
        """Return what this node says of itself, signed where somebody gives a challenge."""
        applied = self._node.in_force.current().applied
        said = Introduction(
            node=self._node.name,
            region=self._node.region,
            version=version("freehold"),
            run=self._node.node_identity.run,
            mesh=applied.digest,
            mesh_version=applied.version,
        )
        told = {"node": said.node, "region": said.region, "version": said.version, "mesh": said.mesh_version}
        if not _CHALLENGE.fullmatch(challenge):
            if challenge:
                raise ParameterInvalid("`challenge` is not 16 to 64 letters, digits, `_` or `-`", remedy="make a longer random one")
            return told
        return told | {"introduction": self._node.node_identity.introduce(asker[:200], challenge, said)}

    def _exposed(self, caller: Principal | None) -> bytes:
        """Return what the node counts; who shows a token also sees the products that the catalogue lists for them."""
        return self._metrics.page(self._node.promises.visible(caller) if caller is not None else ())

    def _health(self) -> list[Any]:
        @get("/healthz")
        async def healthz() -> Answered:
            return _json({"status": "ok"})

        @get("/readyz")
        async def readyz() -> Answered:
            force = await self._desk.admit(self._node.in_force.current)
            await self._desk.admit(self._node.ledger.checkpoint)
            return _json({"status": "ready", "node": self._node.name, "region": self._node.region, "mesh": force.applied.version})

        @get("/metrics")
        async def metrics(request: Asked) -> Answered:
            caller = await self._caller(request) if "authorization" in request.headers else None
            return _plain(await self._desk.admit(self._exposed, caller), CONTENT_TYPE)

        return [healthz, readyz, metrics]


def _json(value: Any, *, status: int = 200, leaf: int | None = None) -> Answered:
    headers = {"cache-control": "private, no-cache", "vary": "Authorization"}
    if leaf is not None:
        headers["freehold-leaf"] = str(leaf)
    return Response(encode_json(value), status_code=status, media_type="application/json", headers=headers)


def _plain(body: bytes, media_type: str, cache: str = "private, no-cache") -> Answered:
    return Response(body, status_code=200, media_type=media_type, headers={"cache-control": cache})


def _fields(request: Asked, *known: str) -> dict[str, str]:
    fields = read_fields(request.scope["query_string"])
    for name in fields:
        if name not in known:
            raise ParameterInvalid(f"`{name[:80]}` means nothing here", remedy=f"this address knows: {', '.join(known)}")
    return fields


def _whole_number(fields: dict[str, str], name: str, default: int) -> int:
    text = fields.get(name, str(default))
    if not text.isdecimal() or len(text) > 18:
        raise ParameterInvalid(f"`{text[:80]}` is no index", remedy=f"send `{name}` as a whole number from 0", parameter=name)
    return int(text)


def _page_size(fields: dict[str, str]) -> int:
    limit = _whole_number(fields, "limit", PAGE)
    if not 1 <= limit <= PAGE_LIMIT:
        raise ParameterInvalid(f"`limit` is not 1 to {PAGE_LIMIT:,}", remedy="ask for a page at a time", parameter="limit")
    return limit


def _depth(fields: dict[str, str]) -> Depth:
    try:
        return Depth(fields.get("depth", Depth.SAMPLE))
    except ValueError:
        raise ParameterInvalid("`depth` is not `sample` or `full`", remedy="leave it out for a sample", parameter="depth") from None


async def _body(request: Asked) -> bytes:
    """Return a small body, read no further than it may be long."""
    held = b""
    async for part in request.stream():
        held += part
        if len(held) > _SMALL:
            raise BodyTooLarge(f"the body is over {_SMALL:,} bytes", remedy="send a shorter reason", limit=_SMALL)
    return held


def _read_tile(path: str) -> tuple[int, int]:
    """Return (number, width) of a tile's path (C2SP tlog-tiles): `x001/x234/067`, `067.p/8`.

    Raises:
        AddressUnknown: It is not written in the one way that a tile's number is.
    """
    found = _TILE.fullmatch(path)
    if found is None or int(found[2] or 0) >= 256:
        raise AddressUnknown("this is not the path of a tile", remedy="write it like `x001/x234/067` or `067.p/8`")
    return int(found[1].replace("x", "").replace("/", "")), int(found[2] or 256)


def _answered(request: Asked, error: FreeholdError) -> Answered:
    made = problem(error, request.scope["path"], _id(request))
    return _problem(made.status, made.headers, made.body)


def _problem(status: int, headers: tuple[tuple[bytes, bytes], ...], body: bytes) -> Answered:
    named = {name.decode(): value.decode() for name, value in headers}
    return Response(body, status_code=status, media_type=named.pop("content-type"), headers=named)


def _id(request: Asked) -> str:
    return str(request.scope.get("freehold.id", ""))


def _refused(request: Asked, error: FreeholdError) -> Answered:
    return _answered(request, error)


def _unrouted(request: Asked, error: HTTPException) -> Answered:
    if error.status_code == 405:
        allow = (error.headers or {}).get("allow", "GET")
        return _answered(
            request, MethodUnsupported(f"`{request.method[:20]}` is not served here", remedy=f"use {allow}", allow=allow)
        )
    if error.status_code == 404:
        return _answered(request, AddressUnknown("nothing is served at this address", remedy="see `/openapi.json`"))
    if 400 <= error.status_code < 500:
        return _answered(request, ParameterInvalid("the request cannot be read", remedy="see `/openapi.json`"))
    return _unforeseen(request, error)


def _unforeseen(request: Asked, error: Exception) -> Answered:
    made = unforeseen(error, request.scope["path"], _id(request))
    return _problem(made.status, made.headers, made.body)
