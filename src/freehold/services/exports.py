"""Tell products in other people's formats: the whole product for its owner, or one contract for its consumer.

What an export says comes from the manifests of the mesh's folder, never from data; nothing is read through the gate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from freehold.errors import DocumentInvalid, MeshInvalid, SettingInvalid
from freehold.manifest import read
from freehold.manifest.plain import plain_products
from freehold.manifest.writing import write
from freehold.model.finding import Severity
from freehold.model.mesh import Mesh
from freehold.names import domain_key, identifier, nearest, slug
from freehold.standards import odcs, odps
from freehold.standards.dbt import write_dbt
from freehold.standards.ddl import write_ddl
from freehold.standards.html import write_page
from freehold.standards.jsonschema import write_json_schema
from freehold.standards.logical import DIALECTS
from freehold.standards.mermaid import write_graph
from freehold.standards.oaas import write_agreement

Product = dict[str, Any]
KINDS = ("odcs", "odps", "dbt", "sql", "jsonschema", "mermaid", "html", "oaas")
OF_THE_MESH = ("mermaid", "html", "dbt")
"""What can be told of all products at once."""

_SHAPE = frozenset({"key-unknown", "key-missing", "value-missing", "type-wrong", "value-unknown", "value-outside", "type-unknown"})
_VERSIONS = {"odcs": odcs.VERSIONS, "odps": odps.VERSIONS}


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What to export: of which product (None: of all), for which contract, in which version, in which dialect of SQL."""

    kind: str
    product: str | None = None
    contract: str | None = None
    version: str | None = None
    dialect: str = "duckdb"


def export(files: Mapping[str, bytes], order: Order) -> str:
    """Return the text of an export of a mesh's files.

    Raises:
        MeshInvalid: The files have errors.
        SettingInvalid: There is no such product, contract or version, or the format is of one product or contract alone.
        DocumentInvalid: What a product keeps of the document that it came from was changed and fits no more.
    """
    _check_order(order)
    written = list(plain_products(files))
    held = [product for _, product in written]
    chosen = [_find(held, order.product)] if order.product is not None else held
    mesh = _sound(files, [(path, product) for path, product in written if any(product is item for item in chosen)])
    if order.kind == "mermaid":
        return write_graph(mesh, key_of(chosen[0]) if order.product is not None else None)
    try:
        return _told(order, mesh.name, held, chosen)
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise DocumentInvalid(
            "what is kept under `standards` does not fit together", remedy="restore it from history, or remove the key"
        ) from error


def _told(order: Order, mesh: str, held: list[Product], chosen: list[Product]) -> str:
    contract = _contract(chosen[0], order.contract) if order.contract is not None else None
    product, seen = chosen[0], chosen if contract is None else [odcs.narrowed(chosen[0], contract)]
    if order.kind == "sql" and not seen[0].get("schema"):
        said = "a table cannot be without columns, and there are none to tell of"
        raise SettingInvalid(f"{said} in `{product['name']}`", remedy="list its columns under `schema:`, or export another format")
    title = str(product["name"]) if len(seen) == 1 else f"Data products of {mesh}"
    writers: dict[str, Callable[[], str]] = {
        "odcs": lambda: write(_contract_document(order, held, product, contract)),
        "odps": lambda: write(odps.write_product(product, order.version)),
        "oaas": lambda: write(write_agreement(product, contract or {})),
        "html": lambda: write_page(title, seen),
        "dbt": lambda: write(write_dbt(seen, order.dialect)),
        "sql": lambda: write_ddl(seen[0], order.dialect, held if contract is None else ()),
        "jsonschema": lambda: msgspec.json.format(msgspec.json.encode(write_json_schema(seen[0])), indent=2).decode() + "\n",
    }
    return writers[order.kind]()


def _contract_document(order: Order, held: list[Product], product: Product, contract: dict[str, Any] | None) -> dict[str, Any]:
    if contract is None:
        return odcs.write_contract(_family(held, product), order.version)
    return odcs.write_consumer(product, contract, order.version or odcs.DEFAULT)


