"""Reading as a whole: places for later checks, hostile text, homes, classification, ten thousand products."""

from __future__ import annotations

import time

import pytest

from freehold.manifest import read
from freehold.manifest.regions import REGIONS
from freehold.model.finding import Severity
from freehold.model.party import RoleAccess
from freehold.model.place import Travel

MESH = """\
mesh:
  name: contoso
  nodes:
    - {name: ne, region: northeurope, url: "http://127.0.0.1:8081", data: ne-data}
    - {name: we, region: westeurope, url: "http://127.0.0.1:8080"}
"""
PRODUCT = """\
dataProduct:
  name: Orders
  domain: Sales
  rowFilter: deleted = false
  schema:
    - {name: id, type: string}
    - {type: string}
    - name: email
      type: string
  queries:
    - name: all
      sql: |
        SELECT * FROM sales.orders
  dataContracts:
    - {consumer: Analytics}
    - consumer: Analytics
      purpose: Reports
      rowFilter: "id > 3"
"""


def files(**texts: str) -> dict[str, bytes]:
    """Return a mesh of one product file and more; `__` in a name stands for `/`, and `.yaml` follows."""
    given = {"mesh": MESH, **texts}
    return {f"{name.replace('__', '/').replace('_', '-')}.yaml": text.encode() for name, text in given.items()}


def codes(held: dict[str, bytes]) -> list[str]:
    return [item.code for item in read(held).findings]


def product(**keys: str) -> str:
    lines = "".join(f"  {name}: {value}\n" for name, value in keys.items())
    return f"dataProduct:\n  name: Orders\n  domain: Sales\n{lines}"


def test_a_later_check_can_point_at_any_key_of_a_product() -> None:
    reading = read(files(domains__sales__orders=PRODUCT))
    file = "domains/sales/orders.yaml"
    assert reading.origin("sales.orders") == (file, 1, 1)
    assert reading.origin("sales.orders", "rowFilter") == (file, 4, 14)
    assert reading.origin("sales.orders", "schema") == (file, 5, 3)
    assert reading.origin("sales.orders", "queries", 0) == (file, 11, 7)
    assert reading.origin("sales.orders", "queries", 0, "sql") == (file, 12, 12)
    assert reading.origin("sales.orders", "nothing", "here") == (file, 1, 1)


def test_places_stay_right_beside_items_that_could_not_be_used() -> None:
    reading = read(files(domains__sales__orders=PRODUCT))
    assert reading.mesh is not None
    orders = reading.mesh.products["sales.orders"]
    assert [column.name for column in orders.columns] == ["id", "email"]
    assert reading.locate(orders, ("schema", 1)) == ("domains/sales/orders.yaml", 8, 7)
    assert reading.locate(orders, ("dataContracts", 0, "rowFilter"))[1] == 18


def test_a_mesh_is_there_in_spite_of_errors_elsewhere() -> None:
    reading = read(files(domains__sales__orders="dataProduct: [1", domains__sales__lines=product(), governance="a: b: c"))
    assert reading.mesh is not None
    assert list(reading.mesh.products) == ["sales.orders"]
    assert reading.files == 4


@pytest.mark.parametrize("text", [None, "mesh:\n", "mesh: {nodes: []}\n", "mesh: [\n", "{}\n"])
def test_no_mesh_without_its_own_block_and_always_a_finding_that_says_so(text: str | None) -> None:
    held = files(domains__sales__orders=product())
    del held["mesh.yaml"]
    if text is not None:
        held["mesh.yaml"] = text.encode()
    reading = read(held)
    assert reading.mesh is None
    assert any(item.file == "mesh.yaml" and item.severity is Severity.ERROR for item in reading.findings)


def test_bytes_that_are_not_utf8_are_pointed_at() -> None:
    held = {**files(), "domains/sales/orders.yaml": b"dataProduct:\n  name: Gr\xfc\xdfe\n"}
    found = read(held).findings[0]
    assert (found.code, found.line, found.column) == ("not-utf8", 2, 11)


@pytest.mark.parametrize("text", ["a: \x01", "a: \x7f", "a: \ufffe"])
def test_characters_that_yaml_does_not_allow_are_pointed_at(text: str) -> None:
    found = read(files(domains__sales__orders="# ok\n" + text)).findings[0]
    assert (found.code, found.line, found.column) == ("yaml-invalid", 2, 4)


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert codes(files(domains__sales__orders="\ufeff" + product())) == []


