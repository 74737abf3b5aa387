"""A quality rule of a manifest and a data quality check of ODCS; checks that are not run here are kept, never dropped."""

from __future__ import annotations

from collections import Counter
from typing import Any

from freehold.model.rule import Dimension, Metric, Operator, Unit
from freehold.standards.odcs.custom import custom, taken
from freehold.standards.remarks import Path, Remarks, shown
from freehold.standards.untyped import mappings

LIBRARY = ("nullValues", "missingValues", "invalidValues", "duplicateValues", "rowCount")
GENERATED = "freehold.qualityMetrics"
_OPERATORS = tuple(item.value for item in Operator)
_DIMENSIONS = frozenset(item.value for item in Dimension)
_UNITS = frozenset(item.value for item in Unit)
_METRICS = frozenset(item.value for item in Metric)
_SEVERITIES = {"info": "notice", "notice": "notice", "warning": "warning", "error": "error"}
_OLD_NAMES = {"duplicateCount": "duplicateValues", "rowCount": "rowCount", "nullCheck": "nullValues"}
_PLAIN = ("name", "description", "dimension", "unit")
_ARGUMENTS: dict[str, tuple[str, ...]] = {
    "invalidValues": ("validValues", "pattern"),
    "missingValues": ("missingValues",),
    "duplicateValues": ("properties",),
}
_IN_TITLES = ("metric", "column", "columns", "unit", *_OPERATORS)
_IN_NO_TITLE = frozenset({"name", "description", "severity", "dimension"})


def of_checks(found: Any, column: str | None, path: Path, remarks: Remarks) -> list[dict[str, Any]]:
    """Return the checks of a property (`column`) or of an object as rules; what cannot be a rule is reported and left out."""
    rules: list[dict[str, Any]] = []
    for at, check in mappings(found):
        if check.get("name") == GENERATED:
            continue
        rule = _rule(check, column)
        if rule is not None:
            rules.append(rule)
        elif check.get("type") != "text":
            where = f"of {shown(column)}" if column else "of the whole table"
            message = f"A check {where} is kept, and is not run here."
            mend = "write it as a rule of `quality:`: a metric with one bound, or SQL over products of the mesh"
            remarks.add("rule-kept", (*path, at), message, mend)
    return rules


def to_check(rule: dict[str, Any], version: str) -> tuple[str | None, dict[str, Any]]:
    """Return the column that a rule is about (None for the whole table) and the check that it is."""
    metric = str(rule.get("metric"))
    columns = [rule["column"]] if "column" in rule else list(rule.get("columns", ()))
    column = str(columns[0]) if len(columns) == 1 and metric not in {"rowCount", "sql"} else None
    check: dict[str, Any] = {key: rule[key] for key in _PLAIN if key in rule}
    if "severity" in rule:
        check["severity"] = {"notice": "info"}.get(str(rule["severity"]), rule["severity"])
    bound = {key: rule[key] for key in _OPERATORS if key in rule}
    own = {key: value for key, value in rule.items() if key not in {*check, *bound, "severity", "metric", "column", "columns"}}
    if metric == "sql":
        asked = {"type": "sql", "query": own.pop("query", "")}
        own, told = ({"metric": "sql", **own}, bound) if version >= "3.1" else ({"metric": "sql", **own, **bound}, {})
        return None, {**check, **asked, **told, **custom(own)}
    if metric not in LIBRARY or not bound:
        own |= {"metric": metric, **({"columns": columns} if columns else {})}
        return column, {"type": "text", **check, "description": check.get("description") or said(rule), **custom({**own, **bound})}
    arguments = {key: own.pop(key) for key in _ARGUMENTS.get(metric, ()) if key in own}
    if metric == "duplicateValues" and len(columns) > 1:
        arguments["properties"] = columns
    named = {"metric": metric} if version >= "3.1" else {"type": "library", "rule": metric}
    if arguments and version < "3.1":
        own |= {"arguments": arguments}
        arguments = {}
    return column, {**check, **named, **({"arguments": arguments} if arguments else {}), **bound, **custom(own)}


