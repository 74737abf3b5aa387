"""A whole plan as one T-SQL statement, where everything in it is on the list of what means exactly the same there.

On it: one SELECT over one relation whose columns are shown as they are stored; conditions of `conditions`; `count`, `sum`, `min`
and `max` over columns; groups; an order of anything but text; a limit. Not on it: masks, guarded aggregates, joins, subqueries,
windows, computed columns, `avg` (whose last digit differs), the order of text. Those run here, over the permitted view.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp, parse_one

from freehold.compiler.tsql.columns import SqlColumn, SqlTable, bracket, listed
from freehold.compiler.tsql.conditions import ALIAS, Writer
from freehold.compiler.tsql.fitting import Unwritable
from freehold.compiler.tsql.pieces import Shown, Statement
from freehold.compiler.tsql.view import parsed, shown_plainly
from freehold.model.policy import Form
from freehold.model.query import EnforcedPlan, Value

_CLAUSES = frozenset({"expressions", "from_", "where", "group", "order", "limit", "offset", "distinct"})
_PROJECTION = frozenset({"expressions", "from_"})
_GROUPED = frozenset({"integer", "boolean", "date", "timestamp", "string"})
_ORDERED = frozenset({"integer", "number", "date", "timestamp", "boolean"})
_COMPARED = frozenset({"integer", "number", "date", "timestamp"})
_COUNTED = frozenset({"integer", "date", "timestamp", "boolean"})
_SUMMED_DIGITS = 28
_MOST = (1 << 31) - 1
"""The greatest LIMIT or OFFSET: a longer number is none of T-SQL's whole ones."""

_LONGEST = 128
"""How many code units a name of T-SQL has at most."""


class _Output(Shown, frozen=True, kw_only=True):
    aggregate: bool = False


def whole(plan: EnforcedPlan, table: SqlTable, parameters: Mapping[str, Value]) -> Statement:
    """Return the statement of a plan.

    Raises:
        Unwritable: Something in it is not on the list; it names what.
    """
    if plan.form is not Form.ROWS or plan.members or len(plan.barriers) != 1:
        raise Unwritable("a guarded aggregate, or more than one relation")
    return _Whole(plan, table, parameters).write()


