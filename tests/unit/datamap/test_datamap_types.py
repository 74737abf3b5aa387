"""Type definitions: what holds together is a system of types, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest

from freehold.datamap.definitions import read_definitions
from freehold.datamap.seed import definitions
from freehold.datamap.shape import read_shape
from freehold.datamap.types import TypeSystem
from freehold.errors import TypeInvalid, TypeUnknown

SEEDED = TypeSystem().with_definitions(definitions())


def defined(**lists: list[dict[str, Any]]) -> TypeSystem:
    return SEEDED.with_definitions(read_definitions(lists))


def test_the_seeded_types_are_those_that_clients_expect() -> None:
    table = SEEDED.entity("azure_sql_table")
    assert table.is_a("DataSet")
    assert table.is_a("Referenceable")
    assert set(table.ends) >= {"columns", "dbSchema", "meanings", "inputToProcesses", "outputFromProcesses"}
    assert {item.name for item in table.required} == {"qualifiedName", "name"}
    assert (table.ends["columns"].single, table.ends["dbSchema"].single) == (False, True)
    assert SEEDED.subs("PII") >= {"PII", "PII.Contact", "PII.HighRisk"}


def test_no_seeded_type_could_contain_itself() -> None:
    assert not SEEDED.circular


@pytest.mark.parametrize(
    "given",
    [
        {"entityDefs": [{"name": "a", "superTypes": ["a"]}]},
        {"entityDefs": [{"name": "a", "superTypes": ["b"]}, {"name": "b", "superTypes": ["a"]}]},
        {"entityDefs": [{"name": "a", "superTypes": ["PII"]}]},
        {"entityDefs": [{"name": "a"}, {"name": "a"}]},
        {"entityDefs": [{"name": "1a"}]},
        {"entityDefs": [{"superTypes": []}]},
        {"entityDefs": "a"},
        {"entityDefs": [{"name": "a", "attributeDefs": [{"name": "x"}]}]},
        {"entityDefs": [{"name": "a", "attributeDefs": [{"name": "x", "typeName": "array<"}]}]},
        {"entityDefs": [{"name": "a", "attributeDefs": [{"name": "x", "typeName": "string", "cardinality": "MANY"}]}]},
        {"enumDefs": [{"name": "a", "elementDefs": [{"ordinal": 1}]}]},
        {"relationshipDefs": [{"name": "a", "relationshipCategory": "ASSOCIATION"}]},
        {
            "relationshipDefs": [
                {
                    "name": "a",
                    "relationshipCategory": "ASSOCIATION",
                    "endDef1": {"type": "DataSet", "name": "x", "isContainer": True},
                    "endDef2": {"type": "DataSet", "name": "y"},
                }
            ]
        },
    ],
)
def test_definitions_that_do_not_hold_together_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(TypeInvalid):
        defined(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"entityDefs": [{"name": "a", "superTypes": ["nothing"]}]},
        {"entityDefs": [{"name": "a", "attributeDefs": [{"name": "x", "typeName": "map<string,nothing>"}]}]},
        {"classificationDefs": [{"name": "a", "entityTypes": ["nothing"]}]},
    ],
)
def test_definitions_of_what_is_not_defined_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(TypeUnknown):
        defined(**given)


def test_a_type_that_can_contain_its_own_kind_is_watched_for_circles() -> None:
    ends = {"endDef1": {"type": "folder", "name": "inner", "isContainer": True, "cardinality": "SET"}}
    ends["endDef2"] = {"type": "Asset", "name": "outer", "cardinality": "SINGLE"}
    made = defined(
        entityDefs=[{"name": "folder", "superTypes": ["Asset"]}],
        relationshipDefs=[{"name": "folders", "relationshipCategory": "COMPOSITION", **ends}],
    )
    assert made.circular == {"folders"}


def test_a_shape_is_read_no_deeper_than_it_may_nest() -> None:
    assert read_shape("map<string,array<int>>").inner[1].inner[0].kind == "int"
    with pytest.raises(TypeInvalid):
        read_shape("array<" * 40 + "int" + ">" * 40)
