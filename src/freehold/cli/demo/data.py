"""Make Contoso's sales, customers and service requests: the same rows each time, realistic in shape, and nobody's real data."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

pc: Any = pyarrow.compute  # its stubs do not know that plain numbers are scalars too

CUSTOMERS = 50_000
SALES = 1_000_000
REQUESTS = 40_000
BATCH = 100_000
FIRST_DAY = date(2025, 1, 1)
DAYS = 365

SEGMENTS = {"Consumer": 0.624, "Corporate": 0.248, "Home Office": 0.128}
TERRITORIES = {"Central": 0.36, "West": 0.27, "South": 0.21, "North": 0.16}
# Which market buys how much, and in which region its orders are taken.
MARKETS = {"DE": 0.27, "FR": 0.19, "NL": 0.14, "IT": 0.11, "ES": 0.10, "IE": 0.08, "SE": 0.07, "AT": 0.04}
NORTHERN = ("IE", "SE")
CHANNELS = {"web": 0.55, "partner": 0.25, "store": 0.20}
# Category: its share of orders and the median price of a unit in euros.
CATEGORIES = {"Office Supplies": (0.58, 14.0), "Furniture": (0.22, 139.0), "Technology": (0.20, 249.0)}
# What customers ask the service desk about: its share of the requests, and how content they are with the outcome, 1 to 5.
TOPICS = {"Delivery": 0.38, "Product": 0.27, "Invoice": 0.20, "Returns": 0.15}
CONTENT = {"5": 0.41, "4": 0.29, "3": 0.14, "2": 0.09, "1": 0.07}
# Weight of Monday … Sunday, and of January … December: quiet weekends, a slow summer, a strong end of the year.
WEEK = (1.10, 1.08, 1.05, 1.06, 1.12, 0.82, 0.77)
YEAR = (0.86, 0.84, 0.98, 0.96, 0.99, 1.01, 0.88, 0.80, 1.07, 1.08, 1.29, 1.24)

# Dates of birth from 1940 to 2004, in days since 1970.
BORN_FROM, BORN_UNTIL = -10_957, 12_784

SALES_SCHEMA = pa.schema(
    {
        "orderId": pa.int64(),
        "customerId": pa.string(),
        "orderDate": pa.date32(),
        "region": pa.string(),
        "market": pa.string(),
        "channel": pa.string(),
        "category": pa.string(),
        "units": pa.int32(),
        "discount": pa.float64(),
        "revenue": pa.float64(),
    }
)


def write_customers(path: Path, customers: int = CUSTOMERS) -> int:
    """Write the customers to a Parquet file and return how many there are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(make_customers(customers), path, compression="zstd")
    return customers


def write_sales(path: Path, sales: int = SALES, customers: int = CUSTOMERS) -> Iterator[int]:
    """Write the sales to a Parquet file, yielding the rows written after each batch."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with pq.ParquetWriter(path, SALES_SCHEMA, compression="zstd") as writer:
        for first in range(0, sales, BATCH):
            batch = make_sales(first, min(BATCH, sales - first), customers)
            writer.write_table(batch)
            yield batch.num_rows


def write_requests(path: Path, requests: int = REQUESTS, customers: int = CUSTOMERS) -> int:
    """Write the service requests to a Parquet file and return how many there are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(make_requests(requests, customers), path, compression="zstd")
    return requests


def make_customers(customers: int) -> pa.Table:
    """Return the customers: addresses that nobody has (`.invalid`, country code 000, numbers of area 000)."""
    numbers = range(1, customers + 1)
    births = pc.cast(pc.cast(_uniform(customers, 5, BORN_FROM, BORN_UNTIL), pa.int32()), pa.date32())
    emails = [f"customer.{number}@example.invalid" for number in numbers]
    phones = [f"+000 555 {number:06d}" for number in numbers]
    return pa.table(
        {
            "customerId": customer_ids(customers),
            "name": [f"Customer {number:06d}" for number in numbers],
            "segment": _choose(SEGMENTS, customers, 1),
            "region": _choose(TERRITORIES, customers, 2),
            "email": _with_gaps(pa.array(emails), 0.004, 3),
            "phone": _with_gaps(pa.array(phones), 0.031, 4),
            "address": [f"Example Street {number % 240 + 1}, 00000 Sampletown" for number in numbers],
            "birthDate": births,
            "nationalId": [f"000-{number % 90 + 10}-{number % 10_000:04d}" for number in numbers],
            "income": pc.round(_log_normal(customers, 6, median=38_000.0, sigma=0.45), ndigits=-2),
        }
    )


