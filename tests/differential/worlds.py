"""Houses, each with what one caller may have in it: as a manifest says it, and once more, row by row, for the reference."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from differential.reference import AGGREGATE, JOIN, READ, Column, Product, masked
from differential.reference.view import Right
from differential.rows import Raw, customers, orders, tables
from freehold.model.contract import Contract
from freehold.model.label import Mask, MaskKind
from freehold.model.product import Column as SchemaColumn
from freehold.testing import FixedKeys
from generated.aggregates import Beside, Subject
from generated.queries import Relations

CUSTOMERS, ORDERS, OWN_ORDERS = "customer.customer_360", "sales.orders", "customer.orders"
PURPOSE = "Customer enrichment"
_KINDS = dict.fromkeys(("income", "orderId", "revenue"), "n") | {"active": "b", "since": ""}
"""What the generator of queries takes a column for; all others are text, and it does not write of dates."""


@dataclass(frozen=True)
class Terms:
    """What `who` may have: the contract and more keys of Customer 360, and the two products as the reference sees them.

    `kinds` are columns whose mask gives another kind of value; `subjects` are what may be aggregated.
    """

    customers: Product
    orders: Product
    who: str = "sales-engineer"
    contracts: tuple[Contract, ...] = ()
    product: dict[str, Any] = field(default_factory=dict[str, Any])
    kinds: dict[str, str] = field(default_factory=dict[str, str])
    subjects: tuple[Subject, ...] = ()
    orders_name: str = ORDERS


@dataclass(frozen=True)
class World:
    """A house, who asks in it, what they may have by the specification, and what they write about."""

    house: Any
    who: str
    products: dict[str, Product]
    relations: Relations
    subjects: tuple[Subject, ...]


def build(kit: Any, folder: Path, terms: Terms) -> World:
    """Return the world of these terms, its files in `folder`."""
    schema = (*kit.example_mesh().products[CUSTOMERS].columns, SchemaColumn(name="since", type="date"))
    mesh = kit.example_mesh(contracts=terms.contracts, columns=schema, **terms.product)
    owner = "Sales" if terms.orders_name == ORDERS else "Customer"
    stock = msgspec.structs.replace(mesh.products[ORDERS], domain=owner)
    mesh = msgspec.structs.replace(mesh, products={CUSTOMERS: mesh.products[CUSTOMERS], terms.orders_name: stock})
    house = kit.house_in(folder, mesh, tables=tables())
    house.principals["sales-engineer-us"] = kit.principal("sales", "eastus", "data-engineer")
    products = {CUSTOMERS: terms.customers, terms.orders_name: terms.orders}
    kinds = _KINDS | terms.kinds
    relations = {
        name: tuple((column.name, kind) for column in product.columns if (kind := kinds.get(column.name, "s")))
        for name, product in products.items()
    }
    return World(house, terms.who, products, relations, terms.subjects)


def _product(rows: list[Raw], rights: dict[str, Right]) -> Product:
    return Product(rows, tuple(Column(name, rights[name]) for name in rows[0] if name in rights), entity="customerId")


def _contract(fields: tuple[str, ...], **terms: Any) -> Contract:
    return Contract(consumer="Sales", purpose=PURPOSE, fields=fields, **terms)


# ── masks: what the manifest calls them, and what they do ────────────────────────────────────────────────────────
Masks = dict[str, tuple[Mask, Callable[[Any], Any]]]
_HASH_KEY = FixedKeys().mac("mask", b"customer.customer_360/sales-customer-enrichment").hex()


def _unless_null(mask: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else mask(value)


def _hashed(value: str) -> str:
    return hashlib.sha256((_HASH_KEY + value).encode()).hexdigest()[:32]


def _domain(value: str) -> str | None:
    return (value.rpartition("@")[2] or None) if "@" in value else None


TELLING: Masks = {
    "segment": (Mask(kind=MaskKind.FIRST, number=2), _unless_null(lambda value: value[:2] + "***")),
    "email": (Mask(kind=MaskKind.EMAIL_DOMAIN), _unless_null(_domain)),
    "ssn": (Mask(kind=MaskKind.LAST, number=2), _unless_null(lambda value: "***" + value[-2:])),
    "income": (Mask(kind=MaskKind.BUCKET, number=100), _unless_null(lambda value: math.floor(value / 100) * 100)),
    "since": (Mask(kind=MaskKind.YEAR), _unless_null(lambda value: value.year)),
}
CONCEALING: Masks = {
    "segment": (Mask(kind=MaskKind.HASH), _unless_null(_hashed)),
    "email": (Mask(kind=MaskKind.REDACT), lambda _: "***"),
    "ssn": (Mask(kind=MaskKind.FIXED, text="it's withheld"), lambda _: "it's withheld"),
    "active": (Mask(kind=MaskKind.NULL), lambda _: None),
    "since": (Mask(kind=MaskKind.MONTH), _unless_null(lambda value: f"{value:%Y-%m}")),
}


def _masking(fields: tuple[str, ...], masks: Masks) -> tuple[Product, Contract]:
    shown = {name: masked(mask) for name, (_, mask) in masks.items()}
    contract = _contract((*fields, *masks), masks={name: mask for name, (mask, _) in masks.items()})
    return _product(customers(), dict.fromkeys(fields, READ) | shown), contract


# ── row filters, once as text and once as Python ─────────────────────────────────────────────────────────────────
FILTER = "region = 'north' and (email is not null or income > 0)"


def _kept(raw: Raw) -> bool:
    earns = raw["income"] is not None and raw["income"] > 0
    return raw["region"] == "north" and (raw["email"] is not None or earns)


def _kept_of_the_rest(raw: Raw) -> bool:
    return raw["segment"] is not None and raw["segment"] != "Rare" and _kept(raw)


# ── the terms ────────────────────────────────────────────────────────────────────────────────────────────────────
OPEN_CUSTOMERS = _product(customers(), dict.fromkeys(customers()[0], READ))
OPEN_ORDERS = _product(orders(), dict.fromkeys(orders()[0], READ))
INNER = _product(
    customers(), {"segment": READ, "region": READ, "income": AGGREGATE, "active": AGGREGATE, "customerId": JOIN}
)  # fmt: skip
INNER_TERMS = _contract(("segment", "region"), aggregate_fields=("income", "active"), join_fields=("customerId",))
ABROAD = _product(customers(), dict.fromkeys(("customerId", "segment", "region", "active"), READ) | {"income": AGGREGATE})

_SALES = Beside(ORDERS, "customerId", ("category",), ("revenue",), may_weigh=True)
SEGMENTS = Subject(CUSTOMERS, ("segment", "region"), ("income",), _SALES)
PURCHASES = Subject(
    ORDERS,
    ("category", "customerId"),
    ("revenue", "orderId"),
    Beside(CUSTOMERS, "customerId", ("segment", "region"), (), may_weigh=False),
)


def _masked_terms(fields: tuple[str, ...], masks: Masks, **kinds: str) -> Terms:
    product, contract = _masking(fields, masks)
    return Terms(product, OPEN_ORDERS, contracts=(contract,), kinds=kinds)


TERMS: dict[str, Terms] = {
    "everything is shown": Terms(OPEN_CUSTOMERS, OPEN_ORDERS, who="owner", orders_name=OWN_ORDERS),
    "masks that tell a part": _masked_terms(("customerId", "region"), TELLING, since="n"),
    "masks that conceal": _masked_terms(("customerId", "region", "income"), CONCEALING, since="s", active="s"),
    "rows are filtered": Terms(
        replace(_product(customers(), dict.fromkeys(("customerId", "segment", "region", "email"), READ)), keeps=_kept_of_the_rest),
        OPEN_ORDERS,
        contracts=(_contract(("customerId", "segment", "region", "email"), row_filter=FILTER),),
        product={"row_filter": "segment <> 'Rare'"},
    ),
    "aggregates beside rows": Terms(
        replace(INNER, min_group=5, max_share=60),
        OPEN_ORDERS,
        contracts=(INNER_TERMS,),
        product={"min_group_size": 5, "max_share": 60},
        subjects=(SEGMENTS,),
    ),
    "aggregates of filtered rows": Terms(
        replace(INNER, min_group=5, keeps=_kept),
        OPEN_ORDERS,
        contracts=(msgspec.structs.replace(INNER_TERMS, row_filter=FILTER),),
        product={"min_group_size": 5},
        subjects=(SEGMENTS,),
    ),
    "aggregates across a border": Terms(
        replace(ABROAD, min_group=6, max_share=70, rows_stay=True),
        replace(OPEN_ORDERS, rows_stay=True),
        who="sales-engineer-us",
        contracts=(
            _contract(
                ("customerId", "segment", "region", "active", "email"), aggregate_fields=("income",), min_group_size=6, max_share=70
            ),
        ),
        product={"min_group_size": 5},
        subjects=(SEGMENTS, PURCHASES),
    ),
}
