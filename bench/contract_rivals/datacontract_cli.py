"""The same check by datacontract-cli, from a contract in ODCS: run by `contract.py` in an environment that has it."""

# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false

import json
import sys
import time
from pathlib import Path

import yaml
from datacontract.data_contract import DataContract

TYPES = {
    "order_id": "integer",
    "customer_id": "integer",
    "email": "string",
    "status": "string",
    "country": "string",
    "channel": "string",
    "amount": "number",
    "quantity": "integer",
    "discount": "number",
    "order_date": "date",
    "updated_at": "timestamp",
    "active": "boolean",
}
REQUIRED = ("order_id", "customer_id", "email", "status", "amount", "updated_at")
MORE = {
    "order_id": {"unique": True},
    "email": {"logicalTypeOptions": {"pattern": "^[^@ ]+@[^@ ]+$"}},
    "amount": {"logicalTypeOptions": {"minimum": 0, "maximum": 1_000_000}},
}


def main(path: str) -> None:
    properties = [
        {"name": name, "logicalType": kind, "required": name in REQUIRED, **MORE.get(name, {})} for name, kind in TYPES.items()
    ]
    table = Path(path).stem.replace("-", "_")
    contract = {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "orders",
        "version": "1.0.0",
        "status": "active",
        "servers": [{"server": "local", "type": "local", "path": path, "format": "parquet"}],
        "schema": [{"name": table, "physicalType": "table", "properties": properties}],
        "slaProperties": [{"property": "freshness", "value": 36_500, "unit": "d", "element": f"{table}.updated_at"}],
    }
    start = time.perf_counter()
    run = DataContract(data_contract_str=yaml.safe_dump(contract)).test()
    ended = time.perf_counter()
    assert any(check.type == "servicelevel_freshness" for check in run.checks), run.logs
    print([(check.name, str(check.result)) for check in run.checks], file=sys.stderr)
    print(json.dumps({"work": ended - start}))


if __name__ == "__main__":
    main(sys.argv[1])
