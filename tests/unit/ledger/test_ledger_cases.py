"""Every proof case holds or fails as it says, and the cases are those that the definitions give."""

from __future__ import annotations

import base64
import json
import runpy
from pathlib import Path
from typing import Any

import pytest

from freehold.errors import ProofInvalid
from freehold.ledger.checkpoint import check_origin, open_checkpoint
from freehold.ledger.evidence import check_evidence
from freehold.ledger.note import read_verifier
from freehold.ledger.proof import check_consistency, check_inclusion

CASES = Path(__file__).parents[2] / "cases" / "proofs"


def load(file: str) -> list[Any]:
    cases = json.loads((CASES / file).read_text())
    assert len({case["note"] for case in cases}) == len(cases)
    return [pytest.param(case, id=case["note"]) for case in cases]


def raw(text: str) -> bytes:
    return base64.b64decode(text)


def check_case(kind: str, case: dict[str, Any]) -> None:
    if kind == "inclusion":
        proof = [raw(item) for item in case["proof"]]
        check_inclusion(raw(case["leaf"]), case["index"], case["size"], proof, raw(case["root"]))
    elif kind == "consistency":
        proof = [raw(item) for item in case["proof"]]
        check_consistency(case["first"], case["second"], proof, raw(case["firstRoot"]), raw(case["secondRoot"]))
    elif kind == "checkpoint":
        verifier = read_verifier(case["key"])
        check_origin(open_checkpoint(case["checkpoint"], [verifier]), verifier.name)
    else:
        check_evidence(case["proof"], read_verifier(case["key"]))


def judge(kind: str, case: dict[str, Any]) -> None:
    if case["holds"]:
        check_case(kind, case)
    else:
        with pytest.raises(ProofInvalid):
            check_case(kind, case)


@pytest.mark.parametrize("case", load("inclusion.json"))
def test_an_inclusion_proof_holds_only_as_made(case: dict[str, Any]) -> None:
    judge("inclusion", case)


@pytest.mark.parametrize("case", load("consistency.json"))
def test_a_consistency_proof_holds_only_as_made(case: dict[str, Any]) -> None:
    judge("consistency", case)


@pytest.mark.parametrize("case", load("checkpoint.json"))
def test_a_checkpoint_holds_only_as_signed(case: dict[str, Any]) -> None:
    judge("checkpoint", case)


@pytest.mark.parametrize("case", load("evidence.json"))
def test_a_proof_file_holds_only_as_made(case: dict[str, Any]) -> None:
    judge("evidence", case)


@pytest.mark.parametrize("file", ["inclusion.json", "consistency.json", "checkpoint.json", "evidence.json"])
def test_the_cases_are_those_that_the_definitions_give(file: str) -> None:
    made = runpy.run_path(str(CASES / "regenerate.py"))
    assert (CASES / file).read_text() == made["rendered"](made["MAKERS"][file]())
