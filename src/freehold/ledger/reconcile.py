"""Hold two ledgers against each other: each question that one node carried is one that the other judged, and both tell the same.

Nothing of an entry is believed because of who wrote it: what only one of the two says, or says otherwise, is a difference. That an
answer broke off in the middle, or never came, is told apart from that where both ledgers bear it out.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from freehold.errors import ProofInvalid
from freehold.model.event import Entry, EventKind
from freehold.model.peer import SKEW

CARRIED = "relayed"
_TELLING = (b'"peer":', b'"refers_to":', b'"kind":"approved"')
_READINGS = frozenset({"quality", "classification", "requests", "answer"})
"""The paths by which a home also tells what it has recorded before: no leaf is made for that."""

_UNHEARD = frozenset({"time-exceeded", "node-unreachable", "query-cancelled"})
"""How a question ends at the carrying node that the home may have judged, and whose answer never came."""


class Matter(enum.StrEnum):
    """What can differ."""

    NOT_AT_HOME = "not-at-home"
    NOT_CARRIED = "not-carried"
    NAMED_TWICE = "named-twice"
    OUTCOME = "outcome-differs"
    ANSWER = "answer-differs"
    CALLER = "caller-differs"
    PRODUCTS = "products-differ"
    END = "end-missing"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the two ledgers do not bear out together, with the leaf of each that it is about."""

    code: Matter
    detail: str
    leaf: int | None = None
    home_leaf: int | None = None


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf of the carrying node and one of the home, about one question; `detail` says what became of the answer."""

    leaf: int
    home_leaf: int
    detail: str


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """What a ledger of `size` entries says of other nodes: entries by leaf, and the digests in what closes a leaf."""

    node: str
    size: int
    entries: dict[int, Entry]
    ends: dict[int, tuple[str, ...]]

    def peers(self) -> dict[str, int]:
        """Return how many entries name which other node."""
        counts: dict[str, int] = {}
        for entry in self.entries.values():
            if entry.peer:
                counts[entry.peer] = counts.get(entry.peer, 0) + 1
        return counts


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What came of the questions that `carrier` carried to `home`.

    `carried` and `judged` count the leaves of each. `matched` are those that both bear out, `unread` were refused by the home
    before it judged them, or told of what it had recorded before, and have no leaf there. `broken` answers began and did not end
    on both sides; `unheard` ones were judged, and never reached the carrier.
    """

    carrier: str
    home: str
    carried: int
    judged: int
    matched: int
    unread: int
    broken: tuple[Pair, ...]
    unheard: tuple[Pair, ...]
    differences: tuple[Difference, ...]

    @property
    def reconciles(self) -> bool:
        """Whether the two ledgers bear each other out."""
        return not self.differences


def read_side(node: str, size: int, entries: Iterable[tuple[int, bytes]]) -> Side:
    """Return what matters of a ledger of `size` entries, from (leaf, entry) as they stand in it.

    Raises:
        ProofInvalid: An entry is none that this version can read.
    """
    held: dict[int, Entry] = {}
    ends: dict[int, tuple[str, ...]] = {}
    for leaf, raw in entries:
        if not any(mark in raw for mark in _TELLING):
            continue
        entry = _decoded(leaf, raw)
        if entry.kind is EventKind.COMPLETED and entry.refers_to is not None:
            ends[entry.refers_to] = (*ends.get(entry.refers_to, ()), entry.answer)
        elif entry.peer or entry.kind is EventKind.APPROVED:
            held[leaf] = entry
    return Side(node=node, size=size, entries=held, ends=ends)


def reconcile(sides: Sequence[Side]) -> tuple[Account, ...]:
    """Return an account of each two nodes in each direction, where there is anything to account for."""
    every = (account(carrier, home) for carrier in sides for home in sides if carrier.node != home.node)
    return tuple(item for item in every if item.carried or item.judged)


def account(carrier: Side, home: Side) -> Account:
    """Return what came of the questions that one node carried to another."""
    return _Accounting(carrier, home).account()


