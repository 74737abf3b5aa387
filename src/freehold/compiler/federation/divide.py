"""Divide a question over several homes: what crosses is the answer to a query that its home judges (law 4), the rest is done here.

What is all at home in one region is asked there as it stands. Elsewhere aggregates are preferred to rows; rows are cut down to the
columns and conditions that are used. No key list, filter or sample of one home's rows is ever sent to another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from sqlglot import exp

from freehold.compiler.bind import Bound, Stars, bind
from freehold.compiler.faults import written_around
from freehold.compiler.federation.additive import is_additive
from freehold.compiler.federation.block import Block, Branch, Group, is_modified
from freehold.compiler.federation.drafts import Drafts, Refused
from freehold.compiler.federation.keyed import Sent, Views, keyed
from freehold.compiler.federation.merged import merged
from freehold.compiler.federation.names import Names
from freehold.compiler.federation.partial import Split, splits
from freehold.compiler.federation.rows import named, output_names, rows, source
from freehold.compiler.federation.top import top_of
from freehold.compiler.federation.trimmed import trimmed
from freehold.compiler.federation.written_out import written_out
from freehold.compiler.growth import may_grow
from freehold.compiler.nodes import Nodes
from freehold.compiler.parse import Statement, parse
from freehold.compiler.passes.output_names import restore_names
from freehold.compiler.pipeline import output_labels, with_narrow_stars
from freehold.compiler.text import DIALECT, forget_places
from freehold.compiler.view import View
from freehold.digest import digest
from freehold.errors import QueryRefused, QueryTooComplex, StatementUnsupported
from freehold.model.federation import FederatedPlan, Fragment


def divide(
    statement: Statement,
    views: Mapping[tuple[str | None, str], View],
    homes: Mapping[str, str],
    types: Mapping[str, str] | None = None,
) -> FederatedPlan:
    """Return the plan of `statement` over `views` (one for each reference), whose products are at home in the regions of `homes`.

    `types` are the declared types of parameters: they are sent on as text, and are given their types again where they arrive.

    Raises:
        Refused: No home would permit what is needed of it; with the refusal of the last way that was tried.
        QueryRefused: The statement cannot be bound.
        QueryTooComplex: It nests too deeply or grows too large.
    """
    try:
        return _divided(statement, views, homes, types or {}, Stars.ALL)
    except Refused:
        again = with_narrow_stars(statement, views)
        if again is None:
            raise
        try:
            return _divided(again, views, homes, types or {}, Stars.ROWS)
        except (Refused, QueryRefused):
            pass
        raise
    except RecursionError:
        raise QueryTooComplex("the query is too deeply nested", remedy="split it with WITH") from None


def divide_by_keys(
    statement: Statement, views: Views, homes: Mapping[str, str], types: Mapping[str, str] | None, sent: Sent
) -> FederatedPlan | None:
    """Return the plan of `statement`, which cannot be divided otherwise, as a join by keyed digests; None where it is no such join.

    Its arguments are those of `divide`, but that `views` show what may be compared; `sent` as in `keyed`.

    Raises:
        As `keyed`.
    """

    def read() -> Statement:
        again = parse(statement.text, len(statement.text))
        _type_parameters(again, types or {})
        return again

    return keyed(read, views, homes, sent)


def _divided(
    statement: Statement,
    views: Mapping[tuple[str | None, str], View],
    homes: Mapping[str, str],
    types: Mapping[str, str],
    stars: Stars,
) -> FederatedPlan:
    _type_parameters(statement, types)
    return _Division(bind(statement, views, stars), homes).plan()


class _Division:
    """One statement on its way to a plan; its tree becomes the query over the fragments' answers."""

    def __init__(self, bound: Bound, homes: Mapping[str, str]) -> None:
        forget_places(bound.nodes.all)
        self._labels = output_labels(bound)
        regions = {name: homes[view.product] for name, view in bound.relations.items()}
        self._tree = merged(written_out(bound.tree), lambda query: _is_spread(query, regions))
        self._names = Names(self._tree, bound.relations, homes)
        self._drafts = Drafts(self._names)
        self._groups = 0

    def plan(self) -> FederatedPlan:
        """Return the plan."""
        self._query(self._tree)
        tree = restore_names(self._tree, self._labels)
        fragments = self._drafts.fragments
        known = {fragment.name for fragment in fragments}
        if any(table.name not in known for table in tree.find_all(exp.Table)):
            raise StatementUnsupported("this cannot be asked of several regions at once", remedy="ask each region by itself")
        sql = DIALECT.generate(written_around(tree), copy=False, comments=False, identify=True)
        return FederatedPlan(
            sql=sql,
            isolated=may_grow(Nodes(tree.dfs())),
            fragments=fragments,
            digest=digest([sql, [[item.name, item.region, item.sql] for item in fragments]]),
            parameters=tuple(dict.fromkeys(node.name for node in tree.find_all(exp.Placeholder))),
        )

    def _query(self, query: exp.Expr) -> None:
        """Take apart one query where it stands."""
        if isinstance(query, exp.Subquery):
            self._query(query.this)
        elif self._is_whole(query):
            self._whole(query)
        elif isinstance(query, exp.SetOperation):
            self._sides(query)
        elif isinstance(query, exp.Select) and self._names.homes(query):
            self._block(query)

    def _is_whole(self, query: exp.Expr) -> bool:
        """Return whether one home can be asked for a query as it stands."""
        return query is not self._tree and len(self._names.homes(query)) == 1 and self._names.is_closed(query)

    def _sides(self, query: exp.SetOperation) -> None:
        """Take apart a set operation: what a UNION is of stands beside each other, and has a meaning without one of them."""
        sides = list(_sides_of(query)) if isinstance(query, exp.Union) else [query.this, query.expression]
        beside = [side for side in sides if isinstance(query, exp.Union) and self._is_whole(side)]
        asked = [self._asked(side) for side in beside]
        relations = self._kept(query, [fragment for fragment, _ in asked])
        for side, relation, (_, outputs) in zip(beside, relations, asked, strict=True):
            side.replace(exp.Select(expressions=outputs, from_=exp.From(this=relation)))
        for side in sides:
            if all(side is not other for other in beside):
                self._query(side)

    def _whole(self, query: exp.Expr) -> None:
        """Ask the one home of a query for all of it."""
        fragment, outputs = self._asked(query)
        relation = self._drafts.keep(fragment)
        query.replace(exp.Select(expressions=outputs, from_=exp.From(this=relation)))

    def _asked(self, query: exp.Expr) -> tuple[Fragment, list[exp.Expr]]:
        """Return the draft that asks the one home of a query for all of it, and the query's outputs once it is received."""
        given = _outermost(query).expressions
        names = [item.alias_or_name for item in given]
        copy, sent = query.copy(), names
        if len(set(names)) < len(names):
            copy, sent = _renamed(copy)
        (region,) = self._names.homes(query)
        outputs = [named(_received(item, inner), name) for item, inner, name in zip(given, sent, names, strict=True)]
        return self._drafts.draft(copy, region), [*outputs]

    def _block(self, select: exp.Select) -> None:
        """Take apart one SELECT: in aggregates where its homes permit and that is possible, else in rows."""
        block = Block(select, self._names)
        installed, refused = self._aggregated(block) if block.units else (True, None)  # without FROM, only queries are inside
        if not installed:
            try:
                self._in_rows(block, block.groups())
            except Refused as rows_refused:
                raise refused or rows_refused from None
        for node in _nested(select):
            self._query(node)

    def _aggregated(self, block: Block) -> tuple[bool, Refused | None]:
        """Install the first way to split the block's aggregates that its homes permit; return whether there is one.

        Where there is none, return as well why its aggregates were refused first: that tells more than that no rows are given.
        """
        alias, first = f"__p{self._groups}", None
        for split in splits(block, alias):
            try:
                parts = self._drafts.draft_parts(split.group.parts, partial(_partial, split))
            except Refused as refused:
                first = first or refused
                continue
            try:
                self._draft_rows(block, [group for group in block.groups() if group.aliases != split.group.aliases])
            except Refused:
                continue
            self._groups += 1
            self._install(block, split, parts)
            return True, None
        return False, first

    def _install(self, block: Block, split: Split, parts: list[Fragment]) -> None:
        others = [group for group in block.groups() if group.aliases != split.group.aliases]
        kept = self._rows_of(block, others)
        is_union = bool(split.group.units[0].branches)
        relation = self._beside(split.group, parts, split.alias) if is_union else self._aliased(parts[0], split.alias)
        _write_split(block, split)
        self._rebuild(block, [relation, *kept], [*others, split.group])

    def _in_rows(self, block: Block, groups: tuple[Group, ...]) -> None:
        if block.is_inner:
            kept = self._rows_of(block, groups)
            self._rebuild(block, kept, groups)
            return
        for group in groups:
            (relation,) = self._rows_of(block, [group])
            group.units[0].node.replace(relation)
            for condition in group.conditions:
                condition.node.replace(exp.Boolean(this=True))  # it holds of all that comes

    def _draft_rows(self, block: Block, groups: Iterable[Group]) -> dict[frozenset[str], list[Fragment]]:
        """Return the drafts of the rows of each group.

        Raises:
            Refused: A home would not permit them.
        """
        drafts: dict[frozenset[str], list[Fragment]] = {}
        top = top_of(block)
        for group in groups:
            outputs = output_names(group, block.needed(group))
            drafts[group.aliases] = self._drafts.draft_parts(group.parts, partial(rows, group, outputs=outputs, top=top))
        return drafts

    def _rows_of(self, block: Block, groups: Iterable[Group]) -> list[exp.Expr]:
        """Take the rows of each group into the plan; what used columns of a group uses those of its answer from now on."""
        groups = tuple(groups)
        drafts = self._draft_rows(block, groups)
        kept: list[exp.Expr] = []
        for group in groups:
            parts = drafts[group.aliases]
            if len(group.units) == 1:
                alias = group.units[0].alias
            else:
                alias = f"__p{self._groups}"
                self._groups += 1
                needed = block.needed(group)
                outputs = output_names(group, needed)
                for use in needed:
                    use.set("this", exp.to_identifier(outputs[use.table, use.name], quoted=True))
                    use.set("table", exp.to_identifier(alias, quoted=True))
            kept.append(self._beside(group, parts, alias) if group.units[0].branches else self._aliased(parts[0], alias))
        return kept

    def _aliased(self, fragment: Fragment, alias: str) -> exp.Expr:
        relation = self._drafts.keep(fragment)
        relation.set("alias", exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
        return relation

    def _kept(self, place: exp.Expr, fragments: list[Fragment]) -> list[exp.Table]:
        """Take the fragments of a UNION into the plan; only where it adds to the whole has this a meaning without one of them."""
        return self._drafts.keep_beside(fragments) if is_additive(place) else [self._drafts.keep(item) for item in fragments]

    def _beside(self, group: Group, fragments: list[Fragment], alias: str) -> exp.Expr:
        """Return what the fragments of a UNION ALL are together."""
        whole: exp.Expr | None = None
        for relation in self._kept(group.units[0].node, fragments):
            part = exp.Select(expressions=[exp.Star()], from_=exp.From(this=relation))
            whole = part if whole is None else exp.Union(this=whole, expression=part, distinct=False)
        return exp.Subquery(this=whole, alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))

    def _rebuild(self, block: Block, relations: list[exp.Expr], groups: Iterable[Group]) -> None:
        """Put the answers in place of what they answer; what still has to hold among them is said in WHERE."""
        asked = {id(condition.node) for group in groups for condition in group.conditions}
        answered = frozenset(alias for group in groups for alias in group.aliases)
        relations = [*relations, *(unit.node for unit in block.units if unit.alias not in answered)]
        left = [condition.node for condition in block.conditions if id(condition.node) not in asked]
        select = block.select
        select.set("from_", exp.From(this=relations[0]))
        select.set("joins", [exp.Join(this=relation, kind="CROSS") for relation in relations[1:]])
        where = _together(left)
        select.set("where", exp.Where(this=where) if where is not None else None)


