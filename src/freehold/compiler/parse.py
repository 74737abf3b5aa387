"""Read one statement: text → a tree made only of what the allow-lists name, with the products that it refers to (law 2)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError

from freehold.compiler import allowed, late_errors
from freehold.compiler.label import label_of
from freehold.compiler.nodes import Nodes
from freehold.compiler.size import check_shape
from freehold.compiler.text import PARSERS, place_of, position, start_of, tokenize
from freehold.compiler.view import RESERVED
from freehold.errors import (
    FunctionUnsupported,
    QueryRefused,
    QueryTooComplex,
    QueryUnreadable,
    RelationUnsupported,
    StatementUnsupported,
)

logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

_QUOTED = frozenset({exp.Identifier, exp.Literal})
"""What is written anew within quotes, or is a number that the tokenizer read."""

_ALLOWED = allowed.STRUCTURE | allowed.FUNCTIONS | {exp.Anonymous}
_LISTED = (exp.Predicate, exp.Values, exp.Group, exp.Rollup, exp.Cube, exp.GroupingSets, exp.Distinct, exp.Window, exp.Tuple)
"""Where several values may stand in brackets."""


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """A relation that the statement names and does not define: `domain` is None where the name stands alone; names are folded.

    It is first named at offset `start` of `text`, or at None.
    """

    domain: str | None
    name: str
    text: str
    start: int | None = None

    @property
    def position(self) -> dict[str, int] | None:
        """Where it is first named."""
        return position(self.text, self.start) if self.start is not None else None


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A parsed statement, folded to lower case: its tree is changed by binding it, so a statement is enforced once.

    `nodes` are what the caller wrote, breadth first; `labels` gives back the caller's own case of each name; `aliases` are the
    names that the caller gave, `reused` the columns that may stand for what such a name is given to.
    """

    text: str
    tree: Any
    nodes: Nodes
    references: tuple[Reference, ...]
    parameters: tuple[str, ...]
    labels: dict[str, str]
    aliases: frozenset[str]
    reused: tuple[Any, ...]


def parse(text: str, longest: int = 100_000) -> Statement:
    """Return the one statement in `text`.

    Raises:
        QueryTooComplex, QueryUnreadable: The text cannot be read.
        StatementUnsupported, FunctionUnsupported, RelationUnsupported: It holds something outside the allow-lists.
    """
    try:
        tree = _tree(text, longest)
        nodes = Nodes(tree.bfs())
        if _ask_for_nothing(nodes):
            nodes = Nodes(tree.bfs())
        check_shape(text, nodes)
        check_allowed(text, nodes)
        added = _name_outputs(tree)
        labels = _fold(text, [*(item.args["alias"] for item in added), *nodes.of(exp.Identifier)])
        aliases = frozenset(item.alias for item in (*added, *nodes.of(exp.Alias)))
        return Statement(
            text=text,
            tree=tree,
            nodes=nodes,
            references=_references(text, nodes),
            parameters=tuple(dict.fromkeys(node.name for node in nodes.of(exp.Placeholder))),
            labels=labels,
            aliases=aliases,
            reused=tuple(node for node in nodes.of(exp.Column) if node.name in aliases and not node.args.get("table")),
        )
    except RecursionError:
        raise QueryTooComplex("the query is too deeply nested", remedy="split it with WITH") from None


def made_statement(text: str, tree: exp.Expr) -> Statement:
    """Return the statement of a tree that was made of one which was read and bound: its names are folded, its outputs named."""
    nodes = Nodes(tree.bfs())
    return Statement(
        text=text,
        tree=tree,
        nodes=nodes,
        references=(),
        parameters=tuple(dict.fromkeys(node.name for node in nodes.of(exp.Placeholder))),
        labels={},
        aliases=frozenset(),
        reused=(),
    )


_SHAPED = ("distinct", "group", "having", "qualify", "order")


def _ask_for_nothing(nodes: Nodes) -> bool:
    """Write 1 for a bare `*` in EXISTS, which asks for no column's value; return whether there was one."""
    found = False
    for node in nodes.of(exp.Exists):
        select = node.this
        if type(select) is not exp.Select or len(select.expressions) != 1 or any(select.args.get(name) for name in _SHAPED):
            continue
        star = select.expressions[0]
        if type(star) is exp.Star and not any(star.args.values()):
            select.set("expressions", [exp.Literal.number(1)])
            found = True
    return found


