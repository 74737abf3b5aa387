"""Row filters: a predicate of the manifest, parsed and regenerated over raw columns, below every mask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlglot import exp
from sqlglot.errors import SqlglotError

from freehold.compiler.allowed import AGGREGATES, WINDOWED
from freehold.compiler.catchable import catchable
from freehold.compiler.faults import written_around
from freehold.compiler.nodes import Nodes
from freehold.compiler.parse import check_allowed
from freehold.compiler.text import DIALECT
from freehold.compiler.totality import is_total
from freehold.errors import ColumnUnknown, QueryUnreadable, StatementUnsupported


def predicate(text: str, columns: Iterable[str] | Mapping[str, str]) -> str:
    """Return `text` regenerated as a predicate over the raw `columns`, which may map them to their logical types.

    What could fail on a value becomes TRY: else a row that the filter hides could be told by the error it makes.

    Raises:
        QueryUnreadable: It is not an expression.
        StatementUnsupported, FunctionUnsupported: It holds a subquery, an aggregate, or what the allow-lists do not name.
        ColumnUnknown: It names a column that the schema does not have.
    """
    raw = {name.lower(): name for name in columns}
    try:
        tree = DIALECT.parser().parse_into(exp.Condition, DIALECT.tokenize(text), text)[0]
    except SqlglotError:
        raise QueryUnreadable(f"`{text}` is not a predicate that can be read") from None
    if tree is None:
        raise QueryUnreadable("the predicate is empty")
    check_allowed(text, Nodes(tree.walk()))
    if tree.find(exp.Query, exp.Star, exp.Placeholder, *AGGREGATES, *WINDOWED):
        raise StatementUnsupported("a row filter compares columns of its own product with literals")
    for column in tree.find_all(exp.Column):
        name = raw.get(column.name.lower())
        if name is None or column.table:
            raise ColumnUnknown(f"the row filter names `{column.sql()}`, which the schema does not have", column=column.name)
        column.this.set("this", name)
        column.this.args["quoted"] = True
    types = dict(columns) if isinstance(columns, Mapping) else dict.fromkeys(columns, "")
    total = is_total(tree, lambda column: types.get(column.name, ""))
    return written_around(tree if total else exp.Try(this=catchable(tree))).sql(dialect=DIALECT, comments=False)
