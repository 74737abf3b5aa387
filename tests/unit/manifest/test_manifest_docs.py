"""The reference page is whole and true: every key, every code, every example; and the JSON Schema accepts what is read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from freehold.manifest import CODES, DATA_CODES, json_schema, read
from freehold.manifest import identity_shapes as of_identity
from freehold.manifest import platform_shapes as of_platforms
from freehold.manifest import product_shapes as of_products
from freehold.manifest import shapes as of_meshes
from freehold.manifest.product_shapes import Shape
from freehold.model.label import MaskKind

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "manifests.md").read_text(encoding="utf-8")
SHAPES = sorted(
    {
        item
        for module in (of_identity, of_meshes, of_platforms, of_products)
        for item in vars(module).values()
        if isinstance(item, type) and issubclass(item, Shape) and item is not Shape
    },
    key=lambda item: item.__name__,
)
_SCHEMA = json_schema()


def tables() -> list[dict[str, list[str]]]:
    """Return the page's tables of keys: each key with its cells."""
    found: list[dict[str, list[str]]] = []
    for line in PAGE.splitlines():
        if line.startswith("| key | type |"):
            found.append({})
        elif found and (row := re.match(r"\| `(\w+)` \| (.+) \|$", line)) and line.count(" | ") >= 4:
            found[-1][row.group(1)] = re.split(r"(?<!\\) \| ", row.group(2))
    return found


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_key_of_a_shape_is_documented_with_its_effect(shape: type[Shape]) -> None:
    keys = {item.encode_name: msgspec.inspect.type_info(shape) for item in msgspec.structs.fields(shape)}
    table = [item for item in tables() if set(item) == set(keys)]
    assert table, f"no table has exactly the keys {sorted(keys)}"
    said = {
        item.encode_name: item.type.extra_json_schema["description"]
        for item in msgspec.inspect.type_info(shape).fields  # pyright: ignore[reportAttributeAccessIssue]
    }
    for key, effect in said.items():
        assert any(row[key][2].replace("\\|", "|") == effect for row in table), key


def test_every_finding_code_is_documented() -> None:
    for code, meaning in (*CODES, *DATA_CODES):
        assert f"| `{code}` | {meaning} |" in PAGE


def test_every_mask_is_documented() -> None:
    for kind in MaskKind:
        assert re.search(rf"\| [^|]*`{kind.value}( [A-Z]+)?`", PAGE), kind


def test_no_code_is_registered_twice() -> None:
    codes = [code for code, _ in (*CODES, *DATA_CODES)]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) for code in codes)


def test_the_examples_of_the_page_are_a_mesh_without_errors() -> None:
    blocks = re.findall(r"```yaml\n((?:mesh|governancePolicies|platform|domain|dataProduct):\n.*?)```", PAGE, re.DOTALL)
    homes = {
        "mesh": "mesh.yaml",
        "governancePolicies": "governance.yaml",
        "platform": "platform.yaml",
        "domain": "domains/sales/d.yaml",
        "dataProduct": "domains/customer/c.yaml",
    }
    held = {homes[block.partition(":")[0]]: block.encode() for block in blocks}
    assert set(held) == set(homes.values())
    assert [item.code for item in read(held).findings] == ["encryption-inactive"]


def test_the_schema_refuses_unknown_keys_everywhere() -> None:
    parts = [_SCHEMA, *_SCHEMA["$defs"].values()]
    assert all(part["additionalProperties"] is False for part in parts)
    assert len(_SCHEMA["$defs"]) == len(SHAPES) - 1


def test_the_schema_describes_every_key_and_offers_the_words_it_may_hold() -> None:
    for name, part in _SCHEMA["$defs"].items():
        for key, said in part["properties"].items():
            assert said.get("description"), f"{name}.{key}"
            assert said.get("examples"), f"{name}.{key}"
    assert "Encrypted-CMK" in _SCHEMA["$defs"]["Residency"]["properties"]["piiHandling"]["enum"]
    assert _SCHEMA["$defs"]["Transfer"]["required"] == ["from", "to", "allow"]


def test_the_schema_holds_no_dangling_reference_and_no_null_but_the_one_that_may_be_written() -> None:
    text = json.dumps(_SCHEMA)
    for name in re.findall(r'"#/\$defs/(\w+)"', text):
        assert name in _SCHEMA["$defs"]
    assert text.count('"null"') == 1
    assert {"type": "null"} in _SCHEMA["$defs"]["Region"]["properties"]["paired"]["anyOf"]


@pytest.mark.parametrize("path", sorted((ROOT / "tests/cases/manifest/source").rglob("*.yaml")), ids=lambda path: path.name)
def test_the_schema_knows_every_key_of_manifests_that_users_already_write(path: Path) -> None:
    from ruamel.yaml import YAML

    _conforms(YAML(typ="safe").load(path.read_text(encoding="utf-8")), _SCHEMA)


def _conforms(value: Any, part: dict[str, Any]) -> None:
    """Follow the schema along a value: the small part of a validator that these files need."""
    part = _SCHEMA["$defs"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part
    if isinstance(value, dict):
        for key, inner in value.items():
            _conforms(inner, part["properties"][key])
        assert set(part.get("required", [])) <= set(value)
    elif isinstance(value, list):
        for inner in value:
            _conforms(inner, part["items"])
    elif "enum" in part:
        assert value in part["enum"]
    else:
        names = {"string": str, "number": (int, float), "integer": int, "boolean": bool}
        kinds = [item["type"] for item in part.get("anyOf", [part])]
        assert any(isinstance(value, names[kind]) for kind in kinds)
