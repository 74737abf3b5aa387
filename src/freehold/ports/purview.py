"""What an account of Microsoft Purview, or one that speaks as it does, must provide. All calls may be repeated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

Body = dict[str, Any]
"""A JSON object as the account's interfaces have it."""


class UnifiedCatalog(Protocol):
    """The Unified Catalog beside an account; a kind of thing is named by its path. All methods raise as those of `Account`."""

    def is_there(self) -> bool:
        """Return whether the account has one."""
        ...

    def domains(self) -> list[Body]:
        """Return all business domains."""
        ...

    def products(self) -> list[Body]:
        """Return all data products."""
        ...

    def terms(self, domain: str) -> list[Body]:
        """Return the terms of a business domain by its identifier."""
        ...

    def assets(self, entities: Iterable[str]) -> list[Body]:
        """Return the data assets of entities of the Data Map."""
        ...

    def related(self, product: str, kind: str) -> list[str]:
        """Return the identifiers of what a data product is related to, of a kind."""
        ...

    def policies(self, product: str) -> Body:
        """Return the access policies of a data product; none where it has none."""
        ...

    def requests(self) -> list[Body]:
        """Return all requests for access."""
        ...

    def find(self, path: str, key: str) -> Body:
        """Return a thing, empty where there is none."""
        ...

    def put(self, path: str, key: str | None, body: Body) -> str:
        """Create a thing, or replace that of an identifier; return its identifier."""
        ...

    def delete(self, path: str, key: str) -> None:
        """Delete a thing; one that is not there is deleted."""
        ...

    def relate(self, product: str, kind: str, other: str) -> None:
        """Relate a data product to another thing."""
        ...

    def unrelate(self, product: str, kind: str, other: str) -> None:
        """End that a data product is related to another thing."""
        ...

    def put_policies(self, product: str, policies: Body) -> None:
        """Say anew which access policies a data product has."""
        ...


class Account(Protocol):
    """An account. All methods raise AccountUnreachable, AccountBusy, AccountRefused and AccountRejected."""

    @property
    def unified(self) -> UnifiedCatalog | None:
        """Its Unified Catalog, None where that is left out."""
        ...

    def root(self) -> str:
        """Return the name of the account, which is that of its root collection."""
        ...

    def definitions(self) -> Mapping[str, list[Body]]:
        """Return all type definitions, by the member of their category (`entityDefs`, …)."""
        ...

    def define(self, definitions: Mapping[str, Sequence[Body]]) -> None:
        """Create type definitions."""
        ...

    def redefine(self, definitions: Mapping[str, Sequence[Body]]) -> None:
        """Update type definitions."""
        ...

    def collections(self) -> list[Body]:
        """Return all collections."""
        ...

    def put_collection(self, name: str, body: Body) -> None:
        """Create or change a collection."""
        ...

    def delete_collection(self, name: str) -> None:
        """Delete a collection; one that is not there is deleted."""
        ...

    def glossaries(self) -> list[Body]:
        """Return all glossaries."""
        ...

    def terms(self, glossary: str) -> list[Body]:
        """Return the terms of a glossary by its identifier."""
        ...

    def put_glossary(self, guid: str | None, body: Body) -> str:
        """Create a glossary, or change that of an identifier; return its identifier."""
        ...

    def put_term(self, guid: str | None, body: Body) -> str:
        """Create a term, or change that of an identifier; return its identifier."""
        ...

    def delete_glossary(self, guid: str) -> None:
        """Delete a glossary by its identifier; one that is not there is deleted."""
        ...

    def delete_term(self, guid: str) -> None:
        """Delete a term by its identifier; one that is not there is deleted."""
        ...

    def sources(self) -> list[Body]:
        """Return all data sources."""
        ...

    def put_source(self, name: str, body: Body) -> None:
        """Register a data source, or change it."""
        ...

    def delete_source(self, name: str) -> None:
        """Delete a data source; one that is not there is deleted."""
        ...

    def entity(self, kind: str, qualified: str) -> Body | None:
        """Return the entity of a type with that qualified name, or None where there is none, or no such type."""
        ...

    def entities(self, guids: Sequence[str]) -> list[Body]:
        """Return entities by their identifiers; those that are gone are left out."""
        ...

    def put_entities(self, entities: Sequence[Body], collection: str) -> Mapping[str, str]:
        """Create or update entities in a collection; return the identifier of each by the one it was sent with."""
        ...

    def delete_entity(self, guid: str) -> None:
        """Delete an entity by its identifier; one that is not there is deleted."""
        ...

    def classify(self, name: str, guids: Iterable[str]) -> None:
        """Give entities a classification; those that have it keep it."""
        ...

    def declassify(self, name: str, guid: str) -> None:
        """Take a classification from an entity."""
        ...

    def assign(self, term: str, guids: Iterable[str]) -> None:
        """Assign a term to entities, by identifiers."""
        ...

    def unassign(self, term: str, guid: str, relationship: str) -> None:
        """Take a term from an entity, all by identifiers."""
        ...
