"""Nothing is lost on the way into a manifest and back, whatever the document; and what is written as YAML is read as it was."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from freehold.manifest.plain import read_document
from freehold.manifest.writing import write
from freehold.standards import odcs, odps
from freehold.standards.kept import joined, rest, same
from freehold.standards.remarks import Remarks

WORDS = [
    "",
    "a",
    "yes",
    "1e3",
    "a: b",
    "x #y",
    "- z",
    "a\nb",
    " a\n\n",
    "2020-01-01",
    "null",
    "~",
    "é\U0001f600",
    '"',
    "\\",
    "\u2028",
    "12:30:00",
]
TEXTS = st.sampled_from(WORDS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
KEYS = (
    st.sampled_from(["name", "property", "value", "a", "$items", "$is", "$was", "$order", "$each", "consumer", "purpose"]) | TEXTS
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=12)
NAMES = st.sampled_from(["a", "b", "Customer Id", "x$y", "ünï"])
SECTIONS = [
    "name",
    "domain",
    "version",
    "status",
    "tags",
    "servers",
    "team",
    "slaProperties",
    "customProperties",
    "description",
    "roles",
]
PROPERTIES = st.fixed_dictionaries(
    {"name": NAMES},
    optional={
        "logicalType": st.sampled_from(["string", "integer", "number", "date", "timestamp", "object", "array", "nonsense"]),
        "physicalType": st.sampled_from(["varchar(3)", "decimal(9,2)", "int", "timestamp", "blob"]),
        "required": st.booleans(),
        "logicalTypeOptions": st.dictionaries(st.sampled_from(["pattern", "minimum", "maxLength", "format"]), SCALARS, max_size=3),
        "quality": st.lists(
            st.fixed_dictionaries(
                {}, optional={"metric": st.sampled_from(["nullValues", "rowCount", "z"]), "mustBe": SCALARS, "name": TEXTS}
            ),
            max_size=2,
        ),
        "extra": VALUES,
    },
)
TABLES = st.fixed_dictionaries(
    {"name": NAMES}, optional={"properties": st.lists(PROPERTIES, max_size=4), "description": SCALARS, "x": VALUES}
)


def document_of(version: str, sections: dict[str, Any], tables: list[dict[str, Any]]) -> dict[str, Any]:
    return {"apiVersion": version, "kind": "DataContract", "id": "k", **sections, **({"schema": tables} if tables else {})}


DOCUMENTS = st.builds(
    document_of,
    st.sampled_from(["v3.0.2", "v3.1.0", "v3.2.0"]),
    st.dictionaries(st.sampled_from(SECTIONS), VALUES, max_size=5),
    st.lists(TABLES, max_size=3),
)


@given(VALUES, VALUES)
def test_a_part_and_its_rest_are_the_whole(whole: Any, part: Any) -> None:
    assert same(joined(part, rest(whole, part)), whole)


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4))
def test_what_is_written_as_yaml_is_read_as_it_was_by_this_reader_and_by_another(value: dict[str, Any]) -> None:
    text = write(value)
    document, found = read_document("x.yaml", b"# not JSON\n" + text.encode())
    assert document is not None
    assert found == ()
    assert same(document.value, value)
    assert YAML(typ="safe", pure=True).load(text) == value


@given(DOCUMENTS)
def test_a_contract_survives_whatever_it_holds(document: dict[str, Any]) -> None:
    products = odcs.read_contract(document, "Sales", Remarks())
    assert same(odcs.write_contract(products), document)
    assert odcs.read_contract(odcs.write_contract(products), "Sales", Remarks()) == products


@given(st.dictionaries(st.sampled_from([*SECTIONS, "outputPorts", "inputPorts"]), VALUES, max_size=6))
def test_a_product_survives_whatever_it_holds(rest_: dict[str, Any]) -> None:
    document = {"apiVersion": "v1.0.0", "kind": "DataProduct", "id": "k", **rest_}
    product = odps.read_product(document, "Sales", Remarks())
    assert same(odps.write_product(product), document)


@given(
    st.dictionaries(
        st.sampled_from(["owner", "description", "rowFilter", "source", "queries", "sla", "minGroupSize"]), VALUES, max_size=6
    )
)
def test_a_manifest_survives_whatever_its_own_keys_hold(keys: dict[str, Any]) -> None:
    product = {"name": "Orders", "domain": "Sales", **{key: value for key, value in keys.items() if key != "sla"}}
    json.dumps(product)
    assert odcs.read_contract(odcs.write_contract([product]), None, Remarks()) == [product]
