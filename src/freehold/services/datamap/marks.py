"""What is said of an entity beside its attributes: classifications, labels and business metadata."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from freehold.datamap.access import Right, Someone
from freehold.datamap.entity import read_business, read_classification, read_labels
from freehold.errors import ClassificationAbsent, ClassificationPresent, EntityInvalid, FreeholdError
from freehold.ports.datamap import Record
from freehold.services.datamap.ground import Ground
from freehold.services.datamap.reading import Reading
from freehold.services.datamap.writing import Writing

_MOST = 1_000


class Marks:
    """Marks the entities of one catalogue. Who may write an entity may mark it."""

    def __init__(self, ground: Ground, reading: Reading, writing: Writing) -> None:
        """Work on `ground`."""
        self._ground = ground
        self._reading = reading
        self._writing = writing

    def classifications(self, record: Record) -> dict[str, Any]:
        """Return the classifications of an entity as a page of a list."""
        held = record.body.get("classifications", [])
        return {
            "list": held,
            "pageSize": len(held),
            "startIndex": 0,
            "totalCount": len(held),
            "sortBy": None,
            "sortType": "NONE",
        }

    def classification(self, record: Record, name: str) -> dict[str, Any]:
        """Return one classification of an entity.

        Raises:
            ClassificationAbsent: It does not have it.
        """
        found = next((item for item in record.body.get("classifications", []) if item["typeName"] == name), None)
        if found is None:
            raise _absent(name)
        return found

    def classify(self, someone: Someone, record: Record, given: Any) -> None:
        """Add classifications to an entity.

        Raises:
            ClassificationPresent: It has one of them already, so none is added.
            EntityInvalid, TypeUnknown, AttributeInvalid, AttributeMissing, CollectionRefused: They cannot be added.
        """
        with self._ground.lock:
            fresh = self._fresh(someone, record)
            self._writing.rewrite(someone, [(fresh, self._classified(fresh, given))])

    def reclassify(self, someone: Someone, record: Record, given: Any) -> None:
        """Update classifications that an entity has.

        Raises:
            ClassificationAbsent: It does not have one of them, so none is updated.
            EntityInvalid, TypeUnknown, AttributeInvalid, AttributeMissing, CollectionRefused: They cannot be updated.
        """
        items = {item["typeName"]: item for item in self._read(record, given)}

        def updated(body: dict[str, Any]) -> None:
            held = {item["typeName"]: item for item in body.get("classifications", [])}
            lacking = next((name for name in items if name not in held), None)
            if lacking is not None:
                raise _absent(lacking)
            body["classifications"] = list((held | items).values())

        self._change(someone, record, updated)

    def declassify(self, someone: Someone, record: Record, name: str) -> None:
        """Take a classification from an entity.

        Raises:
            ClassificationAbsent: It does not have it.
            CollectionRefused: The caller may not.
        """

        def removed(body: dict[str, Any]) -> None:
            held = body.get("classifications", [])
            body["classifications"] = [item for item in held if item["typeName"] != name]
            if len(body["classifications"]) == len(held):
                raise _absent(name)

        self._change(someone, record, removed)

    def classify_all(self, someone: Someone, given: Any) -> None:
        """Add one classification to several entities.

        Raises:
            EntityInvalid: It is not of that form.
            EntityUnknown, ClassificationPresent, TypeUnknown, CollectionRefused: One cannot be classified, so none is.
        """
        guids = given.get("entityGuids") if isinstance(given, dict) else None
        if not isinstance(guids, list) or not 0 < len(guids) <= _MOST or any(not isinstance(item, str) for item in guids):
            raise EntityInvalid(
                f"`entityGuids` is no list of 1 to {_MOST:,}", remedy='send {"classification": {…}, "entityGuids": ["…"]}'
            )
        with self._ground.lock:
            records = [self._reading.find(someone, guid, Right.WRITE) for guid in dict.fromkeys(guids)]
            self._writing.rewrite(someone, [(item, self._classified(item, [given.get("classification")])) for item in records])

    def set_classifications(self, someone: Someone, given: Any) -> list[str]:
        """Give entities exactly the classifications of their headers; return a line for each change, or for why there was none.

        Raises:
            EntityInvalid: It is not of that form.
        """
        headers = given.get("guidHeaderMap") if isinstance(given, dict) else None
        if not isinstance(headers, dict) or len(headers) > _MOST:
            raise EntityInvalid("`guidHeaderMap` is no object", remedy='send {"guidHeaderMap": {"GUID": {"classifications": […]}}}')
        said: list[str] = []
        for guid, header in headers.items():
            try:
                said += self._set(someone, guid, header)
            except FreeholdError as error:
                said.append(f"{guid}: {error.detail}")
        return said

    def _set(self, someone: Someone, guid: str, header: Any) -> list[str]:
        record = self._reading.find(someone, guid, Right.WRITE)
        items = self._read(record, (header.get("classifications") if isinstance(header, dict) else None) or [])
        old = {item["typeName"] for item in record.body.get("classifications", [])}
        new = {item["typeName"] for item in items}

        def replaced(body: dict[str, Any]) -> None:
            body["classifications"] = items

        self._change(someone, record, replaced)
        lines = [f"{guid}: added {name}" for name in sorted(new - old)] + [f"{guid}: removed {name}" for name in sorted(old - new)]
        return lines + [f"{guid}: updated {name}" for name in sorted(old & new)]

    def label(self, someone: Someone, record: Record, given: Any, verb: str) -> None:
        """Set the labels of an entity (`set`), add some (`add`) or remove some (`remove`).

        Raises:
            EntityInvalid: They are no list of short texts.
            CollectionRefused: The caller may not.
        """
        labels = read_labels(given if given is not None else [])

        def labelled(body: dict[str, Any]) -> None:
            held = [] if verb == "set" else body.get("labels", [])
            body["labels"] = (
                [item for item in held if item not in labels] if verb == "remove" else list(dict.fromkeys([*held, *labels]))
            )

        self._change(someone, record, labelled)

    def describe(self, someone: Someone, record: Record, given: Any, *, overwrite: str = "false") -> None:
        """Add business metadata to an entity; with `overwrite` "true" it is all that the entity has afterwards.

        Raises:
            EntityInvalid, TypeUnknown, AttributeInvalid: It does not fit its definitions.
            CollectionRefused: The caller may not.
        """
        items = self._read_business(record, given)

        def described(body: dict[str, Any]) -> None:
            held = {} if overwrite.lower() == "true" else body.get("business", {})
            body["business"] = held | {name: {**held.get(name, {}), **inner} for name, inner in items.items()}

        self._change(someone, record, described)

    def undescribe(self, someone: Someone, record: Record, given: Any) -> None:
        """Take business metadata from an entity: the attributes that are named, or the whole set where none of it is.

        Raises:
            EntityInvalid: It is not of that form.
            CollectionRefused: The caller may not.
        """
        if not isinstance(given, dict) or any(not isinstance(inner, dict | None) for inner in given.values()):
            raise EntityInvalid("business metadata comes as an object", remedy='send {"SET": {"attribute": null}}')

        def undescribed(body: dict[str, Any]) -> None:
            held = {name: dict(inner) for name, inner in body.get("business", {}).items()}
            for name, inner in given.items():
                for attribute in inner or list(held.get(name, {})):
                    held.get(name, {}).pop(attribute, None)
            body["business"] = {name: inner for name, inner in held.items() if inner}

        self._change(someone, record, undescribed)

    def _read(self, record: Record, given: Any) -> list[dict[str, Any]]:
        items: Sequence[Any] = given if isinstance(given, list) else [None]
        types, kind = self._ground.types, self._ground.entity_type(record)
        made = [{**read_classification(types, item), "entityGuid": record.guid} for item in items]
        for item in made:
            allowed = [name for sup in types.supers(item["typeName"]) for name in types.find(sup).get("entityTypes") or []]
            if allowed and not any(kind.is_a(name) for name in allowed):
                raise EntityInvalid(
                    f"`{item['typeName']}` is not for entities of `{kind.name}`", remedy=f"it is for: {', '.join(allowed)}"
                )
        return made

    def _read_business(self, record: Record, given: Any) -> dict[str, dict[str, Any]]:
        if not isinstance(given, dict):
            raise EntityInvalid("business metadata comes as an object", remedy='send {"SET": {"attribute": value}}')
        return read_business(self._ground.types, self._ground.entity_type(record), given)

    def _classified(self, record: Record, given: Any) -> dict[str, Any]:
        """Return the body of an entity with more classifications."""
        items, held = self._read(record, given), record.body.get("classifications", [])
        there = {item["typeName"] for item in held}
        twice = next((item["typeName"] for item in items if item["typeName"] in there), None)
        if twice is not None:
            raise ClassificationPresent(f"an entity has the classification `{twice}` already", remedy="leave it out, or PUT it")
        return record.body | {"classifications": [*held, *items]}

    def _change(self, someone: Someone, record: Record, change: Callable[[dict[str, Any]], None]) -> None:
        with self._ground.lock:
            fresh = self._fresh(someone, record)
            body = dict(fresh.body)
            change(body)
            self._writing.rewrite(someone, [(fresh, body)])

    def _fresh(self, someone: Someone, record: Record) -> Record:
        """Return an entity as it is now, where the caller may write it."""
        return self._ground.check(someone, Right.WRITE, self._ground.store.entities([record.guid]).get(record.guid))


def _absent(name: str) -> ClassificationAbsent:
    return ClassificationAbsent(f"the entity does not have the classification `{name[:200]}`", remedy="add it with POST")
