"""Walk through the scenes over HTTP, show what comes back, and count what came otherwise than expected."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from freehold.cli.answer import footer
from freehold.cli.demo.evidence import show_proof
from freehold.cli.demo.scenes import (
    ANSWERED,
    BEFORE_APPROVAL,
    CUSTOMER_STEWARD,
    ENRICHMENT,
    SALES_APP,
    SCENES,
    SEGMENTS,
    Actor,
    Scene,
)
from freehold.cli.reach import caller, reach
from freehold.cli.terminal import say, show_table
from freehold.client import Mesh, Result
from freehold.errors import FreeholdError
from freehold.wiring.running import Running


def walk(folder: Path, node: Running) -> int:
    """Play every scene, then prove one more answer; return how many outcomes were not the expected ones."""
    scenes = SCENES if _is_approved(folder, node) else (*BEFORE_APPROVAL, *SCENES)
    surprises = sum(_play(number, scene, folder, node) for number, scene in enumerate(scenes, 1))
    surprises += _prove(len(scenes) + 1, folder, node)
    say()
    if surprises:
        say(f"✗ {surprises} of {len(scenes) + 1} outcomes were not the expected ones", "bold red")
    else:
        say(f"✓ all {len(scenes) + 1} outcomes were the expected ones", "bold")
    return surprises


def say_how_to_go_on(folder: Path, node: Running, kept: Path | None) -> None:
    """Print the address, how to ask, and how to stop."""
    say()
    say(f"API    {node.url}   (described at {node.url}/openapi.json)", "bold")
    say(f"Ask    freehold query --mesh {folder} --as sales-app@sales '{SEGMENTS}'")
    say("Stop   Ctrl-C" + (f"   (the mesh stays in {kept})" if kept else "   (the mesh is temporary; keep one with --folder)"))


def _play(number: int, scene: Scene, folder: Path, node: Running) -> bool:
    """Show one scene and return whether its outcome is a surprise."""
    say()
    say(f"{number:>2}  {scene.sentence}", "bold")
    say(f"    {_introduced(scene)}", "dim")
    say(f"    {scene.shown}", "cyan")
    started = time.perf_counter()
    try:
        with _as(scene.actor, folder, node, scene.purpose) as mesh:
            outcome = _taken(scene.ask(mesh))
    except FreeholdError as error:
        _show_refusal(error)
        return _judge(scene.expect, error.code)
    _show_answer(outcome, time.perf_counter() - started)
    return _judge(scene.expect, ANSWERED)


def _prove(number: int, folder: Path, node: Running) -> bool:
    """Show that an answer and its leaf belong together and are in the signed log; return whether that is in doubt."""
    say()
    say(f"{number:>2}  What was answered can be proved, and verified with no node and no network.", "bold")
    with _as(SALES_APP, folder, node, ENRICHMENT) as mesh:
        result = _taken(mesh.query(SEGMENTS))
        proof = mesh.proof(result.leaf)
    return not show_proof(folder, node, proof, result.digest)


def _taken(outcome: Any) -> Any:
    if isinstance(outcome, Result):
        outcome.to_arrow()
    return outcome


def _judge(expected: str, found: str) -> bool:
    if expected != found:
        say(f"    ✗ expected `{expected}`, got `{found}`", "bold red")
    return expected != found


def _introduced(scene: Scene) -> str:
    subject, _, domain = scene.actor.who.partition("@")
    roles = f" ({', '.join(scene.actor.roles)})" if scene.actor.roles else ""
    return f"{subject} of {domain.capitalize()}{roles}, in {scene.actor.region}" + (f" · {scene.purpose}" if scene.purpose else "")


def _show_answer(outcome: Any, took: float) -> None:
    if isinstance(outcome, Result):
        table = outcome.to_arrow()
        show_table(table.schema.names, zip(*(column.to_pylist() for column in table.columns), strict=True))
        say(f"    {footer(outcome, took)}", "dim")
    else:
        say(f"    {outcome.get('reference')} is {outcome.get('state')} · leaf {outcome.get('leaf')}", "dim")


def _show_refusal(error: FreeholdError) -> None:
    say(f"    ✗ {error.code}   {error.detail}", "red")
    suggestion = error.facts.get("suggestion")
    if isinstance(suggestion, dict) and suggestion.get("sql"):
        say(f"      this passes: {suggestion['sql']}")
    if error.remedy:
        say(f"      → {error.remedy}")
    if error.facts.get("leaf") is not None:
        say(f"    recorded as leaf {error.facts['leaf']:,}", "dim")


def _is_approved(folder: Path, node: Running) -> bool:
    with _as(CUSTOMER_STEWARD, folder, node, None) as mesh:
        return all(item.get("state") == "in force" for item in mesh.contracts())


def _as(actor: Actor, folder: Path, node: Running, purpose: str | None) -> Mesh:
    asked = caller(folder, node.url, None, who=actor.who, roles=actor.roles, scopes=actor.scopes, region=actor.region)
    return reach(asked, purpose)
