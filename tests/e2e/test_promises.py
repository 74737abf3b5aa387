"""A node that is up watches its promises: broken ones are told to who wants to know, and everybody may see how they are kept."""

from __future__ import annotations

import base64
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from openlineage.client import facet_v2
from openlineage.client.event_v2 import InputDataset, Job, Run, RunEvent, RunState

from freehold.keys.node import LocalNodeKey
from freehold.model.contract import BelowFloor, Contract
from freehold.model.mesh import Mesh, Monitoring, Target
from freehold.model.peer import read_public_key
from freehold.model.product import Column, QualityFloor, ServiceLevel
from freehold.model.rule import Metric, Rule
from freehold.wiring.settings import Settings
from receiver import Receiver, receiving

KEY = "customer.customer_360"


@dataclass
class Watched:
    site: Any
    settings: Settings
    told: Receiver

    def write(self, *, empty: int = 0, rows: int = 100) -> None:
        """Put new data in place, of which so many cells are empty."""
        ids = [None if at < empty else f"C{at:04d}" for at in range(rows)]
        table = pa.table({"customerId": ids, "segment": ["Consumer"] * rows, "email": ["x@example.invalid"] * rows})
        place = self.settings.folder / "data" / "customers.parquet"
        pq.write_table(table, place.with_suffix(".new"))
        place.with_suffix(".new").replace(place)

    def quality(self, domain: str = "sales", key: str = KEY, **fields: Any) -> Any:
        return self.site.client.get(f"/v1/products/{key}/quality", params=fields, headers=self.site.headers(domain))


@pytest.fixture(scope="module")
def watched(
    tmp_path_factory: pytest.TempPathFactory,
    lay_mesh: Callable[[Path, Mesh], Settings],
    make_mesh: Callable[..., Mesh],
    serve_node: Callable[..., Any],
) -> Generator[Watched]:
    with receiving() as told:
        plain = make_mesh()
        columns = (Column(name="customerId", type="string", required=True), *plain.products[KEY].columns[1:])
        sla = ServiceLevel(availability=99.0, latency=60.0, latency_text="< 1 min", freshness=3600.0, freshness_text="< 1 hour")
        lenient = Contract(consumer="Sales", purpose="Newsletters", fields=("segment",), below_floor=BelowFloor.MARK)
        customer = msgspec.structs.replace(
            plain.products[KEY],
            columns=columns,
            quality=QualityFloor(completeness=98.0),
            sla=sla,
            contracts=(*plain.products[KEY].contracts, lenient),
            rules=(Rule(name="a hundred rows", metric=Metric.ROW_COUNT, bound=(100.0,)),),
        )
        targets = (Target(url=f"{told.url}/hooks"),)
        mesh = msgspec.structs.replace(
            plain,
            products={**plain.products, KEY: customer},
            monitoring=Monitoring(every=1.0, alerts=targets, lineage=(Target(url=f"{told.url}/lineage"),)),
        )
        settings = lay_mesh(tmp_path_factory.mktemp("mesh"), mesh)
        with serve_node(settings) as site:
            yield Watched(site, settings, told)


@pytest.mark.long
def test_a_broken_promise_is_told_once_and_so_is_its_mending_signed_by_the_node(watched: Watched) -> None:
    watched.told.wait(lambda: watched.told.events("COMPLETE"))
    watched.write(empty=10)
    (broken,) = watched.told.wait(lambda: watched.told.events("freehold.promise.broken"))
    assert (broken["specversion"], broken["subject"], broken["source"]) == ("1.0", KEY, "/nodes/contoso-we")
    assert broken["data"] | {"since": ""} == {
        "product": KEY,
        "owner": "customer-data-team@contoso.example",
        "promise": "completeness",
        "promised": 98.0,
        "measured": 90.0,
        "detail": "90.00 % measured, 98 % promised",
        "since": "",
        "until": None,
    }
    watched.write()
    (kept,) = watched.told.wait(lambda: watched.told.events("freehold.promise.kept"))
    assert kept["data"]["since"] == broken["data"]["since"] < kept["data"]["until"]
    assert len([item for item in watched.told.events("freehold.promise.broken") if item["data"]["promise"] == "completeness"]) == 1
    public = read_public_key(LocalNodeKey(watched.settings.keys_folder("contoso-we")).public_key())
    assert public is not None
    for headers, body in watched.told.came:
        version, _, signature = headers["webhook-signature"].partition(",")
        signed = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
        Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(signature), signed)
        assert version == "v1a"
        assert b"C00" not in body
        assert b"example.invalid" not in body


@pytest.mark.long
def test_a_rule_that_stops_holding_is_told_by_name_to_its_own_domain(watched: Watched) -> None:
    watched.write(rows=90)
    broken = watched.told.wait(
        lambda: [item for item in watched.told.events("freehold.promise.broken") if item["data"]["promise"] == "rules"]
    )
    assert broken[0]["data"]["detail"] == "these rules do not hold: a hundred rows"
    own, other = watched.quality("customer").json(), watched.quality().json()
    assert own["history"][-1]["failed"] == ["a hundred rows"]
    assert "a hundred rows" not in str(other)
    watched.write()
    watched.told.wait(lambda: [item for item in watched.told.events("freehold.promise.kept") if item["data"]["promise"] == "rules"])


