"""What a container's parts do by themselves: listings, what is fetched of a file, copies on disk, globs, answers that are none."""

from __future__ import annotations

import logging
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from azurite import certified
from freehold.engines.containers import connection
from freehold.engines.containers import copies as kept
from freehold.engines.containers import service as answers
from freehold.engines.containers.copies import Copies
from freehold.engines.containers.credentials import SCOPE, Bearer, Credential, SharedKey
from freehold.engines.containers.layout import footer, merged, needed, without
from freehold.engines.containers.listing import Blob
from freehold.engines.containers.place import fixed_folders, glob_pattern
from freehold.engines.containers.service import BlobService, checked_endpoint
from freehold.engines.place import asked_of, unhurried, within
from freehold.errors import (
    DataChanged,
    FreeholdError,
    QueryCancelled,
    SettingInvalid,
    SourceUnreadable,
    StorageRefused,
    StorageUnreachable,
    TimeExceeded,
)
from freehold.model.container import read_container
from freehold.ports.engine import Stop
from freehold.ports.tokens import Token
from freehold.wiring.clock import SystemClock
from freehold.wiring.settings import Settings, StorageAccess, read_storage
from freehold.wiring.storage import open_service

BLOB = Blob(name="sales.parquet", etag="0x1", size=10, modified=0.0)
ENTRY = (
    "<Blob><Name{mark}>{name}</Name><Properties><Last-Modified>Sun, 29 Nov 2026 02:00:00 GMT</Last-Modified>"
    '<Etag>"0x1"</Etag><Content-Length>10</Content-Length><BlobType>BlockBlob</BlobType></Properties>{meta}</Blob>'
)


def page(*entries: str, marker: str = "", doctype: str = "") -> bytes:
    listed = "".join(entries)
    held = f"<Blobs>{listed}</Blobs><NextMarker>{marker}</NextMarker>"
    named = 'ServiceEndpoint="http://127.0.0.1/" ContainerName="products"'
    return f"<?xml version='1.0'?>{doctype}<EnumerationResults {named}>{held}</EnumerationResults>".encode()


def entry(name: str, mark: str = "", meta: str = "") -> str:
    return ENTRY.format(name=name, mark=mark, meta=meta)


RANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: (min(pair), max(pair))), max_size=8)


@given(RANGES, RANGES)
def test_ranges_are_taken_away_byte_by_byte(some: list[tuple[int, int]], others: list[tuple[int, int]]) -> None:
    def bytes_of(ranges: list[tuple[int, int]]) -> set[int]:
        return {at for start, end in ranges for at in range(start, end)}

    assert bytes_of(without(merged(some), merged(others))) == bytes_of(some) - bytes_of(others)
    assert bytes_of(merged(some)) == bytes_of(some)


@pytest.fixture(scope="module")
def table() -> pa.Table:
    columns: dict[str, Any] = {f"c{at}": [(at * 31 + row * 7) % 97 for row in range(5_000)] for at in range(4)}
    columns["list"] = [[row, row + 1] for row in range(5_000)]
    columns["a.b"] = [f"text {row % 11}" for row in range(5_000)]
    return pa.table(columns)


@pytest.mark.parametrize("options", [{}, {"use_dictionary": False, "compression": "none"}, {"write_page_index": True}])
@pytest.mark.parametrize("wanted", [(), ("c0",), ("c1", "list"), ("a.b",), ("c0", "c1", "c2", "c3")])
def test_what_is_fetched_answers_as_the_whole_file_and_what_is_not_is_an_error(
    table: pa.Table, tmp_path: Path, wanted: tuple[str, ...], options: dict[str, Any]
) -> None:
    whole, sparse = tmp_path / "whole.parquet", tmp_path / "sparse.parquet"
    pq.write_table(table, whole, row_group_size=1_000, **options)
    content = whole.read_bytes()
    foot = footer(len(content), content[-64:])
    assert foot is not None
    held = bytearray(len(content))
    sparse.write_bytes(held)
    held[slice(*foot)] = content[slice(*foot)]
    sparse.write_bytes(held)
    for start, end in needed(str(sparse), len(content), lambda name: any(item.startswith(name) for item in wanted)):
        held[start:end] = content[start:end]
    sparse.write_bytes(held)
    with duckdb.connect() as connection:
        assert connection.execute(f"SELECT count(*) FROM '{sparse}'").fetchall() == [(5_000,)]
        for name in table.column_names:
            asked = f"SELECT \"{name}\" FROM '{{}}'"
            if name in wanted:
                assert connection.execute(asked.format(sparse)).fetchall() == connection.execute(asked.format(whole)).fetchall()
            else:
                with pytest.raises(duckdb.Error):
                    connection.execute(asked.format(sparse)).fetchall()


