"""Reading never raises whatever the bytes, tells every unknown key by its line, and gives back what was written."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.manifest import CODES, read
from freehold.model.classification import classify, pattern_problem
from freehold.model.policy import ClassificationRule

MESH = b'mesh: {name: contoso, nodes: [{name: we, region: westeurope, url: "http://127.0.0.1:8080"}]}\n'
FILE = "domains/sales/orders.yaml"
CODE_NAMES = {code for code, _ in CODES}

KEYS = st.sampled_from(
    "dataProduct mesh domain governancePolicies name domain owner schema dataContracts fields masks interfaces type sla "
    "rateLimit nodes regions paired transfers from identity issuers rules pattern queries parameters default values".split()
)
SCALARS = st.one_of(
    KEYS,
    st.text(max_size=12),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.none(),
    st.sampled_from(["< 1 hour", "1000/hour", "last 4", "westeurope", "EU", "PII", "(", "*", "2027-02-30"]),
)
TREES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS | st.text(max_size=6), inner, max_size=5)),
    max_leaves=30,
)
NAMES = st.from_regex(r"[a-z][a-zA-Z0-9]{0,8}", fullmatch=True)
PROSE = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=30).filter(str.strip)


def checked(path: str, content: bytes) -> None:
    reading = read({"mesh.yaml": MESH, path: content})
    lines = content.count(b"\n") + 1
    for item in reading.findings:
        assert item.code in CODE_NAMES
        assert item.message
        assert item.mend
        assert item.file in {path, "mesh.yaml"}
        assert 1 <= item.line <= max(lines, 1)
        assert item.column >= 1


@given(st.binary(max_size=300), st.sampled_from([FILE, "mesh.yaml", "governance.yaml", "elsewhere.yaml", "domains/x.yaml"]))
def test_any_bytes_are_findings_and_never_an_exception(content: bytes, path: str) -> None:
    checked(path, content)


@given(st.text("abc:-[]{}&*!|>'\"%@`#,?\n\t 0~", max_size=60))
def test_any_text_of_yamls_own_signs_is_findings_and_never_an_exception(text: str) -> None:
    checked(FILE, text.encode())


@settings(max_examples=200)
@given(TREES, st.sampled_from(["dataProduct", "mesh", "domain", "governancePolicies"]))
def test_any_tree_under_any_block_is_findings_and_never_an_exception(tree: Any, block: str) -> None:
    path = {"mesh": "mesh.yaml", "governancePolicies": "governance.yaml"}.get(block, FILE)
    checked(path, json.dumps({block: tree}, ensure_ascii=True, allow_nan=False, default=str).encode() if _finite(tree) else b"a: 1")


def _finite(tree: Any) -> bool:
    if isinstance(tree, float):
        return tree == tree and abs(tree) != float("inf")
    if isinstance(tree, list):
        return all(_finite(item) for item in tree)
    return all(_finite(item) for item in tree.values()) if isinstance(tree, dict) else True


@given(st.from_regex(r"[a-zA-Z]{1,12}", fullmatch=True), st.integers(0, 3))
def test_an_unknown_key_is_always_told_by_its_line(key: str, at: int) -> None:
    lines = ["dataProduct:", "  name: Orders", "  domain: Sales", "  owner: a@b.c"]
    known = "name domain owner description sensitivityLabel dataResidency interfaces sla qualityMetrics schema source entityKey \
rowFilter minGroupSize queries dataContracts".split()
    lines.insert(at + 1, f"  {key}: x")
    found = [item for item in read({"mesh.yaml": MESH, FILE: "\n".join(lines).encode()}).findings if item.code == "key-unknown"]
    assert [(item.line, item.column) for item in found] == ([] if key in known else [(at + 2, 3)])


@given(
    description=PROSE,
    owner=PROSE,
    columns=st.dictionaries(NAMES, st.sampled_from(["string", "integer", "decimal(10,2)", "date"]), min_size=1, max_size=6),
    completeness=st.floats(0, 100),
    requests=st.integers(1, 10**6),
    purpose=st.from_regex(r"[A-Za-z][A-Za-z ]{0,20}", fullmatch=True),
)
def test_what_is_written_comes_back(
    description: str, owner: str, columns: dict[str, str], completeness: float, requests: int, purpose: str
) -> None:
    unique = {name.casefold(): name for name in columns}
    written = {
        "dataProduct": {
            "name": "Orders",
            "domain": "Sales",
            "description": description,
            "owner": owner,
            "qualityMetrics": {"completeness": completeness},
            "interfaces": [{"type": "API", "rateLimit": requests}],
            "schema": [{"name": name, "type": columns[name]} for name in unique.values()],
            "dataContracts": [{"consumer": "Analytics", "purpose": purpose, "fields": list(unique.values())}],
        }
    }
    held = {"mesh.yaml": MESH, FILE: json.dumps(written, ensure_ascii=False).encode()}
    reading = read({**held, "domains/analytics/domain.yaml": b"domain: {name: Analytics}"})
    assert reading.findings == ()
    assert reading.mesh is not None
    product = reading.mesh.products["sales.orders"]
    assert (product.description, product.owner) == (description, owner)
    assert product.quality.completeness == completeness
    assert product.interfaces[0].rate_limit is not None
    assert product.interfaces[0].rate_limit.requests == requests
    assert {column.name: column.type for column in product.columns} == {name: columns[name] for name in unique.values()}
    assert product.contracts[0].fields == tuple(unique.values())
    assert product.contracts[0].purpose == purpose


@given(st.text("ab|()*+?{},19[]\\.^$ ", max_size=25), st.text("ab1 ", max_size=200))
def test_a_pattern_that_is_called_safe_is_quick_and_never_raises(pattern: str, text: str) -> None:
    found = classify((ClassificationRule(pattern=pattern, classification="X"),), "name", text)
    assert found in {(), ("X",)}
    if pattern_problem(pattern) is not None:
        assert found == ()
