"""Ask every home of a question for its part at once, and answer with what they make together, once all of it is on record (law 7).

A home that refuses refuses the question. One that does not answer fails it, unless the caller takes what the others have.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from freehold.errors import (
    REGISTRY,
    FreeholdError,
    Internal,
    NodeElsewhere,
    NodeUnreachable,
    NodeUntrusted,
    ParameterInvalid,
    QueryCancelled,
    QueryRefused,
    TimeExceeded,
    VersionSkew,
)
from freehold.gateway.durable import recorded
from freehold.gateway.exchange import Exchange
from freehold.gateway.parts import Room, Store, decoded, received
from freehold.gateway.relay import leaf_of, until
from freehold.gateway.release import Run, digest_of
from freehold.model.peer import Forwarded
from freehold.model.query import Question
from freehold.ports.engine import Stop
from freehold.ports.ledger import Leaf
from freehold.ports.peers import Incoming
from freehold.services.assemble import Part
from freehold.services.entrance import Elsewhere
from freehold.services.relay import Carried
from freehold.services.reply import Reply
from freehold.services.spread import Sent, Spread, missing
from freehold.wiring.node import Node

ARROW = "application/vnd.apache.arrow.stream"
_ABSENT = (NodeElsewhere, NodeUnreachable, NodeUntrusted, VersionSkew, TimeExceeded)
_SHOWN_FACTS = ("product", "column", "contract", "purposes", "retryAfter", "parameter", "limit", "near", "most", "metric")


class Partial(enum.Enum):
    """What a caller wants where a region does not answer."""

    REFUSE = "refuse"
    ALLOW = "allow"


def read_partial(given: str | None) -> Partial:
    """Return what the caller wants by `partial`.

    Raises:
        ParameterInvalid: It is neither `refuse` nor `allow`.
    """
    try:
        return Partial((given or Partial.REFUSE.value).strip().lower())
    except ValueError:
        raise ParameterInvalid(
            "`partial` is neither `refuse` nor `allow`", remedy="leave it out to have all regions or an error", parameter="partial"
        ) from None


class Federating:
    """The asking of several homes, on the event loop of one node."""

    def __init__(self, node: Node, run: Run, wait: Callable[[Leaf], Awaitable[None]]) -> None:
        """Ask for `node`; `run` does blocking work elsewhere, `wait` waits for a leaf to be durable."""
        self._node = node
        self._federation = node.federation
        self._gate = node.gate
        self._peers = node.peers
        self._relay = node.relay
        self._run = run
        self._wait = wait
        self._most = node.settings.limits.memory // 4
        self._rows = node.settings.limits.rows
        self._store = Store(node.settings.limits.memory)
        self._seconds = node.settings.limits.seconds

    async def answer(self, exchange: Exchange, question: Question, partial: Partial, stop: Stop) -> Reply:
        """Return the sealed answer to a question over several homes, or its refusal.

        Raises:
            FreeholdError: It could not be planned or asked; recorded, with `facts["leaf"]`.
        """
        room = Room(self._most, self._store)
        try:
            return await self._answer(exchange, question, partial, stop, room)
        finally:
            room.close()

    async def _answer(self, exchange: Exchange, question: Question, partial: Partial, stop: Stop, room: Room) -> Reply:
        spread: Spread | None = None
        try:
            planned: Spread = await self._run(self._federation.planner.plan, question)
            spread = planned
            values = self._federation.planner.values(question, planned)
            sent = self._federation.planner.sent(question, planned, values)
            parts = await until(stop, self._ask(exchange, sent, partial, stop, room))
        except Exception as error:
            known = error if isinstance(error, FreeholdError) else Internal()
            leaf = await recorded(self._run, self._wait, self._federation.refused, question, known, spread)
            if known is error:
                known.facts["leaf"] = leaf
            raise
        return await self._run(self._federation.finish, question, planned, values, parts, stop)

    async def _ask(self, exchange: Exchange, sent: list[Sent], partial: Partial, stop: Stop, room: Room) -> list[Part]:
        """Ask for all parts at once; the first that fails ends the others."""
        tasks: list[asyncio.Task[Part]] = []
        try:
            async with asyncio.timeout(self._seconds), asyncio.TaskGroup() as group:
                for item in sent:
                    asked = (
                        self._here(item, room, stop) if item.node.region == self._node.region else self._there(exchange, item, room)
                    )
                    tasks.append(group.create_task(_or_missing(item, asked, partial)))
        except TimeoutError:
            late = next((item for item, task in zip(sent, tasks, strict=False) if task.cancelled()), sent[0])
            error = TimeExceeded(f"`{late.node.name}` did not answer within {self._seconds:g} s", node=late.node.name)
            raise missing(late.fragment, late.node, error) from None
        except ExceptionGroup as failed:
            raise _first(failed) from None
        return [task.result() for task in tasks]

    async def _here(self, item: Sent, room: Room, stop: Stop) -> Part:
        """Ask this node's own gate; what is asked there ends with the question."""
        own = Stop()
        stop.then(own.wish)
        try:
            return await self._run(self._asked_here, item, room, own)
        except asyncio.CancelledError:
            own.wish()
            raise

    def _asked_here(self, item: Sent, room: Room, stop: Stop) -> Part:
        """Return what this node's own gate gives, once its leaf is durable. Blocking, so that it is closed whatever happens."""
        leaf, answer = self._gate.ask(item.question, stop).release()
        try:
            table = room.table(answer.schema, answer.batches())
        except BaseException:
            answer.cancel()
            raise
        finally:
            answer.close()
        return Part(
            fragment=item.fragment,
            node=item.node.name,
            table=table,
            metadata=answer.metadata,
            leaf=leaf,
            etag=answer.etag,
            size=table.nbytes,
        )

    async def _there(self, exchange: Exchange, item: Sent, room: Room) -> Part:
        """Ask another home, as the carrier of the caller's own question."""
        elsewhere = Elsewhere(item.node, item.fragment.products)
        try:
            incoming = await self._peers.carry(item.node, _forwarded(exchange, item))
            try:
                body = await received(incoming, room)
            finally:
                await incoming.close()
        except (FreeholdError, asyncio.CancelledError) as error:
            known = error if isinstance(error, FreeholdError) else QueryCancelled()  # the home may have judged it all the same
            await asyncio.shield(recorded(self._run, self._wait, self._relay.failed, item.question, elsewhere, known))
            raise
        leaf = leaf_of(incoming)
        said = Carried(leaf=leaf, code=incoming.code, answer=await digest_of(body, self._run))
        decoding = None if incoming.code else self._run(decoded, body, item, self._rows)
        relayed = await recorded(self._run, self._wait, self._relay.carried, item.question, elsewhere, said)
        if decoding is None:
            raise _said(body, item, leaf)
        table = await decoding
        return Part(
            fragment=item.fragment,
            node=item.node.name,
            table=table,
            metadata=_metadata(incoming, item.fragment.products),
            leaf=leaf,
            relay_leaf=relayed,
            etag=incoming.headers.get(b"etag", b"").decode("latin-1"),
            size=len(body),
        )


