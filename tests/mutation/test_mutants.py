"""No rule and no pass is there in vain: with any one of them taken out, some test fails.

`make mutate` shows for each of them which test it was.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from freehold.compiler.rules import RULES

ROOT = Path(__file__).parents[2]
TESTS = (
    "tests/unit/compiler/test_faults.py",
    "tests/unit/services/test_attack_cases.py",
    "tests/property/test_laws_disclosure.py",
    "tests/property/test_laws_proof.py",
    "tests/unit/compiler/test_rewrite_cases.py",
    "tests/property/test_laws_noninterference.py",  # by far the longest
)
NAMES = sorted(
    [f"rule: {rule.name}" for rule in RULES]
    + re.findall(r'^    "([a-z -]+)": _', (Path(__file__).parent / "mutants.py").read_text(encoding="utf-8"), re.MULTILINE)
)


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_without_it_some_test_fails(name: str) -> None:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--mutate", name, *TESTS]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert found.returncode == 1, f"nothing fails without `{name}`:\n{found.stdout[-2000:]}"
    print(f"{name}: {', '.join(re.findall(r'^FAILED (.*?)(?: - |$)', found.stdout, re.MULTILINE))}")
