"""Raw rows with nulls in every column, odd values, and one person who earns nearly everything."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa

Raw = dict[str, Any]

CUSTOMER_TYPES = {
    **dict.fromkeys(("customerId", "segment", "region", "email", "ssn"), pa.string()),
    "income": pa.float64(),
    "active": pa.bool_(),
    "since": pa.date32(),
}
ORDER_TYPES = {"orderId": pa.int64(), "customerId": pa.string(), "category": pa.string(), "revenue": pa.float64()}


def customers(count: int = 40) -> list[Raw]:
    """Return customers; three are in a segment of their own, and one is nobody."""
    return [
        {
            "customerId": f"C{i:05d}" if i != 38 else None,
            "segment": None if i % 13 == 12 else "Rare" if i < 3 else "Consumer" if i % 2 else "Corporate",
            "region": None if i % 11 == 5 else "south" if i % 3 == 0 else "north",
            "email": (None, f"a@b@c{i}.example", "nobody", f"north{i}@example.org", "@")[i % 5],
            "ssn": f"{i:03d}-{i * 7 % 100:02d}" if i % 6 else None,
            "income": None if i % 9 == 4 else 1e6 if i == 20 else 1000.0 + i if i % 4 else -2.5 * i,
            "active": None if i % 8 == 3 else i % 10 != 0,
            "since": None if i % 7 == 2 else dt.date(2019 + i % 5, 1 + i % 12, 1 + i % 28),
        }
        for i in range(count)
    ]


def orders(count: int = 60) -> list[Raw]:
    """Return orders; some are of nobody, some of customers who do not exist."""
    return [
        {
            "orderId": i,
            "customerId": None if i % 17 == 9 else f"C{i * 7 % 45:05d}",
            "category": None if i % 10 == 7 else ("Books", "Tools", "Toys")[i % 3],
            "revenue": None if i % 12 == 1 else float(i % 20) + 0.25,
        }
        for i in range(count)
    ]


def tables() -> dict[str, pa.Table]:
    """Return the same rows as a house keeps them."""
    return {
        "customers": pa.Table.from_pylist(customers(), pa.schema(list(CUSTOMER_TYPES.items()))),
        "orders": pa.Table.from_pylist(orders(), pa.schema(list(ORDER_TYPES.items()))),
    }
