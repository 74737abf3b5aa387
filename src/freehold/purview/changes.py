"""What has to change in an account so that it says what the mesh says; what stays, and why.

What is gone from the mesh goes from the account only where somebody asks for it, and only if it was made for this mesh. What others
have added to a thing of ours (classifications, terms, other business metadata) is theirs and stays.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from freehold.purview.definitions import Definitions
from freehold.purview.state import (
    ENTITY_TYPES,
    MANAGED,
    PLACE,
    RECORDED,
    SET,
    UNIFIED,
    WRITTEN,
    Kind,
    Record,
    Seen,
    Wanted,
    names_of,
    present,
    record_of,
    short,
    write_record,
)


class Action(enum.StrEnum):
    """What is to be done with a thing."""

    CREATE = "create"
    CHANGE = "change"
    REMOVE = "remove"
    LEAVE = "leave"


class Gone(enum.StrEnum):
    """What becomes of what is gone from the mesh."""

    LEFT = "left"
    PRUNED = "pruned"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is said otherwise: `have` in the account, `want` in the mesh; `by_hand`: somebody changed it there."""

    what: str
    have: str | None = None
    want: str | None = None
    by_hand: bool = False


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done with one thing of an account, and why."""

    action: Action
    kind: Kind
    key: str
    name: str
    differences: tuple[Difference, ...] = ()
    reason: str = ""
    by_hand: bool = False

    @property
    def drifted(self) -> bool:
        """Whether somebody changed or removed it by hand."""
        return self.by_hand or any(item.by_hand for item in self.differences)


class State(msgspec.Struct, frozen=True, kw_only=True):
    """All that was found of a mesh in an account, and what must be defined first."""

    things: tuple[Seen, ...] = ()
    definitions: Definitions = Definitions()


class Unified(enum.StrEnum):
    """What becomes of the Unified Catalog: it is kept in step, the account has none, or it was asked to leave it out."""

    KEPT = "kept"
    ABSENT = "absent"
    LEFT_OUT = "left out"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Changes in the order in which they are made, what was found, and the record to write with each entity."""

    changes: tuple[Change, ...]
    wanted: dict[str, Wanted]
    seen: dict[str, Seen]
    records: dict[str, Record]
    definitions: Definitions
    address: str
    unified: Unified = Unified.LEFT_OUT

    @property
    def pending(self) -> tuple[Change, ...]:
        """The changes that an apply would make."""
        return tuple(item for item in self.changes if item.action is not Action.LEAVE)

    @property
    def left(self) -> tuple[Change, ...]:
        """What stays as it is, although the mesh says otherwise."""
        return tuple(item for item in self.changes if item.action is Action.LEAVE)

    @property
    def drifted(self) -> tuple[Change, ...]:
        """What somebody changed by hand."""
        return tuple(item for item in self.changes if item.drifted)


def tag(kind: Kind, key: str) -> str:
    """Return by what a thing is known among all."""
    return f"{kind.value} {key}"


def member(kind: Kind, key: str) -> str:
    """Return how a thing stands in the record of what it belongs to."""
    return short([kind.value, key])


def compare(wanted: Sequence[Wanted], state: State, address: str, gone: Gone = Gone.LEFT) -> Plan:
    """Return what has to change so that the things `wanted` are there as the mesh at `address` says them."""
    comparing = _Comparing(wanted, state, address, gone)
    return comparing.plan(state.definitions)


