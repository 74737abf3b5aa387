"""The other official clients, unmodified: each alone, mixed with the others, before and after a restart."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

ADMIN = "steward"


def asset(name: str, guid: str = "-1") -> dict[str, Any]:
    return {"typeName": "azure_sql_table", "guid": guid, "attributes": {"qualifiedName": f"mssql://s/d/dbo/{name}", "name": name}}


def test_pyapacheatlas_uploads_reads_classifies_and_searches(catalogue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from pyapacheatlas.core import AtlasEntity, AtlasProcess
    from pyapacheatlas.core.discovery.purview import PurviewDiscoveryClient
    from pyapacheatlas.core.typedef import AtlasAttributeDef, EntityTypeDef
    from pyapacheatlas.core.util import AtlasException

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", catalogue.ca)  # PurviewDiscoveryClient has no other way
    client = catalogue.pyatlas()
    kind = EntityTypeDef("py_table", superTypes=["DataSet"], attributeDefs=[AtlasAttributeDef(name="flavour")])
    client.upload_typedefs(entityDefs=[kind], force_update=True)
    wider = EntityTypeDef(
        "py_table",
        superTypes=["DataSet"],
        attributeDefs=[AtlasAttributeDef(name="flavour"), AtlasAttributeDef(name="age", typeName="int")],
    )
    client.upload_typedefs(entityDefs=[wider], force_update=True)
    assert [item["name"] for item in client.get_typedef(name="py_table")["attributeDefs"]] == ["flavour", "age"]
    one = AtlasEntity("one", "py_table", "py://one", guid="-1", attributes={"flavour": "salt", "age": 3})
    two = AtlasEntity("two", "py_table", "py://two", guid="-2")
    flow = AtlasProcess("flow", "Process", "py://flow", inputs=[one], outputs=[two], guid="-3")
    guids = client.upload_entities([one, two, flow])["guidAssignments"]
    read = client.get_entity(qualifiedName=["py://one", "py://two"], typeName="py_table")["entities"]
    assert [item["guid"] for item in read] == [guids["-1"], guids["-2"]]
    client.partial_update_entity(guid=guids["-1"], attributes={"flavour": "sweet"})
    client.partial_update_entity(typeName="py_table", qualifiedName="py://one", attributes={"age": 4})
    assert client.get_single_entity(guids["-1"])["entity"]["attributes"]["flavour"] == "sweet"
    client.classify_entity(guids["-1"], [{"typeName": "MICROSOFT.PERSONAL.EMAIL"}])
    with pytest.raises(AtlasException):
        client.classify_entity(guids["-1"], [{"typeName": "MICROSOFT.PERSONAL.EMAIL"}])
    client.classify_entity(guids["-1"], [{"typeName": "MICROSOFT.PERSONAL.EMAIL"}], force_update=True)
    client.classify_bulk_entities([guids["-2"]], {"typeName": "PII.Contact"})
    assert client.get_entity_classification(guids["-2"], "PII.Contact")["entityGuid"] == guids["-2"]
    client.declassify_entity(guids["-2"], "PII.Contact")
    client.update_entity_labels(["a", "b"], guid=guids["-1"])
    client.delete_entity_labels(["a"], guid=guids["-1"])
    assert client.get_single_entity(guids["-1"])["entity"]["labels"] == ["b"]
    lineage = client.get_entity_lineage(guids["-1"], depth=4, direction="OUTPUT")
    assert [item["toEntityId"] for item in lineage["relations"]] == [guids["-3"], guids["-2"]]
    found: Any = PurviewDiscoveryClient(f"{catalogue.url}/catalog/api", client.authentication)
    names = [item["name"] for item in found.search_entities("py", limit=1, search_filter={"typeName": "py_table"})]
    assert sorted(names) == ["one", "two"]
    assert found.suggest(keywords="on")["value"][0]["name"] == "one"
    assert found.autocomplete(keywords="tw")["value"] == [{"text": "two", "queryPlusText": "two"}]
    assert found.browse(entityType="py_table")["@search.count"] == 2
    client.delete_entity(guid=list(guids.values()))
    client.delete_type("py_table")


def test_purview_client_reaches_the_catalogue_under_its_own_host_name(catalogue: Any) -> None:
    client = catalogue.pypurview()
    client.collections.create_or_update_collection("harbour", "Harbour", catalogue.account)
    guid = client.collections.upload_entities([asset("ship")], "harbour")["guidAssignments"]["-1"]
    assert client.get_single_entity(guid)["entity"]["collectionId"] == "harbour"
    client.collections.move_entities([guid], catalogue.account)
    assert {item["name"] for item in client.collections.list_collections()} >= {"harbour", catalogue.account}
    client.collections.delete_collection("harbour")
    book = client.glossary.get_glossaries()
    assert book == []
    made = catalogue.datamap().glossary.create({"name": "Glossary"})
    term = client.glossary.upload_term({"name": "Hull", "anchor": {"glossaryGuid": made.guid}})
    client.glossary.assignTerm([{"guid": guid}], termName="Hull")
    held = client.glossary.get_termAssignedEntities(termName="Hull")
    client.glossary.delete_assignedTerm([{"guid": guid, "relationshipGuid": held[0]["relationshipGuid"]}], termGuid=term["guid"])
    assert client.get_entity_next_lineage(guid, "OUTPUT")["relations"] == []
    client.glossary.delete_term(term["guid"])
    catalogue.datamap().glossary.delete(made.guid)


def test_apache_atlas_speaks_with_a_token_for_its_password(catalogue: Any) -> None:
    from apache_atlas.model.glossary import AtlasGlossary, AtlasGlossaryTerm
    from apache_atlas.model.instance import AtlasClassification, AtlasEntitiesWithExtInfo, AtlasEntity
    from apache_atlas.model.typedef import AtlasClassificationDef, AtlasTypesDef

    client = catalogue.apache()
    kinds = AtlasTypesDef({"classificationDefs": [AtlasClassificationDef({"name": "apache_mark", "superTypes": None})]})
    client.typedef.create_atlas_typedefs(kinds)
    assert client.typedef.type_with_name_exists("apache_mark")
    made = AtlasEntity({"typeName": "azure_sql_table", "guid": "-1", "classifications": None, "labels": None})
    made.attributes = asset("apache")["attributes"]
    answer = client.entity.create_entities(AtlasEntitiesWithExtInfo({"entities": [made], "referredEntities": None}))
    guid = answer.guidAssignments["-1"]
    unique = {"qualifiedName": "mssql://s/d/dbo/apache"}
    assert client.entity.get_entity_by_attribute("azure_sql_table", unique).entity.guid == guid
    assert client.entity.get_entities_by_attribute("azure_sql_table", [unique]).entities[0].guid == guid
    assert client.entity.get_entities_by_guids([guid]).entities[0].guid == guid
    assert client.entity.get_entity_header_by_guid(guid).displayText == "apache"
    client.entity.partial_update_entity_by_guid(guid, "more words", "description")
    client.entity.add_classifications_by_guid(guid, [AtlasClassification({"typeName": "apache_mark"})])
    assert client.entity.get_classifications(guid)["list"][0]["typeName"] == "apache_mark"
    assert [item.guid for item in client.discovery.basic_search("azure_sql_table", "apache_mark", None, True, 10, 0).entities] == [
        guid
    ]
    client.entity.delete_classification(guid, "apache_mark")
    client.entity.add_labels_by_guid(guid, ["x"])
    assert client.lineage.get_lineage_info(guid, "BOTH", 3).baseEntityGuid == guid
    book = client.glossary.create_glossary(AtlasGlossary({"name": "Apache"}))
    term = client.glossary.create_glossary_term(AtlasGlossaryTerm({"name": "Feather", "anchor": {"glossaryGuid": book.guid}}))
    assert client.glossary.get_glossary_term(term.guid).qualifiedName == "Feather@Apache"
    client.glossary.delete_glossary_by_guid(book.guid)
    client.entity.delete_entity_by_guid(guid)
    client.typedef.delete_type_by_name("apache_mark")


def test_the_catalog_client_reads_what_others_wrote(catalogue: Any) -> None:
    guid = catalogue.pyatlas().upload_entities([asset("catalog")])["guidAssignments"]["-1"]
    client = catalogue.catalog()
    assert client.entity.get_by_guid(guid)["entity"]["attributes"]["name"] == "catalog"
    assert client.discovery.query({"keywords": "catalog", "limit": 5})["value"][0]["id"] == guid
    assert client.types.list_type_definition_headers()
    assert client.lineage.get_lineage_graph(guid, direction="BOTH")["baseEntityGuid"] == guid
    client.collection.create_or_update_bulk(catalogue.account, {"entities": [asset("catalog2")]})
    assert client.glossary.list_glossaries() == []
    client.entity.delete_by_guid(guid)
    with pytest.raises(ResourceNotFoundError):
        client.entity.get_by_guid(guid)


def test_the_account_its_collections_and_policies_are_administered(catalogue: Any) -> None:
    client, policies = catalogue.account_client(), catalogue.policies()
    assert client.accounts.get_account_properties()["name"] == catalogue.account
    assert client.accounts.update_account_properties({"friendlyName": "Contoso"})["properties"]["friendlyName"] == "Contoso"
    place = {"friendlyName": "Crew", "parentCollection": {"referenceName": catalogue.account, "type": "CollectionReference"}}
    client.collections.create_or_update_collection("crew", place)
    client.collections.create_or_update_collection("deck", {**place, "parentCollection": {"referenceName": "crew"}})
    assert [item["name"] for item in client.collections.list_child_collection_names("crew")] == ["deck"]
    assert client.collections.get_collection_path("deck")["parentNameChain"] == [catalogue.account, "crew"]
    with pytest.raises(HttpResponseError):
        client.collections.create_or_update_collection("crew", {**place, "parentCollection": {"referenceName": "deck"}})
    with pytest.raises(HttpResponseError) as full:
        client.collections.delete_collection("crew")
    assert full.value.status_code == 409
    rule = client.resource_set_rules.create_or_update_resource_set_rule(
        {"advancedResourceSet": {"resourceSetProcessing": "Default"}}
    )
    assert client.resource_set_rules.get_resource_set_rule() == rule
    client.resource_set_rules.delete_resource_set_rule()
    assert {item["properties"]["friendlyName"] for item in policies.metadata_roles.list()} >= {"Data Reader", "Data Curator"}
    (policy,) = policies.metadata_policy.list_all(collection_name="deck")
    reader = next(item for item in policy["properties"]["attributeRules"] if "data-reader" in item["id"])
    reader["dnfCondition"][0][0]["attributeValueIncludedIn"].append("guest")
    guid = (
        catalogue.datamap()
        .entity.batch_create_or_update({"entities": [asset("hold")]}, collection_id="deck")
        .guid_assignments["-1"]
    )
    with pytest.raises(HttpResponseError) as closed:
        catalogue.datamap("guest").entity.get(guid)
    assert closed.value.status_code == 403
    policies.metadata_policy.update(policy["id"], policy)
    assert policies.metadata_policy.get(policy["id"])["version"] == 1
    assert catalogue.datamap("guest").entity.get(guid).entity.guid == guid
    with pytest.raises(HttpResponseError) as reads_only:
        catalogue.datamap("guest").entity.delete(guid)
    assert reads_only.value.status_code == 403
    assert [item.id for item in catalogue.datamap("guest").discovery.query({"keywords": "*"}).value] == [guid]


def test_the_account_is_an_azure_resource(catalogue: Any) -> None:
    accounts = catalogue.management().accounts
    made = accounts.begin_create_or_update(
        "group", catalogue.account, {"location": "westeurope", "identity": {"type": "SystemAssigned"}}
    )
    assert made.result().provisioning_state == "Succeeded"
    assert accounts.get("group", catalogue.account).name == catalogue.account
    assert [item.name for item in accounts.list_by_subscription()] == [catalogue.account]
    assert not accounts.check_name_availability({"name": catalogue.account, "type": "Microsoft.Purview/accounts"}).name_available
    with pytest.raises(HttpResponseError) as wrong:
        accounts.get("group", "other")
    assert wrong.value.status_code == 404


def lay_files(folder: Path) -> None:
    folder.mkdir()
    people = [f"person{number}@contoso.example" for number in range(20)]
    table = {
        "mail": people,
        "badge59": [f"EMP-{number:04}" if number < 59 else f"none{number}" for number in range(100)][:100],
        "badge60": [f"EMP-{number:04}" if number < 60 else f"none{number}" for number in range(100)],
        "seven": [f"EMP-{number % 7:04}" for number in range(100)],
        "eight": [f"EMP-{number % 8:04}" for number in range(100)],
        "amount": [number * 10 for number in range(100)],
    }
    table["mail"] = [people[number % 20] for number in range(100)]
    pq.write_table(pa.table(table), folder / "staff.parquet")
    (folder / "notes.csv").write_text("topic,count\n" + "\n".join(f"topic {number},{number}" for number in range(30)))
    (folder / "broken.parquet").write_bytes(b"not parquet")


def finished(client: Any, source: str, scan: str, run: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for _ in range(300):
        found = next(item for item in client.scan_result.list_scan_history(source, scan) if item["id"] == run)
        if found["endTime"] is not None:
            return found
        time.sleep(0.1)
    raise AssertionError(found)


def test_a_scan_finds_what_was_planted_and_nothing_else(
    start_catalogue: Any, tmp_path: Path, lay_mesh: Any, make_mesh: Any
) -> None:
    mesh, landing = tmp_path / "mesh", tmp_path / "landing"
    lay_mesh(mesh, make_mesh())
    (mesh / "mesh.yaml").write_text(
        "mesh:\n  name: contoso\n  nodes:\n    - {name: contoso-we, region: westeurope, url: 'http://x'}\n"
    )
    lay_files(landing)
    with start_catalogue(mesh, "--admin", ADMIN, "--scan-root", f"landing={landing}") as site:
        client, root = site.scanning(), {"referenceName": site.account, "type": "CollectionReference"}
        site.datamap().type_definition.batch_create({"classificationDefs": [{"name": "CONTOSO.HR.EMPLOYEE_ID"}]})
        rule = {"classificationName": "CONTOSO.HR.EMPLOYEE_ID", "dataPatterns": [{"kind": "Regex", "pattern": "EMP-[0-9]{4}"}]}
        client.classification_rules.create_or_update("badges", {"kind": "Custom", "properties": rule})
        client.classification_rules.create_or_update("badges", {"kind": "Custom", "properties": {**rule, "description": "twice"}})
        assert len(list(client.classification_rules.list_versions_by_classification_rule_name("badges"))) == 2
        client.classification_rules.tag_classification_version("badges", 1, action="Keep")
        for bad in (
            {**rule, "dataPatterns": [{"kind": "Regex", "pattern": "(a)\\1"}]},
            {**rule, "classificationName": "MICROSOFT.X"},
        ):
            with pytest.raises(HttpResponseError) as refused:
                client.classification_rules.create_or_update("bad", {"kind": "Custom", "properties": bad})
            assert refused.value.status_code == 400
        ruleset = {"kind": "AdlsGen2", "properties": {"includedCustomClassificationRuleNames": ["badges"]}}
        client.scan_rulesets.create_or_update("own", ruleset)
        lake = {"kind": "AdlsGen2", "properties": {"endpoint": "file://landing", "collection": root}}
        client.data_sources.create_or_update("lake", body=lake)
        scan = {"kind": "AdlsGen2Msi", "properties": {"scanRulesetName": "own", "scanRulesetType": "Custom", "collection": root}}
        client.scans.create_or_update("lake", "all", scan)
        trigger = {"properties": {"scanLevel": "Full", "recurrence": {"frequency": "Week", "interval": 1}}}
        client.triggers.create_trigger("lake", "all", trigger)
        assert client.triggers.get_trigger("lake", "all")["properties"]["recurrence"]["frequency"] == "Week"
        client.triggers.delete_trigger("lake", "all")
        client.filters.create_or_update("lake", "all", {"properties": {"excludeUriPrefixes": ["file://landing/notes"]}})
        assert client.scan_result.run_scan("lake", "all", "first", scan_level="Full")["status"] == "Accepted"
        run = finished(client, "lake", "all", "first")
        counts = run["discoveryExecutionDetails"]["statistics"]["assets"]
        assert (run["status"], counts) == ("Succeeded", {"discovered": 2, "classified": 1, "failed": 1})
        assert classified(site, "column") == {
            "mail": {"MICROSOFT.PERSONAL.EMAIL", "PII.Contact"},
            "badge60": {"CONTOSO.HR.EMPLOYEE_ID"},
            "eight": {"CONTOSO.HR.EMPLOYEE_ID"},
        }
        client.data_sources.create_or_update(
            "mesh", body={"kind": "AzureSubscription", "properties": {"endpoint": "freehold://contoso"}}
        )
        client.scans.create_or_update("mesh", "products", {"kind": "AzureSubscriptionMsi", "properties": {}})
        client.scan_result.run_scan("mesh", "products", "one")
        run = finished(client, "mesh", "products", "one")
        assert (run["status"], run["assetsDiscovered"]) == ("Succeeded", 3), run
        found = site.datamap().entity.get_by_unique_attribute(
            "freehold_product", attribute="freehold://contoso/customer/customer_360"
        )
        assert {item["displayText"] for item in found.entity.relationship_attributes["columns"]} == {
            "customerId",
            "segment",
            "email",
        }
        assert classified(site, "freehold_column")["email"] >= {"PII.Contact"}
        up = site.datamap().lineage.get(found.entity.guid, direction="INPUT", depth=2)
        assert {item["typeName"] for item in json.loads(json.dumps([e.as_dict() for e in up.guid_entity_map.values()]))} == {
            "freehold_product", "freehold_process", "freehold_source",
        }  # fmt: skip
        client.data_sources.create_or_update("far", body={"kind": "Oracle", "properties": {"host": "oracle.example"}})
        client.scans.create_or_update("far", "x", {"kind": "OracleCredential", "properties": {}})
        client.scan_result.run_scan("far", "x", "r")
        assert finished(client, "far", "x", "r")["status"] == "Failed"
        client.scan_result.cancel_scan("far", "x", "r")
        for name in ("lake", "mesh", "far"):
            assert client.data_sources.get(name)["name"] == name
        with pytest.raises(HttpResponseError) as stays:
            client.data_sources.delete("lake")
        assert stays.value.status_code == 409
        client.scans.delete("far", "x")
        client.data_sources.delete("far")
        client.key_vault_connections.create("vault", {"properties": {"baseUrl": "https://v.vault.azure.net"}})
        assert [item["name"] for item in client.key_vault_connections.list_all()] == ["vault"]
        client.key_vault_connections.delete("vault")
        assert client.system_scan_rulesets.get("AdlsGen2")["scanRulesetType"] == "System"
        assert client.system_scan_rulesets.get_latest(data_source_type="AdlsGen2")["version"] == 1
        with pytest.raises(HttpResponseError) as nobody:
            list(site.scanning("guest").data_sources.list_all())
        assert nobody.value.status_code == 403
    ledger = list((mesh / ".freehold" / "purview" / "ledger").rglob("*"))
    assert ledger, "each look at a product is a leaf"
    with start_catalogue(mesh) as site:
        assert classified(site, "column")["eight"] == {"CONTOSO.HR.EMPLOYEE_ID"}
        assert [item["id"] for item in site.scanning().scan_result.list_scan_history("lake", "all")] == ["first"]
        assert site.pyatlas().get_entity(qualifiedName="file://landing/staff.parquet", typeName="azure_datalake_gen2_path")[
            "entities"
        ]
        assert site.apache().entity.get_entity_by_attribute(
            "tabular_schema", {"qualifiedName": "file://landing/staff.parquet#__tabular_schema"}
        )


def classified(site: Any, kind: str) -> dict[str, set[str]]:
    found = site.datamap().discovery.query({"filter": {"entityType": kind, "includeSubTypes": False}, "limit": 100}).value
    return {item.name: set(item.classification) for item in found if item.classification}
