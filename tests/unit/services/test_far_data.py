"""Data that is not on this machine: what runs on the event loop, and lists of many products, never wait for where it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from freehold.engines.duckdb import DuckDBEngine
from freehold.engines.folder import DataFolder
from freehold.engines.place import Files
from freehold.model.product import Source
from freehold.model.query import Question
from freehold.services.catalog import Catalog
from freehold.services.force import InForce
from freehold.services.listings import Listings
from freehold.services.quality import Quality

COUNT = "select count(*) as n from customer.customer_360"


class Place(DataFolder):
    """A folder that counts how often it is looked at; `far`, it is on another machine."""

    def __init__(self, root: Path, far: bool) -> None:
        super().__init__(root)
        self.at_hand = not far
        self.looks = 0

    def files(self, source: Source) -> Files:
        self.looks += 1
        return super().files(source)


def asked(house: Any) -> Question:
    """Ask once, and return the question."""
    question = Question(principal=house.principals["sales-engineer"], sql=COUNT)
    house.gate.ask(question).release()
    house.clock.move(1)
    return question


@pytest.mark.parametrize("far", [False, True], ids=["here", "far"])
def test_an_answer_is_given_again_without_a_look_at_data_that_is_far(tmp_path: Path, kit: Any, far: bool) -> None:
    place = Place(tmp_path, far)
    house = kit.house_in(tmp_path, kit.example_mesh(), engine=DuckDBEngine(place))
    question = asked(house)
    looks = place.looks
    again = house.gate.recall(question)
    assert (again is None, place.looks > looks) == (far, not far)


@pytest.mark.parametrize("far", [False, True], ids=["here", "far"])
def test_a_list_of_products_looks_at_no_data_that_is_far_and_the_page_of_one_does(tmp_path: Path, kit: Any, far: bool) -> None:
    place = Place(tmp_path, far)
    house = kit.house_in(tmp_path, kit.example_mesh(), engine=DuckDBEngine(place))
    asked(house)
    listings = Listings(in_force=InForce(house.registry), region="westeurope", clock=house.clock)
    quality = Quality(clock=house.clock, engine=house.engine)
    quality.bind(lambda _product, _sql: {})
    catalog = Catalog(listings=listings, engine=house.engine, clock=house.clock, quality=quality)
    looks = place.looks
    catalog.products(house.principals["owner"])
    assert (place.looks > looks) is not far
    looks = place.looks
    catalog.product(house.principals["owner"], "customer.customer_360")
    assert place.looks > looks