class _Comparing:
    """One comparison."""

    def __init__(self, wanted: Sequence[Wanted], state: State, address: str, gone: Gone) -> None:
        self._wanted = {tag(item.kind, item.key): item for item in wanted}
        self._seen = {tag(item.kind, item.key): item for item in state.things}
        self._address = address
        self._gone = gone
        self._records: dict[str, Record] = {}
        self._recorded = {name for item in state.things for name in item.record.members}
        self._guids = {item.guid: item.key for item in state.things if item.guid}
        self._terms = {name for item in state.things if item.kind is Kind.PRODUCT for name in item.record.marks}
        self._children = _children(wanted)
        self._strays = _children([item for key, item in self._seen.items() if key not in self._wanted and item.ours])

    def plan(self, definitions: Definitions) -> Plan:
        stray = [item for key, item in self._seen.items() if key not in self._wanted]
        changes = [self._stray(item) for item in sorted(stray, key=_last_first)]
        changes += [
            Change(action=action, kind=Kind.TYPE, key=item["name"], name=item["name"])
            for action, items in ((Action.CREATE, definitions.create), (Action.CHANGE, definitions.update))
            for item in items
        ]
        order = list(Kind)
        changes += [
            found
            for _, item in sorted(self._wanted.items(), key=lambda pair: order.index(pair[1].kind))
            if (found := self._change(item)) is not None
        ]
        return Plan(
            changes=tuple(item for item in changes if item is not None),
            wanted=self._wanted,
            seen=self._seen,
            records=self._records,
            definitions=definitions,
            address=self._address,
        )

    def _stray(self, seen: Seen) -> Change | None:
        """Return what becomes of a thing that the mesh does not know: nothing at all, where it was never ours."""
        if not seen.ours:
            return None
        pruned = self._gone is Gone.PRUNED and seen.record.made
        reason = "gone from the mesh" if pruned else "gone from the mesh; remove it with --prune"
        if not seen.record.made:
            reason = "gone from the mesh, but it was there before this mesh, or nobody can tell"
        action = Action.REMOVE if pruned else Action.LEAVE
        return Change(action=action, kind=seen.kind, key=seen.key, name=seen.name, reason=reason)

    def _change(self, wanted: Wanted) -> Change | None:
        seen = self._seen.get(tag(wanted.kind, wanted.key))
        if wanted.kind in ENTITY_TYPES:
            return self._entity(wanted, seen)
        if seen is None:
            return _created(wanted, (), by_hand=self._was_there(wanted))
        differences = self._facts(wanted, seen)
        if not differences:
            return None
        if not seen.ours:
            reason = f"a {wanted.kind.value} of this name was made by somebody else"
            return _changed(wanted, differences, action=Action.LEAVE, reason=reason)
        return _changed(wanted, differences)

    def _entity(self, wanted: Wanted, seen: Seen | None) -> Change | None:
        kept = seen.record if seen is not None else Record()
        found: Iterable[str] = seen.marks if seen is not None and self._gone is Gone.LEFT else ()
        made = seen is None or (seen.ours and kept.made)
        record = record_of(wanted, self._members(wanted, kept), kept, made=made, found=found)
        self._records[tag(wanted.kind, wanted.key)] = record
        marks = self._marks(wanted, seen)
        if seen is None:
            return _created(wanted, marks, by_hand=self._was_there(wanted))
        differences = [*self._facts(wanted, seen), *marks, *self._links(wanted, seen)]
        if seen.place not in {None, wanted.collection}:
            moved = seen.ours and kept.changed_by_hand(PLACE, seen.place, {})
            differences.append(Difference(what=PLACE, have=seen.place, want=wanted.collection, by_hand=moved))
        if not seen.ours:
            differences.append(Difference(what=f"{SET}.{MANAGED}", have=seen.facts.get(f"{SET}.{MANAGED}"), want=self._address))
        if seen.facts.get(f"{SET}.{WRITTEN}") != write_record(record):
            differences.append(Difference(what=f"{SET}.{WRITTEN}", want="what is written now", by_hand=_is_torn(seen)))
        stays = all(item.what.startswith("left ") for item in differences)
        if not differences:
            return None
        reason = "gone from the mesh; remove it with --prune" if stays else ""
        return _changed(wanted, differences, action=Action.LEAVE if stays else Action.CHANGE, reason=reason)

    def _facts(self, wanted: Wanted, seen: Seen) -> list[Difference]:
        record = seen.record
        found = [
            Difference(what=name, have=seen.facts.get(name), want=want, by_hand=self._by_hand(wanted, seen, name))
            for name, want in wanted.facts.items()
            if seen.facts.get(name) != want
        ]
        ours = seen.facts if record.whole is not None else record.facts
        cleared = [name for name in ours if name not in wanted.facts and seen.facts.get(name) is not None]
        return found + [
            Difference(what=name, have=seen.facts[name])
            for name in cleared
            if not record.changed_by_hand(name, seen.facts[name], seen.facts)
        ]

    def _by_hand(self, wanted: Wanted, seen: Seen, name: str) -> bool:
        if wanted.kind is Kind.SOURCE:
            return seen.ours and member(Kind.SOURCE, short(present(seen.facts))) not in self._recorded
        return seen.ours and seen.record.changed_by_hand(name, seen.facts.get(name), seen.facts)

    def _marks(self, wanted: Wanted, seen: Seen | None) -> list[Difference]:
        what = "term" if wanted.kind is Kind.PRODUCT else "classification"
        have: Mapping[str, str] = seen.marks if seen is not None else {}
        recorded = set(seen.record.marks) if seen is not None else set[str]()
        lacking = [Difference(what=what, want=name, by_hand=name in recorded) for name in wanted.marks if name not in have]
        stale = sorted((recorded & set(have)) - set(wanted.marks))
        left = "" if self._gone is Gone.PRUNED else "left "
        return lacking + [Difference(what=f"{left}{what}", have=name) for name in stale]

    def _links(self, wanted: Wanted, seen: Seen) -> Iterator[Difference]:
        """Yield the relationships that lead elsewhere; what others relate to a thing of ours beside them is theirs."""
        for name, links in wanted.links.items():
            want = names_of(links)
            have = {self._guids.get(guid, guid) for guid in seen.links.get(name, ())}
            if name in seen.links and not want <= have:
                by_hand = seen.ours and seen.record.facts.get(name) == short(sorted(want))
                yield Difference(what=name, have=", ".join(sorted(have)) or None, want=", ".join(sorted(want)), by_hand=by_hand)

    def _members(self, wanted: Wanted, kept: Record) -> set[str]:
        """Return what to record as belonging to a thing: what the mesh says, and what is ours and stays although it does not."""
        found: set[str] = set()
        for item in self._children.get(wanted.key, ()):
            name = member(item.kind, item.key)
            if item.kind is not Kind.SOURCE:
                found.add(name)
            elif self._is_ours(item, kept, name):
                found |= {name, member(item.kind, short(item.facts))}
        if self._gone is Gone.LEFT:
            found |= {member(item.kind, item.key) for item in self._strays.get(wanted.key, ())}
        return found

    def _is_ours(self, source: Wanted | Seen, kept: Record, name: str) -> bool:
        """Return whether a data source is ours: recorded, or not there yet. One that is there and unrecorded is somebody else's."""
        return name in kept.members or tag(source.kind, source.key) not in self._seen

    def _has(self, kind: Kind) -> bool:
        """Return whether business domains of the mesh are there, so that what belongs to them in the Unified Catalog was."""
        return kind not in UNIFIED or any(item.kind is Kind.BUSINESS_DOMAIN and item.ours for item in self._seen.values())

    def _was_there(self, wanted: Wanted) -> bool:
        """Return whether something that is not there was written before, so that somebody must have removed it."""
        if wanted.kind in {Kind.TERM, Kind.CATALOGUE_TERM}:
            return wanted.key in self._terms and self._has(wanted.kind)
        if wanted.kind is Kind.GLOSSARY or wanted.key == self._address:
            return bool(self._terms) and self._has(wanted.kind)
        if wanted.kind is Kind.DOMAIN:
            place = self._seen.get(tag(Kind.COLLECTION, wanted.collection))
            return place is not None and place.ours and any(item.kind is Kind.DOMAIN for item in self._seen.values())
        if wanted.kind is Kind.COLLECTION:
            domain = self._seen.get(tag(Kind.DOMAIN, wanted.belongs))
            return domain is not None and domain.ours and domain.record.facts.get(PLACE) == short(wanted.key)
        if wanted.kind in {Kind.COLUMN, Kind.CONTRACT}:
            owner = tag(Kind.PRODUCT, wanted.belongs)
            if owner in self._wanted and owner not in self._seen:
                return self._was_there(self._wanted[owner])
        return member(wanted.kind, wanted.key) in self._recorded


