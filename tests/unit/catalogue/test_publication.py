"""The version of a catalogue moves with its content and only then, and never goes back, whatever is lost."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from freehold.errors import CatalogRefused, NothingApplied, ResidencyRefused
from freehold.model.peer import Carrier
from freehold.model.place import Transfer, Travel
from unit.catalogue.conftest import Duo, product

NORTH = Carrier(node="north", region="northeurope")
ONE, TWO = product("One"), product("Two")


def version(duo: Duo) -> int:
    """Return the version that west vouches for."""
    return duo.north.identity.vouched(duo.tell().token, duo.nodes["west"]).version


def test_without_a_mesh_nothing_is_told(duo: Duo) -> None:
    with pytest.raises(NothingApplied):
        duo.tell()


def test_a_version_stays_while_nothing_of_it_changes(duo: Duo) -> None:
    duo.west.apply(ONE)
    first = version(duo)
    duo.clock.move(3600)
    duo.west.restart()
    assert version(duo) == first
    duo.west.apply(ONE, product("Other", "northeurope"))
    assert version(duo) == first
    duo.west.apply(ONE, TWO)
    assert version(duo) > first


def test_a_version_is_new_even_where_the_clock_stands_or_runs_back(duo: Duo) -> None:
    versions: list[int] = []
    for number in range(4):
        duo.west.apply(msgspec.structs.replace(ONE, description=str(number)))
        versions.append(version(duo))
        duo.clock.move(-60 * number)
    assert versions == sorted(set(versions))


def lose(duo: Duo) -> None:
    """Start west without what it told before."""
    duo.west.store.close()
    for path in duo.folder.glob("west.sqlite*"):
        path.unlink()
    duo.west.start()
    duo.clock.move(1)


def test_a_version_does_not_go_back_where_the_file_of_versions_is_lost(duo: Duo) -> None:
    duo.west.apply(ONE)
    duo.sync()
    first = version(duo)
    lose(duo)
    assert duo.sync() == 0
    assert version(duo) > first


def test_changes_that_do_not_fit_since_the_file_of_versions_was_lost_are_not_believed_and_everything_is(duo: Duo) -> None:
    duo.west.apply(ONE)
    duo.sync()
    duo.west.apply(TWO)
    lose(duo)
    with pytest.raises(CatalogRefused, match="not those that it signed"):
        duo.sync()
    told = duo.west.publication.tell(NORTH, "", None)
    assert told.body is not None
    duo.north.copies.accept(duo.nodes["west"], told.token, told.body)
    held = duo.north.copies.held(duo.nodes["west"])
    assert held is not None
    assert set(held.entries) == {TWO.key}


def test_a_node_that_may_have_nothing_from_here_is_told_nothing(duo: Duo) -> None:
    duo.west.apply(ONE)
    assert duo.sync("west", "east") == 1
    duo.west.apply(ONE, transfers=(Transfer(origin="EU", destination="US", allow=Travel.NOTHING),))
    with pytest.raises(ResidencyRefused, match="from EU to US"):
        duo.tell("west", "east")
    with pytest.raises(ResidencyRefused):
        duo.west.publication.tell(Carrier(node="north", region="mars"), "", None)
    assert duo.sync("west", "north") == 1


def test_an_empty_catalogue_is_one_too(duo: Duo) -> None:
    duo.west.apply()
    assert duo.sync() == 0
    held = duo.north.copies.held(duo.nodes["west"])
    assert held is not None
    assert (held.head.entries, dict(held.entries)) == (0, {})


def test_whoever_has_a_version_that_was_never_told_gets_everything(duo: Duo) -> None:
    duo.west.apply(ONE, TWO)
    told = duo.west.publication.tell(NORTH, "", version(duo) + 1)
    assert told.body is not None
    body = msgspec.json.decode(told.body)
    assert (body["since"], len(body["entries"])) == (None, 2)


@pytest.mark.parametrize("later", [(ONE, TWO), (ONE,)])
def test_a_state_restored_from_a_backup_is_heard_again_at_the_next_asking(duo: Duo, later: Any) -> None:
    duo.west.apply(ONE)
    duo.sync()
    saved = {path: path.read_bytes() for path in duo.folder.glob("west.sqlite*")}
    registry = duo.west.registry.current()
    duo.clock.move(60)
    duo.west.apply(ONE, TWO)
    duo.sync()
    duo.clock.move(60)
    duo.west.apply(*later)
    duo.sync()
    duo.west.store.close()
    for path, content in saved.items():
        path.write_bytes(content)
    assert registry is not None
    duo.west.apply(ONE)
    duo.west.start()
    duo.sync()
    held = duo.north.copies.held(duo.nodes["west"])
    assert held is not None
    assert set(held.entries) == {ONE.key}
    duo.clock.move(60)
    duo.west.apply(TWO)
    duo.sync()
    held = duo.north.copies.held(duo.nodes["west"])
    assert held is not None
    assert set(held.entries) == {TWO.key}


def test_a_version_that_no_clock_has_told_moves_nothing(duo: Duo) -> None:
    duo.west.apply(ONE)
    before = version(duo)
    told = duo.west.publication.tell(NORTH, "", before + 3_600_000)
    assert told.body is not None
    assert version(duo) == before
