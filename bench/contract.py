"""A contract check of one Parquet file of 12 columns, against one DuckDB SQL and against the contract testers.

Run: `python bench/contract.py [ROWS] [--alone]`, by default 10 M rows (about 300 MB). Checked: six required columns, a unique key,
types, allowed columns, a pattern on e-mail addresses, a range, and the newest time. Each run is a process of its own, with its peak
of memory. The seconds are of the work once all is imported; where it says `whole`, of what a user waits for, a process from start
to end: of Freehold the command `freehold test`. Each contract tester gets an environment of its own, made on the first run and kept
with the file in the user's cache folder; `--alone` leaves them out.

Targets: file ≤ 0.55× DuckDB in at most 400 MB, unchanged file ≥ 500× faster than a scan, table in memory ≥ 5× faster than
DuckDB, a file full of failures ≤ 2× one without; whole, datacontract-cli ≥ 10× slower, great_expectations ≥ 20×.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parent))

from freehold.engines.columnar.arrow import Array, RecordBatch, pa

pc: Any = pyarrow.compute

HERE = Path(__file__).parent
CACHE = Path.home() / ".cache" / "freehold-bench"
ROWS = 10_000_000
ROUNDS = 5
RIVAL_ROUNDS = 2
STEP = 1_000_000
RIVALS = {
    "soda-core": ("soda-duckdb==4.28.0",),
    "datacontract-cli": ("datacontract-cli[duckdb,parquet]==1.2.8",),
    "great_expectations": ("great_expectations==1.24.1", "pandas>=2,<4", "pyarrow"),
}
SCRIPTS = {"soda-core": "soda.py", "datacontract-cli": "datacontract_cli.py", "great_expectations": "expectations.py"}
TARGETS = {"soda-core": "", "datacontract-cli": "target >= 10x", "great_expectations": "target >= 20x"}
_FILLED = "required: true"
PROMISES = {
    "order_id": f"type: integer, {_FILLED}, unique: true",
    "customer_id": f"type: integer, {_FILLED}",
    "email": f'type: string, {_FILLED}, pattern: "[^@ ]+@[^@ ]+"',
    "status": f"type: string, {_FILLED}",
    "country": "type: string",
    "channel": "type: string",
    "amount": f"type: number, {_FILLED}, minimum: 0, maximum: 1000000",
    "quantity": "type: integer",
    "discount": "type: number",
    "order_date": "type: date",
    "updated_at": f"type: timestamp, {_FILLED}",
    "active": "type: boolean",
}
FRESHNESS = "  quality: [{metric: age, column: updated_at, mustBeLessThan: 36500 days}]"
SCHEMA = pa.schema(
    [
        ("order_id", pa.int64()),
        ("customer_id", pa.int64()),
        ("email", pa.string()),
        ("status", pa.string()),
        ("country", pa.string()),
        ("channel", pa.string()),
        ("amount", pa.float64()),
        ("quantity", pa.int32()),
        ("discount", pa.float64()),
        ("order_date", pa.date32()),
        ("updated_at", pa.timestamp("us")),
        ("active", pa.bool_()),
    ]
)


@dataclass(frozen=True, slots=True)
class Run:
    """One process: seconds of its work, seconds of all of it, its peak of memory in MB."""

    work: float
    whole: float
    peak: int


class Runs(list[Run]):
    """Several runs of one thing."""

    @property
    def peak(self) -> int:
        """The greatest peak of memory in MB."""
        return max(run.peak for run in self)

    def median(self, *, whole: bool = False) -> float:
        """The median of the seconds."""
        return statistics.median(run.whole if whole else run.work for run in self)


def main(rows: int, *, alone: bool) -> None:
    """Print one row for each comparison."""
    CACHE.mkdir(parents=True, exist_ok=True)
    good, bad, small = (CACHE / f"orders-{name}.parquet" for name in (rows, f"{rows}-bad", 100_000))
    for path, count, failing in ((good, rows, 0.0), (bad, rows, 0.1), (small, 100_000, 0.0)):
        if not path.exists():
            _make(path, count, failing)
    print(f"{rows:,} rows, {good.stat().st_size / 1e6:.0f} MB")
    ours, theirs = _alternate(["product", "duckdb"], good)
    _line("file: product, one DuckDB SQL", ours, theirs, "target <= 0.55, at most 400 MB")
    failing, passing = _alternate(["product", "product"], bad, good)
    _line("file: one row in ten fails, none fails", failing, passing, "target <= 2")
    again, first = _alternate(["unchanged", "product"], good)
    _line("file unchanged, file scanned", again, first, "target <= 0.002")
    if pq.read_metadata(good).num_row_groups > 3:
        again, first = _alternate(["grown", "product"], good)
        _line("file grown by its last row group, file scanned", again, first, "")
    ours, theirs = _alternate(["product in memory", "duckdb in memory"], good)
    _line("table in memory: product, DuckDB on Arrow", ours, theirs, "target <= 0.2")
    mesh = _mesh()
    _command(mesh, small)
    pairs = [(_command(mesh, small), _child("duckdb", small)) for _ in range(ROUNDS)]
    ours, theirs = (Runs(pair[side] for pair in pairs) for side in (0, 1))
    _line("100,000 rows, whole: freehold test, DuckDB", ours, theirs, "target at most 0.5 s on a quiet machine", whole=True)
    for name in () if alone else RIVALS:
        _rival(name, mesh, good)


def _rival(name: str, mesh: Path, path: Path) -> None:
    python = _environment(name)
    if python is None:
        print(f"{name:<52} cannot be installed here")
        return
    script = str(HERE / "contract_rivals" / SCRIPTS[name])
    try:
        sides = [
            (_child("product", path), _command(mesh, path), _run([str(python), script, str(path)])) for _ in range(RIVAL_ROUNDS)
        ]
    except RuntimeError as error:
        print(f"{name:<52} did not finish: {error}")
        return
    work, command, theirs = (Runs(side[at] for side in sides) for at in range(3))
    _line(f"file: product, {name}", work, theirs, f"{theirs.median() / work.median():.1f}x")
    times = theirs.median(whole=True) / command.median(whole=True)
    _line(f"file, whole: freehold test, {name}", command, theirs, f"{times:.1f}x; {TARGETS[name]}", whole=True)


def _mesh() -> Path:
    """Return the folder of a mesh that promises of the file what is checked."""
    folder = CACHE / "mesh"
    product = folder / "domains" / "sales" / "bench.yaml"
    product.parent.mkdir(parents=True, exist_ok=True)
    (folder / "mesh.yaml").write_text('mesh: {name: bench, nodes: [{name: we, region: westeurope, url: "http://127.0.0.1:1"}]}\n')
    columns = "\n".join(f"    - {{name: {name}, {promise}}}" for name, promise in PROMISES.items())
    product.write_text(f"dataProduct:\n  name: Bench\n  domain: Sales\n  schema:\n{columns}\n{FRESHNESS}\n")
    return folder


def _alternate(kinds: list[str], *paths: Path) -> tuple[Runs, Runs]:
    sides = Runs(), Runs()
    for _ in range(ROUNDS):
        for side, kind, path in zip(sides, kinds, (*paths, *paths)[:2], strict=True):
            side.append(_child(kind, path))
    return sides


def _child(kind: str, path: Path) -> Run:
    return _run([sys.executable, __file__, "--child", kind, str(path)])


def _command(mesh: Path, path: Path) -> Run:
    words = ["test", str(path), "--contract", "sales.bench", "--mesh", str(mesh), "--samples", "0"]
    return _run([sys.executable, "-m", "freehold", *words], told=False)


def _run(command: list[str], *, told: bool = True) -> Run:
    """Run a process, whose last line tells the seconds of its work where it does.

    Raises:
        RuntimeError: It fails.
    """
    done = subprocess.run([sys.executable, str(HERE / "launch.py"), *command], check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[:3]}: {(done.stderr + done.stdout)[-2000:]}")
    lines = done.stdout.strip().splitlines()
    seen = json.loads(lines[-1])
    return Run(json.loads(lines[-2])["work"] if told else seen["whole"], seen["whole"], seen["peak"])


def _environment(name: str) -> Path | None:
    """Return the Python of a rival's own environment, made where it is missing."""
    folder = CACHE / name
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        print(f"installing {name} …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        done = subprocess.run([str(python), "-m", "pip", "install", "-q", *RIVALS[name]], check=False)
        if done.returncode:
            return None
        (folder / "ready").touch()
    return python


def _line(what: str, ours: Runs, theirs: Runs, target: str, *, whole: bool = False) -> None:
    one, other = ours.median(whole=whole), theirs.median(whole=whole)
    print(
        f"{what:<46} {one:>9.4f} s {ours.peak:>5} MB {other:>9.3f} s {theirs.peak:>5} MB  ratio {one / other:7.4f}   {target}",
        flush=True,
    )


def _make(path: Path, rows: int, failing: float) -> None:
    """Write orders; a share of them breaks each rule of a value, and as many keys come twice."""
    rng = np.random.default_rng(5)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        with pq.ParquetWriter(file, SCHEMA) as writer:
            for start in range(0, rows, STEP):
                writer.write_batch(_orders(rng, start, min(STEP, rows - start), failing))
        Path(file.name).rename(path)


def _orders(rng: np.random.Generator, start: int, rows: int, failing: float) -> RecordBatch:
    ids = np.arange(start, start + rows)
    ids = np.where(rng.random(rows) < failing, start, ids)
    customers = rng.integers(0, 2_000_000, rows)
    bad = rng.random(rows) < failing
    hosts = np.where(bad, " nowhere", rng.choice(np.array(["@example.com", "@mail.example.org", "@shop.example.eu"]), rows))
    emails = pc.binary_join_element_wise("user", pa.array(customers).cast(pa.string()), pa.array(hosts), "")
    amounts = np.where(rng.random(rows) < failing, -1.0, np.round(rng.gamma(2, 40, rows), 2))
    absent = rng.random(rows) < failing
    columns = [
        pa.array(ids),
        pa.array(customers, mask=absent),
        emails,
        _pick(rng, rows, "new paid sent done"),
        _pick(rng, rows, "DE FR IT ES NL PL"),
        _pick(rng, rows, "web store"),
        pa.array(amounts),
        pa.array(rng.integers(1, 20, rows).astype(np.int32)),
        pa.array(np.round(rng.random(rows) * 0.3, 2)),
        pa.array(rng.integers(18_000, 20_000, rows).astype(np.int32)).cast(pa.date32()),
        pa.array(1_700_000_000_000_000 + rng.integers(0, 86_400 * 365 * 10**6, rows)).cast(pa.timestamp("us")),
        pa.array(rng.random(rows) < 0.5),
    ]
    return pa.record_batch(columns, schema=SCHEMA)


def _pick(rng: np.random.Generator, rows: int, words: str) -> Array:
    return pa.array(words.split()).take(pa.array(rng.integers(0, len(words.split()), rows)))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        import contract_child

        contract_child.main(sys.argv[2], sys.argv[3])
    else:
        sizes = [int(word) for word in sys.argv[1:] if not word.startswith("--")]
        main(sizes[0] if sizes else ROWS, alone="--alone" in sys.argv)
