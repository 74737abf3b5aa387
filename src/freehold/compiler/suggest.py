"""Propose the nearest query that passes: built from what the caller may see, and tried before it is shown (law 9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sqlglot import exp

from freehold.compiler.allowed import AGGREGATES, GUARDED_AGGREGATES
from freehold.compiler.parse import Statement, parse
from freehold.compiler.text import DIALECT
from freehold.compiler.view import View
from freehold.errors import FreeholdError
from freehold.model.label import RightKind
from freehold.model.policy import Form
from freehold.model.query import EnforcedPlan

Enforce = Callable[[Statement, Mapping[tuple[str | None, str], View]], EnforcedPlan]
Views = Mapping[tuple[str | None, str], View]

_MOST_COLUMNS = 6
_NUMBERS = ("integer", "number", "decimal")


def suggestion(text: str, views: Views, enforce: Enforce) -> str | None:
    """Return SQL that passes for the same caller, or None where nothing near does."""
    statement = parse(text, len(text))
    for candidate in _candidates(statement, views):
        try:
            enforce(parse(candidate), views)
        except (FreeholdError, RecursionError):
            continue
        return candidate
    return None


def _candidates(statement: Statement, views: Views) -> Iterator[str]:
    if any(view.guarded for view in views.values()):
        yield _with_plain_aggregates(statement, views)
    named = {f"{domain}.{name}" if domain else name: view for (domain, name), view in views.items()}
    asked = {column.name for column in statement.tree.find_all(exp.Column)}
    for relation, view in named.items():
        if any(folded in asked and column.right.kind is RightKind.AGGREGATE for folded, column in view.shown.items()):
            yield from _aggregates(statement, relation, view)
    yield from filter(None, (_visible_list(statement, views), _without_hidden(statement, views)))
    for relation, view in named.items():
        if view.decision.form is Form.AGGREGATE or not _readable(view):
            yield from _aggregates(statement, relation, view)
        else:
            yield _rows(_readable(view), relation)


def _visible_list(statement: Statement, views: Views) -> str | None:
    """For a plain list of one relation's columns: those asked that are visible, then the others that are."""
    tree = statement.tree
    plain = isinstance(tree, exp.Select) and {name for name, value in tree.args.items() if value} == {"expressions", "from_"}
    if not plain or len(views) != 1 or not all(isinstance(item, exp.Column) for item in tree.expressions):
        return None
    ((domain, name), view), *_ = views.items()
    if view.decision.form is Form.AGGREGATE or not _readable(view):
        return None
    asked = [item.name for item in tree.expressions]
    columns = sorted(_readable(view), key=lambda column: asked.index(column.lower()) if column.lower() in asked else len(asked))
    return _rows(columns, f"{domain}.{name}" if domain else name)


def _rows(columns: list[str], relation: str) -> str:
    return f"select {', '.join(columns[:_MOST_COLUMNS])} from {relation}"


def _without_hidden(statement: Statement, views: Views) -> str | None:
    """The caller's own query, less the outputs that name what no view shows."""
    tree = statement.tree.copy()
    select = tree
    if not isinstance(select, exp.Select) or any(view.decision.form is Form.AGGREGATE for view in views.values()):
        return None
    visible = {folded for view in views.values() for folded in view.shown}
    kept = [item for item in select.expressions if all(column.name in visible for column in item.find_all(exp.Column))]
    if not kept or len(kept) == len(select.expressions):
        return None
    select.set("expressions", kept)
    return _written(tree, statement, views)


def _with_plain_aggregates(statement: Statement, views: Views) -> str:
    """The caller's own query, where each aggregate that gives too much is the average of the first column of numbers in it."""
    tree = statement.tree.copy()
    numbers = {folded for view in views.values() for folded, column in view.shown.items() if column.type.startswith(_NUMBERS)}
    for node in list(tree.find_all(*AGGREGATES)):
        column = next((column for column in node.find_all(exp.Column) if column.name in numbers), None)
        if column is None or (type(node) in GUARDED_AGGREGATES and isinstance(node.this, exp.Column)):
            continue
        kind = exp.Sum if isinstance(node, exp.Sum) else exp.Avg
        filtered = node.parent if isinstance(node.parent, exp.Filter) else node
        made = filtered.parent if isinstance(filtered.parent, exp.Alias) and not filtered.parent.alias.isidentifier() else filtered
        made.replace(kind(this=column.copy()))
    return _written(tree, statement, views)


def _written(tree: exp.Expr, statement: Statement, views: Views) -> str:
    """Return a query with its names as the schema and the caller write them."""
    names = {folded: column.name for view in views.values() for folded, column in view.shown.items()}
    for node in tree.find_all(exp.Identifier):
        node.set("this", names.get(node.this, statement.labels.get(node.this, node.this)))
        node.set("quoted", not node.this.isidentifier())
    return tree.sql(dialect=DIALECT)


def _readable(view: View) -> list[str]:
    return [column.name for column in view.decision.columns if column.right.kind in {RightKind.READ, RightKind.MASKED}]


def _aggregates(statement: Statement, relation: str, view: View) -> Iterator[str]:
    asked = {column.name for column in statement.tree.find_all(exp.Column)}
    entity = (view.decision.entity_key or "").lower()
    columns = [column for folded, column in view.shown.items() if folded != entity]
    keys = [column.name for column in columns if column.right.kind is RightKind.READ and column.type in {"string", "boolean"}]
    keys.sort(key=lambda name: name.lower() not in asked)
    numbers = [column.name for column in columns if column.type.startswith(_NUMBERS)]
    numbers.sort(key=lambda name: name.lower() not in asked)
    values = "".join(f", avg({name}) as {name}_average" for name in numbers[:1] if name.lower() in asked)
    for key in keys[:3]:
        yield f"select {key}, count(*) as rows_counted{values} from {relation} group by {key}"
    yield f"select count(*) as rows_counted from {relation}"
