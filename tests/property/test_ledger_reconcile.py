"""Two ledgers of one story reconcile, whatever the story; and no entry of either can be changed or left out unnoticed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.digest import canonical, digest_bytes
from freehold.errors import ProofInvalid
from freehold.ledger.reconcile import Account, Matter, account, read_side, reconcile
from freehold.model.event import Entry, EventKind

WEST, NORTH, SOUTH = "contoso-west", "contoso-north", "contoso-south"
EMPTY = digest_bytes(b"")
START = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)


@dataclass
class Story:
    """Two ledgers as they are written, question by question; what came of each is counted for the one who carried it."""

    ledgers: dict[str, list[Entry]] = field(default_factory=lambda: {WEST: [], NORTH: []})
    counts: dict[str, Counter[str]] = field(default_factory=lambda: {WEST: Counter(), NORTH: Counter()})
    approved: dict[str, int] = field(default_factory=dict[str, int])
    asked: int = 0

    def write(self, node: str, kind: EventKind, **more: Any) -> int:
        """Append an entry to the ledger of a node and return its leaf."""
        at = (START + dt.timedelta(seconds=sum(map(len, self.ledgers.values())))).isoformat(timespec="milliseconds")
        self.ledgers[node].append(Entry(kind=kind, time=at, node=node, mesh="m", **more))
        return len(self.ledgers[node]) - 1

    def asks(self) -> dict[str, Any]:
        """Return what both nodes record of one more question."""
        self.asked += 1
        who = ("sales", "northeurope") if self.asked % 2 else ("analytics", "westeurope")
        return {"domain": who[0], "region": who[1], "products": (f"customer.product_{self.asked % 3}",)}

    def judge(self, carrier: str, kind: EventKind, question: dict[str, Any], **more: Any) -> int:
        """Let the home judge a question that `carrier` brings."""
        home = NORTH if carrier == WEST else WEST
        self.counts[carrier]["judged"] += 1
        return self.write(home, kind, peer=carrier, **question, **more)

    def relay(self, carrier: str, leaf: int | None, question: dict[str, Any], **more: Any) -> int:
        """Let `carrier` record what the home said."""
        home = NORTH if carrier == WEST else WEST
        self.counts[carrier]["carried"] += 1
        return self.write(carrier, EventKind.RELAYED, form="relayed", peer=home, peer_leaf=leaf, **question, **more)

    def close(self, node: str, leaf: int, digest: str) -> None:
        """Close a leaf."""
        self.write(node, EventKind.COMPLETED, refers_to=leaf, answer=digest)

    def side(self, node: str, size: int | None = None) -> Any:
        """Return a ledger as a reader finds it."""
        return read_side(node, len(self.ledgers[node]), enumerate(map(canonical, self.ledgers[node][:size])))

    def account(self, carrier: str) -> Account:
        """Hold the ledgers against each other."""
        return account(self.side(carrier), self.side(NORTH if carrier == WEST else WEST))


def whole(story: Story, carrier: str, home: str) -> None:
    question, body = story.asks(), digest_bytes(str(story.asked).encode())
    leaf = story.judge(carrier, EventKind.ANSWERED, question, form="rows", answer="rows of it")
    story.close(home, leaf, body)
    story.relay(carrier, leaf, question, answer=body)
    story.counts[carrier]["matched"] += 1


def bare(story: Story, carrier: str, home: str) -> None:
    question = story.asks()
    leaf = story.judge(carrier, EventKind.ANSWERED, question, form="aggregate")
    story.close(home, leaf, EMPTY)
    story.relay(carrier, leaf, question, answer=EMPTY)
    story.counts[carrier]["matched"] += 1


def streamed(story: Story, carrier: str, home: str) -> None:
    question, body = story.asks(), digest_bytes(str(story.asked).encode())
    leaf = story.judge(carrier, EventKind.ANSWERED, question, form="rows")
    here = story.relay(carrier, leaf, question)
    story.close(home, leaf, body)
    story.close(carrier, here, body)
    story.counts[carrier]["matched"] += 1


def broken(story: Story, carrier: str, home: str) -> None:
    question = story.asks()
    leaf = story.judge(carrier, EventKind.ANSWERED, question, form="rows")
    story.relay(carrier, leaf, question)
    if story.asked % 2:
        story.close(home, leaf, digest_bytes(b"all of it"))
    story.counts[carrier]["broken"] += 1


def failed_late(story: Story, carrier: str, home: str) -> None:
    question = story.asks()
    leaf = story.judge(carrier, EventKind.ANSWERED, question, form="rows")
    story.relay(carrier, leaf, question, code="engine-failed", answer=digest_bytes(b"problem"))
    story.counts[carrier]["broken"] += 1


def refused(story: Story, carrier: str, home: str) -> None:
    question, code = story.asks(), ("column-excluded", "rows-may-not-cross")[story.asked % 2]
    leaf = story.judge(carrier, EventKind.REFUSED, question, code=code)
    story.relay(carrier, leaf, question, code=code, answer=digest_bytes(b"problem"))
    story.counts[carrier]["matched"] += 1


def explained(story: Story, carrier: str, home: str) -> None:
    question = story.asks() | {"path": "explain"}
    no = bool(story.asked % 2)
    kind, code = (EventKind.REFUSED, "column-excluded") if no else (EventKind.EXPLAINED, "")
    leaf = story.judge(carrier, kind, question, code=code)
    story.relay(carrier, leaf, question, answer=digest_bytes(b"told"))
    story.counts[carrier]["matched"] += 1


def approved(story: Story, carrier: str, home: str) -> None:
    question = story.asks()
    if home not in story.approved:
        story.approved[home] = story.judge(carrier, EventKind.APPROVED, question)
    standing = story.ledgers[home][story.approved[home]]
    same = question | {"products": standing.products, "domain": standing.domain, "region": standing.region}
    story.relay(carrier, story.approved[home], same, path="approval", answer=digest_bytes(b"done"))
    story.counts[carrier]["matched"] += 1


def unread(story: Story, carrier: str, home: str) -> None:
    story.relay(carrier, None, story.asks(), code="token-expired", answer=digest_bytes(b"problem"))
    story.counts[carrier]["unread"] += 1


def unheard(story: Story, carrier: str, home: str) -> None:
    question = story.asks()
    story.judge(carrier, EventKind.ANSWERED, question, form="rows")
    code = ("time-exceeded", "node-unreachable", "query-cancelled")[story.asked % 3]
    story.write(carrier, EventKind.FAILED, form="relayed", peer=home, code=code, **question)
    story.counts[carrier]["unheard"] += 1


def not_carried(story: Story, carrier: str, home: str) -> None:
    story.write(carrier, EventKind.REFUSED, form="relayed", peer=home, code="node-elsewhere", **story.asks())


def redirected(story: Story, carrier: str, home: str) -> None:
    question = story.asks()
    story.write(carrier, EventKind.RELAYED, form="redirected", peer=home, **question)
    story.write(home, EventKind.ANSWERED, form="rows", **question)


def elsewhere(story: Story, carrier: str, home: str) -> None:
    """A third node carries something here, whose ledger nobody has."""
    story.write(home, EventKind.ANSWERED, form="rows", peer=SOUTH, **story.asks())
    story.write(carrier, EventKind.RELAYED, form="relayed", peer=SOUTH, peer_leaf=0, **story.asks())


HAPPENINGS: tuple[Callable[[Story, str, str], None], ...] = (
    whole,
    bare,
    streamed,
    broken,
    failed_late,
    refused,
    explained,
    approved,
    unread,
    unheard,
    not_carried,
    redirected,
    elsewhere,
)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    story = Story()
    for happens, turned in draw(st.lists(st.tuples(st.sampled_from(HAPPENINGS), st.booleans()), max_size=30)):
        happens(story, *((NORTH, WEST) if turned else (WEST, NORTH)))
    return story


@given(stories())
def test_two_ledgers_of_one_story_bear_each_other_out(story: Story) -> None:
    for carrier, counts in story.counts.items():
        found = story.account(carrier)
        assert found.differences == ()
        told = {"carried": found.carried, "judged": found.judged, "matched": found.matched, "unread": found.unread}
        told |= {"broken": len(found.broken), "unheard": len(found.unheard)}
        assert told == {name: counts[name] for name in told}


def changed(entry: Entry, name: str, value: Any) -> Entry:
    return msgspec.structs.replace(entry, **{name: value})


def gone(entry: Entry) -> Entry:
    """Return an entry that stands where another was: of a question that no other node had to do with."""
    return Entry(kind=EventKind.ANSWERED, time=entry.time, node=entry.node, form="rows")


# What somebody who can sign a ledger anew might do to one entry of it, and what may be said then.
AT_CARRIER: dict[str, tuple[Callable[[Entry], Entry], set[Matter]]] = {
    "left out": (gone, {Matter.NOT_CARRIED}),
    "another leaf": (lambda entry: changed(entry, "peer_leaf", 10_000), {Matter.NOT_AT_HOME, Matter.NOT_CARRIED}),
    "no leaf": (lambda entry: changed(changed(entry, "peer_leaf", None), "code", ""), {Matter.NOT_AT_HOME, Matter.NOT_CARRIED}),
    "another domain": (lambda entry: changed(entry, "domain", "finance"), {Matter.CALLER}),
    "another region": (lambda entry: changed(entry, "region", "eastus"), {Matter.CALLER}),
    "another product": (lambda entry: changed(entry, "products", ("finance.other",)), {Matter.PRODUCTS}),
    "a refusal for an answer": (lambda entry: changed(entry, "code", "" if entry.code else "contract-missing"), {Matter.OUTCOME}),
    "another home": (lambda entry: changed(entry, "peer", SOUTH), {Matter.NOT_CARRIED}),
    "said to be a redirect": (lambda entry: changed(entry, "form", "redirected"), {Matter.NOT_CARRIED}),
}
AT_HOME: dict[str, tuple[Callable[[Entry], Entry], set[Matter]]] = {
    "left out": (gone, {Matter.NOT_AT_HOME}),
    "another carrier": (lambda entry: changed(entry, "peer", SOUTH), {Matter.NOT_AT_HOME}),
    "no carrier": (lambda entry: changed(entry, "peer", ""), {Matter.NOT_AT_HOME}),
    "another domain": (lambda entry: changed(entry, "domain", "finance"), {Matter.CALLER}),
    "another region": (lambda entry: changed(entry, "region", "eastus"), {Matter.CALLER}),
    "another product": (lambda entry: changed(entry, "products", ("finance.other",)), {Matter.PRODUCTS}),
    "a refusal for an answer": (
        lambda entry: changed(changed(entry, "kind", EventKind.REFUSED), "code", "contract-missing"),
        {Matter.OUTCOME},
    ),
    "an answer for a refusal": (lambda entry: changed(changed(entry, "kind", EventKind.EXPLAINED), "code", ""), {Matter.OUTCOME}),
}


@given(stories(), st.data())
@pytest.mark.parametrize("deed", list(AT_CARRIER))
def test_nothing_that_was_carried_can_be_changed_at_the_carrier(deed: str, story: Story, data: st.DataObject) -> None:
    tell, matters = AT_CARRIER[deed]
    ledger = story.ledgers[WEST]
    known = [at for at, entry in enumerate(ledger) if entry.peer == NORTH and entry.peer_leaf is not None and is_plain(entry)]
    if deed == "a refusal for an answer":
        known = [at for at in known if ledger[at].code != "engine-failed" and has_end(story, ledger[at])]
    if not known:
        refused(story, WEST, NORTH)
        known = [len(ledger) - 1]
    at = data.draw(st.sampled_from(known))
    ledger[at] = tell(ledger[at])
    found = story.account(WEST)
    assert not found.reconciles
    assert {item.code for item in found.differences} <= matters


@given(stories(), st.data())
@pytest.mark.parametrize("deed", list(AT_HOME))
def test_nothing_that_was_judged_can_be_changed_at_the_home(deed: str, story: Story, data: st.DataObject) -> None:
    tell, matters = AT_HOME[deed]
    ledger = story.ledgers[NORTH]
    named = {entry.peer_leaf for entry in story.ledgers[WEST] if entry.peer == NORTH and is_plain(entry)}
    known = [at for at, entry in enumerate(ledger) if entry.peer == WEST and at in named and entry.path != "explain"]
    if "refusal" in deed:
        known = [at for at in known if bool(ledger[at].code) == deed.endswith("for a refusal") and ledger[at].answer]
    if not known:
        (refused if deed.endswith("for a refusal") else whole)(story, WEST, NORTH)
        known = [at for at, entry in enumerate(ledger) if entry.peer == WEST and entry.form != "relayed"][-1:]
    at = data.draw(st.sampled_from(known))
    ledger[at] = tell(ledger[at])
    found = story.account(WEST)
    assert not found.reconciles
    assert {item.code for item in found.differences} <= matters


@given(stories(), st.data(), st.sampled_from([WEST, NORTH]), st.sampled_from(["another", "left out"]))
def test_no_digest_of_an_answer_can_be_changed_or_left_out(story: Story, data: st.DataObject, node: str, deed: str) -> None:
    streamed(story, WEST, NORTH)
    ends = [at for at, entry in enumerate(story.ledgers[node]) if entry.refers_to is not None]
    ours = [end for end in ends if is_passed_whole(story, node, end)]
    at = data.draw(st.sampled_from(ours))
    before = len(story.account(WEST).broken)
    entry = story.ledgers[node][at]
    story.ledgers[node][at] = changed(entry, "answer", "0" * 64) if deed == "another" else gone(entry)
    found = story.account(WEST)
    if deed == "left out" and node == WEST:
        assert len(found.broken) == before + 1  # it looks as if the caller never got all of it, and is told
    else:
        assert [item.code for item in found.differences] == [Matter.ANSWER if deed == "another" else Matter.END]


@given(stories())
def test_one_leaf_of_the_home_stands_for_one_question(story: Story) -> None:
    whole(story, WEST, NORTH)
    story.ledgers[WEST].append(story.ledgers[WEST][-1])
    assert [item.code for item in story.account(WEST).differences] == [Matter.NAMED_TWICE]


@given(stories(), st.integers(1, 3))
def test_a_copy_that_ends_too_early_is_said_to(story: Story, short: int) -> None:
    for _ in range(2):
        whole(story, WEST, NORTH)
    cut = len(story.ledgers[NORTH]) - short
    early = read_side(NORTH, cut, enumerate(map(canonical, story.ledgers[NORTH][:cut])))
    found = account(story.side(WEST), early)
    assert not found.reconciles
    assert {item.code for item in found.differences} <= {Matter.NOT_AT_HOME, Matter.END}
    missing = [item for item in found.differences if item.code is Matter.NOT_AT_HOME]
    assert all(f"ends before it, at {cut} entries" in item.detail for item in missing)


def test_an_answer_for_which_the_home_named_no_leaf_is_a_difference() -> None:
    story = Story()
    unread(story, WEST, NORTH)
    assert story.account(WEST).reconciles
    story.relay(WEST, None, story.asks(), answer=digest_bytes(b"an answer"))
    assert [item.code for item in story.account(WEST).differences] == [Matter.NOT_AT_HOME]


def test_a_question_that_was_given_up_explains_one_that_nobody_heard_of_and_no_other() -> None:
    story = Story()
    unheard(story, WEST, NORTH)
    story.judge(WEST, EventKind.ANSWERED, story.asks(), form="rows")
    found = story.account(WEST)
    assert len(found.unheard) == 1
    assert [item.code for item in found.differences] == [Matter.NOT_CARRIED]


def test_a_question_that_was_given_up_before_does_not_explain_a_later_one() -> None:
    story = Story()
    question = story.asks()
    story.write(WEST, EventKind.FAILED, form="relayed", peer=NORTH, code="time-exceeded", **question)
    for _ in range(40):
        story.write(NORTH, EventKind.ANSWERED, form="rows")
    story.judge(WEST, EventKind.ANSWERED, question, form="rows")
    assert [item.code for item in story.account(WEST).differences] == [Matter.NOT_CARRIED]


def test_under_two_meshes_a_name_may_be_known_to_one_alone() -> None:
    story = Story()
    whole(story, WEST, NORTH)
    story.ledgers[WEST][-1] = msgspec.structs.replace(story.ledgers[WEST][-1], mesh="older", domain="")
    assert story.account(WEST).reconciles


def test_all_ledgers_are_held_against_each_other_in_both_directions() -> None:
    story = Story()
    whole(story, WEST, NORTH)
    refused(story, NORTH, WEST)
    elsewhere(story, WEST, NORTH)
    found = reconcile([story.side(WEST), story.side(NORTH)])
    assert [(item.carrier, item.home, item.matched) for item in found] == [(WEST, NORTH, 1), (NORTH, WEST, 1)]
    assert story.side(NORTH).peers() == {WEST: 2, SOUTH: 1}


@pytest.mark.parametrize(
    "raw",
    [b'{"peer":', b'{"kind":"unknown","node":"n","peer":"p","time":"2026-11-23T10:00:00+00:00"}', b'{"peer":"p","time":"soon"}']
    + [b'{"kind":"answered","node":"n","peer":"p","time":"%s"}' % time for time in (b"", b"2026-11-23T10:00:00")],
)
def test_an_entry_that_cannot_be_read_is_said_to_be_one(raw: bytes) -> None:
    with pytest.raises(ProofInvalid, match="entry `7`"):
        read_side(WEST, 8, [(7, raw)])


def is_plain(entry: Entry) -> bool:
    """Return whether an entry is a leaf of a carried question that only one leaf at home can stand for."""
    return entry.kind is EventKind.RELAYED and entry.form == "relayed" and entry.path not in {"approval", "explain"}


def has_end(story: Story, entry: Entry) -> bool:
    """Return whether the home refused a question, or recorded the end of its answer."""
    return bool(entry.code) or any(other.refers_to == entry.peer_leaf for other in story.ledgers[NORTH])


def is_passed_whole(story: Story, node: str, end: int) -> bool:
    """Return whether an entry closes an answer that went from NORTH through WEST, and that both have the end of."""
    leaf = story.ledgers[node][end].refers_to
    if node == WEST:
        return is_plain(story.ledgers[WEST][leaf or 0])
    carried = [(at, entry) for at, entry in enumerate(story.ledgers[WEST]) if entry.peer == NORTH and entry.peer_leaf == leaf]
    closed = {entry.refers_to for entry in story.ledgers[WEST]}
    return any(entry.answer or at in closed for at, entry in carried)
