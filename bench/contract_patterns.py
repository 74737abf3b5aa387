"""What patterns of a shape cost by the bytes of all texts, and by RE2; and blocks of several sizes, with one thread and with two.

Run: `python bench/contract_patterns.py`. Nanoseconds of one core for each text, and milliseconds by the clock for two million
e-mail addresses; both sides in turn, the medians of five. The figures stand in decision 18; they have no target of their own.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from freehold.engines.columnar import pattern as kernel
from freehold.engines.columnar.arrow import Array, of_texts, pa
from freehold.engines.columnar.pattern import Pattern
from freehold.engines.columnar.prober import ColumnarProber
from freehold.model.rule import Constraint, Probe, ProbeKind

TEXTS = 2_000_000
ROUNDS = 5
MAIL = "[^@ ]+@[^@ ]+"
SHAPES: dict[str, tuple[str, Callable[[int], str]]] = {
    "country": ("[A-Z]{2}", lambda n: ("DE", "FR", "IT")[n % 3]),
    "date": (r"\d{4}-\d{2}-\d{2}", lambda n: f"20{n % 30:02}-{n % 12 + 1:02}-{n % 28 + 1:02}"),
    "UUID": ("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", lambda n: f"{n:08x}-0f1e-4d2c-8b3a-{n * 7919:012x}"),
    "word": ("[a-z0-9]+", lambda n: f"item{n}"),
    "order": ("O-[0-9]+", lambda n: f"O-{n}"),
    "e-mail": (MAIL, lambda n: f"user{n}@mail.example.org"),
    "price": (r"\d+\.\d{2}", lambda n: f"{n % 10_000}.{n % 100:02}"),
    "IPv4": (r"\d{1,3}(\.\d{1,3}){3}", lambda n: f"10.{n % 256}.{n // 256 % 256}.{n % 200}"),
}


def main() -> None:
    """Print one line for each pattern, and one for each size of block."""
    pa.set_cpu_count(1)
    for name, (pattern, write) in SHAPES.items():
        ours, re2 = _compared(pattern, of_texts([write(n) for n in range(TEXTS)]))
        print(f"{name:<10} RE2 {re2 / TEXTS * 1e9:5.0f} ns   bytes {ours / TEXTS * 1e9:5.0f} ns   {re2 / ours:4.1f}x", flush=True)
    mails = of_texts([SHAPES["e-mail"][1](n) for n in range(TEXTS)])
    for size in (18, 20, 22):
        kernel.BLOCK = 1 << size  # pyright: ignore[reportConstantRedefinition]
        one, two = (statistics.median(_clocked(mails, threads) for _ in range(ROUNDS)) for threads in (1, 2))
        print(f"blocks of {1 << size - 10:>5,} KiB   one thread {one * 1e3:4.0f} ms   two {two * 1e3:4.0f} ms", flush=True)


def _compared(pattern: str, texts: Array) -> tuple[float, float]:
    """Return the seconds that all texts take by their bytes, and by RE2."""
    matcher = Pattern(pattern)
    by_lines = matcher._by_lines  # pyright: ignore[reportPrivateUsage]
    parts = [texts.slice(start, 1 << 17) for start in range(0, TEXTS, 1 << 17)]
    return _alternate(lambda: [matcher.failing(part) for part in parts], lambda: [by_lines(part) for part in parts])


def _alternate(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    took: tuple[list[float], list[float]] = [], []
    for _ in range(ROUNDS):
        for side, work in zip(took, (one, other), strict=True):
            start = time.process_time()
            work()
            side.append(time.process_time() - start)
    return statistics.median(took[0]), statistics.median(took[1])


def _clocked(mails: Array, threads: int) -> float:
    prober, table = ColumnarProber(threads=threads), pa.table({"mail": mails})
    probe = Probe(kind=ProbeKind.INVALID, columns=("mail",), types=("string",), constraint=Constraint(pattern=MAIL))
    start = time.perf_counter()
    prober.count(table, [probe])
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
