"""A product that refers to one at home elsewhere: `freehold test` has the running node ask both homes, as whoever is named."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

UNKNOWN = "unknownReferences of customerId = 0"


def run(mesh: Any, *more: str) -> tuple[int, dict[str, Any]]:
    """Test the returns of the north; return the exit code, and the verdict on what they refer to."""
    command = [sys.executable, "-m", "freehold", "test", "sales.returns", "--mesh", str(mesh["north"].folder), "--json", *more]
    done = subprocess.run([*command, "--region", "northeurope"], capture_output=True, check=False, timeout=120)
    (report,) = json.loads(done.stdout)["reports"]
    return done.returncode, next(item for item in report["verdicts"] if item["name"] == UNKNOWN)


def test_a_reference_to_another_home_is_counted_as_whoever_is_named(mesh: Any) -> None:
    before = len(mesh["west"].entries())
    code, found = run(mesh, "--as", "olga@sales", "--role", "data-engineer")
    assert (code, found["outcome"], found["failing"]) == (1, "failed", 2)
    assert found["sentence"] == (
        "2 of 51 rows (3.92 %) have a `customerId` that `customer.customer_360.customerId` does not have; wanted is = 0."
    )
    (carried,) = (item for item in mesh["west"].entries()[before:] if item.get("peer") == "north" and item.get("fields"))
    assert (carried["purpose"], carried["fields"]) == ("Customer enrichment", {"customer.customer_360": ["customerId"]})


def test_it_is_unchecked_and_never_passes_where_nobody_is_named(mesh: Any) -> None:
    code, found = run(mesh)
    assert (code, found["outcome"]) == (1, "unchecked")
    assert "--as" in found["sentence"]


def test_it_is_unchecked_with_the_reason_where_the_named_may_not_ask(mesh: Any) -> None:
    code, found = run(mesh, "--as", "eve@analytics", "--role", "data-engineer")
    assert (code, found["outcome"]) == (1, "unchecked")
    assert "The gate refused it" in found["sentence"]
