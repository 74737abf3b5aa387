"""The picture of a plan says what its explanation says, in words too, and needs nothing from outside."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from freehold.cli.answer import explanation_lines
from freehold.cli.drawing import draw

PARTS = [
    {
        "name": "__f0",
        "region": "westeurope",
        "jurisdiction": "EU",
        "form": "rows",
        "products": ["customer.a & b"],
        "sql": "SELECT 1",
    }
    | {"crosses": False, "border": None, "mayBeMissing": False},
    {
        "name": "__f1",
        "region": "eastus",
        "jurisdiction": "US",
        "form": "aggregate",
        "products": ["sales.orders"],
        "sql": "SELECT <2>",
    }
    | {"crosses": True, "border": "US → EU", "mayBeMissing": True},
]
PLAN: dict[str, Any] = {
    "effect": "permit",
    "form": "rows",
    "region": "westeurope",
    "sql": "SELECT 3",
    "fragments": PARTS,
    "products": [],
}
ALONE: dict[str, Any] = {"effect": "permit", "form": "aggregate", "region": "westeurope", "products": [{"product": "sales.orders"}]}


@pytest.mark.parametrize("found", [PLAN, ALONE])
def test_a_picture_is_one_document_with_a_title_and_a_description(found: dict[str, Any]) -> None:
    root = ET.fromstring(draw(found))  # noqa: S314  (it was made here)
    texts = {child.tag.rpartition("}")[2]: child.text for child in root}
    assert texts["title"] == "A question answered in westeurope"
    assert "sales.orders" in str(texts["desc"])
    assert not [value for node in root.iter() for name, value in node.attrib.items() if "href" in name or "://" in value]


def test_a_picture_shows_every_region_and_marks_what_crosses_a_border() -> None:
    text = draw(PLAN)
    shown = [node.text for node in ET.fromstring(text).iter() if node.tag.endswith("}text")]  # noqa: S314
    assert {"EU", "US", "westeurope", "eastus", "customer.a & b", "aggregate · US → EU"} <= set(shown)
    assert text.count("stroke-dasharray") == 1


def test_the_lines_say_who_is_asked_for_what_and_what_crosses() -> None:
    lines = [line for line, _ in explanation_lines(PLAN)]
    assert lines[0] == "✓ this would be put together in westeurope, of rows from 2 regions"
    assert "├─ __f0  westeurope (EU)   rows stays here" in lines
    assert "├─ __f1  eastus (US)   aggregate → westeurope   over the border US → EU" in lines