def in_order(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rules in the order of the manifest that they come from, where they tell it, no two of one name.

    A name that comes twice is left out; rules that would be called alike for want of a name are numbered.
    """
    at = [rule.pop(AT, None) for rule in rules]
    if all(type(item) is int for item in at):
        rules = [rule for _, rule in sorted(zip(at, rules, strict=True), key=lambda pair: pair[0])]
    seen: set[str] = set()
    for rule in rules:
        name = str(rule.get("name", "")).casefold()
        if name in seen and "name" in rule:
            del rule["name"]
        seen.add(name)
    return _numbered(rules)


def _numbered(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    times = Counter[tuple[str, ...]]()
    for rule in rules:
        if "name" in rule:
            continue
        terms = [f"{key} {rule[key]}" for key in _IN_TITLES if key in rule]
        alike = (*terms, *sorted(rule.keys() - _IN_NO_TITLE - {*_IN_TITLES}))
        times[alike] += 1
        if times[alike] > 1:
            rule["name"] = f"{said(rule)} ({times[alike]})"
    return rules


def said(rule: dict[str, Any]) -> str:
    """Return a rule in words: what a reader sees of a metric that ODCS has not."""
    columns = ", ".join([rule["column"]] if "column" in rule else map(str, rule.get("columns", ())))
    bound = ", ".join(f"{key} {rule[key]}" for key in _OPERATORS if key in rule)
    return " ".join(part for part in (str(rule.get("metric")), columns and f"of {columns}", bound) if part)


def _rule(check: dict[str, Any], column: str | None) -> dict[str, Any] | None:
    own = taken(check, {*_ALL_KEYS})
    kind = check.get("type", "library")
    if kind == "text" and "metric" in own:
        return _text_rule(check, column, own)
    metric = _metric(check, kind, own)
    bound = {key: said[key] for said in (check, own) for key in _OPERATORS if key in said}
    if metric is None or len(bound) != 1 or not _is_bound(*next(iter(bound.items()))):
        return None
    rule: dict[str, Any] = {"metric": metric}
    if metric == "sql":
        rule["query"] = check["query"]
    elif column is not None:
        rule["column"] = column
    arguments = _arguments(check, metric, own)
    if arguments is None or (column is None and metric in LIBRARY and metric != "rowCount" and "columns" not in arguments):
        return None
    return (
        rule
        | arguments
        | _described(check)
        | {key: value for key, value in own.items() if key not in {"metric", "arguments"}}
        | bound
    )


AT = "at"
"""Where a rule stands among the rules of its manifest: told where the order of ODCS, by columns, is another one."""
_ALL_KEYS = (
    "metric",
    "columns",
    "column",
    "query",
    "references",
    "pattern",
    "validValues",
    "missingValues",
    "arguments",
    AT,
    *_OPERATORS,
)


def _text_rule(check: dict[str, Any], column: str | None, own: dict[str, Any]) -> dict[str, Any] | None:
    """Return a rule that ODCS has no metric for: it stands as text, with its terms beside it."""
    if own["metric"] not in _METRICS:
        return None
    described = _described(check)
    columns = own.pop("columns", None)
    where = {"column": column} if column is not None else {"columns": columns} if columns else {}
    rule = {"metric": own.pop("metric"), **where, **own}
    if described.get("description") == said(rule):
        del described["description"]
    return {**rule, **described}


def _metric(check: dict[str, Any], kind: Any, own: dict[str, Any]) -> str | None:
    if kind == "sql":
        return "sql" if own.get("metric") == "sql" and isinstance(check.get("query"), str) else None
    if kind != "library":
        return None
    metric = check.get("metric")
    if metric is None:
        old = str(check.get("rule"))
        metric = old if old in LIBRARY else _OLD_NAMES.get(old)
    return metric if metric in LIBRARY else None


def _arguments(check: dict[str, Any], metric: str, own: dict[str, Any]) -> dict[str, Any] | None:
    """Return a check's arguments as keys of a rule, or None where they say what a rule cannot."""
    given = check.get("arguments", own.get("arguments"))
    if given is None:
        return {}
    if not isinstance(given, dict) or set(given) - set(_ARGUMENTS.get(metric, ())):
        return None
    found: dict[str, Any] = {}
    for key in ("validValues", "missingValues"):
        if key in given:
            values = given[key]
            if not isinstance(values, list) or any(isinstance(item, dict | list) for item in values):
                return None
            found[key] = [item for item in values if item is not None]
    if isinstance(given.get("pattern"), str):
        found["pattern"] = given["pattern"]
    if isinstance(given.get("properties"), list) and all(isinstance(item, str) for item in given["properties"]):
        found["columns"] = given["properties"]
    return found


def _described(check: dict[str, Any]) -> dict[str, Any]:
    found = {key: check[key] for key in ("name", "description") if isinstance(check.get(key), str) and check[key].strip()}
    if check.get("dimension") in _DIMENSIONS:
        found["dimension"] = check["dimension"]
    if check.get("unit") in _UNITS:
        found["unit"] = check["unit"]
    severity = _SEVERITIES.get(str(check.get("severity")))
    return found | ({"severity": severity} if severity else {})


def _is_bound(operator: str, value: Any) -> bool:
    if operator.endswith("Between"):
        return isinstance(value, list) and len(value) == 2 and all(map(_is_number, value))
    return _is_number(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
