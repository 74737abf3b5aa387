"""Whatever stands where something else belongs in a body is taken or refused in our words, and spoils nothing for readers."""

from __future__ import annotations

import copy
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from account import ASKING
from freehold.errors import BodyUnreadable
from freehold.gateway.purview.routing import Call
from people import ACCESS, CATALOG, People

CASES: list[dict[str, Any]] = YAML(typ="safe").load((Path(__file__).parents[2] / "cases" / "purview" / "bodies.yaml").read_text())
ATLAS = "/datamap/api/atlas/v2"
CONSTANTS: tuple[Any, ...] = ([], {"x": ["y"]}, 10**30, "", None)
READ = (
    f"{ATLAS}/glossary", f"{ATLAS}/glossary/$glossary/detailed", f"{ATLAS}/glossary/category/$category",
    f"{ATLAS}/entity/guid/$dataset", f"{ATLAS}/lineage/$dataset", f"{ATLAS}/types/typedefs", "/account/collections",
    "/policyStore/metadataPolicies", "/scan/datasources", "/scan/datasources/s/scans", "/scan/classificationrules",
    "/scan/scanrulesets", "/scan/credentials", f"{CATALOG}/dataProducts", f"{CATALOG}/dataAssets", f"{CATALOG}/terms",
    f"{CATALOG}/objectives", f"{CATALOG}/policies", f"{CATALOG}/businessdomains", f"{ACCESS}/dataSubscriptions",
)  # fmt: skip


@pytest.fixture
def known(people: People) -> dict[str, Any]:
    """What bodies refer to, by the names that they have for it."""
    ask = people.inside.ask
    definitions = {
        "classificationDefs": [{"name": "Secret", "attributeDefs": [{"name": "a", "typeName": "string"}]}],
        "businessMetadataDefs": [{"name": "Biz", "attributeDefs": [{"name": "cost", "typeName": "int"}]}],
        "enumDefs": [{"name": "En", "elementDefs": [{"value": "A", "ordinal": 1}]}],
    }
    assert ask("POST", f"{ATLAS}/types/typedefs", body=definitions).status == 200
    made = {"glossary": ask("POST", f"{ATLAS}/glossary", body={"name": "G"}).body["guid"]}
    for kind in ("term", "category"):
        thing = {"name": kind, "anchor": {"glossaryGuid": made["glossary"]}}
        made[kind] = ask("POST", f"{ATLAS}/glossary/{kind}", body=thing).body["guid"]
    for kind, name in (("DataSet", "q"), ("Process", "p")):
        entity = {"typeName": kind, "attributes": {"qualifiedName": name, "name": name}}
        guids = ask("POST", f"{ATLAS}/entity", body={"entity": entity}).body["guidAssignments"]
        made[kind.lower()] = next(iter(guids.values()))
    made["domain"] = people.domain()
    made["product"] = people.product(made["domain"])
    made["word"] = people.made("steward", "terms", name="w", domain=made["domain"], status="PUBLISHED")["id"]
    made["objective"] = people.made("steward", "objectives", definition="o", domain=made["domain"])["id"]
    ask("PUT", "/scan/datasources/s", body={"kind": "AzureSqlDatabase", "properties": {"serverEndpoint": "x"}})
    ask("PUT", "/scan/datasources/s/scans/x", body={"properties": {}})
    policy, grants = people.policy(), ask("GET", "/policyStore/metadataPolicies").body["values"][0]
    return made | {"policy": policy, "policyid": policy["id"], "grants": grants, "grantsid": grants["id"]}


def filled(template: Any, known: dict[str, Any]) -> Any:
    if isinstance(template, str):
        whole = known.get(template[1:]) if template.startswith("$") else None
        return whole or re.sub(r"\$([a-z]+)", lambda found: str(known.get(found[1], found[0])), template)
    if isinstance(template, dict):
        return {name: filled(item, known) for name, item in template.items()}
    return [filled(item, known) for item in template] if isinstance(template, list) else template


def turned(part: Any) -> Any:
    """Return what a client might send for a part: a list of one where one is meant, and the other way round."""
    return part[0] if isinstance(part, list) and len(part) == 1 else [part]


def always(item: Any) -> Callable[[Any], Any]:
    def odd(_: Any) -> Any:
        return item

    return odd


ODD: tuple[Callable[[Any], Any], ...] = (*map(always, CONSTANTS), turned)


def replaced(value: Any, odd: Callable[[Any], Any]) -> Iterator[Any]:
    """Yield a value with each part of it in turn replaced."""
    yield odd(value)
    places: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    for place in places:
        for part in replaced(value[place], odd):
            made = copy.copy(value)
            made[place] = part
            yield made


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["ask"])
def test_no_part_of_a_body_breaks_the_catalogue_or_what_others_read(
    people: People, known: dict[str, Any], case: dict[str, Any]
) -> None:
    method, path = filled(case["ask"], known).split(" ", 1)
    fields = [("attr:qualifiedName", "q"), ("entityType", "TERM"), *([("collectionId", "contoso")] if "moveTo" in path else [])]
    for odd in ODD:
        for body in replaced(filled(case["body"], known), odd):
            assert people.inside.ask(method, path, fields, filled(body, {"new": str(uuid.uuid4())})).status < 500
    for place in READ:
        assert people.inside.ask("GET", filled(place, known)).status in {200, 404}, place


def test_a_file_with_a_field_without_end_is_refused_before_any_row_is_used(people: People, known: dict[str, Any]) -> None:
    assert known["dataset"]
    rows = b"DataSet,q,Biz.cost,1\nDataSet," + b"x" * 200_000 + b",Biz.cost,2"
    content = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f.csv"\r\n\r\n' + rows + b"\r\n--b--\r\n"
    matched = people.inside.router.find("POST", f"{ATLAS}/entity/businessmetadata/import")
    call = Call(ASKING, matched.names, [], content, "multipart/form-data; boundary=b", "https://localhost")
    with pytest.raises(BodyUnreadable):
        matched.route.handler(call)
    entity = people.inside.ask("GET", f"{ATLAS}/entity/guid/{known['dataset']}").body["entity"]
    assert not entity.get("businessAttributes")
