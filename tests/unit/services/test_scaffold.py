"""A mesh, a domain and products start from files that pass every check and never replace what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from freehold.errors import AlreadyExists, MeshNotFound, SettingInvalid, TemplateInvalid
from freehold.manifest import read
from freehold.model.finding import Severity
from freehold.model.product import Source
from freehold.model.query import InspectedColumn, Inspection
from freehold.services.scaffold import Wanted, draft_product, init, new_domain, new_product
from freehold.stores.files import FolderFiles

COLUMNS = {
    "customerId": "string",
    "e-mail": "string",
    "amount": "decimal(18,2)",
    "basket": "nested",
    "birth_date": "date",
    "on": "boolean",
    "null": "string",
    'a "quoted": {name}': "string",
}


@pytest.fixture
def files(tmp_path: Path) -> FolderFiles:
    held = FolderFiles(tmp_path)
    init(held, "Contoso mesh")
    return held


def inspection(rows: int | None = 336_776) -> Inspection:
    columns = tuple(InspectedColumn(name=name, logical=kind, physical=kind.upper()) for name, kind in COLUMNS.items())
    return Inspection(columns=columns, rows=rows, version="1", refreshed_at=0.0)


def errors(files: FolderFiles) -> list[str]:
    return [item.code for item in read(files.read()).findings if item.severity is not Severity.NOTICE]


def test_a_starter_mesh_passes_every_check(files: FolderFiles) -> None:
    assert errors(files) == []
    mesh = read(files.read()).mesh
    assert mesh is not None
    assert (mesh.name, list(mesh.nodes), list(mesh.products)) == ("Contoso mesh", ["contoso-mesh-westeurope"], ["sales.orders"])
    assert files.templates() == ("personal", "standard")


def test_a_mesh_is_never_started_twice(files: FolderFiles) -> None:
    with pytest.raises(AlreadyExists):
        init(files, "another")


def test_a_file_in_the_way_of_a_starter_mesh_is_kept(tmp_path: Path) -> None:
    (tmp_path / "governance.yaml").write_text("mine")
    with pytest.raises(AlreadyExists):
        init(FolderFiles(tmp_path), "contoso")
    assert (tmp_path / "governance.yaml").read_text() == "mine"


def test_a_domain_is_written_into_its_own_folder(files: FolderFiles) -> None:
    written = new_domain(files, "Field Service Domain", "fs@example.com")
    assert written.path == "domains/field-service/domain.yaml"
    assert errors(files) == []
    mesh = read(files.read()).mesh
    assert mesh is not None
    assert (mesh.domains["field_service"].name, mesh.domains["field_service"].owner) == ("Field Service", "fs@example.com")


def test_a_domain_that_is_described_is_not_described_again(files: FolderFiles) -> None:
    with pytest.raises(AlreadyExists):
        new_domain(files, "Sales")


@pytest.mark.parametrize("template", ["standard", "personal"])
def test_a_product_comes_from_a_template_filled_in(files: FolderFiles, template: str) -> None:
    written = new_product(files, Wanted(name='Returns: "late", 50 %', domain="sales domain"), template)
    assert written.path == "domains/sales/returns-late-50.yaml"
    assert errors(files) == []
    mesh = read(files.read()).mesh
    assert mesh is not None
    product = mesh.products["sales.returns_late_50"]
    assert (product.name, product.domain, product.owner) == ('Returns: "late", 50 %', "Sales", "sales-data-team@example.com")


def test_a_template_may_quote_its_placeholders_and_use_them_inside_text(files: FolderFiles, tmp_path: Path) -> None:
    text = (
        'dataProduct:\n  name: "{{name}}"\n  domain: "{{ domain }}"\n  owner: {{owner}}\n'
        '  description: "All about {{name}}"\n  sensitivityLabel: General\n'
    )
    (tmp_path / "templates" / "own.yaml").write_text(text)
    new_product(files, Wanted(name='A "B"', domain="Sales"), "own")
    mesh = read(files.read()).mesh
    assert mesh is not None
    assert mesh.products["sales.a_b"].description == 'All about A "B"'


def test_an_unknown_template_or_placeholder_is_refused_with_what_was_meant(files: FolderFiles, tmp_path: Path) -> None:
    with pytest.raises(TemplateInvalid) as raised:
        new_product(files, Wanted(name="A", domain="Sales"), "standrad")
    assert raised.value.remedy == "did you mean `standard`?"
    (tmp_path / "templates" / "own.yaml").write_text("dataProduct: {name: '{{nam}}'}\n")
    with pytest.raises(TemplateInvalid) as raised:
        new_product(files, Wanted(name="A", domain="Sales"), "own")
    assert raised.value.remedy == "did you mean `{{name}}`?"


def test_a_template_that_makes_no_valid_manifest_writes_nothing(files: FolderFiles, tmp_path: Path) -> None:
    (tmp_path / "templates" / "own.yaml").write_text("dataProduct:\n  name: {{name}}\n  ownr: x\n")
    with pytest.raises(TemplateInvalid) as raised:
        new_product(files, Wanted(name="A", domain="Sales"), "own")
    assert [item["code"] for item in raised.value.facts["findings"]] == ["key-missing", "key-unknown"]
    assert not (tmp_path / "domains/sales/a.yaml").exists()


def test_a_product_that_exists_under_any_file_name_is_not_written_again(files: FolderFiles, tmp_path: Path) -> None:
    (tmp_path / "domains/sales/orders.yaml").rename(tmp_path / "domains/sales/zz.yaml")
    with pytest.raises(AlreadyExists, match=r"sales\.orders"):
        new_product(files, Wanted(name="orders", domain="Sales"), "standard")


def test_a_domain_that_the_mesh_does_not_have_is_refused(files: FolderFiles) -> None:
    with pytest.raises(SettingInvalid) as raised:
        new_product(files, Wanted(name="A", domain="Salse"), "standard")
    assert raised.value.remedy == "did you mean `sales`?"


@pytest.mark.parametrize("name", ["", "7 days", "a\nb", "x" * 200, "…"])
def test_a_name_that_cannot_be_one_is_refused(files: FolderFiles, name: str) -> None:
    with pytest.raises(SettingInvalid):
        new_product(files, Wanted(name=name, domain="Sales"), "standard")


def test_nothing_starts_outside_a_mesh(tmp_path: Path) -> None:
    with pytest.raises(MeshNotFound):
        new_domain(FolderFiles(tmp_path), "Sales")


def test_a_draft_holds_the_types_of_the_data_and_asks_for_confirmation(files: FolderFiles) -> None:
    source = Source(path="flights.csv", format="csv")
    written = draft_product(files, Wanted(name="Customers", domain="Sales"), source, inspection())
    assert written.confirm == ("e-mail: PII.Contact", "birth_date: PII", "entityKey: customerId")
    assert written.text.count("# proposed: confirm") == 4
    assert "336,776 rows" in written.text
    assert '"basket" is left out' in written.text
    assert errors(files) == []
    mesh = read(files.read()).mesh
    assert mesh is not None
    product = mesh.products["sales.customers"]
    assert {column.name: column.type for column in product.columns} == {k: v for k, v in COLUMNS.items() if v != "nested"}
    assert (product.source, product.entity_key, product.sensitivity_label) == (source, "customerId", "Confidential")
    assert (product.residency.area, product.residency.storage_locations) == ("EU", ("westeurope",))


def test_a_draft_of_data_without_columns_or_count_is_still_a_manifest(files: FolderFiles) -> None:
    empty = Inspection(columns=(), rows=None, version="1", refreshed_at=0.0)
    with pytest.raises(TemplateInvalid) as raised:
        draft_product(files, Wanted(name="Nothing", domain="Sales"), Source(path="n.parquet"), empty)
    assert raised.value.facts["findings"][0]["code"] == "schema-missing"
