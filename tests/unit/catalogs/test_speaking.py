"""How a catalogue of others is spoken to: patient within bounds, to one host alone, and with no word of its errors let through."""

from __future__ import annotations

import json
import ssl
from typing import Any

import pytest

from between import BROKEN
from freehold.catalogs.management import Order, checked, ensure, find
from freehold.catalogs.purview import PurviewAccount
from freehold.catalogs.signin import Credentials, SignIn
from freehold.catalogs.speaking import LONGEST_WAIT, LONGEST_WAITS, TRIES, Speaking, taken
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


def signing(scene: Any, tls: ssl.SSLContext) -> SignIn:
    credentials = Credentials(tenant="contoso", client="app", secret=SECRET, authority=scene.server.url)
    assert SECRET not in repr(credentials)
    return SignIn(credentials, "https://purview.azure.net/.default", tls=tls, clock=scene.clock)


def test_a_token_is_got_once_and_again_before_it_ends(scene: Any, answers: Any) -> None:
    answers(said(200, access_token="first", expires_in=3_600), said(200, access_token="second", expires_in=3_600))
    sign_in = signing(scene, scene.tls)
    assert [sign_in.token(), sign_in.token()] == ["first", "first"]
    scene.clock.pause(3_500)
    assert sign_in.token() == "second"
    assert scene.server.came == [("POST", "/contoso/oauth2/v2.0/token")] * 2


@pytest.mark.parametrize(
    "reply", [said(401, error="invalid_client"), said(200), (200, {}, b"<html>"), (302, {"Location": "/x"}, b"")]
)
def test_an_authority_that_gives_no_token_is_told_without_the_secret(scene: Any, answers: Any, reply: Any) -> None:
    answers(reply)
    with pytest.raises(AccountRefused) as caught:
        signing(scene, scene.tls).token()
    assert SECRET not in f"{caught.value.detail} {caught.value.remedy} {caught.value.facts}"


@pytest.mark.parametrize("tenant", ["../other", "a/b", "", "a b", "x?y"])
def test_a_tenant_cannot_bend_the_address(scene: Any, tenant: str) -> None:
    credentials = Credentials(tenant=tenant, client="app", secret=SECRET, authority=scene.server.url)
    with pytest.raises(SettingInvalid):
        SignIn(credentials, "s", tls=scene.tls, clock=scene.clock)


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
