"""The judge of tokens, with keys held in memory: everything a header or a claim may get wrong."""

from __future__ import annotations

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from freehold.errors import FreeholdError, IssuerUnreachable, SettingInvalid, TokenExpired, TokenInvalid
from freehold.identity.jwks import read_keys
from freehold.identity.oidc import REMEMBERED, OpenIdIdentity
from freehold.model.party import ClaimNames, Issuer
from freehold.testing import FixedClock

NAME = "https://login.contoso.example"
KEY = ECKey.generate_key("P-256", {"kid": "one"})


def judge(clock: FixedClock | None = None, keys: list[Any] | None = None, **issuer: Any) -> OpenIdIdentity:
    given: dict[str, Any] = {"issuer": NAME, "audience": "freehold", "algorithms": ("ES256",), "leeway": 30}
    believed = Issuer(**(given | issuer))
    document = {"keys": [key.as_dict(private=False) for key in (keys if keys is not None else [KEY])]}
    return OpenIdIdentity([believed], clock=clock or FixedClock(), held={NAME: document})


def now() -> int:
    return int(FixedClock().now().timestamp())


def token(header: Any = None, key: Any = KEY, **claims: Any) -> str:
    head = {"alg": "ES256", "kid": "one", "typ": "at+jwt"} | (header or {})
    body = {"iss": NAME, "aud": "freehold", "sub": "app", "exp": now() + 60} | claims
    kept = {name: value for name, value in body.items() if value is not ...}
    return jwt.encode({name: value for name, value in head.items() if value is not ...}, kept, key, algorithms=[head["alg"]])


def test_a_good_token_is_believed() -> None:
    assert judge().authenticate(token()).subject == "app"


@pytest.mark.parametrize("typ", ["JWT", "jwt", "at+jwt", "application/at+jwt", ...])
def test_the_types_of_access_tokens_are_believed(typ: Any) -> None:
    made = jwt.encode({"alg": "ES256", "kid": "one"} | ({"typ": typ} if typ is not ... else {}), _claims(), KEY, default_type=None)
    assert judge().authenticate(made).subject == "app"


def _claims() -> dict[str, Any]:
    return {"iss": NAME, "aud": "freehold", "sub": "app", "exp": now() + 60}


@pytest.mark.parametrize("header", [{"typ": "dpop+jwt"}, {"typ": "logout+jwt"}, {"typ": "secevent+jwt"}])
def test_a_token_of_another_type_is_refused(header: dict[str, Any]) -> None:
    with pytest.raises(TokenInvalid, match="header"):
        judge().authenticate(token(header))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": NAME + "/"},
        {"iss": ...},
        {"iss": [NAME]},
        {"aud": "other"},
        {"aud": ["other"]},
        {"aud": ...},
        {"aud": {"freehold": 1}},
        {"exp": ...},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": 10**400},
        {"nbf": "now"},
        {"sub": ...},
        {"sub": ""},
        {"sub": 7},
    ],
)
def test_a_claim_that_does_not_hold_refuses_the_token(claims: dict[str, Any]) -> None:
    with pytest.raises(TokenInvalid):
        judge().authenticate(token(**claims))


@pytest.mark.parametrize(
    ("claims", "good"), [({"exp": -29}, True), ({"exp": -30}, False), ({"nbf": 30}, True), ({"nbf": 31}, False)]
)
def test_times_hold_within_the_leeway(claims: dict[str, int], good: bool) -> None:
    made = token(**{name: now() + seconds for name, seconds in claims.items()})
    if good:
        assert judge().authenticate(made)
        return
    with pytest.raises(TokenExpired):
        judge().authenticate(made)


def test_an_audience_may_be_one_of_several() -> None:
    assert judge().authenticate(token(aud=["other", "freehold"]))


def test_an_algorithm_that_is_not_pinned_is_refused_though_the_key_is_good() -> None:
    with pytest.raises(TokenInvalid, match="pinned"):
        judge(algorithms=("RS256",)).authenticate(token())


