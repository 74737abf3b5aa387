"""Law 7: recorded before released, and no clear literal, subject or value in any entry."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.errors import FreeholdError, StoreFailed, StoreFull
from freehold.model.query import Limits, Question
from freehold.ports.ledger import Commit, Leaf
from freehold.services.record import Recorder
from freehold.testing import FixedClock, FixedKeys, MemoryLedger, MemoryRegistry

SQL = "select segment, count(*) as n from customer.customer_360 group by segment order by segment"
REFUSED = "select email from customer.customer_360"
LARGE = """select a.customerId, b.segment, a.region, b.region as r2, a.segment as s2
from customer.customer_360 a, customer.customer_360 b, customer.customer_360 c limit 300000"""


class HeldLedger(MemoryLedger):
    """A ledger whose appends are decided by the test: never durable until told, or failing."""

    def __init__(self) -> None:
        """Hold every entry back."""
        super().__init__()
        self.held: list[Commit] = []
        self.failure: FreeholdError | None = None
        self.hold = True

    def append(self, entry: bytes) -> Leaf:
        """Keep the entry; its commit is the test's to end."""
        done = super().append(entry)
        if not self.hold:
            return done
        commit, failure = Commit(), self.failure
        if failure is not None:
            commit.fail(lambda: failure)
        self.held.append(commit)
        return Leaf(commit, 0)


@pytest.fixture
def held(kit: Any, tmp_path: Any) -> Any:
    """Return a house whose leaves are never durable by themselves; quality was measured before."""
    ledger = HeldLedger()
    ledger.hold = False
    house = kit.house_in(tmp_path, ledger=ledger)
    house.rows(SQL)
    ledger.hold = True
    return house


@pytest.mark.parametrize("sql", [SQL, REFUSED, LARGE, "select segment from customer.customer_360 limit 1"])
def test_nothing_is_released_while_its_leaf_is_not_durable(held: Any, sql: str) -> None:
    reply = held.gate.ask(Question(principal=held.principals["sales"], sql=sql))
    released: Future[Any] = Future()

    def wait() -> None:
        try:
            released.set_result(reply.release())
        except FreeholdError as error:
            released.set_result(error)

    waiter = threading.Thread(target=wait, daemon=True)
    waiter.start()
    waiter.join(0.05)
    assert not released.done()
    held.ledger.held[-1].succeed(41)
    got = released.result(timeout=5)
    if isinstance(got, FreeholdError):
        assert got.facts["leaf"] == 41
    else:
        assert got[0] == 41
        got[1].cancel()
        got[1].close()


@pytest.mark.parametrize("failure", [StoreFull(), StoreFailed()])
@pytest.mark.parametrize("sql", [SQL, REFUSED, LARGE])
def test_nothing_is_released_where_its_leaf_could_not_be_written(held: Any, sql: str, failure: Exception) -> None:
    held.ledger.failure = failure
    with pytest.raises(type(failure)):
        held.gate.ask(Question(principal=held.principals["sales"], sql=sql)).release()
    with pytest.raises(type(failure)):
        held.gate.explain(Question(principal=held.principals["sales"], sql=sql))


def test_an_answer_given_again_waits_for_a_leaf_of_its_own(held: Any) -> None:
    question = Question(principal=held.principals["sales"], sql=SQL)
    reply = held.gate.recall(question)
    assert reply is not None
    assert not reply.leaf.done()


def test_where_no_leaf_can_be_written_every_slot_comes_back(kit: Any, tmp_path: Any) -> None:
    ledger = HeldLedger()
    ledger.hold = False
    house = kit.house_in(tmp_path, None, Limits(), 1, ledger)
    ledger.hold, ledger.failure = True, StoreFull()
    for _ in range(3):
        with pytest.raises(StoreFull):
            house.gate.ask(Question(principal=house.principals["sales"], sql=LARGE)).release()
    ledger.hold = False
    assert house.rows("select count(*) as n from customer.customer_360") == [{"n": 200}]


@pytest.fixture(scope="module")
def recorded(kit: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a house to ask and refuse."""
    return kit.house_in(tmp_path_factory.mktemp("recorded"))


SECRETS = st.text("abcdefghjkmnpqrtuvwxyz0123456789", min_size=12, max_size=24).map("xq".__add__)
PLACES = st.sampled_from(
    [
        "select segment from customer.customer_360 where segment = '{0}'",
        "select '{0}' as x",
        "select segment as {0} from customer.customer_360",
        "select {0} from customer.customer_360",
        "select * from {0}.{0}",
        "select {0}(segment) from customer.customer_360",
        "select segment -- {0}\nfrom customer.customer_360",
        "select '{0}",
        "with {0} as (select 1 as a) select a from {0}",
        "select segment from customer.customer_360 where segment = ${0}",
    ]
)


@settings(max_examples=150)
@given(secret=SECRETS, sql=PLACES)
def test_no_entry_holds_a_literal_a_subject_or_a_value(recorded: Any, secret: str, sql: str) -> None:
    principal = msgspec.structs.replace(recorded.principals["sales"], subject=secret)
    before = len(recorded.ledger.written)
    texts = [
        Question(principal=principal, sql=sql.format(secret)),
        Question(principal=principal, sql="select 1 as x", purpose=secret),
        Question(principal=principal, sql="select $p as x", parameters={"p": secret}),
        Question(principal=principal, domain=secret, declared=secret),
        Question(principal=msgspec.structs.replace(principal, domain=secret, region=secret), sql="select 1 as x"),
    ]
    for question in texts:
        with contextlib.suppress(FreeholdError):
            recorded.gate.ask(question).release()
    entries = recorded.ledger.written[before:]
    assert len(entries) >= len(texts)
    for entry in entries:
        assert secret.encode() not in entry.lower()
        assert b"CANARY" not in entry
        assert b"sales-app" not in entry


def test_each_question_has_exactly_one_leaf_that_says_what_came_of_it(recorded: Any) -> None:
    asked: list[tuple[str, Callable[[], Any]]] = [
        ("answered", lambda: recorded.rows("select segment from customer.customer_360 limit 2")),
        ("refused", lambda: recorded.refusal("select email from customer.customer_360")),
        ("refused", lambda: recorded.refusal("select segment from customer.customer_360", "stranger")),
        ("refused", lambda: recorded.refusal("drop table x")),
        ("explained", lambda: recorded.gate.explain(Question(principal=recorded.principals["sales"], sql=SQL))),
    ]
    for kind, ask in asked:
        before = len(recorded.ledger.written)
        ask()
        entries = [msgspec.json.decode(entry) for entry in recorded.ledger.written[before:]]
        assert [entry["kind"] for entry in entries if entry.get("path") != "quality"] == [kind]


def test_the_hash_of_what_ends_an_answer_confirms_no_guess_of_it() -> None:
    """Anybody who is authenticated may have the hashes of all entries, and a small answer can be guessed."""
    written: set[bytes] = set()
    for secret in (b"one", b"another"):
        ledger = MemoryLedger()
        recorder = Recorder(node="contoso-we", ledger=ledger, registry=MemoryRegistry(), keys=FixedKeys(secret), clock=FixedClock())
        recorder.completion(7, 1, "ab" * 32)
        written |= set(ledger.written)
    assert len(written) == 2
