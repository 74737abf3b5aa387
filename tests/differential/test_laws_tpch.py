"""Laws 4 and 8 on a benchmark divided over three homes: an answer is that of the union; the page says who gets none, and why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import tpch
from differential.compare import is_same, plain
from freehold.errors import FreeholdError
from regions import NORTH, US, WEST, Regions
from tpch_regions import CALLERS, PURPOSE, Caller, Data, regions_of

pytestmark = pytest.mark.long

PAGE = Path(__file__).parents[2] / "docs" / "federated-queries.md"
SCALE = 0.01
QUESTIONS = {**tpch.QUERIES, **{f"{number} in cells": text for number, text in tpch.CELLS.items()}}
SAME, LESS = "=", "= less what is withheld"
OBSTACLES = {
    "inside an aggregate only a column may stand": "sums a product or a CASE",
    "may not be used inside a correlated subquery": "EXISTS over what is only aggregated",
    "may not be asked for anew for each row": "EXISTS over what is only aggregated",
    "not rows": "needs rows",
    "not in rows": "needs rows",
    "could weigh single entities": "sums prices beside rows",
    "not grouped by": "groups by a price",
    "groups of": "asks for too many groups",
    "gives back a stored value": "asks for a stored value",
    "a subquery may not choose": "chooses rows by a subquery",
}
"""What is in the way, by what the refusal says."""


@pytest.fixture(scope="module")
def data() -> Data:
    return Data(SCALE)


@pytest.fixture(scope="module")
def regions(kit: Any, data: Data, tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool], Regions]:
    """Return what makes the homes, once for each of both rules about rows."""
    made: dict[bool, Regions] = {}

    def make(rows_cross: bool) -> Regions:
        if rows_cross not in made:
            made[rows_cross] = regions_of(kit, tmp_path_factory.mktemp("tpch"), data, rows_cross=rows_cross)
        return made[rows_cross]

    return make


def rows(table: pa.Table) -> list[tuple[Any, ...]]:
    return [tuple(map(plain, row)) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]


def is_equal(got: pa.Table, want: pa.Table) -> bool:
    """Return whether both have the same rows in the same order: numbers to a relative 1e-9, all else exactly."""
    ours, theirs = rows(got), rows(want)
    return len(ours) == len(theirs) and all(all(map(is_same, *pair)) for pair in zip(ours, theirs, strict=True))


def outcome(data: Data, regions: Regions, who: Any, caller: Caller, question: str) -> str:
    """Return what the page says of a question; an answer is held to that of one engine with the data of all."""
    number = question.partition(" ")[0]
    regions.forget()
    purpose = PURPOSE if caller.domain != "tpch" else None
    try:
        got, _ = regions.ask(tpch.question(QUESTIONS[question]), who, caller.region, purpose=purpose)
    except FreeholdError as refusal:
        said = next((words for part, words in OBSTACLES.items() if part in refusal.detail), refusal.detail)
        return f"{said}: `{refusal.facts.get('obstacle', refusal.code)}`, `{str(refusal.facts['product']).removeprefix('tpch.')}`"
    assert got.num_rows
    if is_equal(got, data.answer(number)):
        return SAME
    withheld = (*caller.guarded, *caller.priced)
    assert withheld, f"{question}: {rows(got)[:3]} is not {rows(data.answer(number))[:3]}"
    less = data.answer_less(number, withheld)
    assert is_equal(got, less), f"{question}: {rows(got)[:3]} is not {rows(less)[:3]}"
    return LESS


HEAD = "| query | " + " | ".join(caller.name for caller in CALLERS) + " |\n"


def told() -> dict[str, list[str]]:
    """Return the cells of the page's table by query."""
    lines = PAGE.read_text().split(HEAD, 1)[1].split("\n\n", 1)[0].splitlines()[1:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {name: rest for name, *rest in cells}


def tell(column: int, found: dict[str, str]) -> None:
    """Write one column of the page's table anew."""
    before, after = PAGE.read_text().split(HEAD, 1)
    rest = after.partition("\n\n")[2]
    table = {name: (told().get(name) or [""] * len(CALLERS)) for name in QUESTIONS}
    for name, words in found.items():
        table[name][column] = words
    lines = [f"| {name} | {' | '.join(cells)} |" for name, cells in table.items()]
    PAGE.write_text(f"{before}{HEAD}|{'---|' * (len(CALLERS) + 1)}\n" + "\n".join(lines) + f"\n\n{rest}")


@pytest.mark.parametrize("caller", CALLERS, ids=lambda caller: caller.name)
def test_tpch_over_three_homes_is_tpch_and_the_page_says_for_whom(
    kit: Any, data: Data, regions: Callable[[bool], Regions], caller: Caller, request: pytest.FixtureRequest
) -> None:
    who, column = kit.principal(caller.domain, caller.region, *caller.roles), CALLERS.index(caller)
    found = {name: outcome(data, regions(caller.rows_cross), who, caller, name) for name in QUESTIONS}
    if request.config.getoption("--regenerate"):
        tell(column, found)
    assert found == {name: cells[column] for name, cells in told().items()}


def test_a_home_is_asked_for_the_columns_that_are_used_and_no_others(kit: Any, regions: Callable[[bool], Regions]) -> None:
    caller = CALLERS[0]
    who = kit.principal(caller.domain, caller.region, *caller.roles)
    for number in ("6", "12"):
        asked = [fragment.sql for fragment in regions(True).plan(tpch.question(tpch.QUERIES[number]), who, WEST).fragments]
        assert len(asked) == 3
        assert not any("comment" in sql or "SELECT" in sql.removeprefix("SELECT") for sql in asked), asked


def test_an_or_over_several_relations_lets_no_rows_cross_that_it_rules_out(
    kit: Any, data: Data, regions: Callable[[bool], Regions]
) -> None:
    caller = CALLERS[0]
    who = kit.principal(caller.domain, caller.region, *caller.roles)
    got, metadata = regions(True).ask(tpch.question(tpch.QUERIES["19"]), who, caller.region)
    assert is_equal(got, data.answer("19"))
    lines = [part["rows"] for part in metadata["parts"] if part["products"] != ["tpch.part"]]
    assert 0 < sum(lines) < 0.1 * sum(data.tables[f"tpch.lineitem_{home}"].num_rows for home in tpch.HOMES)


def test_each_part_is_judged_by_its_own_terms_however_like_another_it_reads(kit: Any, regions: Callable[[bool], Regions]) -> None:
    caller = next(caller for caller in CALLERS if caller.guarded == ("us",))
    who = kit.principal(caller.domain, caller.region, *caller.roles)
    plan = regions(False).plan(tpch.question(tpch.CELLS["6"]), who, WEST)
    told = {fragment.region: (fragment.form.value, fragment.products) for fragment in plan.fragments}
    assert told == {
        WEST: ("rows", ("tpch.lineitem_west",)),
        NORTH: ("rows", ("tpch.lineitem_north",)),
        US: ("aggregate", ("tpch.lineitem_us",)),
    }
    assert all(fragment.sql.count(fragment.products[0].split(".")[1]) == 1 for fragment in plan.fragments)


def test_who_may_see_everything_gets_an_answer_to_every_query_at_any_node() -> None:
    assert {cell for cells in told().values() for cell in cells[:2]} == {SAME}
