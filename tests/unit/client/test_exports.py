"""What `import freehold` offers is exact, and costs nothing until it is used."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import freehold

ROOT = Path(__file__).parents[3]


def test_the_public_names_are_exact_and_sorted() -> None:
    assert freehold.__all__ == sorted(freehold.__all__)
    assert freehold.__all__ == [
        "AzureSqlTable",
        "DataContract",
        "DataContractValidator",
        "DataContractViolation",
        "DataQualityViolation",
        "FreeholdError",
        "PostgresTable",
        "__version__",
        "connect",
        "promises",
        "rules_sql",
    ]
    assert all(getattr(freehold, name) for name in freehold.__all__)
    assert dir(freehold) == freehold.__all__


def test_the_version_is_that_of_the_package() -> None:
    assert freehold.__version__ == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(freehold, "conect")


def test_importing_freehold_loads_no_heavy_library() -> None:
    heavy = {"pyarrow", "duckdb", "httpx", "pandas", "polars", "sqlglot", "litestar", "msgspec", "ruamel"}
    code = "import sys, freehold; freehold.__version__; print(' '.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not heavy & set(loaded)
