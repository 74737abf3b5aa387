"""A question goes to the one home of all that it reads, or is answered here: with a refusal where it cannot be read."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from freehold.errors import FreeholdError
from freehold.model.peer import Carrier
from freehold.model.place import Node
from freehold.model.query import Question
from freehold.services.entrance import Elsewhere, Entrance, Several
from freehold.services.force import InForce

COUNT = "select count(*) from sales.orders"


@pytest.fixture
def entrance(kit: Any, house: Any) -> Entrance:
    """Return the way in of the node in westeurope, of a mesh whose orders are at home in northeurope."""
    mesh = kit.example_mesh()
    orders = msgspec.structs.replace(mesh.products["sales.orders"], home="northeurope")
    north = Node(name="contoso-ne", region="northeurope", url="http://127.0.0.1:2")
    house.apply(
        msgspec.structs.replace(mesh, products={**mesh.products, "sales.orders": orders}, nodes={**mesh.nodes, "contoso-ne": north})
    )
    return Entrance(region="westeurope", in_force=InForce(house.registry), longest=1000)


def asked(house: Any, sql: str = "", who: str = "sales-engineer", **more: Any) -> Question:
    return Question(principal=house.principals[who], sql=sql, **more)


def test_what_is_at_home_elsewhere_goes_there(entrance: Entrance, house: Any) -> None:
    found = entrance.ask(asked(house, COUNT), lambda _: None)
    assert isinstance(found, Elsewhere)
    assert (found.home.name, found.products) == ("contoso-ne", ("sales.orders",))
    assert entrance.ask(asked(house, domain="sales", declared="by-category"), lambda _: None) == found


@pytest.mark.parametrize(
    "sql",
    [
        "select count(*) from customer.customer_360",
        "select count(*) from sales.nothing",
        "select count(*) from",
        "select 1",
        "x" * 2000,
    ],
)
def test_everything_else_is_answered_or_refused_here(entrance: Entrance, house: Any, sql: str) -> None:
    assert entrance.ask(asked(house, sql), lambda question: ("here", question.sql)) == ("here", sql)


def test_a_question_over_several_homes_is_divided_unless_it_was_carried_here(entrance: Entrance, house: Any) -> None:
    both = "select count(*) from customer.customer_360 c join sales.orders o on o.customerId = c.customerId"
    assert entrance.ask(asked(house, both), lambda _: "here") == Several(("customer.customer_360", "sales.orders"))
    carried = asked(house, both, via=Carrier(node="contoso-ne", region="northeurope"))
    assert entrance.ask(carried, lambda _: "here") == "here"


def test_what_was_carried_here_goes_no_further(entrance: Entrance, house: Any) -> None:
    carried = asked(house, COUNT, via=Carrier(node="contoso-ne", region="northeurope"))
    assert entrance.ask(carried, lambda _: "here") == "here"


def test_where_somebody_is_sent_depends_on_what_their_domain_may_know_of(entrance: Entrance, house: Any) -> None:
    assert entrance.ask(asked(house, COUNT, "stranger"), lambda _: "here") == "here"
    assert isinstance(entrance.ask(asked(house, "select count(*) from orders"), lambda _: None), Elsewhere)


def test_a_home_without_a_node_is_refused_by_the_gate_here(entrance: Entrance, house: Any, kit: Any) -> None:
    mesh = kit.example_mesh(home="eastus", jurisdiction="US")
    house.apply(mesh)
    question = asked(house, "select count(*) from customer.customer_360", "owner")
    with pytest.raises(FreeholdError) as refused:
        entrance.ask(question, house.gate.ask).release()  # pyright: ignore[reportAttributeAccessIssue]
    assert refused.value.code == "node-elsewhere"


def test_it_follows_the_mesh_in_force(entrance: Entrance, house: Any, kit: Any) -> None:
    assert isinstance(entrance.ask(asked(house, COUNT), lambda _: None), Elsewhere)
    house.apply(kit.example_mesh())
    assert entrance.ask(asked(house, COUNT), lambda _: "here") == "here"
