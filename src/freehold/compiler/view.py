"""The view of the mesh that one statement is bound to: only what each decision shows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import msgspec

from freehold.compiler.mask import type_under
from freehold.model.label import READ, Disclosure, RightKind
from freehold.model.policy import Decision, Form, ShownColumn
from freehold.model.product import Source
from freehold.model.query import Barrier, EntityRows

RESERVED = "__"
"""How the compiler's own names begin: no caller, and no product, may have one."""

RECORD = "__record"
"""The guard's other column, under `cellKey` alone: a number that belongs to the entity, which nobody can guess."""

ROW_RECORD = "__row_record"
"""The same of a row: a group with one row of somebody less is another group."""

ROW = "__row"
"""A number that belongs to the row, as far as the caller can tell rows apart: who is in which group is told by it, rows and all."""

ENTITY = "__entity"
"""The guard's own column: the entity key of a protected relation, out of reach of any caller's name."""

SENT_ENTITY, SENT_ROW = "entity of the join", "row of the join"
"""How a home calls the guard's columns where it sends them with its side of a join: no caller may write their own names."""

GUARDING = {SENT_ENTITY: ENTITY, SENT_ROW: ROW}
"""What each of them is called where it guards the answer."""

INNER = frozenset({RightKind.AGGREGATE, RightKind.JOIN})
"""The rights to columns that stay inside a guarded SELECT."""


@dataclass(slots=True, eq=False)
class View:
    """One product as one caller may see it: the decision, where the rows are, the schema's raw column types and the mask key.

    `mask_key` keys the `hash` masks of this contract alone, `record_key` the numbers of the product's entities, both in hex; they
    never leave the plan's barriers. `entity_rows` says how many rows its entities have, where that is known of its data version.
    `join_keys` are, for one side of a join by keyed digests, the key (in hex) of each column that is compared, by folded name;
    the guard's columns are shown then, the entity keyed by `entity_secret`, or as it is where that is empty.
    `shown` holds the visible columns by folded name, each with the type that it has under its mask, `names` how they are written,
    `types` their SQL types and `columns` the same in order; `guarded` says whether any use may need groups of entities counted,
    `plain` that every column may be read in rows as it is.
    """

    decision: Decision
    source: Source
    raw_types: dict[str, str]
    mask_key: str = ""
    record_key: str = ""
    entity_rows: EntityRows | None = None
    join_keys: dict[str, str] | None = None
    entity_secret: str = ""
    shown: dict[str, ShownColumn] = field(init=False)
    names: dict[str, str] = field(init=False)
    types: dict[str, str] = field(init=False)
    columns: tuple[tuple[str, str], ...] = field(init=False)
    guarded: bool = field(init=False)
    plain: bool = field(init=False)
    _over: View | None = field(init=False, default=None)
    barriers: dict[str, tuple[Barrier, str]] = field(init=False, default_factory=dict[str, tuple[Barrier, str]])

    def __post_init__(self) -> None:
        """Work out once what every statement over this view asks; what is called like the compiler's own names is not shown."""
        columns = [_seen(column) for column in self.decision.columns if not column.name.startswith(RESERVED)]
        columns = [column for column in columns if column.name.lower() not in {SENT_ENTITY, SENT_ROW}]
        self.shown = {column.name.lower(): column for column in columns}
        self.names = {folded: column.name for folded, column in self.shown.items()}
        self.types = {folded: sql_type(column.type) for folded, column in self.shown.items()} or {"__nothing": "INT"}
        if self.join_keys is not None and self.decision.entity_key is not None:
            for name, kind in ((SENT_ENTITY, "string"), (SENT_ROW, "integer")):
                self.shown[name] = ShownColumn(name=name, type=kind, right=READ)
                self.types[name] = sql_type(kind)
        self.columns = tuple(self.types.items())
        inner = any(column.right.kind in INNER for column in columns)
        self.guarded = inner or self.decision.form is Form.AGGREGATE
        read = all(column.right.kind is RightKind.READ for column in self.decision.columns)
        self.plain = read and self.decision.form is Form.ROWS

    def over(self, rows: EntityRows) -> View:
        """Return the same view of data whose entities have these rows."""
        held = self._over
        if held is None or held.entity_rows != rows:
            held = self._over = replace(self, entity_rows=rows)
        return held

    @property
    def rows(self) -> tuple[str, ...]:
        """The folded names of the columns that may be in rows; none where aggregates alone are given."""
        if self.decision.form is Form.AGGREGATE:
            return ()
        return tuple(name for name, column in self.shown.items() if column.right.kind not in INNER)

    @property
    def perturbed(self) -> bool:
        """Whether aggregates over this view leave with the noise of their cell."""
        return self.guarded and self.decision.disclosure is Disclosure.CELL_KEY

    @property
    def product(self) -> str:
        """The product's key."""
        return self.decision.product


def _seen(column: ShownColumn) -> ShownColumn:
    mask = column.right.mask
    return msgspec.structs.replace(column, type=type_under(mask)) if mask is not None else column


SQL_TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "time": "TIME",
    "binary": "BLOB",
}


def sql_type(logical: str) -> str:
    """Return the SQL type of a manifest's logical type; `decimal(p,s)` stands for itself."""
    return SQL_TYPES.get(logical, logical.upper() if logical.startswith("decimal") else "VARCHAR")