class _Accounting:
    """One pass over two sides, in one direction."""

    def __init__(self, carrier: Side, home: Side) -> None:
        self._carrier = carrier
        self._home = home
        self._judged = {leaf: entry for leaf, entry in home.entries.items() if entry.peer == carrier.node and _is_judged(entry)}
        self._taken: dict[int, int] = {}
        self._differences: list[Difference] = []
        self._broken: list[Pair] = []
        self._unread = 0
        self._alike = 0

    def account(self) -> Account:
        carried = dict(_carried(self._carrier.entries, self._home.node))
        for leaf, entry in carried.items():
            self._match(leaf, entry)
        unheard = self._unheard()
        heard = {pair.home_leaf for pair in unheard}
        for leaf, entry in self._judged.items():
            if leaf not in self._taken and leaf not in heard:
                self._differ(Matter.NOT_CARRIED, f"no leaf of `{self._carrier.node}` is about it{_brief(entry)}", None, leaf)
        return Account(
            carrier=self._carrier.node,
            home=self._home.node,
            carried=len(carried),
            judged=len(self._judged),
            matched=self._alike - len(self._broken),
            unread=self._unread,
            broken=tuple(self._broken),
            unheard=tuple(unheard),
            differences=tuple(self._differences),
        )

    def _differ(self, code: Matter, detail: str, leaf: int | None, home_leaf: int | None) -> None:
        self._differences.append(Difference(code=code, detail=detail, leaf=leaf, home_leaf=home_leaf))

    def _match(self, leaf: int, entry: Entry) -> None:
        there = entry.peer_leaf
        if there is None and (entry.code or entry.path in _READINGS):
            self._unread += 1
            return
        found = self._found(entry)
        if there is None or found is None:
            self._differ(Matter.NOT_AT_HOME, self._missing(there), leaf, there)
            return
        before = self._taken.setdefault(there, leaf)
        if before != leaf and found.kind is not EventKind.APPROVED:
            self._differ(Matter.NAMED_TWICE, f"leaf {before} names it too", leaf, there)
            return
        differing = list(_compare(entry, found)) or list(self._compare_ends(leaf, entry, there, found))
        for code, detail in differing:
            self._differ(code, detail, leaf, there)
        self._alike += not differing

    def _found(self, entry: Entry) -> Entry | None:
        """Return the home's entry that a carried one names; an approval stands, whoever brought it first."""
        there = entry.peer_leaf if entry.peer_leaf is not None else -1
        given = self._home.entries.get(there)
        standing = given if given is not None and given.kind is EventKind.APPROVED and entry.path == "approval" else None
        return self._judged.get(there) or standing

    def _missing(self, there: int | None) -> str:
        home = self._home
        if there is None:
            return f"`{home.node}` named no leaf for what it answered"
        if there >= home.size:
            return f"this copy of the ledger of `{home.node}` ends before it, at {home.size} entries"
        return f"that leaf of `{home.node}` is about nothing that `{self._carrier.node}` carried"

    def _compare_ends(self, leaf: int, entry: Entry, there: int, found: Entry) -> Iterator[tuple[Matter, str]]:
        """Yield how the bytes of an answer differ; where they ended on one side or none, the answer broke off."""
        if found.kind is not EventKind.ANSWERED:
            return
        passed = (entry.answer,) if entry.answer else self._carrier.ends.get(leaf, ())
        sent = self._home.ends.get(there, ())
        if entry.code and sent:
            yield Matter.OUTCOME, f"it is `{entry.code}` here, and was answered to its end at home"
        elif entry.code or not passed:
            which = f"`{self._home.node}` sent all of it" if sent else entry.code or "neither recorded its end"
            self._broken.append(Pair(leaf=leaf, home_leaf=there, detail=which))
        elif not sent:
            yield Matter.END, f"`{self._carrier.node}` passed all of it, and `{self._home.node}` recorded no end"
        elif len({*passed, *sent}) > 1:
            yield Matter.ANSWER, "the SHA-256 of what was sent and of what was passed on are not the same"

    def _unheard(self) -> list[Pair]:
        """Return the judged questions that fit one that the carrier gave up waiting for, each with the first such."""
        waited = [
            (leaf, entry)
            for leaf, entry in self._carrier.entries.items()
            if entry.peer == self._home.node and entry.form == CARRIED and entry.code in _UNHEARD and not _is_carried(entry)
        ]
        found: list[Pair] = []
        for there, judged in self._judged.items():
            if there in self._taken:
                continue
            fits = next((leaf for leaf, entry in waited if _may_be(judged, entry)), None)
            if fits is not None:
                waited = [item for item in waited if item[0] != fits]
                found.append(Pair(leaf=fits, home_leaf=there, detail=self._carrier.entries[fits].code))
        return found


