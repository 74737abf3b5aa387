"""Searches over more entities than one block of PostgreSQL's postings has, against the store in a file: the same answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from differential.postgres import Postgres
from freehold.datamap.search import And, Compared, Condition, Facet, Not, Or, Order, Search, Tagged, Timed
from freehold.errors import StoreFailed
from freehold.ports.datamap import Change, DataMapStore, Entry, Record
from freehold.stores.datamap import SqliteDataMap
from freehold.stores.datamap.finding import CAP, COUNTED
from freehold.stores.datamap.postgres import PostgresDataMap
from freehold.stores.datamap.postgres.postings import SIZE, numbers

COUNT = SIZE + 5_000
SMALL = tuple(f"small{number}" for number in range(520))
MOVED = range(SIZE - 5, SIZE + 5)
FACETS = (Facet("typeName"), Facet("classification"), Facet("collectionId"))


def entry(number: int, name: str | None = None) -> Entry:
    """Return an entity: words of every share, from all to one, and collections from one large to many small ones."""
    shares = [word for word, each in (("half", 2), ("tenth", 10), ("hundredth", 100), ("thousandth", 1_000)) if number % each == 0]
    collection = SMALL[number // 20 % 520] if number % 20 == 7 else "large"
    kind = f"t{number % 3}"
    tags = [("all", "1"), ("type", kind), ("collection", collection)] + [("classification", "PII")] * (number % 7 == 0)
    record = Record(
        guid=f"g{number}", type=kind, qualified=f"every://host/{number}", name=name or f"{'aA'[number % 2]}x{number % 90}_{number}",
        collection=collection, created=number, updated=COUNT - number, body={"attributes": {"size": number % 5}},
    )  # fmt: skip
    return Entry(record=record, text=" ".join(shares), tags=tuple(tags))


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    made = Postgres()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def pair(server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DataMapStore, DataMapStore]]:
    """Return both stores with the same, after some of it was written anew, renamed, moved and removed at the edge of a block."""
    folder = tmp_path_factory.mktemp("large")
    server.service(folder / "services", "catalogue")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGSERVICEFILE", str(folder / "services"))
        stores = PostgresDataMap("catalogue"), SqliteDataMap(folder / "map.sqlite")
        for store in stores:
            for first in range(0, COUNT, 6_000):
                store.write(Change(keep=tuple(entry(number) for number in range(first, min(first + 6_000, COUNT)))))
            renamed = [entry(number, f"renamed{number}") for number in MOVED]
            moved = [msgspec.structs.replace(item, tags=(("all", "1"), ("collection", "small3"))) for item in renamed[::2]]
            store.write(Change(keep=(*moved, *renamed[1::2], *(entry(number) for number in range(0, COUNT, 997)))))
            store.write(Change(remove=(*(f"g{number}" for number in range(3_000, COUNT, 2_501)), f"g{COUNT - 1}")))
        yield stores
        for store in stores:
            store.close()


def told(store: DataMapStore, search: Search, readable: tuple[str, ...] | None) -> Any:
    found = store.search(search, readable)
    hits = [(item.record.guid, item.score) for item in found.hits]
    return hits, found.total, found.exact, {kind: dict(counts) for kind, counts in found.facets.items()}


def looked_at(condition: Condition) -> bool:
    """Return whether no index has all of a condition."""
    match condition:
        case And(of=of) | Or(of=of):
            return any(looked_at(item) for item in of)
        case Not(of=inner):
            return looked_at(inner)
        case _:
            return not isinstance(condition, Tagged) or condition.kind == "guid"


WORDS = (
    "", "*", "every", "half", "tenth", "every half tenth", "hundredth tenth", "thousandth", "nothing", "7777", "nothing every",
    "a*", "ax*", "ax1*", "ax17*", "7*", "77*", "777*", "renamed*", f"renamed{SIZE}", "half 77*", "e* h* t*", "ax17* half",
)  # fmt: skip
CONDITIONS: tuple[Condition, ...] = (
    Tagged("type", ("t1",)),
    Not(Tagged("classification", ("PII",))),
    And((Tagged("classification", ("PII",)), Or((Tagged("type", ("t0",)), Tagged("collection", ("small3",)))))),
    Tagged("collection", ("none",)),
    Tagged("guid", (f"g{SIZE}",)),
    Timed("updateTime", start=COUNT - 50),
    And((Timed("updateTime", end=SIZE), Timed("createTime", start=SIZE - 400, end=SIZE + 40_000))),
    Compared("size", "ge", 4),
    Or((Tagged("type", ("t2",)), Compared("size", "eq", 1))),
)
READABLE = (None, ("small7",), ("none",), SMALL[:40], SMALL)
PAGES = ((20, 0), (1_000, 0), (7, CAP - 5))


def agree(pair: Any, search: Search, readable: Any) -> None:
    """Assert that both stores answer the same."""
    ours, theirs = (told(store, search, readable) for store in pair)
    if looked_at(search.condition) and not theirs[2]:  # of more than are counted, which ones are is not said
        ours, theirs = ours[:3], theirs[:3]
    assert ours == theirs, search


@pytest.mark.parametrize("readable", READABLE, ids=["all", "one small", "none", "40 small", "all small"])
def test_words_are_found_counted_and_paged_as_in_the_file_over_several_blocks(pair: Any, readable: Any) -> None:
    for words in WORDS:
        for limit, offset in PAGES:
            agree(pair, Search(words=words, facets=FACETS if limit == 20 else (), limit=limit, offset=offset), readable)


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda item: type(item).__name__)
def test_conditions_are_held_against_what_is_found_as_in_the_file_over_several_blocks(pair: Any, condition: Condition) -> None:
    for words in ("", "every", "tenth", "thousandth", "ax17*", "renamed*"):
        for readable in (None, ("small7",), SMALL[:40]):
            for limit, offset in PAGES:
                search = Search(words=words, condition=condition, facets=FACETS if limit == 20 else (), limit=limit, offset=offset)
                agree(pair, search, readable)


@pytest.mark.parametrize("words", ["*", "every", "half", "ax1*", "tenth"])
@pytest.mark.parametrize("readable", [None, SMALL], ids=["all", "all small"])
def test_pages_beyond_what_is_counted_go_on_and_end_where_the_file_s_do(pair: Any, words: str, readable: Any) -> None:
    for offset in (CAP, COUNTED - 5, COUNTED, SIZE - 3, COUNT - 30, COUNT + 5):
        search = Search(words=words, limit=10, offset=offset)
        assert told(pair[0], search, readable) == told(pair[1], search, readable), offset


@pytest.mark.parametrize("kind", ["name", "qualifiedName", "createTime", "updateTime", "entityType"])
@pytest.mark.parametrize("words", ["*", "every", "tenth", "thousandth", "ax17*"])
def test_what_is_ordered_comes_in_the_order_of_the_file(pair: Any, kind: str, words: str) -> None:
    for readable in (None, ("small7",), SMALL):
        for descending in (False, True):
            search = Search(words=words, order=(Order(kind, descending),), limit=30, offset=15)
            assert told(pair[0], search, readable) == told(pair[1], search, readable), (readable, descending)


@pytest.mark.parametrize("readable", READABLE)
def test_names_are_completed_as_in_the_file(pair: Any, readable: Any) -> None:
    for prefix in ("", "a", "A", "ax1", "ax17_1", "renamed", "z"):
        assert pair[0].names(prefix, 7, readable) == pair[1].names(prefix, 7, readable), prefix


def test_a_caller_of_one_collection_is_told_nothing_of_how_many_others_have_a_word(pair: Any) -> None:
    store = pair[0]
    mine = [number for number in range(7, COUNT, 20) if SMALL[number // 20 % 520] == "small7"]
    for words in ("*", "every", "e*", "half"):
        found = store.search(Search(words=words, facets=FACETS, limit=1_000), ("small7",))
        expected = {f"g{number}" for number in mine if words != "half" or number % 2 == 0}
        assert ({item.record.guid for item in found.hits}, found.total, found.exact) == (expected, len(expected), True), words
        assert dict(found.facets["collectionId"]) == ({"small7": len(expected)} if expected else {})


def test_one_name_of_very_many_entities_does_not_hide_the_next(server: Postgres, pair: Any) -> None:
    many = tuple(entry(COUNT + number, "same") for number in range(300))
    for store in pair:
        store.write(Change(keep=(*many, entry(COUNT + 300, "samf"), entry(COUNT + 301, "Same"))))
    try:
        for readable in (None, ("large",), (*SMALL, "large")):
            assert pair[0].names("sam", 5, readable) == ["Same", "same", "samf"]
    finally:
        for store in pair:
            store.write(Change(remove=tuple(f"g{COUNT + number}" for number in range(302))))


AS_VERSION_1 = """
SET search_path = freehold_datamap;
DROP TABLE posting;
DROP INDEX entity_collection;
CREATE INDEX entity_collection ON entity (collection);
CREATE INDEX entity_words ON entity USING gin (words);
UPDATE meta SET value = 1 WHERE name = 'schema';
"""


def test_a_catalogue_of_the_version_before_is_taken_over_and_found_the_same(server: Postgres, pair: Any) -> None:
    pair[0].close()
    before = server.rows("SELECT block, word, held FROM posting ORDER BY block, word", "freehold_datamap")
    server.execute(AS_VERSION_1)
    later = PostgresDataMap("catalogue")
    try:
        assert server.rows("SELECT value FROM meta WHERE name = 'schema'", "freehold_datamap") == [("2",)]
        assert server.rows("SELECT block, word, held FROM posting ORDER BY block, word", "freehold_datamap") == before
        later.write(Change(keep=(entry(5, "taken over"),), remove=("g6",)))
        assert later.search(Search(words="taken"), None).total == 1
        assert later.search(Search(words="7777"), None).total == pair[1].search(Search(words="7777"), None).total
    finally:
        later.close()


def test_a_catalogue_that_cannot_be_taken_over_stays_as_it_was(server: Postgres, pair: Any) -> None:
    pair[0].close()
    server.execute(AS_VERSION_1 + "CREATE TABLE posting (theirs text)")
    with pytest.raises(StoreFailed, match="could not be opened"):
        PostgresDataMap("catalogue")
    assert server.rows("SELECT value FROM meta WHERE name = 'schema'", "freehold_datamap") == [("1",)]
    assert server.rows("SELECT count(*) > 0 FROM entity WHERE words @@ '''7777'''", "freehold_datamap") == [("t",)]


def test_numbers_are_read_from_bits_in_order() -> None:
    assert numbers(100, 0b1000_0101) == [100, 102, 107]
    assert numbers(0, 0) == []
    assert numbers(SIZE, 1 << (SIZE - 1)) == [2 * SIZE - 1]
