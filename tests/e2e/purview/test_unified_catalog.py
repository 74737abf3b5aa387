"""The Unified Catalog over TLS: each operation in the shapes of Azure's specification, and a community client that knows them."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from freehold.gateway.purview import access, unified

CASES = Path(__file__).parents[2] / "cases" / "unified" / "specification.yaml"
SPECIFICATION: dict[str, Any] = YAML(typ="safe").load(CASES.read_text())
PREFIXES = {"catalog": unified.PREFIX, "access": access.PREFIX, "removal": unified.PREFIX}
PLAIN = frozenset({"text", "uuid", "time", "url", "bool", "number", "whole"})
VERSIONS = ("2025-09-15-preview", "2026-03-20-preview")


def fits(value: Any, shape: str, where: str) -> None:
    """Check that a value is of the shape that the specification gives it."""
    if shape.startswith("["):
        assert isinstance(value, list), where
        for item in value:
            fits(item, shape[1:-1], where)
    elif shape.startswith("{"):
        assert isinstance(value, dict), where
        for name, item in value.items():
            fits(item, shape[1:-1], f"{where}.{name}")
    elif shape in PLAIN:
        assert is_plain(value, shape), f"{where} is no {shape}: {value!r}"
    else:
        members = {name.rstrip("!"): (kind, name.endswith("!")) for name, kind in SPECIFICATION["models"][shape].items()}
        assert set(value) <= set(members), f"{where} has {set(value) - set(members)}"
        assert {name for name, (_, needed) in members.items() if needed} <= set(value), f"{where} lacks members"
        for name, item in value.items():
            fits(item, members[name][0], f"{where}.{name}")


def is_plain(value: Any, shape: str) -> bool:
    number = not isinstance(value, bool) and isinstance(value, int if shape == "whole" else int | float)
    if shape in {"number", "whole"} or shape == "bool":
        return number if shape != "bool" else isinstance(value, bool)
    assert isinstance(value, str)
    if shape == "uuid":
        return str(uuid.UUID(value)) == value
    if shape == "time":
        return datetime.fromisoformat(value).tzinfo is not None
    return value.startswith("https://") if shape == "url" else True


def filled(template: Any, known: dict[str, str]) -> Any:
    if isinstance(template, str):
        return re.sub(r"\$([a-z]+)", lambda found: known.get(found[1], found[0]), template)
    if isinstance(template, dict):
        return {name: filled(item, known) for name, item in template.items()}
    return [filled(item, known) for item in template] if isinstance(template, list) else template


@pytest.mark.parametrize("version", VERSIONS)
def test_each_operation_answers_in_the_shape_of_the_specification(catalogue: Any, version: str) -> None:
    admin, reader = catalogue.http(), catalogue.http("reader")
    give(admin, "reader")
    entity = {"typeName": "DataSet", "attributes": {"qualifiedName": f"spec://{version}", "name": "spec"}}
    made = admin.post("/datamap/api/atlas/v2/entity", json={"entity": entity}).json()["guidAssignments"]
    known = {"entity": next(iter(made.values())), "first": str(uuid.uuid4()), "second": str(uuid.uuid4())}
    for part, prefix in PREFIXES.items():
        for case in SPECIFICATION[part]:
            method, path = filled(case["ask"], known).split(" ", 1)
            who = reader if case.get("who") else admin
            version_in = f"{prefix}{path}{'&' if '?' in path else '?'}api-version={version}"
            answer = who.request(method, version_in, json=filled(case.get("body"), known) if "body" in case else None)
            assert answer.status_code == case.get("status", 200), f"{case['ask']}: {answer.text}"
            if "answer" in case:
                fits(answer.json(), case["answer"], case["ask"])
            if case.get("as") == "policy":
                put_policy(admin, answer.json()["values"][0], version)
            elif "as" in case:
                known[case["as"]] = answer.json()["id"]


def put_policy(client: Any, policy: Any, version: str) -> None:
    answer = client.put(f"{unified.PREFIX}/policies/{policy['id']}", params={"api-version": version}, json=policy)
    assert answer.status_code == 200
    fits(answer.json(), "Policy", "PUT /policies")


def give(client: Any, subject: str, role: str = "global-catalog-reader") -> None:
    values = client.get(f"{unified.PREFIX}/policies").json()["values"]
    policy = next(item for item in values if item["properties"]["entity"]["type"] == "DataGovernanceAppReference")
    rule = next(item for item in policy["properties"]["attributeRules"] if f"_{role}:" in item["id"])
    rule["dnfCondition"][0][0]["attributeValueIncludedIn"].append(subject)
    client.put(f"{unified.PREFIX}/policies/{policy['id']}", json=policy).raise_for_status()


def test_every_route_that_is_served_is_asked_by_a_case() -> None:
    nothing: Any = None
    served = {
        (route.method, prefix, route.path.lower())
        for prefix, routes in (
            (unified.PREFIX, unified.routes(nothing, nothing, nothing)),
            (access.PREFIX, access.routes(nothing, nothing)),
        )
        for route in routes
    }
    asked = {("PUT", unified.PREFIX, "/policies/{id}")}
    for part, prefix in PREFIXES.items():
        for case in SPECIFICATION[part]:
            method, path = case["ask"].split(" ", 1)
            plain = re.sub(r"\$[a-z]+(:[a-z]+)?", "{id}", path.partition("?")[0]).lower()
            asked.add((method, prefix, plain.replace("/objectives/{id}/keyresults", "/objectives/{objective}/keyresults")))
    assert asked == served


def test_errors_are_in_the_shape_of_the_interface_and_carry_their_code(catalogue: Any) -> None:
    nobody = "00000000-0000-0000-0000-000000000000"
    with catalogue.http() as admin, catalogue.http(None) as none, catalogue.http("nobody-at-all") as stranger:
        for client, path, status, code in (
            (none, "/businessdomains", 401, "Unauthorized"),
            (stranger, "/businessdomains", 403, "Forbidden"),
            (admin, f"/businessdomains/{nobody}", 404, "NotFound"),
            (admin, "/dataProducts?top=-1", 400, "BadRequest"),
            (admin, "/nothing", 404, "NotFound"),
        ):
            answer = client.get(f"{unified.PREFIX}{path}")
            assert (answer.status_code, answer.headers["x-ms-error-code"]) == (status, code), path
            assert set(answer.json()["error"]) == {"code", "message", "target", "details"}
            assert answer.headers["content-type"].startswith("application/json")
        assert admin.delete(f"{unified.PREFIX}/policies").status_code == 405


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"[" * 100_000, 400),
        (b'{"name":' * 400 + b"1" + b"}" * 400, 400),
        (b'{"name": "\\ud800"}', 400),
        (b'{"name": "x", "description": "' + b"d" * (1 << 20) + b'"}', 400),
        (b" " * ((32 << 20) + 1), 413),
    ],
)
def test_hostile_bodies_meet_a_refusal_and_the_catalogue_stays_up(catalogue: Any, content: bytes, status: int) -> None:
    with catalogue.http() as client:
        for path in (f"{unified.PREFIX}/businessdomains", f"{unified.PREFIX}/dataProducts"):
            answer = client.post(path, content=content, headers={"Content-Type": "application/json"})
            assert answer.status_code == status, answer.text
            assert "msgspec" not in answer.text
        assert client.get(f"{unified.PREFIX}/businessdomains").status_code == 200


def client_of(site: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    from purview.client import PurviewClient
    from purview.config import PurviewConfig

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", site.ca)
    config = PurviewConfig(tenant_id="t", endpoint=site.url)
    return site.opened.enter_context(PurviewClient(config, credential=Kept(site.credential())))


class Kept:
    """A credential that has something to close, as that client wants."""

    def __init__(self, inner: Any) -> None:
        self.get_token = inner.get_token

    def close(self) -> None:
        """Have nothing to let go of."""


def test_the_community_client_works_unmodified_before_and_after_a_restart(
    start_catalogue: Any, tmp_path: Path, lay_mesh: Any, make_mesh: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_mesh(tmp_path / "mesh", make_mesh())
    (tmp_path / "mesh" / "mesh.yaml").write_text(
        "mesh:\n  name: contoso\n  nodes:\n    - {name: contoso-we, region: westeurope, url: 'http://x'}\n"
    )
    with start_catalogue(tmp_path / "mesh", "--admin", "steward") as site:
        client = client_of(site, monkeypatch)
        domain = client.business_domains.create(name="Sales", domain_type="DataDomain", status="PUBLISHED")
        other = client.business_domains.create(name="Orders", domain_type="Project", parent_id=domain.id)
        assert client.business_domains.update(other.id, description="Below").description == "Below"
        owner = {"owner": [{"id": str(uuid.uuid4()), "description": "o"}]}
        product = client.data_products.create(
            name="Orders", domain_id=domain.id, data_product_type="Master", status="PUBLISHED", contacts=owner, description="d"
        )
        term = client.glossary_terms.create(name="Revenue", domain_id=domain.id, status="PUBLISHED", contacts=owner)
        element = client.cdes.create(name="Number", domain_id=domain.id, data_type="NUMBER", contacts=owner)
        objective = client.okrs.create_objective(definition="Grow", domain_id=domain.id, contacts=owner)
        entity = {"typeName": "DataSet", "attributes": {"qualifiedName": "sdk://1", "name": "table"}}
        made = site.http().post("/datamap/api/atlas/v2/entity", json={"entity": entity}).json()
        guid = next(iter(made["guidAssignments"].values()))
        asset = client.data_assets.create({"source": {"assetId": guid}})
        client.relationships.create("dataProducts", product.id, entity_type="DATAASSET", entity_id=asset.id)
        client.relationships.add_objective_to_data_product(product.id, objective.id)
        result = client.okrs.create_key_result(
            objective_id=objective.id, domain_id=domain.id, definition="k", progress=1, goal=2, max_value=3, status="OnTrack"
        )
        policy = next(item for item in client.policies.list_all() if item.entity_reference_name == domain.id)
        assert client.policies.update_policy(policy).version == policy.version + 1
    with start_catalogue(tmp_path / "mesh") as site:
        client = client_of(site, monkeypatch)
        assert [item.name for item in client.business_domains.enumerate_all()] == ["Orders", "Sales"]
        updated = client.data_products.update(product.id, business_use="Reports", status="DRAFT")
        assert (updated.business_use, updated.status, updated.asset_count) == ("Reports", "DRAFT", 1)
        assert client.cdes.update(element.id, description="An element").description == "An element"
        assert client.glossary_terms.update(term.id, description="Money").name == "Revenue"
        assert client.okrs.update_objective(objective.id, definition="Grow more").overall_progress == 1
        assert [item.id for item in client.okrs.list_key_results(objective.id)] == [result.id]
        assert [item.name for item in client.navigator.get_data_product_assets(product.id)] == ["table"]
        client.relationships.remove_objective_from_data_product(product.id, objective.id)
        client.okrs.delete_key_result(objective.id, result.id)
        client.data_products.delete(product.id)
        assert client.data_products.list() == []
