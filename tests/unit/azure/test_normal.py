"""The normal form of a resource, and the way back: what aliases say lies where, for each API version."""

from __future__ import annotations

from typing import Any

import pytest

from freehold.azure.policy.aliases import AliasTable, UnknownAlias, read_aliases
from freehold.azure.policy.normal import normalised
from freehold.azure.policy.original import denormalised
from freehold.errors import AzurePolicyInvalid


def listed(kind: str, *aliases: Any) -> list[dict[str, Any]]:
    namespace, _, rest = kind.partition("/")
    entries = [{"name": f"{kind}/{tail}", "defaultPath": path, "paths": paths} for tail, path, paths in aliases]
    return [{"namespace": namespace, "resourceTypes": [{"resourceType": rest, "aliases": entries}]}]


KIND = "A.B/things"
TABLE = read_aliases(
    listed(
        KIND,
        ("isEnabled", "properties.isEnabled", [{"path": "properties.enabled", "apiVersions": ["2020-01-01"]}]),
        ("type", "properties.type", []),
        ("sku.name", "sku.name", [{"path": "properties.plan", "apiVersions": ["2015-01-01"]}]),
        ("rules[*].port", "properties.rules[*].properties.port", []),
        ("rules[*].name", "properties.rules[*].name", []),
        ("items[*].rating", "properties.items[*].score", []),
        ("zones[*].id", "properties.places[*].id", []),
    )
)
THINGS = TABLE.of(KIND)


@pytest.mark.parametrize(
    ("resource", "version", "normal"),
    [
        ({"type": KIND, "properties": {"IsEnabled": True}}, None, {"type": KIND, "isenabled": True}),
        ({"type": KIND, "properties": {"type": "Inner"}}, None, {"type": KIND, "_p_type": "Inner"}),
        (
            {"type": KIND, "properties": {"rules": [{"name": "a", "properties": {"port": 1}}]}},
            None,
            {"type": KIND, "rules": [{"name": "a", "port": 1}]},
        ),
        ({"type": KIND, "properties": {"items": [{"score": 5}]}}, None, {"type": KIND, "items": [{"rating": 5}]}),
        ({"type": KIND, "properties": {"places": [{"id": 5}]}}, None, {"type": KIND, "zones": [{"id": 5}]}),
        ({"type": KIND, "tags": {"Owner": {"Inner": 1}}}, None, {"type": KIND, "tags": {"owner": {"Inner": 1}}}),
        ({"type": KIND, "properties": "text"}, None, {"type": KIND}),
        ("text", None, "text"),
    ],
)
def test_a_resource_has_its_normal_form_and_comes_back(resource: Any, version: str | None, normal: Any) -> None:
    assert normalised(resource, THINGS, version) == normal
    assert normalised(denormalised(normal, THINGS, version), THINGS, version) == normal


def test_a_version_that_keeps_a_property_elsewhere_is_looked_up_and_written_there() -> None:
    view = normalised({"type": KIND, "properties": {"plan": "S1", "enabled": True}}, THINGS, "2015-01-01")
    assert view["sku"] == {"name": "S1"}
    assert normalised({"type": KIND, "properties": {"enabled": True}}, THINGS, "2020-01-01")["isenabled"] is True
    assert denormalised({"type": KIND, "isenabled": True}, THINGS, "2020-01-01")["properties"] == {"enabled": True}
    assert denormalised({"type": KIND, "isenabled": True}, THINGS)["properties"] == {"isEnabled": True}


def test_an_object_of_a_data_plane_keeps_its_fields_at_the_top() -> None:
    manifest = {
        "dataNamespace": "A.B.Data",
        "resourceTypeAliases": [
            {"resourceType": "pods", "aliases": [{"name": "A.B.Data/pods/hostNetwork", "paths": [{"path": "hostNetwork"}]}]}
        ],
    }
    pods = read_aliases(manifest).of("A.B.Data/pods")
    resource = {"type": "A.B.Data/pods", "hostNetwork": True, "other": 1}
    view = normalised(resource, pods)
    assert view == {"type": "A.B.Data/pods", "hostnetwork": True, "other": 1}
    assert denormalised(view, pods) == resource


def test_an_alias_that_is_not_known_is_refused_derived_or_a_path() -> None:
    with pytest.raises(AzurePolicyInvalid, match="no alias that is known"):
        TABLE.path("A.B/things/unheard")
    assert AliasTable(unknown=UnknownAlias.DERIVE).path("A.B/things/un.heard") == "un.heard"
    assert AliasTable(unknown=UnknownAlias.RAW).path("properties.un") == "properties.un"
    with pytest.raises(AzurePolicyInvalid, match="no alias that is known"):
        AliasTable(unknown=UnknownAlias.DERIVE).path("unheard")


def test_an_array_is_known_where_its_members_are() -> None:
    assert read_aliases(listed(KIND, ("a.b[*]", "properties.a.b[*]", []))).path("A.B/things/a.b") == "a.b"


@pytest.mark.parametrize(
    "document", [{}, "text", [{"resourceTypes": []}], [{"namespace": "A", "resourceTypes": [{"aliases": []}]}]]
)
def test_a_list_of_aliases_of_another_shape_is_refused(document: Any) -> None:
    with pytest.raises(AzurePolicyInvalid):
        read_aliases(document)


def test_paths_of_the_azure_cli_may_be_objects_and_lists_null() -> None:
    entry = {"name": f"{KIND}/x", "defaultPath": {"path": "properties.x", "apiVersions": []}, "paths": None}
    document = {"value": [{"namespace": "A.B", "resourceTypes": [{"resourceType": "things", "aliases": [entry]}]}]}
    assert read_aliases(document).path(f"{KIND}/X") == "x"


def test_the_sign_of_kelvin_is_no_k_in_a_key() -> None:
    hidden = {"type": KIND, "s\u212au": {"name": "S1"}, "properties": {"networ\u212a": 1, "Größe": 2}}
    assert normalised(hidden, THINGS, None) == {"type": KIND, "networ\u212a": 1, "größe": 2}