_STUMBLES = (TypeError, ValueError, AttributeError, LookupError)
"""What the parser raises by mistake, on an arrow without a right side for instance."""


def _tree(text: str, longest: int) -> exp.Expr:
    tokens = tokenize(text, longest)
    try:
        with PARSERS.lent() as parser:
            trees = parser.parse(tokens, text)
    except ParseError as error:
        raise _unreadable(error) from None
    except (SqlglotError, *_STUMBLES):
        raise QueryUnreadable("the query is not SQL that can be read", remedy="check that each operator has both sides") from None
    statements = [tree for tree in trees if tree is not None]
    if not statements:
        raise QueryUnreadable("the query is empty", remedy="write a SELECT")
    if len(statements) > 1:
        raise StatementUnsupported("more than one statement was sent", remedy="send one SELECT at a time")
    if not isinstance(statements[0], tuple(allowed.QUERIES)):
        raise StatementUnsupported("only SELECT may be asked", remedy="write the question as one SELECT")
    return statements[0]


def _unreadable(error: ParseError) -> QueryUnreadable:
    found: dict[str, Any] = next(iter(error.errors), {})
    start = len(str(found.get("start_context") or ""))
    word = str(found.get("highlight") or "")
    place = {"line": found["line"], "column": max(1, int(found["col"]) - len(word) + 1)} if found.get("line") else None
    detail = f"the query cannot be read at `{word}`" if word else "the query ends too early or cannot be read"
    return QueryUnreadable(detail, remedy="check the SQL near that place", position=place if start or place else None)


def check_allowed(text: str, nodes: Nodes) -> None:
    """Refuse whatever of `nodes` the allow-lists do not name.

    Raises:
        StatementUnsupported, FunctionUnsupported, RelationUnsupported: With the place in `text`.
    """
    for kind, found in nodes.kinds.items():
        if kind not in _ALLOWED:
            raise _refuse_node(text, found[0])
        if kind not in _QUOTED:
            _check_arguments(text, found, allowed.ARGUMENTS.get(kind))
        check = _CHECKS.get(kind)
        if check is not None:
            for node in found:
                check(text, node)


def _check_named(text: str, node: exp.Expr) -> None:
    name = node.name.lower()
    if name not in allowed.NAMED:
        raise _refuse_function(text, node, node.name)
    late_errors.check_named(text, node)


def _refuse_function(text: str, node: exp.Expr, name: str) -> FunctionUnsupported:
    return FunctionUnsupported(
        f"the function `{name.lower()}` is not on the allow-list",
        remedy="docs/sql.md lists the functions that may be used",
        position=place_of(text, node),
        function=name.lower(),
    )


def _refuse_node(text: str, node: exp.Expr) -> QueryRefused:
    if isinstance(node, exp.Func):
        return _refuse_function(text, node, node.sql_name())
    words = " ".join(_split_words(type(node).__name__)).upper()
    return StatementUnsupported(
        f"`{words}` may not be used", remedy="docs/sql.md lists what a query may be made of", position=place_of(text, node)
    )


def _split_words(name: str) -> list[str]:
    out: list[str] = []
    for letter in name:
        if letter.isupper() or not out:
            out.append(letter)
        else:
            out[-1] += letter
    return out


def _check_arguments(text: str, found: Iterable[exp.Expr], names: frozenset[str] | None) -> None:
    """Hold nodes of one kind to the arguments `names`, where these are given, and to words.

    Other text would be written anew as it stands, between the words of the regenerated SQL: it could be SQL itself.
    """
    for node in found:
        for name, value in node.args.items():
            if type(value) is str and not _is_word(value):
                raise StatementUnsupported(
                    f"`{value[:40]}` may not stand here",
                    remedy="write a unit, a type's size or a function's name as a plain word or number, without quotes",
                    position=place_of(text, node),
                )
            if value and names is not None and name not in names:
                raise StatementUnsupported(
                    f"`{name.strip('_').replace('_', ' ').upper()}` may not be used here",
                    remedy="docs/sql.md lists what a query may be made of",
                    position=place_of(text, node),
                )


def _is_word(text: str) -> bool:
    return text.isascii() and all(part.isidentifier() or part.isdecimal() or not part for part in text.split(" "))


