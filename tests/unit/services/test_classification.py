"""Findings in values: read through the gate, hidden until reviewed, and decided once by those who may."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus import NATIONAL
from freehold.digest import digest
from freehold.engines.duckdb import DuckDBEngine
from freehold.errors import ColumnWithheld, FindingUnknown, FreeholdError, ProductUnknown, ReviewRefused, ScanRefused
from freehold.model.contract import Contract
from freehold.model.detection import Depth, Verdict
from freehold.model.mesh import Applied, Mesh
from freehold.model.party import Domain, Principal, RoleAccess
from freehold.model.place import Node, Region
from freehold.model.policy import ClassificationRule, Governance
from freehold.model.product import Column, Product, Residency, Source
from freehold.model.query import Limits, Question
from freehold.services.classification import Classification
from freehold.services.force import InForce
from freehold.services.gate import Gate
from freehold.services.quality import Quality
from freehold.services.record import Recorder
from freehold.services.rehearsal import Untold
from freehold.services.releases import ReleaseMemory
from freehold.stores.limiter import MemoryLimiter
from freehold.stores.registry import SqliteRegistry
from freehold.testing import FixedClock, FixedKeys, MemoryLedger
from freehold.wiring.node import looker  # pyright: ignore[reportPrivateUsage]

KEY = "customer.people"


def principal(domain: str, *roles: str, region: str = "westeurope") -> Principal:
    return Principal(subject="anna", issuer="https://login.contoso.eu", domain=domain, region=region, roles=frozenset(roles))


STEWARD, ENGINEER, MEMBER = principal("customer", "data-steward"), principal("customer", "engineer"), principal("customer")
CONSUMER = principal("sales", "analyst")


def people(rows: int) -> pa.Table:
    rng = random.Random(3)  # noqa: S311
    return pa.table(
        {
            "c1": [NATIONAL["NL"](rng) for _ in range(rows)],
            "c2": [f"p{at}@example.org" for at in range(rows)],
            "amount": [rng.randint(1, 999) for _ in range(rows)],
            "badge": [f"EMP-{at:06d}" for at in range(rows)],
        }
    )


@dataclass
class Office:
    folder: Path
    registry: SqliteRegistry
    ledger: MemoryLedger
    gate: Gate
    in_force: InForce
    service: Classification

    def lay(self, table: pa.Table) -> None:
        pq.write_table(table, self.folder / "people.parquet")

    def apply(self, **governance: Any) -> None:
        held: dict[str, Any] = {"auto_classify": True, "approvers": ("data-steward@domain",)}
        made = Governance(**(held | governance))
        contract = Contract(consumer="Sales", purpose="Use", fields=("c1", "c2", "amount"))
        columns = (*(Column(name=name, type="string") for name in ("c1", "c2", "badge")), Column(name="amount", type="integer"))
        product = Product(
            name="People",
            domain="Customer",
            contracts=(contract,),
            columns=columns,
            source=Source(path="people.parquet"),
            home="westeurope",
            jurisdiction="EU",
            residency=Residency(),
        )
        roles = {"data-steward": RoleAccess.READ, "engineer": RoleAccess.READ}
        mesh = Mesh(
            name="contoso",
            regions={
                "westeurope": Region(name="westeurope", jurisdiction="EU"),
                "eastus": Region(name="eastus", jurisdiction="US"),
            },
            nodes={"we": Node(name="we", region="westeurope", url="http://we")},
            domains={"customer": Domain(name="Customer", roles=roles), "sales": Domain(name="Sales")},
            products={product.key: product},
            governance=made,
        )
        current = self.registry.current()
        applied = Applied(version=(current.version if current else 0) + 1, digest=digest(mesh), mesh=mesh, applied_at="2026-11-23")
        self.registry.apply(applied)

    def scan(self, who: Principal = ENGINEER, depth: Depth = Depth.SAMPLE) -> dict[str, dict[str, Any]]:
        return {item["column"]: item for item in self.service.scan(who, KEY, depth)["findings"]}

    def review(self, verdict: Verdict, column: str = "c1", who: Principal = STEWARD) -> dict[str, Any]:
        return self.service.review(who, KEY, column, verdict=verdict, reason="I looked")

    def consumer_reads(self, column: str) -> int:
        question = Question(principal=CONSUMER, sql=f"select {column} from {KEY}")
        _, answer = self.gate.ask(question).release()
        return sum(batch.num_rows for batch in answer.batches())

    def refusal(self, column: str) -> FreeholdError:
        with pytest.raises(FreeholdError) as caught:
            self.consumer_reads(column)
        return caught.value

    def entries(self) -> list[dict[str, Any]]:
        return [msgspec.json.decode(entry) for entry in self.ledger.written]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    registry, ledger, clock = SqliteRegistry(tmp_path / "registry.db"), MemoryLedger(), FixedClock()
    in_force, engine, keys = InForce(registry), DuckDBEngine(tmp_path), FixedKeys()
    gate = Gate(
        node="we",
        region="westeurope",
        in_force=in_force,
        engine=engine,
        ledger=ledger,
        registry=registry,
        keys=keys,
        clock=clock,
        limiter=MemoryLimiter(clock),
        quality=Quality(clock=clock),
        releases=ReleaseMemory(Untold()),
        limits=Limits(),
    )
    service = Classification(
        in_force=in_force,
        registry=registry,
        recorder=Recorder(node="we", ledger=ledger, registry=registry, keys=keys, clock=clock),
        clock=clock,
        engine=engine,
        ask=looker(gate, in_force),
        region="westeurope",
    )
    made = Office(tmp_path, registry, ledger, gate, in_force, service)
    made.lay(people(300))
    made.apply()
    yield made
    engine.close()
    registry.close()


def test_a_scan_reads_through_the_gate_and_leaves_a_leaf_for_each_read(office: Office) -> None:
    found = office.scan()
    assert {name: item["classification"] for name, item in found.items()} == {"c1": "PII.HighRisk", "c2": "PII.Contact"}
    kinds = [(item["kind"], item.get("path")) for item in office.entries()]
    assert kinds == [("answered", "classify"), ("answered", "classify"), ("scanned", "classify")]
    assert office.entries()[-1]["fields"] == {KEY: ["c1", "c2"]}


def test_no_value_stands_in_a_finding_in_the_store_or_in_the_ledger(office: Office) -> None:
    office.scan()
    kept = (
        b"".join(office.ledger.written)
        + (office.folder / "registry.db").read_bytes()
        + msgspec.json.encode(office.service.findings(STEWARD))
    )
    values = people(300)
    assert not [value for name in ("c1", "c2", "badge") for value in values[name].to_pylist() if str(value).encode() in kept]


def test_an_unreviewed_finding_of_high_risk_hides_its_column_and_says_who_can_review(office: Office) -> None:
    assert office.consumer_reads("c1") == 300
    office.scan()
    error = office.refusal("c1")
    assert isinstance(error, ColumnWithheld)
    assert "data-steward@customer" in error.detail
    assert "freehold classify accept customer.people c1" in error.detail
    assert office.consumer_reads("c2") == office.consumer_reads("amount") == 300


def test_a_hidden_column_that_no_contract_gives_looks_as_if_it_were_missing(office: Office) -> None:
    office.apply(rules=(ClassificationRule(classification="PII.HighRisk", value_pattern="EMP-[0-9]{6}"),))
    office.scan()
    hidden, missing = office.refusal("badge"), office.refusal("nadge")
    assert (hidden.code, hidden.detail.replace("badge", "x")) == (missing.code, missing.detail.replace("nadge", "x"))


def test_the_owning_domain_still_sees_a_column_that_awaits_review(office: Office) -> None:
    office.scan()
    _, answer = office.gate.ask(Question(principal=ENGINEER, sql=f"select c1 from {KEY}")).release()
    assert sum(batch.num_rows for batch in answer.batches()) == 300


def test_without_auto_classify_a_finding_is_a_proposal_and_hides_nothing(office: Office) -> None:
    office.apply(auto_classify=False)
    assert office.scan()["c1"]["hidden"] is False
    assert office.consumer_reads("c1") == 300


def test_a_rejection_shows_the_column_again_and_sticks_over_later_scans(office: Office) -> None:
    office.scan()
    office.review(Verdict.REJECTED)
    assert office.consumer_reads("c1") == 300
    found = office.scan()["c1"]
    assert (found["standing"], found["drift"], found["hidden"], found["reason"]) == ("rejected", None, False, "I looked")
    assert office.entries()[3]["form"] == "rejected"


def test_an_accepted_classification_counts_like_a_declared_one(office: Office) -> None:
    office.scan()
    office.review(Verdict.ACCEPTED)
    column = office.in_force.current().mesh.products[KEY].column("c1")
    assert column is not None
    assert (column.classifications, column.awaiting, column.personal) == (("PII.HighRisk",), (), True)
    assert office.consumer_reads("c1") == 300


def test_what_was_accepted_and_is_found_no_longer_has_vanished_and_stays_accepted(office: Office) -> None:
    office.scan()
    office.review(Verdict.ACCEPTED)
    office.lay(people(300).set_column(0, "c1", pa.array(["x"] * 300)))
    found = office.scan()["c1"]
    assert (found["standing"], found["drift"]) == ("accepted", "vanished")


def test_new_evidence_after_a_decision_is_flagged_and_hides_again(office: Office) -> None:
    office.lay(people(300).set_column(0, "c1", pa.array([f"a{at}@example.org" for at in range(300)])))
    office.scan()
    office.review(Verdict.REJECTED)
    office.lay(people(300))
    found = office.scan()["c1"]
    assert (found["classification"], found["standing"], found["drift"]) == ("PII.HighRisk", "proposed", "new evidence")
    assert isinstance(office.refusal("c1"), ColumnWithheld)


def test_only_an_approver_reviews_and_a_refusal_is_recorded(office: Office) -> None:
    office.scan()
    with pytest.raises(ReviewRefused) as caught:
        office.review(Verdict.REJECTED, who=ENGINEER)
    assert "data-steward@customer" in str(caught.value.remedy)
    assert office.entries()[-1]["code"] == "review-refused"
    assert office.registry.reviews() == ()


def test_findings_look_missing_to_other_domains_and_scans_need_a_role(office: Office) -> None:
    office.scan()
    assert office.service.findings(CONSUMER) == []
    for key in (KEY, "customer.nothing"):
        with pytest.raises(ProductUnknown):
            office.service.findings(CONSUMER, key)
    with pytest.raises(ScanRefused):
        office.scan(MEMBER)
    with pytest.raises(FindingUnknown):
        office.review(Verdict.ACCEPTED, column="amount")


@pytest.mark.parametrize(
    "who",
    [
        MEMBER,
        principal("customer", "analyst"),
        principal("customer", "engineer", region="eastus"),
        principal("customer", "data-steward", region="eastus"),
        principal("customer", "data-steward", region="nowhere"),
    ],
    ids=["no role", "a role that only counts", "abroad", "a steward abroad", "a region that nobody knows"],
)
def test_figures_and_examples_are_for_those_who_may_read_the_values_and_cross_no_border(office: Office, who: Principal) -> None:
    whole = office.scan()["c2"]
    assert whole["examples"]
    assert whole["distinct"]
    (told,) = office.service.findings(who)
    assert told["scan"]["rows"] is None
    for item in told["findings"]:
        assert (item["share"], item["lookedAt"], item["distinct"], item["examples"]) == (None, None, None, [])
    assert {item["column"] for item in told["findings"]} == {"c1", "c2"}


def test_a_steward_abroad_looks_and_reviews_and_is_shown_no_value(office: Office) -> None:
    abroad = principal("customer", "data-steward", region="eastus")
    assert all(item["examples"] == [] for item in office.scan(abroad).values())
    assert all(item["examples"] == [] for item in office.review(Verdict.REJECTED, who=abroad)["findings"])
    assert office.consumer_reads("c1") == 300


def test_a_sample_comes_from_ten_places_and_full_reads_every_row(office: Office) -> None:
    office.lay(people(25_000))
    sampled = office.scan()["c1"]
    full = office.scan(depth=Depth.FULL)["c1"]
    assert (sampled["lookedAt"], full["lookedAt"]) == (10_000, 25_000)
    assert sampled["share"] == full["share"] == 100.0


def test_a_rule_of_values_proposes_at_its_own_bounds(office: Office) -> None:
    def found(**bounds: Any) -> bool:
        office.apply(rules=(ClassificationRule(classification="PII.Staff", value_pattern="EMP-0000[0-4][0-9]", **bounds),))
        return "badge" in office.scan()

    office.lay(people(100))
    assert not found()
    assert found(minimum_match=50.0)
    assert not found(minimum_match=50.1)
    assert found(minimum_match=50.0, minimum_distinct=50)
    assert not found(minimum_match=50.0, minimum_distinct=51)
    assert not found(minimum_match=50.0, pattern="salary")
