"""Data in a container, read through the engine: the emulator holds it, the official client puts it there."""

from __future__ import annotations

import functools
import io
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from azurite import ACCOUNT, Account, started
from entra import CLIENT, SECRET, TENANT, serving
from freehold.engines.containers import place as containers
from freehold.engines.containers import service as services
from freehold.engines.containers.credentials import Bearer, Nobody, SharedKey
from freehold.engines.duckdb import DuckDBEngine
from freehold.errors import DataChanged, FreeholdError, SourceUnreadable, StorageRefused, StorageUnreachable, StoreFull
from freehold.model.policy import Form
from freehold.model.product import Source
from freehold.model.query import Barrier, EnforcedPlan, Limits
from freehold.ports.tokens import Token, TokenSource
from freehold.wiring.azure import open_tokens
from freehold.wiring.settings import AzureIdentity

ROWS = 40_000


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with started(tmp_path_factory.mktemp("account")) as found:
        yield found


@pytest.fixture
def engine(account: Account, tmp_path: Path) -> Iterator[DuckDBEngine]:
    account.writer("products")
    with closing(DuckDBEngine(account.place("products", tmp_path / "copies"))) as found:
        yield found


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the container for each question, as a node does a second later."""
    monkeypatch.setattr(containers, "FRESH", 0.0)
    monkeypatch.setattr(containers, "_WHOLE", 1 << 16)


@functools.cache
def sales(rows: int = ROWS, seed: int = 0) -> bytes:
    """Return a file with a column that nobody asks for, `secret`, whose bytes can be told."""
    numbers = (np.arange(rows) * 7919 + seed) % 1_000_003
    columns: dict[str, Any] = {
        "id": numbers,
        "amount": numbers / 100,
        "secret": [f"CANARY-{number:012d}" for number in (numbers * 31).tolist()],
        "note": [f"note {number}" if number % 3 else None for number in numbers.tolist()],
    }
    table = pa.table(columns)
    return written(table, row_group_size=rows // 4, compression="none", use_dictionary=False)


def written(table: pa.Table, **options: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


def total(content: bytes) -> int:
    return int(np.sum(pq.read_table(io.BytesIO(content), columns=["id"]).column("id").to_numpy()))


def put(account: Account, name: str, content: bytes, container: str = "products") -> None:
    account.writer(container).upload_blob(name, content, overwrite=True)


def ask(engine: DuckDBEngine, sql: str, source: Source, outputs: tuple[str, ...], *predicates: str, isolated: bool = False) -> Any:
    """Run a plan over one relation `v`; return its rows."""
    shown = tuple(f'"{name}" AS "{name}"' for name in outputs)
    barrier = Barrier(relation="v", product="p", source=source, outputs=shown, predicates=predicates)
    view = repr((source, outputs, predicates))
    plan = EnforcedPlan(sql=sql, barriers=(barrier,), view=view, digest=sql, form=Form.ROWS, isolated=isolated)
    execution = engine.run(plan, {}, Limits())
    try:
        return [tuple(row.values()) for batch in execution.batches() for row in batch.to_pylist()]
    finally:
        execution.close()


def held(folder: Path) -> bytes:
    """Return all that lies below a folder."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("isolated", [False, True])
def test_a_question_gets_the_answer_that_the_file_itself_would_give(account: Account, engine: DuckDBEngine, isolated: bool) -> None:
    put(account, "sales.parquet", sales())
    source = Source(path="sales.parquet")
    inspection = engine.inspect(source)
    assert (inspection.rows, [item.name for item in inspection.columns]) == (ROWS, ["id", "amount", "secret", "note"])
    table = pq.read_table(io.BytesIO(sales())).to_pydict()
    asked = 'SELECT count(*), sum("id"), count("note") FROM v'
    [(rows, added, noted)] = ask(engine, asked, source, ("id", "note"), '("id" >= 500000)', isolated=isolated)
    kept = [(i, note) for i, note in zip(table["id"], table["note"], strict=True) if i >= 500_000]
    assert (rows, int(added), noted) == (len(kept), sum(i for i, _ in kept), sum(note is not None for _, note in kept))