def make_sales(first: int, rows: int, customers: int) -> pa.Table:
    """Return `rows` sales from order number `first` on: few customers buy much, many buy little."""
    seed = 1_000 + first
    rank = pc.power(pc.random(rows, initializer=seed), 2.4)
    # Multiplying by a prime spreads the best customers over all numbers.
    buyer = pc.cast(pc.floor(pc.multiply(rank, customers)), pa.int64())
    spread = pc.subtract(pc.multiply(buyer, 7919), pc.multiply(pc.divide(pc.multiply(buyer, 7919), customers), customers))
    market = _choose(MARKETS, rows, seed + 1)
    category = _choose({name: share for name, (share, _) in CATEGORIES.items()}, rows, seed + 2)
    prices = pc.take(pa.array([price for _, price in CATEGORIES.values()]), pc.index_in(category, pa.array(list(CATEGORIES))))
    units = pc.cast(pc.add(1, pc.floor(_exponential(rows, seed + 3, mean=1.9))), pa.int32())
    discount = _choose({"0.0": 0.64, "0.05": 0.14, "0.1": 0.13, "0.2": 0.09}, rows, seed + 4).cast(pa.float64())
    gross = pc.multiply(pc.multiply(prices, units), _log_normal(rows, seed + 5, median=1.0, sigma=0.35))
    columns = {
        "orderId": pa.array(range(first + 1, first + rows + 1), pa.int64()),
        "customerId": pc.take(customer_ids(customers), spread),
        "orderDate": pc.take(_calendar(), _uniform(rows, seed + 6, 0, len(_calendar()))),
        "region": pc.if_else(pc.is_in(market, pa.array(NORTHERN)), "northeurope", "westeurope"),
        "market": market,
        "channel": _choose(CHANNELS, rows, seed + 7),
        "category": category,
        "units": units,
        "discount": discount,
        "revenue": pc.round(pc.multiply(gross, pc.subtract(1.0, discount)), ndigits=2),
    }
    return pa.table(columns, schema=SALES_SCHEMA)


def make_requests(requests: int, customers: int) -> pa.Table:
    """Return the service requests: one customer in two makes one, most are settled within two days."""
    return pa.table(
        {
            "requestId": pa.array(range(1, requests + 1), pa.int64()),
            "customerId": pc.take(customer_ids(customers), _uniform(requests, 21, 0, customers)),
            "opened": pc.take(_calendar(), _uniform(requests, 22, 0, len(_calendar()))),
            "topic": _choose(TOPICS, requests, 23),
            "hours": pc.round(_exponential(requests, 24, mean=19.0), ndigits=1),
            "satisfaction": _with_gaps(pc.cast(_choose(CONTENT, requests, 25), pa.int32()), 0.012, 26),
        }
    )


def customer_ids(customers: int) -> pa.Array[Any]:
    """Return the customers' numbers as Contoso writes them, `C-000001` first."""
    return pa.array([f"C-{number:06d}" for number in range(1, customers + 1)])


def _calendar() -> pa.Array[Any]:
    """Return days of the year, each as often as it sells: picking one at random gives the season and the week."""
    days = [FIRST_DAY + timedelta(days=offset) for offset in range(DAYS)]
    return pa.array([day for day in days for _ in range(round(10 * WEEK[day.weekday()] * YEAR[day.month - 1]))], pa.date32())


def _choose(shares: Mapping[str, float], rows: int, seed: int) -> pa.Array[Any]:
    """Return names in the given shares, to a thousandth."""
    urn = [name for name, share in shares.items() for _ in range(round(1_000 * share))]
    return pc.take(pa.array(urn), _uniform(rows, seed, 0, len(urn)))


def _with_gaps(values: pa.Array[Any], share: float, seed: int) -> pa.Array[Any]:
    gap = pc.less(pc.random(len(values), initializer=seed), share)
    return pc.if_else(gap, pa.scalar(None, values.type), values)


def _uniform(rows: int, seed: int, low: int, high: int) -> pa.Array[Any]:
    """Return whole numbers, low ≤ number < high."""
    return pc.cast(pc.add(low, pc.floor(pc.multiply(pc.random(rows, initializer=seed), high - low))), pa.int64())


def _exponential(rows: int, seed: int, mean: float) -> pa.Array[Any]:
    return pc.multiply(-mean, pc.ln(pc.subtract(1.0, pc.random(rows, initializer=seed))))


def _log_normal(rows: int, seed: int, median: float, sigma: float) -> pa.Array[Any]:
    """Return numbers whose logarithm is near normal (Irwin–Hall with four terms, scaled to unit variance)."""
    terms = [pc.random(rows, initializer=100_000 * part + seed) for part in range(1, 5)]
    bell = pc.multiply(math.sqrt(3.0), pc.subtract(pc.add(pc.add(terms[0], terms[1]), pc.add(terms[2], terms[3])), 2.0))
    return pc.multiply(median, pc.exp(pc.multiply(sigma, bell)))
