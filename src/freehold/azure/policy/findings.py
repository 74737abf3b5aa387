"""What one policy finds of one resource: its effect, whether it is enforced there, whether it is exempt, and what would mend it."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from freehold.azure.expression.values import Unknown, Unresolved, as_moment, as_text
from freehold.azure.policy.aliases import AliasTable
from freehold.azure.policy.changes import Changed, changed
from freehold.azure.policy.effect import Effect
from freehold.azure.policy.effects import Change, Outcome, Related
from freehold.azure.policy.fields import walk
from freehold.azure.policy.policy import State, Verdict
from freehold.azure.policy.sought import Remedy
from freehold.azure.policy.subject import Applied, Viewed
from freehold.errors import AzurePolicyInvalid

_IDENTITY = frozenset({"microsoft.compute/virtualmachines", "microsoft.compute/virtualmachinescalesets"})
"""The types whose identity `modify` may change."""

_NEVER_KEPT = frozenset(
    {"microsoft.authorization/policyassignments", "microsoft.authorization/denyassignments", "microsoft.authorization/locks"}
    | {"microsoft.blueprint/blueprintassignments", "microsoft.resources/deploymentstacks", "microsoft.resources/subscriptions"}
)
"""The types that `denyAction` keeps nobody from deleting."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What one policy found of one resource: where, with which effect, and what would mend it."""

    resource: str
    type: str
    place: str
    policy: str
    title: str
    assignment: str
    reference: str | None = None
    groups: tuple[str, ...] = ()
    effect: str
    state: str
    enforced: bool
    reason: str = ""
    mend: str = ""
    fields: dict[str, Any] = {}
    details: Any = None
    after: dict[str, Any] | None = None
    deploys: tuple[str, ...] = ()

    @property
    def denies(self) -> bool:
        """Whether a deployment would be refused: an enforced deny, or an evaluation that failed."""
        return self.enforced and (self.state == State.FAILED or (self.state == State.NON_COMPLIANT and self.effect == Effect.DENY))


class Found(NamedTuple):
    """A finding, the effect of the policy by itself, its changes, its effect where it cannot make them, and what it deploys."""

    finding: Finding
    effect: Effect | None = None
    changes: tuple[Change, ...] = ()
    conflict: str = "deny"
    remedy: Remedy | None = None

    @property
    def alters(self) -> bool:
        """Whether the resource is another one for the policies that come after it."""
        holds = self.finding.enforced and self.finding.state == State.NON_COMPLIANT and self.finding.effect != Effect.DENY
        return holds and bool(self.changes)


def find(one: Applied, item: Viewed, related: Related, aliases: AliasTable) -> Found | None:
    """Return what a policy finds of a resource, None where it is compliant or the policy is not about it."""
    override, undecided = None, None
    if one.assignment.overrides:
        try:
            override = one.assignment.override({**item.facts, "policydefinitionreferenceid": (one.reference or "").lower()})
        except Unresolved as unresolved:
            # An effect that is known is judged by instead: whether the condition holds is what is asked.
            override, undecided = Effect.AUDIT.value, unresolved.what
    context = item.context
    if one.policy.asks_of_itself:
        initiative = one.assignment.definition if one.reference is not None else ""
        ids = {"assignmentId": one.assignment.id, "definitionId": one.policy.definition.id, "setDefinitionId": initiative}
        context = {**context, "policy": {**ids, "definitionReferenceId": one.reference or ""}}
    verdict = one.policy.judge(item.view, one.parameters, context, related, override)
    if verdict.state is State.COMPLIANT or (verdict.outcome and _is_not_about(verdict.outcome, item.standing.type)):
        return None
    change = _change(item, verdict.outcome, aliases)
    made = _finding(one, item, verdict, change)
    found = _attested(one, item, verdict.outcome, made) if made.effect == Effect.MANUAL else made
    if found is None:
        return None
    if undecided is not None:
        found = undecided_by(found, undecided)
    said = _unless_exempt(one, item, found)
    outcome = verdict.outcome
    return Found(said) if outcome is None else Found(said, outcome.effect, outcome.changes, outcome.conflict, outcome.remedy)


def undecided_by(found: Finding, what: Unknown) -> Finding:
    """Return a finding as one of which it is not known whether it is any."""
    reason = f"only a deployment knows {what.text}"
    return msgspec.structs.replace(found, state=State.UNKNOWN.value, effect="", reason=reason, after=None)


