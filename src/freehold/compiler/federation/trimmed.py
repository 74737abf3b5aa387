"""Cut what a fragment is FROM down to what it uses, so that a home's refusal is about what was asked and not about the rest."""

from __future__ import annotations

from sqlglot import exp

from freehold.compiler.federation.merged import is_plain


def trimmed(select: exp.Select) -> exp.Select:
    """Return `select` with fewer outputs in the query that it is FROM, or with that query's relations where they are plain columns.

    Only queries that join and choose rows are cut: what others give depends on all of their outputs.
    """
    held = select.args["from_"].this
    if not isinstance(held, exp.Subquery) or not is_plain(held.this):
        return select
    query, alias = held.this, held.alias_or_name
    inside = {id(node) for node in held.walk()}
    uses = [node for node in select.find_all(exp.Column) if node.table == alias and id(node) not in inside]
    names = {node.name for node in uses}
    outputs = [item for item in query.expressions if item.alias_or_name in names] or query.expressions[:1]
    query.set("expressions", outputs)
    call_alike(query, alias)
    if _is_open(select, held):
        _write_in(select, query, uses)
    return select


def call_alike(query: exp.Expr, alias: str) -> None:
    """Call the relations of a query that has no other inside by `alias`: so the parts of a UNION ALL read alike where they are."""
    if any(node is not query for node in query.find_all(exp.Query)):
        return
    places = [query.args["from_"], *(query.args.get("joins") or ())]
    names = {place.this.alias_or_name: f"{alias}_{at}" if at else alias for at, place in enumerate(places)}
    for place in places:
        name = exp.to_identifier(names[place.this.alias_or_name], quoted=True)
        place.this.set("alias", exp.TableAlias(this=name))
    for column in query.find_all(exp.Column):
        if column.table in names:
            column.set("table", exp.to_identifier(names[column.table], quoted=True))


def _is_open(select: exp.Select, held: exp.Subquery) -> bool:
    """Return whether the relations of a query in brackets may stand in place of it, with no other relation or query beside them."""
    alone = {id(node) for node in (select, held, held.this)}
    queries = any(id(node) not in alone for node in select.find_all(exp.Query))
    columns = all(isinstance(item.unalias(), exp.Column) for item in held.this.expressions)
    return columns and not queries and not select.args.get("joins")


def _write_in(select: exp.Select, query: exp.Expr, uses: list[exp.Column]) -> None:
    stands = {item.alias_or_name: item.unalias() for item in query.expressions}
    for use in uses:
        use.replace(stands[use.name].copy())
    select.set("from_", query.args["from_"])
    select.set("joins", query.args.get("joins"))
    where = query.args.get("where")
    if where is not None:
        select.where(exp.Paren(this=where.this), copy=False)