def test_a_pinned_hmac_is_refused_all_the_same() -> None:
    secret = OctKey.import_key("x" * 32)
    with pytest.raises(TokenInvalid, match="algorithm"):
        judge(algorithms=("HS256", "ES256")).authenticate(token({"alg": "HS256"}, secret))


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [
        ("RS256", RSAKey.generate_key(2048, {"kid": "one"})),
        ("PS256", RSAKey.generate_key(2048, {"kid": "one"})),
        ("ES384", ECKey.generate_key("P-384", {"kid": "one"})),
        ("Ed25519", OKPKey.generate_key("Ed25519", {"kid": "one"})),
    ],
)
def test_the_usual_asymmetric_algorithms_are_judged(algorithm: str, key: Any) -> None:
    assert judge(keys=[key], algorithms=(algorithm,)).authenticate(token({"alg": algorithm}, key)).subject == "app"


def test_a_key_for_another_algorithm_verifies_nothing() -> None:
    key = RSAKey.generate_key(2048, {"kid": "one", "alg": "PS256"})
    made = token({"alg": "RS256"}, RSAKey.import_key({**key.as_dict(private=True), "alg": "RS256"}))
    with pytest.raises(TokenInvalid, match="signature"):
        judge(keys=[key], algorithms=("RS256", "PS256")).authenticate(made)


def test_a_token_without_a_key_id_is_tried_with_every_fitting_key() -> None:
    other = ECKey.generate_key("P-256", {"kid": "two"})
    assert judge(keys=[other, KEY]).authenticate(token({"kid": ...})).subject == "app"


NO_TOKENS = (
    ".",
    "W10.W10.W10",
    "..",
    "a.b.c",
    "a.b",
    "a.b.c.d",
    "é.é.é",
    "e30.e30.",
    "e30.e30.e30",
    "a" * 9_000,
    " ",
    "\x00.\x00.\x00",
)


@pytest.mark.parametrize("text", NO_TOKENS)
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(TokenInvalid):
        judge().authenticate(text)


@pytest.mark.parametrize("text", ["", "é", "\ud800", "a" * 100_000])
def test_recall_of_anything_is_quiet(text: str) -> None:
    assert judge().recall(text) is None


def test_every_changed_character_of_a_token_is_noticed() -> None:
    made = token()
    believed = judge()
    for place in range(0, len(made), 7):
        changed = made[:place] + ("A" if made[place] != "A" else "B") + made[place + 1 :]
        with pytest.raises(FreeholdError):
            believed.authenticate(changed)


def test_refusals_say_nothing_of_keys_or_tokens() -> None:
    made = token(sub=...)
    with pytest.raises(TokenInvalid) as caught:
        judge().authenticate(made)
    told = repr((caught.value.detail, caught.value.remedy, caught.value.facts))
    assert made.split(".")[2] not in told
    assert str(KEY.as_dict(private=False)["x"]) not in told


def test_claims_are_found_by_their_names_and_dotted_paths() -> None:
    names = ClaimNames(domain="org.team", region="https://contoso.example/region", roles="realm.roles", scopes="scp")
    made = token(
        org={"team": "Customer Domain"},
        **{"https://contoso.example/region": "northeurope"},
        realm={"roles": ["a", 3, "", "b"]},
        scp=["x.read", "x.write"],
    )
    found = judge(claims=names).authenticate(made)
    assert (found.domain, found.region) == ("customer", "northeurope")
    assert (found.roles, found.scopes) == ({"a", "b"}, {"x.read", "x.write"})


@pytest.mark.parametrize("value", ["", "  ", 7, None, ["westeurope"], {"name": "westeurope"}, True])
def test_a_region_that_is_no_text_is_no_region(value: Any) -> None:
    assert judge().authenticate(token(region=value)).region is None


def test_a_known_token_is_judged_anew_after_ten_minutes() -> None:
    clock = FixedClock()
    believed = judge(clock)
    made = token(exp=now() + 3_600)
    believed.authenticate(made)
    clock.move(599)
    assert believed.recall(made) is not None
    clock.move(1)
    assert believed.recall(made) is None


def test_only_so_many_tokens_are_remembered() -> None:
    believed = judge()
    believed._known.update((str(number).encode(), None) for number in range(REMEMBERED))  # pyright: ignore[reportPrivateUsage, reportArgumentType, reportCallIssue]
    believed.authenticate(token())
    assert len(believed._known) == REMEMBERED  # pyright: ignore[reportPrivateUsage]
    assert believed.recall(token(jti="other")) is None


