"""Many policies held against many resources: each is put in its normal form once, and asked only of policies about its type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from freehold.azure.expression.values import Unknown, Unresolved, as_moment, as_text
from freehold.azure.policy.aliases import AliasTable
from freehold.azure.policy.assignment import Assignment
from freehold.azure.policy.changes import changed
from freehold.azure.policy.effects import Effect, Outcome
from freehold.azure.policy.exemption import Exemption
from freehold.azure.policy.fields import walk
from freehold.azure.policy.location import region
from freehold.azure.policy.policy import Policy, State, Verdict, view_of
from freehold.azure.policy.related import Neighbours, Standing
from freehold.errors import AzurePolicyInvalid

_NOT_INDEXED = frozenset({"microsoft.resources/subscriptions", "microsoft.resources/subscriptions/resourcegroups"})


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

    @property
    def denies(self) -> bool:
        """Whether a deployment would be refused: an enforced deny, or an evaluation that failed."""
        return self.enforced and (self.state == State.FAILED or (self.state == State.NON_COMPLIANT and self.effect == Effect.DENY))


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """All findings, how many pairs of resource and policy were compliant, and which policies were not evaluated, with why."""

    findings: tuple[Finding, ...]
    compliant: int
    not_evaluated: dict[str, str]


@dataclass(frozen=True, slots=True)
class Subject:
    """A resource to judge: as it is written (full type and name), where it stands, its id, and its circumstances.

    `only_if` is what would have to be known for it to be deployed at all.
    """

    resource: dict[str, Any]
    place: str
    id: str
    context: Mapping[str, Any]
    only_if: Unknown | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """A policy at work: its parameters, the assignment that put it there, its name and groups in an initiative, exemptions."""

    policy: Policy
    parameters: dict[str, Any]
    assignment: Assignment
    reference: str | None = None
    exemptions: tuple[Exemption, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Viewed:
    """A resource in its normal form, with what selectors ask of it."""

    subject: Subject
    view: dict[str, Any]
    standing: Standing
    facts: dict[str, str | Unknown]
    is_indexed: bool
    context: dict[str, Any]


def judge(subjects: Sequence[Subject], applied: Sequence[Applied], aliases: AliasTable) -> Judged:
    """Return what policies find of resources, in the order of resources and then of policies."""
    viewed = [_viewed(subject, aliases) for subject in subjects]
    by_type, of_type = _by_type(applied), dict[str, list[Standing]]()
    for item in viewed:
        of_type.setdefault(item.standing.type, []).append(item.standing)
    findings, compliant = list[Finding](), 0
    for item in viewed:
        neighbours = Neighbours(item.standing, of_type)
        for one in by_type.get(item.standing.type, by_type[""]):
            selected = _selected(one, item)
            if selected is False:
                continue
            found = _find(one, item, neighbours, aliases)
            if found is not None and isinstance(selected, Unknown):
                found = _undecided(found, selected)
            if found is None:
                compliant += 1
            else:
                findings.append(found)
    skipped = {one.policy.definition.name: _why_not(one.policy) for one in applied if one.policy.definition.is_data_plane}
    return Judged(findings=tuple(findings), compliant=compliant, not_evaluated=skipped)


def _why_not(policy: Policy) -> str:
    return f"mode {policy.definition.mode} is about objects inside a service, which no template has"


def _by_type(applied: Sequence[Applied]) -> dict[str, list[Applied]]:
    about = [one for one in applied if not one.policy.definition.is_data_plane]
    types = frozenset[str]().union(*(one.policy.types or () for one in about))
    everywhere = [one for one in about if one.policy.types is None]
    return {
        "": everywhere,
        **{kind: [one for one in about if one.policy.types is None or kind in one.policy.types] for kind in types},
    }


def _viewed(subject: Subject, aliases: AliasTable) -> _Viewed:
    view, kind = _view(subject, aliases), str(subject.resource.get("type", "")).lower()
    known = aliases.of(kind)
    capabilities = (known.capabilities or "").lower() if known else ""
    written = ("location" in view and view["location"] != "global") or "tags" in view
    indexed = "supportstags" in capabilities and "supportslocation" in capabilities if capabilities else written
    location = view.get("location")
    where = location if isinstance(location, Unknown) else region(location) if isinstance(location, str) else ""
    facts: dict[str, str | Unknown] = {"resourcetype": kind, "resourcelocation": where}
    request = {"apiVersion": subject.resource.get("apiVersion"), "identity": Unknown("requestContext().identity")}
    context = {"claims": Unknown("claims()"), **subject.context, "requestContext": request}
    return _Viewed(subject, view, _standing(subject, kind, view), facts, indexed and kind not in _NOT_INDEXED, context)


def _view(subject: Subject, aliases: AliasTable) -> dict[str, Any]:
    """Return a resource's normal form, in which a child's name is its own and `fullName` has its parents' too, and with its id."""
    view = view_of(subject.resource, aliases)
    name = view.get("name")
    if isinstance(name, str):
        view["name"] = name.rpartition("/")[2]
    view.setdefault("id", Unknown(subject.id) if "/[" in subject.id else subject.id)
    return view


