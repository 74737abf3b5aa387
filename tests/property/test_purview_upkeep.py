"""Keeping an account in step: from whatever mesh, however often broken off, an apply ends where a first one would have ended."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from account import Inside, account_in, applied, planned
from freehold.catalogs.purview import PurviewAccount
from freehold.model.contract import Contract
from freehold.model.mesh import Mesh
from freehold.model.party import Domain
from freehold.model.place import Region
from freehold.model.product import Column, Interface, InterfaceKind, Product, ServiceLevel
from freehold.purview.changes import Gone
from freehold.purview.state import present
from freehold.services.purview.upkeep import apply

WORDS = st.sampled_from(["Orders", "Customer 360", "Größen", "a.b@c", "x" * 60, "Sales", "sales domain"])
TEXTS = st.none() | st.sampled_from(
    ["", "  ", "What it is.", "Ends with space ", "two\nlines", "<b>", "Kept by Freehold for nobody"]
)
CLASSES = st.lists(st.sampled_from(["PII", "PII.Contact", "PII.Contact.Home", "Secret", "9 lives"]), unique=True, max_size=2)
DOMAINS = ("Sales", "Customer", "Analytics Domain")
_MOST = 20


@st.composite
def columns(draw: st.DrawFn) -> Column:
    name = draw(st.sampled_from(["id", "Größe", "a b", "e-mail", "id#2"]))
    return Column(name=name, type="string", description=draw(TEXTS), classifications=tuple(draw(CLASSES)))


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    return Contract(
        consumer=draw(st.sampled_from([*DOMAINS, "Nobody"])),
        purpose=draw(st.sampled_from(["Business analytics", "business  analytics", "Care", "a@b.c"])),
        fields=tuple(draw(st.lists(st.sampled_from(["id", "Größe"]), unique=True))),
        valid_until=draw(st.none() | st.just("2030-01-01")),
    )


@st.composite
def products(draw: st.DrawFn, domains: Sequence[str]) -> Product:
    server = draw(st.sampled_from([None, "sales-sql.database.windows.net", "tcp:other.database.windows.net,1433"]))
    return Product(
        name=draw(WORDS),
        domain=draw(st.sampled_from(domains)),
        owner=draw(st.none() | st.just("team@contoso.example")),
        description=draw(TEXTS),
        sensitivity_label=draw(st.none() | st.sampled_from(["General", "Confidential"])),
        sla=ServiceLevel(availability=draw(st.none() | st.just(99.9))),
        interfaces=(Interface(kind=InterfaceKind.SQL, endpoint=server),),
        columns=tuple(draw(st.lists(columns(), unique_by=lambda item: item.name, max_size=3))),
        contracts=tuple(draw(st.lists(contracts(), max_size=2))),
    )


@st.composite
def meshes(draw: st.DrawFn) -> Mesh:
    names = draw(st.lists(st.sampled_from(DOMAINS), unique=True, min_size=1))
    made = [Domain(name=name, description=draw(TEXTS)) for name in names]
    held = draw(st.lists(products(names), max_size=3))
    return Mesh(
        name="contoso",
        regions={"westeurope": Region(name="westeurope", jurisdiction="EU")},
        domains={item.key: item for item in made},
        products={item.key: item for item in held},
    )


@contextmanager
def fresh() -> Generator[tuple[PurviewAccount, Inside]]:
    with tempfile.TemporaryDirectory() as folder, account_in(Path(folder)) as found:
        yield found


def said(account: PurviewAccount, mesh: Mesh) -> Any:
    """Return all that an account says of a mesh, without what is its own: identifiers and times."""
    things = planned(account, mesh).seen
    return {
        key: (item.belongs, item.place, item.ours, present(item.facts), sorted(item.marks), item.record)
        for key, item in things.items()
    }


def once(mesh: Mesh) -> Any:
    """Return what an account says after one unbroken apply."""
    with fresh() as (account, _):
        applied(account, mesh)
        return said(account, mesh)


@settings(max_examples=_MOST, deadline=None)
@given(meshes())
def test_after_an_apply_there_is_nothing_left_to_plan(mesh: Mesh) -> None:
    with fresh() as (account, inside):
        applied(account, mesh)
        found = planned(account, mesh)
        assert found.changes == ()
        assert found.drifted == ()
        inside.sent.clear()
        assert applied(account, mesh, Gone.PRUNED) == 0
        assert inside.writes == []


@settings(max_examples=_MOST, deadline=None)
@given(meshes(), meshes())
def test_an_apply_with_prune_ends_where_a_first_one_ends_whatever_mesh_was_before(old: Mesh, new: Mesh) -> None:
    with fresh() as (account, _):
        applied(account, old)
        changed = planned(account, new, Gone.PRUNED)
        assert changed.drifted == ()
        apply(account, changed, lambda _done, _total: None)
        assert planned(account, new, Gone.PRUNED).changes == ()
        assert said(account, new) == once(new)


@settings(max_examples=_MOST // 2, deadline=None)
@given(meshes(), meshes())
def test_without_prune_nothing_is_taken_and_a_later_prune_still_knows_what_is_ours(old: Mesh, new: Mesh) -> None:
    with fresh() as (account, inside):
        applied(account, old)
        inside.sent.clear()
        applied(account, new)
        assert [item for item in inside.writes if item.method == "DELETE" and not item.path.endswith("/relationships")] == []
        assert planned(account, new).pending == ()
        applied(account, new, Gone.PRUNED)
        assert said(account, new) == once(new)


@settings(max_examples=_MOST, deadline=None)
@given(meshes(), meshes(), st.lists(st.integers(0, 12), min_size=1, max_size=3))
def test_an_apply_that_is_broken_off_anywhere_goes_on_to_the_same_end(old: Mesh, new: Mesh, breaks: list[int]) -> None:
    with fresh() as (account, inside):
        applied(account, old)
        for writes in breaks:
            inside.fail_after = writes
            with suppress(ConnectionError):
                applied(account, new, Gone.PRUNED)
            inside.fail_after = None
        applied(account, new, Gone.PRUNED)
        assert planned(account, new, Gone.PRUNED).changes == ()
        assert said(account, new) == once(new)
