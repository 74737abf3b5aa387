"""Conditions that mean exactly the same in T-SQL and fail on no value there: comparisons of columns with values that fit them.

Since none of them can fail, the order in which a server evaluates them, hidden rows or not, tells nobody anything (law 3). Values
are never written into the text: each is a parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sqlglot import exp

from freehold.compiler.tsql.columns import SqlColumn
from freehold.compiler.tsql.fitting import Unwritable, construct, fitting, sql_type
from freehold.model.query import Value

_COMPARISONS: dict[type[exp.Expr], str] = {exp.EQ: "=", exp.NEQ: "<>", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<="}


ALIAS = "t"
"""What the one table of each statement is called in it."""

MOST = 1_000
"""How many values one writer marks: a statement has two of them, and the server takes 2,100 parameters of it."""

DEEPEST = 50
"""How deep conditions may lie in one another: a server refuses what is nested too deep for it."""


def alike(node: exp.Expr, kind: type[exp.Expr]) -> Iterator[exp.Expr]:
    """Yield the sides of a chain of `AND`, or of `OR`, in order, however long it is."""
    waiting = [node]
    while waiting:
        inner = waiting.pop().unnest()
        if type(inner) is kind:
            waiting += (inner.args["expression"], inner.this)
        else:
            yield inner


class Writer:
    """Writes over one relation; `values` are the parameters of what was written, in the order of their marks."""

    def __init__(self, columns: Mapping[str, SqlColumn], scope: str, parameters: Mapping[str, Value]) -> None:
        """Write with `columns` by folded name, which the tree calls by the relation `scope`; `parameters` are what was sent."""
        self._columns = columns
        self._scope = scope
        self._relation = ALIAS
        self._parameters = parameters
        self.values: list[Value] = []
        self._depth = 0
        self._writing: dict[type[exp.Expr], Callable[[exp.Expr], str]] = {
            exp.And: self._both,
            exp.Or: self._both,
            exp.Not: self._not,
            exp.Paren: self._within,
            exp.Boolean: self._truth,
            exp.Column: self._bit,
            exp.Is: self._is,
            exp.Between: self._between,
            exp.In: self._in,
            **dict.fromkeys(_COMPARISONS, self._compare),
        }

    def column(self, node: exp.Expr | None) -> SqlColumn:
        """Return the column that a node is.

        Raises:
            Unwritable: It is anything else.
        """
        found = None
        if isinstance(node, exp.Column) and node.table == self._scope:
            found = self._columns.get(node.name.lower())
        if found is None:
            raise Unwritable(construct(node))
        return found

    def value_of(self, column: SqlColumn) -> str:
        """Return the expression of a column's value."""
        return column.value(self._relation)

    def condition(self, node: exp.Expr) -> str:
        """Return a condition.

        Raises:
            Unwritable: It, or a part of it, is not on the list; `values` may hold parts of it then.
        """
        write = self._writing.get(type(node))
        if write is None:
            raise Unwritable(construct(node))
        if self._depth == DEEPEST:
            raise Unwritable(f"conditions in one another more than {DEEPEST} deep")
        self._depth += 1
        try:
            return write(node)
        finally:
            self._depth -= 1

    def attempt(self, node: exp.Expr) -> str | None:
        """Return a condition, or None where it is not on the list, with `values` as they were."""
        held = len(self.values)
        try:
            return self.condition(node)
        except Unwritable:
            del self.values[held:]
            return None

    def _both(self, node: exp.Expr) -> str:
        word = " AND " if isinstance(node, exp.And) else " OR "
        return f"({word.join(self.condition(side) for side in alike(node, type(node)))})"

    def _not(self, node: exp.Expr) -> str:
        return f"(NOT {self.condition(node.this)})"

    def _within(self, node: exp.Expr) -> str:
        return self.condition(node.this)

    def _truth(self, node: exp.Expr) -> str:
        return "(1 = 1)" if node.this else "(1 = 0)"

    def _bit(self, node: exp.Expr) -> str:
        column = self.column(node)
        if column.logical != "boolean":
            raise Unwritable("a column that is no truth value, as a condition")
        return f"({self.value_of(column)} = 1)"

    def _is(self, node: exp.Expr) -> str:
        if not isinstance(node.expression, exp.Null):
            raise Unwritable("IS")
        return f"({self.value_of(self.column(node.this))} IS NULL)"

    def _compare(self, node: exp.Expr) -> str:
        word, left, right = _COMPARISONS[type(node)], node.this, node.expression
        if isinstance(left, exp.Column) and isinstance(right, exp.Column):
            return self._columns_alike(word, self.column(left), self.column(right))
        turned = not isinstance(left, exp.Column)
        column = self.column(right if turned else left)
        given = self._fit(left if turned else right, column)
        if column.text:
            return self._texts(word, column, given)
        sides = [self._compared(column), self._mark(column, given)]
        return f"({f' {word} '.join(reversed(sides) if turned else sides)})"

    def _columns_alike(self, word: str, left: SqlColumn, right: SqlColumn) -> str:
        if left.logical != right.logical or left.logical not in {"integer", "date", "timestamp"}:
            raise Unwritable("a comparison of two columns that are not both whole numbers, dates or timestamps")
        return f"({self._compared(left)} {word} {self._compared(right)})"

    def _compared(self, column: SqlColumn) -> str:
        """Return what to compare: whole numbers as they are stored, since they are the same in every width."""
        return column.stored(self._relation) if column.logical == "integer" else self.value_of(column)

    def _texts(self, word: str, column: SqlColumn, given: Value) -> str:
        """Equal under the binary collation and as long: spaces at the end of a text do not count in a comparison of T-SQL.

        What is so is equal under the column's own collation as well, by which an index finds it.
        """
        if word not in {"=", "<>"}:
            raise Unwritable("text compared by order")
        text = self.value_of(column)
        parts = [f"{column.stored(self._relation)} = {self._mark(column, given)}"] if column.compared_as_stored else []
        parts += [f"{text} = {self._mark(column, given)}", f"DATALENGTH({text}) = DATALENGTH({self._mark(column, given)})"]
        same = f"({' AND '.join(parts)})"
        return same if word == "=" else f"(NOT {same})"

    def _between(self, node: exp.Expr) -> str:
        column = self.column(node.this)
        if column.text or node.args.get("symmetric"):
            raise Unwritable("BETWEEN of texts")
        value = self._compared(column)
        low, high = (self._mark(column, self._fit(node.args[side], column)) for side in ("low", "high"))
        return f"({value} BETWEEN {low} AND {high})"

    def _in(self, node: exp.Expr) -> str:
        column = self.column(node.this)
        if not node.expressions or node.args.get("query") or node.args.get("unnest"):
            raise Unwritable("IN of a subquery")
        given = [self._fit(item, column) for item in node.expressions]
        if column.text:
            return f"({' OR '.join(self._texts('=', column, item) for item in given)})"
        value = self._compared(column)
        return f"({value} IN ({', '.join(self._mark(column, item) for item in given)}))"

    def _mark(self, column: SqlColumn, value: Value) -> str:
        kind = sql_type(column.logical, value)
        if value is None:
            return f"CAST(NULL AS {kind})"
        if len(self.values) == MOST:
            raise Unwritable(f"more than {MOST:,} values")
        self.values.append(value)
        return f"CAST(? AS {kind})"

    def _fit(self, node: exp.Expr, column: SqlColumn) -> Value:
        return fitting(node, column.logical, self._parameters)
