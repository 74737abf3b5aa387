"""The development issuer: only in development mode, with a key that only its owner can read."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from freehold.errors import SettingInvalid, TokenExpired
from freehold.identity.development import KEY_FILE, DevelopmentIssuer
from freehold.identity.oidc import OpenIdIdentity
from freehold.model.place import Mode
from freehold.testing import FixedClock
from freehold.wiring.clock import SystemClock


def issuer(folder: Path, clock: FixedClock | SystemClock | None = None) -> DevelopmentIssuer:
    return DevelopmentIssuer(folder, mode=Mode.DEVELOPMENT, clock=clock or SystemClock())


def test_it_refuses_to_start_in_production_and_leaves_no_key(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="refuses to start"):
        DevelopmentIssuer(tmp_path, mode=Mode.PRODUCTION, clock=SystemClock())
    assert list(tmp_path.iterdir()) == []


def test_its_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    issuer(tmp_path / "keys")
    assert stat.S_IMODE((tmp_path / "keys" / KEY_FILE).stat().st_mode) == 0o600


def test_its_published_key_holds_nothing_private(tmp_path: Path) -> None:
    (key,) = issuer(tmp_path).jwks()["keys"]
    assert set(key) <= {"kty", "crv", "x", "y", "kid", "use", "alg"}


def test_a_token_names_what_it_was_made_for(tmp_path: Path) -> None:
    made = issuer(tmp_path)
    token = made.mint("sales-app", domain="Sales Domain", region="westeurope", roles=["analyst"], scopes=["b", "a"])
    found = made.identity().authenticate(token)
    assert (found.subject, found.domain, found.region) == ("sales-app", "sales", "westeurope")
    assert (found.roles, found.scopes) == ({"analyst"}, {"a", "b"})
    assert found.authentications == {"OAuth2", "OIDC", "AzureAD"}


def test_what_was_not_given_is_not_in_the_token(tmp_path: Path) -> None:
    made = issuer(tmp_path)
    found = made.identity().authenticate(made.mint("somebody"))
    assert (found.domain, found.region, found.roles, found.scopes) == (None, None, frozenset(), frozenset())


def test_two_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = [made.jwks()["keys"][0]["kid"] for made in pool.map(issuer, [tmp_path] * 8)]
    assert len(set(keys)) == 1
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_another_folder_makes_another_key_that_is_not_believed(tmp_path: Path) -> None:
    from freehold.errors import TokenInvalid

    ours, other = issuer(tmp_path / "a"), issuer(tmp_path / "b")
    with pytest.raises(TokenInvalid):
        ours.identity().authenticate(other.mint("x"))


def test_a_production_judge_does_not_believe_its_tokens(tmp_path: Path) -> None:
    from freehold.errors import TokenInvalid

    with pytest.raises(TokenInvalid, match="issuer"):
        OpenIdIdentity((), clock=SystemClock()).authenticate(issuer(tmp_path).mint("x"))


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b'{"kty": "oct", "k": "AAAA"}', b"[]"])
def test_a_key_file_of_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(content)
    with pytest.raises(SettingInvalid, match="not a development key"):
        issuer(tmp_path)


@pytest.mark.parametrize(("subject", "ttl"), [("", 60), (" ", 60), ("x", 0), ("x", -1), ("x", 31 * 86_400)])
def test_a_token_needs_a_subject_and_a_bounded_life(tmp_path: Path, subject: str, ttl: int) -> None:
    with pytest.raises(SettingInvalid):
        issuer(tmp_path).mint(subject, ttl=ttl)


def test_a_token_ends_with_its_life_and_the_leeway(tmp_path: Path) -> None:
    clock = FixedClock()
    made = issuer(tmp_path, clock)
    judge, token = made.identity(), made.mint("x", ttl=60)
    clock.move(89)
    assert judge.authenticate(token).subject == "x"
    assert judge.recall(token) is not None
    clock.move(1)
    assert judge.recall(token) is None
    with pytest.raises(TokenExpired):
        judge.authenticate(token)
