"""One product by name, and columns chosen from it: SQL for those who would rather not write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
import pyarrow as pa

from freehold.client.result import Result
from freehold.names import quote

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


class Asker(Protocol):
    """What a selection needs of a mesh."""

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None, *, purpose: str | None = None) -> Result:
        """Ask."""
        ...


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Columns of a product, filtered and cut off; every method returns a new selection and asks nothing yet."""

    mesh: Asker
    product: str
    columns: tuple[str, ...] = ()
    condition: str | None = None
    parameters: dict[str, Any] = {}
    rows: int | None = None

    def select(self, *columns: str) -> Selection:
        """Choose columns by name; without any, all that the caller may see."""
        return msgspec.structs.replace(self, columns=columns)

    def where(self, condition: str, **parameters: Any) -> Selection:
        """Keep rows that meet an SQL condition, with `$name` for each parameter."""
        both = condition if self.condition is None else f"({self.condition}) AND ({condition})"
        return msgspec.structs.replace(self, condition=both, parameters={**self.parameters, **parameters})

    def limit(self, rows: int) -> Selection:
        """Take at most so many rows."""
        return msgspec.structs.replace(self, rows=rows)

    @property
    def sql(self) -> str:
        """The question as it will be asked."""
        names = ", ".join(map(quote, self.columns)) or "*"
        relation = ".".join(map(quote, self.product.split(".")))
        text = f"SELECT {names} FROM {relation}"  # noqa: S608  (names are quoted; the node judges the rest like any query)
        text += f" WHERE {self.condition}" if self.condition else ""
        return text + (f" LIMIT {self.rows:d}" if self.rows is not None else "")

    def ask(self) -> Result:
        """Put the question.

        Raises:
            FreeholdError: As `Mesh.query`.
        """
        return self.mesh.query(self.sql, self.parameters)

    def to_arrow(self) -> pa.Table:
        """Return the answer as an Arrow table."""
        return self.ask().to_arrow()

    def to_pandas(self) -> pd.DataFrame:
        """Return the answer as a pandas frame."""
        return self.ask().to_pandas()

    def to_polars(self) -> pl.DataFrame:
        """Return the answer as a Polars frame."""
        return self.ask().to_polars()
