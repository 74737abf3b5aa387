"""What the gate hands to a face: sealed until the decision's leaf is durable (law 7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from freehold.digest import digest_bytes
from freehold.errors import FreeholdError
from freehold.ports.engine import Execution
from freehold.ports.ledger import Leaf


@dataclass(slots=True)
class Answer:
    """An answer that may be released. Exactly one of `table` (small, whole) and `execution` (streaming) is set.

    `metadata` is ready for JSON: region, freshness, quality, sla, purpose, contracts, policies, form, dataVersion, mesh.
    `etag` changes with the plan, the data version and the policy; `encoded` is where a face may keep bytes it has made
    of `table`, by format: the same answer object is handed out again while nothing has changed.
    """

    schema: pa.Schema
    metadata: dict[str, Any]
    etag: str
    table: pa.Table | None = None
    execution: Execution | None = None
    encoded: dict[str, bytes] = field(default_factory=dict[str, bytes])

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows; a streaming answer can be read once."""
        if self.table is not None:
            yield from self.table.to_batches()
        elif self.execution is not None:
            yield from self.execution.batches()

    def digest(self) -> str:
        """Return the SHA-256, in hex, of a whole answer as an Arrow IPC stream."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, self.schema) as writer:
            if self.table is not None:
                writer.write_table(self.table)
        return digest_bytes(sink.getvalue().to_pybytes())

    def cancel(self) -> None:
        """Stop a streaming answer; harmless for a whole one."""
        if self.execution is not None:
            self.execution.cancel()

    def close(self) -> None:
        """Give back what the answer holds."""
        if self.execution is not None:
            self.execution.close()


class Reply:
    """A decided question: an answer or a refusal, sealed until its leaf is durable.

    Wait for `leaf` (a face on an event loop waits for its commit), then call `release`.
    """

    __slots__ = ("_answer", "_refusal", "leaf", "products")

    def __init__(
        self, leaf: Leaf, *, answer: Answer | None = None, refusal: FreeholdError | None = None, products: tuple[str, ...] = ()
    ) -> None:
        """Seal `answer` or `refusal` under the future of its leaf; `products` are those it is about, as far as that is known."""
        self.leaf = leaf
        self.products = tuple(answer.metadata["products"]) if answer is not None else products
        self._answer = answer
        self._refusal = refusal

    def release(self) -> tuple[int, Answer]:
        """Return the leaf index and the answer, waiting for the leaf where it is not yet durable.

        Raises:
            FreeholdError: The refusal, with `facts["leaf"]` set; or StoreFull/StoreFailed where the leaf could not be written,
                in which case the answer is closed and nothing of it may leave.
        """
        try:
            index = self.leaf.result()
        except BaseException:
            if self._answer is not None:
                self._answer.cancel()
                self._answer.close()
            raise
        if self._refusal is not None:
            self._refusal.facts["leaf"] = index
            raise self._refusal
        assert self._answer is not None  # noqa: S101  (a reply has one or the other)
        return index, self._answer
