"""What the building blocks make keeps every rule, and each way of breaking one is found under exactly its code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

import msgspec
import pytest

from freehold.manifest.regions import REGIONS
from freehold.model.finding import Severity
from freehold.model.platform import Infrastructure, Platform
from freehold.provision.domain import TAGS, main_template
from freehold.provision.expression import Identifier
from freehold.provision.flatten import Flat, flatten
from freehold.provision.residency import copies
from freehold.provision.resource import Resource
from freehold.provision.rules import CODES, RULES, Bounds, check

SALES = Infrastructure(
    domain="Sales",
    region="westeurope",
    database_sku="GP_Gen5_2",
    storage_sku="Standard_GRS",
    tags={"Classification": "Confidential"},
    owner="sales-data-team@contoso.com",
)
UNION = Bounds(regions=REGIONS, allowed=("westeurope", "northeurope"), tags=TAGS)
STORAGE = "Microsoft.Storage/storageAccounts"
SERVER = "Microsoft.Sql/servers"
VAULT = "Microsoft.KeyVault/vaults"
Change = Callable[[Flat], Flat]


def made(chosen: Infrastructure = SALES) -> Flat:
    return flatten(main_template(chosen, Platform(prefix="contoso"), "EU"))


def setting(kind: str, path: str, value: Any) -> Change:
    """Return the change of one property, by its dotted path; None takes it away."""

    def changed(held: Mapping[str, Any], steps: list[str]) -> dict[str, Any]:
        head, *rest = steps
        if rest:
            return {**held, head: changed(held[head], rest)}
        return {name: item for name, item in {**held, head: value}.items() if item is not None}

    def of(item: Resource) -> Resource:
        return msgspec.structs.replace(item, properties=changed(item.properties or {}, path.split(".")))

    return lambda flat: each(flat, kind, of)


def each(flat: Flat, kind: str, change: Callable[[Resource], Resource]) -> Flat:
    assert any(item.type == kind for item in flat.resources), kind
    return msgspec.structs.replace(flat, resources=tuple(change(item) if item.type == kind else item for item in flat.resources))


def without(kind: str) -> Change:
    return lambda flat: msgspec.structs.replace(flat, resources=tuple(item for item in flat.resources if item.type != kind))


def unlabelled(name: str) -> Change:
    def of(item: Resource) -> Resource:
        return msgspec.structs.replace(item, tags={tag: value for tag, value in item.tags.items() if tag != name})

    return lambda flat: each(flat, STORAGE, of)


def moved(region: str) -> Change:
    return lambda flat: each(flat, STORAGE, lambda item: msgspec.structs.replace(item, location=region))


def open_to_all(flat: Flat) -> Flat:
    wide = Resource(
        symbol="wide",
        type=f"{SERVER}/firewallRules",
        version="2023-08-01",
        name="all",
        about="Lets everybody in",
        parent=next(item.symbol for item in flat.resources if item.type == SERVER),
        properties={"startIpAddress": "0.0.0.1", "endIpAddress": "255.255.255.255"},
    )
    return msgspec.structs.replace(flat, resources=(*flat.resources, wide))


MUTATIONS: dict[str, tuple[Change, str]] = {
    "storage without TLS 1.2": (setting(STORAGE, "minimumTlsVersion", "TLS1_0"), "tls-weak"),
    "storage over http": (setting(STORAGE, "supportsHttpsTrafficOnly", value=False), "tls-weak"),
    "a server without TLS 1.2": (setting(SERVER, "minimalTlsVersion", "1.0"), "tls-weak"),
    "a server that says nothing of TLS": (setting(SERVER, "minimalTlsVersion", None), "tls-weak"),
    "storage open to the internet": (setting(STORAGE, "publicNetworkAccess", "Enabled"), "public-access"),
    "storage that says nothing of the internet": (setting(STORAGE, "publicNetworkAccess", None), "public-access"),
    "blobs for anybody": (setting(STORAGE, "allowBlobPublicAccess", value=True), "public-access"),
    "a container for anybody": (setting(f"{STORAGE}/blobServices/containers", "publicAccess", "Blob"), "public-access"),
    "a server open to the internet": (setting(SERVER, "publicNetworkAccess", "Enabled"), "public-access"),
    "a server with a firewall rule": (open_to_all, "public-access"),
    "a vault open to the internet": (setting(VAULT, "publicNetworkAccess", "Enabled"), "public-access"),
    "a vault that allows all networks": (setting(VAULT, "networkAcls.defaultAction", "Allow"), "public-access"),
    "shared keys": (setting(STORAGE, "allowSharedKeyAccess", value=True), "password-sign-in"),
    "passwords": (setting(SERVER, "administrators.azureADOnlyAuthentication", value=False), "password-sign-in"),
    "storage under Microsoft's key": (setting(STORAGE, "encryption.keySource", "Microsoft.Storage"), "key-missing"),
    "a server under Microsoft's key": (setting(SERVER, "keyId", None), "key-missing"),
    "a server whose protector is Microsoft's": (
        setting(f"{SERVER}/encryptionProtector", "serverKeyType", "ServiceManaged"),
        "key-missing",
    ),
    "a key in software": (setting(f"{VAULT}/keys", "kty", "RSA"), "key-unsafe"),
    "a key without end": (setting(f"{VAULT}/keys", "attributes.exp", None), "key-unsafe"),
    "a vault that can be purged": (setting(VAULT, "enablePurgeProtection", None), "key-unsafe"),
    "a server without an endpoint": (
        lambda flat: each(flat, "Microsoft.Network/privateEndpoints", lambda item: _elsewhere(item, "sqlServer")),
        "endpoint-missing",
    ),
    **{f"no tag {name}": (unlabelled(name), "tag-missing") for name in TAGS},
    "no tags at all": (
        lambda flat: each(flat, SERVER, lambda item: msgspec.structs.replace(item, tags=None)),
        "tag-missing",
    ),
    "a server that is not audited": (setting(f"{SERVER}/auditingSettings", "state", "Disabled"), "audit-missing"),
    "a vault without logs": (
        lambda flat: each(flat, "Microsoft.Insights/diagnosticSettings", _rescoped),
        "audit-missing",
    ),
}


def _elsewhere(item: Resource, group: str) -> Resource:
    connection = (item.properties or {})["privateLinkServiceConnections"][0]
    if connection["properties"]["groupIds"] != [group]:
        return item
    aside = {**connection, "properties": {**connection["properties"], "privateLinkServiceId": Identifier(symbol="elsewhere")}}
    return msgspec.structs.replace(item, properties={**(item.properties or {}), "privateLinkServiceConnections": [aside]})


def _rescoped(item: Resource) -> Resource:
    return msgspec.structs.replace(item, scope="elsewhere") if item.scope and item.scope.endswith("vault") else item


@pytest.mark.parametrize("storage", ["Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_RAGZRS"])
def test_what_the_building_blocks_make_keeps_every_rule(storage: str) -> None:
    assert check(made(msgspec.structs.replace(SALES, storage_sku=storage)), UNION) == ()


@pytest.mark.parametrize("flags", list(product((True, False), repeat=2)), ids=str)
def test_what_a_domain_may_leave_out_is_asked_for_only_where_it_kept_it(flags: tuple[bool, bool]) -> None:
    chosen = msgspec.structs.replace(SALES, customer_keys=flags[0], private_endpoints=flags[1])
    kept = msgspec.structs.replace(UNION, customer_keys=flags[0], private_endpoints=flags[1])
    assert check(made(chosen), kept) == ()
    codes = {item.code for item in check(made(chosen), UNION)}
    assert codes == {code for code, held in zip(("key-missing", "endpoint-missing"), flags, strict=True) if not held}


@pytest.mark.parametrize("name", MUTATIONS)
def test_each_mutation_is_found_under_exactly_its_code(name: str) -> None:
    change, code = MUTATIONS[name]
    assert {item.code for item in check(change(made()), UNION)} == {code}


def test_a_foreign_region_is_found_and_so_is_where_its_copies_go() -> None:
    inside = made(msgspec.structs.replace(SALES, storage_sku="Standard_ZRS"))
    assert {item.code for item in check(moved("eastus")(inside), UNION)} == {"region-foreign"}
    assert {item.code for item in check(moved("eastus")(made()), UNION)} == {"region-foreign", "copy-foreign"}


def test_geo_redundant_copies_across_the_border_are_found_and_those_within_it_are_not() -> None:
    alone = msgspec.structs.replace(UNION, allowed=("westeurope",))
    found = check(made(), alone)
    assert {(item.code, item.severity) for item in found} == {
        ("copy-foreign", Severity.ERROR),
        ("copy-unavoidable", Severity.WARNING),
    }
    assert [item.code for item in check(made(msgspec.structs.replace(SALES, storage_sku="Standard_ZRS")), alone)] == [
        "copy-unavoidable"
    ]


def test_backups_of_a_database_that_says_nothing_are_taken_to_cross_as_azure_makes_them() -> None:
    kept = made(msgspec.structs.replace(SALES, storage_sku="Standard_LRS"))
    silent = setting(f"{SERVER}/databases", "requestedBackupStorageRedundancy", None)(kept)
    assert not any("backups" in item.cause for item in copies(kept, REGIONS))
    assert [item.region for item in copies(silent, REGIONS) if "backups" in item.cause] == ["northeurope"]


def test_without_a_residency_rule_any_region_will_do() -> None:
    assert check(moved("eastus")(made()), msgspec.structs.replace(UNION, allowed=None)) == ()


def test_every_rule_is_broken_by_a_mutation_and_every_code_is_known() -> None:
    codes = {code for _, code in MUTATIONS.values()} | {"region-foreign", "copy-foreign", "copy-unavoidable"}
    assert codes == {code for code, _ in CODES}
    assert len(RULES) == 9
