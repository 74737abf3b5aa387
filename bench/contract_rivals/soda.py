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
  - {name: order_id, checks: [{missing: }, {duplicate: }]}
  - {name: customer_id, checks: [{missing: }]}
  - {name: email, valid_format: {name: mail, regex: "^[^@ ]+@[^@ ]+$"}, checks: [{missing: }, {invalid: }]}
  - {name: status, checks: [{missing: }]}
  - {name: country}
  - {name: channel}
  - {name: amount, valid_min: 0, valid_max: 1000000, checks: [{missing: }, {invalid: }]}
  - {name: quantity}
  - {name: discount}
  - {name: order_date}
  - {name: updated_at, checks: [{missing: }]}
  - {name: active}
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
    print(json.dumps({"work": ended - start}))


if __name__ == "__main__":
    main(sys.argv[1])
