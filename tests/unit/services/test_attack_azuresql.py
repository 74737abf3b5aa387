"""The attacks of tests/cases/attack on products that are tables of Azure SQL: the same refusals, and nothing learned."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest

from attacks import CASES, Case, given, hold, mesh_of, parameters
from freehold.engines.azuresql.connection import Password
from freehold.engines.azuresql.engine import AzureSqlEngine
from freehold.engines.duckdb.engine import DuckDBEngine
from freehold.model.mesh import Mesh
from freehold.model.place import SqlDatabase
from freehold.model.product import AZURE_SQL, Product, Source
from freehold.model.query import Question
from freehold.testing import FixedKeys
from tds.execution import Database
from tds.server import responding

ASKED = [case for case in CASES if case.profile != "stored"]
"""Those whose columns a table can have: it stores no time in nanoseconds and no whole number of 64 bits without sign."""

ANSWERED = [case for case in ASKED if case.refused is None]
"""The others are refused before any engine is asked."""


def _moved(product: Product) -> Product:
    if product.source is None:
        return product
    table = Source(path=f"dbo.{Path(product.source.path).stem}", engine=AZURE_SQL, format="table")
    return msgspec.structs.replace(product, source=table)


def _types(file: Path) -> dict[str, str]:
    words = {"string": "nvarchar(100)", "int64": "bigint", "double": "float", "bool": "bit", "date32[day]": "date"}
    kinds = {field.name: str(field.type) for field in pq.read_schema(file)}
    return {name: words.get(kind, kind.replace("decimal128", "decimal").replace(" ", "")) for name, kind in kinds.items()}


def learns_nothing(case: Case, folder: Path, kit: Any) -> None:
    """Hold a case over tables whose rows are those of the files that the case writes."""

    def ask(house: Any) -> Question:
        return Question(
            principal=house.principals[case.caller],
            sql=case.sql,
            domain=case.domain,
            declared=case.declared,
            parameters={**case.parameters},
            purpose=case.purpose,
        )

    path = kit.house_in(folder).data / "customers.parquet"  # which writes the files
    pq.write_table(given(pq.read_table(path), case.profile), path)  # of which the case adds columns to this one
    database = Database()
    for file in sorted(folder.glob("*.parquet")):
        database.mount(file, _types(file))
    with responding(database) as responder:
        place = SqlDatabase(name="crm", server=f"127.0.0.1:{responder.port}", database="crm", region="westeurope")

        def build(mesh: Mesh) -> Any:
            files = DuckDBEngine(folder)
            keyed = partial(FixedKeys().mac, "data version")
            password = Password(user="node", password="secret")
            engine = AzureSqlEngine(files, {"crm": place}, password, keyed, folder / "brought")
            moved = msgspec.structs.replace(mesh, products={key: _moved(item) for key, item in mesh.products.items()})
            return kit.house_in(folder, moved, engine=engine)

        hold(case, case.outcome, ask, build, mesh_of(case.profile, kit.example_mesh))
    assert not database.unbounded


@pytest.mark.parametrize("case", parameters(ANSWERED[::12]))
def test_an_attack_on_tables_learns_nothing(case: Case, tmp_path: Path, kit: Any) -> None:
    learns_nothing(case, tmp_path, kit)


@pytest.mark.long
@pytest.mark.parametrize("case", parameters(ASKED[::2]))
def test_each_attack_on_tables_learns_nothing(case: Case, tmp_path: Path, kit: Any) -> None:
    learns_nothing(case, tmp_path, kit)
