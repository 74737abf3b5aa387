"""Many policies held against many resources: each is put in its normal form once, and asked only of policies about its type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from freehold.azure.expression.values import Unknown, Unresolved, as_text
from freehold.azure.policy.aliases import AliasTable
from freehold.azure.policy.assignment import Assignment
from freehold.azure.policy.changes import changed
from freehold.azure.policy.effects import Effect, Lookup, Outcome
from freehold.azure.policy.fields import walk
from freehold.azure.policy.location import region
from freehold.azure.policy.policy import Policy, State, Verdict, view_of
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
    """A resource to judge: as it is written (full type and name), where it stands, its id, and its circumstances."""

    resource: dict[str, Any]
    place: str
    id: str
    context: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Applied:
    """A policy at work: its parameters, the assignment that put it there, and its name in an initiative."""

    policy: Policy
    parameters: dict[str, Any]
    assignment: Assignment
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class _Viewed:
    """A resource in its normal form, with what selectors ask of it."""

    subject: Subject
    view: dict[str, Any]
    type: str
    name: str
    facts: dict[str, str]
    is_indexed: bool
    context: dict[str, Any]


def judge(subjects: Sequence[Subject], applied: Sequence[Applied], aliases: AliasTable) -> Judged:
    """Return what policies find of resources, in the order of resources and then of policies."""
    viewed = [_viewed(subject, aliases) for subject in subjects]
    by_type, of_type = _by_type(applied), dict[str, list[_Viewed]]()
    for item in viewed:
        of_type.setdefault(item.type, []).append(item)
    findings, compliant = list[Finding](), 0
    for item in viewed:
        neighbours = _Neighbours(item, of_type)
        for one in by_type.get(item.type, by_type[""]):
            if not _applies(one, item):
                continue
            found = _find(one, item, neighbours, aliases)
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
    view = view_of(subject.resource, aliases)
    kind, name = str(subject.resource.get("type", "")).lower(), str(subject.resource.get("name", "")).lower()
    known = aliases.of(kind)
    capabilities = (known.capabilities or "").lower() if known else ""
    written = ("location" in view and view["location"] != "global") or "tags" in view
    indexed = "supportstags" in capabilities and "supportslocation" in capabilities if capabilities else written
    location = view.get("location")
    facts = {"resourcetype": kind, "resourcelocation": region(location) if isinstance(location, str) else ""}
    context = {**subject.context, "requestContext": {"apiVersion": subject.resource.get("apiVersion")}}
    return _Viewed(subject, view, kind, name, facts, indexed and kind not in _NOT_INDEXED, context)


def _applies(one: Applied, item: _Viewed) -> bool:
    if one.policy.is_indexed and not item.is_indexed:
        return False
    return one.assignment.is_everywhere or (one.assignment.covers(item.subject.id) and one.assignment.selects(item.facts))


def _find(one: Applied, item: _Viewed, neighbours: _Neighbours, aliases: AliasTable) -> Finding | None:
    override = None
    if one.assignment.overrides:
        override = one.assignment.override({**item.facts, "policydefinitionreferenceid": (one.reference or "").lower()})
    context = item.context
    if one.policy.asks_of_itself:
        ids = {"assignmentId": one.assignment.id, "definitionId": one.policy.definition.id}
        context = {**context, "policy": {**ids, "definitionReferenceId": one.reference or ""}}
    verdict = one.policy.judge(item.view, one.parameters, context, neighbours.related, override)
    return None if verdict.state is State.COMPLIANT else _finding(one, item, verdict, aliases)


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


class _Neighbours:
    """The related resources of one, among all that a template would deploy: below it, on it, or beside it."""

    def __init__(self, item: _Viewed, of_type: Mapping[str, Sequence[_Viewed]]) -> None:
        self.item = item
        self.of_type = of_type

    def related(self, lookup: Lookup) -> list[dict[str, Any]]:
        found = [other for other in self.of_type.get(lookup.type.lower(), ()) if self._belongs(other)]
        if lookup.name is not None:
            named = lookup.name.lower()
            found = [other for other in found if named in {other.name, other.name.rpartition("/")[2]}]
        if lookup.kind is not None:
            found = [other for other in found if str(other.view.get("kind", "")).lower() == lookup.kind.lower()]
        return [other.view for other in found]

    def _belongs(self, other: _Viewed) -> bool:
        if other.type.startswith(f"{self.item.type}/"):
            return other.name.startswith(f"{self.item.name}/")
        scope = other.subject.resource.get("scope")
        if isinstance(scope, Unknown):
            raise Unresolved(scope)
        if isinstance(scope, str):
            return scope.lower().rstrip("/").endswith(_address(self.item))
        return True


def _address(item: _Viewed) -> str:
    namespace, *types = item.type.split("/")
    names = item.name.split("/")
    return "/".join([namespace, *(part for pair in zip(types, names, strict=False) for part in pair)])
