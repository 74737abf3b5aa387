"""`freehold domain provision` and `freehold domain drift`: a domain's infrastructure, looked at, written, made and compared."""

from __future__ import annotations

import enum
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from freehold.cli.options import JsonFlag, MeshFolder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from freehold.manifest import Reading
    from freehold.model.estate import Drift
    from freehold.services.estate import Step
    from freehold.services.provisioning import Design
    from freehold.stores.written import Written

DRIFT_EXAMPLES = "Example: freehold domain drift sales"
EXAMPLES = (
    "Examples: freehold domain provision sales · freehold domain provision sales --to infra/sales · "
    "freehold domain provision sales --apply · "
    "freehold domain provision sales --apply --target azure"
)


class Target(enum.StrEnum):
    """Where a domain is made."""

    HERE = "here"
    AZURE = "azure"


Name = Annotated[str, typer.Argument(metavar="NAME", help="The domain, such as sales.")]


def provision(
    name: Name,
    *,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FOLDER", help="Write Bicep, ARM JSON and parameters into this folder.")
    ] = None,
    only_plan: Annotated[bool, typer.Option("--plan", help="Only show what it comes to; this is the default.")] = False,
    apply: Annotated[bool, typer.Option("--apply", help="Make it: on this machine, or where --target says.")] = False,
    target: Annotated[
        Target, typer.Option("--target", help="With --apply: its equal on this machine (here), or a deployment (azure).")
    ] = Target.HERE,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Turn a domain's `infrastructure` into resources. It says where data would be, and which rules were held against them."""
    if only_plan and (apply or to is not None):
        raise typer.BadParameter("--plan writes nothing: give it alone, or leave it out")
    from freehold.cli.terminal import show_json
    from freehold.wiring import provisioning
    from freehold.wiring.settings import read_settings

    settings = read_settings(mesh)
    reading = _read(settings, as_json=json)
    found = provisioning.plan(reading, name)
    if not json:
        _show(found)
    if found.errors:
        if json:
            show_json(_plain(found, (), ()))
        raise typer.Exit(1)
    written = provisioning.write(found, to) if to is not None else ()
    steps = provisioning.make(settings, reading, found) if apply and target is Target.HERE else ()
    outputs = _deployed(reading, found) if apply and target is Target.AZURE else None
    if json:
        show_json({**_plain(found, written, steps), "outputs": outputs})
    else:
        _show_done(found, written, steps, to)
        if outputs is not None:
            _show_outputs(outputs)


def _deployed(reading: Reading, found: Design) -> Mapping[str, Any]:
    """Deploy under a progress bar, on a terminal only."""
    import sys

    from freehold.cli.terminal import console
    from freehold.wiring.provisioning import deploy

    if not sys.stderr.isatty():
        return deploy(reading, found, lambda _: None)
    from rich.progress import Progress as Bar

    with Bar(console=console(sys.stderr), transient=True) as bar:
        task = bar.add_task(f"Deploying {found.domain}", total=len(found.resources))
        return deploy(reading, found, lambda done: bar.update(task, completed=done))


def _show_outputs(outputs: Mapping[str, Any]) -> None:
    from freehold.cli.terminal import say

    say("✓ deployed", "bold")
    for name, value in outputs.items():
        if isinstance(value, str):
            say(f"  {name}: {value}")


def drift(name: Name, *, mesh: MeshFolder = None, json: JsonFlag = False) -> None:
    """Show what is no longer as it was made. What is here is held against the record, and against what the manifest asks for."""
    import msgspec

    from freehold.cli.terminal import counted, say, show_json
    from freehold.wiring import provisioning
    from freehold.wiring.settings import read_settings

    settings = read_settings(mesh)
    reading = _read(settings, as_json=json)
    found = provisioning.plan(reading, name)
    drifts = provisioning.drift(settings, reading, found)
    if json:
        show_json({"domain": found.domain, "drift": [msgspec.to_builtins(item) for item in drifts]})
    else:
        for item in drifts:
            _show_drift(item)
        say(f"{counted(len(drifts), 'thing')} drifted." if drifts else f"{found.domain} is as it is asked for.", "bold")
    if drifts:
        raise typer.Exit(1)


