"""Law: however a table is laid out and read, a probe counts what the reference counts row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.engines.columnar.arrow import Array, Table, pa
from freehold.engines.columnar.prober import ColumnarProber
from freehold.model.rule import Probe, ProbeKind
from generated.columns import KINDS, arrow, probes
from spec.probes import Row, count, is_absent, is_counted

PROBER = ColumnarProber(threads=2)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Table, Sequence[Row], list[Probe]]:
    """Return a table in some layout, its rows, and probes of its columns."""
    names = draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=3))
    size = draw(st.integers(0, 12))
    rows: list[dict[str, Any]] = [{} for _ in range(size)]
    columns: dict[str, Array] = {}
    asked = [Probe(kind=ProbeKind.ROWS)]
    for place, name in enumerate(names):
        kind, label = KINDS[name], f"c{place}"
        values = draw(
            st.lists(st.none() | kind.values, min_size=size, max_size=size) | st.lists(kind.values, min_size=size, max_size=size)
        )
        for row, value in zip(rows, values, strict=True):
            row[label] = value
        columns[label] = draw(layouts(arrow(kind, values)))
        asked += draw(st.lists(probes(label, kind), min_size=1, max_size=4))
    if len(names) > 1:
        asked.append(Probe(kind=ProbeKind.SURPLUS, columns=tuple(columns)))
    return pa.table(columns), rows, asked


@st.composite
def layouts(draw: st.DrawFn, array: Array) -> Array:
    """Return the same values whole, sliced out of more, in chunks, or as places in a dictionary."""
    if draw(st.booleans()):
        array = pa.concat_arrays([array, array]).slice(len(array)) if not pa.types.is_null(array.type) else array
    if array.type not in {pa.string_view(), pa.null(), pa.float16()} and draw(st.booleans()):
        array = array.dictionary_encode()
    cut = draw(st.integers(0, len(array)))
    return pa.chunked_array([array.slice(0, cut), array.slice(cut)], array.type)


@given(tables())
@settings(max_examples=300)
def test_every_layout_in_memory_counts_as_the_reference(world: tuple[Table, Sequence[Row], list[Probe]]) -> None:
    table, rows, asked = world
    assert PROBER.count(table, asked) == tuple(count(probe, rows) for probe in asked)
    assert PROBER.count(table.to_reader(max_chunksize=3), asked) == tuple(count(probe, rows) for probe in asked)


@given(tables(), st.data())
@settings(max_examples=200)
def test_every_parquet_file_counts_as_the_reference(
    tmp_path_factory: pytest.TempPathFactory, world: tuple[Table, Sequence[Row], list[Probe]], data: st.DataObject
) -> None:
    table, rows, asked = world
    table = _that_parquet_holds(table)
    folder = tmp_path_factory.mktemp("files")
    files = data.draw(st.integers(1, 2))
    cut = data.draw(st.integers(0, table.num_rows)) if files == 2 else 0
    with_schema = data.draw(st.booleans())
    for number, piece in enumerate((table.slice(cut), table.slice(0, cut))[:files]):
        pq.write_table(
            piece,
            folder / f"part-{1 - number}.parquet",
            row_group_size=data.draw(st.integers(1, 20)),
            use_dictionary=data.draw(st.booleans()),
            data_page_version=data.draw(st.sampled_from(["1.0", "2.0"])),
            data_page_size=data.draw(st.sampled_from([1, 1024])),
            store_schema=with_schema,
        )
    expected = tuple(count(probe, rows) for probe in asked)
    assert PROBER.count(folder / "*.parquet", asked) == expected


def _that_parquet_holds(table: Table) -> Table:
    """Parquet has no seconds, and spells a type or two in another way: the values stay."""
    for place, field in enumerate(table.schema):
        if field.type == pa.string_view():
            table = table.set_column(place, field.name, table.column(place).cast(pa.string()))
        elif isinstance(field.type, pa.DictionaryType) and not pa.types.is_string(field.type.value_type):
            encoded: list[Any] = table.column(place).chunks
            chunks = [chunk.dictionary_decode() for chunk in encoded]
            table = table.set_column(place, field.name, pa.chunked_array(chunks, field.type.value_type))
    return table


@given(tables(), st.integers(1, 5), st.data())
@settings(max_examples=200)
def test_samples_are_rows_that_the_reference_counts(
    world: tuple[Table, Sequence[Row], list[Probe]], limit: int, data: st.DataObject
) -> None:
    table, rows, asked = world
    rowed = table.append_column("row", pa.array(range(len(rows)), pa.int64()))
    probe = data.draw(st.sampled_from(asked))
    found = PROBER.samples(rowed, probe, limit)
    assert found.schema == rowed.schema
    places: list[Any] = found.column("row").to_pylist()
    if probe.kind in {ProbeKind.ROWS, ProbeKind.NEWEST}:
        expected: list[int] = []
    elif probe.kind is ProbeKind.SURPLUS:
        keys = [tuple(row[name] for name in probe.columns) for row in rows]
        expected = [place for place, key in enumerate(keys) if keys.count(key) > 1 and not any(map(is_absent, key))]
    else:
        expected = [place for place, row in enumerate(rows) if is_counted(probe, row)]
    assert set(places) <= set(expected)
    assert places == sorted(places)
    assert len(places) == min(limit, len(expected))
    if probe.kind is not ProbeKind.SURPLUS:
        assert places == expected[:limit]
