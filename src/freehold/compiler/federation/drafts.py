"""Fragments as they are found: each is a query that the home would permit, as far as that can be told here, or it is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
from sqlglot import exp

from freehold.compiler.federation.names import Names
from freehold.compiler.parse import parse
from freehold.compiler.pipeline import attempt
from freehold.compiler.text import DIALECT
from freehold.compiler.view import View
from freehold.errors import QueryRefused
from freehold.model.federation import Fragment


class Refused(Exception):
    """A fragment that its home would not permit: what that home would say, and what it would have been asked."""

    def __init__(self, refusal: QueryRefused, region: str, products: tuple[str, ...]) -> None:
        """Keep the refusal of the home in `region`."""
        super().__init__(refusal.detail)
        self.refusal = refusal
        self.region = region
        self.products = products


class Drafts:
    """The fragments of one plan."""

    def __init__(self, names: Names, parameters: tuple[str, ...]) -> None:
        """Draft for a statement with `parameters`."""
        self._names = names
        self._parameters = parameters
        self._tried: dict[tuple[str, str], Fragment | Refused] = {}
        self._made: dict[tuple[str, str], Fragment] = {}
        self._certain: set[str] = set()

    @property
    def fragments(self) -> tuple[Fragment, ...]:
        """All fragments, each once however often it is used."""
        return tuple(
            msgspec.structs.replace(item, siblings=()) if item.name in self._certain else item for item in self._made.values()
        )

    def draft(self, select: exp.Expr, region: str) -> Fragment:
        """Return the fragment that asks the home in `region` for `select`, whose outputs all have names of their own.

        Raises:
            Refused: That home would not permit it.
        """
        sql = self._written(select)
        found = self._tried.get((region, sql))
        if found is None:
            found = self._tried[region, sql] = self._try(select, region, sql)
        if isinstance(found, Refused):
            raise found
        return found

    def _try(self, select: exp.Expr, region: str, sql: str) -> Fragment | Refused:
        views = tuple({view.product: view for view in self._names.views(select)}.values())
        try:
            plan = attempt(parse(sql, len(sql)), _by_reference(views))
        except QueryRefused as refusal:
            return Refused(refusal, region, tuple(view.product for view in views))
        return Fragment(
            name="",
            region=region,
            sql=sql,
            fields=plan.fields,
            columns=tuple(item.alias_or_name for item in select.selects) if isinstance(select, exp.Query) else (),
            parameters=plan.parameters,
            form=plan.form,
        )

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

    def _written(self, select: exp.Expr) -> str:
        copy = select.copy()
        for table in list(copy.find_all(exp.Table)):
            view = self._names.view(table)
            if view is not None:
                domain, name = (exp.to_identifier(part, quoted=True) for part in view.product.split(".", 1))
                table.replace(exp.Table(this=name, db=domain, alias=table.args.get("alias")))
        return DIALECT.generate(copy, copy=False, comments=False, identify=True)


def _relation(fragment: Fragment) -> exp.Table:
    return exp.Table(this=exp.to_identifier(fragment.name, quoted=True))


def _by_reference(views: Iterable[View]) -> Mapping[tuple[str | None, str], View]:
    keyed: dict[tuple[str | None, str], View] = {}
    for view in views:
        domain, name = view.product.split(".", 1)
        keyed[domain, name] = view
    return keyed