@pytest.mark.parametrize(
    "change",
    [
        {"d": "AAAA"},
        {"use": "enc"},
        {"key_ops": ["sign"]},
        {"kty": "oct", "k": "AAAA"},
        {"crv": "secp256k1"},
        {"x": "AA"},
        {"kty": 3},
    ],
)
def test_keys_that_must_not_verify_are_left_out(change: dict[str, Any]) -> None:
    good = KEY.as_dict(private=False)
    assert len(read_keys({"keys": [good, {**good, **change}, "text", None]})) == 1


def test_a_short_rsa_key_is_left_out() -> None:
    number = RSAKey.generate_key(2048).as_dict(private=False)
    assert read_keys({"keys": [{**number, "n": number["n"][:170]}]}) == ()


@pytest.mark.parametrize(
    "address", ["http://login.contoso.example", "ftp://x", "", "login", "http://169.254.169.254/", "http://[::"]
)
def test_an_issuer_that_is_neither_https_nor_here_is_refused(address: str) -> None:
    with pytest.raises(SettingInvalid, match="https"):
        OpenIdIdentity([Issuer(issuer=address, audience="x")], clock=FixedClock())


@pytest.fixture
def answers() -> dict[str, Any]:
    """What the provider answers, by path."""
    return {
        "/.well-known/openid-configuration": {"issuer": NAME, "jwks_uri": f"{NAME}/keys"},
        "/keys": {"keys": [KEY.as_dict(private=False)]},
    }


@pytest.fixture
def fetching(answers: dict[str, Any]) -> Iterator[tuple[OpenIdIdentity, FixedClock]]:
    """A judge that fetches from `answers`."""

    def answer(request: httpx.Request) -> httpx.Response:
        found = answers.get(request.url.path)
        return found if isinstance(found, httpx.Response) else httpx.Response(200, json=found) if found else httpx.Response(500)

    clock = FixedClock()
    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        yield OpenIdIdentity([Issuer(issuer=NAME, audience="freehold", algorithms=("ES256",))], clock=clock, client=client), clock


def test_keys_are_discovered(fetching: tuple[OpenIdIdentity, FixedClock]) -> None:
    assert fetching[0].authenticate(token()).subject == "app"


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/.well-known/openid-configuration", None),
        ("/.well-known/openid-configuration", {"issuer": "https://other.example", "jwks_uri": f"{NAME}/keys"}),
        ("/.well-known/openid-configuration", {"issuer": NAME}),
        ("/.well-known/openid-configuration", {"issuer": NAME, "jwks_uri": "http://169.254.169.254/keys"}),
        ("/.well-known/openid-configuration", {"issuer": NAME, "jwks_uri": "http://127.0.0.1/keys"}),
        ("/.well-known/openid-configuration", httpx.Response(302, headers={"location": f"{NAME}/elsewhere"})),
        ("/keys", None),
        ("/keys", httpx.Response(200, content=b"<html>")),
        ("/keys", httpx.Response(200, content=b"[]")),
        ("/keys", httpx.Response(200, content=b" " * 1_100_000)),
    ],
)
def test_a_provider_that_answers_otherwise_is_unreachable(
    fetching: tuple[OpenIdIdentity, FixedClock], answers: dict[str, Any], path: str, answer: Any
) -> None:
    answers[path] = answer
    with pytest.raises(IssuerUnreachable):
        fetching[0].authenticate(token())


def test_keys_that_cannot_be_refreshed_are_forgotten_after_an_hour(
    fetching: tuple[OpenIdIdentity, FixedClock], answers: dict[str, Any]
) -> None:
    believed, clock = fetching
    made = token(exp=now() + 86_400)
    believed.authenticate(made)
    answers.clear()
    clock.move(3_500)
    assert believed.authenticate(made)
    clock.move(200)
    with pytest.raises(IssuerUnreachable):
        believed.authenticate(made)


def test_a_withdrawn_key_is_not_believed_after_ten_minutes(
    fetching: tuple[OpenIdIdentity, FixedClock], answers: dict[str, Any]
) -> None:
    believed, clock = fetching
    made = token(exp=now() + 86_400)
    believed.authenticate(made)
    answers["/keys"] = {"keys": [ECKey.generate_key("P-256", {"kid": "two"}).as_dict(private=False)]}
    clock.move(601)
    assert believed.recall(made) is None
    with pytest.raises(TokenInvalid):
        believed.authenticate(made)


