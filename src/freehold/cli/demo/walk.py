"""Walk through the scenes over HTTP, show what comes back, and count what came otherwise than expected."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from freehold.cli.answer import footer
from freehold.cli.demo.evidence import show_proof, show_reconciled
from freehold.cli.demo.folder import NORTH, WEST
from freehold.cli.demo.process import Site, Sites
from freehold.cli.demo.scenes import (
    ANSWERED,
    BEFORE_APPROVAL,
    CUSTOMER_STEWARD,
    ENRICHMENT,
    REQUESTS,
    SALES_APP,
    SCENES,
    SEGMENTS,
    Actor,
    Scene,
)
from freehold.cli.reach import caller, reach
from freehold.cli.terminal import say, show_data
from freehold.client import Mesh, Result
from freehold.errors import FreeholdError


def walk(sites: Sites) -> int:
    """Play every scene, then prove one more answer and compare the ledgers; return how many outcomes were not the expected ones."""
    scenes = SCENES if _is_approved(sites) else (*BEFORE_APPROVAL, *SCENES)
    surprises = sum(_play(number, scene, sites[scene.at]) for number, scene in enumerate(scenes, 1))
    surprises += _prove(len(scenes) + 1, sites[WEST])
    surprises += _reconcile(len(scenes) + 2, sites)
    total = len(scenes) + 2
    say()
    if surprises:
        say(f"✗ {surprises} of {total} outcomes were not the expected ones", "bold red")
    else:
        say(f"✓ all {total} outcomes were the expected ones", "bold")
    return surprises


def say_how_to_go_on(sites: Sites, kept: Path | None) -> None:
    """Print the addresses, how to ask, and how to stop."""
    here = sites[WEST]
    others = " · ".join(f"{region} {site.running.url}" for region, site in sites.by_region.items() if region != WEST)
    say()
    say(f"API    {here.running.url}   (described at {here.running.url}/openapi.json)", "bold")
    say(f"Nodes  {others}")
    say(f"Ask    freehold query --mesh {here.folder} --as sales-app@sales '{SEGMENTS}'")
    say("Stop   Ctrl-C" + (f"   (the mesh stays in {kept})" if kept else "   (the mesh is temporary; keep one with --folder)"))


def _play(number: int, scene: Scene, site: Site) -> bool:
    """Show one scene and return whether its outcome is a surprise."""
    say()
    say(f"{number:>2}  {scene.sentence}", "bold")
    say(f"    {_introduced(scene)}", "dim")
    say(f"    {scene.shown}", "cyan")
    started = time.perf_counter()
    try:
        with _as(scene.actor, site, scene.purpose) as mesh:
            outcome = _taken(scene.ask(mesh))
    except FreeholdError as error:
        _show_refusal(error)
        return _judge(scene.expect, error.code)
    _show_answer(outcome, time.perf_counter() - started)
    return _judge(scene.expect, ANSWERED)


def _prove(number: int, site: Site) -> bool:
    """Show that an answer and its leaf belong together and are in the signed log; return whether that is in doubt."""
    say()
    say(f"{number:>2}  What was answered can be proved, and verified with no node and no network.", "bold")
    with _as(SALES_APP, site, ENRICHMENT) as mesh:
        result = _taken(mesh.query(SEGMENTS))
        proof = mesh.proof(result.leaf)
    return not show_proof(site.folder, site.running, proof, result.digest)


def _reconcile(number: int, sites: Sites) -> bool:
    """Hold the nodes' ledgers against each other; return whether they differ."""
    say()
    say(f"{number:>2}  Both sides of what was carried have recorded it, and their ledgers bear each other out.", "bold")
    return not show_reconciled(sites[WEST].folder, [(site.folder, site.running) for site in sites.by_region.values()])


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
    asked = f" · asks the node in {scene.at}" if scene.at != WEST else ""
    purpose = f" · {scene.purpose}" if scene.purpose else ""
    return f"{subject} of {domain.capitalize()}{roles}, in {scene.actor.region}{purpose}{asked}"


def _show_answer(outcome: Any, took: float) -> None:
    if isinstance(outcome, Result):
        table = outcome.to_arrow()
        show_data(table.schema.names, zip(*(column.to_pylist() for column in table.columns), strict=True))
        say(f"    {footer(outcome, took)}", "dim")
        for crossing in outcome.metadata.get("crossing", ()):
            say(f"    crossed: {crossing}", "dim")
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


def _is_approved(sites: Sites) -> bool:
    """Return whether every contract is in force at the home of its product, which alone knows."""
    states: list[bool] = []
    for region in (WEST, NORTH):
        with _as(CUSTOMER_STEWARD, sites[region], None) as mesh:
            contracts = [item for item in mesh.contracts() if (item.get("product") == REQUESTS) == (region == NORTH)]
        states += [item.get("state") == "in force" for item in contracts]
    return all(states)


def _as(actor: Actor, site: Site, purpose: str | None) -> Mesh:
    url = site.running.url
    asked = caller(site.folder, url, None, who=actor.who, roles=actor.roles, scopes=actor.scopes, region=actor.region)
    return reach(asked, purpose)