async def _or_missing(item: Sent, asked: Awaitable[Part], partial: Partial) -> Part:
    """Return the part; where its home does not answer, that it is missing, or the error that says so."""
    try:
        return await asked
    except _ABSENT as error:
        if partial is Partial.ALLOW and item.fragment.siblings:
            return Part(fragment=item.fragment, node=item.node.name, missing=error.code)
        raise missing(item.fragment, item.node, error) from None


def _forwarded(exchange: Exchange, item: Sent) -> Forwarded:
    question = item.question
    asked: dict[str, Any] = {"sql": question.sql, "parameters": question.parameters}
    if question.purpose is not None:
        asked["purpose"] = question.purpose
    if question.joining is not None:
        asked["joining"] = question.joining
    return Forwarded(
        method="POST",
        path="/v1/query",
        authorization=exchange.headers.get(b"authorization", b"").decode("latin-1"),
        accept=ARROW,
        body=msgspec.json.encode(asked),
        id=exchange.id.decode(),
    )


def _said(body: bytes, item: Sent, leaf: int | None) -> FreeholdError:
    """Return the refusal of a home as this node's own, without places in a text that the caller did not write."""
    try:
        told = msgspec.json.decode(body, type=dict[str, Any])
    except ValueError:
        told = {}
    kind = REGISTRY.get(str(told.get("code")), QueryRefused)
    facts = {name: told[name] for name in _SHOWN_FACTS if name in told}
    if not isinstance(facts.get("retryAfter", 1), int | float):
        del facts["retryAfter"]
    facts |= {"region": item.fragment.region, "node": item.node.name, "homeLeaf": leaf}
    remedy = told.get("remedy")
    return kind(str(told.get("detail") or ""), remedy=str(remedy) if remedy else None, **facts)


_SAID: dict[str, Any] = {
    "freshness": str | None,
    "quality": dict[str, float | None],
    "sla": dict[str, dict[str, Any]],
    "purpose": str | None,
    "contracts": list[str],
    "form": str,
    "policies": list[str],
    "dataVersion": dict[str, str],
    "belowFloor": dict[str, dict[str, dict[str, float | None]]],
    "minGroupSize": int,
    "disclosure": str,
    "crossing": list[str],
}
_BY_PRODUCT = ("sla", "dataVersion", "belowFloor")


def _metadata(incoming: Incoming, products: tuple[str, ...]) -> dict[str, Any]:
    """Return what a home says of its answer: as far as it is of the shape that a node gives it, and of the products asked for."""
    try:
        given = msgspec.json.decode(incoming.headers.get(b"freehold-metadata", b""), type=dict[str, Any])
    except ValueError:
        return {}
    told: dict[str, Any] = {}
    for name in _SAID.keys() & given.keys():
        with contextlib.suppress(msgspec.ValidationError):
            told[name] = msgspec.convert(given[name], _SAID[name])
    for name in _BY_PRODUCT:
        if name in told:
            told[name] = {product: value for product, value in told[name].items() if product in products}
    return told


def _first(failed: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the failure to speak of: a refusal before what merely failed."""
    found = [_first(error) if isinstance(error, BaseExceptionGroup) else error for error in failed.exceptions]
    return min(found, key=lambda error: (not isinstance(error, QueryRefused), not isinstance(error, FreeholdError)))
