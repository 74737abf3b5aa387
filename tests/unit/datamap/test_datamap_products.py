"""A scan of products tells a catalogue what it may know: no account's rule asks for values, and no number of rows comes out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from freehold.datamap.rules import Rule, read_rule
from freehold.errors import SettingInvalid
from freehold.model.mesh import Applied, Mesh
from freehold.model.party import Domain
from freehold.model.place import Node, Region
from freehold.model.policy import ClassificationRule, Governance
from freehold.model.product import Column, Product, Source
from freehold.services.datamap.looking import Products, Wanted
from freehold.services.force import InForce
from freehold.testing import MemoryRegistry
from freehold.wiring.scannable import check_roots
from freehold.wiring.settings import Settings

PAY = Product(
    name="Pay",
    domain="Sales",
    home="westeurope",
    jurisdiction="EU",
    columns=(Column(name="badge", type="string"), Column(name="salary", type="string")),
    source=Source(path="pay.parquet"),
)
SALARIES = [str(30_000 + 1_000 * number) for number in range(12)]
MESH = Mesh(
    name="contoso",
    regions={"westeurope": Region(name="westeurope", jurisdiction="EU")},
    nodes={"west": Node(name="west", region="westeurope", url="http://127.0.0.1:1")},
    domains={"sales": Domain(name="Sales")},
    products={PAY.key: PAY},
)


def entities(salaries: list[str], *rules: dict[str, Any], mesh: Mesh = MESH) -> list[dict[str, Any]]:
    """Return what a scan of the product writes, by rules of an account."""
    table = pa.table({"badge": [f"EMP-{number:04}" for number in range(len(salaries))], "salary": salaries})

    def ask(_: Product, sql: str) -> tuple[int, Iterator[pa.RecordBatch]]:
        counts = "COUNT(*)" in sql
        return 1, iter((pa.table({"n": [table.num_rows]}) if counts else table).to_batches())

    registry = MemoryRegistry(Applied(version=1, digest="", mesh=mesh, applied_at=""))
    made: list[Rule] = [found for item in rules if (found := read_rule("r", item)) is not None]
    wanted = Wanted(tuple(made), system=True, excluded=frozenset(), cancelled=lambda: None)
    return Products(InForce(registry), ask).look("contoso", PAY, wanted)[0]


def classified(found: list[dict[str, Any]]) -> dict[str, set[str]]:
    return {
        item["attributes"]["name"]: {given["typeName"] for given in item["classifications"]}
        for item in found
        if item.get("classifications")
    }


@pytest.mark.parametrize("pattern", ["41000", ".*[0-4]1000", "(3[0-9]|41).*"])
def test_no_pattern_of_an_account_s_rule_tells_whether_a_value_is_there(pattern: str) -> None:
    rule = {
        "classificationName": "PROBE",
        "dataPatterns": [{"pattern": pattern}],
        "minimumPercentageMatch": 1,
        "minimumDistinctMatchCount": 2,
    }
    with_it, without = SALARIES, [item for item in SALARIES if item != "41000"]
    assert "41000" in with_it
    assert entities(with_it, rule) == entities(without, rule)
    assert "PROBE" not in str(entities(with_it, rule))


def test_no_number_of_rows_comes_out() -> None:
    assert entities(SALARIES) == entities(SALARIES[:-1])


def test_a_rule_about_names_alone_is_run() -> None:
    rule = {"classificationName": "BADGES", "columnPatterns": [{"pattern": "badge"}]}
    assert classified(entities(SALARIES, rule)) == {"badge": {"BADGES"}}


def test_a_pattern_of_values_that_governance_has_is_run() -> None:
    own = ClassificationRule(classification="Staff.Badge", value_pattern="EMP-[0-9]{4}")
    governed = Mesh(
        name="contoso",
        regions=MESH.regions,
        nodes=MESH.nodes,
        domains=MESH.domains,
        products=MESH.products,
        governance=Governance(rules=(own,)),
    )
    assert "Staff.Badge" in classified(entities(SALARIES, mesh=governed)).get("badge", set())


@pytest.mark.parametrize("place", [".", "data", "data/sales", "elsewhere", ".."])
def test_a_folder_with_data_of_the_mesh_is_no_scan_root(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "mesh"
    for name in ("data/sales", "elsewhere"):
        (folder / name).mkdir(parents=True)
    with pytest.raises(SettingInvalid, match="holds data of the mesh"):
        check_roots(Settings(folder=folder), MESH, {"landing": folder / place})


def test_a_folder_of_a_node_s_data_outside_of_the_mesh_is_no_scan_root_either(tmp_path: Path) -> None:
    node = Node(name="west", region="westeurope", url="http://127.0.0.1:1", data="../lake")
    mesh = Mesh(name="contoso", regions=MESH.regions, nodes={"west": node})
    (tmp_path / "lake" / "sales").mkdir(parents=True)
    (tmp_path / "landing").mkdir()
    (tmp_path / "door").symlink_to(tmp_path / "lake", target_is_directory=True)
    settings = Settings(folder=tmp_path / "mesh")
    for name in ("lake", "lake/sales", "door"):
        with pytest.raises(SettingInvalid):
            check_roots(settings, mesh, {"landing": tmp_path / name})
    check_roots(settings, mesh, {"landing": tmp_path / "landing"})