def test_a_footer_that_is_none_is_found_out(tmp_path: Path) -> None:
    assert footer(100, b"PARE") is None
    assert footer(20, b"\xff\xff\xff\x7fPAR1") is None
    assert footer(20, b"PAR1") is None
    path = tmp_path / "x.parquet"
    path.write_bytes(b"PAR1" + b"x" * 40 + b"\x14\0\0\0PAR1")
    with pytest.raises(SourceUnreadable):
        needed(str(path), 52, lambda _: True)


def test_what_a_question_names_is_wanted_and_what_it_does_not_is_not() -> None:
    outputs = ('"id" AS "id"', 'sha256("E-Mail") AS "mail"', '"pay""roll" AS "payroll"', '"other" AS "other"')
    wanted = asked_of(outputs, ("(\"Region\" = 'x')",), 'SELECT "v"."mail", "v"."PAYROLL" FROM "v"')
    names = ("id", "E-Mail", 'pay"roll', "other", "region", "x")
    assert [name for name in names if wanted(name)] == ["E-Mail", 'pay"roll', "region", "x"]
    assert asked_of(outputs, (), 'SELECT * FROM "v"')("other")


def test_whoever_has_no_time_or_no_wish_left_waits_no_more() -> None:
    stop = Stop()
    check = within(100, stop)
    check()
    stop.wish()
    with pytest.raises(QueryCancelled):
        check()
    with pytest.raises(TimeExceeded):
        within(-1, None)()


