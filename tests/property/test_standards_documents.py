"""What the published schemas allow comes in strictly and goes out as it was; what they forbid is refused, with place and mend."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import assume, given, settings

from freehold.manifest import read
from freehold.manifest.plain import plain_products, read_document
from freehold.manifest.writing import write
from freehold.model.finding import Severity
from freehold.services.imports import Understood, Wish, texts, understand
from freehold.standards import odcs, odps
from freehold.standards.kept import same
from freehold.stores.published import PublishedSchemas
from generated.documents import NAMES, SEEDS, broken, document_of

PUBLISHED = PublishedSchemas()
MESH = b'mesh: {name: x, nodes: [{name: x, region: westeurope, url: "http://127.0.0.1:1"}]}'


def understood(name: str, document: dict[str, Any], *, strict: bool) -> Understood:
    text = write(document) if len(json.dumps(document)) % 2 else json.dumps(document)
    return understand(Wish(kind=name[:4], file="x.yaml", domain="Sales", strict=strict), text.encode(), PUBLISHED)


def back(name: str, found: Understood) -> dict[str, Any]:
    """Return the document that goes out of the manifests that an import writes."""
    held = {item.path: item.text.encode() for item in texts(found, Wish(kind=name[:4], file="x.yaml"))}
    assert len(held) == len(found.products)
    assert [item for item in read({"mesh.yaml": MESH, **held}).findings if item.severity is Severity.ERROR] == []
    products = sorted((product for _, product in plain_products(held)), key=lambda item: odcs.hints(item).get("at", 0))
    written = odcs.write_contract(products) if name.startswith("odcs") else odps.write_product(products[0])
    document, findings = read_document("x.yaml", write(written).encode())
    assert document is not None
    assert findings == ()
    return document.value


@settings(max_examples=60)
@given(NAMES, SEEDS)
def test_a_valid_document_of_every_version_comes_in_strictly_and_goes_out_as_it_was(name: str, seed: int) -> None:
    document = document_of(name, seed)
    assume(PUBLISHED.violations(name, document) == ())
    found = understood(name, document, strict=True)
    assert [item for item in found.findings if item.severity is Severity.ERROR] == []
    assert same(back(name, found), document)


@settings(max_examples=60)
@given(NAMES, SEEDS, SEEDS)
def test_a_document_with_one_thing_broken_is_refused_at_its_place_and_loses_nothing_where_it_is_let_in(
    name: str, seed: int, other: int
) -> None:
    document = broken(document_of(name, seed), other)
    schemas = ("odcs-3.0", "odcs-3.1") if name == "odcs-3.0" else (name,)
    wrong = all(PUBLISHED.violations(schema, document) for schema in schemas)
    found = understood(name, document, strict=True)
    errors = [item for item in found.findings if item.severity is Severity.ERROR]
    assert found.is_refused is wrong
    assert all(item.code == "standard-violated" and item.line and item.message and item.mend for item in errors)
    assert same(back(name, understood(name, document, strict=False)), document)
