"""Odd input to the catalogue is taken as it is or refused in our words; nothing else ever comes out."""

from __future__ import annotations

import contextlib
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from freehold.datamap.access import Someone
from freehold.errors import AttributeInvalid, EntityUnknown, FreeholdError, ScanSettingInvalid, StoreFailed
from freehold.services.datamap.discovery import Discovery
from freehold.services.datamap.glossary import Glossary
from freehold.services.datamap.marks import Marks
from freehold.services.datamap.relationships import Relationships
from freehold.services.datamap.scan_items import ScanItems
from freehold.services.datamap.scanning import Scanning
from freehold.services.datamap.types import Types

STEWARD = Someone("steward")
LEAVES = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=8)
NAMES = st.text(max_size=6)
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8)
MEMBERS = (
    "typeName guid attributes relationshipAttributes classifications labels contacts businessAttributes "
    "customAttributes name anchor categories superTypes attributeDefs endDef1 endDef2 end1 end2 entityGuids "
    "classification kind properties keywords filter facets limit orderby and or not attributeName operator "
    "attributeValue entityDefs relationshipDefs enumDefs elementDefs"
).split()
THINGS = st.dictionaries(st.sampled_from(MEMBERS), JSON, max_size=5)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(thing=THINGS | JSON, kind=st.sampled_from(["DataSet", "Process", "azure_sql_table", "azure_sql_column"]))
def test_any_json_is_taken_or_refused_in_our_words(datamap: Any, thing: Any, kind: str) -> None:
    marks = Marks(datamap.ground, datamap.reading, datamap.writing)
    acts = (
        lambda: datamap.writing.put(STEWARD, [thing]),
        lambda: datamap.writing.put(STEWARD, [{"typeName": kind, **(thing if isinstance(thing, dict) else {"attributes": thing})}]),
        lambda: Types(datamap.ground).create(STEWARD, thing),
        lambda: Types(datamap.ground).create(STEWARD, {"entityDefs": [thing], "relationshipDefs": [thing]}),
        lambda: Discovery(datamap.ground, datamap.reading).query(STEWARD, thing),
        lambda: Glossary(datamap.ground, datamap.reading, datamap.writing).create(STEWARD, "glossary", thing),
        lambda: Glossary(datamap.ground, datamap.reading, datamap.writing).create(STEWARD, "term", thing),
        lambda: Relationships(datamap.ground, datamap.reading).create(STEWARD, thing),
        lambda: marks.classify_all(STEWARD, thing),
        lambda: marks.set_classifications(STEWARD, thing),
        lambda: Scanning(datamap.ground).put_source(STEWARD, "s", thing),
        lambda: ScanItems(datamap.ground).put_item(STEWARD, "classificationrule", "r", thing),
    )
    for act in acts:
        with contextlib.suppress(FreeholdError):
            msgspec.json.encode(act())


@pytest.mark.parametrize("name", ["é" * 4_000, "' or 1=1 --", '"', "\\", "%", "\u202e", "x\ud800"[:1], "🦆", " ", "a\nb"])
def test_an_odd_name_is_one_entity_and_found_by_it(datamap: Any, name: str) -> None:
    given = {"typeName": "DataSet", "attributes": {"qualifiedName": name, "name": name}}
    first, second = (next(iter(datamap.writing.put(STEWARD, [given])["guidAssignments"].values())) for _ in range(2))
    assert first == second
    assert datamap.reading.find_named(STEWARD, "DataSet", name).guid == first
    datamap.writing.delete(STEWARD, [datamap.reading.find(STEWARD, first)])
    with pytest.raises(EntityUnknown):
        datamap.reading.find(STEWARD, first)


def test_a_name_with_a_zero_byte_is_refused(datamap: Any) -> None:
    with pytest.raises(AttributeInvalid):
        datamap.writing.put(STEWARD, [{"typeName": "DataSet", "attributes": {"qualifiedName": "a\0b", "name": "x"}}])


def test_numbers_too_large_for_the_wire_are_kept(datamap: Any) -> None:
    given = {"typeName": "DataSet", "attributes": {"qualifiedName": "n", "name": "n"}, "customAttributes": {"big": 10**40}}
    (guid,) = datamap.writing.put(STEWARD, [given])["guidAssignments"].values()
    assert datamap.reading.entity(STEWARD, datamap.reading.find(STEWARD, guid))["entity"]["customAttributes"] == {"big": 10**40}


@pytest.mark.parametrize(
    "member",
    [
        {"password": "x"}, {"password": ["x"]}, {"password": 5}, {"userPassword": "x"}, {"pwd": "x"}, {"client_secret": "x"},
        {"clientSecretValue": "x"}, {"accessToken": "x"}, {"private-key": "x"}, {"connectionString": "x"}, {"key": "x"},
        {"serverEndpoint": "Server=a;Password=x"}, {"list": ["Pwd = x"]}, {"deep": [{"deep": {"accountKey": "x"}}]},
    ],
)  # fmt: skip
def test_no_secret_is_taken_in_that_would_be_told_again(datamap: Any, member: dict[str, Any]) -> None:
    scanning, items = Scanning(datamap.ground), ScanItems(datamap.ground)
    scanning.put_source(STEWARD, "s", {"kind": "AzureSqlDatabase", "properties": {"serverEndpoint": "host"}})
    body = {"kind": "AzureSqlDatabase", "properties": {"typeProperties": member}}
    acts = (
        lambda: scanning.put_source(STEWARD, "s", body),
        lambda: scanning.put_scan(STEWARD, "s", "x", body),
        lambda: items.put_item(STEWARD, "credential", "c", body),
        lambda: items.put_item(STEWARD, "keyvault", "v", body),
    )
    for act in acts:
        with pytest.raises(ScanSettingInvalid, match="secret in plain text"):
            act()


def test_what_names_where_a_secret_is_is_taken(datamap: Any) -> None:
    kept = {"type": "AzureKeyVaultSecret", "secretName": "sql", "secretVersion": "", "store": {"referenceName": "vault"}}
    given = {"user": "reader", "password": kept, "hasPassword": True, "accessKeyId": "AKIA", "token": None}
    body = {"kind": "SqlAuth", "properties": {"typeProperties": given}}
    assert ScanItems(datamap.ground).put_item(STEWARD, "credential", "c", body)["properties"]["typeProperties"] == given


def test_one_classification_is_given_to_all_entities_or_to_none(datamap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    given = [{"typeName": "DataSet", "attributes": {"qualifiedName": name, "name": name}} for name in "abc"]
    guids = list(datamap.writing.put(STEWARD, given)["guidAssignments"].values())
    Types(datamap.ground).create(STEWARD, {"classificationDefs": [{"name": "Secret"}]})
    written: list[int] = []
    write = datamap.ground.store.write

    def write_once(change: Any) -> None:
        if written:
            raise StoreFailed("the disk is gone")
        written.append(len(change.keep))
        write(change)

    monkeypatch.setattr(datamap.ground.store, "write", write_once)
    asked = {"classification": {"typeName": "Secret"}, "entityGuids": guids}
    Marks(datamap.ground, datamap.reading, datamap.writing).classify_all(STEWARD, asked)
    assert written == [3]
    assert all(item.body["classifications"] for item in datamap.ground.store.entities(guids).values())
