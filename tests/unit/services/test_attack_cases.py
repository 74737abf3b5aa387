"""Every attack case is run, twice, on data that differs only in what its caller may not see."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from ruamel.yaml import YAML

from freehold.errors import FreeholdError
from freehold.model.contract import Contract
from freehold.model.label import Mask, MaskKind
from freehold.model.mesh import Mesh
from freehold.model.policy import Governance
from freehold.model.query import Question

FOLDER = Path(__file__).parents[2] / "cases" / "attack"
TERMS: dict[str, Any] = {"consumer": "Sales Domain", "purpose": "Customer enrichment"}
SHOWN = ("customerId", "segment", "region")
MASKS = {"email": Mask(kind=MaskKind.REDACT), "ssn": Mask(kind=MaskKind.HASH)}


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"number": "class"}):
    """One case: exactly one of `refused` (a code) and `answered`."""

    id: str
    number: int
    threat: str
    sql: str = ""
    profile: str = "rows"
    who: str | None = None
    purpose: str | None = None
    domain: str | None = None
    declared: str | None = None
    parameters: dict[str, str] = {}
    refused: str | None = None
    answered: bool = False
    rows: int | None = None
    absent: str | None = None
    varies: bool = False


def load() -> list[Case]:
    """Return every case, strictly: an unknown key or a case without an outcome is an error."""
    found = [msgspec.convert(item, Case) for path in sorted(FOLDER.glob("*.yaml")) for item in YAML(typ="safe").load(path)]
    assert all(bool(case.refused) != case.answered for case in found)
    return found


CASES = load()


def mesh_of(profile: str, example: Callable[..., Mesh]) -> Mesh:
    """Return the mesh in which a profile's contract is in force."""
    contracts = {
        "aggregate": Contract(**TERMS, fields=("segment", "region"), aggregate_fields=("income",), join_fields=("customerId",)),
        "masked": Contract(**TERMS, fields=SHOWN, masks=MASKS),
        "filtered": Contract(**TERMS, fields=SHOWN, row_filter="active"),
        "ended": Contract(**TERMS, fields=SHOWN, valid_until="2026-11-22"),
    }
    changed = {"contracts": (contracts[profile],)} if profile in contracts else {}
    mesh = example(**changed) if profile != "keyless" else example(entity_key=None)
    if profile == "pending":
        return msgspec.structs.replace(mesh, governance=Governance(require_approval=True, approvers=("data-steward@domain",)))
    return mesh


def other(table: pa.Table, profile: str) -> pa.Table:
    """Return the same data with everything else changed that callers of this profile may not see."""
    out = table
    for name in ("email", "ssn"):
        out = out.set_column(out.schema.get_field_index(name), name, pc.utf8_reverse(table[name]))
    if profile != "aggregate":
        out = out.set_column(out.schema.get_field_index("income"), "income", pc.multiply(table["income"], 7.0))
    if profile == "filtered":
        hidden = pc.invert(table["active"])
        out = out.set_column(1, "segment", pc.if_else(hidden, "123", table["segment"]))
        out = out.set_column(0, "customerId", pc.if_else(hidden, "", table["customerId"]))
    elif profile != "filtered":
        out = out.set_column(out.schema.get_field_index("active"), "active", pc.invert(table["active"]))
    return out


def outcome(house: Any, case: Case) -> tuple[str, Any]:
    """Return what a caller gets, and everything they or the ledger could read of it, as text."""
    who = case.who or ("sales-us" if case.profile == "border" else "sales")
    given: dict[str, Any] = {
        "domain": case.domain,
        "declared": case.declared,
        "parameters": case.parameters,
        "purpose": case.purpose,
    }
    question = Question(principal=house.principals[who], sql=case.sql, **given)
    try:
        _, answer = house.gate.ask(question).release()
        table = pa.Table.from_batches(list(answer.batches()), schema=answer.schema)
        result: Any = {"columns": table.column_names, "rows": sorted(table.to_pylist(), key=repr)}
        kind = "answered"
    except FreeholdError as error:
        facts = {name: value for name, value in error.facts.items() if name != "leaf"}
        result, kind = {"detail": error.detail, "remedy": error.remedy, "facts": facts}, error.code
    _, told = house.gate.explain(question)
    told.pop("leaf", None)
    return kind, json.loads(json.dumps([result, told], default=str))


@pytest.mark.parametrize("case", CASES, ids=[f"{case.number}-{case.id}" for case in CASES])
def test_an_attack_learns_nothing(case: Case, build_house: Callable[..., Any], example: Callable[..., Mesh]) -> None:
    mesh = mesh_of(case.profile, example)
    first = build_house(mesh)
    kind, seen = outcome(first, case)
    path = first.data / "customers.parquet"
    table = pq.read_table(path)
    second = build_house(mesh)
    changed = other(table, case.profile)
    if case.profile == "new-column":
        changed = changed.append_column("secret", table["email"])
    pq.write_table(changed, path)
    again, seen_again = outcome(second, case)

    assert kind == (case.refused or "answered")
    assert again == kind
    if not case.varies:
        assert seen == seen_again
    written = b"".join([*first.ledger.written, *second.ledger.written]).decode()
    for text in (json.dumps(seen), json.dumps(seen_again), written):
        assert "CANARY" not in text
        assert "YRANAC" not in text
    if case.rows is not None:
        assert len(seen[0]["rows"]) == case.rows
    if case.absent is not None:
        assert case.absent not in json.dumps(seen[0])


def test_every_class_of_attack_has_cases_and_every_case_its_own_name() -> None:
    counted = Counter(case.number for case in CASES)
    assert set(counted) == set(range(1, 28))
    assert len({case.id for case in CASES}) == len(CASES)
    assert len(CASES) >= 120
