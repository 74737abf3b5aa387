"""One product that uses every key that an export tells of."""

from __future__ import annotations

from typing import Any

ORDERS: dict[str, Any] = {
    "name": "Orders EU",
    "domain": "Sales",
    "owner": "ada@example.com",
    "description": "Lines\nof orders",
    "version": "2.1.0",
    "sensitivityLabel": "Confidential",
    "dataResidency": {"region": "EU", "storageLocations": ["westeurope"], "piiHandling": "Masked"},
    "interfaces": [
        {
            "type": "API",
            "endpoint": "https://orders.example.com/v1",
            "scopes": ["sales.read", "sales.aggregate"],
            "rateLimit": 1000,
        },
        {"type": "SQL"},
    ],
    "sla": {"availability": 99.9, "latency": "< 100ms", "freshness": "< 1 hour"},
    "qualityMetrics": {"completeness": 98, "accuracy": 99, "timeliness": 95},
    "schema": [
        {"name": "id", "type": "integer", "required": True, "unique": True, "minimum": 0},
        {"name": "email", "type": "string", "classification": "PII.Contact", "pattern": "[^@]+@[^@]+", "maxLength": 254},
        {"name": "amount", "type": "decimal(10,2)", "description": "What it cost"},
        {"name": "at", "type": "timestamp", "classification": ["A.B", "C"]},
        {"name": "hour", "type": "time"},
        {"name": "scan", "type": "binary"},
        {"name": "channel", "type": "string", "values": ["web", "store"]},
        {"name": "customer", "type": "string", "references": "customer.customer_360.customerId"},
    ],
    "quality": [
        {"name": "not empty", "metric": "rowCount", "mustBeGreaterOrEqualTo": 1000},
        {"metric": "nullValues", "column": "email", "mustBeLessOrEqualTo": 2, "unit": "percent", "severity": "warning"},
        {"metric": "invalidValues", "column": "channel", "validValues": ["web"], "mustBe": 0},
        {"metric": "missingValues", "column": "customer", "missingValues": ["", "n/a"], "mustBeLessThan": 5, "unit": "percent"},
        {"metric": "duplicateValues", "columns": ["id", "at"], "mustBe": 0},
        {"metric": "age", "column": "at", "mustBeLessOrEqualTo": "1 hour"},
        {"name": "no loss", "metric": "sql", "query": "SELECT count(*) FROM sales.orders_eu WHERE amount < 0", "mustBe": 0},
    ],
    "source": {"path": "orders.parquet"},
    "entityKey": "customer",
    "rowFilter": "channel = 'web'",
    "dataContracts": [
        {
            "consumer": "Analytics Domain",
            "purpose": "Business analytics",
            "fields": ["id", "channel"],
            "aggregateFields": ["amount"],
            "masks": {"at": "year"},
            "excludedFields": ["email"],
            "validUntil": "2030-01-01",
            "minCompleteness": 99,
            "belowFloor": "mark",
        }
    ],
}
