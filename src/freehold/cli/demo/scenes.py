"""The scenes of the walk-through as data: who asks what, for which purpose, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from freehold.cli.demo.folder import EAST, NORTH, WEST

if TYPE_CHECKING:
    from freehold.client import Mesh

ANSWERED = "answered"
CUSTOMER, SALES, REQUESTS = "customer.customer_360", "sales.sales_analytics", "customer.service_requests"
ENRICHMENT, ANALYTICS = "Customer enrichment", "Business analytics"
YEAR = {"region": "westeurope", "from": "2025-01-01", "to": "2026-01-01"}


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with a token: `who` is subject@domain, `region` where they ask from."""

    who: str
    region: str = WEST
    roles: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """One question and its expected outcome: `answered`, or the code of the refusal; `shown` is the question as people read it.

    `at` is the region of the node that is asked.
    """

    sentence: str
    actor: Actor
    shown: str
    ask: Callable[[Mesh], Any]
    expect: str = ANSWERED
    purpose: str | None = None
    at: str = WEST


SALES_APP = Actor(who="sales-app@sales")
ANALYST = Actor(who="analyst@analytics", scopes=("sales.read",))
IN_VIRGINIA = Actor(who="analyst@analytics", region=EAST, scopes=("sales.read",))
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
PER_TOPIC = "select topic, count(*) as requests, avg(hours) as hours from customer.service_requests group by topic order by topic"
JOINED = (
    "select c.segment, sum(s.revenue) as revenue from sales.sales_analytics s "
    "join customer.customer_360 c on s.customerId = c.customerId group by c.segment order by c.segment"
)


def query(sentence: str, actor: Actor, purpose: str, sql: str, expect: str = ANSWERED, *, at: str = WEST) -> Scene:
    """Return the scene of an SQL question."""
    return Scene(sentence=sentence, actor=actor, purpose=purpose, shown=sql, ask=lambda mesh: mesh.query(sql), expect=expect, at=at)


def approval(actor: Actor, product: str, slug: str, sentence: str = "") -> Scene:
    """Return the scene of a steward's yes."""
    return Scene(
        sentence=sentence or f"The steward of {actor.who.rpartition('@')[2].capitalize()} approves exactly these terms.",
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
    approval(
        CUSTOMER_STEWARD,
        REQUESTS,
        "analytics-business-analytics",
        "What is at home in North Europe is approved there: the yes is carried, with the steward's own token.",
    ),
)
IN_ONE_REGION = (
    query("Sales may enrich its customers: the contract says so.", SALES_APP, ENRICHMENT, SEGMENTS),
    query("Asking for everything gives what the contract shows, and nothing else.", SALES_APP, ENRICHMENT, EVERYTHING),
    query("Another name for a column gets nothing either.", SALES_APP, ENRICHMENT, TRICK, "column-excluded"),
    query("An excluded field is refused, with the reason and what would pass.", SALES_APP, ENRICHMENT, EXCLUDED, "column-excluded"),
    query("Analytics joins two products under one purpose, and no key comes out.", ANALYST, ANALYTICS, JOINED),
    declared("The API of Sales answers without any SQL.", ANALYST),
)
BY_QUARTER = (
    "with sold as (select quarter(orderDate) as q, sum(revenue) as revenue from sales.sales_analytics group by q), "
    "asked as (select quarter(opened) as q, count(*) as requests from customer.service_requests group by q) "
    "select sold.q as quarter, revenue, requests from sold join asked on asked.q = sold.q order by quarter"
)
# What needs more than one node.
ACROSS_REGIONS = (
    query("Asked in North Europe, a question is carried to where the data is.", SALES_APP, ENRICHMENT, SEGMENTS, at=NORTH),
    query("And asked in West Europe, what is at home in the north is answered there.", ANALYST, ANALYTICS, PER_TOPIC),
    query("One question over both: each home answers its part, and the parts are put together.", ANALYST, ANALYTICS, BY_QUARTER),
)
ACROSS_BORDERS = (
    query("From Virginia the same analyst may not have rows …", IN_VIRGINIA, ANALYTICS, ORDERS, "rows-may-not-cross", at=EAST),
    query("… and may have the aggregate form.", IN_VIRGINIA, ANALYTICS, PER_CATEGORY, at=EAST),
    query(
        "So over both regions too: of each, totals cross the border and no row does.", IN_VIRGINIA, ANALYTICS, BY_QUARTER, at=EAST
    ),
    query(
        "Nor do rows go to somebody in the Union through the node in Virginia: it is in the way.",
        SALES_APP,
        ENRICHMENT,
        EVERYTHING,
        "rows-may-not-cross",
        at=EAST,
    ),
    declared("To Brazil nothing goes at all: the transfer rule says so.", IN_BRAZIL, "residency-refused"),
)
SCENES = (*IN_ONE_REGION, *ACROSS_REGIONS, *ACROSS_BORDERS)
