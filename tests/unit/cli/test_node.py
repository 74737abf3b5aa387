"""A node, built of its real parts: what it opens it gives back, and what it judges by is in its ledger first."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from freehold.digest import digest
from freehold.errors import LedgerBusy, NothingApplied, SettingInvalid, TokenInvalid
from freehold.model.contract import Contract
from freehold.model.mesh import Applied, Mesh
from freehold.model.party import Domain, Principal, RoleAccess
from freehold.model.place import Mode, Node, Region
from freehold.model.product import Column, Product, QualityFloor, Source
from freehold.model.query import Question
from freehold.wiring.clock import SystemClock
from freehold.wiring.homes import open_registry
from freehold.wiring.identity import open_development_issuer
from freehold.wiring.node import build_node
from freehold.wiring.settings import Settings

CUSTOMER = Product(
    name="Customer 360",
    domain="Customer",
    home="westeurope",
    jurisdiction="EU",
    columns=(Column(name="segment", type="string", required=True),),
    quality=QualityFloor(completeness=50),
    source=Source(path="customers.parquet"),
    contracts=(Contract(consumer="Sales", purpose="Enrichment", fields=("segment",)),),
)
SALES = Principal(subject="sales-app", issuer="i", domain="sales", region="westeurope")


def mesh(**changes: Any) -> Mesh:
    held: dict[str, Any] = {"name": "contoso", "regions": {"westeurope": Region(name="westeurope", jurisdiction="EU")}}
    held |= {"nodes": {"contoso-we": Node(name="contoso-we", region="westeurope", url="http://127.0.0.1:1", data="files")}}
    held |= {"domains": {"customer": Domain(name="Customer", roles={"data-owner": RoleAccess.READ}), "sales": Domain(name="Sales")}}
    held |= {"products": {CUSTOMER.key: CUSTOMER}}
    return Mesh(**(held | changes))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "mesh.yaml").write_text("mesh: {name: contoso}\n")
    (tmp_path / "files").mkdir()
    pq.write_table(pa.table({"segment": ["Consumer", "Corporate", None, "Consumer"]}), tmp_path / "files" / "customers.parquet")
    return Settings(folder=tmp_path)


def put(settings: Settings, wanted: Mesh, version: int = 1) -> Mesh:
    with closing(open_registry(settings)) as registry:
        registry.apply(Applied(version=version, digest=digest(wanted), mesh=wanted, applied_at="2026-11-23T10:00:00+00:00"))
    return wanted


def test_a_node_answers_over_its_data_folder_and_measures_quality_through_its_own_gate(settings: Settings) -> None:
    put(settings, mesh())
    with closing(build_node(settings)) as node:
        _, answer = node.gate.ask(Question(principal=SALES, sql="select count(*) as n from customer.customer_360")).release()
        assert [row for batch in answer.batches() for row in batch.to_pylist()] == [{"n": 4}]
        assert answer.metadata["quality"]["completeness"] == 75
        assert node.catalog.product(SALES, CUSTOMER.key)["quality"]["measured"]["completeness"] == 75


def test_the_first_leaf_is_the_mesh_that_a_node_judges_by_and_so_is_each_change(settings: Settings) -> None:
    first = put(settings, mesh())
    with closing(build_node(settings)) as node:
        second = put(settings, mesh(products={}), version=2)
        node.in_force.current()
        entries = [msgspec.json.decode(entry) for _, entry in node.ledger.entries(0, 9)]
    assert [(entry["kind"], entry["mesh"]) for entry in entries] == [("applied", digest(first)), ("applied", digest(second))]


def test_a_node_gives_back_its_ledger_when_it_closes(settings: Settings) -> None:
    put(settings, mesh())
    with closing(build_node(settings)), pytest.raises(LedgerBusy):
        build_node(settings)
    with closing(build_node(settings)) as node:
        assert node.name == "contoso-we"


def test_a_mesh_never_applied_has_no_node(settings: Settings) -> None:
    with pytest.raises(NothingApplied):
        build_node(settings)


def test_a_region_without_a_node_is_refused_with_the_one_it_may_mean(settings: Settings) -> None:
    put(settings, mesh())
    with pytest.raises(SettingInvalid) as caught:
        build_node(msgspec.structs.replace(settings, region="westeurop"))
    assert caught.value.remedy == "did you mean `westeurope`?"


def test_one_of_several_regions_must_be_chosen(settings: Settings) -> None:
    nodes = {name: Node(name=name, region=name, url="http://127.0.0.1:1") for name in ("westeurope", "northeurope")}
    put(settings, mesh(nodes=nodes))
    with pytest.raises(SettingInvalid, match="westeurope, northeurope"):
        build_node(settings)


def test_a_token_of_development_is_believed_in_development_alone(settings: Settings) -> None:
    put(settings, mesh())
    development = msgspec.structs.replace(settings, mode=Mode.DEVELOPMENT)
    token = open_development_issuer(development, SystemClock()).mint("sales-app", domain="sales", region="westeurope")
    with closing(build_node(development)) as node:
        assert node.identity.authenticate(token).domain == "sales"
    with closing(build_node(settings)) as node, pytest.raises(TokenInvalid):
        node.identity.authenticate(token)
