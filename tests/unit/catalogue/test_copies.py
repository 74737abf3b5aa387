"""What a home tells is taken in whole or not at all, and from nobody else; what was believed survives a restart."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.digest import digest_bytes
from freehold.errors import CatalogRefused, CatalogRolledBack, VersionSkew
from freehold.keys.node import LocalNodeKey
from freehold.model.catalog import Delivery, Head, Published, public, root, write_entry
from freehold.model.peer import LIFE, SKEW
from freehold.services.copies import Copies
from freehold.services.publication import Told
from unit.catalogue.conftest import SECRET, Duo, product

ONE, TWO, THREE = product("One"), product("Two"), product("Three")


def signed(*entries: Published, version: int = 10**15, **claims: Any) -> tuple[Head, bytes]:
    """Return a head and a body that fit each other."""
    written = [write_entry(entry) for entry in entries]
    digests = {entry.product.key: digest_bytes(raw) for entry, raw in zip(entries, written, strict=True)}
    head = Head(node="west", version=version, root=root(digests), entries=len(digests))
    body = msgspec.json.encode(Delivery(entries=tuple(map(msgspec.Raw, written))))
    return msgspec.structs.replace(head, **claims), body


def offer(duo: Duo, head: Head, body: bytes, **forged: Any) -> None:
    """Offer north a catalogue of west."""
    duo.north.copies.accept(duo.nodes["west"], duo.forge(head, **forged), body)


def held(duo: Duo, of: str = "west") -> dict[str, Published]:
    """Return what north holds of a node."""
    found = duo.north.copies.held(duo.nodes[of])
    return dict(found.entries) if found else {}


def test_all_of_a_home_comes_first_and_then_what_changed_and_then_nothing(duo: Duo) -> None:
    duo.west.apply(ONE, TWO)
    assert duo.sync() == 2
    assert set(held(duo)) == {ONE.key, TWO.key}
    assert duo.sync() == 0
    changed = msgspec.structs.replace(ONE, description="Another")
    duo.west.apply(changed, THREE)
    assert duo.sync() == 3  # one changed, one came, one went
    assert set(held(duo)) == {ONE.key, THREE.key}
    assert held(duo)[ONE.key].product.description == "Another"
    assert duo.sync() == 0


def test_an_approval_is_a_change_of_its_product_alone(duo: Duo) -> None:
    duo.west.apply(ONE, TWO)
    duo.sync()
    assert held(duo)[ONE.key].approved == ()
    duo.west.approve(ONE)
    assert duo.sync() == 1
    assert held(duo)[ONE.key].approved == ("sales-use",)


def test_what_is_at_home_elsewhere_is_not_told(duo: Duo) -> None:
    duo.west.apply(ONE, product("Other", "northeurope"))
    assert duo.sync() == 1


def test_nothing_of_the_data_nor_of_how_it_is_read_is_told(duo: Duo) -> None:
    duo.west.apply(ONE)
    told = duo.tell()
    assert told.body is not None
    assert SECRET.encode() not in told.body
    duo.sync()
    (entry,) = held(duo).values()
    assert (entry.filtered, entry.product.source, entry.product.row_filter) == (True, None, None)
    assert entry.product == public(ONE)


def test_an_entry_is_read_back_as_it_was_written() -> None:
    entry = Published(product=public(ONE), filtered=True, approved=("a",), versions={"a": 2})
    assert msgspec.json.decode(write_entry(entry), type=Published) == entry
    assert len(write_entry(entry)) < len(msgspec.json.encode(entry)) / 2


def test_members_that_this_version_does_not_know_are_passed_over_and_still_signed(duo: Duo) -> None:
    written = write_entry(Published(product=public(ONE)))[:-1] + b',"later":{"than":"this"}}'
    head = Head(node="west", version=1, root=root({ONE.key: digest_bytes(written)}), entries=1)
    offer(duo, head, msgspec.json.encode(Delivery(entries=(msgspec.Raw(written),))))
    assert held(duo)[ONE.key].product == public(ONE)


def test_a_delta_to_another_base_is_refused_and_the_copy_stays(duo: Duo) -> None:
    duo.west.apply(ONE, TWO)
    duo.sync()
    before = duo.north.copies.held(duo.nodes["west"])
    duo.west.apply(ONE, TWO, THREE)
    told = duo.tell()
    assert told.body is not None
    body = msgspec.json.decode(told.body)
    for since in (body["since"] - 1, body["since"] + 1):
        with pytest.raises(CatalogRefused, match="nobody asked for"):
            duo.north.copies.accept(duo.nodes["west"], told.token, msgspec.json.encode({**body, "since": since}))
    with pytest.raises(CatalogRefused, match="not those that it signed"):
        duo.north.copies.accept(duo.nodes["west"], told.token, msgspec.json.encode({**body, "removed": [ONE.key]}))
    assert duo.north.copies.held(duo.nodes["west"]) is before


# ── hostile nodes ────────────────────────────────────────────────────────────────────────────────────────────────
ENTRY = Published(product=public(ONE))


@pytest.mark.parametrize(
    ("forged", "why"),
    [
        ({"key": "stranger"}, "signature"),
        ({"name": "east", "key": "east"}, "no node"),
        ({"to": "east"}, "for another node"),
        ({"name": "north", "key": "north"}, "no node"),
    ],
)
def test_what_the_node_itself_did_not_sign_for_this_one_is_refused(duo: Duo, forged: dict[str, str], why: str) -> None:
    with pytest.raises(CatalogRefused, match=why):
        offer(duo, *signed(ENTRY), **forged)
    assert held(duo) == {}


def test_a_statement_of_another_kind_is_no_head(duo: Duo) -> None:
    head, body = signed(ENTRY)
    request = duo.west.identity.request("north", duo.north.identity.run, "digest")
    with pytest.raises(CatalogRefused, match="another kind"):
        duo.north.copies.accept(duo.nodes["west"], request, body)
    with pytest.raises(CatalogRefused):
        duo.north.copies.accept(duo.nodes["west"], "", body)
    with pytest.raises(CatalogRefused, match="another node's catalogue"):
        offer(duo, msgspec.structs.replace(head, node="east"), body)


@pytest.mark.parametrize(
    ("ahead", "believed"), [(SKEW, True), (SKEW + 1, False), (-LIFE - SKEW + 1, True), (-LIFE - SKEW, False), (86_400, False)]
)
def test_clocks_may_differ_by_so_much_and_no_more(duo: Duo, ahead: int, believed: bool) -> None:
    head, body = signed(ENTRY)
    duo.clock.move(ahead)
    token = duo.forge(head)
    duo.clock.move(-ahead)
    if believed:
        duo.north.copies.accept(duo.nodes["west"], token, body)
        return
    with pytest.raises(CatalogRefused) as caught:
        duo.north.copies.accept(duo.nodes["west"], token, body)
    assert caught.value.remedy == f"check the clocks of both nodes: they may differ by {SKEW} s"


@pytest.mark.parametrize(("version", "works"), [("0.0.9", True), ("0.2.3", True), ("0.3.0", False), ("1.1.0", False), ("x", False)])
def test_one_minor_version_apart_works_and_more_is_refused(duo: Duo, version: str, works: bool) -> None:
    if works:
        offer(duo, *signed(ENTRY), version=version)
        assert set(held(duo)) == {ONE.key}
        return
    with pytest.raises(VersionSkew, match="runs version"):
        offer(duo, *signed(ENTRY), version=version)
    assert held(duo) == {}


def test_an_older_catalogue_than_before_is_refused_and_the_newer_one_stays(duo: Duo) -> None:
    duo.west.apply(ONE)
    duo.sync()
    old = duo.tell()
    duo.west.apply(ONE, TWO)
    duo.sync()
    with pytest.raises(CatalogRolledBack) as caught:
        duo.north.copies.confirm(duo.nodes["west"], old.token)
    assert "node key --new" in (caught.value.remedy or "")
    head, body = signed(ENTRY, version=1)
    with pytest.raises(CatalogRolledBack):
        offer(duo, head, body)
    assert set(held(duo)) == {ONE.key, TWO.key}


def test_two_catalogues_of_one_version_are_refused(duo: Duo) -> None:
    offer(duo, *signed(ENTRY, version=5))
    with pytest.raises(CatalogRolledBack):
        offer(duo, *signed(Published(product=public(TWO)), version=5))


def test_a_rollback_is_refused_after_a_restart_too(duo: Duo) -> None:
    offer(duo, *signed(ENTRY, version=5))
    duo.north.restart()
    with pytest.raises(CatalogRolledBack):
        offer(duo, *signed(ENTRY, version=4))


def test_whoever_says_that_nothing_changed_and_vouches_for_another_is_refused(duo: Duo) -> None:
    head, body = signed(ENTRY, version=5)
    with pytest.raises(CatalogRefused, match="nothing changed"):
        duo.north.copies.confirm(duo.nodes["west"], duo.forge(head))
    offer(duo, head, body)
    other, _ = signed(Published(product=public(TWO)), version=6)
    with pytest.raises(CatalogRefused, match="nothing changed"):
        duo.north.copies.confirm(duo.nodes["west"], duo.forge(other))


@pytest.mark.parametrize("home", ["northeurope", "eastus", None])
def test_a_node_cannot_tell_of_what_is_at_home_elsewhere(duo: Duo, home: str | None) -> None:
    foreign = Published(product=public(msgspec.structs.replace(TWO, home=home)))
    with pytest.raises(CatalogRefused, match="not at home there"):
        offer(duo, *signed(ENTRY, foreign))
    assert held(duo) == {}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"[" * 100_000,
        b'{"entries": [1]}',
        b'{"entries": [{"product": {}}]}',
        b'{"entries": [' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"]}",
        b'{"entries": 7}',
        b'{"since": "x"}',
        b"\xff\xfe",
        b'{"removed": ["\xff"]}',
        b'{"entries": [{"product": {"name": "\xff", "domain": "Sales"}}]}',
    ],
)
def test_what_cannot_be_read_is_refused_as_such(duo: Duo, body: bytes) -> None:
    with pytest.raises(CatalogRefused):
        offer(duo, Head(node="west", version=1, root=root({}), entries=1), body)
    assert held(duo) == {}


@pytest.mark.parametrize("member", ["entries", "removed"])
def test_more_products_than_a_node_may_tell_of_are_refused_unread(duo: Duo, member: str) -> None:
    with pytest.raises(CatalogRefused, match="more than 100,000 products"):
        offer(duo, Head(node="west", version=1, root=root({}), entries=0), msgspec.json.encode({member: ["x"] * 100_001}))


def test_an_entry_that_was_not_signed_is_refused_and_so_is_one_that_is_left_out(duo: Duo) -> None:
    head, _ = signed(ENTRY)
    _, more = signed(ENTRY, Published(product=public(TWO)))
    _, less = signed()
    _, other = signed(Published(product=public(ONE), approved=("sales-use",)))
    for body in (more, less, other):
        with pytest.raises(CatalogRefused, match="not those that it signed"):
            offer(duo, head, body)


@given(at=st.integers(0, 10**6), byte=st.integers(0, 255))
def test_no_changed_byte_of_what_is_told_is_believed(told: tuple[Duo, Told], at: int, byte: int) -> None:
    """A byte outside the entries may be without meaning, as white space is: then what is held is what was signed."""
    duo, said = told
    body = bytearray(said.body or b"")
    body[at % len(body)] = byte
    duo.north.copies = Copies(identity=duo.north.identity, store=duo.north.store, clock=duo.clock)
    with contextlib.suppress(CatalogRefused):
        duo.north.copies.accept(duo.nodes["west"], said.token, bytes(body))
    assert held(duo) in ({}, {item.key: Published(product=public(item), filtered=True) for item in (ONE, TWO)})


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Duo, Told]]:
    """Return two nodes, and what one tells the other."""
    duo = Duo(tmp_path_factory.mktemp("told"))
    duo.west.apply(ONE, TWO)
    yield duo, duo.tell()
    for site in duo.sites.values():
        site.store.close()


def test_a_product_that_is_told_twice_is_refused(duo: Duo) -> None:
    raw = write_entry(ENTRY)
    body = msgspec.json.encode(Delivery(entries=(msgspec.Raw(raw), msgspec.Raw(raw))))
    with pytest.raises(CatalogRefused, match="twice"):
        offer(duo, signed(ENTRY)[0], body)


# ── what is kept ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_restart_takes_up_what_was_believed_however_long_ago(duo: Duo) -> None:
    duo.west.apply(ONE, TWO)
    duo.sync()
    duo.west.apply(ONE, THREE)
    duo.sync()
    before = duo.north.copies.held(duo.nodes["west"])
    duo.clock.move(7 * 86_400)
    duo.north.restart()
    assert duo.north.copies.held(duo.nodes["west"]) == before
    assert duo.sync() == 0


def test_what_was_kept_is_believed_only_under_the_key_that_the_mesh_names_now(duo: Duo) -> None:
    duo.west.apply(ONE)
    duo.sync()
    renewed = LocalNodeKey(duo.folder / "renewed").public_key()
    duo.nodes["west"] = msgspec.structs.replace(duo.nodes["west"], public_key=renewed)
    assert held(duo) == {}
    duo.north.restart()
    assert held(duo) == {}


def test_under_a_new_key_an_older_version_is_a_new_beginning(duo: Duo) -> None:
    offer(duo, *signed(ENTRY, version=5))
    duo.keys["west"] = LocalNodeKey(duo.folder / "renewed")
    duo.nodes["west"] = msgspec.structs.replace(duo.nodes["west"], public_key=duo.keys["west"].public_key())
    offer(duo, *signed(Published(product=public(TWO)), version=1))
    assert set(held(duo)) == {TWO.key}
    duo.north.restart()
    assert set(held(duo)) == {TWO.key}


@pytest.mark.parametrize(
    "statement",
    [
        "update entry set entry = replace(entry, 'One', 'Won')",
        "delete from entry",
        "update copy set token = token || 'x'",
        "update entry set entry = x'00'",
        "update entry set entry = replace(entry, 'One', cast(x'ff' as text))",
        "update entry set key = 'customer.won'",
    ],
)
def test_what_was_changed_on_disk_is_not_believed(duo: Duo, statement: str) -> None:
    duo.west.apply(ONE)
    duo.sync()
    duo.north.store.close()
    with sqlite3.connect(duo.folder / "north.sqlite") as database:
        database.execute(statement)
    database.close()
    duo.north.start()
    assert held(duo) == {}
    duo.north.copies.tidy()
    assert duo.north.store.copies() == ()
    duo.sync()
    assert set(held(duo)) == {ONE.key}


def test_a_failure_is_remembered_until_the_node_is_heard_again(duo: Duo) -> None:
    duo.west.apply(ONE)
    assert duo.north.copies.fail(duo.nodes["west"], CatalogRefused("no"))
    assert not duo.north.copies.fail(duo.nodes["west"], CatalogRefused("no"))
    duo.north.restart()
    failure = duo.north.copies.failure("west")
    assert failure is not None
    assert (failure.code, failure.detail) == ("catalog-refused", "no")
    duo.sync()
    assert duo.north.copies.failure("west") is None
    duo.north.restart()
    assert duo.north.copies.failure("west") is None
