"""What every resource of a domain keeps, checked again on the resources themselves before they are written or deployed.

The building blocks keep all of it; the rules say so of what they made, whatever was changed in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from freehold.model.finding import Finding, Severity
from freehold.model.place import Region
from freehold.provision.expression import Keyed
from freehold.provision.flatten import Flat
from freehold.provision.residency import copies
from freehold.provision.resource import Resource

STORAGE = "Microsoft.Storage/storageAccounts"
SERVER = "Microsoft.Sql/servers"
DATABASE = "Microsoft.Sql/servers/databases"
VAULT = "Microsoft.KeyVault/vaults"
KEY = "Microsoft.KeyVault/vaults/keys"
ENDPOINT = "Microsoft.Network/privateEndpoints"
FILE = "main.json"

CODES: tuple[tuple[str, str], ...] = (
    ("tls-weak", "a service would be reached without TLS 1.2"),
    ("public-access", "a service would be reached from the internet, or a container by anybody"),
    ("password-sign-in", "a service would be signed in to with a key or a password"),
    ("key-missing", "data at rest would be encrypted under no key of the domain"),
    ("key-unsafe", "the domain's key could leave its hardware module, would not end, or could be lost"),
    ("endpoint-missing", "a service would have no private endpoint"),
    ("tag-missing", "a resource would lack a tag that the platform asks for"),
    ("region-foreign", "a resource would be in a region that is not allowed"),
    ("copy-foreign", "a copy of a resource's data would be in a region that is not allowed"),
    ("copy-unavoidable", "Azure keeps a copy of a vault's contents in a region that is not allowed, and nothing can keep it away"),
    ("audit-missing", "what is done to a service would not be recorded"),
)
"""Every code that a resource may be found under, with its one line."""


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """What the resources are held against: the regions allowed (None: any), the tags asked for, and what the domain kept."""

    regions: Mapping[str, Region]
    allowed: tuple[str, ...] | None
    tags: tuple[str, ...]
    customer_keys: bool = True
    private_endpoints: bool = True


Rule = Callable[[Flat, Bounds], Iterator[Finding]]


def check(flat: Flat, bounds: Bounds) -> tuple[Finding, ...]:
    """Return what the resources do not keep, in the order of `RULES`."""
    return tuple(found for rule in RULES for found in rule(flat, bounds))


def _tls(flat: Flat, _: Bounds) -> Iterator[Finding]:
    for item in _of(flat, STORAGE):
        if item.get("minimumTlsVersion") != "TLS1_2" or item.get("supportsHttpsTrafficOnly") is not True:
            yield _error("tls-weak", item, "could be reached without TLS 1.2", "set `minimumTlsVersion` and HTTPS alone")
    for item in _of(flat, SERVER):
        if item.get("minimalTlsVersion") != "1.2":
            yield _error("tls-weak", item, "could be reached without TLS 1.2", "set `minimalTlsVersion` to 1.2")


def _public(flat: Flat, _: Bounds) -> Iterator[Finding]:
    for item in _of(flat, STORAGE, SERVER, VAULT):
        closed = item.get("publicNetworkAccess") == "Disabled" and not item.get("allowBlobPublicAccess", False)
        if not closed or item.get("networkAcls", {}).get("defaultAction", "Deny") != "Deny":
            yield _error("public-access", item, "could be reached from the internet", "set `publicNetworkAccess` to Disabled")
    for item in _of(flat, f"{STORAGE}/blobServices/containers"):
        if item.get("publicAccess") != "None":
            yield _error("public-access", item, "could be read by anybody", "set `publicAccess` to None")
    for item in _of(flat, f"{SERVER}/firewallRules"):
        yield _error("public-access", item, "lets addresses in from outside of the network", "remove it")


def _passwords(flat: Flat, _: Bounds) -> Iterator[Finding]:
    for item in _of(flat, STORAGE):
        if item.get("allowSharedKeyAccess") is not False:
            yield _error("password-sign-in", item, "could be signed in to with a shared key", "set `allowSharedKeyAccess` to false")
    for item in _of(flat, SERVER):
        if item.get("administrators", {}).get("azureADOnlyAuthentication") is not True:
            mend = "set `administrators.azureADOnlyAuthentication` to true"
            yield _error("password-sign-in", item, "could be signed in to with a password", mend)


def _keys(flat: Flat, bounds: Bounds) -> Iterator[Finding]:
    if not bounds.customer_keys:
        return
    protected = {item.resource.parent for item in _of(flat, f"{SERVER}/encryptionProtector") if _is_in_vault(item)}
    for item in _of(flat, STORAGE):
        encryption = item.get("encryption", {})
        if encryption.get("keySource") != "Microsoft.Keyvault" or "keyvaultproperties" not in encryption:
            yield _error("key-missing", item, "would be encrypted under a key of Microsoft's", "set `encryption.keySource`")
    for item in _of(flat, SERVER):
        if not item.get("keyId") or item.resource.symbol not in protected:
            yield _error("key-missing", item, "would be encrypted under a key of Microsoft's", "set `keyId` and its protector")


def _is_in_vault(item: _Held) -> bool:
    return item.get("serverKeyType") == "AzureKeyVault"


def _safe_keys(flat: Flat, _: Bounds) -> Iterator[Finding]:
    for item in _of(flat, VAULT):
        if item.get("enablePurgeProtection") is not True or item.get("enableSoftDelete") is not True:
            yield _error("key-unsafe", item, "could lose its key for good", "set `enableSoftDelete` and `enablePurgeProtection`")
    for item in _of(flat, KEY):
        if item.get("kty") not in {"RSA-HSM", "EC-HSM"} or item.get("attributes", {}).get("exp") is None:
            yield _error("key-unsafe", item, "is not kept in hardware, or does not end", "set `kty` and `attributes.exp`")


def _endpoints(flat: Flat, bounds: Bounds) -> Iterator[Finding]:
    if not bounds.private_endpoints:
        return
    reached = {
        found.symbol
        for item in _of(flat, ENDPOINT)
        for connection in item.get("privateLinkServiceConnections", [])
        for found in [connection["properties"]["privateLinkServiceId"]]
        if hasattr(found, "symbol")
    }
    for item in _of(flat, STORAGE, SERVER, VAULT):
        if item.resource.symbol not in reached:
            yield _error("endpoint-missing", item, "would have no private endpoint", "give it one")


def _tags(flat: Flat, bounds: Bounds) -> Iterator[Finding]:
    for resource in flat.resources:
        if resource.location is None:
            continue
        tags = resource.tags if isinstance(resource.tags, Mapping) else {}
        missing = [name for name in bounds.tags if not tags.get(name)]
        if missing:
            lacks = f"would lack the {'tag' if len(missing) == 1 else 'tags'} {', '.join(missing)}"
            yield _error("tag-missing", _Held(resource), lacks, "write the tag in the domain's `infrastructure.tags`")


def _regions(flat: Flat, bounds: Bounds) -> Iterator[Finding]:
    if bounds.allowed is None:
        return
    allowed = ", ".join(bounds.allowed)
    for copy in copies(flat, bounds.regions):
        if copy.region in bounds.allowed:
            continue
        item = _Held(flat.named(copy.symbol))
        said = f"{copy.cause} {copy.region}, where only {allowed} {'are' if len(bounds.allowed) > 1 else 'is'} allowed"
        if copy.cause == "is in":
            yield _error("region-foreign", item, said, "choose a region that the residency rule allows")
        elif copy.chosen:
            yield _error("copy-foreign", item, said, "choose LRS or ZRS, which stay in their region")
        else:
            yield _finding(Severity.WARNING, "copy-unavoidable", item, said, "allow that region, or keep keys in a Managed HSM")


def _audit(flat: Flat, _: Bounds) -> Iterator[Finding]:
    settings = _of(flat, f"{SERVER}/auditingSettings", f"{DATABASE}/auditingSettings")
    audited = {item.resource.parent for item in settings if _is_on(item)}
    scopes = {item.resource.scope for item in _of(flat, "Microsoft.Insights/diagnosticSettings")}
    for item in _of(flat, SERVER, DATABASE):
        if item.resource.symbol not in audited:
            yield _error("audit-missing", item, "would not record what is done to it", "give it `auditingSettings`")
    for item in _of(flat, VAULT, f"{STORAGE}/blobServices"):
        if item.resource.symbol not in scopes:
            yield _error("audit-missing", item, "would not record what is done to it", "give it diagnostic settings")


def _is_on(item: _Held) -> bool:
    return item.get("state") == "Enabled"


RULES: tuple[Rule, ...] = (_tls, _public, _passwords, _keys, _safe_keys, _endpoints, _tags, _regions, _audit)
"""The rules, in the order that findings come in."""


class _Held:
    """A resource, and what its properties say."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource

    def get(self, name: str, otherwise: Any = None) -> Any:
        found = (self.resource.properties or {}).get(name, otherwise)
        return otherwise if isinstance(found, Keyed) else found


def _of(flat: Flat, *types: str) -> Iterator[_Held]:
    return (_Held(item) for item in flat.resources if item.type in types)


def _error(code: str, item: _Held, message: str, mend: str) -> Finding:
    return _finding(Severity.ERROR, code, item, message, mend)


def _finding(severity: Severity, code: str, item: _Held, message: str, mend: str) -> Finding:
    what = f"{item.resource.type} `{item.resource.symbol}`"
    return Finding(code=code, message=f"{what} {message}.", mend=mend, file=FILE, severity=severity)
