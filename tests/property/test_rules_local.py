"""What the kernel counts of a user's own data is what the naive reading counts, row by row."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

import naive
from freehold.engines.columnar.prober import ColumnarProber
from freehold.model.rule import Probe, ProbeKind
from generated.rules import probes, tables

PROBER = ColumnarProber()


@settings(max_examples=30)
@given(tables(), st.lists(probes(), min_size=1, max_size=8))
def test_counts_in_memory_are_those_of_the_naive_reading(table: pa.Table, asked: list[Probe]) -> None:
    rows = table.to_pylist()
    assert PROBER.count(table, asked) == tuple(naive.count(rows, probe) for probe in asked)


@settings(max_examples=30)
@given(tables(), st.lists(probes(), min_size=1, max_size=4))
def test_counts_of_a_file_are_those_of_the_naive_reading(table: pa.Table, asked: list[Probe]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.parquet"
        pq.write_table(table, path)
        rows = table.to_pylist()
        assert PROBER.count(path, asked) == tuple(naive.count(rows, probe) for probe in asked)


@settings(max_examples=30)
@given(tables(), probes())
def test_samples_are_rows_that_the_probe_counts(table: pa.Table, probe: Probe) -> None:
    given_rows = table.to_pylist()
    found = PROBER.samples(table, probe, 3).to_pylist()
    wanted = naive.count(given_rows, probe) or 0
    if probe.kind in {ProbeKind.ROWS, ProbeKind.NEWEST}:
        assert not found
    elif probe.kind is ProbeKind.SURPLUS:
        assert len(found) >= min(2 if wanted else 0, 3)
    else:
        assert len(found) == min(wanted, 3)
        assert all(naive.counts(row[probe.columns[0]], probe) for row in found)
