"""Law 8 on questions that others wrote: for an owner who sees everything, the gate gives the engine's own answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

SMALL_H, FULL_H, SMALL_DS = "CALL dbgen(sf=0.01)", "CALL dbgen(sf=1)", "CALL dsdgen(sf=0.01)"


@pytest.mark.parametrize("number", range(1, 23))
def test_tpch_through_the_gate_is_tpch(benchmark_of: Callable[..., Any], same: Callable[..., None], number: int) -> None:
    benchmark = benchmark_of("tpch", SMALL_H)
    same(benchmark, benchmark.questions[number])


@pytest.mark.parametrize("number", range(1, 100))
def test_tpcds_through_the_gate_is_tpcds(benchmark_of: Callable[..., Any], same: Callable[..., None], number: int) -> None:
    benchmark = benchmark_of("tpcds", SMALL_DS)
    same(benchmark, benchmark.questions[number])


@pytest.mark.long
@pytest.mark.parametrize("number", range(1, 23))
def test_tpch_of_a_gigabyte_through_the_gate_is_tpch(
    benchmark_of: Callable[..., Any], same: Callable[..., None], number: int
) -> None:
    benchmark = benchmark_of("tpch", FULL_H)
    same(benchmark, benchmark.questions[number])
