"""How a catalogue of others is spoken to: patient within bounds, to one host alone, and with no word of its errors let through."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from between import BROKEN
from freehold.catalogs import speaking
from freehold.catalogs.management import Order, checked, ensure, find
from freehold.catalogs.purview import PurviewAccount
from freehold.catalogs.speaking import LONGEST_WAIT, LONGEST_WAITS, TRIES, Speaking, taken
from freehold.catalogs.unified import PurviewCatalog
from freehold.errors import AccountBusy, AccountRefused, AccountRejected, AccountUnreachable, SettingInvalid

SECRET = "the-secret-of-the-application"
ORDER = Order(
    name="sovereign-purview",
    subscription="00000000-0000-0000-0000-000000000001",
    group="governance-rg",
    location="westeurope",
    managed_group="purview-managed-rg",
)


def wait(text: str, status: int = 429) -> tuple[int, dict[str, str], bytes]:
    return status, {"Retry-After": text}, b""


def said(status: int, **body: Any) -> tuple[int, dict[str, str], bytes]:
    return status, {}, json.dumps(body).encode()


def test_it_waits_as_long_as_it_is_asked_to(scene: Any, answers: Any) -> None:
    answers(wait("3"), wait("7", 503), 200)
    assert scene.speaking.ask("GET", "/x").status == 200
    assert scene.clock.waited == [3.0, 7.0]


def test_it_waits_until_a_date(scene: Any, answers: Any) -> None:
    answers(wait("Sat, 28 Nov 2026 12:00:30 GMT"), 200)
    assert scene.speaking.ask("PUT", "/x", body={}).status == 200
    assert scene.clock.waited == [30.0]


def test_without_a_word_it_waits_longer_each_time(scene: Any, answers: Any) -> None:
    answers(503, 503, 503, 200)
    scene.speaking.ask("GET", "/x")
    assert scene.clock.waited == [1.0, 2.0, 4.0]


@pytest.mark.parametrize("asked", ["999999", "soon", "-1", "9" * 40, "Sat, 28 Nov 2099 12:00:30 GMT"])
def test_it_never_waits_without_a_bound(scene: Any, answers: Any, asked: str) -> None:
    answers(wait(asked))
    with pytest.raises(AccountBusy):
        scene.speaking.ask("GET", "/x")
    assert len(scene.server.came) <= TRIES
    assert max(scene.clock.waited) <= LONGEST_WAIT
    assert sum(scene.clock.waited) <= LONGEST_WAITS


def test_a_broken_connection_is_asked_again_where_that_is_safe(scene: Any, answers: Any) -> None:
    answers((BROKEN, {}, b""), 200)
    assert scene.speaking.ask("GET", "/x").status == 200
    answers((BROKEN, {}, b""), 200)
    scene.server.came.clear()
    with pytest.raises(AccountUnreachable):
        scene.speaking.ask("POST", "/x", body={})
    assert scene.server.came == [("POST", "/x")]


def test_an_answer_that_comes_drop_by_drop_is_not_waited_for(scene: Any, answers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answers((200, {}, b"[" + b"1," * (4 << 20) + b"1]"))
    monkeypatch.setattr(scene.clock, "monotonic", itertools.count(0, 60.0).__next__)
    with pytest.raises(AccountUnreachable, match="took too long"):
        scene.speaking.ask("GET", "/x")
    assert len(scene.server.came) == 1


def test_nobody_is_there(scene: Any) -> None:
    absent = Speaking(
        "https://localhost:1", token=lambda: "", tls=scene.tls, clock=scene.clock, pause=scene.clock.pause, jitter=lambda: 0.0
    )
    with pytest.raises(AccountUnreachable):
        absent.ask("GET", "/x")
    absent.close()


def test_a_redirect_is_not_followed(scene: Any, answers: Any) -> None:
    answers((302, {"Location": "https://elsewhere.example/"}, b""))
    with pytest.raises(AccountRejected):
        taken(scene.speaking.ask("GET", "/x"), "read it")
    assert len(scene.server.came) == 1


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/account/collections?x=1",
        "http://localhost/account/collections",
        "//elsewhere.example/x",
        "https://localhost@elsewhere.example/x",
        "https://[",
    ],
)
def test_a_next_page_at_another_host_is_not_asked_for(scene: Any, answers: Any, link: str) -> None:
    answers(said(200, value=[], nextLink=link))
    with pytest.raises(AccountRejected):
        PurviewAccount(scene.speaking).collections()
    assert len(scene.server.came) == 1


def test_a_list_whose_pages_do_not_end_is_refused_and_not_taken_for_a_whole(
    scene: Any, answers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = said(200, value=[{"name": "one"}], nextLink=f"{scene.server.url}/account/collections?page=2")
    answers(again)
    with pytest.raises(AccountRejected, match="do not end"):
        PurviewAccount(scene.speaking).collections()
    assert len(scene.server.came) == 2
    monkeypatch.setattr(speaking, "PAGES", 3)
    links = (f"{scene.server.url}/account/collections?page={number}" for number in range(9))
    answers(*(said(200, value=[], nextLink=link) for link in links))
    with pytest.raises(AccountRejected, match="do not end"):
        PurviewAccount(scene.speaking).collections()
    assert len(scene.server.came) == 2 + 3


def test_an_account_that_knows_no_offset_has_told_all_with_its_first_page(scene: Any, answers: Any) -> None:
    terms = [{"guid": str(number), "name": str(number)} for number in range(1_000)]
    answers((200, {}, json.dumps(terms).encode()))
    assert len(PurviewAccount(scene.speaking).terms("g")) == 1_000
    answers(said(200, value=[{"id": str(number)} for number in range(100)]))
    assert len(PurviewCatalog(scene.speaking, str).products()) == 100
    assert len(scene.server.came) == 4


def test_pages_are_followed_to_the_last(scene: Any, answers: Any) -> None:
    link = f"{scene.server.url}/account/collections?api-version=x&$skipToken=1"
    answers(said(200, value=[{"name": "a"}], nextLink=link), said(200, value=[{"name": "b"}], nextLink=None))
    assert [item["name"] for item in PurviewAccount(scene.speaking).collections()] == ["a", "b"]
    assert "skipToken=1" in scene.server.came[1][1]


@pytest.mark.parametrize("status", [401, 403])
def test_who_may_not_is_told_so(scene: Any, answers: Any, status: int) -> None:
    answers(said(status, errorCode="X", errorMessage="secret words"))
    with pytest.raises(AccountRefused) as caught:
        PurviewAccount(scene.speaking).root()
    assert "secret words" not in f"{caught.value.detail} {caught.value.remedy} {caught.value.facts}"


@pytest.mark.parametrize(
    ("code", "shown"), [("ATLAS-400-00-01A", "ATLAS-400-00-01A"), ("secret words", None), ("x" * 200, None), (7, None)]
)
def test_of_an_error_the_code_is_told_and_never_a_text(scene: Any, answers: Any, code: Any, shown: str | None) -> None:
    answers(said(400, errorCode=code, errorMessage="secret words"))
    with pytest.raises(AccountRejected) as caught:
        PurviewAccount(scene.speaking).glossaries()
    assert caught.value.facts.get("reason") == shown
    assert "secret words" not in f"{caught.value.detail} {caught.value.remedy} {caught.value.facts}"


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"7", b'{"value": 7}', b"<html>", b"[" * 5_000, b'{"entity": []}'])
def test_any_answer_is_read_without_harm(scene: Any, answers: Any, body: bytes) -> None:
    answers((200, {}, body))
    account = PurviewAccount(scene.speaking)
    assert account.collections() == account.sources() == account.glossaries() == account.terms("g") == []
    assert account.entity("DataSet", "x") is None
    assert account.entities(["g"]) == []
    with pytest.raises(AccountRejected):
        account.root()


@pytest.mark.parametrize(
    "url", ["http://localhost", "https://a:b@localhost", "https://localhost/path", "localhost", "", "https://[", "https://h?q=1"]
)
def test_only_a_plain_https_address_is_spoken_to(scene: Any, url: str) -> None:
    with pytest.raises(SettingInvalid):
        Speaking(url, token=lambda: "", tls=scene.tls, clock=scene.clock, pause=scene.clock.pause, jitter=lambda: 0.0)


def test_an_account_is_made_where_it_is_missing_and_waited_for(scene: Any, answers: Any) -> None:
    creating = said(201, location="westeurope", properties={"provisioningState": "Creating"})
    ready = said(200, location="West Europe", properties={"provisioningState": "Succeeded"})
    answers(404, creating, creating, ready)
    had = ensure(scene.speaking, ORDER, scene.clock.pause)
    assert (had.made, had.endpoint) == (True, "https://sovereign-purview.purview.azure.com")
    assert [method for method, _ in scene.server.came] == ["GET", "PUT", "GET", "GET"]
    assert ORDER.body["identity"] == {"type": "SystemAssigned"}
    assert ORDER.body["sku"] == {"name": "Standard", "capacity": 1}
    assert ORDER.body["properties"] == {"managedResourceGroupName": "purview-managed-rg"}


def test_an_account_that_is_there_is_left_as_it_is(scene: Any, answers: Any) -> None:
    answers(said(200, location="westeurope", properties={"provisioningState": "Succeeded"}))
    assert not ensure(scene.speaking, ORDER, scene.clock.pause).made
    assert [method for method, _ in scene.server.came] == ["GET"]
    answers(404)
    assert find(scene.speaking, ORDER) is None


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"location": "eastus", "properties": {"provisioningState": "Succeeded"}}, AccountRejected),
        ({"location": "westeurope", "properties": {"provisioningState": "Failed"}}, AccountRejected),
        ({"location": "westeurope", "properties": {"provisioningState": "Creating"}}, AccountBusy),
    ],
)
def test_an_account_that_cannot_be_used_is_told(scene: Any, answers: Any, body: Any, error: type[Exception]) -> None:
    answers(said(200, **body))
    with pytest.raises(error):
        ensure(scene.speaking, ORDER, scene.clock.pause)


@pytest.mark.parametrize("field", ["name", "subscription", "group", "location", "managed_group"])
def test_no_name_can_bend_the_address_of_the_account(field: str) -> None:
    import msgspec

    with pytest.raises(SettingInvalid):
        checked(msgspec.structs.replace(ORDER, **{field: "../../x"}))