_TYPED = {"date": "DATE", "timestamp": "TIMESTAMP", "time": "TIME"}


def _type_parameters(statement: Statement, types: Mapping[str, str]) -> None:
    """Write the type of each parameter that has one which JSON has not."""
    for node in statement.nodes.of(exp.Placeholder):
        declared = types.get(node.name, "")
        sql = _TYPED.get(declared) or (declared.upper() if declared.startswith("decimal") else None)
        if sql is not None:
            node.replace(exp.Cast(this=node.copy(), to=exp.DataType.build(sql, dialect=DIALECT)))


def _is_spread(query: exp.Expr, homes: Mapping[str, str]) -> bool:
    """Return whether a query reads relations of several homes; `homes` are by the relation's session name."""
    return len({homes[table.name] for table in query.find_all(exp.Table) if table.name in homes}) > 1


def _partial(split: Split, part: Branch) -> exp.Select:
    """Return the SELECT of one home's part of split aggregates."""
    select = source(split.group, part)
    outputs = [*split.keys.items(), *split.values.items()]
    select.set("expressions", [named(node.copy(), name) for name, node in outputs])
    if split.keys:
        select.set("group", exp.Group(expressions=[node.copy() for node in split.keys.values()]))
    return trimmed(select)


def _write_split(block: Block, split: Split) -> None:
    """Write, in the SELECT itself, what stands for its aggregates, its whole keys and the columns of the group."""
    inside = {id(node) for condition in split.group.conditions for node in condition.node.walk()}
    select = block.select
    clauses = [*select.expressions, *(select.args.get(name) for name in ("group", "having", "order", "qualify"))]
    for clause in clauses:
        if clause is not None:
            _write(clause, split)
    for use in block.needed(split.group):
        stands = split.columns.get((use.table, use.name))
        if stands is not None and id(use) not in inside:
            use.set("this", stands.this.copy())
            use.set("table", exp.to_identifier(split.alias, quoted=True))


