"""The catalogue's stores: searches against a plain loop, changes whole or not at all, and what a restart finds."""

from __future__ import annotations

import random
from typing import Any

import pytest

from freehold.datamap.search import And, Compared, Condition, Facet, Not, Or, Order, Search, Tagged, Timed, read_search
from freehold.errors import SearchInvalid, StoreFailed
from freehold.ports.datamap import Change, Entry, Record

WORDS = ("sales", "customer", "order", "region", "ümlaut")


def entries(count: int) -> list[Entry]:
    chance = random.Random(7)  # noqa: S311
    made: list[Entry] = []
    for number in range(count):
        name = f"{chance.choice(WORDS)}_{number}"
        tags = [("all", "1"), ("type", f"t{number % 3}"), ("collection", f"c{number % 4}")]
        tags += [("classification", f"k{number % 5}")] if number % 2 else []
        body: dict[str, Any] = {"attributes": {"name": name, "size": number, "owner": chance.choice(WORDS)}}
        record = Record(
            guid=f"g{number}", type=f"t{number % 3}", qualified=f"q://{number}", name=name, collection=f"c{number % 4}",
            created=number, updated=number * 2, body=body,
        )  # fmt: skip
        made.append(Entry(record=record, text=chance.choice(WORDS), tags=tuple(tags)))
    return made


def holds(condition: Condition, entry: Entry) -> bool:
    """Say whether an entity fits, from the words of the port alone."""
    match condition:
        case And(of=of):
            return all(holds(item, entry) for item in of)
        case Or(of=of):
            return any(holds(item, entry) for item in of)
        case Not(of=inner):
            return not holds(inner, entry)
        case Tagged(kind="guid", values=values):
            return entry.record.guid in values
        case Tagged(kind=kind, values=values):
            return any((kind, value) in entry.tags for value in values)
        case Timed(moment=moment, start=start, end=end):
            at = entry.record.created if moment == "createTime" else entry.record.updated
            return (start is None or at >= start) and (end is None or at < end)
        case Compared(attribute=name, operator=operator, value=value):
            held = entry.record.body["attributes"].get(name)
            tests = {
                "eq": held == value,
                "ne": held != value,
                "contains": str(value) in str(held),
                "prefix": str(held).startswith(str(value)),
            }
            return tests[operator] if operator in tests else {"gt": held > value, "le": held <= value}[operator]


CONDITIONS: tuple[Condition, ...] = (
    Tagged("type", ("t1",)),
    Tagged("type", ("t1", "t2")),
    Tagged("guid", ("g7",)),
    Not(Tagged("classification", ("k1", "k3"))),
    And((Tagged("type", ("t0",)), Not(Tagged("classification", ("k1",))))),
    Or((Tagged("type", ("t0",)), Compared("size", "gt", 150))),
    And((Compared("owner", "eq", "sales"), Timed("updateTime", start=20, end=300))),
    Compared("owner", "ne", "sales"),
    Compared("name", "prefix", "cust"),
    Compared("owner", "contains", "gio"),
    Not(Or((Compared("size", "le", 50), Tagged("collection", ("c1",))))),
    Or((Tagged("guid", ("g3",)), Not(Tagged("type", ("t0", "t1"))))),
)


@pytest.fixture
def filled(open_store: Any) -> Any:
    store = open_store()
    held = entries(200)
    store.write(Change(keep=tuple(held)))
    return store, held


@pytest.mark.parametrize("number", range(len(CONDITIONS)))
@pytest.mark.parametrize("readable", [None, ("c0", "c2")])
def test_a_search_finds_what_a_plain_loop_finds(filled: Any, number: int, readable: tuple[str, ...] | None) -> None:
    store, held = filled
    expected = {
        item.record.guid for item in held
        if holds(CONDITIONS[number], item) and (readable is None or item.record.collection in readable)
    }  # fmt: skip
    found = store.search(Search(condition=CONDITIONS[number], limit=1_000), readable)
    assert ({item.record.guid for item in found.hits}, found.total, found.exact) == (expected, len(expected), True)


def test_words_are_found_without_accents_and_unfinished_and_never_as_a_query(filled: Any) -> None:
    store, held = filled
    for words in ("umlaut", "ÜMLAUT", "uml*"):
        expected = {item.record.guid for item in held if "ümlaut" in f"{item.record.name} {item.text}"}
        assert {item.record.guid for item in store.search(Search(words=words, limit=1_000), None).hits} == expected
    for words in ('" OR 1', "tags : x", "name MATCH", "sales AND", "NEAR(", "*", "-", "'; drop table entity"):
        store.search(Search(words=words), None)
    assert store.search(Search(words="???"), None).total == 0


def test_results_are_ordered_paged_and_counted_by_facet(filled: Any) -> None:
    store, _ = filled
    pages = [store.search(Search(order=(Order("name"),), limit=60, offset=offset), None).hits for offset in (0, 60, 120, 180)]
    names = [item.record.name.lower() for page in pages for item in page]
    assert (len(names), names) == (200, sorted(names))
    facets = store.search(Search(facets=(Facet("typeName"), Facet("classification")), limit=0), None).facets
    assert dict(facets["typeName"]) == {"t0": 67, "t1": 67, "t2": 66}
    assert sum(count for _, count in facets["classification"]) == 100


