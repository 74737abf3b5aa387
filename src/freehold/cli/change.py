"""A plan on the terminal: what changes, who would see more or less, what crosses a border, who has to approve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from freehold.cli.answer import age
from freehold.cli.terminal import counted, say
from freehold.services.exposure import Audience, Difference, Direction
from freehold.services.heard import Unheard, Word
from freehold.services.publish import Plan
from freehold.services.rows import NEARLY, UNKNOWN, Count, Rows
from freehold.services.waiting import Awaited

_STYLES = {"+": "green", "~": "yellow", "-": "red"}
LISTED = 20
_LABELS = {Direction.MORE: "who sees more", Direction.LESS: "who sees less", Direction.OTHERWISE: "who sees other"}


def show_plan(planned: Plan) -> None:
    """Print a plan."""
    if planned.is_empty:
        say("Nothing changes: what is in force says the same as the manifests.", "bold")
    for change in planned.changes:
        kind = "" if change.kind == "contract" else f"{change.kind} "
        say(f"{change.sign} {kind}{change.name}", _STYLES[change.sign])
        for detail in change.details:
            say(f"    {detail}")
    if planned.changes:
        say()
        for line in exposure_lines(planned.exposure):
            say(f"  {line}")
    for label, lines in approval_lines(planned):
        for line in _labelled(label, lines):
            say(f"  {line}")
    if planned.findings:
        from freehold.cli.findings import show_findings

        say()
        show_findings(planned.findings)
    rest = sum(max(0, len(items) - LISTED) for items in (planned.awaits, planned.unknown))
    if rest:
        say(f"  {'':<17} … and {rest:,} more: freehold plan --json")


def closing(planned: Plan) -> str:
    """Return the last sentence of a plan: how much changes, and what to do."""
    products = len({change.name.split("  ")[0] for change in planned.changes if change.kind in {"product", "contract"}})
    others = sum(change.kind not in {"product", "contract"} for change in planned.changes)
    parts = [f"{counted(products, 'product')} {'changes' if products == 1 else 'change'}"] if products else []
    parts += [counted(others, "other change")] if others else []
    if planned.awaits:
        parts.append(f"{counted(len(planned.awaits), 'contract')} {'needs' if len(planned.awaits) == 1 else 'need'} approval")
    if planned.unknown:
        parts.append(f"of {counted(len(planned.unknown), 'contract')} it is unknown here")
    return ", ".join(parts)


def approval_lines(planned: Plan) -> Iterator[tuple[str, list[str]]]:
    """Yield what is said of approvals, with its label: those that are missing, those that another home knows, whose word it is."""
    yield "awaits approval", [_awaits(item) for item in planned.awaits[:LISTED]]
    yield "approval unknown", [_unheard(item) for item in planned.unknown[:LISTED]]
    yield "approvals heard", [_heard(item) for item in planned.words]


def exposure_lines(found: Iterable[Difference]) -> Iterator[str]:
    """Yield who would see more, less or something else, and what crosses a border; one line each, with a label."""
    every = tuple(found)
    inside = [item for item in every if not item.audience.crosses]
    crossing = [item for item in every if item.audience.crosses]
    for direction, label in _LABELS.items():
        lines = _grouped(item for item in inside if item.direction is direction) or ["nobody"]
        if direction is not Direction.OTHERWISE or lines != ["nobody"]:
            yield from _labelled(label, lines)
    new = _grouped(item for item in crossing if item.direction is not Direction.LESS)
    gone = [f"no more: {line}" for line in _grouped(item for item in crossing if item.direction is Direction.LESS)]
    yield from _labelled("crosses a border", (new or ["nothing new"]) + gone)


def _labelled(label: str, lines: Iterable[str]) -> Iterator[str]:
    for at, line in enumerate(lines):
        yield f"{label if at == 0 else '':<17} {line}"


def _grouped(found: Iterable[Difference]) -> list[str]:
    """Return one line for all whose difference is the same: the roles of a domain, the jurisdictions they ask from."""
    groups: dict[str, list[Audience]] = {}
    for item in found:
        groups.setdefault(_said(item), []).append(item.audience)
    return [f"{_whom(audiences)} in {said}{_where(audiences)}" for said, audiences in groups.items()]


def _whom(audiences: list[Audience]) -> str:
    parties = dict.fromkeys(f"{who.domain} ({who.purpose})" for who in audiences if not who.role)
    roles: dict[str, dict[str, None]] = {}
    for who in audiences:
        if who.role:
            roles.setdefault(who.domain, {})[who.role] = None
    named = (f"{'role' if len(held) == 1 else 'roles'} {', '.join(held)} of {domain}" for domain, held in roles.items())
    return " and ".join((*parties, *named))


def _where(audiences: list[Audience]) -> str:
    places = dict.fromkeys(who.destination for who in audiences if who.crosses)
    return f", in {', '.join(places)}" if places else ""


def _said(item: Difference) -> str:
    columns = ", ".join(column_said(part.name, part.before, part.after) for part in item.columns)
    of, moves = rows_said(item.rows) if item.rows is not None else ("", "")
    joint = "in" if item.direction is Direction.LESS else "of"
    parts = (f"{columns} {joint} {of}" if columns and of else columns, *item.notes, moves)
    return f"{item.audience.product}: {'; '.join(part for part in parts if part)}"


def rows_said(rows: Rows) -> tuple[str, str]:
    """Return how many rows there are, where the change leaves them as they are, and else how they change.

    >>> rows_said(Rows(after=1530)), rows_said(Rows(before=1000, after=1530, gained=530, lost=0))
    (('1,530 rows', ''), ('', 'rows: 1,000 → 1,530'))
    >>> rows_said(Rows(before=1000, after=1530, gained=630, lost=100))
    ('', 'rows: 1,000 → 1,530 (630 gained, 100 lost)')
    """
    before, after = _number(rows.before), _number(rows.after)
    if {before, after} <= {UNKNOWN, ""}:
        return "", "rows unknown" if before or after else ""
    if rows.gained is None or rows.lost is None:
        either = after or before
        return f"{either} {'row' if either == '1' else 'rows'}", ""
    parts = [f"{_number(part)} {how}" for part, how in ((rows.gained, "gained"), (rows.lost, "lost")) if part not in {0, UNKNOWN}]
    told = f" ({', '.join(parts)})" if len(parts) == 2 or after == NEARLY else ""
    return "", f"rows: {before} → {after}{told}"


def _number(count: Count | None) -> str:
    return "" if count is None else f"{count:,}" if isinstance(count, int) else count


def column_said(name: str, before: str, after: str) -> str:
    """Return what becomes of a column, in words."""
    if before == "none":
        return name if after == "read" else f"{name} ({after})"
    return f"{name} no longer shown" if after == "none" else f"{name} ({before} → {after})"


def _awaits(waiting: Awaited) -> str:
    who = " or ".join(waiting.approvers) or "nobody that governance names"
    effect = "; until then it gives nothing, though it does now" if waiting.suspends else ""
    return f"{waiting.product} {waiting.contract}, by {who}{effect}"


def _unheard(item: Unheard) -> str:
    return f"{item.product} {item.contract}: unknown here; ask {item.node}, {item.why}: freehold contracts --url {item.url}"


def _heard(word: Word) -> str:
    return f"{age(word.as_of)} from {word.node} in {word.region}"


def plan_json(planned: Plan) -> dict[str, Any]:
    """Return a plan as plain values, without the mesh itself."""
    said = msgspec.to_builtins(planned)
    del said["mesh"]
    return said
