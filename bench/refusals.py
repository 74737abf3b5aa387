"""Whether time tells what words do not: pairs of questions whose difference a caller may not learn, asked in turn.

Run: `python bench/refusals.py [ROUNDS]`. Of each pair the row gives the medians and their ratio, which must be about 1: a hidden
column beside a missing one, a product that the caller may not read beside none, and a group that is withheld beside no such group.
The last is over 2 M rows. `shift` is by how much of the spread within one side (the distance between quartiles) the medians differ.
"""

from __future__ import annotations

import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import msgspec

sys.path.insert(0, str(Path(__file__).parent))

import house
from freehold.model.contract import Contract
from freehold.model.party import Principal
from freehold.model.query import Question
from freehold.services.gate import Gate

COLUMNS = {"id": "integer", "rev": "number", "cust": "integer", "segment": "integer"}
ROWS = 2_000_000
STRANGER = Principal(subject="bench", issuer="https://issuer.example", domain="elsewhere", region="westeurope")
GROUPS = "select {key} as k, sum(rev) as s from customer.facts where id <> {n} group by {key}"


def main(rounds: int = 200) -> None:
    """Print a row for each pair."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        duckdb.sql(
            "copy (select i as id, (i % 97 + 1)::double as rev, hash(i) % 50000 as cust, hash(i) % 50000 % 20 as segment "
            f"from range({ROWS}) t(i)) to '{folder / 'facts.parquet'}' (format parquet)"
        )
        contract = Contract(consumer="Sales", purpose="Bench", fields=("id", "segment"), aggregate_fields=("rev",))
        facts = house.product("Facts", "facts.parquet", COLUMNS, ())
        facts = msgspec.structs.replace(facts, entity_key="cust", contracts=(contract,))
        secret = msgspec.structs.replace(house.product("Secret", "facts.parquet", COLUMNS, ()), contracts=())
        gate, _ = house.gate(folder, [facts, secret])
        numbers = itertools.count(-1, -1)

        def ask(sql: str, who: Principal = house.CALLER) -> Callable[[], None]:
            def run() -> None:
                text = sql.replace("{n}", str(next(numbers)))
                reply = gate.ask(Question(principal=who, sql=text, purpose="Bench"))
                reply.leaf.result()

            return run

        pairs = {
            "hidden column, missing column": (
                ask("select cust, {n} from customer.facts"),
                ask("select none, {n} from customer.facts"),
            ),
            "hidden in a filter, missing there": (
                ask("select segment from customer.facts where cust = {n}"),
                ask("select segment from customer.facts where none = {n}"),
            ),
            "product to an outsider, missing one": (
                ask("select id, {n} from customer.facts", STRANGER),
                ask("select id, {n} from customer.there", STRANGER),
            ),
            "no contract, missing product": (
                ask("select id, {n} from customer.secret"),
                ask("select id, {n} from customer.nobody"),
            ),
        }
        for what, (one, other) in pairs.items():
            print(_line(what, *_times(one, other, rounds)), flush=True)
        other_gate, _ = house.gate(folder, [facts, secret])  # which was not told of the groups that the first one was
        few, none = (GROUPS.replace("{key}", f"case when id < {most} then 99 else segment end") for most in (9, 0))
        print(
            _line("a group withheld, no such group", *_times(_answer(gate, few), _answer(other_gate, none), max(5, rounds // 20)))
        )


def _answer(gate: Gate, sql: str) -> Callable[[], None]:
    numbers = itertools.count(-1, -1)

    def run() -> None:
        question = Question(principal=house.CALLER, sql=sql.replace("{n}", str(next(numbers))), purpose="Bench")
        _, answer = gate.ask(question).release()
        assert answer.table is not None
        assert answer.table.num_rows == 20

    return run


def _times(one: Callable[[], None], other: Callable[[], None], rounds: int) -> tuple[list[float], list[float]]:
    """Return how long each took, in turn, in seconds; the order within a round changes, so that neither is always first."""
    sides: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 2):
        order = ((0, one), (1, other)) if number % 2 else ((1, other), (0, one))
        for side, run in order:
            start = time.perf_counter()
            run()
            if number > 1:
                sides[side].append(time.perf_counter() - start)
    return sides


def _line(what: str, one: list[float], other: list[float]) -> str:
    middles = [statistics.median(side) * 1e3 for side in (one, other)]
    low, _, high = statistics.quantiles(other, n=4)
    shift = abs(middles[0] - middles[1]) / ((high - low) * 1e3)
    return f"{what:<40} {middles[0]:>9.3f} ms {middles[1]:>9.3f} ms  ratio {middles[0] / middles[1]:6.3f}  shift {shift:5.2f}"


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
