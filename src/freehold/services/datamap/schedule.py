"""Start the scans whose triggers are due: each in the name of those who set it up, and what was missed once.

A run is made only while everybody who set source, scan, filter and trigger last may still start it: nobody gets by a trigger what
they would not get by hand.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from typing import Any

from freehold.datamap.access import Right
from freehold.datamap.recurrence import next_after, read_recurrence
from freehold.errors import FreeholdError, ScanSettingInvalid
from freehold.services.datamap.ground import Ground
from freehold.services.datamap.runs import Runs
from freehold.services.datamap.scan_items import TRIGGER
from freehold.services.datamap.scanning import Scanning
from freehold.services.datamap.zones import zone_of

SECONDS = 5.0
"""How often it is looked whether a trigger is due."""

_LOG = logging.getLogger("freehold.purview")


class Schedule:
    """The triggers of one account."""

    def __init__(self, ground: Ground, scanning: Scanning, runs: Runs) -> None:
        """Start runs by `runs`."""
        self._ground = ground
        self._scanning = scanning
        self._runs = runs
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="schedule", daemon=True)

    def open(self) -> None:
        """Look now and then, in a thread of its own, until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()

    def tick(self) -> list[str]:
        """Start what is due now; return `SOURCE/SCAN` of each run."""
        started: list[str] = []
        for key, _ in self._ground.store.documents(TRIGGER):
            try:
                with self._ground.lock:
                    if self._fire(key):
                        started.append(key)
            except FreeholdError as error:
                _LOG.error("the trigger of a scan could not fire: %s", type(error).code)
        return started

    def _fire(self, key: str) -> bool:
        found = self._ground.store.document(TRIGGER, key)
        now = self._ground.clock.now()
        if found is None or not _is_due(found["properties"], now) or self._runs.is_under_way(key):
            return False
        properties = found["properties"] | {"lastScheduled": self._ground.moment()}
        self._ground.write_documents((TRIGGER, key, key.partition("/")[0], found | {"properties": properties}))
        source, _, scan = key.partition("/")
        self._runs.start_due(source, scan, properties.get("scanLevel") or "Full", refused=self._refused(source, scan))
        return True

    def _refused(self, source: str, scan: str) -> str | None:
        """Return why a run that is due may not be made, or None where it may."""
        owner, settings = self._scanning.both(source, scan)
        access = self._ground.access
        places = {item["properties"]["collection"]["referenceName"] for item in (owner, settings)}
        if self._scanning.is_own(owner):
            places.add(access.root)
        setters = self._scanning.setters(source, scan)
        if not setters or not all(access.may(someone, Right.SCAN, place) for someone in setters for place in places):
            return "somebody who set up this scan or its trigger may not start it: put both again as somebody who may"
        return None

    def _watch(self) -> None:
        while not self._ending.wait(SECONDS):
            try:
                self.tick()
            except Exception:  # noqa: BLE001  (the last wall of a thread that nobody waits for)
                _LOG.exception("the triggers of scans could not be looked at")


def _is_due(properties: dict[str, Any], now: dt.datetime) -> bool:
    if properties.get("state") == "Disabled" or properties.get("recurrence") is None:
        return False
    try:
        recurrence = read_recurrence(properties["recurrence"])
        zone = zone_of(recurrence.zone)
    except ScanSettingInvalid:  # written by an older version, which looked less closely
        return False
    set_at = dt.datetime.fromisoformat(properties["lastModifiedAt"])
    last = properties.get("lastScheduled")
    after = max(set_at, dt.datetime.fromisoformat(last)) if isinstance(last, str) else set_at
    due = next_after(recurrence, zone, dt.datetime.fromisoformat(properties["createdAt"]), after)
    return due is not None and due <= now