def _write(node: exp.Expr, split: Split) -> None:
    target = node.this if isinstance(node, exp.Filter) else node
    final = split.final.get(id(target))
    if final is not None:
        node.replace(final.copy())
        return
    written = split.written.get(node)
    if written is not None:
        node.replace(written.copy())
        return
    for child in list(node.iter_expressions()):
        if not isinstance(child, exp.Query):
            _write(child, split)


def _nested(select: exp.Select) -> list[exp.Expr]:
    """Return the queries inside a SELECT that are in no other one of them."""
    return [
        node
        for node in select.walk(prune=lambda node: node is not select and isinstance(node, exp.Query))
        if node is not select and isinstance(node, exp.Query)
    ]


def _received(item: exp.Expr, name: str) -> exp.Expr:
    """Return an output of a query as it is once received: an answer cannot carry that a NULL has no type yet."""
    return exp.Null() if isinstance(item.unalias(), exp.Null) else exp.column(exp.to_identifier(name, quoted=True))


def _renamed(query: exp.Expr) -> tuple[exp.Expr, list[str]]:
    """Return a query whose outputs are called by their place, and these names.

    Raises:
        StatementUnsupported: It is ordered by a name that two of them have.
    """
    outermost = _outermost(query)
    known = [item.alias_or_name for item in outermost.expressions]
    names = [f"c{at}" for at, _ in enumerate(known)]
    for order in {id(node): node for node in (query.args.get("order"), outermost.args.get("order")) if node}.values():
        for use in [item for item in order.find_all(exp.Column) if not item.table and item.name in known]:
            if known.count(use.name) > 1:
                raise StatementUnsupported("two columns of one query have the same name", remedy="give each a name of its own")
            use.set("this", exp.to_identifier(names[known.index(use.name)], quoted=True))
    outputs = [named(item.unalias(), name) for item, name in zip(outermost.expressions, names, strict=True)]
    outermost.set("expressions", outputs)
    return query, names


def _sides_of(query: exp.Expr) -> Iterator[exp.Expr]:
    """Yield what a chain of UNION is of."""
    for side in (query.this, query.expression):
        inner = side.this if isinstance(side, exp.Subquery) and not is_modified(side) else side
        if isinstance(inner, exp.Union) and not is_modified(inner):
            yield from _sides_of(inner)
        else:
            yield inner


def _outermost(query: exp.Expr) -> exp.Select:
    while not isinstance(query, exp.Select):
        query = query.this
    return query


def _together(nodes: list[exp.Expr]) -> exp.Expr | None:
    """Return the condition that all these nodes hold: the nodes themselves, since what is known of them goes by what they are."""
    whole: exp.Expr | None = None
    for node in nodes:
        part = exp.Paren(this=node) if isinstance(node, exp.Or) else node
        whole = part if whole is None else exp.And(this=whole, expression=part)
    return whole
