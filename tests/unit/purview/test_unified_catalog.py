"""The Unified Catalog: who sees and does what in it, what it takes in, and that every way around its rules is closed."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from people import ACCESS, People

NOBODY = "00000000-0000-0000-0000-000000000000"
THINGS = ("dataProducts", "terms", "criticalDataElements")


def test_whoever_has_no_role_is_refused_of_what_is_there_and_of_what_is_not_alike(people: People) -> None:
    domain = people.domain()
    for path in (f"businessdomains/{domain}", f"businessdomains/{NOBODY}", "businessdomains", "dataProducts", "policies"):
        answer = people.ask("stranger", "GET", path)
        assert (answer.status, answer.code) == (403, "Forbidden"), path
    first, second = (people.ask("stranger", "GET", f"businessdomains/{name}").body for name in (domain, NOBODY))
    assert first == second


def test_a_reader_sees_what_is_published_in_published_domains_and_nothing_else(people: People) -> None:
    open_, draft, closed = people.domain("Open"), people.domain("Draft", status="DRAFT"), people.domain("Closed", isRestricted=True)
    seen = people.product(open_)
    hidden = [
        people.product(open_, status="DRAFT"),
        people.product(open_, status="EXPIRED"),
        people.product(draft),
        people.product(closed),
    ]
    people.give("reader", "global-catalog-reader")
    assert [item["id"] for item in people.ask("reader", "GET", "dataProducts").body["value"]] == [seen]
    assert [item["name"] for item in people.ask("reader", "GET", "businessdomains").body["value"]] == ["Open"]
    for key in (*hidden, NOBODY):
        answers = people.ask("reader", "GET", f"dataProducts/{key}"), people.ask("reader", "GET", f"dataProducts/{NOBODY}")
        assert answers[0] == answers[1]
        assert answers[0].status == 404
    counted = people.ask("reader", "POST", "dataProducts/facets", {"facets": [{"name": "domain"}]}).body["facets"]
    assert counted == {"domain": [{"value": open_, "count": "1"}]}
    people.give("insider", "business-domain-reader", closed)
    assert [item["id"] for item in people.ask("insider", "GET", "dataProducts").body["value"]] == [hidden[3]]


def test_a_role_in_a_domain_holds_below_it_and_nowhere_else(people: People) -> None:
    top, other = people.domain("Top"), people.domain("Other")
    below = people.domain("Below", parentId=top)
    people.give("owner", "data-product-owner", top)
    people.give("owner", "global-catalog-reader")
    for place, status in ((top, 201), (below, 201), (other, 403)):
        assert people.ask("owner", "POST", "dataProducts", {"name": "x", "domain": place}).status == status, place
    theirs = people.product(other)
    assert people.ask("owner", "PUT", f"dataProducts/{theirs}", {"name": "Mine", "domain": other}).status == 403
    assert people.ask("owner", "PUT", f"dataProducts/{theirs}", {"name": "Mine", "domain": top}).status == 403, "nor taken over"
    assert people.ask("owner", "DELETE", f"dataProducts/{theirs}").status == 403
    mine = people.product(top, who="owner")
    assert people.ask("owner", "PUT", f"dataProducts/{mine}", {"name": "Given away", "domain": other}).status == 403
    assert people.ask("owner", "POST", "terms", {"name": "t", "domain": top}).status == 403, "products alone"
    assert people.ask("owner", "POST", "businessdomains", {"name": "d"}).status == 403
    assert people.ask("owner", "POST", "businessdomains", {"name": "d", "parentId": top}).status == 403


@pytest.mark.parametrize("role", ["data-steward", "data-product-owner", "business-domain-reader"])
def test_nobody_gives_themselves_a_role(people: People, role: str) -> None:
    domain = people.domain()
    people.give("climber", role, domain)
    assert people.ask("climber", "GET", "policies").body["values"] == []
    for policy in (people.policy(domain), people.policy()):
        rule = policy["properties"]["attributeRules"][0]
        rule["dnfCondition"][0][0]["attributeValueIncludedIn"].append("climber")
        answer = people.ask("climber", "PUT", f"policies/{policy['id']}", policy)
        assert answer == people.ask("climber", "PUT", f"policies/{NOBODY}", policy)
        assert answer.status == 404


def test_an_owner_of_a_domain_gives_its_roles_and_none_of_the_catalogue_nor_of_others(people: People) -> None:
    domain, other = people.domain(), people.domain("Other")
    people.give("boss", "business-domain-owner", domain)
    (policy,) = people.ask("boss", "GET", "policies").body["values"]
    assert policy["properties"]["entity"]["referenceName"] == domain
    stolen = people.policy() | {"id": policy["id"], "version": policy["version"]}
    assert people.ask("boss", "PUT", f"policies/{policy['id']}", stolen).status == 400, "a rule of a role of the catalogue"
    theirs = people.policy(other)
    assert people.ask("boss", "PUT", f"policies/{theirs['id']}", theirs).status == 404
    for rule in policy["properties"]["attributeRules"]:
        rule["dnfCondition"] = []
    assert people.ask("boss", "PUT", f"policies/{policy['id']}", policy).status == 400, "nobody would own it"


def test_a_policy_is_changed_at_the_version_it_was_read_at(people: People) -> None:
    domain = people.domain()
    old = people.policy(domain)
    people.give("boss", "business-domain-owner", domain)
    answer = people.ask("steward", "PUT", f"policies/{old['id']}", old)
    assert (answer.status, answer.code) == (409, "Conflict")


def test_groups_of_a_token_hold_roles(people: People) -> None:
    from freehold.datamap.access import Someone

    policy = people.policy(people.domain())
    rule = next(item for item in policy["properties"]["attributeRules"] if "data-steward" in item["id"])
    rule["dnfCondition"][1][0]["attributeValueIncludedIn"] = ["stewards@sales"]
    assert people.ask("steward", "PUT", f"policies/{policy['id']}", policy).status == 200
    asked = people.inside.ask("GET", "/datagovernance/catalog/businessdomains", someone=Someone("x", frozenset({"stewards@sales"})))
    assert len(asked.body["value"]) == 1


@pytest.mark.parametrize(
    ("path", "held"),
    [
        ("businessdomains", {"systemData": {"createdBy": NOBODY, "createdAt": "1970-01-01T00:00:00Z"}}),
        ("dataProducts", {"activeSubscriberCount": 99, "dataQualityScore": 100.0, "additionalProperties": {"assetCount": 9}}),
        ("terms", {"isLeaf": False}),
        ("objectives", {"additionalProperties": {"overallProgress": 100.0}}),
    ],
)
def test_what_the_server_holds_is_not_taken_from_a_request(people: People, path: str, held: dict[str, Any]) -> None:
    domain = people.domain()
    body = {"name": "n"} if path == "businessdomains" else {"name": "n", "domain": domain}
    body = {"definition": "d", "domain": domain} if path == "objectives" else body
    for answer in (
        people.ask("steward", "POST", path, body | held),
        people.ask("steward", "PUT", f"{path}/{people.made('steward', path, **body)['id']}", body | held),
    ):
        assert answer.status in {200, 201}, answer.body
        for name, value in held.items():
            assert answer.body.get(name) != value, name


def test_an_identifier_is_taken_once_and_an_update_is_of_the_thing_at_its_address(people: People) -> None:
    domain, key = people.domain(), str(uuid.uuid4())
    body = {"id": key.upper(), "name": "n", "domain": domain}
    assert people.made("steward", "dataProducts", **body)["id"] == key
    assert people.ask("steward", "POST", "dataProducts", body).status == 409
    assert people.ask("steward", "PUT", f"dataProducts/{people.product(domain)}", body).status == 400
    assert people.ask("steward", "POST", "dataProducts", body | {"id": "../x"}).status == 400


@pytest.mark.parametrize(
    "given",
    [
        {"name": "n", "isAdmin": True},
        {"name": "n", "__proto__": {}},
        {"name": ""},
        {"name": "   "},
        {"name": "n" * 257},
        {"name": 7},
        {"name": "n", "description": "d" * 10_001},
        {"name": "n", "description": "a\0b"},
        {"name": "n", "status": "SECRET"},
        {"name": "n", "type": "Anything"},
        {"name": "n", "termsOfUse": [{"url": "javascript:alert(1)"}]},
        {"name": "n", "documentation": [{"url": "file:///etc/passwd"}]},
        {"name": "n", "documentation": [{"url": "https://[x"}]},
        {"name": "n", "documentation": [{}] * 501},
        {"name": "n", "contacts": {"owner": [{"id": "not a guid"}]}},
        {"name": "n", "contacts": {"boss": []}},
        {"name": "n", "endorsed": "yes"},
        {"name": "n", "managedAttributes": [{"name": {"deep": [[[[]]]]}}]},
    ],
)
def test_what_does_not_fit_the_shape_is_refused_with_its_name(people: People, given: dict[str, Any]) -> None:
    answer = people.ask("steward", "POST", "dataProducts", given | {"domain": people.domain()})
    assert answer.status == 400, answer.body
    assert answer.body["error"]["code"] == "BadRequest"
    assert "msgspec" not in answer.body["error"]["message"]
    assert people.ask("steward", "GET", "dataProducts").body["value"] == []


def test_markup_is_kept_as_the_text_that_it_is(people: People) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=y>\u202e"
    key = people.product(people.domain(), name="<b>", description=evil, businessUse=evil)
    found = people.ask("steward", "GET", f"dataProducts/{key}").body
    assert (found["name"], found["description"], found["businessUse"]) == ("<b>", evil, evil)


@pytest.mark.parametrize(
    "fields",
    [
        {"skip": "-1"},
        {"top": "x"},
        {"skip": "99999999"},
        {"orderby": "secret"},
        {"orderby": "name;drop"},
        {"top": "1e9"},
        {"domainId": "' or 1=1"},
    ],
)
def test_a_page_that_is_none_is_refused(people: People, fields: dict[str, str]) -> None:
    assert people.ask("steward", "GET", "dataProducts", None, **fields).status == 400


@pytest.mark.parametrize(
    "query",
    [
        {"where": "1=1"},
        {"nameKeyword": {"$ne": ""}},
        {"ids": ["%"]},
        {"domainIds": "x"},
        {"orderby": [{"field": "systemData"}]},
        {"orderby": [{"field": "name", "direction": "sideways"}]},
        {"managedAttributes": [{"field": "a", "operator": "regex", "value": "(a+)+$"}]},
        {"facets": [{"name": "contacts"}]},
        {"skip": -1},
        {"top": True},
        {"skip": 1.5},
        [],
    ],
)
def test_a_filter_that_is_not_known_is_refused_and_not_ignored(people: People, query: Any) -> None:
    assert people.ask("steward", "POST", "dataProducts/query", query).status == 400


def test_pages_hold_everything_once_and_end(people: People) -> None:
    from urllib.parse import parse_qsl, urlsplit

    domain = people.domain()
    names = [f"p{number:02}" for number in range(11)]
    for name in reversed(names):
        people.product(domain, name)
    for method, path in (("GET", "dataProducts"), ("POST", "dataProducts/query")):
        found: list[str] = []
        fields = {"top": "4"}
        for _ in range(4):
            answer = people.ask("steward", method, path, None, **fields).body
            found += [item["name"] for item in answer["value"]]
            if "nextLink" not in answer:
                break
            fields = dict(parse_qsl(urlsplit(answer["nextLink"]).query))
        assert found == names
    assert len(people.ask("steward", "GET", "dataProducts", None, top="1000000").body["value"]) == 11
    assert people.ask("steward", "GET", "dataProducts", None, skip="1000000").body == {"value": []}
    down = people.ask("steward", "GET", "dataProducts", None, orderby="name desc", top="1").body["value"]
    assert down[0]["name"] == "p10"


def test_filters_find_what_they_say(people: People) -> None:
    domain, me = people.domain(), str(uuid.uuid4())
    attributes = [{"name": "Cost", "value": "Low"}]
    first = people.product(domain, "Orders%_", type="Master", contacts={"owner": [{"id": me}]}, managedAttributes=attributes)
    second = people.product(domain, "Orders", type="AI", status="DRAFT")
    for query, found in (
        ({"nameKeyword": "ORDERS"}, {first, second}),
        ({"nameKeyword": "%"}, {first}),
        ({"ids": [second.upper()]}, {second}),
        ({"owners": [me]}, {first}),
        ({"status": "Draft"}, {second}),
        ({"multiStatus": ["Draft", "Published"]}, {first, second}),
        ({"types": ["ai"]}, {second}),
        ({"type": "Master"}, {first}),
        ({"domainIds": [NOBODY]}, set[str]()),
        ({"managedAttributes": [{"field": "All.Cost", "operator": "prefix", "value": "l"}]}, {first}),
        ({"managedAttributes": [{"field": "All.Cost", "operator": "ne", "value": "low"}]}, {second}),
    ):
        assert {item["id"] for item in people.ask("steward", "POST", "dataProducts/query", query).body["value"]} == found, query
    assert people.ask("steward", "POST", "dataProducts/count", {"nameKeyword": "orders"}).body == {"count": 2}
    assert people.ask("steward", "POST", "dataProducts/count", {}, dataProductOwner="true").body == {"count": 0}


def test_domains_and_terms_do_not_lie_below_themselves(people: People) -> None:
    top = people.domain("Top")
    below = people.domain("Below", parentId=top)
    assert people.ask("steward", "PUT", f"businessdomains/{top}", {"name": "Top", "parentId": below}).status == 400
    assert people.ask("steward", "PUT", f"businessdomains/{top}", {"name": "Top", "parentId": top}).status == 400
    assert people.ask("steward", "DELETE", f"businessdomains/{top}").status == 409
    term = people.made("steward", "terms", name="t", domain=top)["id"]
    inner = people.made("steward", "terms", name="u", domain=top, parentId=term)["id"]
    assert people.ask("steward", "PUT", f"terms/{term}", {"name": "t", "domain": top, "parentId": inner}).status == 400
    assert people.ask("steward", "POST", "terms", {"name": "v", "domain": below, "parentId": term}).status == 400
    assert [item["name"] for item in people.ask("steward", "GET", f"terms/{inner}/hierarchies").body["value"]] == ["t", "u"]
    deep = top
    for number in range(14):
        deep = people.domain(f"d{number}", parentId=deep)
    assert (
        people.ask("steward", "POST", "businessdomains", {"name": "deeper", "parentId": people.domain("e", parentId=deep)}).status
        == 400
    )


def test_a_relationship_is_seen_from_both_ends_and_goes_with_either(people: People) -> None:
    domain = people.domain()
    product, term = people.product(domain), people.made("steward", "terms", name="t", domain=domain, status="PUBLISHED")["id"]
    path = f"dataProducts/{product}/relationships"
    for given in ({"entityId": term}, {"relationship1": {"entityId": term, "relationshipType": "Related", "systemData": {}}}):
        answer = people.ask("steward", "POST", path, given, entityType="TERM")
        assert (answer.status, answer.body["entityId"], answer.body["relationshipType"]) == (200, term, "Related")
    back = people.ask("steward", "GET", f"terms/{term}/relationships", None, entityType="DATAPRODUCT").body["value"]
    assert [item["entityId"] for item in back] == [product]
    assert people.ask("steward", "DELETE", path, None, entityType="TERM", entityId=term).status == 204
    assert people.ask("steward", "GET", f"terms/{term}/relationships").body["value"] == []
    assert people.ask("steward", "DELETE", path, None, entityType="TERM", entityId=term).status == 404
    people.ask("steward", "POST", path, {"entityId": term}, entityType="TERM")
    people.ask("steward", "DELETE", f"terms/{term}")
    assert people.ask("steward", "GET", path).body["value"] == []
    for given, fields in (
        ({"entityId": product}, {"entityType": "DATAPRODUCT"}),
        ({}, {"entityType": "TERM"}),
        ({"entityId": term}, {}),
    ):
        assert people.ask("steward", "POST", path, given, **fields).status == 400
    assert people.ask("steward", "POST", path, {"entityId": NOBODY}, entityType="TERM").status == 404


def test_nobody_relates_their_thing_to_one_that_they_do_not_see_nor_changes_another_s(people: People) -> None:
    mine, other = people.domain("Mine"), people.domain("Other", status="DRAFT")
    people.give("owner", "data-product-owner", mine)
    own, hidden = people.product(mine, who="owner"), people.product(other)
    path = f"dataProducts/{own}/relationships"
    assert people.ask("owner", "POST", path, {"entityId": hidden}, entityType="DATAPRODUCT").status == 404
    assert people.ask("steward", "POST", path, {"entityId": hidden}, entityType="DATAPRODUCT").status == 200
    assert people.ask("owner", "GET", path).body["value"] == [], "the other end is not seen"
    people.give("reader", "global-catalog-reader")
    assert people.ask("reader", "POST", path, {"entityId": own}, entityType="DATAPRODUCT").status == 403


def test_what_is_related_to_a_data_product_is_for_those_to_say_who_write_the_product(people: People) -> None:
    mine, theirs = people.domain("Mine"), people.domain("Theirs")
    for role in ("data-steward", "data-product-owner"):
        people.give("climber", role, mine)
    people.give("climber", "global-catalog-reader")
    product = people.product(theirs)
    term = people.made("climber", "terms", name="t", domain=mine, status="PUBLISHED")["id"]
    entity = {"typeName": "DataSet", "attributes": {"qualifiedName": "file://one", "name": "one"}}
    guids = people.inside.ask("POST", "/datamap/api/atlas/v2/entity", body={"entity": entity}).body["guidAssignments"]
    asset = people.made("steward", "dataAssets", source={"assetId": next(iter(guids.values()))})["id"]
    of_term, of_asset = f"terms/{term}/relationships", f"dataAssets/{asset}/relationships"
    of_product = f"dataProducts/{product}/relationships"

    def related(who: str, method: str, path: str, other: str, kind: str = "DATAPRODUCT") -> int:
        fields = {"entityType": kind} | ({"entityId": other} if method == "DELETE" else {})
        return people.ask(who, method, path, {"entityId": other}, **fields).status

    assert related("climber", "POST", of_term, product) == 403
    assert related("steward", "POST", of_product, term, "TERM") == 200
    assert related("climber", "DELETE", of_term, product) == 403
    assert related("steward", "POST", of_asset, product) == 200
    people.inside.ground.administer(["climber"])
    assert people.ask("climber", "GET", of_asset).body["value"], "it is seen"
    assert related("climber", "DELETE", of_asset, product) == 403
    assert related("climber", "POST", of_asset, product) == 403
    assert related("climber", "POST", of_asset, people.product(mine, who="climber")) == 200


def test_an_asset_is_seen_by_whoever_reads_its_entity_in_the_data_map(people: People) -> None:
    entity = {"typeName": "DataSet", "attributes": {"qualifiedName": "file://one", "name": "one", "description": "First"}}
    made = people.inside.ask("POST", "/datamap/api/atlas/v2/entity", (), {"entity": entity}).body["guidAssignments"]
    guid = next(iter(made.values()))
    domain = people.domain()
    people.give("owner", "data-product-owner", domain)
    body = {"source": {"assetId": guid}, "name": "mine", "schema": [{"name": "secret"}]}
    assert people.ask("owner", "POST", "dataAssets", body).status == 404
    asset = people.made("steward", "dataAssets", **body)
    assert (asset["name"], asset["description"], asset["source"]["fqn"]) == ("one", "First", "file://one")
    assert asset["schema"] == []
    assert people.ask("owner", "GET", f"dataAssets/{asset['id']}").status == 404
    product = people.product(domain)
    people.ask("steward", "POST", f"dataProducts/{product}/relationships", {"entityId": asset["id"]}, entityType="DATAASSET")
    assert people.ask("owner", "GET", f"dataProducts/{product}").body["additionalProperties"] == {"assetCount": 0}
    assert people.ask("steward", "GET", f"dataProducts/{product}").body["additionalProperties"] == {"assetCount": 1}
    assert people.ask("owner", "GET", f"dataProducts/{product}/relationships").body["value"] == []
    found = people.ask("steward", "POST", "dataAssets/query", {"sourceAssetIds": [guid]}).body["value"]
    assert [item["id"] for item in found] == [asset["id"]]


def test_no_count_tells_of_what_the_caller_does_not_see(people: People) -> None:
    domain = people.domain()
    product, term = people.product(domain), people.made("steward", "terms", name="t", domain=domain, status="PUBLISHED")["id"]
    entity = {"typeName": "DataSet", "attributes": {"qualifiedName": "file://one", "name": "one"}}
    guids = people.inside.ask("POST", "/datamap/api/atlas/v2/entity", body={"entity": entity}).body["guidAssignments"]
    asset = people.made("steward", "dataAssets", source={"assetId": next(iter(guids.values()))})["id"]
    people.ask("steward", "POST", f"dataProducts/{product}/relationships", {"entityId": asset}, entityType="DATAASSET")
    people.made("steward", "terms", name="draft", domain=domain, parentId=term)
    people.give("reader", "global-catalog-reader")
    told = {
        who: (
            people.ask(who, "GET", f"dataProducts/{product}").body["additionalProperties"]["assetCount"],
            people.ask(who, "GET", f"terms/{term}").body["isLeaf"],
        )
        for who in ("steward", "reader")
    }
    assert told == {"steward": (1, False), "reader": (0, True)}


def test_an_asset_whose_entity_is_gone_is_left_to_curators(people: People) -> None:
    entity = {"typeName": "DataSet", "attributes": {"qualifiedName": "file://gone", "name": "gone"}}
    made = people.inside.ask("POST", "/datamap/api/atlas/v2/entity", (), {"entity": entity}).body["guidAssignments"]
    guid = next(iter(made.values()))
    asset = people.made("steward", "dataAssets", source={"assetId": guid})
    people.inside.ask("DELETE", f"/datamap/api/atlas/v2/entity/guid/{guid}")
    people.give("owner", "data-product-owner", people.domain())
    assert people.ask("owner", "GET", f"dataAssets/{asset['id']}").status == 404
    assert people.ask("steward", "GET", f"dataAssets/{asset['id']}").body["name"] == guid
    assert people.ask("steward", "DELETE", f"dataAssets/{asset['id']}").status == 204


def test_key_results_add_up_and_are_of_their_objective_alone(people: People) -> None:
    domain = people.domain()
    first, second = (people.made("steward", "objectives", definition=name, domain=domain)["id"] for name in ("a", "b"))
    result = people.made("steward", f"objectives/{first}/keyResults", definition="k", progress=3, goal=5, max=9, status="AtRisk")
    assert result["domainId"] == domain
    assert people.ask("steward", "GET", f"objectives/{second}/keyResults/{result['id']}").status == 404
    assert people.ask("steward", "DELETE", f"objectives/{second}/keyResults/{result['id']}").status == 404
    found = people.ask("steward", "GET", f"objectives/{first}").body["additionalProperties"]
    assert found == {"overallStatus": "AtRisk", "keyResultsCount": 1, "overallProgress": 3, "overallGoal": 5, "overallMax": 9}
    people.ask("steward", "DELETE", f"objectives/{first}")
    assert people.ask("steward", "GET", f"objectives/{first}/keyResults").status == 404


def test_everything_is_there_after_a_restart(people: People, tmp_path: Any) -> None:
    from account import account_in

    domain = people.domain()
    product = people.product(domain)
    people.ask(
        "steward",
        "PUT",
        f"{ACCESS}/dataProducts/{product}/policySets/applied",
        {"dataProductPolicies": {"permittedUseCases": ["a"]}},
    )
    with account_in(tmp_path) as (_, inside):
        again = People(inside)
        assert again.ask("steward", "GET", f"dataProducts/{product}") == people.ask("steward", "GET", f"dataProducts/{product}")
        found = again.ask("steward", "GET", f"{ACCESS}/dataProducts/{product}/policySets/applied").body
        assert found["dataProductPolicies"] == {"permittedUseCases": ["a"]}
