"""The catalogue's door: whose token is believed, what a role gives, and what hostile input meets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from freehold.gateway.purview.bodies import BODY_LIMIT

ATLAS = "/datamap/api/atlas/v2"
PATHS = (f"{ATLAS}/types/typedefs", "/collections", "/account/", "/scan/datasources", "/nothing/here")


def badly_signed(catalogue: Any) -> str:
    head, claims, _ = catalogue.token().split(".")
    forged = jwt.encode({"alg": "ES256"}, {"sub": "steward"}, ECKey.generate_key("P-256"), algorithms=["ES256"])
    return ".".join((head, claims, forged.split(".")[2]))


@pytest.mark.parametrize("path", PATHS)
def test_nobody_comes_in_without_a_token_that_holds(catalogue: Any, path: str) -> None:
    expired = catalogue.token(ttl=1)
    tokens = {
        "none": {},
        "another audience": {"Authorization": f"Bearer {catalogue.token(audience='freehold')}"},
        "the management audience": {"Authorization": f"Bearer {catalogue.token(audience='https://management.azure.com')}"},
        "badly signed": {"Authorization": f"Bearer {badly_signed(catalogue)}"},
        "no token": {"Authorization": "Bearer word"},
        "a password": {"Authorization": "Basic c3Rld2FyZDpwYXNzd29yZA=="},
    }
    with catalogue.http(None) as client:
        for what, headers in tokens.items():
            answer = client.get(path, headers=headers)
            assert answer.status_code == 401, what
            assert answer.headers["www-authenticate"].startswith("Bearer"), what
    assert expired


def test_an_expired_token_is_refused(catalogue: Any) -> None:
    from freehold.identity.development import ISSUER
    from freehold.wiring.settings import Settings

    keys = json.loads((Settings(folder=catalogue.folder).development_keys / "development.json").read_text())
    claims = {"iss": ISSUER, "aud": "https://purview.azure.net", "sub": "steward", "iat": 1_000, "nbf": 1_000, "exp": 2_000}
    token = jwt.encode({"alg": "ES256", "kid": keys["kid"], "typ": "at+jwt"}, claims, ECKey.import_key(keys), algorithms=["ES256"])
    with catalogue.http(None) as client:
        assert client.get("/collections", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_token_of_the_planes_opens_no_management_and_the_other_way_round(catalogue: Any) -> None:
    path = "/subscriptions/1/providers/Microsoft.Purview/accounts"
    with catalogue.http(None) as client:
        asked = {name: {"Authorization": f"Bearer {catalogue.token(audience=name)}"} for name in AUDIENCES}
        assert [client.get(path, headers=asked[name]).status_code for name in AUDIENCES] == [401, 200]
        assert [client.get("/collections", headers=asked[name]).status_code for name in AUDIENCES] == [200, 401]


AUDIENCES = ("https://purview.azure.net", "https://management.azure.com")


def test_whoever_has_no_role_hears_the_same_of_what_is_hidden_and_of_what_is_missing(catalogue: Any) -> None:
    entity = {"typeName": "DataSet", "attributes": {"qualifiedName": "door://1", "name": "one"}}
    with catalogue.http() as admin, catalogue.http("stranger") as stranger:
        made = admin.post(f"{ATLAS}/entity", json={"entity": entity}).json()["guidAssignments"]
        guid = next(iter(made.values()))
        answers = [
            stranger.get(f"{ATLAS}/entity/guid/{name}", headers={"X-Request-Id": "same"})
            for name in (guid, "00000000-0000-0000-0000-000000000000")
        ]
        assert [item.status_code for item in answers] == [403, 403]
        assert answers[0].content == answers[1].content
        assert answers[0].json()["errorCode"] == "ATLAS-403-00-001"
        named = [
            stranger.get(
                f"{ATLAS}/entity/uniqueAttribute/type/DataSet", params={"attr:qualifiedName": name}, headers={"X-Request-Id": "x"}
            )
            for name in ("door://1", "door://2")
        ]
        assert named[0].content == named[1].content
        for path in (f"{ATLAS}/types/typedefs", f"{ATLAS}/glossary", "/collections", "/datasources", "/account"):
            assert stranger.get(path).status_code == 403, path
        for path in ("/datamap/api/search/query", f"{ATLAS}/search/advanced", "/catalog/api/search/suggest"):
            assert stranger.post(path, json={"keywords": "door"}).status_code == 403, path
        assert stranger.post(f"{ATLAS}/entity", json={"entity": entity}).status_code == 403
        assert stranger.put("/collections/mine", json={"friendlyName": "Mine"}).status_code == 403
        assert stranger.put("/datasources/mine", json={"kind": "AdlsGen2", "properties": {}}).status_code == 403


def test_no_token_is_the_scanner(catalogue: Any) -> None:
    with catalogue.http("urn:freehold:scanner") as client:
        assert client.get(f"{ATLAS}/types/typedefs").status_code == 403


def test_a_role_on_one_collection_opens_that_one_alone(catalogue: Any) -> None:
    with catalogue.http() as admin, catalogue.http("clerk") as clerk:
        for name in ("east", "west"):
            admin.put(f"/collections/{name}", json={"friendlyName": name}).raise_for_status()
        (policy,) = admin.get("/policyStore/metadataPolicies", params={"collectionName": "east"}).json()["values"]
        rule = next(item for item in policy["properties"]["attributeRules"] if "data-curator" in item["id"])
        rule["dnfCondition"][0][0]["attributeValueIncludedIn"] = ["clerk"]
        admin.put(f"/policyStore/metadataPolicies/{policy['id']}", json=policy).raise_for_status()
        entity = {"typeName": "DataSet", "attributes": {"qualifiedName": "side://1", "name": "side"}}
        put = [
            clerk.post(f"{ATLAS}/entity", params={"collectionId": name}, json={"entity": entity})
            for name in ("east", "west", "none")
        ]
        assert [item.status_code for item in put] == [200, 403, 403]
        assert (
            clerk.post(
                f"{ATLAS}/entity", json={"entity": {**entity, "attributes": {"qualifiedName": "s2", "name": "x"}}}
            ).status_code
            == 403
        )
        parts = [("west", "azure_sql_table", "t"), ("west", "azure_sql_column", "c"), ("east", "azure_sql_table", "u")]
        for place, kind, name in parts:
            owned = {"typeName": kind, "attributes": {"qualifiedName": f"side://{name}", "name": name}}
            admin.post(f"{ATLAS}/entity", params={"collectionId": place}, json={"entity": owned}).raise_for_status()
        taken = {"columns": [{"typeName": "azure_sql_column", "uniqueAttributes": {"qualifiedName": "side://c"}}]}
        thief = {
            "typeName": "azure_sql_table",
            "attributes": {"qualifiedName": "side://u", "name": "u"},
            "relationshipAttributes": taken,
        }
        assert clerk.post(f"{ATLAS}/entity", json={"entity": thief}).status_code == 400, "what they may not read is not there"
        assert clerk.post(f"{ATLAS}/types/typedefs", json={"enumDefs": [{"name": "x", "elementDefs": []}]}).status_code == 403
        assert [item["name"] for item in clerk.get("/collections").json()["value"]] == ["contoso", "east"]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe{}", 400),
        (b"[" * 100_000, 400),
        (b'{"entities": ' + b'[{"a":' * 400 + b"1" + b"}]" * 400 + b"}", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b'{"entities": 7}', 400),
        (b'{"entities": [7]}', 400),
        (b'{"entities": [{"typeName": 3}]}', 400),
        (b'{"entities": [{"typeName": "DataSet", "attributes": {"qualifiedName": 1e999, "name": "x"}}]}', 400),
        (b'{"entities": [{"typeName": "DataSet", "attributes": {"qualifiedName": "\\ud800", "name": "x"}}]}', 400),
    ],
)
def test_hostile_json_meets_a_clear_refusal_and_the_catalogue_stays_up(catalogue: Any, content: bytes, status: int) -> None:
    with catalogue.http() as client:
        answer = client.post(f"{ATLAS}/entity/bulk", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == status, answer.text
        assert set(answer.json()) == {"requestId", "errorCode", "errorMessage"}
        assert "msgspec" not in answer.text
        assert client.get("/collections").status_code == 200


def test_fifty_megabytes_are_refused_and_a_limit_below_it_is_told(catalogue: Any) -> None:
    with catalogue.http() as client:
        answer = client.post(f"{ATLAS}/entity/bulk", content=b" " * (50 << 20))
        assert (answer.status_code, f"{BODY_LIMIT:,}" in answer.json()["errorMessage"]) == (413, True)
        answer = client.post(f"{ATLAS}/entity/bulk", content=(b" " * (1 << 20) for _ in range(50)))
        assert answer.status_code == 413
        assert client.get("/collections").status_code == 200


def test_addresses_are_as_forgiving_as_clients_need_and_no_more(catalogue: Any) -> None:
    with catalogue.http() as client:
        for path in (
            "/api/atlas/v2/types/typedefs/",
            "//datamap//api/atlas/v2//types/typedefs",
            "/catalog/api/Atlas/v2/types/TypeDefs",
        ):
            assert client.get(path, params={"api-version": "any", "includeTermTemplate": "False"}).status_code == 200, path
        assert client.get("/classificationRules").status_code == client.get("/scan/classificationrules/").status_code == 200
        assert client.get("/no/such/address").json()["error"]["code"] == "NotFound"
        assert client.get("/api/atlas/v2/none").json()["errorCode"] == "ATLAS-404-00-00F"
        assert client.delete("/collections").status_code == 405
        many = [("guid", "x")] * 7_000
        assert client.get(f"{ATLAS}/entity/bulk", params=many).status_code in {400, 414, 431}


def test_a_tunnel_leads_to_the_catalogue_and_nowhere_else(catalogue: Any) -> None:
    import httpx

    with httpx.Client(trust_env=False) as plain:
        assert plain.get(catalogue.proxy).status_code == 405