def test_a_file_of_more_than_a_mebibyte_is_not_parsed() -> None:
    assert codes(files(domains__sales__orders="a: [" * 300_000)) == ["file-too-large"]


def test_aliases_cannot_explode() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
    )
    assert codes(files(domains__sales__orders=bomb)) == ["file-too-large"]


def test_depth_is_bounded_before_it_costs_anything() -> None:
    assert codes(files(domains__sales__orders="a: " + "[" * 500_000)) == ["nesting-deep"]


def test_an_alias_that_is_small_is_read_as_written_out() -> None:
    text = "dataProduct:\n  name: &n Orders\n  domain: Sales\n  description: *n\n"
    mesh = read(files(domains__sales__orders=text)).mesh
    assert mesh is not None
    assert mesh.products["sales.orders"].description == "Orders"


def test_the_home_is_the_first_storage_location_that_a_node_serves() -> None:
    text = product(dataResidency="{storageLocations: [francecentral, westeurope, northeurope]}")
    mesh = read(files(domains__sales__orders=text)).mesh
    assert mesh is not None
    assert mesh.products["sales.orders"].home == "westeurope"


@pytest.mark.parametrize(
    ("governance", "home"),
    [
        ("", "northeurope"),
        ("governancePolicies: {dataResidency: {allowedRegions: [eastus, westeurope, northeurope]}}", "westeurope"),
        ("governancePolicies: {dataResidency: {allowedRegions: [francecentral]}}", None),
    ],
)
def test_without_storage_locations_the_home_follows_the_policy_then_the_nodes(governance: str, home: str | None) -> None:
    held = files(domains__sales__orders=product(dataResidency="{region: EU}"))
    if governance:
        held["governance.yaml"] = governance.encode()
    mesh = read(held).mesh
    assert mesh is not None
    assert mesh.products["sales.orders"].home == home


def test_norway_is_of_the_economic_area_and_not_of_the_union() -> None:
    allowed = "{region: EEA, storageLocations: [norwayeast, westeurope]}"
    refused = "{region: EU, storageLocations: [norwayeast, westeurope]}"
    assert codes(files(domains__sales__orders=product(dataResidency=allowed))) == []
    assert codes(files(domains__sales__orders=product(dataResidency=refused))) == ["residency-outside-area"]


def test_every_pair_is_a_region_that_is_known() -> None:
    assert {region.paired for region in REGIONS.values()} - {None} <= set(REGIONS)
    assert all(region.paired != region.name for region in REGIONS.values())


def test_a_mesh_adds_regions_and_overrides_them() -> None:
    regions = "  regions:\n    - {name: onprem-vienna, jurisdiction: EU, paired: null}\n    - {name: uksouth, jurisdiction: EU}\n"
    mesh = read(files(mesh=MESH + regions)).mesh
    assert mesh is not None
    assert mesh.jurisdiction("onprem-vienna") == "EU"
    assert mesh.jurisdiction("uksouth") == "EU"
    assert mesh.jurisdiction("ukwest") == "UK"


def test_rules_classify_by_name_words_and_starts_of_words_in_the_description() -> None:
    rules = '{autoClassify: true, rules: [{pattern: "email|phone|home address", classification: PII.Contact}]}'
    schema = (
        "[{name: EMailAddress, type: string}, {name: work_email2, type: string}, {name: homeAddress, type: string},"
        ' {name: a, type: string, description: "Phone of the customer"}, {name: b, type: string, description: "A microphone"},'
        " {name: c, type: string, classification: PII.Contact.Email, description: E-mail or phone}]"
    )
    held = files(domains__sales__orders=product(schema=schema), governance=f"governancePolicies: {{dataClassification: {rules}}}")
    mesh = read(held).mesh
    assert mesh is not None
    found = {column.name: column.classifications for column in mesh.products["sales.orders"].columns}
    contact = ("PII.Contact",)
    assert found == {
        "EMailAddress": contact,
        "work_email2": contact,
        "homeAddress": contact,
        "a": contact,
        "b": (),
        "c": ("PII.Contact.Email",),
    }


