"""The names that the engine itself would give to outputs without one, so that an enforced answer is called as the raw one (law 8).

Derived from what DuckDB prints for the commonest expressions; for any other, the expression's own text is its name.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

_LONGEST = 200
_KEYWORDS = frozenset("left right year month day hour minute second quarter week mode first last nullif replace".split())
_SCHEMA = frozenset(["substring", "trim", "position"])
_TYPES = {"INT": "INTEGER", "TEXT": "VARCHAR", "DATE": '"DATE"'}

_INFIX: dict[type[exp.Expr], str] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.IntDiv: "//",
    exp.Mod: "%",
    exp.DPipe: "||",
    exp.EQ: "=",
    exp.NEQ: "!=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.Like: "~~",
    exp.ILike: "~~*",
    exp.NullSafeEQ: "IS NOT DISTINCT FROM",
    exp.NullSafeNEQ: "IS DISTINCT FROM",
}


def label_of(item: exp.Expr) -> str:
    """Return the name of an output that has none.

    >>> from sqlglot import parse_one
    >>> label_of(parse_one("sum(price * (1 - discount))", read="duckdb")), label_of(parse_one("count(*)", read="duckdb"))
    ('sum((price * (1 - discount)))', 'count_star()')
    """
    return _text(item)[:_LONGEST].lstrip("_")


def _text(node: exp.Expr) -> str:
    infix = _INFIX.get(type(node))
    if infix is not None:
        infix = "!" + infix if node.args.get("negate") else infix
        return f"({_text(node.this)} {infix} {_text(node.args['expression'])})"
    made = _MAKERS.get(type(node))
    if made is not None:
        return made(node)
    if isinstance(node, exp.Anonymous):
        return f"{node.name.lower()}({_listed(node.expressions)})"
    if isinstance(node, exp.TimeToStr):
        return f"strftime({_text(node.this)}, {_text(node.args['format'])})"
    if isinstance(node, exp.Func):
        return _call(node)
    return node.sql(dialect="duckdb", normalize_functions="lower", comments=False)


def _column(node: exp.Expr) -> str:
    assert isinstance(node, exp.Column)  # noqa: S101  (the table below says so)
    return ".".join(part.name for part in node.parts)


def _chain(node: exp.Expr) -> str:
    word = "AND" if isinstance(node, exp.And) else "OR"
    parts = [_text(part) for part in node.flatten(unnest=False)]
    return f"({f' {word} '.join(parts)})"


def _not(node: exp.Expr) -> str:
    inner = node.this
    if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null):
        return f"({_text(inner.this)} IS NOT NULL)"
    if isinstance(inner, exp.In) and inner.expressions:
        return f"({_text(inner.this)} NOT IN ({_listed(inner.expressions)}))"
    return f"(NOT {_text(inner)})"


def _is(node: exp.Expr) -> str:
    return f"({_text(node.this)} IS {_text(node.args['expression'])})"


def _between(node: exp.Expr) -> str:
    return f"({_text(node.this)} BETWEEN {_text(node.args['low'])} AND {_text(node.args['high'])})"


def _in(node: exp.Expr) -> str:
    if node.expressions:
        return f"({_text(node.this)} IN ({_listed(node.expressions)}))"
    chosen = node.args.get("query") or node.args.get("unnest") or exp.Tuple()
    return f"({_text(node.this)} = ANY{chosen.sql(dialect='duckdb', normalize_functions='lower')})"


def _case(node: exp.Expr) -> str:
    subject = node.this
    parts = ["CASE "]
    for branch in node.args.get("ifs") or ():
        when = f"({_text(subject)} = {_text(branch.this)})" if subject is not None else _text(branch.this)
        parts.append(f"WHEN ({when}) THEN ({_text(branch.args['true'])})")
    default = node.args.get("default")
    return " ".join([*parts, f"ELSE {_text(default) if default is not None else 'NULL'}", "END"])


def _cast(node: exp.Expr) -> str:
    written = node.args["to"].sql(dialect="duckdb")
    word = "TRY_CAST" if isinstance(node, exp.TryCast) else "CAST"
    return f"{word}({_text(node.this)} AS {_TYPES.get(written, written)})"


def _count(node: exp.Expr) -> str:
    return "count_star()" if isinstance(node.this, exp.Star) else _call(node)


def _distinct(node: exp.Expr) -> str:
    return f"DISTINCT {_listed(node.expressions)}"


def _call(node: exp.Expr) -> str:
    written = node.sql(dialect="duckdb", normalize_functions="lower", comments=False)
    name = written.split("(", 1)[0]
    if isinstance(node, exp.GroupConcat):
        return written.replace(name, "string_agg", 1)
    values = [value for key, value in node.args.items() if value is not None and key in _POSITIONAL]
    arguments = [item for value in values for item in (value if isinstance(value, list) else [value])]
    if "(" not in written or not all(isinstance(item, exp.Expr) for item in arguments) or len(values) != _given(node):
        return written
    shown = f'"{name}"' if name in _KEYWORDS | _SCHEMA else "COALESCE" if name == "coalesce" else name
    return f"{'main.' if name in _SCHEMA else ''}{shown}({', '.join(_text(item) for item in arguments)})"


_POSITIONAL = ("this", "expression", "expressions", "decimals", "start", "length", "replacement")


def _given(node: exp.Expr) -> int:
    """Return how many arguments are set that make up the call."""
    return sum(1 for key, value in node.args.items() if value is not None and not isinstance(value, bool) and key != "is_string")


_UNITS: dict[type[exp.Expr], str] = {exp.Extract: "main.date_part", exp.DateDiff: "date_diff"}


def _unit(node: exp.Expr) -> str:
    """A function whose unit the parser has folded: the engine shows it as it is mostly written, in lower case."""
    unit = node.args.get("unit") or node.this
    rest = [value for key, value in node.args.items() if isinstance(value, exp.Expr) and value is not unit and key != "zone"]
    if isinstance(node, exp.DateDiff):
        rest.reverse()
    name = _UNITS.get(type(node), "date_trunc")
    return f"{name}('{unit.name.lower()}', {_listed(rest)})"


def _if(node: exp.Expr) -> str:
    default = node.args.get("false")
    parts = f"WHEN ({_text(node.this)}) THEN ({_text(node.args['true'])})"
    return f"CASE  {parts} ELSE {_text(default) if default is not None else 'NULL'} END"


def _listed(items: list[exp.Expr]) -> str:
    return ", ".join(_text(item) for item in items)


_MAKERS: dict[type[exp.Expr], Callable[[exp.Expr], str]] = {
    exp.Column: _column,
    exp.Paren: lambda node: _text(node.this),
    exp.Neg: lambda node: f"-{_text(node.this)}" if isinstance(node.this, exp.Literal) else f"-({_text(node.this)})",
    exp.Not: _not,
    exp.And: _chain,
    exp.Or: _chain,
    exp.Is: _is,
    exp.Between: _between,
    exp.In: _in,
    exp.Case: _case,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.Count: _count,
    exp.Distinct: _distinct,
    exp.Extract: _unit,
    exp.DateTrunc: _unit,
    exp.TimestampTrunc: _unit,
    exp.DateDiff: _unit,
    exp.If: _if,
    exp.Null: lambda _: "NULL",
    exp.Boolean: lambda node: f"CAST('{'t' if node.this else 'f'}' AS BOOLEAN)",
}