class _Whole:
    def __init__(self, plan: EnforcedPlan, table: SqlTable, parameters: Mapping[str, Value]) -> None:
        (self._barrier,) = plan.barriers
        tree = parse_one(plan.sql, read="duckdb")
        self._select = _single(tree, self._barrier.relation)
        self._raw = {column.name.lower(): column for column in table.columns if table.column(column.name) is column}
        self._table = table
        scope = self._select.args["from_"].this.alias
        self._writer = Writer(shown_plainly(self._barrier.outputs, table), scope, parameters)
        self._filters = Writer(self._raw, "", {})

    def write(self) -> Statement:
        """Write it; the parameters come in the order of the clauses."""
        select = self._select
        keys = self._keys()
        outputs = [self._output(item) for item in select.expressions]
        where = self._where()
        order = self._order(outputs)
        self._check_grouping(outputs, keys)
        if keys or order:
            _check_short(outputs)
        top, offset = self._limits(order)
        distinct = "DISTINCT " if self._distinct(outputs, order) else ""
        group = f" GROUP BY {listed(keys.values())}" if keys else ""
        rows = f" FROM {self._table.place} AS {bracket(ALIAS)}{where}"
        values = (*self._filters.values, *self._writer.values)
        return Statement(
            before=f"SELECT {distinct}{top}",
            shown=tuple(outputs),
            after=f"{rows}{group}{order}{offset}",
            values=values,
            measured=rows,
            measured_values=values,
        )

    def _where(self) -> str:
        """Return the row filters, then the caller's conditions: none of either can fail, whichever is evaluated first."""
        parts = [self._filters.condition(parsed(item)) for item in self._barrier.predicates]
        where = self._select.args.get("where")
        parts += [self._writer.condition(where.this)] if where is not None else []
        return f" WHERE {' AND '.join(parts)}" if parts else ""

    def _keys(self) -> dict[str, str]:
        """Return the group keys by the text of the key; of a text its length as well, since spaces at its end do not count."""
        group = self._select.args.get("group")
        if group is None:
            return {}
        if any(value for name, value in group.args.items() if name != "expressions"):
            raise Unwritable("ROLLUP, CUBE or GROUPING SETS")
        found: dict[str, str] = {}
        for node in group.expressions:
            column = self._writer.column(node)
            if column.logical not in _GROUPED:
                raise Unwritable("a group key that is a fraction, a time or bytes")
            text = self._writer.value_of(column)
            found[text] = f"{text}, DATALENGTH({text})" if column.text else text
        return found

    def _output(self, item: exp.Expr) -> _Output:
        node = item.this if isinstance(item, exp.Alias) else item
        if not 0 < len(item.alias_or_name.encode("utf-16-le")) <= 2 * _LONGEST:
            raise Unwritable(f"a name of more than {_LONGEST} characters")
        if isinstance(node, exp.Column):
            column = self._writer.column(node)
            return _Output(
                name=item.alias_or_name,
                text=self._writer.value_of(column),
                logical=column.logical,
                unbounded=column.unbounded,
            )
        text, logical = self._aggregate(node)
        return _Output(name=item.alias_or_name, text=text, logical=logical, aggregate=True)

    def _aggregate(self, node: exp.Expr) -> tuple[str, str]:
        if type(node) is exp.Count:
            return self._count(node), "integer"
        if type(node) not in {exp.Sum, exp.Min, exp.Max} or any(value for name, value in node.args.items() if name != "this"):
            raise Unwritable(node.sql_name() if isinstance(node, exp.Func) else node.key.upper())
        column = self._writer.column(node.this)
        if type(node) is exp.Sum:
            return _sum(self._writer, column)
        if column.logical not in _COMPARED and not column.logical.startswith("decimal"):
            raise Unwritable("MIN or MAX of a text, a truth value or a time")
        word = "MIN" if type(node) is exp.Min else "MAX"
        return f"{word}({self._writer.value_of(column)})", column.logical

    def _count(self, node: exp.Count) -> str:
        if (node.this is None or isinstance(node.this, exp.Star)) and not node.expressions:
            return "COUNT_BIG(*)"
        if isinstance(node.this, exp.Distinct):
            (inner,) = node.this.expressions if len(node.this.expressions) == 1 else (node.this,)
            column = self._writer.column(inner)
            if column.logical not in _COUNTED:
                raise Unwritable("COUNT DISTINCT of a text or a fraction")
            return f"COUNT_BIG(DISTINCT {self._writer.value_of(column)})"
        if node.expressions:
            raise Unwritable("COUNT of several columns")
        return f"COUNT_BIG({self._writer.value_of(self._writer.column(node.this))})"

    def _check_grouping(self, outputs: list[_Output], keys: dict[str, str]) -> None:
        grouped = bool(keys) or any(item.aggregate for item in outputs)
        if grouped and any(not item.aggregate and item.text not in keys for item in outputs):
            raise Unwritable("an output that is neither a group key nor an aggregate")

    def _order(self, outputs: list[_Output]) -> str:
        order = self._select.args.get("order")
        if order is None:
            return ""
        named = {item.name.lower(): item for item in outputs}
        parts: dict[str, str] = {}
        for ordered in order.expressions:
            text = self._ordered(ordered.this, outputs, named)
            first = bool(ordered.args.get("nulls_first"))
            nulls = f"CASE WHEN {text} IS NULL THEN {0 if first else 1} ELSE {1 if first else 0} END"
            parts.setdefault(text, f"{nulls}, {text} {'DESC' if ordered.args.get('desc') else 'ASC'}")
        return f" ORDER BY {listed(parts.values())}"

    def _ordered(self, node: exp.Expr, outputs: list[_Output], named: Mapping[str, _Output]) -> str:
        if isinstance(node, exp.Column) and not node.table and node.name.lower() in named:
            found = named[node.name.lower()]
        elif isinstance(node, exp.Column):
            column = self._writer.column(node)
            found = _Output(name="", text=self._writer.value_of(column), logical=column.logical)
        else:
            raise Unwritable("an order by what is computed")
        if found.logical not in _ORDERED and not found.logical.startswith("decimal"):
            raise Unwritable("an order of text, times or bytes")
        if (self._select.args.get("group") or any(item.aggregate for item in outputs)) and found.text not in {
            item.text for item in outputs
        }:
            raise Unwritable("an order of groups by what is not shown")
        return found.text

    def _limits(self, order: str) -> tuple[str, str]:
        limit, offset = (_count_of(self._select.args.get(name)) for name in ("limit", "offset"))
        if offset is None:
            return (f"TOP ({limit}) " if limit is not None else ""), ""
        if limit == 0:
            raise Unwritable("LIMIT 0 with OFFSET")
        place = "" if order else " ORDER BY (SELECT NULL)"
        fetch = f" FETCH NEXT {limit} ROWS ONLY" if limit is not None else ""
        return "", f"{place} OFFSET {offset} ROWS{fetch}"

    def _distinct(self, outputs: list[_Output], order: str) -> bool:
        distinct = self._select.args.get("distinct")
        if distinct is None:
            return False
        if distinct.args.get("on") or order or self._select.args.get("offset"):
            raise Unwritable("DISTINCT ON, or DISTINCT with ORDER BY or OFFSET")
        if any(item.logical not in _COUNTED for item in outputs):
            raise Unwritable("DISTINCT of a text or a fraction")
        return True