def test_a_withdrawn_key_is_not_believed_longer_for_a_token_that_came_late(
    fetching: tuple[OpenIdIdentity, FixedClock], answers: dict[str, Any]
) -> None:
    believed, clock = fetching
    believed.authenticate(token(exp=now() + 86_400))
    answers["/keys"] = {"keys": [ECKey.generate_key("P-256", {"kid": "two"}).as_dict(private=False)]}
    clock.move(590)
    late = token(exp=now() + 86_400, jti="late")
    believed.authenticate(late)
    assert believed.recall(late) is not None
    clock.move(10)
    assert believed.recall(late) is None


def test_a_short_rsa_key_is_left_out_though_zeros_stand_before_it() -> None:
    padded = urlsafe_b64encode(((1 << 1_023) + 1).to_bytes(256)).decode().rstrip("=")
    assert read_keys({"keys": [{"kty": "RSA", "n": padded, "e": "AQAB"}]}) == ()


class Provider(httpx.BaseTransport, httpx.SyncByteStream):
    """A provider whose keys come when they are let, and that takes its time."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock, self.asked, self.seconds, self.reached = clock, 0, 0.0, threading.Event()
        self.let = threading.Event()
        self.let.set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/keys"
        self.asked += 1
        self.reached.set()
        assert self.let.wait(20)
        return httpx.Response(200, stream=self)

    def __iter__(self) -> Iterator[bytes]:
        for part in (b'{"keys": [', json.dumps(KEY.as_dict(private=False)).encode(), *[b" "] * 50, b"]}"):
            self.clock.move(self.seconds)
            yield part

    def close(self) -> None:
        """There is nothing to end."""


@pytest.fixture
def provider() -> Provider:
    return Provider(FixedClock())


@pytest.fixture
def following(provider: Provider) -> Iterator[OpenIdIdentity]:
    issuer = Issuer(issuer=NAME, audience="freehold", algorithms=("ES256",), jwks_uri=f"{NAME}/keys")
    with httpx.Client(transport=provider) as client:
        yield OpenIdIdentity([issuer], clock=provider.clock, client=client)


def test_nobody_whose_key_is_known_waits_for_a_provider_that_hangs(provider: Provider, following: OpenIdIdentity) -> None:
    made = token(exp=now() + 86_400)
    following.authenticate(made)
    provider.clock.move(601)
    provider.let.clear()
    provider.reached.clear()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(following.authenticate, made)
        assert provider.reached.wait(20)
        try:
            assert pool.submit(following.authenticate, made).result(20).subject == "app"
            assert not first.done()
        finally:
            provider.let.set()
        assert first.result(20).subject == "app"


def test_nobody_whose_key_is_known_waits_for_a_key_that_is_not(provider: Provider, following: OpenIdIdentity) -> None:
    following.authenticate(token(exp=now() + 86_400))
    provider.clock.move(10)
    provider.let.clear()
    provider.reached.clear()
    with ThreadPoolExecutor(2) as pool:
        stranger = pool.submit(following.authenticate, token({"kid": "another"}))
        assert provider.reached.wait(20)
        try:
            assert pool.submit(following.authenticate, token(jti="two")).result(20).subject == "app"
        finally:
            provider.let.set()
        with pytest.raises(TokenInvalid):
            stranger.result(20)


def test_a_provider_that_answers_drop_by_drop_is_not_waited_for(provider: Provider, following: OpenIdIdentity) -> None:
    provider.seconds, began = 2.0, provider.clock.monotonic()
    with pytest.raises(IssuerUnreachable, match="slowly"):
        following.authenticate(token())
    assert provider.clock.monotonic() - began == 6


def test_who_waited_for_a_provider_that_failed_does_not_ask_it_again(provider: Provider, following: OpenIdIdentity) -> None:
    provider.seconds = 6.0
    for _ in range(5):
        with pytest.raises(IssuerUnreachable):
            following.authenticate(token())
    assert provider.asked == 1
    provider.seconds = 0.0
    provider.clock.move(5)
    assert following.authenticate(token(exp=now() + 600)).subject == "app"