def _carried(entries: Mapping[int, Entry], home: str) -> Iterator[tuple[int, Entry]]:
    return ((leaf, entry) for leaf, entry in entries.items() if entry.peer == home and _is_carried(entry))


def _is_carried(entry: Entry) -> bool:
    return entry.kind is EventKind.RELAYED and entry.form == CARRIED


def _is_judged(entry: Entry) -> bool:
    """Return whether an entry that names a peer is about a question from there, not about one that was to go there."""
    return entry.kind is not EventKind.RELAYED and entry.form != CARRIED


def _compare(entry: Entry, found: Entry) -> Iterator[tuple[Matter, str]]:
    """Yield what two entries about one question say differently; under two meshes, names may be known to one alone."""
    for name in ("domain", "region"):
        here, there = getattr(entry, name), getattr(found, name)
        if here != there and (entry.mesh == found.mesh or (here and there)):
            yield Matter.CALLER, f"the {name} is `{here or 'none'}` here and `{there or 'none'}` at home"
    unequal = set(found.products) - set(entry.products) if found.code else set(found.products) ^ set(entry.products)
    if unequal and entry.mesh == found.mesh:
        yield Matter.PRODUCTS, f"only one of the two has {', '.join(f'`{key}`' for key in sorted(unequal))}"
    if not _same_outcome(entry, found):
        yield Matter.OUTCOME, f"it is {_outcome(entry.code, 'answered')} here and {_outcome(found.code, found.kind.value)} at home"


def _same_outcome(entry: Entry, found: Entry) -> bool:
    if found.kind in {EventKind.REFUSED, EventKind.FAILED}:
        # Of a question that is only explained, a refusal is the answer.
        return entry.code == found.code or (not entry.code and entry.path == found.path == "explain")
    return found.kind is EventKind.ANSWERED or not entry.code  # an answer may fail later on: see its end


def _may_be(judged: Entry, waited: Entry) -> bool:
    """Return whether a question that the home judged may be one for whose answer the carrier waited in vain."""
    same = (judged.domain, judged.region) == (waited.domain, waited.region)
    products = set(judged.products) <= set(waited.products)
    return same and products and _time(judged) <= _time(waited) + timedelta(seconds=SKEW)


def _time(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.time)


def _outcome(code: str, otherwise: str) -> str:
    return f"`{code}`" if code else otherwise


def _brief(entry: Entry) -> str:
    products = ", ".join(entry.products)
    return f": {_outcome(entry.code, entry.kind.value)}, {products}" if products else f": {_outcome(entry.code, entry.kind.value)}"


def _decoded(leaf: int, raw: bytes) -> Entry:
    try:
        entry = msgspec.json.decode(raw, type=Entry)
        timed = datetime.fromisoformat(entry.time).tzinfo is not None
    except (msgspec.DecodeError, msgspec.ValidationError, ValueError):
        timed, entry = False, None
    if entry is None or not timed:
        raise ProofInvalid(f"entry `{leaf}` is not a Freehold entry", remedy="use the Freehold version that wrote it")
    return entry
