"""The same check by Soda Core over DuckDB, from a contract: run by `contract.py` in an environment that has it."""

# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false

import json
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from soda_core.contracts import verify_contract_locally

CONTRACT = """
dataset: orders/main/orders
checks:
  - schema: {allow_extra_columns: false}
  - row_count: {threshold: {must_be_greater_than: 0}}
  - freshness: {column: updated_at, unit: day, threshold: {must_be_less_than: 36500}}
columns:
  - {name: order_id, data_type: bigint, checks: [{missing: }, {duplicate: }]}
  - {name: customer_id, data_type: bigint, checks: [{missing: }]}
  - {name: email, data_type: varchar, valid_format: {name: mail, regex: "^[^@ ]+@[^@ ]+$"}, checks: [{missing: }, {invalid: }]}
  - {name: status, data_type: varchar, checks: [{missing: }]}
  - {name: country, data_type: varchar}
  - {name: channel, data_type: varchar}
  - {name: amount, data_type: double, valid_min: 0, valid_max: 1000000, checks: [{missing: }, {invalid: }]}
  - {name: quantity, data_type: integer}
  - {name: discount, data_type: double}
  - {name: order_date, data_type: date}
  - {name: updated_at, data_type: timestamp, checks: [{missing: }]}
  - {name: active, data_type: boolean}
"""


def main(path: str) -> None:
    folder = Path(tempfile.mkdtemp())
    with duckdb.connect(str(folder / "orders.duckdb")) as session:
        session.execute(f"CREATE VIEW orders AS SELECT * FROM '{path}'")
    (folder / "source.yml").write_text(f"type: duckdb\nname: orders\nconnection: {{database: '{folder}/orders.duckdb'}}\n")
    (folder / "contract.yml").write_text(CONTRACT)
    start = time.perf_counter()
    found = verify_contract_locally(
        data_source_file_path=str(folder / "source.yml"), contract_file_path=str(folder / "contract.yml")
    )
    ended = time.perf_counter()
    assert found.contract_verification_results, found.get_logs_str()
    print(found.get_logs_str(), file=sys.stderr)
    print(json.dumps({"work": ended - start}))


if __name__ == "__main__":
    main(sys.argv[1])
