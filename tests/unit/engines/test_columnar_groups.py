"""Of a file that changed only what changed is read again, and nothing that a file says of itself is believed."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.engines.columnar import groups
from freehold.engines.columnar.memory import Memory
from freehold.engines.columnar.parquet import ParquetFiles
from freehold.engines.columnar.prober import ColumnarProber
from freehold.errors import ParameterInvalid, QueryInvalid, SourceUnreadable
from freehold.model.rule import Constraint, Probe, ProbeKind
from freehold.stores.counts import SqliteCounts

ROWS = 100
PROBES = (
    Probe(kind=ProbeKind.ROWS),
    Probe(kind=ProbeKind.NULLS, columns=("A",), types=("integer",)),
    Probe(kind=ProbeKind.INVALID, columns=("a",), types=("integer",), constraint=Constraint(minimum=0)),
    Probe(kind=ProbeKind.INVALID, columns=("text",), types=("string",), constraint=Constraint(pattern="[a-z]+")),
    Probe(kind=ProbeKind.SURPLUS, columns=("a",), types=("integer",)),
    Probe(kind=ProbeKind.NEWEST, columns=("at",), types=("timestamp",)),
)


Read = list[tuple[tuple[int, ...] | None, tuple[str, ...]]]
"""For each reading, the numbers of the row groups (None: all) and the columns."""


class Later:
    """A clock that is ahead, so that every file has settled."""

    def now(self) -> dt.datetime:
        return dt.datetime(2200, 1, 1, tzinfo=dt.UTC)

    def monotonic(self) -> float:
        return 0.0


class Sooner(Later):
    """A clock that is behind: every file changed a moment ago."""

    def now(self) -> dt.datetime:
        return dt.datetime(1970, 1, 2, tzinfo=dt.UTC)


def part(number: int, value: int | None = 1, text: str | None = None) -> pa.Table:
    first = number * ROWS
    values = [value, *range(first + 1, first + ROWS)]
    at = dt.datetime.fromisoformat(f"2020-01-0{1 + number}")
    columns = {
        "a": pa.array(values, pa.int64()),
        "text": [text or "abcdefg"[number]] * ROWS,
        "at": pa.array([at] * ROWS, pa.timestamp("us")),
    }
    return pa.table({**columns, "nested": [[1]] * ROWS})


def write(path: Path, *parts: pa.Table) -> None:
    """Write one row group for each part, over a file of the same name as writers do: to another one first."""
    made = path.with_suffix(".new")
    with pq.ParquetWriter(made, parts[0].schema) as writer:
        for item in parts:
            writer.write_table(item)
    made.rename(path)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Read:
    """Tell which row groups and columns are decoded; each row group is a part of its own here."""
    told: Read = []
    tasks = ParquetFiles.tasks

    def telling(self: ParquetFiles, groups: object) -> object:
        told.append((self._groups, tuple(sorted({name for group in groups for name in group}))))  # type: ignore[attr-defined]
        return tasks(self, groups)  # type: ignore[arg-type]

    monkeypatch.setattr(ParquetFiles, "tasks", telling)
    monkeypatch.setattr(groups, "PART_ROWS", ROWS)
    return told


def prober(path: Path, clock: Later | None = None) -> ColumnarProber:
    return ColumnarProber(memory=Memory(SqliteCounts(path.parent / "counts"), clock or Later()))


def counted(path: Path, clock: Later | None = None) -> tuple[float | None, ...]:
    found = prober(path, clock).count(path, PROBES)
    assert found == ColumnarProber().count(path, PROBES)
    return found


def test_a_file_that_grows_is_read_where_it_grew(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "orders.parquet"
    parts = [part(number) for number in range(4)]
    for known in (2, 3):
        write(path, *parts[:known])
        prober(path).count(path, PROBES)
    write(path, *parts)
    read.clear()
    prober(path).count(path, PROBES)
    assert read == [(None, ("a",)), ((3,), ("a", "at", "text"))]  # keys are held against all keys
    counted(path)


def test_a_part_that_was_rewritten_is_read_and_no_other(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "orders.parquet"
    parts = [part(number) for number in range(3)]
    for last in (part(2), part(2, None)):
        write(path, *parts[:2], last)
        prober(path).count(path, PROBES)
    write(path, parts[0], part(1, -5, "NO"), part(2, None))
    read.clear()
    assert counted(path)[:4] == (300.0, 1.0, 1.0, 100.0)
    assert [numbers for numbers, _ in read if numbers is not None] == [(1,)]


def test_one_byte_that_changes_behind_an_unchanged_footer_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    tables = [part(0), part(1)]
    for item in (tables, [*tables, part(2)]):
        made = path.with_suffix(".new")
        with pq.ParquetWriter(made, item[0].schema, compression="none", use_dictionary=False) as writer:
            for table in item:
                writer.write_table(table)
        made.rename(path)
        counted(path)
    content = path.read_bytes()
    at = content.index((101).to_bytes(8, "little"))
    path.write_bytes(content[:at] + (-101).to_bytes(8, "little", signed=True) + content[at + 8 :])
    assert counted(path)[2] == 1.0


def test_what_was_read_a_moment_after_a_change_is_not_remembered(tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    for number in (1, 2):
        write(path, *(part(at) for at in range(number)))
        counted(path)
    write(path, part(0), part(5))
    counted(path, Sooner())
    before = remembered(path)
    write(path, part(0), part(6))
    counted(path, Sooner())
    assert remembered(path) == before


def remembered(path: Path) -> int:
    with contextlib.closing(sqlite3.connect(path.parent / "counts")) as session:
        (number,) = session.execute("select count(*) from counts").fetchone()
    return number


def test_bytes_that_were_counted_are_known_wherever_they_stand(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "orders.parquet"
    for parts in ([part(0)], [part(0), part(1)]):
        write(path, *parts)
        prober(path).count(path, PROBES)
    write(path, part(1), part(0), part(1))
    read.clear()
    counted(path)
    assert [numbers for numbers, _ in read if numbers is not None] == []


def test_a_nested_column_is_counted_as_before(tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    asked = [Probe(kind=ProbeKind.NULLS, columns=("nested",), types=("nested",))]
    for number in (1, 2):
        write(path, *(part(at) for at in range(number)))
        assert prober(path).count(path, asked) == (0.0,)


def test_statistics_that_are_poisoned_by_nan_are_not_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "shares.parquet"
    asked = [Probe(kind=ProbeKind.INVALID, columns=("share",), types=("number",), constraint=Constraint(maximum=1.0))]
    for values in ([float("nan"), 0.5], [float("nan"), 7.0], [float("nan")]):
        os.replace(_written(tmp_path, values), path)  # noqa: PTH105
        assert prober(path).count(path, asked) == (float(7.0 in values),)


def _written(folder: Path, values: list[float]) -> Path:
    pq.write_table(pa.table({"share": values}), folder / "made.parquet")
    return folder / "made.parquet"


CHANGES: list[Callable[[list[pa.Table], int], list[pa.Table]]] = [
    lambda parts, at: [*parts, part(at, -1)],
    lambda parts, at: parts[at % len(parts) :] or parts,
    lambda parts, at: [*parts[: at % len(parts)], part(at, None, "X"), *parts[at % len(parts) :]],
    lambda parts, _at: list(reversed(parts)),
]


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(range(len(CHANGES))), st.integers(0, 5)), min_size=2, max_size=5))
def test_whatever_becomes_of_a_file_its_counts_are_those_of_a_scan(changes: list[tuple[int, int]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(groups, "PART_ROWS", ROWS)
        path, parts = Path(folder) / "orders.parquet", [part(0)]
        for change, at in changes:
            parts = CHANGES[change](parts, at)
            write(path, *parts)
            counted(path)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_file_damaged_since_it_was_counted_is_counted_or_refused_as_without_a_memory(data: st.DataObject) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.parquet"
        write(path, part(0), part(1))
        counted(path)
        content = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 3))):
            content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
        path.write_bytes(bytes(content))
        results: list[object] = []
        for one in (prober(path), ColumnarProber()):
            try:
                results.append(one.count(path, PROBES))
            except (SourceUnreadable, QueryInvalid, ParameterInvalid) as error:
                results.append(error.code)
        assert results[0] == results[1]
