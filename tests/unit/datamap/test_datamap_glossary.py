"""Terms and categories stay whole when what they name goes."""

from __future__ import annotations

from typing import Any

import pytest

from freehold.datamap.access import Someone
from freehold.services.datamap.glossary import CATEGORY, GLOSSARY, Glossary
from freehold.services.datamap.ground import TERM

STEWARD = Someone("steward")


@pytest.mark.parametrize("kind", [TERM, CATEGORY])
def test_what_named_something_that_is_deleted_can_still_be_changed(datamap: Any, kind: str) -> None:
    glossary = Glossary(datamap.ground, datamap.reading, datamap.writing)
    anchor = {"anchor": {"glossaryGuid": glossary.create(STEWARD, GLOSSARY, {"name": "G"})["guid"]}}
    gone = glossary.create(STEWARD, kind, {"name": "gone", **anchor})["guid"]
    names = {"seeAlso": [{"termGuid": gone}]} if kind == TERM else {"categories": [{"categoryGuid": gone}]}
    term = glossary.create(STEWARD, TERM, {"name": "term", **anchor, **names})["guid"]
    below = {"parentCategory": {"categoryGuid": gone}} if kind == CATEGORY else {}
    category = glossary.create(STEWARD, CATEGORY, {"name": "category", **anchor, **below})["guid"]
    glossary.delete(STEWARD, kind, gone)
    for left, at in ((TERM, term), (CATEGORY, category)):
        assert glossary.update(STEWARD, left, at, {"shortDescription": "new"}, partial="partial")["shortDescription"] == "new"
    assert gone not in str(glossary.detailed(STEWARD, anchor["anchor"]["glossaryGuid"]))
