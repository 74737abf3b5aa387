"""The Data Map (Apache Atlas v2): types, entities, what is said of them, relationships, lineage and search."""

from __future__ import annotations

import csv
import email.parser
import email.policy
import io
from typing import Any

from freehold.datamap.access import Right
from freehold.errors import BodyUnreadable, EntityInvalid, FreeholdError, TypeUnknown
from freehold.gateway.purview.bodies import check_form
from freehold.gateway.purview.routing import Call, Handler, Route, Text
from freehold.ports.datamap import Record
from freehold.services.datamap.types import Types
from freehold.wiring.datamap import Catalogue

TEMPLATE = (
    "EntityType,EntityUniqueAttributeValue,BusinessAttributeName,BusinessAttributeValue,EntityUniqueAttributeName[optional]\n"
)


class Atlas:
    """Handlers of the Data Map over one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Answer from `catalogue`."""
        self._catalogue = catalogue
        self._reading = catalogue.reading
        self._writing = catalogue.writing
        self._marks = catalogue.marks

    def inside(self) -> list[Route]:
        """Return the routes below `/atlas/v2`."""
        return [*self._types(), *self._entities(), *self._marking(), *self._related()]

    def outside(self) -> list[Route]:
        """Return the routes beside `/atlas/v2`."""
        find = self._catalogue.discovery
        return [
            Route("POST", "/search/query", lambda call: find.query(call.someone, call.body)),
            Route("POST", "/search/suggest", lambda call: find.suggest(call.someone, call.body)),
            Route("POST", "/search/autocomplete", lambda call: find.complete(call.someone, call.body)),
            Route("POST", "/browse", lambda call: find.browse(call.someone, call.body)),
            Route("POST", "/entity/moveTo", self._move),
            Route("GET", "/lineage/{guid}/next", self._next),
            Route("GET", "/types/termtemplatedef/{by}/{value}", self._template),
            Route("POST", "/collections/{collection}/entity", self._put_one),
            Route("POST", "/collections/{collection}/entity/bulk", self._put_many),
            Route("POST", "/collections/{collection}/entity/moveHere", self._move),
        ]

    def _types(self) -> list[Route]:
        types = self._catalogue.types
        return [
            Route("GET", "/types/typedefs", lambda call: types.all(call.someone, call.field("type"))),
            Route("POST", "/types/typedefs", lambda call: types.create(call.someone, call.body)),
            Route("PUT", "/types/typedefs", lambda call: types.update(call.someone, call.body)),
            Route("DELETE", "/types/typedefs", lambda call: types.delete(call.someone, types.names(call.body)), 204),
            Route("GET", "/types/typedefs/headers", lambda call: types.headers(call.someone, call.field("type"))),
            Route("DELETE", "/types/typedef/name/{value}", lambda call: types.delete(call.someone, [call.names["value"]]), 204),
            *(
                Route("GET", f"/types/{kind}/{by}/{{value}}", _finder(types, kind, by))
                for kind in (
                    "typedef", "entitydef", "classificationdef", "relationshipdef", "enumdef", "structdef", "businessmetadatadef",
                )
                for by in ("name", "guid")
            ),
        ]  # fmt: skip

    def _entities(self) -> list[Route]:
        read, named, guid = self._reading, "/entity/uniqueAttribute/type/{type}", "/entity/guid/{guid}"
        return [
            Route("POST", "/entity", self._put_one),
            Route("POST", "/entity/bulk", self._put_many),
            Route("GET", "/entity/bulk", lambda call: read.several(call.someone, _guids(call))),
            Route("DELETE", "/entity/bulk", self._delete_many),
            Route("GET", "/entity/bulk/uniqueAttribute/type/{type}", self._several_named),
            Route("GET", guid, lambda call: read.entity(call.someone, self._record(call))),
            Route("GET", f"{guid}/header", lambda call: read.headers([self._record(call)])[0]),
            Route("PUT", guid, self._change),
            Route("DELETE", guid, lambda call: self._writing.delete(call.someone, [self._record(call)])),
            Route("GET", named, lambda call: read.entity(call.someone, self._record(call))),
            Route("GET", f"{named}/header", lambda call: read.headers([self._record(call)])[0]),
            Route("PUT", named, self._change_named),
            Route("DELETE", named, lambda call: self._writing.delete(call.someone, [self._record(call)])),
            Route("GET", "/entity/businessmetadata/import/template", lambda _: Text(TEMPLATE.encode(), "application/octet-stream")),
            Route("POST", "/entity/businessmetadata/import", self._import),
        ]

    def _marking(self) -> list[Route]:
        marks, made = self._marks, list[Route]()
        for base in ("/entity/guid/{guid}", "/entity/uniqueAttribute/type/{type}"):
            made += [
                Route("GET", f"{base}/classifications", lambda call: marks.classifications(self._record(call))),
                Route(
                    "POST", f"{base}/classifications", lambda call: marks.classify(call.someone, self._record(call), call.body), 204
                ),
                Route(
                    "PUT",
                    f"{base}/classifications",
                    lambda call: marks.reclassify(call.someone, self._record(call), call.body),
                    204,
                ),
                Route("GET", f"{base}/classification/{{name}}", self._classification),
                Route("DELETE", f"{base}/classification/{{name}}", self._declassify, 204),
                Route("POST", f"{base}/labels", lambda call: marks.label(call.someone, self._record(call), call.body, "set"), 204),
                Route("PUT", f"{base}/labels", lambda call: marks.label(call.someone, self._record(call), call.body, "add"), 204),
                Route(
                    "DELETE", f"{base}/labels", lambda call: marks.label(call.someone, self._record(call), call.body, "remove"), 204
                ),
            ]
        business = "/entity/guid/{guid}/businessmetadata"
        return [
            *made,
            Route("POST", "/entity/bulk/classification", lambda call: marks.classify_all(call.someone, call.body), 204),
            Route("POST", "/entity/bulk/setClassifications", lambda call: marks.set_classifications(call.someone, call.body)),
            Route("POST", business, self._describe, 204),
            Route("DELETE", business, lambda call: marks.undescribe(call.someone, self._record(call), call.body), 204),
            Route("POST", f"{business}/{{set}}", self._describe_one, 204),
            Route("DELETE", f"{business}/{{set}}", self._undescribe_one, 204),
        ]

    def _related(self) -> list[Route]:
        ties, find = self._catalogue.relationships, self._catalogue.discovery
        return [
            Route("POST", "/relationship", lambda call: ties.create(call.someone, call.body)),
            Route("PUT", "/relationship", lambda call: ties.update(call.someone, call.body)),
            Route("GET", "/relationship/guid/{guid}", lambda call: ties.find(call.someone, call.names["guid"])),
            Route("DELETE", "/relationship/guid/{guid}", lambda call: ties.delete(call.someone, call.names["guid"]), 204),
            Route("GET", "/lineage/{guid}", self._lineage),
            Route("GET", "/lineage/uniqueAttribute/type/{type}", self._lineage),
            Route("GET", "/lineage/{guid}/next", self._next),
            Route("POST", "/search/advanced", lambda call: find.query(call.someone, call.body)),
            Route("GET", "/search/basic", lambda call: find.basic(call.someone, dict(call.fields))),
        ]

    def _record(self, call: Call) -> Record:
        if "guid" in call.names:
            return self._reading.find(call.someone, call.names["guid"])
        return self._reading.find_named(call.someone, call.names["type"], call.qualified)

    def _put_one(self, call: Call) -> Any:
        body = call.object
        if not isinstance(body.get("entity"), dict):
            raise EntityInvalid("the body has no `entity`", remedy='send {"entity": {"typeName": "…", "attributes": {…}}}')
        return self._put(call, [body["entity"], *_referred(body)])

    def _put_many(self, call: Call) -> Any:
        body = call.object
        entities = body.get("entities")
        if not isinstance(entities, list | None):
            raise EntityInvalid("`entities` is no list", remedy='send {"entities": [{"typeName": "…", "attributes": {…}}]}')
        return self._put(call, [*(entities or []), *_referred(body)])

    def _put(self, call: Call, entities: list[Any]) -> Any:
        collection = call.names.get("collection") or call.field("collectionId") or None
        behaviour = (call.field("businessAttributeUpdateBehavior") or "ignore").lower()
        return self._writing.put(call.someone, entities, collection=collection, behaviour=behaviour)

    def _several_named(self, call: Call) -> Any:
        names = [value for key, value in call.fields if key.startswith("attr_") and key.lower().endswith(":qualifiedname")]
        return self._reading.several_named(call.someone, call.names["type"], names)

    def _delete_many(self, call: Call) -> Any:
        guids = _guids(call)
        records = [self._reading.find(call.someone, guid) for guid in dict.fromkeys(guids)]
        if not records:
            raise EntityInvalid("no entity is named", remedy="name them with `?guid=…&guid=…`")
        return self._writing.delete(call.someone, records)

    def _change(self, call: Call) -> Any:
        name = call.field("name")
        if not name:
            raise EntityInvalid("no attribute is named", remedy="add `?name=ATTRIBUTE`, and send its value alone")
        return self._writing.change(call.someone, self._record(call), {name: call.body})

    def _change_named(self, call: Call) -> Any:
        entity = call.object.get("entity", call.object)
        attributes = entity.get("attributes") if isinstance(entity, dict) else None
        if not isinstance(attributes, dict):
            raise EntityInvalid("the body has no attributes", remedy='send {"entity": {"attributes": {…}}}')
        related = entity.get("relationshipAttributes")
        return self._writing.change(call.someone, self._record(call), attributes | (related if isinstance(related, dict) else {}))

    def _move(self, call: Call) -> Any:
        collection = call.names.get("collection") or call.field("collectionId")
        if not collection:
            raise EntityInvalid("no collection is named", remedy="add `?collectionId=…`")
        guids = call.object.get("entityGuids")
        return self._writing.move(call.someone, guids if isinstance(guids, list) else [], collection)

    def _classification(self, call: Call) -> Any:
        return self._marks.classification(self._record(call), call.names["name"])

    def _declassify(self, call: Call) -> None:
        self._marks.declassify(call.someone, self._record(call), call.names["name"])

    def _describe(self, call: Call) -> None:
        self._marks.describe(call.someone, self._record(call), call.body, overwrite=call.field("isOverwrite") or "false")

    def _describe_one(self, call: Call) -> None:
        self._marks.describe(call.someone, self._record(call), {call.names["set"]: call.body})

    def _undescribe_one(self, call: Call) -> None:
        self._marks.undescribe(call.someone, self._record(call), {call.names["set"]: call.body})

    def _lineage(self, call: Call) -> Any:
        direction = (call.field("direction") or "BOTH").upper()
        return self._catalogue.lineage.graph(call.someone, self._record(call), direction=direction, depth=call.number("depth", 3))

    def _next(self, call: Call) -> Any:
        limit, offset = call.page
        direction = (call.field("direction") or "BOTH").upper()
        return self._catalogue.lineage.following(call.someone, self._record(call), direction=direction, offset=offset, limit=limit)

    def _template(self, call: Call) -> Any:
        raise TypeUnknown(f"no term template `{call.names['value'][:80]}` is defined", remedy="terms have no templates here")

    def _import(self, call: Call) -> Any:
        """Set business metadata from a CSV file, row by row; a row that cannot be used is told, and the others are."""
        failed: list[dict[str, Any]] = []
        done: list[dict[str, Any]] = []
        for number, row in enumerate(_rows(_uploaded(call)), 1):
            if number == 1 and row and row[0].strip() == "EntityType":
                continue
            shown = {
                "rowNumber": number,
                "parentObjectName": row[0] if row else "",
                "childObjectName": row[1] if len(row) > 1 else "",
            }
            try:
                self._import_row(call, row)
                done.append({**shown, "importStatus": "SUCCESS", "remarks": ""})
            except FreeholdError as error:
                failed.append({**shown, "importStatus": "FAILED", "remarks": error.detail})
        return {"failedImportInfoList": failed, "successImportInfoList": done}

    def _import_row(self, call: Call, row: list[str]) -> None:
        if len(row) < 4 or "." not in row[2]:
            raise EntityInvalid("the row does not have four fields", remedy="use the template")
        name, _, attribute = row[2].partition(".")
        record = self._reading.find_named(call.someone, row[0], row[1], Right.WRITE)
        self._marks.describe(call.someone, record, {name: {attribute: row[3]}})


def _finder(types: Types, kind: str, by: str) -> Handler:
    return lambda call: types.find(call.someone, kind, by, call.names["value"])


def _guids(call: Call) -> list[str]:
    return [item for value in call.every("guid") for item in value.split(",") if item]


def _referred(body: dict[str, Any]) -> list[Any]:
    found = body.get("referredEntities")
    if found is None:
        return []
    if not isinstance(found, dict):
        raise EntityInvalid("`referredEntities` is no object", remedy="send entities by their identifiers")
    return [item for item in found.values() if isinstance(item, dict) and "attributes" in item]


def _rows(text: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text)))
    except csv.Error:
        raise BodyUnreadable(
            "a row of the file cannot be read", remedy=f"write CSV of at most {csv.field_size_limit():,} characters a field"
        ) from None


def _uploaded(call: Call) -> str:
    """Return the text of the file in a multipart body, whose reader makes an object of each line and part."""
    check_form(call.content)
    head = f"Content-Type: {call.content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode("latin-1", "replace")
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + call.content)
    for part in message.iter_parts() if message.is_multipart() else ():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            return content.decode("utf-8", "replace")
    raise BodyUnreadable("the body holds no file", remedy="send a CSV file as multipart/form-data")
