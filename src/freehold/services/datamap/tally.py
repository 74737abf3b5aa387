"""What a run has come to: how much it found and looked at, what went wrong, and what an incremental one need not look at again."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from freehold.datamap import scanning as shapes
from freehold.ports.datamap import DataMapStore, Document
from freehold.services.datamap.looking import Asset, Wanted
from freehold.services.datamap.scan_items import LOOKED

MOST_SAID = 20
"""How many notes a run keeps."""


class Tally:
    """The account of one run."""

    def __init__(self, store: DataMapStore, run: str, level: str, settings: str) -> None:
        """Start at nothing; an `Incremental` run leaves out what is unchanged and was looked at under the same `settings`."""
        self.discovered = self.classified = self.failures = self.unchanged = self.unknown = 0
        self.said: list[dict[str, Any]] = []
        self._scan = run.rpartition("/")[0]
        self._settings = settings
        self._is_incremental = level == "Incremental"
        self._known = dict(store.documents(LOOKED, self._scan)) if self._is_incremental else {}
        self._marks: list[tuple[str, str, str, Document]] = []

    def begin(self, asset: Asset) -> Document | None:
        """Count an asset; return what to remember of it once it was looked at, or None where that need not be done again."""
        self.discovered += 1
        key = f"{self._scan}/{_digest(asset.address)}"
        mark = {"key": key, "state": _digest(f"{asset.state}\n{self._settings}") if asset.state is not None else None}
        held = self._known.get(key)
        if held is not None and mark["state"] is not None and held["state"] == mark["state"]:
            self.unchanged += 1
            self.classified += held["classified"]
            return None
        self.unknown += asset.state is None
        return mark

    def looked(self, mark: Document, *, classified: bool) -> None:
        """Count what was looked at, and remember it where its state is known."""
        self.classified += classified
        if mark["state"] is not None:
            kept = {"state": mark["state"], "classified": classified}
            self._marks.append((LOOKED, mark["key"], self._scan, kept))

    def failed(self, message: str, code: str) -> None:
        """Count what could not be looked at, and say why."""
        self.failures += 1
        if len(self.said) < MOST_SAID:
            self.said.append({"message": message, "code": code})

    def marks(self) -> list[tuple[str, str, str, Document]]:
        """Return what is to be remembered and was not yet."""
        made, self._marks = self._marks, []
        return made

    def told(self) -> Document:
        """Return what the run says of itself."""
        notes = [*self.said, *self._of_increment()]
        diagnostics = {"notifications": notes, "exceptionCountMap": {}}
        return counts(self.discovered, self.classified, self.failures) | {"diagnostics": diagnostics}

    def _of_increment(self) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = []
        if self.unchanged:
            message = f"{self.unchanged:,} of {self.discovered:,} are unchanged since they were looked at, and were not again"
            made.append({"message": message, "code": "unchanged"})
        if self._is_incremental and self.unknown:
            message = f"of {self.unknown:,} it cannot be known whether they have changed: they were looked at"
            made.append({"message": message, "code": "changes-unknown"})
        return made


def fingerprint(source: Document, scan: Document, wanted: Wanted) -> str:
    """Return what differs once a scan would classify otherwise, or write elsewhere."""
    held = {
        "kind": source["kind"],
        "place": scan["properties"]["collection"]["referenceName"],
        "excluded": sorted(wanted.excluded),
        "rules": wanted.rules,
    }
    return msgspec.json.encode(held).decode()


def is_of_products(source: Document) -> bool:
    """Return whether a data source is of the mesh's products, which are read through the gate."""
    return shapes.endpoint(source["properties"]).startswith("freehold://")


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def counts(discovered: int, classified: int, failed: int) -> Document:
    """Return the numbers of a run, in every place where clients look for them."""
    assets = {"discovered": discovered, "classified": classified, "failed": failed}
    details = {"status": None, "errorMessage": None, "statistics": {"assets": assets, "notifications": []}}
    return {
        "assetsDiscovered": discovered,
        "assetsClassified": classified,
        "discoveryExecutionDetails": details,
        "ingestionExecutionDetails": {"statistics": {"assets": assets, "relationships": {"discovered": 0, "failed": 0}}},
    }
