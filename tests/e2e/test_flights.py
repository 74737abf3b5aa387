"""The flights example from its README: files become products, are checked, applied, served, asked, refused and proved."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq
import pytest

import freehold
from freehold.errors import QueryRefused, RowsMayNotCross

pytestmark = pytest.mark.long

pc = pyarrow.compute
EXAMPLE = Path(__file__).parents[2] / "examples" / "flights"
README = (EXAMPLE / "README.md").read_text()
BIN = Path(sys.executable).parent
SERVE = "freehold up --dev &"
PURPOSE = "Timetable planning"


def steps() -> list[tuple[str, list[str]]]:
    """Return each command of the README and the lines that it says come back."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *said = part.rstrip("\n").split("\n")
            found.append((command, said))
    return found


def run(command: str, folder: Path) -> str:
    words = ["env", f"PATH={BIN}:/usr/bin:/bin", "sh", "-c", command]
    done = subprocess.run(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, check=False)
    return done.stdout


def assert_said(command: str, expected: list[str], out: str) -> None:
    lines = [" ".join(line.split()) for line in out.splitlines()]
    for line in expected:
        pattern = ".*".join(re.escape(" ".join(part.split())) for part in line.split("…"))
        assert any(re.fullmatch(pattern.replace(r"\ .*", r"\ ?.*"), said) for said in lines), f"$ {command}\n{out}"
    assert any(line.startswith("✗") for line in expected) == ("✗" in out), f"$ {command}\n{out}"


def serve(folder: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-m", "freehold", "up", "--dev", "--port", "0"], cwd=folder, stdout=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while not list((folder / ".freehold").glob("node-*.json")) and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.05)
    assert process.poll() is None
    return process


@pytest.fixture(scope="module")
def nyc(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    """The mesh after every command of the README, its node still up."""
    base = tmp_path_factory.mktemp("flights") / "flights"
    shutil.copytree(EXAMPLE, base)
    folder, process = base, None
    try:
        for command, expected in steps():
            if command.startswith("cd "):
                folder = folder / command.removeprefix("cd ")
            elif command == SERVE:
                process = serve(folder)
            else:
                assert_said(command, expected, run(command, folder))
        yield folder
    finally:
        if process is not None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


@pytest.fixture(scope="module")
def flights(nyc: Path) -> pa.Table:
    return pq.read_table(nyc / "data" / "flights.parquet")


def connect(nyc: Path, who: str, *options: str) -> freehold.client.Mesh:
    token = run(f"freehold token {who} {' '.join(options)}", nyc).strip()
    (announced,) = (nyc / ".freehold").glob("node-*.json")
    url = re.findall(r"http://127\.0\.0\.1:\d+", announced.read_text())[0]
    return freehold.connect(url, token=token, purpose=PURPOSE)


def test_the_consumer_gets_every_permitted_row_as_it_is(nyc: Path, flights: pa.Table) -> None:
    columns = ["carrier", "origin", "dest", "dep_delay", "arr_delay"]
    with connect(nyc, "app@planning") as mesh:
        found = mesh["operations.flights"].select(*columns).to_arrow()
    assert found.num_rows == 336_776
    order: Any = [(name, "ascending") for name in columns]
    assert found.sort_by(order).equals(flights.select(columns).sort_by(order))


def test_the_catalogue_shows_the_consumer_its_rights_and_no_more(nyc: Path) -> None:
    with connect(nyc, "app@planning") as mesh:
        rights = {column["name"]: column["right"] for column in mesh.product("operations.flights")["columns"]}
    assert "flight" not in rights
    assert rights["tailnum"] == "join"
    shown = {name for name, right in rights.items() if right == "read"}
    assert shown == {"year", "month", "day", "carrier", "origin", "dest", "dep_delay", "arr_delay", "distance", "time_hour"}


def test_an_aircraft_never_comes_out(nyc: Path) -> None:
    with connect(nyc, "app@planning") as mesh:
        for trick in ("select tailnum from operations.flights", "select max(tailnum) from operations.flights"):
            with pytest.raises(QueryRefused):
                mesh.query(trick)


def test_a_join_over_the_hidden_key_is_the_true_one(nyc: Path, flights: pa.Table) -> None:
    planes = pq.read_table(nyc / "data" / "planes.parquet")
    joined = flights.select(["tailnum", "distance"]).join(planes.select(["tailnum", "engines"]), "tailnum", join_type="inner")
    truth = joined.group_by("engines").aggregate([("distance", "sum"), ("tailnum", "count_distinct")]).to_pylist()
    expected = {row["engines"]: row["distance_sum"] for row in truth if row["tailnum_count_distinct"] >= 10}
    sql = (
        "select p.engines, sum(f.distance) as miles from operations.flights f "
        "join operations.planes p on f.tailnum = p.tailnum group by p.engines"
    )
    with connect(nyc, "app@planning") as mesh:
        found = {row["engines"]: int(row["miles"]) for row in mesh.query(sql).to_arrow().to_pylist()}
    assert 0 < len(found) < len(truth)
    assert found == expected


def test_across_the_border_only_groups_of_enough_aircraft_go(nyc: Path, flights: pa.Table) -> None:
    counts = flights.group_by("dest").aggregate([("tailnum", "count_distinct"), ("dest", "count")]).to_pylist()
    expected = {row["dest"]: row["dest_count"] for row in counts if row["tailnum_count_distinct"] >= 10}
    with connect(nyc, "app@planning", "--region", "eastus") as mesh:
        with pytest.raises(RowsMayNotCross):
            mesh.query("select dest from operations.flights")
        found = mesh.query("select dest, count(*) as flights from operations.flights group by dest").to_arrow().to_pylist()
    assert len(expected) < len(counts)
    assert {row["dest"]: row["flights"] for row in found} == expected


def test_the_owner_gets_what_the_file_holds(nyc: Path, flights: pa.Table) -> None:
    with connect(nyc, "ada@operations", "--role", "data-engineer") as mesh:
        found = mesh.query("select tailnum, sum(air_time) as minutes from operations.flights group by tailnum").to_arrow()
    assert found.num_rows == pc.count_distinct(flights["tailnum"], mode="all").as_py()
    assert int(pc.sum(found["minutes"]).as_py()) == pc.sum(flights["air_time"]).as_py()


def test_the_products_say_what_they_hold_and_how_good_it_is(nyc: Path) -> None:
    with connect(nyc, "app@planning") as mesh:
        (found,) = mesh.products(search="flights operations.flights")
        told = mesh.product("operations.flights")
    assert found["form"] == "rows"
    assert 90 < told["quality"]["measured"]["completeness"] < 100


def test_the_ledger_survives_the_node_and_verifies(nyc: Path, tmp_path: Path) -> None:
    copy = tmp_path / "ledger"
    shutil.copytree(nyc / ".freehold" / "ledger" / "nyc-westeurope", copy)
    assert "as they were signed" in run(f"freehold ledger verify --ledger {copy}", tmp_path)
    with (copy / "journal").open("r+b") as file:
        file.seek(500)
        old = file.read(1)
        file.seek(500)
        file.write(bytes([old[0] ^ 1]))
        os.fsync(file.fileno())
    assert "does not hold" in run(f"freehold ledger verify --ledger {copy}", tmp_path)
