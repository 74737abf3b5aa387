"""A question over products of several homes, divided: what each home is asked, and what is made of all answers where it came in."""

from __future__ import annotations

import msgspec

from freehold.model.policy import Form
from freehold.model.query import EnforcedPlan, JoinKey


class Fragment(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a plan for one node: a query of its own, which the home in `region` judges like any other of the same caller.

    `name` is the relation that its answer becomes, `columns` are that relation's, and `fields` the columns asked of each product
    there; `form` is what the home is expected to let out. `siblings` are the fragments beside it in a `UNION ALL`, of the same
    columns, where what is left of the question has a meaning without this one. `keys` are the columns that come as keyed digests.
    `types` are those of columns whose type an answer does not carry: `decimal` (of any size) or `uuid`.
    """

    name: str
    region: str
    sql: str
    fields: dict[str, tuple[str, ...]]
    columns: tuple[str, ...]
    parameters: tuple[str, ...] = ()
    form: Form = Form.ROWS
    siblings: tuple[str, ...] = ()
    keys: tuple[JoinKey, ...] = ()
    types: dict[str, str] = {}

    @property
    def products(self) -> tuple[str, ...]:
        """The products that it reads."""
        return tuple(self.fields)


class FederatedPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Fragments, and the `sql` over their answers. Made by `compiler.federation` alone: `sql` is regenerated from the checked tree.

    `digest` is that of the whole plan, `parameters` are those that `sql` itself uses; `isolated` as in `model.query.EnforcedPlan`.
    `guard` is set where the answers are joined by keyed digests: the plan as one home would run it, of which `sql` is that.
    """

    sql: str
    fragments: tuple[Fragment, ...]
    digest: str
    parameters: tuple[str, ...] = ()
    isolated: bool = False
    guard: EnforcedPlan | None = None

    @property
    def fields(self) -> dict[str, tuple[str, ...]]:
        """The columns asked of each product, by all fragments together."""
        found: dict[str, dict[str, None]] = {}
        for fragment in self.fragments:
            for product, columns in fragment.fields.items():
                found.setdefault(product, {}).update(dict.fromkeys(columns))
        return {product: tuple(columns) for product, columns in found.items()}

    @property
    def form(self) -> Form:
        """What crosses: rows, where any fragment is of rows."""
        return Form.ROWS if any(fragment.form is Form.ROWS for fragment in self.fragments) else Form.AGGREGATE