def test_columns_that_nobody_asks_for_never_leave_the_container(account: Account, engine: DuckDBEngine, tmp_path: Path) -> None:
    put(account, "narrow.parquet", sales())
    source = Source(path="narrow.parquet")
    engine.inspect(source)
    engine.entity_rows(source, "id")
    ask(engine, 'SELECT sum("amount") FROM v', source, ("amount", "note"))
    here = held(tmp_path / "copies")
    assert len(here) == len(sales())
    assert here.count(0) > len(sales()) // 3
    assert sales().count(b"CANARY-") > 100
    assert here.count(b"CANARY-") <= 2 * 4  # what the footer says of each row group: its least and greatest value


def test_copies_are_the_node_s_own_and_gone_with_it(account: Account, tmp_path: Path) -> None:
    put(account, "sales.parquet", sales())
    engine = DuckDBEngine(account.place("products", tmp_path / "copies"))
    ask(engine, 'SELECT sum("amount") FROM v', Source(path="sales.parquet"), ("amount",))
    files = [path for path in (tmp_path / "copies").rglob("*") if path.is_file()]
    assert len(files) == 2
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    engine.close()
    assert list((tmp_path / "copies").iterdir()) == []


def test_a_glob_finds_the_files_of_its_folder_over_several_pages(
    account: Account, engine: DuckDBEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "_PAGE", 3)
    for number in range(8):
        put(account, f"parts/2026/part-{number}.parquet", written(pa.table({"id": [number]})))
    put(account, "parts/2026/deeper/part-9.parquet", written(pa.table({"id": [1000]})))
    put(account, "parts-other/part-9.parquet", written(pa.table({"id": [1000]})))
    put(account, "parts/2026/readme.txt", b"no data")
    for pattern, wanted in (("parts/2026/*.parquet", 28), ("parts/*/part-[0-2].parquet", 3), ("parts/**/*.parquet", 1028)):
        [(found,)] = ask(engine, 'SELECT sum("id") FROM v', Source(path=pattern), ("id",))
        assert int(found) == wanted, pattern


@pytest.mark.parametrize(
    "name", ["a b/ö+ü.parquet", "50%25.parquet", "x#y?z&='.parquet", "日本/(1)~!@$.parquet", "a;b,c%2Fd.parquet"]
)
def test_a_blob_with_an_odd_name_is_read(account: Account, engine: DuckDBEngine, name: str) -> None:
    put(account, name, written(pa.table({"id": [42]})))
    source = Source(path="".join(f"[{letter}]" if letter in "*?" else letter for letter in name))
    assert ask(engine, 'SELECT "id" FROM v', source, ("id",)) == [(42,)]


def test_csv_is_read_and_so_are_one_row_and_none(account: Account, engine: DuckDBEngine) -> None:
    put(account, "people.csv", b"id,name\n1,Anna\n2,Bo\n")
    put(account, "one.parquet", written(pa.table({"id": [7]})))
    put(account, "none.parquet", written(pa.table({"id": pa.array([], pa.int64())})))
    assert ask(engine, 'SELECT count(*), min("name") FROM v', Source(path="people.csv", format="csv"), ("id", "name")) == [
        (2, "Anna")
    ]
    assert ask(engine, 'SELECT "id" FROM v', Source(path="one.parquet"), ("id",)) == [(7,)]
    assert ask(engine, 'SELECT count("id") FROM v', Source(path="none.parquet"), ("id",)) == [(0,)]


@pytest.mark.parametrize(
    "content", [b"", b"PAR1", b"\0" * 50, b"x" * 2_000_000, b"PAR1" + b"\xff" * 2_000_000 + b"\xff\xff\xff\x7fPAR1"]
)
def test_a_file_that_is_no_parquet_is_said_to_be_none(account: Account, engine: DuckDBEngine, content: bytes) -> None:
    put(account, "corrupt.parquet", content)
    with pytest.raises(SourceUnreadable):
        engine.inspect(Source(path="corrupt.parquet"))


