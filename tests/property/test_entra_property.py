"""Law 4 for tokens of Entra ID: groups and app roles give what is mapped; more of them never move anybody to another domain."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from entra import APPLICATION, CLIENT, SIGN_IN, SOMEBODY, TENANT
from freehold.errors import GroupsMissing, MembershipAmbiguous
from freehold.identity.entra import read_member
from freehold.model.party import ClaimNames, Issuer, Membership, Principal, Tenant, TokenVersion

V2 = f"{SIGN_IN}/{TENANT}/v2.0"
GROUPS = [f"0f6c1a52-4c1d-4f7e-9a3b-2d1e5c7a9b0{number}" for number in range(6)]
NAMES = ["Sales.Analyst", "Sales.App", "Mesh.Auditor", "analyst", "sales", "analyst@sales"]
DOMAINS = [None, "sales", "customer"]
memberships = st.builds(
    Membership,
    group=st.sampled_from(GROUPS),
    domain=st.sampled_from(DOMAINS),
    roles=st.lists(st.sampled_from(["analyst", "auditor"]), max_size=2).map(tuple),
    region=st.sampled_from([None, "westeurope", "eastus"]),
) | st.builds(Membership, app_role=st.sampled_from(NAMES), domain=st.sampled_from(DOMAINS), roles=st.just(("app",)))
maps = st.lists(memberships, max_size=6).map(tuple)
groups = st.lists(st.sampled_from(GROUPS), max_size=6, unique=True)
app_roles = st.lists(st.sampled_from(NAMES), max_size=4, unique=True)


def caller(members: tuple[Membership, ...], **more: Any) -> Principal | None:
    """Return who a token describes, or None where two domains or regions are refused."""
    tenant = Tenant(id=TENANT, version=TokenVersion.V2, issuers=(V2,), members=members)
    names = ClaimNames(subject="oid", domain="", region="", scopes="scp")
    issuer = Issuer(issuer=V2, audience=APPLICATION, claims=names, tenant=tenant)
    claims = {"tid": TENANT, "ver": "2.0", "oid": SOMEBODY, "sub": "x", "azp": CLIENT, "scp": "read"} | more
    try:
        return read_member(claims, issuer, tenant, 0.0)
    except MembershipAmbiguous:
        return None


@given(maps, groups, groups, app_roles, app_roles)
def test_more_groups_and_roles_never_give_another_domain(
    members: tuple[Membership, ...], few: list[str], more: list[str], some: list[str], further: list[str]
) -> None:
    before = caller(members, groups=few, roles=some)
    after = caller(members, groups=[*few, *more], roles=[*some, *further])
    if before is None:
        assert after is None
    elif after is not None:
        assert before.domain in {None, after.domain}
        assert before.region in {None, after.region}
        assert before.roles <= after.roles


@given(maps, groups, app_roles)
def test_everything_that_a_caller_has_is_mapped_by_what_they_hold(
    members: tuple[Membership, ...], held: list[str], roles: list[str]
) -> None:
    given_by = [item for item in members if item.group in held or item.app_role in roles]
    domains, regions = ({getattr(item, name) for item in given_by} - {None} for name in ("domain", "region"))
    found = caller(members, groups=held, roles=roles)
    assert (found is None) == (len(domains) > 1 or len(regions) > 1)
    if found is not None:
        assert ({found.domain} - {None}, {found.region} - {None}) == (domains, regions)
        assert found.roles == {role for item in given_by for role in item.roles}


@given(st.lists(st.text(max_size=40) | st.sampled_from(["sales", "analyst@sales"]), max_size=5), st.text(max_size=20))
def test_a_group_that_is_not_mapped_gives_nothing(names: list[str], role: str) -> None:
    members = (Membership(group=GROUPS[0], domain="sales", roles=("analyst",)),)
    found = caller(members, groups=names, roles=[role], domain="sales", region="westeurope")
    assert found is not None
    assert (found.domain, found.region, found.roles) == (None, None, frozenset())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)


@given(maps, groups, JSON)
def test_groups_that_lie_elsewhere_are_never_taken_for_none(members: tuple[Membership, ...], held: list[str], source: Any) -> None:
    """Whatever the pointer to them looks like."""
    mapped = any(item.group for item in members)
    try:
        caller(members, groups=held, _claim_names={"groups": source})
    except GroupsMissing:
        assert mapped
    else:
        assert not mapped


@given(
    st.dictionaries(st.sampled_from(["groups", "roles", "scp", "idtyp", "hasgroups", "_claim_names", "oid", "tid", "ver"]), JSON)
)
def test_claims_of_any_shape_are_refused_or_give_what_is_mapped(claims: dict[str, Any]) -> None:
    from freehold.errors import FreeholdError

    members = (Membership(group=GROUPS[0], domain="sales"), Membership(app_role="a", domain="customer"))
    try:
        found = caller(members, **claims)
    except FreeholdError:
        return
    assert found is None or found.domain in {None, "sales", "customer"}
