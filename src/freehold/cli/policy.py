"""`freehold policy`: a deployment template held against Azure policies before it is deployed, and governance written as such."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from freehold.cli.options import Group, JsonFlag, MeshCommand, MeshFolder

if TYPE_CHECKING:
    from freehold.azure.policy.findings import Finding
    from freehold.services.azure_policy import Evaluation

EVALUATE_EXAMPLES = """Examples: freehold policy evaluate main.json --parameters main.parameters.json --location westeurope ·
freehold policy evaluate main.json --policy policies/ --subscription 00000000-0000-0000-0000-000000000001 --sarif policy.sarif ·
freehold policy evaluate azuredeploy.json --linked ."""
EXPORT_EXAMPLES = """Examples: freehold policy export azure --to policies
--scope /providers/Microsoft.Management/managementGroups/contoso · freehold policy export azure --to sales
--scope /subscriptions/S/resourceGroups/sales-rg --domain sales"""
KINDS = ("azure",)

app = typer.Typer(cls=Group, no_args_is_help=True, help="Azure policies: hold templates against them, write governance.")


@app.command(epilog=EVALUATE_EXAMPLES)
def evaluate(
    template: Annotated[Path, typer.Argument(metavar="TEMPLATE", help="An ARM template, a resource, or a list of them, as JSON.")],
    *,
    parameters: Annotated[Path | None, typer.Option("--parameters", metavar="FILE", help="The template's parameter file.")] = None,
    policy: Annotated[
        list[Path] | None,
        typer.Option(
            "--policy", metavar="PATH", help="Policies, initiatives, assignments, exemptions: a file or folder; repeatable."
        ),
    ] = None,
    aliases: Annotated[
        Path | None,
        typer.Option("--aliases", metavar="FILE", help="A tenant's aliases: az provider list --expand resourceTypes/aliases."),
    ] = None,
    linked: Annotated[
        Path | None, typer.Option("--linked", metavar="DIR", help="Where linked templates are looked for; none is ever fetched.")
    ] = None,
    subscription: Annotated[str | None, typer.Option("--subscription", metavar="ID", help="The subscription to deploy to.")] = None,
    resource_group: Annotated[str | None, typer.Option("--resource-group", metavar="NAME", help="Its resource group.")] = None,
    location: Annotated[
        str | None, typer.Option("--location", metavar="REGION", help="Where that group is; without it, its location is unknown.")
    ] = None,
    sarif: Annotated[Path | None, typer.Option("--sarif", metavar="FILE", help="Also write a SARIF report, for CI.")] = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Judge a deployment before it is one. Built-in policies advise; those of the mesh and of files hold: a deny exits with 1."""
    import msgspec

    from freehold.cli.terminal import show_json
    from freehold.wiring.azure_policy import Asked
    from freehold.wiring.azure_policy import evaluate as judge

    asked = Asked(
        template=template,
        parameters=parameters,
        policies=tuple(policy or ()),
        aliases=aliases,
        linked=linked,
        subscription=subscription,
        resource_group=resource_group,
        location=location,
        mesh=mesh,
    )
    found = judge(asked)
    if sarif is not None:
        _write_sarif(sarif, template, found)
    if json:
        show_json({**msgspec.to_builtins(found), "denied": found.is_denied})
    else:
        _show(found)
    if found.is_denied:
        raise typer.Exit(1)


@app.command(cls=MeshCommand, epilog=EXPORT_EXAMPLES)
def export(
    kind: Annotated[str, typer.Argument(metavar="FORMAT", help="azure.")],
    *,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Where the files go; those of an earlier export are replaced.")],
    scope: Annotated[
        str, typer.Option("--scope", metavar="ID", help="The management group, subscription or resource group to assign at.")
    ],
    effect: Annotated[str, typer.Option("--effect", metavar="NAME", help="Deny or Audit, where a policy can deny.")] = "Deny",
    domain: Annotated[str | None, typer.Option("--domain", metavar="NAME", help="Only what holds for this domain.")] = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Write governance as Azure policies. Built-ins are used where they say the same; the same mesh gives the same files."""
    from freehold.cli.terminal import counted, say, show_json
    from freehold.errors import SettingInvalid
    from freehold.wiring.azure_policy import export_to

    if kind not in KINDS:
        raise SettingInvalid(f"`{kind}` is no format", remedy=f"the formats are {', '.join(KINDS)}")
    written = export_to(mesh, to, scope, effect, domain)
    if json:
        show_json({"files": [str(path) for path in written]})
        return
    for path in written:
        say(str(path))
    say(f"{counted(len(written), 'file')} written. Try them with: freehold policy evaluate TEMPLATE --policy {to}", "bold")


def _show(found: Evaluation) -> None:
    from freehold.cli.terminal import counted, say, show_table

    rows = [_row(item) for item in found.judged.findings]
    if rows:
        show_table(("", "resource", "policy", "effect", "place", "found", "mend"), rows)
    for name, reason in found.refused.items():
        say(f"✗ {name} cannot be used: {reason}", "bold red")
    for note in found.notes:
        say(f"· {note}")
    for name, reason in found.judged.not_evaluated.items():
        say(f"· {name} was not evaluated: {reason}", "dim")
    denied = sum(item.denies for item in found.judged.findings)
    scale = f"{counted(found.resources, 'resource')}, {counted(found.policies, 'policy', 'policies')}"
    verdict = f"✗ {counted(denied, 'denial')}" if denied else "✗ not usable" if found.refused else "✓ nothing denied"
    say(f"{verdict}: {scale}, {counted(len(rows), 'finding')}, {counted(found.judged.compliant, 'pair')} compliant", "bold")


def _row(item: Finding) -> tuple[Any, ...]:
    mark = "✗" if item.denies else "?" if item.state == "unknown" else "·"
    about = " (exempt)" if item.state == "exempt" else "" if item.enforced else " (advice)"
    effect = f"{item.effect or item.state}{about}"
    values = ", ".join(f"{name} is {_said(value)}" for name, value in item.fields.items())
    return mark, item.resource, item.title, effect, item.place, item.reason or values, item.mend


def _said(value: Any) -> str:
    return "not set" if value is None else f"`{value}`"


def _write_sarif(path: Path, template: Path, found: Evaluation) -> None:
    import msgspec

    from freehold import __version__
    from freehold.errors import StoreFailed

    rules = {item.policy: item.title for item in found.judged.findings}
    report = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "freehold policy",
                        "version": __version__,
                        "rules": [{"id": name, "shortDescription": {"text": title}} for name, title in sorted(rules.items())],
                    }
                },
                "results": list(_results(template, found)),
            }
        ],
    }
    try:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
    except OSError:
        raise StoreFailed(f"`{path}` cannot be written", remedy="choose another file with --sarif") from None


def _results(template: Path, found: Evaluation) -> Iterator[dict[str, Any]]:
    for item in found.judged.findings:
        yield {
            "ruleId": item.policy,
            "level": "error" if item.denies else "warning" if item.enforced and item.state != "exempt" else "note",
            "message": {"text": f"{item.type} {item.resource}: {item.effect or item.state}. {item.reason or item.mend}"},
            "locations": [
                {
                    "physicalLocation": {"artifactLocation": {"uri": template.as_posix()}},
                    "logicalLocations": [{"fullyQualifiedName": item.place}],
                }
            ],
        }
