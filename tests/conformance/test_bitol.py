"""Every published example of ODCS and ODPS comes in, goes out as it was and is still valid; skipped where they are not here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from freehold.manifest import read
from freehold.manifest.plain import plain_products, read_document
from freehold.manifest.writing import write
from freehold.services.imports import Understood, Wish, texts, understand
from freehold.standards import odcs, odps
from freehold.standards.kept import same
from freehold.stores.published import PublishedSchemas

FOLDER = Path(__file__).parents[3] / "shared" / "conformance"
CONTRACTS = sorted(FOLDER.glob("odcs/examples/*.yaml"))
PRODUCTS = sorted(FOLDER.glob("odps/examples/*.yaml"))
PUBLISHED = PublishedSchemas()

pytestmark = pytest.mark.skipif(not CONTRACTS, reason="../shared/conformance/odcs and odps are not here")


def value_of(path: Path, text: bytes | None = None) -> Any:
    document, found = read_document(path.name, path.read_bytes() if text is None else text)
    assert document is not None
    assert found == ()
    return document.value


def understood(kind: str, path: Path) -> Understood:
    found = understand(Wish(kind=kind, file=path.name, domain="Sales", strict=True), path.read_bytes(), PUBLISHED)
    assert not found.is_refused
    return found


def through_manifests(found: Understood, path: Path) -> list[dict[str, Any]]:
    """Return products as they are read back from the manifests that an import writes."""
    held = {item.path: item.text.encode() for item in texts(found, Wish(kind="odcs", file=path.name))}
    return sorted((product for _, product in plain_products(held)), key=lambda item: odcs.hints(item).get("at", 0))


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.name)
def test_a_contract_comes_in_strictly_and_goes_out_as_it_was(path: Path) -> None:
    products = through_manifests(understood("odcs", path), path)
    written = write(odcs.write_contract(products))
    assert same(value_of(path, written.encode()), value_of(path))


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.name)
def test_what_a_contract_becomes_reads_as_manifests(path: Path) -> None:
    found = understood("odcs", path)
    held = {item.path: item.text.encode() for item in texts(found, Wish(kind="odcs", file=path.name))}
    mesh = b'mesh: {name: x, nodes: [{name: x, region: westeurope, url: "http://127.0.0.1:1"}]}'
    reading = read({"mesh.yaml": mesh, **held})
    assert [item for item in reading.findings if item.severity == "error"] == []
    assert reading.mesh is not None
    assert len(reading.mesh.products) == len(found.products)


@pytest.mark.parametrize("version", odcs.VERSIONS)
@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.name)
def test_a_contract_without_what_was_kept_is_valid_in_every_version(path: Path, version: str) -> None:
    for product in understood("odcs", path).products:
        bare = {key: value for key, value in product.items() if key != "standards"}
        assert PUBLISHED.violations(f"odcs-{version[:3]}", odcs.write_contract([bare], version)) == ()


@pytest.mark.parametrize("path", PRODUCTS, ids=lambda path: path.name)
def test_a_product_comes_in_strictly_and_goes_out_as_it_was(path: Path) -> None:
    (product,) = through_manifests(understood("odps", path), path)
    written = write(odps.write_product(product))
    assert same(value_of(path, written.encode()), value_of(path))
    assert PUBLISHED.violations("odps-1.1", value_of(path, written.encode())) == ()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("odcs-3.0", "odcs/odcs-json-schema-v3.0.2-strict.json"),
        ("odcs-3.1", "odcs/odcs-json-schema-v3.1.0.json"),
        ("odps-1.0", "odps/odps-json-schema-v1.0.0.json"),
    ],
)
def test_the_schemas_in_the_package_are_the_published_ones(ours: str, theirs: str) -> None:
    import freehold.standards

    folder = Path(str(freehold.standards.__file__)).parent / "published"
    assert (folder / f"{ours}.json").read_bytes() == (FOLDER / theirs).read_bytes()
