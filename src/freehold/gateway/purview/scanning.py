"""The scanning plane, at the bare address and below `/scan`, with verbs of newer (`R:cancel`) and older versions (`R/:cancel`)."""

from __future__ import annotations

from typing import Any

from freehold.datamap.scanning import system_rulesets
from freehold.errors import AddressUnknown, ItemUnknown
from freehold.gateway.purview.routing import Call, Handler, Route
from freehold.services.datamap.runs import Runs
from freehold.services.datamap.scan_items import CREDENTIAL, FILTER, RULE, RULESET, TRIGGER, VAULT, ScanItems
from freehold.services.datamap.scanning import Scanning

_SOURCE = "/datasources/{source}"
_SCAN = f"{_SOURCE}/scans/{{scan}}"
_RUN = f"{_SCAN}/runs/{{run}}"


def routes(service: Scanning, items: ScanItems, runs: Runs) -> list[Route]:
    """Return the routes of scanning."""
    return [*_sources(service), *_parts(service), *_runs(runs), *_items(items), *_versions(items), *_system()]


def _listing(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"value": items, "count": len(items), "nextLink": None}


def _sources(service: Scanning) -> list[Route]:
    def scan(call: Call) -> tuple[str, str]:
        return call.names["source"], call.names["scan"]

    return [
        Route("GET", "/datasources", lambda call: _listing(service.sources(call.someone))),
        Route("GET", _SOURCE, lambda call: service.source(call.someone, call.names["source"])),
        Route("PUT", _SOURCE, lambda call: service.put_source(call.someone, call.names["source"], call.body)),
        Route("DELETE", _SOURCE, lambda call: service.delete_source(call.someone, call.names["source"])),
        Route("GET", f"{_SOURCE}/scans", lambda call: _listing(service.scans(call.someone, call.names["source"]))),
        Route("GET", _SCAN, lambda call: service.scan(call.someone, *scan(call))),
        Route("PUT", _SCAN, lambda call: service.put_scan(call.someone, *scan(call), call.body)),
        Route("DELETE", _SCAN, lambda call: service.delete_scan(call.someone, *scan(call))),
    ]


def _parts(service: Scanning) -> list[Route]:
    trigger, made = f"{_SCAN}/triggers/default", list[Route]()
    for place, kind in ((trigger, TRIGGER), (f"{_SCAN}/filters/custom", FILTER)):
        made += [
            Route("GET", place, _part(service.part, kind)),
            Route("PUT", place, _put_part(service, kind)),
            Route("DELETE", place, _part(service.delete_part, kind)),
        ]
    for word, state in (("enable", "Enabled"), ("disable", "Disabled")):
        switch = _switch(service, state)
        made += [Route("POST", f"{trigger}:{word}", switch), Route("POST", f"{trigger}/:{word}", switch)]
    return made


def _part(of: Any, kind: str) -> Handler:
    return lambda call: of(call.someone, kind, call.names["source"], call.names["scan"])


def _put_part(service: Scanning, kind: str) -> Handler:
    return lambda call: service.put_part(call.someone, kind, call.names["source"], call.names["scan"], call.body)


def _switch(service: Scanning, state: str) -> Handler:
    return lambda call: service.switch(call.someone, call.names["source"], call.names["scan"], state)


def _runs(runs: Runs) -> list[Route]:
    def names(call: Call) -> tuple[str, str, str]:
        return call.names["source"], call.names["scan"], call.names["run"]

    def start(call: Call) -> Any:
        return runs.start(call.someone, *names(call), call.field("scanLevel") or "Full")

    def cancel(call: Call) -> Any:
        return runs.cancel(call.someone, *names(call))

    def cancel_new(call: Call) -> Any:
        source, scan, verb = names(call)
        return runs.cancel(call.someone, source, scan, _without(verb, "cancel"))

    def history(call: Call) -> Any:
        return _listing(runs.history(call.someone, call.names["source"], call.names["scan"]))

    return [
        Route("GET", f"{_SCAN}/runs", history),
        Route("PUT", _RUN, start, 202),
        Route("GET", _RUN, lambda call: runs.find(call.someone, *names(call))),
        Route("POST", f"{_RUN}/:cancel", cancel, 202),
        Route("POST", _RUN, cancel_new, 202),
    ]


def _items(service: ScanItems) -> list[Route]:
    made: list[Route] = []
    for place, kind in (
        ("/classificationrules", RULE),
        ("/scanrulesets", RULESET),
        ("/azureKeyVaults", VAULT),
        ("/credentials", CREDENTIAL),
    ):
        made += [
            Route("GET", place, _items_of(service, kind)),
            Route("GET", f"{place}/{{name}}", _item(service.item, kind)),
            Route("PUT", f"{place}/{{name}}", _put_item(service, kind)),
            Route("DELETE", f"{place}/{{name}}", _item(service.delete_item, kind)),
        ]
    return made


def _items_of(service: ScanItems, kind: str) -> Handler:
    return lambda call: _listing(service.items(call.someone, kind))


def _item(of: Any, kind: str) -> Handler:
    return lambda call: of(call.someone, kind, call.names["name"])


def _put_item(service: ScanItems, kind: str) -> Handler:
    return lambda call: service.put_item(call.someone, kind, call.names["name"], call.body)


def _versions(service: ScanItems) -> list[Route]:
    rule = "/classificationrules/{name}/versions"

    def tag(call: Call) -> Any:
        text = _without(call.names["version"], "tag") if ":" in call.names["version"] else call.names["version"]
        version = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else -1
        return service.tag(call.someone, call.names["name"], version, call.field("action") or "")

    return [
        Route("GET", rule, lambda call: _listing(service.versions(call.someone, call.names["name"]))),
        Route("POST", f"{rule}/{{version}}/:tag", tag, 202),
        Route("POST", f"{rule}/{{version}}", tag, 202),
    ]


def _system() -> list[Route]:
    def of_kind(kind: str | None) -> dict[str, Any]:
        found = next((item for item in system_rulesets() if item["kind"] == kind), None)
        if found is None:
            raise ItemUnknown("there is no such system rule set", remedy="list them at /systemScanRulesets")
        return found

    def versions(call: Call) -> dict[str, Any]:
        wanted = call.field("dataSourceType")
        return _listing([item for item in system_rulesets() if wanted in {None, item["kind"]}])

    return [
        Route("GET", "/systemScanRulesets", lambda _: _listing(system_rulesets())),
        Route("GET", "/systemScanRulesets/datasources/{kind}", lambda call: of_kind(call.names["kind"])),
        Route("GET", "/systemScanRulesets/versions", versions),
        Route("GET", "/systemScanRulesets/versions/latest", lambda call: of_kind(call.field("dataSourceType"))),
        Route("GET", "/systemScanRulesets/versions/{version}", lambda call: of_kind(call.field("dataSourceType"))),
    ]


def _without(text: str, verb: str) -> str:
    """Return a name without the verb behind it (`R:cancel`)."""
    name, colon, word = text.rpartition(":")
    if not colon or word != verb:
        raise AddressUnknown("nothing is served at this address", remedy=f"write `:{verb}` behind the name")
    return name
