"""A part that is asked of this node's own gate ends with the question that it is part of."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from freehold.errors import MemoryExceeded, NodeBusy
from freehold.gateway.federate import Federating, Partial
from freehold.gateway.parts import Room, Store
from freehold.model.federation import Fragment
from freehold.model.place import Node
from freehold.model.query import Limits, Question
from freehold.ports.engine import Stop
from freehold.services.relay import Relay
from freehold.services.spread import Sent
from regions import NORTH, WEST, mesh_of, product, regions_in

WIDE = "select a.n, a.word || b.word || a.word || b.word as w from sales.west a, sales.west b"


def test_a_part_that_nobody_waits_for_any_more_gives_its_place_back(kit: Any, tmp_path: Any) -> None:
    mesh = mesh_of(kit, [product("sales.west", WEST, (("n", "integer"), ("word", "string")))])
    words = pa.table({"n": list(range(1000)), "word": [f"word{i}" for i in range(1000)]})
    gate = regions_in(kit, tmp_path, mesh, {"sales.west": words}).houses[WEST].gate
    limits = SimpleNamespace(limits=Limits())
    node: Any = SimpleNamespace(federation=None, gate=gate, peers=None, relay=None, settings=limits, name=WEST, region=WEST)
    question = Question(principal=kit.principal("sales", WEST, "data-engineer"), sql=WIDE)
    fragment = Fragment(name="__f0", region=WEST, sql=WIDE, fields={}, columns=("n", "w"))
    sent = Sent(fragment=fragment, node=Node(name=WEST, region=WEST, url=""), question=question)
    free = gate._slots._value

    async def cancelled() -> None:
        loop = asyncio.get_running_loop()

        def run(work: Any, *arguments: Any) -> Any:
            return loop.run_in_executor(None, work, *arguments)

        async def wait(leaf: Any) -> None:
            await asyncio.wrap_future(leaf)

        federating: Any = Federating(node, run, wait)
        task = asyncio.ensure_future(federating._here(sent, Room(1 << 30, Store(1 << 30)), Stop()))
        while gate._slots._value == free:  # noqa: ASYNC110  (there is nothing to wait for but the place itself)
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await loop.shutdown_default_executor()

    asyncio.run(cancelled())
    assert gate._slots._value == free


def test_parts_take_no_more_room_than_one_question_may_nor_than_all_may() -> None:
    store = Store(100)
    one, other = Room(60, store), Room(60, store)
    one.take(60)
    with pytest.raises(MemoryExceeded):
        one.take(1)
    with pytest.raises(NodeBusy):
        other.take(41)
    one.close()
    one.close()
    other.take(60)
    with pytest.raises(MemoryExceeded):
        one.take(1)


def test_what_nobody_foresaw_before_anybody_was_asked_is_recorded(kit: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    mesh = mesh_of(kit, [product("sales.west", WEST, (("n", "integer"),))])
    regions = regions_in(kit, tmp_path, mesh, {"sales.west": pa.table({"n": [1]})})
    house, federation = regions.houses[WEST], regions.federation(WEST)

    def broken(_: object) -> None:
        raise ZeroDivisionError("CANARY")

    monkeypatch.setattr(federation.planner, "plan", broken)
    settings = SimpleNamespace(limits=Limits())
    node: Any = SimpleNamespace(
        federation=federation, gate=house.gate, peers=None, relay=None, settings=settings, name=WEST, region=WEST
    )
    question = Question(principal=kit.principal("sales", WEST, "data-engineer"), sql="select 1")

    async def asked() -> None:
        loop = asyncio.get_running_loop()

        def run(work: Any, *arguments: Any) -> Any:
            return loop.run_in_executor(None, work, *arguments)

        async def wait(leaf: Any) -> None:
            leaf.result()

        exchange: Any = None
        with pytest.raises(ZeroDivisionError):
            await Federating(node, run, wait).answer(exchange, question, Partial.REFUSE, Stop())

    asyncio.run(asked())
    written = b"".join(house.ledger.written)
    assert written.count(b'"code":"internal"') == 1
    assert b"CANARY" not in written


def test_a_part_that_nobody_waits_for_any_more_leaves_a_leaf_of_what_was_carried(kit: Any, tmp_path: Any) -> None:
    mesh = mesh_of(kit, [product("sales.north", NORTH, (("n", "integer"),))])
    house = regions_in(kit, tmp_path, mesh, {"sales.north": pa.table({"n": [1]})}).houses[WEST]
    relay = Relay(recorder=house.gate._recorder, in_force=house.gate._in_force)
    started = asyncio.Event()

    async def carry(*_: Any) -> Any:
        started.set()
        await asyncio.Event().wait()

    settings = SimpleNamespace(limits=Limits())
    peers = SimpleNamespace(carry=carry)
    node: Any = SimpleNamespace(
        federation=None, gate=house.gate, peers=peers, relay=relay, settings=settings, name=WEST, region=WEST
    )
    question = Question(principal=kit.principal("sales", WEST, "data-engineer"), sql="select n from sales.north")
    fragment = Fragment(name="__f0", region=NORTH, sql=question.sql, fields={"sales.north": ("n",)}, columns=("n",))
    sent = Sent(fragment=fragment, node=mesh.nodes[NORTH], question=question)
    exchange: Any = SimpleNamespace(headers={}, id=b"one")

    async def cancelled() -> None:
        loop = asyncio.get_running_loop()

        def run(work: Any, *arguments: Any) -> Any:
            return loop.run_in_executor(None, work, *arguments)

        async def wait(leaf: Any) -> None:
            leaf.result()

        federating: Any = Federating(node, run, wait)
        task = asyncio.ensure_future(federating._there(exchange, sent, Room(1 << 30, Store(1 << 30))))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    (entry,) = (json.loads(item) for item in house.ledger.written)
    assert (entry["kind"], entry["form"], entry["code"], entry["peer"]) == ("refused", "relayed", "query-cancelled", NORTH)
