"""Whoever may write in one collection learns nothing of another by writing, and leaves nothing in one that is gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from freehold.datamap.access import Grants, Role, Someone
from freehold.errors import CollectionRefused, CollectionUnknown
from freehold.services.datamap.collections import Collections
from freehold.services.datamap.ground import GRANTS

STEWARD, CLERK = Someone("steward"), Someone("clerk")
NOBODY = "00000000-0000-4000-9000-000000000000"


@pytest.fixture
def places(datamap: Any) -> Collections:
    """Collections `east`, where `clerk` curates, and `west`."""
    made = Collections(datamap.ground)
    for name in ("east", "west"):
        made.put(STEWARD, name, {})
    grants = Grants(people={Role.CURATOR: (CLERK.subject,)})
    datamap.ground.write_documents((GRANTS, "east", "", msgspec.to_builtins(grants)))
    datamap.ground.refresh()
    return made


def test_what_is_written_to_by_its_identifier_is_not_told_apart_from_what_is_missing(datamap: Any, places: Collections) -> None:
    hidden = {"typeName": "azure_sql_table", "attributes": {"qualifiedName": "west://t", "name": "t"}}
    (guid,) = datamap.writing.put(STEWARD, [hidden], collection="west")["guidAssignments"].values()
    seen: set[str] = set()
    for name in (guid, NOBODY):
        for kind in ("azure_sql_table", "DataSet"):
            with pytest.raises(CollectionRefused) as refused:
                datamap.writing.put(CLERK, [{"guid": name, "typeName": kind, "attributes": {"name": "x"}}], collection="east")
            seen.add(refused.value.detail)
    assert len(seen) == 1


class _Goes:
    """A lock that somebody holds who deletes a collection meanwhile."""

    def __init__(self, ground: Any, act: Any) -> None:
        self._lock, self._ground, self._act = ground.lock, ground, act

    def __enter__(self) -> None:
        self._ground.lock = self._lock
        self._act()
        self._lock.__enter__()

    def __exit__(self, *raised: object) -> None:
        self._lock.__exit__(*raised)


@pytest.mark.parametrize("act", ["put", "move"])
def test_nothing_is_left_in_a_collection_that_goes_while_it_is_written(datamap: Any, places: Collections, act: str) -> None:
    entity = {"typeName": "DataSet", "attributes": {"qualifiedName": "here://1", "name": "one"}}
    (guid,) = datamap.writing.put(STEWARD, [entity])["guidAssignments"].values()
    datamap.ground.lock = _Goes(datamap.ground, lambda: places.delete(STEWARD, "west"))
    writing, acts = datamap.writing, dict[str, Callable[[], Any]]()
    acts["put"] = lambda: writing.put(STEWARD, [entity], collection="west")
    acts["move"] = lambda: writing.move(STEWARD, [guid], "west")
    with pytest.raises(CollectionUnknown):
        acts[act]()
    assert datamap.reading.find(STEWARD, guid).collection == "root"


def test_how_well_what_is_seen_fits_says_nothing_of_what_is_hidden(datamap: Any, places: Collections) -> None:
    words = {"east": ("project falcon", "falcon plan"), "west": ("falcon budget", "other budget", "falcon falcon staff")}

    def put(collection: str) -> None:
        made = [
            {"typeName": "azure_sql_table", "attributes": {"qualifiedName": f"{collection}://{name}", "name": name}}
            for name in words[collection]
        ]
        datamap.writing.put(STEWARD, made, collection=collection)

    def seen() -> list[Any]:
        asked = ("falcon", "project falcon", "plan*", "east")
        return [datamap.discovery.query(CLERK, {"keywords": one, "facets": [{"facet": "entityType"}]}) for one in asked]

    put("east")
    before = seen()
    put("west")
    assert seen() == before
    assert all(hit["@search.score"] > 0 for answer in before for hit in answer["value"])