def test_copies_are_private_bounded_and_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copies = Copies(tmp_path, most=100)
    copy = copies.of("a", "c", BLOB)
    copies.write(copy, 5, b"xyz")
    assert Path(copy.path).read_bytes() == bytes(5) + b"xyz" + bytes(2)
    assert Path(copy.path).stat().st_mode & 0o777 == 0o600
    assert copy.missing([(0, 10)]) == [(0, 5), (8, 10)]
    big = copies.of("a", "c", Blob("big", "0x2", 98, 0.0))
    with pytest.raises(FreeholdError, match="more than 100 bytes"):
        copies.write(big, 0, bytes(98))
    monkeypatch.setattr(kept, "_IDLE", -1.0)  # nobody can be reading any more
    copies.write(big, 0, bytes(98))
    assert not Path(copy.path).exists()
    copies.replace([big])
    copies.of("a", "c", BLOB)
    assert not Path(big.path).exists()
    copies.close()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_removed_and_a_living_one_s_is_not(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "from freehold.engines.containers.copies import Copies\n"
        "from freehold.engines.containers.listing import Blob\n"
        "copies = Copies(pathlib.Path(sys.argv[1]), most=100)\n"
        "copies.write(copies.of('a', 'c', Blob('n', 'e', 3, 0.0)), 0, b'abc')\n"
        "print('ready', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"ready\n"
        with closing(Copies(tmp_path, most=100)) as copies:
            copies.of("a", "c", BLOB)
            assert len(list(tmp_path.glob("*.lock"))) == 2
        other.kill()
    with closing(Copies(tmp_path, most=100)) as copies:
        copies.of("a", "c", BLOB)
        assert len(list(tmp_path.glob("*.lock"))) == 1


NAMES = "a.parquet b.csv x/a.parquet x/y/a.parquet x/y/[1].parquet x/.hidden.parquet xy/a.parquet x/ab.parquet".split()
GLOBS = "*.parquet x/*.parquet x/**/*.parquet **/a.parquet x/?.parquet x/[ab]*.parquet x/[!a]*.parquet x/*/[[]1].parquet".split()


@pytest.mark.parametrize("pattern", GLOBS)
def test_a_glob_means_in_a_container_what_it_means_in_a_folder(tmp_path: Path, pattern: str) -> None:
    for name in NAMES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    in_folder = {path.relative_to(tmp_path).as_posix() for path in tmp_path.glob(pattern) if path.is_file()}
    parts = pattern.split("/")
    assert {
        name for name in NAMES if name.startswith(fixed_folders(parts)) and glob_pattern(tuple(parts)).fullmatch(name)
    } == in_folder


BAD_ADDRESSES = (
    "https://contosoeu.blob.core.windows.net/products",
    "abfs://products@contosoeu.dfs.core.windows.net/",
    "abfss://products@contosoeu.dfs.core.windows.net.evil.example/",
    "abfss://products@contosoeu.dfs.core.windows.net:8080/",
    "abfss://products@contosoeu.dfs.core.windows.net/a?sv=1&sig=x",
    "abfss://products@contosoeu.dfs.core.windows.net/a/../b",
    "abfss://products@contosoeu.dfs.core.windows.net/a*",
    "abfss://user:key@contosoeu.dfs.core.windows.net/",
    "abfss://PRODUCTS@contosoeu.dfs.core.windows.net/",
)


@pytest.mark.parametrize("text", BAD_ADDRESSES)
def test_an_address_of_another_shape_is_no_container(text: str) -> None:
    assert read_container(text) is None


@pytest.mark.parametrize(
    "text", ["http://contosoeu.blob.core.windows.net", "https://u:p@x.example", "https://x.example?sig=1", "ftp://x"]
)
def test_an_endpoint_that_is_not_safe_is_refused(text: str) -> None:
    with pytest.raises(SettingInvalid):
        checked_endpoint(text)


def test_keys_and_secrets_are_in_no_text() -> None:
    access = read_storage("contosoeu", {"FREEHOLD_STORAGE_KEY_CONTOSOEU": "c2VjcmV0"})
    assert access == StorageAccess(key="c2VjcmV0")
    assert "c2VjcmV0" not in repr(access)
    with pytest.raises(StorageRefused) as found:
        SharedKey("contosoeu", "no base64!")
    assert "no base64!" not in f"{found.value}{found.value.remedy}"


Answer = tuple[int, dict[str, str], bytes]


@contextmanager
def answering(
    *answers: Answer, tls: Path | None = None, credential: Credential | None = None
) -> Generator[tuple[BlobService, list[str], list[float]]]:
    """Answer as given, the last again and again; gives a service, what it asked, and how long it waited.

    What storage says of each range and each listing is said where it is not given. `tls` is a folder for certificates.
    """
    asked, waits, left = list[str](), list[float](), list(answers)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append(self.path)
            status, headers, body = left.pop(0) if len(left) > 1 else left[0]
            said = {"Content-Length": str(len(body)), "Content-Type": "application/xml"}
            if status == 206:
                said["Content-Range"] = f"{self.headers['x-ms-range'].replace('=', ' ')}/10"
            self.send_response(status)
            for name, value in (said | headers).items():
                self.send_header(name, value)
            self.end_headers()
            if "X-Drip" not in headers:
                self.wfile.write(body)
                return
            for at in range(len(body)):
                self.wfile.write(body[at : at + 1])
                time.sleep(float(headers["X-Drip"]))

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the name that the library gives it)
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    believed = ssl.create_default_context()
    if tls is not None:
        certificate, key, authority = certified(tls)
        shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        shown.load_cert_chain(certificate, key)
        server.socket = shown.wrap_socket(server.socket, server_side=True)
        believed = ssl.create_default_context(cafile=authority)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    container = read_container("abfss://products@contosoeu.dfs.core.windows.net")
    assert container is not None
    authorities = believed.cert_store_stats()
    service = BlobService(
        container,
        credential or SharedKey("contosoeu", "c2VjcmV0"),
        endpoint=f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}",
        tls=believed,
        clock=SystemClock(),
        pause=waits.append,
        jitter=lambda: 0.0,
    )
    try:
        with closing(service):
            yield service, asked, waits
        assert believed.cert_store_stats() == authorities
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_page_gives_files_and_neither_folders_nor_anything_else() -> None:
    listed = page(
        entry("a &amp; b.parquet"),
        entry("x%0Ay", mark=' Encoded="true"'),
        entry("folder", meta="<Metadata><hdi_isfolder>true</hdi_isfolder></Metadata>"),
        entry("other", meta="<Metadata><Hdi_isfolder>true</Hdi_isfolder></Metadata>"),
        marker="next",
    )
    with answering((200, {}, listed), (200, {}, page(entry("z")))) as (service, asked, _):
        found = list(service.blobs("a b/", unhurried))
    assert [blob.name for blob in found] == ["a & b.parquet", "x\ny", "z"]
    assert (found[0].etag, found[0].size, found[0].modified) == ("0x1", 10, 1795917600.0)
    assert ["prefix=a%20b%2F" in path for path in asked] == [True, True]
    assert ["marker=next" in path for path in asked] == [False, True]


