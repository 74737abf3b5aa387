"""The attack cases as values: what is asked, in which mesh, over which data, and what may come out through no door (law 1)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from ruamel.yaml import YAML

from freehold.errors import REGISTRY, FreeholdError
from freehold.model.contract import Contract
from freehold.model.label import Disclosure, Mask, MaskKind
from freehold.model.mesh import Mesh
from freehold.model.policy import Governance
from freehold.model.product import Column, DeclaredQuery, Parameter
from freehold.model.query import Question

FOLDER = Path(__file__).parent / "cases" / "attack"
CLASSES = range(1, 28)
TERMS: dict[str, Any] = {"consumer": "Sales Domain", "purpose": "Customer enrichment"}
SHOWN = ("customerId", "segment", "region")
MASKS = {"email": Mask(kind=MaskKind.REDACT), "ssn": Mask(kind=MaskKind.HASH)}
NUMBERS = frozenset({"numbered", "shortened", "banded", "bounded"})
"""The profiles in which customers have an age."""

STORED = {
    "card": pa.array([UUID(int=at).bytes for at in range(200)], pa.uuid()),
    "since": pa.array(range(200), pa.timestamp("ns")),
    "points": pa.array([2**64 - 1 if at == 1 else at for at in range(200)], pa.uint64()),
}
"""Columns whose values are stored as what holds less, or more, than most columns of their logical type."""

FILTERED = frozenset({"filtered", "bounded"})
"""The profiles in which rows of active customers alone are shown."""

GROUPED = frozenset({"border", "aggregate", "keyless", "dominated", "endless", "sparse", "noisy", "stored"}) | NUMBERS - FILTERED
"""The profiles in which no row, and so no key of one, may come out of Customer 360."""

WHALE = 150
"""The customer who has most of the income of a segment where one dominates, or all of it where no other has any."""

_KEY = re.compile(r"\bC0\d{4}\b")
_PLANTED = ("CANARY", "YRANAC")
"""Every value of the hidden columns, forwards, and backwards as `other` makes it."""


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
    open: str | None = None
    """Why it is not so yet: the case is expected to fail, and a mend takes this line away."""

    @property
    def outcome(self) -> str:
        """What becomes of it: a code, or `answered`."""
        return self.refused or "answered"

    @property
    def outcome_declared(self) -> str:
        """What becomes of it as a declared query: to whoever is no member of the mesh, there is no query of any name."""
        return "query-unknown" if self.caller == "stranger" else self.outcome

    @property
    def outcome_explained(self) -> str:
        """What an explanation says becomes of it."""
        return "answered" if self.refused in OF_THE_DATA else self.outcome

    @property
    def caller(self) -> str:
        """Who asks, by their name among the example's callers."""
        return self.who or ("sales-us" if self.profile == "border" else "sales")

    @property
    def query(self) -> DeclaredQuery:
        """The same question as a declared query of the product."""
        parameters = tuple(Parameter(name=name, type="string") for name in self.parameters)
        return DeclaredQuery(name=self.id, sql=self.sql, parameters=parameters)


def load() -> list[Case]:
    """Return every case, strictly: an unknown key, class or code and a case without an outcome or a threat are errors."""
    found = [msgspec.convert(item, Case) for path in sorted(FOLDER.glob("*.yaml")) for item in YAML(typ="safe").load(path)]
    for case in found:
        assert bool(case.refused) != case.answered, f"{case.id} has not one outcome"
        assert case.refused is None or case.refused in REGISTRY, f"{case.id}: there is no code {case.refused}"
        assert case.number in CLASSES, f"{case.id}: there is no class {case.number}"
        assert case.threat.strip(), f"{case.id} names no threat"
        assert bool(case.sql) != bool(case.declared), f"{case.id} asks nothing, or two things"
    return found


CASES = load()
OF_THE_DATA = frozenset({"release-overlap"})
"""Refusals that come of what the data is: an explanation looks at none, and permits."""


def parameters(cases: Iterable[Case]) -> list[Any]:
    """Return cases as parameters of a test, each by its class and name; what is open must fail."""
    return [
        pytest.param(case, id=f"{case.number}-{case.id}", marks=[pytest.mark.xfail(reason=case.open)] if case.open else [])
        for case in cases
    ]