def _children(items: Iterable[Wanted] | Iterable[Seen]) -> dict[str, list[Wanted | Seen]]:
    """Return what is recorded with something else, by the key of that."""
    made: dict[str, list[Wanted | Seen]] = {}
    for item in items:
        if item.kind in RECORDED or item.kind in ENTITY_TYPES:
            made.setdefault(item.belongs, []).append(item)
    return made


def _created(wanted: Wanted, marks: Sequence[Difference], *, by_hand: bool) -> Change:
    reason = "removed by hand" if by_hand else ""
    told = [Difference(what=name, want=value) for name, value in wanted.facts.items()] if wanted.kind is Kind.SOURCE else []
    return Change(
        action=Action.CREATE,
        kind=wanted.kind,
        key=wanted.key,
        name=wanted.name,
        differences=(*told, *marks),
        reason=reason,
        by_hand=by_hand,
    )


def _changed(wanted: Wanted, differences: Iterable[Difference], *, action: Action = Action.CHANGE, reason: str = "") -> Change:
    held = tuple(differences)
    return Change(action=action, kind=wanted.kind, key=wanted.key, name=wanted.name, differences=held, reason=reason)


def _is_torn(seen: Seen) -> bool:
    """Return whether an entity of ours has no record that can be read."""
    return seen.ours and seen.record == Record(made=False)


def _last_first(seen: Seen) -> tuple[int, int, str]:
    """Order what is removed: what is made last goes first, and a domain's collection before the mesh's."""
    return -list(Kind).index(seen.kind), -len(seen.belongs), seen.key
