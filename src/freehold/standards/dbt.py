"""dbt's models and sources to products, from a manifest.json or a schema.yml; and products to a schema.yml with their tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from freehold.names import identifier
from freehold.standards.logical import sql
from freehold.standards.remarks import Path, Remarks, shown
from freehold.standards.tables import Product, Table, TableColumn, products
from freehold.standards.untyped import items, mapping, mappings, text

_KINDS = frozenset({"model", "seed", "snapshot", "source"})
_CONSTRAINTS: dict[str, dict[str, Any]] = {
    "not_null": {"required": True},
    "unique": {"unique": True},
    "primary_key": {"required": True, "unique": True},
}
_WARN = re.compile(r"warn", re.IGNORECASE)
_ANY_FAILS = frozenset({"!= 0", "!=0", "> 0", ">0"})
"""What `error_if` and `warn_if` say of a test that no row may fail."""
_COMBINATION = "unique_combination_of_columns"


def read_dbt(document: dict[str, Any], domain: str | None, remarks: Remarks) -> list[Product]:
    """Return the models, seeds, snapshots and sources of dbt as products of `domain`; tests become keys of columns, or rules."""
    tables = list(_of_manifest(document, remarks) if "nodes" in document else _of_properties(document, remarks))
    return products(tables, domain, remarks)


def _of_manifest(document: dict[str, Any], remarks: Remarks) -> Iterator[Table]:
    tests: dict[str, list[tuple[str | None, dict[str, Any]]]] = {}
    for key, node in _mappings(document.get("nodes")).items():
        if node.get("resource_type") != "test":
            continue
        model = _tested(node)
        if model is None or not isinstance(node.get("test_metadata"), dict):
            _leave_out(f"test {shown(node.get('name', key))}", ("nodes", key), remarks)
            continue
        about = node.get("column_name") or mapping(node["test_metadata"].get("kwargs")).get("column_name")
        tests.setdefault(model, []).append((about, _written_test(node)))
    for section in ("nodes", "sources"):
        for key, node in _mappings(document.get(section)).items():
            if str(node.get("resource_type")) in _KINDS:
                columns = [{**column, "name": column.get("name", name)} for name, column in _mappings(node.get("columns")).items()]
                yield _table({**node, "columns": columns}, tests.get(key, []), (section, key), remarks)


def _tested(node: dict[str, Any]) -> str | None:
    """Return the key of the one node that a test is about; before version 9 of manifests, what alone it depends on."""
    if "attached_node" in node:
        return text(node["attached_node"])
    needed = items(mapping(node.get("depends_on")).get("nodes"))
    return text(needed[0]) if len(needed) == 1 else None


def _leave_out(what: str, path: Path, remarks: Remarks) -> None:
    remarks.add("test-left-out", path, f"The {what} has no rule here.", "write it as a rule of `quality:`, such as SQL")


def _written_test(node: dict[str, Any]) -> dict[str, Any]:
    """Return a test of a manifest as it is written in a schema.yml."""
    metadata = node["test_metadata"]
    arguments = {key: value for key, value in mapping(metadata.get("kwargs")).items() if key not in {"column_name", "model"}}
    return {str(metadata.get("name")): {**arguments, "config": mapping(node.get("config"))}}


def _of_properties(document: dict[str, Any], remarks: Remarks) -> Iterator[Table]:
    for section in ("models", "seeds", "snapshots"):
        for at, node in mappings(document.get(section)):
            yield _table(node, [], (section, at), remarks)
    for at, source in mappings(document.get("sources")):
        for number, node in mappings(source.get("tables")):
            yield _table(node, [], ("sources", at, "tables", number), remarks)


def _table(node: dict[str, Any], tests: list[tuple[str | None, dict[str, Any]]], path: Path, remarks: Remarks) -> Table:
    rules: list[dict[str, Any]] = []
    columns: list[TableColumn] = []
    for at, column in mappings(node.get("columns")):
        name, here = str(column.get("name", "")), (*path, "columns", at)
        keys: dict[str, Any] = {"description": text(column.get("description")), "classification": _classification(column)}
        said = _Said(name, here, rules, remarks, keys)
        for constraint in [*_of_column(node, name), *(item for _, item in mappings(column.get("constraints")))]:
            said.constrain(constraint)
        for test in [*_tests(column), *(test for about, test in tests if str(about).casefold() == name.casefold())]:
            said.add(test)
        kind = column.get("data_type")
        columns.append(TableColumn(name=name, type=kind if isinstance(kind, str) else None, path=here, keys=keys))
    held = {column.name.casefold() for column in columns}
    whole = _Said(None, path, rules, remarks)
    for constraint in _of_several(node):
        whole.constrain(constraint)
    for test in [*_tests(node), *(test for about, test in tests if str(about or "").casefold() not in held)]:
        whole.add(test)
    config = mapping(node.get("config"))
    owner = mapping(node.get("meta")).get("owner") or mapping(config.get("meta")).get("owner")
    keys = {"description": text(node.get("description")), "owner": text(owner), "quality": rules}
    return Table(name=str(node.get("alias") or node.get("name") or ""), columns=tuple(columns), path=path, keys=keys)


def _of_column(node: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    """Yield the constraints of a whole model that are about one column alone."""
    for _, constraint in mappings(node.get("constraints")):
        if [str(column).casefold() for column in items(constraint.get("columns"))] == [name.casefold()]:
            yield constraint


def _of_several(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for _, constraint in mappings(node.get("constraints")):
        if len(items(constraint.get("columns"))) != 1:
            yield constraint


@dataclass(slots=True)
class _Said:
    """What the tests of one column say: keys of the column, and rules of its product where they only warn."""

    column: str | None
    path: Path
    rules: list[dict[str, Any]]
    remarks: Remarks
    keys: dict[str, Any] = field(default_factory=dict[str, Any])

    def constrain(self, constraint: dict[str, Any]) -> None:
        """Add a constraint, which the database holds, or report it where no key and no rule says it."""
        kind, columns = str(constraint.get("type")), items(constraint.get("columns"))
        if self.column is not None and kind in _CONSTRAINTS:
            self.keys |= _CONSTRAINTS[kind]
        elif self.column is None and kind in {"primary_key", "unique"} and _are_names(columns):
            self.rules.append({"metric": "duplicateValues", "columns": columns, "mustBe": 0})
        else:
            _leave_out(f"constraint {shown(kind)}", self.path, self.remarks)

    def add(self, test: dict[str, Any]) -> None:
        """Add a test, or report it where there is no rule for it."""
        name, given = next(iter(test.items()), ("", {}))
        arguments = mapping(given) | mapping(mapping(given).get("arguments"))
        config = {key: value for key, value in arguments.items() if key in _SETTINGS} | mapping(arguments.get("config"))
        if config.get("enabled") is False:
            return
        severity = config.get("severity")
        found = _keys_of(name, arguments)
        columns = items(arguments.get("combination_of_columns"))
        lets_fail = any(config.get(key) is not None and str(config[key]) not in _ANY_FAILS for key in ("error_if", "warn_if"))
        if config.get("where") or lets_fail:
            _leave_out(f"test {shown(name)}, which is about some rows or lets some fail,", self.path, self.remarks)
        elif self.column is None and name.rpartition(".")[2] == _COMBINATION and _are_names(columns):
            warns = {"severity": "warning"} if isinstance(severity, str) and _WARN.fullmatch(severity) else {}
            self.rules.append({"metric": "duplicateValues", "columns": columns, "mustBe": 0, **warns})
        elif self.column is None or found is None:
            _leave_out(f"test {shown(name)}", self.path, self.remarks)
        elif not isinstance(severity, str) or _WARN.fullmatch(severity) is None:
            self.keys.update(found)
        else:
            metric = {"required": "nullValues", "unique": "duplicateValues", "values": "invalidValues"}[next(iter(found))]
            valid = {"validValues": found["values"]} if "values" in found else {}
            self.rules.append({"metric": metric, "column": self.column, **valid, "mustBe": 0, "severity": "warning"})


_SETTINGS = ("severity", "where", "error_if", "warn_if", "enabled")


def _are_names(columns: list[Any]) -> bool:
    return len(columns) > 1 and all(isinstance(name, str) for name in columns)


def _keys_of(name: str, arguments: dict[str, Any]) -> dict[str, Any] | None:
    values = arguments.get("values")
    if name == "accepted_values" and isinstance(values, list) and values and all(isinstance(item, str | int) for item in values):
        return {"values": values}
    return {"not_null": {"required": True}, "unique": {"unique": True}}.get(name)


def _tests(node: dict[str, Any]) -> list[dict[str, Any]]:
    found = [*items(node.get("tests")), *items(node.get("data_tests"))]
    return [{item: {}} if isinstance(item, str) else item for item in found if isinstance(item, str | dict) and item]


def _classification(column: dict[str, Any]) -> Any:
    meta = mapping(column.get("meta")) | mapping(mapping(column.get("config")).get("meta"))
    said = meta.get("classification")
    return said if isinstance(said, str) and re.fullmatch(r"[A-Za-z][\w-]*(\.[\w-]+)*", said) else None


def write_dbt(found: list[Product], dialect: str) -> dict[str, Any]:
    """Return products as a schema.yml: columns in the types of a dialect, an enforced contract, and the tests that dbt has."""
    return {"version": 2, "models": [_model(product, dialect) for product in found]}


def _model(product: Product, dialect: str) -> dict[str, Any]:
    model: dict[str, Any] = {"name": identifier(str(product.get("name", "")))}
    if "description" in product:
        model["description"] = product["description"]
    meta = {key: product[key] for key in ("owner", "domain", "sensitivityLabel", "version") if key in product}
    model["config"] = {"contract": {"enforced": True}, "meta": meta}
    rules = product.get("quality", [])
    model["columns"] = [_column(column, rules, dialect) for column in product.get("schema", [])]
    return model


def _column(column: dict[str, Any], rules: list[dict[str, Any]], dialect: str) -> dict[str, Any]:
    found: dict[str, Any] = {"name": column["name"], "data_type": sql(column["type"], dialect)}
    if identifier(column["name"]) != column["name"]:
        found["quote"] = True
    if "description" in column:
        found["description"] = column["description"]
    if "classification" in column:
        said = column["classification"]
        found["config"] = {"meta": {"classification": said[0] if isinstance(said, list) else said}}
    tests: list[Any] = [name for key, name in (("required", "not_null"), ("unique", "unique")) if column.get(key) is True]
    if column.get("values"):
        tests.append({"accepted_values": {"arguments": {"values": column["values"]}}})
    for rule in rules:
        name = {"nullValues": "not_null", "duplicateValues": "unique"}.get(str(rule.get("metric")))
        if name and rule.get("column") == column["name"] and rule.get("mustBe") == 0 and rule.get("severity") == "warning":
            tests.append({name: {"config": {"severity": "warn"}}})
    return found | ({"data_tests": tests} if tests else {})


def _mappings(value: Any) -> dict[str, dict[str, Any]]:
    return {key: inner for key, inner in mapping(value).items() if isinstance(inner, dict)}
