"""Glossaries with their terms and categories, how those relate, and the entities that terms are assigned to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from freehold.datamap.access import Right, Someone
from freehold.datamap.glossary import CATEGORY_LINKS, TERM_LINKS, read_thing, without
from freehold.datamap.types import MEANINGS
from freehold.datamap.values import read_reference
from freehold.errors import AlreadyExists, EntityInvalid, GlossaryUnknown
from freehold.ports.datamap import Change, Relation
from freehold.services.datamap.ground import TERM, Ground
from freehold.services.datamap.reading import Reading
from freehold.services.datamap.writing import Writing, term_tags

GLOSSARY, CATEGORY = "glossary", "category"
_TITLES = {GLOSSARY: "glossary", TERM: "term", CATEGORY: "category"}
_MOST = 10_000
Thing = dict[str, Any]


class Glossary:
    """The glossaries of one catalogue. They are the account's: whoever curates the root collection may change them."""

    def __init__(self, ground: Ground, reading: Reading, writing: Writing) -> None:
        """Work on `ground`."""
        self._ground = ground
        self._reading = reading
        self._writing = writing

    def all(self, someone: Someone, page: tuple[int, int]) -> list[Thing]:
        """Return glossaries by name, with the headers of their terms and categories; `page` is limit (-1: all) and offset.

        Raises:
            CollectionRefused: The caller has no role at all.
        """
        self._ground.access.check_anywhere(someone)
        found = [self._shown(GLOSSARY, item) for _, item in self._ground.store.documents(GLOSSARY)]
        return _paged(sorted(found, key=lambda item: item["name"]), page)

    def find(self, someone: Someone, kind: str, guid: str) -> Thing:
        """Return a glossary, term or category.

        Raises:
            GlossaryUnknown: There is none.
            CollectionRefused: As `all`.
        """
        self._ground.access.check_anywhere(someone)
        return self._shown(kind, self._held(kind, guid))

    def detailed(self, someone: Someone, guid: str) -> Thing:
        """Return a glossary with its terms and categories whole, by identifier.

        Raises:
            GlossaryUnknown, CollectionRefused: As `find`.
        """
        made = self.find(someone, GLOSSARY, guid)
        terms = {item["guid"]: item for item in self.listed(someone, TERM, guid, (-1, 0))}
        categories = {item["guid"]: item for item in self.listed(someone, CATEGORY, guid, (-1, 0))}
        return made | {"termInfo": terms, "categoryInfo": categories}

    def listed(self, someone: Someone, kind: str, glossary: str, page: tuple[int, int]) -> list[Thing]:
        """Return the terms or categories of a glossary by name.

        Raises:
            GlossaryUnknown, CollectionRefused: As `find`.
        """
        self._ground.access.check_anywhere(someone)
        self._held(GLOSSARY, glossary)
        items = sorted((item for _, item in self._ground.store.documents(kind, glossary)), key=lambda item: item["name"])
        return [self._shown(kind, item) for item in _paged(items, page)]

    def headers(self, someone: Someone, kind: str, glossary: str, page: tuple[int, int]) -> list[Thing]:
        """Return the headers of the terms or categories of a glossary by name.

        Raises:
            GlossaryUnknown, CollectionRefused: As `find`.
        """
        self._ground.access.check_anywhere(someone)
        self._held(GLOSSARY, glossary)
        return _paged(self._headers(kind, glossary), page)

    def create(self, someone: Someone, kind: str, given: Any) -> Thing:
        """Create a glossary, term or category.

        Raises:
            EntityInvalid: It is malformed.
            GlossaryUnknown: Its glossary, or what it is related to, is not there.
            AlreadyExists: Its qualified name is taken.
            CollectionRefused: The caller does not curate the root collection.
        """
        return self.create_all(someone, kind, [given])[0]

    def create_all(self, someone: Someone, kind: str, given: Any) -> list[Thing]:
        """Create several terms or categories, all or none.

        Raises:
            As `create`.
        """
        self._check_writer(someone)
        items = given if isinstance(given, list) else [None]
        if len(items) > _MOST:
            raise EntityInvalid(f"{len(items):,} are sent at once", remedy=f"send at most {_MOST:,}")
        with self._ground.lock:
            made: list[Thing] = []
            taken: dict[str | None, dict[str, str]] = {}
            for item in items:
                thing = read_thing(_TITLES[kind], item)
                glossary = None if kind == GLOSSARY else self._anchor(thing)
                thing |= self._stamp(someone, None) | {"guid": self._ground.new_guid()}
                made.append(self._named(kind, thing, glossary, taken))
            self._check_links(kind, made)
            self._put(kind, made)
        return [self._shown(kind, item) for item in made]

    def update(self, someone: Someone, kind: str, guid: str, given: Any, *, partial: str = "") -> Thing:
        """Change a glossary, term or category: all of it, or with `partial` "partial" the members that are sent.

        Raises:
            As `create`; GlossaryUnknown: there is none of that identifier.
        """
        self._check_writer(someone)
        with self._ground.lock:
            old = self._held(kind, guid)
            sent = given if isinstance(given, dict) else None
            merged = {**old, **sent} if sent is not None and partial else sent
            if sent is not None and merged is not None and "name" not in merged:
                merged = {**merged, "name": old["name"]}
            thing = read_thing(_TITLES[kind], merged)
            thing |= self._stamp(someone, old) | {"guid": guid} | ({} if kind == GLOSSARY else {"anchor": old["anchor"]})
            glossary = None if kind == GLOSSARY else self._held(GLOSSARY, old["anchor"]["glossaryGuid"])
            made = self._named(kind, thing, glossary, {})
            self._check_links(kind, [made])
            self._put(kind, [made])
            if made["qualifiedName"] != old["qualifiedName"]:
                self._renamed(someone, kind, made)
        return self._shown(kind, made)

    def delete(self, someone: Someone, kind: str, guid: str) -> None:
        """Delete a glossary with all that is in it, a term with its assignments, or a category.

        Raises:
            GlossaryUnknown: There is none of that identifier.
            CollectionRefused: As `create`.
        """
        self._check_writer(someone)
        with self._ground.lock:
            self._held(kind, guid)
            gone = [(kind, guid)]
            if kind == GLOSSARY:
                gone += [(inner, key) for inner in (TERM, CATEGORY) for key, _ in self._ground.store.documents(inner, guid)]
            terms = [key for inner, key in gone if inner == TERM]
            held = self._ground.store.relations(terms, (MEANINGS,), 1) if terms else []
            kept = self._freed({key for _, key in gone})
            self._ground.store.write(Change(forget=tuple(gone), unrelate=tuple(item.guid for item in held), documents=tuple(kept)))
            self._retag(someone, {item.end2 for item in held})

    def _freed(self, gone: Collection[str]) -> Iterator[tuple[str, str, str, Thing]]:
        """Yield the terms and categories that name one of those that go, without naming it: they could not be changed otherwise."""
        for kind in (TERM, CATEGORY):
            for key, item in self._ground.store.documents(kind):
                freed = without(item, gone) if key not in gone else item
                if freed != item:
                    yield kind, key, item["anchor"]["glossaryGuid"], freed

    def assigned(self, someone: Someone, term: str, page: tuple[int, int]) -> list[Thing]:
        """Return the entities that a term is assigned to, those that the caller may read.

        Raises:
            GlossaryUnknown, CollectionRefused: As `find`.
        """
        self._ground.access.check_anywhere(someone)
        self._held(TERM, term)
        held = self._ground.store.relations([term], (MEANINGS,), 1)
        known = self._ground.store.entities([item.end2 for item in held])
        seen = [
            (item, known[item.end2]) for item in held if item.end2 in known and self._ground.may_read(someone, known[item.end2])
        ]
        made = [
            {
                "guid": record.guid,
                "typeName": record.type,
                "displayText": record.name,
                "entityStatus": "ACTIVE",
                "relationshipType": MEANINGS,
                "relationshipGuid": relation.guid,
                "relationshipStatus": "ACTIVE",
                "relationshipAttributes": {"typeName": MEANINGS, "attributes": relation.body.get("attributes", {})},
                "uniqueAttributes": {"qualifiedName": record.qualified},
            }
            for relation, record in sorted(seen, key=lambda pair: pair[1].qualified)
        ]
        return _paged(made, page)

    def assign(self, someone: Someone, term: str, given: Any) -> None:
        """Assign a term to entities.

        Raises:
            EntityInvalid: They are no list of entities.
            GlossaryUnknown, EntityUnknown, CollectionRefused: The term or one of them is not there, or not the caller's to change.
        """
        with self._ground.lock:
            guids = self._entities(someone, term, given)
            there = {item.end2 for item in self._ground.store.relations([term], (MEANINGS,), 1)}
            fresh = [guid for guid in guids if guid not in there]
            made = tuple(Relation(guid=self._ground.new_guid(), type=MEANINGS, end1=term, end2=guid) for guid in fresh)
            self._ground.store.write(Change(relate=made))
            self._retag(someone, fresh)

    def unassign(self, someone: Someone, term: str, given: Any) -> None:
        """Take a term from entities.

        Raises:
            As `assign`.
        """
        with self._ground.lock:
            guids = set(self._entities(someone, term, given))
            held = [item for item in self._ground.store.relations([term], (MEANINGS,), 1) if item.end2 in guids]
            self._ground.store.write(Change(unrelate=tuple(item.guid for item in held)))
            self._retag(someone, {item.end2 for item in held})

    def related(self, someone: Someone, kind: str, guid: str) -> dict[str, list[Thing]]:
        """Return what a term or category is related to, by the kind of the relation.

        Raises:
            GlossaryUnknown, CollectionRefused: As `find`.
        """
        found = self.find(someone, kind, guid)
        if kind == CATEGORY:
            parent = [found["parentCategory"]] if found.get("parentCategory") else []
            return {name: items for name, items in (("parent", parent), ("children", found.get("childrenCategories", []))) if items}
        return {name: found[name] for name in TERM_LINKS if found.get(name)}

    def terms_of(self, someone: Someone, category: str, page: tuple[int, int]) -> list[Thing]:
        """Return the headers of the terms in a category.

        Raises:
            GlossaryUnknown, CollectionRefused: As `find`.
        """
        return _paged(self.find(someone, CATEGORY, category).get("terms", []), page)

    def _check_writer(self, someone: Someone) -> None:
        self._ground.access.check(someone, Right.WRITE, self._ground.access.root)

    def _held(self, kind: str, guid: str) -> Thing:
        found = self._ground.store.document(kind, guid)
        if found is None:
            raise GlossaryUnknown(f"there is no such {_TITLES[kind]}", remedy="list the glossaries")
        return found

    def _anchor(self, thing: Thing) -> Thing:
        anchor = thing.get("anchor")
        guid = anchor.get("glossaryGuid") if isinstance(anchor, dict) else None
        if not isinstance(guid, str):
            raise EntityInvalid("`anchor` names no glossary", remedy='send {"anchor": {"glossaryGuid": "…"}}')
        found = self._held(GLOSSARY, guid)
        thing["anchor"] = {"glossaryGuid": guid, "displayText": found["name"]}
        return found

    def _named(self, kind: str, thing: Thing, glossary: Thing | None, taken: dict[str | None, dict[str, str]]) -> Thing:
        """Give a thing its qualified name; `taken` holds those of each glossary, as far as they were looked at."""
        name = thing["name"] if glossary is None else f"{thing['name']}@{glossary['qualifiedName']}"
        thing["qualifiedName"] = name
        parent = None if glossary is None else glossary["guid"]
        if parent not in taken:
            taken[parent] = {item["qualifiedName"]: item["guid"] for _, item in self._ground.store.documents(kind, parent)}
        if taken[parent].setdefault(name, thing["guid"]) != thing["guid"]:
            raise AlreadyExists(f"there is a {_TITLES[kind]} `{name[:200]}` already", remedy="update it, or choose another name")
        return thing

    def _check_links(self, kind: str, made: Sequence[Thing]) -> None:
        fresh = {item["guid"] for item in made}
        links: Mapping[str, tuple[str, str]] = {} if kind == GLOSSARY else TERM_LINKS if kind == TERM else CATEGORY_LINKS
        for item in made:
            for member, (target, key) in links.items():
                for reference in _listed(item.get(member)):
                    guid = reference.get(key) if isinstance(reference, dict) else None
                    if not isinstance(guid, str):
                        raise EntityInvalid(f"`{member}` names no {target}", remedy=f'send [{{"{key}": "…"}}]')
                    if guid == item["guid"]:
                        raise EntityInvalid(f"`{member}` of `{item['name']}` names itself", remedy="leave that out")
                    if guid not in fresh:
                        self._held(TERM if target == "term" else CATEGORY, guid)
            self._check_parents(kind, item)

    def _check_parents(self, kind: str, item: Thing) -> None:
        """Check that a category is not below itself."""
        seen, at = {item["guid"]}, item.get("parentCategory")
        while kind == CATEGORY and at:
            guid = at["categoryGuid"]
            if guid in seen:
                raise EntityInvalid(f"the category `{item['name']}` would be below itself", remedy="choose another parent")
            seen.add(guid)
            at = (self._ground.store.document(CATEGORY, guid) or {}).get("parentCategory")

    def _put(self, kind: str, made: Sequence[Thing]) -> None:
        parents = ["" if kind == GLOSSARY else item["anchor"]["glossaryGuid"] for item in made]
        self._ground.write_documents(*((kind, item["guid"], parent, item) for item, parent in zip(made, parents, strict=True)))

    def _stamp(self, someone: Someone, old: Thing | None) -> Thing:
        now = self._ground.now()
        first = old or {"createTime": now, "createdBy": someone.subject}
        return {
            "createTime": first["createTime"],
            "createdBy": first["createdBy"],
            "updateTime": now,
            "updatedBy": someone.subject,
            "lastModifiedTS": str(now),
        }

    def _renamed(self, someone: Someone, kind: str, item: Thing) -> None:
        """Give what hangs on a thing's name its new name."""
        if kind == TERM:
            self._retag(someone, {relation.end2 for relation in self._ground.store.relations([item["guid"]], (MEANINGS,), 1)})
        elif kind == GLOSSARY:
            for inner in (TERM, CATEGORY):
                for _, held in self._ground.store.documents(inner, item["guid"]):
                    held |= {"anchor": {"glossaryGuid": item["guid"], "displayText": item["name"]}}
                    held["qualifiedName"] = f"{held['name']}@{item['qualifiedName']}"
                    self._put(inner, [held])
                    self._renamed(someone, inner, held)

    def _entities(self, someone: Someone, term: str, given: Any) -> list[str]:
        self._ground.access.check_anywhere(someone)
        self._held(TERM, term)
        if not isinstance(given, list) or len(given) > _MOST:
            raise EntityInvalid("entities come as a list", remedy='send [{"guid": "…"}]')
        guids = [str(read_reference(item, "an entity").guid) for item in given]
        known = self._ground.store.entities(guids)
        for guid in guids:
            self._ground.check(someone, Right.WRITE, known.get(guid))
        return list(dict.fromkeys(guids))

    def _retag(self, someone: Someone, guids: Iterable[str]) -> None:
        """Let entities be found by the terms that they have now."""
        records = self._ground.store.entities(list(guids))
        held: dict[str, list[tuple[str, str]]] = {guid: [] for guid in records}
        for relation in self._ground.store.relations(list(records), (MEANINGS,), 2) if records else ():
            term = self._ground.store.document(TERM, relation.end1)
            if term is not None and relation.end2 in held:
                held[relation.end2] += term_tags(term)
        self._writing.rewrite(someone, [(record, record.body) for record in records.values()], held)

    def _headers(self, kind: str, glossary: str) -> list[Thing]:
        items = sorted((item for _, item in self._ground.store.documents(kind, glossary)), key=lambda item: item["name"])
        if kind == TERM:
            return [{"termGuid": item["guid"], "relationGuid": item["guid"], "displayText": item["name"]} for item in items]
        made: list[Thing] = []
        for item in items:
            header = {"categoryGuid": item["guid"], "relationGuid": item["guid"], "displayText": item["name"]}
            parent = item.get("parentCategory")
            made.append(header | ({"parentCategoryGuid": parent["categoryGuid"]} if parent else {}))
        return made

    def _shown(self, kind: str, item: Thing) -> Thing:
        """Return a thing with what follows from others."""
        if kind == GLOSSARY:
            return item | {"terms": self._headers(TERM, item["guid"]), "categories": self._headers(CATEGORY, item["guid"])}
        glossary = item["anchor"]["glossaryGuid"]
        if kind == CATEGORY:
            others = self._ground.store.documents(CATEGORY, glossary)
            children = [other for _, other in others if (other.get("parentCategory") or {}).get("categoryGuid") == item["guid"]]
            terms = [term for _, term in self._ground.store.documents(TERM, glossary) if item["guid"] in _categories(term)]
            return item | {
                "childrenCategories": [{"categoryGuid": other["guid"], "displayText": other["name"]} for other in children],
                "terms": [{"termGuid": term["guid"], "displayText": term["name"]} for term in terms],
            }
        return item


def _categories(term: Thing) -> set[str]:
    return {held["categoryGuid"] for held in _listed(term.get("categories"))}


def _listed(given: Any) -> list[Any]:
    if given is None:
        return []
    return given if isinstance(given, list) else [given]


def _paged(items: list[Any], page: tuple[int, int]) -> list[Any]:
    limit, offset = page
    return items[offset:] if limit < 0 else items[offset : offset + limit]
