"""`freehold status`, `check`, `plan` and `apply`: from files to what is in force, with a look before each step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from freehold.cli.options import Home, JsonFlag, MeshFolder

if TYPE_CHECKING:
    from collections.abc import Callable

    from freehold.services.publish import Plan
    from freehold.wiring.folder import Checked, Progress

T = TypeVar("T")

STATUS_EXAMPLES = "Examples: freehold status · freehold status --mesh /srv/contoso --json"
CHECK_EXAMPLES = "Examples: freehold check · freehold check --strict --junit check.xml · freehold check --region westeurope"
PLAN_EXAMPLES = "Examples: freehold plan · freehold plan --region westeurope --json"
APPLY_EXAMPLES = "Examples: freehold apply · freehold apply --region westeurope"


def status(*, mesh: MeshFolder = None, json: JsonFlag = False) -> None:
    """Show the implementation checklist. Each line says what is really in place, and the next command."""
    import msgspec

    from freehold.cli.terminal import MARKS, say, show_json
    from freehold.services.status import checklist, pending
    from freehold.wiring.folder import scene
    from freehold.wiring.settings import read_settings

    found = scene(read_settings(mesh))
    lines = checklist(found)
    if json:
        show_json({"lines": [msgspec.to_builtins(line) for line in lines], "pending": pending(found)})
        return
    for line in lines:
        say(f"{MARKS[line.standing]} {line.title:<36} {line.found}")
        if line.next:
            say(f"  {'':<36} → {line.next}")
    say()
    say(f"✓ done   ~ partly   · open      {pending(found)}")


def check(
    *,
    junit: Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Also write a JUnit report, for CI.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail too.")] = False,
    region: Home = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Check manifests, their SQL and their data. Every finding comes at once, each with its place and mend."""
    from freehold.cli.findings import as_json, show_refusal, write_junit
    from freehold.cli.terminal import show_json
    from freehold.wiring.folder import check_folder
    from freehold.wiring.settings import read_settings

    settings = read_settings(mesh, region=region)
    found = working("Checking manifests and data", lambda progress: check_folder(settings, progress))
    if junit is not None:
        write_junit(junit, found.findings, found.files)
    if json:
        show_json(as_json(found.findings, len(found.files)))
    else:
        show_refusal(found.findings, len(found.files), "Nothing was applied." if found.errors else "")
    if found.errors or (strict and found.warnings):
        raise typer.Exit(1)


def plan(*, region: Home = None, mesh: MeshFolder = None, json: JsonFlag = False) -> None:
    """Show what an apply would change. It says who would see more or less, what crosses a border, who has to approve."""
    from freehold.cli.change import closing, plan_json, show_plan
    from freehold.cli.terminal import say, show_json

    planned = _planned(mesh, region, as_json=json)
    if json:
        show_json(plan_json(planned))
    else:
        show_plan(planned)
    if planned.findings:
        if not json:
            say("A breaking change needs a new version. Look closer with: freehold diff", "bold")
        raise typer.Exit(1)
    if not planned.is_empty and not json:
        say(f"{closing(planned)}. Apply with: freehold apply", "bold")


def apply(*, region: Home = None, mesh: MeshFolder = None, json: JsonFlag = False) -> None:
    """Put the manifests in force. All of them are, or none."""
    from freehold.cli.change import LISTED, closing, plan_json, show_plan
    from freehold.cli.terminal import say, show_json
    from freehold.wiring.folder import apply_folder
    from freehold.wiring.settings import read_settings

    planned = _planned(mesh, region, as_json=json)
    applied = apply_folder(read_settings(mesh), planned)
    if json:
        show_json({**plan_json(planned), "version": applied.version, "digest": applied.digest, "appliedAt": applied.applied_at})
        return
    show_plan(planned)
    what = f": {closing(planned)}" if planned.changes else ""
    say(f"✓ version {applied.version} is in force ({applied.digest[:12]}){what}", "bold")
    for waiting in planned.awaits[:LISTED]:
        say(f"→ freehold approve {waiting.product} {waiting.contract}   (as {' or '.join(waiting.approvers) or 'an approver'})")
    for node, url in dict.fromkeys((item.node, item.url) for item in planned.unknown):
        say(f"→ freehold contracts --url {url}   (which of them await approval, {node} knows)")


def checked_folder(mesh: Path | None, region: str | None = None, *, as_json: bool) -> Checked:
    """Return a folder that was checked; where it has errors, they are shown, or left to whoever prints JSON.

    Raises:
        typer.Exit: With code 1, after errors were shown.
    """
    from freehold.cli.findings import show_refusal
    from freehold.wiring.folder import check_folder
    from freehold.wiring.settings import read_settings

    settings = read_settings(mesh, region=region)
    checked = working("Checking manifests and data", lambda progress: check_folder(settings, progress))
    if checked.errors and not as_json:
        show_refusal(checked.findings, len(checked.files), "Nothing was applied.")
        raise typer.Exit(1)
    return checked


def _planned(mesh: Path | None, region: str | None, *, as_json: bool) -> Plan:
    from freehold.wiring.folder import plan_checked
    from freehold.wiring.settings import read_settings

    checked = checked_folder(mesh, region, as_json=as_json)
    settings = read_settings(mesh, region=region)
    return working("Comparing with what is in force", lambda _: plan_checked(settings, checked))


def working(what: str, work: Callable[[Progress], T]) -> T:
    """Do `work` under a progress bar, on a terminal only."""
    import sys

    from freehold.cli.terminal import console

    if not sys.stderr.isatty():
        return work(lambda _done, _total: None)
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bar(*columns, console=console(sys.stderr), transient=True) as bar:
        task = bar.add_task(what, total=None)
        return work(lambda done, total: bar.update(task, completed=done, total=total))