def _check_order(order: Order) -> None:
    known = _VERSIONS.get(order.kind)
    if order.version is not None and (known is None or order.version not in known):
        remedy = f"versions: {', '.join(known)}" if known else "leave --version out"
        raise SettingInvalid(f"`{order.kind}` has no version `{order.version}`", remedy=remedy)
    if order.dialect not in DIALECTS:
        raise SettingInvalid(f"there is no dialect `{order.dialect}`", remedy=f"dialects: {', '.join(DIALECTS)}")
    if order.product is None and (order.kind not in OF_THE_MESH or order.contract is not None):
        raise SettingInvalid(f"`{order.kind}` is of one product", remedy=f"name it: freehold export {order.kind} PRODUCT")
    if order.kind == "oaas" and order.contract is None:
        raise SettingInvalid(
            "an access agreement is of one contract", remedy="name it with --contract; `freehold contracts` lists them"
        )
    if order.contract is not None and order.kind in {"odps", "mermaid"}:
        raise SettingInvalid(f"`{order.kind}` is of the whole product", remedy="leave --contract out")


def _sound(files: Mapping[str, bytes], held: Sequence[tuple[str, Product]]) -> Mesh:
    """Return the mesh of files that can be told of: what the policy still misses in a product stops no export."""
    reading = read(files)
    paths = {path for path, _ in held}
    errors = [item for item in reading.findings if item.severity is Severity.ERROR and item.file in paths and item.code in _SHAPE]
    if reading.mesh is None or errors:
        raise MeshInvalid(
            f"{counted(len(errors))} in the manifests" if errors else "mesh.yaml cannot be read",
            remedy="run `freehold check` and mend each of them; nothing was exported",
            findings=[msgspec.to_builtins(item) for item in reading.findings],
        )
    return reading.mesh


def counted(errors: int) -> str:
    """Return how many errors there are, in words."""
    return f"{errors} {'error' if errors == 1 else 'errors'}"


def key_of(product: Product) -> str:
    """Return a product's full SQL name."""
    return f"{domain_key(str(product.get('domain', '')))}.{identifier(str(product.get('name', '')))}"


def _find(held: Sequence[Product], wanted: str) -> Product:
    """Return the product of that name: `sales.orders`, `Orders`, or `orders` where no other domain has one."""
    named = {key_of(product): product for product in held}
    if wanted.casefold() in named:
        return named[wanted.casefold()]
    short = [key for key in named if key.partition(".")[2] == identifier(wanted)]
    if len(short) == 1:
        return named[short[0]]
    close = nearest(wanted, named)
    remedy = f"one of {', '.join(short)}" if short else f"did you mean `{close}`?" if close else "`freehold products` lists them"
    raise SettingInvalid(f"{'several products are' if short else 'there is no product'} `{wanted}`", remedy=remedy)


def _contract(product: Product, wanted: str) -> dict[str, Any]:
    """Return the contract of a product by its slug, its consumer or its name, where only one fits."""
    held = {odcs.contract_slug(item): item for item in product.get("dataContracts", [])}
    folded = wanted.casefold()
    fits = [name for name in held if folded == name]
    fits = fits or [name for name, item in held.items() if domain_key(item["consumer"]) == domain_key(wanted)]
    fits = fits or [name for name, item in held.items() if slug(str(item.get("name", ""))) == slug(wanted)]
    if len(fits) == 1:
        return held[fits[0]]
    said = f"`{product['name']}` has {'several contracts' if fits else 'no contract'} `{wanted}`"
    raise SettingInvalid(said, remedy=f"contracts: {', '.join(fits or held) or 'none'}")


def _family(held: Sequence[Product], product: Product) -> list[Product]:
    """Return the products that came from one contract of several tables, in its order; most products are alone."""
    mine = odcs.hints(product)
    if type(mine.get("at")) is not int:
        return [product]
    kin = [item for item in held if odcs.hints(item).get("id") == mine.get("id") and type(odcs.hints(item).get("at")) is int]
    return sorted(kin, key=lambda item: odcs.hints(item)["at"])
