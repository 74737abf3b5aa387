"""Node tokens: believed for one request, by one node, for seconds, once, and under the key that the mesh names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from freehold.errors import (
    FreeholdError,
    NodeBusy,
    NodeTokenExpired,
    NodeTokenInvalid,
    NodeTokenReplayed,
    VersionSkew,
)
from freehold.identity.nodes import NodeTokens
from freehold.keys.node import LocalNodeKey
from freehold.model.peer import LIFE, SKEW, Carrier, Forwarded, Introduction, Statement
from freehold.model.place import Node
from freehold.testing import FixedClock

REQUEST = Forwarded(method="POST", path="/v1/query", authorization="Bearer caller", body=b'{"sql": "select 1"}')
DIGEST = REQUEST.digest()


class Pair:
    """Two nodes of one mesh, north which carries and west which is home, under one clock."""

    def __init__(self, folder: Path) -> None:
        self.clock = FixedClock()
        self.keys = {name: LocalNodeKey(folder / name) for name in ("north", "west", "stranger")}
        self.nodes = {
            name: Node(name=name, region=f"{name}europe", url="http://127.0.0.1:1", public_key=self.keys[name].public_key())
            for name in ("north", "west")
        }
        self.north, self.west = self.tokens("north"), self.tokens("west")

    def tokens(self, node: str, *, version: str = "0.1.0", key: str | None = None, remembered: int = 100) -> NodeTokens:
        held = self.keys[key or node]
        return NodeTokens(node=node, version=version, key=held, nodes=lambda: self.nodes, clock=self.clock, remembered=remembered)

    def made(self, **changed: Any) -> str:
        """Return a request token of north to west with some claims changed; a claim of None is left out."""
        now = int(self.clock.now().timestamp())
        claims: dict[str, Any] = {"iss": "north", "aud": "west", "iat": now, "exp": now + LIFE, "ver": "0.1.0"}
        claims |= {"jti": "0123456789abcdef", "run": self.west.run, "req": DIGEST} | changed
        kind = Statement.REQUEST.value
        return self.keys["north"].sign_statement(kind, {name: value for name, value in claims.items() if value is not None})


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair(tmp_path)


def test_a_request_is_carried_by_the_node_that_signed_for_it(pair: Pair) -> None:
    token = pair.north.request("west", pair.west.run, DIGEST)
    assert pair.west.carrier(token, DIGEST) == Carrier(node="north", region="northeurope")


def test_a_token_is_good_once(pair: Pair) -> None:
    token = pair.north.request("west", pair.west.run, DIGEST)
    pair.west.carrier(token, DIGEST)
    with pytest.raises(NodeTokenReplayed):
        pair.west.carrier(token, DIGEST)


@pytest.mark.parametrize("seconds", [0, LIFE, LIFE + SKEW - 1])
def test_a_token_is_not_good_twice_for_as_long_as_it_could_be_believed(pair: Pair, seconds: int) -> None:
    token = pair.north.request("west", pair.west.run, DIGEST)
    pair.west.carrier(token, DIGEST)
    pair.clock.move(seconds)
    with pytest.raises(NodeTokenReplayed):
        pair.west.carrier(token, DIGEST)


def test_a_token_from_before_a_restart_is_not_believed_after_it(pair: Pair) -> None:
    token = pair.north.request("west", pair.west.run, DIGEST)
    with pytest.raises(NodeTokenExpired, match="earlier start"):
        pair.tokens("west").carrier(token, DIGEST)


@pytest.mark.parametrize(
    "changed",
    [
        {"method": "GET"},
        {"path": "/v1/explain"},
        {"query": "a=b"},
        {"authorization": "Bearer somebody-else"},
        {"accept": "text/csv"},
        {"purpose": "Marketing"},
        {"match": "*"},
        {"body": b'{"sql": "select 2"}'},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_token_is_for_one_request_and_no_other(pair: Pair, changed: dict[str, Any]) -> None:
    token = pair.north.request("west", pair.west.run, DIGEST)
    with pytest.raises(NodeTokenInvalid, match="another request"):
        pair.west.carrier(token, msgspec.structs.replace(REQUEST, **changed).digest())


def test_the_name_of_a_request_in_the_log_is_not_part_of_it() -> None:
    assert msgspec.structs.replace(REQUEST, id="x").digest() == DIGEST


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"aud": "east"}, NodeTokenInvalid),
        ({"aud": ["west"]}, NodeTokenInvalid),
        ({"iss": "west"}, NodeTokenInvalid),
        ({"iss": "nobody"}, NodeTokenInvalid),
        ({"iss": None}, NodeTokenInvalid),
        ({"exp": None}, NodeTokenInvalid),
        ({"iat": None}, NodeTokenInvalid),
        ({"iat": True}, NodeTokenInvalid),
        ({"exp": 2**60}, NodeTokenInvalid),
        ({"jti": None}, NodeTokenInvalid),
        ({"jti": "short"}, NodeTokenInvalid),
        ({"jti": "x" * 65}, NodeTokenInvalid),
        ({"req": None}, NodeTokenInvalid),
        ({"run": None}, NodeTokenExpired),
        ({"ver": None}, VersionSkew),
        ({"ver": "0.3.0"}, VersionSkew),
        ({"ver": "1.1.0"}, VersionSkew),
        ({"ver": "0"}, VersionSkew),
        ({"ver": "٠.١"}, VersionSkew),
    ],
    ids=str,
)
def test_each_claim_of_a_token_is_checked(pair: Pair, changed: dict[str, Any], error: type[FreeholdError]) -> None:
    with pytest.raises(error):
        pair.west.carrier(pair.made(**changed), DIGEST)


@pytest.mark.parametrize("version", ["0.0.9", "0.1.5", "0.2.0", "0.2.0rc1"])
def test_one_minor_version_apart_works(pair: Pair, version: str) -> None:
    assert pair.west.carrier(pair.made(ver=version), DIGEST).node == "north"


def test_a_token_that_would_live_long_is_not_believed(pair: Pair) -> None:
    now = int(pair.clock.now().timestamp())
    with pytest.raises(NodeTokenInvalid, match="lives for more"):
        pair.west.carrier(pair.made(exp=now + LIFE + 1), DIGEST)


@pytest.mark.parametrize(
    ("seconds", "believed"), [(LIFE + SKEW - 1, True), (LIFE + SKEW, False), (-SKEW, True), (-SKEW - 1, False)]
)
def test_clocks_may_differ_by_the_stated_seconds_and_no_more(pair: Pair, seconds: int, believed: bool) -> None:
    token = pair.north.request("west", pair.west.run, DIGEST)
    pair.clock.move(seconds)
    if believed:
        assert pair.west.carrier(token, DIGEST).node == "north"
    else:
        with pytest.raises(NodeTokenExpired):
            pair.west.carrier(token, DIGEST)


def test_a_key_that_the_mesh_does_not_name_signs_nothing(pair: Pair) -> None:
    thief = pair.tokens("north", key="stranger")
    with pytest.raises(NodeTokenInvalid, match="signature"):
        pair.west.carrier(thief.request("west", pair.west.run, DIGEST), DIGEST)


def test_a_key_that_the_mesh_names_no_more_is_not_believed_from_then_on(pair: Pair) -> None:
    token = pair.north.request("west", pair.west.run, DIGEST)
    pair.nodes["north"] = msgspec.structs.replace(pair.nodes["north"], public_key=pair.keys["stranger"].public_key())
    with pytest.raises(NodeTokenInvalid):
        pair.west.carrier(token, DIGEST)
    pair.nodes["north"] = msgspec.structs.replace(pair.nodes["north"], public_key=None)
    with pytest.raises(NodeTokenInvalid):
        pair.west.carrier(token, DIGEST)


def headed(header: dict[str, Any], claims: dict[str, Any], key: Any) -> str:
    return jwt.encode(header, claims, key, algorithms=[header["alg"]])


@pytest.mark.parametrize("kind", [Statement.INTRODUCTION.value, Statement.CATALOG.value, "JWT", "at+jwt"])
def test_a_statement_of_another_kind_carries_nothing(pair: Pair, kind: str) -> None:
    now = int(pair.clock.now().timestamp())
    claims = {"iss": "north", "aud": "west", "iat": now, "exp": now + LIFE, "jti": "0" * 16, "run": pair.west.run, "req": DIGEST}
    with pytest.raises(NodeTokenInvalid, match="another kind"):
        pair.west.carrier(pair.keys["north"].sign_statement(kind, {**claims, "ver": "0.1.0"}), DIGEST)


def test_no_other_algorithm_is_believed(pair: Pair) -> None:
    public = pair.keys["north"].public_key()
    secret = OctKey.import_key(public + public)
    token = headed({"alg": "HS256", "typ": Statement.REQUEST.value}, {"iss": "north", "aud": "west"}, secret)
    with pytest.raises(NodeTokenInvalid):
        pair.west.carrier(token, DIGEST)
    head, claims, _ = pair.north.request("west", pair.west.run, DIGEST).split(".")
    assert head
    with pytest.raises(NodeTokenInvalid):
        pair.west.carrier(f"eyJhbGciOiJub25lIn0.{claims}.", DIGEST)


def test_a_key_in_the_token_itself_is_not_asked(pair: Pair) -> None:
    own = OKPKey.generate_key("Ed25519")
    header = {"alg": "Ed25519", "typ": Statement.REQUEST.value, "jwk": own.as_dict(private=False)}
    with pytest.raises(NodeTokenInvalid):
        pair.west.carrier(headed(header, {"iss": "north", "aud": "west"}, own), DIGEST)


@pytest.mark.parametrize("text", ["", "a", "a.b", "a.b.c", "..", "x" * 5000, "é.é.é", "eyJhbGciOiJFZDI1NTE5In0.W10.AA"])
def test_what_is_no_token_is_refused(pair: Pair, text: str) -> None:
    with pytest.raises(NodeTokenInvalid):
        pair.west.carrier(text, DIGEST)


def test_more_tokens_than_can_be_remembered_are_refused_until_some_have_ended(pair: Pair) -> None:
    west = pair.tokens("west", remembered=3)

    def carry() -> Carrier:
        return west.carrier(pair.north.request("west", west.run, DIGEST), DIGEST)

    for _ in range(3):
        carry()
    with pytest.raises(NodeBusy):
        carry()
    pair.clock.move(LIFE + SKEW + 1)
    assert carry().node == "north"


# ── introductions ────────────────────────────────────────────────────────────────────────────────────────────────
def said(tokens: NodeTokens, **changed: Any) -> Introduction:
    plain: dict[str, Any] = {"node": "west", "region": "westeurope", "version": "0.1.0", "run": tokens.run} | changed
    return Introduction(**plain)


@pytest.fixture
def introduce(pair: Pair) -> Callable[..., str]:
    def make(challenge: str = "c" * 16, asker: str = "north", **changed: Any) -> str:
        return pair.west.introduce(asker, challenge, said(pair.west, **changed))

    return make


def test_a_node_introduces_itself_to_whoever_asks(pair: Pair, introduce: Callable[..., str]) -> None:
    assert pair.north.introduced(introduce(), pair.nodes["west"], "c" * 16) == said(pair.west)


def test_an_introduction_answers_one_challenge_of_one_node(pair: Pair, introduce: Callable[..., str]) -> None:
    with pytest.raises(NodeTokenInvalid, match="challenge"):
        pair.north.introduced(introduce("d" * 16), pair.nodes["west"], "c" * 16)
    with pytest.raises(NodeTokenInvalid, match="another node"):
        pair.north.introduced(introduce(asker="east"), pair.nodes["west"], "c" * 16)


def test_a_node_with_another_key_cannot_introduce_itself(pair: Pair) -> None:
    impostor = pair.tokens("west", key="stranger")
    token = impostor.introduce("north", "c" * 16, said(impostor))
    with pytest.raises(NodeTokenInvalid):
        pair.north.introduced(token, pair.nodes["west"], "c" * 16)


def test_a_node_of_a_version_too_far_away_is_not_spoken_to(pair: Pair, introduce: Callable[..., str]) -> None:
    with pytest.raises(VersionSkew, match=r"0\.7\.0"):
        pair.north.introduced(introduce(version="0.7.0"), pair.nodes["west"], "c" * 16)


def test_a_request_token_is_no_introduction(pair: Pair) -> None:
    token = pair.west.request("north", pair.north.run, DIGEST)
    with pytest.raises(NodeTokenInvalid, match="another kind"):
        pair.north.introduced(token, pair.nodes["west"], "c" * 16)
