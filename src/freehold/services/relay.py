"""What this node records of the questions that it carries to their home: nothing passes before its leaf is durable here (law 7)."""

from __future__ import annotations

import msgspec

from freehold.errors import FreeholdError
from freehold.model.event import Entry, EventKind
from freehold.model.query import Question
from freehold.ports.ledger import Leaf
from freehold.services.entrance import Elsewhere
from freehold.services.force import InForce
from freehold.services.record import Recorder


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """What the home said: its leaf, the code of its refusal where it refused, and the digest of its answer where that is whole."""

    leaf: int | None
    code: str = ""
    answer: str = ""


class Relay:
    """The records of one node that carries questions of others."""

    def __init__(self, *, recorder: Recorder, in_force: InForce) -> None:
        """Write through `recorder`."""
        self._recorder = recorder
        self._in_force = in_force

    def carried(self, question: Question, elsewhere: Elsewhere, said: Carried) -> Leaf:
        """Record what the home said to a question, answer or refusal: it may pass once the leaf is durable."""
        entry = self._entry(EventKind.RELAYED, question, elsewhere)
        told = msgspec.structs.replace(entry, form="relayed", code=said.code, peer_leaf=said.leaf, answer=said.answer)
        return self._recorder.append(told)

    def redirected(self, question: Question, elsewhere: Elsewhere) -> Leaf:
        """Record that the caller was sent to the home."""
        entry = self._entry(EventKind.RELAYED, question, elsewhere)
        return self._recorder.append(msgspec.structs.replace(entry, form="redirected"))

    def failed(self, question: Question, elsewhere: Elsewhere, error: FreeholdError) -> Leaf:
        """Record that a question could not be carried."""
        kind = EventKind.REFUSED if error.status < 500 else EventKind.FAILED
        entry = self._entry(kind, question, elsewhere)
        return self._recorder.append(msgspec.structs.replace(entry, form="relayed", code=error.code))

    def completed(self, leaf: int, digest: str) -> None:
        """Record that the streamed answer under `leaf` passed to its end, with the SHA-256 of its bytes, in hex."""
        self._recorder.completion(leaf, None, digest)

    def _entry(self, kind: EventKind, question: Question, elsewhere: Elsewhere) -> Entry:
        entry = self._recorder.entry(kind, question, self._in_force.current())
        asked = self._recorder.query_digest(question)
        return msgspec.structs.replace(entry, products=elsewhere.products, peer=elsewhere.home.name, query=asked)
