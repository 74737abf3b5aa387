"""A product in a container, asked through the gate, beside pyarrow's file system for Azure under a bare DuckDB.

Both read one emulated account on this machine. Warm, the node has the columns on its disk; cold, it fetches them: each round a new
version of the file is put there, and both sides read that one. No question is asked twice: the gate keeps small answers.
"""

from __future__ import annotations

import io
import itertools
import os
import sys
import tempfile
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.fs as fs
import pyarrow.parquet as pq

from azurite import ACCOUNT, Account, started
from freehold.engines.place import unhurried
from freehold.model.query import Question
from house import CALLER, gate, product
from pairing import line, pair

ROWS = 1_000_000
COLUMNS = 8
BLOBS = 1_000
ASKED = "SELECT count(*) AS n, sum(c3) AS total FROM {} WHERE c3 > {}"


def content(seed: int) -> bytes:
    """Return a file of whole numbers."""
    made = np.random.default_rng(seed)
    out = io.BytesIO()
    columns: dict[str, Any] = {f"c{at}": made.integers(0, 1000, ROWS) for at in range(COLUMNS)}
    pq.write_table(pa.table(columns), out, row_group_size=122_880)
    return out.getvalue()


def _options(account: Account) -> dict[str, Any]:
    """Return how pyarrow reaches the account."""
    host = account.endpoint.partition("://")[2].partition("/")[0]
    return {
        "blob_storage_authority": host, "dfs_storage_authority": host, "blob_storage_scheme": "http", "dfs_storage_scheme": "http"
    }  # fmt: skip


def bare(account: Account, least: int) -> int:
    """Ask DuckDB over the container by pyarrow alone."""
    files = fs.AzureFileSystem(account_name=ACCOUNT, account_key=account.key, **_options(account))
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.register("sales", ds.dataset("products/sales.parquet", filesystem=files, format="parquet"))
        return int(connection.execute(ASKED.format("sales", least)).to_arrow_table().column("total")[0].as_py())


def main() -> None:
    """Print both pairs, and hold them to the same answers."""
    with tempfile.TemporaryDirectory() as folder, started(Path(folder)) as account:
        blob = account.writer("products")
        blob.upload_blob("sales.parquet", content(0))
        columns = {f"c{at}": "integer" for at in range(COLUMNS)}
        place: Any = account.place("products", Path(folder) / "copies")
        with closing(place):
            ours, _ = gate(place, [product("Sales", "sales.parquet", columns, tuple(columns))])

            def ask(least: int) -> int:
                sql = ASKED.format("customer.sales", least)
                answer = ours.ask(Question(principal=CALLER, sql=sql, purpose="Bench")).release()[1]
                try:
                    return int(next(iter(answer.batches())).to_pylist()[0]["total"])
                finally:
                    answer.close()

            assert ask(500) == bare(account, 500)
            left, right = itertools.count(), itertools.count()
            found = pair(lambda: ask(next(left)), lambda: bare(account, next(right)), rounds=15)
            print(line("product in a container, warm, gate / pyarrow alone", found, unit="ms", scale=1e3, target="≤ 1"))
            sides: tuple[list[float], list[float]] = ([], [])
            for number in range(1, 8):
                blob.upload_blob("sales.parquet", content(number), overwrite=True)
                place._found.clear()  # as a second later
                answers = set[int]()
                for side, run in zip(sides, (ask, partial(bare, account)), strict=True):
                    start = time.perf_counter()
                    answers.add(run(600 + number))
                    side.append(time.perf_counter() - start)
                assert len(answers) == 1, answers
            ours_cold, theirs_cold = (sorted(side)[len(side) // 2] for side in sides)
            ratio = ours_cold / theirs_cold
            print(f"the same, of a new version each time: {ours_cold * 1e3:.1f} ms, {theirs_cold * 1e3:.1f} ms, ratio {ratio:.3f}")
        _list(account)
    sys.stdout.flush()
    os._exit(0)  # the emulator is ended; nothing else is waited for


def _list(account: Account) -> None:
    """Print what a list of many blobs takes of this process's own time, beside pyarrow's."""
    blob = account.writer("many")
    for number in range(BLOBS):
        blob.upload_blob(f"folder/{number:05}.parquet", b"x")
    files = fs.AzureFileSystem(account_name=ACCOUNT, account_key=account.key, **_options(account))
    with closing(account.service("many")) as service:
        found = pair(
            lambda: len(list(service.blobs("folder/", unhurried))),
            lambda: len(files.get_file_info(fs.FileSelector("many/folder", recursive=True))),
            rounds=5,
            clock=time.process_time,
        )
    what = f"each of {BLOBS:,} blobs listed, processor time, node / pyarrow"
    print(line(what, found, unit="us", scale=1e6 / BLOBS, target="none"))


if __name__ == "__main__":
    main()
