"""What is said about scanning: data sources, scans, rule sets, triggers, filters, connections. Each is checked as it is put."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from freehold.datamap.recurrence import read_recurrence
from freehold.datamap.seed import SYSTEM
from freehold.errors import ScanSettingInvalid

KINDS = frozenset(
    "AdlsGen1 AdlsGen2 AzureStorage AzureSqlDatabase AzureSqlDatabaseManagedInstance AzureSqlDataWarehouse AzureSynapseWorkspace "
    "AzureSynapse AzureCosmosDb AzureDataExplorer AzureMySql AzurePostgreSql AzureFileService AzureResourceGroup AzureSubscription "
    "AmazonAccount AmazonPostgreSql AmazonS3 AmazonSql DuckDB Oracle PowerBI SapEcc SapS4Hana SqlServerDatabase Teradata".split()
)
"""The kinds of data source that can be registered: Purview's, and `DuckDB`, which it has none for."""

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_. -]{0,98}[A-Za-z0-9_-])?")
_CLASSIFICATION = re.compile(r"[A-Za-z][A-Za-z0-9._]{0,255}")
_SECRET = re.compile(
    r".*(?:password|passwd|pwd|passphrase|secret|secretvalue|token|accountkey|accesskey|secretkey|privatekey|sharedkey|apikey|principalkey"
    r"|connectionstring|sharedaccesssignature)|key|pat"
)
"""How a member is called that holds a secret, in small letters and digits."""

_SPELT = re.compile(r"(?:password|pwd|accountkey|sharedaccesssignature)\s*=", re.IGNORECASE)
_DEEPEST = 20
_ENDPOINTS = ("serverEndpoint", "endpoint", "accountUri", "serviceUrl", "host", "clusterUrl")
OWN = ("freehold://", "file://")
"""The endpoints that this catalogue can scan, beside the names of listed databases: products of the mesh, and listed folders."""


def read_name(name: str, what: str) -> str:
    """Return the name of something.

    Raises:
        ScanSettingInvalid: It cannot be one.
    """
    if not _NAME.fullmatch(name):
        raise ScanSettingInvalid(
            f"`{name[:80]}` is no name of a {what}", remedy="use letters, digits, `-`, `_` and `.`, at most 100"
        )
    return name


def read_properties(given: Any, what: str) -> tuple[str, dict[str, Any]]:
    """Return kind and properties of what a request describes.

    Raises:
        ScanSettingInvalid: It is no object of that shape.
    """
    if not isinstance(given, dict) or not isinstance(given.get("properties"), dict | None):
        raise ScanSettingInvalid(f"a {what} comes as an object", remedy='send {"kind": "…", "properties": {…}}')
    kind = given.get("kind")
    return (kind if isinstance(kind, str) else ""), dict(given.get("properties") or {})


def read_source(given: Any) -> tuple[str, dict[str, Any]]:
    """Return kind and properties of a data source.

    Raises:
        ScanSettingInvalid: The kind is not known, or it is malformed, or a secret stands in it as plain text.
    """
    kind, properties = read_connection(given, "data source")
    if kind not in KINDS:
        raise ScanSettingInvalid(
            f"the kind `{kind[:80]}` of data source is not known", remedy=f"use one of {', '.join(sorted(KINDS))}"
        )
    return kind, properties


def read_connection(given: Any, what: str) -> tuple[str, dict[str, Any]]:
    """Return kind and properties of what says how something is reached: it names where a secret is kept, and holds none.

    Raises:
        ScanSettingInvalid: It is malformed, or a secret stands in it as plain text: whoever may read it would have it.
    """
    kind, properties = read_properties(given, what)
    _check_secrets(properties, what, 0)
    return kind, properties


def _check_secrets(given: Any, what: str, depth: int) -> None:
    if depth > _DEEPEST:
        raise ScanSettingInvalid(f"the {what} is nested too deeply", remedy="nest less deeply")
    items: list[tuple[str, Any]] = list(given.items()) if isinstance(given, dict) else []
    for name, value in items:
        if _is_plain(value) and _SECRET.fullmatch(re.sub(r"[^a-z0-9]", "", name.casefold())):
            raise _plain_secret(name, what)
    for name, value in [*items, *((("", item) for item in given) if isinstance(given, list) else ())]:
        if isinstance(value, str) and _SPELT.search(value):
            raise _plain_secret(name or "a list", what)
        _check_secrets(value, what, depth + 1)


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return any(_is_plain(item) for item in value)
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _plain_secret(name: str, what: str) -> ScanSettingInvalid:
    return ScanSettingInvalid(
        f"`{name[:80]}` of the {what} is a secret in plain text",
        remedy='send {"type": "AzureKeyVaultSecret", "secretName": "…", "store": {…}} in a credential, and name that',
    )


