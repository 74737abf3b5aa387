"""Microsoft Purview over its Data Map, Scanning and account interfaces: those calls that its own clients make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from urllib.parse import quote

from freehold.catalogs.speaking import PAGES, Answer, Query, Sender, endless, pages, refusal, taken
from freehold.errors import AccountRejected
from freehold.ports.purview import Body, UnifiedCatalog

DATA_MAP, SCANNING, ACCOUNT = "2023-09-01", "2023-09-01", "2019-11-01-preview"
_ATLAS = "/datamap/api/atlas/v2"
_NAMED = 40
"""How many entities are read at once: their identifiers stand in the address."""

_MARKED = 500
_TERMS = 1_000


class PurviewAccount:
    """A `ports.purview.Account` over HTTP."""

    def __init__(self, sender: Sender, unified: UnifiedCatalog | None = None) -> None:
        """Ask by `sender`; `unified` is the Unified Catalog beside it, None where that is left out."""
        self._sender = sender
        self.unified = unified

    def root(self) -> str:
        """Return the name of the account, which is that of its root collection."""
        found = taken(self._sender.ask("GET", "/account/", _version(ACCOUNT)), "read the account")
        name = found.get("name") if isinstance(found, dict) else None
        if not isinstance(name, str):
            raise AccountRejected("its answer names no account", remedy="check `--endpoint`")
        return name

    def definitions(self) -> Mapping[str, list[Body]]:
        """Return all type definitions, by the member of their category (`entityDefs`, …)."""
        found = self._atlas("GET", "/types/typedefs", "read types")
        return {name: _objects(items) for name, items in found.items()} if isinstance(found, dict) else {}

    def define(self, definitions: Mapping[str, Sequence[Body]]) -> None:
        """Create type definitions."""
        self._atlas("POST", "/types/typedefs", "create types", body=definitions)

    def redefine(self, definitions: Mapping[str, Sequence[Body]]) -> None:
        """Update type definitions."""
        self._atlas("PUT", "/types/typedefs", "update types", body=definitions)

    def collections(self) -> list[Body]:
        """Return all collections."""
        return list(self._listed("/account/collections", ACCOUNT, "list collections"))

    def put_collection(self, name: str, body: Body) -> None:
        """Create or change a collection."""
        path = f"/account/collections/{quote(name, safe='')}"
        taken(self._sender.ask("PUT", path, _version(ACCOUNT), body), "write a collection")

    def delete_collection(self, name: str) -> None:
        """Delete a collection; one that is not there is deleted."""
        path = f"/account/collections/{quote(name, safe='')}"
        taken(self._sender.ask("DELETE", path, _version(ACCOUNT)), "delete a collection", 404)

    def glossaries(self) -> list[Body]:
        """Return all glossaries."""
        return _objects(self._atlas("GET", "/glossary", "list glossaries"))

    def terms(self, glossary: str) -> list[Body]:
        """Return the terms of a glossary by its identifier."""
        found, seen = list[Body](), set[str]()
        for _ in range(PAGES):
            paged = (("limit", str(_TERMS)), ("offset", str(len(found))))
            items = _objects(self._atlas("GET", f"/glossary/{quote(glossary, safe='')}/terms", "list terms", paged))
            fresh = {str(item.get("guid")) for item in items} - seen
            if items and not fresh:  # the same again: it knows no offset, and has told all
                return found
            seen |= fresh
            found += items
            if len(items) < _TERMS:
                return found
        raise endless("list terms")

    def put_glossary(self, guid: str | None, body: Body) -> str:
        """Create a glossary, or change that of an identifier; return its identifier."""
        return self._put_thing("/glossary", guid, body)

    def put_term(self, guid: str | None, body: Body) -> str:
        """Create a term, or change that of an identifier; return its identifier."""
        return self._put_thing("/glossary/term", guid, body)

    def delete_glossary(self, guid: str) -> None:
        """Delete a glossary by its identifier; one that is not there is deleted."""
        self._delete(f"/glossary/{quote(guid, safe='')}", "delete a glossary")

    def delete_term(self, guid: str) -> None:
        """Delete a term by its identifier; one that is not there is deleted."""
        self._delete(f"/glossary/term/{quote(guid, safe='')}", "delete a term")

    def sources(self) -> list[Body]:
        """Return all data sources."""
        return list(self._listed("/scan/datasources", SCANNING, "list data sources"))

    def put_source(self, name: str, body: Body) -> None:
        """Register a data source, or change it."""
        path = f"/scan/datasources/{quote(name, safe='')}"
        taken(self._sender.ask("PUT", path, _version(SCANNING), body), "register a data source")

    def delete_source(self, name: str) -> None:
        """Delete a data source; one that is not there is deleted."""
        path = f"/scan/datasources/{quote(name, safe='')}"
        taken(self._sender.ask("DELETE", path, _version(SCANNING)), "delete a data source", 404)

    def entity(self, kind: str, qualified: str) -> Body | None:
        """Return the entity of a type with that qualified name, or None where there is none, or no such type."""
        path = f"{_ATLAS}/entity/uniqueAttribute/type/{quote(kind, safe='')}"
        answer = self._sender.ask("GET", path, (*_version(DATA_MAP), ("attr:qualifiedName", qualified)))
        return None if answer.status == 404 else _entity(taken(answer, "read an entity"))

    def entities(self, guids: Sequence[str]) -> list[Body]:
        """Return entities by their identifiers; those that are gone are left out."""
        found: list[Body] = []
        for batch in _batches(guids, _NAMED):
            answer = self._sender.ask("GET", f"{_ATLAS}/entity/bulk", (*_version(DATA_MAP), *(("guid", item) for item in batch)))
            if answer.status != 404:
                body = taken(answer, "read entities")
                found += _objects(body.get("entities") if isinstance(body, dict) else None)
            elif len(batch) > 1:
                found += [item for guid in batch for item in self.entities([guid])]
        return found

    def put_entities(self, entities: Sequence[Body], collection: str) -> Mapping[str, str]:
        """Create or update entities in a collection; return the identifier of each by the one it was sent with."""
        query = (("collectionId", collection), ("businessAttributeUpdateBehavior", "merge"))
        found = self._atlas("POST", "/entity/bulk", "write entities", query, {"entities": entities, "referredEntities": {}})
        assigned = found.get("guidAssignments") if isinstance(found, dict) else None
        return {str(sent): str(guid) for sent, guid in assigned.items()} if isinstance(assigned, dict) else {}

    def delete_entity(self, guid: str) -> None:
        """Delete an entity by its identifier; one that is not there is deleted."""
        self._delete(f"/entity/guid/{quote(guid, safe='')}", "delete an entity")

    def classify(self, name: str, guids: Iterable[str]) -> None:
        """Give entities a classification; those that have it keep it."""
        for batch in _batches(guids, _MARKED):
            body = {"classification": {"typeName": name}, "entityGuids": list(batch)}
            answer = self._sender.ask("POST", f"{_ATLAS}/entity/bulk/classification", _version(DATA_MAP), body)
            if answer.status == 400:
                for guid in batch:
                    self._classify_one(name, guid, answer)
            else:
                taken(answer, "classify entities")

    def declassify(self, name: str, guid: str) -> None:
        """Take a classification from an entity."""
        path = f"{_ATLAS}/entity/guid/{quote(guid, safe='')}/classification/{quote(name, safe='')}"
        answer = self._sender.ask("DELETE", path, _version(DATA_MAP))
        taken(answer, "take a classification from an entity", 400, 404)

    def assign(self, term: str, guids: Iterable[str]) -> None:
        """Assign a term to entities, by identifiers."""
        for batch in _batches(guids, _MARKED):
            path = f"/glossary/terms/{quote(term, safe='')}/assignedEntities"
            self._atlas("POST", path, "assign a term", body=[{"guid": guid} for guid in batch])

    def unassign(self, term: str, guid: str, relationship: str) -> None:
        """Take a term from an entity, all by identifiers."""
        path = f"{_ATLAS}/glossary/terms/{quote(term, safe='')}/assignedEntities"
        body = [{"guid": guid, "relationshipGuid": relationship}]
        taken(self._sender.ask("DELETE", path, _version(DATA_MAP), body), "take a term from an entity", 404)

    def _classify_one(self, name: str, guid: str, refused: Answer) -> None:
        """Give one entity a classification, where a batch was refused since one of it may have it already."""
        path = f"{_ATLAS}/entity/guid/{quote(guid, safe='')}/classifications"
        held = taken(self._sender.ask("GET", path, _version(DATA_MAP)), "read classifications")
        items = _objects(held.get("list") if isinstance(held, dict) else None)
        if any(item.get("typeName") == name for item in items):
            return
        answer = self._sender.ask("POST", path, _version(DATA_MAP), [{"typeName": name}])
        if answer.status == 400:
            raise refusal(refused, "classify entities")
        taken(answer, "classify entities")

    def _put_thing(self, path: str, guid: str | None, body: Body) -> str:
        if guid is None:
            found = self._atlas("POST", path, "write a glossary", body=body)
        else:
            found = self._atlas("PUT", f"{path}/{quote(guid, safe='')}", "write a glossary", body={**body, "guid": guid})
        made = found.get("guid") if isinstance(found, dict) else None
        if not isinstance(made, str):
            raise AccountRejected("its answer names no glossary or term", remedy="run the command again")
        return made

    def _atlas(self, method: str, path: str, what: str, query: Query = (), body: Any = None) -> Any:
        return taken(self._sender.ask(method, f"{_ATLAS}{path}", (*_version(DATA_MAP), *query), body), what)

    def _delete(self, path: str, what: str) -> None:
        taken(self._sender.ask("DELETE", f"{_ATLAS}{path}", _version(DATA_MAP)), what, 404)

    def _listed(self, path: str, version: str, what: str) -> Iterator[Body]:
        """Yield the items of a list, page by page."""
        for found in pages(self._sender, path, _version(version), what):
            yield from _objects(found.get("value") if isinstance(found, dict) else None)


def _version(of: str) -> Query:
    return (("api-version", of),)


def _objects(value: Any) -> list[Body]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _entity(body: Any) -> Body | None:
    found = body.get("entity") if isinstance(body, dict) else None
    return found if isinstance(found, dict) else None


def _batches(items: Iterable[str], size: int) -> Iterator[tuple[str, ...]]:
    left = iter(items)
    while batch := tuple(islice(left, size)):
        yield batch
