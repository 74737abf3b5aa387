"""How promises are kept is told to whom the catalogue lists their product, and through no place that may not know of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest

from freehold.digest import digest
from freehold.engines.duckdb import DuckDBEngine
from freehold.errors import NodeElsewhere, ParameterInvalid, ProductUnknown
from freehold.model.mesh import Applied, Mesh
from freehold.model.party import Domain, Principal
from freehold.model.peer import Carrier
from freehold.model.place import Node, Region, Transfer, Travel
from freehold.model.product import Product, ServiceLevel
from freehold.model.service_level import Aspect, Incident, Span
from freehold.services.catalog import Catalog
from freehold.services.force import InForce
from freehold.services.listings import Listings
from freehold.services.monitoring import Monitoring
from freehold.services.promises import PromiseKeeping
from freehold.services.quality import Quality
from freehold.services.service_levels import ServiceLevels
from freehold.stores.history import SqliteHistory
from freehold.testing import FixedClock, MemoryRegistry

SLA = ServiceLevel(availability=99.0)
ORDERS = Product(name="Orders", domain="Sales", home="westeurope", jurisdiction="EU", sla=SLA)
AWAY = Product(name="Away", domain="Sales", home="northeurope", jurisdiction="EU")
PLACES = {"westeurope": "EU", "northeurope": "EU", "eastus": "US", "brazilsouth": "BR"}
NOW = FixedClock().now().timestamp()


def principal(domain: str, region: str = "westeurope") -> Principal:
    return Principal(subject="x", issuer="i", domain=domain, region=region)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[SqliteHistory]:
    with closing(SqliteHistory(tmp_path / "history.sqlite")) as opened:
        yield opened


@pytest.fixture
def promises(tmp_path: Path, history: SqliteHistory) -> Iterator[PromiseKeeping]:
    mesh = Mesh(
        name="contoso",
        regions={name: Region(name=name, jurisdiction=area) for name, area in PLACES.items()},
        nodes={name: Node(name=name, region=name, url=f"https://{name}.example.com") for name in PLACES},
        transfers=(Transfer(origin="EU", destination="BR", allow=Travel.NOTHING),),
        domains={name.lower(): Domain(name=name) for name in ("Sales", "Analytics")},
        products={item.key: item for item in (ORDERS, AWAY)},
    )
    clock = FixedClock()
    in_force = InForce(MemoryRegistry(Applied(version=1, digest=digest(mesh), mesh=mesh, applied_at="2026-11-23")))
    with closing(DuckDBEngine(tmp_path)) as engine:
        levels = ServiceLevels(region="westeurope", history=history, in_force=in_force, clock=clock)
        nothing = cast("Any", None)  # nobody is told, and there is no data to measure
        monitoring = Monitoring(
            node="westeurope",
            region="westeurope",
            in_force=in_force,
            engine=engine,
            quality=Quality(clock=clock),
            check=nothing,
            levels=levels,
            history=history,
            target=nothing,
            clock=clock,
            encode=nothing,
            identify=nothing,
        )
        listings = Listings(in_force=in_force, clock=clock, region="westeurope")
        yield PromiseKeeping(
            region="westeurope",
            catalog=Catalog(listings=listings, engine=engine, clock=clock),
            in_force=in_force,
            monitoring=monitoring,
            history=history,
            clock=clock,
        )


def test_what_was_counted_is_held_against_what_is_promised(promises: PromiseKeeping, history: SqliteHistory) -> None:
    history.count({ORDERS.key: [Span(start=int(NOW) - 600, answered=98, failed=2)]})
    told = promises.told(principal("analytics"), ORDERS.key)
    (availability,) = told["promises"]
    assert (availability["measured"], availability["kept"]) == (98.0, False)
    assert told["answers"]["objectives"][0]["budgetLeft"] == -100.0


def test_a_shorter_period_looks_at_less(promises: PromiseKeeping, history: SqliteHistory) -> None:
    history.count({ORDERS.key: [Span(start=int(NOW) - 5 * 86_400, answered=40), Span(start=int(NOW) - 600, answered=2)]})
    counted = [promises.told(principal("sales"), ORDERS.key, days)["answers"]["answered"] for days in (1, 30)]
    assert counted == [2, 42]


def test_incidents_are_told_with_their_times(promises: PromiseKeeping, history: SqliteHistory) -> None:
    history.note([Incident(product=ORDERS.key, aspect=Aspect.RULES, since=NOW - 60, until=NOW, detail="these rules: secret")], [])
    (own,) = promises.told(principal("sales"), ORDERS.key)["incidents"]
    (other,) = promises.told(principal("analytics"), ORDERS.key)["incidents"]
    assert own["detail"] == "these rules: secret"
    assert other == own | {"detail": None}


@pytest.mark.parametrize("who", [principal("nobody"), principal("analytics", "brazilsouth"), principal("analytics", "nowhere")])
def test_whoever_the_catalogue_hides_a_product_from_finds_nothing(promises: PromiseKeeping, who: Principal) -> None:
    refusals: list[str] = []
    for key in (ORDERS.key, "sales.nothing"):
        with pytest.raises(ProductUnknown) as caught:
            promises.told(who, key)
        refusals.append(str(caught.value).replace(key, "KEY"))
    assert refusals[0] == refusals[1]
    assert promises.visible(who) == []


def test_nothing_is_told_through_a_node_where_it_may_not_be_known(promises: PromiseKeeping) -> None:
    who = principal("analytics")
    assert promises.told(who, ORDERS.key, via=Carrier(node="eastus", region="eastus"))
    with pytest.raises(ProductUnknown):
        promises.told(who, ORDERS.key, via=Carrier(node="brazilsouth", region="brazilsouth"))


def test_a_product_of_another_home_is_told_of_there(promises: PromiseKeeping) -> None:
    with pytest.raises(NodeElsewhere) as caught:
        promises.told(principal("sales"), AWAY.key)
    assert caught.value.facts["region"] == "northeurope"


@pytest.mark.parametrize("days", [0, 401])
def test_a_period_is_of_1_to_400_days(promises: PromiseKeeping, days: int) -> None:
    with pytest.raises(ParameterInvalid):
        promises.told(principal("sales"), ORDERS.key, days)
