"""Governance → Azure Policy: an initiative of built-ins where they say the same, own definitions where none does, an assignment.

Residency is more than a location: geo-redundant copies go to the paired region, so a storage account or database may lie in an
allowed region and copy its data out of all of them. The same input gives the same documents.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

INITIATIVE = "freehold-governance"
ASSIGNMENT = "freehold-governance"
_BUILT_IN = "/providers/Microsoft.Authorization/policyDefinitions/"
_GEO = ("Standard_GRS", "Standard_RAGRS", "Standard_GZRS", "Standard_RAGZRS")
_LOCAL_BACKUPS = ("Local", "Zone")
_TAGS = ("Domain", "DataOwner", "Classification", "Region")
_NAMES = uuid.UUID("6f6b7a10-7c1d-5d8e-9f43-2f1f5d2a6b0e")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What governance asks of the platform: allowed regions (none: any) with the pair of each, keys of the custodian's own, tags.

    `effect` is `Deny` or `Audit`, for policies that can deny; `scope` the id of a management group, subscription or resource group.
    """

    mesh: str
    scope: str
    allowed_regions: tuple[str, ...] = ()
    pairs: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    own_keys: bool = False
    tags: tuple[str, ...] = _TAGS
    effect: str = "Deny"

    @property
    def trapped(self) -> tuple[str, ...]:
        """The allowed regions whose geo-redundant copies would leave the allowed ones, or go where nobody knows."""
        allowed = set(self.allowed_regions)
        return tuple(region for region in self.allowed_regions if self.pairs.get(region) not in allowed)


@dataclass(frozen=True, slots=True)
class Exported:
    """Documents by file name, in order."""

    files: dict[str, Any]


def export(wanted: Wanted) -> Exported:
    """Return definitions, an initiative and an assignment that ask of Azure what governance asks of the platform."""
    home = _definition_scope(wanted.scope)
    own = dict(_own_definitions(wanted))
    references = [*_residency(wanted, home), *_tags(wanted), *_keys(wanted, home), *_baseline(wanted)]
    initiative_id = f"{home}/providers/Microsoft.Authorization/policySetDefinitions/{INITIATIVE}"
    files: dict[str, Any] = {f"policyDefinitions/{name}.json": _document(home, name, body) for name, body in own.items()}
    files[f"policySetDefinitions/{INITIATIVE}.json"] = {
        "id": initiative_id,
        "name": INITIATIVE,
        "type": "Microsoft.Authorization/policySetDefinitions",
        "properties": {
            "displayName": f"Governance of {wanted.mesh}",
            "description": "Written from the governance policies of the mesh; changes belong there.",
            "policyType": "Custom",
            "metadata": {"category": "Data sovereignty", "version": "1.0.0"},
            "parameters": {},
            "policyDefinitions": references,
        },
    }
    files[f"policyAssignments/{ASSIGNMENT}.json"] = _assignment(
        wanted, initiative_id, [item["policyDefinitionReferenceId"] for item in references]
    )
    return Exported(files)


def _definition_scope(scope: str) -> str:
    """Return where definitions may stand for an assignment: a resource group has none of its own."""
    before, mark, _ = scope.lower().partition("/resourcegroups/")
    return scope[: len(before)] if mark else scope.rstrip("/")


def _document(home: str, name: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"{home}{_BUILT_IN}{name}",
        "name": name,
        "type": "Microsoft.Authorization/policyDefinitions",
        "properties": properties,
    }


def _assignment(wanted: Wanted, initiative: str, references: list[str]) -> dict[str, Any]:
    return {
        "id": f"{wanted.scope.rstrip('/')}/providers/Microsoft.Authorization/policyAssignments/{ASSIGNMENT}",
        "name": ASSIGNMENT,
        "type": "Microsoft.Authorization/policyAssignments",
        "properties": {
            "displayName": f"Governance of {wanted.mesh}",
            "scope": wanted.scope.rstrip("/"),
            "notScopes": [],
            "policyDefinitionId": initiative,
            "enforcementMode": "Default",
            "parameters": {},
            "nonComplianceMessages": [
                {"policyDefinitionReferenceId": reference, "message": _message(reference, wanted)} for reference in references
            ],
        },
    }