def _check_table(text: str, node: exp.Expr) -> None:
    if not isinstance(node.this, exp.Identifier):
        raise RelationUnsupported(
            "a table function may not be read", remedy="name a data product (`domain.product`)", position=place_of(text, node)
        )


def _check_type(text: str, node: exp.Expr) -> None:
    if node.this not in allowed.TYPES or node.args.get("nested"):
        raise StatementUnsupported(f"the type `{node.sql(dialect='duckdb')[:40]}` may not be used", position=place_of(text, node))


def _check_tuple(text: str, node: exp.Expr) -> None:
    if not isinstance(node.parent, _LISTED):
        raise StatementUnsupported("a row is no value", remedy="select its parts by themselves", position=place_of(text, node))


def _check_parameter(_: str, node: exp.Expr) -> None:
    if not isinstance(node.this, str):
        raise StatementUnsupported("a parameter needs a name", remedy="write `$name` and send its value beside the query")


def _check_join(text: str, node: exp.Expr) -> None:
    assert isinstance(node, exp.Join)  # noqa: S101  (the table below says so)
    if node.side not in allowed.JOIN_SIDES or node.kind not in allowed.JOIN_KINDS or node.method not in allowed.JOIN_METHODS:
        raise StatementUnsupported(
            f"a `{' '.join(filter(None, (node.method, node.side, node.kind)))} JOIN` may not be used",
            remedy="use INNER, LEFT, RIGHT, FULL, CROSS, SEMI or ANTI with ON or USING",
            position=place_of(text, node),
        )


_CHECKS: dict[type[exp.Expr], Callable[[str, exp.Expr], None]] = {
    exp.Anonymous: _check_named,
    exp.Table: _check_table,
    exp.Join: _check_join,
    exp.DataType: _check_type,
    exp.Tuple: _check_tuple,
    exp.Placeholder: _check_parameter,
    **late_errors.CHECKS,
}
"""What is looked at more closely."""


def _outermost(tree: exp.Expr) -> exp.Expr:
    """Return the SELECT that names the output: a set operation takes its names from its first branch."""
    while not isinstance(tree, exp.Select):
        tree = tree.this
        if not isinstance(tree, exp.Query):
            return exp.Select()
    return tree


def _name_outputs(tree: exp.Expr) -> list[exp.Alias]:
    """Give each nameless output the name that the engine alone would give it, before anything is rewritten; return what is new."""
    outermost = _outermost(tree)
    named = [item if _has_name(item) else _named(item) for item in outermost.expressions]
    added = [after for before, after in zip(outermost.expressions, named, strict=True) if before is not after]
    if added:
        outermost.set("expressions", named)
    return added


def _named(item: exp.Expr) -> exp.Alias:
    return exp.Alias(this=item, alias=exp.Identifier(this=label_of(item), quoted=True))


def _has_name(item: exp.Expr) -> bool:
    return isinstance(item, exp.Alias | exp.Column | exp.Star)


def _fold(text: str, names: Iterable[exp.Expr]) -> dict[str, str]:
    """Fold every name to lower case; return how each was written, where it was given rather than where it was used."""
    written: dict[str, str] = {}
    given: dict[str, str] = {}
    for node in names:
        args = node.args
        name: str = args["this"]
        if name.startswith(RESERVED):
            raise RelationUnsupported(
                "names that begin with two underscores are reserved", remedy="choose another name", position=place_of(text, node)
            )
        folded = name.lower()
        labels = given if node.arg_key in _GIVEN else written
        if folded not in labels:
            labels[folded] = name
        args["this"], args["quoted"] = folded, True
    return {**written, **given}


_GIVEN = frozenset({"alias", "columns"})


def _references(text: str, nodes: Nodes) -> tuple[Reference, ...]:
    defined = {node.alias for node in nodes.of(exp.CTE)}
    found: dict[tuple[str | None, str], Reference] = {}
    for table in nodes.of(exp.Table):
        domain, name = table.db or None, table.name
        if (domain, name) not in found and (domain is not None or name not in defined):
            found[domain, name] = Reference(domain=domain, name=name, text=text, start=start_of(text, table.this))
    return tuple(found.values())


__all__ = ["Reference", "Statement", "check_allowed", "made_statement", "parse", "position"]
