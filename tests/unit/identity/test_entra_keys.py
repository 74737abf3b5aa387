"""The keys of a tenant over TLS: fetched from its own address, again when an unknown one signs, and never of just any tenant."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import entra
from entra import SOMEBODY, Entra, believed
from freehold.errors import IssuerUnreachable, TokenInvalid
from freehold.identity.oidc import OpenIdIdentity
from freehold.model.party import Issuer
from freehold.wiring.clock import SystemClock


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[Entra]:
    with entra.serving(tmp_path) as made:
        yield made


def judge(folder: Path, *issuers: Issuer) -> OpenIdIdentity:
    tls = ssl.create_default_context(cafile=folder / "authority.pem")
    return OpenIdIdentity(issuers, clock=SystemClock(), tls=tls, pause=0.0)


def test_a_new_key_is_fetched_when_it_first_signs_and_the_old_one_is_forgotten(tenant: Entra, tmp_path: Path) -> None:
    with closing(judge(tmp_path, *believed(tenant.sign_in))) as identity:
        old = tenant.user()
        assert identity.authenticate(old).subject == SOMEBODY
        tenant.rotate()
        assert identity.authenticate(tenant.user("v1")).subject == SOMEBODY
        with pytest.raises(TokenInvalid, match="signature"):
            identity.authenticate(old)
    assert {path for _, path, _, _ in tenant.came} == {f"/{tenant.tenant}/discovery/v2.0/keys"}


def test_both_forms_of_token_share_the_keys_that_were_fetched_once(tenant: Entra, tmp_path: Path) -> None:
    with closing(judge(tmp_path, *believed(tenant.sign_in))) as identity:
        for version in ("v1", "v2"):
            identity.authenticate(tenant.user(version))
    assert len(tenant.came) == 1


@pytest.mark.parametrize("shared", ["common", "organizations"])
def test_a_shared_tenant_that_is_written_as_any_issuer_has_no_keys(tenant: Entra, tmp_path: Path, shared: str) -> None:
    """Its metadata names `{tenantid}` as issuer, which is no token's."""
    issuer = Issuer(issuer=f"{tenant.sign_in}/{shared}/v2.0", audience=entra.APPLICATION)
    with closing(judge(tmp_path, issuer)) as identity, pytest.raises(IssuerUnreachable, match="another issuer"):
        identity.authenticate(tenant.user(iss=issuer.issuer))


def test_a_single_tenant_that_is_written_as_any_issuer_is_found_by_its_metadata(tenant: Entra, tmp_path: Path) -> None:
    issuer = Issuer(issuer=tenant.issuer("v2"), audience=entra.APPLICATION)
    with closing(judge(tmp_path, issuer)) as identity:
        assert identity.authenticate(tenant.user()).subject == "pairwise-to-the-application"


def test_a_sign_in_that_nobody_vouches_for_gives_no_keys(tenant: Entra) -> None:
    with (
        closing(OpenIdIdentity(believed(tenant.sign_in), clock=SystemClock())) as identity,
        pytest.raises(IssuerUnreachable, match="cannot be fetched"),
    ):
        identity.authenticate(tenant.user())
