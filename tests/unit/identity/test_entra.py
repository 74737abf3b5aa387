"""Tokens of Entra ID: one tenant, its forms, its groups and app roles, and everything that only looks like one of them."""

from __future__ import annotations

from typing import Any

import pytest
from joserfc.jwk import OctKey

import entra
from entra import APPLICATION, CLIENT, CUSTOMER, OTHER, SALES, SOMEBODY, STRANGERS, TENANT, Entra, believed, new_key
from freehold.errors import FreeholdError, GroupsMissing, MembershipAmbiguous, TokenExpired, TokenInvalid
from freehold.identity.oidc import TOKEN_LIMIT, OpenIdIdentity
from freehold.model.party import Principal
from freehold.testing import FixedClock

NOW = FixedClock().now().timestamp()
V2 = f"{entra.SIGN_IN}/{TENANT}/v2.0"


@pytest.fixture(scope="module")
def tenant() -> Entra:
    return Entra()


def judge(tenant: Entra, jwks: Any = None, **keys: str) -> OpenIdIdentity:
    issuers = believed(**keys)
    held = {item.issuer: jwks or tenant.jwks() for item in issuers}
    return OpenIdIdentity(issuers, clock=FixedClock(), held=held)


def caller(tenant: Entra, **claims: Any) -> Principal:
    return judge(tenant).authenticate(tenant.user(now=NOW, **claims))


def test_a_user_is_told_by_their_object_id_and_placed_by_their_groups(tenant: Entra) -> None:
    found = caller(tenant, groups=[STRANGERS, SALES.upper()])
    assert (found.subject, found.issuer, found.domain) == (SOMEBODY, V2, "sales")
    assert (found.roles, found.scopes) == ({"analyst"}, {"mesh.read"})
    assert found.authentications == {"OAuth2", "OIDC", "AzureAD"}


def test_both_forms_of_token_name_the_same_caller(tenant: Entra) -> None:
    made = judge(tenant)
    one, two = (made.authenticate(tenant.user(version, now=NOW, groups=[SALES])) for version in ("v1", "v2"))
    assert one == two


@pytest.mark.parametrize("audience", [APPLICATION, f"api://{APPLICATION}"])
def test_a_token_of_version_1_may_name_the_application_or_its_address(tenant: Entra, audience: str) -> None:
    assert judge(tenant).authenticate(tenant.user("v1", now=NOW, aud=audience)).subject == SOMEBODY


def test_an_address_of_ones_own_stands_in_place_of_the_usual_one(tenant: Entra) -> None:
    made = judge(tenant, audiences='["api://mesh", "https://contoso.eu/mesh"]')
    assert made.authenticate(tenant.user("v1", now=NOW, aud="https://contoso.eu/mesh")).subject == SOMEBODY
    with pytest.raises(TokenInvalid, match="another audience"):
        made.authenticate(tenant.user("v1", now=NOW, aud=f"api://{APPLICATION}"))


def test_an_application_is_told_by_itself_and_its_app_roles_are_its_scopes(tenant: Entra) -> None:
    found = judge(tenant).authenticate(tenant.application(now=NOW, roles=["Sales.App", "sales.read"]))
    assert (found.subject, found.domain, found.roles) == (CLIENT, "sales", {"app"})
    assert found.scopes == {"Sales.App", "sales.read"}


def test_app_roles_of_a_user_are_no_scopes(tenant: Entra) -> None:
    found = caller(tenant, roles=["Mesh.Auditor", "Unmapped"])
    assert (found.domain, found.roles, found.scopes) == (None, {"auditor"}, {"mesh.read"})


def test_what_is_not_mapped_gives_nothing(tenant: Entra) -> None:
    found = caller(tenant, groups=[STRANGERS, "sales", "analyst@sales"], roles=["analyst", "data-owner@sales"])
    claimed = caller(tenant, domain="sales", region="westeurope")
    for one in (found, claimed):
        assert (one.domain, one.region, one.roles) == (None, None, frozenset())


def test_an_app_role_gives_a_region(tenant: Entra) -> None:
    assert caller(tenant, roles=["In.Westeurope"]).region == "westeurope"


def test_claims_that_are_named_say_domain_and_region(tenant: Entra) -> None:
    made = judge(tenant, claims="{domain: extn.domain, region: extension_2c1d_region}")
    said = tenant.user(now=NOW, extn={"domain": "Sales Domain"}, extension_2c1d_region="westeurope", groups=[SALES])
    found = made.authenticate(said)
    assert (found.domain, found.region, found.roles) == ("sales", "westeurope", {"analyst"})
    with pytest.raises(MembershipAmbiguous, match="`customer`, `sales`"):
        made.authenticate(tenant.user(now=NOW, extn={"domain": "Customer"}, groups=[SALES]))
    with pytest.raises(MembershipAmbiguous, match="2 regions"):
        made.authenticate(tenant.user(now=NOW, extension_2c1d_region="eastus", roles=["In.Westeurope"]))


