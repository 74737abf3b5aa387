"""Runs of scans: one after the other in a thread of their own; a restart tells of those that it broke off."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from freehold.datamap import scanning as shapes
from freehold.datamap.access import SCANNER, Someone
from freehold.datamap.definitions import read_definitions
from freehold.datamap.rules import Rule, read_rule
from freehold.errors import AlreadyExists, FreeholdError, NodeBusy, ScanSettingInvalid, SourceUnreadable
from freehold.ports.datamap import Change, Document, Record
from freehold.services.datamap.assets import SOURCE
from freehold.services.datamap.databases import NO_DATABASES, Databases
from freehold.services.datamap.ground import TYPE, Ground
from freehold.services.datamap.looking import Asset, Files, Products, Wanted
from freehold.services.datamap.scan_items import FILTER, RULE, RULESET, RUN, unknown
from freehold.services.datamap.scanning import Scanning
from freehold.services.datamap.tally import Tally, counts, fingerprint, is_of_products
from freehold.services.datamap.writing import Writing

LEVELS = ("Full", "Incremental")
ENDED = frozenset({"Succeeded", "Failed", "Canceled"})
KEPT = 1_000
"""How many runs of a scan that have ended are remembered."""

MOST_WAITING = 100
"""How many runs of a scan may wait."""

_LOG = logging.getLogger("freehold.purview")
_MOST_SAID = 20
_TOLD = ("scanResultId", "startTime", "endTime", "status", "error")


class _Stopped(Exception):
    """The run was cancelled."""


class Runs:
    """The runs of one account."""

    def __init__(
        self,
        ground: Ground,
        scanning: Scanning,
        writing: Writing,
        products: Products,
        files: Files,
        *,
        databases: Databases = NO_DATABASES,
    ) -> None:
        """Scan `products`, `files` and `databases`, and write what is found by `writing`."""
        self._ground = ground
        self._scanning = scanning
        self._writing = writing
        self._products = products
        self._files = files
        self._databases = databases
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
            NodeBusy: Too many runs of the scan wait already.
            ItemUnknown, CollectionRefused: As `Scanning.scan`; and of what this catalogue scans itself, as `Scanning.put_source`.
        """
        shapes.read_name(run, "run")
        if level not in LEVELS:
            raise ScanSettingInvalid("`scanLevel` is neither Full nor Incremental", remedy="use one of them")
        key = f"{source}/{scan}/{run}"
        with self._ground.lock:
            owner, settings = self._scanning.source(someone, source), self._scanning.scan(someone, source, scan)
            self._scanning.check_own(someone, owner)
            self._check_room(f"{source}/{scan}")
            if self._ground.store.document(RUN, key) is not None:
                raise AlreadyExists(f"there is a run `{run}` already", remedy="use a new identifier")
            made = self._accept(key, owner, settings, level, "Manual")
        self._thread.submit(self._run, key, owner, settings)
        return {name: made[name] for name in _TOLD}

    def start_due(self, source: str, scan: str, level: str, *, refused: str | None) -> str:
        """Start a run that is due, or where it is `refused` tell why in the history; return its identifier.

        Raises:
            ItemUnknown: The scan is gone.
        """
        owner, settings = self._scanning.both(source, scan)
        run = self._ground.new_guid()
        key = f"{source}/{scan}/{run}"
        made = self._accept(key, owner, settings, level, "Scheduled")
        if refused is not None:
            self._keep(key, made | self._end("Failed", refused))
        else:
            self._thread.submit(self._run, key, owner, settings)
        return run

    def is_under_way(self, scan: str) -> bool:
        """Return whether a run of `SOURCE/SCAN` has not ended."""
        return any(run["status"] not in ENDED for _, run in self._ground.store.documents(RUN, scan))

    def _accept(self, key: str, owner: Document, settings: Document, level: str, kind: str) -> Document:
        """Write a run down, and forget the oldest of a scan that has too many."""
        above, _, run = key.rpartition("/")
        now = self._ground.moment()
        made = {
            "id": run,
            "scanResultId": run,
            "parentId": None,
            "resourceId": f"datasources/{above.partition('/')[0]}",
            "status": "Accepted",
            "runType": kind,
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
            **counts(0, 0, 0),
        }
        ended = [(name, item) for name, item in self._ground.store.documents(RUN, above) if item["status"] in ENDED]
        old = sorted(ended, key=lambda held: held[1]["startTime"])[: max(0, len(ended) - KEPT)]
        self._ground.store.write(Change(forget=tuple((RUN, name) for name, _ in old), documents=((RUN, key, above, made),)))
        return made

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
        return {name: found[name] for name in _TOLD}

    def _run(self, key: str, source: Document, scan: Document) -> None:
        try:
            self._scan(key, source, scan)
        except FreeholdError as error:
            why = error.detail if isinstance(error, SourceUnreadable) else type(error).title
            self._note(key, self._end("Failed", why))
        except _Stopped:
            self._note(key, self._end("Canceled", "the run was cancelled"))
        except Exception:  # noqa: BLE001  (the last wall of a thread that nobody waits for)
            _LOG.exception("a scan broke off")
            self._note(key, self._end("Failed", "an internal error; the operators find it in the log"))
        finally:
            self._cancelled.discard(key)

    def _scan(self, key: str, source: Document, scan: Document) -> None:
        self._check_cancelled(key)
        self._note(key, {"status": "InProgress", "pipelineStartTime": self._ground.moment()})
        filters = (self._ground.store.document(FILTER, key.rpartition("/")[0]) or {"properties": {}})["properties"]
        wanted = self._wanted(key, scan, lambda address: shapes.passes(filters, address))
        tally = Tally(self._ground.store, key, self._held(key).get("scanLevelType", "Full"), fingerprint(source, scan, wanted))
        if is_of_products(source):
            tally.said += _unused(wanted.rules)
        for asset in self._assets(source, scan):
            if not wanted.passes(asset.address):
                continue
            self._check_cancelled(key)
            mark = tally.begin(asset)
            if mark is None:
                continue
            try:
                entities, has_classification = asset.look(wanted)
                self._write(entities, scan["properties"]["collection"]["referenceName"])
                tally.looked(mark, classified=has_classification)
            except FreeholdError as error:
                tally.failed(f"{asset.address}: {type(error).title}", type(error).code)
            self._note(key, tally.told(), *tally.marks())
        whole_failure = tally.discovered > 0 and tally.failures == tally.discovered
        ended = self._end("Failed", "nothing of it could be read") if whole_failure else self._end("Succeeded", None)
        self._note(key, tally.told() | ended)

    def _assets(self, source: Document, scan: Document) -> Iterator[Asset]:
        address, named = shapes.endpoint(source["properties"]), scan["properties"].get("databaseName")
        chosen = named if isinstance(named, str) and named else None
        if is_of_products(source):
            yield from self._products.assets(f"{address.rstrip('/')}/{chosen}" if chosen is not None else address)
        elif self._files.has(address):
            yield from self._files.assets(address, source["kind"])
        elif self._databases.has(address):
            yield from self._databases.assets(address, source["kind"], chosen)
        else:
            raise SourceUnreadable(
                f"this catalogue has nothing that reads `{address[:200] or 'a source without an endpoint'}`",
                remedy="it scans freehold://MESH, and folders, containers and databases that the operator lists; other sources are "
                "registered, and described by clients",
            )

    def _wanted(self, key: str, scan: Document, passes: Callable[[str], bool]) -> Wanted:
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
        return Wanted(rules, system=True, excluded=excluded, cancelled=lambda: self._check_cancelled(key), passes=passes)

    def _check_cancelled(self, key: str) -> None:
        is_deleted = self._ground.store.document(RUN, key) is None
        if is_deleted or key in self._cancelled or self._ending.is_set():
            raise _Stopped

    def _check_room(self, scan: str) -> None:
        if sum(run["status"] not in ENDED for _, run in self._ground.store.documents(RUN, scan)) >= MOST_WAITING:
            raise NodeBusy(f"{MOST_WAITING} runs of this scan wait already", remedy="cancel some, or start it again later")

    def _write(self, entities: list[dict[str, Any]], place: str) -> None:
        """Write what was found, and take away what an earlier scan had found and this one has not."""
        ground = self._ground
        self._define({item["typeName"] for entity in entities for item in entity.get("classifications", ())})
        found = {(item["typeName"], item["attributes"]["qualifiedName"]): item.get("classifications", ()) for item in entities}
        with ground.lock:
            self._writing.put(SCANNER, entities, collection=place)
            less: list[tuple[Record, Document]] = []
            for name, record in ground.store.named(list(found)).items():
                kept = _kept(record, {item["typeName"] for item in found[name]})
                if len(kept) < len(record.body.get("classifications", [])):
                    less.append((record, record.body | {"classifications": kept}))
            self._writing.rewrite(SCANNER, less)

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

    def _keep(self, key: str, run: Document, *beside: tuple[str, str, str, Document]) -> None:
        self._ground.write_documents((RUN, key, key.rpartition("/")[0], run), *beside)

    def _note(self, key: str, said: Document, *beside: tuple[str, str, str, Document]) -> None:
        """Tell more of a run; of one that was deleted meanwhile, with its scan, nothing is told any more."""
        with self._ground.lock:
            held = self._ground.store.document(RUN, key)
            if held is not None:
                self._keep(key, held | said, *beside)

    def _end(self, status: str, why: str | None) -> Document:
        error = {"code": f"Scan{status}", "message": why, "target": None, "details": []} if why is not None else None
        return {"status": status, "endTime": self._ground.moment(), "errorMessage": why, "error": error}


def _kept(record: Record, found: set[str]) -> list[dict[str, Any]]:
    """Return the classifications that a scan leaves an entity: those that it has found, and those that no scan gave."""
    return [item for item in record.body.get("classifications", []) if item["typeName"] in found or item.get("source") != SOURCE]


def _unused(rules: tuple[Rule, ...]) -> list[dict[str, Any]]:
    """Return what to say of rules that are not run over products."""
    message = "patterns of values are not run over products: write them as a `valuePattern` of the mesh's governance"
    return [{"message": f"{rule.name}: {message}", "code": "value-pattern-unused"} for rule in rules if rule.values][:_MOST_SAID]
