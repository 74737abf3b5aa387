"""What all use cases of the catalogue stand on: its store, its clock, and the types and grants as they are now."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from freehold.datamap.access import Access, Collection, Grants, Right, Role, Someone
from freehold.datamap.seed import definitions
from freehold.datamap.types import EntityType, TypeSystem
from freehold.errors import EntityUnknown
from freehold.ports.clock import Clock
from freehold.ports.datamap import Change, DataMapStore, Record

TYPE, COLLECTION, GRANTS, TERM = "type", "collection", "grants", "term"


class Ground:
    """One catalogue. What it holds in memory is written through; `lock` is held while something is changed."""

    def __init__(self, store: DataMapStore, clock: Clock, new_guid: Callable[[], str], root: str, title: str) -> None:
        """Open the catalogue in `store`; where it is empty, seed its types and make the root collection `root`."""
        self.store = store
        self.clock = clock
        self.new_guid = new_guid
        self.lock = threading.RLock()
        if store.document(COLLECTION, root) is None and not store.documents(COLLECTION):
            made = Collection(name=root, title=title, created=self.moment())
            self.write_documents((COLLECTION, root, "", msgspec.to_builtins(made)))
        known = dict(store.documents(TYPE))
        fresh = [self.stamped(item, "freehold") for item in definitions() if item["name"] not in known]
        self.types = TypeSystem(known | {item["name"]: item for item in fresh})
        self.write_documents(*((TYPE, item["name"], "", item) for item in fresh))
        self.refresh()

    def now(self) -> int:
        """Return the present in milliseconds since the epoch."""
        return int(self.clock.now().timestamp() * 1_000)

    def moment(self) -> str:
        """Return the present as an ISO time."""
        return self.clock.now().astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def refresh(self) -> None:
        """Read collections and grants again."""
        collections = [msgspec.convert(item, Collection) for _, item in self.store.documents(COLLECTION)]
        self.access = Access(collections, {name: msgspec.convert(item, Grants) for name, item in self.store.documents(GRANTS)})

    def administer(self, subjects: Iterable[str]) -> None:
        """Give subjects every role on the root collection, beside whoever has them."""
        held = self.store.document(GRANTS, self.access.root)
        grants = msgspec.convert(held, Grants) if held is not None else Grants()
        roles = (Role.READER, Role.CURATOR, Role.SOURCES, Role.COLLECTIONS)
        people = {role: tuple(dict.fromkeys((*grants.people.get(role, ()), *subjects))) for role in roles}
        made = msgspec.structs.replace(grants, people=grants.people | people)
        self.write_documents((GRANTS, self.access.root, "", msgspec.to_builtins(made)))
        self.refresh()

    def write_documents(self, *documents: tuple[str, str, str, dict[str, Any]]) -> None:
        """Write documents together."""
        self.store.write(Change(documents=documents))

    def stamped(self, definition: dict[str, Any], subject: str, old: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return a type definition with who wrote it, when, and its version."""
        now = self.now()
        first = old or {"guid": self.new_guid(), "createTime": now, "createdBy": subject, "version": 0}
        version = first["version"] + 1
        kept = {name: first[name] for name in ("guid", "createTime", "createdBy")}
        later = {"updateTime": now, "updatedBy": subject, "version": version, "lastModifiedTS": str(version)}
        return {**definition, **kept, **later}

    def readable(self, someone: Someone) -> frozenset[str] | None:
        """Return the collections that somebody may read; None is all of them."""
        found = self.access.where(someone, Right.READ)
        return None if len(found) == len(self.access.collections) else found

    def may_read(self, someone: Someone, record: Record) -> bool:
        """Return whether somebody may read an entity."""
        return self.access.may(someone, Right.READ, record.collection)

    def check(self, someone: Someone, right: Right, record: Record | None, unknown: Exception | None = None) -> Record:
        """Return an entity that somebody may read, or change.

        Raises:
            CollectionRefused: They may not; or there is none and they do not read the root, so that hidden and missing look alike.
            EntityUnknown: There is none (or what `unknown` says).
        """
        if record is None:
            self.access.check(someone, Right.READ, self.access.root)
            raise unknown or EntityUnknown("no entity of that identifier is in the data map", remedy="search for it")
        if not self.may_read(someone, record):
            self.access.check(someone, Right.READ, self.access.root)
        self.access.check(someone, right, record.collection)
        return record

    def entity_type(self, record: Record) -> EntityType:
        """Return what an entity may hold."""
        return self.types.entity(record.type)

    def service(self, kind: str) -> str | None:
        """Return the product that entities of a type are in, as the type says."""
        return self.types.find(kind).get("serviceType")
