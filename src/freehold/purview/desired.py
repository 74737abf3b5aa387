"""The mesh as things of an account: collections, a glossary of purposes, domains, products, columns, contracts and data sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from freehold.model.contract import Contract
from freehold.model.mesh import Mesh
from freehold.model.product import Column, Product, Residency, ServiceLevel
from freehold.names import purpose_key
from freehold.purview.naming import (
    classification_name,
    collection_name,
    contract_address,
    domain_address,
    mesh_address,
    product_address,
    term_name,
)
from freehold.purview.sources import sources
from freehold.purview.state import ENTITY_TYPES, SET, Kind, Wanted

LONGEST = 10_000
"""Texts of business metadata are cut off there, in characters."""

_LONGEST_DESCRIPTION = 1_500


def desired(mesh: Mesh, root: str, parent: str) -> tuple[Wanted, ...]:
    """Return what an account shall say of a mesh, in the order in which it is made.

    `root` is the name of the mesh's collection, `parent` that of the collection above it (`root` itself: it is the account's own).
    """
    return (
        *_collections(mesh, root, parent),
        *_glossary(mesh),
        *_domains(mesh, root),
        *(item for product in mesh.products.values() for item in _product(mesh, product, root)),
        *sources(mesh, root),
    )


def classifications(mesh: Mesh) -> tuple[str, ...]:
    """Return the names of all classifications that columns have or rules give, each after the one that it is a part of."""
    named = {item for product in mesh.products.values() for column in product.columns for item in column.classifications}
    policies = (mesh.governance, *mesh.domain_governance.values())
    named |= {rule.classification for policy in policies for rule in policy.rules}
    every = {part for item in named for part in _parts(classification_name(item))}
    return tuple(sorted(every))


def purposes(mesh: Mesh) -> dict[str, str]:
    """Return the term of each purpose by how the purpose is compared; of several spellings the first."""
    written = sorted({item.purpose for product in mesh.products.values() for item in product.contracts})
    found: dict[str, str] = {}
    taken: dict[str, str] = {}
    for text in written:
        name = term_name(text)
        if name and purpose_key(text) not in found:
            found[purpose_key(text)] = taken.setdefault(name.casefold(), name)
    return found


def _parts(name: str) -> Iterator[str]:
    pieces = [piece for piece in name.split(".") if piece]
    yield from (".".join(pieces[:count]) for count in range(1, len(pieces) + 1))


def _collections(mesh: Mesh, root: str, parent: str) -> Iterator[Wanted]:
    if root != parent:
        facts = {"friendlyName": mesh.name, "parent": parent}
        yield Wanted(kind=Kind.COLLECTION, key=root, name=mesh.name, belongs=mesh_address(mesh), facts=facts)
    for key, domain in mesh.domains.items():
        facts = {
            "friendlyName": domain.name,
            "parent": root,
            **_text(description=(domain.description or "")[:_LONGEST_DESCRIPTION]),
        }
        name = collection_name(root, key)
        yield Wanted(kind=Kind.COLLECTION, key=name, name=domain.name, belongs=domain_address(mesh, key), facts=facts)


def _glossary(mesh: Mesh) -> Iterator[Wanted]:
    terms = sorted(set(purposes(mesh).values()))
    if not terms:
        return
    about = {"description": f"The purposes for which products of the mesh {mesh.name} are shared."}
    yield Wanted(kind=Kind.GLOSSARY, key=mesh.name, name=mesh.name, belongs=mesh_address(mesh), facts=about)
    for term in terms:
        about = {"description": f"Products that carry this term are shared for this purpose: {term}."}
        yield Wanted(kind=Kind.TERM, key=term, name=term, belongs=mesh_address(mesh), facts=about)


def _domains(mesh: Mesh, root: str) -> Iterator[Wanted]:
    for key, domain in mesh.domains.items():
        facts = _text(name=domain.name, description=domain.description, owner=domain.owner)
        yield Wanted(
            kind=Kind.DOMAIN,
            key=domain_address(mesh, key),
            name=domain.name,
            belongs=mesh_address(mesh),
            collection=collection_name(root, key),
            facts=facts,
        )


def _product(mesh: Mesh, product: Product, root: str) -> Iterator[Wanted]:
    address, place = product_address(mesh, product), collection_name(root, product.domain_key)
    owner = domain_address(mesh, product.domain_key)
    about = _text(
        name=product.name,
        description=product.description,
        owner=product.owner,
        domain=product.domain,
        version=product.version,
        region=product.home,
        jurisdiction=product.jurisdiction,
    )
    contracts = sorted(product.contracts, key=lambda item: item.slug)
    known = purposes(mesh)
    business = _text(
        owner=product.owner,
        residency=_residency(product.residency),
        sensitivityLabel=product.sensitivity_label,
        sla=_sla(product.sla),
        contracts="\n".join(_contract_text(item) for item in contracts) or None,
    )
    yield Wanted(
        kind=Kind.PRODUCT,
        key=address,
        name=product.name,
        belongs=owner,
        collection=place,
        facts=about | {f"{SET}.{name}": value for name, value in business.items()},
        marks=tuple(sorted({known[key] for item in contracts if (key := purpose_key(item.purpose)) in known})),
        links={"owningDomain": ((ENTITY_TYPES[Kind.DOMAIN], owner),)},
    )
    for column in product.columns:
        yield _column(column, address, place)
    slugs: set[str] = set()
    for item in contracts:
        if item.slug not in slugs:
            slugs.add(item.slug)
            yield _contract(mesh, product, item, place)


def _column(column: Column, product: str, place: str) -> Wanted:
    return Wanted(
        kind=Kind.COLUMN,
        key=f"{product}#{column.name}",
        name=column.name,
        belongs=product,
        collection=place,
        facts=_text(name=column.name, data_type=column.type, description=column.description),
        marks=tuple(sorted({classification_name(item) for item in column.classifications})),
        links={"product": ((ENTITY_TYPES[Kind.PRODUCT], product),)},
    )


def _contract(mesh: Mesh, product: Product, contract: Contract, place: str) -> Wanted:
    address = product_address(mesh, product)
    consumer = domain_address(mesh, contract.consumer_key)
    outputs = ((ENTITY_TYPES[Kind.DOMAIN], consumer),) if contract.consumer_key in mesh.domains else ()
    terms = _text(
        consumer=contract.consumer,
        purpose=contract.purpose,
        fields=_list(contract.fields),
        aggregateFields=_list((*contract.aggregate_fields, *contract.quantile_fields)),
        joinFields=_list(contract.join_fields),
        maskedFields=_list(contract.masks),
        excludedFields=_list(contract.excluded_fields),
        validUntil=contract.valid_until,
    )
    return Wanted(
        kind=Kind.CONTRACT,
        key=contract_address(mesh, product, contract),
        name=contract.name or contract.slug,
        belongs=address,
        collection=place,
        facts={"name": contract.name or contract.slug} | terms,
        links={"inputs": ((ENTITY_TYPES[Kind.PRODUCT], address),), "outputs": outputs},
    )


def _contract_text(contract: Contract) -> str:
    """Return a contract as one line."""
    parts = {
        "fields": _list(contract.fields),
        "in aggregates": _list((*contract.aggregate_fields, *contract.quantile_fields)),
        "to join": _list(contract.join_fields),
        "masked": _list(contract.masks),
        "excluded": _list(contract.excluded_fields),
        "until": contract.valid_until,
    }
    said = "; ".join(f"{name} {value}" for name, value in parts.items() if value)
    return f"{contract.consumer} for {contract.purpose}" + (f": {said}" if said else "")


def _residency(residency: Residency) -> str | None:
    parts = {
        "": residency.area,
        "stored in ": _list(residency.storage_locations),
        "redundancy ": residency.redundancy,
        "personal data ": residency.pii_handling,
    }
    return "; ".join(f"{name}{value}" for name, value in parts.items() if value) or None


def _sla(sla: ServiceLevel) -> str | None:
    parts = {
        "availability": f"{sla.availability:g} %" if sla.availability is not None else None,
        "latency": sla.latency_text,
        "freshness": sla.freshness_text,
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items() if value) or None


def _list(names: Iterable[str]) -> str | None:
    return ", ".join(dict.fromkeys(names)) or None


def _text(**values: str | None) -> dict[str, str]:
    return {name: said for name, value in values.items() if value and (said := value.strip()[:LONGEST].strip())}
