"""Every operation of azure-purview-datamap, unmodified, against a catalogue over TLS."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

TYPES: dict[str, Any] = {
    "enumDefs": [{"name": "grade", "elementDefs": [{"value": "GOLD", "ordinal": 1}, {"value": "LEAD", "ordinal": 2}]}],
    "structDefs": [{"name": "span", "attributeDefs": [{"name": "from", "typeName": "int", "isOptional": False}]}],
    "classificationDefs": [
        {"name": "Secret", "attributeDefs": [{"name": "until", "typeName": "string"}], "entityTypes": []},
        {"name": "Secret.Trade", "superTypes": ["Secret"]},
    ],
    "businessMetadataDefs": [
        {
            "name": "Contract",
            "attributeDefs": [
                {
                    "name": "consumer",
                    "typeName": "string",
                    "options": {"applicableEntityTypes": '["DataSet"]', "maxStrLength": "50"},
                },
                {"name": "days", "typeName": "int", "options": {"applicableEntityTypes": '["DataSet"]'}},
            ],
        }
    ],
    "entityDefs": [
        {
            "name": "lake_table",
            "superTypes": ["DataSet"],
            "attributeDefs": [
                {"name": "grade", "typeName": "grade"},
                {"name": "kept", "typeName": "span"},
                {"name": "sizes", "typeName": "array<long>", "cardinality": "LIST"},
                {"name": "notes", "typeName": "map<string,string>"},
                {"name": "rank", "typeName": "int", "isOptional": False},
            ],
        },
        {"name": "lake_copy", "superTypes": ["Process"]},
    ],
    "relationshipDefs": [
        {
            "name": "lake_table_parts",
            "relationshipCategory": "COMPOSITION",
            "endDef1": {"type": "lake_table", "name": "parts", "isContainer": True, "cardinality": "SET"},
            "endDef2": {"type": "lake_table", "name": "whole", "cardinality": "SINGLE"},
        },
        {
            "name": "lake_table_twins",
            "relationshipCategory": "ASSOCIATION",
            "attributeDefs": [{"name": "since", "typeName": "string"}],
            "endDef1": {"type": "lake_table", "name": "twins", "cardinality": "SET"},
            "endDef2": {"type": "lake_table", "name": "twinOf", "cardinality": "SET"},
        },
    ],
}


def table(name: str, guid: str = "-1", **attributes: Any) -> dict[str, Any]:
    given = {"qualifiedName": f"lake://{name}", "name": name, "rank": 1, **attributes}
    return {"typeName": "lake_table", "guid": guid, "attributes": given}


@pytest.fixture(scope="module")
def client(catalogue: Any) -> Any:
    made = catalogue.datamap()
    created = made.type_definition.batch_create(TYPES)
    assert {item.name for item in created.entity_defs} == {"lake_table", "lake_copy"}
    return made


def put(client: Any, *entities: dict[str, Any], **options: Any) -> dict[str, str]:
    return client.entity.batch_create_or_update({"entities": list(entities)}, **options).guid_assignments


def code(error: HttpResponseError) -> str:
    response: Any = error.response
    return str(response.json()["errorCode"])


def test_types_are_found_by_name_and_by_guid_in_each_category(client: Any) -> None:
    types = client.type_definition
    for word, name in (
        ("entity", "lake_table"),
        ("classification", "Secret"),
        ("relationship", "lake_table_twins"),
        ("enum", "grade"),
        ("struct", "span"),
        ("business_metadata", "Contract"),
    ):
        found = getattr(types, f"get_{word}_by_name")(name)
        assert getattr(types, f"get_{word}_by_id")(found.guid).name == name
        assert types.get_by_id(found.guid).name == types.get_by_name(name).name == name
    assert {item.name for item in types.get_headers()} >= {"lake_table", "DataSet", "azure_sql_table"}
    assert types.get(type="enum").enum_defs[0].name == "grade"
    with pytest.raises(ResourceNotFoundError):
        types.get_term_template_by_name("none")
    with pytest.raises(ResourceNotFoundError):
        types.get_term_template_by_id("none")


def test_types_are_updated_and_deleted_and_what_is_used_stays(client: Any) -> None:
    types = client.type_definition
    brief = {"name": "brief", "superTypes": ["DataSet"], "attributeDefs": [{"name": "a", "typeName": "string"}]}
    types.batch_create({"entityDefs": [brief]})
    with pytest.raises(HttpResponseError) as twice:
        types.batch_create({"entityDefs": [brief]})
    assert (twice.value.status_code, code(twice.value)) == (409, "ATLAS-409-00-001")
    wider = {**brief, "attributeDefs": [*brief["attributeDefs"], {"name": "b", "typeName": "int"}]}
    assert types.batch_update({"entityDefs": [wider]}).entity_defs[0].version == 2
    guid = put(client, {"typeName": "brief", "guid": "-1", "attributes": {"qualifiedName": "b://1", "name": "x", "b": 2}})["-1"]
    with pytest.raises(HttpResponseError) as used:
        types.delete("brief")
    assert (used.value.status_code, code(used.value)) == (409, "ATLAS-409-00-002")
    client.entity.delete(guid)
    types.batch_delete({"entityDefs": [wider]})
    with pytest.raises(ResourceNotFoundError) as gone:
        types.get_entity_by_name("brief")
    assert code(gone.value) == "ATLAS-404-00-001"
    types.batch_create({"enumDefs": [{"name": "passing", "elementDefs": [{"value": "a"}]}]})
    types.delete("passing")


def test_an_entity_is_created_read_updated_and_deleted_by_guid_and_by_name(client: Any) -> None:
    entity = client.entity
    values: dict[str, Any] = {"grade": "GOLD", "kept": {"from": 3}, "sizes": [1, 2], "notes": {"a": "b"}}
    made = entity.create_or_update({"entity": table("t1", **values)})
    guid = made.guid_assignments["-1"]
    assert [item.guid for item in made.mutated_entities["CREATE"]] == [guid]
    read = entity.get(guid).entity
    assert (read.attributes["grade"], read.attributes["sizes"], read.attributes["notes"]) == ("GOLD", [1, 2], {"a": "b"})
    assert entity.get_header(guid).display_text == "t1"
    assert entity.get_by_unique_attribute("lake_table", attribute="lake://t1").entity.guid == guid
    assert entity.get_by_unique_attribute("DataSet", attribute="lake://t1").entity.guid == guid
    assert entity.get_by_ids(guid=[guid]).entities[0].guid == guid
    entity.update_attribute_by_id(guid, "words of it", name="description")
    change = {"entity": {"typeName": "lake_table", "attributes": {"rank": 7, "qualifiedName": "lake://t1"}}}
    entity.update_by_unique_attribute("lake_table", change, attribute="lake://t1")
    read = entity.get(guid).entity
    assert (read.attributes["description"], read.attributes["rank"], read.attributes["grade"]) == ("words of it", 7, "GOLD")
    assert put(client, table("t1", rank=9))["-1"] == guid
    assert entity.delete(guid).mutated_entities["DELETE"][0].guid == guid
    with pytest.raises(ResourceNotFoundError) as gone:
        entity.get(guid)
    assert code(gone.value) == "ATLAS-404-00-005"
    put(client, table("t2"), table("t3", "-2"))
    entity.delete_by_unique_attribute("lake_table", attribute="lake://t2")
    with pytest.raises(ResourceNotFoundError) as gone:
        entity.get_by_unique_attribute("lake_table", attribute="lake://t2")
    assert code(gone.value) == "ATLAS-404-00-009"
    entity.batch_delete(guid=[entity.get_by_unique_attribute("lake_table", attribute="lake://t3").entity.guid])


@pytest.mark.parametrize(
    ("change", "status", "answer"),
    [
        ({"typeName": "no_such"}, 404, "ATLAS-404-00-001"),
        ({"attributes": {"name": "x", "rank": 1}}, 400, "ATLAS-400-00-02B"),
        ({"attributes": {"qualifiedName": "q", "name": "x"}}, 400, "ATLAS-400-00-02B"),
        ({"attributes": {"qualifiedName": "q", "name": "x", "rank": "much"}}, 400, "ATLAS-400-00-028"),
        ({"attributes": {"qualifiedName": "q", "name": "x", "rank": 2**40}}, 400, "ATLAS-400-00-028"),
        ({"attributes": {"qualifiedName": "q", "name": "x", "rank": 1, "grade": "TIN"}}, 400, "ATLAS-400-00-028"),
        ({"attributes": "none"}, 400, "ATLAS-400-00-01A"),
        ({"relationshipAttributes": {"twins": [{"guid": "-77"}]}}, 400, "ATLAS-400-00-022"),
        ({"relationshipAttributes": {"twins": [{"guid": "f2f0f2aa-0000-0000-0000-000000000000"}]}}, 400, "ATLAS-400-00-022"),
        ({"classifications": [{"typeName": "Nothing"}]}, 404, "ATLAS-404-00-001"),
        ({"labels": "gold"}, 400, "ATLAS-400-00-01A"),
        ({"guid": "11111111-0000-0000-0000-000000000000"}, 404, "ATLAS-404-00-005"),
    ],
)
def test_a_malformed_entity_is_refused_whole(client: Any, change: dict[str, Any], status: int, answer: str) -> None:
    with pytest.raises(HttpResponseError) as refused:
        put(client, table("good", "-5"), {**table("bad"), **change})
    assert (refused.value.status_code, code(refused.value)) == (status, answer)
    with pytest.raises(ResourceNotFoundError):
        client.entity.get_by_unique_attribute("lake_table", attribute="lake://good")


def test_nothing_comes_to_contain_itself(client: Any) -> None:
    guids = put(client, table("c1", "-1"), {**table("c2", "-2"), "relationshipAttributes": {"whole": {"guid": "-1"}}})
    inside = client.entity.get(guids["-1"]).entity.relationship_attributes["parts"]
    assert [item["guid"] for item in inside] == [guids["-2"]]
    with pytest.raises(HttpResponseError) as refused:
        put(client, {**table("c1"), "relationshipAttributes": {"whole": {"guid": guids["-2"]}}})
    assert code(refused.value) == "ATLAS-400-00-002"
    with pytest.raises(HttpResponseError):
        client.relationship.create({"typeName": "lake_table_parts", "end1": {"guid": guids["-1"]}, "end2": {"guid": guids["-1"]}})
    gone = client.entity.delete(guids["-1"]).mutated_entities["DELETE"]
    assert {item.guid for item in gone} == set(guids.values())


def test_classifications_are_added_changed_and_taken_away(client: Any) -> None:
    entity, guid = client.entity, put(client, table("k1"))["-1"]
    entity.add_classifications(guid, [{"typeName": "Secret", "attributes": {"until": "2027"}}])
    with pytest.raises(HttpResponseError) as twice:
        entity.add_classifications(guid, [{"typeName": "Secret"}])
    assert (twice.value.status_code, code(twice.value)) == (400, "ATLAS-400-00-01B")
    entity.update_classifications(guid, [{"typeName": "Secret", "attributes": {"until": "2028"}}])
    assert entity.get_classification(guid, "Secret").attributes["until"] == "2028"
    assert entity.get_classifications(guid).list[0]["entityGuid"] == guid
    entity.add_classification({"classification": {"typeName": "Secret.Trade"}, "entityGuids": [guid]})
    entity.remove_classification(guid, "Secret.Trade")
    with pytest.raises(HttpResponseError):
        entity.remove_classification(guid, "Secret.Trade")
    name = {"attribute": "lake://k1"}
    entity.remove_classification_by_unique_attribute("lake_table", "Secret", **name)
    entity.add_classifications_by_unique_attribute("lake_table", [{"typeName": "Secret"}], **name)
    entity.update_classifications_unique_by_attribute("lake_table", [{"typeName": "Secret", "attributes": {"until": "9"}}], **name)
    header = {
        "typeName": "lake_table",
        "attributes": {"qualifiedName": "lake://k1"},
        "classifications": [{"typeName": "Secret.Trade"}],
    }
    said = entity.batch_set_classifications({"guidHeaderMap": {guid: header}})
    assert said == [f"{guid}: added Secret.Trade", f"{guid}: removed Secret"]
    assert entity.get_header(guid).classification_names == ["Secret.Trade"]


def test_labels_and_business_metadata_are_set_and_taken_away(client: Any) -> None:
    entity, guid, name = client.entity, put(client, table("b1"))["-1"], {"attribute": "lake://b1"}
    entity.set_labels(guid, ["one", "two"])
    entity.add_label(guid, ["three"])
    entity.remove_labels(guid, ["one"])
    assert entity.get(guid).entity.labels == ["two", "three"]
    entity.set_labels_by_unique_attribute("lake_table", ["four"], **name)
    entity.add_labels_by_unique_attribute("lake_table", ["five"], **name)
    entity.remove_labels_by_unique_attribute("lake_table", ["four"], **name)
    assert entity.get(guid).entity.labels == ["five"]
    entity.add_or_update_business_metadata(guid, {"Contract": {"consumer": "Sales", "days": 30}}, overwrite=True)
    entity.add_or_update_business_metadata_attributes("Contract", guid, {"days": 31})
    assert entity.get(guid).entity.business_attributes == {"Contract": {"consumer": "Sales", "days": 31}}
    entity.remove_business_metadata_attributes("Contract", guid, {"days": None})
    with pytest.raises(HttpResponseError):
        entity.add_or_update_business_metadata(guid, {"Contract": {"other": 1}})
    assert entity.get(guid).entity.business_attributes == {"Contract": {"consumer": "Sales"}}
    entity.remove_business_metadata(guid, {"Contract": {}})
    assert not entity.get(guid).entity.business_attributes
    head = b"".join(entity.get_business_metadata_template()).decode()
    rows = f"{head}lake_table,lake://b1,Contract.consumer,Finance\nlake_table,lake://none,Contract.days,1\n"
    told = entity.import_business_metadata({"file": ("rows.csv", BytesIO(rows.encode()), "text/csv")})
    assert (len(told.success_import_info_list), len(told.failed_import_info_list)) == (1, 1)
    assert entity.get(guid).entity.business_attributes == {"Contract": {"consumer": "Finance"}}


def test_relationships_are_made_read_changed_and_ended(client: Any) -> None:
    ties, guids = client.relationship, put(client, table("r1"), table("r2", "-2"))
    ends = {"end1": {"guid": guids["-1"]}, "end2": {"guid": guids["-2"]}}
    made = ties.create({"typeName": "lake_table_twins", **ends, "attributes": {"since": "2020"}})
    assert ties.get(made.guid).relationship.attributes == {"since": "2020"}
    ties.update({"typeName": "lake_table_twins", "guid": made.guid, **ends, "attributes": {"since": "2021"}})
    found = client.entity.get(guids["-2"]).entity.relationship_attributes["twinOf"][0]
    assert (found["guid"], found["relationshipAttributes"]["attributes"]) == (guids["-1"], {"since": "2021"})
    ties.delete(made.guid)
    with pytest.raises(ResourceNotFoundError) as gone:
        ties.get(made.guid)
    assert code(gone.value) == "ATLAS-404-00-00C"


def test_lineage_follows_the_data(client: Any) -> None:
    copy: dict[str, Any] = {"typeName": "lake_copy", "guid": "-9", "attributes": {"qualifiedName": "lake://copy", "name": "copy"}}
    copy["attributes"] |= {
        "inputs": [{"guid": "-1"}],
        "outputs": [{"typeName": "lake_table", "uniqueAttributes": {"qualifiedName": "lake://l2"}}],
    }
    guids = put(client, table("l1"), table("l2", "-2"), copy)
    found = client.lineage.get(guids["-1"], direction="OUTPUT", depth=5)
    assert [(item.from_entity_id, item.to_entity_id) for item in found.relations] == [
        (guids["-1"], guids["-9"]),
        (guids["-9"], guids["-2"]),
    ]
    assert set(found.guid_entity_map) == set(guids.values())
    up = client.lineage.get_by_unique_attribute("lake_table", direction="INPUT", depth=1, attribute="lake://l2")
    assert [item.from_entity_id for item in up.relations] == [guids["-9"]]
    following = client.lineage.get_next_page(guids["-1"], direction="OUTPUT", offset=0, limit=10)
    assert [item.to_entity_id for item in following.relations] == [guids["-9"]]
    assert client.entity.get(guids["-9"]).entity.attributes["inputs"][0]["guid"] == guids["-1"]


def test_the_glossary_holds_terms_categories_and_their_entities(client: Any) -> None:
    glossary, guid = client.glossary, put(client, table("g1"))["-1"]
    book = glossary.create({"name": "Business", "shortDescription": "words"})
    anchor = {"anchor": {"glossaryGuid": book.guid}}
    kind = glossary.create_category({"name": "Money", **anchor})
    inner = glossary.create_categories([{"name": "Income", "parentCategory": {"categoryGuid": kind.guid}, **anchor}])[0]
    term = glossary.create_term({"name": "Revenue", "categories": [{"categoryGuid": inner.guid}], **anchor})
    assert term.qualified_name == "Revenue@Business"
    (other,) = glossary.create_terms([{"name": "Turnover", "seeAlso": [{"termGuid": term.guid}], **anchor}])
    with pytest.raises(HttpResponseError) as twice:
        glossary.create_term({"name": "Revenue", **anchor})
    assert twice.value.status_code == 409
    glossary.assign_term_to_entities(term.guid, [{"guid": guid}])
    (assigned,) = glossary.get_entities_assigned_with_term(term.guid)
    assert (assigned.guid, client.entity.get_header(guid).meaning_names) == (guid, ["Revenue"])
    found = client.discovery.query({"filter": {"term": "Revenue", "glossary": "Business"}})
    assert ([item.id for item in found.value], found.value[0].term[0].glossary_name) == ([guid], "Business")
    glossary.delete_term_assignment_from_entities(term.guid, [{"guid": guid, "relationshipGuid": assigned.relationship_guid}])
    assert not glossary.get_entities_assigned_with_term(term.guid)
    assert [item.display_text for item in glossary.get(book.guid).terms] == ["Revenue", "Turnover"]
    assert set(glossary.get_detailed(book.guid).term_info) == {term.guid, other.guid}
    assert [item.name for item in glossary.get_terms(book.guid, limit=1, offset=1)] == ["Turnover"]
    assert len(glossary.get_term_headers(book.guid)) == len(glossary.get_categories(book.guid)) == 2
    assert len(glossary.get_categories_headers(book.guid)) == 2
    assert [item.display_text for item in glossary.get_category_terms(inner.guid)] == ["Revenue"]
    assert "children" in glossary.get_related_categories(kind.guid)
    assert "seeAlso" in glossary.get_related_terms(other.guid)
    assert glossary.partial_update_term(term.guid, {"abbreviation": "rev"}).abbreviation == "rev"
    assert glossary.update_term(term.guid, {"name": "Sales", **anchor}).qualified_name == "Sales@Business"
    assert glossary.partial_update_category(kind.guid, {"shortDescription": "all of it"}).short_description == "all of it"
    assert glossary.update_category(kind.guid, {"name": "Finance", **anchor}).name == "Finance"
    assert glossary.partial_update(book.guid, {"usage": "daily"}).usage == "daily"
    assert glossary.update(book.guid, {"name": "Words"}).name == "Words"
    assert glossary.get_term(term.guid).qualified_name == "Sales@Words"
    assert glossary.get_category(kind.guid).name == "Finance"
    assert [item.name for item in glossary.batch_get()] == ["Words"]
    glossary.delete_category(inner.guid)
    glossary.delete_term(other.guid)
    glossary.delete(book.guid)
    with pytest.raises(ResourceNotFoundError):
        glossary.get_term(term.guid)


def test_a_search_finds_filters_counts_orders_and_pages(client: Any) -> None:
    many = [table(f"harvest_{number:02}", f"-{number}", description="of the field") for number in range(1, 31)]
    guids = put(client, *many)
    client.entity.add_classification({"classification": {"typeName": "Secret.Trade"}, "entityGuids": [guids["-1"], guids["-2"]]})
    query = client.discovery.query
    page = query({"keywords": "harvest*", "limit": 20, "orderby": [{"name": "DESC"}]})
    assert (page.search_count, page.value[0].name, len(page.value)) == (30, "harvest_30", 20)
    rest = query({"keywords": "harvest*", "limit": 20, "orderby": [{"name": "DESC"}], "continuationToken": page.continuation_token})
    assert ([item.name for item in rest.value][-1], len(rest.value), rest.continuation_token) == ("harvest_01", 10, None)
    secret = {"and": [{"entityType": "DataSet"}, {"classification": "Secret", "includeSubClassifications": True}]}
    found = query({"keywords": "field", "filter": secret, "facets": [{"facet": "classification", "count": 5}]})
    assert {item.id for item in found.value} == {guids["-1"], guids["-2"]}
    assert [(item.value, item.count) for item in found.search_facets.classification] == [("Secret.Trade", 2)]
    without = {"not": {"classification": "Secret", "includeSubClassifications": True}}
    assert query({"keywords": "harvest", "filter": without}).search_count == 28
    named = {"attributeName": "name", "operator": "eq", "attributeValue": "harvest_07"}
    assert [item.id for item in query({"filter": {"kind": "AttributeFilter", **named}}).value] == [guids["-7"]]
    either = {"or": [named, {"attributeName": "rank", "operator": "gt", "attributeValue": 1000}]}
    assert query({"keywords": "harvest*", "filter": either}).search_count == 1
    assert query({"keywords": "harvest*", "filter": {"updateTime": "LAST_24H"}}).search_count == 30
    assert query({"keywords": "harvest*", "filter": {"createTime": {"operator": "lt", "timeThreshold": 1_000}}}).search_count == 0
    for wrong in ({"collation": "x"}, {"and": []}, {"attributeName": "a", "operator": "like", "attributeValue": "b"}):
        with pytest.raises(HttpResponseError) as refused:
            query({"filter": wrong})
        assert refused.value.status_code == 400
    assert client.discovery.suggest({"keywords": "harvest_0"}).value[0].name.startswith("harvest_0")
    assert client.discovery.auto_complete({"keywords": "harv", "limit": 3}).value[0].text == "harvest_01"


def test_entities_are_moved_between_collections(client: Any, catalogue: Any) -> None:
    catalogue.http().put("/collections/attic", json={"friendlyName": "Attic"}).raise_for_status()
    guid = put(client, table("m1"), collection_id="attic")["-1"]
    assert client.entity.get(guid).entity.collection_id == "attic"
    client.entity.move_entities_to_collection({"entityGuids": [guid]}, collection_id=catalogue.account)
    assert client.entity.get(guid).entity.collection_id == catalogue.account
