"""Make ledger entries of decisions: who asked and what was asked are keyed digests, no literal is in the clear (law 7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from freehold.digest import canonical
from freehold.errors import FreeholdError
from freehold.model.event import Entry, EventKind
from freehold.model.federation import FederatedPlan
from freehold.model.policy import Decision
from freehold.model.query import EnforcedPlan, Question
from freehold.names import purpose_key
from freehold.ports.clock import Clock
from freehold.ports.keys import Keys
from freehold.ports.ledger import Leaf, Ledger
from freehold.ports.registry import Registry
from freehold.services.force import Force
from freehold.services.pseudonym import pseudonym

Form = tuple[bytes, bytes]
"""An entry's bytes before and after its time: all that entries of one answer, given again and again, have in common."""

_TICK = 0.0005
_TIME = b'"time":""'


def form(entry: Entry) -> Form:
    """Return the bytes of an entry whose time is yet to come."""
    before, _, after = canonical(msgspec.structs.replace(entry, time="")).partition(_TIME)  # only `kind`, an enumeration, is before
    return before, after


class Recorder:
    """Writes one node's entries."""

    def __init__(self, *, node: str, ledger: Ledger, registry: Registry, keys: Keys, clock: Clock) -> None:
        """Write into `ledger` as `node`; callers' names go to `registry`, where they can be erased."""
        self._node = node
        self._ledger = ledger
        self._registry = registry
        self._keys = keys
        self._clock = clock
        self._callers: dict[tuple[str, str], str] = {}
        self._made = (float("-inf"), b"")

    def caller(self, question: Question) -> str:
        """Return the caller's pseudonym, remembering once whose it is."""
        principal = question.principal
        key = (principal.issuer, principal.subject)
        known = self._callers.get(key)
        if known is None:
            known = pseudonym(self._keys, principal)
            self._registry.remember_caller(known, f"{principal.subject} ({principal.issuer})")
            self._callers[key] = known
        return known

    def template(
        self, question: Question, force: Force, decisions: Mapping[str, Decision], plan: EnforcedPlan | FederatedPlan
    ) -> Entry:
        """Return what every entry of a planned question has in common; a plan holds literals, so its digest is keyed too."""
        return msgspec.structs.replace(
            self.entry(EventKind.ANSWERED, question, force, tuple(decisions.values())),
            products=tuple(decisions),
            fields=plan.fields,
            form=plan.form.value,
            plan=self._keys.mac("query", plan.digest.encode()).hex(),
        )

    def append(self, entry: Entry) -> Leaf:
        """Append an entry with the present time."""
        return self.repeat(form(entry))

    def repeat(self, form: Form) -> Leaf:
        """Append what `form` was made of with the present time."""
        before, after = form
        return self._ledger.append(b'%s"time":"%s"%s' % (before, self._now(), after))

    def refusal(
        self, question: Question, force: Force, error: FreeholdError, products: tuple[str, ...], decisions: tuple[Decision, ...]
    ) -> Leaf:
        """Append a refusal (or, where the engine failed, a failure)."""
        kind = EventKind.REFUSED if error.status < 500 else EventKind.FAILED
        entry = self.entry(kind, question, force, decisions)
        return self.append(msgspec.structs.replace(entry, code=error.code, products=products, query=self.query_digest(question)))

    def query_digest(self, question: Question) -> str:
        """Return the keyed digest of what was asked: without the node's key, no literal can be guessed from it."""
        asked = _asked([question.sql, question.domain, question.declared, question.parameters, question.purpose])
        return self._keys.mac("query", self.caller(question).encode() + asked).hex()

    def completion(self, leaf: int, rows: int | None, digest: str) -> Leaf:
        """Append that the streamed or carried answer of `leaf` ended, with its rows, where they were counted, and its digest.

        Any caller may have the hash of an entry: without something keyed in it, a small answer could be guessed by it.
        """
        keyed = self._keys.mac("query", f"{leaf}\n{digest}".encode()).hex()
        entry = Entry(kind=EventKind.COMPLETED, time="", node=self._node, refers_to=leaf, rows=rows, answer=digest, subject=keyed)
        return self.append(entry)

    def _now(self) -> bytes:
        """Return the present to the millisecond; its text is made anew at most twice in one."""
        tick, (made, text) = self._clock.monotonic(), self._made
        if not 0 <= tick - made < _TICK:
            text = self._clock.now().isoformat(timespec="milliseconds").encode()
            self._made = (tick, text)
        return text

    def entry(self, kind: EventKind, question: Question, force: Force, decisions: tuple[Decision, ...] = ()) -> Entry:
        """Return what every entry of a question says: who asked what for, and what was decided."""
        principal = question.principal
        return Entry(
            kind=kind,
            time="",
            node=self._node,
            mesh=force.applied.digest,
            caller=self.caller(question),
            domain=principal.domain if principal.domain in force.mesh.domains else "",
            region=principal.region if principal.region in force.mesh.regions else "",
            purpose=self._purpose(question, decisions),
            path=question.path,
            peer=question.via.node if question.via else "",
            contracts=tuple(item.contract for item in decisions if item.contract),
            policies=tuple(dict.fromkeys(policy for item in decisions for policy in item.policies)),
            crossing="; ".join(dict.fromkeys(item.crossing for item in decisions if item.crossing)),
        )

    def _purpose(self, question: Question, decisions: tuple[Decision, ...]) -> str:
        """A purpose is recorded in clear only where a contract has it; the caller's own words are a keyed digest."""
        known = {purpose_key(item.purpose): item.purpose for item in decisions if item.purpose and item.contract}
        if question.purpose is None:
            return next(iter(known.values()), "")
        stated = purpose_key(question.purpose)
        return known.get(stated) or "keyed:" + self._keys.mac("query", stated.encode(errors="backslashreplace")).hex()[:32]


def _asked(parts: list[Any]) -> bytes:
    try:
        return canonical(parts)
    except UnicodeEncodeError:  # half a character, which no JSON holds: it is refused, and the refusal is recorded
        return repr(parts).encode(errors="backslashreplace")