def test_a_changed_entity_is_found_by_its_new_words_alone_and_a_removed_one_by_none(filled: Any) -> None:
    store, held = filled
    import msgspec

    changed = msgspec.structs.replace(held[0], record=msgspec.structs.replace(held[0].record, name="zebra"), text="", tags=())
    store.write(Change(keep=(changed,), remove=("g1",)))
    assert [item.record.guid for item in store.search(Search(words="zebra"), None).hits] == ["g0"]
    assert store.search(Search(condition=Tagged("guid", ("g1",))), None).total == 0
    assert "g0" not in {item.record.guid for item in store.search(Search(condition=Tagged("all", ("1",)), limit=999), None).hits}


def test_a_change_that_fails_leaves_nothing_behind(filled: Any) -> None:
    store, held = filled
    import msgspec

    twin = msgspec.structs.replace(held[0], record=msgspec.structs.replace(held[0].record, guid="twin"))
    with pytest.raises(StoreFailed):
        store.write(Change(documents=(("note", "n", "", {}),), keep=(twin,), remove=("g5",)))
    assert store.document("note", "n") is None
    assert set(store.entities(["g5", "twin"])) == {"g5"}


def test_a_restart_finds_all_of_it(open_store: Any) -> None:
    store = open_store()
    store.write(Change(keep=tuple(entries(20)), documents=(("kind", "key", "parent", {"a": 1}),)))
    store.close()
    store = open_store()
    assert store.search(Search(words="sales*", limit=100), None).total > 0
    assert (store.document("kind", "key"), store.documents("kind", "parent")) == ({"a": 1}, [("key", {"a": 1})])
    assert len(store.named([("t1", "q://1"), ("t2", "q://1")])) == 1


@pytest.mark.parametrize(
    "given",
    [
        {"limit": -1}, {"limit": 1_001}, {"limit": True}, {"offset": 100_001}, {"continuationToken": "1; drop"}, {"keywords": 7},
        {"filter": []}, {"filter": {"and": {}}}, {"filter": {"nothing": 1}}, {"filter": {"not": 3}}, {"filter": {"entityType": 3}},
        {"filter": {"attributeName": "a", "operator": "regex", "attributeValue": "x"}}, {"filter": {"updateTime": "LAST_YEAR"}},
        {"facets": [{"facet": "secret"}]}, {"orderby": [{"body": "ASC"}]}, {"orderby": [{"name": "UP"}]},
    ],
)  # fmt: skip
def test_a_search_outside_of_the_grammar_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(SearchInvalid):
        read_search(given, lambda name: frozenset({name}), 0)


def test_a_filter_is_bounded_in_depth_and_width() -> None:
    deep: dict[str, Any] = {"id": "x"}
    for _ in range(30):
        deep = {"not": deep}
    wide = {"or": [{"id": str(number)} for number in range(1_000)]}
    for given in (deep, wide):
        with pytest.raises(SearchInvalid):
            read_search({"filter": given}, lambda name: frozenset({name}), 0)


def named(guid: str, name: str, collection: str = "mine", text: str = "") -> Entry:
    record = Record(
        guid=guid,
        type="t",
        qualified=f"q://{guid}",
        name=name,
        collection=collection,
        created=1,
        updated=1,
        body={"attributes": {}},
    )
    return Entry(record=record, text=text, tags=(("all", "1"), ("collection", collection)))


def test_the_best_fit_comes_first_and_the_older_of_equals(open_store: Any) -> None:
    store = open_store()
    held = (
        named("text", "other", text="sales tax"), named("sales", "other", text="tax"), named("part", "sales_tax_2026"),
        named("twin", "tax sales year"), named("whole", "Sales Tax"), named("half", "sales", text="tax"),
    )  # fmt: skip
    store.write(Change(keep=held))
    found = store.search(Search(words="sales tax"), None).hits
    assert [item.record.guid for item in found] == ["whole", "part", "twin", "half", "sales", "text"]
    scores = [item.score for item in found]
    assert scores[1] == scores[2]
    assert scores == sorted(scores, reverse=True)
    assert [item.record.guid for item in store.search(Search(words="sal* ta*"), None).hits] == [item.record.guid for item in found]


def test_a_score_tells_nothing_of_how_many_hidden_entities_have_a_word(open_store: Any) -> None:
    store = open_store()
    store.write(Change(keep=(named("g1", "merger plan"), named("g2", "plan", text="merger"))))
    before = store.search(Search(words="merger plan"), ("mine",)).hits
    hidden = tuple(named(f"h{number}", f"merger {number} of many", collection="hidden") for number in range(50))
    store.write(Change(keep=hidden))
    assert store.search(Search(words="merger plan"), ("mine",)).hits == before