BAD_PAGES = {
    "empty": b"",
    "no xml": b"<html>",
    "another document": b"<html/>",
    "an entity": page(entry("&a;"), doctype="<!DOCTYPE x [<!ENTITY a 'b'>]>"),
    "an entity in another encoding": page(entry("&a;"), doctype="<!DOCTYPE x [<!ENTITY a 'b'>]>").decode().encode("utf-16"),
    "no size": page("<Blob><Name>a</Name></Blob>"),
    "no tag": page(entry("a").replace("Etag", "Tag")),
    "no name": page(entry("")),
    "a time that is none": page(entry("a").replace("Sun, 29 Nov 2026 02:00:00 GMT", "yesterday")),
    "a tag that would break a header": page(entry("a").replace("0x1", "0x1&#13;&#10;x")),
}


@pytest.mark.parametrize("body", BAD_PAGES.values(), ids=BAD_PAGES)
def test_a_page_that_is_none_is_refused(body: bytes) -> None:
    with answering((200, {}, body)) as (service, asked, _), pytest.raises(StorageUnreachable, match="an answer that is none"):
        list(service.blobs("", unhurried))
    assert len(asked) == 1


def test_a_page_that_is_too_long_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LISTED_BYTES", 100)
    with answering((200, {}, page(entry("a")))) as (service, _, _), pytest.raises(StorageUnreachable):
        list(service.blobs("", unhurried))


def test_an_answer_that_drips_is_not_waited_for_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "WHOLE", 0.3)
    monkeypatch.setattr(answers, "TRIES", 1)
    drip: Answer = (206, {"ETag": '"0x1"', "X-Drip": "0.2"}, b"0123456789")
    with answering(drip) as (service, _, _), pytest.raises(StorageUnreachable, match="did not answer"):
        service.read(BLOB, 0, 10, unhurried)


GOOD: Answer = (206, {"ETag": '"0x1"'}, b"0123456789")


def test_storage_that_asks_to_wait_is_waited_for_as_long_as_it_says_and_no_longer_than_is_patient() -> None:
    with answering((503, {"Retry-After": "3"}, b"busy"), GOOD) as (service, asked, waits):
        assert service.read(BLOB, 0, 10, unhurried) == b"0123456789"
        assert (len(asked), sum(waits)) == (2, 3.0)
    with answering((429, {"Retry-After": "31"}, b"")) as (service, asked, waits), pytest.raises(StorageUnreachable):
        service.read(BLOB, 0, 10, unhurried)
    assert (len(asked), waits) == (1, [])


def test_what_storage_says_of_an_error_is_in_no_text_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said = b"<?xml version='1.0'?><Error><Code>InternalError</Code><Message>secret text of storage</Message></Error>"
    with (
        answering((500, {"x-ms-error-code": "secret"}, said)) as (service, asked, _),
        pytest.raises(StorageUnreachable) as found,
    ):
        service.read(BLOB, 0, 10, unhurried)
    assert len(asked) == 5
    assert "secret" not in f"{found.value}{found.value.remedy}{caplog.text}"
    assert "SharedKey" not in caplog.text


