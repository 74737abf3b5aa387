"""`freehold explain --change` on the terminal: a question before and after a change, and what makes the difference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec
import typer

from freehold.cli.answer import explanation_lines
from freehold.cli.change import column_said, rows_said
from freehold.cli.reach import Caller, named_subject
from freehold.cli.terminal import say, show_json
from freehold.errors import TokenMissing

if TYPE_CHECKING:
    from freehold.services.impact import Impact
    from freehold.wiring.impact import Asked


def explain_change(sql: str, parameters: dict[str, Any], purpose: str | None, who: Caller, *, as_json: bool) -> None:
    """Print what becomes of a question.

    Raises:
        TokenMissing: Nobody was named.
        MeshInvalid: The manifests have errors.
        FreeholdError: The question could not be decided or recorded.
        typer.Exit: With code 1, where it would be refused under the manifests.
    """
    from freehold.cli.review import checked_folder
    from freehold.wiring.impact import explain_change as explain
    from freehold.wiring.settings import read_settings

    asked = _asked(sql, parameters, purpose, who)
    found = explain(read_settings(who.mesh), checked_folder(who.mesh, as_json=as_json), asked)
    if as_json:
        show_json(msgspec.to_builtins(found))
    else:
        show_impact(found)
    if found.after["effect"] == "forbid":
        raise typer.Exit(1)


def show_impact(found: Impact) -> None:
    """Print both decisions and what differs."""
    say("in force", "bold")
    _show_side(found.before)
    say("under the manifests", "bold")
    _show_side(found.after)
    say("what changes", "bold")
    for line in impact_lines(found):
        say(f"  {line}")
    leaves = [side["leaf"] for side in (found.before, found.after) if side is not None]
    say(f"Recorded as leaf {' and '.join(f'{leaf:,}' for leaf in leaves)} of .freehold/plan/ledger.", "dim")


def impact_lines(found: Impact) -> Iterator[str]:
    """Yield what becomes of the question, of what its products show the caller, and of its rows."""
    before, after = _outcome(found.before), _outcome(found.after)
    yield f"{before} → {after}" if before != after else f"{after}, as before"
    for item in found.products:
        columns = ", ".join(column_said(part.name, part.before, part.after) for part in item.columns)
        yield f"{item.product}: {'; '.join(part for part in (columns, *item.notes) if part)}"
    of, moves = rows_said(found.rows)
    if of and found.rows.before is not None and found.rows.after is not None:
        yield f"{of}, as before"
    elif of:
        yield f"none → {of}" if found.rows.before is None else f"{of} → none"
    elif moves:
        yield moves


def _outcome(side: dict[str, Any] | None) -> str:
    if side is None:
        return "nothing in force"
    if side["effect"] == "forbid":
        return f"refused ({side['code']})"
    return f"answered as {side['form']}{', once approved' if side['pending'] else ''}"


def _show_side(side: dict[str, Any] | None) -> None:
    if side is None:
        say("  nothing yet")
        return
    for text, style in explanation_lines(side):
        say(f"  {text}", style)
    if side["pending"]:
        say(f"  · refused until then (contract-pending): {side['pending']}")


def _asked(sql: str, parameters: dict[str, Any], purpose: str | None, who: Caller) -> Asked:
    from freehold.wiring.impact import Asked
    from freehold.wiring.settings import read_access

    token = None if who.who else who.token or read_access().token
    if who.who is None and token is None:
        raise TokenMissing("nobody is asking", remedy="say for whom to explain with `--as SUBJECT@DOMAIN`, or with `--token`")
    subject, domain = named_subject(who.who) if who.who else ("", "")
    return Asked(
        sql=sql,
        parameters=parameters,
        purpose=purpose,
        token=token,
        subject=subject,
        domain=domain,
        region=who.region,
        roles=who.roles,
        scopes=who.scopes,
    )
