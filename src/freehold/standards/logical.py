"""Logical types in the words of others: SQL, ODCS, JSON Schema, Arrow, and back; what cannot be told is None, never a guess."""

from __future__ import annotations

import re

SIMPLE = ("string", "integer", "number", "boolean", "date", "timestamp", "time", "binary")
_DECIMAL = re.compile(r"(?:decimal|numeric|number|decimal(?:32|64|128|256))\s*\(\s*([0-9]{1,2})\s*(?:,\s*([0-9]{1,2})\s*)?\)")
_DICTIONARY = "dictionary<values="
_BASE = re.compile(r"\s*([a-z][a-z0-9_ ]*)")
_WORDS: dict[str, str] = {
    **dict.fromkeys(("string", "text", "varchar", "char", "nchar", "nvarchar", "ntext", "character", "bpchar", "uuid"), "string"),
    **dict.fromkeys(("character varying", "uniqueidentifier", "enum", "clob", "citext", "large_string", "utf8", "str"), "string"),
    **dict.fromkeys(("tinytext", "mediumtext", "longtext", "varchar2", "nvarchar2", "string_view"), "string"),
    **dict.fromkeys(("integer", "int", "bigint", "smallint", "tinyint", "mediumint", "hugeint", "long", "byteint"), "integer"),
    **dict.fromkeys(("int2", "int4", "int8", "int16", "int32", "int64", "serial", "bigserial", "smallserial", "short"), "integer"),
    **dict.fromkeys(("uint8", "uint16", "uint32", "uint64", "int128", "ubigint", "uinteger", "usmallint", "utinyint"), "integer"),
    **dict.fromkeys(("number", "float", "double", "real", "double precision", "float4", "float8", "float64", "half"), "number"),
    **dict.fromkeys(("float16", "float32", "halffloat"), "number"),
    **dict.fromkeys(("decimal", "numeric", "bignumeric"), "number"),
    "money": "decimal(19,4)",
    "smallmoney": "decimal(10,4)",
    **dict.fromkeys(("boolean", "bool", "bit"), "boolean"),
    **dict.fromkeys(("date", "date32", "date64"), "date"),
    **dict.fromkeys(("timestamp", "datetime", "datetime2", "datetimeoffset", "smalldatetime", "timestamptz"), "timestamp"),
    **dict.fromkeys(("timestamp_ntz", "timestamp_ltz", "timestamp_tz", "timestamp_s", "timestamp_ms", "timestamp_ns"), "timestamp"),
    **dict.fromkeys(("timestampz", "timestampntz", "timestampltz", "timestamp with local time zone"), "timestamp"),
    **dict.fromkeys(("timestamp with time zone", "timestamp without time zone"), "timestamp"),
    **dict.fromkeys(("time", "timetz", "time32", "time64", "time with time zone", "time without time zone"), "time"),
    **dict.fromkeys(("tinyblob", "mediumblob", "longblob", "binary_view", "rowversion"), "binary"),
    **dict.fromkeys(("binary", "varbinary", "blob", "bytea", "bytes", "image", "large_binary", "fixed_size_binary"), "binary"),
}
_DIALECTS: dict[str, dict[str, str]] = {
    "duckdb": {
        "string": "VARCHAR",
        "integer": "BIGINT",
        "number": "DOUBLE",
        "boolean": "BOOLEAN",
        "date": "DATE",
        "timestamp": "TIMESTAMP",
        "time": "TIME",
        "binary": "BLOB",
    },
    "postgres": {
        "string": "text",
        "integer": "bigint",
        "number": "double precision",
        "boolean": "boolean",
        "date": "date",
        "timestamp": "timestamp",
        "time": "time",
        "binary": "bytea",
    },
    "tsql": {
        "string": "nvarchar(max)",
        "integer": "bigint",
        "number": "float",
        "boolean": "bit",
        "date": "date",
        "timestamp": "datetime2",
        "time": "time",
        "binary": "varbinary(max)",
    },
}
DIALECTS = tuple(_DIALECTS)
_JSON: dict[str, dict[str, str]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "timestamp": {"type": "string", "format": "date-time"},
    "time": {"type": "string", "format": "time"},
    "binary": {"type": "string", "contentEncoding": "base64"},
}
_FORMATS = {"date": "date", "date-time": "timestamp", "time": "time"}


def of_physical(text: str) -> str | None:
    """Return the logical type that a SQL or Arrow type name means, or None where it is none that can be served.

    >>> of_physical("VARCHAR(18)"), of_physical("NUMERIC(10, 2)"), of_physical("STRUCT(a INT)"), of_physical("double precision")
    ('string', 'decimal(10,2)', None, 'number')
    """
    folded = " ".join(text.casefold().split())
    if folded.startswith(_DICTIONARY):
        folded = folded.removeprefix(_DICTIONARY).partition(", indices=")[0]
    exact = decimal(folded)
    if exact is not None:
        return exact
    found = _BASE.match(folded)
    if found is None or folded.endswith("[]"):
        return None
    base = found.group(1).strip()
    rest = folded[found.end() :]
    if rest.startswith("(") and " with" in rest:
        base = f"{base} {rest.partition(') ')[2]}"
    return _WORDS.get(base)


def decimal(text: str) -> str | None:
    """Return `decimal(p,s)` in its one spelling, or None where the text is no exact number with digits."""
    found = _DECIMAL.match(" ".join(text.casefold().split()))
    if found is None:
        return None
    precision, scale = int(found.group(1)), int(found.group(2) or 0)
    return f"decimal({precision},{scale})" if 1 <= precision <= 38 and scale <= precision else None


def sql(kind: str, dialect: str, length: int | None = None) -> str:
    """Return a logical type as a column type of a dialect; `length` is the most characters of a text, where that is known."""
    if kind.startswith("decimal"):
        return kind.upper() if dialect == "duckdb" else kind
    if kind == "string" and length:
        return {"duckdb": "VARCHAR", "postgres": f"varchar({length})", "tsql": f"nvarchar({length if length <= 4000 else 'max'})"}[
            dialect
        ]
    return _DIALECTS[dialect].get(kind, _DIALECTS[dialect]["string"])


def json_type(kind: str) -> dict[str, str]:
    """Return a logical type in the keywords of JSON Schema."""
    return dict(_JSON["number" if kind.startswith("decimal") else kind])


def of_json(schema: dict[str, object]) -> str | None:
    """Return the logical type of a JSON Schema that says one scalar type (null beside it does not count), or None."""
    said = schema.get("type")
    kinds = [str(item) for item in (said if isinstance(said, list) else [said]) if item not in ("null", None)]
    if not kinds and said is None:
        return _of_values([value for value in listed(schema) if value is not None])
    if len(kinds) != 1:
        return None
    if kinds[0] == "string":
        if schema.get("contentEncoding") == "base64":
            return "binary"
        return _FORMATS.get(str(schema.get("format")), "string")
    return kinds[0] if kinds[0] in {"integer", "number", "boolean"} else None


def listed(schema: dict[str, object]) -> list[object]:
    """Return the values that a JSON Schema lists, if it lists any."""
    said = schema.get("enum")
    return said if isinstance(said, list) else [schema["const"]] if "const" in schema else []


def _of_values(values: list[object]) -> str | None:
    """Return the logical type that all of some values are of, or None."""
    kinds = {type(value).__name__ for value in values}
    if kinds == {"int", "float"}:
        return "number"
    return {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}.get(kinds.pop()) if len(kinds) == 1 else None
