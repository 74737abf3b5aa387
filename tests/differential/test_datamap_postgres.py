"""The catalogue's store on PostgreSQL against the one in a file: same changes, same answers; and what a server can do to it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from differential.postgres import Postgres
from freehold.datamap.search import And, Compared, Facet, Not, Or, Order, Search, Tagged, Timed
from freehold.errors import SettingInvalid, StoreFailed, StoreFull
from freehold.ports.datamap import Change, Entry, Record, Relation
from freehold.stores.datamap import SqliteDataMap
from freehold.stores.datamap.folding import LONGEST
from freehold.stores.datamap.postgres import PostgresDataMap

WORDS = ("sales", "Sale", "ümlaut", "umlaut", "Öl", "straße", "ά", "й", "数据", "x1", "42", "ΣΑΣ", "2²")
GUIDS = tuple(f"g{number}" for number in range(6))
KINDS = ("classification", "label", "term", "contact", "type", "collection")
ATTRIBUTES = ("size", "owner", "Set.size", "none", "name", "qualifiedName", "createTime", "updateTime")

word = st.sampled_from(WORDS)
SIGNS = (" ", "_", "-", "://", "\x01", "'", '"', "\\", "%s")
text = st.lists(st.one_of(word, st.sampled_from(SIGNS)), max_size=6).map("".join)
any_text = st.lists(st.one_of(word, st.sampled_from((*SIGNS, "\0"))), max_size=6).map("".join)
"""Only for what SQLite is not asked to compare: it compares JSON up to a NUL."""

number = st.one_of(st.integers(-3, 50), st.sampled_from((0.5, 2.0, -1.25, 10**12)))
value = st.one_of(number, st.booleans(), word, text, st.sampled_from(("5", "", "-")))
held = st.one_of(value, st.none(), st.lists(word, max_size=2), st.dictionaries(word, number, max_size=2))
tags = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(("a", "b", "c d", ""))), max_size=5)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    attributes = draw(st.dictionaries(st.sampled_from(("size", "owner", "Set.size")), held, max_size=3))
    body: dict[str, Any] = {"zz": 1.0, "attributes": attributes, "a": [draw(held), draw(any_text)]}
    if draw(st.booleans()):
        body["business"] = {"Set": {"size": draw(held)}}
    kind, collection, moment = draw(st.sampled_from("tu")), draw(st.sampled_from("cd")), draw(st.integers(0, 9))
    record = Record(
        guid=draw(st.sampled_from(GUIDS)), type=kind, qualified=draw(text), name=draw(any_text), collection=collection,
        created=moment, updated=draw(st.integers(0, 9)), body=body,
    )  # fmt: skip
    return Entry(record=record, text=draw(any_text), tags=(("all", "1"), ("type", kind), ("collection", collection), *draw(tags)))


relations = st.builds(
    Relation,
    guid=st.sampled_from(("r1", "r2", "r3")),
    type=st.sampled_from(("m", "n")),
    end1=st.sampled_from(GUIDS),
    end2=st.sampled_from(GUIDS),
    body=st.dictionaries(word, held, max_size=1),
)
documents = st.tuples(st.sampled_from("kl"), text, st.sampled_from(("", "p")), st.dictionaries(text, any_text, max_size=3))
changes = st.builds(
    Change,
    keep=st.lists(entries(), max_size=5).map(tuple),
    remove=st.lists(st.sampled_from(GUIDS), max_size=2).map(tuple),
    relate=st.lists(relations, max_size=3).map(tuple),
    unrelate=st.lists(st.sampled_from(("r1", "r2")), max_size=1).map(tuple),
    documents=st.lists(documents, max_size=3).map(tuple),
)
leaves = st.one_of(
    st.builds(Tagged, st.sampled_from(KINDS), st.lists(st.sampled_from(("a", "b", "c", "t", "c d", "")), min_size=1).map(tuple)),
    st.builds(Tagged, st.just("guid"), st.sampled_from(GUIDS).map(lambda guid: (guid,))),
    st.builds(Timed, st.sampled_from(("createTime", "updateTime")), st.integers(0, 9), st.one_of(st.none(), st.integers(0, 9))),
    st.builds(
        Compared,
        st.sampled_from(ATTRIBUTES),
        st.sampled_from(("eq", "ne", "gt", "ge", "lt", "le", "contains", "prefix")),
        value,
    ),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=5,
)
phrases = st.lists(st.one_of(word, word.map(lambda item: item[:2] + "*"), text), max_size=3).map(" ".join)
searches = st.builds(
    Search,
    words=phrases,
    condition=st.one_of(st.just(And(())), conditions),
    facets=st.just(tuple(Facet(kind) for kind in ("typeName", "classification", "label", "term", "contactId", "collectionId"))),
    order=st.lists(
        st.builds(Order, st.sampled_from(("name", "qualifiedName", "createTime", "updateTime", "entityType")), st.booleans()),
        max_size=2,
    ).map(tuple),
    limit=st.sampled_from((1_000, 2)),
)


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    made = Postgres()
    yield made
    made.stop()


@pytest.fixture(scope="module", autouse=True)
def services(server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    file = tmp_path_factory.mktemp("services") / "services"
    server.service(file, "catalogue")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGSERVICEFILE", str(file))
        yield file


@pytest.fixture
def store(server: Postgres) -> Iterator[PostgresDataMap]:
    server.execute("DROP SCHEMA IF EXISTS freehold_datamap CASCADE")
    made = PostgresDataMap("catalogue")
    yield made
    made.close()


@pytest.fixture
def pair(store: PostgresDataMap, tmp_path: Path) -> Iterator[tuple[PostgresDataMap, SqliteDataMap]]:
    other = SqliteDataMap(tmp_path / "map.sqlite")
    yield store, other
    other.close()


def entry(guid: str, name: str, text: str = "", body: dict[str, Any] | None = None) -> Entry:
    record = Record(guid=guid, type="t", qualified=f"q://{guid}", name=name, collection="c", created=1, updated=1, body=body or {})
    return Entry(record=record, text=text, tags=(("all", "1"),))


def written(store: Any, change: Change) -> bool:
    try:
        store.write(change)
    except StoreFailed:
        return False
    return True


def state(store: Any) -> Any:
    records = store.entities(GUIDS)
    return (
        {guid: msgspec.json.encode(record) for guid, record in records.items()},
        store.named([(record.type, record.qualified) for record in records.values()]),
        store.tagged(GUIDS),
        {(kind, parent): msgspec.json.encode(store.documents(kind, parent)) for kind in "kl" for parent in (None, "", "p")},
        {item.guid: item for item in store.relations(GUIDS)},
        {item.guid for item in store.relations(("g0", "g1"), ("m",), 1)},
        [store.relation(guid) for guid in ("r1", "r4")],
        (store.counted(["t"]), store.counted([]), store.held("c"), store.held("x")),
        [store.names(prefix, 3, allowed) for prefix in ("", "SA", "ü", "Ü") for allowed in (None, ["c"])],
    )


def told(store: Any, search: Search, readable: Any) -> Any:
    found = store.search(search, readable)
    hits = [(item.record.guid, item.score) for item in found.hits]
    return hits, found.total, found.exact, {kind: dict(counts) for kind, counts in found.facets.items()}


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])  # it empties them
@given(data=st.data())
def test_both_stores_hold_and_find_the_same(pair: Any, data: st.DataObject) -> None:
    try:
        for change in data.draw(st.lists(changes, min_size=1, max_size=2)):
            assert written(pair[0], change) == written(pair[1], change)
            assert state(pair[0]) == state(pair[1])
        for search in data.draw(st.lists(searches, min_size=4, max_size=8)):
            for readable in (None, ("c",)):
                assert told(pair[0], search, readable) == told(pair[1], search, readable), search
    finally:
        for store in pair:
            gone = tuple((kind, key) for kind in "kl" for key, _ in store.documents(kind))
            store.write(Change(remove=GUIDS, unrelate=("r1", "r2", "r3"), forget=gone))


def test_bodies_come_back_exactly_with_their_order_their_numbers_and_nul(store: PostgresDataMap) -> None:
    body = {"z": 1.0, "a": 1e22, "n": 2**53 + 1, "t": "a\0b\x01\x01c\x01\x02", "k\0": ["\\u0000", "\\\0", None, 0.1], "é": "\ud7ff"}
    store.write(Change(keep=(entry("g\0", "na\0me", body=body),), documents=(("k", "\0", "\x01", body),)))
    (record,) = store.entities(["g\0"]).values()
    assert (msgspec.json.encode(record.body), record.name) == (msgspec.json.encode(body), "na\0me")
    assert [(key, msgspec.json.encode(found)) for key, found in store.documents("k", "\x01")] == [("\0", msgspec.json.encode(body))]
    assert store.document("k", "\x01\x01") is None


def test_what_matches_by_name_comes_first(store: PostgresDataMap) -> None:
    store.write(
        Change(keep=(entry("g1", "other", "sales revenue"), entry("g2", "sales_q", "revenue"), entry("g3", "revenue_sales")))
    )
    found = store.search(Search(words="sales revenue"), None)
    assert [item.record.guid for item in found.hits] == ["g3", "g2", "g1"]
    assert found.hits[0].score > found.hits[1].score > found.hits[2].score > 0


def test_long_names_and_long_words_and_very_many_words_are_kept(store: PostgresDataMap) -> None:
    many = " ".join(f"w{item}" for item in range(300_000))
    long = "".join(chr(0x4E00 + item % 20_000) for item in range(4_000))
    given = entry("g1", long, many)
    store.write(Change(keep=(msgspec.structs.replace(given, record=msgspec.structs.replace(given.record, qualified=long)),)))
    for words in (long, long[:LONGEST] + "*", "w1", "w9*"):
        assert store.search(Search(words=words), None).total == 1, words[:10]
    assert store.named([("t", long)])[("t", long)].name == long
    assert store.names(long[:300], 5, None) == [long]
    assert store.search(Search(words="w299999"), None).total == 0  # beyond what the index of one entity holds


def test_a_search_over_thousands_of_collections_or_types_is_answered(store: PostgresDataMap) -> None:
    store.write(
        Change(keep=(msgspec.structs.replace(entry("g1", "n"), tags=(("all", "1"), ("collection", "c7"), ("type", "t9"))),))
    )
    many = tuple(f"c{number}" for number in range(20_000))
    assert store.search(Search(words="n"), many).total == 1
    assert store.search(Search(condition=Not(Tagged("type", tuple(f"t{number}" for number in range(5_000))))), many).total == 0


def test_a_second_catalogue_is_refused_and_a_later_one_is_not(store: PostgresDataMap) -> None:
    with pytest.raises(StoreFailed, match="another catalogue is using"):
        PostgresDataMap("catalogue")
    store.write(Change(documents=(("k", "a", "", {}),)))
    store.close()
    later = PostgresDataMap("catalogue")
    assert later.document("k", "a") == {}
    later.close()


def test_a_newer_freehold_s_database_is_refused(store: PostgresDataMap, server: Postgres) -> None:
    store.close()
    server.execute("UPDATE freehold_datamap.meta SET value = value + 1 WHERE name = 'schema'")
    with pytest.raises(StoreFailed, match="newer Freehold"):
        PostgresDataMap("catalogue")


def test_a_crash_of_the_server_is_a_clean_error_and_the_next_request_after_its_restart_works(
    store: PostgresDataMap, server: Postgres
) -> None:
    store.write(Change(documents=(("k", "a", "", {"n": 1}),)))
    server.crash()
    try:
        for act in (lambda: store.document("k", "a"), lambda: store.write(Change(documents=(("k", "b", "", {}),)))):
            with pytest.raises(StoreFailed) as caught:
                act()
            assert not any(secret in str(caught.value) for secret in (server.socket, "postgres", "socket"))
    finally:
        server.start()
    assert store.document("k", "a") == {"n": 1}
    store.write(Change(documents=(("k", "b", "", {}),)))
    assert [key for key, _ in store.documents("k")] == ["a", "b"]


def ended(server: Postgres) -> None:
    server.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'freehold'")


def test_a_broken_connection_is_made_anew_before_anything_was_written(store: PostgresDataMap, server: Postgres) -> None:
    ended(server)
    assert store.documents("k") == []
    ended(server)
    store.write(Change(documents=(("k", "a", "", {}),)))
    assert store.document("k", "a") == {}


def test_a_change_whose_connection_breaks_half_way_is_not_written_again(store: PostgresDataMap, server: Postgres) -> None:
    server.execute(
        "CREATE FUNCTION public.fall() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM nextval('public.falls'); PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;"
        "CREATE SEQUENCE public.falls;"
        "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON freehold_datamap.document DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION public.fall()"
    )
    with pytest.raises(StoreFailed, match="broke while a change was written"):
        store.write(Change(documents=(("k", "a", "", {}),)))
    assert store.document("k", "a") is None
    assert server.rows("SELECT last_value FROM falls", "public") == [("1",)]
    server.execute("DROP SCHEMA freehold_datamap CASCADE; DROP FUNCTION public.fall; DROP SEQUENCE public.falls")


def test_nobody_goes_on_after_another_catalogue_used_the_database(store: PostgresDataMap, server: Postgres) -> None:
    server.execute("UPDATE freehold_datamap.meta SET value = value + 1 WHERE name = 'opened'")
    ended(server)
    for _ in range(2):
        with pytest.raises(StoreFailed, match="meanwhile"):
            store.documents("k")


def test_a_full_disk_is_told_as_such_and_without_the_server_s_words(store: PostgresDataMap, server: Postgres) -> None:
    server.execute(
        "CREATE FUNCTION freehold_datamap.full() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE 'secret' USING ERRCODE = '53100'; END $$;"
        "CREATE TRIGGER filled BEFORE INSERT ON freehold_datamap.document FOR EACH ROW EXECUTE FUNCTION freehold_datamap.full()"
    )
    with pytest.raises(StoreFull) as caught:
        store.write(Change(documents=(("k", "a", "", {}),), keep=(entry("g1", "n"),)))
    assert "secret" not in str(caught.value)
    assert store.entities(["g1"]) == {}


def test_the_server_knows_what_lies_where_as_soon_as_much_was_written(store: PostgresDataMap, server: Postgres) -> None:
    made = tuple(Relation(guid=f"r{number}", type="m", end1=f"g{number}", end2="g") for number in range(2_000))
    store.write(Change(relate=made))
    asked = "SELECT n_distinct FROM pg_stats WHERE schemaname = 'freehold_datamap' AND tablename = 'relation' AND attname = 'end1'"
    assert server.rows(asked, "freehold_datamap") == [("-1",)]


def test_many_threads_write_and_read_whole_changes(store: PostgresDataMap) -> None:
    def act(place: int) -> None:
        for number in range(10):
            guids = (f"g{place}-{number}a", f"g{place}-{number}b")
            store.write(Change(keep=tuple(entry(guid, "both") for guid in guids)))
            assert len(store.entities(guids)) == 2
            assert store.search(Search(words="both"), None).total % 2 == 0

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(act, range(4)))
    assert store.search(Search(words="both"), None).total == 80


@pytest.mark.parametrize("service", ["", "a b", "x'y", "host=evil", "../x", "a\0b"])
def test_what_is_no_name_of_a_service_is_refused(service: str) -> None:
    with pytest.raises(SettingInvalid):
        PostgresDataMap(service)


def test_a_server_that_is_not_there_is_told_without_its_address(services: Path) -> None:
    services.write_text(services.read_text() + "\n[gone]\nhost=/nowhere\nuser=someone\npassword=hush\n")
    for service in ("gone", "missing"):
        with pytest.raises(StoreFailed) as caught:
            PostgresDataMap(service)
        assert not any(secret in str(caught.value) for secret in ("nowhere", "hush", "someone"))