def _standing(subject: Subject, kind: str, view: dict[str, Any]) -> Standing:
    name, of_kind = subject.resource.get("name", ""), view.get("kind", "")
    return Standing(
        kind,
        name if isinstance(name, Unknown) else str(name).lower(),
        of_kind if isinstance(of_kind, Unknown) else str(of_kind).lower(),
        subject.id,
        view,
        subject.resource.get("scope"),
        subject.only_if,
    )


def _selected(one: Applied, item: _Viewed) -> bool | Unknown:
    """Return whether a policy is about a resource where it is assigned, or what would have to be known."""
    if one.policy.is_indexed and not item.is_indexed:
        return False
    try:
        return one.assignment.is_everywhere or (one.assignment.covers(item.subject.id) and one.assignment.selects(item.facts))
    except Unresolved as unresolved:
        return unresolved.what


def _undecided(found: Finding, what: Unknown) -> Finding:
    return msgspec.structs.replace(found, state=State.UNKNOWN.value, effect="", reason=_only_then(what), after=None)


def _only_then(what: Unknown) -> str:
    return f"only a deployment knows {what.text}"


def _find(one: Applied, item: _Viewed, neighbours: Neighbours, aliases: AliasTable) -> Finding | None:
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
    verdict = one.policy.judge(item.view, one.parameters, context, neighbours.related, override)
    if verdict.state is State.COMPLIANT:
        return None
    found = _finding(one, item, verdict, aliases)
    if undecided is not None:
        found = _undecided(found, undecided)
    exemption = _exemption(one, item) if one.exemptions else None
    if exemption is None:
        return found
    return msgspec.structs.replace(found, state=State.EXEMPT.value, reason=exemption.reason, after=None)


def _exemption(one: Applied, item: _Viewed) -> Exemption | None:
    written = item.context.get("utcNow")
    now, where = as_moment(written) if isinstance(written, str) else None, item.subject.id
    found = (exemption for exemption in one.exemptions if exemption.exempts(where, one.assignment, one.reference, item.facts, now))
    return next(found, None)


def _finding(one: Applied, item: _Viewed, verdict: Verdict, aliases: AliasTable) -> Finding:
    definition, outcome = one.policy.definition, verdict.outcome
    after, conflicts = _after(item.subject, outcome, aliases)
    effect = Effect.DENY if conflicts else outcome.effect if outcome else None
    message = one.assignment.messages.get(one.reference or "", one.assignment.messages.get("", ""))
    return Finding(
        resource=str(_shown(item.subject.resource.get("name", ""))),
        type=str(item.subject.resource.get("type", "")),
        place=item.subject.place,
        policy=definition.name,
        title=definition.title or definition.name,
        assignment=one.assignment.name,
        reference=one.reference,
        groups=one.groups,
        effect=effect.value if effect else "",
        state=verdict.state.value,
        enforced=one.assignment.is_enforced,
        reason=f"append would overwrite {', '.join(conflicts)}" if conflicts else verdict.reason,
        mend=message or _first_sentence(definition.description),
        fields={label: _brief(walk(item.view, parts)) for label, parts in one.policy.fields},
        details=_shown(outcome.details) if outcome else None,
        after=None if after is None else _shown(after),
    )


def _first_sentence(text: str) -> str:
    return text.partition(". ")[0].strip().rstrip(".")


def _after(subject: Subject, outcome: Outcome | None, aliases: AliasTable) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    if outcome is None or not outcome.changes:
        return None, ()
    try:
        found = changed(subject.resource, outcome.changes, aliases)
    except (AzurePolicyInvalid, Unresolved):
        return None, ()
    return found.resource, found.conflicts


def _brief(value: Any) -> Any:
    if isinstance(value, Unknown):
        return value.text
    return value if as_text(value) is not None else None if not isinstance(value, list | dict) else f"{len(value)} entries"


def _shown(value: Any) -> Any:
    """Return a JSON value with what cannot be known as the expression that asks for it."""
    if isinstance(value, Unknown):
        return value.text
    if isinstance(value, list):
        return [_shown(item) for item in value]
    return {key: _shown(item) for key, item in value.items()} if isinstance(value, dict) else value