_MENDS = {
    "allowedLocations": "put it in an allowed region: {regions}",
    "allowedLocationsOfResourceGroups": "put the resource group in an allowed region: {regions}",
    "allowedLocationsOfCosmos": "replicate to allowed regions alone: {regions}",
    "crossTenantReplication": "set allowCrossTenantReplication to false",
    "geoRedundantStorage": "choose a SKU without geo-redundancy: its copies would leave {regions}",
    "geoRedundantBackups": "set requestedBackupStorageRedundancy to Local or Zone: other backups would leave {regions}",
    "ownKeysOfStorage": "set encryption.keySource to Microsoft.Keyvault, with a key of your vault",
    "ownKeysOfSql": "set keyId, and the encryption protector to AzureKeyVault",
    "keysCannotBePurged": "set enablePurgeProtection to true",
    "publicAccessOfStorage": "set publicNetworkAccess to Disabled",
    "networkOfStorage": "set networkAcls.defaultAction to Deny",
    "publicBlobs": "set allowBlobPublicAccess to false",
    "sharedKeysOfStorage": "set allowSharedKeyAccess to false",
    "publicAccessOfSql": "set publicNetworkAccess to Disabled",
    "publicAccessOfKeyVault": "set publicNetworkAccess to Disabled",
    "httpsOfStorage": "set supportsHttpsTrafficOnly to true",
    "tlsOfStorage": "set minimumTlsVersion to TLS1_2",
    "tlsOfSql": "set minimalTlsVersion to 1.2 or higher",
    "entraOnlySignIn": "set administrators.azureADOnlyAuthentication to true",
    "privateLinkOfStorage": "approve a private endpoint connection",
    "privateLinkOfSql": "approve a private endpoint connection",
    "privateLinkOfKeyVault": "approve a private endpoint connection",
    "privateLinkOfPurview": "approve a private endpoint connection",
}
"""What to do about each policy of the initiative, but for tags."""


def _message(reference: str, wanted: Wanted) -> str:
    if reference in _MENDS:
        return _MENDS[reference].format(regions=", ".join(wanted.allowed_regions))
    return f"give it the tag {reference.removeprefix('tag')}"


def _reference(name: str, definition: str, **parameters: Any) -> dict[str, Any]:
    return {
        "policyDefinitionReferenceId": name,
        "policyDefinitionId": definition if definition.startswith("/") else _BUILT_IN + definition,
        "parameters": {key: {"value": value} for key, value in parameters.items()},
    }


def _residency(wanted: Wanted, home: str) -> Iterator[dict[str, Any]]:
    regions, effect = list(wanted.allowed_regions), wanted.effect
    if not regions:
        return
    yield _reference("allowedLocations", "e56962a6-4747-49cd-b67b-bf8b01975c4c", listOfAllowedLocations=regions, effect=effect)
    group = "e765b5de-1225-4ba3-bd56-1ac6695af988"
    yield _reference("allowedLocationsOfResourceGroups", group, listOfAllowedLocations=regions, effect=effect)
    cosmos = "0473574d-2d43-4217-aefe-941fcdf7e684"
    yield _reference("allowedLocationsOfCosmos", cosmos, listOfAllowedLocations=regions, policyEffect=effect)
    yield _reference("crossTenantReplication", "92a89a79-6c52-4a7e-a03f-61306fc49312", effect=effect)
    if wanted.trapped:
        trapped = list(wanted.trapped)
        yield _reference("geoRedundantStorage", f"{home}{_BUILT_IN}{_STORAGE}", effect=effect, regions=trapped)
        yield _reference("geoRedundantBackups", f"{home}{_BUILT_IN}{_BACKUPS}", effect=effect, regions=trapped)


def _tags(wanted: Wanted) -> Iterator[dict[str, Any]]:
    for tag in wanted.tags:
        yield _reference(f"tag{tag}", "871b6d14-10aa-478d-b590-94f262ecfa99", tagName=tag)


def _keys(wanted: Wanted, home: str) -> Iterator[dict[str, Any]]:
    if not wanted.own_keys:
        return
    yield _reference("ownKeysOfStorage", f"{home}{_BUILT_IN}{_STORAGE_KEYS}", effect=wanted.effect)
    yield _reference("ownKeysOfSql", "0a370ff3-6cab-4e85-8995-295fd854c5b8", effect=wanted.effect)
    yield _reference("keysCannotBePurged", "0b60c0b2-2dc2-4e1c-b5c9-abbed971de53", effect=wanted.effect)