def _check_short(outputs: list[_Output]) -> None:
    """Long values come in pieces, and rows of many pieces are too wide to be grouped or put in order."""
    if any(item.unbounded for item in outputs):
        raise Unwritable("values of unbounded length, of groups or in an order")


def _single(tree: exp.Expr, relation: str) -> exp.Select:
    """Return the SELECT that a plan is, over nothing but the projection of one relation."""
    if type(tree) is not exp.Select or any(value for name, value in tree.args.items() if name not in _CLAUSES):
        raise Unwritable("a plan that is more than one SELECT")
    place = tree.args["from_"].this if tree.args.get("from_") else None
    inner = place.this if isinstance(place, exp.Subquery) else None
    if not isinstance(inner, exp.Select) or any(value for name, value in inner.args.items() if name not in _PROJECTION):
        raise Unwritable("a plan that is more than one SELECT")
    base = inner.args["from_"].this
    if not isinstance(base, exp.Table) or base.name != relation:
        raise Unwritable("a relation of the caller's own")
    return tree


def _sum(writer: Writer, column: SqlColumn) -> tuple[str, str]:
    if column.logical == "integer":
        return f"SUM(CAST({writer.value_of(column)} AS decimal(38,0)))", "decimal(38,0)"
    if column.logical.startswith("decimal"):
        digits, scale = (int(part) for part in column.logical[len("decimal(") : -1].split(","))
        if digits <= _SUMMED_DIGITS:
            return f"SUM({writer.value_of(column)})", f"decimal(38,{scale})"
    raise Unwritable("SUM of what is neither whole nor a decimal of 28 digits")


def _count_of(node: exp.Expr | None) -> int | None:
    """Return the number of a LIMIT or OFFSET."""
    if node is None:
        return None
    given = node.expression
    if not isinstance(given, exp.Literal) or given.is_string or not given.name.isdecimal() or int(given.name) > _MOST:
        raise Unwritable("a LIMIT or OFFSET that is no plain number")
    return int(given.name)
