"""The control plane over HTTP: catalogue, contracts, ledger, descriptions and health."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

SMALL = "select segment, count(*) as customers from customer.customer_360 group by segment"


def get(site: Any, path: str, domain: str | None = "sales", **roles: Any) -> httpx.Response:
    headers = {} if domain is None else {"Authorization": f"Bearer {site.token(domain, **roles)}"}
    return site.client.get(path, headers=headers)


def test_the_catalogue_lists_finds_and_shows_products(site: Any) -> None:
    keys = [item["key"] for item in get(site, "/v1/products").json()["products"]]
    assert keys == ["customer.customer_360", "customer.events", "customer.limited"]
    found = get(site, "/v1/products?search=segment").json()["products"]
    assert [item["key"] for item in found] == ["customer.customer_360"]
    one = get(site, "/v1/products/customer.customer_360").json()
    assert one["key"] == "customer.customer_360"
    assert "email" not in [column["name"] for column in one["columns"]]


def test_the_catalogue_comes_a_page_at_a_time(site: Any) -> None:
    first = get(site, "/v1/products?limit=2").json()
    assert [item["key"] for item in first["products"]] == ["customer.customer_360", "customer.events"]
    assert first["next"] == "customer.events"
    last = get(site, "/v1/products?limit=2&after=customer.events").json()
    assert ([item["key"] for item in last["products"]], last["next"]) == (["customer.limited"], None)
    assert {item["catalog"]["from"] for item in first["products"]} == {"home"}
    for limit in ("0", "1001", "x", "-1"):
        refused = get(site, f"/v1/products?limit={limit}")
        assert (refused.status_code, refused.json()["code"]) == (400, "parameter-invalid")


def test_the_catalogue_of_a_node_is_for_nodes(site: Any) -> None:
    refused = get(site, "/v1/catalog")
    assert (refused.status_code, refused.json()["code"]) == (401, "node-token-invalid")
    wrong = site.client.post("/v1/catalog", headers={"Authorization": f"Bearer {site.token('sales')}"})
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method-unsupported")


def test_a_hidden_product_and_a_missing_one_are_the_same(site: Any) -> None:
    hidden = get(site, "/v1/products/customer.customer_360", "elsewhere")
    missing = get(site, "/v1/products/customer.customer_361", "elsewhere")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content.replace(b"customer_360", b"X") == missing.content.replace(b"customer_361", b"X")


def test_a_field_that_means_nothing_is_named(site: Any) -> None:
    answer = get(site, "/v1/products?serch=x")
    assert (answer.status_code, answer.json()["code"]) == (400, "parameter-invalid")
    assert "`serch`" in answer.json()["detail"]


def test_contracts_are_listed_and_only_an_approver_approves(site: Any) -> None:
    slug = "sales-customer-enrichment"
    contracts = get(site, "/v1/contracts").json()["contracts"]
    assert {"customer.customer_360", "customer.events"} <= {item["product"] for item in contracts}
    path = f"/v1/contracts/customer.customer_360/{slug}/approval"
    refused = site.client.post(path, headers=site.headers("sales"))
    assert (refused.status_code, refused.json()["code"]) == (403, "approval-refused")
    assert refused.headers["freehold-leaf"] == str(refused.json()["leaf"])
    unknown = site.client.post("/v1/contracts/customer.customer_360/nope/approval", headers=site.headers("sales"))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "contract-unknown")


def test_callers_see_their_own_entries_and_proofs_and_no_others(site: Any) -> None:
    leaf = int(site.ask(SMALL).headers["freehold-leaf"])
    mine = get(site, f"/v1/ledger/entries/{leaf}").json()
    assert (mine["index"], mine["kind"]) == (leaf, "answered")
    proof = get(site, f"/v1/ledger/proofs/{leaf}")
    assert proof.headers["content-type"].startswith("text/plain")
    assert f"index {leaf}" in proof.text
    hidden = get(site, f"/v1/ledger/entries/{leaf}", "analytics")
    missing = get(site, "/v1/ledger/entries/99999999", "analytics")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content.replace(str(leaf).encode(), b"X") == missing.content.replace(b"99999999", b"X")


def test_entries_are_listed_for_auditors_by_range(site: Any) -> None:
    site.ask(SMALL)
    found = get(site, "/v1/ledger/entries?start=0&stop=2", roles=("auditor",)).json()["entries"]
    assert [item["index"] for item in found] == [0, 1]
    assert get(site, "/v1/ledger/entries").json()["code"] == "ledger-refused"


@pytest.mark.parametrize("query", ["start=-1", "start=x", "stop=1.5", "start=" + "9" * 30, "start="])
def test_a_range_that_is_none_is_refused(site: Any, query: str) -> None:
    answer = get(site, f"/v1/ledger/entries?{query}", roles=("auditor",))
    assert (answer.status_code, answer.json()["code"]) == (400, "parameter-invalid")


def test_checkpoint_and_tiles_are_served_as_c2sp_writes_them(site: Any) -> None:
    for _ in range(3):
        site.ask(SMALL)
    origin, size, *_ = get(site, "/v1/ledger/checkpoint").text.splitlines()
    assert origin == "contoso-we"
    width = min(int(size), 255)
    tile = get(site, f"/v1/ledger/tile/0/000.p/{width}")
    assert tile.status_code == 200, tile.text
    assert len(tile.content) == 32 * width
    assert "immutable" in tile.headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    [
        "0/x001/x234/067",
        "0/0",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/999",
        "0/x000/001",
        "63/000",
        "0/../000",
        "x/000",
        "0/x001/067/",
    ],
)
def test_a_tile_that_is_not_there_is_a_problem(site: Any, path: str) -> None:
    answer = get(site, f"/v1/ledger/tile/{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_anonymous_callers_learn_of_no_product_from_the_description(site: Any) -> None:
    anonymous = get(site, "/openapi.json", None)
    assert anonymous.json()["openapi"] == "3.1.0"
    assert "segment" not in anonymous.text
    assert "customer-api.contoso.example" not in anonymous.text
    stranger = get(site, "/openapi.json", "elsewhere")
    assert set(stranger.json()["paths"]) == set(anonymous.json()["paths"])


def test_a_caller_finds_each_declared_query_described(site: Any) -> None:
    path = get(site, "/openapi.json").json()["paths"]["/api/v1/customer/by-segment"]
    assert {"url": "https://customer-api.contoso.example/v1"}.items() <= path["servers"][1].items()
    field = path["get"]["parameters"][0]
    assert (field["name"], field["in"], field["required"]) == ("except", "query", True)
    assert field["description"] == "A segment to leave out."
    assert field["schema"]["type"] == "string"
    assert {"200", "304", "400", "401", "403", "404", "406", "429"} <= set(path["get"]["responses"])


def test_a_description_asked_with_a_bad_token_is_refused(site: Any) -> None:
    assert site.client.get("/openapi.json", headers={"Authorization": "Bearer x.y.z"}).status_code == 401


def test_health_and_readiness_tell_no_secrets(site: Any) -> None:
    assert get(site, "/healthz", None).json() == {"status": "ok"}
    assert get(site, "/readyz", None).json() == {"status": "ready", "node": "contoso-we", "region": "westeurope", "mesh": 1}


def test_a_head_of_the_control_plane_has_no_body(site: Any) -> None:
    answer = site.client.head("/healthz")
    assert (answer.status_code, answer.content) == (200, b"")


def test_problem_pages_are_served(site: Any) -> None:
    page = get(site, "/problems/column-excluded", None)
    assert page.text.startswith("## column-excluded")
    assert page.headers["content-type"].startswith("text/markdown")


def test_an_applied_change_is_described_at_once(serve_node: Any, lay_mesh: Any, make_mesh: Any, tmp_path: Any) -> None:
    import msgspec

    from freehold.digest import digest
    from freehold.model.mesh import Applied

    mesh = make_mesh()
    with serve_node(lay_mesh(tmp_path / "mesh", mesh)) as site:
        assert "/api/v1/customer/by-segment" in get(site, "/openapi.json").json()["paths"]
        bare = msgspec.structs.replace(mesh.products["customer.customer_360"], queries=())
        changed = msgspec.structs.replace(mesh, products=mesh.products | {bare.key: bare})
        site.node.registry.apply(Applied(version=2, digest=digest(changed), mesh=changed, applied_at="2026-11-23T11:00:00+00:00"))
        assert "/api/v1/customer/by-segment" not in get(site, "/openapi.json").json()["paths"]
        assert get(site, "/api/v1/customer/by-segment?except=x").status_code == 404
        entries = [json.loads(entry)["kind"] for _, entry in site.node.ledger.entries(0, 10)]
        assert entries.count("applied") == 2