def _baseline(wanted: Wanted) -> Iterator[dict[str, Any]]:
    effect = wanted.effect
    for name, definition in (
        ("publicAccessOfStorage", "b2982f36-99f2-4db5-8eff-283140c09693"),
        ("networkOfStorage", "34c877ad-507e-4c82-993e-3452a6e0ad3c"),
        ("publicBlobs", "4fa4b6c0-31ca-4c0d-b10d-24b96f62a751"),
        ("sharedKeysOfStorage", "8c6a50c6-9ffd-4ae7-986f-5fa6111f9a54"),
        ("publicAccessOfSql", "1b8ca024-1d5c-4dec-8995-b1a932b41780"),
        ("publicAccessOfKeyVault", "405c5871-3e91-4644-8a63-58e19d68ff5b"),
        ("httpsOfStorage", "404c3081-a854-4457-ae30-26a93ef643f9"),
        ("tlsOfStorage", "fe83a0eb-a853-422d-aac2-1bffd182c5d0"),
        ("tlsOfSql", "32e6bbec-16b6-44c2-be37-c5b672d103cf"),
        ("entraOnlySignIn", "abda6d70-9778-44e7-84a8-06713e6db027"),
    ):
        yield _reference(name, definition, effect=effect)
    yield _reference("privateLinkOfStorage", "6edd7eda-6dd8-40f7-810d-67160c639cd9", effect="AuditIfNotExists")
    yield _reference("privateLinkOfSql", "7698e800-9299-47a6-b3b6-5a0fee576eed", effect="Audit")
    yield _reference("privateLinkOfKeyVault", "a6abeaec-4d90-4a02-805f-6b26c4d3fbe9", audit_effect="Audit")
    yield _reference("privateLinkOfPurview", "9259053b-ddb8-40ab-842a-0aef19d0ade4", effect="Audit")


def _own_name(what: str) -> str:
    return str(uuid.uuid5(_NAMES, what))


_STORAGE, _BACKUPS, _STORAGE_KEYS = map(_own_name, ("geo-redundant-storage", "geo-redundant-backups", "own-keys-of-storage"))
_EFFECT = {"type": "String", "allowedValues": ["Audit", "Deny", "Disabled"], "defaultValue": "Deny"}
_REGIONS = {"type": "Array", "metadata": {"displayName": "Regions whose pair is not allowed", "strongType": "location"}}


def _own_definitions(wanted: Wanted) -> Iterator[tuple[str, dict[str, Any]]]:
    kind, location = {"field": "type"}, {"field": "location", "in": "[parameters('regions')]"}
    if wanted.trapped:
        sku = {"field": "Microsoft.Storage/storageAccounts/sku.name", "in": list(_GEO)}
        rule = {"allOf": [{**kind, "equals": "Microsoft.Storage/storageAccounts"}, location, sku]}
        title = "Storage accounts should not copy data to a paired region that is not allowed"
        yield _STORAGE, _definition(title, rule, {"regions": _REGIONS})
        backups = {"field": "Microsoft.Sql/servers/databases/requestedBackupStorageRedundancy", "notIn": list(_LOCAL_BACKUPS)}
        rule = {
            "allOf": [
                {**kind, "equals": "Microsoft.Sql/servers/databases"},
                {"field": "name", "notEquals": "master"},
                location,
                backups,
            ]
        }
        title = "SQL databases should not keep backups in a paired region that is not allowed"
        yield _BACKUPS, _definition(title, rule, {"regions": _REGIONS})
    if wanted.own_keys:
        source = {"field": "Microsoft.Storage/storageAccounts/encryption.keySource", "notEquals": "Microsoft.Keyvault"}
        rule = {"allOf": [{**kind, "equals": "Microsoft.Storage/storageAccounts"}, source]}
        yield _STORAGE_KEYS, _definition("Storage accounts should be encrypted with keys of the custodian's own", rule, {})


def _definition(title: str, rule: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
    return {
        "displayName": title,
        "policyType": "Custom",
        "mode": "Indexed",
        "metadata": {"category": "Data sovereignty", "version": "1.0.0"},
        "parameters": {"effect": _EFFECT, **parameters},
        "policyRule": {"if": rule, "then": {"effect": "[parameters('effect')]"}},
    }