def test_a_footer_that_lies_gives_an_error_and_no_answer(account: Account, engine: DuckDBEngine) -> None:
    whole = bytearray(sales())
    at = len(whole) // 4
    whole[at : at + 100_000] = bytes(100_000)
    put(account, "broken.parquet", bytes(whole))
    with pytest.raises(FreeholdError) as found:
        ask(
            engine,
            'SELECT sum("id"), sum("amount"), count("note"), max("secret") FROM v',
            Source(path="broken.parquet"),
            ("id", "amount", "note", "secret"),
        )
    assert "Invalid" not in found.value.detail


@pytest.mark.parametrize("path", ["missing.parquet", "missing/*.parquet", "/sales.parquet", "../sales.parquet", "a//b.parquet"])
def test_a_source_that_is_not_there_or_elsewhere_is_unreadable(account: Account, engine: DuckDBEngine, path: str) -> None:
    with pytest.raises(SourceUnreadable):
        engine.version(Source(path=path))


def test_data_that_was_replaced_is_another_version_with_other_answers(account: Account, engine: DuckDBEngine) -> None:
    source = Source(path="replaced.parquet")
    put(account, "replaced.parquet", sales(seed=1))
    before = engine.version(source), ask(engine, 'SELECT sum("id") FROM v', source, ("id",))
    put(account, "replaced.parquet", sales(seed=2))
    after = engine.version(source), ask(engine, 'SELECT sum("id") FROM v', source, ("id",))
    assert before[0] != after[0]
    assert before[1] != after[1]
    assert int(after[1][0][0]) == total(sales(seed=2))


def replacing(account: Account, monkeypatch: pytest.MonkeyPatch, name: str, *, always: bool) -> None:
    """Replace a blob between its listing and the reading of its first bytes, once or each time."""
    read, seeds = services.BlobService.read, iter(range(10, 100))

    def racing(self: Any, blob: Any, *arguments: Any) -> bytes:
        if blob.name == name and (seed := next(seeds, None)) is not None and (always or seed == 10):
            put(account, name, sales(20_000, seed))
        return read(self, blob, *arguments)

    monkeypatch.setattr(services.BlobService, "read", racing)