def mesh_of(profile: str, example: Callable[..., Mesh]) -> Mesh:
    """Return the mesh in which a profile's contract is in force; its cases are declared queries of Customer 360 as well."""
    summed = Contract(**TERMS, fields=("segment", "region"), aggregate_fields=("income",), join_fields=("customerId",))
    contracts = {
        **dict.fromkeys(("aggregate", "dominated", "endless", "sparse"), summed),
        **dict.fromkeys(("numbered", "banded"), Contract(**TERMS, fields=(*SHOWN, "age"))),
        "stored": Contract(**TERMS, fields=(*SHOWN, *STORED)),
        "shortened": Contract(**TERMS, fields=SHOWN, masks={"age": Mask(kind=MaskKind.FIRST, number=1)}),
        "noisy": Contract(**TERMS, fields=SHOWN, disclosure=Disclosure.CELL_KEY),
        "masked": Contract(**TERMS, fields=SHOWN, masks=MASKS),
        "filtered": Contract(**TERMS, fields=SHOWN, row_filter="active"),
        "bounded": Contract(**TERMS, fields=(*SHOWN, "age"), row_filter="active"),
        "ended": Contract(**TERMS, fields=SHOWN, valid_until="2026-01-31"),
    }
    changed: dict[str, Any] = {"contracts": (contracts[profile],)} if profile in contracts else {}
    if profile == "keyless":
        changed["entity_key"] = None
    columns = example().products["customer.customer_360"].columns
    if profile in NUMBERS:
        changed["columns"] = (*columns, Column(name="age", type="integer"))
    if profile == "stored":
        types = {"card": "string", "since": "timestamp", "points": "integer"}
        changed["columns"] = (*columns, *(Column(name=name, type=kind) for name, kind in types.items()))
    mesh = example(queries=tuple(case.query for case in CASES if case.profile == profile and not case.declared), **changed)
    if profile == "pending":
        return msgspec.structs.replace(mesh, governance=Governance(require_approval=True, approvers=("data-steward@domain",)))
    return mesh


def given(table: pa.Table, profile: str) -> pa.Table:
    """Return the customers over which a profile's cases are asked."""
    if profile == "dominated":
        return _with_income(table, {WHALE: 600_000.0})
    if profile == "endless":
        return _with_income(table, {WHALE: math.inf})
    if profile == "sparse":
        segments = table["segment"].to_pylist()
        return _with_income(table, {at: None for at, segment in enumerate(segments) if segment == "Corporate" and at != WHALE})
    if profile in NUMBERS:
        return table.append_column("age", _ages(table.num_rows, profile, 90))
    if profile == "stored":
        for name, values in STORED.items():
            table = table.append_column(name, values)
    return table


def other(table: pa.Table, profile: str) -> pa.Table:
    """Return the same customers with everything changed that callers of this profile may not see."""
    out = given(table, profile)
    for name in ("email", "ssn"):
        out = _with(out, name, pc.utf8_reverse(table[name]))
    if profile in {"dominated", "endless"}:
        out = _with_income(out, {WHALE: 700_000.0})
    elif profile == "stored":
        out = _with(out, "points", pa.array(range(table.num_rows), pa.uint64()))
    elif profile in NUMBERS - FILTERED:
        out = _with(out, "age", _ages(table.num_rows, profile, 120))
    elif profile not in {"aggregate", "sparse"}:
        out = _with(out, "income", pc.multiply(table["income"], 7.0))
    hidden = pc.invert(table["active"])
    if profile == "filtered":
        out = _with(out, "segment", pc.if_else(hidden, "123", table["segment"]))
        out = _with(out, "customerId", pc.if_else(hidden, "", table["customerId"]))
    elif profile == "bounded":
        out = _with(out, "age", pc.if_else(hidden, 120, out["age"]))
    else:
        out = _with(out, "active", hidden)
    return out.append_column("secret", table["email"]) if profile == "new-column" else out


def _ages(count: int, profile: str, of_one: int) -> Any:
    """Return an age for each customer: of customer 1 the one given, and of the others few where many are to have the same."""
    many = 3 if profile == "banded" else 60
    return pa.array([of_one if at == 1 else 20 + at % many for at in range(count)], pa.int64())


def _with_income(table: pa.Table, changed: dict[int, float | None]) -> pa.Table:
    values = [changed.get(at, value) for at, value in enumerate(table["income"].to_pylist())]
    return _with(table, "income", pa.array(values, pa.float64()))


def _with(table: pa.Table, name: str, values: Any) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), name, values)


def leaks(case: Case, text: str) -> set[str]:
    """Return what of `text` may not come out: planted secrets and, where rows may not, keys that the caller did not write."""
    found = traces(text)
    return found - set(_KEY.findall(case.sql)) if case.profile in GROUPED else found.intersection(_PLANTED)


def traces(text: str) -> set[str]:
    """Return what nothing that a node writes may hold: planted secrets and the key of anybody, not even as a caller wrote it."""
    return {planted for planted in _PLANTED if planted in text}.union(_KEY.findall(text))


def learned(house: Any, question: Question) -> tuple[str, Any]:
    """Return what a caller gets of a gate in this process, and everything that they could read of it, as JSON has it."""
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


def hold(case: Case, expected: str, ask: Callable[[Any], Question], build: Callable[[Mesh], Any], mesh: Mesh) -> None:
    """Hold a case, asked by `ask` of houses of their own, to `expected`, and to the same in both versions of the data."""
    first = build(mesh)
    path = first.data / "customers.parquet"
    customers = pq.read_table(path)
    pq.write_table(given(customers, case.profile), path)
    kind, seen = learned(first, ask(first))
    second = build(mesh)
    pq.write_table(other(customers, case.profile), path)
    again, seen_again = learned(second, ask(second))

    assert kind == expected
    assert again == kind
    if not case.varies:
        assert seen == seen_again
    written = b"".join([*first.ledger.written, *second.ledger.written]).decode()
    for text in (json.dumps(seen), json.dumps(seen_again), written):
        assert not leaks(case, text)
    if case.rows is not None:
        assert len(seen[0]["rows"]) == case.rows
    if case.absent is not None:
        assert case.absent not in json.dumps(seen[0])
