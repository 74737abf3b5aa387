"""Fragments as they are found: each is a query that the home would permit, as far as that can be told here, or it is none.

Of fragments that differ in nothing but which product they read, one is checked: the check knows a product by what is shown of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec
from sqlglot import exp

from freehold.compiler.bind import bound_of
from freehold.compiler.federation.alike import reads_alike
from freehold.compiler.federation.block import Branch
from freehold.compiler.federation.carried import carried_types
from freehold.compiler.federation.names import Names
from freehold.compiler.parse import made_statement
from freehold.compiler.pipeline import permitted
from freehold.compiler.text import DIALECT
from freehold.compiler.view import View
from freehold.errors import QueryRefused, StatementUnsupported
from freehold.model.federation import Fragment


class Refused(Exception):
    """A fragment that its home would not permit: what that home would say, and what it would have been asked."""

    def __init__(self, refusal: QueryRefused, region: str, products: tuple[str, ...]) -> None:
        """Keep the refusal of the home in `region`."""
        super().__init__(refusal.detail)
        self.refusal = refusal
        self.region = region
        self.products = products


class _Shaped(msgspec.Struct, frozen=True):
    """The text of a query with numbers in place of its products, the views of these in that order, and the names of its outputs.

    `types` are those of outputs that an answer does not carry: see `model.federation.Fragment`. In the `query` itself, the product
    of each number is the relation `_relation_of`.
    """

    query: exp.Expr
    text: str
    views: tuple[View, ...]
    columns: tuple[str, ...]
    types: dict[str, str]


class Drafts:
    """The fragments of one plan."""

    def __init__(self, names: Names) -> None:
        """Draft for a statement whose names are known."""
        self._names = names
        self._tried: dict[tuple[str, str], Fragment | Refused] = {}
        self._made: dict[tuple[str, str], Fragment] = {}
        self._certain: set[str] = set()
        self._permitted: dict[str, list[tuple[tuple[View, ...], Fragment]]] = {}

    @property
    def fragments(self) -> tuple[Fragment, ...]:
        """All fragments, each once however often it is used."""
        return tuple(
            msgspec.structs.replace(item, siblings=()) if item.name in self._certain else item for item in self._made.values()
        )

    def draft(self, select: exp.Expr, region: str) -> Fragment:
        """Return the fragment that asks the home in `region` for `select`, which is used up and names each of its outputs.

        Raises:
            Refused: That home would not permit it.
            StatementUnsupported: An answer cannot carry what it gives.
        """
        return self._draft(self._shaped(select), region)

    def draft_parts(self, parts: Sequence[Branch], make: Callable[[Branch], exp.Select]) -> list[Fragment]:
        """Return the fragment that asks each home for what `make` makes of its part: made once for all that read alike.

        Raises:
            As `draft`.
        """
        made: list[tuple[exp.Expr, tuple[View, ...], _Shaped]] = []
        drafts: list[Fragment] = []
        for part in parts:
            read = self._views(part.query)
            shaped = self._made_alike(part.query, read, made)
            if shaped is None:
                shaped = self._shaped(make(part))
                made.append((part.query, read, shaped))
            drafts.append(self._draft(shaped, part.region))
        return drafts

    def _made_alike(
        self, query: exp.Expr, read: tuple[View, ...], made: list[tuple[exp.Expr, tuple[View, ...], _Shaped]]
    ) -> _Shaped | None:
        """Return what was made of a part that reads as `query` does, over the products of this one; None where none was."""
        for other, others, like in made[:_COMPARED]:
            stands = {one.product: view for one, view in zip(others, read, strict=False)}
            products = {product: view.product for product, view in stands.items()}
            if len(others) == len(read) and reads_alike(other, query, lambda a, b: self._stands(a, b, products)):  # noqa: B023
                return msgspec.structs.replace(like, views=tuple(stands[view.product] for view in like.views))
        return None

    def _stands(self, one: exp.Table, other: exp.Table, products: Mapping[str, str]) -> bool:
        """Return whether two tables are the products that stand for each other, or neither is one and both have the same name."""
        view, like = self._names.view(one), self._names.view(other)
        if view is None or like is None:
            return view is like and one.this == other.this
        return products[view.product] == like.product

    def _shaped(self, select: exp.Expr) -> _Shaped:
        types = carried_types(select, self._names.view)
        views = self._views(select)
        columns = tuple(item.alias_or_name for item in select.selects) if isinstance(select, exp.Query) else ()
        return _Shaped(select, self._shape(select, views), views, columns, types)

    def _draft(self, shaped: _Shaped, region: str) -> Fragment:
        sql = _filled(shaped.text, shaped.views)
        found = self._tried.get((region, sql))
        if found is None:
            found = self._like(shaped, region, sql) or _tried(shaped, region, sql)
            self._tried[region, sql] = found
        if isinstance(found, Refused):
            raise found
        self._permitted.setdefault(shaped.text, []).append((shaped.views, found))
        return found

    def _like(self, shaped: _Shaped, region: str, sql: str) -> Fragment | None:
        """Return the fragment, where one of the same shape over products that are shown alike was found to be permitted."""
        for others, found in self._permitted.get(shaped.text, ()):
            if all(map(_is_shown_alike, others, shaped.views)):
                renamed = {other.product: view.product for other, view in zip(others, shaped.views, strict=True)}
                fields = {renamed[product]: columns for product, columns in found.fields.items()}
                return msgspec.structs.replace(found, region=region, sql=sql, fields=fields)
        return None

    def keep(self, fragment: Fragment) -> exp.Table:
        """Take a draft into the plan, as what everything else rests on, and return the relation that its answer becomes."""
        kept = self._keep(fragment)
        self._certain.add(kept.name)
        return _relation(kept)

    def keep_beside(self, fragments: Iterable[Fragment]) -> list[exp.Table]:
        """Take drafts of the same columns into the plan that stand beside each other in a `UNION ALL`."""
        kept = [self._keep(fragment) for fragment in fragments]
        names = tuple(dict.fromkeys(item.name for item in kept))
        for item in kept:
            others = tuple(name for name in names if name != item.name)
            held = self._made[item.region, item.sql]
            self._made[item.region, item.sql] = msgspec.structs.replace(held, siblings=others)
        return [_relation(item) for item in kept]

    def _keep(self, fragment: Fragment) -> Fragment:
        key = (fragment.region, fragment.sql)
        if key not in self._made:
            self._made[key] = msgspec.structs.replace(fragment, name=f"__f{len(self._made)}")
        return self._made[key]

    def _views(self, query: exp.Expr) -> tuple[View, ...]:
        """Return the view of each product that a query reads, once each."""
        return tuple({view.product: view for view in self._names.views(query)}.values())

    def _shape(self, query: exp.Expr, views: tuple[View, ...]) -> str:
        """Return the text of a query with numbers in place of its products; in the query itself, each becomes its `_relation_of`.

        Raises:
            StatementUnsupported: A text in it could be mistaken for such a number.
        """
        places = {view.product: at for at, view in enumerate(views)}
        found = [(table, view) for table in query.find_all(exp.Table) if (view := self._names.view(table)) is not None]
        for table, view in found:
            table.set("this", exp.to_identifier(str(places[view.product]), quoted=True))
            table.set("db", exp.to_identifier(_PRODUCT, quoted=True))
        shape = DIALECT.generate(query, comments=False, identify=True)  # of a copy: writing a tree takes parts of it elsewhere
        if shape.count(_PRODUCT) != len(found):
            raise StatementUnsupported(f"`{_PRODUCT}` is a reserved word", remedy="write it otherwise")
        for table, view in found:
            table.set("this", exp.to_identifier(_relation_of(places[view.product]), quoted=True))
            table.set("db", None)
        return shape


def _tried(shaped: _Shaped, region: str, sql: str) -> Fragment | Refused:
    """Return the fragment that asks for a query, judged as its home will judge it once it has read the text."""
    relations = {_relation_of(at): view for at, view in enumerate(shaped.views)}
    statement = made_statement(sql, shaped.query)
    try:
        asked = permitted(bound_of(statement, shaped.query, relations))
    except QueryRefused as refusal:
        return Refused(refusal, region, tuple(view.product for view in shaped.views))
    return Fragment(
        name="",
        region=region,
        sql=sql,
        fields=asked.fields,
        columns=shaped.columns,
        parameters=statement.parameters,
        form=asked.form,
        types=shaped.types,
    )


_PRODUCT = "__product"
_COMPARED = 8
"""With how many parts that read otherwise one is compared."""


def _relation_of(number: int) -> str:
    return f"__r{number}"


def _filled(shape: str, views: tuple[View, ...]) -> str:
    """Return the text of a query of this shape over the products of `views`."""
    parts = shape.split(f'"{_PRODUCT}".')
    filled = [parts[0]]
    for part in parts[1:]:
        _, number, rest = part.split('"', 2)
        domain, name = views[int(number)].product.split(".", 1)
        filled.append(f'"{domain}"."{name}"{rest}')
    return "".join(filled)


def _is_shown_alike(one: View, other: View) -> bool:
    """Return whether two products are the same to the check of a query that reads them: all that it asks of a view but its name."""
    return one is other or (
        one.entity_rows == other.entity_rows
        and one.raw_types == other.raw_types
        and all(getattr(one.decision, name) == getattr(other.decision, name) for name in _CHECKED)
    )


_CHECKED = (
    "form",
    "columns",
    "withheld",
    "row_filters",
    "min_group",
    "max_share",
    "disclosure",
    "entity_key",
    "owner_access",
)


def _relation(fragment: Fragment) -> exp.Table:
    return exp.Table(this=exp.to_identifier(fragment.name, quoted=True))