@pytest.mark.parametrize("claims", [{"groups": [SALES, CUSTOMER]}, {"groups": [CUSTOMER], "roles": ["Sales.App"]}])
def test_two_domains_are_refused_and_named(tenant: Entra, claims: dict[str, Any]) -> None:
    with pytest.raises(MembershipAmbiguous, match="2 domains: `customer`, `sales`"):
        caller(tenant, **claims)


OVERAGE: list[dict[str, Any]] = [
    {"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": "https://graph.windows.net/x/getMemberObjects"}}},
    {"hasgroups": True},
    {"hasgroups": "true"},
    {"_claim_names": {"groups": "src1"}, "roles": ["Sales.App"]},
    {"_claim_names": '{"groups": "src1"}'},
    {"_claim_names": {"groups": "src1"}, "groups": [SALES]},
    {"hasgroups": {}},
]


@pytest.mark.parametrize("claims", OVERAGE)
def test_groups_that_are_left_out_are_never_taken_for_no_groups(tenant: Entra, claims: dict[str, Any]) -> None:
    with pytest.raises(GroupsMissing) as refused:
        caller(tenant, **claims)
    assert "app roles" in str(refused.value.remedy)
    assert refused.value.status == 403


@pytest.mark.parametrize("claims", [{"hasgroups": False}, {"_claim_names": {"manager": "src1"}}])
def test_a_token_that_leaves_out_something_else_is_whole(tenant: Entra, claims: dict[str, Any]) -> None:
    assert caller(tenant, groups=[SALES], **claims).domain == "sales"


@pytest.mark.parametrize("claims", OVERAGE)
def test_where_no_group_is_mapped_left_out_groups_are_no_matter(tenant: Entra, claims: dict[str, Any]) -> None:
    made = judge(tenant, members="\n          - {appRole: Sales.App, domain: sales}\n")
    found = made.authenticate(tenant.user(now=NOW, **claims))
    assert found.domain == ("sales" if "roles" in claims else None)


@pytest.mark.parametrize(
    "claims",
    [
        {"tid": OTHER},
        {"tid": ...},
        {"tid": [TENANT]},
        {"iss": f"{entra.SIGN_IN}/{OTHER}/v2.0"},
        {"iss": f"{entra.SIGN_IN}/{{tenantid}}/v2.0"},
        {"iss": f"{entra.SIGN_IN}/common/v2.0"},
        {"iss": f"https://sts.windows.net/{TENANT}"},
        {"aud": f"api://{APPLICATION}"},
        {"aud": "00000003-0000-0000-c000-000000000000"},
        {"aud": CLIENT},
        {"ver": "1.0"},
        {"ver": ...},
        {"ver": 2.0},
        {"oid": ...},
        {"oid": ""},
        {"azp": ...},
        {"azp": ..., "appid": CLIENT},
        {"scp": ...},
        {"scp": ..., "idtyp": "user"},
        {"idtyp": "app"},
        {"idtyp": "device"},
        {"idtyp": ["app"]},
        {"scp": "", "sub": "x"},
        {"exp": ...},
    ],
)
def test_a_claim_that_is_not_the_tenants_refuses_the_token(tenant: Entra, claims: dict[str, Any]) -> None:
    with pytest.raises(TokenInvalid):
        caller(tenant, groups=[SALES], **claims)


@pytest.mark.parametrize(("idtyp", "sub"), [("app", CLIENT), ("app", "another"), (..., CLIENT)])
def test_an_application_says_so_by_its_kind_or_by_its_subject(tenant: Entra, idtyp: Any, sub: str) -> None:
    assert judge(tenant).authenticate(tenant.application(now=NOW, idtyp=idtyp, sub=sub)).domain == "sales"


def test_an_identity_token_is_no_access_token(tenant: Entra) -> None:
    """Its audience is the client, which may be this mesh's own application; it names no application that it was given to."""
    with pytest.raises(TokenInvalid, match="no access token"):
        caller(tenant, azp=..., scp=..., nonce="678910", preferred_username="a@contoso.eu", groups=[SALES])


def test_a_token_of_version_1_is_refused_where_only_version_2_is_believed(tenant: Entra) -> None:
    made = judge(tenant, versions="[v2]")
    assert made.authenticate(tenant.user(now=NOW)).subject == SOMEBODY
    with pytest.raises(TokenInvalid, match="issuer"):
        made.authenticate(tenant.user("v1", now=NOW))


