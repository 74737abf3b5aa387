"""The scenes of the walk-through as data: who asks what, for which purpose, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from freehold.client import Mesh

ANSWERED = "answered"
CUSTOMER, SALES = "customer.customer_360", "sales.sales_analytics"
ENRICHMENT, ANALYTICS = "Customer enrichment", "Business analytics"
YEAR = {"region": "westeurope", "from": "2025-01-01", "to": "2026-01-01"}


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with a token: `who` is subject@domain, `region` where they ask from."""

    who: str
    region: str = "westeurope"
    roles: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """One question and its expected outcome: `answered`, or the code of the refusal; `shown` is the question as people read it."""

    sentence: str
    actor: Actor
    shown: str
    ask: Callable[[Mesh], Any]
    expect: str = ANSWERED
    purpose: str | None = None


SALES_APP = Actor(who="sales-app@sales")
ANALYST = Actor(who="analyst@analytics", scopes=("sales.read",))
IN_VIRGINIA = Actor(who="analyst@analytics", region="eastus", scopes=("sales.read",))
IN_BRAZIL = Actor(who="analyst@analytics", region="brazilsouth", scopes=("sales.read",))
CUSTOMER_STEWARD = Actor(who="anna@customer", roles=("data-steward",))
SALES_STEWARD = Actor(who="stefan@sales", roles=("data-steward",))

SEGMENTS = "select segment, count(*) as customers from customer.customer_360 group by segment order by segment"
TRICK = "with c as (select * from customer.customer_360) select c.email as segment from c"
EVERYTHING = "select * from customer.customer_360 order by customerId limit 3"
EXCLUDED = "select customerId, email from customer.customer_360"
ORDERS = "select orderDate, market, revenue from sales.sales_analytics"
PER_CATEGORY = (
    "select category, count(*) as orders, sum(revenue) as revenue from sales.sales_analytics group by category order by category"
)
JOINED = (
    "select c.segment, sum(s.revenue) as revenue from sales.sales_analytics s "
    "join customer.customer_360 c on s.customerId = c.customerId group by c.segment order by c.segment"
)


def query(sentence: str, actor: Actor, purpose: str, sql: str, expect: str = ANSWERED) -> Scene:
    """Return the scene of an SQL question."""
    return Scene(sentence=sentence, actor=actor, purpose=purpose, shown=sql, ask=lambda mesh: mesh.query(sql), expect=expect)


def approval(actor: Actor, product: str, slug: str) -> Scene:
    """Return the scene of a steward's yes."""
    return Scene(
        sentence=f"The steward of {actor.who.rpartition('@')[2].capitalize()} approves exactly these terms.",
        actor=actor,
        shown=f"approve {product} {slug}",
        ask=lambda mesh: mesh.approve(product, slug),
    )


def declared(sentence: str, actor: Actor, expect: str = ANSWERED) -> Scene:
    """Return the scene of the declared query of Sales."""
    address = "GET /api/v1/sales/aggregates?" + "&".join(f"{name}={value}" for name, value in YEAR.items())
    return Scene(
        sentence=sentence,
        actor=actor,
        purpose=ANALYTICS,
        shown=address,
        ask=lambda mesh: mesh.call("sales", "aggregates", **YEAR),
        expect=expect,
    )


BEFORE_APPROVAL = (
    query("Nothing leaves before a steward has agreed.", SALES_APP, ENRICHMENT, SEGMENTS, "contract-pending"),
    approval(CUSTOMER_STEWARD, CUSTOMER, "sales-customer-enrichment"),
    approval(CUSTOMER_STEWARD, CUSTOMER, "analytics-business-analytics"),
    approval(SALES_STEWARD, SALES, "analytics-business-analytics"),
)
SCENES = (
    query("Sales may enrich its customers: the contract says so.", SALES_APP, ENRICHMENT, SEGMENTS),
    query("Asking for everything gives what the contract shows, and nothing else.", SALES_APP, ENRICHMENT, EVERYTHING),
    query("Another name for a column gets nothing either.", SALES_APP, ENRICHMENT, TRICK, "column-excluded"),
    query("An excluded field is refused, with the reason and what would pass.", SALES_APP, ENRICHMENT, EXCLUDED, "column-excluded"),
    query("Analytics joins two products under one purpose, and no key comes out.", ANALYST, ANALYTICS, JOINED),
    query("From Virginia the same analyst may not have rows …", IN_VIRGINIA, ANALYTICS, ORDERS, "rows-may-not-cross"),
    query("… and may have the aggregate form.", IN_VIRGINIA, ANALYTICS, PER_CATEGORY),
    declared("The API of Sales answers without any SQL.", ANALYST),
    declared("To Brazil nothing goes at all: the transfer rule says so.", IN_BRAZIL, "residency-refused"),
)
