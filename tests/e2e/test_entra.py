"""A node that believes a tenant of Entra ID, over TLS: callers by their groups, and everybody that it must not let in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from joserfc.jwk import OctKey

import entra
from entra import APPLICATION, CUSTOMER, OTHER, SALES, STRANGERS, Entra, new_key
from freehold.model.product import Interface, InterfaceKind

SQL = "select customerId, segment from customer.customer_360 order by customerId"
PURPOSE = "Customer enrichment"
HERE = ["In.Westeurope"]


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Entra, Path]]:
    folder = tmp_path_factory.mktemp("entra")
    with entra.serving(folder) as made:
        yield made, folder / "authority.pem"


@pytest.fixture(scope="module")
def ask(
    tenant: tuple[Entra, Path], tmp_path_factory: pytest.TempPathFactory, lay_mesh: Any, make_mesh: Any, serve_node: Any
) -> Iterator[Callable[..., Any]]:
    made, authority = tenant
    mesh = make_mesh(entra.believed(made.sign_in))
    port = Interface(kind=InterfaceKind.SQL, authentication="AzureAD")
    product = msgspec.structs.replace(mesh.products["customer.customer_360"], interfaces=(port,))
    mesh = msgspec.structs.replace(mesh, products=mesh.products | {product.key: product})
    settings = lay_mesh(tmp_path_factory.mktemp("node"), mesh)
    with serve_node(msgspec.structs.replace(settings, authority=authority)) as site:

        def given(token: str, sql: str = SQL) -> Any:
            headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
            return site.client.post("/v1/query", json={"sql": sql, "purpose": PURPOSE}, headers=headers)

        yield given


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_group_gives_what_the_contract_of_its_domain_gives(tenant: Any, ask: Any, version: str) -> None:
    made = tenant[0].user(version, groups=[STRANGERS, SALES], roles=HERE)
    answer = ask(made)
    assert answer.status_code == 200
    assert len(answer.json()["data"]) == 100
    refused = ask(made, "select email from customer.customer_360")
    assert (refused.status_code, refused.json()["code"]) == (403, "column-excluded")


def test_an_application_asks_by_its_app_roles(tenant: Any, ask: Any) -> None:
    assert ask(tenant[0].application(roles=["Sales.App", *HERE])).status_code == 200


def test_a_group_of_the_owning_domain_reads_by_its_roles(tenant: Any, ask: Any) -> None:
    made = tenant[0].user(groups=[CUSTOMER], roles=HERE)
    assert ask(made, "select email from customer.customer_360").status_code == 200


def test_whoever_is_in_no_mapped_group_sees_nothing_at_all(tenant: Any, ask: Any) -> None:
    refused = ask(tenant[0].user(groups=[STRANGERS], roles=HERE))
    missing = ask(tenant[0].user(groups=[STRANGERS], roles=HERE), SQL.replace("customer_360", "nothing_of_the_kind"))
    assert (
        (refused.status_code, refused.json()["code"]) == (missing.status_code, missing.json()["code"]) == (404, "product-unknown")
    )


def bad(made: Entra) -> dict[str, tuple[str, int, str]]:
    """Return tokens that must not be believed, each with the status and code of its refusal."""
    good: dict[str, Any] = {"groups": [SALES], "roles": HERE}
    stranger = Entra(sign_in=made.sign_in, keys=[new_key(str(made.keys[-1].kid))])
    secret = OctKey.import_key(made.keys[-1].as_pem(private=False).hex())
    forged = {"iss": made.issuer("v2"), "aud": APPLICATION, "tid": made.tenant, "exp": 4_102_444_800}
    return {
        "another tenant": (made.user(tid=OTHER, **good), 401, "token-invalid"),
        "another tenant's issuer": (made.user(iss=f"{made.sign_in}/{OTHER}/v2.0", **good), 401, "token-invalid"),
        "any tenant's issuer": (made.user(iss=f"{made.sign_in}/common/v2.0", **good), 401, "token-invalid"),
        "another audience": (made.user(aud="https://graph.microsoft.com", **good), 401, "token-invalid"),
        "an identity token": (made.user(azp=..., scp=..., **good), 401, "token-invalid"),
        "expired": (made.user(exp=1_700_000_000, **good), 401, "token-expired"),
        "no signature of the tenant's": (stranger.user(**good), 401, "token-invalid"),
        "the public key as a secret": (made.sign(forged, {"alg": "HS256"}, secret), 401, "token-invalid"),
        "for Microsoft Graph": (made.user(header={"nonce": "x"}, **good), 401, "token-invalid"),
        "left-out groups": (made.user(_claim_names={"groups": "src1"}, roles=HERE), 403, "groups-missing"),
        "two domains": (made.user(groups=[SALES, CUSTOMER], roles=HERE), 403, "membership-ambiguous"),
    }


def test_every_token_that_only_looks_like_one_is_refused_by_its_own_code(tenant: Any, ask: Any) -> None:
    for name, (token, status, code) in bad(tenant[0]).items():
        answer = ask(token)
        assert (answer.status_code, answer.json()["code"]) == (status, code), name
        assert ("www-authenticate" in answer.headers) == (status == 401), name
        assert answer.json()["remedy"], name


def test_keys_are_fetched_from_the_tenants_own_address_and_nothing_else_is_asked(tenant: Any, ask: Any) -> None:
    ask(tenant[0].user(groups=[SALES], roles=HERE))
    assert {(method, path) for method, path, _, _ in tenant[0].came} == {("GET", f"/{tenant[0].tenant}/discovery/v2.0/keys")}
