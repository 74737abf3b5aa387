"""Search, suggestions and browsing over what the caller may read."""

from __future__ import annotations

from collections import Counter
from typing import Any

from freehold.datamap import wire
from freehold.datamap.access import Someone
from freehold.datamap.search import And, Condition, Facet, Search, Tagged, read_filter, read_search
from freehold.errors import SearchInvalid
from freehold.ports.datamap import Found, Hit
from freehold.services.datamap.ground import Ground
from freehold.services.datamap.reading import Reading

_SUGGESTED = 5
_MOST_SUGGESTED = 100


class Discovery:
    """Finds entities of one catalogue."""

    def __init__(self, ground: Ground, reading: Reading) -> None:
        """Work on `ground`."""
        self._ground = ground
        self._reading = reading

    def query(self, someone: Someone, given: Any) -> dict[str, Any]:
        """Return a page of what a search finds, the facets asked for, and where the next page begins.

        Raises:
            SearchInvalid: It is not of the grammar.
            CollectionRefused: The caller has no role at all.
        """
        wanted = self._read(someone, given)
        found = self._ground.store.search(wanted, self._ground.readable(someone))
        following = wanted.offset + len(found.hits)
        answer: dict[str, Any] = {
            "@search.count": found.total,
            "@search.count.approximate": not found.exact,
            "@search.facets": {item.kind: self._facet(item, found) for item in wanted.facets} or None,
            "value": [self._hit(item, tags) for item, tags in self._tagged(found)],
        }
        return answer | ({"continuationToken": str(following)} if found.hits and following < found.total else {})

    def suggest(self, someone: Someone, given: Any) -> dict[str, Any]:
        """Return the entities that fit best to words of which the last one may be unfinished.

        Raises:
            As `query`.
        """
        words, limit, condition = self._typed(someone, given)
        wanted = Search(words=f"{words.rstrip('*')}*", condition=condition, limit=limit)
        found = self._ground.store.search(wanted, self._ground.readable(someone))
        return {"value": [{"@search.text": item.record.name, **self._hit(item, tags)} for item, tags in self._tagged(found)]}

    def complete(self, someone: Someone, given: Any) -> dict[str, Any]:
        """Return names that begin as the words do.

        Raises:
            As `query`.
        """
        words, limit, condition = self._typed(someone, given)
        readable = self._ground.readable(someone)
        if condition == And(()):
            names = self._ground.store.names(words, limit, readable)
        else:
            found = self._ground.store.search(Search(words=f"{words}*", condition=condition, limit=limit), readable)
            names = list(dict.fromkeys(item.record.name for item in found.hits))
        return {"value": [{"text": name, "queryPlusText": name} for name in names]}

    def browse(self, someone: Someone, given: Any) -> dict[str, Any]:
        """Return the entities of a type in the order in which they came.

        Raises:
            As `query`.
        """
        kind = given.get("entityType") if isinstance(given, dict) else None
        path = given.get("path") if isinstance(given, dict) else None
        if not isinstance(kind, str) and not isinstance(path, str):
            raise SearchInvalid("browsing needs an `entityType`", remedy='send {"entityType": "azure_sql_table"}')
        asked = {name: given[name] for name in ("limit", "offset") if given.get(name) is not None}
        wanted = self._read(someone, asked | ({"filter": {"entityType": kind}} if isinstance(kind, str) else {"keywords": path}))
        found = self._ground.store.search(wanted, self._ground.readable(someone))
        value = [
            {
                "id": item.record.guid,
                "name": item.record.name,
                "qualifiedName": item.record.qualified,
                "entityType": item.record.type,
                "path": item.record.qualified,
                "isLeaf": True,
                "owner": item.record.body["attributes"].get("owner"),
            }
            for item in found.hits
        ]
        return {"@search.count": found.total, "value": value}

    def basic(self, someone: Someone, asked: dict[str, str]) -> dict[str, Any]:
        """Return what Apache Atlas's basic search finds: by `typeName`, `classification` and words (`query`).

        Raises:
            As `query`.
        """
        self._ground.access.check_anywhere(someone)
        conditions: list[Condition] = []
        subs = self._ground.types.subs
        for kind, member in (("type", "typeName"), ("classification", "classification")):
            if asked.get(member):
                conditions.append(Tagged(kind, tuple(sorted(subs(asked[member])))))
        limit, offset = _number(asked.get("limit"), 100), _number(asked.get("offset"), 0)
        wanted = Search(words=asked.get("query", ""), condition=And(tuple(conditions)), limit=min(limit, 1_000), offset=offset)
        found = self._ground.store.search(wanted, self._ground.readable(someone))
        headers = self._reading.headers(item.record for item in found.hits)
        return {"queryType": "BASIC", "searchParameters": asked, "entities": headers, "approximateCount": found.total}

    def _read(self, someone: Someone, given: Any) -> Search:
        self._ground.access.check_anywhere(someone)
        return read_search(given, self._ground.types.subs, self._ground.now())

    def _typed(self, someone: Someone, given: Any) -> tuple[str, int, Condition]:
        self._ground.access.check_anywhere(someone)
        words = given.get("keywords") if isinstance(given, dict) else None
        if not isinstance(words, str) or not 0 < len(words) <= _MOST_SUGGESTED:
            raise SearchInvalid("`keywords` is no text of 1 to 100 characters", remedy='send {"keywords": "cust"}')
        limit = given.get("limit", _SUGGESTED)
        if not isinstance(limit, int) or isinstance(limit, bool) or not 0 < limit <= _MOST_SUGGESTED:
            raise SearchInvalid("`limit` is no number from 1 to 100", remedy="correct it, or leave it out")
        return words, limit, read_filter(given.get("filter"), self._ground.types.subs, self._ground.now())

    def _tagged(self, found: Found) -> list[tuple[Hit, tuple[tuple[str, str], ...]]]:
        tags = self._ground.store.tagged([item.record.guid for item in found.hits])
        return [(item, tags.get(item.record.guid, ())) for item in found.hits]

    def _hit(self, item: Hit, tags: tuple[tuple[str, str], ...]) -> dict[str, Any]:
        record, types = item.record, self._ground.types
        attributes, supers = record.body["attributes"], types.supers(record.type)
        terms = [value.rpartition("@") for kind, value in tags if kind == "term"]
        contacts = record.body.get("contacts", {})
        return {
            "@search.score": item.score,
            "@search.highlights": None,
            "id": record.guid,
            "name": record.name,
            "displayText": wire.display(attributes),
            "qualifiedName": record.qualified,
            "entityType": record.type,
            "objectType": wire.object_type(record.type, supers),
            "assetType": [wire.asset_type(record.type, self._ground.service(record.type))],
            "collectionId": record.collection,
            "classification": [value for kind, value in tags if kind == "classification"],
            "label": [value for kind, value in tags if kind == "label"],
            "term": [{"name": name, "glossaryName": glossary} for name, _, glossary in terms],
            "contact": [
                {"id": person["id"], "info": person.get("info"), "contactType": kind}
                for kind, people in contacts.items()
                for person in people or ()
            ],
            "owner": attributes.get("owner"),
            "description": attributes.get("description") or attributes.get("userDescription"),
            "endorsement": attributes.get("endorsement"),
            "createTime": record.created,
            "updateTime": record.updated,
            "isIndexed": True,
        }

    def _facet(self, facet: Facet, found: Found) -> list[dict[str, Any]]:
        counts: Counter[str] = Counter()
        for value, count in found.facets[facet.kind]:
            counts[self._facet_value(facet.kind, value)] += count
        order = sorted(counts.items()) if facet.by_name else sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return [{"value": value, "count": count} for value, count in order[: facet.count]]

    def _facet_value(self, kind: str, value: str) -> str:
        if kind == "assetType":
            return wire.asset_type(value, self._ground.service(value))
        return wire.object_type(value, self._ground.types.supers(value)) if kind == "objectType" else value


def _number(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 7 else default
