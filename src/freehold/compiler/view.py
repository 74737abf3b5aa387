"""The view of the mesh that one statement is bound to: only what each decision shows."""

from __future__ import annotations

import msgspec

from freehold.model.label import RightKind
from freehold.model.policy import Decision, Form, ShownColumn
from freehold.model.product import Source

ENTITY = "__entity"
"""The guard's own column: the entity key of a protected relation, out of reach of any caller's name."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """One product as one caller may see it: the decision, where the rows are, the schema's raw column types and the mask key.

    `mask_key` keys the `hash` masks of this contract alone, in hex; it never leaves the plan's barriers.
    """

    decision: Decision
    source: Source
    raw_types: dict[str, str]
    mask_key: str = ""

    @property
    def product(self) -> str:
        """The product's key."""
        return self.decision.product

    @property
    def shown(self) -> dict[str, ShownColumn]:
        """The visible columns by folded name."""
        return {column.name.lower(): column for column in self.decision.columns}

    @property
    def guarded(self) -> bool:
        """Whether any use of this view may need groups of entities counted."""
        return self.decision.form is Form.AGGREGATE or any(
            column.right.kind in {RightKind.AGGREGATE, RightKind.JOIN} for column in self.decision.columns
        )


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