def _read(settings: Any, *, as_json: bool) -> Reading:
    """Return what the manifests say; where they have errors, these are shown, or left to whoever prints JSON.

    Raises:
        typer.Exit: With code 1, after errors were shown.
    """
    from freehold.cli.findings import show_refusal
    from freehold.model.finding import Severity
    from freehold.wiring.provisioning import read_manifests

    reading, files = read_manifests(settings)
    errors = [item for item in reading.findings if item.severity is Severity.ERROR]
    if errors and not as_json:
        show_refusal(errors, files, "Nothing was provisioned.")
        raise typer.Exit(1)
    return reading


def _show(found: Design) -> None:
    from freehold.cli.findings import show_findings
    from freehold.cli.terminal import counted, say, show_table

    chosen = found.chosen
    count = counted(len(found.resources), "resource")
    say(f"{chosen.domain} in {chosen.region} ({found.jurisdiction}): {count}   ({chosen.where})", "bold")
    whole = [item for item in found.resources if item.region is not None]
    show_table(("type", "name", "region"), ((item.type, item.name, item.region) for item in whole))
    say(f"and {len(found.resources) - len(whole)} parts of them: containers, settings, roles, logs (all with --json)")
    say()
    say("Where its data would be", "bold")
    _show_copies(found)
    say()
    held = f"{counted(found.rules, 'rule')} of the building blocks"
    policies = "and the policies of Azure Policy" if found.policies else "; no Azure policy was judged"
    say(f"Held against: {held}{' ' if found.policies else ''}{policies}.")
    show_findings(found.findings)
    if found.errors:
        say(f"{counted(found.errors, 'error')}. Nothing was provisioned.", "bold")


def _show_copies(found: Design) -> None:
    from freehold.cli.terminal import counted, say

    home = [item for item in found.copies if item.region == found.chosen.region]
    say(f"  {found.chosen.region} ({found.jurisdiction}): {counted(len(home), 'resource')}")
    for item in found.copies:
        if item.region != found.chosen.region:
            say(f"  {item.cause} {item.region} ({item.jurisdiction or 'no known jurisdiction'})   {item.type}")


def _show_done(found: Design, written: tuple[Written, ...], steps: tuple[Step, ...], to: Path | None) -> None:
    from freehold.cli.terminal import counted, say
    from freehold.services.estate import unmatched

    marks = {"new": "+", "changed": "~", "same": " ", "made": "+", "mended": "~", "adopted": "=", "kept": " "}
    for item in written:
        say(f"{marks[item.did]} {to}/{item.path}", "green" if item.did == "new" else None)
    for step in steps:
        say(f"{marks[step.did]} {step.kind.value} {step.path}   ({step.did})", "green" if step.did == "made" else None)
    if steps:
        say(f"{counted(len(unmatched(found)), 'type')} of resources have no equal on a machine: networks, identities, roles, logs")
    if found.asked:
        say(f"A deployment asks for: {', '.join(found.asked)}")
    if to is not None:
        group = found.resource_group or "GROUP"
        folder = shlex.quote(str(to))
        files = f"--template-file {folder}/main.bicep --parameters {folder}/main.parameters.json"
        say(f"→ az deployment group create --resource-group {group} {files}")
    elif steps:
        say(f"→ freehold domain drift {found.domain}")
    else:
        say(f"→ freehold domain provision {found.domain} --to FOLDER, or --apply for its equal on this machine")


def _show_drift(item: Drift) -> None:
    from freehold.cli.terminal import say

    say(f"{item.deviation.value}  {item.path}", "yellow")
    say(f"    {item.message}")
    say(f"    → {item.mend}")


def _plain(found: Design, written: tuple[Written, ...], steps: tuple[Step, ...]) -> dict[str, Any]:
    import msgspec

    return {
        "domain": found.domain,
        "region": found.chosen.region,
        "jurisdiction": found.jurisdiction,
        "where": found.chosen.where,
        "resources": msgspec.to_builtins(found.resources),
        "copies": msgspec.to_builtins(found.copies),
        "findings": msgspec.to_builtins(found.findings),
        "errors": found.errors,
        "rules": found.rules,
        "policies": found.policies,
        "parameters": found.parameters,
        "asked": list(found.asked),
        "written": msgspec.to_builtins(written),
        "steps": msgspec.to_builtins(steps),
    }
