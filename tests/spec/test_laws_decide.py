"""A second, naive `decide`, written from the manifests' meaning alone, and production held against it on generated meshes.

The reference below is the specification: one function, read from top to bottom, that says for one caller and one product which code
refuses, or the form, the least group, the row filters and each column's right. Laws 5 and 6 are properties of both.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.model.contract import Contract
from freehold.model.label import Disclosure, Mask, MaskKind
from freehold.model.mesh import Mesh
from freehold.model.party import Domain, Principal, RoleAccess
from freehold.model.peer import Carrier
from freehold.model.place import Node, Region, Transfer, Travel
from freehold.model.policy import Decision, Effect, Form, Governance
from freehold.model.product import Column, Interface, InterfaceKind, Product, QualityFloor, Residency
from freehold.policy import Situation, basis, decide

TODAY = "2026-11-23"


# ── the specification ────────────────────────────────────────────────────────────────────────────────────────────
def specified(situation: Situation) -> dict[str, Any]:  # noqa: C901  (a specification is read from top to bottom)
    """Return `{"code": …}` for a refusal, else the form, least group, filters and rights of a permission."""
    mesh, who, product = situation.mesh, situation.principal, situation.product
    if who.domain not in mesh.domains:
        return {"code": "product-unknown"}
    there = mesh.regions.get(who.region or "")
    if there is None:
        return {"code": "residency-refused"}
    if product.home != situation.node_region:
        return {"code": "node-elsewhere"}
    owns = who.domain == product.domain.lower()
    contract = None
    form = "rows"
    if owns:
        access = [mesh.domains[product.domain.lower()].roles.get(role) for role in who.roles]
        if "read" not in access and "aggregate" not in access:
            return {"code": "role-missing"}
        form = "rows" if "read" in access else "aggregate"
    else:
        mine = [item for item in product.contracts if item.consumer.lower().removesuffix(" domain") == who.domain]
        if situation.purpose is None and len({item.purpose for item in mine}) > 1:
            return {"code": "purpose-missing"}
        if situation.purpose is not None:
            mine = [item for item in mine if item.purpose.lower() == situation.purpose.lower()]
        if not mine:
            return {"code": "contract-missing"}
        contract = mine[0]
        if contract.valid_until is not None and contract.valid_until < situation.today:
            return {"code": "contract-expired"}
        asked = [
            mesh.governance,
            *([mesh.domain_governance[key]] if (key := product.domain.lower()) in mesh.domain_governance else []),
        ]
        if any(policy.require_approval for policy in asked) and contract.slug not in situation.approved:
            return {"code": "contract-pending"}
        port = next((item for item in product.interfaces if item.kind is situation.interface), None)
        port = port or next(iter(product.interfaces), None)
        if port is not None and port.authentication is not None and port.authentication not in who.authentications:
            return {"code": "authentication-unsuitable"}
        scopes = [scope for item in product.interfaces for scope in item.scopes]
        forms = [scope for scope in scopes if scope.endswith((".read", ".aggregate"))]
        if any(scope not in who.scopes for scope in scopes if scope not in forms):
            return {"code": "scope-missing"}
        if forms and not any(scope in who.scopes for scope in forms):
            return {"code": "scope-missing"}
        if forms and not any(scope in who.scopes for scope in forms if scope.endswith(".read")):
            form = "aggregate"
    here = mesh.regions[situation.node_region].jurisdiction
    crosses = here != there.jurisdiction
    if crosses:
        rules = [rule.allow.value for rule in mesh.transfers if (rule.origin, rule.destination) == (here, there.jurisdiction)]
        if "nothing" in rules:
            return {"code": "residency-refused"}
        if not rules or "aggregates" in rules:
            form = "aggregate"
    if situation.via is not None:  # what another node carries goes into its jurisdiction too
        through = mesh.regions[situation.via.region].jurisdiction
        rules = [rule.allow.value for rule in mesh.transfers if (rule.origin, rule.destination) == (here, through)]
        if here != through and "nothing" in rules:
            return {"code": "residency-refused"}
        if here != through and (not rules or "aggregates" in rules):
            form = "aggregate"
        crosses = crosses or here != through
    least = max(product.min_group_size or 10, (contract.min_group_size or 0) if contract else 0, 5)
    filters = [text for text in (product.row_filter, contract.row_filter) if text] if contract else []
    rights = {column.name: right for column in product.columns if (right := right_of(column, contract, product, owns, crosses))}
    share = min(product.max_share or 80, (contract.max_share or 100) if contract else 100)
    noise = contract is not None and contract.disclosure is Disclosure.CELL_KEY
    return {"form": form, "least": least, "share": share, "noise": noise, "filters": filters, "rights": rights}


def right_of(column: Column, contract: Contract | None, product: Product, owns: bool, crosses: bool) -> str | None:
    """Return the right of a column as text, or None where it does not exist for the caller."""
    name = column.name
    personal = any(item == "PII" or item.startswith("PII.") for item in column.classifications)
    if personal and crosses:
        return None
    if owns:
        return "read"
    assert contract is not None
    if name in contract.excluded_fields:
        return None
    if name in contract.quantile_fields:
        return "aggregate: quantiles"
    if name in contract.aggregate_fields:
        return "aggregate"
    if name in contract.masks:
        return f"masked: {contract.masks[name]}"
    if name in contract.fields:
        return None if personal and product.residency.pii_handling in {"Encrypted-CMK", "Masked"} else "read"
    return "join" if name in contract.join_fields else None


# ── meshes and callers ───────────────────────────────────────────────────────────────────────────────────────────
NAMES = ("id", "email", "income", "segment")
SOME_NAMES = st.lists(st.sampled_from(NAMES), unique=True).map(tuple)
PURPOSES = ("Enrichment", "Marketing", "enrichment")
MASKS = st.sampled_from([Mask(kind=MaskKind.HASH), Mask(kind=MaskKind.LAST, number=2)])
CONTRACTS = st.builds(
    Contract,
    consumer=st.sampled_from(["Sales Domain", "Sales", "Analytics"]),
    purpose=st.sampled_from(PURPOSES[:2]),
    fields=SOME_NAMES,
    excluded_fields=SOME_NAMES,
    aggregate_fields=SOME_NAMES,
    quantile_fields=SOME_NAMES,
    join_fields=SOME_NAMES,
    masks=st.dictionaries(st.sampled_from(NAMES), MASKS, max_size=2),
    row_filter=st.sampled_from([None, "segment = 'a'"]),
    min_group_size=st.sampled_from([None, 3, 20]),
    max_share=st.sampled_from([None, 40, 100]),
    disclosure=st.sampled_from(Disclosure),
    valid_until=st.sampled_from([None, None, "2026-11-22", TODAY]),
)
SCOPES = ("c.read", "c.aggregate", "c.extra")
PRODUCTS = st.builds(
    Product,
    name=st.just("Customers"),
    domain=st.just("Customer"),
    residency=st.builds(Residency, pii_handling=st.sampled_from([None, "Encrypted-CMK", "Masked", "Plain"])),
    home=st.sampled_from(["westeurope", "westeurope", "westeurope", "eastus"]),
    interfaces=st.lists(
        st.builds(
            Interface,
            kind=st.sampled_from(InterfaceKind),
            authentication=st.sampled_from([None, None, "OAuth2", "AzureAD"]),
            scopes=st.lists(st.sampled_from(SCOPES), unique=True, max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    columns=st.tuples(
        *(
            st.builds(
                Column,
                name=st.just(name),
                type=st.just("string"),
                classifications=st.sampled_from([(), (), ("PII.Contact",), ("PIN",)]),
            )
            for name in NAMES
        )
    ),
    quality=st.just(QualityFloor()),
    entity_key=st.sampled_from(["id", None]),
    row_filter=st.sampled_from([None, "id <> ''"]),
    min_group_size=st.sampled_from([None, None, 3, 7, 50]),
    max_share=st.sampled_from([None, None, 60, 100]),
    contracts=st.lists(CONTRACTS, max_size=3, unique_by=lambda item: item.slug).map(tuple),
)
POLICIES = st.builds(Governance, require_approval=st.sampled_from([False, False, True]))
TRANSFERS = st.lists(
    st.builds(
        Transfer,
        origin=st.sampled_from(["EU", "US"]),
        destination=st.sampled_from(["EU", "US", "CN"]),
        allow=st.sampled_from(Travel),
    ),
    max_size=3,
).map(tuple)
ROLES = {"engineer": RoleAccess.READ, "analyst": RoleAccess.AGGREGATE}
REGIONS = {"westeurope": "EU", "northeurope": "EU", "eastus": "US", "chinanorth": "CN"}
CARRIERS = tuple(Carrier(node=f"node-{name}", region=name) for name in REGIONS)


@st.composite
def situations(draw: Callable[..., Any]) -> Situation:
    """Draw a mesh, a caller and a question about its one product."""
    product: Product = draw(PRODUCTS)
    mesh = Mesh(
        name="generated",
        regions={name: Region(name=name, jurisdiction=area) for name, area in REGIONS.items()},
        nodes={"we": Node(name="we", region="westeurope", url="http://127.0.0.1:1")},
        transfers=draw(TRANSFERS),
        governance=draw(POLICIES),
        domain_governance=draw(st.dictionaries(st.just("customer"), POLICIES, max_size=1)),
        domains={name.lower(): Domain(name=name, roles=ROLES) for name in ("Customer", "Sales", "Analytics")},
        products={product.key: product},
    )
    principal = Principal(
        subject="someone",
        issuer="https://login.contoso.example",
        domain=draw(st.sampled_from(["sales", "sales", "analytics", "customer", "elsewhere", None])),
        region=draw(st.sampled_from(["westeurope", "northeurope", "eastus", "chinanorth", "atlantis", None])),
        roles=frozenset(draw(st.lists(st.sampled_from(["engineer", "analyst", "guest"]), max_size=2))),
        scopes=frozenset(draw(st.lists(st.sampled_from(SCOPES), max_size=3))),
        authentications=frozenset(draw(st.sampled_from([("OAuth2",), ("OAuth2", "AzureAD"), ()]))),
    )
    return Situation(
        mesh=mesh,
        principal=principal,
        product=product,
        purpose=draw(st.sampled_from([None, *PURPOSES])),
        today=TODAY,
        node_region="westeurope",
        via=draw(st.sampled_from([None, None, *CARRIERS])),
        interface=draw(st.sampled_from(InterfaceKind)),
        approved=frozenset(item.slug for item in product.contracts if draw(st.booleans())),
    )


def summary(decision: Decision) -> dict[str, Any]:
    """Return what the specification speaks of."""
    if decision.effect is Effect.FORBID:
        return {"code": decision.code}
    return {
        "form": decision.form.value,
        "least": decision.min_group,
        "share": decision.max_share,
        "noise": decision.disclosure is Disclosure.CELL_KEY,
        "filters": list(decision.row_filters),
        "rights": {column.name: str(column.right) for column in decision.columns},
    }


@settings(max_examples=600)
@given(situations())
def test_production_decides_as_the_specification_does(situation: Situation) -> None:
    assert summary(decide(situation)) == specified(situation)


# ── narrowing only (law 6) ───────────────────────────────────────────────────────────────────────────────────────
STRENGTH = {"read": 4, "masked": 3, "aggregate": 2, "join": 1}


def gives_no_more(narrow: dict[str, Any], wide: dict[str, Any]) -> bool:
    """Return whether one outcome gives nothing that another does not."""
    if "code" in narrow:
        return True
    if "code" in wide:
        return False
    rights = all(
        STRENGTH[right.split(":")[0]] <= STRENGTH[wide["rights"].get(name, "join").split(":")[0]] and name in wide["rights"]
        for name, right in narrow["rights"].items()
    )
    forms = narrow["form"] == wide["form"] or narrow["form"] == "aggregate"
    groups = narrow["least"] >= wide["least"] and narrow["share"] <= wide["share"] and narrow["noise"] >= wide["noise"]
    return rights and forms and groups and set(wide["filters"]) <= set(narrow["filters"])


def with_contracts(situation: Situation, change: Callable[[Contract], Contract]) -> Situation:
    """Return the situation with each contract changed."""
    contracts = tuple(change(item) for item in situation.product.contracts)
    return with_product(situation, msgspec.structs.replace(situation.product, contracts=contracts))


def with_product(situation: Situation, product: Product) -> Situation:
    """Return the situation with another product in its place."""
    mesh = msgspec.structs.replace(situation.mesh, products={product.key: product})
    return msgspec.structs.replace(situation, product=product, mesh=mesh)


def with_mesh(situation: Situation, **change: Any) -> Situation:
    """Return the situation in a changed mesh."""
    return msgspec.structs.replace(situation, mesh=msgspec.structs.replace(situation.mesh, **change))


def personal(product: Product) -> Product:
    """Return the product with every column classified."""
    columns = tuple(msgspec.structs.replace(item, classifications=(*item.classifications, "PII")) for item in product.columns)
    return msgspec.structs.replace(product, columns=columns)


NARROWER: dict[str, Callable[[Situation], Situation]] = {
    "a field is excluded": lambda s: with_contracts(
        s, lambda c: msgspec.structs.replace(c, excluded_fields=(*c.excluded_fields, "email"))
    ),
    "a field is only aggregated": lambda s: with_contracts(
        s, lambda c: msgspec.structs.replace(c, aggregate_fields=(*c.aggregate_fields, *(n for n in c.fields if n not in c.masks)))
    ),
    "a field is masked": lambda s: with_contracts(
        s, lambda c: msgspec.structs.replace(c, masks={**{n: Mask(kind=MaskKind.HASH) for n in c.fields}, **c.masks})
    ),
    "a contract has a row filter": lambda s: with_contracts(
        s, lambda c: msgspec.structs.replace(c, row_filter=c.row_filter or "id = 'x'")
    ),
    "a contract's group is larger": lambda s: with_contracts(s, lambda c: msgspec.structs.replace(c, min_group_size=100)),
    "a contract's share is smaller": lambda s: with_contracts(s, lambda c: msgspec.structs.replace(c, max_share=10)),
    "a contract adds noise": lambda s: with_contracts(s, lambda c: msgspec.structs.replace(c, disclosure=Disclosure.CELL_KEY)),
    "a product's share is smaller": lambda s: with_product(s, msgspec.structs.replace(s.product, max_share=5)),
    "a contract has ended": lambda s: with_contracts(s, lambda c: msgspec.structs.replace(c, valid_until="2020-01-01")),
    "a product has a row filter": lambda s: with_product(
        s, msgspec.structs.replace(s.product, row_filter=s.product.row_filter or "id = 'y'")
    ),
    "a product's group is larger": lambda s: with_product(s, msgspec.structs.replace(s.product, min_group_size=200)),
    "columns are personal": lambda s: with_product(s, personal(s.product)),
    "a product wants a scope": lambda s: with_product(
        s,
        msgspec.structs.replace(
            s.product,
            interfaces=tuple(msgspec.structs.replace(p, scopes=(*p.scopes, "c.other")) for p in s.product.interfaces),
        ),
    ),
    "personal data stays encrypted": lambda s: with_product(
        s, msgspec.structs.replace(s.product, residency=Residency(pii_handling="Encrypted-CMK"))
    ),
    "governance wants approval": lambda s: with_mesh(s, governance=Governance(require_approval=True)),
    "a domain wants approval": lambda s: with_mesh(s, domain_governance={"customer": Governance(require_approval=True)}),
    "a node of the same jurisdiction carries it": lambda s: msgspec.structs.replace(s, via=s.via or CARRIERS[1]),
    "a node across the border carries it": lambda s: msgspec.structs.replace(s, via=s.via or CARRIERS[2]),
    "nothing may travel": lambda s: with_mesh(
        s,
        transfers=(
            *s.mesh.transfers,
            *(Transfer(origin="EU", destination=to, allow=Travel.NOTHING) for to in ("US", "CN")),
        ),
    ),
    "only aggregates may travel": lambda s: with_mesh(
        s,
        transfers=(
            *s.mesh.transfers,
            *(Transfer(origin="EU", destination=to, allow=Travel.AGGREGATES) for to in ("US", "CN")),
        ),
    ),
    "approvals are withdrawn": lambda s: msgspec.structs.replace(s, approved=frozenset()),
    "the caller has no role": lambda s: msgspec.structs.replace(
        s, principal=msgspec.structs.replace(s.principal, roles=frozenset())
    ),
    "the caller is nowhere": lambda s: msgspec.structs.replace(s, principal=msgspec.structs.replace(s.principal, region=None)),
}


@pytest.mark.parametrize("change", NARROWER)
@settings(max_examples=40)
@given(situation=situations())
def test_a_narrower_policy_never_gives_more(change: str, situation: Situation) -> None:
    assert gives_no_more(summary(decide(NARROWER[change](situation))), summary(decide(situation)))


@given(situations())
def test_across_a_border_nothing_personal_is_shown_and_rows_need_a_rule(situation: Situation) -> None:
    decision = decide(situation)
    if decision.effect is Effect.FORBID or decision.crossing is None:
        return
    personal_names = {column.name for column in situation.product.columns if column.personal}
    assert not personal_names & {column.name for column in decision.columns}
    if decision.form is Form.ROWS:
        assert any(rule.allow is Travel.ROWS for rule in situation.mesh.transfers)


@given(situations())
def test_the_least_group_is_never_under_the_floor(situation: Situation) -> None:
    decision = decide(situation)
    assert decision.effect is Effect.FORBID or decision.min_group >= 5


@settings(max_examples=50)
@given(situations())
def test_a_policy_that_fails_denies(situation: Situation) -> None:
    def broken(_: Situation, __: Decision) -> Decision:
        raise ZeroDivisionError("a policy with a mistake in it")

    module = importlib.import_module("freehold.policy.decide")
    with pytest.MonkeyPatch.context() as at:
        at.setattr(module, "STEPS", (*module.STEPS, broken))
        decision = decide(situation)
    assert decision.effect is Effect.FORBID
    assert decision.columns == ()
    if summary(decide(situation)).get("code") is None:
        assert decision.code == "policy-failed"
        assert "mistake" not in decision.detail


def test_the_word_domain_among_approvers_is_the_owning_domain() -> None:
    mesh = Mesh(name="m", regions={}, governance=Governance(approvers=("data-steward@domain", "cdo@board", "anna@contoso.com")))
    product = Product(name="Customers", domain="Customer")
    assert basis.approvers(mesh, product) == ("data-steward@customer", "cdo@board", "anna@contoso.com")
