"""Aliases: the names of properties in policies (`Microsoft.Storage/storageAccounts/sku.name`) and where they lie in a resource.

Reads what `az provider list --expand resourceTypes/aliases` and the ARM call behind it print, and manifests of data planes.
An alias has a path for each API version that moved it, else its default one; most are `properties.` and the alias's own tail.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from freehold.errors import AzurePolicyInvalid

ROOT_FIELDS = (
    "name",
    "type",
    "location",
    "kind",
    "id",
    "tags",
    "identity",
    "sku",
    "plan",
    "zones",
    "managedBy",
    "etag",
    "apiVersion",
    "fullName",
    "systemData",
    "extendedLocation",
)
"""What stands at the top of a resource, beside `properties`."""

_ROOT = frozenset(name.lower() for name in ROOT_FIELDS)
WILDCARD = "[*]"
PROPERTIES = "properties."


class UnknownAlias(enum.Enum):
    """What becomes of an alias that is not in the table."""

    REFUSE = "refuse"
    DERIVE = "derive"
    """It is taken to be `properties.` and its tail, as most are."""
    RAW = "raw"
    """Field names are paths into the resource as it is written; there are no aliases."""


@dataclass(frozen=True, slots=True)
class Alias:
    """One alias of a resource type; `short` is its tail, `versions` are the paths of API versions in lower case.

    `modifiable` is whether policies may change it, `otherwise` the API versions of which the opposite holds.
    """

    short: str
    path: str
    versions: Mapping[str, str]
    modifiable: bool
    otherwise: frozenset[str] = frozenset()

    def is_modifiable_at(self, version: str | None) -> bool:
        """Return whether policies may change it under an API version; None asks for any."""
        if version is None:
            return self.modifiable or bool(self.otherwise)
        return self.modifiable is not (version.lower() in self.otherwise)

    def path_at(self, version: str | None) -> str:
        """Return the path under an API version."""
        return self.versions.get(version.lower(), self.path) if version else self.path

    @property
    def is_wildcard(self) -> bool:
        """Whether it names members of an array."""
        return WILDCARD in self.short

    @property
    def key(self) -> str:
        """Return where it lies in the normal form; `_p_` keeps a property apart from what a resource has at its top."""
        low = self.short.lower()
        return f"_p_{low}" if low in _ROOT and self.path.lower().startswith(PROPERTIES) else low


@dataclass(frozen=True, slots=True)
class TypeAliases:
    """The aliases of one resource type by lower-case tail; `wrapped` are arrays whose members have a `properties` of their own."""

    type: str
    entries: Mapping[str, Alias]
    names: Mapping[str, Alias] = field(default_factory=dict[str, Alias])
    """The same by their whole names in lower case; several may share a tail."""
    wrapped: frozenset[str] = frozenset()
    capabilities: str | None = None
    moves: dict[str, Any] = field(default_factory=dict[str, Any], compare=False, repr=False)
    """What was worked out of the entries for an API version, kept by its user."""


class AliasTable:
    """The aliases of many resource types."""

    def __init__(self, types: Iterable[TypeAliases] = (), unknown: UnknownAlias = UnknownAlias.REFUSE) -> None:
        """Hold them; `unknown` says what becomes of other aliases."""
        self.types = {item.type.lower(): item for item in types}
        self.unknown = unknown
        self._names: dict[str, Alias] = {}
        for item in self.types.values():
            self._names.update(item.names)

    def of(self, resource_type: str) -> TypeAliases | None:
        """Return the aliases of a resource type, or None."""
        return self.types.get(resource_type.lower())

    def path(self, name: str) -> str:
        """Return where an alias lies in the normal form, in lower case.

        Raises:
            AzurePolicyInvalid: The table does not know it, and is to refuse that.
        """
        if self.unknown is UnknownAlias.RAW:
            return name
        low = name.lower()
        known = self._names.get(low)
        if known is not None:
            return _tail(known.key)
        array = self._names.get(low + WILDCARD)
        if array is not None:
            return _tail(array.key).removesuffix(WILDCARD)
        if self.unknown is UnknownAlias.DERIVE and "/" in name:
            return _derived(low)
        raise AzurePolicyInvalid(
            f"`{name}` is no alias that is known", remedy="see the aliases of your tenant, or give a list of them with --aliases"
        )

    def written_path(self, name: str, version: str | None) -> str:
        """Return where an alias lies in a resource as it is written, under an API version."""
        known = self._names.get(name.lower())
        if known is not None:
            return known.path_at(version)
        return name if self.unknown is UnknownAlias.RAW else PROPERTIES + name.rpartition("/")[2].removeprefix(PROPERTIES)

    def is_modifiable(self, name: str, version: str | None = None) -> bool:
        """Return whether a policy may change what an alias names, under an API version or any; one not in the table may be."""
        known = self._names.get(name.lower())
        return known is None or known.is_modifiable_at(version)


def read_aliases(document: Any, unknown: UnknownAlias = UnknownAlias.REFUSE) -> AliasTable:
    """Return the table of a list of providers, an ARM answer (`value`), a data plane's manifest, or a list of such.

    Raises:
        AzurePolicyInvalid: It is none of these.
    """
    found: dict[str, TypeAliases] = {}
    for fq_type, capabilities, aliases in _types(document):
        before = found.get(fq_type.lower()) or TypeAliases(fq_type, {})
        read = list(_entries(fq_type, aliases))
        entries = {**before.entries, **{alias.short.lower(): alias for _, alias in read}}
        names = {**before.names, **{name.lower(): alias for name, alias in read}}
        found[fq_type.lower()] = TypeAliases(
            fq_type, entries, names, _wrapped(entries.values()), capabilities or before.capabilities
        )
    return AliasTable(found.values(), unknown)


def _types(document: Any) -> Iterator[tuple[str, str | None, list[Any]]]:
    if isinstance(document, dict) and "dataNamespace" in document:
        yield from _data_plane(document)
        return
    providers = document.get("value") if isinstance(document, dict) and "value" in document else document
    if not isinstance(providers, list):
        raise AzurePolicyInvalid(
            "a list of aliases is a JSON list of providers", remedy="az provider list --expand resourceTypes/aliases"
        )
    for provider in providers:
        if not isinstance(provider, dict) or not isinstance(provider.get("namespace"), str):
            raise AzurePolicyInvalid("a provider in the list of aliases has no `namespace`")
        for item in _list(provider, "resourceTypes"):
            capabilities = item.get("capabilities")
            kind = f"{provider['namespace']}/{_string(item, 'resourceType')}"
            yield kind, capabilities if isinstance(capabilities, str) else None, _list(item, "aliases")


def _data_plane(document: dict[str, Any]) -> Iterator[tuple[str, str | None, list[Any]]]:
    namespace = _string(document, "dataNamespace")
    groups = _list(document, "resourceTypeAliases")
    names = sorted((_string(group, "resourceType") for group in groups), key=len, reverse=True)
    for group in groups:
        yield f"{namespace}/{_string(group, 'resourceType')}", None, _list(group, "aliases")
    for alias in _list(document, "aliases"):
        tail = _string(alias, "name").lower().removeprefix(f"{namespace.lower()}/")
        owner = next((name for name in names if tail.startswith(f"{name.lower()}/")), None)
        if owner is not None:
            yield f"{namespace}/{owner}", None, [alias]


def _entries(fq_type: str, aliases: list[Any]) -> Iterator[tuple[str, Alias]]:
    for item in aliases:
        name, paths = _string(item, "name"), [path for path in _list(item, "paths") if isinstance(path, dict)]
        default = item.get("defaultPath")
        default = default.get("path") if isinstance(default, dict) else default
        if default is None and paths and "defaultMetadata" not in item:
            default = paths[0].get("path")
        if not isinstance(default, str):
            continue
        short = _short(fq_type, name)
        versions = {
            str(version).lower(): _string(path, "path")
            for path in paths
            for key in ("apiVersions", "schemaVersions")
            for version in _list(path, key, dict_items=False)
        }
        modifiable = _says_modifiable(item.get("defaultMetadata"))
        otherwise = frozenset(
            str(version).lower()
            for path in paths
            if "metadata" in path and _says_modifiable(path["metadata"]) is not modifiable
            for version in _list(path, "apiVersions", dict_items=False)
        )
        yield name, Alias(short, default, versions, modifiable, otherwise)


def _says_modifiable(metadata: Any) -> bool:
    attributes = metadata.get("attributes") if isinstance(metadata, dict) else None
    return "modifiable" in {flag.strip().lower() for flag in str(attributes or "").split(",")}


def _short(fq_type: str, name: str) -> str:
    if name.lower().startswith(f"{fq_type.lower()}/") and len(name) > len(fq_type) + 1:
        return name[len(fq_type) + 1 :].removeprefix(PROPERTIES).removeprefix("properties/")
    return name.rpartition("/")[2].removeprefix(PROPERTIES)


def _wrapped(entries: Iterable[Alias]) -> frozenset[str]:
    found: set[str] = set()
    for alias in entries:
        shorts, paths, outer = alias.short.split("[*]."), alias.path.split("[*]."), ""
        for part, below in zip(shorts[:-1], paths[1:], strict=False):
            if below.startswith((PROPERTIES, "properties/")):
                outer = f"{outer}.{part.lower()}" if outer else part.lower()
                found.add(outer)
    return frozenset(found)


def _tail(key: str) -> str:
    return key.rpartition("/")[2]


def _derived(low: str) -> str:
    _, _, rest = low.partition("/")
    tail = rest.rpartition("/")[2].removeprefix(PROPERTIES)
    return tail if "/" in rest else tail.partition(".")[2] or tail


def _list(holder: Any, key: str, *, dict_items: bool = True) -> list[Any]:
    found = holder.get(key) if isinstance(holder, dict) else None
    if found is None:
        return []
    if not isinstance(found, list) or (dict_items and not all(isinstance(item, dict) for item in found)):
        raise AzurePolicyInvalid(f"`{key}` in the list of aliases is no list of objects")
    return found


def _string(holder: dict[str, Any], key: str) -> str:
    found = holder.get(key)
    if not isinstance(found, str):
        raise AzurePolicyInvalid(f"an entry in the list of aliases has no `{key}`")
    return found
