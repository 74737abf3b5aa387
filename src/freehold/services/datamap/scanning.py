"""Data sources, scans and all that is set about them. Who administers data sources in a collection sets them there."""

from __future__ import annotations

from typing import Any

from freehold.datamap import scanning as shapes
from freehold.datamap.access import Right, Someone
from freehold.datamap.recurrence import read_recurrence
from freehold.errors import ItemInUse, ScanSettingInvalid
from freehold.ports.datamap import Change, Document
from freehold.services.datamap.collections import DATA_SOURCE
from freehold.services.datamap.databases import NO_DATABASES, Databases
from freehold.services.datamap.ground import Ground
from freehold.services.datamap.looking import Files
from freehold.services.datamap.scan_items import (
    FILTER,
    LOOKED,
    RULESET,
    RUN,
    SCAN,
    SETTER,
    TITLES,
    TRIGGER,
    check_somewhere,
    times,
    unknown,
)
from freehold.services.datamap.zones import zone_of


class Scanning:
    """The settings of scanning of one account."""

    def __init__(self, ground: Ground, databases: Databases = NO_DATABASES, files: Files | None = None) -> None:
        """Work on `ground`; what scans of `databases` and `files` do, and whom they need, is the root's."""
        self._ground = ground
        self._databases = databases
        self._files = files

    def is_own(self, source: Document) -> bool:
        """Return whether a data source is one that this catalogue scans itself, with what the operator gave it."""
        address = shapes.endpoint(source["properties"])
        listed = self._databases.has(address) or (self._files is not None and self._files.has(address))
        return listed or address.startswith(shapes.OWN)

    def check_own(self, someone: Someone, source: Document) -> None:
        """Check that somebody may say how a data source is scanned: of what this catalogue scans itself, only at the root.

        Raises:
            CollectionRefused: They may not.
        """
        if self.is_own(source):
            self._ground.access.check(someone, Right.SCAN, self._ground.access.root)

    def both(self, source: str, scan: str) -> tuple[Document, Document]:
        """Return a data source and a scan of it, whoever asks.

        Raises:
            ItemUnknown: One of them is gone.
        """
        owner, settings = self._ground.store.document(DATA_SOURCE, source), self._ground.store.document(SCAN, f"{source}/{scan}")
        if owner is None or settings is None:
            raise unknown(SCAN, scan)
        return owner, settings

    def setters(self, source: str, scan: str) -> list[Someone]:
        """Return who set the source, the scan, its filter and its trigger last, each as their token was then.

        None at all where one of these is from before it was written down.
        """
        key, document = f"{source}/{scan}", self._ground.store.document
        parts = [(DATA_SOURCE, source), *((kind, key) for kind in (SCAN, FILTER, TRIGGER))]
        found = [document(SETTER, f"{kind}:{name}") for kind, name in parts if document(kind, name) is not None]
        known = [Someone(item["subject"], frozenset(item["groups"])) for item in found if item is not None]
        return known if len(known) == len(found) else []

    def sources(self, someone: Someone) -> list[Document]:
        """Return the data sources in the collections where the caller administers data sources.

        Raises:
            CollectionRefused: They do nowhere.
        """
        check_somewhere(self._ground, someone)
        found = (item for _, item in self._ground.store.documents(DATA_SOURCE))
        return [item for item in found if self._ground.access.may(someone, Right.SCAN, _place(item))]

    def source(self, someone: Someone, name: str) -> Document:
        """Return a data source.

        Raises:
            ItemUnknown: There is none that the caller administers.
            CollectionRefused: They administer none at all.
        """
        check_somewhere(self._ground, someone)
        found = self._ground.store.document(DATA_SOURCE, name)
        if found is None or not self._ground.access.may(someone, Right.SCAN, _place(found)):
            raise unknown(DATA_SOURCE, name)
        return found

    def put_source(self, someone: Someone, name: str, given: Any) -> Document:
        """Register a data source, or change it.

        Raises:
            ScanSettingInvalid: It is malformed.
            CollectionRefused: The caller does not administer data sources in its collection; or, for what this catalogue can scan
                itself, not in the root.
        """
        ground = self._ground
        shapes.read_name(name, TITLES[DATA_SOURCE])
        kind, properties = shapes.read_source(given)
        place = shapes.collection(properties) or ground.access.root
        ground.access.check(someone, Right.SCAN, place)
        self.check_own(someone, {"properties": properties})
        with ground.lock:
            old = ground.store.document(DATA_SOURCE, name)
            if old is not None:
                ground.access.check(someone, Right.SCAN, _place(old))
                self.check_own(someone, old)
            kept = {"collection": {"type": "CollectionReference", "referenceName": place, "lastModifiedAt": ground.moment()}}
            properties = (
                properties | kept | times(ground, old) | {"dataUseGovernance": properties.get("dataUseGovernance", "Disabled")}
            )
            made = {"kind": kind, "id": f"datasources/{name}", "name": name, "properties": properties, "scans": None}
            ground.write_documents((DATA_SOURCE, name, "", made), _setter(someone, DATA_SOURCE, name))
        return made

    def delete_source(self, someone: Someone, name: str) -> Document:
        """Take a data source away, and return it.

        Raises:
            ItemUnknown, CollectionRefused: As `source`.
            ItemInUse: It has scans.
        """
        with self._ground.lock:
            found = self.source(someone, name)
            if self._ground.store.documents(SCAN, name):
                raise ItemInUse(f"the data source `{name}` has scans", remedy="delete them first")
            self._ground.store.write(Change(forget=((DATA_SOURCE, name), (SETTER, f"{DATA_SOURCE}:{name}"))))
        return found

    def scans(self, someone: Someone, source: str) -> list[Document]:
        """Return the scans of a data source.

        Raises:
            ItemUnknown, CollectionRefused: As `source`.
        """
        self.source(someone, source)
        return [item for _, item in self._ground.store.documents(SCAN, source)]

    def scan(self, someone: Someone, source: str, name: str) -> Document:
        """Return a scan.

        Raises:
            ItemUnknown, CollectionRefused: As `source`, and there is no such scan.
        """
        self.source(someone, source)
        found = self._ground.store.document(SCAN, f"{source}/{name}")
        if found is None:
            raise unknown(SCAN, name)
        return found

    def put_scan(self, someone: Someone, source: str, name: str, given: Any) -> Document:
        """Set up a scan, or change it.

        Raises:
            ScanSettingInvalid: It is malformed, holds a secret, or names a rule set that is not there.
            ItemUnknown, CollectionRefused: As `source`; or the caller may not scan into its collection.
        """
        ground = self._ground
        shapes.read_name(name, TITLES[SCAN])
        owner = self.source(someone, source)
        kind, properties = shapes.read_connection(given, TITLES[SCAN])
        place = shapes.collection(properties) or _place(owner)
        ground.access.check(someone, Right.SCAN, place)
        self.check_own(someone, owner)
        ruleset = properties.get("scanRulesetName")
        if properties.get("scanRulesetType") == "Custom" and ground.store.document(RULESET, str(ruleset)) is None:
            raise ScanSettingInvalid(f"there is no rule set `{str(ruleset)[:80]}`", remedy="put it at /scanrulesets first")
        with ground.lock:
            key = f"{source}/{name}"
            kept = {"collection": {"type": "CollectionReference", "referenceName": place, "lastModifiedAt": ground.moment()}}
            properties = properties | kept | times(ground, ground.store.document(SCAN, key))
            made = {
                "kind": kind or f"{owner['kind']}Msi",
                "id": f"datasources/{source}/scans/{name}",
                "name": name,
                "properties": properties,
                "scanResults": None,
            }
            ground.write_documents((SCAN, key, source, made), _setter(someone, SCAN, key))
        return made

    def delete_scan(self, someone: Someone, source: str, name: str) -> Document:
        """Delete a scan with its history, and return it.

        Raises:
            ItemUnknown, CollectionRefused: As `scan`.
        """
        with self._ground.lock:
            found = self.scan(someone, source, name)
            key = f"{source}/{name}"
            below = [(kind, name) for kind in (RUN, LOOKED) for name, _ in self._ground.store.documents(kind, key)]
            parts = [part for kind in (SCAN, TRIGGER, FILTER) for part in ((kind, key), (SETTER, f"{kind}:{key}"))]
            self._ground.store.write(Change(forget=(*parts, *below)))
        return found

    def part(self, someone: Someone, kind: str, source: str, scan: str) -> Document:
        """Return the trigger or the filter of a scan.

        Raises:
            ItemUnknown, CollectionRefused: As `scan`, and it has none.
        """
        self.scan(someone, source, scan)
        found = self._ground.store.document(kind, f"{source}/{scan}")
        if found is None:
            raise unknown(kind, scan)
        return found

    def put_part(self, someone: Someone, kind: str, source: str, scan: str, given: Any) -> Document:
        """Set the trigger or the filter of a scan.

        Raises:
            ScanSettingInvalid: It is malformed.
            ItemUnknown, CollectionRefused: As `scan`, and of what this catalogue scans itself, as `put_source`.
        """
        self.scan(someone, source, scan)
        self.check_own(someone, self.source(someone, source))
        properties = _read_trigger(given) if kind == TRIGGER else shapes.read_filter(given)
        name = "default" if kind == TRIGGER else "custom"
        key = f"{source}/{scan}"
        with self._ground.lock:
            old = self._ground.store.document(kind, key)
            kept = times(self._ground, old) | _scheduled(old) if kind == TRIGGER else {}
            where = f"datasources/{source}/scans/{scan}/{kind}s/{name}"
            made = {"id": where, "name": name, "properties": properties | kept}
            self._ground.write_documents((kind, key, source, made), _setter(someone, kind, key))
        return made

    def switch(self, someone: Someone, source: str, scan: str, state: str) -> Document:
        """Enable or disable the trigger of a scan.

        Raises:
            ItemUnknown, CollectionRefused: As `part`.
        """
        with self._ground.lock:
            found = self.part(someone, TRIGGER, source, scan)
            return self.put_part(someone, TRIGGER, source, scan, found | {"properties": found["properties"] | {"state": state}})

    def delete_part(self, someone: Someone, kind: str, source: str, scan: str) -> Document:
        """Take the trigger or the filter of a scan away, and return it.

        Raises:
            ItemUnknown, CollectionRefused: As `part`.
        """
        with self._ground.lock:
            found = self.part(someone, kind, source, scan)
            self.check_own(someone, self.source(someone, source))
            key = f"{source}/{scan}"
            self._ground.store.write(Change(forget=((kind, key), (SETTER, f"{kind}:{key}"))))
        return found


def _setter(someone: Someone, kind: str, key: str) -> tuple[str, str, str, Document]:
    return SETTER, f"{kind}:{key}", "", {"subject": someone.subject, "groups": sorted(someone.groups)}


def _read_trigger(given: Any) -> Document:
    properties = shapes.read_trigger(given)
    if properties.get("recurrence") is not None:
        zone_of(read_recurrence(properties["recurrence"]).zone)
    return properties


def _scheduled(old: Document | None) -> Document:
    """Return when a trigger fired last, which is not for callers to say."""
    return {"lastScheduled": old["properties"].get("lastScheduled") if old is not None else None}


def _place(item: Document) -> str:
    return item["properties"]["collection"]["referenceName"]