def _is_not_about(outcome: Outcome, kind: str) -> bool:
    """Return whether an effect leaves a type of resources alone, whatever the condition says."""
    if outcome.effect is Effect.DENY_ACTION:
        return kind in _NEVER_KEPT
    fields = (change.field.lower() for change in outcome.changes)
    return outcome.effect is Effect.MODIFY and kind not in _IDENTITY and any(field.startswith("identity.") for field in fields)


def _unless_exempt(one: Applied, item: Viewed, found: Finding) -> Finding:
    if not one.attached.exemptions:
        return found
    now, where = _now(item), item.subject.id
    exempt = (found for found in one.attached.exemptions if found.exempts(where, one.assignment, one.reference, item.facts, now))
    exemption = next(exempt, None)
    if exemption is None:
        return found
    return msgspec.structs.replace(found, state=State.EXEMPT.value, reason=exemption.reason, after=None)


def _attested(one: Applied, item: Viewed, outcome: Outcome | None, found: Finding) -> Finding | None:
    """Return what is found under a manual policy: what is attested of the resource, else the state that it begins with."""
    where, now = item.subject.id, _now(item)
    about = (said for said in one.attached.attestations if said.attests(where, one.assignment, one.reference, now))
    attested = next(about, None)
    state = attested.state.lower() if attested else (outcome.default if outcome else "unknown")
    if state == "compliant":
        return None
    reason = attested.reason if attested else "somebody attests it, and nobody has" if state == "unknown" else ""
    kept = State.UNKNOWN if state == "unknown" else State.NON_COMPLIANT
    return msgspec.structs.replace(found, state=kept.value, reason=reason)


def _now(item: Viewed) -> Any:
    written = item.context.get("utcNow")
    return as_moment(written) if isinstance(written, str) else None


def _is_enforced(one: Applied, item: Viewed) -> bool:
    if not one.assignment.wants_enrollment:
        return one.assignment.is_enforced
    return any(found.enrolls(item.subject.id, one.assignment, one.reference, item.facts) for found in one.attached.enrollments)


def _finding(one: Applied, item: Viewed, verdict: Verdict, change: Changed | None) -> Finding:
    definition, outcome = one.policy.definition, verdict.outcome
    effect, reason = _effect(outcome, change, verdict.reason)
    if not reason and item.changed_by:
        reason = f"as {', '.join(item.changed_by)} changes it"
    message = one.assignment.messages.get(one.reference or "", one.assignment.messages.get("", ""))
    return Finding(
        resource=str(shown(item.subject.resource.get("name", ""))),
        type=str(item.subject.resource.get("type", "")),
        place=item.subject.place,
        policy=definition.name,
        title=definition.title or definition.name,
        assignment=one.assignment.name,
        reference=one.reference,
        groups=one.groups,
        effect=effect.value if effect else "",
        state=verdict.state.value,
        enforced=_is_enforced(one, item),
        reason=reason,
        mend=message or _first_sentence(definition.description),
        fields={label: _brief(walk(item.view, parts)) for label, parts in one.policy.fields},
        details=shown(outcome.details) if outcome else None,
        after=None if change is None else shown(change.resource),
    )


def _effect(outcome: Outcome | None, change: Changed | None, reason: str) -> tuple[Effect | None, str]:
    """Return the effect of an outcome, another one where a change cannot be made, and the reason."""
    if outcome is None or change is None:
        return outcome.effect if outcome else None, reason
    if change.conflicts:
        return Effect.DENY, f"append would overwrite {', '.join(change.conflicts)}"
    if change.fixed:
        effect = Effect.DENY if outcome.conflict == "deny" else outcome.effect
        return effect, f"{', '.join(change.fixed)} cannot be changed under this API version"
    if change.skipped:
        return outcome.effect, f"skipped where it lies in nothing: {', '.join(change.skipped)}"
    return outcome.effect, reason


def _first_sentence(text: str) -> str:
    return text.partition(". ")[0].strip().rstrip(".")


def _change(item: Viewed, outcome: Outcome | None, aliases: AliasTable) -> Changed | None:
    if outcome is None or not outcome.changes:
        return None
    try:
        return changed(item.subject.resource, outcome.changes, aliases)
    except (AzurePolicyInvalid, Unresolved):
        return None


def _brief(value: Any) -> Any:
    if isinstance(value, Unknown):
        return value.text
    return value if as_text(value) is not None else None if not isinstance(value, list | dict) else f"{len(value)} entries"


def shown(value: Any) -> Any:
    """Return a JSON value with what cannot be known as the expression that asks for it."""
    if isinstance(value, Unknown):
        return value.text
    if isinstance(value, list):
        return [shown(item) for item in value]
    return {key: shown(item) for key, item in value.items()} if isinstance(value, dict) else value
