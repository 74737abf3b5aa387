"""What scans go by: classification rules with their versions, rule sets, key vault connections and credentials.

They are the whole account's: who administers data sources anywhere reads them, who does in the root collection sets them.
"""

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
SETTER, LOOKED = "setter", "looked"
"""Who set something last, by its kind and key; and what a scan has looked at, by its address."""

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


class ScanItems:
    """The rules, rule sets, key vault connections and credentials of one account."""

    def __init__(self, ground: Ground) -> None:
        """Work on `ground`."""
        self._ground = ground

    def items(self, someone: Someone, kind: str) -> list[Document]:
        """Return all rules, rule sets, key vault connections or credentials.

        Raises:
            CollectionRefused: The caller administers data sources nowhere.
        """
        check_somewhere(self._ground, someone)
        return [item for _, item in self._ground.store.documents(kind)]

    def item(self, someone: Someone, kind: str, name: str) -> Document:
        """Return one of them.

        Raises:
            ItemUnknown: There is none of that name.
            CollectionRefused: As `items`.
        """
        check_somewhere(self._ground, someone)
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
            word, properties = _read_item(kind, given)
            made: Document = {"id": f"{_ADDRESSES[kind]}/{name}", "name": name, "properties": properties | times(self._ground, old)}
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
        properties = {**defaults, **properties, "version": version} | times(self._ground, old)
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


_ADDRESSES = {RULESET: "scanrulesets", VAULT: "azureKeyVaults", CREDENTIAL: "credentials"}


def unknown(kind: str, name: str) -> ItemUnknown:
    """Return the error of something that is not there."""
    return ItemUnknown(f"there is no {TITLES[kind]} `{name[:80]}`", remedy="list those that there are")


def times(ground: Ground, old: Document | None) -> dict[str, str]:
    """Return when something was made and changed last, which is now."""
    now = ground.moment()
    return {"createdAt": old["properties"]["createdAt"] if old is not None else now, "lastModifiedAt": now}


def check_somewhere(ground: Ground, someone: Someone) -> None:
    """Check that somebody administers data sources in any collection.

    Raises:
        CollectionRefused: They do nowhere.
    """
    if not ground.access.where(someone, Right.SCAN):
        ground.access.check(someone, Right.SCAN, ground.access.root)


def _read_item(kind: str, given: Any) -> tuple[str, Document]:
    if kind == RULESET:
        return shapes.read_ruleset(given)
    return shapes.read_connection(given, TITLES[kind])