def test_each_measurement_is_an_openlineage_run_as_its_own_library_writes_it(watched: Watched) -> None:
    event = next(item for item in watched.told.wait(lambda: watched.told.events("COMPLETE")) if item["inputs"][0]["name"] == KEY)
    (found,) = event["inputs"]
    metrics, assertions = found["inputFacets"]["dataQualityMetrics"], found["inputFacets"]["dataQualityAssertions"]
    library: Any = facet_v2
    facets = {
        "dataQualityMetrics": library.data_quality_metrics_input_dataset.DataQualityMetricsInputDatasetFacet(
            columnMetrics={}, rowCount=metrics["rowCount"], producer=metrics["_producer"]
        ),
        "dataQualityAssertions": library.data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet(
            assertions=[library.data_quality_assertions_dataset.Assertion(**item) for item in assertions["assertions"]],
            producer=assertions["_producer"],
        ),
    }
    theirs = RunEvent(
        eventTime=event["eventTime"],
        run=Run(runId=event["run"]["runId"]),
        job=Job(**event["job"]),
        eventType=RunState.COMPLETE,
        inputs=[InputDataset(namespace=found["namespace"], name=found["name"], inputFacets=dict(facets))],
        producer=event["producer"],
    )
    for name, facet in facets.items():
        assert facet._schemaURL == found["inputFacets"][name]["_schemaURL"]
    assert theirs.schemaURL.startswith(event["schemaURL"].partition("#")[0])
    assert metrics["rowCount"] in {90, 100}
    assert {"assertion": "completeness >= 98 %", "success": True} in assertions["assertions"]


def test_everybody_who_may_know_of_a_product_sees_how_it_keeps_its_promises(watched: Watched) -> None:
    assert watched.site.ask("select segment from customer.customer_360", purpose="Customer enrichment").status_code == 200
    told = watched.quality().json()
    assert {item["promise"] for item in told["promises"]} == {"availability", "latency", "freshness", "completeness", "rules"}
    assert told["answers"]["answered"] >= 1
    assert told["answers"]["failed"] == 0
    assert told["answers"]["latency"]["p50"] > 0
    assert told["history"]
    assert "rows" not in told["history"][-1]
    assert watched.quality("customer").json()["history"][-1]["rows"] == 100


def test_a_refusal_is_the_callers_and_counts_against_no_product(watched: Watched) -> None:
    before = watched.quality().json()["answers"]
    assert watched.site.ask("select email from customer.customer_360", purpose="Customer enrichment").status_code == 403
    after = watched.quality().json()["answers"]
    assert (after["answered"], after["failed"]) == (before["answered"], before["failed"])


def test_data_below_its_floor_counts_against_its_product(watched: Watched) -> None:
    before = watched.quality().json()["answers"]["failed"]
    watched.write(empty=50)
    refused = watched.site.ask("select segment from customer.customer_360 limit 3", purpose="Customer enrichment")
    assert refused.json()["code"] == "quality-below-floor"
    assert watched.quality().json()["answers"]["failed"] == before + 1
    watched.write()


def test_data_below_its_floor_is_given_and_marked_where_the_contract_says_so(watched: Watched) -> None:
    watched.write(empty=50)
    found = watched.site.ask("select segment from customer.customer_360 limit 3", purpose="Newsletters")
    assert found.status_code == 200
    assert found.json()["metadata"]["belowFloor"] == {KEY: {"completeness": {"measured": 50.0, "promised": 98.0}}}
    watched.write()
    mended = watched.site.ask("select segment from customer.customer_360 limit 4", purpose="Newsletters")
    assert "belowFloor" not in mended.json()["metadata"]


def test_the_promises_of_what_is_hidden_look_like_those_of_what_is_missing(watched: Watched) -> None:
    outside = {"Authorization": f"Bearer {watched.site.token('nobody')}"}
    hidden = watched.site.client.get(f"/v1/products/{KEY}/quality", headers=outside)
    missing = watched.site.client.get("/v1/products/customer.nothing/quality", headers=outside)
    assert (hidden.status_code, hidden.json()["code"]) == (missing.status_code, missing.json()["code"]) == (404, "product-unknown")


@pytest.mark.parametrize("days", ["0", "401", "-1", "soon"])
def test_days_that_make_no_sense_are_refused(watched: Watched, days: str) -> None:
    assert watched.quality(days=days).json()["code"] == "parameter-invalid"


def test_prometheus_sees_products_only_with_the_token_of_somebody_who_may_know_of_them(watched: Watched) -> None:
    get = watched.site.client.get
    bare = get("/metrics").text
    assert "freehold_requests_total" in bare
    assert "customer_360" not in bare
    shown = get("/metrics", headers=watched.site.headers()).text
    assert f'freehold_promise_kept{{product="{KEY}",promise="freshness"}} 1.0' in shown
    assert "customer_360" not in get("/metrics", headers={"Authorization": f"Bearer {watched.site.token('nobody')}"}).text
