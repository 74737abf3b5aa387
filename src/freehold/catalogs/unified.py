"""The Unified Catalog of an account over its interfaces for the catalogue and for access: the calls of its specification."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any
from urllib.parse import quote

from freehold.catalogs.speaking import PAGES, Query, Sender, endless, pages, taken
from freehold.errors import AccountRefused, AccountRejected
from freehold.ports.purview import Body

CATALOG, ACCESS = "2025-09-15-preview", "2023-10-01-preview"
_CATALOG, _ACCESS = "/datagovernance/catalog", "/datagovernance/access"
_PAGE, _NAMED = 100, 100
_NONE = frozenset({404, 405, 501})
"""What an account answers that has no Unified Catalog."""


class PurviewCatalog:
    """A `ports.purview.UnifiedCatalog` over HTTPS."""

    def __init__(self, sender: Sender, new_guid: Callable[[], str]) -> None:
        """Send requests by `sender`; things are created under identifiers of `new_guid`."""
        self._sender = sender
        self._new_guid = new_guid

    def is_there(self) -> bool:
        """Return whether the account has a Unified Catalog."""
        answer = self._sender.ask("GET", f"{_CATALOG}/businessdomains", _version(CATALOG))
        if answer.status in _NONE:
            return False
        if answer.status == 403:
            raise AccountRefused(
                "the token's holder has no role in the Unified Catalog",
                remedy="give them business-domain-creator there, or leave it out with `--unified-catalog none`",
                status=answer.status,
            )
        taken(answer, "list business domains")
        return True

    def domains(self) -> list[Body]:
        """Return all business domains."""
        return list(self._linked(f"{_CATALOG}/businessdomains", _version(CATALOG), "list business domains"))

    def products(self) -> list[Body]:
        """Return all data products."""
        return self._queried("dataProducts", {})

    def terms(self, domain: str) -> list[Body]:
        """Return the terms of a business domain."""
        return self._queried("terms", {"domainIds": [domain]})

    def assets(self, entities: Iterable[str]) -> list[Body]:
        """Return the data assets of entities of the Data Map, by the identifiers of these."""
        left, found = iter(entities), list[Body]()
        while batch := list(islice(left, _NAMED)):
            found += self._queried("dataAssets", {"sourceAssetIds": batch})
        return found

    def related(self, product: str, kind: str) -> list[str]:
        """Return the identifiers of what a data product is related to, of a kind."""
        path, query = f"{_CATALOG}/dataProducts/{quote(product, safe='')}/relationships", (*_version(CATALOG), ("entityType", kind))
        found = self._linked(path, query, "list relationships")
        return [item["entityId"] for item in found if isinstance(item.get("entityId"), str)]

    def policies(self, product: str) -> Body:
        """Return the access policies of a data product; none where it has none."""
        answer = self._sender.ask("GET", _policies(product), _version(ACCESS))
        body = {} if answer.status == 404 else taken(answer, "read access policies")
        found = body.get("dataProductPolicies") if isinstance(body, dict) else None
        return found if isinstance(found, dict) else {}

    def requests(self) -> list[Body]:
        """Return all requests for access that the caller may see."""
        return list(self._linked(f"{_ACCESS}/dataSubscriptions", _version(ACCESS), "list requests for access"))

    def find(self, path: str, key: str) -> Body:
        """Return a thing of a kind (`path`), empty where there is none."""
        answer = self._sender.ask("GET", f"{_CATALOG}/{path}/{quote(key, safe='')}", _version(CATALOG))
        found = {} if answer.status == 404 else taken(answer, "read a thing of the Unified Catalog")
        return found if isinstance(found, dict) else {}

    def put(self, path: str, key: str | None, body: Body) -> str:
        """Create a thing of a kind, or replace that of an identifier; return its identifier."""
        name = key or self._new_guid()
        where = f"{_CATALOG}/{path}" if key is None else f"{_CATALOG}/{path}/{quote(name, safe='')}"
        answer = self._sender.ask("POST" if key is None else "PUT", where, _version(CATALOG), {**body, "id": name})
        found = taken(answer, f"write to {path}")
        made = found.get("id") if isinstance(found, dict) else None
        if not isinstance(made, str):
            raise AccountRejected("its answer names no thing of the Unified Catalog", remedy="run the command again")
        return made

    def delete(self, path: str, key: str) -> None:
        """Delete a thing; one that is not there is deleted."""
        answer = self._sender.ask("DELETE", f"{_CATALOG}/{path}/{quote(key, safe='')}", _version(CATALOG))
        taken(answer, f"remove one of its {path}", 404)

    def relate(self, product: str, kind: str, other: str) -> None:
        """Relate a data product to another thing; one that is related stays so."""
        body = {"entityId": other, "relationshipType": "Related"}
        path, query = f"{_CATALOG}/dataProducts/{quote(product, safe='')}/relationships", (*_version(CATALOG), ("entityType", kind))
        taken(self._sender.ask("POST", path, query, body), "relate a data product")

    def unrelate(self, product: str, kind: str, other: str) -> None:
        """End that a data product is related to another thing."""
        path = f"{_CATALOG}/dataProducts/{quote(product, safe='')}/relationships"
        query = (*_version(CATALOG), ("entityType", kind), ("entityId", other))
        taken(self._sender.ask("DELETE", path, query), "end a relationship", 404)

    def put_policies(self, product: str, policies: Body) -> None:
        """Say anew which access policies a data product has."""
        body = {"policySetKind": "Applied", "dataProductPolicies": policies}
        taken(self._sender.ask("PUT", _policies(product), _version(ACCESS), body), "write access policies")

    def _queried(self, path: str, query: Body) -> list[Body]:
        found, seen = list[Body](), set[str]()
        for _ in range(PAGES):
            body = {**query} if path == "dataAssets" else {**query, "skip": len(found), "top": _PAGE}
            part = (("skip", str(len(found))), ("top", str(_PAGE))) if path == "dataAssets" else ()
            extra = (("dataProductOwner", "false"),) if path == "dataProducts" else ()
            answer = taken(
                self._sender.ask("POST", f"{_CATALOG}/{path}/query", (*_version(CATALOG), *part, *extra), body), f"list {path}"
            )
            items = _objects(answer)
            fresh = {str(item.get("id")) for item in items} - seen
            if items and not fresh:  # the same again: it knows no `skip`, and has told all
                return found
            seen |= fresh
            found += items
            if len(items) < _PAGE:
                return found
        raise endless(f"list {path}")

    def _linked(self, path: str, query: Query, what: str) -> Iterator[Body]:
        for found in pages(self._sender, path, query, what):
            yield from _objects(found)


def _policies(product: str) -> str:
    return f"{_ACCESS}/dataProducts/{quote(product, safe='')}/policySets/applied"


def _version(of: str) -> Query:
    return (("api-version", of),)


def _objects(body: Any) -> Sequence[Body]:
    value = body.get("value") if isinstance(body, dict) else None
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
