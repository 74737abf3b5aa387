"""Documents made from the published schemas of standards: valid ones of every property, and ones with a single thing broken."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import jsonschema_rs
from hypothesis import strategies as st

import freehold.standards

STANDARDS = {"odcs-3.0": "v3.0.2", "odcs-3.1": "v3.1.0", "odcs-3.2": "v3.2.0", "odps-1.0": "v1.0.0", "odps-1.1": "v1.1.0"}
"""Each schema of the package, and the `apiVersion` of the documents that it is of."""

_TEXTS = [
    *("x", "", "no", "1.0", "2020-01-01", "12:30", "null", "~", "a: b", "#c", "- d", "two\nlines\n", " lead", "\t", "'q\"", "é👍"),
    *("\u2028", "0o17", "1e3", ".inf", "<<", "---", "*a", "&a", "!t", "${VAR}", "n" * 200, "[a-z]+", "12:00:00"),
    *("integer", "object", "decimal(9,2)"),
]
_NUMBERS = [0, 1, -1, 3.5, 99.9, 2**63 - 1, -(2**63), 2**64, 1e18, 1e-7]
_SHAPED = ["a.b", "a.b.c", "sftp://h/x", "/schema/x/properties/y", "schema/ab_c/properties/d_e", "f.yaml#/schema/a", "Ab-1", "x"]
_DEEPEST, _TRIES = 7, 12
Schema = dict[str, Any]


@cache
def _document(name: str) -> Schema:
    return json.loads((Path(str(freehold.standards.__file__)).parent / "published" / f"{name}.json").read_text("utf-8"))


@cache
def _validator(name: str, part: str) -> Any:
    return jsonschema_rs.Draft201909Validator({**json.loads(part), "$defs": _document(name)["$defs"]})


class _Maker:
    """Makes values of the parts of one schema."""

    def __init__(self, name: str, random: Random) -> None:
        self.name, self.random, self.whole = name, random, _document(name)

    def value(self, part: Schema, depth: int = 0) -> Any:
        """Return a value of a part, valid where a few tries find one."""
        made: Any = None
        for _ in range(_TRIES if depth <= _DEEPEST else 0):
            made = self._tried(part, depth)
            if self._is_valid(part, made):
                break
        return made

    def _is_valid(self, part: Schema, value: Any) -> bool:
        return _validator(self.name, json.dumps(part, sort_keys=True)).is_valid(value)

    def _tried(self, part: Schema, depth: int) -> Any:
        flat, conditions = self._flat(part)
        if "const" in flat or "enum" in flat:
            return flat.get("const", self.random.choice(flat.get("enum", [None])))
        choices = flat.get("oneOf") or flat.get("anyOf")
        if choices and "properties" not in flat and "type" not in flat:
            return self.value(self.random.choice(choices), depth)
        kind = flat.get("type", "object" if "properties" in flat or "required" in flat else None)
        kind = self.random.choice(kind) if isinstance(kind, list) else kind
        if kind == "object":
            return self._mapping(flat, conditions, depth)
        if kind == "array":
            least = flat.get("minItems", 0)
            many = min(max(self.random.choice([0, 1, 1, 2] if depth < 4 else [0, 1]), least), flat.get("maxItems", 9))
            return [self.value(flat.get("items", {}), depth + 1) for _ in range(many)]
        if kind == "string":
            return self.random.choice(_SHAPED if "pattern" in flat else _TEXTS)
        numbers = [number for number in _NUMBERS if isinstance(number, int) or kind == "number"]
        simple = {"integer": numbers, "number": numbers, "boolean": [True, False], "null": [None]}
        return self.random.choice(simple[kind]) if kind in simple else self._anything(depth)

    def _mapping(self, flat: Schema, conditions: list[Schema], depth: int) -> dict[str, Any]:
        properties, share = flat.get("properties", {}), self.random.choice([0.0, 0.3, 1.0] if depth < 4 else [0.0, 0.2])
        made = self._chosen(properties, flat.get("required", []), share, depth)
        for condition in conditions:
            if self._is_valid(condition["if"], made):
                then, _ = self._flat(condition["then"])
                told = {key: {**properties.get(key, {}), **said} for key, said in then.get("properties", {}).items()}
                wanted = [*then.get("required", []), *(key for key in told if key in made)]
                made |= self._chosen(told, wanted, share, depth)
                self._choose(then.get("oneOf"), told, made, depth)
        self._choose(flat.get("oneOf"), properties, made, depth)
        return made

    def _chosen(self, properties: Schema, required: list[str], share: float, depth: int) -> dict[str, Any]:
        keys = [key for key in properties if key in required or self.random.random() < share]
        return {key: self.value(properties.get(key, {}), depth + 1) for key in dict.fromkeys((*keys, *required))}

    def _choose(self, forms: list[Schema] | None, properties: Schema, made: dict[str, Any], depth: int) -> None:
        """Keep a mapping to one of several forms that ask for keys of their own."""
        if forms and all("required" in form for form in forms):
            for key in {key for form in forms for key in form["required"]}:
                made.pop(key, None)
            form = self.random.choice(forms)
            told = {**properties, **form.get("properties", {})}
            made |= {key: self.value(told.get(key, {}), depth + 1) for key in form["required"]}

    def _flat(self, part: Schema) -> tuple[Schema, list[Schema]]:
        """Return a part with what it refers to, and its conditions."""
        found: Schema = {}
        conditions: list[Schema] = []
        for inner in self._parts(part):
            conditions += [inner] if "if" in inner else []
            for key, value in inner.items():
                if key == "properties":
                    found[key] = found.get(key, {}) | {
                        name: {**found.get(key, {}).get(name, {}), **said} for name, said in value.items()
                    }
                elif key == "required":
                    found[key] = [*found.get(key, []), *value]
                elif key not in {"$ref", "allOf", "if", "then"}:
                    found[key] = value
        return found, conditions

    def _parts(self, part: Schema) -> Iterator[Schema]:
        if "$ref" in part:
            named: Any = self.whole
            for step in part["$ref"].split("/")[1:]:
                named = named[step]
            yield from self._parts(named)
        for inner in part.get("allOf", ()):
            yield from self._parts(inner)
        yield part

    def _anything(self, depth: int) -> Any:
        chance = self.random.random()
        if depth > 4 or chance < 0.7:
            return self.random.choice([*_TEXTS, *_NUMBERS, True, None])
        if chance < 0.85:
            return [self._anything(depth + 1) for _ in range(self.random.randint(0, 2))]
        return {
            self.random.choice(["name", "property", "$is", "$was", "$items", "1", ""]): self._anything(depth + 1) for _ in range(2)
        }


def document_of(name: str, seed: int) -> dict[str, Any]:
    """Return a document of a schema; nearly always a valid one."""
    maker = _Maker(name, Random(seed))  # noqa: S311  (documents, no secrets)
    share = maker.random.choice([0.2, 0.6, 1.0])
    keys = [key for key in maker.whole["properties"] if key in maker.whole["required"] or maker.random.random() < share]
    made = {key: maker.value(maker.whole["properties"][key], 1) for key in keys}
    kind = "DataContract" if name.startswith("odcs") else "DataProduct"
    return {key: value for key, value in made.items() if value is not None} | {"apiVersion": STANDARDS[name], "kind": kind}


def broken(document: dict[str, Any], seed: int) -> dict[str, Any]:
    """Return a document with one thing taken out, put in, or made another; its kind and version are left."""
    random = Random(seed)  # noqa: S311  (documents, no secrets)
    made = copy.deepcopy(document)
    spots = [(holder, key) for holder, key in _spots(made) if key not in {"apiVersion", "kind"}]
    holder, key = random.choice(spots)
    how = random.choice(["less", "other", "more", "twice"])
    if how == "less":
        del holder[key]
    elif how == "more" and isinstance(holder[key], dict):
        holder[key][random.choice(["unknown", "mustBe", "mustBeBetween", "from", "$items", "name "])] = random.choice(
            [1, "x", [1], {}]
        )
    elif how == "twice" and isinstance(holder[key], list) and holder[key]:
        holder[key].append(copy.deepcopy(holder[key][0]))
    else:
        holder[key] = random.choice(
            [None, "nonsense", "", -1, 3.5, True, [], [None], {}, {"a": 1}, [["a"]], [{"name": "x"}], 2**65]
        )
    return made


def _spots(value: Any) -> Iterator[tuple[Any, Any]]:
    for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()):
        yield value, key
        yield from _spots(inner)


NAMES = st.sampled_from(sorted(STANDARDS))
SEEDS = st.integers(0, 2**32)
