"""What the kernel reads: data in tasks that threads may do side by side, each task some columns of some rows."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from freehold.engines.columnar.arrow import RecordBatch, Schema, pa
from freehold.errors import SourceUnreadable

Columns = tuple[str, ...]

BATCH_ROWS = 1 << 17
"""The most rows that are looked at in one step; what is looked at stays near the processor."""

BATCH_BYTES = 1 << 23
"""About the most bytes of one step."""


@dataclass(frozen=True, slots=True)
class Task:
    """Some rows of the columns of some of the groups asked for, by their numbers.

    `weight` is its share of all work, 0 where nobody knows.
    """

    groups: tuple[int, ...]
    batches: Callable[[], Iterable[RecordBatch]]
    weight: float


class Data(Protocol):
    """Data that can be read, by several threads at once and more than once unless it is a stream."""

    @property
    def schema(self) -> Schema:
        """The columns, in their order."""
        ...

    @property
    def rows(self) -> int:
        """About how many rows there are: a hint, never an answer."""
        ...

    def tasks(self, groups: Sequence[Columns]) -> Iterable[Task]:
        """Return what there is to do to see each group of columns whole; an empty group asks for rows alone.

        Raises:
            SourceUnreadable: The data cannot be read; batches raise it as well.
        """
        ...

    def check(self) -> None:
        """Check that what was read is what was there at the start.

        Raises:
            DataChanged: It changed meanwhile.
        """
        ...

    def close(self) -> None:
        """Give back what is held open; safe to call twice."""
        ...


def shared_out(tasks: list[Task]) -> list[Task]:
    """Return tasks with their weights as shares of all of them."""
    whole = sum(task.weight for task in tasks)
    return [replace(task, weight=task.weight / whole) for task in tasks]


@contextlib.contextmanager
def reading(what: str, form: str) -> Generator[None]:
    """Turn what a library says of bad data into what a user can mend.

    Raises:
        SourceUnreadable: The block met data that cannot be read.
    """
    try:
        yield
    except (OSError, pa.ArrowException, OverflowError, UnicodeDecodeError) as error:
        raise SourceUnreadable(
            f"`{what}` cannot be read as {form}",
            remedy="check that the file is whole and of the format that its name says",
            source=what,
        ) from error


def step_rows(bytes_per_row: float) -> int:
    """Return how many rows to look at in one step."""
    return max(1, min(BATCH_ROWS, int(BATCH_BYTES / max(bytes_per_row, 1.0))))
