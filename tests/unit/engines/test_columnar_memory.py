"""What was counted in a file is not counted again while the file is what it was."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from freehold.engines.columnar.memory import Found, Memory
from freehold.engines.columnar.prober import ColumnarProber
from freehold.errors import StoreFailed
from freehold.model.rule import Probe, ProbeKind
from freehold.stores.counts import SqliteCounts

ROWS = Probe(kind=ProbeKind.ROWS)
NULLS = Probe(kind=ProbeKind.NULLS, columns=("a",))
SURPLUS = Probe(kind=ProbeKind.SURPLUS, columns=("a",))
NEWEST = Probe(kind=ProbeKind.NEWEST, columns=("at",))


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


class Counting:
    """Counts, and tells what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[str, ...], tuple[Probe, ...]]] = []

    def __call__(self, paths: Sequence[str], probes: Sequence[Probe]) -> Found:
        self.asked.append((tuple(Path(path).name for path in paths), tuple(probes)))
        return dict.fromkeys(probes, float(len(paths))) | {NEWEST: None} if NEWEST in probes else dict.fromkeys(probes, 1.0)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    paths = [tmp_path / "1.parquet", tmp_path / "2.parquet"]
    for path in paths:
        path.write_bytes(b"1")
    return [str(path) for path in paths]


def test_a_file_that_did_not_change_is_not_read(files: list[str], tmp_path: Path) -> None:
    memory, counting = Memory(SqliteCounts(tmp_path / "counts"), Later()), Counting()
    first = memory.count(files[:1], [ROWS, SURPLUS, NEWEST], counting)
    again = Memory(SqliteCounts(tmp_path / "counts"), Later()).count(files[:1], [ROWS, SURPLUS, NEWEST], counting)
    assert first == again
    assert len(counting.asked) == 1
    memory.count(files[:1], [ROWS, NULLS], counting)
    assert counting.asked[-1] == (("1.parquet",), (NULLS,))


@pytest.mark.parametrize("what", ["content", "times put back", "replaced"])
def test_a_file_that_changed_is_read_again(files: list[str], tmp_path: Path, what: str) -> None:
    memory, counting = Memory(SqliteCounts(tmp_path / "counts"), Later()), Counting()
    memory.count(files[:1], [ROWS], counting)
    before = Path(files[0]).stat()
    if what == "replaced":
        Path(files[1]).replace(files[0])
    else:
        Path(files[0]).write_bytes(b"2")
    if what != "content":
        os.utime(files[0], ns=(before.st_atime_ns, before.st_mtime_ns))
    memory.count(files[:1], [ROWS], counting)
    assert len(counting.asked) == 2


def test_a_file_that_changed_a_moment_ago_is_not_remembered(files: list[str], tmp_path: Path) -> None:
    memory, counting = Memory(SqliteCounts(tmp_path / "counts"), Sooner()), Counting()
    memory.count(files[:1], [ROWS], counting)
    memory.count(files[:1], [ROWS], counting)
    assert len(counting.asked) == 2


def test_of_several_files_only_the_new_one_is_read_but_for_keys(files: list[str], tmp_path: Path) -> None:
    memory, counting = Memory(SqliteCounts(tmp_path / "counts"), Later()), Counting()
    memory.count(files[:1], [ROWS, NEWEST], counting)
    assert memory.count(files, [ROWS, NEWEST, SURPLUS], counting) == {ROWS: 2.0, NEWEST: None, SURPLUS: 1.0}
    assert counting.asked[1:] == [(("1.parquet", "2.parquet"), (SURPLUS,)), (("2.parquet",), (ROWS, NEWEST))]
    memory.count(files, [ROWS, NEWEST, SURPLUS], counting)
    assert len(counting.asked) == 3


def test_a_memory_that_is_broken_has_forgotten(files: list[str], tmp_path: Path) -> None:
    counts = SqliteCounts(tmp_path / "counts")
    counts.close()
    with pytest.raises(StoreFailed):
        counts.find("x")
    assert Memory(counts, Later()).count(files[:1], [ROWS], Counting()) == {ROWS: 1.0}


def test_the_oldest_counts_are_forgotten_first(tmp_path: Path) -> None:
    counts = SqliteCounts(tmp_path / "counts", most=3)
    for number in range(5):
        counts.keep("state", {str(number): float(number)})
    assert counts.find("state") == {"2": 2.0, "3": 3.0, "4": 4.0}


def test_a_prober_with_a_memory_counts_as_one_without(tmp_path: Path) -> None:
    for number in range(3):
        at = pa.array([number, None], pa.timestamp("s"))
        pq.write_table(pa.table({"a": [number, None], "b": [1, 1], "at": at}), tmp_path / f"{number}.parquet")
    asked = [ROWS, NULLS, SURPLUS, Probe(kind=ProbeKind.SURPLUS, columns=("b",)), NEWEST, NULLS]
    plain = ColumnarProber().count(tmp_path / "*.parquet", asked)
    remembering = ColumnarProber(memory=Memory(SqliteCounts(tmp_path / "counts"), Later()))
    assert plain == (6, 3, 0, 5, 2, 3)
    assert remembering.count(tmp_path / "*.parquet", asked) == plain
    assert remembering.count(tmp_path / "*.parquet", asked) == plain
