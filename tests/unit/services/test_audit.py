"""Who sees which entry: the table of DESIGN's people, one claim each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from freehold.digest import canonical
from freehold.errors import CheckpointMismatch, LeafUnknown, LedgerRefused
from freehold.keys.local import LocalKeys
from freehold.ledger.evidence import check_evidence
from freehold.ledger.note import Verifier
from freehold.model.event import Entry, EventKind
from freehold.model.party import Principal
from freehold.services.audit import Audit
from freehold.services.pseudonym import pseudonym
from freehold.stores.ledger import FileLedger
from freehold.stores.registry import SqliteRegistry
from freehold.testing import FixedClock

NODE = "contoso-westeurope"


def person(subject: str, domain: str | None = None, *roles: str) -> Principal:
    return Principal(subject=subject, issuer="https://login.contoso.example", domain=domain, roles=frozenset(roles))


SALES_APP = person("sales-app", "sales")
OTHER_APP = person("other-app", "analytics", "data-engineer")
STEWARD = person("cleo", "customer", "data-steward")
OWNER = person("otto", "sales", "data-owner")
AUDITOR = person("ada", None, "auditor")


@pytest.fixture
def keys(tmp_path: Path) -> LocalKeys:
    return LocalKeys(tmp_path / "keys")


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[SqliteRegistry]:
    opened = SqliteRegistry(tmp_path / "registry.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def ledger(tmp_path: Path, keys: LocalKeys) -> Iterator[FileLedger]:
    opened = FileLedger(tmp_path / "ledger", origin=NODE, keys=keys, clock=FixedClock())
    yield opened
    opened.close()


@pytest.fixture
def audit(ledger: FileLedger, keys: LocalKeys, registry: SqliteRegistry) -> Audit:
    """Entry 0: Sales asks Customer 360; 1: its closing leaf; 2: Analytics asks Sales; 3: a mesh came into force."""
    mine, theirs = pseudonym(keys, SALES_APP), pseudonym(keys, OTHER_APP)
    registry.remember_caller(mine, "sales-app (https://login.contoso.example)")
    time = "2026-11-23T10:00:00Z"
    entries = (
        Entry(kind=EventKind.ANSWERED, time=time, node=NODE, caller=mine, domain="sales", products=("customer.customer_360",)),
        Entry(kind=EventKind.COMPLETED, time=time, node=NODE, refers_to=0, rows=3),
        Entry(
            kind=EventKind.REFUSED, time=time, node=NODE, caller=theirs, products=("sales.sales_analytics",), code="role-missing"
        ),
        Entry(kind=EventKind.APPLIED, time=time, node=NODE, mesh="9f2c"),
    )
    for entry in entries:
        ledger.append(canonical(entry)).result(10)
    return Audit(ledger=ledger, keys=keys, registry=registry)


@pytest.mark.parametrize(
    ("principal", "visible"),
    [
        (AUDITOR, {0, 1, 2, 3}),
        (SALES_APP, {0, 1}),
        (OTHER_APP, {2}),
        (STEWARD, {0, 1}),
        (OWNER, {2}),
        (person("sales-app", "customer"), {0, 1}),
        (person("stranger", "customer", "data-engineer"), set[int]()),
        (person("stranger", None, "data-steward"), set[int]()),
        (person("stranger", "", "data-owner"), set[int]()),
    ],
    ids=lambda value: value.subject if isinstance(value, Principal) else None,
)
def test_each_caller_sees_what_is_theirs_and_nothing_else(audit: Audit, principal: Principal, visible: set[int]) -> None:
    for index in range(4):
        if index in visible:
            assert audit.entry(principal, index)["index"] == index
            assert audit.proof(principal, index)
        else:
            for ask in (audit.entry, audit.proof):
                with pytest.raises(LeafUnknown):
                    ask(principal, index)


def test_the_same_subject_of_another_issuer_is_somebody_else(audit: Audit) -> None:
    impostor = Principal(subject="sales-app", issuer="https://login.elsewhere.example", domain="sales")
    with pytest.raises(LeafUnknown):
        audit.entry(impostor, 0)


@pytest.mark.parametrize("index", [2, 4, -1, 10**18])
def test_a_hidden_entry_and_a_missing_one_look_the_same(audit: Audit, index: int) -> None:
    with pytest.raises(LeafUnknown) as hidden:
        audit.entry(SALES_APP, index)
    assert (hidden.value.detail, hidden.value.remedy, hidden.value.facts) == (
        f"no entry `{index}` is visible to you",
        "use the leaf that came with your own answer or refusal",
        {},
    )


def test_a_listing_holds_what_the_caller_may_see(audit: Audit) -> None:
    assert [entry["index"] for entry in audit.entries(AUDITOR, 0, 100)] == [0, 1, 2, 3]
    assert [entry["index"] for entry in audit.entries(STEWARD, 0, 100)] == [0, 1]
    assert [entry["index"] for entry in audit.entries(OWNER, 0, 2)] == []
    assert [entry["index"] for entry in audit.entries(AUDITOR, -5, 1)] == [0]


@pytest.mark.parametrize("principal", [SALES_APP, OTHER_APP, person("s", None, "data-steward")])
def test_a_listing_is_refused_to_those_who_audit_nothing(audit: Audit, principal: Principal) -> None:
    with pytest.raises(LedgerRefused) as refused:
        audit.entries(principal, 0, 10)
    assert "leaf" in (refused.value.remedy or "")


def test_a_listing_gives_at_most_a_thousand_entries(audit: Audit, ledger: FileLedger) -> None:
    entry = canonical(Entry(kind=EventKind.APPLIED, time="2026-11-23T10:00:00Z", node=NODE))
    for future in [ledger.append(entry) for _ in range(1200)]:
        future.result(10)
    assert len(audit.entries(AUDITOR, 0, 10**9)) == 1000


def test_only_an_auditor_reads_names_and_none_after_erasure(audit: Audit, keys: LocalKeys, registry: SqliteRegistry) -> None:
    assert audit.entry(AUDITOR, 0)["callerName"] == "sales-app (https://login.contoso.example)"
    assert "callerName" not in audit.entry(STEWARD, 0)
    assert "callerName" not in audit.entry(SALES_APP, 0)
    assert "callerName" not in audit.entry(AUDITOR, 2)
    registry.erase_caller(pseudonym(keys, SALES_APP))
    assert "callerName" not in audit.entry(AUDITOR, 0)


def test_a_proof_holds_under_the_nodes_key(audit: Audit, keys: LocalKeys) -> None:
    verifier = Verifier(name=NODE, public_key=keys.public_key())
    evidence, checkpoint = check_evidence(audit.proof(SALES_APP, 0), verifier)
    assert (evidence.index, checkpoint.size) == (0, 4)
    assert audit.checkpoint() == checkpoint.note


def test_tiles_are_given_out_as_they_are(audit: Audit, ledger: FileLedger) -> None:
    assert audit.tile(0, 0, 4) == ledger.tile(0, 0, 4)
    with pytest.raises(LeafUnknown):
        audit.tile(0, 0, 5)


def test_an_entry_that_cannot_be_read_is_an_integrity_error(audit: Audit, ledger: FileLedger) -> None:
    index = ledger.append(b"not an entry").result(10)
    with pytest.raises(CheckpointMismatch):
        audit.entry(AUDITOR, index)


def test_a_closing_leaf_that_refers_to_itself_or_to_a_closing_leaf_shows_nothing(audit: Audit, ledger: FileLedger) -> None:
    for refers_to in (4, 1):
        ledger.append(
            canonical(Entry(kind=EventKind.COMPLETED, time="2026-11-23T10:00:00Z", node=NODE, refers_to=refers_to))
        ).result(10)
    for index in (4, 5):
        with pytest.raises(LeafUnknown):
            audit.entry(SALES_APP, index)


def test_a_pseudonym_tells_neither_subject_nor_issuer(keys: LocalKeys) -> None:
    name = pseudonym(keys, SALES_APP)
    assert len(name) == 64
    assert name == pseudonym(keys, person("sales-app", "another-domain", "role"))
    assert name != pseudonym(keys, OTHER_APP)