def test_the_rules_of_a_domain_classify_its_own_columns_only() -> None:
    policy = "governancePolicies: {dataClassification: {autoClassify: true, rules: [{pattern: plan, classification: Finance}]}}"
    column = "[{name: plan, type: string}]"
    held = files(domains__sales__policy=policy, domains__sales__orders=product(schema=column))
    held["domains/customer/c.yaml"] = product(schema=column).replace("Sales", "Customer").encode()
    mesh = read(held).mesh
    assert mesh is not None
    assert mesh.products["sales.orders"].columns[0].classifications == ("Finance",)
    assert mesh.products["customer.orders"].columns[0].classifications == ()


@pytest.mark.parametrize("pattern", ["(?=a)b", "(?<!a)b", r"(a)\1", "a++", "(?>a)", "["])
def test_a_columns_pattern_that_an_engine_cannot_read_is_told(pattern: str) -> None:
    schema = f"[{{name: id, type: string, pattern: '{pattern}'}}]"
    assert codes(files(domains__sales__orders=product(schema=schema))) == ["pattern-invalid"]


@pytest.mark.parametrize("pattern", [r"^C-[0-9]{6}$", r"\++", "[*+]+", "(?:a|b)+", r"^[^@ ]+@[^@ ]+$", r"\(\?=", "(a+)+"])
def test_a_columns_pattern_that_engines_read_is_kept(pattern: str) -> None:
    schema = f"[{{name: id, type: string, pattern: '{pattern}'}}]"
    assert codes(files(domains__sales__orders=product(schema=schema))) == []


def test_identity_transfers_and_roles_land_in_the_model() -> None:
    more = """\
  identity:
    issuers:
      - issuer: https://login.contoso.eu
        audience: freehold
        algorithms: [ES256]
        authentications: [AzureAD]
        claims: {roles: realm.roles}
        jwksUri: https://login.contoso.eu/keys
        leeway: 10
  transfers:
    - {name: EU to US, from: EU, to: US, allow: nothing}
"""
    held = files(mesh=MESH + more, domains__sales__domain="domain: {name: Sales, roles: {analyst: aggregate}}")
    mesh = read(held).mesh
    assert mesh is not None
    issuer = mesh.issuers[0]
    assert (issuer.algorithms, issuer.authentications, issuer.leeway) == (("ES256",), ("AzureAD",), 10)
    assert (issuer.claims.roles, issuer.claims.subject) == ("realm.roles", "sub")
    assert mesh.transfer("EU", "US").allow is Travel.NOTHING
    assert mesh.transfer("EU", "US").where == "mesh.yaml:16"
    assert mesh.domains["sales"].roles == {"analyst": RoleAccess.AGGREGATE}
    assert mesh.nodes["ne"].data == "ne-data"


def test_a_mask_that_cannot_be_read_hides_rather_than_shows() -> None:
    contracts = "[{consumer: Analytics, purpose: Reports, fields: [email], masks: {email: blur}}]"
    held = files(domains__sales__orders=product(dataContracts=contracts), domains__analytics__domain="domain: {name: Analytics}")
    reading = read(held)
    assert [item.code for item in reading.findings] == ["mask-invalid"]
    assert reading.mesh is not None
    assert str(reading.mesh.products["sales.orders"].contracts[0].masks["email"]) == "redact"


def test_a_contract_may_be_with_a_domain_whose_own_file_is_broken() -> None:
    contracts = "[{consumer: Analytics, purpose: Reports, fields: [id]}]"
    held = files(domains__sales__orders=product(dataContracts=contracts), domains__analytics__p="dataProduct: {domain: Analytics}")
    assert codes(held) == ["key-missing"]


def test_progress_is_told_file_by_file() -> None:
    heard: list[tuple[int, int]] = []
    read(files(domains__sales__orders=product()), lambda done, total: heard.append((done, total)))
    assert heard == [(1, 2), (2, 2)]


@pytest.mark.slow
def test_ten_thousand_products_are_read_well_within_a_minute() -> None:
    text = PRODUCT.replace("    - {type: string}\n", "").replace("    - {consumer: Analytics}\n", "")
    text = text.replace("purpose: Reports", "purpose: Reports\n      fields: [id]")
    held = files(domains__analytics__domain="domain: {name: Analytics}")
    for number in range(10_000):
        held[f"domains/sales/p{number}.yaml"] = (
            text.replace("name: Orders", f"name: Orders {number} of ten thousand")
            .replace("name: all", f"name: all-{number}")
            .encode()
        )
    started = time.process_time()
    reading = read(held)
    assert time.process_time() - started < 40
    assert reading.findings == ()
    assert reading.mesh is not None
    assert len(reading.mesh.products) == 10_000