def endpoint(properties: Mapping[str, Any]) -> str:
    """Return where a data source is."""
    return next((str(properties[name]) for name in _ENDPOINTS if isinstance(properties.get(name), str)), "")


def collection(properties: Mapping[str, Any]) -> str | None:
    """Return the collection that a data source or scan names, or None.

    Raises:
        ScanSettingInvalid: It is malformed.
    """
    given = properties.get("collection")
    if given is None:
        return None
    name = given.get("referenceName") if isinstance(given, dict) else None
    if not isinstance(name, str):
        raise ScanSettingInvalid("`collection` is malformed", remedy='send {"referenceName": "…", "type": "CollectionReference"}')
    return name


def read_trigger(given: Any) -> dict[str, Any]:
    """Return the properties of a trigger.

    Raises:
        ScanSettingInvalid: Its recurrence is not known.
    """
    _, properties = read_properties(given, "trigger")
    if properties.get("recurrence") is not None:
        read_recurrence(properties["recurrence"])
    if properties.get("state", "Enabled") not in ("Enabled", "Disabled"):
        raise ScanSettingInvalid("`state` is neither Enabled nor Disabled", remedy="use one of them")
    if (properties.get("scanLevel") or "Full") not in ("Full", "Incremental"):
        raise ScanSettingInvalid("`scanLevel` is neither Full nor Incremental", remedy="use one of them")
    return properties


def read_filter(given: Any) -> dict[str, Any]:
    """Return the properties of a filter: prefixes of addresses that are scanned, or left out.

    Raises:
        ScanSettingInvalid: They are no lists of texts.
    """
    _, properties = read_properties(given, "filter")
    for name in ("includeUriPrefixes", "excludeUriPrefixes"):
        listed = properties.get(name)
        if listed is not None and (not isinstance(listed, list) or any(not isinstance(item, str) for item in listed)):
            raise ScanSettingInvalid(f"`{name}` is no list of texts", remedy="send a list")
    return properties


def passes(filters: Mapping[str, Any], address: str) -> bool:
    """Return whether a filter lets something be scanned: the longest prefix that fits decides; without one, all is."""
    included, excluded = filters.get("includeUriPrefixes") or [], filters.get("excludeUriPrefixes") or []
    most = max((len(item) for item in included if address.startswith(item)), default=-1)
    least = max((len(item) for item in excluded if address.startswith(item)), default=-1)
    return most > least or (least < 0 and not included)


def read_ruleset(given: Any) -> tuple[str, dict[str, Any]]:
    """Return kind and properties of a rule set of one's own.

    Raises:
        ScanSettingInvalid: The kind is not known, or it names a system classification that is not known.
    """
    kind, properties = read_source(given)
    for name in ("excludedSystemClassifications", "includedCustomClassificationRuleNames"):
        listed = properties.get(name)
        if listed is not None and (not isinstance(listed, list) or any(not isinstance(item, str) for item in listed)):
            raise ScanSettingInvalid(f"`{name}` is no list of texts", remedy="send a list")
    return kind, properties


def check_classification(name: Any) -> None:
    """Check that a rule of one's own may give that classification.

    Raises:
        ScanSettingInvalid: The name is no name of a classification, or one of the system's.
    """
    if not isinstance(name, str) or not _CLASSIFICATION.fullmatch(name):
        raise ScanSettingInvalid(
            "the rule's `classificationName` is none", remedy="a letter first, then letters, digits, `.` and `_`"
        )
    if name.upper().startswith("MICROSOFT."):
        raise ScanSettingInvalid(f"`{name[:80]}` is the system's", remedy="choose a name that does not begin with MICROSOFT.")


def system_rulesets() -> list[dict[str, Any]]:
    """Return the system's rule set of each kind of data source: all system classifications."""
    return [
        {
            "kind": kind,
            "id": f"systemscanrulesets/{kind}",
            "name": kind,
            "scanRulesetType": "System",
            "status": "Enabled",
            "version": 1,
            "properties": {
                "excludedSystemClassifications": [],
                "includedCustomClassificationRuleNames": [],
                "scanningRule": {"fileExtensions": ["CSV", "PARQUET"], "customFileExtensions": None},
                "systemClassifications": sorted(SYSTEM),
            },
        }
        for kind in sorted(KINDS)
    ]