ANSWERS: dict[str, tuple[Answer, type[FreeholdError], int]] = {
    "another version": ((206, {"ETag": '"0x2"'}, b"0123456789"), DataChanged, 1),
    "no version": ((206, {}, b"0123456789"), StorageUnreachable, 1),
    "a condition that does not hold": ((412, {}, b""), DataChanged, 1),
    "a blob that is gone": ((404, {}, b""), DataChanged, 1),
    "a redirect": ((302, {"Location": "/products/another.parquet"}, b""), StorageUnreachable, 1),
    "no right": ((403, {}, b"<Code>AuthorizationPermissionMismatch</Code>"), StorageRefused, 1),
    "an archive": ((409, {}, b""), SourceUnreadable, 1),
    "a range that is none": ((206, {"ETag": '"0x1"', "Content-Range": "some"}, b"0123456789"), StorageUnreachable, 1),
    "no range": ((200, {"ETag": '"0x1"'}, b"0123456789"), StorageUnreachable, 1),
    "too little": ((206, {"ETag": '"0x1"'}, b"012"), StorageUnreachable, 5),
    "too much": ((206, {"ETag": '"0x1"'}, b"0123456789" * 2), StorageUnreachable, 5),
    "a body that breaks off": ((206, {"ETag": '"0x1"', "Content-Length": "10"}, b"0123"), StorageUnreachable, 5),
}


@pytest.mark.parametrize(("answer", "error", "times"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_that_is_not_the_bytes_that_were_listed_is_an_error(
    answer: Answer, error: type[FreeholdError], times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_ANSWER", 0.3)
    with answering(answer) as (service, asked, _), pytest.raises(error):
        service.read(BLOB, 0, 10, unhurried)
    assert len(asked) == times


def test_bytes_come_as_they_are_stored_by_one_request_and_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    said = {"ETag": '"0x1"', "Content-Encoding": "gzip", "x-ms-blob-type": "PageBlob"}
    with answering((206, said, b"0123456789")) as (service, asked, _):
        assert service.read(BLOB, 0, 10, unhurried) == b"0123456789"
    assert asked == ["/products/sales.parquet"]


@pytest.mark.parametrize("name", ["../others/sales.parquet", "a/../../products-2/sales.parquet"])
def test_nothing_beside_the_container_is_asked(name: str) -> None:
    with answering(GOOD) as (service, asked, _), pytest.raises(StorageUnreachable):
        service.read(Blob(name, "0x1", 10, 0.0), 0, 10, unhurried)
    assert asked == []


class Scopes:
    """Tokens that remember for what they were asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def token(self, scope: str) -> Token:
        self.asked.append(scope)
        return Token("a-token", 4e9)


def test_whoever_answers_as_storage_gets_no_token_of_another_service(tmp_path: Path) -> None:
    scopes = Scopes()
    challenge = "Bearer authorization_uri=https://login.microsoftonline.com/t/oauth2/authorize resource_id=https://vault.azure.net"
    with (
        answering((401, {"WWW-Authenticate": challenge}, b""), tls=tmp_path, credential=Bearer(scopes)) as (service, asked, _),
        pytest.raises(StorageRefused, match="another service"),
    ):
        service.read(BLOB, 0, 10, unhurried)
    assert (len(asked), scopes.asked) == (1, [SCOPE])
    with answering(GOOD, tls=tmp_path / "again", credential=Bearer(scopes)) as (service, _, _):
        assert service.read(BLOB, 0, 10, unhurried) == b"0123456789"


def test_a_token_is_shown_over_https_alone() -> None:
    scopes = Scopes()
    with answering(GOOD, credential=Bearer(scopes)) as (service, asked, _), pytest.raises(SettingInvalid) as found:
        service.read(BLOB, 0, 10, unhurried)
    assert "https" in str(found.value.remedy)
    assert (asked, scopes.asked) == ([], [])


def test_a_listing_that_goes_round_in_circles_ends() -> None:
    with answering((200, {}, page(entry("a"), marker="same"))) as (service, asked, _):
        assert [blob.name for blob in service.blobs("", unhurried)] == ["a", "a"]
        assert len(asked) == 2


def test_what_is_not_installed_is_said_with_its_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "freehold.engines.containers.service", None)
    container = read_container("abfss://products@contosoeu.dfs.core.windows.net")
    assert container is not None
    with pytest.raises(SettingInvalid) as found:
        open_service(Settings(folder=tmp_path), container)
    assert found.value.remedy == "run: pip install 'freehold[azure]'"
