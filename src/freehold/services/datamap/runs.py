"""Runs of scans: one after the other in a thread of their own; a restart tells of those that it broke off."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from freehold.datamap import scanning as shapes
from freehold.datamap.access import SCANNER, Right, Someone
from freehold.datamap.definitions import read_definitions
from freehold.datamap.rules import Rule, read_rule
from freehold.errors import AlreadyExists, FreeholdError, ScanSettingInvalid, SourceUnreadable
from freehold.ports.datamap import Document, Record
from freehold.services.datamap.assets import SOURCE
from freehold.services.datamap.ground import TYPE, Ground
from freehold.services.datamap.looking import Asset, Files, Products, Wanted
from freehold.services.datamap.scanning import FILTER, RULE, RULESET, RUN, Scanning, unknown
from freehold.services.datamap.writing import Writing

LEVELS = ("Full", "Incremental")
ENDED = frozenset({"Succeeded", "Failed", "Canceled"})
_LOG = logging.getLogger("freehold.purview")
_MOST_SAID = 20


class _Stopped(Exception):
    """The run was cancelled."""


class Runs:
    """The runs of one account."""

    def __init__(self, ground: Ground, scanning: Scanning, writing: Writing, products: Products, files: Files) -> None:
        """Scan `products` and `files`, and write what is found by `writing`."""
        self._ground = ground
        self._scanning = scanning
        self._writing = writing
        self._products = products
        self._files = files
        self._cancelled: set[str] = set()
        self._ending = threading.Event()
        self._thread = ThreadPoolExecutor(1, "scan")

    def open(self) -> None:
        """Tell of the runs that a stop of the catalogue broke off."""
        for key, run in self._ground.store.documents(RUN):
            if run["status"] not in ENDED:
                self._keep(key, run | self._end("Failed", "the catalogue was stopped meanwhile"))

    def stop(self) -> None:
        """Cancel what is under way, and wait for it."""
        self._ending.set()
        self._thread.shutdown(cancel_futures=True)

    def start(self, someone: Someone, source: str, scan: str, run: str, level: str) -> dict[str, Any]:
        """Start a run, which goes on after this returns.

        Raises:
            ScanSettingInvalid: The level is not known.
            AlreadyExists: There is a run of that identifier.
            ItemUnknown, CollectionRefused: As `Scanning.scan`; and of what this catalogue scans itself, as `Scanning.put_source`.
        """
        shapes.read_name(run, "run")
        if level not in LEVELS:
            raise ScanSettingInvalid("`scanLevel` is neither Full nor Incremental", remedy="use one of them")
        owner, settings = self._scanning.source(someone, source), self._scanning.scan(someone, source, scan)
        if shapes.endpoint(owner["properties"]).startswith(shapes.OWN):
            self._ground.access.check(someone, Right.SCAN, self._ground.access.root)
        key, now = f"{source}/{scan}/{run}", self._ground.moment()
        with self._ground.lock:
            if self._ground.store.document(RUN, key) is not None:
                raise AlreadyExists(f"there is a run `{run}` already", remedy="use a new identifier")
            self._keep(
                key,
                {
                    "id": run,
                    "scanResultId": run,
                    "parentId": None,
                    "resourceId": f"datasources/{source}",
                    "status": "Accepted",
                    "runType": "Manual",
                    "scanLevelType": level,
                    "dataSourceType": owner["kind"],
                    "scanRulesetName": settings["properties"].get("scanRulesetName"),
                    "scanRulesetType": settings["properties"].get("scanRulesetType", "System"),
                    "startTime": now,
                    "queuedTime": now,
                    "endTime": None,
                    "errorMessage": None,
                    "error": None,
                    "diagnostics": {"notifications": [], "exceptionCountMap": {}},
                    **_counts(0, 0, 0),
                },
            )
        self._thread.submit(self._run, key, owner, settings)
        return {"scanResultId": run, "startTime": now, "endTime": None, "status": "Accepted", "error": None}

    def history(self, someone: Someone, source: str, scan: str) -> list[Document]:
        """Return the runs of a scan, the newest first.

        Raises:
            ItemUnknown, CollectionRefused: As `Scanning.scan`.
        """
        self._scanning.scan(someone, source, scan)
        found = [item for _, item in self._ground.store.documents(RUN, f"{source}/{scan}")]
        return sorted(found, key=lambda item: item["startTime"], reverse=True)

    def find(self, someone: Someone, source: str, scan: str, run: str) -> Document:
        """Return a run.

        Raises:
            ItemUnknown, CollectionRefused: As `Scanning.scan`, and there is no such run.
        """
        self._scanning.scan(someone, source, scan)
        found = self._ground.store.document(RUN, f"{source}/{scan}/{run}")
        if found is None:
            raise unknown(RUN, run)
        return found

    def cancel(self, someone: Someone, source: str, scan: str, run: str) -> dict[str, Any]:
        """Cancel a run; what it has written stays. One that has ended stays as it is.

        Raises:
            ItemUnknown, CollectionRefused: As `find`.
        """
        found = self.find(someone, source, scan, run)
        if found["status"] not in ENDED:
            self._cancelled.add(f"{source}/{scan}/{run}")
        return {name: found[name] for name in ("scanResultId", "startTime", "endTime", "status", "error")}

    def _run(self, key: str, source: Document, scan: Document) -> None:
        try:
            self._scan(key, source, scan)
        except FreeholdError as error:
            why = error.detail if isinstance(error, SourceUnreadable) else type(error).title
            self._keep(key, self._held(key) | self._end("Failed", why))
        except _Stopped:
            self._keep(key, self._held(key) | self._end("Canceled", "the run was cancelled"))
        except Exception:  # noqa: BLE001  (the last wall of a thread that nobody waits for)
            _LOG.exception("a scan broke off")
            self._keep(key, self._held(key) | self._end("Failed", "an internal error; the operators find it in the log"))
        finally:
            self._cancelled.discard(key)

    def _scan(self, key: str, source: Document, scan: Document) -> None:
        self._check_cancelled(key)
        self._keep(key, self._held(key) | {"status": "InProgress", "pipelineStartTime": self._ground.moment()})
        wanted = self._wanted(key, scan)
        filters = (self._ground.store.document(FILTER, key.rpartition("/")[0]) or {"properties": {}})["properties"]
        place = scan["properties"]["collection"]["referenceName"]
        discovered = classified = failed = 0
        said: list[dict[str, Any]] = _unused(wanted.rules) if _is_of_products(source) else []
        for asset in self._assets(source, scan):
            if not shapes.passes(filters, asset.address):
                continue
            self._check_cancelled(key)
            discovered += 1
            try:
                entities, has_classification = asset.look(wanted)
                self._write(entities, place)
                classified += has_classification
            except FreeholdError as error:
                failed += 1
                if len(said) < _MOST_SAID:
                    said.append({"message": f"{asset.address}: {type(error).title}", "code": type(error).code})
            counts = _counts(discovered, classified, failed)
            self._keep(key, self._held(key) | counts | {"diagnostics": {"notifications": said, "exceptionCountMap": {}}})
        whole_failure = discovered > 0 and failed == discovered
        ended = self._end("Failed", "nothing of it could be read") if whole_failure else self._end("Succeeded", None)
        self._keep(key, self._held(key) | ended)

    def _assets(self, source: Document, scan: Document) -> Iterator[Asset]:
        address = shapes.endpoint(source["properties"])
        if _is_of_products(source):
            domain = scan["properties"].get("databaseName")
            yield from self._products.assets(f"{address.rstrip('/')}/{domain}" if isinstance(domain, str) and domain else address)
        elif address.startswith("file://"):
            yield from self._files.assets(address, source["kind"])
        else:
            raise SourceUnreadable(
                f"this catalogue has nothing that reads `{address[:200] or 'a source without an endpoint'}`",
                remedy="it scans freehold://MESH and file://ROOT; other sources are registered, and described by clients",
            )

    def _wanted(self, key: str, scan: Document) -> Wanted:
        properties = scan["properties"]
        excluded: frozenset[str] = frozenset()
        rules: tuple[Rule, ...] = ()
        if properties.get("scanRulesetType") == "Custom":
            ruleset = self._ground.store.document(RULESET, str(properties.get("scanRulesetName"))) or {"properties": {}}
            excluded = frozenset(ruleset["properties"].get("excludedSystemClassifications") or [])
            names = ruleset["properties"].get("includedCustomClassificationRuleNames") or []
            found = ((name, self._ground.store.document(RULE, name)) for name in names)
            made = (read_rule(name, item["properties"]) for name, item in found if item is not None)
            rules = tuple(item for item in made if item is not None)
        return Wanted(rules, system=True, excluded=excluded, cancelled=lambda: self._check_cancelled(key))

    def _check_cancelled(self, key: str) -> None:
        if key in self._cancelled or self._ending.is_set():
            raise _Stopped

    def _write(self, entities: list[dict[str, Any]], place: str) -> None:
        """Write what was found, and take away what an earlier scan had found and this one has not."""
        ground = self._ground
        self._define({item["typeName"] for entity in entities for item in entity.get("classifications", ())})
        found = {(item["typeName"], item["attributes"]["qualifiedName"]): item.get("classifications", ()) for item in entities}
        with ground.lock:
            self._writing.put(SCANNER, entities, collection=place)
            for name, record in ground.store.named(list(found)).items():
                self._withdraw(record, {item["typeName"] for item in found[name]})

    def _withdraw(self, record: Record, found: set[str]) -> None:
        held = record.body.get("classifications", [])
        kept = [item for item in held if item["typeName"] in found or item.get("source") != SOURCE]
        if len(kept) < len(held):
            self._writing.rewrite(record, record.body | {"classifications": kept}, SCANNER)

    def _define(self, names: set[str]) -> None:
        """Define the classifications of the mesh's own that nobody has defined yet."""
        ground = self._ground
        with ground.lock:
            fresh = sorted(name for name in names if name not in ground.types.definitions)
            if fresh:
                given = {"classificationDefs": [{"name": name, "description": name} for name in fresh]}
                made = [ground.stamped(item, SCANNER.subject) for item in read_definitions(given)]
                ground.types = ground.types.with_definitions(made)
                ground.write_documents(*((TYPE, item["name"], "", item) for item in made))

    def _held(self, key: str) -> Document:
        return self._ground.store.document(RUN, key) or {}

    def _keep(self, key: str, run: Document) -> None:
        self._ground.write_documents((RUN, key, key.rpartition("/")[0], run))

    def _end(self, status: str, why: str | None) -> Document:
        error = {"code": f"Scan{status}", "message": why, "target": None, "details": []} if why is not None else None
        return {"status": status, "endTime": self._ground.moment(), "errorMessage": why, "error": error}


def _is_of_products(source: Document) -> bool:
    return shapes.endpoint(source["properties"]).startswith("freehold://")


def _unused(rules: tuple[Rule, ...]) -> list[dict[str, Any]]:
    """Return what to say of rules that are not run over products."""
    message = "patterns of values are not run over products: write them as a `valuePattern` of the mesh's governance"
    return [{"message": f"{rule.name}: {message}", "code": "value-pattern-unused"} for rule in rules if rule.values][:_MOST_SAID]


def _counts(discovered: int, classified: int, failed: int) -> Document:
    assets = {"discovered": discovered, "classified": classified, "failed": failed}
    details = {"status": None, "errorMessage": None, "statistics": {"assets": assets, "notifications": []}}
    return {
        "assetsDiscovered": discovered,
        "assetsClassified": classified,
        "discoveryExecutionDetails": details,
        "ingestionExecutionDetails": {"statistics": {"assets": assets, "relationships": {"discovered": 0, "failed": 0}}},
    }