def test_an_expired_token_is_refused(tenant: Entra) -> None:
    with pytest.raises(TokenExpired):
        caller(tenant, exp=int(NOW) - 31)


@pytest.mark.parametrize("header", [{"alg": "PS256"}, {"alg": "RS512"}])
def test_no_algorithm_but_the_tenants_is_believed(tenant: Entra, header: dict[str, str]) -> None:
    with pytest.raises(TokenInvalid, match="pinned"):
        caller(tenant, header=header)


def test_the_public_key_is_no_secret_to_sign_with(tenant: Entra) -> None:
    public = OctKey.import_key(tenant.keys[-1].as_pem(private=False).hex())
    forged = tenant.sign({"iss": V2, "aud": APPLICATION, "tid": TENANT}, {"alg": "HS256"}, public)
    with pytest.raises(TokenInvalid, match="algorithm"):
        judge(tenant).authenticate(forged)


@pytest.mark.parametrize("header", [{"kid": ...}, {"kid": "another"}])
def test_a_key_is_told_by_its_id_alone(tenant: Entra, header: dict[str, Any]) -> None:
    with pytest.raises(TokenInvalid, match="signature"):
        caller(tenant, header=header)


@pytest.mark.parametrize(
    "named",
    [
        f"{entra.SIGN_IN}/{OTHER}/v2.0",
        "https://login.microsoftonline.com/{tenantid}/v2.0",
        f"https://sts.windows.net/{OTHER}/",
        "",
        7,
    ],
)
def test_a_key_of_another_tenant_signs_nothing_here(tenant: Entra, named: Any) -> None:
    jwks = {"keys": [{**key, "issuer": named} for key in tenant.jwks()["keys"]]}
    with pytest.raises(TokenInvalid, match="signature"):
        judge(tenant, jwks).authenticate(tenant.user(now=NOW))


@pytest.mark.parametrize("named", [V2, f"https://sts.windows.net/{TENANT}/", "https://sts.windows.net/{tenantid}/", None])
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_key_of_the_tenant_signs_both_forms(tenant: Entra, named: Any, version: str) -> None:
    jwks = {"keys": [{**key, "issuer": named} for key in tenant.jwks()["keys"]]}
    assert judge(tenant, jwks).authenticate(tenant.user(version, now=NOW)).subject == SOMEBODY


def test_a_token_for_microsoft_graph_is_refused_and_told(tenant: Entra) -> None:
    """Its signature is over a header that it does not carry, so nobody but Graph can verify it."""
    with pytest.raises(TokenInvalid, match="Microsoft Graph"):
        caller(tenant, header={"nonce": "AQABAAAAAA"}, aud="https://graph.microsoft.com")


def test_a_key_that_the_tenant_never_published_signs_nothing(tenant: Entra) -> None:
    stolen = Entra(keys=[new_key("one")])
    with pytest.raises(TokenInvalid, match="signature"):
        judge(tenant).authenticate(stolen.user(now=NOW, groups=[SALES]))


def test_a_token_with_as_many_groups_as_entra_writes_is_read(tenant: Entra) -> None:
    groups = [f"{number:08x}-4c1d-4f7e-9a3b-2d1e5c7a9b00" for number in range(199)]
    made = tenant.user(now=NOW, groups=[*groups, SALES], roles=["In.Westeurope"])
    assert 10_000 < len(made) < TOKEN_LIMIT
    assert judge(tenant).authenticate(made).domain == "sales"


def test_no_refusal_shows_a_key_or_the_token(tenant: Entra) -> None:
    made = tenant.user(now=NOW, tid=OTHER, groups=[SALES])
    with pytest.raises(FreeholdError) as refused:
        judge(tenant).authenticate(made)
    said = f"{refused.value.detail} {refused.value.remedy} {refused.value.facts}"
    assert not any(part in said for part in (*made.split("."), OTHER, TENANT))


@pytest.mark.parametrize(
    ("cloud", "sign_in", "names"),
    [
        ("public", "https://login.microsoftonline.com", "https://sts.windows.net"),
        ("usGovernment", "https://login.microsoftonline.us", "https://sts.windows.net"),
        ("china", "https://login.partner.microsoftonline.cn", "https://sts.chinacloudapi.cn"),
    ],
)
def test_a_cloud_says_where_its_tenants_are(cloud: str, sign_in: str, names: str) -> None:
    issuers = believed("", cloud=cloud)
    assert {item.issuer for item in issuers} == {f"{sign_in}/{TENANT}/v2.0", f"{names}/{TENANT}/"}
    assert {item.jwks_uri for item in issuers} == {f"{sign_in}/{TENANT}/discovery/v2.0/keys"}
    assert {item.algorithms for item in issuers} == {("RS256",)}
