"""Data sources, scans and all that is set about them. Who administers data sources in a collection sets them there."""

from __future__ import annotations

from typing import Any

from freehold.datamap import scanning as shapes
from freehold.datamap.access import Right, Someone
from freehold.datamap.rules import read_rule
from freehold.errors import ItemInUse, ItemUnknown, ScanSettingInvalid
from freehold.ports.datamap import Change, Document
from freehold.services.datamap.collections import DATA_SOURCE
from freehold.services.datamap.ground import Ground

SCAN, RUN, TRIGGER, FILTER = "scan", "run", "trigger", "filter"
RULE, RULE_VERSION, RULESET, VAULT, CREDENTIAL = "classificationrule", "ruleversion", "scanruleset", "keyvault", "credential"
TITLES = {
    DATA_SOURCE: "data source",
    SCAN: "scan",
    RUN: "run",
    TRIGGER: "trigger",
    FILTER: "filter",
    RULE: "classification rule",
    RULESET: "scan rule set",
    VAULT: "key vault connection",
    CREDENTIAL: "credential",
}


class Scanning:
    """The settings of scanning of one account."""

    def __init__(self, ground: Ground) -> None:
        """Work on `ground`."""
        self._ground = ground

    def sources(self, someone: Someone) -> list[Document]:
        """Return the data sources in the collections where the caller administers data sources.

        Raises:
            CollectionRefused: They do nowhere.
        """
        self._check_somewhere(someone)
        found = (item for _, item in self._ground.store.documents(DATA_SOURCE))
        return [item for item in found if self._ground.access.may(someone, Right.SCAN, _place(item))]

    def source(self, someone: Someone, name: str) -> Document:
        """Return a data source.

        Raises:
            ItemUnknown: There is none that the caller administers.
            CollectionRefused: They administer none at all.
        """
        self._check_somewhere(someone)
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
        if shapes.endpoint(properties).startswith(shapes.OWN):
            ground.access.check(someone, Right.SCAN, ground.access.root)
        with ground.lock:
            old = ground.store.document(DATA_SOURCE, name)
            if old is not None:
                ground.access.check(someone, Right.SCAN, _place(old))
            kept = {"collection": {"type": "CollectionReference", "referenceName": place, "lastModifiedAt": ground.moment()}}
            properties = (
                properties | kept | self._times(old) | {"dataUseGovernance": properties.get("dataUseGovernance", "Disabled")}
            )
            made = {"kind": kind, "id": f"datasources/{name}", "name": name, "properties": properties, "scans": None}
            ground.write_documents((DATA_SOURCE, name, "", made))
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
            self._ground.store.write(Change(forget=((DATA_SOURCE, name),)))
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
            ScanSettingInvalid: It is malformed, or names a rule set that is not there.
            ItemUnknown, CollectionRefused: As `source`; or the caller may not scan into its collection.
        """
        ground = self._ground
        shapes.read_name(name, TITLES[SCAN])
        owner = self.source(someone, source)
        kind, properties = shapes.read_properties(given, TITLES[SCAN])
        place = shapes.collection(properties) or _place(owner)
        ground.access.check(someone, Right.SCAN, place)
        ruleset = properties.get("scanRulesetName")
        if properties.get("scanRulesetType") == "Custom" and ground.store.document(RULESET, str(ruleset)) is None:
            raise ScanSettingInvalid(f"there is no rule set `{str(ruleset)[:80]}`", remedy="put it at /scanrulesets first")
        with ground.lock:
            key = f"{source}/{name}"
            kept = {"collection": {"type": "CollectionReference", "referenceName": place, "lastModifiedAt": ground.moment()}}
            properties = properties | kept | self._times(ground.store.document(SCAN, key))
            made = {
                "kind": kind or f"{owner['kind']}Msi",
                "id": f"datasources/{source}/scans/{name}",
                "name": name,
                "properties": properties,
                "scanResults": None,
            }
            ground.write_documents((SCAN, key, source, made))
        return made

    def delete_scan(self, someone: Someone, source: str, name: str) -> Document:
        """Delete a scan with its history, and return it.

        Raises:
            ItemUnknown, CollectionRefused: As `scan`.
        """
        with self._ground.lock:
            found = self.scan(someone, source, name)
            key = f"{source}/{name}"
            runs = [(RUN, run) for run, _ in self._ground.store.documents(RUN, key)]
            self._ground.store.write(Change(forget=((SCAN, key), (TRIGGER, key), (FILTER, key), *runs)))
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
            ItemUnknown, CollectionRefused: As `scan`.
        """
        self.scan(someone, source, scan)
        properties = shapes.read_trigger(given) if kind == TRIGGER else shapes.read_filter(given)
        name = "default" if kind == TRIGGER else "custom"
        key = f"{source}/{scan}"
        with self._ground.lock:
            times = self._times(self._ground.store.document(kind, key)) if kind == TRIGGER else {}
            where = f"datasources/{source}/scans/{scan}/{kind}s/{name}"
            made = {"id": where, "name": name, "properties": properties | times}
            self._ground.write_documents((kind, key, source, made))
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
            self._ground.store.write(Change(forget=((kind, f"{source}/{scan}"),)))
        return found

    def items(self, someone: Someone, kind: str) -> list[Document]:
        """Return all rules, rule sets, key vault connections or credentials.

        Raises:
            CollectionRefused: The caller administers data sources nowhere.
        """
        self._check_somewhere(someone)
        return [item for _, item in self._ground.store.documents(kind)]

    def item(self, someone: Someone, kind: str, name: str) -> Document:
        """Return one of them.

        Raises:
            ItemUnknown: There is none of that name.
            CollectionRefused: As `items`.
        """
        self._check_somewhere(someone)
        found = self._ground.store.document(kind, name)
        if found is None:
            raise unknown(kind, name)
        return found

    def put_item(self, someone: Someone, kind: str, name: str, given: Any) -> Document:
        """Create or change one of them; each version of a classification rule is kept.

        Raises:
            ScanSettingInvalid: It is malformed.
            CollectionRefused: The caller does not administer data sources in the root collection.
        """
        ground = self._ground
        ground.access.check(someone, Right.SCAN, ground.access.root)
        shapes.read_name(name, TITLES[kind])
        with ground.lock:
            old = ground.store.document(kind, name)
            if kind == RULE:
                return self._put_rule(name, given, old)
            word, properties = shapes.read_ruleset(given) if kind == RULESET else shapes.read_properties(given, TITLES[kind])
            made: Document = {"id": f"{_ADDRESSES[kind]}/{name}", "name": name, "properties": properties | self._times(old)}
            if kind == RULESET:
                made |= {
                    "kind": word,
                    "scanRulesetType": "Custom",
                    "status": "Enabled",
                    "version": (old or {}).get("version", 0) + 1,
                }
            elif word:
                made["kind"] = word
            ground.write_documents((kind, name, "", made))
        return made

    def delete_item(self, someone: Someone, kind: str, name: str) -> Document:
        """Delete one of them, and return it.

        Raises:
            ItemUnknown: There is none of that name.
            CollectionRefused: As `put_item`.
            ItemInUse: A scan uses the rule set, or a rule set the rule.
        """
        ground = self._ground
        ground.access.check(someone, Right.SCAN, ground.access.root)
        with ground.lock:
            found = self.item(someone, kind, name)
            if self._is_used(kind, name):
                raise ItemInUse(f"the {TITLES[kind]} `{name}` is still used", remedy="take it out of what uses it first")
            versions = [(RULE_VERSION, key) for key, _ in ground.store.documents(RULE_VERSION, name)] if kind == RULE else []
            ground.store.write(Change(forget=((kind, name), *versions)))
        return found

    def versions(self, someone: Someone, rule: str) -> list[Document]:
        """Return every version of a classification rule, the oldest first.

        Raises:
            ItemUnknown, CollectionRefused: As `item`.
        """
        self.item(someone, RULE, rule)
        found = [item for _, item in self._ground.store.documents(RULE_VERSION, rule)]
        return sorted(found, key=lambda item: item["properties"]["version"])

    def tag(self, someone: Someone, rule: str, version: int, action: str) -> Document:
        """Keep (`Keep`) or retire (`Delete`) what a version of a rule has classified, at the next scan.

        Raises:
            ItemUnknown: There is no such rule or version.
            ScanSettingInvalid: The action is not known.
            CollectionRefused: As `put_item`.
        """
        self._ground.access.check(someone, Right.SCAN, self._ground.access.root)
        if action not in {"Keep", "Delete"}:
            raise ScanSettingInvalid("`action` is neither Keep nor Delete", remedy="use one of them")
        found = next((item for item in self.versions(someone, rule) if item["properties"]["version"] == version), None)
        if found is None:
            raise unknown(RULE, f"{rule}, version {version}")
        made = found | {"properties": found["properties"] | {"classificationAction": action}}
        kept = [(RULE_VERSION, f"{rule}/{version:06d}", rule, made)]
        if version == self.item(someone, RULE, rule)["properties"]["version"]:
            kept.append((RULE, rule, "", made))
        self._ground.write_documents(*kept)
        return {"scanResultId": self._ground.new_guid(), "startTime": self._ground.moment(), "status": "Accepted", "endTime": None}

    def _put_rule(self, name: str, given: Any, old: Document | None) -> Document:
        ground = self._ground
        kind, properties = shapes.read_properties(given, TITLES[RULE])
        if kind != "Custom":
            raise ScanSettingInvalid(
                "a classification rule of one's own is of the kind Custom", remedy='send {"kind": "Custom", …}'
            )
        shapes.check_classification(properties.get("classificationName"))
        read_rule(name, properties)
        ground.types.find(properties["classificationName"], "CLASSIFICATION")
        version = (old["properties"]["version"] if old is not None else 0) + 1
        defaults = {"ruleStatus": "Enabled", "classificationAction": "Keep", "minimumPercentageMatch": 60.0}
        properties = {**defaults, **properties, "version": version} | self._times(old)
        made = {"kind": "Custom", "id": f"classificationrules/{name}", "name": name, "properties": properties}
        ground.write_documents((RULE, name, "", made), (RULE_VERSION, f"{name}/{version:06d}", name, made))
        return made

    def _is_used(self, kind: str, name: str) -> bool:
        documents = self._ground.store.documents
        if kind == RULESET:
            return any(item["properties"].get("scanRulesetName") == name for _, item in documents(SCAN))
        if kind == RULE:
            listed = (item["properties"].get("includedCustomClassificationRuleNames") or [] for _, item in documents(RULESET))
            return any(name in names for names in listed)
        return False

    def _times(self, old: Document | None) -> dict[str, str]:
        now = self._ground.moment()
        return {"createdAt": old["properties"]["createdAt"] if old is not None else now, "lastModifiedAt": now}

    def _check_somewhere(self, someone: Someone) -> None:
        if not self._ground.access.where(someone, Right.SCAN):
            self._ground.access.check(someone, Right.SCAN, self._ground.access.root)


_ADDRESSES = {RULESET: "scanrulesets", VAULT: "azureKeyVaults", CREDENTIAL: "credentials"}


def unknown(kind: str, name: str) -> ItemUnknown:
    """Return the error of something that is not there."""
    return ItemUnknown(f"there is no {TITLES[kind]} `{name[:80]}`", remedy="list those that there are")


def _place(item: Document) -> str:
    return item["properties"]["collection"]["referenceName"]
