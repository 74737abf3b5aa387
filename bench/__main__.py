"""Run every benchmark of this folder in turn, each beside its rival or limit: `python -m bench`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPTS = (
    "gate",
    "decision",
    "governed",
    "ledger",
    "catalog",
    "datamap",
    "http_json",
    "http_arrow",
    "federate",
    "links",
    "refusals",
    "contract",
    "classify",
    "azure_policy",
    "adls",
)


def main() -> int:
    """Return how many failed to run; a missed target is printed and is no failure."""
    folder = Path(__file__).parent
    failed = 0
    for name in SCRIPTS:
        print(f"── {name}", flush=True)
        failed += subprocess.run([sys.executable, str(folder / f"{name}.py")], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