def test_a_change_between_planning_and_reading_is_read_anew_and_never_mixed(
    account: Account, engine: DuckDBEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(account, "racing.parquet", sales(seed=3))
    replacing(account, monkeypatch, "racing.parquet", always=False)
    [(rows, added)] = ask(engine, 'SELECT count(*), sum("id") FROM v', Source(path="racing.parquet"), ("id",))
    assert (rows, int(added)) == (20_000, total(sales(20_000, 10)))


def test_data_that_changes_all_the_time_is_an_error(
    account: Account, engine: DuckDBEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(account, "restless.parquet", sales(seed=3))
    replacing(account, monkeypatch, "restless.parquet", always=True)
    with pytest.raises(DataChanged):
        ask(engine, 'SELECT sum("id") FROM v', Source(path="restless.parquet"), ("id",))


def test_more_than_the_node_may_hold_is_refused_before_the_disk_is_full(account: Account, tmp_path: Path) -> None:
    put(account, "sales.parquet", sales())
    with closing(DuckDBEngine(account.place("products", tmp_path / "copies", most=300_000))) as engine:
        assert engine.inspect(Source(path="sales.parquet")).rows == ROWS
        with pytest.raises(StoreFull, match="more than 300,000 bytes"):
            ask(engine, 'SELECT max("secret") FROM v', Source(path="sales.parquet"), ("secret",))


def test_a_wrong_key_and_no_key_are_refused_without_a_word_of_storage(account: Account, tmp_path: Path) -> None:
    put(account, "sales.parquet", sales(10))
    wrong = SharedKey(ACCOUNT, "d3Jvbmcga2V5")
    for at, credential in enumerate((wrong, Nobody(ACCOUNT))):
        with (
            closing(account.place("products", tmp_path / str(at), credential=credential)) as place,
            pytest.raises(StorageRefused) as found,
        ):
            place.files(Source(path="sales.parquet"))
        assert "AuthenticationFailed" not in str(found.value)
        assert account.key not in f"{found.value} {found.value.remedy}"


def test_a_container_that_is_not_there_is_said_to_be_missing(account: Account, tmp_path: Path) -> None:
    with closing(account.place("nothing-here", tmp_path)) as place, pytest.raises(SourceUnreadable, match="no such container"):
        place.files(Source(path="sales.parquet"))


def test_an_account_that_dies_in_the_middle_gives_one_clean_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "account").mkdir()
    with started(tmp_path / "account") as account, closing(DuckDBEngine(account.place("products", tmp_path / "copies"))) as engine:
        put(account, "sales.parquet", sales())
        source = Source(path="sales.parquet")
        assert engine.inspect(source).rows == ROWS
        read = services.BlobService.read

        def dying(self: Any, *arguments: Any) -> bytes:
            account.kill()
            return read(self, *arguments)

        monkeypatch.setattr(services.BlobService, "read", dying)
        with pytest.raises(StorageUnreachable) as found:
            ask(engine, 'SELECT max("note") FROM v', source, ("note",))
        assert "127.0.0.1" not in f"{found.value} {found.value.remedy}"


def test_many_at_once_fetch_a_column_once_and_agree(
    account: Account, engine: DuckDBEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(account, "busy.parquet", sales())
    fetched: list[tuple[int, int]] = []
    read = services.BlobService.read

    def counting(self: Any, blob: Any, start: int, end: int, check: Callable[[], None]) -> bytes:
        fetched.append((start, end))
        return read(self, blob, start, end, check)

    monkeypatch.setattr(services.BlobService, "read", counting)
    answers: list[Any] = []
    names = ("id", "amount", "note")
    asked = [f'SELECT max("{name}") FROM v' for name in names] * 3
    source = Source(path="busy.parquet")

    def answer(sql: str) -> None:
        answers.append((sql, ask(engine, sql, source, names)))

    threads = [threading.Thread(target=answer, args=(sql,)) for sql in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(asked)
    assert len({(sql, str(rows)) for sql, rows in answers}) == len(names)
    assert len(fetched) == len(set(fetched))


class Elsewhere:
    """Tokens of another source, that are for another service."""

    def __init__(self, source: TokenSource) -> None:
        self._source = source

    def token(self, scope: str) -> Token:
        assert scope == "https://storage.azure.com/.default"
        return self._source.token("https://vault.azure.net/.default")


def test_tokens_of_an_identity_read_over_tls_and_those_for_others_do_not(tmp_path: Path) -> None:
    (tmp_path / "account").mkdir()
    with started(tmp_path / "account", tls=True) as account, serving(tmp_path) as entra:
        put(account, "sales.parquet", sales(1000))
        known = AzureIdentity(tenant=TENANT, client=CLIENT, secret=SECRET, sign_in=entra.sign_in)
        authority = tmp_path / "authority.pem"
        with (
            closing(open_tokens(authority, known)) as good,
            closing(open_tokens(authority, msgspec.structs.replace(known, secret="another"))) as wrong,
        ):
            for source, refusal in ((good, None), (Elsewhere(good), StorageRefused), (wrong, StorageRefused)):
                place = account.place("products", tmp_path / "copies", credential=Bearer(source))
                with closing(DuckDBEngine(place)) as engine:
                    if refusal is None:
                        assert engine.inspect(Source(path="sales.parquet")).rows == 1000
                    else:
                        with pytest.raises(refusal):
                            engine.inspect(Source(path="sales.parquet"))
        account.authority = None
        place = account.place("products", tmp_path / "copies")
        with closing(place), pytest.raises(StorageUnreachable, match="certificate"):
            place.files(Source(path="sales.parquet"))
